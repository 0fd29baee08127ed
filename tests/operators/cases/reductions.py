"""Functions that make one number of many: reductions, ArgMax, cumulated sums, TopK."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from case import Case, Const, case, f32, i64, mixed, of

_X = mixed(2, 3, 4)
_TIES = f32([[1, 3, 3, 2], [-1, -1, -1, -1], [0, -2, 0, -3]], 3, 4)

_REDUCTIONS = (
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
)


def reductions() -> Iterator[Case]:
    for name in _REDUCTIONS:
        x = np.abs(_X) + np.float32(0.5) if name == "ReduceLogSum" else _X
        by_input = name == "ReduceSum"

        def reduce(
            what: str,
            values: object,
            axes: list[int] | None,
            opset: int = 17,
            *,
            name: str = name,
            by_input: bool = by_input,
            **attributes: int,
        ) -> Case:
            if axes is not None and (by_input or opset >= 18):
                return case(name, what, values, Const(i64(axes)), opset=opset, **attributes)
            return case(name, what, values, opset=opset, axes=axes, **attributes)

        yield reduce("one axis", x, [1])
        yield reduce("the last axis, by a negative number", x, [-1])
        yield reduce("the first axis", x, [0])
        yield reduce("keepdims=0", x, [1], keepdims=0)
        yield reduce("two axes", x, [0, 2])
        yield reduce("two axes, keepdims=0", x, [1, 2], keepdims=0)
        yield reduce("all axes", x, None)
        yield reduce("all axes, keepdims=0", x, None, keepdims=0)
        yield reduce("opset 18, axes are an input", x, [1], 18)
        yield reduce("opset 18, all axes", x, None, 18)
        yield reduce("an axis of length 1", mixed(2, 1, 3) if name != "ReduceLogSum" else x[:, :1], [1])
        yield reduce("an axis of length 7", np.abs(mixed(2, 7)) + np.float32(0.25), [1])
        yield reduce("large values", f32([100, 50, 30]), [1])
        yield reduce("float16", of(np.float16, x), [1])
        yield reduce(
            "int32", of(np.int32, [[-3, 1, 2, 2]]) if name != "ReduceLogSum" else of(np.int32, [[3, 1, 2]]), [1]
        )
        yield reduce("int64", of(np.int64, [[3, 1, 2, 2]]), [1])
        if by_input or name in ("ReduceMean", "ReduceMax"):
            opset = 13 if by_input else 18
            yield case(name, "noop_with_empty_axes=1", x, opset=opset, noop_with_empty_axes=1)
    yield case("ReduceLogSum", "of a sum of 0", f32([0, 0]), axes=[1], usual=[f32([1, 2])])
    yield case("ReduceLogSumExp", "large values, where exp overflows", f32([90, 89]), axes=[1])
    yield case("ReduceSum", "opset 11, axes are an attribute", _X, axes=[1], opset=11)
    yield case("ReduceMean", "int64, which does not divide evenly", i64([[1, 2, 4]]), axes=[1])
    yield case("ReduceMean", "int64, negative, which does not divide evenly", i64([[-1, -2, -4]]), axes=[1])
    yield case("ReduceMax", "bool", of(np.bool_, [True, False]), Const(i64([1])), opset=20)


def positions() -> Iterator[Case]:
    for name in ("ArgMax", "ArgMin"):
        yield case(name, "the last axis", _X, axis=2)
        yield case(name, "default attributes", _X)
        yield case(name, "keepdims=0", _X, axis=1, keepdims=0)
        yield case(name, "a negative axis", _X, axis=-1)
        yield case(name, "ties", _TIES, axis=1)
        yield case(name, "ties, select_last_index=1", _TIES, axis=1, select_last_index=1)
        yield case(name, "values less than a quantum apart", f32([0.001, 0.002, 0.0015]), axis=1)
        yield case(name, "int32", of(np.int32, [[3, -5, 7]]), axis=1)
        yield case(name, "an axis of length 1", mixed(3, 1), axis=1)
        yield case(name, "float16", of(np.float16, _X), axis=1)
    k = Const(i64([2]))
    for keep, label in (([0], "values"), ([1], "indices"), ([0, 1], "values and indices")):
        yield case("TopK", label, _X, k, outputs=2, keep=keep)
        yield case("TopK", f"{label}, ties", _TIES, k, outputs=2, keep=keep)
    yield case("TopK", "values, largest=0", _X, k, outputs=2, keep=[0], largest=0)
    yield case("TopK", "values, sorted=0", _X, k, outputs=2, keep=[0], sorted=0, random=True)
    yield case("TopK", "values, axis=1", _X, k, outputs=2, keep=[0], axis=1)
    yield case("TopK", "values, axis=0", _X, k, outputs=2, keep=[0], axis=0)
    yield case("TopK", "values of a matrix, axis=0", mixed(3, 4), k, outputs=2, keep=[0], axis=0)
    yield case("TopK", "values of a matrix", mixed(3, 4), k, outputs=2, keep=[0])
    yield case("TopK", "values, all of them", _X, Const(i64([4])), outputs=2, keep=[0])
    yield case("TopK", "values, k=1", _X, Const(i64([1])), outputs=2, keep=[0])
    yield case("TopK", "values, int64", i64([[3, -5, 7, 7]]), k, outputs=2, keep=[0])
    yield case("TopK", "k is an input", _X, i64([2]), outputs=2, keep=[0])


def cumulated() -> Iterator[Case]:
    for axis in (0, 1, -1):
        yield case("CumSum", f"axis {axis}", _X, Const(np.int64(axis)))
    yield case("CumSum", "exclusive=1", _X, Const(np.int64(1)), exclusive=1)
    yield case("CumSum", "reverse=1", _X, Const(np.int64(1)), reverse=1)
    yield case("CumSum", "exclusive=1, reverse=1", _X, Const(np.int64(1)), exclusive=1, reverse=1)
    yield case("CumSum", "int64", i64([[1, -2, 3]]), Const(np.int64(1)))
    yield case("CumProd", "usual values", f32([1, 2, -1]), Const(np.int64(1)), opset=26)
    yield case("Hardmax", "usual values", _X)
    yield case("Hardmax", "axis=1", _X, axis=1)
    yield case("Hardmax", "ties", _TIES)
    yield case("Hardmax", "opset 11, which flattens", _X, opset=11)
    yield case("Unique", "sorted", f32([2, 1, 1, 3], 4), outputs=1)
    yield case("NonZero", "usual values", f32([0, 1, -1, 0, 0.5]))
    yield case("Det", "a 2×2 matrix", f32([[1, 2], [3, 4]], 2, 2))


def all_cases() -> Iterator[Case]:
    for part in (reductions, positions, cumulated):
        yield from part()
