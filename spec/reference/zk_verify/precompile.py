"""The precompile: the order of checks, with gas and reads of the state (section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from . import abi, key_encoding
from .abi import ADDRESS_LENGTH, MalformedCall
from .config import KEY_SLOT, Rules, saturated
from .field import words
from .key import Opening, VerifyingKey
from .key_encoding import ACCUMULATOR, FEATURES_POSITION, MAX_KEY_LENGTH
from .key_rules import InvalidKey
from .short_form import Form, form_of
from .state import State
from .verify import InvalidProof, verify

BASE_INPUT_LENGTH = 128
"""The input of BLS12_MAP_FP2_TO_G2 (EIP-2537), which has the address from Prague on."""


class CallKind(Enum):
    """The instructions that call (section 4.2, step 2). A transaction that calls `ADDRESS` itself is a CALL."""

    CALL = "CALL"
    STATICCALL = "STATICCALL"
    DELEGATECALL = "DELEGATECALL"
    CALLCODE = "CALLCODE"


@dataclass(frozen=True)
class Message:
    """A call of the precompile."""

    data: bytes
    gas: int
    caller: bytes
    """The account in whose context the call executes, or the sender where a transaction calls `ADDRESS` itself."""
    kind: CallKind = CallKind.STATICCALL
    value: int = 0


class Status(Enum):
    """How a call ends (section 3.2)."""

    RETURNED = "returned"
    REVERTED = "execution reverted"
    OUT_OF_GAS = "out of gas"
    BASE = "belongs to the base"
    """The call is one of the base's precompile, which executes it."""


@dataclass(frozen=True)
class Outcome:
    """How a call ended. `reason` is for people, and not consensus."""

    status: Status
    data: bytes = b""
    gas_used: int = 0
    reason: str = ""


class OutOfGas(Exception):
    """Less gas is left than is to be charged."""


class Revert(Exception):
    """An error of section 3.1, and why."""

    def __init__(self, data: bytes, reason: str) -> None:
        super().__init__(reason)
        self.data = data
        self.reason = reason


class GasMeter:
    """Counts what is charged."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    def charge(self, amount: int) -> None:
        """*Charge x* (section 4.1): if less than x is left, the call runs out of gas; else x is used."""
        if self.limit - self.used < amount:
            raise OutOfGas(f"{amount} gas to be charged, {self.limit - self.used} left of {self.limit}")
        self.used += amount


def execute(message: Message, rules: Rules, state: State) -> Outcome:
    """A call of `ADDRESS`, and its outcome (section 3.2)."""
    if belongs_to_base(message, rules):
        return Outcome(Status.BASE)
    meter = GasMeter(message.gas)
    try:
        verified, reason = run(message, rules, state, meter)
    except OutOfGas as out_of_gas:
        return Outcome(Status.OUT_OF_GAS, gas_used=message.gas, reason=str(out_of_gas))
    except Revert as revert:
        return Outcome(Status.REVERTED, revert.data, meter.used, revert.reason)
    return Outcome(Status.RETURNED, abi.result(verified), meter.used, reason)


def belongs_to_base(message: Message, rules: Rules) -> bool:
    """Step 1, *Base*."""
    return rules.base_has_precompile and len(message.data) == BASE_INPUT_LENGTH


def run(message: Message, rules: Rules, state: State, meter: GasMeter) -> tuple[bool, str]:
    """Steps 2 to 10. Returns whether the proof verifies, and if not, why."""
    check_call(message)
    call = read_input(message, rules, meter)
    charge_work(call, rules, meter)
    if call.key is None:
        bound = read_key_slot(message.caller, rules, state, meter)
        address = binding(bound, message.caller, rules)
    else:
        address = call.key
    code = load_code(address, rules, state, meter)
    key = read_key(code, address, rules)
    charge_points(key, call, rules, meter)
    return check_proof(key, call)


def check_call(message: Message) -> None:
    """Step 2, *Call*."""
    if message.kind in (CallKind.DELEGATECALL, CallKind.CALLCODE):
        raise Revert(abi.error(abi.DELEGATE_CALL_NOT_ALLOWED), f"called by {message.kind.value}")
    if message.value != 0:
        raise Revert(abi.error(abi.NON_PAYABLE), f"sent {message.value} wei")


def read_input(message: Message, rules: Rules, meter: GasMeter) -> abi.Call:
    """Step 3, *Input*."""
    meter.charge(saturated(rules.prices.per_calldata_word * words(message.data)))
    try:
        return abi.decode(message.data)
    except MalformedCall as malformed:
        raise Revert(abi.error(abi.MALFORMED_CALL), str(malformed)) from malformed


def charge_work(call: abi.Call, rules: Rules, meter: GasMeter) -> None:
    """Step 4, *Work*."""
    prices = rules.prices
    of_proof = prices.per_proof_word * words(call.proof)
    of_public_inputs = prices.per_public_input_word * words(call.public_inputs)
    meter.charge(saturated(prices.base + of_proof + of_public_inputs))


def read_key_slot(caller: bytes, rules: Rules, state: State, meter: GasMeter) -> int:
    """Step 5, *Slot*."""
    meter.charge(rules.access_prices.warm_slot)
    if state.slot_is_cold(caller, KEY_SLOT):
        meter.charge(rules.access_prices.cold_slot)
    return state.read_slot(caller, KEY_SLOT)


def binding(slot: int, caller: bytes, rules: Rules) -> bytes:
    """Step 6, *Binding*: the address of the key's account."""
    if slot == 0:
        if rules.default_key is None:
            raise Revert(abi.error(abi.NO_VERIFYING_KEY, caller), "the slot is zero, and there is no default key")
        return rules.default_key
    high, address = abi.word(slot)[:-ADDRESS_LENGTH], abi.word(slot)[-ADDRESS_LENGTH:]
    if any(high):
        raise Revert(abi.error(abi.INVALID_VERIFYING_KEY, address), f"the slot holds 0x{slot:064x}, no address")
    return address


