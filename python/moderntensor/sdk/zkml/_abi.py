"""The Solidity ABI of the precompile at 0x11, as far as it is needed here.

https://docs.soliditylang.org/en/latest/abi-spec.html
"""

from __future__ import annotations

from typing import Final

from .errors import OnChainError, RpcError
from .field import WORD

#: Where the precompile is.
PRECOMPILE: Final = "0x0000000000000000000000000000000000000011"

#: First four bytes of keccak256 of each signature.
SELECTORS: Final = {
    "verify(bytes,bytes)": bytes.fromhex("f7e83aee"),
    "verifyWithKey(address,bytes,bytes)": bytes.fromhex("ccf7fca8"),
    "submitResult(bytes,bytes)": bytes.fromhex("ea253487"),
}


def address_word(address: str) -> bytes:
    """An address, left-padded to a word. Raises ``ValueError`` if it is none."""
    return address_bytes(address).rjust(WORD, b"\0")


def address_bytes(address: str) -> bytes:
    """The twenty bytes of ``0x…``. Raises ``ValueError`` if it is no address."""
    try:
        raw = bytes.fromhex(address.removeprefix("0x"))
    except ValueError:
        raw = b""
    if len(raw) != 20 or not address.startswith("0x"):
        raise ValueError(f"{address!r} is no address: expected 0x and 40 hexadecimal digits")
    return raw


def _word(value: int) -> bytes:
    return value.to_bytes(WORD, "big")


def _tail(data: bytes) -> bytes:
    """A dynamic ``bytes``: its length, then the data padded with zeros to whole words."""
    return _word(len(data)) + data + bytes(-len(data) % WORD)


def two_bytes_call(signature: str, first: bytes, second: bytes) -> bytes:
    """A call of ``f(bytes,bytes)``."""
    head = 2 * WORD
    tail = _tail(first)
    return SELECTORS[signature] + _word(head) + _word(head + len(tail)) + tail + _tail(second)


def verify_call(proof: bytes, public_inputs: bytes, key: str | None = None) -> bytes:
    """``verify(proof, public_inputs)``, or ``verifyWithKey(key, proof, public_inputs)``."""
    proof = bytes(proof)
    if key is None:
        return two_bytes_call("verify(bytes,bytes)", proof, public_inputs)
    head = 3 * WORD
    tail = _tail(proof)
    selector = SELECTORS["verifyWithKey(address,bytes,bytes)"]
    return selector + address_word(key) + _word(head) + _word(head + len(tail)) + tail + _tail(public_inputs)


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


#: Typed errors of the precompile: selector, then what the error means and what to do.
_REVERTS: Final = {
    "NoVerifyingKey(address)": (
        "no verifying key: {} has bound none in its storage and the chain has no default key. "
        "Deploy model.zkvk as a contract and bind it, or name it with key="
    ),
    "InvalidVerifyingKey(address)": (
        "the account {} holds no valid verifying key, or one under an SRS that this chain does not accept"
    ),
    "DelegateCallNotAllowed()": "the precompile was reached by DELEGATECALL or CALLCODE; call it with STATICCALL",
    "NonPayable()": "value was sent along; the precompile takes none",
    "MalformedCall()": "the call data is not the canonical ABI encoding",
}
_REVERT_SELECTORS: Final[dict[bytes, str]] = {}


def revert_error(data: bytes) -> OnChainError:
    """What the precompile's (or an app's) revert data says."""
    from . import _native

    if not _REVERT_SELECTORS:
        _REVERT_SELECTORS.update({_native.keccak256(name.encode())[:4]: name for name in _REVERTS})
    name = _REVERT_SELECTORS.get(data[:4])
    if name is not None:
        argument = "0x" + data[16:36].hex()
        return OnChainError(f"{name.split('(')[0]}: {_REVERTS[name].format(argument)}")
    # Error(string), which Solidity's require() uses.
    if data[:4] == bytes.fromhex("08c379a0") and len(data) >= 4 + 2 * WORD:
        length = int.from_bytes(data[4 + WORD : 4 + 2 * WORD], "big")
        text = data[4 + 2 * WORD :][:length].decode(errors="replace")
        return OnChainError(f"reverted: {text}")
    return OnChainError(f"reverted with 0x{data.hex()}" if data else "reverted without a reason")
