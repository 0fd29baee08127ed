"""Keys for the tests: a small one that has something of everything, and random ones."""

from __future__ import annotations

import random

from encode import Nodes
from forge import setup, some_point

from zk_verify.curve import G1
from zk_verify.field import R
from zk_verify.key import Column, ColumnKind, Lookup, NodeTuple, Phase, Query, Shuffle, VerifyingKey


def small_key() -> VerifyingKey:
    """Two phases, challenges, a gate, a permutation over three products, a lookup of two inputs, a shuffle."""
    n = Nodes()
    gate = n.product(n.fixed(0), n.sum(n.product(n.advice(0), n.advice(1)), n.negation(n.advice(2))))
    second = n.product(n.instance(), n.sum(n.advice(3), n.product(n.challenge(1), n.constant(7))))
    lookup = Lookup(((n.advice(0), n.advice(2)), (n.advice(3), n.challenge(0))), (n.fixed(1), n.fixed(2)))
    shuffle = Shuffle((n.advice(1),), (n.advice(4),))
    return VerifyingKey(
        k=5,
        digest=1234567,
        s_g2=setup(),
        num_public_inputs=2,
        phases=(Phase(2, 1), Phase(1, 1)),
        num_fixed_columns=2,
        advice_queries=(Query(0, 0), Query(1, 0), Query(0, 1), Query(2, 0), Query(2, -1)),
        fixed_queries=(Query(0, 0), Query(1, 0), Query(1, 2)),
        nodes=tuple(n.nodes),
        gates=(gate, second),
        permutation_columns=(
            Column(ColumnKind.ADVICE, 0),
            Column(ColumnKind.INSTANCE, 0),
            Column(ColumnKind.FIXED, 1),
            Column(ColumnKind.ADVICE, 1),
            Column(ColumnKind.ADVICE, 2),
            Column(ColumnKind.FIXED, 0),
        ),
        lookups=(lookup,),
        shuffles=(shuffle,),
        fixed_commitments=(some_point(1), None),
        permutation_commitments=(
            some_point(2),
            some_point(1),
            some_point(3),
            some_point(4),
            some_point(5),
            some_point(6),
        ),
    )


class RandomKey:
    """A random key in normal form. It may break limits; that is a case, too."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.nodes = Nodes()
        self.phases = tuple(Phase(self.some(1, 4), self.some(0, 2)) for _ in range(self.some(1, 3)))
        self.num_advice = sum(phase.advice_columns for phase in self.phases)
        self.num_challenges = sum(phase.challenges for phase in self.phases)
        self.num_fixed = self.some(0, 5)
        self.advice_queries = self.queries(self.num_advice)
        self.fixed_queries = self.queries(self.num_fixed)

    def some(self, low: int, high: int) -> int:
        """A number in [low, high]."""
        return self.rng.randint(low, high)

    def queries(self, columns: int) -> tuple[Query, ...]:
        """Queries of all columns."""
        rotations = [0, 0, 0, 1, -1, 2, self.some(-7, 7)]
        queries = {Query(column, self.rng.choice(rotations)) for column in range(columns)}
        queries |= {Query(self.some(0, columns - 1), self.rng.choice(rotations)) for _ in range(self.some(0, columns))}
        ordered = sorted(queries)
        self.rng.shuffle(ordered)
        return tuple(ordered)

    def leaf(self) -> int:
        """A node without operands."""
        kind = self.some(0, 9)
        if kind == 0 and self.num_challenges:
            return self.nodes.challenge(self.some(0, self.num_challenges - 1))
        if kind == 1:
            return self.nodes.instance()
        if kind == 2:
            return self.nodes.constant(self.rng.randrange(R))
        if kind < 6 and self.fixed_queries:
            return self.nodes.fixed(self.some(0, len(self.fixed_queries) - 1))
        return self.nodes.advice(self.some(0, len(self.advice_queries) - 1))

    def expression(self, depth: int) -> int:
        """A node."""
        kind = self.some(0, 4) if depth else 0
        if kind == 0:
            return self.leaf()
        if kind == 1:
            return self.nodes.negation(self.expression(depth - 1))
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        return self.nodes.sum(left, right) if kind < 4 else self.nodes.product(left, right)

    def node_tuple(self, arity: int) -> NodeTuple:
        """A tuple of nodes."""
        return tuple(self.expression(self.some(0, 2)) for _ in range(arity))

    def lookup(self) -> Lookup:
        """A lookup."""
        arity, inputs = self.some(1, 3), self.some(1, 3)
        return Lookup(tuple(self.node_tuple(arity) for _ in range(inputs)), self.node_tuple(arity))

    def shuffle(self) -> Shuffle:
        """A shuffle."""
        arity = self.some(1, 3)
        return Shuffle(self.node_tuple(arity), self.node_tuple(arity))

    def permutation(self) -> tuple[Column, ...]:
        """Some of the columns that can be permuted."""
        columns = [Column(ColumnKind.INSTANCE, 0)]
        columns += [Column(ColumnKind.ADVICE, query.column) for query in self.advice_queries if query.rotation == 0]
        columns += [Column(ColumnKind.FIXED, query.column) for query in self.fixed_queries if query.rotation == 0]
        self.rng.shuffle(columns)
        return tuple(columns[: self.some(0, len(columns))])

    def commitments(self, number: int) -> tuple[G1, ...]:
        """Points, of which some are equal and some the identity."""
        return tuple(some_point(self.some(0, 20)) if self.some(0, 5) else None for _ in range(number))

    def key(self) -> VerifyingKey:
        """The key."""
        gates = tuple(self.expression(self.some(0, 4)) for _ in range(self.some(0, 4)))
        lookups = tuple(self.lookup() for _ in range(self.some(0, 3)))
        shuffles = tuple(self.shuffle() for _ in range(self.some(0, 2)))
        permutation_columns = self.permutation()
        return VerifyingKey(
            k=self.some(3, 8),
            digest=self.rng.randrange(R),
            s_g2=setup(),
            num_public_inputs=self.some(0, 5),
            phases=self.phases,
            num_fixed_columns=self.num_fixed,
            advice_queries=self.advice_queries,
            fixed_queries=self.fixed_queries,
            nodes=tuple(self.nodes.nodes),
            gates=gates,
            permutation_columns=permutation_columns,
            lookups=lookups,
            shuffles=shuffles,
            fixed_commitments=self.commitments(self.num_fixed),
            permutation_commitments=self.commitments(len(permutation_columns)),
        )
