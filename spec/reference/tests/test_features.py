"""The features (section 9): forged proofs hold with each and with all of them, and altered ones do not."""

from dataclasses import replace
from typing import Any

import pytest

import forging
from circuits import RandomKey, key_with_everything, small_key
from encode import g1, integer
from forge import accumulator_limbs, first_limb, forge, holds, some_point
from forging import SECRET
from zk_verify.accumulator import decode
from zk_verify.curve import G1, G1_LENGTH, G1Point, InvalidPoint, multiply, negate
from zk_verify.field import WORD, NotCanonical, Q, R
from zk_verify.key import Accumulator, LookupArgument, Opening, TranscriptHash, VerifyingKey
from zk_verify.verify import InvalidProof, instance_columns, read_proof, verify

KEY = key_with_everything()
PROOF, PUBLIC_INPUTS = forge(KEY)

FEATURES: dict[str, dict[str, Any]] = {
    "gwc": {"opening": Opening.GWC},
    "blake2b": {"transcript_hash": TranscriptHash.BLAKE2B},
    "classic": {"lookup_argument": LookupArgument.CLASSIC},
    "accumulator": {"accumulator": Accumulator(0, 0, 3, 88), "instance_lengths": (14,)},
}


def with_feature(name: str) -> VerifyingKey:
    """The small key with one feature."""
    key = replace(small_key(), **FEATURES[name])
    first_inputs = tuple(lookup._replace(inputs=lookup.inputs[:1]) for lookup in key.lookups)
    return replace(key, lookups=first_inputs) if name == "classic" else key


@pytest.mark.parametrize("name", FEATURES)
def test_forged_proofs_verify_with_each_feature(name: str) -> None:
    key = with_feature(name)
    verify(key, *forge(key))


def test_forged_proofs_verify_with_all_features() -> None:
    verify(KEY, PROOF, PUBLIC_INPUTS)


@pytest.mark.parametrize("seed", range(12, 40))
def test_forged_proofs_hold_under_random_keys(seed: int) -> None:
    key = RandomKey(seed).key()
    assert holds(key, *forge(key, seed))


def test_every_evaluation_matters() -> None:
    first = G1_LENGTH * (KEY.num_proof_points - KEY.num_opening_points)
    for at in range(first, first + WORD * KEY.num_evaluations, WORD):
        altered = (int.from_bytes(PROOF[at : at + WORD], "big") + 1) % R
        assert not holds(KEY, PROOF[:at] + integer(altered, WORD) + PROOF[at + WORD :], PUBLIC_INPUTS)


def test_every_point_matters() -> None:
    first = G1_LENGTH * (KEY.num_proof_points - KEY.num_opening_points)
    after = first + WORD * KEY.num_evaluations
    for at in (*range(0, first, G1_LENGTH), *range(after, len(PROOF), G1_LENGTH)):
        assert not holds(KEY, PROOF[:at] + g1(some_point(1001)) + PROOF[at + G1_LENGTH :], PUBLIC_INPUTS)


def test_a_proof_is_for_one_opening_and_one_transcript() -> None:
    for name in ("gwc", "blake2b"):
        key = with_feature(name)
        proof, public_inputs = forge(key)
        for other in (small_key(), *map(with_feature, FEATURES.keys() - {name, "accumulator", "classic"})):
            padded = proof[: other.proof_length].ljust(other.proof_length, b"\0")
            with pytest.raises(InvalidProof):
                verify(other, padded, public_inputs)


def quotient_pieces(key: VerifyingKey) -> range:
    """Where the quotient pieces stand."""
    after = key.num_proof_points - key.num_opening_points
    return range(G1_LENGTH * (after - key.num_quotient_pieces), G1_LENGTH * after, G1_LENGTH)


