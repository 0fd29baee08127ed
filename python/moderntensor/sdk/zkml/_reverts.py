"""What the data of a revert says: errors of the precompile, of this project's contracts, and of any ABI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import _abi
from .errors import OnChainError
from .field import WORD

#: Typed errors of the precompile: what each means and what to do. Its arguments stand for {0}, {1}…
_PRECOMPILE: Final = {
    "NoVerifyingKey(address)": (
        "no verifying key: {0} has bound none in its storage and the chain has no default key. "
        "Deploy model.zkvk as a contract and name it with key=, or ask as a contract that has bound one (app=)"
    ),
    "InvalidVerifyingKey(address)": (
        "the account {0} holds no valid verifying key, or one under an SRS that this chain does not accept "
        "(for tests: `zkml node --accept-srs model.zkvk`)"
    ),
    "DelegateCallNotAllowed()": "the precompile was reached by DELEGATECALL or CALLCODE; call it with STATICCALL",
    "NonPayable()": "value was sent along; the precompile takes none",
    "MalformedCall()": "the call data is not the canonical ABI encoding",
}

#: Errors of the contracts in contracts/src, and of Solidity itself.
_KNOWN: Final = _PRECOMPILE | {
    "InvalidProof()": "the proof is not valid under the contract's key for these public inputs",
    "ZKVerifierUnavailable()": "this chain has no ZK verifier at 0x11, or the call ran out of gas",
    "NotWholeWords(uint256)": "the public inputs have {0} bytes, expected a multiple of 32",
    "NotAFieldElement(uint256)": "the word {0} is no field element",
    "WordOutOfBounds(uint256,uint256)": "public input {0} was asked for, there are {1}",
    "TooFewPublicInputs(uint256,uint256)": "there are {0} public inputs, fewer than the {1} of the output",
    "OutOfRange(int256,uint256)": "{0} does not fit into {1} bits",
    "ScaleTooLarge(uint256)": "a scale of {0} is too large",
    "TooManyToPack(uint256,uint256)": "{0} values of {1} bits do not fit into a word",
    "Overflow()": "a number does not fit",
    "KeyAlreadyBound(address)": "the contract has bound the key {0} already",
    "KeyWithoutCode(address)": "there is no code at {0}, which was named as the key",
    "KeyCodeHashMismatch(address,bytes32,bytes32)": "the key at {0} has the id {1}, expected {2}",
    "KeyTooLarge(uint256,uint256)": (
        "the key has {0} bytes, and a contract has at most {1}: make the circuit smaller, or put the key into the "
        "chain's genesis"
    ),
    "DeploymentFailed(uint256)": (
        "a key of {0} bytes could not be deployed: the gas ran out, or the chain's limit for code is lower"
    ),
    "AlreadyProven(bytes32,address)": "this statement was proven before, by {1}",
    "NotEnoughGasToProbe()": "too little gas was sent to find out whether the chain has the verifier",
    "NotCommitted(bytes32)": "nothing was committed under {0}",
    "AlreadyCommitted(bytes32)": "{0} was committed already",
    "CommitmentOutOfBounds(uint256,uint256)": "commitment {0} was asked for in a proof of {1} bytes",
    "ProofTooLong(uint256,uint256)": "the proof has {0} bytes, and the proofs of this key have {1} at most",
    "NoPoint(uint256)": "the word {0} of a short proof stands for no point of the curve",
    "NotAnnounced(bytes32)": "the change {0} was not announced",
    "ImplementationWithoutCode(address)": "there is no code at {0}, which was announced as the implementation",
    "TooEarly(uint256,uint256)": "it is {0}, and this may be done from {1} on",
    "TooLate(uint256,uint256)": "it is {0}, and this could be done until {1}",
    "Error(string)": "{0}",
    "Panic(uint256)": "a panic of Solidity, {0}",
}

#: https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
_PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "an arithmetic operation over- or underflowed",
    0x12: "a division by zero",
    0x21: "a number that is no value of an enum",
    0x22: "a storage byte array that is wrongly encoded",
    0x31: "pop() on an empty array",
    0x32: "an index out of bounds",
    0x41: "too much memory, or an array too large",
    0x51: "a call of an uninitialised function",
}


def revert_error(data: bytes, abi: Sequence[Mapping[str, Any]] = ()) -> OnChainError:
    """The error that revert data stands for; errors of a contract's own `abi` are known too."""
    if not data:
        return OnChainError("reverted without a reason")
    for entry in abi:
        if entry.get("type") == "error":
            types = [type_name(part) for part in entry.get("inputs", ())]
            if _abi.selector(f"{entry['name']}({','.join(types)})") == data[:4]:
                names = [part.get("name") or f"{at}" for at, part in enumerate(entry.get("inputs", ()))]
                values = decode(types, data[4:])
                if values is None:
                    return OnChainError(f"reverted with {entry['name']}, 0x{data[4:].hex()}")
                told = ", ".join(f"{name} = {_shown(value)}" for name, value in zip(names, values))
                return OnChainError(f"reverted with {entry['name']}({told})")
    for signature, text in _KNOWN.items():
        if _abi.selector(signature) == data[:4]:
            return _known(signature, text, data)
    return OnChainError(
        f"reverted with 0x{data.hex()}, an error that is not known here: give the contract's ABI (abi=)"
    )


def _known(signature: str, text: str, data: bytes) -> OnChainError:
    name, _, rest = signature.rstrip(")").partition("(")
    values = decode(rest.split(",") if rest else [], data[4:])
    if values is None:
        return OnChainError(f"reverted with {name}, 0x{data[4:].hex()}")
    if name == "Error":
        return OnChainError(f"reverted: {values[0]}")
    if name == "Panic":
        return OnChainError(f"reverted: {_PANICS.get(values[0], f'panic {values[0]:#x}')} (panic {values[0]:#x})")
    return OnChainError(f"{name}: {text.format(*map(_shown, values))}")


def _shown(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def type_name(part: Mapping[str, Any]) -> str:
    """A parameter's type as it stands in a signature: tuples are written out."""
    name = str(part["type"])
    if not name.startswith("tuple"):
        return name
    return f"({','.join(type_name(inner) for inner in part.get('components', ()))}){name[len('tuple') :]}"


def decode(types: Sequence[str], data: bytes) -> list[Any] | None:
    """The values of simple types; those of any type where eth-abi, which comes with eth-account, is installed."""
    try:
        return [_simple(name, data, index) for index, name in enumerate(types)]
    except (IndexError, ValueError):
        pass
    try:
        from eth_abi.abi import decode as decode_any

        return list(decode_any(list(types), data))
    except Exception:  # not there, or what came is no such encoding
        return None


def _simple(name: str, data: bytes, index: int) -> Any:
    word = data[WORD * index : WORD * (index + 1)]
    if len(word) != WORD:
        raise IndexError(name)
    number = int.from_bytes(word, "big")
    if name == "address":
        return "0x" + word[12:].hex()
    if name == "bytes32":
        return word
    if name == "bool":
        return bool(number)
    if name.startswith("uint") and name[4:].isdigit():
        return number
    if name.startswith("int") and name[3:].isdigit():
        return number - (1 << 256) if number >> 255 else number
    if name in ("string", "bytes"):
        length = int.from_bytes(data[number : number + WORD], "big")
        raw = data[number + WORD :][:length]
        return raw.decode(errors="replace") if name == "string" else raw
    raise ValueError(name)
