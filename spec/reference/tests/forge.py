"""Proofs that verify, for any key whose secret s is known: who knows s can prove anything under it.

Every element of the proof but the last is chosen at random. The verifier then asks for W' with F = s·W', and
F = F_0 + u·W', so W' = F_0 / (s - u). Nothing is proven, and no circuit need be satisfied, which is what makes this
good for tests: it reaches every rule of the protocol for keys that no prover has.
"""

from __future__ import annotations

import random
from functools import lru_cache

from encode import g1, integer

from zk_verify.curve import G1_GENERATOR, G2_GENERATOR, G1Point, G2Point, g2_multiply, multiply, negate, sum_of_products
from zk_verify.field import R
from zk_verify.key import VerifyingKey
from zk_verify.verify import read_proof, read_public_inputs, reduce

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
    proof = random_proof(key, rng)
    read = read_proof(key, proof, public_inputs)
    f = reduce(key, read_public_inputs(public_inputs), read).combination.f()
    f_0 = sum_of_products([(1, f), (read.opening.u, negate(read.opening.w_prime))])
    w_prime = multiply(pow(secret - read.opening.u, -1, R), f_0)
    assert w_prime is not None
    return proof[:-64] + g1(w_prime), public_inputs
