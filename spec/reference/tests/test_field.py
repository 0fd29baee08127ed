"""The fields (section 1.2)."""

import random

import pytest

from zk_verify.field import DELTA, FQ2_ONE, FQ12_ONE, ROOT, XI, Fq2, Fq12, NotCanonical, Q, R, omega, read_canonical
from zk_verify.field import words as words_of

RNG = random.Random(1)


def some_fq2() -> Fq2:
    return Fq2(RNG.randrange(Q), RNG.randrange(Q))


def some_fq12() -> Fq12:
    return Fq12(tuple(some_fq2() for _ in range(6)))


def test_root_has_order_2_to_the_28() -> None:
    assert pow(ROOT, 1 << 28, R) == 1
    assert pow(ROOT, 1 << 27, R) == R - 1


@pytest.mark.parametrize("k", [1, 2, 15, 27, 28])
def test_omega_generates_the_rows(k: int) -> None:
    assert pow(omega(k), 1 << k, R) == 1
    assert pow(omega(k), 1 << (k - 1), R) == R - 1


def test_omega_of_one_row_is_one() -> None:
    assert omega(0) == 1


def test_delta_has_an_odd_order() -> None:
    assert pow(DELTA, (R - 1) >> 28, R) == 1
    assert DELTA != 1


def test_a_canonical_word_is_below_the_order() -> None:
    assert read_canonical((R - 1).to_bytes(32, "big"), R) == R - 1
    with pytest.raises(NotCanonical):
        read_canonical(R.to_bytes(32, "big"), R)


@pytest.mark.parametrize(("length", "words"), [(0, 0), (1, 1), (31, 1), (32, 1), (33, 2)])
def test_words_are_rounded_up(length: int, words: int) -> None:
    assert words_of(bytes(length)) == words


def test_fq2_is_a_field() -> None:
    a, b, c = some_fq2(), some_fq2(), some_fq2()
    assert (a + b) * c == a * c + b * c
    assert a * a.inverse() == FQ2_ONE
    assert a / b * b == a
    assert a - a == -a + a == Fq2(0, 0)
    assert Fq2(0, 1) * Fq2(0, 1) == Fq2(Q - 1, 0)


def test_fq12_is_a_field() -> None:
    a, b, c = some_fq12(), some_fq12(), some_fq12()
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a ** (Q**12 - 1) == FQ12_ONE
    assert a**5 == a * a * a * a * a
    assert a**0 == FQ12_ONE


def test_w_to_the_sixth_is_xi() -> None:
    zero = Fq2(0, 0)
    w = Fq12((zero, FQ2_ONE, zero, zero, zero, zero))
    assert w**6 == Fq12((XI, zero, zero, zero, zero, zero))
