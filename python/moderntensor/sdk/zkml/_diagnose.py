"""Which operator of a model gets a value that its circuit cannot hold, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from . import _fidelity
from ._onnx import load_onnx
from ._prepare import Prepared
from ._tensors import Array
from .settings import Settings

Values = npt.NDArray[np.float64]

#: Where an operator is defined: of its first input, and of a division's second; and in words.
_DOMAINS: Final[dict[str, tuple[Callable[[Values], Any], str]]] = {
    "Log": (lambda x: x > 0, "numbers above 0"),
    "Sqrt": (lambda x: x >= 0, "0 and above"),
    "Div": (lambda x: x != 0, "divisors other than 0"),
    "Reciprocal": (lambda x: x != 0, "numbers other than 0"),
    "Acos": (lambda x: abs(x) <= 1, "-1 to 1"),
    "Asin": (lambda x: abs(x) <= 1, "-1 to 1"),
    "Acosh": (lambda x: x >= 1, "1 and above"),
    "Atanh": (lambda x: abs(x) < 1, "numbers between -1 and 1"),
}

#: Operators that ezkl computes with a table of values.
_TABLES: Final = frozenset(
    [
        "Acos",
        "Acosh",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "Cos",
        "Cosh",
        "Elu",
        "Erf",
        "Exp",
        "Gelu",
        "HardSwish",
        "Mish",
        "Pow",
        "Selu",
        "Sigmoid",
        "Sin",
        "Sinh",
        "Softmax",
        "Softplus",
        "Tan",
        "Tanh",
    ]
)


def diagnose(prepared: Prepared, sample: Sequence[Array], settings: Settings) -> str | None:
    """What is wrong with this input, if an operator of the model can be named; else None."""
    try:
        values = _all_values(prepared, sample)
    except Exception:  # neither onnxruntime nor onnx can run it
        return None
    unit = 2.0 ** -min(settings.input_scale, settings.param_scale)
    floats = {name: value.astype(np.float64) for name, value in values.items() if value.dtype.kind == "f"}
    for index, node in enumerate(prepared.proto.graph.node):
        found = _beyond_depth(node, values) or _outside(node, floats, unit) or _beyond(node, floats, unit, settings)
        if found is not None:
            return f"{_named(node, index)} {found}"
    return None


def one_hot(prepared: Prepared, samples: Sequence[Sequence[Array]]) -> str | None:
    """Why ezkl has no place for an index of a OneHot on one of the inputs; None if it has."""
    found = [(index, node) for index, node in enumerate(prepared.proto.graph.node) if node.op_type == "OneHot"]
    for number, sample in enumerate(samples if found else ()):
        try:
            values = _all_values(prepared, sample)
        except Exception:  # neither onnxruntime nor onnx can run it
            continue
        for index, node in found:
            said = _beyond_depth(node, values)
            if said is not None:
                return f"on sample {number} of the calibration data {_named(node, index)} {said}"
    for index, node in found:
        source = _cast_from_float(prepared, node.input[0])
        if source is not None:
            return (
                f"{_named(node, index)} gets indices that a Cast makes of the floats {source!r}. In a circuit they "
                "keep the scale of floats, so 1 counts as 2^scale, and ezkl has no place for it. Make the index an "
                "integer input of the model, or compare instead: Less(Abs(Sub(x, c)), 0.5) with a constant c of 0 to "
                "depth - 1 along a new last axis, and a Cast to float"
            )
    return None


def _cast_from_float(prepared: Prepared, name: str) -> str | None:
    """The floats that a value is made of by a Cast to integers, however far before."""
    onnx = load_onnx()
    graph = onnx.shape_inference.infer_shapes(prepared.proto).graph
    kinds = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.value_info)}
    makers = {output: node for node in graph.node for output in node.output}
    pending, seen = [name], set()
    while pending:
        node = makers.get(pending.pop())
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.op_type == "Cast" and kinds.get(node.input[0]) in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16):
            return str(node.input[0])
        pending += node.input
    return None


def _named(node: Any, index: int) -> str:
    return f"{node.op_type} ({node.name or f'node {index}'})"


def _beyond_depth(node: Any, values: dict[str, Array]) -> str | None:
    """ONNX makes nothing but off values of an index beyond the depth, and counts a negative one from the end."""
    if node.op_type != "OneHot":
        return None
    indices, depth = (values.get(name) for name in node.input[:2])
    if indices is None or depth is None or depth.size != 1:
        return None
    places = int(depth.reshape(-1)[0])
    wrong = (indices < 0) | (indices >= places)
    if not wrong.any():
        return None
    at = tuple(int(side) for side in np.argwhere(wrong)[0])
    cure = (
        "give OneHot a larger depth and cut the result with Slice"
        if indices[at] >= places
        else "add the depth to negative indices"
    )
    return (
        f"gets the index {indices[at]:g} at {list(at)} of {node.input[0]!r}, and its depth is {places}: a circuit "
        f"takes 0 to {places - 1}. Bound the index in the model before (Clip), {cure}, or keep such inputs away"
    )


def _outside(node: Any, values: dict[str, Values], unit: float) -> str | None:
    """A value where the operator is not defined, as it stands or once it is quantised."""
    operand = 1 if node.op_type == "Div" else 0
    if node.op_type not in _DOMAINS:
        return None
    defined, words = _DOMAINS[node.op_type]
    name = node.input[operand] if len(node.input) > operand else ""
    value = values.get(name)
    if value is None or not value.size:
        return None
    rounded = np.round(value / unit) * unit
    wrong = ~(defined(value) & defined(rounded)) if np.isfinite(value).all() else ~np.isfinite(value)
    if not wrong.any():
        return None
    at = tuple(int(side) for side in np.argwhere(wrong)[0])
    shown = f"{value[at]:g}"
    if rounded[at] != value[at]:
        shown += f", which is {rounded[at]:g} at the circuit's scale,"
    return (
        f"gets {shown} at {list(at)} of its input {name!r}, and takes {words}. Keep such inputs away, bound the value "
        "in the model before this operator (Clip, or a small constant added), or compile with a larger scale="
    )


def _beyond(node: Any, values: dict[str, Values], unit: float, settings: Settings) -> str | None:
    """A value that no table and no decomposition of the circuit holds."""
    if settings.table_range is not None and node.op_type in _TABLES and node.input:
        value = values.get(node.input[0])
        low, high = (bound * unit for bound in settings.table_range)
        if value is not None and value.size and (value.min() < low - unit or value.max() > high + unit):
            at = tuple(int(side) for side in np.argwhere((value < low - unit) | (value > high + unit))[0])
            return (
                f"gets {value[at]:g} at {list(at)} of its input {node.input[0]!r}, and its table goes from {low:g} to "
                f"{high:g}. Normalise the input, or compile the model with calibration data of that size"
            )
    if settings.largest_value is None:
        return None
    for name in node.output:
        value = values.get(name)
        limit = settings.largest_value * unit
        if value is not None and value.size and np.abs(value).max() > limit:
            at = tuple(int(side) for side in np.argwhere(np.abs(value) > limit)[0])
            return (
                f"gives {value[at]:g} at {list(at)} of {name!r}, and this circuit's numbers go up to ±{limit:g}. "
                "Normalise the input, or compile with a smaller scale= or larger decompositions (decomp_base, "
                "decomp_legs in run_args=)"
            )
    return None


def _all_values(prepared: Prepared, sample: Sequence[Array]) -> dict[str, Array]:
    """Every numeric tensor of the model on this input: inputs, weights and the operators' results."""
    onnx = load_onnx()
    model = onnx.ModelProto()
    model.CopyFrom(prepared.proto)
    known = {value.name for value in model.graph.output}
    for node in model.graph.node:
        for name in node.output:
            if name and name not in known:
                model.graph.output.append(onnx.ValueInfoProto(name=name))
    tensors = prepared.interface.inputs
    elements = {value.name: value.type.tensor_type.elem_type for value in model.graph.input}
    feed = {
        tensor.name: array.astype(onnx.helper.tensor_dtype_to_np_dtype(elements[tensor.name]))
        for tensor, array in zip(tensors, sample)
    }
    names = [value.name for value in model.graph.output]
    with np.errstate(all="ignore"):
        if _fidelity.has_runtime():
            results = _fidelity.open_session(model.SerializeToString()).run(names, feed)
        else:
            from onnx.reference import ReferenceEvaluator

            results = ReferenceEvaluator(model).run(names, feed)
    values = {tensor.name: array for tensor, array in zip(tensors, sample)}
    for tensor in model.graph.initializer:
        values[tensor.name] = onnx.numpy_helper.to_array(tensor)
    values |= dict(zip(names, results))
    arrays = {name: np.asarray(value) for name, value in values.items()}
    return {name: array for name, array in arrays.items() if array.dtype.kind in "fiu"}
