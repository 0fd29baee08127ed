"""Verifier: verdicts, public inputs, keys and where they come from."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import FIXTURES, fixture_names, load_verifier

from moderntensor.sdk.zkml import (
    AmbiguousDigest,
    FieldElement,
    IncompletePublicInputs,
    InvalidKey,
    InvalidSettings,
    KeyMismatch,
    MissingFile,
    NotQuantised,
    Proof,
    PublicInputs,
    PublicInputsError,
    UntrustedSRS,
    Verifier,
    verify_all,
)

AMBIGUOUS = {"sig_multicol10"}


@pytest.fixture(scope="module")
def mlp_fixture() -> tuple[Verifier, Proof]:
    return load_verifier("mlp"), Proof.load(FIXTURES / "mlp" / "proof.json")


@pytest.mark.parametrize("name", [name for name in fixture_names() if name not in AMBIGUOUS])
def test_every_fixture_verifies_and_its_mutations_do_not(name: str) -> None:
    verifier, proof = load_verifier(name), Proof.load(FIXTURES / name / "proof.json")
    assert verifier.verify(proof)
    rng = random.Random(name)
    for at in sorted({0, len(proof) - 1, *(rng.randrange(len(proof)) for _ in range(4))}):
        flipped = bytes([*proof[:at], proof[at] ^ 1, *proof[at + 1 :]])
        assert not verifier.verify(flipped, proof.public_inputs)
    if len(proof.public_inputs):
        first, *rest = proof.public_inputs
        other = FieldElement(int(first) ^ 1)
        assert not verifier.verify(proof, PublicInputs([other, *rest]))


@pytest.mark.parametrize("length", [0, 1, 31, 32, 3071, 3073, 3104, 100_000])
def test_any_bytes_are_false_and_never_raise(mlp_fixture: tuple[Verifier, Proof], length: int) -> None:
    verifier, proof = mlp_fixture
    for data in (bytes(length), b"\xff" * length, random.Random(length).randbytes(length)):
        assert verifier.verify(data, proof.public_inputs) is False


def test_a_proof_of_another_circuit_is_false(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, _ = mlp_fixture
    other = Proof.load(FIXTURES / "bmm_nofreivalds" / "proof.json") if (FIXTURES / "bmm_nofreivalds").exists() else None
    other = other or Proof.load(FIXTURES / "two_out" / "proof.json")
    assert verifier.verify(other, other.public_inputs) is False


def test_public_inputs_may_be_floats_arrays_elements_or_words(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    values = np.array([[element.dequantise(13) for element in proof.public_inputs]])
    for given in (
        [values],
        values,
        values.tolist(),
        [float(value) for value in values[0]],
        list(proof.public_inputs),
        [f"0x{int(element):x}" for element in proof.public_inputs],
        [element.word() for element in proof.public_inputs],
        proof.public_inputs,
        proof.public_inputs.to_bytes(),
    ):
        assert verifier.verify(proof, public_inputs=given), given
    assert not verifier.verify(proof, [values + 2.0**-13])


def test_a_float_that_no_element_stands_for_is_an_error(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    with pytest.raises(NotQuantised, match=r"public input 0 \(output 0\) = 0\.1 .*neighbours"):
        verifier.verify(proof, [[0.1, 0.0, 0.0, 0.0]])
    with pytest.raises(NotQuantised, match="nan"):
        verifier.verify(proof, [[float("nan"), 0.0, 0.0, 0.0]])


def test_bare_bytes_need_public_inputs(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    with pytest.raises(PublicInputsError, match="bare proof bytes carry none"):
        verifier.verify(bytes(proof))


def test_missing_public_inputs_are_named_in_order() -> None:
    verifier, proof = load_verifier("two_out"), Proof.load(FIXTURES / "two_out" / "proof.json")
    outputs = [element.dequantise(14) for element in proof.public_inputs[4:]]
    with pytest.raises(
        IncompletePublicInputs, match=r"7 public inputs given.* 11; missing: input 0.*output 0 \[1, 3\]"
    ):
        verifier.verify(proof, [outputs])
    inputs = [element.dequantise(7) for element in proof.public_inputs[:4]]
    assert verifier.verify(proof, [inputs, outputs])


def test_a_hash_is_an_element_and_no_number() -> None:
    verifier, proof = load_verifier("hashed_in"), Proof.load(FIXTURES / "hashed_in" / "proof.json")
    digest, *outputs = proof.public_inputs
    numbers = [element.dequantise(13) for element in outputs]
    assert verifier.verify(proof, [digest, numbers])
    with pytest.raises(PublicInputsError, match=r"hash of input 0\) is a field element"):
        verifier.verify(proof, [0.5, numbers])


def test_an_extra_instance_that_ezkl_accepts_is_refused() -> None:
    extra = Proof.load(FIXTURES / "two_out" / "neg_extra_instance.json")
    verifier = load_verifier("two_out")
    assert verifier.verify(extra) is False
    assert "public inputs" in str(verifier.reason(extra))


def test_a_batch_is_valid_exactly_when_all_are(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    wrong = Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs)
    assert verifier.verify_batch([])
    assert verifier.verify_batch([proof, proof, proof])
    assert not verifier.verify_batch([proof, wrong, proof])
    assert list(verifier.find_invalid([proof, wrong, proof])) == [1]
    assert verifier.find_invalid([proof]) == {}
    with pytest.raises(IncompletePublicInputs):
        verifier.verify_batch([proof], [])


def test_a_batch_over_keys_of_several_srs_is_an_error(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    items = [(verifier, proof)]
    assert verify_all(items)
    for name in fixture_names():
        other = load_verifier(name) if name not in AMBIGUOUS else verifier
        if other._key.s_g2 != verifier._key.s_g2:
            with pytest.raises(KeyMismatch, match="another"):
                verify_all([*items, (other, Proof.load(FIXTURES / name / "proof.json"))])
            return
    pytest.skip("all fixtures are under one SRS")


def copy(name: str, to: Path, *files: str) -> None:
    for file in files:
        shutil.copy(FIXTURES / name / file, to)


def test_an_unknown_srs_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy("mlp", tmp_path, "vk.key", "settings.json", "kzg_k1.srs")
    srs = tmp_path / "kzg_k1.srs"
    with pytest.raises(UntrustedSRS, match="unsafe_test_srs=True"):
        Verifier(tmp_path / "vk.key", srs_path=srs)
    assert Verifier(tmp_path / "vk.key", srs_path=srs, unsafe_test_srs=True)
    monkeypatch.setenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", "1")
    assert Verifier(tmp_path / "vk.key", srs_path=srs)
    with pytest.raises(UntrustedSRS):
        Verifier(tmp_path / "vk.key", srs_path=srs, unsafe_test_srs=False)


def test_without_an_srs_the_known_ceremony_is_meant(tmp_path: Path) -> None:
    copy("mlp", tmp_path, "vk.key", "settings.json", "proof.json")
    verifier = Verifier(tmp_path / "vk.key")
    # The fixture's proof was made under another SRS.
    assert not verifier.verify(Proof.load(tmp_path / "proof.json"))


def test_a_zkvk_key_works_alone_and_beside_a_vk_key(tmp_path: Path) -> None:
    verifier, proof = load_verifier("mlp"), Proof.load(FIXTURES / "mlp" / "proof.json")
    (tmp_path / "model.zkvk").write_bytes(verifier.key)
    with pytest.raises(UntrustedSRS):
        Verifier(tmp_path / "model.zkvk")
    alone = Verifier(tmp_path / "model.zkvk", unsafe_test_srs=True)
    assert alone.key_id == verifier.key_id
    assert alone.verify(proof)
    with pytest.raises(PublicInputsError, match="its scale is not known"):
        alone.verify(proof, [0.5, 0.5, 0.5, 0.5])
    copy("mlp", tmp_path, "vk.key", "settings.json")
    assert Verifier(tmp_path / "vk.key", unsafe_test_srs=True).verify(proof)


def test_a_zkvk_of_another_circuit_beside_the_key_is_noticed(tmp_path: Path) -> None:
    copy("mlp", tmp_path, "vk.key", "settings.json")
    (tmp_path / "model.zkvk").write_bytes(load_verifier("two_out").key)
    with pytest.raises((KeyMismatch, InvalidKey)):
        Verifier(tmp_path / "vk.key", unsafe_test_srs=True)


def test_an_ambiguous_digest_is_settled_by_a_zkvk(tmp_path: Path) -> None:
    copy("sig_multicol10", tmp_path, "vk.key", "settings.json", "vka.bin", "proof.json", "kzg_k1.srs")
    with pytest.raises(AmbiguousDigest, match=r"model\.zkvk"):
        Verifier(tmp_path / "vk.key", srs_path=tmp_path / "kzg_k1.srs", unsafe_test_srs=True)
    from moderntensor.sdk.zkml import _native

    key = _native.Key.from_vka((tmp_path / "vka.bin").read_bytes(), "vka.bin")
    (tmp_path / "model.zkvk").write_bytes(key.encode())
    verifier = Verifier(tmp_path / "vk.key", unsafe_test_srs=True)
    assert verifier.verify(Proof.load(tmp_path / "proof.json"))


def test_settings_of_another_circuit_are_refused(tmp_path: Path) -> None:
    copy("mlp", tmp_path, "vk.key")
    copy("two_out", tmp_path, "settings.json", "kzg_k1.srs")
    with pytest.raises(InvalidKey, match=r"vk\.key|settings\.json"):
        Verifier(tmp_path / "vk.key", srs_path=tmp_path / "kzg_k1.srs", unsafe_test_srs=True)


def test_settings_of_another_circuit_beside_a_zkvk_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.zkvk").write_bytes(load_verifier("mlp").key)
    copy("two_out", tmp_path, "settings.json")
    with pytest.raises(KeyMismatch, match="11 public inputs"):
        Verifier(tmp_path / "model.zkvk", unsafe_test_srs=True)


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x07rubbish", b"\x00\x01" + bytes(300), b"{}"])
def test_rubbish_is_no_key(content: bytes, tmp_path: Path) -> None:
    copy("mlp", tmp_path, "settings.json")
    (tmp_path / "vk.key").write_bytes(content)
    with pytest.raises(InvalidKey, match=r"vk\.key"):
        Verifier(tmp_path / "vk.key", unsafe_test_srs=True)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"vk\.key"):
        Verifier(tmp_path / "vk.key")
    copy("mlp", tmp_path, "vk.key")
    with pytest.raises(MissingFile, match=r"settings\.json"):
        Verifier(tmp_path / "vk.key")
    copy("mlp", tmp_path, "settings.json")
    with pytest.raises(MissingFile, match=r"no\.srs"):
        Verifier(tmp_path / "vk.key", srs_path=tmp_path / "no.srs")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run_args": 3}'])
def test_unreadable_settings_are_refused(text: str, tmp_path: Path) -> None:
    copy("mlp", tmp_path, "vk.key")
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(InvalidSettings, match=r"settings\.json"):
        Verifier(tmp_path / "vk.key")


def test_explain_says_what_is_proven_and_why_not(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    said = verifier.explain(proof)
    assert said.valid is True
    assert said.reason is None
    assert "output 0" in str(said)
    wrong = Proof(b"\xff" * len(proof), proof.public_inputs)
    said = verifier.explain(wrong)
    assert said.valid is False
    assert "point 0 is not canonical" in str(said.reason)
    assert str(said).startswith("invalid: ")
    assert load_verifier("hashed_priv2").explain().warnings