@pytest.mark.parametrize("name", [None, *FEATURES])
def test_a_quotient_piece_may_be_the_identity_and_nothing_else(name: str | None) -> None:
    key = small_key() if name is None else with_feature(name)
    proof, public_inputs = forge(key)
    pieces = quotient_pieces(key)
    zeros = proof[: pieces.start] + bytes(len(pieces) * G1_LENGTH) + proof[pieces.stop :]
    assert holds(key, *forge_again(key, zeros, public_inputs))
    assert None not in read_proof(key, proof, public_inputs).quotient_pieces
    assert set(read_proof(key, zeros, public_inputs).quotient_pieces) == {None}
    ends = len(proof) - G1_LENGTH * key.num_opening_points
    for at in (*range(0, pieces.start, G1_LENGTH), *range(ends, len(proof), G1_LENGTH)):
        with pytest.raises(InvalidPoint):
            holds(key, proof[:at] + bytes(G1_LENGTH) + proof[at + G1_LENGTH :], public_inputs)
    for words in (integer(0, 32) + integer(Q, 32), integer(Q, 32) + integer(0, 32)):
        with pytest.raises(NotCanonical):
            holds(key, proof[: pieces.start] + words + proof[pieces.start + G1_LENGTH :], public_inputs)


def forge_again(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> tuple[bytes, bytes]:
    """The proof with the last points with which it holds."""
    return forging.forge(key, proof, public_inputs, SECRET), public_inputs


def test_instance_columns_are_cut_by_the_lengths_of_the_key() -> None:
    key = replace(small_key(), instance_lengths=(2, 0))
    proof, public_inputs = forge(key)
    assert instance_columns(key, [7, 8]) == [[7, 8], []]
    assert holds(key, proof, public_inputs)
    # The transcript is the same, for it knows no columns.
    assert not holds(replace(key, instance_lengths=(1, 1)), proof, public_inputs)


def with_accumulator(lhs: G1, rhs: G1) -> bytes:
    """The public inputs with another accumulator."""
    assert KEY.accumulator is not None
    at = WORD * first_limb(KEY)
    limbs = b"".join(integer(limb, WORD) for limb in accumulator_limbs(KEY.accumulator, lhs, rhs))
    return PUBLIC_INPUTS[:at] + limbs + PUBLIC_INPUTS[at + len(limbs) :]


def test_an_accumulator_has_to_hold() -> None:
    rhs = some_point(4)
    lhs = multiply(SECRET, rhs)
    for accumulator, is_valid in (
        ((lhs, rhs), True),
        ((rhs, lhs), False),
        ((negate(lhs), rhs), False),
        ((multiply(SECRET + 1, rhs), rhs), False),
    ):
        inputs = with_accumulator(*accumulator)
        proof, _ = forge_again(KEY, PROOF, inputs)
        assert holds(KEY, proof, inputs) is is_valid


@pytest.mark.parametrize(
    ("lhs", "error"),
    [
        (G1Point(0, 0), InvalidPoint),
        (G1Point(1, 3), InvalidPoint),
        (G1Point(1 + Q, 2), NotCanonical),
        (G1Point(1, 2 + Q), NotCanonical),
    ],
)
def test_the_points_of_an_accumulator_are_valid(lhs: G1Point, error: type[ValueError]) -> None:
    for pair in ((lhs, some_point(0)), (some_point(0), lhs)):
        inputs = with_accumulator(*pair)
        proof, _ = forge_again(KEY, PROOF, inputs)
        with pytest.raises(error):
            holds(KEY, proof, inputs)


def test_limbs_have_no_more_bits_than_the_key_says() -> None:
    place = Accumulator(0, 0, 3, 88)
    limbs = accumulator_limbs(place, some_point(1), some_point(2))
    assert decode(place, [limbs]) == (some_point(1), some_point(2))
    for coordinate in range(0, 12, 3):
        carried = list(limbs)
        carried[coordinate] += 1 << 88  # the same coordinate, if limbs could overlap
        carried[coordinate + 1] -= 1
        with pytest.raises(NotCanonical, match="more than 88 bits"):
            decode(place, [carried])


def test_rho_is_squeezed_after_the_last_point() -> None:
    for key in (KEY, with_feature("accumulator")):
        proof, public_inputs = forge(key)
        of_proof = read_proof(key, proof, public_inputs)
        other = proof[:-G1_LENGTH] + g1(some_point(77))
        of_other = read_proof(key, other, public_inputs)
        assert of_proof.rho is not None and of_proof.rho != of_other.rho
        assert of_proof.challenges == of_other.challenges
        assert read_proof(replace(key, accumulator=None), proof, public_inputs).rho is None
