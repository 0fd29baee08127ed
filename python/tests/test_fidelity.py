"""A proof never says what the model does not."""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from models import QUICK, write, write_cast, write_elementwise, write_lookup, write_matmul
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

from moderntensor.sdk.zkml import (
    CompiledModel,
    CompileError,
    InvalidInput,
    NotFinite,
    OutOfRange,
    Prover,
    ProvingFailed,
    ResultDiffers,
    Verifier,
    compile_model,
)
from moderntensor.sdk.zkml._onnx import Model

pytestmark = [pytest.mark.prover, pytest.mark.filterwarnings("ignore:.*whose circuit differs:UserWarning")]


def compile_quickly(path: Path, folder: Path, data: Any, **options: Any) -> CompiledModel:
    arguments = {"scale": 7, "run_args": QUICK, "unsafe_test_srs": True, **options}
    return compile_model(path, folder, data, **arguments)


def prover(path: Path, done: CompiledModel, **options: Any) -> Prover:
    return Prover(path, done.settings, done.proving_key, **options)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused_by_name_and_position(tmp_path: Path, value: float) -> None:
    weight = np.ones((4, 3), np.float32)
    weight[2, 1] = value
    path = write_matmul(tmp_path / "model.onnx", weight=weight)
    with pytest.raises(NotFinite, match=rf"the weight 'w' \[4, 3\] has {value} at \[2, 1\]"):
        compile_quickly(path, tmp_path, [1, 2, 3, 4])
    assert not (tmp_path / "settings.json").exists()


def test_constants_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    from onnx import numpy_helper

    constant = numpy_helper.from_array(np.array([1, -np.inf], np.float16), "")
    nodes: list[tuple[Any, ...]] = [
        ("Constant", [], ["c"], {"value": constant}),
        ("Cast", ["c"], ["d"], {"to": 1}),
        ("Add", ["x", "d"], ["y"]),
    ]
    path = write(tmp_path / "model.onnx", nodes, {"x": ("FLOAT", [1, 2])}, {"y": ("FLOAT", [1, 2])})
    with pytest.raises(NotFinite, match=r"the constant 'c' \[2\] has -inf at \[1\]"):
        compile_quickly(path, tmp_path, [1, 2])
    path = write_elementwise(tmp_path / "leaky.onnx", "LeakyRelu", alpha=float("nan"))
    with pytest.raises(NotFinite, match="alpha of LeakyRelu"):
        compile_quickly(path, tmp_path, [1, 2, 3, 4])


@pytest.mark.parametrize("value", [3e38, -1e30])
def test_a_weight_that_no_circuit_holds_is_named(tmp_path: Path, value: float) -> None:
    """ezkl says "significant bit truncation", or names the integer that is left of it."""
    weight = np.ones((4, 3), np.float32)
    weight[2, 1] = value
    path = write_matmul(tmp_path / "model.onnx", weight=weight)
    with pytest.raises(CompileError, match=rf"'w' \[4, 3\] has {re.escape(f'{value:g}')} at \[2, 1\].*go up to ±"):
        compile_quickly(path, tmp_path, [1, 2, 3, 4])


@pytest.mark.parametrize(("to", "value"), [("BOOL", 2.5), ("INT64", -0.5)])
def test_a_circuit_of_another_function_is_an_error_unless_accepted_by_name(
    tmp_path: Path, to: str, value: float
) -> None:
    """ezkl takes a cast to bool for the identity, and one to an integer for a floor."""
    path = write_cast(tmp_path / "model.onnx", to)
    x = [0.0, 1.0, value, 1.0]
    with (
        pytest.warns(UserWarning, match=r"has Cast, whose circuit differs from ONNX"),
        pytest.raises(ResultDiffers, match=r"y: at most .*quantisation explains.*Cast: .*accept_difference=\['y'\]"),
    ):
        compile_quickly(path, tmp_path, x)
    assert not (tmp_path / "pk.key").exists()
    with pytest.raises(InvalidInput, match=r"names \['z'\], the model's outputs are \['y'\]"):
        compile_quickly(path, tmp_path, x, accept_difference=["z"])
    done = compile_quickly(path, tmp_path, x, accept_difference=["y"])
    assert done.fidelity is not None
    assert done.fidelity.accepted == ("y",)
    assert set(done.fidelity.differing) == {"Cast"}
    assert not done.fidelity.outputs[0].within
    # What was accepted when it was compiled is not asked for again.
    result, proof = prover(path, done).prove(x)
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, [result])


