"""Recurrent layers, attention, loops, branches, sequences, strings, and numbers drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from case import Case, Const, case, f32, i64, mixed, ramp
from onnx import TensorProto, helper, numpy_helper

_FLOAT = TensorProto.FLOAT


def recurrent() -> Iterator[Case]:
    x = mixed(3, 1, 2, top=1)
    for name, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):

        def layer(
            what: str,
            values: Any,
            directions: int = 1,
            extra: tuple[Any, ...] = (),
            keep: list[int] | None = None,
            *,
            name: str = name,
            gates: int = gates,
            **attributes: Any,
        ) -> Case:
            w = Const(mixed(directions, gates * 2, 2, top=1, seed=2))
            r = Const(mixed(directions, gates * 2, 2, top=1, seed=3))
            b = Const(mixed(directions, gates * 4, top=1, seed=4))
            outputs = 3 if name == "LSTM" else 2
            return case(
                name, what, values, w, r, b, *extra, outputs=outputs, keep=keep or [0], hidden_size=2, **attributes
            )

        yield layer("all outputs Y", x)
        yield layer("last output Y_h", x, keep=[1])
        yield layer("one step", x[:1])
        yield layer("direction=reverse", x, direction="reverse")
        yield layer("direction=bidirectional", x, 2, direction="bidirectional")
        yield layer("an initial state", x, extra=(None, Const(f32([0.5, -0.5], 1, 1, 2))))
        yield layer("a batch of 2", mixed(3, 2, 2, top=1))
        yield layer("layout=1", mixed(1, 3, 2, top=1), layout=1)
        yield layer("clip", x, clip=0.5)
        activations = {"RNN": ["Relu"], "GRU": ["Sigmoid", "Relu"], "LSTM": ["Sigmoid", "Relu", "Relu"]}[name]
        yield layer("other activations", x, activations=activations)
        yield layer("lengths of sequences", x, extra=(Const(np.array([2], np.int32)),))
    yield case(
        "LSTM",
        "last cell state Y_c",
        x,
        Const(mixed(1, 8, 2, top=1)),
        Const(mixed(1, 8, 2, top=1, seed=2)),
        outputs=3,
        keep=[2],
        hidden_size=2,
    )
    yield case(
        "LSTM",
        "input_forget=1",
        x,
        Const(mixed(1, 8, 2, top=1)),
        Const(mixed(1, 8, 2, top=1, seed=2)),
        outputs=3,
        keep=[0],
        hidden_size=2,
        input_forget=1,
    )
    plain = (Const(mixed(1, 8, 2, top=1, seed=2)), Const(mixed(1, 8, 2, top=1, seed=3)))
    biases = Const(mixed(1, 16, top=1, seed=4))
    for keep, label in (([0], "Y"), ([1], "Y_h"), ([2], "Y_c")):
        yield case("LSTM", f"{label} without biases", x, *plain, outputs=3, keep=keep, hidden_size=2)
    yield case("LSTM", "Y_c with biases", x, *plain, biases, outputs=3, keep=[2], hidden_size=2)
    yield case("LSTM", "Y_c, one step", x[:1], *plain, biases, outputs=3, keep=[2], hidden_size=2)
    yield case(
        "GRU",
        "linear_before_reset=1",
        x,
        Const(mixed(1, 6, 2, top=1)),
        Const(mixed(1, 6, 2, top=1, seed=2)),
        Const(mixed(1, 12, top=1)),
        outputs=2,
        keep=[0],
        hidden_size=2,
        linear_before_reset=1,
    )


def attention() -> Iterator[Case]:
    q, k, v = mixed(1, 2, 3, 4, top=1), mixed(1, 2, 3, 4, top=1, seed=2), mixed(1, 2, 3, 4, top=1, seed=3)
    yield case("Attention", "usual", q, k, v, opset=23)
    yield case("Attention", "is_causal=1", q, k, v, opset=23, is_causal=1)
    yield case("RotaryEmbedding", "usual", q, Const(mixed(8, 2)), Const(mixed(8, 2)), Const(i64([[0, 1, 2]])), opset=23)
    yield case(
        "com.microsoft.MultiHeadAttention",
        "usual",
        mixed(1, 3, 4, top=1),
        mixed(1, 3, 4, top=1, seed=2),
        mixed(1, 3, 4, top=1, seed=3),
        num_heads=2,
    )


def _graph(
    name: str,
    nodes: list[onnx.NodeProto],
    inputs: list[Any],
    outputs: list[Any],
    constants: dict[str, Any] | None = None,
) -> onnx.GraphProto:
    return helper.make_graph(
        nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in (constants or {}).items()]
    )


def _value(name: str, shape: list[int] | None, kind: int = _FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def control() -> Iterator[Case]:
    x = ramp(1, 3)
    then = _graph(
        "then", [helper.make_node("Add", ["x", "one"], ["t"])], [], [_value("t", [1, 3])], {"one": f32([1], 1)}
    )
    otherwise = _graph("else", [helper.make_node("Neg", ["x"], ["e"])], [], [_value("e", [1, 3])])
    for chosen in (True, False):
        yield case(
            "If",
            f"a constant condition, {chosen}",
            Const(np.array(chosen)),
            reads={"x": x},
            then_branch=then,
            else_branch=otherwise,
        )
    yield case(
        "If", "the condition is an input", np.array([True]), reads={"x": x}, then_branch=then, else_branch=otherwise
    )
    body = _graph(
        "body",
        [
            helper.make_node("Identity", ["on"], ["go"]),
            helper.make_node("Add", ["state", "state"], ["next"]),
            helper.make_node("Identity", ["next"], ["scanned"]),
        ],
        [_value("i", [], TensorProto.INT64), _value("on", [], TensorProto.BOOL), _value("state", [1, 3])],
        [_value("go", [], TensorProto.BOOL), _value("next", [1, 3]), _value("scanned", [1, 3])],
    )
    yield case(
        "Loop",
        "a constant number of rounds",
        Const(np.int64(3)),
        Const(np.array(True)),
        x,
        outputs=2,
        keep=[0],
        body=body,
    )
    step = _graph(
        "step",
        [helper.make_node("Add", ["state", "row"], ["next"]), helper.make_node("Relu", ["next"], ["scanned"])],
        [_value("state", [3]), _value("row", [3])],
        [_value("next", [3]), _value("scanned", [3])],
    )
    for keep, label in (([0], "the last state"), ([1], "scanned outputs"), ([0, 1], "both outputs")):
        yield case("Scan", label, ramp(3), ramp(4, 3), outputs=2, keep=keep, body=step, num_scan_inputs=1)
    yield case(
        "Scan",
        "backwards",
        ramp(3),
        ramp(4, 3),
        outputs=2,
        keep=[1],
        body=step,
        num_scan_inputs=1,
        scan_input_directions=[1],
    )


def collections() -> Iterator[Case]:
    x = ramp(2, 3)
    both = helper.make_node("SequenceConstruct", ["x", "z"], ["s"])
    reads = {"x": x, "z": ramp(2, 3, start=4)}
    at = Const(np.int64(1))
    taken = (both, helper.make_node("SequenceAt", ["s", "at"], ["y"]))
    yield Case("SequenceConstruct", "then SequenceAt", taken, reads, {"at": np.array(1, np.int64)}, ("y",))
    yield case("SequenceAt", "of two", "s", at, before=[both], reads=reads)
    yield case("ConcatFromSequence", "of two", "s", before=[both], reads=reads, axis=0)
    yield case("SequenceLength", "of two", "s", before=[both], reads=reads)
    for name, node in (
        ("SequenceEmpty", helper.make_node("SequenceEmpty", [], ["e"])),
        ("SplitToSequence", helper.make_node("SplitToSequence", ["x"], ["e"])),
        ("SequenceInsert", helper.make_node("SequenceInsert", ["s", "x"], ["e"])),
        ("SequenceErase", helper.make_node("SequenceErase", ["s"], ["e"])),
    ):
        nodes = (both, node, helper.make_node("SequenceLength", ["e"], ["y"]))
        yield Case(name, "then SequenceLength", nodes, reads, {}, ("y",))
    body = _graph("body", [helper.make_node("Neg", ["i"], ["o"])], [_value("i", None)], [_value("o", None)])
    mapped = (
        both,
        helper.make_node("SequenceMap", ["s"], ["m"], body=body),
        helper.make_node("ConcatFromSequence", ["m"], ["y"], axis=0),
    )
    yield Case("SequenceMap", "negates", mapped, reads, {}, ("y",))
    optional = helper.make_node("Optional", ["x"], ["o"])
    for name, output in (
        ("Optional", "OptionalGetElement"),
        ("OptionalGetElement", "OptionalGetElement"),
        ("OptionalHasElement", "OptionalHasElement"),
    ):
        yield Case(name, "of a tensor", (optional, helper.make_node(output, ["o"], ["y"])), {"x": x}, {}, ("y",), 18)
    words = Const(np.array(["a", "b"], object))
    strings = np.array(["a b", "c d"], object)
    yield case("StringConcat", "usual", strings, words, opset=20)
    yield case("StringSplit", "usual", strings, outputs=2, opset=20, delimiter=" ")
    yield case("StringNormalizer", "usual", strings, case_change_action="UPPER")
    yield case("RegexFullMatch", "usual", strings, pattern="a.*", opset=20)
    counts = {
        "mode": "TF",
        "min_gram_length": 1,
        "max_gram_length": 1,
        "max_skip_count": 0,
        "ngram_counts": [0],
        "ngram_indexes": [0, 1],
        "pool_int64s": [2, 3],
    }
    yield case("TfIdfVectorizer", "usual", i64([2, 3, 3, 1]), **counts)


def random() -> Iterator[Case]:
    x = ramp(2, 3)
    for name in ("RandomNormalLike", "RandomUniformLike"):
        yield case(name, "usual", x, random=True)
        yield case(name, "with a seed", x, random=True, seed=1.0)
    yield case("Bernoulli", "usual", np.abs(x) / 4, random=True)
    yield case("Multinomial", "usual", x, random=True, sample_size=2)
    for name in ("RandomNormal", "RandomUniform"):
        nodes = (helper.make_node(name, [], ["r"], shape=[2, 3], seed=1.0), helper.make_node("Add", ["x", "r"], ["y"]))
        yield Case(name, "added to an input", nodes, {"x": x}, {}, ("y",), random=True)


def training() -> Iterator[Case]:
    domain = "ai.onnx.preview.training"
    r, t = Const(np.float32(0.5)), Const(np.int64(0))
    x, g = f32([1, 2], 2), f32([0.5, -1], 2)
    yield case(f"{domain}.Adagrad", "usual", r, t, x, g, Const(f32([1, 1], 2)), outputs=2)
    yield case(f"{domain}.Adam", "usual", r, t, x, g, Const(f32([1, 1], 2)), Const(f32([1, 1], 2)), outputs=3)
    yield case(
        f"{domain}.Momentum",
        "usual",
        r,
        t,
        x,
        g,
        Const(f32([1, 1], 2)),
        outputs=2,
        alpha=0.5,
        beta=0.5,
        norm_coefficient=0.0,
        mode="standard",
    )
    yield case(f"{domain}.Gradient", "usual", x, outputs=1, xs=["a"], y="a")


def all_cases() -> Iterator[Case]:
    for part in (recurrent, attention, control, collections, random, training):
        yield from part()
