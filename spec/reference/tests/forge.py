"""Proofs that verify under random elements, for any key whose secret s is known (`forging`)."""

from __future__ import annotations

import random
from functools import lru_cache

from encode import g1, integer

import forging
from zk_verify.curve import G1_GENERATOR, G2_GENERATOR, G1Point, G2Point, g2_multiply, multiply
from zk_verify.field import R
from zk_verify.key import VerifyingKey

SECRET = 0x5EC2E7


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
    before = key.num_proof_points - 2
    points = [g1(some_point(rng.randrange(1000))) for _ in range(key.num_proof_points)]
    evaluations = [integer(rng.randrange(R), 32) for _ in range(key.num_evaluations)]
    return b"".join([*points[:before], *evaluations, *points[before:]])


def forge(key: VerifyingKey, seed: int = 0, secret: int = SECRET) -> tuple[bytes, bytes]:
    """A proof that verifies under a key with `setup(secret)`, and its public inputs."""
    rng = random.Random(seed)
    public_inputs = b"".join(integer(rng.randrange(R), 32) for _ in range(key.num_public_inputs))
    return forging.forge(key, random_proof(key, rng), public_inputs, secret), public_inputs
