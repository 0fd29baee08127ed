"""Functions of one tensor, element by element."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from case import Case, Const, case, f32, of

_HALVES = f32([-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 3.5])
_MIXED = f32([-3, -1, -0.75, -0.25, 0, 0.125, 1, 2.5])
_LARGE = f32([-100, -32, 32, 100])
_UNIT = f32([-1, -0.75, -0.5, 0, 0.25, 0.5, 1])
_POSITIVE = f32([0.25, 0.5, 1, 1.5, 2, 4, 10, 100])

#: name, values inside the domain, values at or outside of its border (one case for each).
_UNARY: tuple[tuple[str, tuple[np.ndarray, ...], tuple[float, ...]], ...] = (
    ("Abs", (_MIXED, _LARGE), ()),
    ("Acos", (_UNIT,), (1.5, -1.5)),
    ("Acosh", (f32([1, 1.5, 2, 10]),), (0.5, -1)),
    ("Asin", (_UNIT,), (1.5, -1.5)),
    ("Asinh", (_MIXED, _LARGE), ()),
    ("Atan", (_MIXED, _LARGE), ()),
    ("Atanh", (f32([-0.875, -0.5, 0, 0.25, 0.875]),), (1, -1, 2)),
    ("Ceil", (_HALVES, _MIXED), ()),
    ("Cos", (_MIXED, _LARGE), ()),
    ("Cosh", (_MIXED,), (10,)),
    ("Erf", (_MIXED, _LARGE), ()),
    ("Exp", (_MIXED,), (10, 30, -100)),
    ("Floor", (_HALVES, _MIXED), ()),
    ("HardSwish", (_MIXED, _LARGE), ()),
    ("Identity", (_MIXED,), ()),
    ("Log", (_POSITIVE,), (0, -1)),
    ("Neg", (_MIXED, _LARGE), ()),
    ("Reciprocal", (f32([-100, -2, -0.5, 0.25, 1, 3, 7, 100]),), (0,)),
    ("Relu", (_MIXED, _LARGE), ()),
    ("Round", (_HALVES, _MIXED), ()),
    ("Sigmoid", (_MIXED, _LARGE), ()),
    ("Sign", (_MIXED,), ()),
    ("Sin", (_MIXED, _LARGE), ()),
    ("Sinh", (_MIXED,), (10,)),
    ("Softplus", (_MIXED,), (100, -100)),
    ("Softsign", (_MIXED, _LARGE), ()),
    ("Sqrt", (_POSITIVE,), (0, -1)),
    ("Tan", (_UNIT,), (1.5, 2)),
    ("Tanh", (_MIXED, _LARGE), ()),
    ("Mish", (_MIXED,), ()),
)

#: These are no borders of a domain but far away: in a circuit that was calibrated for them.
_CALIBRATED = (10, 30, -100, 100)

_LATER = {"Mish": 18, "HardSwish": 17}

_BY_INTEGERS = ("Abs", "Neg", "Relu", "Sign", "Identity")


def unary() -> Iterator[Case]:
    for name, inside, borders in _UNARY:
        opset = _LATER.get(name, 17)
        for values in inside:
            label = {id(_HALVES): "halves", id(_LARGE): "large values"}.get(id(values), "usual values")
            yield case(name, label, values, opset=opset)
        for border in borders:
            at_border = inside[0].copy()
            at_border[0, 0] = border
            calibrated = at_border if border in _CALIBRATED else inside[0]
            yield case(name, f"at {border:g}", at_border, opset=opset, usual=[calibrated])
        yield case(name, "float16", of(np.float16, inside[0]), opset=opset)
        yield case(name, "float64", of(np.float64, inside[0]), opset=opset)
    for name in _BY_INTEGERS:
        for dtype in (np.int64, np.int32, np.int8):
            yield case(name, np.dtype(dtype).name, of(dtype, [-128, -3, 0, 1, 127]))
    yield case("Neg", "int8 -128, which has no negative", of(np.int8, [-128, -127]))
    yield case("Abs", "int8 -128, which has no negative", of(np.int8, [-128, -127]))
    yield case("Abs", "uint8", of(np.uint8, [0, 1, 255]))
    yield case("Sign", "uint8", of(np.uint8, [0, 1, 255]))
    yield case("Sign", "small values", f32([-0.0078125, 0, 0.0078125]))
    yield case("Identity", "bool", of(np.bool_, [True, False]))
    for name in ("IsNaN", "IsInf"):
        yield case(name, "usual values", _MIXED)
    yield case("IsInf", "detect_negative=0", _MIXED, detect_negative=0)
    yield case("Not", "bool", of(np.bool_, [True, False, True]))
    for dtype in (np.uint8, np.int32, np.int64):
        yield case("BitwiseNot", np.dtype(dtype).name, of(dtype, [0, 1, 5, 127]), opset=18)


def activations() -> Iterator[Case]:
    for name, attributes, opset in (
        ("Celu", {}, 17),
        ("Celu", {"alpha": 0.5}, 17),
        ("Celu", {"alpha": 2.0}, 17),
        ("Elu", {}, 17),
        ("Elu", {"alpha": 0.5}, 17),
        ("Gelu", {}, 20),
        ("Gelu", {"approximate": "tanh"}, 20),
        ("HardSigmoid", {}, 17),
        ("HardSigmoid", {"alpha": 0.25, "beta": 0.25}, 17),
        ("LeakyRelu", {}, 17),
        ("LeakyRelu", {"alpha": 0.25}, 17),
        ("LeakyRelu", {"alpha": -0.5}, 17),
        ("LeakyRelu", {"alpha": 0.001}, 17),
        ("LeakyRelu", {"alpha": 2.0}, 17),
        ("Selu", {}, 17),
        ("Selu", {"alpha": 1.0, "gamma": 2.0}, 17),
        ("Shrink", {}, 17),
        ("Shrink", {"lambd": 1.0, "bias": 0.5}, 17),
        ("Swish", {}, 24),
        ("Swish", {"alpha": 0.5}, 24),
        ("ThresholdedRelu", {}, 17),
        ("ThresholdedRelu", {"alpha": 0.125}, 17),
        ("ThresholdedRelu", {"alpha": -0.75}, 17),
    ):
        settings = ", ".join(f"{key}={value}" for key, value in attributes.items()) or "default attributes"
        yield case(name, settings, _MIXED, opset=opset, **attributes)
        yield case(name, f"{settings}, large values", _LARGE, opset=opset, **attributes)
    for name in ("Celu", "Elu", "HardSigmoid", "LeakyRelu", "Selu"):
        yield case(name, "float16", of(np.float16, _MIXED))
    slopes = f32([0.25, 0.5, -1, 2, 0, 0.25, 0.25, 0.25])
    yield case("PRelu", "a slope for each element", _MIXED, Const(slopes))
    yield case("PRelu", "one slope", _MIXED, Const(f32([0.25]).reshape(1)))
    yield case("PRelu", "a slope for each channel", f32(range(-8, 8), 1, 2, 4, 2), Const(f32([0.25, 0.5], 2, 1, 1)))
    yield case("PRelu", "slopes are an input", _MIXED, slopes)
    for name in ("FastGelu", "QuickGelu"):
        yield case(f"com.microsoft.{name}", "usual values", _MIXED)
    yield case("com.microsoft.Gelu", "usual values", _MIXED)


def clip() -> Iterator[Case]:
    low, high = Const(np.float32(-1.0)), Const(np.float32(1.5))
    yield case("Clip", "both bounds", _MIXED, low, high)
    yield case("Clip", "only min", _MIXED, low)
    yield case("Clip", "only max", _MIXED, None, high)
    yield case("Clip", "no bounds", _MIXED)
    yield case("Clip", "values on the bounds", f32([-1, 1.5, -1.0078125, 1.5078125]), low, high)
    yield case("Clip", "min above max", _MIXED, high, low)
    yield case("Clip", "relu6", _MIXED, Const(np.float32(0)), Const(np.float32(6)))
    yield case("Clip", "int64", of(np.int64, [-5, 0, 2, 9]), Const(np.int64(-1)), Const(np.int64(3)))
    yield case("Clip", "int8", of(np.int8, [-128, 0, 2, 127]), Const(np.int8(-1)), Const(np.int8(3)))
    yield case("Clip", "opset 6, bounds as attributes", _MIXED, opset=6, min=-1.0, max=1.5)
    yield case("Clip", "bounds are inputs", _MIXED, np.float32(-1), np.float32(1.5))


def all_cases() -> Iterator[Case]:
    yield from unary()
    yield from activations()
    yield from clip()
