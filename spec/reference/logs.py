"""Points whose logarithms are known, so that claims can be checked by arithmetic modulo r alone.

A forged proof is made of multiples of the generator. Both sides of the pairing's equation are then multiples, too,
whose logarithms are sums of products modulo r: proofs are forged and judged a hundred times faster than with pairings.
"""

from __future__ import annotations

import random

from encode import g1, integer
from forge import first_limb
from forging import SECRET, LenientReader, combination_of, lenient_public_inputs
from zk_verify.curve import G1, G1_GENERATOR, G1_LENGTH, IDENTITY, G1Point, Jacobian, add, to_affine, to_jacobian
from zk_verify.field import R
from zk_verify.key import VerifyingKey
from zk_verify.opening import Terms
from zk_verify.shplonk import ShplonkCombination, ShplonkProof
from zk_verify.verify import instance_columns, read_proof

WINDOW = 8


class Multiples:
    """Multiples of the generator, each with its logarithm."""

    def __init__(self) -> None:
        self.logs: dict[G1Point, int] = {}
        self.table = [self._window(shift) for shift in range(0, R.bit_length(), WINDOW)]

    def _window(self, shift: int) -> list[Jacobian]:
        """0, 1, …, 255 times 2^shift times the generator."""
        base = to_jacobian(G1_GENERATOR)
        for _ in range(shift):
            base = add(base, base)
        multiples = [IDENTITY]
        for _ in range((1 << WINDOW) - 1):
            multiples.append(to_jacobian(to_affine(add(multiples[-1], base))))
        return multiples

    def point(self, log: int) -> G1:
        """log · g1."""
        log %= R
        total = IDENTITY
        for number, window in enumerate(self.table):
            total = add(total, window[log >> WINDOW * number & (1 << WINDOW) - 1])
        point = to_affine(total)
        if point is not None:
            self.logs[point] = log
        return point

    def log(self, terms: Terms) -> int:
        """The logarithm of a sum of products. Raises `KeyError` if a point is not one of these multiples."""
        return sum(scalar * self.logs[point] for scalar, point in terms if point is not None) % R


class Forger:
    """Forges proofs out of known multiples of the generator."""

    def __init__(self, multiples: Multiples, secret: int = SECRET) -> None:
        self.multiples = multiples
        self.secret = secret
        self.points = [self.multiples.point(log) for log in range(1, 200)]

    def some_point(self, rng: random.Random) -> G1Point:
        """A point whose logarithm is known."""
        point = rng.choice(self.points)
        assert point is not None
        return point

    def public_inputs(self, key: VerifyingKey, rng: random.Random) -> bytes:
        """Canonical scalars, among them an accumulator that holds if the key has one."""
        values = [rng.randrange(R) for _ in range(key.num_public_inputs)]
        if key.accumulator is not None:
            log = rng.randrange(1, R)
            lhs, rhs = self.multiples.point(self.secret * log), self.multiples.point(log)
            assert lhs is not None and rhs is not None
            bits, mask = key.accumulator.bits, (1 << key.accumulator.bits) - 1
            limbs = [c >> bits * i & mask for c in (*lhs, *rhs) for i in range(key.accumulator.limbs)]
            first = first_limb(key)
            values[first : first + len(limbs)] = limbs
        return b"".join(integer(value, 32) for value in values)

    def proof(self, key: VerifyingKey, public_inputs: bytes, rng: random.Random) -> bytes:
        """A proof that holds."""
        before = key.num_proof_points - key.num_opening_points
        points = [g1(self.some_point(rng)) for _ in range(key.num_proof_points)]
        evaluations = [integer(rng.randrange(R), 32) for _ in range(key.num_evaluations)]
        return self.solved(key, b"".join([*points[:before], *evaluations, *points[before:]]), public_inputs)

    def solved(self, key: VerifyingKey, proof: bytes, public_inputs: bytes) -> bytes:
        """The proof with the last points with which it holds (`forging`)."""
        read = read_proof(key, proof, public_inputs, LenientReader)
        combination = combination_of(key, instance_columns(key, lenient_public_inputs(public_inputs)), read)
        if isinstance(combination, ShplonkCombination):
            assert isinstance(read.opening, ShplonkProof)
            u = read.opening.u
            f_0 = self.multiples.log([*combination.claim.left, (-u % R, read.opening.w_prime)])
            logs = [f_0 * pow(self.secret - u, -1, R)]
        else:
            logs = [
                (self.multiples.log(group.terms) - group.value) * pow(self.secret - group.point, -1, R)
                for group in combination.groups
            ]
        points = [self.multiples.point(log) for log in logs]
        last = b"".join(g1(point) for point in points if point is not None)
        assert len(last) == G1_LENGTH * len(points), "a last point would be the identity"
        return proof[: len(proof) - len(last)] + last
