//! What the kit cannot see of an adapter from outside: one source for the crates of all lines.

use crate::{AMSTERDAM, adapter, hosts};
use adapter::{
    PRECOMPILE_ID, WithZkVerify, ZkVerifyEvmFactory, access_prices,
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
};
use std::collections::BTreeMap;
use zk_verify_conformance::{
    Block, Chain, Fork, Host as _, Model, SENDER, State, Transaction, rules_for,
};
use zk_verify_precompile::{
    ADDRESS, AccessPrices, Activation, Address, Arkworks, BlockPosition, U256, ZkVerify,
    ZkVerifyConfig,
};

fn cfg(spec: SpecId) -> CfgEnv {
    let mut cfg = CfgEnv::default();
    cfg.set_spec_and_mainnet_gas_params(spec);
    cfg
}

#[test]
fn a_cache_of_precompile_results_leaves_the_verifier_alone() {
    let factory = ZkVerifyEvmFactory::new(ZkVerify::default());
    let mut map = factory.precompiles(&cfg(SpecId::PRAGUE), &BlockEnv::default());
    assert!(!map.get(&ADDRESS).unwrap().supports_caching());
    assert_eq!(map.get(&ADDRESS).unwrap().precompile_id(), &PRECOMPILE_ID);
    let mut cacheable = vec![];
    map.map_cacheable_precompiles(|address, precompile| {
        cacheable.push(*address);
        precompile
    });
    assert!(cacheable.len() > 10 && !cacheable.contains(&ADDRESS));
}

/// A context, only to say whose provider is asked.
type Ctx = Context<BlockEnv, TxEnv, CfgEnv, EmptyDB, Journal<EmptyDB>, ()>;

#[test]
fn the_address_is_a_precompile_and_warm_from_the_start() {
    for (spec, others) in [(SpecId::CANCUN, 10), (SpecId::PRAGUE, 17)] {
        let provider = &mut WithZkVerify::new(EthPrecompiles::new(spec), ZkVerify::default());
        assert!(PrecompileProvider::<Ctx>::contains(provider, &ADDRESS));
        let warm = addresses!(PrecompileProvider::<Ctx>::warm_addresses(provider));
        assert!(warm.contains(&ADDRESS));
        assert!(
            PrecompileProvider::<Ctx>::set_spec(provider, spec),
            "the first call injects"
        );
        assert!(!PrecompileProvider::<Ctx>::set_spec(provider, spec));
        let warm = addresses!(PrecompileProvider::<Ctx>::warm_addresses(provider));
        let with_base = if spec == SpecId::CANCUN {
            others + 1
        } else {
            others
        };
        assert!(warm.contains(&ADDRESS));
        assert_eq!(warm.len(), with_base, "{spec:?}");
        // A new spec brings its own addresses and keeps ours.
        assert!(PrecompileProvider::<Ctx>::set_spec(provider, SpecId::OSAKA));
        let warm = addresses!(PrecompileProvider::<Ctx>::warm_addresses(provider));
        assert!(warm.contains(&ADDRESS));
        assert!(provider.base().contains(&ADDRESS));
        // Beside it, what the base has is there, and nothing else.
        let at = |byte| Address::with_last_byte(byte);
        assert!(PrecompileProvider::<Ctx>::contains(provider, &at(1)));
        assert!(!PrecompileProvider::<Ctx>::contains(provider, &at(0xee)));
    }
}

#[test]
fn an_inactive_provider_is_its_base() {
    let rules = ZkVerifyConfig {
        active_from: Activation::Timestamp(u64::MAX),
        ..ZkVerifyConfig::default()
    };
    let block = BlockEnv::default();
    let base = EthPrecompiles::new(SpecId::CANCUN);
    let mut provider = WithZkVerify::for_block(base, ZkVerify::new(rules), &block);
    assert!(!PrecompileProvider::<Ctx>::contains(&provider, &ADDRESS));
    let warm = addresses!(PrecompileProvider::<Ctx>::warm_addresses(&provider));
    assert!(!warm.contains(&ADDRESS));
    PrecompileProvider::<Ctx>::set_spec(&mut provider, SpecId::CANCUN);
    let warm = addresses!(PrecompileProvider::<Ctx>::warm_addresses(&provider));
    assert_eq!(warm.len(), 10);
}

