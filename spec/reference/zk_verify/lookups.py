"""What the two lookup arguments have in a proof: commitments, evaluations and queries.

Their identities are in `identities`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .commitments import Commitment, Kind, Opened
from .key import LookupArgument, VerifyingKey


def committed_before_beta(key: VerifyingKey) -> Iterator[Commitment]:
    """The multiplicities of each lookup; or of each its permuted input and its permuted table (section 6.3)."""
    for i in range(len(key.lookups)):
        match key.lookup_argument:
            case LookupArgument.LOG_DERIVATIVE:
                yield Commitment(Kind.LOOKUP_MULTIPLICITIES, i)
            case LookupArgument.CLASSIC:
                yield Commitment(Kind.PERMUTED_INPUT, i)
                yield Commitment(Kind.PERMUTED_TABLE, i)


def committed_after_gamma(key: VerifyingKey) -> Iterator[Commitment]:
    """The sum or the product of each lookup (section 6.3)."""
    log_derivative = key.lookup_argument is LookupArgument.LOG_DERIVATIVE
    kind = Kind.LOOKUP_SUM if log_derivative else Kind.LOOKUP_PRODUCT
    return (Commitment(kind, i) for i in range(len(key.lookups)))


def evaluated(key: VerifyingKey) -> Iterator[Opened]:
    """The evaluations of each lookup, in the order in which they stand in the proof (section 6.4)."""
    for i in range(len(key.lookups)):
        match key.lookup_argument:
            case LookupArgument.LOG_DERIVATIVE:
                yield Opened(Commitment(Kind.LOOKUP_SUM, i), 0)
                yield Opened(Commitment(Kind.LOOKUP_SUM, i), 1)
                yield Opened(Commitment(Kind.LOOKUP_MULTIPLICITIES, i), 0)
            case LookupArgument.CLASSIC:
                yield Opened(Commitment(Kind.LOOKUP_PRODUCT, i), 0)
                yield Opened(Commitment(Kind.LOOKUP_PRODUCT, i), 1)
                yield Opened(Commitment(Kind.PERMUTED_INPUT, i), 0)
                yield Opened(Commitment(Kind.PERMUTED_INPUT, i), -1)
                yield Opened(Commitment(Kind.PERMUTED_TABLE, i), 0)


def queried(key: VerifyingKey) -> Iterator[Opened]:
    """The queries of each lookup, which stand in another order than the evaluations (section 8.1)."""
    for i in range(len(key.lookups)):
        match key.lookup_argument:
            case LookupArgument.LOG_DERIVATIVE:
                yield Opened(Commitment(Kind.LOOKUP_SUM, i), 0)
                yield Opened(Commitment(Kind.LOOKUP_SUM, i), 1)
                yield Opened(Commitment(Kind.LOOKUP_MULTIPLICITIES, i), 0)
            case LookupArgument.CLASSIC:
                yield Opened(Commitment(Kind.LOOKUP_PRODUCT, i), 0)
                yield Opened(Commitment(Kind.PERMUTED_INPUT, i), 0)
                yield Opened(Commitment(Kind.PERMUTED_TABLE, i), 0)
                yield Opened(Commitment(Kind.PERMUTED_INPUT, i), -1)
                yield Opened(Commitment(Kind.LOOKUP_PRODUCT, i), 1)
