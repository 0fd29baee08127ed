"""Vectors of the price of a key (section 4.2, steps 8 and 10): gas to the last unit before the charge, for each
feature, and codes that are no key and whose byte 3 has these bits all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from circuits import key_with_everything, small_key
from encode import encode
from making import executed, fields_of
from zk_verify.key import VerifyingKey
from zk_verify.key_encoding import FEATURES_POSITION


def prices(every: dict[str, VerifyingKey]) -> Iterator[dict[str, Any]]:
    """Of keys by their names. Each call has an empty proof."""
    for name in ("no features", "blake2b", "classic", "accumulator"):
        yield from borders_of(f"step 8, {name}", encode(every[name]))
    # An empty proof pays for the opening points, too.
    for name in ("gwc", "gwc, sixteen rotations", "gwc and accumulator", "everything"):
        yield from borders_of(f"step 10, {name}", encode(every[name]))
    for name, code in no_keys():
        yield from borders_of(f"step 8, {name}", code)


def no_keys() -> Iterator[tuple[str, bytes]]:
    """Codes that are no key."""
    everything, small = encode(key_with_everything()), encode(small_key())
    yield "a code of 3 bytes", everything[:FEATURES_POSITION]
    yield "a code of 4 bytes, the last 0x09", everything[:FEATURES_POSITION] + b"\x09"
    yield "a code of 4 bytes, the last 0xf6", everything[:FEATURES_POSITION] + b"\xf6"
    yield "bits 4 to 7 of the features", small[:FEATURES_POSITION] + b"\xf0" + small[FEATURES_POSITION + 1 :]
    yield "all bits of the features", small[:FEATURES_POSITION] + b"\xff" + small[FEATURES_POSITION + 1 :]
    yield "another version, with every feature", b"\x00\x02" + everything[2:]
    yield "a delegation to an address that begins with 0x01", bytes.fromhex("ef0100") + b"\x01" * 20
    yield "a delegation to an address that begins with 0x08", bytes.fromhex("ef0100") + b"\x08" * 20


def borders_of(name: str, code: bytes) -> Iterator[dict[str, Any]]:
    """A call with as much gas as it takes, and with one less."""
    gas = executed(fields_of(name, code, b"", b""))["Gas"]
    yield executed(fields_of(name, code, b"", b"") | {"GasLimit": gas})
    yield executed(fields_of(f"{name}: gas for all but one unit", code, b"", b"") | {"GasLimit": gas - 1})
