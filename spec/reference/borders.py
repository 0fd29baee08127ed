"""Vectors of keys on both sides of every border that a feature, an instance column or the degree has (section 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import limits
from circuits import key_with_everything, small_key
from encode import encode
from making import vector
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    InstanceQuery,
    LookupArgument,
    Query,
)


def borders() -> Iterator[dict[str, Any]]:
    """Keys on both sides of each border: those of `limits` that a feature, an instance column or the degree has."""
    for group in (limits.of_degrees, limits.of_instances, limits.of_accumulators, limits.of_features):
        for name, key, is_key in group():
            code = encode(key)
            made = vector(name if is_key else f"{name}, which is no key", code, b"", b"")
            assert is_key == ("ExpectedError" not in made), name
            yield made


def broken() -> Iterator[dict[str, Any]]:
    """Encodings that no key has."""
    small, everything = encode(small_key()), encode(key_with_everything())
    for bit in range(4, 8):
        yield refused(f"bit {bit} of the features", small[:3] + bytes([1 << bit]) + small[4:])
    yield refused("the bit of the accumulator without an accumulator", small[:3] + bytes([8]) + small[4:])
    yield refused("an accumulator without its bit", everything[:3] + bytes([7]) + everything[4:])
    log_derivative, classic = encode(small_key()), encode(small_key(LookupArgument.CLASSIC))
    yield refused("the bit of classic lookups with a number of inputs", small[:3] + bytes([4]) + log_derivative[4:])
    yield refused("classic lookups without their bit", classic[:3] + bytes([0]) + classic[4:])
    yield refused("the 2nd of 1 instance columns in a node", encode(limits.with_instances(Query(1, 0), lengths=(1,))))
    one = limits.with_instance(limits.plain_key())
    yield refused("the 2nd of 1 instance columns permuted", encode(limits.permuting(one, [Column(INSTANCE, 1)])))
    yield refused(
        "no instance column, which is permuted", encode(limits.permuting(limits.plain_key(), [Column(INSTANCE, 0)]))
    )
    yield refused("an accumulator in the 2nd of 1 instance columns", encode(limits.accumulating(ONE_TOO_FAR, 12)))
    twice = (InstanceQuery(0, 1), InstanceQuery(0, 1))
    yield refused("an instance query twice", encode(replace(limits.with_instances(), nodes=twice, gates=(0, 1))))
    header = encode(limits.plain_key())
    yield refused("the number of instance columns missing", header[:165])
    yield refused("a length of an instance column cut short", encode(one)[:169])


INSTANCE = ColumnKind.INSTANCE
ONE_TOO_FAR = Accumulator(1, 0, 3, 88)


def refused(name: str, code: bytes) -> dict[str, Any]:
    """A vector of bytes that are no key."""
    made = vector(name, code, b"", b"")
    assert "ExpectedError" in made, name
    return made
