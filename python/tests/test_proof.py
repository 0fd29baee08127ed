"""Proof: bytes with public inputs, and ezkl's proof.json both ways."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
from conftest import FIXTURES

from moderntensor.sdk.zkml import FieldElement, InvalidProofFile, MissingFile, Proof, PublicInputs, _abi, _native


@pytest.fixture
def proof() -> Proof:
    return Proof.load(FIXTURES / "mlp" / "proof.json")


def test_a_proof_is_bytes(proof: Proof) -> None:
    assert len(proof) == 3072
    assert proof.hex() == json.loads((FIXTURES / "mlp" / "proof.json").read_text())["hex_proof"][2:]
    assert bytes(proof) == proof
    assert len(proof.public_inputs) == 4
    assert pickle.loads(pickle.dumps(proof)).public_inputs == proof.public_inputs
    assert str(proof) == repr(proof) == f"<Proof of 3072 bytes about 4 public inputs, 0x{proof.hex()[:16]}…>"
    for data in (5, "00", [0, 1], None):
        with pytest.raises(TypeError, match="a proof is bytes"):
            Proof(data)  # type: ignore[arg-type]


def test_public_inputs_are_the_little_endian_instances(proof: Proof) -> None:
    column = json.loads((FIXTURES / "mlp" / "proof.json").read_text())["instances"][0]
    assert [int.from_bytes(bytes.fromhex(text), "little") for text in column] == list(proof.public_inputs)


def test_what_is_saved_is_what_ezkl_wrote(proof: Proof, tmp_path: Path) -> None:
    proof.save(tmp_path / "proof.json")
    assert json.loads((tmp_path / "proof.json").read_text()) == json.loads(
        (FIXTURES / "mlp" / "proof.json").read_text()
    )
    again = Proof.load(tmp_path / "proof.json")
    assert (again, again.public_inputs) == (proof, proof.public_inputs)


def test_a_proof_made_from_bytes_can_be_saved_and_loaded(tmp_path: Path) -> None:
    made = Proof(b"\x01\x02", [3, FieldElement(4)])
    made.save(tmp_path / "proof.json")
    assert Proof.load(tmp_path / "proof.json").public_inputs == PublicInputs([3, 4])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"proof": [256], "instances": [[]]}',
        b'{"proof": "abc", "instances": [[]]}',
        b'{"proof": [1], "instances": [["zz"]]}',
        b'{"proof": [1], "instances": [["' + b"ff" * 32 + b'"]]}',
        b'{"proof": [1], "instances": [[7]]}',
        b'{"proof": [1], "instances": [[], []]}',
        b"\xff\xfe",
    ],
)
def test_a_corrupted_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_bytes(content)
    with pytest.raises(InvalidProofFile, match=r"proof\.json"):
        Proof.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"nothing\.json"):
        Proof.load(tmp_path / "nothing.json")
    with pytest.raises(MissingFile, match=r"nowhere: no such folder"):
        Proof(b"\x01").save(tmp_path / "nowhere" / "proof.json")
    with pytest.raises(InvalidProofFile, match="directory"):
        Proof.load(tmp_path)


def test_selectors_are_the_signatures_hashes() -> None:
    for signature, selector in _abi.SELECTORS.items():
        assert _native.keccak256(signature.encode())[:4] == selector


def test_calldata_is_the_canonical_abi(proof: Proof) -> None:
    abi = pytest.importorskip("eth_abi")
    inputs = proof.public_inputs.to_bytes()
    data = proof.calldata()
    assert data[4:] == abi.encode(["bytes", "bytes"], [bytes(proof), inputs])
    key = "0x" + "12" * 20
    assert proof.calldata(key=key)[4:] == abi.encode(["address", "bytes", "bytes"], [key, bytes(proof), inputs])
    odd = Proof(b"\x01" * 33)
    assert odd.calldata()[4:] == abi.encode(["bytes", "bytes"], [bytes(odd), b""])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("hex_proof", "0x00", "hex_proof: it differs from the field proof"),
        ("hex_proof", 5, "hex_proof .*expected a string"),
        (
            "pretty_public_inputs",
            {"outputs": [["0x" + "00" * 32] * 4]},
            "instances and pretty_public_inputs have different",
        ),
        ("pretty_public_inputs", {"inputs": 5}, "instances and pretty_public_inputs have different"),
        ("pretty_public_inputs", {"outputs": [5]}, "instances and pretty_public_inputs have different"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, field: str, value: object, message: str) -> None:
    document = json.loads((FIXTURES / "mlp" / "proof.json").read_text())
    assert len(document["instances"][0]) == 4
    for left_out in (document, {**document, field: None}):
        (tmp_path / "proof.json").write_text(json.dumps(left_out))
        assert Proof.load(tmp_path / "proof.json")
    (tmp_path / "proof.json").write_text(json.dumps({**document, field: value}))
    with pytest.raises(InvalidProofFile, match=message):
        Proof.load(tmp_path / "proof.json")


def test_a_file_that_is_written_keeps_its_mode_and_a_new_one_has_that_of_the_umask(
    proof: Proof, tmp_path: Path
) -> None:
    before = os.umask(0o077)
    try:
        proof.save(tmp_path / "new.json")
        assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o600
        (tmp_path / "new.json").chmod(0o640)
        proof.save(tmp_path / "new.json")
        assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
