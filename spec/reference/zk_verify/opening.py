"""What a proof opens and where, and the equation that holds if it opens it rightly (section 8).

The two ways to open are `shplonk` and `gwc`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from . import lookups
from .commitments import QUOTIENT, RANDOM, Commitment, Kind, Opened
from .curve import G1, G2_GENERATOR, negate, sum_of_products
from .field import R
from .key import VerifyingKey
from .pairing import product_is_one


class DegenerateChallenge(ValueError):
    """A challenge for which the equations have no meaning."""


Terms: TypeAlias = list[tuple[int, G1]]
"""A sum of products: (scalar, point)."""


class Openings(NamedTuple):
    """What the queries are asked about (section 8.1)."""

    points: Mapping[int, int]
    """`p_t` for each rotation t (section 8.3)."""
    commitments: Mapping[Commitment, Terms]
    """Each commitment as a sum."""
    values: Mapping[Opened, int]
    """The value of each query."""


class Claim(NamedTuple):
    """That e(L, g2) = e(N, [s]G2), with both sides as sums (section 8.4)."""

    left: Terms
    right: Terms

    def sides(self) -> tuple[G1, G1]:
        """L and N."""
        return sum_of_products(self.left), sum_of_products(self.right)


def queries(key: VerifyingKey) -> Iterator[Opened]:
    """All queries, in the order of section 8.1."""
    products = range(key.num_permutation_products)
    for column, rotation in key.advice_queries:
        yield Opened(Commitment(Kind.ADVICE, column), rotation)
    for i in products:
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), 1)
    for i in reversed(products[:-1]):
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), key.last)
    yield from lookups.queried(key)
    for i in range(len(key.shuffles)):
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 1)
    for column, rotation in key.fixed_queries:
        yield Opened(Commitment(Kind.FIXED, column), rotation)
    for j in range(len(key.permutation_columns)):
        yield Opened(Commitment(Kind.SIGMA, j), 0)
    yield Opened(QUOTIENT, 0)
    yield Opened(RANDOM, 0)


def product(factors: Iterator[int]) -> int:
    """The product modulo r."""
    result = 1
    for factor in factors:
        result = result * factor % R
    return result


def pairing_check(key: VerifyingKey, left: G1, right: G1) -> bool:
    """e(L, g2) = e(N, [s]G2) (section 8.4)."""
    return product_is_one([(left, G2_GENERATOR), (negate(right), key.s_g2)])
