"""Functions of two and more tensors, element by element; comparisons, logic, bits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from case import Case, Const, case, f32, i64, mixed, of
from onnx import helper

_A = f32([-3, -1, -0.5, 0, 0.5, 1, 2.5, 100])
_B = f32([2, -1, 0.5, 3, 0.5, -2, 2, 4])
_BOOL_A = of(np.bool_, [True, True, False, False])
_BOOL_B = of(np.bool_, [True, False, True, False])
_INTEGERS = (np.int64, np.int32, np.int8, np.uint8)


def _name(dtype: type) -> str:
    return str(np.dtype(dtype))


def four_operations() -> Iterator[Case]:
    for name in ("Add", "Sub", "Mul", "Div"):
        yield case(name, "two inputs", _A, _B)
        yield case(name, "a constant tensor on the right", _A, Const(_B))
        yield case(name, "a constant tensor on the left", Const(_A), _B)
        yield case(name, "a constant number on the right", _A, Const(f32([0.5], 1)))
        yield case(name, "a constant number of no dimension", _A, Const(np.float32(3)))
        yield case(name, "a negative constant number", _A, Const(f32([-0.25], 1)))
        yield case(name, "a constant number on the left", Const(f32([2], 1)), _B)
        yield case(name, "broadcast", mixed(2, 3), mixed(3, seed=2) + f32([8], 1))
        yield case(name, "broadcast both ways", mixed(2, 1), mixed(1, 3, seed=2) + f32([8], 1))
        yield case(name, "float16", of(np.float16, _A), of(np.float16, _B))
        yield case(name, "float64", of(np.float64, _A), of(np.float64, _B))
        for dtype in _INTEGERS:
            yield case(name, _name(dtype), of(dtype, [7, 6, 5, 100]), of(dtype, [2, 3, 5, 7]))
            yield case(
                name, f"{_name(dtype)}, a constant number", of(dtype, [7, 6, 5, 100]), Const(of(dtype, [2]).reshape(1))
            )
    yield case("Add", "int8 beyond its range", of(np.int8, [100, -100]), of(np.int8, [100, -100]))
    yield case("Add", "int64 beyond 2**24", i64([[2**24 + 1, 2**30 + 1]]), i64([[1, 1]]))
    yield case("Add", "int64 constant beyond 2**24", i64([[0, 1]]), Const(i64([[2**24 + 1, 2**30 + 1]])))
    yield case("Sub", "uint8 below zero", of(np.uint8, [1, 0]), of(np.uint8, [2, 255]))
    yield case("Mul", "int8 beyond its range", of(np.int8, [100, -100]), of(np.int8, [2, 2]))
    yield case("Mul", "by 0", _A, Const(f32([0], 1)))
    yield case("Mul", "by a NaN constant", _A, Const(f32([np.nan], 1)))
    yield case("Mul", "by a tensor with a NaN", _A, Const(f32([1, np.nan, 1, 1, 1, 1, 1, 1])))
    yield case("Add", "a tensor with a NaN", _A, Const(f32([1, np.nan, 1, 1, 1, 1, 1, 1])))
    yield case("Add", "an infinite constant", _A, Const(f32([1, np.inf, 1, 1, 1, 1, 1, 1])))
    yield case("Mul", "by itself", _A, "a")
    yield case("Mul", "by 1/3, which no scale represents", _A, Const(f32([1 / 3], 1)))
    yield case("Mul", "by 2**-20, below one quantum", _A, Const(f32([2.0**-20], 1)))
    yield case("Mul", "by a tensor below one quantum", _A, Const(np.full((1, 8), 1e-6, np.float32)))


def division() -> Iterator[Case]:
    yield case("Div", "by a constant 0", _A, Const(f32([0], 1)))
    yield case("Div", "by 0 at proving", _A, f32([2, -1, 0, 3, 0.5, -2, 2, 4]), usual=[_A, _B])
    yield case("Div", "0 by 0 at proving", f32([0, 1]), f32([0, 1]), usual=[f32([2, 1]), f32([2, 1])])
    yield case("Div", "by a constant of 3", _A, Const(f32([3], 1)))
    yield case("Div", "by a constant of 1/1024", f32([-3, 0, 2]), Const(f32([2.0**-10], 1)))
    yield case("Div", "int64, negative numbers", i64([[-7, 7, -7, 7]]), i64([[2, -2, -2, 2]]))
    yield case("Div", "int64, negative numbers by a constant", i64([[-7, 7, -1, 1]]), Const(i64([2])))
    yield case("Div", "int64, halves", i64([[1, 3, 5, -1]]), Const(i64([2])))
    yield case("Div", "int32, by a constant tensor", of(np.int32, [7, 6, 5]), Const(of(np.int32, [2, 4, 3])))


def powers() -> Iterator[Case]:
    positive = f32([0.25, 0.5, 1, 2, 3])
    signed = f32([-2, -1.5, -0.5, 0, 0.5, 3])
    for exponent in (0, 1, 2, 3, 4, 7):
        yield case("Pow", f"exponent {exponent}", signed, Const(f32([exponent], 1)))
    for exponent in (-1, -2, 0.5, -0.5, 1.5, 1 / 3, 2.25):
        yield case("Pow", f"exponent {exponent:.4g}", positive, Const(f32([exponent], 1)))
    yield case("Pow", "exponent 0.5 of a negative number", f32([-1, 1]), Const(f32([0.5], 1)), usual=[f32([1, 2])])
    yield case("Pow", "exponent 1.5 of a negative number", f32([-1, 1]), Const(f32([1.5], 1)), usual=[f32([1, 2])])
    yield case("Pow", "exponent -1 of 0", f32([0, 1]), Const(f32([-1], 1)), usual=[f32([1, 2])])
    yield case("Pow", "integer exponents, a tensor", signed, Const(f32([2, 2, 2, 2, 2, 2])))
    yield case("Pow", "different exponents", positive, Const(f32([1, 2, 3, 2, 1])))
    yield case("Pow", "a constant base", Const(f32([2], 1)), f32([-2, 0, 0.5, 3]))
    yield case("Pow", "two inputs", positive, f32([1, 2, 2, 3, 1]))
    yield case("Pow", "int64, exponent 2", i64([[-3, 0, 5]]), Const(i64([2])))
    yield case("Pow", "int64, exponent 3", i64([[-3, 0, 5]]), Const(i64([3])))
    yield case("Pow", "float base, int64 exponent", signed, Const(i64([2])))
    yield case("Pow", "float16", of(np.float16, [0.5, 2]), Const(of(np.float16, [2]).reshape(1)))


def remainder() -> Iterator[Case]:
    yield case("Mod", "int64", i64([[7, 6, 5, 0]]), i64([[2, 3, 4, 7]]))
    yield case("Mod", "int64, negative numbers", i64([[-7, 7, -7]]), i64([[3, -3, -3]]))
    yield case("Mod", "int64, a constant", i64([[7, -6, 5, 0]]), Const(i64([4])))
    yield case("Mod", "fmod=1", f32([-5.5, 5.5, 3]), f32([2, 2, 2]), fmod=1)
    yield case("Mod", "int64, fmod=1", i64([[-7, 7]]), i64([[3, 3]]), fmod=1)


def extremes() -> Iterator[Case]:
    for name in ("Max", "Min"):
        yield case(name, "two inputs", _A, _B)
        yield case(name, "a constant tensor", _A, Const(_B))
        for number in (0, 1, -1.5):
            yield case(name, f"with a constant {number:g}", _A, Const(f32([number], 1)))
            yield case(name, f"with a constant {number:g} on the left", Const(f32([number], 1)), _A)
        yield case(name, "one input", _A)
        yield case(name, "three inputs", _A, _B, _A[:, ::-1].copy())
        yield case(name, "broadcast", mixed(2, 3), mixed(3, seed=2))
        yield case(name, "broadcast from a larger constant 0", f32([-1], 1, 1), Const(np.zeros((1, 3), np.float32)))
        yield case(
            name, "broadcast, a constant of 0 has more dimensions", f32([-1, 1], 2), Const(np.zeros((1, 1), np.float32))
        )
        yield case(name, "int64", i64([[-7, 7, 0]]), i64([[3, -3, 0]]))
        yield case(name, "int8", of(np.int8, [-128, 127]), of(np.int8, [127, -128]))
        yield case(name, "ties", f32([1, -1]), f32([1, -1]))
        yield case(name, "float16", of(np.float16, _A), of(np.float16, _B))
    for name in ("Sum", "Mean"):
        yield case(name, "one input", _A)
        yield case(name, "two inputs", _A, _B)
        yield case(name, "three inputs", _A, _B, _A[:, ::-1].copy())
        yield case(name, "broadcast", mixed(2, 3), mixed(3, seed=2))
        yield case(name, "float16", of(np.float16, _A), of(np.float16, _B))


def comparisons() -> Iterator[Case]:
    a, b = f32([-1, 0, 1, 1.5, 2, -0.0078125]), f32([-1, 0.0078125, 0.5, 1.5, 3, 0])
    for name in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"):
        yield case(name, "two inputs, ties among them", a, b)
        yield case(name, "with a constant tensor", a, Const(b))
        yield case(name, "with a constant number", a, Const(f32([1], 1)))
        yield case(name, "a constant number on the left", Const(f32([1], 1)), a)
        yield case(name, "with a constant that no scale represents", a, Const(f32([0.001], 1)))
        yield case(name, "with a constant 2, values one apart", f32([1, 2, 3]), Const(f32([2], 1)))
        yield case(name, "broadcast", mixed(2, 3), mixed(3, seed=2))
        yield case(name, "large values", f32([1000, -1000, 4000]), f32([1000, 1000, -4000]))
        yield case(name, "int64", i64([[-7, 7, 0, 5]]), i64([[3, -3, 0, 6]]))
        yield case(name, "int32", of(np.int32, [-7, 7, 0, 5]), of(np.int32, [3, -3, 0, 6]))
        yield case(name, "int64, a constant", i64([[-7, 7, 0, 5]]), Const(i64([0])))
        yield case(name, "float16", of(np.float16, a), of(np.float16, b))
    yield case("Equal", "bool", _BOOL_A, _BOOL_B)
    yield from followed()


def followed() -> Iterator[Case]:
    """What becomes of a comparison's result."""
    nodes = {
        "Cast to float": [helper.make_node("Cast", ["s"], ["y"], to=1)],
        "Where": [helper.make_node("Where", ["s", "x", "other"], ["y"])],
        "Not": [helper.make_node("Not", ["s"], ["y"])],
        "And": [helper.make_node("And", ["s", "s"], ["y"])],
    }
    for name in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"):
        for label, then in nodes.items():
            constants = {"c": f32([2], 1)} | ({"other": f32([-1], 1)} if label == "Where" else {})
            made = (helper.make_node(name, ["x", "c"], ["s"]), *then)
            yield Case(name, f"then {label}", made, {"x": f32([1, 2, 3])}, constants, ("y",))


