"""Compiling with ezkl, the SRS, and models from PyTorch."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FIXTURES, SMALL, write_mlp, write_sigmoid
from models import write

from moderntensor.sdk.zkml import (
    CompiledModel,
    CompileError,
    InvalidInput,
    InvalidSRS,
    MissingFile,
    MissingSRS,
    Prover,
    ProverNotInstalled,
    UntrustedSRS,
    Verifier,
    _native,
    compile_model,
    download_srs,
    export_torch,
)
from moderntensor.sdk.zkml.srs import find_srs

pytestmark = pytest.mark.prover

X = [0.5, -1.0, 1.0, 2.0]


def test_compiling_again_does_nothing_again(mlp: CompiledModel, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderntensor.sdk.zkml import _ezkl

    called: list[str] = []
    original = _ezkl.call

    def spy(error: Any, what: str, name: str, *args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return original(error, what, name, *args, **kwargs)

    monkeypatch.setattr(_ezkl, "call", spy)
    again = compile_model(mlp.folder / "model.onnx", mlp.folder, X, scale=7, run_args=SMALL, unsafe_test_srs=True)
    assert again == mlp
    assert called == []
    (mlp.folder / "model.compiled").unlink()
    compile_model(mlp.folder / "model.onnx", mlp.folder, X, scale=7, run_args=SMALL, unsafe_test_srs=True)
    assert called == ["compile_circuit"]


def test_no_key_is_made_with_an_srs_of_wrong_points(mlp: CompiledModel, tmp_path: Path) -> None:
    """Its [s]G2 is right; in the Lagrange form, which fixed columns are committed to with, stand the powers."""
    srs = bytearray(mlp.srs.read_bytes())
    half = 64 << mlp.k
    srs[4 + half : 4 + 2 * half] = srs[4 : 4 + half]
    wrong = tmp_path / "wrong.srs"
    wrong.write_bytes(srs)
    with pytest.raises(InvalidSRS, match=r"wrong\.srs: the Lagrange form"):
        compile_model(
            mlp.folder / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, srs_path=wrong, unsafe_test_srs=True
        )
    assert not list(tmp_path.glob("*.key"))


@pytest.mark.parametrize("step", ["gen_settings", "calibrate_settings", "compile_circuit", "gen_srs", "setup"])
def test_an_interrupted_compilation_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Interrupted after `step` has written its files; the steps before it are not done again."""
    from moderntensor.sdk.zkml import _ezkl

    write_mlp(tmp_path / "model.onnx")
    called: list[str] = []
    interrupt = [step]
    original = _ezkl.call

    def spy(error: Any, what: str, name: str, *args: Any, **kwargs: Any) -> Any:
        called.append(name)
        result = original(error, what, name, *args, **kwargs)
        if name in interrupt:
            interrupt.remove(name)
            raise KeyboardInterrupt
        return result

    def compile_it() -> CompiledModel:
        return compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, unsafe_test_srs=True)

    monkeypatch.setattr(_ezkl, "call", spy)
    with pytest.raises(KeyboardInterrupt):
        compile_it()
    before = called.copy()
    called.clear()
    done = compile_it()
    assert before[-1] == step
    assert called[0] == step
    assert called + before[:-1] == [*called, *(name for name in before if name not in called)]
    _, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    assert Verifier(done.verifying_key, unsafe_test_srs=True).verify(proof)


