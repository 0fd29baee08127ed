"""Composed operators of ONNX as the steps that a circuit takes for them.

Each step rounds, and a constant inside is rounded to the scale of the weights before it is used. Where a later step
magnifies an earlier rounding, the operator as a whole says too little of how far quantisation can take its result. A
mean is a sum times the rounded 1 / n, a quotient is a product with the rounded reciprocal, a batch normalisation is a
product with the rounded slope and a sum with the rounded intercept, and so on, as ``ezkl.table`` shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ._onnx import load_onnx
from ._tensors import Array


@dataclass
class _Graph:
    """What is known of a model's values, and the nodes that take the place of its own."""

    opset: int
    shapes: Mapping[str, tuple[int, ...]]
    floats: frozenset[str]
    constants: Mapping[str, Array]
    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def step(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(load_onnx().helper.make_node(operator, inputs, [output], **attributes))
        return output

    def weight(self, name: str, value: Any) -> str:
        """A constant; like the model's own, it is rounded to the weights' scale afterwards."""
        self.weights.append(load_onnx().numpy_helper.from_array(np.asarray(value), name))
        return name

    def total(self, of: str, axes: tuple[int, ...], keep: int, output: str) -> str:
        if self.opset < 13:  # the axes were an attribute then
            return self.step("ReduceSum", [of], output, axes=list(axes), keepdims=keep)
        where = self.weight(f"{output}.axes", np.array(axes, np.int64))
        return self.step("ReduceSum", [of, where], output, keepdims=keep)

    def mean(self, of: str, axes: tuple[int, ...], keep: int, output: str) -> str:
        count = int(np.prod([self.shapes[of][axis] for axis in axes]))
        share = self.weight(f"{output}.share", np.float32(1 / count))
        return self.step("Mul", [self.total(of, axes, keep, f"{output}{EXACT}.total"), share], output)


@dataclass(frozen=True)
class _Node:
    """One operator: its inputs, first output and attributes."""

    inputs: list[str]
    output: str
    options: Mapping[str, Any]

    def part(self, name: str) -> str:
        return f"{self.output}.{name}"


def take_apart(model: Any) -> None:
    """Replace the composed operators of `model` by their steps, where shapes and types are known."""
    onnx = load_onnx()
    inferred = onnx.shape_inference.infer_shapes(model).graph
    values = [*inferred.input, *inferred.value_info, *inferred.output]
    graph = _Graph(
        opset=next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), 1),
        shapes={value.name: shape for value in values if (shape := _shape(value)) is not None},
        floats=frozenset(v.name for v in values if v.type.tensor_type.elem_type == onnx.TensorProto.FLOAT),
        constants=_constants(model),
    )
    for node in model.graph.node:
        apart = _APART.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        options = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        whole = _Node(list(node.input), node.output[0] if node.output else "", options)
        done = len([name for name in node.output if name]) == 1 and whole.output in graph.floats
        if apart is None or not done or not apart(graph, whole):
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            graph.nodes.append(copy)
    model.graph.ClearField("node")
    model.graph.node.extend(graph.nodes)
    model.graph.initializer.extend(graph.weights)


def round_attributes(model: Any, scale: int) -> None:
    """Factors that are attributes, as the circuit has them: constants of the weights' scale."""
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name in _FACTORS.get(node.op_type, ()):
                attribute.f = round(attribute.f * 2**scale) / 2**scale
    # Those that are left out have a value too.
    for node in model.graph.node:
        given = {attribute.name for attribute in node.attribute}
        for name, value in _FACTORS.get(node.op_type, {}).items():
            if name not in given:
                node.attribute.append(load_onnx().helper.make_attribute(name, round(value * 2**scale) / 2**scale))


#: In the names of steps that a circuit takes exactly: sums, and choices between numbers.
EXACT: Final = ".exact"

#: Attributes that a circuit multiplies by, with the values that they have where they are left out.
_FACTORS: Final[Mapping[str, Mapping[str, float]]] = {
    "Gemm": {"alpha": 1.0, "beta": 1.0},
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
    "LeakyRelu": {"alpha": 0.01},
    "Selu": {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875},
}


