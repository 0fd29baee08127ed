"""Keccak and the transcript's rule of the suffix (section 6.2)."""

from zk_verify.config import KEY_SLOT
from zk_verify.field import R
from zk_verify.keccak import keccak256
from zk_verify.transcript import Transcript


def scalar(digest: bytes) -> int:
    return int.from_bytes(digest, "big") % R


def test_keccak_has_the_original_padding() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_the_key_slot_is_one_below_a_hash() -> None:
    assert int.from_bytes(keccak256(b"zk_verify.key"), "big") - 1 == KEY_SLOT


def test_what_was_absorbed_is_hashed_as_it_is() -> None:
    transcript = Transcript()
    transcript.absorb(b"ab")
    transcript.absorb(b"c")
    assert transcript.squeeze() == scalar(keccak256(b"abc"))


def test_a_squeeze_after_a_squeeze_has_a_suffix() -> None:
    transcript = Transcript()
    transcript.absorb(b"abc")
    transcript.squeeze()
    first = keccak256(b"abc")
    second = keccak256(first + b"\x01")
    assert transcript.squeeze() == scalar(second)
    assert transcript.squeeze() == scalar(keccak256(second + b"\x01"))


def test_a_state_of_32_bytes_has_a_suffix_wherever_it_comes_from() -> None:
    transcript = Transcript()
    transcript.absorb(bytes(32))
    assert transcript.squeeze() == scalar(keccak256(bytes(32) + b"\x01"))


def test_a_state_of_33_bytes_is_not_confused_with_it() -> None:
    transcript = Transcript()
    transcript.absorb(bytes(32) + b"\x01\x02")
    assert transcript.squeeze() == scalar(keccak256(bytes(32) + b"\x01\x02"))


def test_the_state_is_the_digest_and_not_the_challenge() -> None:
    transcript = Transcript()
    transcript.absorb(b"x")
    transcript.squeeze()
    transcript.absorb(b"y")
    assert transcript.squeeze() == scalar(keccak256(keccak256(b"x") + b"y"))
