"""Input data in all their forms, and models whose shape they decide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from models import QUICK, write_matmul

from moderntensor.sdk.zkml import (
    CompileError,
    InvalidInput,
    MissingFile,
    Prover,
    ShapeMismatch,
    Verifier,
    compile_model,
)
from moderntensor.sdk.zkml._data import read_input, read_samples
from moderntensor.sdk.zkml._onnx import Tensor

pytestmark = pytest.mark.prover

X = Tensor("x", (1, 4), "float32", ("", ""))
Z = Tensor("z", (1, 2), "float32", ("", ""))
OPEN = Tensor("x", (None, 4), "float32", ("N", ""))
SERIES = Tensor("s", (None, None, 2), "float32", ("batch", "length", ""))


class Table:
    """What pandas' DataFrame has of it."""

    def __init__(self, values: dict[str, list[float]]) -> None:
        self.columns, self._values = list(values), values

    def to_numpy(self) -> Any:
        return np.array(list(self._values.values())).T

    def __getitem__(self, name: str) -> Any:
        return Row(self._values[name])


class Row:
    def __init__(self, values: list[float]) -> None:
        self._values = values

    def to_numpy(self) -> Any:
        return np.array(self._values)


A, B = [1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]

ONE = {
    "list": A,
    "generator": (value for value in A),
    "mapping": {"x": A},
    "table": Table(dict(zip("abcd", ([v] for v in A)))),
    "row": Row(A),
    "ezkl": {"input_data": [A]},
    "ezkl-output": {"input_data": [A], "output_data": [[0, 0, 0.42]], "input_shapes": [[1, 4]]},
    "ezkl-elements": {"input_data": [[int(v * 128).to_bytes(32, "little").hex() for v in A]]},
}

MANY = {
    "lists": [A, B],
    "mappings": [{"x": A}, {"x": B}],
    "generator": (row for row in np.array([A, B])),
    "generator-of-lists": (list(row) for row in (A, B)),
    "array": np.array([A, B]),
    "arrays": [np.array([A]), np.array([B])],
    "tuple": (A, B),
    "batch-by-name": {"x": np.array([A, B])},
    "table": Table({"a": [1.0, 0.0], "b": [2.0, 1.0], "c": [3.0, 0.0], "d": [4.0, 1.0]}),
    "rows": [Row(A), Row(B)],
    "ezkl": {"input_data": [A + B]},
    "ezkl-documents": [{"input_data": [A]}, {"input_data": [B], "output_data": [[1]]}],
}


@pytest.mark.parametrize("name", ONE)
def test_an_input_is_read_in_every_form(name: str) -> None:
    assert read_input(ONE[name], [X], [7])[0].tolist() == [A]


@pytest.mark.parametrize("name", MANY)
def test_calibration_data_are_several_inputs_in_every_form(name: str) -> None:
    samples, sizes = read_samples(MANY[name], [X], [7])
    assert [sample[0].tolist() for sample in samples] == [[A], [B]]
    assert sizes == {}


def test_one_input_is_calibration_data_too(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"input_data": [A], "output_data": [[0.5]]}))
    np.save(tmp_path / "x.npy", [A, B])
    assert [s[0].tolist() for s in read_samples(tmp_path / "x.json", [X], None)[0]] == [[A]]
    assert [s[0].tolist() for s in read_samples(str(tmp_path / "x.npy"), [X], None)[0]] == [[A], [B]]
    assert [s[0].tolist() for s in read_samples([tmp_path / "x.json"] * 2, [X], None)[0]] == [[A], [A]]
    with pytest.raises(MissingFile, match=r"none\.json"):
        read_samples(tmp_path / "none.json", [X], None)


def test_several_inputs_go_by_name_or_in_order() -> None:
    many = [{"x": A, "z": [1, 2]}, {"x": B, "z": [3, 4]}]
    batches = {"x": np.array([A, B]), "z": np.array([[1, 2], [3, 4]])}
    for data in (many, batches, iter(many), [[A, [1, 2]], [B, [3, 4]]], {"input_data": [A + B, [1, 2, 3, 4]]}):
        samples, _ = read_samples(data, [X, Z], None)
        assert [[array.tolist() for array in sample] for sample in samples] == [[[A], [[1, 2]]], [[B], [[3, 4]]]]


