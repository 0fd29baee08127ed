"""The two snippets of the project's first document, run as they stand there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from moderntensor.sdk.zkml import CompiledModel

SNIPPETS = re.findall(r"```python\n(.*?)```", (REPOSITORY / "docs" / "sdk.md").read_text(), re.DOTALL)[:2]

pytestmark = pytest.mark.prover


def test_docs_begin_with_the_two_snippets() -> None:
    assert SNIPPETS[0].startswith("from moderntensor.sdk.zkml import Prover\n")
    assert SNIPPETS[1].startswith("from moderntensor.sdk.zkml import Verifier\n")
    assert "verifier.verify(proof, public_inputs=[result])" in SNIPPETS[1]


def test_the_snippets_run_unchanged(
    mlp: CompiledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in mlp.folder.iterdir():
        if not path.name.startswith("."):
            shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", "1")
    names: dict[str, Any] = {}
    exec(compile(SNIPPETS[0], "snippet 1", "exec"), names)
    exec(compile(SNIPPETS[1], "snippet 2", "exec"), names)
    assert names["is_valid"] is True
    assert np.shape(names["result"]) == (1, 3)
    printed = capsys.readouterr().out
    assert "Inference Result: " in printed
    assert "ZK Proof: " in printed
    assert "Proof Valid: True" in printed
