//! The chain around the precompile: activation, warm addresses, caches of other people.

use super::world::*;
use crate::{
    adapter::{
        PRECOMPILE_ID, WithZkVerify, ZkVerifyEvmFactory,
        alloy_evm::{
            Evm as _, EvmEnv, EvmFactory as _,
            precompiles::Precompile as _,
            revm::{
                Context, Inspector,
                context::{BlockEnv, CfgEnv, Journal, TxEnv},
                database::EmptyDB,
                handler::{EthPrecompiles, PrecompileProvider},
                interpreter::{CallInputs, CallOutcome},
                primitives::hardfork::SpecId,
            },
        },
    },
    common::*,
};
use alloy_sol_types::SolCall as _;
use std::collections::BTreeMap;
use zk_verify_precompile::{ADDRESS, Activation, Address, U256, ZkVerify};

#[test]
fn a_cache_of_precompile_results_leaves_the_verifier_alone() {
    let chain = Chain::new(ZkVerify::default(), SpecId::PRAGUE);
    let factory = ZkVerifyEvmFactory::new(chain.zk.clone());
    let mut map = factory.precompiles(&chain.cfg(), &chain.block);
    assert!(!map.get(&ADDRESS).unwrap().supports_caching());
    assert_eq!(map.get(&ADDRESS).unwrap().precompile_id(), &PRECOMPILE_ID);
    let mut cacheable = vec![];
    map.map_cacheable_precompiles(|address, precompile| {
        cacheable.push(*address);
        precompile
    });
    assert!(cacheable.len() > 10 && !cacheable.contains(&ADDRESS));
}

#[test]
fn before_its_activation_the_address_is_what_it_is_in_the_base() {
    let case = good_call();
    let mut config = config(Some(DEFAULT_KEY));
    config.active_from = Activation::Block(10);
    let zk = ZkVerify::new(config);
    for host in HOSTS {
        let at = |block, spec| {
            let chain = Chain::new(zk.clone(), spec).at(block, 0);
            chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input)
        };
        // On Cancun an empty account, and a cold one: 2,500 more than what the Probe subtracts.
        assert_eq!(
            at(9, SpecId::CANCUN),
            (true, Default::default(), 2_500),
            "{host:?}"
        );
        // On Prague MAP_FP2_TO_G2, which fails on any other length.
        let (success, data, _) = at(9, SpecId::PRAGUE);
        assert!(!success && data.is_empty(), "{host:?}");
        for spec in [SpecId::CANCUN, SpecId::PRAGUE] {
            let expected = (true, case.data.clone().into(), case.gas);
            assert_eq!(at(10, spec), expected, "{host:?} {spec:?}");
        }
    }
}

#[test]
fn rules_follow_the_block_that_is_executed() {
    let case = Case {
        slot: U256::ZERO,
        ..good_call()
    };
    let mut config = config(Some(DEFAULT_KEY));
    config.default_key = config
        .default_key
        .then(Activation::Timestamp(1_000), Some(KEY));
    let dearer = zk_verify_precompile::GasSchedule {
        base: GAS.base + 1_000,
        ..GAS
    };
    config.gas = config.gas.then(Activation::Block(20), dearer);
    let zk = ZkVerify::new(config);
    for host in HOSTS {
        let at = |block, timestamp| {
            let chain = Chain::new(zk.clone(), SpecId::PRAGUE).at(block, timestamp);
            let (success, data, gas) =
                chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input);
            assert!(success);
            (data.to_vec(), gas)
        };
        assert_eq!(
            at(1, 999).0,
            boolean(false),
            "{host:?}: the old default key"
        );
        assert_eq!(
            at(1, 1_000),
            (boolean(true), case.gas),
            "{host:?}: the new default key"
        );
        assert_eq!(
            at(20, 1_000),
            (boolean(true), case.gas + 1_000),
            "{host:?}: the new prices"
        );
    }
}

/// A context, only to say whose provider is asked.
type Ctx = Context<BlockEnv, TxEnv, CfgEnv, EmptyDB, Journal<EmptyDB>, ()>;

