"""The two forms of a proof: points in one word, and proofs of them (sections 6.1 and 6.5)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from circuits import RandomKey, key_with_everything, small_key
from encode import integer
from forge import forge, some_point
from making import pairing_by_secret
from zk_verify.conversion import lengthen, shorten
from zk_verify.curve import G1_GENERATOR, G1Point, InvalidPoint, is_on_curve, negate
from zk_verify.field import NotCanonical, Q, R
from zk_verify.key import LookupArgument, Opening, TranscriptHash, VerifyingKey
from zk_verify.short_form import long_point, read_short_point, short_point
from zk_verify.trace import trace
from zk_verify.verify import InvalidProof, verify

KEY = small_key()
LONG, PUBLIC_INPUTS = forge(KEY)
SHORT = shorten(KEY, LONG)
FIRST_PIECE = KEY.num_proof_points - KEY.num_opening_points - KEY.num_quotient_pieces
FIRST_EVALUATION = 32 * (KEY.num_proof_points - KEY.num_opening_points)

TOP = 1 << 255
ROOT_OF_MINUS_3 = pow(3, (Q + 1) // 4, Q)


@pytest.fixture(autouse=True)
def _sooner() -> Iterator[None]:
    with pairing_by_secret():
        yield


def word(value: int) -> bytes:
    return integer(value, 32)


def with_word(proof: bytes, at: int, content: bytes) -> bytes:
    """The proof with another word."""
    return proof[: 32 * at] + content + proof[32 * (at + 1) :]


def refuses(proof: bytes, because: str) -> None:
    with pytest.raises(InvalidProof, match=because):
        verify(KEY, proof, PUBLIC_INPUTS)


# Points


def test_the_generator_and_its_opposite() -> None:
    assert short_point(G1_GENERATOR) == word(1)
    assert short_point(negate(G1_GENERATOR)) == word(TOP | 1)
    assert read_short_point(word(1)) == (1, 2)
    assert read_short_point(word(TOP | 1)) == (1, Q - 2)


def test_every_point_has_one_word_and_back() -> None:
    for number in range(50):
        for point in (some_point(number), negate(some_point(number))):
            assert read_short_point(short_point(point)) == point


def test_the_zero_word_is_the_identity() -> None:
    assert read_short_point(bytes(32)) is None
    assert short_point(None) == bytes(32)
    assert long_point(None) == bytes(64)


def test_no_point_has_x_0_and_none_has_y_0() -> None:
    """3 and -3 are what would have to be a square, and a cube."""
    assert pow(3, (Q - 1) // 2, Q) == Q - 1
    assert pow(-3, (Q - 1) // 3, Q) != 1
    with pytest.raises(InvalidPoint):
        read_short_point(word(TOP))


def test_a_power_that_is_no_root_is_refused() -> None:
    """q is 3 modulo 4, so of x³ + 3 and its opposite one is a square."""
    refused = 0
    for x in range(1, 200):
        square = (x**3 + 3) % Q
        if pow(square, (Q - 1) // 2, Q) == 1:
            point = read_short_point(word(x))
            assert point is not None and is_on_curve(point) and point.y % 2 == 0
        else:
            refused += 1
            for top in (0, TOP):
                with pytest.raises(InvalidPoint, match="no square"):
                    read_short_point(word(top | x))
    assert 70 < refused < 130


@pytest.mark.parametrize("value", [Q, Q + 1, 1 << 254, 1 << 254 | 1, (1 << 255) - 1])
def test_x_is_canonical_and_bit_254_is_zero(value: int) -> None:
    for top in (0, TOP):
        with pytest.raises(NotCanonical):
            read_short_point(word(top | value))


# Proofs


def keys() -> list[VerifyingKey]:
    small = small_key()
    return [
        small,
        small_key(LookupArgument.CLASSIC),
        replace(small, opening=Opening.GWC),
        replace(small, transcript_hash=TranscriptHash.BLAKE2B),
        key_with_everything(),
        *(RandomKey(seed).key() for seed in range(6)),
    ]


@pytest.mark.parametrize("key", keys())
def test_both_forms_verify_and_are_one_proof(key: VerifyingKey) -> None:
    proof, public_inputs = forge(key)
    short = shorten(key, proof)
    assert len(proof) - len(short) == 32 * key.num_proof_points
    assert lengthen(key, short) == proof
    verify(key, short, public_inputs)
    of_long, of_short = trace(key, proof, public_inputs), trace(key, short, public_inputs)
    assert of_short.pop("proof") == short.hex() != of_long.pop("proof")
    assert of_short == of_long


def test_the_sizes_of_the_small_key() -> None:
    assert (len(LONG), len(SHORT)) == (KEY.proof_length, KEY.short_proof_length) == (1_760, 1_280)


@pytest.mark.parametrize("at", range(KEY.num_proof_points - 2))
def test_the_identity_is_a_quotient_piece_and_nothing_else(at: int) -> None:
    because = "pairing" if FIRST_PIECE <= at < FIRST_PIECE + KEY.num_quotient_pieces else "identity"
    refuses(with_word(SHORT, at, bytes(32)), because)
    refuses(with_word(SHORT, at, word(TOP)), "no square")


def test_a_piece_that_is_the_identity_is_converted_both_ways() -> None:
    short = with_word(SHORT, FIRST_PIECE, bytes(32))
    long = lengthen(KEY, short)
    assert long[64 * FIRST_PIECE :][:64] == bytes(64)
    assert shorten(KEY, long) == short


def test_the_other_parity_is_the_opposite_point() -> None:
    for at in (*range(KEY.num_proof_points - 2), len(SHORT) // 32 - 2, len(SHORT) // 32 - 1):
        flipped = bytearray(SHORT)
        flipped[32 * at] ^= 0x80
        refuses(bytes(flipped), "pairing")


def test_every_bit_of_a_short_proof_matters() -> None:
    """One bit drawn from each byte; words of points and of evaluations."""
    rng = random.Random(16)
    for at in rng.sample(range(len(SHORT)), 60):
        flipped = bytearray(SHORT)
        flipped[at] ^= 1 << rng.randrange(8)
        refuses(bytes(flipped), "pairing|no square|not below")


def test_lengths_between_the_forms_are_refused() -> None:
    for length in range(len(SHORT) + 1, len(LONG)):
        refuses(LONG[:length], f"{length} bytes, this key's proofs have 1760, or 1280 in short form")
    for proof in (SHORT[:-1], SHORT[:-32], SHORT + bytes(1), SHORT + bytes(32), LONG[:-32], LONG + bytes(32)):
        refuses(proof, "this key's proofs have")


def test_one_form_is_not_the_other() -> None:
    refuses(SHORT + bytes(len(LONG) - len(SHORT)), "not below|not on the curve")
    refuses(LONG[: len(SHORT)], "no square|not below|pairing")


def test_evaluations_are_as_in_the_long_form() -> None:
    assert SHORT[FIRST_EVALUATION:-64] == LONG[2 * FIRST_EVALUATION : -128]
    refuses(with_word(SHORT, FIRST_EVALUATION // 32, word(R)), "not below")


# Conversion


def test_conversion_takes_one_form_and_says_so() -> None:
    with pytest.raises(InvalidProof, match="1280 bytes, which is the short form already"):
        shorten(KEY, SHORT)
    with pytest.raises(InvalidProof, match="1760 bytes, which is the long form already"):
        lengthen(KEY, LONG)
    for convert in (shorten, lengthen):
        with pytest.raises(InvalidProof, match="1281 bytes, this key's proofs have 1760, or 1280 in short form"):
            convert(KEY, SHORT + b"\0")


def test_conversion_refuses_what_is_malformed() -> None:
    off_the_curve = long_point(G1Point(1, 3))
    for proof, because in (
        (off_the_curve + LONG[64:], "not on the curve"),
        (bytes(64) + LONG[64:], "identity"),
        (word(1 + Q) + word(2) + LONG[64:], "not below"),
        (LONG[:-64] + bytes(64), "identity"),
    ):
        with pytest.raises(InvalidProof, match=because):
            shorten(KEY, proof)
    for proof, because in (
        (with_word(SHORT, 0, word(TOP)), "no square"),
        (with_word(SHORT, 0, bytes(32)), "identity"),
        (with_word(SHORT, 0, word(1 << 254 | 1)), "not below"),
        (with_word(SHORT, FIRST_EVALUATION // 32, word(R)), "not below"),
        (SHORT[:-32] + bytes(32), "identity"),
    ):
        with pytest.raises(InvalidProof, match=because):
            lengthen(KEY, proof)
