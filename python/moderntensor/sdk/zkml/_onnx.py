"""Models as their ONNX files state them: inputs and outputs, operators, and what cannot be proven of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ._ezkl import INSTALL
from .errors import CompileError, MissingFile, NotFinite, ProverNotInstalled

#: Elements that are real numbers; the others are integers and booleans.
_FLOATS: Final = ("float16", "float32", "float64", "bfloat16")

#: The first input of these is a table, the second holds positions in it, along the named axis' default.
_LOOKUPS: Final = {"Gather": 0, "GatherElements": 0, "ArrayFeatureExtractor": -1}

#: Operators that hand on their input's values.
_CARRIERS: Final = frozenset(
    {"Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Dropout", "Expand"}
)


@dataclass(frozen=True)
class Tensor:
    """A model's input or output. A dimension that the file leaves open is None."""

    name: str
    shape: tuple[int | None, ...]
    #: As numpy names it, such as ``float32``, ``int64`` or ``bool``.
    dtype: str = "float32"
    #: The name of each open dimension; "" for the others.
    symbols: tuple[str, ...] = field(default=(), compare=False)

    @property
    def size(self) -> int | None:
        """Number of elements, if all dimensions are known."""
        sides = [side for side in self.shape if side is not None]
        return math.prod(sides) if len(sides) == len(self.shape) else None

    @property
    def is_float(self) -> bool:
        """Whether its elements are real numbers, and not integers or booleans."""
        return self.dtype in _FLOATS

    def __str__(self) -> str:
        sides = [side if side is not None else "?" for side in self.shape]
        return f"{self.name} {sides}{'' if self.is_float else f' of {self.dtype}'}"


