"""Two points among the public inputs, whose equation is checked with the proof's (section 9.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .curve import G1, G1Point, InvalidPoint, check_on_curve
from .field import NotCanonical, Q, R
from .key import Accumulator
from .opening import Claim

COORDINATES = 4


class Pair(NamedTuple):
    """The points of which e(lhs, g2) = e(rhs, [s]G2) is to hold."""

    lhs: G1
    rhs: G1


def decode(place: Accumulator, instances: Sequence[Sequence[int]]) -> Pair:
    """The two points, or `NotCanonical` or `InvalidPoint`."""
    limbs = instances[place.column][place.row : place.row + COORDINATES * place.limbs]
    for limb in limbs:
        if limb >> place.bits:
            raise NotCanonical(f"0x{limb:x}, a limb of the accumulator, has more than {place.bits} bits")
    lhs_x, lhs_y, rhs_x, rhs_y = coordinates(place, limbs)
    return Pair(_point(lhs_x, lhs_y), _point(rhs_x, rhs_y))


def coordinates(place: Accumulator, limbs: Sequence[int]) -> list[int]:
    """The integers of which these are the limbs, the lowest limb first."""
    return [
        sum(limb << (place.bits * i) for i, limb in enumerate(limbs[at : at + place.limbs]))
        for at in range(0, COORDINATES * place.limbs, place.limbs)
    ]


def _point(x: int, y: int) -> G1Point:
    """A valid point (section 1.3)."""
    if x >= Q or y >= Q:
        raise NotCanonical("a coordinate of the accumulator is not below the order of the field")
    point = G1Point(x, y)
    if point == (0, 0):
        raise InvalidPoint("a point of the accumulator is the identity")
    check_on_curve(point)
    return point


def fold(claim: Claim, pair: Pair, rho: int) -> Claim:
    """Both equations as one."""
    return Claim([*claim.left, (rho % R, pair.lhs)], [*claim.right, (rho % R, pair.rhs)])
