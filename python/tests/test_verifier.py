"""Verifier: verdicts, public inputs, keys and where they come from."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FIXTURES, REPOSITORY, fixture_names, load_edited, load_verifier

from moderntensor.sdk.zkml import (
    MODULUS,
    AmbiguousDigest,
    FieldElement,
    IncompletePublicInputs,
    InvalidKey,
    InvalidSettings,
    InvalidSRS,
    KeyMismatch,
    MissingFile,
    NotQuantised,
    Proof,
    PublicInputs,
    PublicInputsError,
    UntrustedSRS,
    Verifier,
    _native,
    verify_all,
)
from moderntensor.sdk.zkml.settings import Settings

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


@pytest.mark.parametrize("length", [0, 1, 31, 32, 3071, 3072, 3073, 3104, 100_000, 10_000_000])
def test_any_bytes_are_false_and_never_raise(mlp_fixture: tuple[Verifier, Proof], length: int) -> None:
    verifier, proof = mlp_fixture
    for data in (bytes(length), b"\xff" * length, random.Random(length).randbytes(length)):
        assert verifier.verify(data, proof.public_inputs) is False


def test_random_changes_are_false_and_never_raise(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    rng = random.Random(6)
    for _ in range(300):
        data = bytearray(proof)
        for _ in range(rng.randrange(1, 4)):
            start, other = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
            length = rng.choice((0, 1, 31, 32, 64, 100))
            splice = rng.choice((rng.randbytes(length), bytes(length), data[other : other + length]))
            data[start : start + rng.choice((0, len(splice)))] = splice
        if data != proof:
            assert verifier.verify(bytes(data), proof.public_inputs) is False
            assert verifier.reason(bytes(data), proof.public_inputs)


@pytest.mark.parametrize("data", [5, 10**12, None, "0x00", [1, 2, 3], Path("proof.json"), 1.5, np.zeros(4, np.uint8)])
def test_what_is_not_bytes_is_a_type_error(mlp_fixture: tuple[Verifier, Proof], data: Any) -> None:
    """bytes(5) would be five zeros, and bytes(10**12) a terabyte of them."""
    verifier, proof = mlp_fixture
    for ask in (verifier.verify, verifier.reason, *(() if data is None else (verifier.explain,))):
        with pytest.raises(TypeError, match="a proof is bytes, not"):
            ask(data, proof.public_inputs)
    with pytest.raises(TypeError, match="a proof is bytes, not"):
        verifier.verify_batch([data], [proof.public_inputs])
    assert verifier.verify(bytearray(proof), proof.public_inputs)
    assert verifier.verify(memoryview(proof), proof.public_inputs)


def test_public_inputs_as_bytes_are_what_the_chain_sees(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    words = proof.public_inputs.to_bytes()
    alias = (int(proof.public_inputs[0]) + MODULUS).to_bytes(32, "big")
    assert verifier.verify(proof, words)
    for wrong, reason in (
        (alias + words[32:], "canonical"),
        (words[:-1], "public inputs"),
        (words + bytes(32), "public inputs"),
        (b"", "public inputs"),
    ):
        assert verifier.verify(proof, wrong) is False
        assert reason in str(verifier.reason(proof, wrong))
        assert verifier.explain(proof, wrong).valid is False


def test_a_proof_of_another_circuit_is_false(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, _ = mlp_fixture
    other = Proof.load(FIXTURES / "two_out" / "proof.json")
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


def test_an_extra_instance_that_ezkl_accepts_is_refused(tmp_path: Path) -> None:
    extra = load_edited(FIXTURES / "two_out" / "neg_extra_instance.json", tmp_path)
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
    values = [[element.dequantise(13) for element in proof.public_inputs]]
    assert verifier.verify_batch([bytes(proof), proof], [values, None])
    reasons = verifier.find_invalid([proof[:-1], proof, wrong], [values, values, None])
    assert list(reasons) == [0, 2]
    assert "3071 bytes" in reasons[0]
    assert "point 23 is not on the curve" in reasons[2]
    with pytest.raises(IncompletePublicInputs):
        verifier.verify_batch([proof], [])


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_change_no_verdict_of_a_batch(mlp_fixture: tuple[Verifier, Proof], threads: int) -> None:
    verifier, proof = mlp_fixture
    words = [*proof.public_inputs]
    wrong = Proof(bytes(proof), [words[0] + 1, *words[1:]])
    batch = [proof] * 100
    assert verifier.verify_batch(batch, threads=threads)
    assert verify_all([(verifier, proof)] * 10, threads=threads)
    batch[41] = batch[97] = wrong
    assert not verifier.verify_batch(batch, threads=threads)
    assert list(verifier.find_invalid(batch, threads=threads)) == [41, 97]


def test_a_batch_needs_a_thread(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    for threads in (0, -1):
        with pytest.raises(ValueError, match="give 1 or more"):
            verifier.verify_batch([proof], threads=threads)


def test_a_batch_over_several_circuits_is_valid_exactly_when_all_are() -> None:
    names = ("two_out", "inner4", "gather_topk")
    items = [(load_verifier(name), Proof.load(FIXTURES / name / "proof.json")) for name in names]
    assert verify_all([])
    assert verify_all(items)
    verifier, proof = items[1]
    wrong = Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs)
    assert not verify_all([items[0], (verifier, wrong), items[2]])
    assert not verify_all([(items[0][0], proof)])
    with pytest.raises(PublicInputsError, match="bare proof bytes"):
        verify_all([(verifier, bytes(proof))])  # type: ignore[list-item]


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


def test_without_an_srs_the_perpetual_powers_of_tau_are_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy("mlp", tmp_path, "vk.key", "settings.json", "proof.json")
    verifier = Verifier(tmp_path / "vk.key")
    # The fixture's proof was made under another SRS.
    proof = Proof.load(tmp_path / "proof.json")
    assert not verifier.verify(proof)
    for said in (verifier.reason(proof), verifier.explain(proof)):
        assert "was assumed. If it is another's, give srs_path=" in str(said)
    wrong = bytes([*proof[:-1], proof[-1] ^ 1])
    for reason in (verifier.reason(wrong, proof.public_inputs), load_verifier("mlp").reason(proof, [0.0] * 4)):
        assert "assumed" not in str(reason)
    # And what lies about is not picked up: neither in ezkl's home folder nor beside the key.
    monkeypatch.setenv("EZKL_REPO_PATH", str(tmp_path))
    (tmp_path / "srs").mkdir()
    for place in (tmp_path / "srs" / f"kzg{verifier._key.k}.srs", tmp_path / f"kzg{verifier._key.k}.srs"):
        shutil.copy(FIXTURES / "mlp" / "kzg_k1.srs", place)
    assert Verifier(tmp_path / "vk.key").key == verifier.key


def test_a_key_under_the_perpetual_powers_of_tau_needs_no_permission(tmp_path: Path) -> None:
    """A public proof under the perpetual powers of tau."""
    folder = REPOSITORY / "tests" / "vectors" / "public-ppot"
    (tmp_path / "model.zkvk").write_bytes(_native.Key.from_vka((folder / "vka.bin").read_bytes(), "vka.bin").encode())
    verifier = Verifier(tmp_path / "model.zkvk", unsafe_test_srs=False)
    proof = Proof.load(folder / "proof.json")
    assert verifier.verify(proof)
    assert verifier.verify(proof, list(proof.public_inputs))
    said = verifier.explain(proof)
    assert said.valid is True
    assert "without settings.json" in str(said)
    assert "INVALID: " in str(verifier.explain(proof[:-1], proof.public_inputs))


def test_an_srs_is_compared_with_a_zkvk(tmp_path: Path) -> None:
    verifier, key = load_verifier("mlp"), tmp_path / "model.zkvk"
    key.write_bytes(verifier.key)
    assert Verifier(key, srs_path=FIXTURES / "mlp" / "kzg_k1.srs", unsafe_test_srs=True).key == verifier.key
    with pytest.raises(KeyMismatch, match="not under the SRS"):
        Verifier(key, srs_path=FIXTURES / "two_out" / "kzg_k1.srs", unsafe_test_srs=True)
    with pytest.raises(InvalidSRS, match=r"proof\.json"):
        Verifier(key, srs_path=FIXTURES / "mlp" / "proof.json", unsafe_test_srs=True)


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
    key = _native.Key.from_vka((tmp_path / "vka.bin").read_bytes(), "vka.bin")
    (tmp_path / "model.zkvk").write_bytes(key.encode())
    verifier = Verifier(tmp_path / "vk.key", unsafe_test_srs=True)
    assert verifier.verify(Proof.load(tmp_path / "proof.json"))


def test_a_digest_is_never_reduced() -> None:
    key, folder = load_verifier("mlp")._key, FIXTURES / "mlp"
    vk, settings = (folder / "vk.key").read_bytes(), (folder / "settings.json").read_bytes()
    assert _native.Key.from_vk(vk, settings, key.s_g2, digest=key.digest).id == key.id
    alias = (int.from_bytes(key.digest, "big") + MODULUS).to_bytes(32, "big")
    for digest in (alias, key.digest[1:], b""):
        with pytest.raises(_native.NativeError, match="canonical"):
            _native.Key.from_vk(vk, settings, key.s_g2, digest=digest)


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


def test_settings_of_another_version_are_refused(tmp_path: Path) -> None:
    copy("mlp", tmp_path, "vk.key")
    settings = json.loads((FIXTURES / "mlp" / "settings.json").read_text())
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "version": "22.0.0"}))
    with pytest.raises(InvalidSettings, match=r"settings\.json.*22\.0\.0.*23"):
        Verifier(tmp_path / "vk.key")


@pytest.mark.parametrize(("name", "value"), [("logrows", float("inf")), ("decomp_legs", 10**9), ("decomp_base", 0)])
def test_settings_with_impossible_numbers_are_refused_at_once(tmp_path: Path, name: str, value: float) -> None:
    document = json.loads((FIXTURES / "mlp" / "settings.json").read_text())
    document["run_args"][name] = value
    (tmp_path / "settings.json").write_text(json.dumps(document))
    with pytest.raises(InvalidSettings, match=r"settings\.json"):
        Settings.load(tmp_path / "settings.json")


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
    assert str(said).startswith("The proof is INVALID")
    assert str(said.reason) in str(said)
    assert load_verifier("hashed_priv2").explain().warnings
