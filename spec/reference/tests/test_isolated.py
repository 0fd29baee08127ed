"""Vectors that isolate a rule: a reader that forgets it accepts the proof. That none is accepted, the vectors hold."""

import json
from dataclasses import replace
from typing import Any

import pytest

import forging
from accumulators import coordinate_limbs
from encode import integer
from isolated import points, with_number_of_public_inputs
from run_vectors import VECTORS, Vector
from zk_verify import abi, key_encoding
from zk_verify.accumulator import coordinates
from zk_verify.curve import G1, G1Point, multiply
from zk_verify.field import WORD, Q
from zk_verify.key import Opening, VerifyingKey
from zk_verify.verify import instance_columns, read_proof, reduce

OF_EZKL = json.loads((VECTORS / "isolated.json").read_text())
OF_FEATURES = json.loads((VECTORS / "isolated-features.json").read_text())


def names(vectors: list[dict[str, Any]], key: str) -> set[str]:
    """What the vectors of a key are made for."""
    return {fields["Name"].removeprefix(f"{key}: ") for fields in vectors if fields["Name"].startswith(f"{key}: ")}


def test_there_is_one_for_each_place() -> None:
    of_key = names(OF_EZKL, "forged-11")
    for place in ("advice 3", "m 1", "z 1", "phi 1", "shuffle", "random", "W"):
        assert {f"made for {what} {place}" for what in ("x + q in", "y + q in", "the identity as")} <= of_key
    assert {"made for x + q in h 4", "the identity as h 4"} <= of_key
    assert {"x + q in W'", "y + q in W'", "made for public input 3 + r", "f_0 of lookup 1 is 0"} <= of_key
    assert sum(name.endswith("+ r") for name in of_key) == 8 + 4


@pytest.mark.parametrize("name", ["classic", "everything"])
def test_there_is_one_for_each_place_of_a_key_with_features(name: str) -> None:
    of_key = names(OF_FEATURES, name)
    (key, *_) = (key_of(fields) for fields in OF_FEATURES if fields["Name"].startswith(f"{name}: "))
    assert {"A", "S", "Z"} <= {place.split()[0] for place in points(key)}
    for place in points(key):
        assert {f"made for x + q in {place}", f"made for y + q in {place}"} <= of_key
        assert {f"made for the identity as {place}", f"the identity as {place}"} & of_key
    solved = {f"W_{i}" for i in range(5)} if key.opening is Opening.GWC else {"W'"}
    assert {f"{axis} + q in {place}" for axis in "xy" for place in solved} <= of_key
    assert {f"made for {what} + r" for what in ("Z", "A", "S", "public input 0")} <= of_key
    zeros = ("comp(input) + beta", "comp(table) + gamma", "A + beta", "S + gamma")
    assert {f"{what} of lookup 0 is 0" for what in zeros} <= of_key


def key_of(fields: dict[str, Any]) -> VerifyingKey:
    """The key of a vector."""
    (code,) = Vector(fields, VECTORS).state().code.values()
    return key_encoding.decode(code)


@pytest.mark.parametrize(
    "fields",
    [fields for fields in OF_EZKL + OF_FEATURES if "made for the coefficient" not in fields["Name"]],
    ids=lambda fields: fields["Name"],
)
def test_a_lenient_reader_accepts_the_proof(fields: dict[str, Any]) -> None:
    if fields["Name"].startswith(("a proof", "instance columns")):
        pytest.skip("made for another key")
    key = key_of(fields)
    call = abi.decode(Vector(fields, VECTORS).message().data)
    read = read_proof(key, call.proof, call.public_inputs, forging.LenientReader)
    key = with_number_of_public_inputs(key, len(call.public_inputs) // WORD)
    columns = instance_columns(key, forging.lenient_public_inputs(call.public_inputs))
    left, right = reduce(replace(key, accumulator=None), columns, read).claim.sides()
    assert left == multiply(forging.SECRET, right)
    if "accumulator" in fields["Name"]:
        accepted_by_somebody = "made for" in fields["Name"] or "that holds" in fields["Name"]
        assert accumulator_holds_leniently(key, call.public_inputs, read.rho) is accepted_by_somebody


def accumulator_holds_leniently(key: VerifyingKey, public_inputs: bytes, rho: int | None) -> bool:
    """Whether the accumulator holds for a client that checks nothing of it, modulo 2^256 and q."""
    place = key.accumulator
    assert place is not None and rho is not None
    column = instance_columns(key, forging.lenient_public_inputs(public_inputs))[place.column]
    x, y, *rhs = (c % 2**256 % Q for c in coordinates(place, column[place.row : place.row + 4 * place.limbs]))
    if (x, y) == (0, 1):  # not on the curve: of order 3
        return rho % 3 == 0
    return point(x, y) == multiply(forging.SECRET, point(*rhs))


def point(x: int, y: int) -> G1:
    """The point, or the identity for zeros."""
    return G1Point(x, y) if (x, y) != (0, 0) else None


def test_proofs_for_other_lengths_hold_under_those() -> None:
    of_lengths = [fields for fields in OF_FEATURES if fields["Name"].startswith("instance columns")]
    assert len(of_lengths) == 3
    for fields in of_lengths:
        lengths = tuple(int(length) for length in fields["Name"].split("for ")[1].strip("(),").split(","))
        key = replace(key_of(fields), instance_lengths=lengths)
        call = abi.decode(Vector(fields, VECTORS).message().data)
        columns = instance_columns(key, forging.lenient_public_inputs(call.public_inputs))
        left, right = reduce(key, columns, read_proof(key, call.proof, call.public_inputs)).claim.sides()
        assert left == multiply(forging.SECRET, right)


def test_wrong_coefficients_are_there_for_both_openings() -> None:
    for name in ("accumulator", "gwc and accumulator"):
        assert {"made for the coefficient 1", "made for the coefficient u"} <= names(OF_FEATURES, name)
    early = "made for the coefficient rho, squeezed before W' is absorbed"
    assert early in names(OF_FEATURES, "accumulator")


def test_limbs_are_those_of_the_coordinates() -> None:
    place = key_of(next(fields for fields in OF_FEATURES if fields["Name"].startswith("everything"))).accumulator
    assert place is not None
    limbs = coordinate_limbs(place, [1, 2, 3, Q])
    assert coordinates(place, limbs) == [1, 2, 3, Q]
    assert all(len(integer(limb, WORD)) == WORD and limb < 1 << place.bits for limb in limbs)
