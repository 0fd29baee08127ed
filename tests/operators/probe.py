"""Probes ezkl operator by operator: ``python tests/operators/probe.py``.

Writes results.json; render.py makes docs/operators.md and the SDK's table from it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import json
import math
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import reference
from case import Array, Case, floats
from cases import CASES

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "results.json"

#: Bits after the binary point. Every case is tried at both: an error of quantisation shrinks with
#: the quantum, another does not.
COARSE: Final = 7
FINE: Final = 11

#: At the fine scale, an error of so many quanta (of so many for each unit of the value) is not worth naming.
_QUANTA: Final = 8

#: After so many seconds in which no thread of it would run, a process waits for itself.
_STILL_SECONDS: Final = 20
_MOST_SECONDS: Final = 400

_MODULUS: Final = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001


def probe(case: Case) -> dict[str, Any]:
    """What ezkl makes of a case, beside what the model says."""
    expected = reference.compute(case)
    result: dict[str, Any] = {
        "operator": case.operator,
        "case": case.what,
        "opset": case.opset,
        "reference": expected.by,
    }
    if case.instead:
        result["instead"] = True
    if not case.finite:
        result["not_finite"] = True
    result["types"] = sorted({str(value.dtype) for value in case.feeds.values()})
    if expected.by != "onnxruntime":
        result["reference_says"] = _plain(expected.why_not)
    coarse = run_ezkl(case, expected, COARSE)
    if "error" in coarse:
        return result | {"outcome": "refused", "stage": coarse["stage"], "message": coarse["error"]}
    if case.random or expected.by == "nobody":
        return result | {"outcome": "taken", "circuit": [_rounded(o) for o in coarse["values"]]}
    fine = None
    if not _agree(expected.outputs, coarse["values"]):
        fine = run_ezkl(case, expected, FINE)
        fine = None if "error" in fine else fine
    rounded = reference.compute(case.rounded(FINE if fine else COARSE))
    return result | judge(case, expected.outputs, rounded.outputs, coarse, fine)


def _agree(expected: tuple[Any, ...], got: list[Array]) -> bool:
    """To the last bit: there is nothing that quantisation would have to explain."""
    return len(expected) == len(got) and all(np.array_equal(_flat(want), value) for want, value in zip(expected, got))


def judge(
    case: Case,
    expected: tuple[Any, ...],
    of_rounded: tuple[Any, ...],
    coarse: dict[str, Any],
    fine: dict[str, Any] | None,
) -> dict[str, Any]:
    """Whether what differs is what quantisation explains.

    That is: the circuit says what the model says, but for an error that shrinks with the quantum; or it
    says what the model says (`of_rounded`) of inputs and weights rounded to the scale.
    """
    told: dict[str, Any] = {"outcome": "works", "scales": coarse["scales"], "proven": coarse.get("proven", False)}
    worst = 0.0
    for index, want in enumerate(expected):
        want = np.asarray(want)
        got = coarse["values"][index] if index < len(coarse["values"]) else np.zeros(0)
        if got.size != want.size:
            return told | {"outcome": "differs", "how": f"output {index} has {got.size} elements, not {want.size}"}
        finest = got if fine is None else fine["values"][index]
        wrong = _unexplained(want, got, finest, fine is not None)
        if of_rounded:
            wrong &= ~_close(np.asarray(of_rounded[index]), finest, fine is not None)
        if wrong.any():
            return told | {"outcome": "differs"} | _evidence(case, index, want, got, wrong)
        if want.size and floats(want):
            worst = max(worst, float(np.abs(got - _flat(want)).max()))
    if worst:
        told["largest_error"] = float(f"{worst:.3g}")
    return told


def _flat(value: Any) -> Array:
    return np.asarray(value).astype(np.float64).reshape(-1)


def _unexplained(want: Array, coarse: Array, finest: Array, is_fine: bool) -> Array:
    """Per element: neither close, nor nearer than at the coarse scale as an error of quantisation would be."""
    far = ~_close(want, finest, is_fine)
    if not is_fine:
        return far
    if not floats(want):
        return far | ~_close(want, coarse, False)
    with np.errstate(invalid="ignore"):
        error = np.abs(coarse - _flat(want))
        shrunk = float(error[np.isfinite(error)].max(initial=0)) / 4
        return far & ~(np.abs(finest - _flat(want)) <= shrunk)


def _close(want: Array, got: Array, is_fine: bool) -> Array:
    """Per element: integers and booleans equal, floats within a few quanta and the model's own precision."""
    target = _flat(want)
    with np.errstate(invalid="ignore"):
        error = np.abs(got - target)
        if not floats(want):
            return error == 0
        size = np.maximum(1, np.abs(np.nan_to_num(target)))
        precision = 2 * np.finfo(want.dtype).eps * float(size.max(initial=0))
        quanta = _QUANTA * 2.0**-FINE * size if is_fine else 2 * 2.0**-COARSE
        return np.isfinite(target) & (error <= np.maximum(quanta, precision))


def _evidence(case: Case, index: int, want: Any, got: Array, wrong: Array) -> dict[str, Any]:
    """The inputs, and up to four elements of the first output that differ."""
    positions = np.flatnonzero(wrong)[:4]
    target = _flat(want)
    return {
        "output": index,
        "positions": [list(map(int, np.unravel_index(p, want.shape))) for p in positions],
        "inputs": {name: _shown(value) for name, value in case.feeds.items()},
        "model_says": [_number(target[p]) for p in positions],
        "circuit_says": [_number(got[p]) for p in positions],
        "differing": f"{int(wrong.sum())} of {wrong.size}",
    }