def load_code(address: bytes, rules: Rules, state: State, meter: GasMeter) -> bytes:
    """Step 7, *Account*, and step 8, *Code*."""
    meter.charge(saturated(rules.access_prices.warm_account + rules.access_prices.read_code))
    if state.account_is_cold(address):
        meter.charge(rules.access_prices.cold_account)
    code = state.load_code(address)
    if len(code) > MAX_KEY_LENGTH:
        raise invalid_key(address, f"{len(code)} bytes of code, a key has at most {MAX_KEY_LENGTH}")
    meter.charge(price_of_key(code, rules))
    return code


def price_of_key(code: bytes, rules: Rules) -> int:
    """Step 8: the code's words, and the features that its byte 3 names, whatever else the code is."""
    prices = rules.prices
    features = code[FEATURES_POSITION] if len(code) > FEATURES_POSITION else 0
    price = prices.per_key_word * words(code)
    if features & ACCUMULATOR:
        price += prices.accumulator
    return saturated(price)


def read_key(code: bytes, address: bytes, rules: Rules) -> VerifyingKey:
    """Step 9, *Key*."""
    try:
        key = key_encoding.decode(code)
    except InvalidKey as invalid:
        raise invalid_key(address, str(invalid)) from invalid
    if key.s_g2 not in rules.setups:
        raise invalid_key(address, "the key's [s]G2 is not among the accepted setups")
    return key


def invalid_key(address: bytes, reason: str) -> Revert:
    """`InvalidVerifyingKey(address)`."""
    return Revert(abi.error(abi.INVALID_VERIFYING_KEY, address), reason)


def charge_points(key: VerifyingKey, call: abi.Call, rules: Rules, meter: GasMeter) -> None:
    """Step 10, *Proof*: GWC's opening points, and the points of a proof in short form, by its length alone."""
    price = 0
    if key.opening is Opening.GWC:
        price += rules.prices.per_gwc_point * key.num_opening_points
    if form_of(key, call.proof) is Form.SHORT:
        price += rules.prices.per_short_point * key.num_proof_points
    meter.charge(saturated(price))


def check_proof(key: VerifyingKey, call: abi.Call) -> tuple[bool, str]:
    """Step 10, *Proof*: what follows the charge."""
    try:
        verify(key, call.proof, call.public_inputs)
    except InvalidProof as invalid:
        return False, str(invalid)
    return True, ""
