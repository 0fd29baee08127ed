"""A verifying key: its content and the numbers that follow from it (section 5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from .curve import G1, G2Point

DEGREE_CEILING = 1 << 16
"""Degrees are computed up to here. It is far above the limit of 64, so what is too large stays too large."""

MIN_QUERIES = 3
MIN_DEGREE = 3


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
class InstanceColumn:
    """The instance column at rotation 0 (tag 1)."""


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


Node: TypeAlias = Constant | InstanceColumn | FixedQuery | AdviceQuery | Challenge | Negation | Sum | Product
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
    """Input tuples that are looked up in one table tuple (section 5.1)."""

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
    digest: int
    s_g2: G2Point
    num_public_inputs: int
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

    @cached_property
    def node_degrees(self) -> tuple[int, ...]:
        """The degree of each node (section 5.4), saturated so that none is larger than memory."""
        degrees: list[int] = []
        for node in self.nodes:
            of_operands = [degrees[operand] for operand in operands(node)]
            match node:
                case Constant() | Challenge():
                    degree = 0
                case InstanceColumn() | FixedQuery() | AdviceQuery():
                    degree = 1
                case Product():
                    degree = sum(of_operands)
                case Negation() | Sum():
                    degree = max(of_operands)
            degrees.append(min(degree, DEGREE_CEILING))
        return tuple(degrees)

    def tuple_degree(self, nodes: NodeTuple) -> int:
        """The degree of a tuple (section 5.4)."""
        return max(self.node_degrees[node] for node in nodes)

    def lookup_degree(self, lookup: Lookup) -> int:
        """The degree that a lookup needs (section 5.4)."""
        of_inputs = sum(self.tuple_degree(nodes) for nodes in lookup.inputs)
        return max(3 + len(lookup.inputs), 2 + of_inputs + self.tuple_degree(lookup.table))

    def shuffle_degree(self, shuffle: Shuffle) -> int:
        """The degree that a shuffle needs (section 5.4)."""
        return 2 + max(1, self.tuple_degree(shuffle.input), self.tuple_degree(shuffle.shuffle))

    @cached_property
    def degree(self) -> int:
        """`deg` (section 5.4)."""
        of_gates = [self.node_degrees[gate] for gate in self.gates]
        of_lookups = [self.lookup_degree(lookup) for lookup in self.lookups]
        of_shuffles = [self.shuffle_degree(shuffle) for shuffle in self.shuffles]
        return max([MIN_DEGREE, *of_gates, *of_lookups, *of_shuffles])

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

    @property
    def num_proof_points(self) -> int:
        """`points` (section 6.1)."""
        of_columns = self.num_advice_columns
        of_arguments = 2 * len(self.lookups) + self.num_permutation_products + len(self.shuffles)
        return of_columns + of_arguments + 1 + self.num_quotient_pieces + 2

    @property
    def num_evaluations(self) -> int:
        """`evaluations` (section 6.1)."""
        of_queries = len(self.advice_queries) + len(self.fixed_queries)
        of_permutation = len(self.permutation_columns) + max(0, 3 * self.num_permutation_products - 1)
        return of_queries + 1 + of_permutation + 3 * len(self.lookups) + 2 * len(self.shuffles)

    @property
    def proof_length(self) -> int:
        """`length` (section 6.1)."""
        return 64 * self.num_proof_points + 32 * self.num_evaluations