def _number(value: float) -> float | str:
    return float(f"{value:.10g}") if math.isfinite(value) else str(value)


def _shown(value: Array) -> Any:
    return [_number(float(v)) for v in value.reshape(-1)[:24]] if value.dtype.kind in "biuf" else str(value.tolist())


def _rounded(values: Array) -> list[float | str]:
    return [_number(float(v)) for v in values[:8]]


def run_ezkl(case: Case, expected: reference.Expected, scale: int) -> dict[str, Any]:
    """The circuit's outputs (flat), their scales and how far ezkl came."""
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        model = reference.with_types(case.model, expected.outputs)
        onnx.save(model, f"{folder}/model.onnx")
        for name, feeds in (("input.json", case.feeds), ("calibration.json", case.usual or case.feeds)):
            data = [value.reshape(-1).astype(object).tolist() for value in feeds.values()]
            Path(folder, name).write_text(json.dumps({"input_data": data}, default=str))
        ended = _run(Path(folder), scale)
        try:
            answer = json.loads(Path(folder, "answer.json").read_text())
        except (OSError, ValueError):
            answer = {"stage": "import", "said": []}
        printed = Path(folder, "printed").read_text(errors="replace")
    if answer["stage"] != "done":
        error = answer.get("error") or ended or printed[-300:] or "no more than that it failed"
        unknown = [line for line in answer["said"] if line.startswith("Unknown op")]
        return {"stage": answer["stage"], "error": _plain("; ".join(dict.fromkeys([*unknown, error])))}
    values = [
        np.array([_signed(element) / 2.0**s for element in output], np.float64)
        for output, s in zip(answer["outputs"], answer["scales"], strict=True)
    ]
    return {"values": values, "scales": answer["scales"], "proven": answer.get("proven", False)}


def _run(folder: Path, scale: int) -> str | None:
    """None if the process ended by itself and answered."""
    with Path(folder, "printed").open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), str(folder), str(scale)],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "RAYON_NUM_THREADS": "1", "HOME": str(folder)},
        )
    begun = since = time.monotonic()
    pause = 0.02
    while True:
        try:
            code = process.wait(pause)
            return None if code == 0 else f"its process ended with {code}"
        except subprocess.TimeoutExpired:
            pause = min(0.25, 2 * pause)
        now = time.monotonic()
        if _runs(process.pid):
            since = now
        if now - since > _STILL_SECONDS or now - begun > _MOST_SECONDS:
            process.kill()
            process.wait()
            return "it stands still" if now - since > _STILL_SECONDS else "it takes too long"


def _runs(pid: int) -> bool:
    """Whether a thread runs, or would run if it had a processor."""
    states = []
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            states.append(stat.read_text().rsplit(")", 1)[1].split()[0])
    return any(state in "RD" for state in states)


def _signed(element: str) -> int:
    """ezkl writes field elements as 32 bytes, little end first."""
    value = int.from_bytes(bytes.fromhex(element), "little")
    return value - _MODULUS if value > _MODULUS // 2 else value


def _plain(text: str) -> str:
    """A message without what is different at every run."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"/[^\s:\"']*/(probe-[^/\s]*/)?", "", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text)
    # Which constraints fail first is not always the same.
    text = re.sub(r"(verification failed):.*", r"\1", " ".join(text.split()))
    return text if len(text) <= 400 else f"{text[:400]}…"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="only cases (operator: what) that begin with this pattern; nothing is written")
    parser.add_argument("--update", action="store_true", help="write; keep what results.json has of other cases")
    parser.add_argument("--missing", action="store_true", help="only cases that results.json does not have")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))["results"] if options.update or options.missing else []
    known = {key_of(result) for result in kept}
    chosen = [
        case
        for case in CASES
        if (options.only is None or re.match(options.only, case.key)) and not (options.missing and case.key in known)
    ]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = []
        for result in pool.map(probe, chosen):
            results.append(result)
            print(_line(result), flush=True)
    if options.only is None or options.update:
        others = {case.key for case in CASES} - {case.key for case in chosen}
        write([*results, *(result for result in kept if key_of(result) in others)])


def key_of(result: dict[str, Any]) -> str:
    """`Case.key` of the case that a result is of."""
    return f"{result['operator']}: {'instead: ' if result.get('instead') else ''}{result['case']}"


def write(results: list[dict[str, Any]]) -> None:
    import importlib.metadata as metadata

    made_with = {name: metadata.version(name) for name in ("ezkl", "onnx", "onnxruntime")}
    results = sorted(results, key=lambda result: (result["operator"], result.get("instead", False), result["case"]))
    content = {"made_with": made_with, "scales": [COARSE, FINE], "results": results}
    RESULTS.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _line(result: dict[str, Any]) -> str:
    text = f"{result['outcome']:8} {result['operator']}: {result['case']}"
    if result["reference"] != "onnxruntime":
        text += f" [{result['reference']}]"
    if result["outcome"] == "refused":
        text += f"  -- {result['stage']}: {result['message'][:160]}"
    if result["outcome"] == "differs":
        text += f"  -- {result.get('how') or (result['differing'], result['model_says'], result['circuit_says'])}"
    return text + (f"  ±{result['largest_error']}" if "largest_error" in result else "")


if __name__ == "__main__":
    main()
