"""What a chain configures (sections 2.2 and 2.4)."""

import pytest

from encode import g2
from forge import setup
from zk_verify.config import (
    FORKS,
    PERPETUAL_POWERS_OF_TAU,
    STANDARD_PRICES,
    Activation,
    Block,
    ChainConfiguration,
    InvalidConfiguration,
    Prices,
    Rule,
    accepted_setups,
    default_setups,
)
from zk_verify.curve import G2_GENERATOR, read_g2

KEY = bytes([1]) * 20


def test_the_defaults_are_those_of_the_specification() -> None:
    rules = ChainConfiguration(default_setups()).rules(Block(0, 0), base_has_precompile=True)
    assert rules is not None
    assert rules.default_key is None
    assert rules.setups == {read_g2(PERPETUAL_POWERS_OF_TAU)}
    assert rules.prices == STANDARD_PRICES == (38_000, 3, 325, 35, 245, 15_000, 1_700, 920)
    assert rules.access_prices == (100, 2_000, 100, 2_500, 0)


def test_a_fork_reprices_accesses_and_nothing_else_of_a_call() -> None:
    prices = {name: tuple(fork.access_prices) for name, fork in FORKS.items()}
    names = ["frontier", "tangerine", "istanbul", "berlin", "london", "paris", "shanghai", "cancun", "prague", "osaka"]
    assert list(prices) == [*names, "amsterdam"]
    assert prices["frontier"] == (50, 0, 20, 0, 0)
    assert prices["tangerine"] == (200, 0, 700, 0, 0)
    assert prices["istanbul"] == (800, 0, 700, 0, 0)
    assert {prices[name] for name in list(FORKS)[3:-1]} == {(100, 2_000, 100, 2_500, 0)}
    assert prices["amsterdam"] == (100, 2_000, 100, 2_900, 100)


@pytest.mark.parametrize(
    "setups",
    [
        [],
        [b""],
        [bytes(128)],
        [PERPETUAL_POWERS_OF_TAU + b"\x00"],
        [PERPETUAL_POWERS_OF_TAU[:-1] + b"\x00"],
        [bytes([0xFF]) * 128],
        [g2(G2_GENERATOR)],
        [PERPETUAL_POWERS_OF_TAU, g2(G2_GENERATOR)],
    ],
    ids=["none", "empty", "zeros", "one byte more", "off the twist", "not canonical", "generator", "also generator"],
)
def test_refuses_a_configuration(setups: list[bytes]) -> None:
    with pytest.raises(InvalidConfiguration):
        accepted_setups(setups)


def test_accepts_several_setups() -> None:
    setups = accepted_setups([PERPETUAL_POWERS_OF_TAU, g2(setup())])
    assert setups == {read_g2(PERPETUAL_POWERS_OF_TAU), setup()}


def test_a_rule_has_the_value_of_the_last_change_that_is_active() -> None:
    rule = Rule("genesis", ((Activation(number=10), "block"), (Activation(timestamp=1000), "time")))
    assert rule.value(Block(9, 999)) == "genesis"
    assert rule.value(Block(10, 999)) == "block"
    assert rule.value(Block(9, 1000)) == "time"
    assert rule.value(Block(10, 1000)) == "time"


def test_the_last_change_is_the_last_in_the_list_and_not_in_time() -> None:
    rule = Rule("genesis", ((Activation(number=20), "later"), (Activation(number=10), "earlier")))
    assert rule.value(Block(30, 0)) == "earlier"


@pytest.mark.parametrize("activation", [{}, {"number": 1, "timestamp": 1}])
def test_an_activation_is_a_block_or_a_timestamp(activation: dict[str, int]) -> None:
    with pytest.raises(InvalidConfiguration):
        Activation(**activation)


def test_before_its_activation_there_is_no_precompile() -> None:
    chain = ChainConfiguration(default_setups(), exists_from=Activation(timestamp=5))
    assert chain.rules(Block(100, 4), base_has_precompile=False) is None
    assert chain.rules(Block(100, 5), base_has_precompile=False) is not None


def test_every_rule_can_change() -> None:
    change = Activation(number=1)
    chain = ChainConfiguration(
        setups=Rule(accepted_setups([PERPETUAL_POWERS_OF_TAU]), ((change, accepted_setups([g2(setup())])),)),
        default_key=Rule(None, ((change, KEY),)),
        prices=Rule(STANDARD_PRICES, ((change, Prices(base=1)),)),
    )
    before, after = (chain.rules(Block(number, 0), base_has_precompile=True) for number in (0, 1))
    assert before is not None
    assert after is not None
    assert (before.default_key, after.default_key) == (None, KEY)
    assert (before.prices.base, after.prices.base) == (38_000, 1)
    assert after.setups == {setup()}
