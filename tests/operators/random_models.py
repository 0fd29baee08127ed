"""Takes models drawn at random through compile, prove, verify: ``python tests/operators/random_models.py``.

Each model goes through the SDK in a process of its own. What the SDK says is compared with onnxruntime, and
with two runs of ezkl at different scales, which the SDK knows nothing of. Writes random-models.json and
random-models.md. The SRS is a TEST SRS, made here and shared by all models of a size: proofs under it prove nothing.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import probe
import reference
from case import Case, floats
from draw import draw

HERE: Final = Path(__file__).parent
_JSON: Final = HERE / "random-models.json"
_REPORT: Final = HERE / "random-models.md"
SEEDS: Final = range(1, 301)
SCALE: Final = 7
_MOST_ROWS: Final = 13
_MOST_SECONDS: Final = 1800

#: Of models whose difference is an error, each whose number divides by this goes on with it accepted.
_ACCEPTED_EVERY: Final = 4

#: What the SDK's warning about an operator says.
_NAMED: Final = "whose circuit differs from ONNX"

#: How a model ends. All but the last are as they should be.
OUTCOMES: Final = {
    "agrees": "compiled, proven, verified; the result is the model's within what quantisation explains",
    "refused": "refused by an error of the SDK's own that says why",
    "warned of": "the circuit differs, and the SDK said so by name, mostly by an error until that is accepted",
    "finding": "anything else",
}


def run_one(seed: int) -> dict[str, Any]:
    """What becomes of one model, by the SDK."""
    case, samples = draw(seed)
    told: dict[str, Any] = {"seed": seed, "operators": sorted({node.op_type for node in case.nodes})}
    told["inputs"] = {name: f"{value.dtype}{list(value.shape)}" for name, value in case.feeds.items()}
    expected = reference.compute(case)
    with tempfile.TemporaryDirectory(prefix="random-") as folder:
        path = Path(folder, "model.onnx")
        onnx.save(reference.with_types(case.model, expected.outputs), path)
        told |= _through_sdk(seed, path, case, samples, expected.outputs)
    told["judged"] = _judged(case, expected, told.pop("results", None), told.get("error"))
    if told.get("error") == "ResultDiffers" and told["judged"] == "works":
        # It may be another calibration sample that differs.
        others = [replace(case, feeds=sample) for sample in samples]
        judged = {_judged(other, reference.compute(other), None, "ResultDiffers") for other in others}
        told["judged"] = "differs" if "differs" in judged else "works"
    told["outcome"], told["why"] = _outcome(told)
    return told


def _judged(case: Case, expected: reference.Expected, proven: list[Any] | None, error: str | None) -> str:
    """Whether quantisation explains the result: works, differs; by rules of which the SDK knows nothing."""
    if proven is not None and _in_reach(case, expected.outputs, proven, SCALE):
        return "works"
    if proven is None and error != "ResultDiffers":
        return "refused"
    coarse = probe.run_ezkl(case, expected, probe.COARSE)
    if "error" in coarse:
        return "refused"
    fine = probe.run_ezkl(case, expected, probe.FINE)
    rounded = reference.compute(case.rounded(probe.COARSE if "error" in fine else probe.FINE)).outputs
    found = probe.judge(case, expected.outputs, rounded, coarse, None if "error" in fine else fine)
    if found["outcome"] == "differs" and "how" not in found:
        values, scale = (coarse["values"], SCALE) if "error" in fine else (fine["values"], probe.FINE)
        # At the fine scale, where little is in reach, results inside of the model may be displaced as well.
        if _in_reach(case, expected.outputs, values, scale, inside="error" not in fine):
            return "works"
    return str(found["outcome"])


def _in_reach(
    case: Case, expected: tuple[Any, ...], values: Iterable[Any], scale: int, *, inside: bool = False
) -> bool:
    """Whether inputs and weights (and with `inside` each result) a quantum or two away lead to what the circuit gives.

    A step (Floor, ArgMax, a comparison) may fall on the other side, and a steep function goes far.
    """
    random = np.random.RandomState(0)
    made = _made(case) if inside else {}
    low = [np.asarray(value, np.float64) for value in expected]
    high = [value.copy() for value in low]
    for _ in range(24):
        moved = reference.compute(_displaced(case, random, 2.0 * 2.0**-scale, made)).outputs
        for at, value in enumerate(moved):
            if np.shape(value) == low[at].shape:
                low[at] = np.fmin(low[at], np.asarray(value, np.float64))
                high[at] = np.fmax(high[at], np.asarray(value, np.float64))
    for least, most, value in zip(low, high, values):
        slack = 2 * 2.0**-scale + 0.5 * (most - least)
        flat = np.asarray(value, np.float64).reshape(-1)
        if flat.size != least.size:
            return False
        flat = flat.reshape(least.shape)
        if not ((flat >= least - slack) & (flat <= most + slack)).all():
            return False
    return True


def _made(case: Case) -> dict[str, Any]:
    """What every node makes."""
    names = [name for node in case.nodes for name in node.output if name]
    return dict(zip(names, reference.compute(replace(case, outputs=tuple(names))).outputs))


def _displaced(case: Case, random: np.random.RandomState, most: float, made: Mapping[str, Any]) -> Case:
    """`case` with its inputs, its weights, and what is in `made` displaced by up to `most`."""

    def moved(value: Any) -> Any:
        return (value + random.uniform(-most, most, size=value.shape)).astype(value.dtype) if floats(value) else value

    feeds = {name: moved(value) for name, value in case.feeds.items()}
    constants = {name: moved(value) for name, value in case.constants.items()}
    nodes: list[onnx.NodeProto] = []
    renamed: dict[str, str] = {}
    for source in case.nodes:
        node = onnx.NodeProto()
        node.CopyFrom(source)
        for at, name in enumerate(source.input):
            node.input[at] = renamed.get(name, name)
        nodes.append(node)
        for name in source.output:
            if name in made and floats(made[name]):
                renamed[name], noise = f"{name}.moved", f"{name}.noise"
                constants[noise] = moved(np.zeros_like(made[name]))
                nodes.append(onnx.helper.make_node("Add", [name, noise], [renamed[name]]))
    outputs = tuple(renamed.get(name, name) for name in case.outputs)
    return replace(case, nodes=tuple(nodes), feeds=feeds, constants=constants, outputs=outputs)


def _through_sdk(seed: int, path: Path, case: Case, samples: list[Any], expected: tuple[Any, ...]) -> dict[str, Any]:
    """compile_model, Prover, Verifier, as a user would write it."""
    from moderntensor.sdk.zkml import ZkmlError

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        told: dict[str, Any] = {"stage": "compile", "seed": seed}
        try:
            told |= _prove(path, case, samples, expected, told, ())
        except ZkmlError as error:
            told |= {"error": type(error).__name__, "message": _plain(str(error), path)}
            if type(error).__name__ == "ResultDiffers" and seed % _ACCEPTED_EVERY == 0:
                told |= _accepted(seed, path, case, samples, expected)
        except BaseException as error:  # what no user should ever see
            told |= {"error": type(error).__name__, "message": _plain(str(error), path), "foreign": True}
    told["warned"] = sorted({_plain(str(warning.message), path) for warning in heard} - {""})
    return told


def _accepted(seed: int, path: Path, case: Case, samples: list[Any], expected: tuple[Any, ...]) -> dict[str, Any]:
    """The same with every difference accepted: what is accepted has to go through and to verify."""
    again: dict[str, Any] = {"stage": "compile", "seed": seed}
    try:
        again |= _prove(path, case, samples, expected, again, case.outputs)
        again.pop("results", None)
    except Exception as error:
        again |= {"error": type(error).__name__, "message": _plain(str(error), path)}
    return {"accepted": again}


def _prove(
    path: Path, case: Case, samples: list[Any], expected: tuple[Any, ...], told: dict[str, Any], accept: tuple[str, ...]
) -> dict[str, Any]:
    from moderntensor.sdk.zkml import Prover, Verifier, compile_model

    folder = path.parent / f"circuit{len(accept)}"
    names = list(case.feeds)
    given: Any = dict(case.feeds) if len(names) > 1 else case.feeds[names[0]]
    shaped = [sample if len(names) > 1 else sample[names[0]] for sample in samples]
    done = compile_model(
        path,
        folder,
        # Every other model is calibrated on the input that is proven too, the others meet it unprepared.
        calibration_data=[shaped[0], given if told["seed"] % 2 else shaped[1]],
        scale=SCALE,
        max_logrows=_MOST_ROWS,
        run_args={"decomp_base": 1024, "decomp_legs": 3},
        unsafe_test_srs=True,
        accept_difference=accept,
    )
    told["k"] = done.k
    told["compared"] = done.fidelity is not None
    told["stage"] = "prove"
    prover = Prover(path, done.settings, done.proving_key, accept_difference=accept)
    result, proof = prover.prove(given)
    told["stage"] = "verify"
    told["verified"] = bool(Verifier(done.key, unsafe_test_srs=True).verify(proof))
    told["stage"] = "done"
    results = result if len(expected) > 1 else [result]
    told["results"] = [np.asarray(part).tolist() for part in results]
    return {
        "shapes_agree": [np.shape(r) for r in results] == [np.shape(e) for e in expected]
        or _scalars(results, expected),
        "largest_difference": _largest(results, expected),
    }


def _scalars(results: Any, expected: Any) -> bool:
    """A single number is returned as a float."""
    return all(np.shape(r) == np.shape(e) or (np.shape(r) == () and np.size(e) == 1) for r, e in zip(results, expected))


def _largest(results: Any, expected: Any) -> float | str:
    away = 0.0
    for got, want in zip(results, expected):
        got, want = np.asarray(got, np.float64).reshape(-1), np.asarray(want, np.float64).reshape(-1)
        if got.size != want.size:
            return "another number of elements"
        if want.size:
            away = max(away, float(np.abs(got - want).max()) if np.isfinite(want).all() else float("inf"))
    return float(f"{away:.4g}") if np.isfinite(away) else "inf"


def _plain(text: str, path: Path) -> str:
    text = " ".join(text.replace(str(path.parent), "…").split())
    return text if len(text) <= 500 else f"{text[:500]}…"


def _outcome(told: Mapping[str, Any]) -> tuple[str, str]:
    if told.get("foreign"):
        return "finding", f"an error that is none of the SDK's: {told['error']}"
    if told.get("error") == "ResultDiffers":
        again = told.get("accepted", {})
        if "error" in again and again["error"] != "OutOfRange":
            return "finding", f"with the difference accepted: {again['error']} while {again['stage']}"
        if "verified" in again and not again["verified"]:
            return "finding", "with the difference accepted the proof does not verify"
        if told["judged"] == "works":
            return "finding", "called a difference, which quantisation explains"
        return "warned of", ""
    if "error" in told:
        if "Traceback" in told["message"] or not told["message"]:
            return "finding", "no reason is given"
        return "refused", ""
    if not told.get("verified"):
        return "finding", "the proof does not verify"
    if not told["shapes_agree"]:
        return "finding", "the result has another shape than the model's"
    if told["judged"] == "differs":
        if any(_NAMED in warning for warning in told["warned"]):
            return "warned of", "by a warning that names operators"
        return "finding", "proven although the circuit differs, and nobody said so"
    return "agrees", ""


def run(seed: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, str(HERE / "random_models.py"), "--one", str(seed)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told
    except subprocess.TimeoutExpired:
        return {"seed": seed, "outcome": "finding", "why": f"nothing after {_MOST_SECONDS} s"}
    except (ValueError, IndexError):
        return {"seed": seed, "outcome": "finding", "why": f"the process ended: {done.stderr[-400:]}"}


def make_test_srs(folder: Path) -> None:
    import ezkl

    for k in range(6, _MOST_ROWS + 1):
        if not (folder / f"kzg{k}.srs").exists():
            ezkl.gen_srs(str(folder / f"kzg{k}.srs"), k)


def report(results: list[dict[str, Any]]) -> str:
    counts = Counter(result["outcome"] for result in results)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("ezkl", "onnx", "onnxruntime"))
    lines = [
        "# Models drawn at random\n",
        f"{len(results)} of {len(SEEDS)} models, drawn by `tests/operators/draw.py` from the numbers "
        f"{results[0]['seed']} to {results[-1]['seed']}: up to eight operators, one to three inputs, one or two "
        f"outputs, element types, shapes, special values. Each went through `compile_model`, `Prover.prove` and "
        f"`Verifier.verify` at scale {SCALE}, in at most 2^{_MOST_ROWS} rows, under a test SRS. Made by "
        f"`python tests/operators/random_models.py` with {versions}.\n",
        "| outcome | models | |\n|---|---|---|",
        *(f"| {name} | {counts[name]} | {text} |" for name, text in OUTCOMES.items()),
        "",
    ]
    for name in ("finding", "warned of", "refused"):
        chosen = [result for result in results if result["outcome"] == name]
        if chosen:
            lines += [f"## {name.capitalize()}\n", "| model | operators | what was said |\n|---|---|---|"]
            lines += [f"| {r['seed']} | {', '.join(r.get('operators', []))} | {_said(r)} |" for r in chosen]
            lines.append("")
    agreeing = [result for result in results if result["outcome"] == "agrees"]
    used = Counter(operator for result in agreeing for operator in result["operators"])
    lines.append("## Operators in models that agree\n")
    lines.append(", ".join(f"{name} ({number})" for name, number in sorted(used.items())) + "\n")
    return "\n".join(lines)


def _said(result: Mapping[str, Any]) -> str:
    parts = [result.get("why", ""), result.get("error", ""), result.get("message", "")]
    text = ": ".join(part for part in parts if part)
    return (text if len(text) <= 320 else f"{text[:320]}…").replace("|", "\\|").replace("<", "\\<")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=int, help="one model, as JSON on stdout")
    parser.add_argument("--only", type=int, nargs="*", help="only these, kept beside the others in the report")
    parser.add_argument("--resume", action="store_true", help="only those that random-models.json does not have")
    parser.add_argument("--srs", type=Path, help="a folder to keep the test SRS in")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(run_one(options.one)), flush=True)
        os._exit(0)
    kept = json.loads(_JSON.read_text(encoding="utf-8")) if options.only or options.resume else []
    done = {result["seed"] for result in kept}
    seeds = options.only or [seed for seed in SEEDS if not (options.resume and seed in done)]
    with tempfile.TemporaryDirectory(prefix="test-srs-") as folder, ThreadPoolExecutor(options.jobs) as pool:
        home = options.srs or Path(folder)
        os.environ["EZKL_REPO_PATH"] = str(home)
        (home / "srs").mkdir(parents=True, exist_ok=True)
        make_test_srs(home / "srs")
        results = [result for result in kept if result["seed"] not in seeds]
        for future in as_completed([pool.submit(run, seed) for seed in seeds]):
            results.append(future.result())
            print(_line(results[-1]), flush=True)
            write(sorted(results, key=lambda result: int(result["seed"])))


def write(results: list[dict[str, Any]]) -> None:
    text = json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False)
    _JSON.write_text(text + "\n", encoding="utf-8")
    _REPORT.write_text(report(results), encoding="utf-8")


def _line(result: Mapping[str, Any]) -> str:
    return f"{result['seed']} {result['outcome']} {result.get('operators')} {_said(result)}"


if __name__ == "__main__":
    main()
