"""Layers of neural networks: products, convolutions, pools, normalisations, softmax, images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from case import Case, Const, case, f32, i64, mixed, of, ramp

_IMAGE = mixed(1, 2, 5, 5)
_NEGATIVE = -np.abs(mixed(1, 1, 4, 4)) - np.float32(0.5)


def products() -> Iterator[Case]:
    a, b = mixed(2, 3), mixed(3, 4, seed=2)
    yield case("MatMul", "a constant on the right", a, Const(b))
    yield case("MatMul", "a constant on the left", Const(a), b)
    yield case("MatMul", "two inputs", a, b)
    yield case("MatMul", "batches", mixed(2, 2, 3), mixed(2, 3, 4, seed=2))
    yield case("MatMul", "broadcast batches", mixed(2, 2, 3), Const(b))
    yield case("MatMul", "vector by matrix", mixed(3), Const(b))
    yield case("MatMul", "vector by vector", mixed(3), mixed(3, seed=2))
    yield case("MatMul", "int32", of(np.int32, [[1, -2, 3]]), Const(of(np.int32, [[1], [2], [3]], 3, 1)))
    yield case("MatMul", "int64", i64([[1, -2, 3]]), Const(i64([[1], [2], [3]])))
    yield case("MatMul", "float16", of(np.float16, a), Const(of(np.float16, b)))
    yield case("MatMul", "float64", of(np.float64, a), Const(of(np.float64, b)))
    yield case("MatMul", "a NaN among the weights", a, Const(np.where(b == b[0, 0], np.float32(np.nan), b)))
    yield case("MatMul", "an infinity among the weights", a, Const(np.where(b == b[0, 0], np.float32(np.inf), b)))
    yield case("MatMul", "a weight of 1e30", a, Const(np.where(b == b[0, 0], np.float32(1e30), b)))
    yield case("MatMul", "weights below one quantum", a, Const(b / np.float32(8192)))
    c = mixed(4, seed=3)
    yield case("Gemm", "usual", a, Const(b), Const(c))
    yield case("Gemm", "without C", a, Const(b))
    yield case("Gemm", "transB=1", a, Const(b.T.copy()), Const(c), transB=1)
    yield case("Gemm", "transA=1", a.T.copy(), Const(b), Const(c), transA=1)
    yield case("Gemm", "alpha=0.5, beta=0.25", a, Const(b), Const(c), alpha=0.5, beta=0.25)
    yield case("Gemm", "alpha=2, beta=3", a, Const(b), Const(c), alpha=2.0, beta=3.0)
    yield case("Gemm", "beta=0", a, Const(b), Const(c), beta=0.0)
    yield case("Gemm", "C of shape [2, 1]", a, Const(b), Const(mixed(2, 1)))
    yield case("Gemm", "C is a number", a, Const(b), Const(np.float32(1.5)))
    yield case("Gemm", "three inputs", a, b, c)
    yield case("Gemm", "float16", of(np.float16, a), Const(of(np.float16, b)), Const(c.astype(np.float16)))
    for equation, x, y in (
        ("ij,jk->ik", a, b),
        ("bij,bjk->bik", mixed(2, 2, 3), mixed(2, 3, 2, seed=2)),
        ("ij,ij->", a, mixed(2, 3, seed=2)),
        ("i,j->ij", mixed(2), mixed(3)),
        ("ij,ij->ij", a, mixed(2, 3, seed=2)),
        ("bhid,bhjd->bhij", mixed(1, 2, 2, 3), mixed(1, 2, 4, 3)),
        ("ij,jk", a, b),
        ("...ij,...jk->...ik", mixed(2, 2, 3), mixed(2, 3, 2, seed=2)),
    ):
        yield case("Einsum", equation, x, y, equation=equation)
    yield case("Einsum", "ij->ji", a, equation="ij->ji")
    yield case("Einsum", "ij->i", a, equation="ij->i")
    yield case("Einsum", "ii->i", mixed(3, 3), equation="ii->i")
    yield case("Einsum", "ii", mixed(3, 3), equation="ii")
    yield case("Einsum", "ij,jk,kl->il", a, b, mixed(4, 2, seed=4), equation="ij,jk,kl->il")


def convolutions() -> Iterator[Case]:
    w, bias = Const(mixed(3, 2, 3, 3, seed=2)), Const(mixed(3, seed=3))
    variants: tuple[tuple[str, dict[str, Any]], ...] = (
        ("usual", {}),
        ("pads", {"pads": [1, 1, 1, 1]}),
        ("unequal pads", {"pads": [0, 1, 2, 0]}),
        ("strides", {"strides": [2, 2]}),
        ("unequal strides", {"strides": [1, 2]}),
        ("dilations", {"dilations": [2, 2]}),
        ("auto_pad=SAME_UPPER", {"auto_pad": "SAME_UPPER"}),
        ("auto_pad=SAME_LOWER", {"auto_pad": "SAME_LOWER"}),
        ("auto_pad=VALID", {"auto_pad": "VALID"}),
        ("auto_pad=SAME_UPPER, strides", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ("auto_pad=SAME_LOWER, strides", {"auto_pad": "SAME_LOWER", "strides": [2, 2]}),
    )
    for what, given in variants:
        yield case("Conv", what, _IMAGE, w, bias, **{"strides": [1, 1], **given})
    yield case("Conv", "without strides", _IMAGE, w, bias)
    yield case("Conv", "without a bias", _IMAGE, w, strides=[1, 1])
    yield case(
        "Conv", "group=2", _IMAGE, Const(mixed(4, 1, 3, 3, seed=2)), Const(mixed(4, seed=3)), group=2, strides=[1, 1]
    )
    yield case("Conv", "1×1", _IMAGE, Const(mixed(3, 2, 1, 1, seed=2)), bias, strides=[1, 1])
    yield case("Conv", "one dimension", mixed(1, 2, 6), Const(mixed(3, 2, 3, seed=2)), bias, pads=[1, 1], strides=[1])
    yield case("Conv", "one dimension, strides", mixed(1, 2, 6), Const(mixed(3, 2, 3, seed=2)), bias, strides=[2])
    yield case("Conv", "three dimensions", mixed(1, 1, 3, 3, 3), Const(mixed(1, 1, 2, 2, 2, seed=2)), strides=[1, 1, 1])
    yield case("Conv", "weights are an input", _IMAGE, mixed(3, 2, 3, 3, seed=2), strides=[1, 1])
    yield case("Conv", "the bias is an input", _IMAGE, w, mixed(3, seed=3), strides=[1, 1])
    yield case("Conv", "a batch of 2", mixed(2, 2, 4, 4), w, bias, strides=[1, 1])
    yield case(
        "Conv",
        "float16",
        of(np.float16, _IMAGE),
        Const(of(np.float16, w.value)),
        Const(bias.value.astype(np.float16)),
        strides=[1, 1],
    )
    image, kernel = mixed(1, 2, 3, 3), Const(mixed(2, 3, 3, 3, seed=2))
    for what, given in (
        ("usual", {}),
        ("strides", {"strides": [2, 2]}),
        ("pads", {"pads": [1, 1, 1, 1]}),
        ("output_padding", {"strides": [2, 2], "output_padding": [1, 1]}),
        ("strides, pads, output_padding", {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}),
        ("dilations", {"dilations": [2, 2]}),
        ("output_shape", {"strides": [2, 2], "output_shape": [6, 6]}),
        ("auto_pad=SAME_UPPER", {"strides": [2, 2], "auto_pad": "SAME_UPPER"}),
        ("unequal pads", {"pads": [0, 1, 1, 0]}),
    ):
        yield case("ConvTranspose", what, image, kernel, bias, **{"strides": [1, 1], **given})
    yield case("ConvTranspose", "without strides", image, kernel, bias)
    yield case("ConvTranspose", "without a bias", image, kernel, strides=[1, 1])
    yield case("ConvTranspose", "group=2", image, Const(mixed(2, 2, 3, 3, seed=2)), group=2, strides=[1, 1])
    yield case("ConvTranspose", "one dimension", mixed(1, 2, 4), Const(mixed(2, 1, 3, seed=2)), strides=[2])
    yield case(
        "DeformConv",
        "usual",
        mixed(1, 1, 3, 3),
        Const(mixed(1, 1, 2, 2)),
        Const(np.zeros((1, 8, 2, 2), np.float32)),
        opset=19,
    )


def pools() -> Iterator[Case]:
    variants: tuple[tuple[str, dict[str, Any]], ...] = (
        ("usual", {}),
        ("strides", {"strides": [2, 2]}),
        ("pads", {"pads": [1, 1, 1, 1]}),
        ("unequal pads", {"pads": [0, 1, 1, 0]}),
        ("ceil_mode=1", {"ceil_mode": 1, "strides": [2, 2]}),
        ("auto_pad=SAME_UPPER", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ("auto_pad=SAME_LOWER", {"auto_pad": "SAME_LOWER", "strides": [2, 2]}),
        ("auto_pad=VALID", {"auto_pad": "VALID"}),
        ("ceil_mode=1, pads", {"ceil_mode": 1, "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    )
    for name in ("MaxPool", "AveragePool", "LpPool"):
        opset = 18 if name == "LpPool" else 17
        for what, given in variants:
            attributes = {"strides": [1, 1], **given}
            yield case(name, what, _IMAGE, kernel_shape=[2, 2], opset=opset, **attributes)
            if "pad" in what:
                yield case(
                    name, f"{what}, only negative values", _NEGATIVE, kernel_shape=[2, 2], opset=opset, **attributes
                )
        yield case(name, "without strides", _IMAGE, kernel_shape=[2, 2], opset=opset)
        yield case(name, "3×2 kernel", _IMAGE, kernel_shape=[3, 2], strides=[1, 1], opset=opset)
        yield case(name, "one dimension", mixed(1, 2, 6), kernel_shape=[2], strides=[2], opset=opset)
        yield case(
            name, "three dimensions", mixed(1, 1, 3, 3, 3), kernel_shape=[2, 2, 2], strides=[1, 1, 1], opset=opset
        )
        yield case(name, "float16", of(np.float16, _IMAGE), kernel_shape=[2, 2], strides=[1, 1], opset=opset)
        yield case(name, "a batch of 2", mixed(2, 2, 4, 4), kernel_shape=[2, 2], strides=[1, 1], opset=opset)
    yield case("MaxPool", "dilations", _IMAGE, kernel_shape=[2, 2], strides=[1, 1], dilations=[2, 2])
    yield case("MaxPool", "with indices", _IMAGE, outputs=2, kernel_shape=[2, 2], strides=[1, 1])
    yield case("MaxPool", "int8", of(np.int8, ramp(1, 1, 4, 4, step=1)), kernel_shape=[2, 2], strides=[1, 1])
    for what, given in (
        ("pads", {"pads": [1, 1, 1, 1]}),
        ("auto_pad=SAME_UPPER", {"auto_pad": "SAME_UPPER"}),
        ("ceil_mode=1", {"ceil_mode": 1, "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    ):
        yield case(
            "AveragePool",
            f"count_include_pad=1, {what}",
            _IMAGE,
            kernel_shape=[2, 2],
            count_include_pad=1,
            **{"strides": [1, 1], **given},
        )
    yield case("AveragePool", "dilations", _IMAGE, kernel_shape=[2, 2], strides=[1, 1], dilations=[2, 2], opset=19)
    yield case("LpPool", "p=1", _IMAGE, kernel_shape=[2, 2], strides=[1, 1], p=1, opset=18)
    for name in ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"):
        yield case(name, "usual", _IMAGE)
        yield case(name, "only negative values", _NEGATIVE)
        yield case(name, "one dimension", mixed(1, 2, 6))
        yield case(name, "float16", of(np.float16, _IMAGE))
    yield case("GlobalLpPool", "p=1", _IMAGE, p=1)
    yield case(
        "MaxUnpool",
        "usual",
        f32([1, 2, 3, 4], 1, 1, 2, 2),
        Const(i64([5, 7, 13, 15], 1, 1, 2, 2)),
        kernel_shape=[2, 2],
        strides=[2, 2],
    )
    yield case("MaxRoiPool", "usual", mixed(1, 1, 4, 4), Const(f32([[0, 0, 0, 3, 3]], 1, 5)), pooled_shape=[2, 2])
    yield case(
        "RoiAlign",
        "usual",
        mixed(1, 1, 4, 4),
        Const(f32([[0, 0, 3, 3]], 1, 4)),
        Const(i64([0])),
        output_height=2,
        output_width=2,
    )


def normalisations() -> Iterator[Case]:
    scale, bias = Const(f32([0.5, 2], 2)), Const(f32([1, -0.5], 2))
    mean, variance = Const(f32([0.25, -1], 2)), Const(f32([1, 4], 2))
    yield case("BatchNormalization", "usual", _IMAGE, scale, bias, mean, variance)
    yield case("BatchNormalization", "of a matrix", mixed(1, 2), scale, bias, mean, variance)
    yield case("BatchNormalization", "epsilon=0.125", _IMAGE, scale, bias, mean, variance, epsilon=0.125)
    yield case(
        "BatchNormalization",
        "training_mode=1",
        _IMAGE,
        scale,
        bias,
        mean,
        variance,
        outputs=3,
        keep=[0],
        training_mode=1,
    )
    yield case("BatchNormalization", "small variance", _IMAGE, scale, bias, mean, Const(f32([1e-3, 1e-4], 2)))
    yield case(
        "BatchNormalization", "parameters are inputs", mixed(1, 2), scale.value, bias.value, mean.value, variance.value
    )
    yield case("InstanceNormalization", "usual", _IMAGE, scale, bias)
    yield case("InstanceNormalization", "one dimension", mixed(1, 2, 6), scale, bias)
    yield case("InstanceNormalization", "epsilon=0.125", _IMAGE, scale, bias, epsilon=0.125)
    x, weight, shift = mixed(1, 3, 4), Const(f32([1, 0.5, 2, 1], 4)), Const(f32([0, 0.5, 0, -1], 4))
    yield case("LayerNormalization", "usual", x, weight, shift)
    yield case("LayerNormalization", "without a bias", x, weight)
    yield case("LayerNormalization", "axis=1", mixed(1, 2, 4), Const(ramp(2, 4)), Const(ramp(2, 4)), axis=1)
    yield case("LayerNormalization", "epsilon=0.125", x, weight, shift, epsilon=0.125)
    yield case("LayerNormalization", "all values alike", np.ones((1, 4), np.float32), weight, shift)
    yield case("LayerNormalization", "small values", f32([1, 2, 3, 4]) / 128, weight, shift)
    yield case("LayerNormalization", "three outputs", x, weight, shift, outputs=3)
    yield case("GroupNormalization", "opset 18", _IMAGE, scale, bias, num_groups=2, opset=18)
    yield case("GroupNormalization", "opset 21", _IMAGE, scale, bias, num_groups=1, opset=21)
    yield case("RMSNormalization", "usual", x, weight, opset=23)
    yield case("com.microsoft.SkipLayerNormalization", "usual", x, mixed(1, 3, 4, seed=5), weight, shift)
    yield case("SimplifiedLayerNormalization", "onnxruntime's own", x, weight, axis=-1)
    yield case("LRN", "usual", mixed(1, 4, 2, 2), size=3)
    yield case("LRN", "alpha=0.5, beta=0.5, bias=2", mixed(1, 4, 2, 2), size=3, alpha=0.5, beta=0.5, bias=2.0)
    yield case("MeanVarianceNormalization", "usual", _IMAGE)
    for p in (1, 2):
        yield case("LpNormalization", f"p={p}", x, p=p)
        yield case("LpNormalization", f"p={p}, axis=1", x, p=p, axis=1)
    yield case("Dropout", "inference", x)
    yield case("Dropout", "with a mask", x, outputs=2)
    yield case("Dropout", "ratio given", x, Const(np.float32(0.25)))
    yield case("Dropout", "training_mode", x, Const(np.float32(0.5)), Const(np.bool_(True)), random=True)
    yield case("Dropout", "opset 9", x, opset=9, ratio=0.5)


def softmaxes() -> Iterator[Case]:
    x = mixed(2, 3, 4, top=2)
    for name in ("Softmax", "LogSoftmax"):
        for axis in (-1, 0, 1):
            yield case(name, f"axis={axis}", x, axis=axis)
        yield case(name, "opset 11, default axis, which flattens", x, opset=11)
        yield case(name, "opset 11, the last axis", mixed(2, 4, top=2), axis=1, opset=11)
        yield case(name, "values alike", f32([1, 1, 1]))
        yield case(name, "large values", f32([50, 10, -50]))
        yield case(name, "large negative values", f32([-50, -60, -50]))
        yield case(name, "far apart", f32([8, -8, 0]))
        yield case(name, "one value", f32([3]))
        yield case(name, "float16", of(np.float16, x))
    yield case("SoftmaxCrossEntropyLoss", "usual", f32([[1, 2, 0.5]], 1, 3), Const(i64([1])))
    yield case("NegativeLogLikelihoodLoss", "usual", f32([[-1, -2, -0.5]], 1, 3), Const(i64([1])))


def images() -> Iterator[Case]:
    x = ramp(1, 1, 3, 3)
    empty = Const(np.zeros(0, np.float32))
    double, sizes = Const(f32([1, 1, 2, 2], 4)), Const(i64([1, 1, 6, 6]))
    for mode in ("nearest", "linear", "cubic"):
        for transform in ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"):
            yield case(
                "Resize",
                f"{mode}, {transform}, scales 2",
                x,
                None,
                double,
                mode=mode,
                coordinate_transformation_mode=transform,
            )
    for nearest in ("floor", "ceil", "round_prefer_ceil", "round_prefer_floor"):
        yield case(
            "Resize",
            f"nearest, asymmetric, {nearest}",
            x,
            None,
            double,
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode=nearest,
        )
        yield case(
            "Resize",
            f"nearest, half_pixel, {nearest}, scales 3",
            x,
            None,
            Const(f32([1, 1, 3, 3], 4)),
            mode="nearest",
            nearest_mode=nearest,
        )
    floor = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    yield case("Resize", "nearest, asymmetric, floor, sizes", x, None, None, sizes, **floor)
    yield case("Resize", "nearest, asymmetric, floor, empty roi", x, empty, double, **floor)
    yield case(
        "Resize",
        "nearest, asymmetric, floor, scales 1.5",
        ramp(1, 1, 4, 4),
        None,
        Const(f32([1, 1, 1.5, 1.5], 4)),
        **floor,
    )
    yield case(
        "Resize",
        "nearest, asymmetric, floor, scales 0.5",
        ramp(1, 1, 4, 4),
        None,
        Const(f32([1, 1, 0.5, 0.5], 4)),
        **floor,
    )
    yield case("Resize", "nearest, asymmetric, floor, two channels", ramp(1, 2, 2, 3), None, double, **floor)
    yield case("Resize", "nearest, asymmetric, floor, opset 13", x, None, double, opset=13, **floor)
    yield case("Resize", "nearest, asymmetric, floor, opset 10", x, double, opset=10, mode="nearest")
    yield case("Upsample", "nearest", x, double, opset=9, mode="nearest")
    yield case("Upsample", "linear", x, double, opset=9, mode="linear")
    yield case("GridSample", "usual", x, Const(f32([0, 0, 0.5, -0.5, 1, 1, -1, 0], 1, 2, 2, 2)))
    yield case("AffineGrid", "usual", f32([1, 0, 0, 0, 1, 0], 1, 2, 3), Const(i64([1, 1, 2, 2])), opset=20)
    yield case("ImageDecoder", "usual", of(np.uint8, [1, 2, 3]).reshape(3), opset=20)


def spectra() -> Iterator[Case]:
    yield case("DFT", "onesided=0", mixed(1, 8, 1), axis=1)
    yield case("DFT", "onesided=1", mixed(1, 8, 1), axis=1, onesided=1)
    yield case("DFT", "opset 20", mixed(1, 8, 1), None, Const(np.int64(1)), opset=20)
    yield case("STFT", "usual", mixed(1, 16, 1), Const(np.int64(4)), Const(f32([1] * 8, 8)))


def all_cases() -> Iterator[Case]:
    for part in (products, convolutions, pools, normalisations, softmaxes, images, spectra):
        yield from part()
