"""Draws a small model at random: one number gives one model, always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from case import Array, Case
from onnx import TensorProto, helper

#: Values at which implementations part.
_SPECIAL: Final = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 2.5, -2.5, 2.0, 0.0078125, -0.0078125, 3.0, 0.3)

_MOST_ELEMENTS: Final = 48


@dataclass(frozen=True)
class Value:
    """A tensor of the graph."""

    name: str
    dtype: Any
    shape: tuple[int, ...]

    @property
    def floats(self) -> bool:
        return np.dtype(self.dtype).kind == "f"

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))


@dataclass
class Draft:
    """A model while it is drawn."""

    random: np.random.RandomState
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    inputs: list[Value] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def one(self, choices: Any) -> Any:
        return choices[self.random.randint(len(choices))]

    def add(
        self, operator: str, inputs: list[str], dtype: Any, shape: Any, outputs: int = 1, **attributes: Any
    ) -> Value:
        """One node more, whose first output is returned."""
        names = [f"v{len(self.nodes)}_{index}" for index in range(outputs)]
        attributes = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        value = Value(names[0], dtype, tuple(int(side) for side in shape))
        self.values.append(value)
        return value

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = np.array(value, dtype)
        return name

    def weights(self, *shape: int) -> str:
        values = self.numbers(shape, 1.5)
        if self.random.rand() < 0.02:
            values.reshape(-1)[0] = self.one([np.nan, np.inf, 1e30])
        return self.constant(values)

    def numbers(self, shape: Any, spread: float = 2.0) -> Array:
        drawn = self.random.normal(0, spread, size=shape)
        special = self.random.choice(_SPECIAL, size=shape)
        return np.where(self.random.rand(*shape) < 0.4, special, drawn).astype(np.float32)

    def pick(self, wanted: Callable[[Value], bool]) -> Value | None:
        fitting = [value for value in self.values if wanted(value)]
        # Rather the last ones: models are deep, not wide.
        return fitting[-1 - min(len(fitting) - 1, self.random.geometric(0.6) - 1)] if fitting else None


def draw(seed: int) -> tuple[Case, list[dict[str, Array]]]:
    """The model of a number, with the input that is proven, and two samples to calibrate on."""
    draft = Draft(np.random.RandomState(seed))
    first = _input(draft, "x0")
    # The others are like the first, so that operators of two inputs take both.
    others = (Value(f"x{index}", first.dtype, first.shape) for index in range(1, draft.one([1, 1, 1, 2, 2, 3])))
    draft.inputs = [first, *others]
    draft.values = list(draft.inputs)
    _join(draft)
    wanted = draft.random.randint(2, 8)
    for _ in range(200):
        if len(draft.nodes) >= wanted:
            break
        _step(draft)
    made = [value for value in draft.values if value not in draft.inputs]
    outputs = [made[-1]]
    if len(made) > 1 and draft.random.rand() < 0.3:
        outputs.append(draft.one(made[:-1]))
    nodes = _needed(draft, outputs)
    read = {name for node in nodes for name in node.input}
    used = [value for value in draft.inputs if value.name in read]
    constants = {name: value for name, value in draft.constants.items() if name in read}
    samples = [{value.name: _sample(draft, value) for value in used} for _ in range(3)]
    operators = sorted({node.op_type for node in nodes})
    names = tuple(value.name for value in outputs)
    return Case("+".join(operators), f"seed {seed}", tuple(nodes), samples[0], constants, names), samples[1:]


def _input(draft: Draft, name: str) -> Value:
    rank = draft.one([1, 2, 2, 2, 3, 4, 4])
    shape = (1, *(draft.random.randint(1, 5) for _ in range(rank - 1))) if rank > 1 else (draft.random.randint(1, 7),)
    if rank == 4:
        shape = (1, draft.random.randint(1, 3), draft.random.randint(3, 6), draft.random.randint(3, 6))
    types = [np.float32] * 14 + [np.int64] * 2 + [np.int32, np.bool_, np.float16, np.float64]
    return Value(name, draft.one(types), tuple(int(side) for side in shape))


def _join(draft: Draft) -> None:
    """All inputs into one value."""
    joined = draft.inputs[0]
    for value in draft.inputs[1:]:
        if joined.dtype is np.bool_:
            joined = draft.add(draft.one(["And", "Or", "Xor"]), [joined.name, value.name], np.bool_, joined.shape)
            continue
        name = draft.one(["Add", "Sub", "Mul", "Max", "Min", "Where"])
        if name == "Where":
            larger = draft.add("Greater", [joined.name, value.name], np.bool_, joined.shape)
            joined = draft.add("Where", [larger.name, joined.name, value.name], joined.dtype, joined.shape)
        else:
            joined = draft.add(name, [joined.name, value.name], joined.dtype, joined.shape)


def _sample(draft: Draft, value: Value) -> Array:
    if value.dtype is np.bool_:
        return draft.random.rand(*value.shape) < 0.5
    if not value.floats:
        return draft.random.randint(-4, 9, size=value.shape).astype(value.dtype)
    return draft.numbers(value.shape).astype(value.dtype)


def _needed(draft: Draft, outputs: list[Value]) -> list[onnx.NodeProto]:
    """Only the nodes that outputs depend on, in order."""
    wanted, nodes = {value.name for value in outputs}, []
    for node in reversed(draft.nodes):
        if wanted & set(node.output):
            nodes.append(node)
            wanted |= set(node.input)
    return nodes[::-1]


def _step(draft: Draft) -> None:
    kinds = (_unary, _unary, _binary, _binary, _product, _reduction, _form, _choice, _layer, _cast, _rare)
    draft.one(kinds)(draft)


def _f32(value: Value) -> bool:
    return value.dtype is np.float32


_PLAIN: Final = [
    "Abs",
    "Neg",
    "Relu",
    "Sigmoid",
    "Tanh",
    "Floor",
    "Ceil",
    "Round",
    "Sign",
    "Erf",
    "Sin",
    "Cos",
    "Elu",
    "Selu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Softplus",
    "Identity",
    "Exp",
    "Sqrt",
    "Log",
    "Reciprocal",
    "Celu",
    "Softmax",
    "LogSoftmax",
    "Atan",
    "Softsign",
    "Clip",
]


def _unary(draft: Draft) -> None:
    x = draft.pick(lambda v: v.floats and bool(v.shape))
    if x is None:
        return
    name, source = draft.one(_PLAIN), x.name
    if name in ("Sqrt", "Log", "Reciprocal") and draft.random.rand() < 0.85:
        source = draft.add("Abs", [source], x.dtype, x.shape).name
        if name != "Sqrt":
            source = draft.add("Add", [source, draft.constant(0.5, x.dtype)], x.dtype, x.shape).name
    attributes: dict[str, Any] = {}
    inputs = [source]
    if name in ("Softmax", "LogSoftmax"):
        attributes["axis"] = -1
    if name in ("Elu", "LeakyRelu", "Celu"):
        attributes["alpha"] = draft.one([None, 0.25, 0.5, 2.0])
    if name == "Clip":
        inputs += [draft.constant(-1, x.dtype), draft.constant(draft.one([1, 1.5, 6]), x.dtype)]
    draft.add(name, inputs, x.dtype, x.shape, **attributes)


def _binary(draft: Draft) -> None:
    x = draft.pick(lambda v: v.dtype is not np.bool_)
    if x is None:
        return
    y = draft.pick(lambda v: v.dtype is x.dtype and v.shape == x.shape)
    name = draft.one(
        ["Add", "Sub", "Mul", "Max", "Min", "Div", "Pow", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual"]
    )
    if name == "Pow":
        exponents = [2, 2, 3, 1, 0.5, 0, -1] if x.floats else [2, 3]
        draft.add("Pow", [x.name, draft.constant(draft.one(exponents), x.dtype)], x.dtype, x.shape)
        return
    if name == "Div" or y is None or y is x or draft.random.rand() < 0.5:
        value = draft.one([0.5, 2, 3, -1.5, 0.1, 4]) if x.floats else draft.one([1, 2, 3, -2])
        other = draft.constant(value, x.dtype)
        if draft.random.rand() < 0.4 and x.shape and name != "Div" and x.floats:
            other = draft.constant(draft.numbers(x.shape[-1:]), x.dtype)
    else:
        other = y.name
    compares = name in ("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual")
    draft.add(name, [x.name, other], np.bool_ if compares else x.dtype, x.shape)


def _product(draft: Draft) -> None:
    x = draft.pick(lambda v: _f32(v) and len(v.shape) in (2, 3))
    if x is None:
        return
    n = draft.random.randint(1, 5)
    if len(x.shape) == 2 and draft.random.rand() < 0.5:
        draft.add("Gemm", [x.name, draft.weights(x.shape[1], n), draft.weights(n)], x.dtype, (x.shape[0], n))
    else:
        draft.add("MatMul", [x.name, draft.weights(x.shape[-1], n)], x.dtype, (*x.shape[:-1], n))


def _reduction(draft: Draft) -> None:
    x = draft.pick(lambda v: v.floats and len(v.shape) > 1)
    if x is None:
        return
    axis, keep = draft.random.randint(1, len(x.shape)), draft.one([0, 1])
    shape = [side for at, side in enumerate(x.shape) if at != axis or keep] if not keep else [*x.shape]
    if keep:
        shape[axis] = 1
    name = draft.one(
        [
            "ReduceSum",
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare",
            "ArgMax",
            "ArgMin",
        ]
    )
    if name.startswith("Arg"):
        draft.add(name, [x.name], np.int64, shape, axis=axis, keepdims=keep)
    elif name == "ReduceSum":
        draft.add(name, [x.name, draft.constant([axis], np.int64)], x.dtype, shape, keepdims=keep)
    else:
        draft.add(name, [x.name], x.dtype, shape, axes=[axis], keepdims=keep)


def _form(draft: Draft) -> None:
    x = draft.pick(lambda v: len(v.shape) > 1)
    if x is None:
        return
    last = len(x.shape) - 1
    kind = draft.one(
        [
            "Reshape",
            "Transpose",
            "Flatten",
            "Slice",
            "Concat",
            "Gather",
            "Unsqueeze",
            "Expand",
            "Pad",
            "Trilu",
            "TopK",
            "CumSum",
            "Tile",
        ]
    )
    if kind == "Reshape":
        draft.add(
            kind, [x.name, draft.constant([x.shape[0], -1], np.int64)], x.dtype, (x.shape[0], x.size // x.shape[0])
        )
    elif kind == "Transpose":
        draft.add(kind, [x.name], x.dtype, x.shape[::-1])
    elif kind == "Flatten":
        draft.add(kind, [x.name], x.dtype, (x.shape[0], x.size // x.shape[0]))
    elif kind == "Slice" and x.shape[-1] > 1:
        bounds = [draft.constant([value], np.int64) for value in (1, 1 << 40, last)]
        draft.add(kind, [x.name, *bounds], x.dtype, (*x.shape[:-1], x.shape[-1] - 1))
    elif kind == "Concat" and 2 * x.size <= _MOST_ELEMENTS:
        draft.add(kind, [x.name, x.name], x.dtype, (*x.shape[:-1], 2 * x.shape[-1]), axis=last)
    elif kind == "Gather":
        index = draft.constant([draft.one([0, x.shape[-1] - 1, -1])], np.int64)
        draft.add(kind, [x.name, index], x.dtype, (*x.shape[:-1], 1), axis=last)
    elif kind == "Unsqueeze":
        draft.add(kind, [x.name, draft.constant([1], np.int64)], x.dtype, (x.shape[0], 1, *x.shape[1:]))
    elif kind == "Expand" and 2 * x.size <= _MOST_ELEMENTS:
        draft.add(kind, [x.name, draft.constant([2, *x.shape], np.int64)], x.dtype, (2, *x.shape))
    elif kind == "Pad" and _f32(x):
        amounts = draft.constant([0] * (2 * last + 1) + [1], np.int64)
        draft.add(kind, [x.name, amounts], x.dtype, (*x.shape[:-1], x.shape[-1] + 1))
    elif kind == "Trilu" and _f32(x):
        draft.add(kind, [x.name], x.dtype, x.shape, upper=draft.one([0, 1]))
    elif kind == "TopK" and _f32(x):
        draft.add(kind, [x.name, draft.constant([1], np.int64)], x.dtype, (*x.shape[:-1], 1), outputs=2)
    elif kind == "CumSum" and _f32(x):
        draft.add(kind, [x.name, draft.constant(last, np.int64)], x.dtype, x.shape)
    elif kind == "Tile" and draft.random.rand() < 0.2:
        draft.add(kind, [x.name, draft.constant([1] * (last + 1), np.int64)], x.dtype, x.shape)


def _choice(draft: Draft) -> None:
    condition = draft.pick(lambda v: v.dtype is np.bool_)
    if condition is None:
        return
    kind = draft.one(["Where", "Where", "Not", "And", "Or", "Xor", "Cast", "Cast"])
    if kind == "Where":
        x = draft.pick(lambda v: v.floats and v.shape == condition.shape)
        if x is None:
            x = draft.add("Cast", [condition.name], np.float32, condition.shape, to=TensorProto.FLOAT)
        draft.add(
            "Where", [condition.name, x.name, draft.constant(draft.one([0, -1.5, -100]), x.dtype)], x.dtype, x.shape
        )
    elif kind == "Not":
        draft.add("Not", [condition.name], np.bool_, condition.shape)
    elif kind == "Cast":
        draft.add("Cast", [condition.name], np.float32, condition.shape, to=TensorProto.FLOAT)
    else:
        other = draft.pick(lambda v: v.dtype is np.bool_ and v.shape == condition.shape)
        draft.add(kind, [condition.name, other.name if other else condition.name], np.bool_, condition.shape)


def _layer(draft: Draft) -> None:
    x = draft.pick(lambda v: _f32(v) and len(v.shape) == 4 and min(v.shape[2:]) >= 2)
    if x is None:
        x = draft.pick(lambda v: _f32(v) and len(v.shape) >= 2 and v.shape[-1] > 1)
        if x is not None:
            scale, bias = draft.weights(x.shape[-1]), draft.weights(x.shape[-1])
            draft.add("LayerNormalization", [x.name, scale, bias], x.dtype, x.shape, axis=-1, epsilon=0.01)
        return
    n, c, h, w = x.shape
    kind = draft.one(["Conv", "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "BatchNormalization"])
    if kind == "Conv":
        draft.add(
            kind, [x.name, draft.weights(2, c, 2, 2), draft.weights(2)], x.dtype, (n, 2, h - 1, w - 1), strides=[1, 1]
        )
    elif kind in ("MaxPool", "AveragePool"):
        pad = draft.one([0, 0, 1])
        shape = (n, c, h - 1 + 2 * pad, w - 1 + 2 * pad)
        draft.add(kind, [x.name], x.dtype, shape, kernel_shape=[2, 2], strides=[1, 1], pads=[pad] * 4)
    elif kind == "GlobalAveragePool":
        draft.add(kind, [x.name], x.dtype, (n, c, 1, 1))
    else:
        parts = [draft.weights(c), draft.weights(c), draft.weights(c), draft.constant(0.5 + draft.random.rand(c))]
        draft.add(kind, [x.name, *parts], x.dtype, x.shape)


def _cast(draft: Draft) -> None:
    x = draft.pick(lambda v: True)
    if x is None:
        return
    to = draft.one([np.float32, np.float32, np.int64, np.int32, np.bool_])
    if to is x.dtype:
        return
    draft.add("Cast", [x.name], to, x.shape, to=helper.np_dtype_to_tensor_dtype(np.dtype(to)))


def _rare(draft: Draft) -> None:
    """Operators that are refused or quantised, now and then."""
    x = draft.pick(_f32)
    if x is None or draft.random.rand() > 0.4:
        return
    kind = draft.one(["Mod", "IsNaN", "Hardmax", "LpNormalization", "QuantizeLinear", "OneHot", "Mish", "Trilu"])
    if kind == "Mod":
        draft.add(kind, [x.name, draft.constant(2)], x.dtype, x.shape, fmod=1)
    elif kind == "IsNaN":
        draft.add(kind, [x.name], np.bool_, x.shape)
    elif kind == "QuantizeLinear":
        parts = [draft.constant(0.25), draft.constant(draft.one([0, 8]), np.uint8)]
        q = draft.add(kind, [x.name, *parts], np.uint8, x.shape)
        draft.add("DequantizeLinear", [q.name, *parts], np.float32, x.shape)
    elif (kind == "Hardmax" and x.shape) or (kind == "LpNormalization" and x.shape):
        draft.add(kind, [x.name], x.dtype, x.shape)
    elif kind == "OneHot":
        whole = draft.add("Relu", [x.name], x.dtype, x.shape)
        index = draft.add("Cast", [whole.name], np.int64, x.shape, to=TensorProto.INT64)
        parts = [draft.constant([4], np.int64), draft.constant(draft.one([[0, 1], [-1, 2]]))]
        draft.add(kind, [index.name, *parts], np.float32, (*x.shape, 4))
