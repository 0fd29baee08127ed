"""Makes vectors out of keys and proofs, with the outcome and the gas of the reference.

All are under the setup whose secret is known. While they are made, a multiplication by the secret stands in for the
pairing; `run_vectors.py` executes them with the pairing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from encode import encode, g2
from forge import setup
from forging import SECRET
from run_vectors import VECTORS, Vector
from zk_verify import abi, opening
from zk_verify.curve import G1, G2Point, multiply
from zk_verify.key import (
    VerifyingKey,
)
from zk_verify.precompile import Status, execute

ACCOUNT = bytes.fromhex("00000000000000000000000000000000000be001")


@contextmanager
def pairing_by_secret(secret: int = SECRET) -> Iterator[None]:
    """A multiplication by s in place of the pairing: the same answer for keys of that setup, much sooner."""
    pairing_check = opening.pairing_check

    def check(key: VerifyingKey, left: G1, right: G1) -> bool:
        return left == multiply(secret, right)

    opening.pairing_check = check
    try:
        yield
    finally:
        opening.pairing_check = pairing_check


def vector(
    name: str, key: VerifyingKey | bytes, proof: bytes, public_inputs: bytes, accepted: G2Point | None = None
) -> dict[str, Any]:
    """A vector, with the outcome and the gas of the reference."""
    return executed(fields_of(name, key, proof, public_inputs, accepted))


def fields_of(
    name: str, key: VerifyingKey | bytes, proof: bytes, public_inputs: bytes, accepted: G2Point | None = None
) -> dict[str, Any]:
    """The fields of a vector that say what is called."""
    code = key if isinstance(key, bytes) else encode(key)
    return {
        "Name": name,
        "Input": abi.encode(abi.Call(proof, public_inputs, ACCOUNT)).hex(),
        "AcceptedSetups": [g2(accepted or setup()).hex()],
        "Code": {"0x" + ACCOUNT.hex(): "0x" + code.hex()},
    }


def executed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with what follows from the others."""
    made = Vector(fields, VECTORS)
    outcome = execute(made.message(), made.rules(), made.state())
    assert outcome.status is not Status.BASE
    reverted = {} if outcome.status is Status.RETURNED else {"ExpectedError": outcome.status.value}
    result = {
        "Name": fields["Name"],
        "Input": fields["Input"],
        "Expected": outcome.data.hex(),
        **reverted,
        "Gas": outcome.gas_used,
        "NoBenchmark": bool(reverted),
    }
    rest = {name: value for name, value in fields.items() if name not in result}
    return result | rest | {"Reads": [["code", "0x" + ACCOUNT.hex()]]}


def expecting(holds: bool, fields: dict[str, Any]) -> dict[str, Any]:
    """The vector, whose outcome is this one."""
    assert fields["Expected"] == abi.result(holds).hex(), f"{fields['Name']} should {'' if holds else 'not '}hold"
    return fields
