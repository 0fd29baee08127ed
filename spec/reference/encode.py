"""An encoder of verifying keys, and a way to make them: the other direction of `zk_verify.key_encoding`.

It writes down what it is given, right or wrong, for the tests of what the decoder refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zk_verify.curve import G1, G1Point, G2Point
from zk_verify.key import (
    AdviceQuery,
    Challenge,
    Column,
    ColumnKind,
    Constant,
    FixedQuery,
    InstanceQuery,
    LookupArgument,
    Negation,
    Node,
    NodeTuple,
    Opening,
    Product,
    Sum,
    TranscriptHash,
    VerifyingKey,
)


def integer(value: int, length: int) -> bytes:
    """An integer, big-endian."""
    return value.to_bytes(length, "big")


def index(value: int, below: int) -> bytes:
    """An index below N."""
    return integer(value, 1 if below <= 256 else 2)


def g1(point: G1Point) -> bytes:
    """A point of G1."""
    return integer(point.x, 32) + integer(point.y, 32)


def g2(point: G2Point) -> bytes:
    """A point of G2."""
    return b"".join(integer(c, 32) for c in (point.x.c1, point.x.c0, point.y.c1, point.y.c0))


class Nodes:
    """Makes nodes in normal form, if the expressions are made in the order of the roots, left before right."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.numbers: dict[Node, int] = {}

    def _number(self, node: Node) -> int:
        if node not in self.numbers:
            self.numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return self.numbers[node]

    def constant(self, value: int) -> int:
        """A constant."""
        return self._number(Constant(value))

    def instance(self, column: int = 0, rotation: int = 0) -> int:
        """An instance column at a rotation."""
        return self._number(InstanceQuery(column, rotation))

    def fixed(self, query: int) -> int:
        """A fixed query."""
        return self._number(FixedQuery(query))

    def advice(self, query: int) -> int:
        """An advice query."""
        return self._number(AdviceQuery(query))

    def challenge(self, number: int) -> int:
        """A challenge."""
        return self._number(Challenge(number))

    def negation(self, a: int) -> int:
        """-a"""
        return self._number(Negation(a))

    def sum(self, a: int, b: int) -> int:
        """a + b"""
        return self._number(Sum(a, b))

    def product(self, a: int, b: int) -> int:
        """a · b"""
        return self._number(Product(a, b))


@dataclass
class Points:
    """The points of a key in the order of their first appearance, and the commitments as indices."""

    points: list[G1Point] = field(default_factory=list)

    def index(self, commitment: G1) -> int:
        """0 is the identity, i the i-th point, counted from 1."""
        if commitment is None:
            return 0
        if commitment not in self.points:
            self.points.append(commitment)
        return self.points.index(commitment) + 1


def encode(key: VerifyingKey) -> bytes:
    """The key's encoding, with the points in normal form."""
    points = Points()
    commitments = [points.index(point) for point in (*key.fixed_commitments, *key.permutation_commitments)]
    return encode_with_points(key, points.points, commitments)


def encode_with_points(key: VerifyingKey, points: list[G1Point], commitments: list[int]) -> bytes:
    """The key's encoding, with the points and commitments as they are given."""
    tail = integer(len(points), 2) + b"".join(g1(point) for point in points)
    return _head(key) + _expressions(key) + tail + b"".join(index(i, 1 + len(points)) for i in commitments)


def features(key: VerifyingKey) -> int:
    """A bit for each feature."""
    return (
        (key.opening is Opening.GWC)
        | (key.transcript_hash is TranscriptHash.BLAKE2B) << 1
        | (key.lookup_argument is LookupArgument.CLASSIC) << 2
        | (key.accumulator is not None) << 3
    )


def _head(key: VerifyingKey) -> bytes:
    out = b"\x00\x01" + integer(key.k, 1) + integer(features(key), 1) + integer(key.degree, 1)
    out += integer(key.digest, 32) + g2(key.s_g2)
    out += integer(len(key.instance_lengths), 1) + b"".join(integer(length, 4) for length in key.instance_lengths)
    if key.accumulator is not None:
        column, row, limbs, bits = key.accumulator
        out += index(column, len(key.instance_lengths)) + integer(row, 4) + integer(limbs, 1) + integer(bits, 1)
    out += integer(len(key.phases), 1)
    out += b"".join(integer(phase.advice_columns, 2) + integer(phase.challenges, 1) for phase in key.phases)
    out += integer(key.num_fixed_columns, 2)
    for queries, below in ((key.advice_queries, key.num_advice_columns), (key.fixed_queries, key.num_fixed_columns)):
        out += integer(len(queries), 2)
        out += b"".join(index(query.column, below) + integer(query.rotation % 256, 1) for query in queries)
    return out


def _expressions(key: VerifyingKey) -> bytes:
    out = integer(len(key.nodes), 2) + b"".join(_node(key, node) for node in key.nodes)
    out += integer(len(key.gates), 2) + _tuple(key, key.gates)
    out += integer(len(key.permutation_columns), 2)
    out += b"".join(_column(key, column) for column in key.permutation_columns)
    out += integer(len(key.lookups), 2)
    for lookup in key.lookups:
        out += integer(len(lookup.table), 1)
        if key.lookup_argument is LookupArgument.LOG_DERIVATIVE:
            out += integer(len(lookup.inputs), 1)
        out += b"".join(_tuple(key, nodes) for nodes in (*lookup.inputs, lookup.table))
    out += integer(len(key.shuffles), 2)
    for shuffle in key.shuffles:
        out += integer(len(shuffle.input), 1) + _tuple(key, shuffle.input) + _tuple(key, shuffle.shuffle)
    return out


def _node(key: VerifyingKey, node: Node) -> bytes:
    match node:
        case Constant(value):
            return b"\x00" + integer(value, 32)
        case InstanceQuery(column, rotation):
            return b"\x01" + index(column, len(key.instance_lengths)) + integer(rotation % 256, 1)
        case FixedQuery(query):
            return b"\x02" + index(query, len(key.fixed_queries))
        case AdviceQuery(query):
            return b"\x03" + index(query, len(key.advice_queries))
        case Challenge(number):
            return b"\x04" + integer(number, 1)
        case Negation(a):
            return b"\x05" + _tuple(key, (a,))
        case Sum(a, b):
            return b"\x06" + _tuple(key, (a, b))
        case Product(a, b):
            return b"\x07" + _tuple(key, (a, b))


def _tuple(key: VerifyingKey, nodes: NodeTuple) -> bytes:
    return b"".join(index(node, len(key.nodes)) for node in nodes)


def _column(key: VerifyingKey, column: Column) -> bytes:
    below = {
        ColumnKind.ADVICE: key.num_advice_columns,
        ColumnKind.FIXED: key.num_fixed_columns,
        ColumnKind.INSTANCE: len(key.instance_lengths),
    }
    return integer(column.kind, 1) + index(column.number, below[column.kind])
