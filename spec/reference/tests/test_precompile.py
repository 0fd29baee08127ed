"""The order of checks, with gas and reads (section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from circuits import key_with_everything, small_key
from encode import encode
from forge import forge
from zk_verify import abi
from zk_verify.abi import Call, word
from zk_verify.config import (
    ADDRESS,
    KEY_SLOT,
    PERPETUAL_POWERS_OF_TAU,
    SINCE_BERLIN,
    AccessPrices,
    Prices,
    Rules,
    accepted_setups,
)
from zk_verify.conversion import shorten
from zk_verify.field import words
from zk_verify.key_encoding import MAX_KEY_LENGTH
from zk_verify.precompile import CallKind, Message, Outcome, Status, execute
from zk_verify.state import RecordingState

CALLER, ACCOUNT, OTHER = (bytes([n]) * 20 for n in (0xCA, 0xAC, 0x07))
KEY = encode(small_key())
PROOF, PUBLIC_INPUTS = forge(small_key())
RULES = Rules(setups=frozenset([small_key().s_g2]))

BY_SLOT = abi.encode(Call(PROOF, PUBLIC_INPUTS))
BY_NAME = abi.encode(Call(PROOF, PUBLIC_INPUTS, ACCOUNT))
MALFORMED = BY_SLOT + b"\x00"

TRUE = word(1)
FALSE = word(0)


def calldata(data: bytes) -> int:
    return 3 * words(data)


WORK = 38_000 + 325 * words(PROOF) + 35 * words(PUBLIC_INPUTS)
CODE = 245 * words(KEY)


@dataclass
class Case:
    """A call, and what is around it."""

    data: bytes = BY_SLOT
    gas: int = 30_000_000
    slot: int | None = int.from_bytes(ACCOUNT, "big")
    code: bytes | None = KEY
    rules: Rules = RULES
    kind: CallKind = CallKind.STATICCALL
    value: int = 0
    warm_accounts: set[bytes] = field(default_factory=set)
    warm_slots: set[tuple[bytes, int]] = field(default_factory=set)

    def run(self) -> tuple[Outcome, RecordingState]:
        state = RecordingState(
            code={} if self.code is None else {ACCOUNT: self.code},
            storage={} if self.slot is None else {(CALLER, KEY_SLOT): self.slot},
            warm_accounts=set(self.warm_accounts),
            warm_slots=set(self.warm_slots),
        )
        message = Message(self.data, self.gas, CALLER, self.kind, self.value)
        return execute(message, self.rules, state), state


def ends(case: Case, status: Status, data: bytes, gas: int, *reads: tuple[str, bytes] | tuple[str, bytes, int]) -> None:
    outcome, state = case.run()
    assert (outcome.status, outcome.data) == (status, data), outcome.reason
    assert outcome.gas_used == gas
    assert state.reads == list(reads)


SLOT_READ = ("storage", CALLER, KEY_SLOT)
CODE_READ = ("code", ACCOUNT)
ALL_BY_SLOT = calldata(BY_SLOT) + WORK + 2_100 + 2_600 + CODE
ALL_BY_NAME = calldata(BY_NAME) + WORK + 2_600 + CODE


def test_returns_true_by_slot_and_by_name() -> None:
    ends(Case(), Status.RETURNED, TRUE, ALL_BY_SLOT, SLOT_READ, CODE_READ)
    ends(Case(BY_NAME, slot=None), Status.RETURNED, TRUE, ALL_BY_NAME, CODE_READ)


def test_returns_false_for_the_same_gas() -> None:
    data = abi.encode(Call(PROOF[::-1], PUBLIC_INPUTS))
    ends(Case(data), Status.RETURNED, FALSE, ALL_BY_SLOT, SLOT_READ, CODE_READ)


def test_warm_accesses_are_cheaper() -> None:
    warm = Case(warm_accounts={ACCOUNT}, warm_slots={(CALLER, KEY_SLOT)})
    ends(warm, Status.RETURNED, TRUE, ALL_BY_SLOT - 2_000 - 2_500, SLOT_READ, CODE_READ)
    ends(Case(warm_accounts={ACCOUNT, CALLER}), Status.RETURNED, TRUE, ALL_BY_SLOT - 2_500, SLOT_READ, CODE_READ)


def test_what_is_read_becomes_warm() -> None:
    _, state = Case().run()
    assert state.warm_accounts == {ACCOUNT}
    assert state.warm_slots == {(CALLER, KEY_SLOT)}


@pytest.mark.parametrize("kind", CallKind)
def test_the_base_has_inputs_of_128_bytes(kind: CallKind) -> None:
    case = Case(bytes(128), kind=kind, value=1, gas=0)
    assert case.run()[0].status is Status.BASE


@pytest.mark.parametrize("length", [0, 127, 129])
def test_the_base_has_no_other_inputs(length: int) -> None:
    ends(Case(bytes(length)), Status.REVERTED, abi.MALFORMED_CALL, 3 * -(-length // 32))


def test_without_a_precompile_of_the_base_128_bytes_are_malformed() -> None:
    rules = replace(RULES, base_has_precompile=False)
    ends(Case(bytes(128), rules=rules), Status.REVERTED, abi.MALFORMED_CALL, 12)


@pytest.mark.parametrize("kind", [CallKind.DELEGATECALL, CallKind.CALLCODE])
def test_refuses_delegate_calls_before_all_else(kind: CallKind) -> None:
    for case in (Case(kind=kind), Case(MALFORMED, kind=kind, value=1, gas=0)):
        ends(case, Status.REVERTED, bytes.fromhex("0d89438e"), 0)


def test_refuses_value_before_the_input() -> None:
    for case in (Case(kind=CallKind.CALL, value=1), Case(MALFORMED, kind=CallKind.CALL, value=2**255, gas=0)):
        ends(case, Status.REVERTED, bytes.fromhex("6fb1b0e9"), 0)


def test_a_call_without_value_is_as_good_as_a_static_one() -> None:
    ends(Case(kind=CallKind.CALL), Status.RETURNED, TRUE, ALL_BY_SLOT, SLOT_READ, CODE_READ)


def test_malformed_input_costs_its_words() -> None:
    cost = calldata(MALFORMED)
    ends(Case(MALFORMED), Status.REVERTED, bytes.fromhex("2d98cd51"), cost)
    ends(Case(MALFORMED, gas=cost), Status.REVERTED, bytes.fromhex("2d98cd51"), cost)
    ends(Case(MALFORMED, gas=cost - 1), Status.OUT_OF_GAS, b"", cost - 1)


BOUNDARIES = [
    # gas that just suffices, and what was read with one less
    (calldata(BY_SLOT), []),
    (calldata(BY_SLOT) + WORK, []),
    (calldata(BY_SLOT) + WORK + 100, []),
    (calldata(BY_SLOT) + WORK + 2_100, []),
    (calldata(BY_SLOT) + WORK + 2_200, [SLOT_READ]),
    (calldata(BY_SLOT) + WORK + 2_100 + 2_600, [SLOT_READ]),
    (ALL_BY_SLOT, [SLOT_READ, CODE_READ]),
]


@pytest.mark.parametrize(("gas", "reads"), BOUNDARIES)
def test_runs_out_of_gas_one_below_each_charge(gas: int, reads: list[tuple[str, bytes]]) -> None:
    ends(Case(gas=gas - 1), Status.OUT_OF_GAS, b"", gas - 1, *reads)


def test_exactly_enough_gas_is_enough() -> None:
    ends(Case(gas=ALL_BY_SLOT), Status.RETURNED, TRUE, ALL_BY_SLOT, SLOT_READ, CODE_READ)
    ends(Case(BY_NAME, gas=ALL_BY_NAME), Status.RETURNED, TRUE, ALL_BY_NAME, CODE_READ)
    ends(Case(BY_NAME, gas=ALL_BY_NAME - 1), Status.OUT_OF_GAS, b"", ALL_BY_NAME - 1, CODE_READ)


def test_what_a_call_cannot_pay_for_stays_cold() -> None:
    _, state = Case(gas=calldata(BY_SLOT) + WORK + 2_099).run()
    assert not state.warm_slots
    _, state = Case(gas=calldata(BY_SLOT) + WORK + 2_100 + 2_599).run()
    assert not state.warm_accounts


def test_an_unbound_caller_has_no_key() -> None:
    for slot in (None, 0):
        gas = calldata(BY_SLOT) + WORK + 2_100
        ends(Case(slot=slot), Status.REVERTED, abi.error(abi.NO_VERIFYING_KEY, CALLER), gas, SLOT_READ)


def test_an_unbound_caller_uses_the_default_key() -> None:
    rules = replace(RULES, default_key=ACCOUNT)
    ends(Case(slot=None, rules=rules), Status.RETURNED, TRUE, ALL_BY_SLOT, SLOT_READ, CODE_READ)


def test_a_bound_caller_does_not_fall_back() -> None:
    rules = replace(RULES, default_key=ACCOUNT)
    case = Case(slot=int.from_bytes(OTHER, "big"), rules=rules)
    gas = calldata(BY_SLOT) + WORK + 2_100 + 2_600
    ends(case, Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, OTHER), gas, SLOT_READ, ("code", OTHER))


@pytest.mark.parametrize("high", [1, 1 << 95])
def test_a_slot_that_is_no_address_is_refused(high: int) -> None:
    gas = calldata(BY_SLOT) + WORK + 2_100
    expected = abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT)
    slot = int.from_bytes(ACCOUNT, "big")
    ends(Case(slot=slot | high << 160), Status.REVERTED, expected, gas, SLOT_READ)
    zero = abi.error(abi.INVALID_VERIFYING_KEY, bytes(20))
    ends(Case(slot=high << 160, rules=replace(RULES, default_key=ACCOUNT)), Status.REVERTED, zero, gas, SLOT_READ)


def test_a_named_key_needs_no_slot_and_no_default() -> None:
    rules = replace(RULES, default_key=OTHER)
    ends(Case(BY_NAME, slot=int.from_bytes(OTHER, "big"), rules=rules), Status.RETURNED, TRUE, ALL_BY_NAME, CODE_READ)


@pytest.mark.parametrize(
    ("code", "paid"),
    [
        (None, 0),
        (b"", 0),
        (b"\x00", 1),
        (bytes.fromhex("ef0100") + b"\x06" * 20, 1),
        (KEY + b"\x00", words(KEY + b"\x00")),
        (bytes(MAX_KEY_LENGTH), MAX_KEY_LENGTH // 32),
        (bytes(MAX_KEY_LENGTH + 1), 0),
    ],
    ids=["none", "empty", "stop", "delegation", "one byte more", "longest", "too long"],
)
def test_code_that_is_no_key_is_paid_for_and_refused(code: bytes | None, paid: int) -> None:
    gas = calldata(BY_NAME) + WORK + 2_600 + 245 * paid
    ends(Case(BY_NAME, code=code), Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT), gas, CODE_READ)


@pytest.mark.parametrize(
    ("features", "price"),
    [(0x00, 0), (0x01, 0), (0x02, 0), (0x04, 0), (0x08, 15_000), (0x0F, 15_000), (0xF7, 0), (0xFF, 15_000)],
)
def test_byte_3_of_any_code_has_a_price(features: int, price: int) -> None:
    gas = calldata(BY_NAME) + WORK + 2_600 + 245 + price
    for code in (bytes(3) + bytes([features]), b"\xef\x01\x00" + bytes([features]) * 20):
        ends(Case(BY_NAME, code=code), Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT), gas, CODE_READ)
        poor = Case(BY_NAME, code=code, gas=gas - 1)
        ends(poor, Status.OUT_OF_GAS, b"", gas - 1, CODE_READ)


def test_a_code_of_three_bytes_has_no_features() -> None:
    gas = calldata(BY_NAME) + WORK + 2_600 + 245
    refused = abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT)
    ends(Case(BY_NAME, code=b"\xff" * 3), Status.REVERTED, refused, gas, CODE_READ)


def test_features_are_paid_for_where_the_proof_verifies() -> None:
    key = key_with_everything()
    data = abi.encode(Call(*forge(key), ACCOUNT))
    call = abi.decode(data)
    work = 38_000 + 325 * words(call.proof) + 35 * words(call.public_inputs)
    gas = calldata(data) + work + 2_600 + 245 * words(encode(key)) + 15_000 + 1_700 * key.num_opening_points
    ends(Case(data, code=encode(key)), Status.RETURNED, TRUE, gas, CODE_READ)


SHORT = shorten(small_key(), PROOF)
IN_SHORT_FORM = abi.encode(Call(SHORT, PUBLIC_INPUTS, ACCOUNT))
OF_POINTS = 920 * small_key().num_proof_points
BEFORE_STEP_10 = calldata(IN_SHORT_FORM) + WORK - 325 * small_key().num_proof_points + 2_600 + CODE


def test_the_points_of_a_short_proof_are_paid_for_in_step_10() -> None:
    gas = BEFORE_STEP_10 + OF_POINTS
    ends(Case(IN_SHORT_FORM), Status.RETURNED, TRUE, gas, CODE_READ)
    ends(Case(IN_SHORT_FORM, gas=gas), Status.RETURNED, TRUE, gas, CODE_READ)
    for limit in (gas - 1, BEFORE_STEP_10):
        ends(Case(IN_SHORT_FORM, gas=limit), Status.OUT_OF_GAS, b"", limit, CODE_READ)


def test_the_length_alone_says_that_a_proof_is_short() -> None:
    for content in (bytes(len(SHORT)), b"\xff" * len(SHORT), PROOF[: len(SHORT)]):
        data = abi.encode(Call(content, PUBLIC_INPUTS, ACCOUNT))
        ends(Case(data), Status.RETURNED, FALSE, BEFORE_STEP_10 + OF_POINTS, CODE_READ)
    for inputs in (b"", PUBLIC_INPUTS + bytes(32)):
        data = abi.encode(Call(SHORT, inputs, ACCOUNT))
        words_more = words(inputs) - words(PUBLIC_INPUTS)
        ends(Case(data), Status.RETURNED, FALSE, BEFORE_STEP_10 + OF_POINTS + 38 * words_more, CODE_READ)


@pytest.mark.parametrize("length", [0, len(SHORT) - 32, len(SHORT) - 1, len(SHORT) + 1, len(SHORT) + 32])
def test_a_proof_of_another_length_costs_nothing_in_step_10(length: int) -> None:
    data = abi.encode(Call((SHORT + bytes(32))[:length], PUBLIC_INPUTS, ACCOUNT))
    words_more = -(-length // 32) - words(SHORT)
    ends(Case(data), Status.RETURNED, FALSE, BEFORE_STEP_10 + 328 * words_more, CODE_READ)


def test_a_short_proof_under_no_key_costs_nothing_in_step_10() -> None:
    rules = Rules(setups=accepted_setups([PERPETUAL_POWERS_OF_TAU]))
    refused = abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT)
    ends(Case(IN_SHORT_FORM, rules=rules), Status.REVERTED, refused, BEFORE_STEP_10, CODE_READ)


def test_the_precompile_itself_is_warm() -> None:
    data = abi.encode(Call(b"", b"", ADDRESS))
    gas = calldata(data) + 38_000 + 100
    ends(Case(data), Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, ADDRESS), gas, ("code", ADDRESS))


def test_the_setup_must_be_accepted() -> None:
    rules = Rules(setups=accepted_setups([PERPETUAL_POWERS_OF_TAU]))
    expected = abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT)
    ends(Case(rules=rules), Status.REVERTED, expected, ALL_BY_SLOT, SLOT_READ, CODE_READ)
    both = replace(rules, setups=rules.setups | RULES.setups)
    ends(Case(rules=both), Status.RETURNED, TRUE, ALL_BY_SLOT, SLOT_READ, CODE_READ)


def test_an_empty_proof_tells_whether_there_is_a_key() -> None:
    data = abi.encode(Call(b"", b"", ACCOUNT))
    gas = calldata(data) + 38_000 + 2_600
    ends(Case(data), Status.RETURNED, FALSE, gas + CODE, CODE_READ)
    ends(Case(data, code=None), Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT), gas, CODE_READ)


def test_before_berlin_an_access_has_one_price() -> None:
    istanbul = replace(RULES, access_prices=AccessPrices(800, 0, 700, 0))
    ends(Case(rules=istanbul), Status.RETURNED, TRUE, ALL_BY_SLOT - 2_100 - 2_600 + 800 + 700, SLOT_READ, CODE_READ)


def test_code_is_paid_for_with_its_account_and_before_either_is_read() -> None:
    later = replace(RULES, access_prices=SINCE_BERLIN._replace(read_code=777))
    all_by_slot = ALL_BY_SLOT + 777
    ends(Case(rules=later), Status.RETURNED, TRUE, all_by_slot, SLOT_READ, CODE_READ)
    unpaid = all_by_slot - CODE - 1
    ends(Case(rules=later, gas=unpaid), Status.OUT_OF_GAS, b"", unpaid, SLOT_READ)
    warm = Case(rules=later, warm_accounts={ACCOUNT}, gas=all_by_slot - CODE - 2_500 - 1)
    ends(warm, Status.OUT_OF_GAS, b"", warm.gas, SLOT_READ)
    empty = Case(abi.encode(Call(b"", b"", ACCOUNT)), rules=later, code=None)
    gas = calldata(empty.data) + 38_000 + 2_600 + 777
    ends(empty, Status.REVERTED, abi.error(abi.INVALID_VERIFYING_KEY, ACCOUNT), gas, CODE_READ)


def test_prices_saturate() -> None:
    most = 2**64 - 1
    rules = replace(RULES, prices=Prices(0, 0, most, most, most))
    ends(Case(BY_NAME, gas=most, rules=rules), Status.OUT_OF_GAS, b"", most)
    ends(Case(BY_NAME, gas=most - 1, rules=rules), Status.OUT_OF_GAS, b"", most - 1)
    saturating = replace(RULES, prices=Prices(0, 0, 2**63, 0, 0), access_prices=SINCE_BERLIN._replace(warm_account=0))
    warm = Case(BY_NAME, gas=most, rules=saturating, warm_accounts={ACCOUNT})
    ends(warm, Status.RETURNED, TRUE, most, CODE_READ)
    dear = replace(RULES, prices=Prices(0, 0, 0, 0, 0, per_short_point=2**63))
    ends(Case(IN_SHORT_FORM, gas=most, rules=dear), Status.OUT_OF_GAS, b"", most, CODE_READ)
