"""Which bytes are keys (sections 5.2, 5.3 and 5.5), and the numbers that follow (section 5.4)."""

from dataclasses import replace
from typing import Any

import pytest

import limits
from circuits import RandomKey, key_with_everything, small_key
from encode import Nodes, encode, encode_with_points, g2
from forge import some_point
from zk_verify.curve import G2_GENERATOR
from zk_verify.field import Q, R
from zk_verify.gwc import rotation_groups
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    Constant,
    InstanceQuery,
    Lookup,
    Node,
    Opening,
    Product,
    Query,
    Sum,
    TranscriptHash,
    VerifyingKey,
)
from zk_verify.key_encoding import decode
from zk_verify.key_rules import InvalidKey
from zk_verify.opening import queries

SMALL = encode(small_key())
FEATURES, DEGREE, DIGEST, SETUP, INSTANCES = 3, 4, 5, 37, 165
PHASES = INSTANCES + 5


def refuses(code: bytes, because: str) -> None:
    with pytest.raises(InvalidKey, match=because):
        decode(code)


def refuses_key(key: VerifyingKey, because: str) -> None:
    refuses(encode(key), because)


# Encoding


def test_a_key_is_read_as_it_is_written() -> None:
    assert decode(SMALL) == small_key()


@pytest.mark.parametrize("seed", range(30))
def test_random_keys_are_read_as_they_are_written(seed: int) -> None:
    key = RandomKey(seed).key()
    try:
        assert decode(encode(key)) == key
    except InvalidKey as broken:
        assert "span" in str(broken) or "values of instance" in str(broken)  # few rows


def test_the_setup_stands_at_byte_37() -> None:
    assert SMALL[SETUP : SETUP + 128] == g2(small_key().s_g2)


@pytest.mark.parametrize("header", ["", "00", "0000", "0002", "0101", "ef01"])
def test_refuses_another_header(header: str) -> None:
    with pytest.raises(InvalidKey):
        decode(bytes.fromhex(header) + SMALL[2:])


def test_refuses_every_truncation() -> None:
    for length in range(len(SMALL)):
        with pytest.raises(InvalidKey):
            decode(SMALL[:length])


def test_refuses_bytes_after_the_key() -> None:
    refuses(SMALL + b"\x00", "of which the key takes")


def test_refuses_a_digest_that_is_not_canonical() -> None:
    refuses(SMALL[:DIGEST] + R.to_bytes(32, "big") + SMALL[DIGEST + 32 :], "not below")
    assert decode(SMALL[:DIGEST] + (R - 1).to_bytes(32, "big") + SMALL[DIGEST + 32 :]).digest == R - 1


def test_refuses_a_constant_that_is_not_canonical() -> None:
    n = Nodes()
    gate = n.constant(R)
    refuses_key(replace(limits.plain_key(), nodes=tuple(n.nodes), gates=(gate,)), "not below")


def test_refuses_a_setup_that_is_not_valid() -> None:
    before, after = SMALL[:SETUP], SMALL[SETUP + 128 :]
    refuses(before + bytes(128) + after, "twist")
    refuses(before + g2(G2_GENERATOR)[:96] + (G2_GENERATOR.y.c0 + Q).to_bytes(32, "big") + after, "not below")


def test_the_generator_is_refused_by_configurations_and_not_by_the_decoder() -> None:
    assert decode(SMALL[:SETUP] + g2(G2_GENERATOR) + SMALL[SETUP + 128 :]).s_g2 == G2_GENERATOR


def test_refuses_unknown_tags() -> None:
    code = encode(limits.with_gate())
    at = code.index(b"\x03\x00", PHASES)  # the node: advice query 0
    refuses(code[:at] + b"\x08" + code[at + 1 :], "tag 8")
    permuting = limits.permuting(limits.with_instance(limits.plain_key()), list(small_key().permutation_columns[1:2]))
    code = encode(permuting)
    at = code.index(b"\x00\x01\x02", PHASES)  # one permutation column: the instance column
    refuses(code[: at + 2] + b"\x03" + code[at + 3 :], "tag 3")


