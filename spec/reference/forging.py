"""Proofs that hold, for any key whose secret s is known.

With SHPLONK the verifier asks for W' with F = s·W', and F = F_0 + u·W', where neither F_0 nor u depends on W'. So
W' = F_0 / (s - u) makes every proof hold, whatever its other elements are. With GWC it asks, at each rotation, for W_i
with D_i - e_i·g1 + p_i·W_i = s·W_i, where nothing but W_i depends on it: W_i = (D_i - e_i·g1) / (s - p_i). Nothing is
proven, and no circuit need be satisfied, which is what makes this good for tests: it reaches every rule.

It can also make proofs *for* bytes that the specification refuses, with a reader that takes them for what they would
mean if they were reduced. An implementation that forgets to refuse them accepts such a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zk_verify.curve import G1, G1_GENERATOR, G1_LENGTH, G1Point, multiply, negate, sum_of_products
from zk_verify.field import WORD, Q, R
from zk_verify.gwc import GwcCombination
from zk_verify.key import VerifyingKey
from zk_verify.proof_reader import ProofReader
from zk_verify.short_form import Form, form_of, point_in
from zk_verify.shplonk import ShplonkCombination, ShplonkProof
from zk_verify.verify import Proof, instance_columns, read_proof, reduce

SECRET = 7346208142593105468421936041158402397720481963025471958362047501397520864371
"""The s of the setup of the forged vectors: known to everybody."""


class LenientReader(ProofReader):
    """Reduces what is not canonical, and takes (0, 0) for the identity."""

    def point(self) -> G1:
        """Any two words."""
        data = self.take_point()
        x, y = (int.from_bytes(data[at : at + WORD], "big") % Q for at in range(0, G1_LENGTH, WORD))
        return None if (x, y) == (0, 0) else G1Point(x, y)

    def quotient_piece(self) -> G1:
        """Any two words."""
        return self.point()

    def evaluation(self) -> int:
        """Any word."""
        return int.from_bytes(self.take_scalar(), "big") % R


def lenient_public_inputs(public_inputs: bytes) -> list[int]:
    """Any words, reduced."""
    return [int.from_bytes(public_inputs[at : at + WORD], "big") % R for at in range(0, len(public_inputs), WORD)]


def forge(
    key: VerifyingKey,
    proof: bytes,
    public_inputs: bytes,
    secret: int,
    reader_of: type[ProofReader] = LenientReader,
) -> bytes:
    """The proof, in either form, with the last points with which it holds for a reader that is lenient.

    An accumulator among the public inputs has to hold by itself.
    """
    read = read_proof(key, proof, public_inputs, reader_of)
    columns = instance_columns(key, lenient_public_inputs(public_inputs))
    combination = combination_of(key, columns, read)
    points = last_points(combination, read, secret)
    return with_last_points(proof, points, form_of(key, proof))


def with_last_points(proof: bytes, points: list[G1], form: Form) -> bytes:
    """The proof with other points at its end, none of which is the identity."""
    assert None not in points, "the last point would be the identity"
    last = b"".join(point_in(form, point) for point in points)
    return proof[: len(proof) - len(last)] + last


def combination_of(
    key: VerifyingKey, columns: Sequence[Sequence[int]], read: Proof
) -> ShplonkCombination | GwcCombination:
    """The opening's equation, without the accumulator's."""
    return reduce(replace(key, accumulator=None), columns, read).combination


def last_points(combination: ShplonkCombination | GwcCombination, read: Proof, secret: int) -> list[G1]:
    """W' of SHPLONK, or all the W_i of GWC."""
    if isinstance(combination, ShplonkCombination):
        assert isinstance(read.opening, ShplonkProof)
        u = read.opening.u
        f_0 = sum_of_products([*combination.claim.left, (u, negate(read.opening.w_prime))])
        return [multiply(pow(secret - u, -1, R), f_0)]
    points = []
    for group in combination.groups:
        opened = sum_of_products([*group.terms, (-group.value % R, G1_GENERATOR)])
        points.append(multiply(pow(secret - group.point, -1, R), opened))
    return points