def test_a_result_that_differs_is_not_proven(tmp_path: Path) -> None:
    """The calibration data show no difference, this input does."""
    path = write_cast(tmp_path / "model.onnx", "BOOL")
    done = compile_quickly(path, tmp_path, [0.0, 1.0, 1.0, 0.0])
    assert done.fidelity is not None and done.fidelity.outputs[0].within
    with pytest.raises(ResultDiffers, match=r"the model gives 1, the circuit gives 3.*Cast.*accept_difference=\['y'\]"):
        prover(path, done).prove([3.0, 0.0, 0.0, 0.0])
    for options in ({"check_result": False}, {"accept_difference": "y"}):
        result, _ = prover(path, done, **options).prove([3.0, 0.0, 0.0, 0.0])
        assert np.asarray(result).tolist() == [[3.0, 0.0, 0.0, 0.0]]


def test_the_figures_are_those_of_the_calibration_data(tmp_path: Path) -> None:
    weight = np.array([[0.3, -0.7, 0.11]] * 4, np.float32)
    path = write_matmul(tmp_path / "model.onnx", weight=weight)
    samples = np.random.default_rng(3).normal(size=(5, 4)).astype(np.float32)
    done = compile_quickly(path, tmp_path, samples)
    assert done.fidelity is not None
    (output,) = done.fidelity.outputs
    assert done.fidelity.samples == 5
    # At scale 7, by hand: round the inputs and the weights to 1/128, multiply exactly.
    exact = (np.round(samples.astype(np.float64) * 128) / 128) @ (np.round(weight.astype(np.float64) * 128) / 128)
    away = np.abs(exact - samples.astype(np.float64) @ weight.astype(np.float64))
    assert output.largest == pytest.approx(away.max(), abs=2**-7)
    assert output.mean == pytest.approx(away.mean(), abs=2**-7)
    assert output.mean < output.largest < output.explained < 0.5
    assert "outputs differ from the model's by: y: at most" in str(done)
    assert compile_quickly(path, tmp_path, samples).fidelity == done.fidelity


