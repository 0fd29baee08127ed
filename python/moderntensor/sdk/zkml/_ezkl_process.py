"""Runs one function of ezkl: ``python _ezkl_process.py request.json answer.json``.

A process of its own, which starts fast: nothing of this package is imported here, nor this file there. Its folder comes
first in sys.path, so no module of this package may have the name of one of Python's.
See ``_ezkl.call``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import inspect
import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any, Final

#: Linux's prctl: the signal that this process gets when its parent ends.
_PR_SET_PDEATHSIG: Final = 1


def main(request_file: Path, answer_file: Path) -> None:
    _end_with_parent()
    request = json.loads(request_file.read_text(encoding="utf-8"))
    sys.path[:] = request["path"]
    messages: list[str] = []
    # ezkl logs through Python; that there is a handler keeps it off stderr.
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage().strip())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    answer: dict[str, Any] = {}
    try:
        answer["succeeded"] = asyncio.run(_run(request)) is not False
    except BaseException as raised:  # a panic of ezkl's Rust code is no Exception
        answer["error"] = str(raised) or type(raised).__name__
    answer["log"] = messages
    answer_file.write_text(json.dumps(answer), encoding="utf-8")


def _end_with_parent() -> None:
    """Where Linux can: a parent that was killed, and is started again, has the files for itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _run(request: dict[str, Any]) -> Any:
    """Some of ezkl's functions need a running event loop and return awaitables."""
    import ezkl

    arguments = request["keywords"]
    if "py_run_args" in arguments:
        arguments["py_run_args"] = _run_args(ezkl.PyRunArgs(), arguments["py_run_args"])
    result: Any = None
    for positional in request["arguments"]:
        result = getattr(ezkl, request["name"])(*positional, **arguments)
        result = await result if inspect.isawaitable(result) else result
        if result is False:
            break
    return result


def _run_args(run_args: Any, values: dict[str, Any]) -> Any:
    for name, value in values.items():
        if not hasattr(run_args, name):
            known = ", ".join(word for word in dir(run_args) if not word.startswith("_"))
            raise ValueError(f"PyRunArgs has no {name!r}; see run_args=. It has {known}")
        # JSON has no tuples: lookup_range is one, and variables is a list of them.
        if isinstance(value, list):
            value = [tuple(part) if isinstance(part, list) else part for part in value]
        try:
            setattr(run_args, name, tuple(value) if name == "lookup_range" else value)
        except (TypeError, ValueError) as error:
            known = " (private, public, fixed, hashed, polycommit)" if name.endswith("_visibility") else ""
            raise ValueError(f"{name} = {value!r} is not taken: {error}{known}") from error
    return run_args


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
