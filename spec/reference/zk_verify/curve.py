"""The groups G1 and G2 of BN254 (section 1.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from .field import FQ2_ZERO, WORD, XI, Fq2, Q, R, read_canonical

G1_LENGTH = 2 * WORD
G2_LENGTH = 4 * WORD


class InvalidPoint(ValueError):
    """Bytes that are not the encoding of a valid point."""


class G1Point(NamedTuple):
    """A point of y² = x³ + 3 over Fq other than the identity (section 1.3)."""

    x: int
    y: int


class G2Point(NamedTuple):
    """A point of the twist y² = x³ + 3/(9 + i) over Fq2 other than the identity (section 1.3)."""

    x: Fq2
    y: Fq2


G1: TypeAlias = G1Point | None
"""A point of G1; None is the identity."""

G2: TypeAlias = G2Point | None
"""A point of the twist; None is the identity."""

G1_GENERATOR = G1Point(1, 2)
G2_GENERATOR = G2Point(
    Fq2(
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
    ),
    Fq2(
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    ),
)

G1_B = 3
G2_B = Fq2(3, 0) / XI


def is_on_curve(point: G1Point) -> bool:
    """y² = x³ + 3 (section 1.3)."""
    return (point.y * point.y - point.x * point.x * point.x - G1_B) % Q == 0


def read_g1(data: bytes) -> G1Point:
    """A *valid* point `x ‖ y` (section 1.3)."""
    x, y = (read_canonical(data[at : at + WORD], Q) for at in range(0, G1_LENGTH, WORD))
    point = G1Point(x, y)
    if point == (0, 0):
        raise InvalidPoint("the identity is not a valid point")
    check_on_curve(point)
    return point


def check_on_curve(point: G1Point) -> None:
    """Refuses coordinates that are not on the curve."""
    if not is_on_curve(point):
        raise InvalidPoint(f"(0x{point.x:064x}, 0x{point.y:064x}) is not on the curve")


# Arithmetic in G1 is done in Jacobian coordinates: (X, Y, Z) is (X/Z², Y/Z³), and the identity if Z = 0.

Jacobian: TypeAlias = tuple[int, int, int]

IDENTITY: Jacobian = (1, 1, 0)


def to_jacobian(point: G1) -> Jacobian:
    """The point in Jacobian coordinates."""
    return IDENTITY if point is None else (point.x, point.y, 1)


def to_affine(point: Jacobian) -> G1:
    """The point in affine coordinates."""
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, Q)
    square = inverse * inverse % Q
    return G1Point(x * square % Q, y * square * inverse % Q)


def double(point: Jacobian) -> Jacobian:
    """The point twice. No point of G1 has order 2, so only the identity gives the identity."""
    x, y, z = point
    square = y * y % Q
    s = 4 * x * square % Q
    m = 3 * x * x % Q
    x3 = (m * m - 2 * s) % Q
    return x3, (m * (s - x3) - 8 * square * square) % Q, 2 * y * z % Q


def add(left: Jacobian, right: Jacobian) -> Jacobian:
    """The sum of two points, whatever they are."""
    x1, y1, z1 = left
    x2, y2, z2 = right
    if z1 == 0:
        return right
    if z2 == 0:
        return left
    z1_square, z2_square = z1 * z1 % Q, z2 * z2 % Q
    u1, u2 = x1 * z2_square % Q, x2 * z1_square % Q
    s1, s2 = y1 * z2_square * z2 % Q, y2 * z1_square * z1 % Q
    h, d = (u2 - u1) % Q, (s2 - s1) % Q
    if h == 0:
        return double(left) if d == 0 else IDENTITY
    h_square = h * h % Q
    h_cube = h_square * h % Q
    v = u1 * h_square % Q
    x3 = (d * d - h_cube - 2 * v) % Q
    return x3, (d * (v - x3) - s1 * h_cube) % Q, z1 * z2 * h % Q


def _bucket_sum(buckets: list[Jacobian]) -> Jacobian:
    """1 · buckets[1] + 2 · buckets[2] + …, by running sums."""
    running = total = IDENTITY
    for bucket in reversed(buckets[1:]):
        running = add(running, bucket)
        total = add(total, running)
    return total


def sum_of_products(terms: Iterable[tuple[int, G1]]) -> G1:
    """Σ scalar · point, by Pippenger's method of buckets."""
    pairs = [(scalar % R, to_jacobian(point)) for scalar, point in terms]
    window = max(2, len(pairs).bit_length() - 2)
    mask = (1 << window) - 1
    total = IDENTITY
    for shift in reversed(range(0, R.bit_length(), window)):
        for _ in range(window):
            total = double(total)
        buckets = [IDENTITY] * (mask + 1)
        for scalar, point in pairs:
            digit = scalar >> shift & mask
            if digit:
                buckets[digit] = add(buckets[digit], point)
        total = add(total, _bucket_sum(buckets))
    return to_affine(total)


def multiply(scalar: int, point: G1) -> G1:
    """scalar · point."""
    return sum_of_products([(scalar, point)])


def negate(point: G1) -> G1:
    """-point."""
    return None if point is None else G1Point(point.x, -point.y % Q)


def g2_is_on_twist(point: G2Point) -> bool:
    """y² = x³ + 3/(9 + i) (section 1.3)."""
    return point.y * point.y == point.x * point.x * point.x + G2_B


def g2_slope(left: G2Point, right: G2Point) -> Fq2 | None:
    """The slope of the line through two points, of the tangent if they are equal; None if it is vertical."""
    if left.x != right.x:
        return (right.y - left.y) / (right.x - left.x)
    if left.y != right.y or left.y == FQ2_ZERO:
        return None
    return (left.x * left.x).scale(3) / left.y.scale(2)


def g2_add(left: G2, right: G2) -> G2:
    """The sum of two points of the twist."""
    if left is None:
        return right
    if right is None:
        return left
    slope = g2_slope(left, right)
    if slope is None:
        return None
    x = slope * slope - left.x - right.x
    return G2Point(x, slope * (left.x - x) - left.y)


def g2_multiply(scalar: int, point: G2) -> G2:
    """scalar · point; the scalar is not reduced, since points of the twist can have other orders than r."""
    result: G2 = None
    for bit in _bits(scalar):
        result = g2_add(result, result)
        if bit:
            result = g2_add(result, point)
    return result


def _bits(value: int) -> Iterator[bool]:
    """The bits of a non-negative integer, the highest first."""
    return (bool(value >> shift & 1) for shift in reversed(range(value.bit_length())))


@lru_cache(maxsize=64)
def read_g2(data: bytes) -> G2Point:
    """A *valid* point [s]G2, `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` (section 1.3). The identity is not on the twist as (0, 0)."""
    x1, x0, y1, y0 = (read_canonical(data[at : at + WORD], Q) for at in range(0, G2_LENGTH, WORD))
    point = G2Point(Fq2(x0, x1), Fq2(y0, y1))
    if not g2_is_on_twist(point):
        raise InvalidPoint("[s]G2 is not on the twist")
    if g2_multiply(R, point) is not None:
        raise InvalidPoint("[s]G2 is not of order r")
    return point