def logic() -> Iterator[Case]:
    for name in ("And", "Or", "Xor"):
        yield case(name, "two inputs", _BOOL_A, _BOOL_B)
        yield case(name, "a constant", _BOOL_A, Const(_BOOL_B))
        yield case(
            name, "broadcast", of(np.bool_, [[True, False], [False, True]]), of(np.bool_, [True, False]).reshape(2)
        )
    choice = of(np.bool_, [True, False, True, False])
    yield case("Where", "three inputs", choice, f32([1, 2, 3, 4]), f32([-1, -2, -3, -4]))
    yield case("Where", "constants to choose from", choice, Const(f32([1], 1)), Const(f32([-1.5], 1)))
    yield case("Where", "a constant choice", Const(choice), f32([1, 2, 3, 4]), f32([-1, -2, -3, -4]))
    yield case("Where", "broadcast", choice.reshape(4, 1), f32([1, 2]), f32([-1, -2]))
    yield case("Where", "int64", choice, i64([[1, 2, 3, 4]]), i64([[-1, -2, -3, -4]]))
    yield case(
        "Where", "a constant of -inf, as attention masks have", choice, f32([1, 2, 3, 4]), Const(f32([-np.inf], 1))
    )
    yield case("Where", "a constant of -1e9, as attention masks have", choice, f32([1, 2, 3, 4]), Const(f32([-1e9], 1)))


def bits() -> Iterator[Case]:
    for dtype in (np.uint8, np.int32, np.int64):
        a, b = of(dtype, [12, 10, 0, 127]), of(dtype, [10, 10, 3, 1])
        for name in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
            yield case(name, _name(dtype), a, b, opset=18)
    for dtype in (np.uint8, np.uint32, np.uint64):
        for direction in ("LEFT", "RIGHT"):
            a = of(dtype, [1, 7, 129, 255])
            yield case(
                "BitShift",
                f"{direction}, {_name(dtype)}, by a constant of 1",
                a,
                Const(of(dtype, [1]).reshape(1)),
                direction=direction,
            )
            yield case(
                "BitShift",
                f"{direction}, {_name(dtype)}, by a constant of 3",
                a,
                Const(of(dtype, [3]).reshape(1)),
                direction=direction,
            )
            yield case(
                "BitShift", f"{direction}, {_name(dtype)}, two inputs", a, of(dtype, [1, 2, 3, 0]), direction=direction
            )


def all_cases() -> Iterator[Case]:
    for part in (four_operations, division, powers, remainder, extremes, comparisons, logic, bits):
        yield from part()
