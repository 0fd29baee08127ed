"""What ezkl 23.0.5 makes of each ONNX operator. Made by tests/operators/render.py of what was tried: not by hand.

docs/operators.md is the same with the values that were tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

#: Where a circuit may differ: on ordinary values; with certain attributes or constants; with integer or boolean
#: elements; where the model gives NaN or infinity.
Where = Literal["values", "settings", "types", "domain"]


@dataclass(frozen=True)
class Operator:
    """How the circuit of an operator compares with what ONNX says about it."""

    #: Its name in ONNX; ``domain.Name`` outside of the default domain.
    name: str
    #: ``works`` within quantisation; ``differs``: it computes something else somewhere; ``refused``.
    status: Literal["works", "differs", "refused"]
    #: One sentence on how it differs; empty if it does not.
    difference: str = ""
    #: What to do instead; empty if nothing has to be done.
    advice: str = ""
    #: Where it differs; empty if it does not.
    where: tuple[Where, ...] = ()


_ALL: Final[tuple[Operator, ...]] = (
    Operator(
        "Abs",
        "differs",
        "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does "
        "not: the smallest integer becomes positive",
        "cast integers to float first",
        where=("types",),
    ),
    Operator(
        "Acos",
        "differs",
        "where the model gives NaN (outside of [-1, 1]), the circuit gives 0 and can be proven",
        "keep inputs inside of the domain, with Clip if need be",
        where=("domain",),
    ),
    Operator(
        "Acosh",
        "differs",
        "where the model gives NaN (outside of x ≥ 1), the circuit gives 0 and can be proven",
        "keep inputs inside of the domain, with Clip if need be",
        where=("domain",),
    ),
    Operator(
        "Add",
        "differs",
        "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does "
        "not; integer constants beyond 2^24 are rounded as float32 is",
        "keep integers inside of their type",
        where=("types",),
    ),
    Operator(
        "AffineGrid", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("And", "works"),
    Operator("ArgMax", "works"),
    Operator("ArgMin", "works"),
    Operator(
        "Asin",
        "differs",
        "where the model gives NaN (outside of [-1, 1]), the circuit gives 0 and can be proven",
        "keep inputs inside of the domain, with Clip if need be",
        where=("domain",),
    ),
    Operator("Asinh", "works"),
    Operator("Atan", "works"),
    Operator(
        "Atanh",
        "differs",
        "where the model gives NaN (outside of (-1, 1)), the circuit gives 0 and can be proven",
        "keep inputs inside of the domain, with Clip if need be",
        where=("domain",),
    ),
    Operator("Attention", "refused", "", "MatMul, Softmax, MatMul, as exporters write it below opset 23"),
    Operator(
        "AveragePool",
        "differs",
        "padding counts as zeros that are averaged as well, as if count_include_pad were 1; dilations are ignored",
        "pad with Pad and say count_include_pad=1, or divide by the numbers of elements; write strides out",
        where=("settings",),
    ),
    Operator("BatchNormalization", "works"),
    Operator("Bernoulli", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator("BitCast", "refused", "", "arithmetic on floats instead of bits"),
    Operator(
        "BitShift",
        "differs",
        "to the right, the bits shifted out stay as a fraction: 7 >> 1 is 3.5; to the left, nothing is cut to"
        " the element type",
        "make the numbers floats, divide by a power of two and take Floor",
        where=("types",),
    ),
    Operator("BitwiseAnd", "refused", "", "arithmetic on floats instead of bits"),
    Operator("BitwiseNot", "refused", "", "arithmetic on floats instead of bits"),
    Operator("BitwiseOr", "refused", "", "arithmetic on floats instead of bits"),
    Operator("BitwiseXor", "refused", "", "arithmetic on floats instead of bits"),
    Operator("BlackmanWindow", "works"),
    Operator(
        "Cast",
        "differs",
        "to bool, the number is kept (its floor) instead of becoming 0 or 1; to an integer, it is rounded "
        "down instead of towards zero (-0.5 becomes -1); nothing is cut to the range of a smaller type",
        "to bool: Greater(Abs(x), 0); to an integer: Sign(x) · Floor(Abs(x)), or nothing where x ≥ 0",
        where=(
            "values",
            "types",
        ),
    ),
    Operator(
        "CastLike",
        "differs",
        "to bool, the number's floor is kept; to an integer, it is rounded down instead of towards zero",
        "to bool: Greater(Abs(x), 0); to an integer: Sign(x) · Floor(Abs(x))",
        where=("values",),
    ),
    Operator("Ceil", "works"),
    Operator(
        "Celu",
        "differs",
        "with an alpha other than 1 the negative half is off by the factor alpha",
        "Elu(x / alpha) · alpha",
        where=("settings",),
    ),
    Operator(
        "CenterCropPad", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("Clip", "works"),
    Operator("Col2Im", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"),
    Operator("Compress", "refused", "", "Gather with constant indices"),
    Operator("Concat", "works"),
    Operator("ConcatFromSequence", "refused", "", "export without sequences and optional values"),
    Operator("Constant", "works", "", "give the constant as value, not as value_floats or value_ints"),
    Operator("ConstantOfShape", "works"),
    Operator(
        "Conv",
        "works",
        "",
        "write strides out; no dilations: insert zeros into the kernel; the bias has to be a constant",
    ),
    Operator("ConvInteger", "refused", "", "export the model in float32: ezkl quantises it itself"),
    Operator(
        "ConvTranspose",
        "differs",
        "output_shape pads on the other side than ONNX says",
        "give pads and output_padding instead of output_shape; write strides out",
        where=("settings",),
    ),
    Operator("Cos", "works"),
    Operator("Cosh", "works"),
    Operator(
        "CumProd", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator(
        "CumSum", "differs", "exclusive=1 gives a wrong result", "MatMul with a triangle of ones", where=("settings",)
    ),
    Operator("DFT", "refused", "", "MatMul with a constant matrix of cosines and sines"),
    Operator(
        "DeformConv", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("DepthToSpace", "works"),
    Operator(
        "DequantizeLinear",
        "differs",
        "it is the identity: scale and zero point are ignored, unless the input is a constant",
        "only for constant weights; export activations in float32: ezkl quantises them itself",
        where=("values",),
    ),
    Operator("Det", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"),
    Operator(
        "Div",
        "differs",
        "integers are not divided with a whole result: 7 / 2 is 3.5",
        "make integers floats, divide, take Floor; by a tensor: multiply by Reciprocal",
        where=("types",),
    ),
    Operator("Dropout", "works", "", "leave it out: it does nothing in inference"),
    Operator("DynamicQuantizeLinear", "refused", "", "export the model in float32: ezkl quantises it itself"),
    Operator("Einsum", "works"),
    Operator("Elu", "works"),
    Operator(
        "Equal",
        "differs",
        "on floats, true counts as 2^-scale instead of 1: as an output and behind Cast, not in Not, And, Where",
        "on floats: And(GreaterOrEqual(x, c), LessOrEqual(x, c)); on integers nothing has to be done",
        where=("values",),
    ),
    Operator("Erf", "works"),
    Operator("Exp", "works"),
    Operator(
        "Expand",
        "differs",
        "a new dimension in front repeats single elements instead of the whole tensor",
        "Unsqueeze, then Expand, so that the number of dimensions stays",
        where=("settings",),
    ),
    Operator("EyeLike", "works"),
    Operator("Flatten", "works"),
    Operator("Floor", "works"),
    Operator(
        "GRU",
        "differs",
        "attributes are ignored: direction=reverse is computed forwards, and clip, layout=1 and activations "
        "other than the default ones have no effect",
        "leave those attributes at their defaults; reverse the sequence with a Slice of step -1 before and "
        "after the layer",
        where=("settings",),
    ),
    Operator("Gather", "works", "", "no negative indices among the inputs; constant ones may be negative"),
    Operator(
        "GatherElements",
        "differs",
        "a negative constant index counts as 0",
        "add the axis's length to negative indices",
        where=("settings",),
    ),
    Operator("GatherND", "works", "", "add the axis's length to negative indices"),
    Operator("Gelu", "refused", "", "x · (1 + Erf(x / √2)) / 2, as exporters write it below opset 20"),
    Operator("Gemm", "works"),
    Operator("GlobalAveragePool", "works"),
    Operator(
        "GlobalLpPool",
        "differs",
        "a mean is taken instead of a sum, and with p=1 no absolute values",
        "ReduceL1 or ReduceL2 over the last axes",
        where=("values",),
    ),
    Operator("GlobalMaxPool", "works"),
    Operator("Greater", "works"),
    Operator("GreaterOrEqual", "works"),
    Operator(
        "GridSample", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator(
        "GroupNormalization",
        "refused",
        "",
        "Reshape, InstanceNormalization, Reshape, Mul, Add, as exporters write it below opset 18",
    ),
    Operator("HammingWindow", "works"),
    Operator("HannWindow", "works"),
    Operator("HardSigmoid", "works"),
    Operator("HardSwish", "works"),
    Operator("Hardmax", "works"),
    Operator("Identity", "works"),
    Operator("If", "works", "", "take the branch when exporting, or compute both and choose with Where"),
    Operator(
        "ImageDecoder", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("InstanceNormalization", "works"),
    Operator("IsInf", "refused", "", "leave it out: there is no infinity in a circuit"),
    Operator("IsNaN", "refused", "", "leave it out: there is no NaN in a circuit"),
    Operator("LRN", "refused", "", "write it out with AveragePool over channels, or train with BatchNormalization"),
    Operator(
        "LSTM",
        "differs",
        "attributes are ignored: direction=reverse is computed forwards, and clip, layout=1 and activations "
        "other than the default ones have no effect; so has input_forget; the last cell state Y_c is wrong "
        "after more than one step",
        "leave those attributes at their defaults; reverse the sequence with a Slice of step -1 before and "
        "after the layer",
        where=("settings",),
    ),
    Operator("LayerNormalization", "works"),
    Operator("LeakyRelu", "works"),
    Operator("Less", "works"),
    Operator("LessOrEqual", "works"),
    Operator("Log", "works", "", "keep inputs inside of the domain, with Clip if need be"),
    Operator("LogSoftmax", "works"),
    Operator("Loop", "refused", "", "unroll it when exporting"),
    Operator("LpNormalization", "refused", "", "x · Reciprocal(Sqrt(ReduceSumSquare(x)))"),
    Operator("LpPool", "refused", "", "Sqrt of an AveragePool of squares, times the root of the number of elements"),
    Operator("MatMul", "works", "", "vector by vector: make the first a matrix of one row"),
    Operator(
        "MatMulInteger",
        "differs",
        "the result is 0",
        "export the model in float32: ezkl quantises it itself",
        where=("values",),
    ),
    Operator("Max", "works", "", "more than two inputs or a constant tensor: one Max after another, of two inputs"),
    Operator(
        "MaxPool",
        "differs",
        "padding counts as zeros, which win over negative values; dilations are ignored",
        "pad only where values are never negative (after Relu); no dilations; write strides out",
        where=("settings",),
    ),
    Operator(
        "MaxRoiPool", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator(
        "MaxUnpool", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("Mean", "works"),
    Operator("MeanVarianceNormalization", "refused", "", "ReduceMean, Sub, Sqrt, Reciprocal, Mul"),
    Operator("MelWeightMatrix", "works"),
    Operator("Min", "works", "", "more than two inputs: one Min after another"),
    Operator("Mish", "refused", "", "x · Tanh(Softplus(x))"),
    Operator("Mod", "refused", "", "x − Floor(x / c) · c with a constant c"),
    Operator(
        "Mul",
        "differs",
        "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does not",
        "keep integers inside of their type",
        where=("types",),
    ),
    Operator("Multinomial", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator(
        "Neg",
        "differs",
        "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does "
        "not: the smallest integer becomes positive",
        "cast integers to float first",
        where=("types",),
    ),
    Operator("NegativeLogLikelihoodLoss", "refused", "", "take the loss out of the model"),
    Operator("NonMaxSuppression", "refused", "", "its size depends on values: compute it after the model"),
    Operator("NonZero", "refused", "", "its size depends on values: compute it after the model"),
    Operator("Not", "works"),
    Operator(
        "OneHot",
        "differs",
        "off and on values are ignored: the circuit gives 0 and 1",
        "ask for 0 and 1, then multiply and add",
        where=("settings",),
    ),
    Operator("Optional", "refused", "", "export without sequences and optional values"),
    Operator("OptionalGetElement", "refused", "", "export without sequences and optional values"),
    Operator("OptionalHasElement", "refused", "", "export without sequences and optional values"),
    Operator("Or", "works"),
    Operator("PRelu", "works"),
    Operator("Pad", "works"),
    Operator(
        "Pow",
        "differs",
        "an exponent of 0 or a negative whole number gives a wrong result (x^0 is not 1, x^-1 is not 1/x); "
        "where the model gives NaN or infinity, the circuit gives a number",
        "x^0: a constant; x^-1: Reciprocal(x); x^-2: Reciprocal(x · x); a tensor of exponents: products",
        where=(
            "settings",
            "domain",
        ),
    ),
    Operator("QLinearConv", "refused", "", "export the model in float32: ezkl quantises it itself"),
    Operator(
        "QLinearMatMul",
        "differs",
        "the result is wrong, mostly 0",
        "export the model in float32: ezkl quantises it itself",
        where=("values",),
    ),
    Operator(
        "QuantizeLinear",
        "differs",
        "to uint8, it is the identity: scale, zero point, rounding and range are ignored",
        "export the model in float32: ezkl quantises it itself",
        where=("values",),
    ),
    Operator("RMSNormalization", "refused", "", "x · Reciprocal(Sqrt(ReduceMean(x · x) + ε)) · scale"),
    Operator(
        "RNN",
        "differs",
        "attributes are ignored: direction=reverse is computed forwards, and clip, layout=1 and activations "
        "other than the default ones have no effect",
        "leave those attributes at their defaults; reverse the sequence with a Slice of step -1 before and "
        "after the layer",
        where=("settings",),
    ),
    Operator("RandomNormal", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator("RandomNormalLike", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator("RandomUniform", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator("RandomUniformLike", "refused", "", "draw random numbers before the model, and give them as an input"),
    Operator("Range", "works"),
    Operator("Reciprocal", "works"),
    Operator("ReduceL1", "works"),
    Operator("ReduceL2", "works"),
    Operator(
        "ReduceLogSum",
        "differs",
        "with integer elements the result is not cut to a whole number",
        "cast integers to float first",
        where=("types",),
    ),
    Operator(
        "ReduceLogSumExp",
        "differs",
        "with integer elements the result is not cut to a whole number",
        "cast integers to float first",
        where=("types",),
    ),
    Operator("ReduceMax", "works"),
    Operator(
        "ReduceMean",
        "differs",
        "with integer elements the quotient is not cut to a whole number",
        "cast integers to float first, and take Floor afterwards",
        where=("types",),
    ),
    Operator("ReduceMin", "works"),
    Operator("ReduceProd", "works", "", "over a few elements only: the scale grows with each factor"),
    Operator("ReduceSum", "works"),
    Operator("ReduceSumSquare", "works"),
    Operator("RegexFullMatch", "refused", "", "work on strings before the model, and give it numbers"),
    Operator("Relu", "works"),
    Operator("Reshape", "works"),
    Operator(
        "Resize",
        "differs",
        "every nearest_mode and coordinate transformation is computed as asymmetric with floor",
        "nearest, asymmetric, floor, with whole scales; for others, ConvTranspose with constant weights",
        where=("settings",),
    ),
    Operator("ReverseSequence", "refused", "", "Slice with a step of -1"),
    Operator(
        "RoiAlign", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("RotaryEmbedding", "refused", "", "Slice, Mul, Sub, Add, Concat, as exporters write it below opset 23"),
    Operator("Round", "works"),
    Operator("STFT", "refused", "", "MatMul with a constant matrix of cosines and sines"),
    Operator("Scan", "works"),
    Operator("Scatter", "works"),
    Operator(
        "ScatterElements",
        "differs",
        "a negative constant index counts as 0, and reduction is ignored: elements are overwritten",
        "no reduction; add the axis's length to negative indices; updates have to be computed",
        where=("settings",),
    ),
    Operator(
        "ScatterND",
        "differs",
        "rows are written with one element repeated, and reduction is ignored: elements are overwritten",
        "indices of single elements, constant; updates have to be computed; or Where with a constant mask",
        where=("settings",),
    ),
    Operator("Selu", "works"),
    Operator("SequenceAt", "refused", "", "export without sequences and optional values"),
    Operator("SequenceConstruct", "refused", "", "export without sequences and optional values"),
    Operator("SequenceEmpty", "refused", "", "export without sequences and optional values"),
    Operator("SequenceErase", "refused", "", "export without sequences and optional values"),
    Operator("SequenceInsert", "refused", "", "export without sequences and optional values"),
    Operator("SequenceLength", "refused", "", "export without sequences and optional values"),
    Operator("SequenceMap", "refused", "", "export without sequences and optional values"),
    Operator("Shape", "works"),
    Operator("Shrink", "works"),
    Operator("Sigmoid", "works"),
    Operator("Sign", "works", "", "cast int64 to float first"),
    Operator("SimplifiedLayerNormalization", "refused", "", "x · Reciprocal(Sqrt(ReduceMean(x · x) + ε)) · scale"),
    Operator("Sin", "works"),
    Operator("Sinh", "works"),
    Operator("Size", "works"),
    Operator("Slice", "works", "", "constant bounds"),
    Operator("Softmax", "works"),
    Operator("SoftmaxCrossEntropyLoss", "refused", "", "take the loss out of the model"),
    Operator("Softplus", "works"),
    Operator("Softsign", "works"),
    Operator("SpaceToDepth", "works"),
    Operator("Split", "works"),
    Operator("SplitToSequence", "refused", "", "export without sequences and optional values"),
    Operator(
        "Sqrt",
        "differs",
        "where the model gives NaN (outside of x ≥ 0), the circuit gives 0 and can be proven",
        "keep inputs inside of the domain, with Clip if need be",
        where=("domain",),
    ),
    Operator("Squeeze", "works"),
    Operator("StringConcat", "refused", "", "work on strings before the model, and give it numbers"),
    Operator("StringNormalizer", "refused", "", "work on strings before the model, and give it numbers"),
    Operator("StringSplit", "refused", "", "work on strings before the model, and give it numbers"),
    Operator(
        "Sub",
        "differs",
        "integers do not wrap around: the circuit's result leaves the element type's range where ONNX's does not",
        "keep integers inside of their type",
        where=("types",),
    ),
    Operator("Sum", "works"),
    Operator("Swish", "refused", "", "x · Sigmoid(x), as exporters write it below opset 24"),
    Operator("Tan", "works"),
    Operator("Tanh", "works"),
    Operator(
        "TensorScatter", "refused", "", "rewrite the model with operators that work, or compute this part outside of it"
    ),
    Operator("TfIdfVectorizer", "refused", "", "work on strings before the model, and give it numbers"),
    Operator("ThresholdedRelu", "works"),
    Operator("Tile", "refused", "", "Concat of the tensor with itself"),
    Operator("TopK", "works", "", "take only the values, on the last axis; the index of the largest: ArgMax"),
    Operator("Transpose", "works"),
    Operator(
        "Trilu",
        "differs",
        "elements that have to become 0 are kept",
        "multiply by a constant triangle of ones",
        where=("values",),
    ),
    Operator("Unique", "refused", "", "its size depends on values: compute it after the model"),
    Operator("Unsqueeze", "works"),
    Operator("Upsample", "refused", "", "Resize, nearest, asymmetric, floor"),
    Operator("Where", "works", "", "masks: a finite number such as -100 instead of -inf"),
    Operator("Xor", "works"),
    Operator(
        "com.microsoft.BiasGelu",
        "refused",
        "",
        "Add, then x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations",
    ),
    Operator(
        "com.microsoft.DynamicQuantizeMatMul", "refused", "", "export the model in float32: ezkl quantises it itself"
    ),
    Operator(
        "com.microsoft.FastGelu", "refused", "", "x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations"
    ),
    Operator("com.microsoft.FusedConv", "refused", "", "export without onnxruntime's optimisations"),
    Operator("com.microsoft.FusedGemm", "refused", "", "export without onnxruntime's optimisations"),
    Operator("com.microsoft.FusedMatMul", "refused", "", "export without onnxruntime's optimisations"),
    Operator(
        "com.microsoft.Gelu", "refused", "", "x · (1 + Erf(x / √2)) / 2: export without onnxruntime's optimisations"
    ),
    Operator("com.microsoft.MatMulNBits", "refused", "", "export the model in float32: ezkl quantises it itself"),
    Operator(
        "com.microsoft.MultiHeadAttention",
        "refused",
        "",
        "MatMul, Softmax, MatMul: export without onnxruntime's optimisations",
    ),
    Operator("com.microsoft.QLinearAdd", "refused", "", "export the model in float32: ezkl quantises it itself"),
    Operator(
        "com.microsoft.QuickGelu", "refused", "", "x · Sigmoid(1.702 x): export without onnxruntime's optimisations"
    ),
    Operator(
        "com.microsoft.SkipLayerNormalization",
        "refused",
        "",
        "Add, then LayerNormalization: export without onnxruntime's optimisations",
    ),
    Operator("ai.onnx.ml.ArrayFeatureExtractor", "works"),
    Operator("ai.onnx.ml.Binarizer", "refused", "", "Greater, then Cast to float"),
    Operator("ai.onnx.ml.CastMap", "refused", "", "compute it before the model"),
    Operator("ai.onnx.ml.CategoryMapper", "refused", "", "compute it before the model"),
    Operator("ai.onnx.ml.DictVectorizer", "refused", "", "compute it before the model"),
    Operator("ai.onnx.ml.FeatureVectorizer", "refused", "", "Concat"),
    Operator("ai.onnx.ml.Imputer", "refused", "", "fill in missing values before the model"),
    Operator("ai.onnx.ml.LabelEncoder", "refused", "", "encode before the model, or Gather"),
    Operator("ai.onnx.ml.LinearClassifier", "refused", "", "Gemm, then Sigmoid or Softmax"),
    Operator("ai.onnx.ml.LinearRegressor", "refused", "", "Gemm"),
    Operator("ai.onnx.ml.Normalizer", "refused", "", "x · Reciprocal(Sqrt(ReduceSumSquare(x)))"),
    Operator("ai.onnx.ml.OneHotEncoder", "refused", "", "encode before the model, or OneHot"),
    Operator(
        "ai.onnx.ml.SVMClassifier",
        "refused",
        "",
        "write the kernel out with MatMul and Exp, or train a linear model or an MLP",
    ),
    Operator(
        "ai.onnx.ml.SVMRegressor",
        "refused",
        "",
        "write the kernel out with MatMul and Exp, or train a linear model or an MLP",
    ),
    Operator("ai.onnx.ml.Scaler", "refused", "", "Sub, Mul"),
    Operator(
        "ai.onnx.ml.TreeEnsemble",
        "refused",
        "",
        "write each decision as Gather, LessOrEqual, Cast, Mul (Hummingbird's GEMM form does), or train an MLP",
    ),
    Operator(
        "ai.onnx.ml.TreeEnsembleClassifier",
        "refused",
        "",
        "write each decision as Gather, LessOrEqual, Cast, Mul (Hummingbird's GEMM form does), or train an MLP",
    ),
    Operator(
        "ai.onnx.ml.TreeEnsembleRegressor",
        "refused",
        "",
        "write each decision as Gather, LessOrEqual, Cast, Mul (Hummingbird's GEMM form does), or train an MLP",
    ),
    Operator("ai.onnx.ml.ZipMap", "refused", "", "compute it before the model"),
    Operator("ai.onnx.preview.training.Adagrad", "refused", "", "take the operators of training out of the model"),
    Operator("ai.onnx.preview.training.Adam", "refused", "", "take the operators of training out of the model"),
    Operator("ai.onnx.preview.training.Gradient", "refused", "", "take the operators of training out of the model"),
    Operator("ai.onnx.preview.training.Momentum", "refused", "", "take the operators of training out of the model"),
)

TABLE: Final[Mapping[str, Operator]] = {operator.name: operator for operator in _ALL}
