"""Proofs that verify under random elements, for any key whose secret s is known (`forging`)."""

from __future__ import annotations

import random
from functools import lru_cache

import forging
from encode import g1, integer
from forging import SECRET
from zk_verify.curve import G1, G1_GENERATOR, G2_GENERATOR, G1Point, G2Point, g2_multiply, multiply
from zk_verify.field import R
from zk_verify.key import Accumulator, VerifyingKey
from zk_verify.verify import check_sizes, instance_columns, read_proof, read_public_inputs, reduce


@lru_cache
def setup(secret: int = SECRET) -> G2Point:
    """[s]G2."""
    point = g2_multiply(secret, G2_GENERATOR)
    assert point is not None
    return point


@lru_cache(maxsize=4096)
def some_point(number: int) -> G1Point:
    """A point of G1, another one for each number."""
    point = multiply(number + 1, G1_GENERATOR)
    assert point is not None
    return point


def random_proof(key: VerifyingKey, rng: random.Random) -> bytes:
    """Valid elements, which prove nothing."""
    before = key.num_proof_points - key.num_opening_points
    points = [g1(some_point(rng.randrange(1000))) for _ in range(key.num_proof_points)]
    evaluations = [integer(rng.randrange(R), 32) for _ in range(key.num_evaluations)]
    return b"".join([*points[:before], *evaluations, *points[before:]])


def random_public_inputs(key: VerifyingKey, rng: random.Random, secret: int = SECRET) -> bytes:
    """Canonical scalars, among them an accumulator that holds if the key has one."""
    values = [rng.randrange(R) for _ in range(key.num_public_inputs)]
    if key.accumulator is not None:
        rhs = some_point(rng.randrange(1000))
        limbs = accumulator_limbs(key.accumulator, multiply(secret, rhs), rhs)
        first = first_limb(key)
        values[first : first + len(limbs)] = limbs
    return b"".join(integer(value, 32) for value in values)


def accumulator_limbs(place: Accumulator, lhs: G1, rhs: G1) -> list[int]:
    """The scalars that encode two points."""
    assert lhs is not None and rhs is not None
    mask = (1 << place.bits) - 1
    return [c >> place.bits * i & mask for c in (*lhs, *rhs) for i in range(place.limbs)]


def first_limb(key: VerifyingKey) -> int:
    """Where the accumulator begins among the public inputs."""
    assert key.accumulator is not None
    return sum(key.instance_lengths[: key.accumulator.column]) + key.accumulator.row


def forge(key: VerifyingKey, seed: int = 0, secret: int = SECRET) -> tuple[bytes, bytes]:
    """A proof that verifies under a key with `setup(secret)`, and its public inputs."""
    rng = random.Random(seed)
    public_inputs = random_public_inputs(key, rng, secret)
    return forging.forge(key, random_proof(key, rng), public_inputs, secret), public_inputs


def holds(key: VerifyingKey, proof: bytes, public_inputs: bytes, secret: int = SECRET) -> bool:
    """What `verify` says, with a multiplication by s in place of the pairing. Raises what is refused before that."""
    check_sizes(key, proof, public_inputs)
    columns = instance_columns(key, read_public_inputs(public_inputs))
    left, right = reduce(key, columns, read_proof(key, proof, public_inputs)).claim.sides()
    return left == multiply(secret, right)
