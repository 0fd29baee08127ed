"""A verifying key: its content and the numbers that follow from it (section 5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from .curve import G1, G2Point

MIN_QUERIES = 3


class Opening(Enum):
    """How the commitments are opened (section 8)."""

    SHPLONK = "shplonk"
    GWC = "gwc"


class TranscriptHash(Enum):
    """The hash that challenges come from (section 6.2)."""

    KECCAK256 = "keccak256"
    BLAKE2B = "blake2b"


class LookupArgument(Enum):
    """How lookups are proven (section 7.5)."""

    LOG_DERIVATIVE = "logup"
    CLASSIC = "classic"


class Accumulator(NamedTuple):
    """Where two points stand among the public inputs, and in what pieces (section 5.1)."""

    column: int
    row: int
    limbs: int
    bits: int


class Phase(NamedTuple):
    """The numbers of advice columns and challenges of one phase (section 5.1)."""

    advice_columns: int
    challenges: int


class Query(NamedTuple):
    """One column at one rotation (section 5.1)."""

    column: int
    rotation: int


class ColumnKind(IntEnum):
    """The kinds of columns, numbered as the encoding of permutation columns does (section 5.2)."""

    ADVICE = 0
    FIXED = 1
    INSTANCE = 2


class Column(NamedTuple):
    """A column of the permutation (section 5.1)."""

    kind: ColumnKind
    number: int


# The nodes of section 5.1. A node of an operand is the operand's number.


@dataclass(frozen=True)
class Constant:
    """A scalar (tag 0)."""

    value: int


@dataclass(frozen=True)
class InstanceQuery:
    """An instance column at a rotation (tag 1)."""

    column: int
    rotation: int


@dataclass(frozen=True)
class FixedQuery:
    """A fixed query, by its number (tag 2)."""

    query: int


@dataclass(frozen=True)
class AdviceQuery:
    """An advice query, by its number (tag 3)."""

    query: int


@dataclass(frozen=True)
class Challenge:
    """A challenge, counted through all phases (tag 4)."""

    index: int


@dataclass(frozen=True)
class Negation:
    """-a (tag 5)."""

    a: int


@dataclass(frozen=True)
class Sum:
    """a + b (tag 6)."""

    a: int
    b: int


@dataclass(frozen=True)
class Product:
    """a · b (tag 7)."""

    a: int
    b: int


Node: TypeAlias = Constant | InstanceQuery | FixedQuery | AdviceQuery | Challenge | Negation | Sum | Product
NodeTuple: TypeAlias = tuple[int, ...]
"""A tuple of nodes, by their numbers."""


def operands(node: Node) -> tuple[int, ...]:
    """The nodes that a node is made of, the left one first."""
    match node:
        case Negation(a):
            return (a,)
        case Sum(a, b) | Product(a, b):
            return (a, b)
        case _:
            return ()


class Lookup(NamedTuple):
    """Input tuples that are looked up in one table tuple (section 5.1); one, if lookups are classic."""

    inputs: tuple[NodeTuple, ...]
    table: NodeTuple


class Shuffle(NamedTuple):
    """An input tuple that is a shuffle of another one (section 5.1)."""

    input: NodeTuple
    shuffle: NodeTuple


@dataclass(frozen=True)
class VerifyingKey:
    """The content (section 5.1), and below it derived numbers (5.4) and sizes (6.1)."""

    k: int
    opening: Opening
    transcript_hash: TranscriptHash
    lookup_argument: LookupArgument
    degree: int
    digest: int
    s_g2: G2Point
    instance_lengths: tuple[int, ...]
    accumulator: Accumulator | None
    phases: tuple[Phase, ...]
    num_fixed_columns: int
    advice_queries: tuple[Query, ...]
    fixed_queries: tuple[Query, ...]
    nodes: tuple[Node, ...]
    gates: tuple[int, ...]
    permutation_columns: tuple[Column, ...]
    lookups: tuple[Lookup, ...]
    shuffles: tuple[Shuffle, ...]
    fixed_commitments: tuple[G1, ...]
    permutation_commitments: tuple[G1, ...]

    @property
    def n(self) -> int:
        """The number of rows (section 5.1)."""
        return 1 << self.k

    @property
    def num_public_inputs(self) -> int:
        """The values of all instance columns (section 5.1)."""
        return sum(self.instance_lengths)

    @cached_property
    def instance_queries(self) -> tuple[Query, ...]:
        """The instance columns at the rotations at which nodes have them, and permuted ones at 0 (section 5.4)."""
        of_nodes = (Query(node.column, node.rotation) for node in self.nodes if isinstance(node, InstanceQuery))
        permuted = (Query(number, 0) for kind, number in self.permutation_columns if kind is ColumnKind.INSTANCE)
        return tuple(dict.fromkeys((*of_nodes, *permuted)))

    @cached_property
    def num_advice_columns(self) -> int:
        """The advice columns of all phases (section 5.1)."""
        return sum(phase.advice_columns for phase in self.phases)

    @cached_property
    def num_challenges(self) -> int:
        """The challenges of all phases (section 5.1)."""
        return sum(phase.challenges for phase in self.phases)

    @cached_property
    def blinding_factors(self) -> int:
        """`bf` (section 5.4)."""
        queries_of_column = Counter(query.column for query in self.advice_queries)
        return max([MIN_QUERIES, *queries_of_column.values()]) + 2

    @property
    def last(self) -> int:
        """The rotation `last` (section 5.4)."""
        return -(self.blinding_factors + 1)

    @property
    def chunk(self) -> int:
        """The permutation columns of one product (section 5.4)."""
        return self.degree - 2

    @property
    def num_permutation_products(self) -> int:
        """`nz` (section 5.4)."""
        return -(-len(self.permutation_columns) // self.chunk)

    @property
    def num_quotient_pieces(self) -> int:
        """`nh` (section 5.4)."""
        return self.degree - 1

    @cached_property
    def rotations(self) -> frozenset[int]:
        """The *distinct rotations*: those of the opening's queries (section 5.4)."""
        rotations = {0, *(query.rotation for query in (*self.advice_queries, *self.fixed_queries))}
        if self.permutation_columns or self.lookups or self.shuffles:
            rotations.add(1)
        if self.num_permutation_products > 1:
            rotations.add(self.last)
        if self.lookup_argument is LookupArgument.CLASSIC:
            rotations.add(-1)
        return frozenset(rotations)

    @property
    def num_opening_points(self) -> int:
        """`w` (section 6.1)."""
        return len(self.rotations) if self.opening is Opening.GWC else 2

    @property
    def num_proof_points(self) -> int:
        """`points` (section 6.1)."""
        of_columns = self.num_advice_columns
        of_lookups = (3 if self.lookup_argument is LookupArgument.CLASSIC else 2) * len(self.lookups)
        of_arguments = of_lookups + self.num_permutation_products + len(self.shuffles)
        return of_columns + of_arguments + 1 + self.num_quotient_pieces + self.num_opening_points

    @property
    def num_evaluations(self) -> int:
        """`evaluations` (section 6.1)."""
        of_queries = len(self.advice_queries) + len(self.fixed_queries)
        of_permutation = len(self.permutation_columns) + max(0, 3 * self.num_permutation_products - 1)
        of_lookups = (5 if self.lookup_argument is LookupArgument.CLASSIC else 3) * len(self.lookups)
        return of_queries + 1 + of_permutation + of_lookups + 2 * len(self.shuffles)

    @property
    def proof_length(self) -> int:
        """`length` (section 6.1)."""
        return 64 * self.num_proof_points + 32 * self.num_evaluations

    @property
    def short_proof_length(self) -> int:
        """`short_length` (section 6.1)."""
        return 32 * self.num_proof_points + 32 * self.num_evaluations
