"""Proofs that hold, for any key whose secret s is known.

The verifier asks for W' with F = s·W', and F = F_0 + u·W', where neither F_0 nor u depends on W'. So
W' = F_0 / (s - u) makes every proof hold, whatever its other elements are. Nothing is proven, and no circuit need be
satisfied, which is what makes this good for tests: it reaches every rule of the protocol.

It can also make proofs *for* bytes that the specification refuses, with a reader that takes them for what they would
mean if they were reduced. An implementation that forgets to refuse them accepts such a proof.
"""

from __future__ import annotations

from collections.abc import Sequence

from zk_verify.curve import G1, G1_LENGTH, G1Point, multiply, negate, sum_of_products
from zk_verify.field import WORD, Q, R
from zk_verify.key import VerifyingKey
from zk_verify.verify import Proof, ProofReader, read_proof, reduce


class LenientReader(ProofReader):
    """Reduces what is not canonical, and takes (0, 0) for the identity."""

    def point(self) -> G1:
        """Any two words."""
        data = self._take(G1_LENGTH)
        x, y = (int.from_bytes(data[at : at + WORD], "big") % Q for at in range(0, G1_LENGTH, WORD))
        return None if (x, y) == (0, 0) else G1Point(x, y)

    def evaluation(self) -> int:
        """Any word."""
        return int.from_bytes(self._take(WORD), "big") % R


def lenient_public_inputs(public_inputs: bytes) -> list[int]:
    """Any words, reduced."""
    return [int.from_bytes(public_inputs[at : at + WORD], "big") % R for at in range(0, len(public_inputs), WORD)]


def last_point(key: VerifyingKey, instances: Sequence[int], read: Proof, secret: int) -> G1:
    """The W' with which the proof holds."""
    f = reduce(key, instances, read).combination.f()
    f_0 = sum_of_products([(1, f), (read.opening.u, negate(read.opening.w_prime))])
    return multiply(pow(secret - read.opening.u, -1, R), f_0)


def forge(key: VerifyingKey, proof: bytes, public_inputs: bytes, secret: int) -> bytes:
    """The proof with the last point with which it holds, for a reader that is lenient."""
    read = read_proof(key, proof, public_inputs, LenientReader)
    point = last_point(key, lenient_public_inputs(public_inputs), read, secret)
    assert point is not None, "F_0 is the identity"
    return proof[:-G1_LENGTH] + point.x.to_bytes(WORD, "big") + point.y.to_bytes(WORD, "big")
