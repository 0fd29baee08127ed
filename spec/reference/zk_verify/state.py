"""The state that the precompile reads, with its warm and cold slots and accounts (steps 5, 7 and 8; EIP-2929)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .config import ADDRESS


class State(Protocol):
    """What a client gives the precompile. Making warm is undone by the client where a call reverts (EIP-2929)."""

    def slot_is_cold(self, address: bytes, slot: int) -> bool:
        """Whether the slot is cold. Reads nothing."""

    def read_slot(self, address: bytes, slot: int) -> int:
        """The slot's value, or 0. Makes the slot warm; does not touch the account."""

    def account_is_cold(self, address: bytes) -> bool:
        """Whether the account is cold. Reads nothing."""

    def load_code(self, address: bytes) -> bytes:
        """The account's code as it stands: empty if it has none; a delegation is not followed.

        Makes the account warm.
        """


@dataclass
class RecordingState:
    """A state in memory, which records what is read of it, in order."""

    code: Mapping[bytes, bytes] = field(default_factory=dict)
    storage: Mapping[tuple[bytes, int], int] = field(default_factory=dict)
    warm_accounts: set[bytes] = field(default_factory=set)
    warm_slots: set[tuple[bytes, int]] = field(default_factory=set)
    reads: list[tuple[str, bytes] | tuple[str, bytes, int]] = field(default_factory=list)

    def slot_is_cold(self, address: bytes, slot: int) -> bool:
        """Step 5."""
        return (address, slot) not in self.warm_slots

    def read_slot(self, address: bytes, slot: int) -> int:
        """Step 5."""
        self.reads.append(("storage", address, slot))
        self.warm_slots.add((address, slot))
        return self.storage.get((address, slot), 0)

    def account_is_cold(self, address: bytes) -> bool:
        """Step 7. `ADDRESS` is warm from the beginning of every transaction (section 2.4)."""
        return address != ADDRESS and address not in self.warm_accounts

    def load_code(self, address: bytes) -> bytes:
        """Steps 7 and 8."""
        self.reads.append(("code", address))
        self.warm_accounts.add(address)
        return self.code.get(address, b"")
