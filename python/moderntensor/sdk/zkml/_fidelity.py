"""How far a circuit's results are from the model's, and how much of that quantisation explains.

The model's own results come from onnxruntime. What quantisation explains is found by letting onnxruntime run the
model again with displaced numbers. A circuit at scale s holds every number as a multiple of u = 2^-s, so one run has
the inputs and the weights rounded to multiples of u, and in the others each operator's result is displaced as well:
by u everywhere, by -u everywhere (errors that add up), and by a random amount up to u for each element, several times.
For each element of an output, with y the model's value,

    explained = |rounded - y| + 3 · the largest |displaced - y| + u + u' + 8 · 2^-24 · the largest |y|

where u' is the unit of the output's own scale and the last term is single precision's (8 · 2^-11 in half). A circuit
rounds to the nearest multiple, so its errors are at most u/2, and 3 is for what a composed operator rounds inside.
Those whose steps magnify what the earlier ones round are taken apart first (`_steps`); a division by a constant is a
multiplication by its rounded reciprocal. Runs that are not finite explain nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ._onnx import Tensor, load_onnx
from ._prepare import Prepared, to_single
from ._steps import EXACT, round_attributes, take_apart
from ._tensors import Array
from .errors import InvalidInput
from .settings import Settings

#: Operators that move values and make none.
_MOVERS: Final = frozenset(
    [
        "Concat",
        "Constant",
        "ConstantOfShape",
        "DepthToSpace",
        "Expand",
        "Flatten",
        "Gather",
        "GatherElements",
        "GatherND",
        "Identity",
        "Pad",
        "Range",
        "Reshape",
        "Shape",
        "Size",
        "Slice",
        "SpaceToDepth",
        "Split",
        "Squeeze",
        "Tile",
        "Transpose",
        "Unsqueeze",
        "Dropout",
        "OneHot",
        "EyeLike",
        "Compress",
        "RandomNormalLike",
        "RandomUniformLike",
        "RandomNormal",
        "RandomUniform",
    ]
)

#: Inputs whose numbers are no values of the circuit but say what an operator does; -1 for all after the first.
_STEERING: Final[Mapping[str, int]] = {"Pow": 1, "Resize": -1, "Upsample": -1, "Dropout": -1, "Clip": -1, "Range": -1}

_RANDOM_RUNS: Final = 6
_FACTOR: Final = 3.0

#: What the model's own arithmetic may be off by, for each unit of its largest result.
_PRECISION: Final[Mapping[str, float]] = {
    "float32": 8 * 2.0**-24,
    "float64": 8 * 2.0**-24,  # it is run in single precision
    "float16": 8 * 2.0**-11,
    "bfloat16": 8 * 2.0**-8,
}


@dataclass(frozen=True)
class OutputFidelity:
    """One output of the circuit beside the model's."""

    name: str
    #: The largest absolute difference of an element, and the mean over all.
    largest: float
    mean: float
    #: What quantisation explains of the difference, for the element where most is left over.
    explained: float
    #: Whether every element's difference is explained.
    within: bool
    #: Where most is left over, and the two values there.
    example: str

    def __str__(self) -> str:
        said = f"{self.name}: at most {self.largest:.3g}, {self.mean:.3g} on average"
        return f"{said} (quantisation explains {self.explained:.3g})"


@dataclass(frozen=True)
class Fidelity:
    """How the circuit's outputs compare with the model's on the calibration data."""

    samples: int
    outputs: tuple[OutputFidelity, ...]
    #: Operators of the model whose circuit is known to differ from ONNX on some values, with how.
    differing: Mapping[str, str]
    #: Outputs whose unexplained difference was accepted by name.
    accepted: tuple[str, ...] = ()

    def __str__(self) -> str:
        samples = "1 sample" if self.samples == 1 else f"{self.samples} samples"
        return f"on {samples} of the calibration data the outputs differ from the model's by: " + "; ".join(
            map(str, self.outputs)
        )


class NoReference(Exception):
    """onnxruntime does not take the model; the message says why."""


