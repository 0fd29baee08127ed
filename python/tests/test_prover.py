"""Proving with ezkl, and what is refused before it starts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from conftest import SMALL, write_mlp, write_sigmoid

from moderntensor.sdk.zkml import (
    CompiledModel,
    IncompletePublicInputs,
    InvalidInput,
    InvalidSRS,
    KeyMismatch,
    MissingFile,
    MissingSRS,
    NotFinite,
    OutOfRange,
    Proof,
    Prover,
    ProverNotInstalled,
    ProvingFailed,
    ShapeMismatch,
    Verifier,
    compile_model,
    download_srs,
)

pytestmark = pytest.mark.prover


@pytest.fixture(scope="module")
def prover(mlp: CompiledModel) -> Prover:
    return Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key)


@pytest.fixture(scope="module")
def verifier(mlp: CompiledModel) -> Verifier:
    return Verifier(mlp.verifying_key, unsafe_test_srs=True)


X = [0.5, -1.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "data",
    [X, [X], np.array(X), np.array([X], np.float32), np.array(X).reshape(1, 1, 4), [np.array([X])], {"x": X}],
    ids=["flat", "nested", "array", "float32", "extra-one", "list-of-array", "by-name"],
)
def test_every_kind_of_input_gives_the_same_result(prover: Prover, verifier: Verifier, data: Any) -> None:
    result, proof = prover.prove(data)
    assert isinstance(result, np.ndarray)
    assert result.shape == (1, 3)
    assert verifier.verify(proof, public_inputs=[result])
    expected = _run_mlp(prover.model_path, np.array([X]))
    assert np.abs(result - expected).max() < 0.05


def _run_mlp(path: Path, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    from onnx import load, numpy_helper

    w1, w2 = (numpy_helper.to_array(tensor) for tensor in load(str(path)).graph.initializer)
    product: npt.NDArray[np.float64] = np.maximum(x @ w1, 0) @ w2
    return product


def test_torch_tensors_are_taken(prover: Prover, verifier: Verifier) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([X])
    for data in (
        tensor,
        torch.tensor(X, dtype=torch.float64, requires_grad=True),
        tensor.to(torch.bfloat16),
        tensor.to(torch.int32),
        [tensor],
        list(tensor[0]),
        {"x": tensor},
    ):
        result, proof = prover.prove(data)
        assert verifier.verify(proof, public_inputs=[torch.tensor(result)])
        assert verifier.verify(proof, public_inputs=torch.tensor(result))


def test_a_tampered_result_is_false(prover: Prover, verifier: Verifier) -> None:
    result, proof = prover.prove(X)
    assert isinstance(result, np.ndarray)
    assert not verifier.verify(proof, [result + 2.0**-7])
    assert not verifier.verify(bytes([*proof[:-1], proof[-1] ^ 1]), [result])


def test_several_inputs_and_outputs(two_inputs: CompiledModel) -> None:
    prover = Prover(two_inputs.folder / "model.onnx", two_inputs.settings, two_inputs.proving_key)
    verifier = Verifier(two_inputs.key, unsafe_test_srs=True)
    x, z = [1.0, 0.5, -1.0], [0.25, 1.0, -0.5]
    result, proof = prover.prove([x, z])
    assert isinstance(result, list)
    assert [part.shape for part in result] == [(1, 3), (1, 3)]
    assert np.allclose(result[0], np.array(x) * z + x, atol=0.02)
    assert verifier.verify(proof, [x, z, result])
    assert verifier.verify(proof)
    assert prover.prove({"z": z, "x": x})[1].public_inputs == proof.public_inputs
    with pytest.raises(IncompletePublicInputs, match="missing: input 0, input 1, before the output"):
        verifier.verify(proof, [result])
    with pytest.raises(ShapeMismatch, match="2 inputs"):
        prover.prove(x)
    with pytest.raises(ShapeMismatch, match="by name"):
        prover.prove({"x": x})


@pytest.mark.parametrize("data", [[0.5] * 3, [0.5] * 5, [], np.zeros((2, 2)), np.zeros((4, 1)), 1.0])
def test_a_wrong_shape_is_refused(prover: Prover, data: Any) -> None:
    with pytest.raises(ShapeMismatch, match=r"expected \[1, 4\] or a flat list of 4"):
        prover.prove(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_refused_by_position(prover: Prover, value: float) -> None:
    with pytest.raises(NotFinite, match=r"the value at \[0, 2\]"):
        prover.prove([[0.5, 0.5, value, 0.5]])


def test_what_is_out_of_range_is_refused_by_position(prover: Prover) -> None:
    with pytest.raises(OutOfRange, match=r"the value at \[0, 1\] is 1e\+30.*takes up to"):
        prover.prove([[0.5, 1e30, 0.5, 0.5]])


@pytest.mark.parametrize(
    "data",
    [
        "text",
        [["a", "b"]],
        ["1", "2", "3", "4"],
        [[1.0], [2.0, 3.0]],
        object(),
        [1.0, None, 1.0, "2"],
        np.ones(4) * 1j,
        [10**400, 0, 0, 0],
    ],
)
def test_what_is_no_array_is_refused(prover: Prover, data: Any) -> None:
    with pytest.raises(InvalidInput, match=r"input x \[1, 4\]: "):
        prover.prove(data)


def test_progress_is_reported(mlp: CompiledModel) -> None:
    seen: list[tuple[int, int, str]] = []
    Prover(
        mlp.folder / "model.onnx",
        mlp.settings,
        mlp.proving_key,
        progress=lambda step, steps, what: seen.append((step, steps, what)),
    ).prove(X)
    assert seen[0] == (0, 3, "running the model")
    assert seen[-1] == (3, 3, "done")


def test_works_inside_a_running_event_loop(prover: Prover) -> None:
    import asyncio

    async def notebook() -> int:
        return len(prover.prove(X)[1])

    assert asyncio.run(notebook()) > 0


def test_saved_proofs_are_what_ezkl_verifies(prover: Prover, mlp: CompiledModel, tmp_path: Path) -> None:
    from moderntensor.sdk.zkml import _ezkl

    _, proof = prover.prove(X)
    proof.save(tmp_path / "proof.json")
    bare = Proof(bytes(proof), proof.public_inputs)
    bare.save(tmp_path / "bare.json")
    for name in ("proof.json", "bare.json"):
        arguments = [str(path) for path in (tmp_path / name, mlp.settings, mlp.verifying_key, mlp.srs)]
        _ezkl.call(ProvingFailed, "verify", "verify", *arguments)


def test_a_compiled_circuit_that_is_missing_is_made(mlp: CompiledModel, tmp_path: Path) -> None:
    for path in (mlp.folder / "model.onnx", mlp.settings, mlp.proving_key, mlp.srs):
        shutil.copy(path, tmp_path)
    result, _ = Prover(tmp_path / "model.onnx", tmp_path / "settings.json", tmp_path / "pk.key").prove(X)
    assert np.shape(result) == (1, 3)


def test_missing_files_are_named(mlp: CompiledModel, tmp_path: Path) -> None:
    model = mlp.folder / "model.onnx"
    with pytest.raises(MissingFile, match=r"pk\.key"):
        Prover(model, mlp.settings, tmp_path / "pk.key")
    with pytest.raises(MissingFile, match=r"settings\.json"):
        Prover(model, tmp_path / "settings.json", mlp.proving_key)
    with pytest.raises(MissingFile, match=r"none\.onnx"):
        Prover(tmp_path / "none.onnx", mlp.settings, mlp.proving_key)
    with pytest.raises(MissingFile, match=r"none\.compiled"):
        Prover(model, mlp.settings, mlp.proving_key, compiled_path=tmp_path / "none.compiled")
    shutil.copy(mlp.proving_key, tmp_path)
    with pytest.raises(MissingSRS, match=rf"download_srs\({mlp.k}\)"):
        Prover(model, mlp.settings, tmp_path / "pk.key")
    with pytest.raises(MissingSRS, match=r"none\.srs"):
        Prover(model, mlp.settings, mlp.proving_key, srs_path=tmp_path / "none.srs")


def test_a_model_of_another_circuit_is_noticed(mlp: CompiledModel, two_inputs: CompiledModel) -> None:
    with pytest.raises(KeyMismatch, match="2 inputs and 2 outputs"):
        Prover(two_inputs.folder / "model.onnx", mlp.settings, mlp.proving_key)


def test_a_model_that_has_changed_since_it_was_compiled_is_noticed(mlp: CompiledModel, tmp_path: Path) -> None:
    """The compiled circuit is what runs, and it still has the old weights."""
    folder = shutil.copytree(mlp.folder, tmp_path / "copy")
    files = folder / "model.onnx", folder / "settings.json", folder / "pk.key"
    assert Prover(*files)
    write_mlp(folder / "model.onnx", seed=6)
    with pytest.raises(KeyMismatch, match=r"not the model that .*compile the model again"):
        Prover(*files)


def test_compiled_weights_of_another_model_are_noticed(
    mlp: CompiledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same circuit with other weights in it: ezkl makes a wrong proof, or stands still."""
    from moderntensor.sdk.zkml import prover as module

    monkeypatch.setattr(module, "_PATIENCE", 5.0)
    write_mlp(tmp_path / "model.onnx", seed=6)
    other = compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, unsafe_test_srs=True)
    prover = Prover(tmp_path / "model.onnx", mlp.settings, mlp.proving_key, compiled_path=other.compiled)
    with pytest.raises(ProvingFailed, match=r"another setup|of the same setup\?\): ezkl\.prove"):
        prover.prove(X)