def _shape(value: Any) -> tuple[int, ...] | None:
    kind = value.type.tensor_type
    if not kind.HasField("shape") or not all(side.HasField("dim_value") for side in kind.shape.dim):
        return None
    return tuple(side.dim_value for side in kind.shape.dim)


def _constants(model: Any) -> dict[str, Array]:
    onnx = load_onnx()
    found = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    found[node.output[0]] = onnx.numpy_helper.to_array(attribute.t)
    return found


def _axes(graph: _Graph, node: _Node) -> tuple[int, ...] | None:
    """The axes of a reduction, counted from the front; None if they are not known."""
    shape = graph.shapes.get(node.inputs[0])
    if shape is None:
        return None
    axes = node.options.get("axes")
    if len(node.inputs) > 1 and node.inputs[1]:
        if node.inputs[1] not in graph.constants:
            return None
        axes = graph.constants[node.inputs[1]].reshape(-1).tolist()
    if axes is None or not len(axes):
        return None if node.options.get("noop_with_empty_axes") else tuple(range(len(shape)))
    return tuple(int(axis) % len(shape) for axis in axes)


def _reduce_mean(graph: _Graph, node: _Node) -> bool:
    axes = _axes(graph, node)
    if axes is None:
        return False
    graph.mean(node.inputs[0], axes, node.options.get("keepdims", 1), node.output)
    return True


def _global_average_pool(graph: _Graph, node: _Node) -> bool:
    shape = graph.shapes.get(node.inputs[0])
    if shape is None:
        return False
    graph.mean(node.inputs[0], tuple(range(2, len(shape))), 1, node.output)
    return True


def _reduction(first: str, last: str | None) -> Callable[[_Graph, _Node], bool]:
    """``last(sum(first(x)))``, where ``Mul`` is the square."""

    def apart(graph: _Graph, node: _Node) -> bool:
        axes = _axes(graph, node)
        if axes is None:
            return False
        source = node.inputs[0]
        inner = graph.step(first, [source, source] if first == "Mul" else [source], node.part("inner"))
        keep = node.options.get("keepdims", 1)
        total = graph.total(inner, axes, keep, node.part("sum") if last else node.output)
        if last:
            graph.step(last, [total], node.output)
        return True

    return apart


def _normalise(graph: _Graph, node: _Node, axes: tuple[int, ...]) -> str:
    """(x - mean) / sqrt(variance + epsilon); the mean of squares is taken in one step."""
    source = node.inputs[0]
    epsilon = graph.weight(node.part("epsilon"), np.float32(node.options.get("epsilon", 1e-5)))
    centred = graph.step("Sub", [source, graph.mean(source, axes, 1, node.part("mean"))], node.part("centred"))
    square = graph.step("Mul", [centred, centred], node.part("square"))
    if graph.opset < 18:  # the axes were an attribute then
        variance = graph.step("ReduceMean", [square], node.part("variance"), axes=list(axes), keepdims=1)
    else:
        where = graph.weight(node.part("axes"), np.array(axes, np.int64))
        variance = graph.step("ReduceMean", [square, where], node.part("variance"), keepdims=1)
    deviation = graph.step("Sqrt", [graph.step("Add", [variance, epsilon], node.part("positive"))], node.part("root"))
    return graph.step("Mul", [centred, graph.step("Reciprocal", [deviation], node.part("inverse"))], node.part("unit"))


def _layer_normalization(graph: _Graph, node: _Node) -> bool:
    shape = graph.shapes.get(node.inputs[0])
    if shape is None:
        return False
    unit = _normalise(graph, node, tuple(range(node.options.get("axis", -1) % len(shape), len(shape))))
    if len(node.inputs) > 2 and node.inputs[2]:
        graph.step(
            "Add", [graph.step("Mul", [unit, node.inputs[1]], node.part("product")), node.inputs[2]], node.output
        )
    else:
        graph.step("Mul", [unit, node.inputs[1]], node.output)
    return True


