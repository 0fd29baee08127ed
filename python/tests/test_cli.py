"""The command `moderntensor zkml`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FIXTURES, write_mlp

from moderntensor.sdk.zkml import CompiledModel, InvalidInput, MissingFile, Proof, Verifier


def run(*arguments: str | Path, expect: int = 0, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "moderntensor.sdk.zkml", "zkml", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done


def run_json(*arguments: str | Path, expect: int = 0) -> dict[str, Any]:
    """The one JSON object that --json prints; anything else on stdout fails."""
    return dict(json.loads(run(*arguments, "--json", expect=expect).stdout))


def fixture_arguments(name: str) -> list[str | Path]:
    folder = FIXTURES / name
    return ["--key", folder / "vk.key", "--srs", folder / "kzg_k1.srs", "--unsafe-test-srs"]


def test_verify_exits_with_the_verdict(tmp_path: Path) -> None:
    good = FIXTURES / "mlp" / "proof.json"
    assert "valid" in run("verify", good, *fixture_arguments("mlp")).stdout
    assert run_json("verify", good, *fixture_arguments("mlp"))["valid"] is True
    proof = Proof.load(good)
    Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs).save(tmp_path / "bad.json")
    said = run_json("verify", tmp_path / "bad.json", *fixture_arguments("mlp"), expect=1)
    assert said["valid"] is False
    assert said["reason"]


def test_anything_else_exits_with_two_and_names_the_cure(tmp_path: Path) -> None:
    good = FIXTURES / "mlp" / "proof.json"
    untrusted = run("verify", good, *fixture_arguments("mlp")[:-1], expect=2)
    assert "pass --unsafe-test-srs" in untrusted.stderr
    missing = run_json("verify", tmp_path / "none.json", *fixture_arguments("mlp"), expect=2)
    assert missing["error"] == "MissingFile"
    run("verify", expect=2)
    no_node = run("verify", good, *fixture_arguments("mlp"), "--app", "0x" + "11" * 20, expect=2)
    assert "--rpc" in no_node.stderr
    no_key = {"MODERNTENSOR_PRIVATE_KEY": ""}
    assert "private key" in run("submit", good, "--app", "0x" + "11" * 20, expect=2, env=no_key).stderr


def test_a_bug_does_not_exit_as_an_invalid_proof(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's own exit code for an exception is 1, which here says that a proof is invalid."""
    from moderntensor.sdk.zkml import cli

    def broken(path: Path) -> Proof:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr(Proof, "load", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main(["zkml", "verify", "proof.json", *map(str, fixture_arguments("mlp")), "--json"])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": "RuntimeError", "message": "out of cheese"}
    assert "Traceback" in printed.err


def test_a_closed_pipe_leaves_the_verdict() -> None:
    command = [sys.executable, "-m", "moderntensor.sdk.zkml", "zkml", "verify", FIXTURES / "mlp" / "proof.json"]
    command += [*fixture_arguments("mlp"), "--explain"]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_messages_name_the_commands_options() -> None:
    from moderntensor.sdk.zkml import cli

    message = "pass unsafe_test_srs=True, or srs_path=; input_scale=3 stays, max_logrows=9; compile_model() writes one"
    expected = (
        "pass --unsafe-test-srs, or --srs; input_scale=3 stays, --max-logrows 9; `moderntensor zkml compile` writes one"
    )
    assert cli._in_options(message) == expected


def test_an_explanation_is_text_or_data() -> None:
    arguments = [FIXTURES / "mlp" / "proof.json", *fixture_arguments("mlp"), "--explain"]
    assert "The proof is VALID" in run("verify", *arguments).stdout
    said = run_json("verify", *arguments)
    assert "gives the output in public inputs" in said["statement"]
    assert any("trusted setup" in warning for warning in said["warnings"])


def test_arrays_of_an_npz_go_by_name_or_in_order(tmp_path: Path) -> None:
    from moderntensor.sdk.zkml._data import load_file

    np.savez(tmp_path / "named.npz", z=np.ones(2), x=np.zeros(3))
    assert {name: array.shape for name, array in load_file(tmp_path / "named.npz").items()} == {"z": (2,), "x": (3,)}
    np.savez(tmp_path / "listed.npz", np.ones(2), np.zeros(3))
    assert [array.shape for array in load_file(tmp_path / "listed.npz")] == [(2,), (3,)]
    (tmp_path / "broken.npy").write_bytes(b"no array")
    with pytest.raises(InvalidInput, match=r"broken\.npy"):
        load_file(tmp_path / "broken.npy")
    (tmp_path / "named.npz.npy").write_bytes(b"")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "named.npz").read_bytes()[:100])
    np.save(tmp_path / "array.npy", np.ones(2))
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    for name in ("named.npz.npy", "cut.npz", "array.npz"):
        with pytest.raises(InvalidInput, match=name):
            load_file(tmp_path / name)
    with pytest.raises(MissingFile, match=r"none\.npy"):
        load_file(tmp_path / "none.npy")


