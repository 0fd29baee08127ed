"""The groups (section 1.3), held against the vectors of EIP-196, and the encodings of points."""

import random

import pytest

from encode import g1, g2, integer
from zk_verify.config import PERPETUAL_POWERS_OF_TAU
from zk_verify.curve import (
    G1_GENERATOR,
    G2_B,
    G2_GENERATOR,
    IDENTITY,
    G1Point,
    G2Point,
    InvalidPoint,
    add,
    double,
    g2_add,
    g2_is_on_twist,
    g2_multiply,
    is_on_curve,
    multiply,
    negate,
    read_g1,
    read_g2,
    sum_of_products,
    to_affine,
    to_jacobian,
)
from zk_verify.field import Fq2, NotCanonical, Q, R

RNG = random.Random(2)

# From the tests of EIP-196 in geth (bn256Add.json "chfast1", bn256ScalarMul.json "chfast1").
ADDED = (
    "18b18acfb4c2c30276db5411368e7185b311dd124691610c5d3b74034e093dc9063c909c4720840cb5134cb9f59fa749755796819658d32efc0d288198f37266",
    "07c2b7f58a84bd6145f00c9c2bc0bb1a187f20ff2c92963a88019e7c6a014eed06614e20c147e940f2d70da3f74c9a17df361706a4485c742bd6788478fa17d7",
    "2243525c5efd4b9c3d3c45ac0ca3fe4dd85e830a4ce6b65fa1eeaee202839703301d1d33be6da8e509df21cc35964723180eed7532537db9ae5e7d48f195c915",
)
MULTIPLIED = (
    "2bd3e6d0f3b142924f5ca7b49ce5b9d54c4703d7ae5648e61d02268b1a0a9fb721611ce0a6af85915e2f1d70300909ce2e49dfad4a4619c8390cae66cefdb204",
    "00000000000000000000000000000000000000000000000011138ce750fa15c2",
    "070a8d6a982153cae4be29d434e8faef8a47b274a053f5a4ee2a6c9c13c31e5c031b8ce914eba3a9ffb989f9cdd5b0f01943074bf4f0f315690ec3cec6981afc",
)


def point(text: str) -> G1Point:
    return read_g1(bytes.fromhex(text))


def some_point() -> G1Point:
    result = multiply(RNG.randrange(1, R), G1_GENERATOR)
    assert result is not None
    return result


def test_addition_is_that_of_eip_196() -> None:
    a, b, expected = (point(text) for text in ADDED)
    assert to_affine(add(to_jacobian(a), to_jacobian(b))) == expected
    assert sum_of_products([(1, a), (1, b)]) == expected


def test_multiplication_is_that_of_eip_196() -> None:
    assert multiply(int(MULTIPLIED[1], 16), point(MULTIPLIED[0])) == point(MULTIPLIED[2])


def test_r_times_a_point_is_the_identity() -> None:
    total = IDENTITY
    for bit in bin(R)[2:]:
        total = double(total)
        if bit == "1":
            total = add(total, to_jacobian(G1_GENERATOR))
    assert to_affine(total) is None


def test_special_cases_of_addition() -> None:
    a = to_jacobian(some_point())
    opposite = to_jacobian(negate(to_affine(a)))
    assert to_affine(add(a, opposite)) is None
    assert to_affine(add(a, a)) == to_affine(double(a))
    assert to_affine(add(a, IDENTITY)) == to_affine(add(IDENTITY, a)) == to_affine(a)
    assert to_affine(double(IDENTITY)) is None
    assert negate(None) is None


def test_addition_is_associative_and_stays_on_the_curve() -> None:
    a, b, c = (to_jacobian(some_point()) for _ in range(3))
    left, right = to_affine(add(add(a, b), c)), to_affine(add(a, add(b, c)))
    assert left is not None
    assert left == right
    assert is_on_curve(left)


