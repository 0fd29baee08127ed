"""What to write instead of an operator that ezkl refuses or computes differently: tried as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
from case import Array, Case, f32, i64, mixed, of, ramp

_X = f32([-3, -1, -0.75, -0.25, 0, 0.125, 1, 2.5])
_HALVES = f32([-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5])
_CHOICE = of(np.bool_, [True, False, True, False])


def instead(operator: str, what: str, feeds: Mapping[str, Array], body: str, **constants: Array) -> Case:
    """`body` is ONNX's text form; the result is y."""
    types = {
        np.dtype(np.float32): "float",
        np.dtype(np.int64): "int64",
        np.dtype(np.bool_): "bool",
        np.dtype(np.int32): "int32",
    }
    inputs = ", ".join(f"{types[value.dtype]}{list(value.shape)} {name}" for name, value in feeds.items())
    graph = onnx.parser.parse_graph(f"g ({inputs}) => (float[1] y) {{ {body} }}")
    return Case(operator, what, tuple(graph.node), feeds, constants, ("y",), instead=True)


def _number(value: float) -> Array:
    return np.array([value], np.float32)


def activations() -> Iterator[Case]:
    x = {"x": _X}
    yield instead(
        "Gelu",
        "x · (1 + Erf(x / √2)) / 2",
        x,
        "a = Mul(x, r) b = Erf(a) c = Add(b, one) d = Mul(x, c) y = Mul(d, half)",
        r=_number(0.5**0.5),
        one=_number(1),
        half=_number(0.5),
    )
    yield instead("Gelu", "x · Sigmoid(1.702 x)", x, "a = Mul(x, r) b = Sigmoid(a) y = Mul(x, b)", r=_number(1.702))
    yield instead("Swish", "x · Sigmoid(x)", x, "a = Sigmoid(x) y = Mul(x, a)")
    yield instead("Mish", "x · Tanh(Softplus(x))", x, "a = Softplus(x) b = Tanh(a) y = Mul(x, b)")
    yield instead(
        "Celu",
        "alpha · Elu(x / alpha)",
        x,
        "a = Mul(x, inverse) b = Elu(a) y = Mul(b, alpha)",
        alpha=_number(2),
        inverse=_number(0.5),
    )
    yield instead("Celu", "Elu with alpha, which is Celu's definition only for x > 0 or alpha = 1", x, "y = Elu(x)")


def arithmetic() -> Iterator[Case]:
    x, positive = {"x": _X}, {"x": f32([0.25, 0.5, 1, 2, 4])}
    yield instead("Pow", "exponent -1: Reciprocal", positive, "y = Reciprocal(x)")
    yield instead("Pow", "exponent -2: Reciprocal of a product", positive, "a = Mul(x, x) y = Reciprocal(a)")
    yield instead("Pow", "exponent -0.5: Reciprocal(Sqrt(x))", positive, "a = Sqrt(x) y = Reciprocal(a)")
    yield instead(
        "Pow",
        "exponent 7: products",
        {"x": f32([-2, -0.5, 0.5, 1.5])},
        "a = Mul(x, x) b = Mul(a, a) c = Mul(a, b) y = Mul(c, x)",
    )
    pair = {"x": f32([-3, 1, 2.5]), "z": f32([2, -0.5, 4])}
    yield instead("Div", "x · Reciprocal(z)", pair, "a = Reciprocal(z) y = Mul(x, a)")
    yield instead(
        "Div",
        "floats instead of integers: Div, Floor",
        {"x": f32([7, 129, 0])},
        "a = Div(x, c) y = Floor(a)",
        c=_number(2),
    )
    yield instead(
        "Mod",
        "x − Floor(x / c) · c",
        {"x": f32([-7, 7, 5, 0])},
        "a = Div(x, c) b = Floor(a) d = Mul(b, c) y = Sub(x, d)",
        c=_number(4),
    )
    yield instead(
        "Equal",
        "GreaterOrEqual and LessOrEqual",
        {"x": f32([1, 2, 3])},
        "a = GreaterOrEqual(x, c) b = LessOrEqual(x, c) d = And(a, b) y = Cast<to = 1>(d)",
        c=_number(2),
    )
    yield instead("Equal", "on integers", {"x": i64([[1, 2, 3]])}, "a = Equal(x, c) y = Cast<to = 1>(a)", c=i64([2]))
    yield instead("IsNaN", "leave it out: there is no NaN in a circuit", x, "y = Identity(x)")


