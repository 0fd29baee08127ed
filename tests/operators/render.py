"""Makes docs/operators.md and the SDK's table of results.json: ``python tests/operators/render.py``."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import table
from table import WHERE, Line

_ROOT: Final = Path(__file__).parents[2]
PAGE: Final = _ROOT / "docs" / "operators.md"
MODULE: Final = _ROOT / "python" / "moderntensor" / "sdk" / "zkml" / "_operators.py"

_STATUS: Final = {
    "differs": "Operators that differ",
    "works": "Operators that work",
    "refused": "Operators that are refused",
}

_STAGES: Final = {
    "gen_settings": "reading the model",
    "calibrate_settings": "calibrating",
    "compile_circuit": "compiling",
    "gen_witness": "proving",
    "mock": "proving",
}

_INTRODUCTION: Final = """\
# What works: ONNX operators in ezkl {ezkl}

ezkl reads a model with another library (tract) than the one that you train or run it with, and computes with whole
multiples of 2^-scale. Most operators come out as ONNX defines them, within that rounding. Some compute **something
else, and the proof is valid all the same**: it proves what the circuit computes, not what the model says. Some are
refused. This page has all {operators} operators that ONNX {onnx} defines, those of scikit-learn's exporter
(ai.onnx.ml) and of onnxruntime's optimiser (com.microsoft) among them, from {cases} small models. The SDK has the same
table (`moderntensor.sdk.zkml._operators`): `compile_model` names operators of your model that differ, and
compares the circuit with your model on the calibration data.