def test_an_interrupted_change_does_not_pass_for_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled, compiled otherwise but interrupted when one key was written, then as at first."""
    write_mlp(tmp_path / "model.onnx")

    def compile_at(scale: int) -> CompiledModel:
        return compile_model(tmp_path / "model.onnx", tmp_path, X, scale=scale, run_args=SMALL, unsafe_test_srs=True)

    compile_at(7)
    original = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.name == "pk.key":
            raise KeyboardInterrupt
        return original(path, target)

    with monkeypatch.context() as interrupted:
        interrupted.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            compile_at(8)
    done = compile_at(7)
    _, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    assert Verifier(done.verifying_key, unsafe_test_srs=True).verify(proof)


def test_an_interruption_ends_ezkl_at_once(tmp_path: Path) -> None:
    """A test SRS of 2^20 points takes minutes."""
    import _thread
    import signal
    import threading
    import time

    from moderntensor.sdk.zkml import _ezkl

    # A shell's background jobs begin with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(1.0, _thread.interrupt_main).start()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            _ezkl.call(CompileError, "nothing", "gen_srs", str(tmp_path / "kzg20.srs"), 20)
        assert time.monotonic() - begun < 10
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_end_without_an_answer_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from moderntensor.sdk.zkml import _ezkl

    (tmp_path / "crash.py").write_text("import os; os.write(2, b'out of memory'); os.abort()")
    monkeypatch.setattr(_ezkl, "_PROCESS", tmp_path / "crash.py")
    with pytest.raises(CompileError, match=r"nothing: ezkl\.setup says its process ended with -6\. out of memory"):
        _ezkl.call(CompileError, "nothing", "setup")


def test_standing_still_is_an_error_and_working_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from moderntensor.sdk.zkml import _ezkl

    program = tmp_path / "program.py"
    monkeypatch.setattr(_ezkl, "_PROCESS", program)
    program.write_text("import time; time.sleep(60)")
    with pytest.raises(CompileError, match=r"nothing: ezkl\.prove stands still"):
        _ezkl.call(CompileError, "nothing", "prove", patience=1)
    program.write_text(
        "import sys, time\nend = time.monotonic() + 4\nwhile time.monotonic() < end: pass\n"
        """open(sys.argv[2], "w").write('{"succeeded": true, "log": ["well"]}')"""
    )
    logged: list[str] = []
    _ezkl.call(CompileError, "nothing", "prove", patience=1, log=logged.append)
    assert logged == ["well"]


def test_a_test_srs_is_never_made_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_mlp(tmp_path / "model.onnx")

    def compile_to(folder: str, progress: Any) -> CompiledModel:
        return compile_model(
            tmp_path / "model.onnx",
            tmp_path / folder,
            X,
            scale=7,
            run_args=SMALL,
            unsafe_test_srs=True,
            progress=progress,
        )

    for folder, progress in (("silent", None), ("reported", lambda step, steps, what: None)):
        with pytest.warns(UserWarning, match="UNSAFE-test-kzg8.*its secret is known") as seen:
            compile_to(folder, progress)
        assert Path(seen[0].filename).name == "test_compiler.py"
    capfd.readouterr()
    done = compile_to("bar", True)
    printed = capfd.readouterr().err
    for text in ("WARNING: making a test SRS", "2^8 rows", "SRS: ", "pk.key has", "outputs differ from the model's by"):
        assert text in printed
    assert done.srs.name.startswith("UNSAFE-test")


def test_compiling_without_an_srs_names_where_to_get_one(tmp_path: Path) -> None:
    write_mlp(tmp_path / "model.onnx")
    with pytest.raises(MissingSRS, match=r"download_srs\(8\)"):
        compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL)


def test_an_srs_is_downloaded_to_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With ezkl's download, which needs the network, replaced, and a test SRS in the place of the trusted one."""
    from moderntensor.sdk.zkml import _ezkl
    from moderntensor.sdk.zkml.srs import read_s_g2

    fixture = FIXTURES / "mlp" / "kzg_k1.srs"
    content = fixture.read_bytes()

    def get_srs(error: Any, what: str, name: str, *, logrows: int, srs_path: str, tick: Any) -> None:
        assert (name, logrows) == ("get_srs", 1)
        Path(srs_path).write_bytes(content)

    monkeypatch.setattr(_ezkl, "call", get_srs)
    with monkeypatch.context() as trusting:
        trusting.setattr(_native, "KNOWN_S_G2", read_s_g2(fixture, 1))
        path = download_srs(1)
        assert path == tmp_path / "no-ezkl-home" / "srs" / "kzg1.srs"
        assert find_srs(1, None, tmp_path) == path
        assert download_srs(1, tmp_path / "mine.srs").read_bytes() == content
    with pytest.raises(UntrustedSRS):
        download_srs(1, tmp_path / "other.srs")
    assert sorted(file.name for file in tmp_path.glob("*.srs*")) == ["mine.srs"]


def test_a_failed_download_is_a_missing_srs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with pytest.raises(MissingSRS, match=r"2\^8 points \(32\.3 KB\) could not be downloaded: ezkl\.get_srs says"):
        download_srs(8, tmp_path / "kzg8.srs")
    assert list(tmp_path.glob("*srs*")) == []