#[test]
fn prices_of_touching_state_are_those_of_the_fork() {
    let of = |spec| access_prices(spec, &cfg(spec).gas_params);
    for (spec, expected) in [
        (SpecId::FRONTIER, AccessPrices::FRONTIER),
        (SpecId::HOMESTEAD, AccessPrices::FRONTIER),
        (SpecId::TANGERINE, AccessPrices::TANGERINE_WHISTLE),
        (SpecId::PETERSBURG, AccessPrices::TANGERINE_WHISTLE),
        (SpecId::ISTANBUL, AccessPrices::ISTANBUL),
        (SpecId::BERLIN, AccessPrices::BERLIN),
        (SpecId::PRAGUE, AccessPrices::BERLIN),
        (SpecId::OSAKA, AccessPrices::BERLIN),
    ] {
        assert_eq!(of(spec), expected, "{spec:?}");
    }
    // What comes later comes from the table, and from the instructions what reading code adds.
    let gas = cfg(SpecId::AMSTERDAM).gas_params;
    let amsterdam = of(SpecId::AMSTERDAM);
    let warm = gas.warm_storage_read_cost();
    let code = amsterdam.read_code;
    assert_eq!(
        (amsterdam.slot(false), amsterdam.account(false)),
        (warm, warm + code)
    );
    let cold = warm + gas.cold_account_additional_cost();
    assert_eq!(amsterdam.account(true), cold + code);
    assert_eq!(amsterdam, AMSTERDAM);
}

/// A chain with a public circuit's key as its default, and a proof for it.
fn chain() -> (Chain<hosts::FactoryHost>, Transaction) {
    const KEY: Address = Address::repeat_byte(0x2b);
    let model = Model::public();
    let rules = rules_for(&[&model]).with_default_key(KEY);
    let chain = Chain::new(hosts::FactoryHost, rules);
    let chain = chain.with_state(|state| state.with_code(KEY, &model.key));
    (chain, Transaction::call(ADDRESS, model.call(None)))
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
    let (chain, transaction) = chain();
    let plain = chain.simulate(&transaction).unwrap();
    let factory = ZkVerifyEvmFactory::new(chain.zk_verify.clone());
    let env = EvmEnv::new(cfg(SpecId::PRAGUE), BlockEnv::default());
    let db = hosts::Db(&chain.state);
    let mut evm = factory.create_evm_with_inspector(db, env, Calls::default());
    let tx = hosts::tx_env(&chain.state, &transaction).unwrap();
    let inspected = evm.transact_raw(tx).unwrap();
    assert_eq!(evm.inspector().0, [(ADDRESS, 1)].into());
    assert_eq!(hosts::receipt(&chain.state, inspected), plain);
}

#[test]
fn another_arithmetic_gives_the_same_receipt() {
    let (chain, transaction) = chain();
    let expected = chain.simulate(&transaction).unwrap();
    let rules = chain.zk_verify.config().clone();
    let factory = ZkVerifyEvmFactory::new(ZkVerify::<Arkworks>::with_arithmetic(rules));
    let env = EvmEnv::new(cfg(SpecId::PRAGUE), BlockEnv::default());
    let mut evm = factory.create_evm(hosts::Db(&chain.state), env);
    let tx = hosts::tx_env(&chain.state, &transaction).unwrap();
    let given = hosts::receipt(&chain.state, evm.transact_raw(tx).unwrap());
    assert_eq!(given, expected);
}

#[test]
fn a_sender_without_money_for_the_value_is_refused_by_the_evm() {
    let zk_verify = ZkVerify::default();
    let block = Block {
        zk_verify: &zk_verify,
        fork: Fork::Prague,
        position: BlockPosition::default(),
    };
    let transaction = Transaction {
        value: U256::from(1),
        ..Transaction::call(ADDRESS, vec![])
    };
    let state = State::new().with_balance(SENDER, U256::ZERO);
    assert!(
        hosts::FactoryHost
            .transact(&block, &state, &transaction)
            .is_err()
    );
}