@dataclass(frozen=True)
class Interface:
    """What goes into a model and what comes out of it, in order."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True)
class IndexLimit:
    """An input that holds positions in a table of `size` entries."""

    size: int
    #: The node that looks up, for people.
    node: str


@dataclass(frozen=True)
class Model:
    """A loaded ONNX file, its weights included wherever they are."""

    path: Path
    proto: Any
    #: SHA-256 of the file and of the weights beside it.
    digest: str
    #: Whether its weights are in files of their own.
    is_split: bool

    @classmethod
    def load(cls, path: Path) -> Model:
        """Raises :class:`MissingFile`, :class:`CompileError` or :class:`ProverNotInstalled`."""
        onnx = load_onnx()
        if not path.exists():
            raise MissingFile(f"{path}: no such file. Expected a model in ONNX format; export_torch() writes one")
        try:
            content = path.read_bytes()
            proto = onnx.load_model_from_string(content)
        except OSError as error:
            raise CompileError(f"{path}: {error.strerror or error}") from error
        except Exception as error:  # protobuf's errors have no common base
            raise CompileError(f"{path}: not readable as an ONNX model ({error})") from error
        if not proto.graph.node and not proto.graph.output:
            raise CompileError(f"{path}: not readable as an ONNX model (it holds no graph)")
        outside = sorted(
            {
                entry.value
                for tensor in tensors(proto)
                if tensor.data_location == onnx.TensorProto.EXTERNAL
                for entry in tensor.external_data
                if entry.key == "location"
            }
        )
        digest = hashlib.sha256(content)
        if outside:
            cls._load_weights(path, proto, outside, digest)
        return cls(path, proto, digest.hexdigest(), bool(outside))

    @staticmethod
    def _load_weights(path: Path, proto: Any, names: list[str], digest: Any) -> None:
        onnx = load_onnx()
        for name in names:
            file = path.parent / name
            if not file.resolve().is_relative_to(path.parent.resolve()):
                raise CompileError(
                    f"{path}: it looks for weights in {name!r}, outside of its own folder: move them there"
                )
            if not file.is_file():
                raise MissingFile(
                    f"{file}: no such file. {path.name} keeps its weights there: put it back beside the model"
                )
            with file.open("rb") as stream:
                while part := stream.read(1 << 20):
                    digest.update(part)
        try:
            onnx.external_data_helper.load_external_data_for_model(proto, str(path.parent))
        except Exception as error:
            raise CompileError(f"{path}: the weights in {', '.join(names)} cannot be read ({error})") from error

    def interface(self, variables: Mapping[str, int]) -> Interface:
        """Inputs (those that are no parameters) and outputs; open dimensions take their size from `variables`."""
        graph = self.proto.graph
        parameters = {initializer.name for initializer in graph.initializer}
        return Interface(
            tuple(_tensor(value, variables) for value in graph.input if value.name not in parameters),
            tuple(_tensor(value, variables) for value in graph.output),
        )

    def operators(self) -> dict[str, list[str]]:
        """The operators of the model, each with the names of its nodes; ``domain.Name`` outside of ONNX's own."""
        found: dict[str, list[str]] = {}
        for index, node in enumerate(nodes(self.proto)):
            domain = "" if node.domain in ("", "ai.onnx") else f"{node.domain}."
            found.setdefault(domain + node.op_type, []).append(node.name or f"node {index}")
        return found

    def operators_on_integers(self) -> set[str]:
        """The operators of which some node reads or gives integers or booleans, parameters aside."""
        onnx = load_onnx()
        try:
            graph = onnx.shape_inference.infer_shapes(self.proto).graph
        except Exception:  # inference is a help, and has errors of its own; without it any may
            return set(self.operators())
        real = {onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16}
        parameters = {initializer.name for initializer in graph.initializer}
        parameters |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
        whole = {
            value.name
            for value in (*graph.input, *graph.value_info, *graph.output)
            if value.name not in parameters and value.type.tensor_type.elem_type not in real
        }
        names = self.operators()
        return {
            name
            for name in names
            for node in nodes(self.proto)
            if name.rpartition(".")[2] == node.op_type and whole.intersection((*node.input, *node.output))
        }

    def require_finite(self) -> None:
        """Raise :class:`NotFinite` for the first NaN or infinity among weights and constants.

        ezkl would quantise them to some number without a word.
        """
        graph_names = {initializer.name for initializer in self.proto.graph.initializer}
        for what, values in _constants(self.proto):
            if values.dtype.kind not in "fV":
                continue
            numbers = values.astype(np.float64)
            finite = np.isfinite(numbers)
            if finite.all():
                continue
            at = tuple(int(side) for side in np.argwhere(~finite)[0])
            many = int((~finite).sum())
            kind = "the weight" if what in graph_names else "the constant"
            raise NotFinite(
                f"{self.path}: {kind} {what!r} {list(numbers.shape)} has {numbers[at]} at {list(at)}"
                f"{f' and {many - 1} more that are not finite' if many > 1 else ''}; only finite numbers can be "
                "proven. Train or export the model again (a training that diverged leaves NaN), or replace a mask of "
                "-inf by a number such as -100"
            )

    def largest_weight(self) -> tuple[float, str]:
        """The largest magnitude among weights and constants, and where it is, for people."""
        largest, where = 0.0, ""
        for name, values in _constants(self.proto):
            if values.dtype.kind not in "fV" or not values.size:
                continue
            numbers = values.astype(np.float64)
            at = np.unravel_index(int(np.argmax(np.abs(numbers))), numbers.shape)
            if abs(numbers[at]) > largest:
                largest = float(abs(numbers[at]))
                where = f"{name!r} {list(numbers.shape)} has {numbers[at]:g} at {[int(side) for side in at]}"
        return largest, where

    def index_limits(self) -> dict[str, IndexLimit]:
        """Inputs that are used as positions in a table whose size is known."""
        graph = self.proto.graph
        shapes = {initializer.name: list(initializer.dims) for initializer in graph.initializer}
        for value in [*graph.value_info, *graph.input]:
            sides = [d.dim_value if d.HasField("dim_value") else 0 for d in value.type.tensor_type.shape.dim]
            shapes.setdefault(value.name, sides)
        carries = {value.name: value.name for value in graph.input}
        limits: dict[str, IndexLimit] = {}
        for index, node in enumerate(graph.node):
            if node.op_type in _CARRIERS and node.input and node.input[0] in carries:
                for output in node.output:
                    carries[output] = carries[node.input[0]]
            size = _table_size(node, shapes)
            source = carries.get(node.input[1]) if len(node.input) > 1 else None
            if size and source is not None and (source not in limits or size < limits[source].size):
                name = node.name or f"node {index}"
                limits[source] = IndexLimit(size, f"{node.op_type} ({name}), which reads {node.input[0]!r}")
        return limits