def test_compiling_with_an_unknown_srs_raises(
    mlp: CompiledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mlp(tmp_path / "model.onnx")
    with pytest.raises(UntrustedSRS, match="unsafe_test_srs=True"):
        compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, srs_path=mlp.srs)
    monkeypatch.setenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", "1")
    done = compile_model(tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, srs_path=mlp.srs)
    assert done.srs == mlp.srs


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_visibility": "publik"}, r"input_visibility = 'publik' .*\(private, public, fixed, hashed"),
        ({"target": "fast"}, "calibration aims at"),
        ({"run_args": {"num_inner_cols": "many"}}, "num_inner_cols"),
        ({"max_logrows": 4}, "allow more rows"),
        ({"max_logrows": 4, "calibration_data": None}, r"2\^17 rows, more than max_logrows=4"),
        ({"target": "speed"}, "There is no target for speed: the smallest circuit is the fastest"),
        ({"input_visibility": "fixed"}, r"ezkl 23 refuses its own proofs .* use 'public'"),
        ({"output_visibility": "fixed"}, "it is what a proof is about"),
        ({"param_visibility": "public"}, "'fixed' makes them part of the key"),
        ({"input_visibility": "hashed/private"}, "proves nothing about the hash.*a prover may write any number"),
        ({"run_args": {"num_inner_cols": 64}}, r"takes up to 62.*before the keys are made.*it is 64"),
        ({"calibration_data": [1.0, 2.0]}, r"expected \[1, 4\]"),
        ({"calibration_data": [float("nan")] * 4}, "only finite numbers"),
    ],
)
def test_wrong_options_are_named(tmp_path: Path, arguments: dict[str, Any], message: str) -> None:
    write_mlp(tmp_path / "model.onnx")
    with pytest.raises((CompileError, InvalidInput), match=message):
        compile_model(
            tmp_path / "model.onnx", tmp_path, **{"calibration_data": X, "unsafe_test_srs": True, **arguments}
        )


def test_many_rows_without_calibration_data_have_to_be_asked_for(tmp_path: Path) -> None:
    write_mlp(tmp_path / "model.onnx")
    with pytest.raises(CompileError, match=r"2\^17 rows.*pk\.key will have up to .* MB.*memory.*say max_logrows=17"):
        compile_model(tmp_path / "model.onnx", tmp_path)
    assert not (tmp_path / "model.compiled").exists()
    with pytest.raises(MissingSRS, match=r"download_srs\(17\)"):
        compile_model(tmp_path / "model.onnx", tmp_path, max_logrows=17)


def test_what_a_circuit_takes_is_said_before_it_is_spent(tmp_path: Path, mlp: CompiledModel) -> None:
    said: list[str] = []
    write_mlp(tmp_path / "model.onnx")
    with pytest.raises(MissingSRS):
        compile_model(
            tmp_path / "model.onnx", tmp_path, X, scale=7, run_args=SMALL, progress=lambda a, b, what: said.append(what)
        )
    (line,) = (what for what in said if what.startswith("pk.key will have"))
    number, unit = re.search(r"up to ([\d.]+) (KB|MB)", line).groups()  # type: ignore[union-attr]
    estimate = float(number) * {"KB": 1 << 10, "MB": 1 << 20}[unit]
    assert mlp.proving_key.stat().st_size * 0.8 < estimate < mlp.proving_key.stat().st_size * 2
    assert "Smaller: " in line


def test_operators_that_ezkl_does_not_read_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "model.onnx",
        [("Scaler", ["x"], ["y"], {"offset": [0.0], "scale": [1.0]}, "ai.onnx.ml")],
        {"x": ("FLOAT", [1, 4])},
        {"y": ("FLOAT", [1, 4])},
    )
    with pytest.raises(CompileError, match=r"ezkl cannot read ai\.onnx\.ml\.Scaler \(node 0\).*docs/operators\.md"):
        compile_model(path, tmp_path, X)


def test_advice_on_rows_is_given_for_rows_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderntensor.sdk.zkml import _ezkl

    write_mlp(tmp_path / "model.onnx")

    def fails(message: str) -> Any:
        def call(error: Any, what: str, name: str, *args: Any, **kwargs: Any) -> None:
            raise error(f"{what}: ezkl.{name} says {message}")

        return call

    for message, advised in (("could not find any suitable parameters", True), ("permission denied", False)):
        monkeypatch.setattr(_ezkl, "call", fails(message))
        with pytest.raises(CompileError, match=message) as raised:
            compile_model(tmp_path / "model.onnx", tmp_path / message, X)
        assert ("allow more rows" in str(raised.value)) is False  # it was gen_settings that failed
        from moderntensor.sdk.zkml import _advice
        from moderntensor.sdk.zkml._onnx import Model

        said = _advice.explained(message, Model.load(tmp_path / "model.onnx"), "calibrate_settings")
        assert ("allow more rows" in said) is advised


def test_what_the_system_killed_is_said_to_be_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from moderntensor.sdk.zkml import _ezkl

    (tmp_path / "crash.py").write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(_ezkl, "_PROCESS", tmp_path / "crash.py")
    message = r"nothing: ezkl\.setup was killed \(signal 9\).*memory runs out; this machine has .*B\. It takes 3 GB"
    with pytest.raises(CompileError, match=message):
        _ezkl.call(CompileError, "nothing", "setup", takes="It takes 3 GB")