def test_help_names_every_command() -> None:
    text = run("--help").stdout
    for name in ("compile", "prove", "verify", "submit"):
        assert name in text
        assert "--json" in run(name, "--help").stdout


@pytest.mark.prover
def test_prove_and_verify_from_files(mlp: CompiledModel, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([0.5, -1.0, 1.0, 2.0]))
    (tmp_path / "x.json").write_text(json.dumps({"input_data": [[0.5, -1.0, 1.0, 2.0]]}))
    results = []
    for name in ("x.npy", "x.json"):
        out = tmp_path / f"{name}.proof.json"
        said = run_json("prove", mlp.folder / "model.onnx", tmp_path / name, "--dir", mlp.folder, "--out", out)
        assert run_json("verify", out, "--key", mlp.key, "--unsafe-test-srs")["valid"] is True
        results.append(said["result"])
    assert results[0] == results[1]
    assert np.shape(results[0]) == (1, 3)
    plain = run(
        "prove", mlp.folder / "model.onnx", tmp_path / "x.npy", "--dir", mlp.folder, "--out", tmp_path / "p.json"
    )
    assert plain.stdout.startswith("result: [[")
    assert "proving" in plain.stderr
    nowhere = run_json(
        "prove",
        mlp.folder / "model.onnx",
        tmp_path / "x.npy",
        "--dir",
        mlp.folder,
        "--out",
        tmp_path / "no/p.json",
        expect=2,
    )
    assert nowhere["error"] == "MissingFile"


@pytest.mark.prover
def test_compile_writes_everything(tmp_path: Path) -> None:
    write_mlp(tmp_path / "model.onnx")
    np.save(tmp_path / "x.npy", np.array([[0.5, -1.0, 1.0, 2.0]]))
    small = [part for name in ("decomp_base=128", "decomp_legs=4") for part in ("--run-arg", name)]
    arguments: list[str | Path] = [
        "--out",
        tmp_path / "out",
        "--calibration",
        tmp_path / "x.npy",
        "--scale",
        "7",
        "--unsafe-test-srs",
    ]
    said = run_json("compile", tmp_path / "model.onnx", *arguments, *small)
    assert said["k"] < 12
    assert set(said["files"]) > {"model.compiled", "settings.json", "pk.key", "vk.key", "model.zkvk"}
    assert all(Path(file["path"]).stat().st_size == file["bytes"] for file in said["files"].values())
    assert Verifier(tmp_path / "out" / "model.zkvk", unsafe_test_srs=True).num_public_inputs == 3