@pytest.mark.parametrize(("number", "width"), [(1, 1), (256, 1), (257, 2)])
def test_an_index_below_257_takes_two_bytes(number: int, width: int) -> None:
    key = limits.plain_key(advice=number)
    assert len(encode(key)) == len(encode(limits.plain_key())) + (number - 1) * (width + 1) + (width - 1)
    assert decode(encode(key)) == key


def test_refuses_indices_that_are_too_large() -> None:
    key = small_key()
    refuses_key(replace(key, advice_queries=(*key.advice_queries[:-1], Query(3, 0))), "column 3 of 3")
    refuses_key(replace(key, gates=(len(key.nodes), *key.gates[1:])), "node")
    for wrong in ("fixed", "advice", "challenge"):
        n = Nodes()
        gate = getattr(n, wrong)(1)
        refuses_key(replace(limits.plain_key(fixed=1), nodes=tuple(n.nodes), gates=(gate,)), " 1 of ")


@pytest.mark.parametrize("features", [0x10, 0x20, 0x40, 0x80, 0xFF])
def test_refuses_unknown_features(features: int) -> None:
    refuses(SMALL[:FEATURES] + bytes([features]) + SMALL[FEATURES + 1 :], "features")


def test_features_and_degree_stand_at_bytes_3_and_4() -> None:
    assert (SMALL[FEATURES], SMALL[DEGREE]) == (0, 5)
    code = encode(key_with_everything())
    assert (code[FEATURES], code[DEGREE]) == (0x0F, 6)
    for feature, field in enumerate(("opening", "transcript_hash", "lookup_argument", "accumulator")):
        changed = replace(key_with_everything(), **{field: getattr(small_key(), field)})
        assert encode(changed)[FEATURES] == 0x0F & ~(1 << feature)
        assert decode(encode(changed)) == changed


def test_refuses_instance_columns_that_are_not_there() -> None:
    refuses_key(limits.with_instances(Query(2, 0)), "instance column 2 of 2")
    refuses_key(limits.permuting(limits.plain_key(), [Column(ColumnKind.INSTANCE, 0)]), "instance column 0 of 0")
    refuses_key(limits.accumulating(Accumulator(1, 0, 3, 88), 12), "instance column 1 of 1")


def test_instance_nodes_are_told_apart_by_column_and_rotation() -> None:
    queries = [Query(0, 0), Query(0, 1), Query(1, 0)]
    assert decode(encode(limits.with_instances(*queries))).instance_queries == tuple(queries)
    nodes = (InstanceQuery(0, 1), InstanceQuery(0, 1))
    refuses_key(replace(limits.with_instances(), nodes=nodes, gates=(0, 1)), "two nodes are equal")


# Normal form


def with_nodes(*nodes: Node, gates: tuple[int, ...] = (0,)) -> VerifyingKey:
    return replace(limits.plain_key(2), nodes=nodes, gates=gates)


def test_refuses_an_operand_after_its_node() -> None:
    refuses_key(with_nodes(Sum(1, 1), Constant(1)), "before an operand")
    refuses_key(with_nodes(Sum(0, 0)), "before an operand")


def test_refuses_an_unused_node() -> None:
    refuses_key(with_nodes(Constant(0), Constant(1)), "in no gate")
    refuses_key(with_nodes(Constant(0), gates=()), "in no gate")


def test_refuses_equal_nodes() -> None:
    refuses_key(with_nodes(Constant(0), Constant(0), gates=(0, 1)), "two nodes are equal")
    refuses_key(with_nodes(Constant(0), Sum(0, 0), Sum(0, 0), gates=(1, 2)), "two nodes are equal")


def test_sums_with_exchanged_operands_are_not_equal() -> None:
    key = with_nodes(Constant(0), Constant(1), Sum(0, 1), Sum(1, 0), Product(0, 1), gates=(2, 3, 4))
    assert decode(encode(key)) == key