def test_without_onnxruntime_or_calibration_data_nothing_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_matmul(tmp_path / "model.onnx")
    assert compile_quickly(path, tmp_path / "a", None, run_args={**QUICK, "logrows": 11}).fidelity is None
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    done = compile_quickly(path, tmp_path / "b", [1, 2, 3, 4])
    assert done.fidelity is None
    assert prover(path, done).prove([1, 2, 3, 4])[1]


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> Prover:
    folder = tmp_path_factory.mktemp("lookup")
    path = write_lookup(folder / "model.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return prover(path, compile_quickly(path, folder, [1, 7], input_visibility="public"))


def test_an_index_is_a_whole_number_inside_of_its_table(lookup: Prover) -> None:
    assert lookup.inputs[0].dtype == "int64"
    with pytest.raises(InvalidInput, match=r"x \[1, 2\] of int64: the value at \[0, 1\] is 1\.7, expected"):
        lookup.prove([[7, 1.7]])
    for value in (8, -9, 2**40):
        with pytest.raises(OutOfRange, match=rf"the value at \[0, 0\] is {re.escape(f'{value:g}')}.*Gather.*8 entries"):
            lookup.prove([[value, 1]])
    with pytest.raises(OutOfRange, match=r"exact up to 2\^53"):
        lookup.prove([2.0**60, 1])
    result, _ = lookup.prove([1.0, 7])
    assert np.asarray(result).tolist() == [[[3, 4, 5], [21, 22, 23]]]


def test_calibration_data_are_of_the_models_type_too(tmp_path: Path) -> None:
    path = write_lookup(tmp_path / "model.onnx", "INT32")
    with pytest.raises(InvalidInput, match=r"is 0\.5, expected a whole number"):
        compile_quickly(path, tmp_path, [0.5, 1])
    with pytest.raises(OutOfRange, match=r"int32 goes from -2147483648 to 2147483647"):
        compile_quickly(path, tmp_path, [1, 2**31])
    with pytest.raises(OutOfRange, match=r"the value at \[0, 1\] is 9"):
        compile_quickly(path, tmp_path, [1, 9])


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("UINT8", 256, "uint8 goes from 0 to 255"),
        ("UINT8", -1, "uint8 goes from 0 to 255"),
        ("INT8", 128, "int8 goes from -128 to 127"),
        ("BOOL", 2, "is 2, expected a bool"),
        ("BOOL", 0.5, "is 0.5, expected a bool"),
        ("FLOAT16", 70000, "float16 goes up to 65504"),
        ("FLOAT", 1e300, "float32 goes up to"),
    ],
)
def test_values_that_the_type_does_not_have_are_refused(tmp_path: Path, kind: str, value: float, message: str) -> None:
    from moderntensor.sdk.zkml._onnx import Model
    from moderntensor.sdk.zkml._tensors import to_inputs

    path = write(tmp_path / "model.onnx", [("Identity", ["x"], ["y"])], {"x": (kind, [3])}, {"y": (kind, [3])})
    tensors = Model.load(path).interface({}).inputs
    assert to_inputs([1, 0, 1], tensors)[0].tolist() == [1, 0, 1]
    with pytest.raises(InvalidInput, match=rf"input x \[3\].*the value at \[1\] .*{message}"):
        to_inputs([1, value, 1], tensors)


def test_a_value_outside_of_an_operators_domain_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where onnxruntime does not run the model before: then the proof fails its own check."""
    path = write_elementwise(tmp_path / "model.onnx", "Log")
    done = compile_quickly(path, tmp_path, [0.5, 1, 2, 4])
    message = r"Log \(node 0\) gets 0 at \[0, 1\] of its input 'x', and takes numbers above 0"
    with pytest.raises(OutOfRange, match=rf"the model gives -inf at \[0, 1\].*{message}"):
        prover(path, done).prove([1, 0, 1, 1])
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(OutOfRange, match=message):
        prover(path, done).prove([1, 0, 1, 1])


def test_what_a_table_does_not_hold_is_told_with_its_operator(tmp_path: Path) -> None:
    from moderntensor.sdk.zkml._diagnose import diagnose
    from moderntensor.sdk.zkml._onnx import Model
    from moderntensor.sdk.zkml._prepare import prepare
    from moderntensor.sdk.zkml.settings import Settings

    path = write_elementwise(tmp_path / "model.onnx", "Sigmoid")
    done = compile_quickly(path, tmp_path, [0.1, 0.2, -0.1, 0.0])
    settings, prepared = Settings.load(done.settings), prepare(Model.load(path), {})
    assert diagnose(prepared, [np.array([[0.1, 0.0, 0.0, 0.2]])], settings) is None
    said = diagnose(prepared, [np.array([[0.1, 100.0, 0.0, 0.2]])], settings)
    assert said is not None and said.startswith("Sigmoid (node 0) gets 100 at [0, 1] of its input 'x', and its table")
    assert "compile the model with calibration data" in said


def test_an_operator_that_differs_on_integers_alone_is_no_reason_to_warn_of_floats(tmp_path: Path) -> None:
    """Add wraps around on integers in ONNX and not in a circuit; Sqrt of a negative number is a matter of values."""
    x, y = (h.make_tensor_value_info(name, T.FLOAT, [1, 4]) for name in "xy")
    nodes = [h.make_node("Add", ["x", "x"], ["s"]), h.make_node("Sqrt", ["s"], ["y"])]
    path = tmp_path / "floats.onnx"
    onnx.save(
        h.make_model(h.make_graph(nodes, "g", [x], [y]), opset_imports=[h.make_opsetid("", 13)], ir_version=8), path
    )
    assert Model.load(path).operators_on_integers() == set()
    nodes.insert(0, h.make_node("Cast", ["i"], ["x"], to=T.FLOAT))
    i = h.make_tensor_value_info("i", T.INT64, [1, 4])
    onnx.save(
        h.make_model(h.make_graph(nodes, "g", [i], [y]), opset_imports=[h.make_opsetid("", 13)], ir_version=8), path
    )
    assert Model.load(path).operators_on_integers() == {"Cast"}


def test_a_model_that_onnxruntime_does_not_run_is_warned_of(tmp_path: Path) -> None:
    """A version of the file format that is newer than onnxruntime's, and that ezkl does not look at."""
    path = write_matmul(tmp_path / "model.onnx")
    model = onnx.load(str(path))
    model.ir_version = 99
    onnx.save(model, str(path))
    with pytest.warns(UserWarning, match=r"onnxruntime does not run .*model\.onnx \(.*IR version.*is not known"):
        done = compile_quickly(path, tmp_path, [1, 2, 3, 4])
    assert done.fidelity is None
    assert prover(path, done).prove([1, 2, 3, 4])[1]
    with pytest.raises(ProvingFailed, match="check_result: onnxruntime does not run"):
        prover(path, done, check_result=True)