class Reference:
    """The model's own results, and what quantisation would make of them. Raises :class:`NoReference`."""

    def __init__(self, prepared: Prepared, settings: Settings) -> None:
        self._settings = settings
        self.inputs = prepared.interface.inputs
        # Whole numbers have scale 0, and need no more: that explains nothing of what is made of them.
        scales = [scale for scale, tensor in zip(settings.input_scales, self.inputs) if tensor.is_float]
        self._unit = 2.0 ** -min([settings.param_scale, *scales])
        self.outputs = prepared.interface.outputs
        try:
            self._session = open_session(prepared.content())
        except Exception as error:  # onnxruntime has errors of its own
            raise NoReference(_short(error)) from error
        self._displaced = self._try_displaced(prepared)

    def run(self, sample: Sequence[Array]) -> list[npt.NDArray[np.float64]]:
        """The model's outputs in double precision. Raises :class:`InvalidInput` where it cannot be run."""
        try:
            results = self._session.run(None, _feed(self._session, sample, self.inputs))
        except Exception as error:  # onnxruntime has errors of its own
            raise InvalidInput(f"the model cannot be run on this input: onnxruntime says {_short(error)}") from error
        return [np.asarray(part, np.float64) for part in results]

    def explained(
        self, sample: Sequence[Array], results: Sequence[npt.NDArray[np.float64]]
    ) -> list[npt.NDArray[np.float64]]:
        """For each element of each output, how far quantisation may take it from `results`."""
        rounded = [np.zeros_like(result) for result in results]
        largest = [np.zeros_like(result) for result in results]
        if self._displaced is not None:
            feed = _feed(self._displaced, self._quantised(sample), self.inputs)
            runs = [(0.0, 0.0), (0.0, 1.0), (0.0, -1.0), *[(1.0, 0.0)] * _RANDOM_RUNS]
            for index, (spread, shift) in enumerate(runs):
                moved = {_SPREAD: np.float32(spread * self._unit), _SHIFT: np.float32(shift * self._unit)}
                try:
                    values = self._displaced.run(None, {**feed, **{k: np.array(v) for k, v in moved.items()}})
                except Exception:  # a displaced number may be none that an operator takes
                    continue
                for at, (value, result) in enumerate(zip(values, results)):
                    if np.shape(value) != result.shape:
                        continue
                    away = np.abs(np.asarray(value, np.float64) - result)
                    away = np.where(np.isfinite(away), away, 0.0)
                    if index == 0:
                        rounded[at] = away
                    largest[at] = np.maximum(largest[at], away)
        units = [
            2.0**-scale if tensor.is_float else 0.0
            for scale, tensor in zip(self._settings.output_scales, self.outputs, strict=True)
        ]
        bounds = []
        for result, first, most, unit, tensor in zip(results, rounded, largest, units, self.outputs):
            size = float(np.abs(result[np.isfinite(result)]).max(initial=0.0))
            own = self._unit + unit + _PRECISION.get(tensor.dtype, 0.0) * size if tensor.is_float else 0.0
            bounds.append(first + _FACTOR * most + own)
        return bounds

    def _quantised(self, sample: Sequence[Array]) -> list[Array]:
        return [
            np.round(array * 2.0**scale) / 2.0**scale if tensor.is_float else array
            for array, tensor, scale in zip(sample, self.inputs, self._settings.input_scales)
        ]

    def _try_displaced(self, prepared: Prepared) -> Any:
        try:
            return open_session(displaced(prepared, self._settings.param_scale).SerializeToString())
        except Exception:  # an operator whose types are not known: then only the output's own unit is explained
            return None


#: Inputs of the displaced model: how far a value may go at random, and how far all go.
_SPREAD: Final = "moderntensor.spread"
_SHIFT: Final = "moderntensor.shift"

_ELEMENTS: Final[Mapping[str, Any]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(bool)": np.bool_,
    **{f"tensor({name})": np.dtype(name) for name in ("int8", "int16", "int32", "int64")},
    **{f"tensor({name})": np.dtype(name) for name in ("uint8", "uint16", "uint32", "uint64")},
}


def _feed(session: Any, sample: Sequence[Array], inputs: Sequence[Tensor]) -> dict[str, Any]:
    types = {value.name: _ELEMENTS.get(value.type, np.float32) for value in session.get_inputs()}
    return {tensor.name: array.astype(types[tensor.name]) for tensor, array in zip(inputs, sample)}


def displaced(prepared: Prepared, param_scale: int) -> Any:
    """The model with rounded weights, and with each float result displaced by ``spread · random + shift``."""
    onnx = load_onnx()
    model = onnx.ModelProto()
    model.CopyFrom(prepared.proto)
    to_single(model, prepared.model.path, (onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16))
    take_apart(model)
    types = _element_types(model)
    _round_weights(model, param_scale)
    round_attributes(model, param_scale)
    single = onnx.TensorProto.FLOAT
    made: list[Any] = []
    renamed: dict[str, str] = {}
    for index, node in enumerate(model.graph.node):
        sources = {renamed.get(name, name): name for name in node.input}
        for at, name in enumerate(node.input):
            node.input[at] = renamed.get(name, name)
        made.append(node)
        if node.op_type in _MOVERS or node.domain not in ("", "ai.onnx"):
            continue
        if node.op_type == "Cast" and types.get(sources[node.input[0]], single) != single:
            continue  # whole numbers stay what they are
        for name in list(node.output):
            if not name or types.get(name) != single or EXACT in name:
                continue
            noise, scaled, moved, result = (f"{name}.{part}" for part in ("noise", "scaled", "moved", "result"))
            made += [
                onnx.helper.make_node("RandomUniformLike", [name], [noise], low=-1.0, high=1.0, seed=float(index + 1)),
                onnx.helper.make_node("Mul", [noise, _SPREAD], [scaled]),
                onnx.helper.make_node("Add", [scaled, _SHIFT], [moved]),
                onnx.helper.make_node("Add", [name, moved], [result]),
            ]
            renamed[name] = result
    outputs = [onnx.ValueInfoProto() for _ in model.graph.output]
    for copy, value in zip(outputs, model.graph.output):
        copy.CopyFrom(value)
        copy.name = renamed.get(value.name, value.name)
    nodes = [onnx.NodeProto() for _ in made]
    for node, source in zip(nodes, made):
        node.CopyFrom(source)
    for field, entries in (("node", nodes), ("output", outputs), ("value_info", [])):
        model.graph.ClearField(field)
        getattr(model.graph, field).extend(entries)
    for name in (_SPREAD, _SHIFT):
        model.graph.input.append(onnx.helper.make_tensor_value_info(name, single, []))
    return model


