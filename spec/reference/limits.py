"""Keys on both sides of every limit (section 5.5): a name, the key, and whether it is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from circuits import small_key
from encode import Nodes
from forge import setup
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    Lookup,
    LookupArgument,
    Opening,
    Phase,
    Query,
    Shuffle,
    TranscriptHash,
    VerifyingKey,
)

Case = tuple[str, VerifyingKey, bool]


def plain_key(advice: int = 1, fixed: int = 0, k: int = 10) -> VerifyingKey:
    """A key without arguments, gates or commitments, every column of which is queried at rotation 0."""
    return VerifyingKey(
        k=k,
        opening=Opening.SHPLONK,
        transcript_hash=TranscriptHash.KECCAK256,
        lookup_argument=LookupArgument.LOG_DERIVATIVE,
        degree=3,
        digest=0,
        s_g2=setup(),
        instance_lengths=(),
        accumulator=None,
        phases=(Phase(advice, 0),),
        num_fixed_columns=fixed,
        advice_queries=tuple(Query(column, 0) for column in range(advice)),
        fixed_queries=tuple(Query(column, 0) for column in range(fixed)),
        nodes=(),
        gates=(),
        permutation_columns=(),
        lookups=(),
        shuffles=(),
        fixed_commitments=(None,) * fixed,
        permutation_commitments=(),
    )


def with_instance(key: VerifyingKey) -> VerifyingKey:
    """The key with one instance column of no values."""
    return replace(key, instance_lengths=(0,))


def permuting(key: VerifyingKey, columns: list[Column]) -> VerifyingKey:
    """The key with a permutation, whose commitments are the identity."""
    return replace(key, permutation_columns=tuple(columns), permutation_commitments=(None,) * len(columns))


def with_gate() -> VerifyingKey:
    """The key with one gate: an advice query."""
    n = Nodes()
    gate = n.advice(0)
    return replace(plain_key(), nodes=tuple(n.nodes), gates=(gate,))


def with_squarings(number: int) -> VerifyingKey:
    """The key with one gate: an advice query squared again and again."""
    n = Nodes()
    gate = n.advice(0)
    for _ in range(number):
        gate = n.product(gate, gate)
    return replace(plain_key(), nodes=tuple(n.nodes), gates=(gate,))


def with_doublings(nodes: int) -> VerifyingKey:
    """The key with one gate of so many nodes, of degree 1."""
    n = Nodes()
    gate = n.advice(0)
    for _ in range(nodes - 1):
        gate = n.sum(gate, n.advice(0))
    return replace(plain_key(), nodes=tuple(n.nodes), gates=(gate,))


def with_lookup(inputs: int, arity: int) -> VerifyingKey:
    """The key with one lookup, of one node again and again."""
    n = Nodes()
    node = n.advice(0)
    lookup = Lookup(((node,) * arity,) * inputs, (node,) * arity)
    return replace(plain_key(), nodes=tuple(n.nodes) if arity else (), lookups=(lookup,))


def classic(key: VerifyingKey) -> VerifyingKey:
    """The key with classic lookups."""
    return replace(key, lookup_argument=LookupArgument.CLASSIC)


def with_instances(*queries: Query, lengths: tuple[int, ...] = (1, 1)) -> VerifyingKey:
    """The key with instance columns, and a gate for each query of them."""
    n = Nodes()
    gates = tuple(n.instance(*query) for query in queries)
    return replace(plain_key(), instance_lengths=lengths, nodes=tuple(n.nodes), gates=gates)


def accumulating(accumulator: Accumulator, *lengths: int) -> VerifyingKey:
    """The key with an accumulator."""
    return replace(plain_key(), instance_lengths=lengths, accumulator=accumulator)


def with_shuffle(arity: int) -> VerifyingKey:
    """The key with one shuffle, of one node again and again."""
    n = Nodes()
    shuffle = Shuffle((n.advice(0),) * arity, (0,) * arity)
    return replace(plain_key(), nodes=tuple(n.nodes) if arity else (), shuffles=(shuffle,))


def with_rotations(key: VerifyingKey, *rotations: int) -> VerifyingKey:
    """The key with the first fixed column queried at rotations."""
    return replace(key, fixed_queries=tuple(Query(0, t) for t in rotations) + key.fixed_queries[1:])


def of_columns() -> Iterator[Case]:
    """k, phases, columns, challenges."""
    yield "k 28", plain_key(k=28), True
    yield "k 29", plain_key(k=29), False
    yield "k 255", plain_key(k=255), False
    two = plain_key(2)
    yield "no phase", replace(plain_key(), phases=(), advice_queries=()), False
    yield "three phases", replace(plain_key(3), phases=(Phase(1, 0),) * 3), True
    yield "four phases", replace(plain_key(4), phases=(Phase(1, 0),) * 4), False
    yield "a phase without advice columns", replace(two, phases=(Phase(2, 0), Phase(0, 1))), False
    yield "4096 advice columns", plain_key(4096), True
    yield "4097 advice columns", plain_key(4097), False
    yield "4096 advice columns in phases", replace(plain_key(4096), phases=(Phase(4000, 0), Phase(96, 0))), True
    yield "4097 advice columns in phases", replace(plain_key(4097), phases=(Phase(4000, 0), Phase(97, 0))), False
    yield "64 challenges", replace(two, phases=(Phase(1, 32), Phase(1, 32))), True
    yield "65 challenges", replace(two, phases=(Phase(1, 32), Phase(1, 33))), False
    yield "256 fixed columns", plain_key(fixed=256), True
    yield "257 fixed columns", plain_key(fixed=257), True
    yield "8192 fixed columns", plain_key(fixed=8192), True
    yield "8193 fixed columns", plain_key(fixed=8193), False


def of_queries() -> Iterator[Case]:
    """Queries and rotations."""
    wide = plain_key(4096, 8192)
    four = tuple(Query(column, t) for column in range(4096) for t in range(4))
    two = tuple(Query(column, t) for column in range(8192) for t in range(2))
    yield "16384 advice queries", replace(wide, advice_queries=four), True
    yield "16385 advice queries", replace(wide, advice_queries=(*four, Query(7, 4))), False
    yield "16384 fixed queries", replace(wide, fixed_queries=two), True
    yield "16385 fixed queries", replace(wide, fixed_queries=(*two, Query(7, 2))), False
    fixed = plain_key(fixed=2)
    yield "rotations -127 and 127", with_rotations(fixed, -127, 127), True
    yield "rotation -128", with_rotations(fixed, -128), False
    yield "an advice column without query", replace(plain_key(2), advice_queries=(Query(1, 0),)), True
    yield "no advice query", replace(plain_key(), advice_queries=()), True
    yield "a fixed column without query", replace(fixed, fixed_queries=(Query(1, 0),)), False
    yield "an advice query twice", replace(plain_key(), advice_queries=(Query(0, 0), Query(0, 1), Query(0, 0))), False
    yield "a fixed query twice", with_rotations(fixed, 1, 0, 1), False


def of_expressions() -> Iterator[Case]:
    """Nodes, gates and degrees."""
    one = with_gate()
    yield "256 nodes", with_doublings(256), True
    yield "257 nodes", with_doublings(257), True
    yield "65535 nodes", with_doublings(65535), True
    yield "16384 gates", replace(one, gates=(0,) * 16384), True
    yield "16385 gates", replace(one, gates=(0,) * 16385), False
    yield "degree 3, a gate of degree 2^65534", with_squarings(65534), True


def of_degrees() -> Iterator[Case]:
    """Degrees, which are in no relation to the expressions."""
    for degree, is_key in ((0, False), (2, False), (3, True), (64, True), (65, False), (255, False)):
        yield f"degree {degree}", replace(with_gate(), degree=degree), is_key
    for squarings in (1, 7, 64):
        yield f"degree 3, a gate of degree 2^{squarings}", with_squarings(squarings), True


def of_permutation() -> Iterator[Case]:
    """Permutation columns."""
    fixed = [Column(ColumnKind.FIXED, number) for number in range(8192)]
    instance, second = Column(ColumnKind.INSTANCE, 0), Column(ColumnKind.INSTANCE, 1)
    yield "8192 permutation columns", permuting(plain_key(fixed=8192), fixed), True
    yield "8193 permutation columns", permuting(with_instance(plain_key(fixed=8192)), [*fixed, instance]), False
    yield "both instance columns", permuting(with_instances(), [second, instance]), True
    yield "a permutation column twice", permuting(plain_key(fixed=2), [fixed[1], fixed[0], fixed[1]]), False
    yield "the instance column twice", permuting(with_instance(plain_key()), [instance, instance]), False
    yield "a permuted fixed column not at 0", permuting(with_rotations(plain_key(fixed=1), 1), [fixed[0]]), False
    advice = replace(plain_key(), advice_queries=(Query(0, 1),))
    yield "a permuted advice column not at 0", permuting(advice, [Column(ColumnKind.ADVICE, 0)]), False
    yield "an advice column not at 0", permuting(with_instance(advice), [instance]), True


def of_arguments() -> Iterator[Case]:
    """Lookups and shuffles."""
    lookup, shuffle = with_lookup(1, 1), with_shuffle(1)
    yield "4096 lookups", replace(lookup, lookups=lookup.lookups * 4096), True
    yield "4097 lookups", replace(lookup, lookups=lookup.lookups * 4097), False
    yield "4096 shuffles", replace(shuffle, shuffles=shuffle.shuffles * 4096), True
    yield "4097 shuffles", replace(shuffle, shuffles=shuffle.shuffles * 4097), False
    yield "a lookup of no inputs", with_lookup(0, 1), False
    yield "a lookup of 61 inputs", with_lookup(61, 1), True
    yield "a lookup of 62 inputs", with_lookup(62, 1), False
    yield "a lookup of arity 0", with_lookup(1, 0), False
    yield "a lookup of arity 64", with_lookup(1, 64), True
    yield "a lookup of arity 65", with_lookup(1, 65), False
    yield "a shuffle of arity 0", with_shuffle(0), False
    yield "a shuffle of arity 64", with_shuffle(64), True
    yield "a shuffle of arity 65", with_shuffle(65), False


def of_rows() -> Iterator[Case]:
    """Rows, the span of the rotations, and public inputs. Without more queries bf = 5, so last = -6."""
    yield "8 rows", plain_key(k=3), True
    yield "4 rows", plain_key(k=2), False
    yield "1 row", plain_key(k=0), False
    yield "rotations -6 to 1 in 8 rows", with_rotations(plain_key(fixed=1, k=3), -6), True
    yield "rotations -7 to 1 in 8 rows", with_rotations(plain_key(fixed=1, k=3), -7), False
    yield "rotations -6 to 2 in 8 rows", with_rotations(plain_key(fixed=1, k=3), 2), False
    yield "rotations -6 to 9 in 16 rows", with_rotations(plain_key(fixed=1, k=4), 9), True
    yield "rotations -6 to 10 in 16 rows", with_rotations(plain_key(fixed=1, k=4), 10), False
    advice = replace(plain_key(k=3), advice_queries=tuple(Query(0, -t) for t in range(4)))
    yield "4 queries of an advice column in 8 rows", advice, False
    yield "4 queries of an advice column in 16 rows", replace(advice, k=4), True


def of_instances() -> Iterator[Case]:
    """Instance columns, their values, and their queries."""
    yield "26 values in 32 rows", replace(small_key(), instance_lengths=(26,)), True
    yield "27 values in 32 rows", replace(small_key(), instance_lengths=(27,)), False
    yield "26 values twice in 32 rows", replace(small_key(), instance_lengths=(26, 26)), True
    yield "27 values in the second column", replace(small_key(), instance_lengths=(26, 27)), False
    yield "2^32 - 1 values", replace(plain_key(k=28), instance_lengths=(2**32 - 1,)), False
    yield "2^28 - 6 values, 255 times", replace(plain_key(k=28), instance_lengths=(2**28 - 6,) * 255), True
    last = Column(ColumnKind.INSTANCE, 254)
    columns = with_instances(Query(254, 0), lengths=(0,) * 255)
    yield "255 instance columns", permuting(columns, [last]), True
    yield "rotations -127 and 127 of an instance column", with_instances(Query(1, -127), Query(1, 127)), True
    yield "rotation -128 of an instance column", with_instances(Query(1, -128)), False
    four = [Query(0, t) for t in (-5, 7, 1, 0)]
    yield "4 rotations of an instance column", with_instances(*four), True
    yield "4 rotations of both", with_instances(*four, *(Query(1, t) for t in (8, 9, 10, 11))), True
    yield "5 rotations of an instance column", with_instances(*four, Query(0, 2)), False
    permuted = Column(ColumnKind.INSTANCE, 0)
    yield "4 rotations with 0 of a permuted one", permuting(with_instances(*four), [permuted]), True
    without_0 = with_instances(*four[:3], Query(0, 2))
    yield "4 rotations without 0", without_0, True
    yield "4 rotations without 0 of a permuted one", permuting(without_0, [permuted]), False


def of_accumulators() -> Iterator[Case]:
    """Place and pieces of an accumulator."""
    for limbs, bits, is_key in (
        (1, 254, False),
        (2, 127, True),
        (2, 126, False),
        (2, 128, True),
        (2, 129, False),
        (3, 85, True),
        (3, 84, False),
        (3, 106, True),
        (3, 107, False),
        (4, 64, True),
        (4, 80, True),
        (4, 81, False),
        (7, 37, True),
        (8, 32, True),
        (8, 31, False),
        (8, 40, True),
        (9, 32, False),
    ):
        yield f"{limbs} limbs of {bits} bits", accumulating(Accumulator(0, 0, limbs, bits), 4 * limbs), is_key
    yield "an accumulator up to the last value", accumulating(Accumulator(1, 5, 3, 88), 99, 17), True
    yield "an accumulator beyond the last value", accumulating(Accumulator(1, 6, 3, 88), 99, 17), False
    yield "an accumulator in row 2^32 - 1", accumulating(Accumulator(0, 2**32 - 1, 3, 88), 99), False


def of_opening() -> Iterator[Case]:
    """Distinct rotations and rotation sets."""
    fixed = plain_key(fixed=2)
    yield "16 distinct rotations", with_rotations(fixed, *range(16)), True
    yield "17 distinct rotations", with_rotations(fixed, *range(17)), False
    instance, advice = Column(ColumnKind.INSTANCE, 0), Column(ColumnKind.ADVICE, 0)
    with_0_to_14 = with_rotations(fixed, *range(15))
    with_0_to_15 = with_rotations(fixed, *range(16))
    yield "16 distinct rotations with last", permuting(with_instance(with_0_to_14), [instance, advice]), True
    yield "17 distinct rotations with last", permuting(with_instance(with_0_to_15), [instance, advice]), False
    yield "16 distinct rotations, one product", permuting(with_instance(with_0_to_15), [instance]), True
    yield "16 rotation sets", with_rotation_sets(16), True
    yield "17 rotation sets", with_rotation_sets(17), False


def with_rotation_sets(number: int) -> VerifyingKey:
    """The key with 16 or 17 rotation sets, of which {0} is one in every key."""
    columns = plain_key(fixed=17)
    pairs = [Query(c, t) for c in range(15) for t in {0, 1 + c % 5, 6 + c // 5}]
    last = Query(15, 0 if number == 16 else 1)
    return replace(columns, fixed_queries=(*pairs, last, Query(16, 0)))


def of_features() -> Iterator[Case]:
    """Lookups and rotations of keys with features."""
    lookup = with_lookup(1, 1)
    yield "classic lookups", classic(lookup), True
    yield "classic lookups, of which there is none", classic(plain_key()), False
    yield "4096 classic lookups", classic(replace(lookup, lookups=lookup.lookups * 4096)), True
    yield "classic lookups of arity 64", classic(with_lookup(1, 64)), True
    yield "classic lookups of arity 65", classic(with_lookup(1, 65)), False
    for first, is_key in ((-1, True), (0, False)):
        rotations = replace(lookup, advice_queries=tuple(Query(0, t) for t in range(first, first + 16)))
        yield f"16 rotations from {first}, a lookup", rotations, True
        yield f"16 rotations from {first}, a classic lookup", classic(rotations), is_key
    for opening, is_key in ((Opening.SHPLONK, False), (Opening.GWC, True)):
        yield f"17 rotation sets, {opening.value}", replace(with_rotation_sets(17), opening=opening), is_key


def cases() -> Iterator[Case]:
    """All of them."""
    groups = (of_columns, of_queries, of_expressions, of_degrees, of_permutation, of_arguments)
    for group in (*groups, of_rows, of_instances, of_accumulators, of_opening, of_features):
        yield from group()
