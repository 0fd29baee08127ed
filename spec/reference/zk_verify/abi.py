"""The call at 0x11: its two functions, its errors, and the one encoding that is accepted (section 3)."""

from __future__ import annotations

from typing import NamedTuple

from .field import WORD

VERIFY = bytes.fromhex("f7e83aee")
"""verify(bytes,bytes)"""
VERIFY_WITH_KEY = bytes.fromhex("ccf7fca8")
"""verifyWithKey(address,bytes,bytes)"""

NO_VERIFYING_KEY = bytes.fromhex("f9c23a35")
"""NoVerifyingKey(address)"""
INVALID_VERIFYING_KEY = bytes.fromhex("83af1bdd")
"""InvalidVerifyingKey(address)"""
DELEGATE_CALL_NOT_ALLOWED = bytes.fromhex("0d89438e")
"""DelegateCallNotAllowed()"""
NON_PAYABLE = bytes.fromhex("6fb1b0e9")
"""NonPayable()"""
MALFORMED_CALL = bytes.fromhex("2d98cd51")
"""MalformedCall()"""

SELECTOR_LENGTH = 4
ADDRESS_LENGTH = 20


class MalformedCall(ValueError):
    """An input that `abi.encodeCall` does not write."""


class Call(NamedTuple):
    """A call of `verify`, or of `verifyWithKey` if there is a key's address (section 3.1)."""

    proof: bytes
    public_inputs: bytes
    key: bytes | None = None


def word(value: int) -> bytes:
    """An integer as a word (section 1.1)."""
    return value.to_bytes(WORD, "big")


def address_word(address: bytes) -> bytes:
    """An address as a word, its high 12 bytes zero."""
    return bytes(WORD - ADDRESS_LENGTH) + address


def padded(data: bytes) -> bytes:
    """data ‖ pad(data) (section 3.3)."""
    return data + bytes(-len(data) % WORD)


def encode(call: Call) -> bytes:
    """The table of section 3.3, from the top to the bottom."""
    head = VERIFY if call.key is None else VERIFY_WITH_KEY + address_word(call.key)
    first_offset = 2 * WORD if call.key is None else 3 * WORD
    proof = word(len(call.proof)) + padded(call.proof)
    public_inputs = word(len(call.public_inputs)) + padded(call.public_inputs)
    return head + word(first_offset) + word(first_offset + len(proof)) + proof + public_inputs


def decode(data: bytes) -> Call:
    """The call that `data` is the canonical encoding of, or `MalformedCall` (section 3.3).

    Reads the call as its lengths say, and then asks whether encoding it again gives `data`.
    """
    selector = data[:SELECTOR_LENGTH]
    if selector not in (VERIFY, VERIFY_WITH_KEY):
        raise MalformedCall(f"selector 0x{selector.hex()}")
    key = data[16:36] if selector == VERIFY_WITH_KEY else None
    at = SELECTOR_LENGTH + WORD * (2 if key is None else 3)
    proof, at = _read_bytes(data, at)
    public_inputs, at = _read_bytes(data, at)
    call = Call(proof, public_inputs, key)
    if encode(call) != data:
        raise MalformedCall("not as abi.encodeCall writes it: an offset, a padding, an address, or something after it")
    return call


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """A length, and as many bytes; with the position after their padding."""
    start = at + WORD
    length = int.from_bytes(data[at:start], "big")
    if start > len(data) or length > len(data) - start:
        raise MalformedCall(f"ends at byte {len(data)}, before a length at {at} or in what it announces")
    return data[start : start + length], start + len(padded(data[start : start + length]))


def error(selector: bytes, address: bytes | None = None) -> bytes:
    """The error's selector, then its argument as a word if it has one (section 3.2)."""
    return selector if address is None else selector + address_word(address)


def result(verified: bool) -> bytes:
    """A `bool` as a word (section 3.2)."""
    return word(int(verified))
