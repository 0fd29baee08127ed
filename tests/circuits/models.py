"""Small ONNX models: a graph builder, and a random model drawn from a seed.

A drawn model has one to three inputs, a chain of one to four steps taken from a family (dense,
convolution, elementwise functions, selection, contraction…) and one or two outputs. Values are kept
near one, so that a quantised value never leaves the range that ezkl's decomposition allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = list[int]

OPSET = 13
IR_VERSION = 8


@dataclass(frozen=True)
class Tensor:
    """A named value in the graph and its shape."""

    name: str
    shape: tuple[int, ...]


@dataclass
class Graph:
    """An ONNX graph under construction; `operators` lists what was added, in order."""

    rng: np.random.Generator
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)
    values: list[npt.NDArray[Any]] = field(default_factory=list)
    constants: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    operators: list[str] = field(default_factory=list)

    def input(self, shape: Shape, spread: float = 1.0, low: float | None = None) -> Tensor:
        """A model input with a random value: normal, or uniform in [low, low + spread]."""
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        if low is None:
            value = np.clip(self.rng.normal(0, spread, shape), -2 * spread, 2 * spread)
        else:
            value = self.rng.uniform(low, low + spread, shape)
        self.values.append(value)
        return Tensor(name, tuple(shape))

    def index_input(self, indices: list[int]) -> Tensor:
        """A model input of integers, such as the positions that Gather reads."""
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, [len(indices)]))
        self.values.append(np.array(indices))
        return Tensor(name, (len(indices),))

    def constant(self, value: npt.NDArray[Any]) -> str:
        """A parameter of the model."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def weights(self, *shape: int, spread: float = 0.3) -> str:
        """A random float parameter."""
        return self.constant(self.rng.normal(0, spread, shape).astype(np.float32))

    def add(self, operator: str, inputs: list[str], shape: tuple[int, ...], outputs: int = 1, **attrs: Any) -> Tensor:
        """Append a node; the result stands for its first output."""
        names = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attrs))
        self.operators.append(operator)
        return Tensor(names[0], tuple(shape))

    def model(self, outputs: list[Tensor]) -> onnx.ModelProto:
        """The finished model."""
        infos = [helper.make_tensor_value_info(o.name, TensorProto.FLOAT, list(o.shape)) for o in outputs]
        initializers = [numpy_helper.from_array(v, k) for k, v in self.constants.items()]
        graph = helper.make_graph(self.nodes, "g", self.inputs, infos, initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        return model


# Static lookups whose values stay small for inputs in [-1, 1], and those with a narrower domain.
SMOOTH = ["Sigmoid", "Tanh", "Sin", "Cos", "Atan", "Erf", "HardSwish", "Asinh", "Exp", "Sinh", "Cosh", "Tan"]
UNIT = ["Asin", "Acos", "Atanh"]  # inputs in (-0.8, 0.8)
ABOVE_ONE = ["Log", "Acosh", "Sqrt", "Reciprocal"]  # inputs in [1.1, 2.1]

Step = Callable[[Graph, Tensor], Tensor]


def dense(graph: Graph, x: Tensor) -> Tensor:
    """x·W, with a bias half of the time."""
    out = int(graph.rng.integers(2, 7))
    y = graph.add("MatMul", [x.name, graph.weights(x.shape[-1], out)], (*x.shape[:-1], out))
    if graph.rng.random() < 0.5:
        y = graph.add("Add", [y.name, graph.weights(out)], y.shape)
    return y


def gemm(graph: Graph, x: Tensor) -> Tensor:
    """x·Wᵀ + b as one operator."""
    out = int(graph.rng.integers(2, 6))
    weight, bias = graph.weights(out, x.shape[-1]), graph.weights(out)
    return graph.add("Gemm", [x.name, weight, bias], (x.shape[0], out), transB=1)


def activation(graph: Graph, x: Tensor) -> Tensor:
    """A function that needs a static lookup."""
    return graph.add(str(graph.rng.choice(SMOOTH[:8])), [x.name], x.shape)


def piecewise(graph: Graph, x: Tensor) -> Tensor:
    """A function that ezkl lays out with range checks and no table of its own."""
    name = str(graph.rng.choice(["Relu", "LeakyRelu", "Abs", "Neg"]))
    attrs: dict[str, Any] = {"alpha": 0.125} if name == "LeakyRelu" else {}
    return graph.add(name, [x.name], x.shape, **attrs)


def with_constant(graph: Graph, x: Tensor) -> Tensor:
    """Addition, subtraction or product with a parameter."""
    return graph.add(str(graph.rng.choice(["Add", "Sub", "Mul"])), [x.name, graph.weights(*x.shape)], x.shape)


def square(graph: Graph, x: Tensor) -> Tensor:
    """x·x, or x to a power that is no integer."""
    if graph.rng.random() < 0.5:
        return graph.add("Mul", [x.name, x.name], x.shape)
    exponent = graph.constant(np.array([float(graph.rng.choice([1.5, 2.0, 3.0]))], np.float32))
    return graph.add("Pow", [x.name, exponent], x.shape)


def reduction(graph: Graph, x: Tensor) -> Tensor:
    """Sum, mean, largest or smallest over the last axis."""
    shape = (*x.shape[:-1], 1)
    name = str(graph.rng.choice(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"]))
    if name == "ReduceSum":
        axes = graph.constant(np.array([len(x.shape) - 1], np.int64))
        return graph.add(name, [x.name, axes], shape, keepdims=1)
    return graph.add(name, [x.name], shape, axes=[len(x.shape) - 1], keepdims=1)


def softmax(graph: Graph, x: Tensor) -> Tensor:
    """Softmax over the last axis."""
    return graph.add("Softmax", [x.name], x.shape, axis=len(x.shape) - 1)


def top_k(graph: Graph, x: Tensor) -> Tensor:
    """The largest values of the last axis: a shuffle argument."""
    k = int(graph.rng.integers(1, max(2, x.shape[-1])))
    return graph.add(
        "TopK",
        [x.name, graph.constant(np.array([k], np.int64))],
        (*x.shape[:-1], k),
        outputs=2,
        axis=len(x.shape) - 1,
    )


def gather(graph: Graph, x: Tensor) -> Tensor:
    """Positions of the last axis: a parameter's, or an input's (then a dynamic lookup)."""
    count = int(graph.rng.integers(1, 4))
    indices = graph.rng.integers(0, x.shape[-1], count)
    if graph.rng.random() < 0.7:
        index = graph.index_input([int(i) for i in indices]).name
    else:
        index = graph.constant(indices.astype(np.int64))
    return graph.add("Gather", [x.name, index], (*x.shape[:-1], count), axis=len(x.shape) - 1)


def slice_axis(graph: Graph, x: Tensor) -> Tensor:
    """The first half of the last axis."""
    keep = max(1, x.shape[-1] // 2)
    ends = [graph.constant(np.array([v], np.int64)) for v in (0, keep, len(x.shape) - 1)]
    return graph.add("Slice", [x.name, *ends], (*x.shape[:-1], keep))


def transpose(graph: Graph, x: Tensor) -> Tensor:
    """Swap the last two axes."""
    rank = len(x.shape)
    order = [*range(rank - 2), rank - 1, rank - 2]
    return graph.add("Transpose", [x.name], tuple(x.shape[i] for i in order), perm=order)


def concat(graph: Graph, x: Tensor) -> Tensor:
    """x beside a parameter."""
    other = graph.weights(*x.shape)
    return graph.add("Concat", [x.name, other], (*x.shape[:-1], 2 * x.shape[-1]), axis=len(x.shape) - 1)


def compare(graph: Graph, x: Tensor) -> Tensor:
    """where(x > c, x, c')."""
    mask = graph.add(str(graph.rng.choice(["Greater", "Less"])), [x.name, graph.weights(*x.shape)], x.shape)
    return graph.add("Where", [mask.name, x.name, graph.weights(*x.shape)], x.shape)


def rounding(graph: Graph, x: Tensor) -> Tensor:
    """Floor, Ceil or Round."""
    return graph.add(str(graph.rng.choice(["Floor", "Ceil", "Round"])), [x.name], x.shape)


ANYWHERE: list[Step] = [piecewise, with_constant, activation, square, reduction, concat, slice_axis, compare, rounding]


def chain(graph: Graph, x: Tensor, steps: list[Step], count: int) -> Tensor:
    """`count` steps drawn from `steps`; a tensor of one element is only scaled."""
    for _ in range(count):
        step = steps[int(graph.rng.integers(len(steps)))]
        x = step(graph, x) if x.shape[-1] > 1 else with_constant(graph, x)
    return x


def draw_dense(graph: Graph) -> list[Tensor]:
    """A multi-layer perceptron, sometimes on a batch."""
    batch = int(graph.rng.choice([1, 1, 1, 2, 4]))
    x = graph.input([batch, int(graph.rng.integers(2, 7))])
    for _ in range(int(graph.rng.integers(1, 3))):
        x = [dense, gemm][int(graph.rng.integers(2))](graph, x)
        x = [piecewise, activation][int(graph.rng.integers(2))](graph, x)
    return [dense(graph, x)]


def draw_functions(graph: Graph) -> list[Tensor]:
    """Several static lookups side by side, added up."""
    domain = int(graph.rng.integers(3))
    names, (spread, low) = [
        (SMOOTH, (1.6, -0.8)),
        (UNIT, (1.2, -0.6)),
        (ABOVE_ONE, (0.9, 1.15)),
    ][domain]
    x = graph.input([1, int(graph.rng.integers(2, 5))], spread, low)
    count = int(graph.rng.integers(1, min(5, len(names) + 1)))
    total = None
    for name in graph.rng.choice(names, count, replace=False):
        y = graph.add(str(name), [x.name], x.shape)
        total = y if total is None else graph.add("Add", [total.name, y.name], x.shape)
    assert total is not None
    return [with_constant(graph, total)]


def draw_convolution(graph: Graph) -> list[Tensor]:
    """Convolution, activation, pooling, a dense layer."""
    size, filters = int(graph.rng.integers(4, 7)), int(graph.rng.integers(1, 3))
    x = graph.input([1, 1, size, size])
    out = size - 2
    weights = [graph.weights(filters, 1, 3, 3), graph.weights(filters)]
    x = graph.add(
        "Conv", [x.name, *weights], (1, filters, out, out), kernel_shape=[3, 3], strides=[1, 1], pads=[0] * 4, group=1
    )
    x = [piecewise, activation][int(graph.rng.integers(2))](graph, x)
    if out % 2 == 0 and graph.rng.random() < 0.7:
        out //= 2
        pool = str(graph.rng.choice(["MaxPool", "AveragePool"]))
        x = graph.add(pool, [x.name], (1, filters, out, out), kernel_shape=[2, 2], strides=[2, 2])
    x = graph.add("Flatten", [x.name], (1, filters * out * out), axis=1)
    return [dense(graph, x)]


def draw_selection(graph: Graph) -> list[Tensor]:
    """TopK, Gather, ArgMax: shuffles and dynamic lookups."""
    x = graph.input([1, int(graph.rng.integers(3, 9))])
    kind = int(graph.rng.integers(4))
    if kind == 0:
        return [top_k(graph, x)]
    if kind == 1:
        return [with_constant(graph, gather(graph, x))]
    if kind == 2:
        return [with_constant(graph, gather(graph, top_k(graph, x)))]
    y = dense(graph, x)
    best = graph.add("ArgMax", [y.name], (1, 1), axis=1, keepdims=1)
    return [graph.add("Cast", [best.name], (1, 1), to=TensorProto.FLOAT)]


def draw_contraction(graph: Graph) -> list[Tensor]:
    """Products of inputs: einsum, or matrix products large enough for Freivalds' check."""
    a, b, c = (int(v) for v in graph.rng.integers(2, 6, 3))
    if graph.rng.random() < 0.4:
        x, z = graph.input([a, b]), graph.input([b, c])
        d = int(graph.rng.integers(2, 4))
        y = graph.add("Einsum", [x.name, z.name, graph.weights(c, d)], (a, d), equation="ij,jk,kl->il")
        return [y]
    batch = int(graph.rng.integers(1, 3))
    x, z = graph.input([batch, a, b], 0.7), graph.input([batch, b, c], 0.7)
    y = graph.add("MatMul", [x.name, z.name], (batch, a, c))
    if graph.rng.random() < 0.5:
        y = transpose(graph, y)
    return [dense(graph, y)]


def draw_arithmetic(graph: Graph) -> list[Tensor]:
    """Two or three inputs combined elementwise."""
    shape = [1, int(graph.rng.integers(1, 9))]
    tensors = [graph.input(shape) for _ in range(int(graph.rng.integers(2, 4)))]
    x = tensors[0]
    for other in tensors[1:]:
        x = graph.add(str(graph.rng.choice(["Add", "Sub", "Mul"])), [x.name, other.name], x.shape)
    return [chain(graph, x, [piecewise, with_constant, activation], int(graph.rng.integers(0, 3)))]


def draw_linear(graph: Graph) -> list[Tensor]:
    """One sum with a parameter: at scale 0 a circuit without any lookup."""
    x = graph.input([1, int(graph.rng.integers(1, 40))])
    return [graph.add("Add", [x.name, graph.weights(*x.shape)], x.shape)]


def draw_attention(graph: Graph) -> list[Tensor]:
    """softmax(x·W·xᵀ)·x on a few tokens."""
    tokens, width = int(graph.rng.integers(2, 4)), int(graph.rng.integers(2, 4))
    x = graph.input([1, tokens, width], 0.8)
    query = graph.add("MatMul", [x.name, graph.weights(width, width)], x.shape)
    keys = transpose(graph, x)
    scores = graph.add("MatMul", [query.name, keys.name], (1, tokens, tokens))
    scores = softmax(graph, scores)
    return [graph.add("MatMul", [scores.name, x.name], x.shape)]


def draw_mixture(graph: Graph) -> list[Tensor]:
    """One to four steps of any kind."""
    x = graph.input([int(graph.rng.choice([1, 1, 2])), int(graph.rng.integers(2, 7))])
    return [with_constant(graph, chain(graph, x, ANYWHERE, int(graph.rng.integers(1, 5))))]


def draw_two_outputs(graph: Graph) -> list[Tensor]:
    """Two heads on one input."""
    x = graph.input([1, int(graph.rng.integers(2, 6))])
    first = piecewise(graph, dense(graph, x))
    return [first, with_constant(graph, x)]


def draw_softmax(graph: Graph) -> list[Tensor]:
    """A dense layer under softmax."""
    x = graph.input([int(graph.rng.choice([1, 1, 2])), int(graph.rng.integers(2, 5))])
    return [softmax(graph, dense(graph, x))]


#: Family name to drawer and its weight.
FAMILIES: dict[str, tuple[Callable[[Graph], list[Tensor]], int]] = {
    "dense": (draw_dense, 5),
    "functions": (draw_functions, 4),
    "convolution": (draw_convolution, 2),
    "selection": (draw_selection, 4),
    "contraction": (draw_contraction, 4),
    "arithmetic": (draw_arithmetic, 3),
    "linear": (draw_linear, 2),
    "attention": (draw_attention, 1),
    "mixture": (draw_mixture, 5),
    "two_outputs": (draw_two_outputs, 2),
    "softmax": (draw_softmax, 2),
}


def draw_model(rng: np.random.Generator) -> tuple[str, Graph, onnx.ModelProto]:
    """A random model: its family, the graph (operators, input values) and the ONNX model."""
    names = list(FAMILIES)
    weights = np.array([FAMILIES[name][1] for name in names], float)
    family = str(rng.choice(names, p=weights / weights.sum()))
    graph = Graph(rng)
    outputs = FAMILIES[family][0](graph)
    return family, graph, graph.model(outputs)