def _element_types(model: Any) -> dict[str, int]:
    onnx = load_onnx()
    graph = onnx.shape_inference.infer_shapes(model).graph
    return {value.name: value.type.tensor_type.elem_type for value in [*graph.value_info, *graph.input, *graph.output]}


def _round_weights(model: Any, scale: int) -> None:
    """The weights as the circuit has them, but for those that steer an operator."""
    onnx = load_onnx()
    kept = set()
    for node in model.graph.node:
        first = _STEERING.get(node.op_type)
        if first is not None:
            kept.update(node.input[1:] if first < 0 else node.input[first : first + 1])
    # A circuit does not divide by a constant: it multiplies by the reciprocal, rounded.
    divisors = {node.input[1] for node in model.graph.node if node.op_type == "Div"}
    constants = [(tensor.name, tensor) for tensor in model.graph.initializer]
    for node in model.graph.node:
        if node.op_type == "Constant":
            constants += [(node.output[0], attribute.t) for attribute in node.attribute if attribute.name == "value"]
    for name, tensor in constants:
        if name in kept or tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = onnx.numpy_helper.to_array(tensor).astype(np.float64)
        rounded = (np.round(values * 2.0**scale) / 2.0**scale).astype(np.float32)
        if name in divisors:
            with np.errstate(divide="ignore"):
                inverse = np.round(2.0**scale / values) / 2.0**scale
                rounded = np.where(inverse == 0, values, 1.0 / inverse).astype(np.float32)
        own = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(rounded, own))


def compare(
    reference: Reference, samples: Sequence[Sequence[Array]], circuit: Sequence[Sequence[Sequence[float]]]
) -> tuple[OutputFidelity, ...]:
    """For each output the figures over all samples; `circuit` has the circuit's outputs, flat, for each."""
    parts: list[list[tuple[Any, Any, Any]]] = [[] for _ in reference.outputs]
    for sample, proven in zip(samples, circuit, strict=True):
        results = reference.run(sample)
        for at, (result, bound, values) in enumerate(zip(results, reference.explained(sample, results), proven)):
            parts[at].append((result.reshape(-1), bound.reshape(-1), np.asarray(values, np.float64)))
    return tuple(_figures(tensor.name, part) for tensor, part in zip(reference.outputs, parts))


def _figures(name: str, parts: list[tuple[Any, Any, Any]]) -> OutputFidelity:
    if any(model.size != proven.size for model, _, proven in parts):
        sizes = next((model.size, proven.size) for model, _, proven in parts if model.size != proven.size)
        text = f"the model gives {sizes[0]} values, the circuit {sizes[1]}"
        return OutputFidelity(name, np.inf, np.inf, 0.0, False, text)
    model, bound, proven = (np.concatenate(column) for column in zip(*parts))
    if not model.size:
        return OutputFidelity(name, 0.0, 0.0, 0.0, True, "")
    away = np.abs(model - proven)
    away = np.where(np.isnan(away), np.inf, away)
    left = np.where(np.isinf(away), np.inf, away - bound)
    worst = int(np.argmax(left))
    return OutputFidelity(
        name=name,
        largest=float(away.max()),
        mean=float(away.mean()),
        explained=float(bound[worst]),
        within=bool((left <= 0).all()),
        example=f"where the model gives {model[worst]:g}, the circuit gives {proven[worst]:g}",
    )


def _short(error: Exception) -> str:
    """What onnxruntime says, in one line. It begins with the place in its own sources."""
    text = " ".join(str(error).split())
    return f"…{text[-240:]}" if len(text) > 240 else text


def has_runtime() -> bool:
    """Whether onnxruntime is installed, and works."""
    try:
        load_runtime()
    except ImportError:
        return False
    return True


def load_runtime() -> Any:
    """The onnxruntime module. Raises ``ImportError``."""
    import onnxruntime

    return onnxruntime


def open_session(content: bytes) -> Any:
    """onnxruntime's session for a model, on one processor and without optimisations."""
    runtime = load_runtime()
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    # Optimisations may compute in another order, or fold the displacements.
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
