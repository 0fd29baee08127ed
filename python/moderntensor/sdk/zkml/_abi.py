"""The Solidity ABI of the precompile at 0x11, as far as it is needed here.

https://docs.soliditylang.org/en/latest/abi-spec.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from . import _native
from .errors import InvalidAddress, RpcError
from .field import WORD

#: Where the precompile is.
PRECOMPILE: Final = "0x0000000000000000000000000000000000000011"

#: First four bytes of keccak256 of each signature.
SELECTORS: Final = {
    "verify(bytes,bytes)": bytes.fromhex("f7e83aee"),
    "verifyWithKey(address,bytes,bytes)": bytes.fromhex("ccf7fca8"),
}


def address_bytes(address: str) -> bytes:
    """The twenty bytes of ``0x…``. Raises :class:`InvalidAddress`."""
    raw = _hexadecimal(address)
    if len(raw) != 20:
        raise InvalidAddress(f"{address!r} is no address: expected 0x and 40 hexadecimal digits")
    return raw


def argument_word(argument: str) -> bytes:
    """An argument of a call: an address, left-padded, or a whole word. Raises :class:`InvalidAddress`."""
    raw = _hexadecimal(argument)
    if len(raw) not in (20, WORD):
        raise InvalidAddress(f"{argument!r} is no address and no word: expected 0x and 40 or 64 hexadecimal digits")
    return raw.rjust(WORD, b"\0")


def _hexadecimal(text: str) -> bytes:
    """What stands after ``0x``; empty if it is no hexadecimal text."""
    try:
        return bytes.fromhex(text[2:]) if text.startswith("0x") else b""
    except ValueError:
        return b""


def _word(value: int) -> bytes:
    return value.to_bytes(WORD, "big")


def _tail(data: bytes) -> bytes:
    """A dynamic ``bytes``: its length, then the data padded with zeros to whole words."""
    return _word(len(data)) + data + bytes(-len(data) % WORD)


def call(signature: str, words: Sequence[bytes], *tails: bytes) -> bytes:
    """A call of a function: static words first, then dynamic ``bytes``."""
    head = WORD * (len(words) + len(tails))
    offsets, body = b"", b""
    for tail in map(_tail, tails):
        offsets += _word(head + len(body))
        body += tail
    return (SELECTORS.get(signature) or selector(signature)) + b"".join(words) + offsets + body


def verify_call(proof: bytes, public_inputs: bytes, key: str | None = None) -> bytes:
    """``verify(proof, public_inputs)``, or ``verifyWithKey(key, proof, public_inputs)``."""
    if key is None:
        return call("verify(bytes,bytes)", [], proof, public_inputs)
    word = address_bytes(key).rjust(WORD, b"\0")
    return call("verifyWithKey(address,bytes,bytes)", [word], proof, public_inputs)


def selector(signature: str) -> bytes:
    """The first four bytes of keccak256 of a signature such as ``submitResult(bytes,bytes)``."""
    return _native.keccak256(signature.encode())[:4]


def decode_bool(data: bytes) -> bool:
    """The precompile's answer. Anything but exactly one word of 0 or 1 is no answer."""
    if not data:
        raise RpcError(
            "the node answered with nothing: this chain has no ZK verifier at 0x11. "
            "Start one that has, for example with `zkml node`"
        )
    if len(data) != WORD or int.from_bytes(data, "big") > 1:
        raise RpcError(f"the node answered 0x{data.hex()}, expected a bool: the contract at 0x11 is no ZK verifier")
    return data[-1] == 1