def casts() -> Iterator[Case]:
    x = {"x": _HALVES}
    yield instead(
        "Cast", "to BOOL: Greater(Abs(x), 0)", x, "a = Abs(x) b = Greater(a, zero) y = Cast<to = 1>(b)", zero=_number(0)
    )
    yield instead(
        "Cast",
        "to INT64: Sign(x) · Floor(Abs(x))",
        x,
        "a = Abs(x) b = Floor(a) c = Sign(x) d = Mul(b, c) y = Cast<to = 7>(d)",
    )
    yield instead(
        "Cast",
        "to INT64: Floor(x), where x is never negative",
        {"x": np.abs(_HALVES)},
        "a = Floor(x) y = Cast<to = 7>(a)",
    )


def layers() -> Iterator[Case]:
    x = {"x": mixed(2, 4)}
    triangle = np.triu(np.ones((4, 4), np.float32))
    yield instead("CumSum", "MatMul with a triangle of ones", x, "y = MatMul(x, t)", t=triangle)
    yield instead(
        "RMSNormalization",
        "x · Reciprocal(Sqrt(ReduceMean(x²) + ε)) · scale",
        x,
        "a = Mul(x, x) b = ReduceMean<axes = [-1]>(a) c = Add(b, e) "
        "d = Sqrt(c) f = Reciprocal(d) g = Mul(x, f) y = Mul(g, s)",
        e=_number(0.0078125),
        s=f32([1, 0.5, 2, 1], 4),
    )
    yield instead(
        "LayerNormalization",
        "ReduceMean, Sub, Sqrt, Reciprocal, Mul",
        x,
        "m = ReduceMean<axes = [-1]>(x) a = Sub(x, m) q = Mul(a, a) b = ReduceMean<axes = [-1]>(q) "
        "c = Add(b, e) d = Sqrt(c) f = Reciprocal(d) g = Mul(a, f) y = Mul(g, s)",
        e=_number(0.0078125),
        s=f32([1, 0.5, 2, 1], 4),
    )
    image = {"x": mixed(1, 1, 4, 4)}
    yield instead(
        "LpPool",
        "Sqrt of an AveragePool of squares, times √size",
        image,
        "a = Mul(x, x) b = AveragePool<kernel_shape = [2, 2], strides = [1, 1]>(a) c = Mul(b, n) y = Sqrt(c)",
        n=_number(4),
    )
    yield instead(
        "MaxPool",
        "padded with -inf: Pad by hand is not needed after Relu, where no value is negative",
        image,
        "a = Relu(x) y = MaxPool<kernel_shape = [2, 2], strides = [1, 1], pads = [1, 1, 1, 1]>(a)",
    )
    yield instead(
        "AveragePool",
        "count_include_pad=0: divide by the numbers of elements",
        image,
        "a = Pad(x, p) b = AveragePool<kernel_shape = [2, 2], strides = [1, 1]>(a) y = Mul(b, n)",
        p=i64([0, 0, 1, 1, 0, 0, 1, 1]),
        n=_counts(),
    )
    qkv = {"q": mixed(1, 3, 4, top=1), "k": mixed(1, 3, 4, top=1, seed=2), "v": mixed(1, 3, 4, top=1, seed=3)}
    yield instead(
        "Attention",
        "MatMul, Softmax, MatMul",
        qkv,
        "t = Transpose<perm = [0, 2, 1]>(k) a = MatMul(q, t) b = Mul(a, r) c = Softmax<axis = -1>(b) y = MatMul(c, v)",
        r=_number(0.5),
    )
    yield instead(
        "Where",
        "a mask: a finite number such as -100 instead of -inf",
        {"c": _CHOICE, "x": f32([1, 2, 3, 4])},
        "a = Where(c, x, m) y = Softmax<axis = -1>(a)",
        m=_number(-100),
    )
    yield instead(
        "Hardmax",
        "ArgMax, then OneHot",
        {"x": mixed(2, 4)},
        "a = ArgMax<axis = 1, keepdims = 0>(x) y = OneHot<axis = -1>(a, d, v)",
        d=i64([4]),
        v=np.array([0, 1], np.float32),
    )
    yield instead(
        "GroupNormalization",
        "Reshape, InstanceNormalization, Reshape, Mul, Add",
        {"x": mixed(1, 4, 2, 2)},
        "a = Reshape(x, s) b = InstanceNormalization(a, w, z) c = Reshape(b, t) d = Mul(c, g) y = Add(d, h)",
        s=i64([1, 2, 8]),
        t=i64([1, 4, 2, 2]),
        w=np.ones(2, np.float32),
        z=np.zeros(2, np.float32),
        g=ramp(4, 1, 1),
        h=ramp(4, 1, 1),
    )


