"""The command `moderntensor zkml`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FIXTURES, write_mlp

from moderntensor.sdk.zkml import CompiledModel, Proof, Verifier


def run(*arguments: str | Path, expect: int = 0, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    import os

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
    assert "unsafe_test_srs" in untrusted.stderr
    missing = run_json("verify", tmp_path / "none.json", *fixture_arguments("mlp"), expect=2)
    assert missing["error"] == "MissingFile"
    run("verify", expect=2)
    no_key = {"MODERNTENSOR_PRIVATE_KEY": ""}
    assert "private key" in run("submit", good, "--app", "0x" + "11" * 20, expect=2, env=no_key).stderr


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
