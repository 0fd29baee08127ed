"""A pairing of G1 and G2, for the only question that is asked of it: whether a product of pairings is one.

That question has one answer for every bilinear, non-degenerate pairing of two groups of prime order: each is a power of
every other. So this is not the optimal ate pairing, which makes the fewest steps, but the plain ate pairing

    e(P, S) = f_(T,S)(P)^((q^12 - 1) / r),   T = t - 1 = 6u²,

with t the trace of Frobenius and u the number by which BN254 is made (Hess, Smart, Vercauteren, "The Eta Pairing
Revisited"). The twist's point (x, y) is (x·w², y·w³) on the curve over Fq12.
"""

from collections.abc import Iterable

from .curve import G1, G2, G1Point, G2Point, g2_add, g2_slope
from .field import FQ2_ZERO, FQ12_ONE, Fq2, Fq12, Q, R

BN_U = 4965661367192848881
ATE_LOOP = 6 * BN_U * BN_U
FINAL_EXPONENT = (Q**12 - 1) // R


def _line(left: G2Point, right: G2Point, at: G1Point) -> tuple[Fq12, G2Point]:
    """The line through two points of G2 (the tangent if they are equal), evaluated at a point of G1; and their sum.

    Vertical lines are left out where the method has them: their values lie in a subfield that the final exponent kills.
    The lines themselves are never vertical, for the multiples of S in the loop are below the order of S.
    """
    slope, total = g2_slope(left, right), g2_add(left, right)
    if slope is None or total is None:
        raise ValueError("the point of G2 is not of order r")
    w0, w1, w3 = Fq2(at.y, 0), -slope.scale(at.x), slope * left.x - left.y
    return Fq12((w0, w1, FQ2_ZERO, w3, FQ2_ZERO, FQ2_ZERO)), total


def miller_loop(pairs: list[tuple[G1Point, G2Point]]) -> Fq12:
    """Π f_(T,S)(P), with squarings that all pairs share."""
    value = FQ12_ONE
    multiples = [point for _, point in pairs]
    for bit in bin(ATE_LOOP)[3:]:
        value = value * value
        for n, (p, s) in enumerate(pairs):
            line, multiples[n] = _line(multiples[n], multiples[n], p)
            value = line * value
            if bit == "1":
                line, multiples[n] = _line(multiples[n], s, p)
                value = line * value
    return value


def product_is_one(pairs: Iterable[tuple[G1, G2]]) -> bool:
    """Whether Π e(P, S) = 1, for points S of order r. A pair with the identity contributes 1."""
    proper = [(p, s) for p, s in pairs if p is not None and s is not None]
    return miller_loop(proper) ** FINAL_EXPONENT == FQ12_ONE
