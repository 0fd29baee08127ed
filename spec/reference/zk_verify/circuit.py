"""The circuit of a key in JSON, with its expressions as trees, as the fixtures have it in `cs.json`.

    python -m zk_verify.circuit KEY

`KEY` is a file of raw bytes; the description is written to the standard output. A tree repeats what nodes share, so
this is for circuits of the size that ezkl makes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TypeAlias

from . import json_text, key_encoding
from .curve import G1_GENERATOR, G2_GENERATOR
from .json_text import g1, g2, number
from .key import (
    AdviceQuery,
    Challenge,
    Column,
    Constant,
    FixedQuery,
    InstanceQuery,
    Negation,
    NodeTuple,
    Product,
    Query,
    Sum,
    VerifyingKey,
)
from .key_rules import InvalidKey

Tree: TypeAlias = list[Any]


def circuit(key: VerifyingKey) -> dict[str, Any]:
    """The content of a key (section 5.1). Queries, columns and challenges are named by their numbers."""
    trees = _trees(key)

    def of_tuple(nodes: NodeTuple) -> list[Tree]:
        return [trees[node] for node in nodes]

    return {
        "k": key.k,
        "digest": number(key.digest),
        "opening": key.opening.value,
        "transcript": key.transcript_hash.value,
        "lookup_kind": key.lookup_argument.value,
        "degree": key.degree,
        "blinding_factors": key.blinding_factors,
        "advice_phase": [number for number, phase in enumerate(key.phases) for _ in range(phase.advice_columns)],
        "challenge_phase": [number for number, phase in enumerate(key.phases) for _ in range(phase.challenges)],
        "num_fixed": key.num_fixed_columns,
        "advice_queries": [list(query) for query in key.advice_queries],
        "fixed_queries": [list(query) for query in key.fixed_queries],
        "instance_lengths": list(key.instance_lengths),
        "instance_queries": [list(query) for query in key.instance_queries],
        "accumulator": None if key.accumulator is None else key.accumulator._asdict(),
        "gates": of_tuple(key.gates),
        "permutation": [_column(column) for column in key.permutation_columns],
        "lookups": [
            {"inputs": [of_tuple(nodes) for nodes in lookup.inputs], "table": of_tuple(lookup.table)}
            for lookup in key.lookups
        ],
        "shuffles": [
            {"input": of_tuple(shuffle.input), "shuffle": of_tuple(shuffle.shuffle)} for shuffle in key.shuffles
        ],
        "fixed_commitments": [g1(point) for point in key.fixed_commitments],
        "permutation_commitments": [g1(point) for point in key.permutation_commitments],
        "g1": g1(G1_GENERATOR),
        "g2": g2(G2_GENERATOR),
        "s_g2": g2(key.s_g2),
    }


def _trees(key: VerifyingKey) -> list[Tree]:
    """Each node as a tree."""
    trees: list[Tree] = []
    for node in key.nodes:
        match node:
            case Constant(value):
                tree: Tree = ["const", number(value)]
            case InstanceQuery(column, rotation):
                tree = ["instance", key.instance_queries.index(Query(column, rotation))]
            case FixedQuery(query):
                tree = ["fixed", query]
            case AdviceQuery(query):
                tree = ["advice", query]
            case Challenge(index):
                tree = ["challenge", index]
            case Negation(a):
                tree = ["neg", trees[a]]
            case Sum(a, b):
                tree = ["add", trees[a], trees[b]]
            case Product(a, b):
                tree = ["mul", trees[a], trees[b]]
        trees.append(tree)
    return trees


def _column(column: Column) -> list[str | int]:
    return [column.kind.name.lower(), column.number]


def main(arguments: list[str]) -> int:
    """Writes the description of one key."""
    if len(arguments) != 1:
        print("usage: python -m zk_verify.circuit KEY (a file of raw bytes)", file=sys.stderr)
        return 2
    try:
        key = key_encoding.decode(Path(arguments[0]).read_bytes())
    except InvalidKey as invalid:
        print(f"{arguments[0]}: no verifying key: {invalid}", file=sys.stderr)
        return 1
    print(json_text.text(circuit(key)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
