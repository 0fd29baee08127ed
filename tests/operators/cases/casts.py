"""Element types: casts, and inputs and outputs of every type."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from case import Case, Const, case, f32, i64, of, tensor_type
from onnx import helper

_HALVES = f32([-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5])
_TARGETS = (
    "BOOL",
    "INT64",
    "INT32",
    "INT16",
    "INT8",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "FLOAT",
    "FLOAT16",
    "DOUBLE",
)


def casts() -> Iterator[Case]:
    for target in _TARGETS:
        unsigned = target.startswith("UINT")
        yield case(
            "Cast",
            f"float to {target}, whole numbers",
            f32([0, 1, 2, 7] if unsigned else [-3, -1, 0, 1, 2, 7]),
            to=tensor_type(target),
        )
        yield case(
            "Cast", f"float to {target}, positive halves", f32([0, 0.25, 0.5, 1.5, 2.75]), to=tensor_type(target)
        )
        if not unsigned:
            yield case(
                "Cast", f"float to {target}, negative halves", f32([-0.25, -0.5, -1.5, -2.75]), to=tensor_type(target)
            )
        yield case("Cast", f"bool to {target}", of(np.bool_, [True, False]), to=tensor_type(target))
        yield case("Cast", f"int64 to {target}", i64([[0, 1, 2, 100]]), to=tensor_type(target))
    yield case("Cast", "float to FLOAT16, below its precision", f32([2049, 1.0009765625]), to=tensor_type("FLOAT16"))
    yield case("Cast", "float to FLOAT16, beyond its range", f32([70000, 1]), to=tensor_type("FLOAT16"))
    yield case("Cast", "float to UINT8, beyond its range", f32([256, 300, -1]), to=tensor_type("UINT8"))
    yield case("Cast", "float to INT8, beyond its range", f32([128, 300, -129]), to=tensor_type("INT8"))
    yield case("Cast", "int64 to INT8, beyond its range", i64([[128, 300, -129]]), to=tensor_type("INT8"))
    yield case("Cast", "int64 to UINT8, negative", i64([[-1, -256]]), to=tensor_type("UINT8"))
    yield case("Cast", "int64 to BOOL, more than 1 and negative", i64([[0, 1, 2, -1]]), to=tensor_type("BOOL"))
    for target in ("BOOL", "INT64"):
        first = helper.make_node("Cast", ["x"], ["middle"], to=tensor_type(target))
        yield case(
            "Cast",
            f"float to {target} and back",
            "middle",
            to=tensor_type("FLOAT"),
            before=[first],
            reads={"x": _HALVES},
        )
    yield case("Cast", "float to STRING", _HALVES, to=tensor_type("STRING"))
    yield case("Cast", "float to BFLOAT16", _HALVES, to=tensor_type("BFLOAT16"))
    yield case("Cast", "float to FLOAT8E4M3FN", _HALVES, to=tensor_type("FLOAT8E4M3FN"), opset=19)
    yield case("CastLike", "float like int64", _HALVES, Const(i64([0])))
    yield case("CastLike", "float like bool", _HALVES, Const(of(np.bool_, [True]).reshape(1)))
    yield case("CastLike", "int64 like float", i64([[-1, 0, 2]]), Const(f32([0], 1)))
    yield case("BitCast", "float to int32", f32([1, 2]), to=tensor_type("INT32"), opset=26)


def all_cases() -> Iterator[Case]:
    yield from casts()
