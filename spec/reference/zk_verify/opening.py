"""Which commitments a proof opens and where, and the equation that holds if it opens them rightly (section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import NamedTuple

from .curve import G1, G1_GENERATOR, G2_GENERATOR, negate, sum_of_products
from .field import R
from .key import VerifyingKey
from .pairing import product_is_one


class Kind(Enum):
    """What a commitment commits to (section 8.2)."""

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
    """Commitments are told apart by what they commit to, never by the point (section 8.2)."""

    kind: Kind
    number: int


QUOTIENT = Commitment(Kind.QUOTIENT, 0)
RANDOM = Commitment(Kind.RANDOM, 0)


class Opened(NamedTuple):
    """A query: a commitment at a rotation (section 8.1). Its value is kept beside it, in a mapping."""

    commitment: Commitment
    rotation: int


class RotationSet(NamedTuple):
    """The commitments that are queried at the same rotations (section 8.2)."""

    rotations: frozenset[int]
    commitments: tuple[Commitment, ...]


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
    """The rotation sets, and the commitments in each, in the order of their first query (section 8.2)."""
    rotations: dict[Commitment, set[int]] = {}
    for commitment, rotation in queries(key):
        rotations.setdefault(commitment, set()).add(rotation)
    commitments: dict[frozenset[int], list[Commitment]] = {}
    for commitment, of_commitment in rotations.items():
        commitments.setdefault(frozenset(of_commitment), []).append(commitment)
    return [RotationSet(of_set, tuple(members)) for of_set, members in commitments.items()]


class OpeningProof(NamedTuple):
    """What of the proof belongs to the opening: `W` and `W'`, and the challenges around them (section 6.3)."""

    w: G1
    w_prime: G1
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
    """For each rotation t: Π_(s ≠ t) (u - p_s) / (p_t - p_s) (the factors of `R_(i,j)` in section 8.3)."""
    basis = {}
    for t, p_t in points.items():
        others = [p_s for s, p_s in points.items() if s != t]
        numerator = product(u - p_s for p_s in others)
        denominator = product(p_t - p_s for p_s in others)
        basis[t] = numerator * pow(denominator, -1, R) % R
    return basis


class Member(NamedTuple):
    """A commitment of a rotation set, with `w_(i,j)` and `R_(i,j)` (section 8.3)."""

    commitment: Commitment
    weight: int
    remainder: int


class CombinedSet(NamedTuple):
    """A rotation set with `Z_i` and `c_i` (section 8.3)."""

    rotations: frozenset[int]
    z: int
    c: int
    members: list[Member]


class Combination(NamedTuple):
    """`F` as a sum: (scalar, point), in the order of section 8.3, and what the scalars were made of."""

    sets: list[CombinedSet]
    constant: int
    terms: list[tuple[int, G1]]

    def f(self) -> G1:
        """`F`."""
        return sum_of_products(self.terms)


def combine(
    sets: list[RotationSet],
    points: Mapping[int, int],
    commitments: Mapping[Commitment, list[tuple[int, G1]]],
    values: Mapping[Opened, int],
    opening: OpeningProof,
) -> Combination:
    """`F` (section 8.3). `points` are the `p_t`; a commitment is a list of (scalar, point), which are to be summed."""
    combined = combine_sets(sets, points, values, opening)
    members = [member for of_set in combined for member in of_set.members]
    constant = sum(member.weight * member.remainder for member in members) % R
    terms = [
        (member.weight * scalar % R, point) for member in members for scalar, point in commitments[member.commitment]
    ]
    terms += [(-constant % R, G1_GENERATOR), (-combined[0].z % R, opening.w), (opening.u, opening.w_prime)]
    return Combination(combined, constant, terms)


def combine_sets(
    sets: list[RotationSet],
    points: Mapping[int, int],
    values: Mapping[Opened, int],
    opening: OpeningProof,
) -> list[CombinedSet]:
    """The rotation sets with their `Z_i`, `c_i`, `w_(i,j)` and `R_(i,j)` (section 8.3)."""
    vanishing = [product(opening.u - points[t] for t in members.rotations) for members in sets]
    combined = []
    for i, (rotations, commitments) in enumerate(sets):
        c_i = pow(opening.sv, i, R) * vanishing[0] * pow(vanishing[i], -1, R) % R
        basis = lagrange_basis({t: points[t] for t in rotations}, opening.u)
        members = []
        for j, commitment in enumerate(commitments):
            remainder = sum(values[Opened(commitment, t)] * basis[t] for t in rotations) % R
            members.append(Member(commitment, c_i * pow(opening.sy, j, R) % R, remainder))
        combined.append(CombinedSet(rotations, vanishing[i], c_i, members))
    return combined


def pairing_check(key: VerifyingKey, f: G1, opening: OpeningProof) -> bool:
    """e(F, g2) = e(W', [s]G2) (section 8.4)."""
    return product_is_one([(f, G2_GENERATOR), (negate(opening.w_prime), key.s_g2)])
