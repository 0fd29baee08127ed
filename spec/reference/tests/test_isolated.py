"""Vectors that isolate a rule: a reader that forgets it accepts the proof. That none is accepted, the vectors hold."""

import json
from typing import Any

import pytest

import forging
from run_vectors import VECTORS, Vector
from zk_verify import abi, key_encoding, opening
from zk_verify.verify import instance_columns, read_proof, reduce

ALL = json.loads((VECTORS / "isolated.json").read_text())


def test_there_is_one_for_each_place() -> None:
    names = {fields["Name"].removeprefix("forged-11: ") for fields in ALL}
    for place in ("advice 3", "m 1", "z 1", "phi 1", "shuffle", "random", "h 4", "W"):
        assert {
            f"made for x + q in {place}",
            f"made for y + q in {place}",
            f"made for the identity as {place}",
        } <= names
    assert {"x + q in W'", "y + q in W'", "made for public input 3 + r", "f_0 of lookup 1 is 0"} <= names
    assert sum(name.endswith("+ r") for name in names) == 8 + 4


@pytest.mark.parametrize("fields", ALL, ids=lambda fields: fields["Name"])
def test_a_lenient_reader_accepts_the_proof(fields: dict[str, Any]) -> None:
    vector = Vector(fields, VECTORS)
    (code,) = vector.state().code.values()
    key = key_encoding.decode(code)
    call = abi.decode(vector.message().data)
    read = read_proof(key, call.proof, call.public_inputs, forging.LenientReader)
    columns = instance_columns(key, forging.lenient_public_inputs(call.public_inputs))
    assert opening.pairing_check(key, *reduce(key, columns, read).claim.sides())
