#!/usr/bin/env python3
"""Runs test vectors, reports every mismatch, and ends with `N passed, M failed`.

    python run_vectors.py [FILE…]

Without files, all of `../vectors/*.json`. The README of that folder tells what the fields mean; `Vector` is the only
place here that knows them. Exit status 1 if there is a mismatch.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zk_verify.config import ADDRESS, FORKS, PERPETUAL_POWERS_OF_TAU, Fork, Rules, accepted_setups
from zk_verify.precompile import CallKind, Message, Outcome, Status, execute
from zk_verify.state import RecordingState

VECTORS = Path(__file__).resolve().parent.parent / "vectors"

DEFAULT_GAS_LIMIT = 30_000_000
DEFAULT_CALLER = "0x00000000000000000000000000000000c0de0001"


def hex_bytes(text: str) -> bytes:
    """Hex, with 0x before it or not."""
    return bytes.fromhex(text.removeprefix("0x"))


def hex_integer(text: str) -> int:
    """A number in hex, with 0x before it or not."""
    return int(text, 16)


@dataclass(frozen=True)
class Vector:
    """One test vector, as it stands in its file."""

    fields: Mapping[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """`Name`."""
        return str(self.fields["Name"])

    def message(self) -> Message:
        """`Input`, `GasLimit`, `Caller`, `Kind`, `Value`."""
        return Message(
            data=hex_bytes(self.fields["Input"]),
            gas=self.fields.get("GasLimit", DEFAULT_GAS_LIMIT),
            caller=hex_bytes(self.fields.get("Caller", DEFAULT_CALLER)),
            kind=CallKind(self.fields.get("Kind", "STATICCALL")),
            value=self.fields.get("Value", 0),
        )

    def fork(self) -> Fork:
        """`Fork`."""
        return FORKS[self.fields.get("Fork", "prague")]

    def rules(self) -> Rules:
        """`AcceptedSetups`, `DefaultKey`, `Fork`."""
        setups = self.fields.get("AcceptedSetups", ["ppot"])
        default_key = self.fields.get("DefaultKey")
        return Rules(
            setups=accepted_setups(PERPETUAL_POWERS_OF_TAU if s == "ppot" else hex_bytes(s) for s in setups),
            default_key=None if default_key is None else hex_bytes(default_key),
            access_prices=self.fork().access_prices,
            base_has_precompile=self.fork().has_precompile,
        )

    def state(self) -> RecordingState:
        """`Code`, `Storage`, `Warm`, `WarmSlots`."""
        storage: Mapping[str, Mapping[str, str]] = self.fields.get("Storage", {})
        return RecordingState(
            code={hex_bytes(address): self.code(value) for address, value in self.fields.get("Code", {}).items()},
            storage={
                (hex_bytes(address), hex_integer(slot)): hex_integer(value)
                for address, slots in storage.items()
                for slot, value in slots.items()
            },
            warm_accounts={hex_bytes(address) for address in self.fields.get("Warm", [])},
            warm_slots={(hex_bytes(address), hex_integer(slot)) for address, slot in self.fields.get("WarmSlots", [])},
        )

    def code(self, value: str) -> bytes:
        """Hex, or the name of a file beside the vectors."""
        return hex_bytes(value) if value.startswith("0x") else (self.folder / value).read_bytes()

    def status(self) -> Status:
        """`Base`, `ExpectedError`."""
        if self.fields.get("Base", False):
            return Status.BASE
        error = self.fields.get("ExpectedError")
        return Status.RETURNED if error is None else Status(error)

    def reads(self) -> list[tuple[str, bytes] | tuple[str, bytes, int]] | None:
        """`Reads`."""
        if "Reads" not in self.fields:
            return None
        return [
            (kind, hex_bytes(address), *(hex_integer(slot) for slot in slots))
            for kind, address, *slots in self.fields["Reads"]
        ]

    def block_access_list(self) -> dict[bytes, set[int]]:
        """`BlockAccessList`."""
        accounts: Mapping[str, list[str]] = self.fields.get("BlockAccessList", {})
        return {hex_bytes(account): {hex_integer(slot) for slot in slots} for account, slots in accounts.items()}

    def mismatches(self, outcome: Outcome, state: RecordingState) -> Iterator[str]:
        """Where the outcome is not the expected one."""
        because = f" ({outcome.reason})" if outcome.reason else ""
        if outcome.status is not self.status():
            yield f"{outcome.status.value}{because}, expected: {self.status().value}"
        if self.status() is Status.BASE:
            return
        expected_data = hex_bytes(self.fields["Expected"])
        if outcome.data != expected_data:
            yield f"data 0x{outcome.data.hex()}{because}, expected 0x{expected_data.hex()}"
        if outcome.gas_used != self.fields["Gas"]:
            yield f"gas {outcome.gas_used}, expected {self.fields['Gas']}"
        expected_reads = self.reads()
        if expected_reads is not None and state.reads != expected_reads:
            yield f"reads {shown(state.reads)}, expected {shown(expected_reads)}"
        accessed = access_list(state.reads) if self.fork().has_access_lists else {}
        if accessed != self.block_access_list():
            yield f"block access list {accessed}, expected {self.block_access_list()}"


def access_list(reads: list[tuple[str, bytes] | tuple[str, bytes, int]]) -> dict[bytes, set[int]]:
    """What a call with these reads adds to a block access list (section 4.3): accounts, each with its slots."""
    accounts: dict[bytes, set[int]] = {ADDRESS: set()}
    for _, address, *slots in reads:
        accounts.setdefault(address, set()).update(slots)
    return accounts


def shown(reads: list[tuple[str, bytes] | tuple[str, bytes, int]]) -> str:
    """Reads of the state, for people."""
    return "[" + ", ".join(f"{kind} 0x{address.hex()}" for kind, address, *_ in reads) + "]"


def run(vector: Vector) -> list[str]:
    """Executes a vector and returns its mismatches."""
    state = vector.state()
    outcome = execute(vector.message(), vector.rules(), state)
    return list(vector.mismatches(outcome, state))


def main(arguments: list[str]) -> int:
    """Runs the files and reports."""
    files = [Path(argument) for argument in arguments] or sorted(VECTORS.glob("*.json"))
    passed = failed = 0
    for file in files:
        for fields in json.loads(file.read_text()):
            vector = Vector(fields, file.resolve().parent)
            mismatches = run(vector)
            for mismatch in mismatches:
                print(f"{file.name}: {vector.name}: {mismatch}")
            passed += not mismatches
            failed += bool(mismatches)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
