"""Operators that move elements, and pick or write some of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from case import Case, Const, case, f32, i64, mixed, of, ramp
from onnx import numpy_helper

_X = ramp(2, 3, 4)
_INTS = np.arange(-12, 12).reshape(2, 3, 4).astype(np.int64)
_BOOLS = _INTS % 3 == 0


def _types(name: str, *inputs: object, **attributes: object) -> Iterator[Case]:
    yield case(name, "int64", _INTS, *inputs, **attributes)
    yield case(name, "bool", _BOOLS, *inputs, **attributes)
    yield case(name, "float16", _X.astype(np.float16), *inputs, **attributes)


def forms() -> Iterator[Case]:
    shape = Const(i64([4, 6]))
    yield case("Reshape", "constant shape", _X, shape)
    yield case("Reshape", "-1", _X, Const(i64([3, -1])))
    yield case("Reshape", "0 copies a dimension", _X, Const(i64([0, -1])))
    yield case("Reshape", "allowzero=1", _X, Const(i64([2, 12])), allowzero=1)
    yield case("Reshape", "to one dimension", _X, Const(i64([-1])))
    yield case("Reshape", "to no dimension", f32([1.5], 1), Const(np.zeros(0, np.int64)))
    yield case("Reshape", "shape is an input", _X, i64([4, 6]))
    yield from _types("Reshape", shape)
    for axis in (0, 1, 2, 3, -1):
        yield case("Flatten", f"axis={axis}", _X, axis=axis)
    yield from _types("Flatten")
    yield case("Squeeze", "one axis", ramp(2, 1, 3), Const(i64([1])))
    yield case("Squeeze", "all axes of length 1", ramp(2, 1, 3, 1))
    yield case("Squeeze", "a negative axis", ramp(2, 3, 1), Const(i64([-1])))
    yield case("Squeeze", "opset 11, axes are an attribute", ramp(2, 1, 3), axes=[1], opset=11)
    yield case("Squeeze", "to no dimension", f32([1.5], 1), Const(i64([0])))
    yield case("Unsqueeze", "two axes", ramp(2, 3), Const(i64([0, 3])))
    yield case("Unsqueeze", "a negative axis", ramp(2, 3), Const(i64([-1])))
    yield case("Unsqueeze", "opset 11, axes are an attribute", ramp(2, 3), axes=[1], opset=11)
    for perm in (None, [0, 2, 1], [2, 0, 1], [1, 2, 0]):
        yield case("Transpose", f"perm={perm}" if perm else "default, reversed", _X, perm=perm)
    yield from _types("Transpose")
    yield case("Expand", "one dimension", ramp(2, 1), Const(i64([2, 3])))
    yield case("Expand", "the first dimension", ramp(1, 3), Const(i64([2, 3])))
    yield case("Expand", "a dimension in the middle", ramp(2, 1, 3), Const(i64([2, 4, 3])))
    yield case("Expand", "two dimensions", ramp(1, 3, 1), Const(i64([2, 3, 2])))
    yield case("Expand", "of one number", ramp(1), Const(i64([3])))
    yield case("Expand", "a new dimension", ramp(3), Const(i64([2, 3])))
    yield case("Expand", "a new dimension, of a matrix", ramp(2, 3), Const(i64([2, 2, 3])))
    yield case("Expand", "int64", i64([[1], [2]]), Const(i64([2, 3])))
    yield case("Expand", "to the left, shape smaller than the input", ramp(2, 3), Const(i64([1, 3])))
    yield case("Expand", "shape is an input", ramp(2, 1), i64([2, 3]))
    yield case("Tile", "repeats 2, 1, 3", _X, Const(i64([2, 1, 3])))
    yield case("Tile", "repeats are an input", _X, i64([2, 1, 3]))
    yield from _types("Tile", Const(i64([1, 2, 1])))
    yield case("DepthToSpace", "DCR", ramp(1, 8, 2, 3), blocksize=2)
    yield case("DepthToSpace", "CRD", ramp(1, 8, 2, 3), blocksize=2, mode="CRD")
    yield case("SpaceToDepth", "blocksize 2", ramp(1, 2, 4, 6), blocksize=2)
    for upper in (0, 1):
        yield case("Trilu", f"upper={upper}, square", ramp(3, 3), upper=upper)
        yield case("Trilu", f"upper={upper}, wider than high", ramp(3, 4), upper=upper)
        yield case("Trilu", f"upper={upper}, higher than wide", ramp(4, 3), upper=upper)
        for k in (-1, 1, 2, 5, -5):
            yield case("Trilu", f"upper={upper}, k={k}, square", ramp(3, 3), Const(np.int64(k)), upper=upper)
        yield case("Trilu", f"upper={upper}, k=1, wider than high", ramp(3, 4), Const(np.int64(1)), upper=upper)
        yield case("Trilu", f"upper={upper}, a batch", _X, upper=upper)
        yield case("Trilu", f"upper={upper}, a batch of one square", ramp(1, 3, 3), upper=upper)
        yield case("Trilu", f"upper={upper}, four dimensions", ramp(1, 2, 3, 3), upper=upper)
        yield case("Trilu", f"upper={upper}, int64, a matrix", _INTS[0], upper=upper)
        yield case("Trilu", f"upper={upper}, int64", _INTS, upper=upper)
    yield case("Shape", "output", _X)
    yield case("Shape", "start and end", _X, start=1, end=-1)
    yield case("Size", "output", _X)
    yield case("CenterCropPad", "crop and pad", _X, Const(i64([1, 5])), axes=[1, 2], opset=18)
    yield case("Col2Im", "usual", ramp(1, 4, 4), Const(i64([3, 3])), Const(i64([2, 2])), opset=18)
    yield case("ReverseSequence", "usual", ramp(4, 3), Const(i64([4, 2, 1])), batch_axis=1, time_axis=0)
    yield case("ReverseSequence", "lengths are an input", ramp(4, 3), i64([4, 2, 1]), batch_axis=1, time_axis=0)


def pieces() -> Iterator[Case]:
    def slices(
        what: str, starts: list[int], ends: list[int], axes: list[int] | None = None, steps: list[int] | None = None
    ) -> Case:
        rest = [None if part is None else Const(i64(part)) for part in (axes, steps)]
        while rest and rest[-1] is None:
            rest.pop()
        return case("Slice", what, _X, Const(i64(starts)), Const(i64(ends)), *rest)

    yield slices("one axis", [1], [3], [2])
    yield slices("negative bounds", [-3], [-1], [2])
    yield slices("a negative axis", [1], [3], [-1])
    yield slices("without axes", [0, 1], [2, 3])
    yield slices("end beyond the axis", [1], [1 << 60], [2])
    yield slices("steps of 2", [0], [4], [2], [2])
    yield slices("steps of 2, from 1", [1], [4], [2], [2])
    yield slices("steps of 3", [0], [4], [2], [3])
    yield slices("reversed", [-1], [-(1 << 60)], [2], [-1])
    yield slices("reversed in steps of 2", [-1], [-(1 << 60)], [2], [-2])
    yield slices("two axes", [1, 0], [3, 2], [2, 1])
    yield case("Slice", "bounds are inputs", _X, i64([1]), i64([3]), Const(i64([2])))
    yield case("Slice", "opset 9, bounds are attributes", _X, starts=[1], ends=[3], axes=[2], opset=9)
    yield from _types("Slice", Const(i64([1])), Const(i64([3])), Const(i64([2])))
    yield case("Split", "two equal parts", _X, outputs=2, axis=2)
    yield case("Split", "unequal parts", _X, Const(i64([1, 3])), outputs=2, axis=2)
    yield case("Split", "only the second part used", _X, Const(i64([1, 3])), outputs=2, keep=[1], axis=2)
    yield case(
        "Split",
        "opset 18, num_outputs, which does not divide evenly",
        ramp(2, 5),
        outputs=2,
        axis=1,
        num_outputs=2,
        opset=18,
    )
    yield case("Split", "opset 11, split is an attribute", _X, outputs=2, axis=2, split=[1, 3], opset=11)
    yield case("Split", "int64", _INTS, outputs=2, axis=2)
    for axis in (0, 1, -1):
        yield case("Concat", f"axis={axis}", ramp(2, 3), ramp(2, 3, start=1), axis=axis)
    yield case("Concat", "three inputs of different sizes", ramp(2, 1), ramp(2, 3), ramp(2, 2), axis=1)
    yield case("Concat", "with a constant", ramp(2, 3), Const(ramp(2, 2)), axis=1)
    yield case("Concat", "one input", ramp(2, 3), axis=1)
    yield case("Concat", "int64", _INTS, _INTS, axis=1)
    yield case("Concat", "int64 with a constant", _INTS, Const(_INTS), axis=1)
    yield case("Concat", "bool", _BOOLS, _BOOLS, axis=1)
    yield case("Compress", "a constant condition", _X, Const(np.array([True, False, True])), axis=1)
    yield case("Compress", "flattened", _X, Const(np.array([True, False, True])))
    yield case("Compress", "the condition is an input", _X, np.array([True, False, True]), axis=1)
    yield from pads()


def pads() -> Iterator[Case]:
    x = ramp(1, 2, 4, start=1)
    amounts = Const(i64([0, 0, 1, 0, 0, 2]))
    for mode in ("constant", "reflect", "edge"):
        yield case("Pad", mode, x, amounts, mode=mode)
    yield case("Pad", "wrap", x, amounts, mode="wrap", opset=19)
    yield case("Pad", "constant 1.5", x, amounts, Const(np.float32(1.5)))
    yield case("Pad", "constant 0, given", x, amounts, Const(np.float32(0)))
    yield case("Pad", "constant -0.0, given", x, amounts, Const(np.float32(-0.0)))
    yield case("Pad", "negative amounts, which crop", x, Const(i64([0, 0, -1, 0, 0, -1])))
    yield case("Pad", "axes", x, Const(i64([1, 2])), None, Const(i64([2])), opset=18)
    yield case("Pad", "opset 10, amounts are an attribute", x, pads=[0, 0, 1, 0, 0, 2], opset=10)
    yield case("Pad", "int64", _INTS, amounts)
    yield case("Pad", "amounts are an input", x, i64([0, 0, 1, 0, 0, 2]))
    yield case("Pad", "float16", x.astype(np.float16), amounts)


def gathers() -> Iterator[Case]:
    for axis in (0, 1, 2):
        yield case("Gather", f"constant indices, axis={axis}", _X, Const(i64([1, 0])), axis=axis)
    yield case("Gather", "a constant index of no dimension", _X, Const(np.int64(1)), axis=1)
    yield case("Gather", "constant indices of two dimensions", _X, Const(i64([[0, 2], [1, 1]])), axis=1)
    yield case("Gather", "a constant index of -1", _X, Const(i64([-1])), axis=1)
    yield case("Gather", "a constant index of -2", _X, Const(i64([-2])), axis=1)
    yield case("Gather", "a negative axis", _X, Const(i64([1])), axis=-1)
    yield case("Gather", "indices are an input", _X, i64([1, 0]), axis=0)
    yield case("Gather", "indices are an input, axis=1", _X, i64([[2, 0]]), axis=1)
    yield case("Gather", "a negative index is an input", _X, i64([-1, 0]), axis=1, usual=[_X, i64([1, 0])])
    yield case("Gather", "an embedding", Const(ramp(8, 3)), i64([[1, 7]]), axis=0)
    yield case("Gather", "an embedding, int32 indices", Const(ramp(8, 3)), of(np.int32, [[1, 7]]), axis=0)
    yield case(
        "Gather", "an embedding, a negative index", Const(ramp(8, 3)), i64([[-1, 7]]), axis=0, usual=[i64([[1, 7]])]
    )
    yield case("Gather", "int64", _INTS, Const(i64([1, 0])), axis=1)
    yield case("Gather", "bool", _BOOLS, Const(i64([1, 0])), axis=1)
    indices = i64([[2, 0, 1, 1], [0, 0, 2, 1]], 2, 1, 4)
    yield case("GatherElements", "constant indices", _X, Const(indices), axis=1)
    yield case("GatherElements", "a constant index of -1", _X, Const(i64([[[-1, 0, 1, 1]], [[0, 0, 2, 1]]])), axis=1)
    yield case("GatherElements", "indices are an input", _X, indices, axis=1)
    yield case("GatherElements", "axis=2", _X, Const(i64([3, 0, 1, 1, 2, 0], 2, 3, 1)), axis=2)
    yield case("GatherElements", "the last axis, indices are an input", _X, i64([3, 0, 1, 1, 2, 0], 2, 3, 1), axis=2)
    yield case("GatherND", "constant indices", _X, Const(i64([[0, 2], [1, 1]])))
    yield case("GatherND", "a constant index of -1", _X, Const(i64([[0, -1], [1, 1]])))
    yield case("GatherND", "batch_dims=1", _X, Const(i64([[2], [1]])), batch_dims=1)
    yield case("GatherND", "indices are an input", _X, i64([[0, 2], [1, 1]]))
    yield case("ai.onnx.ml.ArrayFeatureExtractor", "constant indices", ramp(2, 4), Const(i64([[3, 1]])))
    yield case("ai.onnx.ml.ArrayFeatureExtractor", "indices are an input", ramp(2, 4), i64([[3, 1]]))


def scatters() -> Iterator[Case]:
    updates, indices = ramp(2, 1, 4, start=20), i64([[2, 0, 1, 1], [0, 0, 2, 1]], 2, 1, 4)
    for name, opset in (("ScatterElements", 17), ("Scatter", 9)):
        yield case(name, "constant indices", _X, Const(indices), updates, axis=1, opset=opset)
        yield case(name, "indices are an input", _X, indices, updates, axis=1, opset=opset)
        yield case(name, "constant updates", _X, Const(indices), Const(updates), axis=1, opset=opset)
    yield case(
        "ScatterElements", "a constant index of -1", _X, Const(i64([[[-1, 0, 1, 1]], [[0, 0, 2, 1]]])), updates, axis=1
    )
    yield case("ScatterElements", "a repeated index", ramp(1, 4), Const(i64([[1, 1]])), ramp(1, 2, start=8), axis=1)
    for reduction in ("add", "mul"):
        yield case(
            "ScatterElements", f"reduction={reduction}", _X, Const(indices), updates, axis=1, reduction=reduction
        )
    yield case(
        "ScatterElements", "reduction=max", _X, Const(indices), mixed(2, 1, 4), axis=1, reduction="max", opset=18
    )
    where, rows = i64([[0, 2], [1, 1]]), ramp(2, 4, start=20)
    yield case("ScatterND", "constant indices", _X, Const(where), rows)
    yield case("ScatterND", "a constant index of -1", _X, Const(i64([[0, -1], [1, 1]])), rows)
    yield case("ScatterND", "indices are an input", _X, where, rows)
    yield case("ScatterND", "constant updates", _X, Const(where), Const(rows))
    yield case("ScatterND", "single elements", _X, Const(i64([[0, 2, 1], [1, 1, 0]])), ramp(2, start=20))
    for reduction in ("add", "mul"):
        yield case("ScatterND", f"reduction={reduction}", _X, Const(where), rows, reduction=reduction)
    yield case("TensorScatter", "usual", ramp(1, 4, 2), ramp(1, 2, 2, start=9), Const(i64([1])), opset=24, axis=1)


def made() -> Iterator[Case]:
    x = ramp(3)
    yield case("OneHot", "indices are an input", i64([[0, 2, 1]]), Const(i64([3])), Const(f32([0, 1], 2)))
    yield case("OneHot", "off 2 and on 5", i64([[0, 2, 1]]), Const(i64([3])), Const(f32([2, 5], 2)))
    yield case("OneHot", "axis=0", i64([0, 2, 1]), Const(i64([4])), Const(f32([0, 1], 2)), axis=0)
    yield case(
        "OneHot", "a negative index", i64([[-1, 2]]), Const(i64([3])), Const(f32([0, 1], 2)), usual=[i64([[1, 2]])]
    )
    yield case(
        "OneHot", "an index beyond depth", i64([[3, 2]]), Const(i64([3])), Const(f32([0, 1], 2)), usual=[i64([[1, 2]])]
    )
    yield case("OneHot", "int64 values", i64([[0, 2, 1]]), Const(i64([3])), Const(i64([0, 1])))
    yield case("OneHot", "float indices", f32([0, 2, 1]), Const(i64([3])), Const(f32([0, 1], 2)))
    yield from constants(x)
    yield case("EyeLike", "usual", ramp(3, 3))
    yield case("EyeLike", "k=1", ramp(3, 4), k=1)
    yield case("Range", "constants", Const(np.int64(0)), Const(np.int64(4)), Const(np.int64(1)))
    yield case("Range", "inputs", np.int64(0), np.int64(4), np.int64(1))
    yield case(
        "NonMaxSuppression",
        "usual",
        f32([[[0, 0, 1, 1], [0, 0.125, 1, 1.125], [0, 10, 1, 11]]], 1, 3, 4),
        f32([[[0.875, 0.75, 0.5]]], 1, 1, 3),
        Const(i64([3])),
        Const(f32([0.5], 1)),
        Const(f32([0], 1)),
    )


def constants(x: np.ndarray) -> Iterator[Case]:
    """Operators without an input of the model: added to one."""
    from onnx import helper

    def added(
        operator: str, what: str, node: object, feeds: np.ndarray = x, opset: int = 17, **consts: np.ndarray
    ) -> Case:
        add = helper.make_node("Add", ["x", "made"], ["y"])
        return Case(operator, what, (node, add), {"x": feeds}, consts, ("y",), opset)  # type: ignore[arg-type]

    values = f32([0.5, -1, 2], 3)
    yield added("Constant", "value", helper.make_node("Constant", [], ["made"], value=numpy_helper.from_array(values)))
    yield added("Constant", "value_floats", helper.make_node("Constant", [], ["made"], value_floats=[0.5, -1.0, 2.0]))
    yield added("Constant", "value_float", helper.make_node("Constant", [], ["made"], value_float=0.5))
    yield added(
        "Constant", "value_ints", helper.make_node("Constant", [], ["made"], value_ints=[1, 2, 3]), i64([1, 2, 3])
    )
    yield added("Constant", "value_int", helper.make_node("Constant", [], ["made"], value_int=3), i64([1, 2, 3]))
    sparse = helper.make_sparse_tensor(
        numpy_helper.from_array(f32([2], 1), "values"), numpy_helper.from_array(i64([1]), "indices"), [3]
    )
    yield added("Constant", "sparse_value", helper.make_node("Constant", [], ["made"], sparse_value=sparse))
    yield added(
        "Constant",
        "a NaN",
        helper.make_node("Constant", [], ["made"], value=numpy_helper.from_array(f32([0.5, np.nan, 1], 3))),
    )
    yield added("ConstantOfShape", "default value", helper.make_node("ConstantOfShape", ["s"], ["made"]), s=i64([3]))
    filled = helper.make_node("ConstantOfShape", ["s"], ["made"], value=numpy_helper.from_array(f32([1.5], 1)))
    yield added("ConstantOfShape", "value 1.5", filled, s=i64([3]))
    yield added(
        "Range",
        "floats, with a fraction",
        helper.make_node("Range", ["s", "e", "d"], ["made"]),
        s=np.float32(0.5),
        e=np.float32(2),
        d=np.float32(0.5),
    )
    yield added(
        "Range",
        "downwards",
        helper.make_node("Range", ["s", "e", "d"], ["made"]),
        i64([1, 2, 3]),
        s=np.int64(1),
        e=np.int64(-2),
        d=np.int64(-1),
    )
    for window in ("HannWindow", "HammingWindow", "BlackmanWindow"):
        yield added(window, "size 8", helper.make_node(window, ["s"], ["made"]), ramp(8), s=np.int64(8))
        yield added(
            window, "size 8, periodic=0", helper.make_node(window, ["s"], ["made"], periodic=0), ramp(8), s=np.int64(8)
        )
    mel = helper.make_node("MelWeightMatrix", ["a", "b", "c", "d", "e"], ["made"])
    yield added(
        "MelWeightMatrix",
        "usual",
        mel,
        ramp(9, 4),
        a=np.int64(4),
        b=np.int64(16),
        c=np.int64(8000),
        d=np.float32(0),
        e=np.float32(4000),
    )


def all_cases() -> Iterator[Case]:
    for part in (forms, pieces, gathers, scatters, made):
        yield from part()
