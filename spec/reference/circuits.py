"""Keys for the tests: a small one that has something of everything, and random ones."""

from __future__ import annotations

import random
from dataclasses import replace

from encode import Nodes
from forge import setup, some_point
from zk_verify.curve import G1
from zk_verify.field import R
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    Lookup,
    LookupArgument,
    NodeTuple,
    Opening,
    Phase,
    Query,
    Shuffle,
    TranscriptHash,
    VerifyingKey,
)


def small_key(lookup_argument: LookupArgument = LookupArgument.LOG_DERIVATIVE) -> VerifyingKey:
    """Two phases, challenges, gates, a permutation of two products, a lookup (of two inputs, or classic), a shuffle."""
    n = Nodes()
    gate = n.product(n.fixed(0), n.sum(n.product(n.advice(0), n.advice(1)), n.negation(n.advice(2))))
    second = n.product(n.instance(), n.sum(n.advice(3), n.product(n.challenge(1), n.constant(7))))
    first = (n.advice(0), n.advice(2))
    classic = lookup_argument is LookupArgument.CLASSIC
    inputs = (first,) if classic else (first, (n.advice(3), n.challenge(0)))
    lookup = Lookup(inputs, (n.fixed(1), n.fixed(2)))
    shuffle = Shuffle((n.advice(1),), (n.advice(4),))
    return VerifyingKey(
        k=5,
        opening=Opening.SHPLONK,
        transcript_hash=TranscriptHash.KECCAK256,
        lookup_argument=lookup_argument,
        degree=5,  # 3 + two inputs; 2 + 1 + 1 + 1
        digest=1234567,
        s_g2=setup(),
        instance_lengths=(2,),
        accumulator=None,
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


def key_with_everything() -> VerifyingKey:
    """The small key with every feature: GWC, BLAKE2b, classic lookups, several instance columns, an accumulator."""
    n = Nodes()
    gate = n.product(n.fixed(0), n.sum(n.product(n.advice(0), n.advice(1)), n.negation(n.instance(2, -3))))
    second = n.product(n.instance(0), n.sum(n.instance(0, 1), n.product(n.challenge(1), n.constant(7))))
    lookups = (
        Lookup(((n.advice(0), n.advice(2)),), (n.fixed(1), n.fixed(2))),
        Lookup(((n.advice(3), n.challenge(0)),), (n.advice(1), n.instance(0, 2))),
    )
    shuffle = Shuffle((n.advice(1),), (n.advice(4),))
    columns = [Column(ColumnKind.INSTANCE, 2), Column(ColumnKind.INSTANCE, 1)]
    return replace(
        small_key(),
        k=6,
        opening=Opening.GWC,
        transcript_hash=TranscriptHash.BLAKE2B,
        lookup_argument=LookupArgument.CLASSIC,
        degree=6,
        instance_lengths=(3, 14, 0, 1),
        accumulator=Accumulator(column=1, row=2, limbs=3, bits=88),
        nodes=tuple(n.nodes),
        gates=(gate, second),
        permutation_columns=(*small_key().permutation_columns, *columns),
        lookups=lookups,
        shuffles=(shuffle,),
        permutation_commitments=(*small_key().permutation_commitments, None, some_point(1)),
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
        self.advice_queries = self.queries(self.num_advice, may_be_unqueried=True)
        self.fixed_queries = self.queries(self.num_fixed)
        self.k = self.some(4, 8)
        self.lookup_argument = self.rng.choice(list(LookupArgument))
        self.accumulator: Accumulator | None = None
        self.instance_lengths = tuple(self.some(0, 6) for _ in range(self.some(0, 4)))
        if self.k > 5 and self.some(0, 2) == 0:
            self.place_accumulator()
        self.instance_rotations = [0, 0, 1, -1, self.some(-7, 7)]

    def place_accumulator(self) -> None:
        """A further instance column that holds an accumulator."""
        limbs, bits = self.rng.choice([(3, 88), (4, 68), (2, 127), (5, 64), (8, 32)])
        row, after = self.some(0, 3), self.some(0, 2)
        column = self.some(0, len(self.instance_lengths))
        lengths = list(self.instance_lengths)
        lengths.insert(column, row + 4 * limbs + after)
        self.instance_lengths = tuple(lengths)
        self.accumulator = Accumulator(column, row, limbs, bits)

    def some(self, low: int, high: int) -> int:
        """A number in [low, high]."""
        return self.rng.randint(low, high)

    def queries(self, columns: int, may_be_unqueried: bool = False) -> tuple[Query, ...]:
        """Queries of all columns, or now and then of all but one."""
        rotations = [0, 0, 0, 1, -1, 2, self.some(-7, 7)]
        first = int(may_be_unqueried and columns > 1 and self.some(0, 7) == 0)
        queries = {Query(column, self.rng.choice(rotations)) for column in range(first, columns)}
        queries |= {Query(self.some(0, columns - 1), self.rng.choice(rotations)) for _ in range(self.some(0, columns))}
        ordered = sorted(queries)
        self.rng.shuffle(ordered)
        return tuple(ordered)

    def leaf(self) -> int:
        """A node without operands."""
        kind = self.some(0, 9)
        if kind == 0 and self.num_challenges:
            return self.nodes.challenge(self.some(0, self.num_challenges - 1))
        if kind == 1 and self.instance_lengths:
            column = self.some(0, len(self.instance_lengths) - 1)
            return self.nodes.instance(column, self.rng.choice(self.instance_rotations))
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
        classic = self.lookup_argument is LookupArgument.CLASSIC
        arity, inputs = self.some(1, 3), 1 if classic else self.some(1, 3)
        return Lookup(tuple(self.node_tuple(arity) for _ in range(inputs)), self.node_tuple(arity))

    def shuffle(self) -> Shuffle:
        """A shuffle."""
        arity = self.some(1, 3)
        return Shuffle(self.node_tuple(arity), self.node_tuple(arity))

    def permutation(self) -> tuple[Column, ...]:
        """Some of the columns that can be permuted."""
        columns = [Column(ColumnKind.INSTANCE, number) for number in range(len(self.instance_lengths))]
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
            k=self.k,
            opening=self.rng.choice(list(Opening)),
            transcript_hash=self.rng.choice(list(TranscriptHash)),
            lookup_argument=self.lookup_argument if lookups else LookupArgument.LOG_DERIVATIVE,
            degree=self.rng.choice([3, 4, 5, 6, 9]),
            digest=self.rng.randrange(R),
            s_g2=setup(),
            instance_lengths=self.instance_lengths,
            accumulator=self.accumulator,
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