#[test]
fn the_address_is_a_precompile_and_warm_from_the_start() {
    for (spec, others) in [(SpecId::CANCUN, 10), (SpecId::PRAGUE, 17)] {
        let provider = &mut WithZkVerify::new(EthPrecompiles::new(spec), ZkVerify::default());
        assert!(PrecompileProvider::<Ctx>::contains(provider, &ADDRESS));
        assert!(PrecompileProvider::<Ctx>::warm_addresses(provider).contains(&ADDRESS));
        assert!(
            PrecompileProvider::<Ctx>::set_spec(provider, spec),
            "the first call injects"
        );
        assert!(!PrecompileProvider::<Ctx>::set_spec(provider, spec));
        let warm = PrecompileProvider::<Ctx>::warm_addresses(provider);
        let with_base = if spec == SpecId::CANCUN {
            others + 1
        } else {
            others
        };
        assert!(warm.contains(&ADDRESS));
        assert_eq!(warm.len(), with_base, "{spec:?}");
        // A new spec brings its own addresses and keeps ours.
        assert!(PrecompileProvider::<Ctx>::set_spec(provider, SpecId::OSAKA));
        assert!(PrecompileProvider::<Ctx>::warm_addresses(provider).contains(&ADDRESS));
        assert!(provider.base().contains(&ADDRESS));
        // Beside it, what the base has is there, and nothing else.
        let at = |byte| Address::with_last_byte(byte);
        assert!(PrecompileProvider::<Ctx>::contains(provider, &at(1)));
        assert!(!PrecompileProvider::<Ctx>::contains(provider, &at(0xee)));
    }
}

#[test]
fn an_inactive_provider_is_its_base() {
    let mut config = config(None);
    config.active_from = Activation::Timestamp(u64::MAX);
    let block = BlockEnv::default();
    let base = EthPrecompiles::new(SpecId::CANCUN);
    let mut provider = WithZkVerify::for_block(base, ZkVerify::new(config), &block);
    assert!(!PrecompileProvider::<Ctx>::contains(&provider, &ADDRESS));
    assert!(!PrecompileProvider::<Ctx>::warm_addresses(&provider).contains(&ADDRESS));
    PrecompileProvider::<Ctx>::set_spec(&mut provider, SpecId::CANCUN);
    assert_eq!(
        PrecompileProvider::<Ctx>::warm_addresses(&provider).len(),
        10
    );
}

#[test]
fn evms_of_one_factory_share_the_cache() {
    let case = good_call();
    let chain = Chain::new(case.chain(), SpecId::PRAGUE);
    for host in HOSTS {
        chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input);
        assert_eq!(chain.zk.keys().len(), 1, "{host:?}");
    }
}

/// Counts the calls that it sees, by the address that is called.
#[derive(Default)]
struct Calls(BTreeMap<Address, u32>);

impl<CTX> Inspector<CTX> for Calls {
    fn call(&mut self, _: &mut CTX, inputs: &mut CallInputs) -> Option<CallOutcome> {
        *self.0.entry(inputs.target_address).or_default() += 1;
        None
    }
}

#[test]
fn an_inspected_evm_has_the_verifier_and_shows_its_calls() {
    let case = good_call();
    let chain = Chain::new(case.chain(), SpecId::PRAGUE);
    let call = Probe::rawCall {
        kind: case.kind as u8,
        gasLimit: U256::from(5_000_000),
        data: case.input.clone().into(),
    };
    let tx = transaction(CALLER, call.abi_encode(), 0);
    let plain = chain.transact(Host::AlloyEvm, State::of(&case), tx.clone());

    let env = EvmEnv::new(chain.cfg(), chain.block.clone());
    let factory = ZkVerifyEvmFactory::new(chain.zk.clone());
    let state = State::of(&case);
    let mut evm = factory.create_evm_with_inspector(state, env, Calls::default());
    let inspected = evm.transact_raw(tx).unwrap().result;
    assert_eq!(plain, Ok(inspected));
    assert_eq!(evm.inspector().0, [(CALLER, 1), (ADDRESS, 1)].into());
}
