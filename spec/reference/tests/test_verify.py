"""The protocol (sections 6 to 8): forged proofs verify under every kind of key, and altered ones do not."""

from dataclasses import replace

import pytest

from circuits import RandomKey, small_key
from encode import g1, integer
from forge import forge, setup
from forging import SECRET
from limits import plain_key
from zk_verify.commitments import Commitment, Kind
from zk_verify.curve import G1_GENERATOR
from zk_verify.field import R
from zk_verify.identities import Domain
from zk_verify.key import VerifyingKey
from zk_verify.opening import DegenerateChallenge, queries
from zk_verify.shplonk import rotation_sets
from zk_verify.verify import InvalidProof, evaluation_order, verify

KEY = small_key()
PROOF, PUBLIC_INPUTS = forge(KEY)


def refuses(key: VerifyingKey, proof: bytes, public_inputs: bytes, because: str = "") -> None:
    with pytest.raises(InvalidProof, match=because):
        verify(key, proof, public_inputs)


def test_a_forged_proof_verifies() -> None:
    verify(KEY, PROOF, PUBLIC_INPUTS)


@pytest.mark.parametrize("seed", range(12))
def test_forged_proofs_verify_under_random_keys(seed: int) -> None:
    key = RandomKey(seed).key()
    verify(key, *forge(key, seed))


def test_a_forger_needs_the_secret() -> None:
    proof, public_inputs = forge(KEY, secret=SECRET + 1)
    refuses(KEY, proof, public_inputs, "pairing")
    verify(replace(KEY, s_g2=setup(SECRET + 1)), proof, public_inputs)


def test_every_evaluation_matters() -> None:
    first = 64 * (KEY.num_proof_points - 2)
    for at in range(first, first + 32 * KEY.num_evaluations, 32):
        altered = (int.from_bytes(PROOF[at : at + 32], "big") + 1) % R
        refuses(KEY, PROOF[:at] + integer(altered, 32) + PROOF[at + 32 :], PUBLIC_INPUTS, "pairing")


def test_the_public_inputs_matter() -> None:
    altered = integer((int.from_bytes(PUBLIC_INPUTS[:32], "big") + 1) % R, 32) + PUBLIC_INPUTS[32:]
    refuses(KEY, PROOF, altered, "pairing")
    refuses(KEY, PROOF, PUBLIC_INPUTS[32:] + PUBLIC_INPUTS[:32], "pairing")


def test_the_digest_matters() -> None:
    refuses(replace(KEY, digest=KEY.digest + 1), PROOF, PUBLIC_INPUTS, "pairing")


def test_lengths_are_exact() -> None:
    refuses(KEY, b"", b"", "0 bytes, this key's proofs have 1760, or 1280 in short form")
    refuses(KEY, PROOF + b"\x00", PUBLIC_INPUTS, "1761 bytes")
    refuses(KEY, PROOF[:-1], PUBLIC_INPUTS, "1759 bytes")
    refuses(KEY, PROOF, PUBLIC_INPUTS + bytes(32), "public inputs: 96 bytes")
    refuses(KEY, PROOF, PUBLIC_INPUTS[:-1], "public inputs: 63 bytes")


def test_scalars_are_canonical() -> None:
    first = integer(int.from_bytes(PUBLIC_INPUTS[:32], "big") + R, 32)
    refuses(KEY, PROOF, first + PUBLIC_INPUTS[32:], "not below")
    at = 64 * (KEY.num_proof_points - 2)
    refuses(KEY, PROOF[:at] + integer(R, 32) + PROOF[at + 32 :], PUBLIC_INPUTS, "not below")


@pytest.mark.parametrize("at", [0, -64, -128])
def test_points_are_valid(at: int) -> None:
    position = at % len(PROOF)
    for point in (bytes(64), integer(1, 32) + integer(3, 32)):
        refuses(KEY, PROOF[:position] + point + PROOF[position + 64 :], PUBLIC_INPUTS, "identity|curve")


def test_an_exchanged_point_is_not_the_proof() -> None:
    refuses(KEY, g1(G1_GENERATOR) + PROOF[64:], PUBLIC_INPUTS, "pairing")


def test_a_key_without_arguments_has_no_identities() -> None:
    key = plain_key()
    verify(key, *forge(key))


def test_x_is_neither_zero_nor_a_row() -> None:
    for x in (0, 1, pow(7, (R - 1) // 32, R)):
        with pytest.raises(DegenerateChallenge):
            Domain(KEY, x)


def test_the_polynomials_of_the_rows_sum_to_one() -> None:
    domain = Domain(KEY, 12345)
    assert sum(domain.lagrange(i) for i in range(KEY.n)) % R == 1
    assert domain.lagrange(-1) == domain.lagrange(KEY.n - 1)
    usable = sum(domain.lagrange(i) for i in range(KEY.n - KEY.blinding_factors - 1)) % R
    assert domain.l_active == usable


def test_queries_and_evaluations_are_of_the_same_things() -> None:
    for seed in range(20):
        key = RandomKey(seed).key()
        opened = list(queries(key))
        evaluated = list(evaluation_order(key))
        quotient = Commitment(Kind.QUOTIENT, 0)
        assert len(evaluated) == len(set(evaluated)) == key.num_evaluations
        assert {query for query in opened if query.commitment != quotient} == set(evaluated)
        assert len(opened) == len(set(opened))


def test_rotation_sets_stand_in_the_order_of_their_first_query() -> None:
    sets = rotation_sets(KEY)
    assert [set(members.rotations) for members in sets] == [{0, 1}, {0}, {0, -1}, {0, 1, KEY.last}, {0, 2}]
    assert sets[0].commitments == (
        Commitment(Kind.ADVICE, 0),
        Commitment(Kind.PERMUTATION_PRODUCT, 1),
        Commitment(Kind.LOOKUP_SUM, 0),
        Commitment(Kind.SHUFFLE_PRODUCT, 0),
    )
    assert sets[1].commitments[:3] == (
        Commitment(Kind.ADVICE, 1),
        Commitment(Kind.LOOKUP_MULTIPLICITIES, 0),
        Commitment(Kind.FIXED, 0),
    )