def test_calibration_takes_one_sample_or_several(tmp_path: Path) -> None:
    """The range of a table shows which inputs calibration has seen."""
    write_sigmoid(tmp_path / "model.onnx")
    small, large = [0.1, 0.2, -0.1, 0.0], [0.1, 9.0, -8.0, 0.0]
    ranges = []
    for samples in (small, large, [small, large], np.array([large, small])):
        with pytest.raises(MissingSRS):
            compile_model(tmp_path / "model.onnx", tmp_path, samples, scale=7)
        ranges.append(json.loads((tmp_path / "settings.json").read_text())["run_args"]["lookup_range"])
    assert ranges[0] != ranges[1]
    assert ranges[1:] == [ranges[1]] * 3


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(CompileError, match=r"model\.onnx"):
        compile_model(tmp_path / "model.onnx", tmp_path / "out")
    write_mlp(tmp_path / "good.onnx")
    with pytest.raises(CompileError, match="no 'colour'"):
        compile_model(tmp_path / "good.onnx", tmp_path / "out", run_args={"colour": 1})
    with pytest.raises(CompileError, match="is a file"):
        compile_model(tmp_path / "good.onnx", tmp_path / "good.onnx")
    with pytest.raises(MissingFile, match=r"none\.onnx.*export_torch"):
        compile_model(tmp_path / "none.onnx", tmp_path / "out")


def test_a_wide_table_gives_a_key_without_ambiguity(tmp_path: Path) -> None:
    """Ten table columns: vk.key alone has several digests, compile_model settles which."""
    write_sigmoid(tmp_path / "model.onnx")
    arguments = {**SMALL, "decomp_base": 64, "logrows": 8, "lookup_range": (-1300, 1150)}
    done = compile_model(tmp_path / "model.onnx", tmp_path, run_args=arguments, unsafe_test_srs=True)
    _, proof = Prover(tmp_path / "model.onnx", done.settings, done.proving_key).prove(X)
    assert Verifier(done.verifying_key, unsafe_test_srs=True).verify(proof)


def test_models_from_torch_are_exported(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Dropout(0.9), torch.nn.ReLU())
    path = export_torch(module, torch.zeros(1, 4), tmp_path / "model.onnx")
    assert module.training
    done = compile_model(path, tmp_path, X, scale=7, run_args=SMALL, unsafe_test_srs=True)
    result, proof = Prover(path, done.settings, done.proving_key).prove(torch.tensor(X))
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, [result])
    assert np.abs(result - module.eval()(torch.tensor(X)).detach().numpy()).max() < 0.05


def test_a_torch_model_of_several_inputs_is_exported(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")

    class Both(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.convolution = torch.nn.Conv2d(1, 2, 3)
            self.normal = torch.nn.BatchNorm2d(2)

        def forward(self, image: Any, offset: Any) -> Any:
            features = torch.relu(self.normal(self.convolution(image)))
            return features.flatten(1) + offset

    module, example = Both(), (torch.rand(1, 1, 4, 4), torch.rand(1, 8))
    path = export_torch(module, example, tmp_path / "model.onnx")
    done = compile_model(path, tmp_path, list(example), scale=7, run_args=SMALL, unsafe_test_srs=True)
    prover = Prover(path, done.settings, done.proving_key)
    assert [tensor.shape for tensor in prover.inputs] == [(1, 1, 4, 4), (1, 8)]
    result, proof = prover.prove(list(example))
    assert Verifier(done.key, unsafe_test_srs=True).verify(proof, [result])
    assert np.abs(result - module.eval()(*example).detach().numpy()).max() < 0.1
    with pytest.raises(CompileError, match="PyTorch cannot export"):
        export_torch(module, torch.zeros(3), tmp_path / "none.onnx")


def test_export_without_torch_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def no_torch(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_torch)
    with pytest.raises(ProverNotInstalled, match="pip install torch"):
        export_torch(None, None, tmp_path / "model.onnx")


def test_settings_are_written_once_whatever_is_given(mlp: CompiledModel) -> None:
    assert json.loads(mlp.settings.read_text())["run_args"]["param_visibility"] == "Fixed"
    assert set(mlp.sizes()) == {
        "model.compiled",
        "settings.json",
        "pk.key",
        "vk.key",
        "model.zkvk",
        mlp.srs.name,
    }
    assert "public inputs, proofs of" in str(mlp)
