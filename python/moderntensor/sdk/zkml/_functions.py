"""Calls of any contract function, from its signature or its ABI."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import _abi
from ._reverts import type_name
from .errors import InvalidInput, SignerNotInstalled
from .proof import PublicInputs

#: A contract's ABI, as compilers write it.
ABI = Sequence[Mapping[str, Any]]

#: The function that MyAIApp has.
SUBMIT: Final = "submitResult(bytes,bytes)"

_SIGNATURE: Final = re.compile(r"[A-Za-z_$][\w$]*\(.*\)")


def signature(function: str, abi: ABI) -> str:
    """The signature of a function that is given by it, or by its name in `abi`. Raises :class:`InvalidInput`."""
    text = re.sub(r"\s+", "", function)
    if _SIGNATURE.fullmatch(text):
        return text
    found = [
        f"{entry['name']}({','.join(type_name(part) for part in entry.get('inputs', ()))})"
        for entry in abi
        if entry.get("type") == "function" and entry.get("name") == text
    ]
    if len(found) != 1:
        many = (
            f"has {len(found)} functions of that name: {', '.join(found)}" if found else "has no function of that name"
        )
        raise InvalidInput(
            f"function={function!r}: {'the ABI ' + many if abi else 'without abi= its types are not known'}. Give its "
            f"signature, such as {SUBMIT}"
        )
    return found[0]


def call(function: str, arguments: Sequence[Any]) -> bytes:
    """The call data of ``function`` with these arguments. Raises :class:`InvalidInput` for those that do not fit."""
    types = _types(function)
    if len(types) != len(arguments):
        raise InvalidInput(
            f"{function} takes {len(types)} arguments, {len(arguments)} are given: name all of them with "
            "arguments=[…], the proof and proof.public_inputs among them"
        )
    values = [_value(name, argument) for name, argument in zip(types, arguments)]
    if types == ["bytes", "bytes"]:
        return _abi.call(function, [], *values)
    try:
        from eth_abi.abi import encode
    except ImportError as error:
        raise SignerNotInstalled(
            f'calling {function} needs eth-abi, which comes with eth-account: pip install "eth-account>=0.11"'
        ) from error
    try:
        return _abi.selector(function) + encode(types, values)
    except Exception as error:  # eth-abi has its own hierarchy
        raise InvalidInput(f"{function}: the arguments do not fit its types ({error})") from error


def _value(name: str, argument: Any) -> Any:
    if isinstance(argument, PublicInputs):
        if name == "uint256[]":
            return [int(element) for element in argument]
        if name == "bytes32[]":
            return [element.word() for element in argument]
        return argument.to_bytes()
    if isinstance(argument, bytes | bytearray):
        return bytes(argument)
    if isinstance(argument, str) and name.startswith("bytes"):
        try:
            return bytes.fromhex(argument.removeprefix("0x"))
        except ValueError as error:
            raise InvalidInput(f"{argument[:70]!r} is no {name}: expected 0x and hexadecimal digits") from error
    return argument


def _types(function: str) -> list[str]:
    """The types between the outer parentheses, whole tuples for one."""
    inside = function[function.index("(") + 1 : -1]
    types, depth, begun = [], 0, 0
    for at, character in enumerate(f"{inside},"):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            types.append(inside[begun:at])
            begun = at + 1
    return [name for name in types if name]