def write_one_hot(path: Path, *, from_floats: bool) -> Path:
    nodes: list[tuple[Any, ...]] = [("OneHot", ["i" if from_floats else "x", "depth", "values"], ["y"])]
    if from_floats:
        nodes = [("Round", ["x"], ["r"]), ("Cast", ["r"], ["i"], {"to": T.INT64}), *nodes]
    weights = {"depth": np.array([4]), "values": np.array([0, 1], np.float32)}
    inputs: dict[str, Any] = {"x": ("FLOAT" if from_floats else "INT64", [1, 2])}
    return write(path, nodes, inputs, {"y": ("FLOAT", [1, 2, 4])}, weights)


def test_an_index_beyond_the_depth_of_one_hot_is_named(tmp_path: Path) -> None:
    """ezkl says "ndarray: index out of bounds"."""
    path = write_one_hot(tmp_path / "model.onnx", from_floats=False)
    said = r"OneHot \(node 0\) gets the index 4 at \[0, 1\] of 'x', and its depth is 4: a circuit takes 0 to 3"
    with pytest.raises(CompileError, match=rf"sample 1 of the calibration data {said}.*larger depth.*with Slice"):
        compile_quickly(path, tmp_path / "c", [[3, 1], [0, 4]])
    done = compile_quickly(path, tmp_path / "d", [[3, 1], [0, 2]])
    with pytest.raises(OutOfRange, match=said):
        prover(path, done).prove([0, 4])


def test_an_index_of_one_hot_that_is_made_of_floats_is_named(tmp_path: Path) -> None:
    """It keeps the scale of floats, so ezkl takes a 3 for 3 · 2^7."""
    path = write_one_hot(tmp_path / "model.onnx", from_floats=True)
    with pytest.raises(CompileError, match=r"OneHot \(node 2\) gets indices that a Cast makes of the floats 'r'.*Less"):
        compile_quickly(path, tmp_path, [3.0, 1.0])


