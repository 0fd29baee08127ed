"""Quantised operators, as onnxruntime's quantisation tools write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from case import Case, Const, case, f32, mixed, of
from onnx import helper

_X = f32([-3, -1.5, -0.5, 0, 0.125, 0.5, 1.5, 40])


def _scale(value: float) -> Const:
    return Const(np.float32(value))


def _zero(value: int, dtype: Any = np.uint8) -> Const:
    return Const(dtype(value))


def linear() -> Iterator[Case]:
    for dtype in (np.uint8, np.int8):
        name = np.dtype(dtype).name
        for scale in (1.0, 0.25):
            for zero in (0, 10):
                yield case(
                    "QuantizeLinear", f"{name}, scale {scale}, zero point {zero}", _X, _scale(scale), _zero(zero, dtype)
                )
                yield case(
                    "DequantizeLinear",
                    f"{name}, scale {scale}, zero point {zero}",
                    of(dtype, [0, 1, 5, 100]),
                    _scale(scale),
                    _zero(zero, dtype),
                )
    yield case("QuantizeLinear", "without a zero point", _X, _scale(0.25))
    yield case("DequantizeLinear", "without a zero point", of(np.uint8, [0, 1, 255]), _scale(0.25))
    yield case("DequantizeLinear", "int32", of(np.int32, [-300, 0, 300]), _scale(0.25))
    yield case("QuantizeLinear", "beyond the range", f32([-100, 1000]), _scale(0.25), _zero(0, np.int8))
    axis = Const(f32([0.25, 0.5], 2))
    yield case("QuantizeLinear", "a scale for each channel", mixed(2, 3), axis, Const(np.zeros(2, np.int8)), axis=0)
    yield case(
        "DequantizeLinear",
        "a scale for each channel",
        of(np.int8, [[1, 2, 3], [4, 5, 6]]),
        axis,
        Const(np.zeros(2, np.int8)),
        axis=0,
    )
    for dtype in (np.uint8, np.int8):
        first = helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"])
        reads = {"x": _X, "s": _scale(0.25), "z": _zero(0, dtype)}
        yield case(
            "DequantizeLinear",
            f"after QuantizeLinear, {np.dtype(dtype).name}",
            "q",
            "s",
            "z",
            before=[first],
            reads=reads,
        )
    weights = Const(np.array([[1, -2], [3, 4], [-5, 6]], np.int8))
    first = helper.make_node("DequantizeLinear", ["w", "s", "z"], ["d"])
    reads = {"w": weights, "s": _scale(0.25), "z": _zero(0, np.int8)}
    multiplied = (first, helper.make_node("MatMul", ["x", "d"], ["y"]))
    constants = {name: value.value for name, value in reads.items()}
    yield Case("DequantizeLinear", "of constant weights", multiplied, {"x": mixed(2, 3)}, constants, ("y",))
    yield case("DynamicQuantizeLinear", "all outputs", _X, outputs=3)


def products() -> Iterator[Case]:
    a, b = of(np.uint8, [[1, 2, 3], [4, 5, 250]]), Const(np.array([[1, 2], [3, 4], [5, 6]], np.int8))
    yield case("MatMulInteger", "usual", a, b)
    yield case("MatMulInteger", "zero points", a, b, Const(np.uint8(10)), Const(np.int8(1)))
    yield case(
        "QLinearMatMul", "usual", a, _scale(0.5), _zero(10), b, _scale(0.25), _zero(0, np.int8), _scale(1.0), _zero(5)
    )
    image, kernel = (
        of(np.uint8, np.arange(16)).reshape(1, 1, 4, 4),
        Const(np.array([1, -1, 2, 3], np.int8).reshape(1, 1, 2, 2)),
    )
    yield case("ConvInteger", "usual", image, kernel)
    yield case("ConvInteger", "zero points", image, kernel, Const(np.uint8(3)), Const(np.int8(0)))
    yield case(
        "QLinearConv",
        "usual",
        image,
        _scale(0.5),
        _zero(3),
        kernel,
        _scale(0.25),
        _zero(0, np.int8),
        _scale(1.0),
        _zero(5),
    )


def microsoft() -> Iterator[Case]:
    a = of(np.uint8, [1, 2, 250])
    yield case(
        "com.microsoft.QLinearAdd",
        "usual",
        a,
        _scale(0.5),
        _zero(0),
        a[:, ::-1].copy(),
        _scale(0.5),
        _zero(0),
        _scale(1.0),
        _zero(0),
    )
    weights = Const(np.array([[1, 2], [3, 4], [5, 6]], np.int8))
    yield case("com.microsoft.DynamicQuantizeMatMul", "usual", mixed(2, 3), weights, Const(f32([0.25], 1)))
    yield case(
        "com.microsoft.MatMulNBits",
        "usual",
        mixed(1, 32),
        Const(np.full((1, 1, 16), 0x79, np.uint8)),
        Const(f32([0.25], 1)),
        K=32,
        N=1,
        bits=4,
        block_size=32,
    )
    x, w, bias = mixed(2, 3), Const(mixed(3, 2, seed=2)), Const(mixed(2, seed=3))
    yield case("com.microsoft.FusedMatMul", "usual", x, w, alpha=2.0)
    yield case("com.microsoft.FusedGemm", "usual", x, w, bias, activation="Relu")
    yield case(
        "com.microsoft.FusedConv", "usual", mixed(1, 1, 3, 3), Const(mixed(1, 1, 2, 2, seed=2)), activation="Relu"
    )
    yield case("com.microsoft.BiasGelu", "usual", x, Const(mixed(3)))


def all_cases() -> Iterator[Case]:
    for part in (linear, products, microsoft):
        yield from part()