def _instance_normalization(graph: _Graph, node: _Node) -> bool:
    shape = graph.shapes.get(node.inputs[0])
    slope, intercept = (graph.constants.get(name) for name in node.inputs[1:3])
    if shape is None or slope is None or intercept is None:
        return False
    along = (-1, *[1] * (len(shape) - 2))
    unit = _normalise(graph, node, tuple(range(2, len(shape))))
    product = graph.step("Mul", [unit, graph.weight(node.part("slope"), slope.reshape(along))], node.part("product"))
    graph.step("Add", [product, graph.weight(node.part("intercept"), intercept.reshape(along))], node.output)
    return True


def _batch_normalization(graph: _Graph, node: _Node) -> bool:
    shape = graph.shapes.get(node.inputs[0])
    parts = [graph.constants.get(name) for name in node.inputs[1:5]]
    if shape is None or any(part is None for part in parts) or node.options.get("training_mode"):
        return False
    scale, bias, mean, variance = (np.asarray(part, np.float32) for part in parts)
    slope = scale / np.sqrt(variance + np.float32(node.options.get("epsilon", 1e-5)))
    along = (-1, *[1] * (len(shape) - 2))
    factor = graph.weight(node.part("slope"), slope.reshape(along))
    intercept = graph.weight(node.part("intercept"), (bias - mean * slope).reshape(along))
    graph.step("Add", [graph.step("Mul", [node.inputs[0], factor], node.part("product")), intercept], node.output)
    return True


def _divide(graph: _Graph, node: _Node) -> bool:
    """By a tensor. What is divided by a constant is multiplied by the constant's reciprocal, as the weights are."""
    numerator, divisor = node.inputs
    if divisor in graph.constants:
        return False
    graph.step("Mul", [numerator, graph.step("Reciprocal", [divisor], node.part("inverse"))], node.output)
    return True


def _mean(graph: _Graph, node: _Node) -> bool:
    total = graph.step("Sum", node.inputs, node.part(f"sum{EXACT}"))
    graph.step("Mul", [total, graph.weight(node.part("share"), np.float32(1 / len(node.inputs)))], node.output)
    return True


def _elu(graph: _Graph, node: _Node) -> bool:
    """max(x, 0) + alpha * (exp(min(x, 0)) - 1)"""
    zero, one = (graph.weight(node.part(name), np.float32(value)) for name, value in (("zero", 0), ("one", 1)))
    alpha = graph.weight(node.part("alpha"), np.float32(node.options.get("alpha", 1.0)))
    negative = graph.step("Min", [node.inputs[0], zero], node.part(f"negative{EXACT}"))
    positive = graph.step("Max", [node.inputs[0], zero], node.part(f"positive{EXACT}"))
    less = graph.step("Sub", [graph.step("Exp", [negative], node.part("exp")), one], node.part(f"less{EXACT}"))
    # The sum is displaced in the place of the product.
    graph.step("Add", [positive, graph.step("Mul", [less, alpha], node.part(f"product{EXACT}"))], node.output)
    return True


def _softsign(graph: _Graph, node: _Node) -> bool:
    size = graph.step("Abs", node.inputs, node.part(f"size{EXACT}"))
    more = graph.step("Add", [size, graph.weight(node.part("one"), np.float32(1))], node.part(f"more{EXACT}"))
    graph.step("Mul", [node.inputs[0], graph.step("Reciprocal", [more], node.part("inverse"))], node.output)
    return True


def _log_softmax(graph: _Graph, node: _Node) -> bool:
    if graph.opset < 13:  # it flattens then
        return False
    axis = node.options.get("axis", -1)
    graph.step("Log", [graph.step("Softmax", node.inputs, node.part("softmax"), axis=axis)], node.output)
    return True


_APART: Final[Mapping[str, Callable[[_Graph, _Node], bool]]] = {
    "BatchNormalization": _batch_normalization,
    "Div": _divide,
    "Elu": _elu,
    "GlobalAveragePool": _global_average_pool,
    "InstanceNormalization": _instance_normalization,
    "LayerNormalization": _layer_normalization,
    "LogSoftmax": _log_softmax,
    "Mean": _mean,
    "ReduceL2": _reduction("Mul", "Sqrt"),
    "ReduceLogSumExp": _reduction("Exp", "Log"),
    "ReduceMean": _reduce_mean,
    "ReduceSumSquare": _reduction("Mul", None),
    "Softsign": _softsign,
}
