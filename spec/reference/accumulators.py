"""Vectors of accumulators that are wrong in one way each, in proofs that hold but for that (section 9.5)."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import forging
from encode import integer
from forge import accumulator_limbs, first_limb, forge, random_proof, random_public_inputs, some_point
from forging import SECRET, LenientReader, combination_of, last_points, lenient_public_inputs, with_last_points
from making import expecting, vector
from zk_verify.curve import G1, multiply, negate, sum_of_products
from zk_verify.field import WORD, Q, R
from zk_verify.gwc import GwcCombination
from zk_verify.key import (
    Accumulator,
    Opening,
    VerifyingKey,
)
from zk_verify.short_form import Form
from zk_verify.shplonk import ShplonkProof
from zk_verify.verify import Proof, instance_columns, read_proof


def with_limbs(key: VerifyingKey, public_inputs: bytes, limbs: list[int]) -> bytes:
    """The public inputs with other limbs."""
    at = WORD * first_limb(key)
    words = b"".join(integer(limb, WORD) for limb in limbs)
    return public_inputs[:at] + words + public_inputs[at + len(words) :]


def forged_around(key: VerifyingKey, limbs: list[int], seed: int = 0) -> tuple[bytes, bytes]:
    """A proof that holds without the accumulator, and public inputs with these limbs."""
    rng = random.Random(seed)
    inputs = with_limbs(key, random_public_inputs(key, rng), limbs)
    return forging.forge(key, random_proof(key, rng), inputs, SECRET), inputs


def accumulators(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """Accumulators that are wrong in one way each, in valid proofs (section 9.5)."""
    place = key.accumulator
    assert place is not None
    rhs = some_point(41)
    lhs = multiply(SECRET, rhs)
    assert lhs is not None
    limbs = accumulator_limbs(place, lhs, rhs)

    def made(what: str, limbs: list[int], holds: bool = False) -> dict[str, Any]:
        return expecting(holds, vector(f"{name}: {what}", key, *forged_around(key, limbs)))

    yield made("an accumulator that holds", limbs, True)
    yield made("the accumulator's points exchanged", accumulator_limbs(place, rhs, lhs))
    yield made("the accumulator's lhs negated", accumulator_limbs(place, negate(lhs), rhs))
    yield made("the accumulator of another secret", accumulator_limbs(place, multiply(SECRET + 1, rhs), rhs))
    for number, coordinate in enumerate(("lhs.x", "lhs.y", "rhs.x", "rhs.y")):
        first = number * place.limbs
        raised = [*lhs, *rhs]
        raised[number] += Q
        yield made(f"made for {coordinate} + q in the accumulator", coordinate_limbs(place, raised))
        for limb in range(place.limbs - 1):
            yield made(f"made for limb {limb} of {coordinate} with a bit too many", carried(place, limbs, first + limb))
        above = list(limbs)
        above[first + place.limbs - 1] += 1 << 256 - place.bits * (place.limbs - 1)
        yield made(f"made for {coordinate} + 2^256 in the accumulator", above)
    yield made("made for the identity as both points of the accumulator", [0] * len(limbs))
    # q stands for 0, too.
    yield made("made for (q, q) as both points of the accumulator", coordinate_limbs(place, [Q] * 4))
    yield off_the_curve(name, key)


def coordinate_limbs(place: Accumulator, coordinates: list[int]) -> list[int]:
    """The limbs of four integers."""
    mask = (1 << place.bits) - 1
    return [c >> place.bits * i & mask for c in coordinates for i in range(place.limbs)]


def carried(place: Accumulator, limbs: list[int], at: int) -> list[int]:
    """The limbs of the same coordinate, with one too large and the next smaller by one."""
    changed = list(limbs)
    changed[at] += 1 << place.bits
    changed[at + 1] -= 1
    assert changed[at + 1] >= 0
    return changed


def off_the_curve(name: str, key: VerifyingKey) -> dict[str, Any]:
    """Points of y² = x³ + 1, where (0, 1) has order 3: with a rho that is divisible by 3 they contribute nothing.

    The formulas of addition do not use the curve's constant, so a client that forgets the check accepts this.
    """
    place = key.accumulator
    assert place is not None
    limbs = coordinate_limbs(place, [0, 1, 0, 1])
    for seed in range(1000):
        proof, inputs = forged_around(key, limbs, seed)
        rho = read_proof(key, proof, inputs).rho
        if rho is not None and rho % 3 == 0:
            made = vector(f"{name}: made for an accumulator that is not on the curve", key, proof, inputs)
            return expecting(False, made)
    raise AssertionError("no rho is divisible by 3")


# The coefficient rho

Coefficient = Callable[[Proof, int], int]
"""What a client might take for rho, from the proof and from what a squeeze before the last point would give."""


def coefficients(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """An opening and an accumulator that do not hold, but do when they are added with another coefficient."""
    of_opening: dict[str, Coefficient] = {"1": lambda read, _: 1, "u": lambda read, _: read.opening.u}
    if key.opening is Opening.SHPLONK:
        of_opening["rho, squeezed before W' is absorbed"] = lambda _, early: early
    for what, coefficient in of_opening.items():
        rhs = some_point(42)
        assert key.accumulator is not None
        limbs = accumulator_limbs(key.accumulator, multiply(SECRET + 5, rhs), rhs)
        proof, public_inputs = forge(key)
        inputs = with_limbs(key, public_inputs, limbs)
        proof = balanced(key, proof, inputs, rhs, coefficient)
        yield expecting(False, vector(f"{name}: made for the coefficient {what}", key, proof, inputs))


def balanced(key: VerifyingKey, proof: bytes, public_inputs: bytes, rhs: G1, coefficient: Coefficient) -> bytes:
    """The points such that both equations hold together with this coefficient, while lhs = (s + 5) · rhs.

    What lhs is too large by, 5 · rhs, is taken from the opening, times the coefficient: from W' or from a W_i.
    """
    read, early = read_with_early_squeeze(key, proof, public_inputs)
    combination = combination_of(key, instance_columns(key, lenient_public_inputs(public_inputs)), read)
    points = last_points(combination, read, SECRET)
    if isinstance(read.opening, ShplonkProof):
        too_much = multiply(5 * coefficient(read, early), rhs)
        (w_prime,) = points
        correction = multiply(pow(SECRET - read.opening.u, -1, R), too_much)
        points = [sum_of_products([(1, w_prime), (1, correction)])]
    else:
        assert isinstance(combination, GwcCombination)
        group = 0 if coefficient(read, early) == 1 else 1  # u^0 or u^1
        correction = multiply(pow(SECRET - combination.groups[group].point, -1, R) * 5, rhs)
        points[group] = sum_of_products([(1, points[group]), (1, correction)])
    return with_last_points(proof, points, Form.LONG)


def read_with_early_squeeze(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> tuple[Proof, int]:
    """The proof, and the challenge that would be squeezed before its last point is absorbed."""
    squeezed = 0

    class EarlyReader(LenientReader):
        def take_point(self) -> bytes:
            nonlocal squeezed
            squeezed = copy.deepcopy(self.transcript).squeeze()
            return super().take_point()

    read = read_proof(key, proof, public_inputs, EarlyReader)
    return read, squeezed
