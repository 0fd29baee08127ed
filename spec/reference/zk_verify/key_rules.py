"""The rules that tell which well-encoded keys are keys: sections 5.3 and 5.5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from . import shplonk
from .curve import G1Point
from .key import Accumulator, ColumnKind, InstanceQuery, LookupArgument, Opening, Query, VerifyingKey, operands

MAX_K = 28
MAX_PHASES = 3
MAX_ADVICE_COLUMNS = 4096
MAX_CHALLENGES = 64
MAX_FIXED_COLUMNS = 8192
MAX_QUERIES = 16384
MAX_ROTATION = 127
MAX_NODES = 65535
MAX_GATES = 16384
MAX_PERMUTATION_COLUMNS = 8192
MAX_ARGUMENTS = 4096
MAX_LOOKUP_INPUTS = 61
MAX_ARITY = 64
MIN_DEGREE = 3
MAX_DEGREE = 64
MAX_ROTATIONS_OF_INSTANCE_COLUMN = 4
LIMBS = (2, 8)
BITS_OF_LIMB = (32, 128)
BITS_OF_COORDINATE = (254, 320)
MAX_DISTINCT_ROTATIONS = 16
MAX_ROTATION_SETS = 16


class InvalidKey(ValueError):
    """Code that is not the encoding of a verifying key."""


def check(key: VerifyingKey) -> None:
    """Section 5.3 of the expressions, then section 5.5 from the top to the bottom."""
    check_nodes_in_normal_form(key)
    check_columns(key)
    check_instance_columns(key)
    check_accumulator(key)
    check_queries(key)
    check_expressions(key)
    check_permutation(key)
    check_lookups_and_shuffles(key)
    check_rows(key)
    check_opening(key)


def between(what: str, value: int, low: int, high: int) -> None:
    """Refuses a value outside of [low, high]."""
    if not low <= value <= high:
        raise InvalidKey(f"{what}: {value}, must be {low} to {high}")


def at_most(what: str, value: int, bound: int) -> None:
    """Refuses a value above the bound."""
    if value > bound:
        raise InvalidKey(f"{what}: {value}, must be at most {bound}")


# Normal form


def roots(key: VerifyingKey) -> Iterator[int]:
    """The *roots* (section 5.3)."""
    yield from key.gates
    for lookup in key.lookups:
        for nodes in lookup.inputs:
            yield from nodes
        yield from lookup.table
    for shuffle in key.shuffles:
        yield from shuffle.input
        yield from shuffle.shuffle


def visits(key: VerifyingKey) -> Iterator[int]:
    """The nodes from the roots, depth first, a node after its operands, no node twice (section 5.3).

    Needs operands that stand before their nodes.
    """
    visited = [False] * len(key.nodes)
    for root in roots(key):
        pending = [root]
        while pending:
            node = pending[-1]
            first = next((a for a in operands(key.nodes[node]) if not visited[a]), None)
            if first is not None:
                pending.append(first)
                continue
            pending.pop()
            if not visited[node]:
                visited[node] = True
                yield node


def check_nodes_in_normal_form(key: VerifyingKey) -> None:
    """The first three rules of section 5.3."""
    for index, node in enumerate(key.nodes):
        if any(operand >= index for operand in operands(node)):
            raise InvalidKey(f"node {index} stands before an operand of it")
    expected = 0
    for visited in visits(key):
        if visited != expected:
            raise InvalidKey(f"node {visited} is visited where node {expected} should be")
        expected += 1
    if expected != len(key.nodes):
        raise InvalidKey(f"node {expected} is in no gate, lookup or shuffle")
    if len(set(key.nodes)) != len(key.nodes):
        raise InvalidKey("two nodes are equal")


def check_points_in_normal_form(points: Sequence[G1Point], indices: Sequence[int]) -> None:
    """The last rule of section 5.3. `indices` are those of the fixed, then of the permutation commitments."""
    if len(set(points)) != len(points):
        raise InvalidKey("two points are equal")
    expected = 1
    for index in indices:
        if index > expected:
            raise InvalidKey(f"point {index} appears before point {expected}")
        if index == expected:
            expected += 1
    if expected != 1 + len(points):
        raise InvalidKey(f"point {expected} is no commitment")


# Limits


def check_columns(key: VerifyingKey) -> None:
    """Section 5.5: k to fixed columns."""
    at_most("k", key.k, MAX_K)
    between("degree", key.degree, MIN_DEGREE, MAX_DEGREE)
    between("phases", len(key.phases), 1, MAX_PHASES)
    if any(phase.advice_columns == 0 for phase in key.phases):
        raise InvalidKey("a phase has no advice column")
    at_most("advice columns", key.num_advice_columns, MAX_ADVICE_COLUMNS)
    at_most("challenges", key.num_challenges, MAX_CHALLENGES)
    at_most("fixed columns", key.num_fixed_columns, MAX_FIXED_COLUMNS)


def check_instance_columns(key: VerifyingKey) -> None:
    """Section 5.5: lengths and rotations of instance columns."""
    for column, length in enumerate(key.instance_lengths):
        at_most(f"values of instance column {column}", length, key.n - (key.blinding_factors + 1))
    for node in key.nodes:
        if isinstance(node, InstanceQuery):
            between(f"a rotation of instance column {node.column}", node.rotation, -MAX_ROTATION, MAX_ROTATION)
    for column, rotations in Counter(query.column for query in key.instance_queries).items():
        at_most(f"rotations of instance column {column}", rotations, MAX_ROTATIONS_OF_INSTANCE_COLUMN)


def check_accumulator(key: VerifyingKey) -> None:
    """Section 5.5: the accumulator."""
    match key.accumulator:
        case Accumulator(column, row, limbs, bits):
            between("limbs of a coordinate", limbs, *LIMBS)
            between("bits of a limb", bits, *BITS_OF_LIMB)
            between("bits of a coordinate", limbs * bits, *BITS_OF_COORDINATE)
            at_most("the accumulator's last row + 1", row + 4 * limbs, key.instance_lengths[column])


def check_queries(key: VerifyingKey) -> None:
    """Section 5.5: advice and fixed queries."""
    _check_queries_of_kind("advice", key.advice_queries)
    _check_queries_of_kind("fixed", key.fixed_queries)
    if len({query.column for query in key.fixed_queries}) != key.num_fixed_columns:
        raise InvalidKey("a fixed column has no query")


def _check_queries_of_kind(kind: str, queries: Sequence[Query]) -> None:
    at_most(f"{kind} queries", len(queries), MAX_QUERIES)
    for query in queries:
        between(f"a rotation of {kind} column {query.column}", query.rotation, -MAX_ROTATION, MAX_ROTATION)
    if len(set(queries)) != len(queries):
        raise InvalidKey(f"a column of kind {kind} is queried twice at one rotation")


def check_expressions(key: VerifyingKey) -> None:
    """Section 5.5: nodes and gates."""
    at_most("nodes", len(key.nodes), MAX_NODES)
    at_most("gates", len(key.gates), MAX_GATES)


def check_permutation(key: VerifyingKey) -> None:
    """Section 5.5: permutation columns."""
    columns = key.permutation_columns
    at_most("permutation columns", len(columns), MAX_PERMUTATION_COLUMNS)
    if len(set(columns)) != len(columns):
        raise InvalidKey("two permutation columns are equal")
    queries = {ColumnKind.ADVICE: set(key.advice_queries), ColumnKind.FIXED: set(key.fixed_queries)}
    for kind, column in columns:
        if kind is not ColumnKind.INSTANCE and Query(column, 0) not in queries[kind]:
            raise InvalidKey(f"{kind.name.lower()} column {column} is permuted and not queried at rotation 0")


def check_lookups_and_shuffles(key: VerifyingKey) -> None:
    """Section 5.5: lookups to arity."""
    if key.lookup_argument is LookupArgument.CLASSIC and not key.lookups:
        raise InvalidKey("lookups are classic, and there is none")
    at_most("lookups", len(key.lookups), MAX_ARGUMENTS)
    at_most("shuffles", len(key.shuffles), MAX_ARGUMENTS)
    for lookup in key.lookups:
        between("inputs of a lookup", len(lookup.inputs), 1, MAX_LOOKUP_INPUTS)
        between("arity of a lookup", len(lookup.table), 1, MAX_ARITY)
    for shuffle in key.shuffles:
        between("arity of a shuffle", len(shuffle.input), 1, MAX_ARITY)


def check_rows(key: VerifyingKey) -> None:
    """Section 5.5: rows and rotations."""
    unusable = key.blinding_factors + 1
    if key.n <= unusable:
        raise InvalidKey(f"{key.n} rows, must be more than {unusable}")
    rotations = {query.rotation for query in (*key.advice_queries, *key.fixed_queries)} | {key.last, 0, 1}
    span = max(rotations) - min(rotations)
    if span >= key.n:
        raise InvalidKey(f"rotations span {span} rows of {key.n}")


def check_opening(key: VerifyingKey) -> None:
    """Section 5.5: distinct rotations and rotation sets."""
    at_most("distinct rotations", len(key.rotations), MAX_DISTINCT_ROTATIONS)
    if key.opening is Opening.SHPLONK:
        at_most("rotation sets", len(shplonk.rotation_sets(key)), MAX_ROTATION_SETS)