def test_a_constant_divisor_and_a_normalisation_are_explained(tmp_path: Path) -> None:
    """A circuit multiplies by the rounded reciprocal, and rounds each step of LayerNormalization."""
    x, y = (h.make_tensor_value_info(name, T.FLOAT, [1, 4]) for name in "xy")
    three = nh.from_array(np.array([3.0], np.float32), "three")
    nodes = [h.make_node("Mul", ["x", "x"], ["s"]), h.make_node("Div", ["s", "three"], ["y"])]
    divided = write_graph(tmp_path / "divided.onnx", h.make_graph(nodes, "g", [x], [y], [three]), 13)
    done = compile_quickly(divided, tmp_path / "d", [6.3, 5.1, 4.2, 3.3])
    assert done.fidelity is not None and done.fidelity.outputs[0].largest > 0.05
    one = nh.from_array(np.ones(4, np.float32), "one")
    nodes = [h.make_node("LayerNormalization", ["x", "one"], ["y"])]
    normalised = write_graph(tmp_path / "normalised.onnx", h.make_graph(nodes, "g", [x], [y], [one]), 17)
    done = compile_quickly(normalised, tmp_path / "n", [0.31, 0.29, 0.42, 0.22])
    assert done.fidelity is not None and done.fidelity.outputs[0].within


def test_the_roundings_inside_of_composed_operators_are_explained_and_a_real_difference_is_not_hidden(
    tmp_path: Path,
) -> None:
    """ezkl multiplies by the rounded 1/n, slope and reciprocal; a large input magnifies what that loses."""
    weights = {"one": np.ones(1), "zero": np.zeros(1), "variance": np.full(1, 0.35), "ten": np.full(1, 10.0)}
    constants = [nh.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    nodes = [
        h.make_node("ReduceMean", ["x"], ["mean"], axes=[2, 3]),
        h.make_node("GlobalAveragePool", ["x"], ["pool"]),
        h.make_node("InstanceNormalization", ["x", "one", "zero"], ["instance"]),
        h.make_node("BatchNormalization", ["x", "one", "zero", "zero", "variance"], ["batch"]),
        h.make_node("Selu", ["x"], ["selu"]),
        h.make_node("Softsign", ["x"], ["softsign"]),
        h.make_node("LeakyRelu", ["x"], ["leaky"], alpha=0.013),
        h.make_node("ReduceSumSquare", ["x"], ["squares"], axes=[2, 3]),
        h.make_node("Sub", ["x", "ten"], ["less"]),
        h.make_node("Div", ["x", "less"], ["quotient"]),
        h.make_node("Celu", ["x"], ["celu"], alpha=2.0),
    ]
    kinds = [node.output[0] for node in nodes if node.op_type != "Sub"]
    x = h.make_tensor_value_info("x", T.FLOAT, [1, 1, 7, 1])
    outputs = [h.make_tensor_value_info(name, T.FLOAT, None) for name in kinds]
    graph = h.make_graph(nodes, "g", [x], outputs, constants)
    path = write_graph(tmp_path / "model.onnx", graph, 13)
    sample = [12.3, 11.3, 9.7, 6.3, 11.7, 14.3, -20.3]
    done = compile_quickly(path, tmp_path, sample, accept_difference=["celu"], max_logrows=13)
    assert done.fidelity is not None
    found = {output.name: output for output in done.fidelity.outputs}
    assert {name for name, output in found.items() if not output.within} == {"celu"}
    for name in set(kinds) - {"celu"}:
        # Too much for an operator that rounds once.
        assert found[name].largest > 4 * 2**-7, found[name]


def test_whole_numbers_are_not_rounded_when_they_become_floats(tmp_path: Path) -> None:
    """They would otherwise seem to explain a difference of many quanta, a hundred times as large after the product."""
    hundred = nh.from_array(np.array([100.0], np.float32), "hundred")
    nodes = [h.make_node("Cast", ["x"], ["f"], to=T.FLOAT), h.make_node("Mul", ["f", "hundred"], ["y"])]
    x, y = (h.make_tensor_value_info(name, kind, [1, 4]) for name, kind in (("x", T.INT32), ("y", T.FLOAT)))
    path = write_graph(tmp_path / "model.onnx", h.make_graph(nodes, "g", [x], [y], [hundred]), 13)
    done = compile_quickly(path, tmp_path, [1, 2, -3, 4])
    assert done.fidelity is not None
    assert done.fidelity.outputs[0].largest < done.fidelity.outputs[0].explained < 8 * 2**-7


def write_graph(path: Path, graph: Any, opset: int) -> Path:
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8), path)
    return path
