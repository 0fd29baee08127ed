"""The model as ezkl can read it: one file, closed dimensions, single precision.

ezkl reads no weights from a second file, knows no open dimension but those it is told of, and fails on double
precision. All three are mended in a copy; the model itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ._onnx import Interface, Model, Tensor, graphs, load_onnx, nodes, tensors
from .errors import CompileError, OutOfRange


@dataclass(frozen=True)
class Prepared:
    """A model for ezkl, with every dimension known that can be."""

    model: Model
    proto: Any
    interface: Interface
    #: What was changed, for people; empty if the file can be given to ezkl as it is.
    changes: tuple[str, ...]

    def content(self) -> bytes:
        """The bytes of the file. Raises :class:`CompileError` beyond protobuf's limit of 2 GB."""
        try:
            return bytes(self.proto.SerializeToString())
        except ValueError as error:
            raise CompileError(
                f"{self.model.path}: with its weights it is larger than the 2 GB that an ONNX file can hold ({error}), "
                "and ezkl reads no weights from other files. A model of that size cannot be proven"
            ) from error


def prepare(model: Model, variables: Mapping[str, int]) -> Prepared:
    """`model` with its open dimensions set to `variables`. The file is read, not written."""
    onnx = load_onnx()
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    interface = model.interface(variables)
    changes = ["its weights are in one file with it"] if model.is_split else []
    opened = [tensor for tensor in interface.inputs if any(tensor.symbols)]
    if opened:
        changes.append("its open dimensions are closed: " + ", ".join(map(str, opened)))
        _close(proto, interface.inputs)
    if _has_doubles(proto):
        changes.append("it is in single precision instead of double")
        to_single(proto, model.path, (onnx.TensorProto.DOUBLE,))
    inferred = _inferred(proto)
    outputs = tuple(_with_shape(tensor, inferred) for tensor in interface.outputs)
    return Prepared(model, proto, Interface(interface.inputs, outputs), tuple(changes))


def _close(proto: Any, inputs: tuple[Tensor, ...]) -> None:
    shapes = {tensor.name: tensor.shape for tensor in inputs}
    for value in proto.graph.input:
        for dimension, side in zip(value.type.tensor_type.shape.dim, shapes.get(value.name, ())):
            if side is not None:
                dimension.Clear()
                dimension.dim_value = side
    # What the open dimension led to further on is found again.
    del proto.graph.value_info[:]
    for value in proto.graph.output:
        value.type.tensor_type.ClearField("shape")
    inferred = _inferred(proto)
    for value in proto.graph.output:
        if (found := inferred.get(value.name)) is not None:
            for side in found:
                value.type.tensor_type.shape.dim.add().dim_value = side


def _inferred(proto: Any) -> dict[str, tuple[int, ...]]:
    """The shapes of outputs that follow from those of the inputs, where all of it is known."""
    onnx = load_onnx()
    try:
        graph = onnx.shape_inference.infer_shapes(proto, data_prop=True).graph
    except Exception:  # an operator that onnx does not know, a model too large: then they stay open
        return {}
    shapes = {}
    for value in graph.output:
        if not value.type.tensor_type.HasField("shape"):
            continue
        sides = [d.dim_value if d.HasField("dim_value") else 0 for d in value.type.tensor_type.shape.dim]
        if all(sides):
            shapes[value.name] = tuple(sides)
    return shapes


def _with_shape(tensor: Tensor, inferred: Mapping[str, tuple[int, ...]]) -> Tensor:
    if tensor.size is None and tensor.name in inferred:
        return replace(tensor, shape=inferred[tensor.name])
    return tensor


def _has_doubles(proto: Any) -> bool:
    double = load_onnx().TensorProto.DOUBLE
    values = [*proto.graph.input, *proto.graph.output, *proto.graph.value_info]
    return any(value.type.tensor_type.elem_type == double for value in values) or any(
        tensor.data_type == double for tensor in tensors(proto)
    )


def to_single(proto: Any, path: Path, kinds: tuple[int, ...]) -> None:
    """Turn all elements of these types into single precision. Raises :class:`OutOfRange` where one does not fit."""
    onnx = load_onnx()
    single = onnx.TensorProto.FLOAT
    for tensor in tensors(proto):
        if tensor.data_type not in kinds:
            continue
        values = onnx.numpy_helper.to_array(tensor).astype(np.float64)
        beyond = np.abs(values) > np.finfo(np.float32).max
        if beyond.any():
            at = tuple(int(side) for side in np.argwhere(beyond)[0])
            raise OutOfRange(
                f"{path}: {tensor.name!r} has {values[at]:g} at {list(at)}, which single precision cannot hold; "
                "the model is in double precision, which ezkl does not read"
            )
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float32), name))
    for graph in graphs(proto):
        for value in [*graph.input, *graph.output, *graph.value_info]:
            if value.type.tensor_type.elem_type in kinds:
                value.type.tensor_type.elem_type = single
    for node in nodes(proto):
        for attribute in node.attribute:
            if attribute.name in ("to", "dtype") and attribute.i in kinds:
                attribute.i = single