| | operators |
|---|---|
| [differ](#operators-that-differ) on some values, with some attributes, or with some element types | {differs} |
| [work](#operators-that-work) in everything that was tried, or are refused where they do not | {works} |
| [are refused](#operators-that-are-refused) | {refused} |

## In short

- Export in float32, below opset 18 or so, without optimisations for onnxruntime and without quantisation.
- Write strides out in `Conv` and pools (exporters do). Pad only before a `MaxPool` whose input is never negative.
- A circuit has no NaN and no infinity. Where the model gives one, the circuit gives a number, or nothing can be proven.
- A NaN among the weights counts as 0, and is proven; an infinity is refused. The SDK refuses both.
- Integers do not wrap around, and are not cut to their type. A division of integers is not cut either.
- `Cast` to bool or to an integer, `Equal` on floats, `Pow` with exponents of 0 and below, `Trilu`, `Expand` by a new
  dimension, `QuantizeLinear` and `DequantizeLinear` of activations are wrong as they stand: see the table.

## How this page was made

`python tests/operators/probe.py` makes a model of one node, or of a few, for each line of `tests/operators/cases`:
values at halves, zeros, negative, large, at the borders of domains, ties; element types; attributes. onnxruntime
{onnxruntime} runs it without optimisations (`onnx.reference` where onnxruntime has no kernel). ezkl {ezkl} makes
settings, calibrates, compiles, makes a witness, and checks it with its mock prover (up to 2^16 rows). Then the outputs
of the witness are compared:

- integers and booleans have to be equal;
- floats have to be equal but for an error of quantisation. Each case is run at scale {coarse}, and again at scale
  {fine} if anything is left over: an error that does not become smaller with 2^-scale is none of quantisation. It is
  explained as well if the model says the same of inputs and weights that are rounded to the scale, since that is
  what a circuit is given.

All of it is in `tests/operators/results.json`; `python tests/operators/render.py` makes this page and the SDK's table
of it. `pytest tests/operators` checks that both are what results.json gives, and probes a sample again. To make it all
again (about a quarter of an hour on two free cores):

```
pip install -r python/requirements-dev.txt onnxruntime=={onnxruntime}
python tests/operators/probe.py && python tests/operators/render.py
```

The words are in `tests/operators/notes.py`; what they advise was probed too where the last column says so (✓).
"""


def page(content: Mapping[str, Any], lines: Sequence[Line]) -> str:
    made_with = content["made_with"]
    numbers = {status: sum(line.status == status for line in lines) for status in _STATUS}
    parts = [
        _INTRODUCTION.format(
            **made_with,
            **numbers,
            operators=len(lines),
            cases=len(content["results"]),
            coarse=content["scales"][0],
            fine=content["scales"][1],
        )
    ]
    for status, title in _STATUS.items():
        parts.append(f"## {title}\n")
        parts.append("\n".join(_table([line for line in lines if line.status == status], status)) + "\n")
    parts.append("## What differs, case by case\n")
    parts.append("`a`, `b` … are the inputs in order. At most four of the elements that differ are shown.\n")
    parts += [_evidence(line) for line in lines if line.status == "differs"]
    parts.append("## What is refused, case by case\n")
    parts.append("Of operators that work otherwise. The message is ezkl's.\n")
    parts += [text for line in lines if line.status != "refused" and (text := _refusals(line))]
    return "\n".join(parts).rstrip() + "\n"


def _table(lines: Sequence[Line], status: str) -> Iterator[str]:
    if status == "differs":
        yield "| operator | status | types tried | where | how it differs | what to do instead |"
        yield "|---|---|---|---|---|---|"
        for line in lines:
            where = ", ".join(WHERE[key] for key in line.where)
            yield f"| {_name(line)} | differs | {line.types()} | {where} | {_cell(line.difference)} | {_advice(line)} |"
        return
    third = "largest error at scale 7" if status == "works" else "ezkl says"
    yield f"| operator | status | types tried | {third} | what to do instead |"
    yield "|---|---|---|---|---|"
    for line in lines:
        said = _largest_error(line) if status == "works" else _cell(_short(line.results[0]["message"]))
        yield f"| {_name(line)} | {status} | {line.types()} | {said} | {_advice(line)} |"


def _name(line: Line) -> str:
    return f"`{line.name}`"


def _advice(line: Line) -> str:
    advice = _cell(line.advice)
    refused = [result["case"] for result in line.results if result["outcome"] == "refused"]
    if refused and line.status == "works":
        advice = f"{advice + '; ' if advice else ''}refused: {_cell('; '.join(refused))}"
    tried = [result for result in line.instead if result["outcome"] == "works"]
    return f"{advice} ✓" if tried and line.advice else advice


def _largest_error(line: Line) -> str:
    errors = [result["largest_error"] for result in line.results if "largest_error" in result]
    return f"{max(errors):.2g}" if errors else "none"


def _evidence(line: Line) -> str:
    rows = [
        f"### {line.name}\n",
        "| case | inputs | the model says | the circuit says | elements |",
        "|---|---|---|---|---|",
    ]
    for result in line.results:
        if result["outcome"] != "differs":
            continue
        if "how" in result:
            rows.append(f"| {_cell(result['case'])} | | | {result['how']} | |")
            continue
        inputs = "; ".join(f"{name} = {_values(value)}" for name, value in result["inputs"].items())
        said, circuit = _values(result["model_says"]), _values(result["circuit_says"])
        rows.append(f"| {_cell(result['case'])} | {_cell(inputs)} | {said} | {circuit} | {result['differing']} |")
    agreeing = [result["case"] for result in line.results if result["outcome"] == "works"]
    if agreeing:
        rows.append(f"\nAgree: {'; '.join(agreeing)}.")
    return "\n".join(rows) + "\n"


def _refusals(line: Line) -> str:
    refused = [result for result in line.results if result["outcome"] == "refused"]
    if not refused:
        return ""
    rows = [f"### {line.name}, refused\n", "| case | while | ezkl says |", "|---|---|---|"]
    rows += [
        f"| {_cell(r['case'])} | {_STAGES.get(r['stage'], r['stage'])} | {_cell(_short(r['message']))} |"
        for r in refused
    ]
    return "\n".join(rows) + "\n"


def _short(message: str) -> str:
    for beginning in (
        "Failed to generate settings: ",
        "Failed to calibrate settings: ",
        "Failed to generate witness: ",
        "Failed to run mock: ",
    ):
        message = message.replace(beginning, "")
    return message if len(message) <= 160 else f"{message[:160]}…"


def _values(values: Any) -> str:
    if not isinstance(values, list):
        return str(values)
    shown = [f"{value:g}" if isinstance(value, float) else str(value) for value in values[:8]]
    return ", ".join(shown) + (", …" if len(values) > 8 else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


_MODULE: Final = '''\
"""What ezkl {ezkl} makes of each ONNX operator. Made by tests/operators/render.py of what was tried: not by hand.

docs/operators.md is the same with the values that were tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

#: Where a circuit may differ: on ordinary values; with certain attributes or constants; with integer or boolean
#: elements; where the model gives NaN or infinity.
Where = Literal["values", "settings", "types", "domain"]


@dataclass(frozen=True)
class Operator:
    """How the circuit of an operator compares with what ONNX says about it."""

    #: Its name in ONNX; ``domain.Name`` outside of the default domain.
    name: str
    #: ``works`` within quantisation; ``differs``: it computes something else somewhere; ``refused``.
    status: Literal["works", "differs", "refused"]
    #: One sentence on how it differs; empty if it does not.
    difference: str = ""
    #: What to do instead; empty if nothing has to be done.
    advice: str = ""
    #: Where it differs; empty if it does not.
    where: tuple[Where, ...] = ()


_ALL: Final[tuple[Operator, ...]] = (
{operators}
)

TABLE: Final[Mapping[str, Operator]] = {{operator.name: operator for operator in _ALL}}
'''


def module(content: Mapping[str, Any], lines: Sequence[Line]) -> str:
    rows = []
    for line in lines:
        arguments = [line.name, line.status, line.difference, line.advice]
        while not arguments[-1]:
            arguments.pop()
        texts = [_literal(argument) for argument in arguments]
        if line.where:
            texts.append(f"where=({', '.join(json.dumps(key) for key in line.where)},)")
        rows.append(f"    Operator({', '.join(texts)}),")
    text = _MODULE.format(ezkl=content["made_with"]["ezkl"], operators="\n".join(rows))
    return _formatted(text)


def _literal(text: str) -> str:
    """A string of Python, in pieces where it is longer than a line."""
    pieces = textwrap.wrap(text, 100, drop_whitespace=False) or [""]
    return " ".join(json.dumps(piece, ensure_ascii=False) for piece in pieces)


def _formatted(text: str) -> str:
    """As ruff leaves it, with long texts broken."""
    command = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--stdin-filename", "_operators.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def main() -> None:
    content = table.load()
    lines = table.lines(content)
    PAGE.write_text(page(content, lines), encoding="utf-8")
    MODULE.write_text(module(content, lines), encoding="utf-8")


if __name__ == "__main__":
    main()
