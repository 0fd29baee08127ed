"""Keccak and its rule of the suffix (section 6.2), and BLAKE2b (section 9.3)."""

import hashlib

from zk_verify.config import KEY_SLOT
from zk_verify.field import R
from zk_verify.keccak import keccak256
from zk_verify.transcript import Blake2bTranscript, Keccak256Transcript


def scalar(digest: bytes) -> int:
    return int.from_bytes(digest, "big") % R


def test_keccak_has_the_original_padding() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_the_key_slot_is_one_below_a_hash() -> None:
    assert int.from_bytes(keccak256(b"zk_verify.key"), "big") - 1 == KEY_SLOT


def test_what_was_absorbed_is_hashed_as_it_is() -> None:
    transcript = Keccak256Transcript()
    transcript.absorb_scalar(b"ab")
    transcript.absorb_scalar(b"c")
    assert transcript.squeeze() == scalar(keccak256(b"abc"))


def test_a_squeeze_after_a_squeeze_has_a_suffix() -> None:
    transcript = Keccak256Transcript()
    transcript.absorb_scalar(b"abc")
    transcript.squeeze()
    first = keccak256(b"abc")
    second = keccak256(first + b"\x01")
    assert transcript.squeeze() == scalar(second)
    assert transcript.squeeze() == scalar(keccak256(second + b"\x01"))


def test_a_state_of_32_bytes_has_a_suffix_wherever_it_comes_from() -> None:
    transcript = Keccak256Transcript()
    transcript.absorb_scalar(bytes(32))
    assert transcript.squeeze() == scalar(keccak256(bytes(32) + b"\x01"))


def test_a_state_of_33_bytes_is_not_confused_with_it() -> None:
    transcript = Keccak256Transcript()
    transcript.absorb_scalar(bytes(32) + b"\x01\x02")
    assert transcript.squeeze() == scalar(keccak256(bytes(32) + b"\x01\x02"))


def test_the_state_is_the_digest_and_not_the_challenge() -> None:
    transcript = Keccak256Transcript()
    transcript.absorb_scalar(b"x")
    transcript.squeeze()
    transcript.absorb_scalar(b"y")
    assert transcript.squeeze() == scalar(keccak256(keccak256(b"x") + b"y"))


def blake2b(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=64, person=b"Halo2-Transcript").digest()


def test_blake2b_absorbs_with_prefixes_and_the_low_byte_first() -> None:
    transcript = Blake2bTranscript()
    transcript.absorb_scalar(bytes(31) + b"\x07")
    transcript.absorb_point(bytes(31) + b"\x01" + bytes(31) + b"\x02")
    absorbed = b"\x02\x07" + bytes(31) + b"\x01\x01" + bytes(31) + b"\x02" + bytes(31)
    assert transcript.squeeze() == int.from_bytes(blake2b(absorbed + b"\x00"), "little") % R


def test_blake2b_goes_on_after_a_squeeze() -> None:
    transcript = Blake2bTranscript()
    transcript.squeeze()
    assert transcript.squeeze() == int.from_bytes(blake2b(b"\x00\x00"), "little") % R
    transcript.absorb_scalar(bytes(32))
    assert transcript.squeeze() == int.from_bytes(blake2b(b"\x00\x00\x02" + bytes(32) + b"\x00"), "little") % R