@pytest.mark.parametrize("data", [[], (), np.zeros((0, 4)), {}, iter([])])
def test_no_calibration_data_are_an_error_that_says_so(data: Any) -> None:
    with pytest.raises(InvalidInput, match="the calibration data are empty"):
        read_samples(data, [X], None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([A, [1.0, 2.0]], r"expected \[1, 4\]"),
        ([A, [1.0, 2.0, float("nan"), 4.0]], r"at \[1, 2\] is nan"),
        ([{"x": A}, {"x": [1.0, float("inf"), 0.0, 0.0]}], r"sample 1 of the calibration data: .*\[1\] is inf"),
        ([{"x": A}, {"y": A}], r"sample 1 of the calibration data: inputs \['y'\] given by name"),
        ("text", "not an array of real numbers"),
        ({"input_data": [["12"] * 4]}, r"'12' is no field element as ezkl writes them"),
    ],
)
def test_calibration_data_that_do_not_fit_are_named(data: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_samples(data, [X], [7])


def test_field_elements_need_a_scale() -> None:
    with pytest.raises(InvalidInput, match="give scale="):
        read_samples(ONE["ezkl-elements"], [X], None)


@pytest.mark.parametrize(
    ("tensor", "data", "sizes", "count"),
    [
        (OPEN, A, {"N": 1}, 1),
        (OPEN, [A], {"N": 1}, 1),
        (OPEN, [A, B], {"N": 1}, 2),
        (OPEN, A + B, {"N": 2}, 1),
        (OPEN, np.ones((3, 2, 4)), {"N": 2}, 3),
        (SERIES, np.ones((1, 5, 2)), {"batch": 1, "length": 5}, 1),
        (SERIES, np.ones((5, 2)), {"batch": 1, "length": 5}, 1),
        (SERIES, np.ones(10), {"batch": 1, "length": 5}, 1),
        (SERIES, np.ones((3, 5, 2)), {"batch": 1, "length": 5}, 3),
    ],
)
def test_open_dimensions_have_the_size_of_the_data(
    tensor: Tensor, data: Any, sizes: dict[str, int], count: int
) -> None:
    samples, found = read_samples(data, [tensor], None)
    assert found == sizes
    assert len(samples) == count


def test_samples_of_several_sizes_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="do not all have one shape"):
        read_samples([np.ones((5, 2)), np.ones((6, 2))], [SERIES], None)


def compile_quickly(path: Path, folder: Path, data: Any, **options: Any) -> Any:
    arguments = {"scale": 7, "run_args": QUICK, "unsafe_test_srs": True, **options}
    return compile_model(path, folder, data, **arguments)


@pytest.mark.parametrize("side", ["N", None, "x.dim 0"])
def test_a_model_with_an_open_dimension_is_proven_in_its_shape(tmp_path: Path, side: str | None) -> None:
    path = write_matmul(tmp_path / "model.onnx", first=side)
    done = compile_quickly(path, tmp_path, A)
    prover = Prover(path, done.settings, done.proving_key)
    assert prover.inputs[0].shape == (1, 4)
    result, proof = prover.prove(A)
    assert np.shape(result) == (1, 3)
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, [result])
    with pytest.raises(ShapeMismatch, match=r"expected \[1, 4\]"):
        prover.prove(A + B)


def test_the_caller_names_the_size_of_an_open_dimension(tmp_path: Path) -> None:
    path = write_matmul(tmp_path / "model.onnx", first="N")
    for index, variables in enumerate(({"N": 2}, [("N", 2)], "N=2")):
        done = compile_quickly(path, tmp_path / str(index), A + B, run_args={**QUICK, "variables": variables})
        assert Prover(path, done.settings, done.proving_key).inputs[0].shape == (2, 4)
    with pytest.raises(CompileError, match=r"variables = \[\('N', ''\)\]: expected the size"):
        compile_quickly(path, tmp_path, A, run_args={**QUICK, "variables": "N"})


