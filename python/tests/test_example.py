"""The example runs from end to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY, zkml_binary


@pytest.mark.prover
@pytest.mark.node
def test_digits_from_training_to_the_chain(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    pytest.importorskip("eth_account")
    example = REPOSITORY / "python" / "examples" / "digits.py"
    command = [sys.executable, str(example), "--out", str(tmp_path), "--zkml", str(zkml_binary())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "the proof: accepted" in done.stdout
    assert "one bit changed: refused (reverted: Invalid ZK Proof)" in done.stdout
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "proof.json").exists()