def test_refuses_nodes_in_another_order() -> None:
    refuses_key(with_nodes(Constant(0), Constant(1), gates=(1, 0)), "is visited where")
    refuses_key(with_nodes(Constant(0), Constant(1), Sum(1, 0), gates=(2,)), "is visited where")
    n = Nodes()
    table, value = n.constant(1), n.advice(0)
    lookup = Lookup(((value,),), (table,))
    refuses_key(replace(limits.plain_key(), nodes=tuple(n.nodes), lookups=(lookup,)), "is visited where")


def test_refuses_points_out_of_their_normal_form() -> None:
    key = limits.plain_key(fixed=2)
    first, second = some_point(0), some_point(1)
    assert decode(encode_with_points(key, [first, second], [1, 2])).fixed_commitments == (first, second)
    assert decode(encode_with_points(key, [first], [1, 1])).fixed_commitments == (first, first)
    assert decode(encode_with_points(key, [first], [0, 1])).fixed_commitments == (None, first)
    refuses(encode_with_points(key, [first, second], [2, 1]), "appears before point 1")
    refuses(encode_with_points(key, [first, first], [1, 2]), "two points are equal")
    refuses(encode_with_points(key, [first, second], [1, 1]), "point 2 is no commitment")
    refuses(encode_with_points(key, [first], [0, 0]), "point 1 is no commitment")
    refuses(encode_with_points(key, [first], [1, 2]), "commitment 2 of 2")


# Limits


@pytest.mark.parametrize(("key", "is_key"), [pytest.param(*case[1:], id=case[0]) for case in limits.cases()])
def test_limits(key: VerifyingKey, is_key: bool) -> None:
    code = encode(key)
    if is_key:
        assert decode(code) == key
    else:
        with pytest.raises(InvalidKey):
            decode(code)


# Derived numbers and sizes


def test_the_numbers_of_the_small_key() -> None:
    key = small_key()
    assert (key.blinding_factors, key.last) == (5, -6)
    assert (key.chunk, key.num_permutation_products, key.num_quotient_pieces) == (3, 2, 4)
    assert key.num_proof_points == 3 + 2 + 2 + 1 + 1 + 4 + 2
    assert key.num_evaluations == 5 + 3 + 1 + 6 + 5 + 3 + 2
    assert key.proof_length == 64 * 15 + 32 * 25


def test_blinding_factors_count_the_queries_of_one_column() -> None:
    queries = (*(Query(0, t) for t in range(4)), Query(1, 0))
    assert replace(limits.plain_key(2), advice_queries=queries).blinding_factors == 6


def test_without_permutation_there_is_no_product() -> None:
    key = limits.plain_key()
    assert (key.num_quotient_pieces, key.num_permutation_products, key.num_evaluations) == (2, 0, 2)


def test_the_numbers_of_the_key_with_everything() -> None:
    key = key_with_everything()
    assert key.num_public_inputs == 3 + 14 + 0 + 1
    assert key.rotations == {0, 1, 2, -1, key.last}
    assert (key.chunk, key.num_permutation_products, key.num_quotient_pieces) == (4, 2, 5)
    assert key.num_proof_points == 3 + 3 * 2 + 2 + 1 + 1 + 5 + 5
    assert key.num_evaluations == 5 + 3 + 1 + 8 + 5 + 5 * 2 + 2


def test_the_distinct_rotations_are_those_of_the_queries() -> None:
    for seed in range(40):
        key = RandomKey(seed).key()
        assert key.rotations == {query.rotation for query in queries(key)}
        assert len(rotation_groups(key)) == len(key.rotations)


@pytest.mark.parametrize("feature", [{"opening": Opening.GWC}, {"transcript_hash": TranscriptHash.BLAKE2B}])
def test_opening_and_transcript_change_one_bit(feature: dict[str, Any]) -> None:
    code = encode(replace(small_key(), **feature))
    assert code[:FEATURES] + b"\x00" + code[FEATURES + 1 :] == SMALL
