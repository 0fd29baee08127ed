"""Takes one model through ezkl: ``python worker.py folder scale``.

In `folder` stand model.onnx, calibration.json and input.json; answer.json is written there. A process of its own,
since ezkl can end its process, and can wait for itself forever.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

#: More than any of these models needs.
_MEMORY: Final = 6 << 30
_PROCESSOR_SECONDS: Final = 120

#: The mock prover is asked up to this size: above, it takes minutes.
_MOST_ROWS: Final = 16


async def main(scale: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer: dict[str, Any] = {"stage": "import", "said": []}

    def write() -> None:
        Path("answer.json").write_text(json.dumps(answer))

    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: answer["said"].append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    import ezkl

    async def call(name: str, *arguments: Any, **keywords: Any) -> Any:
        answer["stage"] = name
        write()
        result = getattr(ezkl, name)(*arguments, **keywords)
        return await result if inspect.isawaitable(result) else result

    run_args = ezkl.PyRunArgs()
    run_args.input_scale = run_args.param_scale = scale
    # Wide enough for whatever the cases hold at either scale: about 2^40.
    run_args.decomp_base, run_args.decomp_legs = 1024, 4
    run_args.input_visibility, run_args.output_visibility, run_args.param_visibility = "private", "public", "fixed"
    try:
        await call("gen_settings", "model.onnx", "settings.json", py_run_args=run_args)
        await call("calibrate_settings", "calibration.json", "model.onnx", "settings.json", "resources", scales=[scale])
        settings = json.loads(Path("settings.json").read_text())
        answer["scales"] = settings["model_output_scales"]
        answer["k"] = settings["run_args"]["logrows"]
        await call("compile_circuit", "model.onnx", "model.compiled", "settings.json")
        await call("gen_witness", "input.json", "model.compiled", "witness.json")
        witness = json.loads(Path("witness.json").read_text())
        answer["outputs"] = witness["outputs"]
        if answer["k"] <= _MOST_ROWS:
            await call("mock", "witness.json", "model.compiled")
            answer["proven"] = True
        answer["stage"] = "done"
    except BaseException as raised:  # a panic of Rust code is no Exception
        answer["error"] = str(raised) or type(raised).__name__
    write()
    sys.stdout.flush()
    os._exit(0)  # ezkl's threads may be in a state that cannot be left in order


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    asyncio.run(main(int(sys.argv[2])))