@pytest.mark.parametrize("length", [0, 1, 2, 7, 40, 200])
def test_a_sum_of_products_is_what_it_says(length: int) -> None:
    discrete_logs = [RNG.randrange(R) for _ in range(length)]
    scalars = [RNG.choice([0, 1, R - 1, RNG.randrange(R)]) for _ in range(length)]
    points = [multiply(log, G1_GENERATOR) for log in discrete_logs]
    expected = multiply(sum(s * log for s, log in zip(scalars, discrete_logs)), G1_GENERATOR)
    assert sum_of_products(zip(scalars, points)) == expected


def test_the_identity_adds_nothing_to_a_sum() -> None:
    assert sum_of_products([(5, None), (3, G1_GENERATOR)]) == multiply(3, G1_GENERATOR)
    assert sum_of_products([(5, None)]) is None


def test_a_point_is_read_as_it_is_written() -> None:
    a = some_point()
    assert read_g1(g1(a)) == a


def test_the_identity_is_not_a_valid_point() -> None:
    with pytest.raises(InvalidPoint):
        read_g1(bytes(64))


def test_a_point_off_the_curve_is_not_valid() -> None:
    with pytest.raises(InvalidPoint):
        read_g1(integer(1, 32) + integer(3, 32))


@pytest.mark.parametrize(("x", "y"), [(Q + 1, 2), (1, Q + 2), (1, Q)])
def test_coordinates_are_not_reduced(x: int, y: int) -> None:
    with pytest.raises(NotCanonical):
        read_g1(integer(x, 32) + integer(y, 32))


def test_the_generator_of_g2_is_on_the_twist_and_of_order_r() -> None:
    assert g2_is_on_twist(G2_GENERATOR)
    assert g2_multiply(R, G2_GENERATOR) is None
    assert g2_multiply(R - 1, G2_GENERATOR) == G2Point(G2_GENERATOR.x, -G2_GENERATOR.y)


def test_the_laws_of_g2() -> None:
    a, b = g2_multiply(5, G2_GENERATOR), g2_multiply(8, G2_GENERATOR)
    assert g2_add(a, b) == g2_add(b, a) == g2_multiply(13, G2_GENERATOR)
    assert g2_add(a, None) == g2_add(None, a) == a
    assert g2_multiply(0, G2_GENERATOR) is None


def test_the_perpetual_powers_of_tau_are_valid() -> None:
    assert g2(read_g2(PERPETUAL_POWERS_OF_TAU)) == PERPETUAL_POWERS_OF_TAU


def square_root(a: Fq2) -> Fq2 | None:
    """By the complex method; q = 3 mod 4."""
    norm = pow(a.c0 * a.c0 + a.c1 * a.c1, (Q + 1) // 4, Q)
    for sign in (1, -1):
        half = (a.c0 + sign * norm) * pow(2, -1, Q) % Q
        c0 = pow(half, (Q + 1) // 4, Q)
        if c0 and c0 * c0 % Q == half:
            root = Fq2(c0, a.c1 * pow(2 * c0, -1, Q) % Q)
            if root * root == a:
                return root
    return None


def test_a_point_of_the_twist_outside_of_g2_is_not_valid() -> None:
    for x in range(1, 100):
        candidate = Fq2(x, 0)
        y = square_root(candidate * candidate * candidate + G2_B)
        if y is not None:
            break
    assert y is not None
    outside = G2Point(candidate, y)
    assert g2_is_on_twist(outside)
    with pytest.raises(InvalidPoint, match="order r"):
        read_g2(g2(outside))


def test_a_setup_off_the_twist_is_not_valid() -> None:
    with pytest.raises(InvalidPoint, match="twist"):
        read_g2(bytes(128))
    with pytest.raises(InvalidPoint, match="twist"):
        read_g2(PERPETUAL_POWERS_OF_TAU[:127] + b"\x00")


def test_the_coordinates_of_a_setup_are_not_reduced() -> None:
    y0 = G2_GENERATOR.y.c0 + Q
    with pytest.raises(NotCanonical):
        read_g2(g2(G2_GENERATOR)[:96] + integer(y0, 32))
