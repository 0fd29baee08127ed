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
    assert any("[s]G2" in warning for warning in said["warnings"])


def test_arrays_of_an_npz_go_by_name_or_in_order(tmp_path: Path) -> None:
    from moderntensor.sdk.zkml._data import load_file

    np.savez(tmp_path / "named.npz", z=np.ones(2), x=np.zeros(3))
    assert {name: array.shape for name, array in load_file(tmp_path / "named.npz").items()} == {"z": (2,), "x": (3,)}
    np.savez(tmp_path / "listed.npz", np.ones(2), np.zeros(3))
    assert [array.shape for array in load_file(tmp_path / "listed.npz")] == [(2,), (3,)]
    (tmp_path / "broken.npy").write_bytes(b"no array")
    with pytest.raises(InvalidInput, match=r"broken\.npy"):
        load_file(tmp_path / "broken.npy")
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