def test_an_input_beyond_the_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ezkl's prover waits for itself forever when a value is in no table."""
    from moderntensor.sdk.zkml import prover as module

    monkeypatch.setattr(module, "_LITTLE_PATIENCE", 2.0)
    write_sigmoid(tmp_path / "model.onnx")
    arguments = {"decomp_base": 1024, "decomp_legs": 3}
    done = compile_model(
        tmp_path / "model.onnx", tmp_path, [0.1, 0.2, -0.1, 0.0], scale=7, run_args=arguments, unsafe_test_srs=True
    )
    prover = Prover(tmp_path / "model.onnx", done.settings, done.proving_key)
    # Tables are filled up: this is beyond the calibrated range, and provable.
    result, proof = prover.prove([1.0, 0.0, 0.0, 0.0])
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, [result])
    with pytest.raises(
        OutOfRange, match=r"from 0 to 12800, and the circuit's tables are made for -26 to 52.*calibration"
    ):
        prover.prove([100.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("beside", ["vk.key", "model.zkvk"])
def test_a_proving_key_of_another_setup_is_noticed(
    mlp: CompiledModel, two_inputs: CompiledModel, tmp_path: Path, beside: str
) -> None:
    for path in (mlp.folder / "model.onnx", mlp.settings, mlp.compiled, mlp.srs):
        shutil.copy(path, tmp_path)
    shutil.copy(mlp.folder / beside, tmp_path)
    shutil.copy(two_inputs.proving_key, tmp_path)
    with pytest.raises(KeyMismatch, match=r"not of one setup|no proving key"):
        Prover(tmp_path / "model.onnx", tmp_path / "settings.json", tmp_path / "pk.key")


def test_an_srs_of_another_trusted_setup_is_noticed(mlp: CompiledModel, tmp_path: Path) -> None:
    from moderntensor.sdk.zkml import _ezkl

    other = tmp_path / "other.srs"
    _ezkl.call(ProvingFailed, "srs", "gen_srs", str(other), mlp.k)
    with pytest.raises(KeyMismatch, match="another trusted setup"):
        Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key, srs_path=other)
    _ezkl.call(ProvingFailed, "srs", "gen_srs", str(other), 2)
    for use in (
        lambda: Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key, srs_path=other),
        lambda: compile_model(
            mlp.folder / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, srs_path=other, unsafe_test_srs=True
        ),
    ):
        with pytest.raises(MissingSRS, match=rf"other\.srs has 2\^2 points; this circuit needs an SRS of 2\^{mlp.k}"):
            use()
    other.write_bytes(b"no SRS")
    with pytest.raises(InvalidSRS, match=r"other\.srs"):
        Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key, srs_path=other)


