"""Which commitments a proof opens and where, and the equation that holds if it opens them rightly (*Opening*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import NamedTuple

from .curve import G1, G1_GENERATOR, G2_GENERATOR, G1Point, negate, sum_of_products
from .field import R
from .key import VerifyingKey
from .pairing import product_is_one


class Kind(Enum):
    """What a commitment commits to (*Opening*)."""

    ADVICE = auto()
    FIXED = auto()
    SIGMA = auto()
    PERMUTATION_PRODUCT = auto()
    LOOKUP_SUM = auto()
    LOOKUP_MULTIPLICITIES = auto()
    SHUFFLE_PRODUCT = auto()
    QUOTIENT = auto()
    RANDOM = auto()


class Commitment(NamedTuple):
    """Commitments are told apart by what they commit to, never by the point (*Opening*)."""

    kind: Kind
    number: int


QUOTIENT = Commitment(Kind.QUOTIENT, 0)
RANDOM = Commitment(Kind.RANDOM, 0)


class Opened(NamedTuple):
    """A query: a commitment at a rotation (*Opening*). Its value is kept beside it, in a mapping."""

    commitment: Commitment
    rotation: int


class RotationSet(NamedTuple):
    """The commitments that are queried at the same rotations (*Opening*)."""

    rotations: frozenset[int]
    commitments: tuple[Commitment, ...]


def queries(key: VerifyingKey) -> Iterator[Opened]:
    """All queries, in the order of *Opening*."""
    products = range(key.num_permutation_products)
    for column, rotation in key.advice_queries:
        yield Opened(Commitment(Kind.ADVICE, column), rotation)
    for i in products:
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), 1)
    for i in reversed(products[:-1]):
        yield Opened(Commitment(Kind.PERMUTATION_PRODUCT, i), key.last)
    for i in range(len(key.lookups)):
        yield Opened(Commitment(Kind.LOOKUP_SUM, i), 0)
        yield Opened(Commitment(Kind.LOOKUP_SUM, i), 1)
        yield Opened(Commitment(Kind.LOOKUP_MULTIPLICITIES, i), 0)
    for i in range(len(key.shuffles)):
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 1)
    for column, rotation in key.fixed_queries:
        yield Opened(Commitment(Kind.FIXED, column), rotation)
    for j in range(len(key.permutation_columns)):
        yield Opened(Commitment(Kind.SIGMA, j), 0)
    yield Opened(QUOTIENT, 0)
    yield Opened(RANDOM, 0)


def rotation_sets(key: VerifyingKey) -> list[RotationSet]:
    """The rotation sets, and the commitments in each, in the order of their first query (*Opening*)."""
    rotations: dict[Commitment, set[int]] = {}
    for commitment, rotation in queries(key):
        rotations.setdefault(commitment, set()).add(rotation)
    commitments: dict[frozenset[int], list[Commitment]] = {}
    for commitment, of_commitment in rotations.items():
        commitments.setdefault(frozenset(of_commitment), []).append(commitment)
    return [RotationSet(of_set, tuple(members)) for of_set, members in commitments.items()]


class OpeningProof(NamedTuple):
    """What of the proof belongs to the opening: `W` and `W'`, and the challenges around them (*Transcript*)."""

    w: G1Point
    w_prime: G1Point
    sy: int
    sv: int
    u: int


def product(factors: Iterator[int]) -> int:
    """The product modulo r."""
    result = 1
    for factor in factors:
        result = result * factor % R
    return result


def lagrange_basis(points: Mapping[int, int], u: int) -> dict[int, int]:
    """For each rotation t: Π_(s ≠ t) (u - p_s) / (p_t - p_s) (the factors of `R_(i,j)` in *Opening*)."""
    basis = {}
    for t, p_t in points.items():
        others = [p_s for s, p_s in points.items() if s != t]
        numerator = product(u - p_s for p_s in others)
        denominator = product(p_t - p_s for p_s in others)
        basis[t] = numerator * pow(denominator, -1, R) % R
    return basis


def combine(
    sets: list[RotationSet],
    points: Mapping[int, int],
    commitments: Mapping[Commitment, list[tuple[int, G1]]],
    values: Mapping[Opened, int],
    opening: OpeningProof,
) -> G1:
    """`F` (*Opening*). `points` are the `p_t`; a commitment is a list of (scalar, point), which are to be summed."""
    vanishing = [product(opening.u - points[t] for t in members.rotations) for members in sets]
    z_0 = vanishing[0]
    terms: list[tuple[int, G1]] = []
    constant = 0
    for i, (rotations, members) in enumerate(sets):
        c_i = 1 if i == 0 else pow(opening.sv, i, R) * z_0 * pow(vanishing[i], -1, R) % R
        basis = lagrange_basis({t: points[t] for t in rotations}, opening.u)
        weight = c_i
        for commitment in members:
            remainder = sum(values[Opened(commitment, t)] * basis[t] for t in rotations)
            constant += weight * remainder
            terms += [(weight * scalar, point) for scalar, point in commitments[commitment]]
            weight = weight * opening.sy % R
    terms += [(-constant, G1_GENERATOR), (-z_0, opening.w), (opening.u, opening.w_prime)]
    return sum_of_products(terms)


def pairing_check(key: VerifyingKey, f: G1, opening: OpeningProof) -> bool:
    """e(F, g2) = e(W', [s]G2) (*Opening*)."""
    return product_is_one([(f, G2_GENERATOR), (negate(opening.w_prime), key.s_g2)])
