"""In words: how an operator's circuit differs from ONNX, and what to do instead.

table.py refuses to make a table if an operator differs and nothing is said here, or the other way round.
Texts begin in lower case and end without a full stop: messages of the SDK put them behind a colon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WRAP: Final = "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does not"
_INTEGER_MEAN: Final = "with integer elements the quotient is not cut to a whole number"
_RECURRENT: Final = (
    "attributes are ignored: direction=reverse is computed forwards, and clip, layout=1 and activations other than the "
    "default ones have no effect"
)
_OUTSIDE: Final = "where the model gives NaN (outside of {}), the circuit gives 0 and can be proven"
_REVERSE: Final = (
    "leave those attributes at their defaults; reverse the sequence with a Slice of step -1 before and after the layer"
)
_RMS: Final = "x · Reciprocal(Sqrt(ReduceMean(x · x) + ε)) · scale"
_CHECK_DOMAIN: Final = "keep inputs inside of the domain, with Clip if need be"

DIFFERENCES: Final[Mapping[str, str]] = {
    "Abs": f"{_WRAP}: the smallest integer becomes positive",
    "Acos": _OUTSIDE.format("[-1, 1]"),
    "Acosh": _OUTSIDE.format("x ≥ 1"),
    "Add": f"{_WRAP}; integer constants beyond 2^24 are rounded as float32 is",
    "Asin": _OUTSIDE.format("[-1, 1]"),
    "Atanh": _OUTSIDE.format("(-1, 1)"),
    "AveragePool": (
        "padding counts as zeros that are averaged as well, as if count_include_pad were 1; dilations are ignored"
    ),
    "BitShift": (
        "to the right, the bits shifted out stay as a fraction: 7 >> 1 is 3.5; to the left, nothing is cut to the "
        "element type"
    ),
    "Cast": (
        "to bool, the number is kept (its floor) instead of becoming 0 or 1; to an integer, it is rounded down "
        "instead of towards zero (-0.5 becomes -1); nothing is cut to the range of a smaller type"
    ),
    "CastLike": "to bool, the number's floor is kept; to an integer, it is rounded down instead of towards zero",
    "Celu": "with an alpha other than 1 the negative half is off by the factor alpha",
    "ConvTranspose": "output_shape pads on the other side than ONNX says",
    "CumSum": "exclusive=1 gives a wrong result",
    "Div": "integers are not divided with a whole result: 7 / 2 is 3.5",
    "Equal": "on floats, true counts as 2^-scale instead of 1: as an output and behind Cast, not in Not, And, Where",
    "Expand": "a new dimension in front repeats single elements instead of the whole tensor",
    "GatherElements": "a negative constant index counts as 0",
    "GlobalLpPool": "a mean is taken instead of a sum, and with p=1 no absolute values",
    "GRU": _RECURRENT,
    "LSTM": f"{_RECURRENT}; so has input_forget; the last cell state Y_c is wrong after more than one step",
    "MaxPool": "padding counts as zeros, which win over negative values; dilations are ignored",
    "Mul": _WRAP,
    "Neg": f"{_WRAP}: the smallest integer becomes positive",
    "OneHot": "off and on values are ignored: the circuit gives 0 and 1",
    "Pow": (
        "an exponent of 0 or a negative whole number gives a wrong result (x^0 is not 1, x^-1 is not 1/x); where the "
        "model gives NaN or infinity, the circuit gives a number"
    ),
    "DequantizeLinear": "it is the identity: scale and zero point are ignored, unless the input is a constant",
    "MatMulInteger": "the result is 0",
    "QLinearMatMul": "the result is wrong, mostly 0",
    "QuantizeLinear": "to uint8, it is the identity: scale, zero point, rounding and range are ignored",
    "ReduceLogSum": "with integer elements the result is not cut to a whole number",
    "ReduceLogSumExp": "with integer elements the result is not cut to a whole number",
    "ReduceMean": _INTEGER_MEAN,
    "Resize": "every nearest_mode and coordinate transformation is computed as asymmetric with floor",
    "RNN": _RECURRENT,
    "ScatterElements": "a negative constant index counts as 0, and reduction is ignored: elements are overwritten",
    "ScatterND": "rows are written with one element repeated, and reduction is ignored: elements are overwritten",
    "Sqrt": _OUTSIDE.format("x ≥ 0"),
    "Sub": _WRAP,
    "Trilu": "elements that have to become 0 are kept",
}

ADVICE: Final[Mapping[str, str]] = {
    "Abs": "cast integers to float first",
    "Acos": _CHECK_DOMAIN,
    "Acosh": _CHECK_DOMAIN,
    "Add": "keep integers inside of their type",
    "Asin": _CHECK_DOMAIN,
    "Atanh": _CHECK_DOMAIN,
    "AveragePool": "pad with Pad and say count_include_pad=1, or divide by the numbers of elements; write strides out",
    "BitShift": "make the numbers floats, divide by a power of two and take Floor",
    "Cast": "to bool: Greater(Abs(x), 0); to an integer: Sign(x) · Floor(Abs(x)), or nothing where x ≥ 0",
    "CastLike": "to bool: Greater(Abs(x), 0); to an integer: Sign(x) · Floor(Abs(x))",
    "Celu": "Elu(x / alpha) · alpha",
    "Constant": "give the constant as value, not as value_floats or value_ints",
    "Conv": "write strides out; no dilations: insert zeros into the kernel; the bias has to be a constant",
    "ConvTranspose": "give pads and output_padding instead of output_shape; write strides out",
    "CumSum": "MatMul with a triangle of ones",
    "Div": "make integers floats, divide, take Floor; by a tensor: multiply by Reciprocal",
    "Dropout": "leave it out: it does nothing in inference",
    "Equal": "on floats: And(GreaterOrEqual(x, c), LessOrEqual(x, c)); on integers nothing has to be done",
    "Expand": "Unsqueeze, then Expand, so that the number of dimensions stays",
    "Gather": "no negative indices among the inputs; constant ones may be negative",
    "GatherElements": "add the axis's length to negative indices",
    "GatherND": "add the axis's length to negative indices",
    "GlobalLpPool": "ReduceL1 or ReduceL2 over the last axes",
    "GRU": _REVERSE,
    "If": "take the branch when exporting, or compute both and choose with Where",
    "Log": _CHECK_DOMAIN,
    "LSTM": _REVERSE,
    "MatMul": "vector by vector: make the first a matrix of one row",
    "Max": "more than two inputs or a constant tensor: one Max after another, of two inputs",
    "MaxPool": "pad only where values are never negative (after Relu); no dilations; write strides out",
    "Min": "more than two inputs: one Min after another",
    "Mul": "keep integers inside of their type",
    "Neg": "cast integers to float first",
    "OneHot": "ask for 0 and 1, then multiply and add",
    "DequantizeLinear": "only for constant weights; export activations in float32: ezkl quantises them itself",
    "MatMulInteger": "export the model in float32: ezkl quantises it itself",
    "QLinearMatMul": "export the model in float32: ezkl quantises it itself",
    "QuantizeLinear": "export the model in float32: ezkl quantises it itself",
    "Pow": "x^0: a constant; x^-1: Reciprocal(x); x^-2: Reciprocal(x · x); a tensor of exponents: products",
    "ReduceLogSum": "cast integers to float first",
    "ReduceLogSumExp": "cast integers to float first",
    "ReduceMean": "cast integers to float first, and take Floor afterwards",
    "ReduceProd": "over a few elements only: the scale grows with each factor",
    "Resize": "nearest, asymmetric, floor, with whole scales; for others, ConvTranspose with constant weights",
    "RNN": _REVERSE,
    "ScatterElements": "no reduction; add the axis's length to negative indices; updates have to be computed",
    "ScatterND": "indices of single elements, constant; updates have to be computed; or Where with a constant mask",
    "Sign": "cast int64 to float first",
    "Slice": "constant bounds",
    "Sqrt": _CHECK_DOMAIN,
    "Sub": "keep integers inside of their type",
    "TopK": "take only the values, on the last axis; the index of the largest: ArgMax",
    "Trilu": "multiply by a constant triangle of ones",
    "Where": "masks: a finite number such as -100 instead of -inf",
    "Gelu": "x · (1 + Erf(x / √2)) / 2, as exporters write it below opset 20",
    "com.microsoft.Gelu": "x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations",
    "com.microsoft.FastGelu": "x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations",
    "com.microsoft.QuickGelu": "x · Sigmoid(1.702 x): export without onnxruntime's optimisations",
    "com.microsoft.BiasGelu": "Add, then x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations",
    "Swish": "x · Sigmoid(x), as exporters write it below opset 24",
    "Mish": "x · Tanh(Softplus(x))",
    "Attention": "MatMul, Softmax, MatMul, as exporters write it below opset 23",
    "com.microsoft.MultiHeadAttention": "MatMul, Softmax, MatMul: export without onnxruntime's optimisations",
    "RotaryEmbedding": "Slice, Mul, Sub, Add, Concat, as exporters write it below opset 23",
    "RMSNormalization": _RMS,
    "SimplifiedLayerNormalization": _RMS,
    "com.microsoft.SkipLayerNormalization": "Add, then LayerNormalization: export without onnxruntime's optimisations",
    "GroupNormalization": "Reshape, InstanceNormalization, Reshape, Mul, Add, as exporters write it below opset 18",
    "MeanVarianceNormalization": "ReduceMean, Sub, Sqrt, Reciprocal, Mul",
    "LpNormalization": "x · Reciprocal(Sqrt(ReduceSumSquare(x)))",
    "LpPool": "Sqrt of an AveragePool of squares, times the root of the number of elements",
    "LRN": "write it out with AveragePool over channels, or train with BatchNormalization",
    "Mod": "x − Floor(x / c) · c with a constant c",
    "IsNaN": "leave it out: there is no NaN in a circuit",
    "IsInf": "leave it out: there is no infinity in a circuit",
    "Upsample": "Resize, nearest, asymmetric, floor",
    "Tile": "Concat of the tensor with itself",
    "Loop": "unroll it when exporting",
    "Compress": "Gather with constant indices",
    "ReverseSequence": "Slice with a step of -1",
    "ai.onnx.ml.LinearRegressor": "Gemm",
    "ai.onnx.ml.LinearClassifier": "Gemm, then Sigmoid or Softmax",
    "ai.onnx.ml.Scaler": "Sub, Mul",
    "ai.onnx.ml.Normalizer": "x · Reciprocal(Sqrt(ReduceSumSquare(x)))",
    "ai.onnx.ml.Binarizer": "Greater, then Cast to float",
    "ai.onnx.ml.Imputer": "fill in missing values before the model",
    "ai.onnx.ml.OneHotEncoder": "encode before the model, or OneHot",
    "ai.onnx.ml.LabelEncoder": "encode before the model, or Gather",
    "ai.onnx.ml.FeatureVectorizer": "Concat",
}

_TREES: Final = "write each decision as Gather, LessOrEqual, Cast, Mul (Hummingbird's GEMM form does), or train an MLP"
_FAMILIES: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("ai.onnx.ml.Tree",), _TREES),
    (("ai.onnx.ml.SVM",), "write the kernel out with MatMul and Exp, or train a linear model or an MLP"),
    (("ai.onnx.ml.",), "compute it before the model"),
    (("ai.onnx.preview.training.",), "take the operators of training out of the model"),
    (("Sequence", "SplitToSequence", "ConcatFromSequence", "Optional"), "export without sequences and optional values"),
    (("String", "RegexFullMatch", "TfIdfVectorizer"), "work on strings before the model, and give it numbers"),
    (("Random", "Bernoulli", "Multinomial"), "draw random numbers before the model, and give them as an input"),
    (
        (
            "QLinear",
            "MatMulInteger",
            "ConvInteger",
            "com.microsoft.QLinear",
            "DynamicQuantize",
            "com.microsoft.DynamicQuantize",
            "com.microsoft.MatMulNBits",
            "QuantizeLinear",
        ),
        "export the model in float32: ezkl quantises it itself",
    ),
    (("com.microsoft.",), "export without onnxruntime's optimisations"),
    (("Bitwise", "BitCast"), "arithmetic on floats instead of bits"),
    (("DFT", "STFT"), "MatMul with a constant matrix of cosines and sines"),
    (("SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"), "take the loss out of the model"),
    (("NonMaxSuppression", "Unique", "NonZero"), "its size depends on values: compute it after the model"),
)


def advice_for_refused(name: str) -> str:
    for beginnings, advice in _FAMILIES:
        if name.startswith(beginnings):
            return advice
    return "rewrite the model with operators that work, or compute this part outside of it"


#: Where an operator differs, where table.py cannot tell "values" from "settings" by itself.
WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "Cast": ("values", "types"),
    "DequantizeLinear": ("values",),
    "Equal": ("values",),
    "OneHot": ("settings",),
    "MatMulInteger": ("values",),
    "QLinearMatMul": ("values",),
    "Trilu": ("values",),
}