def _table_size(node: Any, shapes: Mapping[str, list[int]]) -> int:
    """How many entries the table has that this node reads by position; 0 if it reads none or that is open."""
    if node.op_type not in _LOOKUPS or not node.input:
        return 0
    axis = next((a.i for a in node.attribute if a.name == "axis"), _LOOKUPS[node.op_type])
    sides = shapes.get(node.input[0], [])
    return int(sides[axis]) if -len(sides) <= axis < len(sides) else 0


def load_onnx() -> Any:
    """The onnx module. Raises :class:`ProverNotInstalled`."""
    try:
        import onnx
        import onnx.external_data_helper
        import onnx.numpy_helper
    except ImportError as error:
        raise ProverNotInstalled(f"reading a model needs onnx, which comes with the prover: {INSTALL}") from error
    return onnx


def nodes(proto: Any) -> Iterator[Any]:
    """All nodes, those of subgraphs and of functions too."""
    pending = [*proto.graph.node, *(node for function in proto.functions for node in function.node)]
    for node in pending:
        yield node
        for attribute in node.attribute:
            for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                pending.extend(graph.node)


def graphs(proto: Any) -> Iterator[Any]:
    """The graph and its subgraphs."""
    yield proto.graph
    for node in nodes(proto):
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield attribute.g
            yield from attribute.graphs


def tensors(proto: Any) -> Iterator[Any]:
    """All tensors that the file holds: weights and constants."""
    return (tensor for _, tensor in _named_tensors(proto))


def _named_tensors(proto: Any) -> Iterator[tuple[str, Any]]:
    """The same with their names; a constant has that of its node's output."""
    for graph in graphs(proto):
        for tensor in (*graph.initializer, *(sparse.values for sparse in graph.sparse_initializer)):
            yield tensor.name, tensor
    for node in nodes(proto):
        for attribute in node.attribute:
            name = node.output[0] if node.output else node.name
            if attribute.HasField("t"):
                yield name, attribute.t
            if attribute.HasField("sparse_tensor"):
                yield name, attribute.sparse_tensor.values
            for tensor in attribute.tensors:
                yield tensor.name or name, tensor


def _constants(proto: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of all weights and constants, and of attributes that are numbers."""
    onnx = load_onnx()
    for name, tensor in _named_tensors(proto):
        if tensor.data_type not in (onnx.TensorProto.STRING, onnx.TensorProto.UNDEFINED):
            yield name or "(without a name)", onnx.numpy_helper.to_array(tensor)
    for index, node in enumerate(nodes(proto)):
        for attribute in node.attribute:
            name = f"{attribute.name} of {node.op_type} ({node.name or f'node {index}'})"
            if attribute.type == onnx.AttributeProto.FLOAT:
                yield name, np.array(attribute.f, np.float64)
            elif attribute.type == onnx.AttributeProto.FLOATS:
                yield name, np.array(attribute.floats, np.float64)


def _tensor(value: Any, variables: Mapping[str, int]) -> Tensor:
    onnx = load_onnx()
    type_ = value.type.tensor_type
    shape: list[int | None] = []
    symbols = []
    for axis, dimension in enumerate(type_.shape.dim):
        if dimension.HasField("dim_value") and dimension.dim_value > 0:
            shape.append(int(dimension.dim_value))
            symbols.append("")
        else:
            symbols.append(dimension.dim_param or f"{value.name}[{axis}]")
            shape.append(variables.get(symbols[-1]))
    try:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(type_.elem_type).name
    except (KeyError, TypeError):
        dtype = "float32"
    return Tensor(value.name, tuple(shape), dtype, tuple(symbols))