def _counts() -> Array:
    edge = np.array([2.0, 1.0, 1.0, 1.0, 2.0], np.float32)
    return np.outer(edge, edge).reshape(1, 1, 5, 5)


def classical() -> Iterator[Case]:
    ml, x = "ai.onnx.ml.", {"x": mixed(2, 3)}
    yield instead(ml + "LinearRegressor", "Gemm", x, "y = Gemm(x, w, b)", w=f32([0.5, -1, 2], 3, 1), b=_number(0.25))
    yield instead(
        ml + "LinearClassifier",
        "Gemm, Sigmoid",
        x,
        "a = Gemm(x, w, b) y = Sigmoid(a)",
        w=f32([0.5, -1, 2], 3, 1),
        b=_number(0.25),
    )
    yield instead(
        ml + "Scaler", "Sub, Mul", x, "a = Sub(x, o) y = Mul(a, s)", o=f32([0.5, 0, -1], 3), s=f32([2, 0.5, 1], 3)
    )
    yield instead(
        ml + "Normalizer",
        "x · Reciprocal(Sqrt(ReduceSumSquare(x)))",
        x,
        "a = ReduceSumSquare<axes = [1]>(x) b = Sqrt(a) c = Reciprocal(b) y = Mul(x, c)",
    )
    yield instead(ml + "Binarizer", "Greater, Cast", x, "a = Greater(x, t) y = Cast<to = 1>(a)", t=_number(0.5))
    tree = "a = Gather<axis = 1>(x, i) b = LessOrEqual(a, t) c = Cast<to = 1>(b) y = Mul(c, w)"
    yield instead(
        ml + "TreeEnsembleRegressor",
        "a decision: LessOrEqual, Cast, Mul by the leaf",
        x,
        tree,
        i=i64([0]),
        t=_number(0.5),
        w=_number(3),
    )


def forms() -> Iterator[Case]:
    x = {"x": mixed(2, 4)}
    triangle = np.tril(np.ones((3, 3), np.float32))
    yield instead("Trilu", "Mul by a triangle of ones", {"x": ramp(3, 3)}, "y = Mul(x, t)", t=triangle)
    body = "a = Unsqueeze(x, first) y = Expand(a, s)"
    yield instead("Expand", "Unsqueeze, then Expand", x, body, first=i64([0]), s=i64([3, 2, 4]))
    yield instead("Tile", "Concat", x, "y = Concat<axis = 1>(x, x)")
    body = "a = OneHot(x, d, v) b = Mul(a, three) y = Add(b, two)"
    parts = {"d": i64([3]), "v": np.array([0, 1], np.float32), "three": _number(3), "two": _number(2)}
    yield instead("OneHot", "0 and 1, then Mul and Add", {"x": i64([[0, 2, 1]])}, body, **parts)
    yield instead(
        "BitShift", "on floats: Div, Floor", {"x": f32([7, 129, 0])}, "a = Div(x, c) y = Floor(a)", c=_number(2)
    )
    yield instead("GlobalLpPool", "ReduceL2", {"x": mixed(1, 2, 3, 3)}, "y = ReduceL2<axes = [2, 3]>(x)")
    yield instead("TopK", "the index of the largest: ArgMax", x, "a = ArgMax<axis = 1>(x) y = Cast<to = 1>(a)")
    body = 'y = Resize<mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">(x, , s)'
    yield instead("Upsample", "Resize", {"x": ramp(1, 1, 3, 3)}, body, s=f32([1, 1, 2, 2], 4))
    mask = np.array([[True, False, False, True], [False, False, True, False]])
    yield instead(
        "ScatterND",
        "Where with a constant mask",
        {"x": mixed(2, 4), "z": mixed(2, 4, seed=2)},
        "y = Where(m, z, x)",
        m=mask,
    )
    reverse = {"s": i64([-1]), "e": i64([-(1 << 60)]), "axis": i64([0]), "step": i64([-1])}
    for name, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        weights = {"w": mixed(1, gates * 2, 2, top=1, seed=2), "r": mixed(1, gates * 2, 2, top=1, seed=3)}
        body = f"a = Slice(x, s, e, axis, step) b, h = {name}<hidden_size = 2>(a, w, r) y = Slice(b, s, e, axis, step)"
        yield instead(
            name, "reversed by Slice before and after", {"x": mixed(3, 1, 2, top=1)}, body, **weights, **reverse
        )


def all_cases() -> Iterator[Case]:
    for part in (activations, arithmetic, casts, layers, forms, classical):
        yield from part()
