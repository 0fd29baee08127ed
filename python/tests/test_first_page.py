"""The two snippets of ModernTensor's zkML page, run as they stand there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from moderntensor.sdk.zkml import CompiledModel

#: "1. Generating a Proof (Miner Side)", to the letter.
PROVE = """\
from moderntensor.sdk.zkml import Prover

# Load the compiled circuit settings
prover = Prover(
    model_path="model.onnx",
    settings_path="settings.json",
    pk_path="pk.key"
)

# Run inference and generate proof
input_data = [0.1, 0.5, ...]
result, proof = prover.prove(input_data)

print(f"Inference Result: {result}")
print(f"ZK Proof: {proof.hex()[:64]}...")
"""

#: "2. Verifying a Proof (On-Chain)", to the letter.
VERIFY = """\
from moderntensor.sdk.zkml import Verifier

verifier = Verifier(vk_path="vk.key")

is_valid = verifier.verify(proof, public_inputs=[result])
print(f"Proof Valid: {is_valid}")
"""


def snippets(document: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", document.read_text(), re.DOTALL)


def test_the_documentation_begins_with_them() -> None:
    assert snippets(REPOSITORY / "docs" / "sdk.md")[:2] == [PROVE, VERIFY]


@pytest.mark.prover
def test_the_snippets_run_unchanged(
    mlp: CompiledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in mlp.folder.iterdir():
        if not path.name.startswith("."):
            shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", "1")
    names: dict[str, Any] = {}
    exec(compile(PROVE, "snippet 1", "exec"), names)
    exec(compile(VERIFY, "snippet 2", "exec"), names)
    assert names["is_valid"] is True
    assert np.shape(names["result"]) == (1, 3)
    printed = capsys.readouterr().out
    assert f"Inference Result: {names['result']}\n" in printed
    assert re.search(r"^ZK Proof: [0-9a-f]{64}\.\.\.$", printed, re.MULTILINE)
    assert "Proof Valid: True\n" in printed
