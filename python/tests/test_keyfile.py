"""ezkl's key files with the header that its next release writes, whose bytes are not settled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import FIXTURES

from moderntensor.sdk.zkml import CompiledModel, InvalidKey, KeyMismatch, Proof, Prover, Verifier
from moderntensor.sdk.zkml._keyfile import body, read_body

HEADERS = {
    "text": b"EZKLVK\n23.0.5\n",
    "length": b"EZKL" + (6).to_bytes(8, "little") + b"23.0.5",
    "unreleased": b"ezkl" + bytes([1]) + b"source - no compatibility guaranteed",
    "prerelease": b"\x8aKEY\x00\x03" + b"23.1.0-rc.1" + bytes(3),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_with_the_version_is_taken_off(tmp_path: Path, header: bytes) -> None:
    vk = (FIXTURES / "mlp" / "vk.key").read_bytes()
    assert body(vk, "vk.key") == vk
    assert body(header + vk, "vk.key") == vk
    (tmp_path / "vk.key").write_bytes(header + vk)
    assert read_body(tmp_path / "vk.key") == vk
    shutil.copy(FIXTURES / "mlp" / "settings.json", tmp_path)
    verifier = Verifier(tmp_path / "vk.key", srs_path=FIXTURES / "mlp" / "kzg_k1.srs", unsafe_test_srs=True)
    assert verifier.verify(Proof.load(FIXTURES / "mlp" / "proof.json"))


def test_the_header_of_another_release_is_named(tmp_path: Path) -> None:
    vk = b"EZKL24.1.0" + (FIXTURES / "mlp" / "vk.key").read_bytes()
    with pytest.raises(InvalidKey, match=r"vk\.key: a key of ezkl 24\.1\.0; those of ezkl 23 are read"):
        body(vk, "vk.key")


def test_what_has_no_version_in_front_is_no_header() -> None:
    vk = (FIXTURES / "mlp" / "vk.key").read_bytes()
    for junk in (b"EZKL", b"\x00" * 20, b"x" * 300 + b"23.0.5"):
        assert body(junk + vk, "vk.key") == junk + vk


@pytest.mark.prover
def test_a_proving_key_belongs_to_its_verifying_key_with_a_header_or_without(
    mlp: CompiledModel, two_inputs: CompiledModel, tmp_path: Path
) -> None:
    files = [shutil.copy(mlp.folder / name, tmp_path) for name in ("model.onnx", "settings.json", "pk.key")]
    for name in ("model.compiled", mlp.srs.name):
        shutil.copy(mlp.folder / name, tmp_path)
    (tmp_path / "vk.key").write_bytes(HEADERS["text"] + mlp.verifying_key.read_bytes())
    assert Prover(*files)
    (tmp_path / "vk.key").write_bytes(HEADERS["text"] + two_inputs.verifying_key.read_bytes())
    with pytest.raises(KeyMismatch, match="not of one setup"):
        Prover(*files)