def test_without_ezkl_the_command_that_installs_it_is_named(
    mlp: CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "ezkl", None)
    with pytest.raises(ProverNotInstalled, match=r"pip install .*ezkl=="):
        Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key)
    for needs in (lambda: compile_model(mlp.folder / "model.onnx", mlp.folder), lambda: download_srs(8)):
        with pytest.raises(ProverNotInstalled, match=r"pip install .*ezkl=="):
            needs()
    # Verification needs none of it.
    assert Verifier(mlp.key, unsafe_test_srs=True).num_public_inputs == 3


def test_the_package_imports_neither_ezkl_nor_onnx_nor_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    code = "import sys, moderntensor.sdk.zkml; print({'ezkl', 'onnx', 'torch', 'eth_account'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_single_number_comes_back_as_a_float(tmp_path: Path) -> None:
    write_mlp(tmp_path / "model.onnx", outputs=1)
    done = compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, unsafe_test_srs=True)
    result, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    assert isinstance(result, float)
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, public_inputs=[result])


@pytest.mark.parametrize("visibility", ["hashed", "polycommit"])
def test_hashed_and_committed_parameters_prove(tmp_path: Path, visibility: Any) -> None:
    write_mlp(tmp_path / "model.onnx")
    done = compile_model(
        tmp_path / "model.onnx",
        tmp_path,
        X,
        input_visibility=visibility,
        param_visibility=visibility,
        scale=7,
        run_args=SMALL,
        unsafe_test_srs=True,
    )
    result, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    verifier = Verifier(done.key, unsafe_test_srs=True)
    assert verifier.verify(proof)
    hashes = [slot.name for slot in verifier.settings.slots if slot.role == "hash"] if verifier.settings else []
    assert hashes == (["hash of input 0", "hash of the parameters"] if visibility == "hashed" else [])
    assert verifier.verify(proof, [*proof.public_inputs[: len(hashes)], result])


def test_committed_data_needs_no_file_beside_the_proving_key(tmp_path: Path) -> None:
    """ezkl wants vk.key to commit to the input; pk.key holds it."""
    write_mlp(tmp_path / "model.onnx")
    done = compile_model(
        tmp_path / "model.onnx",
        tmp_path,
        X,
        input_visibility="polycommit",
        scale=7,
        run_args=SMALL,
        unsafe_test_srs=True,
    )
    verifier = Verifier(done.key, unsafe_test_srs=True)
    done.verifying_key.unlink()
    _, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    assert verifier.verify(proof)
