"""What to say when something goes wrong, or will take long: the cause, and the cure that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from . import _native, _operators
from ._ezkl import machine_memory
from ._fidelity import OutputFidelity
from ._onnx import Model
from ._progress import size
from .errors import CompileError, InvalidSettings
from .settings import Settings

#: What makes a circuit smaller, whatever its model is.
SMALLER: Final = (
    "Smaller: calibration data of the usual size, a smaller scale=, smaller decompositions (decomp_base, decomp_legs "
    "in run_args=), more num_inner_cols in run_args= for fewer rows, a smaller model"
)

#: Bytes of a field element.
_FIELD: Final = 32

#: Seconds of setup for each row, column and unit of the extended domain, with two processors.
_SETUP_SECONDS: Final = 1.5e-5


def cost(settings: Settings) -> str:
    """What the keys and a proof will take. Raises :class:`CompileError` for a circuit that no verifier takes."""
    try:
        advice, fixed, permutation, lookups, degree = _native.circuit_size(settings.content, str(settings.path))
    except _native.NativeError as error:
        kind, message = error.args
        if kind == "limit" or "num_inner_cols" in message:
            raise CompileError(
                f"{message.partition('. ')[0]}. No verifier takes such a circuit, which is known now, before the keys "
                f"are made. Fewer columns: a smaller num_inner_cols in run_args= (it is {settings.num_inner_cols}), "
                "and a smaller lookup_range or a larger logrows, which need fewer columns for tables"
            ) from error
        raise InvalidSettings(message) from error
    rows = 1 << settings.logrows
    # pk.key has the fixed and the permutation columns three times: as values, as coefficients, and over the
    # extended domain, which is larger by the degree. Setup holds all of it, and the work on one more.
    extended = 1 << max(degree - 2, 1).bit_length()
    column = rows * _FIELD * (2 + extended)
    key = column * (fixed + permutation)
    memory = key + column * (advice + 3 * lookups)
    seconds = rows * (fixed + permutation) * extended * _SETUP_SECONDS
    said = f"pk.key will have up to {size(key)}, setup takes up to {size(memory)} of memory and about {_time(seconds)}"
    have = machine_memory()
    if have is not None and memory > have:
        said += f", more memory than this machine has ({size(have)})"
    return said


def _time(seconds: float) -> str:
    return "a few seconds" if seconds < 10 else f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def differs(model: Path, outputs: Sequence[OutputFidelity], differing: Mapping[str, str]) -> str:
    """The error for outputs whose difference nothing explains."""
    said = "; ".join(f"{output} — {output.example}" for output in outputs)
    names = ", ".join(repr(output.name) for output in outputs)
    cause = (
        "; ".join(f"{name}: {difference}" for name, difference in differing.items())
        or "values outside of an operator's domain or of what the circuit's scale can tell apart, or an operator that "
        "ezkl reads differently; see docs/operators.md"
    )
    return (
        f"{model}: on the calibration data the circuit computes something else than the model. {said}. A cause: "
        f"{cause}. Change the model, or use a larger scale=; if it is what you want to prove, "
        f"accept_difference=[{names}]"
    )


#: ezkl's words for circuits whose size is the trouble.
_SIZE: Final = re.compile(
    r"suitable|logrows|extended k|lookup|range|decompos|not enough rows|too (large|small|big)|not enough|overflow", re.I
)

_SIZE_CURE: Final = (
    "allow more rows (max_logrows=), a smaller scale=, or larger decompositions (decomp_base, decomp_legs in run_args=)"
)


def explained(message: str, model: Model, step: str) -> str:
    """ezkl's complaint about a model, with the operators that are in the way, or with advice that belongs to it."""
    if step in ("gen_settings", "calibrate_settings", "compile_circuit"):
        found = in_the_way(model)
        if found:
            return f"{model.path}: ezkl cannot read {'; '.join(found)}. See docs/operators.md. ({message})"
    limit = _limit(message)
    if limit is not None:
        largest, where = model.largest_weight()
        if largest > limit:
            return (
                f"{model.path}: the weight or constant {where}, and this circuit's numbers go up to ±{limit:.3g} even "
                f"at scale 0. Scale the weights down, or replace a mask by a number such as -100. ({message})"
            )
    if step in ("calibrate_settings", "setup", "compile_circuit") and _SIZE.search(message):
        return f"{message}. To get further: {_SIZE_CURE}"
    return message


def _limit(message: str) -> float | None:
    """The largest number of the circuit, where ezkl complains of a larger one."""
    found = re.search(r"too large to be represented by base (\d+) and n (\d+)", message)
    if found is not None:
        return float(int(found[1]) ** int(found[2]))
    return 2.0**127 if "significant bit truncation" in message else None


def in_the_way(model: Model) -> list[str]:
    """The operators of the model that ezkl is known to refuse, each with why and with what to do."""
    found = []
    for name, where in model.operators().items():
        known = _operators.TABLE.get(name)
        places = f" ({', '.join(where[:3])}{', …' if len(where) > 3 else ''})"
        if known is not None and known.status == "refused":
            texts = [text for text in (known.difference, known.advice) if text]
            found.append(f"{name}{places}{': ' if texts else ''}{'; '.join(texts)}")
        elif known is None and "." in name:
            domain = name.rpartition(".")[0]
            advice = _DOMAINS.get(domain, "express it with ONNX's own operators")
            found.append(f"{name}{places}, which is none of ONNX's own operators: {advice}")
    return found


_DOMAINS: Final = {
    "ai.onnx.ml": "classical models (scikit-learn's) have to be written as tensor operations first, as hummingbird-ml "
    "does for trees, or by hand with MatMul, Add and Sigmoid for a linear model",
    "com.microsoft": "export without the optimisations of onnxruntime",
}
