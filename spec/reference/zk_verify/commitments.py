"""What is committed to and opened, by name."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What a commitment commits to (section 8.1)."""

    ADVICE = auto()
    FIXED = auto()
    SIGMA = auto()
    PERMUTATION_PRODUCT = auto()
    LOOKUP_SUM = auto()
    LOOKUP_MULTIPLICITIES = auto()
    LOOKUP_PRODUCT = auto()
    PERMUTED_INPUT = auto()
    PERMUTED_TABLE = auto()
    SHUFFLE_PRODUCT = auto()
    QUOTIENT = auto()
    RANDOM = auto()


class Commitment(NamedTuple):
    """Commitments are told apart by what they commit to, never by the point (section 8.1)."""

    kind: Kind
    number: int


QUOTIENT = Commitment(Kind.QUOTIENT, 0)
RANDOM = Commitment(Kind.RANDOM, 0)


class Opened(NamedTuple):
    """A query: a commitment at a rotation (section 8.1). Its value is kept beside it, in a mapping."""

    commitment: Commitment
    rotation: int
