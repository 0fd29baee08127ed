//! The chain around the precompile: when and where it exists, and under which rules.

use super::{DEFAULT_KEY, KEY, good_chain, with_slot};
use crate::{
    CALLER, Chain, Fork, Host, SENDER, Status, Transaction,
    probe::{Answer, RawCall, boolean},
};
use alloy_primitives::{Address, address};
use zk_verify_precompile::{
    ADDRESS, Activation, BaseInputs, GasSchedule, Schedule, ZkVerify, ZkVerifyConfig,
};

fn with_rules<H: Host>(chain: Chain<H>, change: impl FnOnce(&mut ZkVerifyConfig)) -> Chain<H> {
    let mut rules = chain.zk_verify.config().clone();
    change(&mut rules);
    Chain {
        zk_verify: ZkVerify::new(rules),
        ..chain
    }
}

/// One block before its activation the verifier does not exist, and from it on it does.
pub fn before_its_activation_the_address_is_what_it_is_in_the_base<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let chain = with_rules(chain, |rules| rules.active_from = Activation::Block(10));
    for fork in host.forks().iter().filter(|fork| **fork >= Fork::Cancun) {
        let at = |block| {
            let chain = chain.clone().on(*fork).at(block, 0);
            chain.raw(&RawCall::of(&good.input))
        };
        if host.base_inputs(*fork) == BaseInputs::None {
            // An empty account, and a cold one: 2,500 more than what the Probe subtracts.
            assert_eq!(at(9), Answer::new(true, vec![], 2_500), "{fork:?}");
        } else {
            // A precompile that fails on any input but its own.
            let Answer { success, data, .. } = at(9);
            assert!(!success && data.is_empty(), "{fork:?}");
        }
        let expected = Answer::new(true, boolean(true), good.gas_on(*fork));
        assert_eq!(at(10), expected, "{fork:?}");
    }
}

/// Default key and prices are those of the block that is executed.
pub fn rules_follow_the_block_that_is_executed<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let dearer = GasSchedule {
        base: GasSchedule::STANDARD.base + 1_000,
        ..GasSchedule::STANDARD
    };
    let chain = with_rules(with_slot(chain, CALLER, None), |rules| {
        rules.default_key =
            Schedule::new(Some(DEFAULT_KEY)).then(Activation::Timestamp(1_000), Some(KEY));
        rules.gas = Schedule::new(GasSchedule::STANDARD).then(Activation::Block(20), dearer);
    });
    let at = |block, timestamp| {
        let chain = chain.clone().at(block, timestamp);
        let answer = chain.raw(&RawCall::of(&good.input));
        assert!(answer.success);
        (answer.data, answer.gas)
    };
    assert_eq!(at(1, 999).0, boolean(false), "the old default key");
    assert_eq!(at(1, 1_000), (boolean(true), good.gas), "the new one");
    let dearer = (boolean(true), good.gas + 1_000);
    assert_eq!(at(20, 1_000), dearer, "the new prices");
}

/// A chain may put the verifier elsewhere; 0x11 is then what it is in the base.
pub fn a_chain_may_have_the_verifier_at_another_address<H: Host>(host: &H) {
    const ELSEWHERE: Address = address!("0000000000000000000000000000000000000b11");
    let (chain, good) = good_chain(host);
    let chain = with_rules(with_slot(chain, SENDER, Some(KEY)), |rules| {
        rules.address = ELSEWHERE;
    });
    for fork in host.forks().iter().filter(|fork| **fork >= Fork::Cancun) {
        let chain = chain.clone().on(*fork);
        let at = |address| {
            let transaction = Transaction::call(address, good.input.clone());
            chain.simulate(&transaction).expect("executed").status
        };
        assert_eq!(at(ELSEWHERE), Status::Returned(boolean(true)), "{fork:?}");
        match at(ADDRESS) {
            Status::Returned(data) => assert!(data.is_empty(), "{fork:?}"),
            Status::Halted(_) => assert_ne!(host.base_inputs(*fork), BaseInputs::None),
            other => panic!("{fork:?}: {other:?}"),
        }
    }
}

/// One `ZkVerify` for the whole node keeps the prepared keys, whichever EVM asks.
pub fn the_evms_of_one_chain_share_the_cache<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    for _ in 0..2 {
        chain.raw(&RawCall::of(&good.input));
        assert_eq!(chain.zk_verify.keys().len(), 1);
    }
}
