"""What the precompile's rules are: those of the specification, and those that a chain configures (section 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from .curve import G2_GENERATOR, G2_LENGTH, G2Point, InvalidPoint, read_g2
from .field import NotCanonical

ADDRESS = bytes.fromhex("0000000000000000000000000000000000000011")
KEY_SLOT = 0xB7E2E6C0DF4042293C1C3043569A1058471902D6C36287E0FECE45197F54AFAC

PERPETUAL_POWERS_OF_TAU = bytes.fromhex(
    "186282957db913abd99f91db59fe69922e95040603ef44c0bd7aa3adeef8f5ac"
    "17944351223333f260ddc3b4af45191b856689eda9eab5cbcddbbe570ce860d2"
    "298adc7396bd3865cbf6d6df91bae406694e6d2215baa893bdeadb63052895f4"
    "297772d34bc9aa8ae56162486363ffe417b02dc7e8c207fc2cc20203e67a02ad"
)
"""The [s]G2 of the perpetual powers of tau."""

MAX_GAS = (1 << 64) - 1

T = TypeVar("T")


class InvalidConfiguration(ValueError):
    """A configuration that MUST be refused."""


def saturated(gas: int) -> int:
    """A sum or product of prices, which saturates at 2^64 - 1 (section 4.1)."""
    return min(gas, MAX_GAS)


class Prices(NamedTuple):
    """The eight gas prices that a chain configures, with their defaults (section 2.1)."""

    base: int = 38_000
    per_calldata_word: int = 3
    per_proof_word: int = 325
    per_public_input_word: int = 35
    per_key_word: int = 245
    accumulator: int = 15_000
    per_gwc_point: int = 1_700
    per_short_point: int = 920


STANDARD_PRICES = Prices()


class AccessPrices(NamedTuple):
    """What the fork takes for accesses to the state (section 2.1)."""

    warm_slot: int
    cold_slot: int
    warm_account: int
    cold_account: int
    read_code: int = 0


SINCE_BERLIN = AccessPrices(warm_slot=100, cold_slot=2_000, warm_account=100, cold_account=2_500)
"""EIP-2929."""


class Fork(NamedTuple):
    """A row of section 2.6: what a fork of Ethereum is to the precompile."""

    access_prices: AccessPrices
    has_precompile: bool = False
    """Whether it has a precompile of its own at `ADDRESS`: BLS12_MAP_FP2_TO_G2 from Prague on."""
    has_access_lists: bool = False
    """Whether blocks have access lists (EIP-7928)."""


FORKS = {
    "frontier": Fork(AccessPrices(warm_slot=50, cold_slot=0, warm_account=20, cold_account=0)),
    "tangerine": Fork(AccessPrices(warm_slot=200, cold_slot=0, warm_account=700, cold_account=0)),
    "istanbul": Fork(AccessPrices(warm_slot=800, cold_slot=0, warm_account=700, cold_account=0)),
    "berlin": Fork(SINCE_BERLIN),
    "london": Fork(SINCE_BERLIN),
    "paris": Fork(SINCE_BERLIN),
    "shanghai": Fork(SINCE_BERLIN),
    "cancun": Fork(SINCE_BERLIN),
    "prague": Fork(SINCE_BERLIN, has_precompile=True),
    "osaka": Fork(SINCE_BERLIN, has_precompile=True),
    "amsterdam": Fork(
        SINCE_BERLIN._replace(cold_account=2_900, read_code=100), has_precompile=True, has_access_lists=True
    ),
}
"""By their names in lower case, the oldest first."""


def accepted_setup(encoded: bytes) -> G2Point:
    """A point [s]G2 that a chain may accept (section 2.2)."""
    if len(encoded) != G2_LENGTH:
        raise InvalidConfiguration(f"accepted setup: {len(encoded)} bytes, a point [s]G2 has {G2_LENGTH}")
    try:
        point = read_g2(encoded)
    except (NotCanonical, InvalidPoint) as invalid:
        raise InvalidConfiguration(f"accepted setup: {invalid}") from invalid
    if point == G2_GENERATOR:
        raise InvalidConfiguration("accepted setup: the generator of G2, whose secret is 1")
    return point


def accepted_setups(encoded: Iterable[bytes]) -> frozenset[G2Point]:
    """A list of accepted setups, which is not empty (section 2.2)."""
    setups = frozenset(accepted_setup(point) for point in encoded)
    if not setups:
        raise InvalidConfiguration("accepted setups: none")
    return setups


@dataclass(frozen=True)
class Rules:
    """What holds in one block (section 2.2)."""

    setups: frozenset[G2Point]
    default_key: bytes | None = None
    prices: Prices = STANDARD_PRICES
    access_prices: AccessPrices = SINCE_BERLIN
    base_has_precompile: bool = True
    """Whether the fork has a precompile of its own at `ADDRESS`: BLS12_MAP_FP2_TO_G2 from Prague on."""


class Block(NamedTuple):
    """What activation looks at (section 2.4)."""

    number: int
    timestamp: int


@dataclass(frozen=True)
class Activation:
    """From which block or timestamp on something holds (section 2.4)."""

    number: int | None = None
    timestamp: int | None = None

    def __post_init__(self) -> None:
        if (self.number is None) == (self.timestamp is None):
            raise InvalidConfiguration("activation: either a block number or a timestamp")

    def is_active(self, block: Block) -> bool:
        """Whether it holds in a block."""
        if self.number is not None:
            return block.number >= self.number
        return self.timestamp is not None and block.timestamp >= self.timestamp


@dataclass(frozen=True)
class Rule(Generic[T]):
    """A value at genesis and a list of changes (section 2.4)."""

    genesis: T
    changes: tuple[tuple[Activation, T], ...] = ()

    def value(self, block: Block) -> T:
        """That of the last change in the list that is active, or else the value at genesis."""
        active = [value for activation, value in self.changes if activation.is_active(block)]
        return active[-1] if active else self.genesis


def default_setups() -> Rule[frozenset[G2Point]]:
    """The perpetual powers of tau, alone (section 2.3)."""
    return Rule(accepted_setups([PERPETUAL_POWERS_OF_TAU]))


@dataclass(frozen=True)
class ChainConfiguration:
    """What a chain configures (sections 2.2 and 2.4)."""

    setups: Rule[frozenset[G2Point]]
    default_key: Rule[bytes | None] = Rule(None)
    prices: Rule[Prices] = Rule(STANDARD_PRICES)
    exists_from: Activation | None = None
    """When the precompile comes into being; None for genesis."""

    def rules(self, block: Block, base_has_precompile: bool) -> Rules | None:
        """The rules in a block, or None if `ADDRESS` is yet what the fork has there (section 2.4)."""
        if self.exists_from is not None and not self.exists_from.is_active(block):
            return None
        return Rules(
            setups=self.setups.value(block),
            default_key=self.default_key.value(block),
            prices=self.prices.value(block),
            base_has_precompile=base_has_precompile,
        )