def test_an_open_dimension_without_a_size_is_named(tmp_path: Path) -> None:
    from models import write

    path = write(
        tmp_path / "m.onnx", [("Relu", ["x"], ["y"])], {"x": ("FLOAT", [1, "len"])}, {"y": ("FLOAT", [1, "len"])}
    )
    with pytest.raises(CompileError, match=r"the dimension 'len' of the input x \[1, '\?'\] is open.*variables=len=1"):
        compile_quickly(path, tmp_path, None)


def test_weights_in_a_second_file_and_double_precision_are_read(tmp_path: Path) -> None:
    import onnx

    weight = np.random.default_rng(2).normal(size=(4, 3))
    whole = write_matmul(tmp_path / "double.onnx", weight=weight, kind="DOUBLE")
    onnx.save(
        onnx.load(str(whole)), str(tmp_path / "split.onnx"), save_as_external_data=True, location="w", size_threshold=0
    )
    for name in ("double", "split"):
        path = tmp_path / f"{name}.onnx"
        done = compile_quickly(path, tmp_path / name, A)
        result, _ = Prover(path, done.settings, done.proving_key).prove(A)
        assert np.abs(result - np.array([A]) @ weight).max() < 0.1
    (tmp_path / "w").unlink()
    with pytest.raises(MissingFile, match=r"w: no such file\. split\.onnx keeps its weights there"):
        compile_quickly(tmp_path / "split.onnx", tmp_path / "again", A)


def test_weights_outside_of_the_models_folder_are_not_read(tmp_path: Path) -> None:
    import onnx

    whole = write_matmul(tmp_path / "whole.onnx", weight=np.ones((4, 3)), kind="DOUBLE")
    onnx.save(
        onnx.load(str(whole)), str(tmp_path / "split.onnx"), save_as_external_data=True, location="w", size_threshold=0
    )
    model = onnx.load(str(tmp_path / "split.onnx"), load_external_data=False)
    for location in ("/dev/zero", "../w"):
        (entry,) = (entry for entry in model.graph.initializer[0].external_data if entry.key == "location")
        entry.value = location
        (tmp_path / "hostile.onnx").write_bytes(model.SerializeToString())
        with pytest.raises(CompileError, match="outside of its own folder"):
            compile_quickly(tmp_path / "hostile.onnx", tmp_path / "circuit", A)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_and_other_encodings_are_read(tmp_path: Path, encoding: str, mlp: Any) -> None:
    from conftest import FIXTURES

    from moderntensor.sdk.zkml import Proof
    from moderntensor.sdk.zkml._data import load_file

    for name in ("settings.json", "proof.json", "vk.key", "kzg_k1.srs"):
        content = (FIXTURES / "mlp" / name).read_bytes()
        (tmp_path / name).write_bytes(content.decode().encode(encoding) if name.endswith("json") else content)
    verifier = Verifier(tmp_path / "vk.key", srs_path=tmp_path / "kzg_k1.srs", unsafe_test_srs=True)
    assert verifier.verify(Proof.load(tmp_path / "proof.json"))
    (tmp_path / "input.json").write_text(json.dumps(A), encoding=encoding)
    assert load_file(tmp_path / "input.json") == A
    settings = tmp_path / "mine.json"
    settings.write_bytes(mlp.settings.read_text().encode(encoding))
    result, _ = Prover(mlp.folder / "model.onnx", settings, mlp.proving_key).prove([0.5, -1.0, 1.0, 2.0])
    assert np.shape(result) == (1, 3)


def test_json_in_no_unicode_is_told(tmp_path: Path) -> None:
    from moderntensor.sdk.zkml._data import load_file

    (tmp_path / "x.json").write_bytes(b'{"caf\xe9": 1}')
    with pytest.raises(InvalidInput, match=r"x\.json.*neither UTF-8 nor UTF-16"):
        load_file(tmp_path / "x.json")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({1.0, 2.0}, "set, which has no order"),
        (["a", "b"], "its elements are text"),
        ([1j, 2], "its elements are complex"),
    ],
)
def test_what_is_no_list_of_numbers_is_named(given: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_samples(given, [Z], None)