def test_the_version_is_printed_and_importable() -> None:
    from moderntensor.sdk import zkml

    done = subprocess.run(
        [sys.executable, "-m", "moderntensor.sdk.zkml", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"moderntensor-zkml {zkml.__version__}\n"
    assert run("--version").stdout == done.stdout


def test_with_json_everything_is_json(tmp_path: Path) -> None:
    """Wrong options, unknown commands, files that cannot be read."""
    for arguments in (["verify"], ["verify", "a", "b"], ["fly"], ["compile", "m.onnx", "--target", "speed"]):
        said = run_json(*arguments, expect=2)
        assert said["error"] == "Usage"
        assert "--help" in said["message"]
    assert run_json("prove", tmp_path / "m.onnx", tmp_path / "x.npy", expect=2)["error"] == "MissingFile"
    (tmp_path / "proof.json").write_text("nonsense")
    assert (
        run_json("verify", tmp_path / "proof.json", *fixture_arguments("mlp"), expect=2)["error"] == "InvalidProofFile"
    )


def test_warnings_are_sentences_and_part_of_the_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import warnings

    from moderntensor.sdk.zkml import cli

    original = Proof.load

    def warning(path: Path) -> Proof:
        warnings.warn("give srs_path= another time", UserWarning, stacklevel=1)
        return original(path)

    monkeypatch.setattr(Proof, "load", warning)
    command = ["zkml", "verify", str(FIXTURES / "mlp" / "proof.json"), *map(str, fixture_arguments("mlp"))]
    with pytest.raises(SystemExit):
        cli.main([*command, "--json"])
    printed = capsys.readouterr()
    assert json.loads(printed.out)["warnings"] == ["give --srs another time"]
    assert printed.err == ""
    with pytest.raises(SystemExit):
        cli.main(command)
    printed = capsys.readouterr()
    assert printed.err == "warning: give --srs another time\n"


def test_the_doctor_says_what_is_there(tmp_path: Path) -> None:
    srs = FIXTURES / "mlp" / "kzg_k1.srs"
    said = run_json("doctor", "--srs", srs, "--rpc", "http://127.0.0.1:1", expect=2)
    assert said["well"] is False
    found = {finding["name"]: finding for finding in said["findings"]}
    assert found["SRS"] == {
        "name": "SRS",
        "well": False,
        "said": f"{srs}: not of the perpetual powers of tau; for tests only",
    }
    assert found["moderntensor-zkml"]["well"] is True
    assert "does not answer" in found["chain at http://127.0.0.1:1"]["said"]
    assert "ok   Python: " in run("doctor", env={"EZKL_REPO_PATH": str(tmp_path)}).stdout


def test_the_doctor_knows_the_perpetual_powers_of_tau() -> None:
    """By [s]G2, which is that of a public proof under them; their files are too large to be kept here."""
    from moderntensor.sdk.zkml import _doctor, _native
    from moderntensor.sdk.zkml.srs import read_s_g2

    vka = Path(__file__).parents[2] / "tests" / "vectors" / "public-ppot" / "vka.bin"
    s_g2 = _native.Key.from_vka(vka.read_bytes(), str(vka)).s_g2
    assert str(_doctor._setup(Path("kzg15.srs"), s_g2)) == "ok   SRS: kzg15.srs: of the perpetual powers of tau"
    assert not _doctor._setup(Path("kzg15.srs"), read_s_g2(FIXTURES / "mlp" / "kzg_k1.srs")).well


@pytest.mark.node
def test_the_doctor_finds_the_verifier_of_a_chain(node: str, tmp_path: Path) -> None:
    text = run("doctor", "--rpc", node, env={"EZKL_REPO_PATH": str(tmp_path)}).stdout
    assert "with the verifier at 0x0000000000000000000000000000000000000011; no default key" in text


@pytest.mark.node
def test_a_key_is_deployed_by_command(node: str) -> None:
    pytest.importorskip("eth_account")
    from test_chain import DEVELOPMENT_KEY

    from moderntensor.sdk.zkml import Chain

    done = run(
        "deploy-key",
        *fixture_arguments("mlp"),
        "--rpc",
        node,
        "--json",
        env={"MODERNTENSOR_PRIVATE_KEY": DEVELOPMENT_KEY},
    )
    said = json.loads(done.stdout)
    assert said["accepted"] is True
    arguments = fixture_arguments("mlp")
    key = Verifier(arguments[1], srs_path=arguments[3], unsafe_test_srs=True)
    assert said["key_id"] == key.key_id
    assert Chain(node).code(said["address"]) == key.key


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completions_know_every_command(shell: str) -> None:
    script = run("completion", shell).stdout
    for name in ("compile", "prove", "verify", "submit", "deploy-key", "download-srs", "doctor"):
        assert name in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.prover
def test_a_download_that_fails_is_told(tmp_path: Path) -> None:
    no_network = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:1")
    done = run("download-srs", "8", "--out", tmp_path / "kzg8.srs", expect=2, env=no_network)
    assert "could not be downloaded" in done.stderr


def test_messages_name_commands_instead_of_functions() -> None:
    from moderntensor.sdk.zkml import cli

    message = "`python -c 'from moderntensor.sdk.zkml import download_srs; download_srs(8)'`"
    message += "; Prover(…, accept_difference=['y'])"
    assert cli._in_options(message) == "`moderntensor zkml download-srs 8`; --accept-difference y"
