//! Every case of the order of checks, and the ways a contract can call.

use super::world::*;
use crate::{
    adapter::{access_prices, alloy_evm::revm::primitives::hardfork::SpecId},
    common::*,
};
use alloy_primitives::hex;
use alloy_sol_types::{SolCall, SolError};
use zk_verify_precompile::{ADDRESS, KEY_SLOT, ZkVerify, abi::IZKVerifier};

const PRAGUE: SpecId = SpecId::PRAGUE;

#[test]
fn every_case_gives_its_data_and_gas_from_solidity() {
    for case in cases() {
        let chain = Chain::new(case.chain(), PRAGUE);
        for host in HOSTS {
            let given = chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input);
            let expected = (case.returns, case.data.clone().into(), case.gas);
            assert_eq!(given, expected, "{host:?}: {}", case.name);
        }
    }
}

#[test]
fn the_exact_gas_suffices_and_one_less_loses_all_of_it() {
    for case in cases().into_iter().filter(|case| case.gas > 0) {
        let chain = Chain::new(case.chain(), PRAGUE);
        for host in HOSTS {
            let run = |gas| chain.raw(host, State::of(&case), case.kind, gas, &case.input);
            let exact = (case.returns, case.data.clone().into(), case.gas);
            assert_eq!(run(case.gas), exact, "{host:?}: {}", case.name);
            let halted = (false, Default::default(), case.gas - 1);
            assert_eq!(run(case.gas - 1), halted, "{host:?}: {}", case.name);
        }
    }
}

#[test]
fn solidity_gets_a_boolean_from_both_functions() {
    let (case, model) = (good_call(), model("nolookup"));
    let chain = Chain::new(case.chain(), PRAGUE);
    let mut wrong = model.public_inputs.clone();
    *wrong.last_mut().unwrap() ^= 1;
    for host in HOSTS {
        for (inputs, valid) in [(&model.public_inputs, true), (&wrong, false)] {
            let (proof, inputs) = (model.proof.clone().into(), inputs.clone().into());
            let call = Probe::callVerifyCall {
                proof,
                publicInputs: inputs,
            };
            assert_eq!(
                chain.ask(host, State::of(&case), CALLER, &call),
                valid,
                "{host:?}"
            );
            let Probe::callVerifyCall {
                proof,
                publicInputs,
            } = call;
            let call = Probe::callVerifyWithKeyCall {
                key: KEY,
                proof,
                publicInputs,
            };
            assert_eq!(
                chain.ask(host, State::of(&case), CALLER, &call),
                valid,
                "{host:?}"
            );
        }
    }
}

#[test]
fn prices_of_state_are_those_of_the_fork() {
    let case = good_call();
    for spec in [SpecId::CANCUN, PRAGUE, SpecId::OSAKA, SpecId::AMSTERDAM] {
        let chain = Chain::new(case.chain(), spec);
        let prices = access_prices(&chain.cfg().gas_params);
        let expected = case.gas - 2_100 - 2_600 + prices.slot(true) + prices.account(true);
        for host in HOSTS {
            let (success, _, gas) =
                chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input);
            assert_eq!((success, gas), (true, expected), "{host:?} {spec:?}");
        }
    }
}

#[test]
fn the_second_call_of_a_transaction_finds_slot_and_account_warm() {
    let case = good_call();
    let chain = Chain::new(case.chain(), PRAGUE);
    for host in HOSTS {
        let call = Probe::twiceCall {
            data: case.input.clone().into(),
        };
        let twice = chain.ask(host, State::of(&case), CALLER, &call);
        assert!(twice.firstSuccess && twice.secondSuccess);
        // The first call also expands memory by the input's words; the precompile's part is exact.
        let (_, _, gas) = chain.raw(host, State::of(&case), case.kind, 5_000_000, &case.input);
        assert_eq!(gas, case.gas);
        let difference: u64 = (twice.first - twice.second).to();
        assert!(
            (4_500..4_520).contains(&difference),
            "{host:?}: {difference}"
        );
    }
}

#[test]
fn a_call_that_reverts_leaves_slot_and_account_as_cold_as_before() {
    let good = good_call();
    let bound_to_nothing = Case {
        slot: word(OTHER),
        ..good_call()
    };
    let chain = Chain::new(good.chain(), PRAGUE);
    for host in HOSTS {
        let call = Probe::twiceCall {
            data: bound_to_nothing.input.clone().into(),
        };
        let state = State::of(&bound_to_nothing);
        let twice = chain.ask(host, state, CALLER, &call);
        assert!(!twice.firstSuccess && !twice.secondSuccess);
        // Memory for the input is paid for by the first call; 4,500 less would be warm.
        let difference: u64 = (twice.first - twice.second).to();
        assert!(difference < 20, "{host:?}: {difference}");
    }
}

#[test]
fn a_transaction_calls_the_precompile_itself_under_its_senders_key() {
    let case = good_call();
    let chain = Chain::new(case.chain(), PRAGUE);
    for host in HOSTS {
        let state = State::of(&case).with_slot(SENDER, case.slot);
        let result = chain
            .transact(host, state, transaction(ADDRESS, case.input.clone(), 0))
            .unwrap();
        assert_eq!(result.output().unwrap()[..], boolean(true), "{host:?}");
        // Without a binding the default key counts, under which this proof is not valid.
        let result = chain
            .transact(
                host,
                State::of(&case),
                transaction(ADDRESS, case.input.clone(), 0),
            )
            .unwrap();
        assert_eq!(result.output().unwrap()[..], boolean(false), "{host:?}");
    }
}

#[test]
fn a_key_that_is_bound_in_the_same_transaction_counts_at_once() {
    // SSTORE(KEY_SLOT, KEY); return STATICCALL(0x11, the calldata)
    let contract = [
        &[0x73][..],
        KEY.as_slice(),
        &[0x7f],
        KEY_SLOT.as_slice(),
        &hex!("55 36 6000 6000 37 6020 6000 36 6000 6011 5a fa 50 6020 6000 f3"),
    ]
    .concat();
    let case = Case {
        default_key: None,
        ..good_call()
    };
    let chain = Chain::new(case.chain(), PRAGUE);
    for host in HOSTS {
        let state = State::of(&case).with_code(OTHER, &contract);
        let result = chain
            .transact(host, state, transaction(OTHER, case.input.clone(), 0))
            .unwrap();
        assert_eq!(result.output().unwrap()[..], boolean(true), "{host:?}");
    }
}

#[test]
fn the_seeds_contract_runs_unchanged_under_the_default_key() {
    let model = model("nolookup");
    let app = OTHER;
    let state = || {
        State::new()
            .with_code(app, &artifact("MyAIApp"))
            .with_code(KEY, &model.key)
    };
    let chain = Chain::new(ZkVerify::new(config(Some(KEY))), PRAGUE);
    let submit = |proof: &[u8]| {
        let call = MyAIApp::submitResultCall {
            proof: proof.to_vec().into(),
            result: model.public_inputs.clone().into(),
        };
        transaction(app, call.abi_encode(), 0)
    };
    let mut altered = model.proof.clone();
    altered[40] ^= 1;
    for host in HOSTS {
        assert!(
            chain
                .transact(host, state(), submit(&model.proof))
                .unwrap()
                .is_success()
        );
        let refused = chain.transact(host, state(), submit(&altered)).unwrap();
        let reason = String::from_utf8_lossy(refused.output().unwrap()).into_owned();
        assert!(
            !refused.is_success() && reason.contains("Invalid ZK Proof"),
            "{host:?} {reason}"
        );
    }
}

/// EIP-2537's vector `bls_g2map__0x…`: one element of Fp2.
const MAP_FP2_TO_G2_INPUT: [u8; 128] = hex!(
    "0000000000000000000000000000000007355d25caf6e7f2f0cb2812ca0e513bd026ed09dda65b177500fa31714e09ea0ded3a078b526bed3307f804d4b93b04"
    "0000000000000000000000000000000002829ce3c021339ccb5caf3e187f6370e1e2a311dec9b75363117063ab2015603ff52c3d3b98f19c2f65575e99e8b78c"
);
const MAP_FP2_TO_G2_GAS: u64 = 23_800;

#[test]
fn from_prague_on_128_bytes_reach_map_fp2_to_g2_by_every_kind_of_call() {
    let chain = Chain::new(good_call().chain(), PRAGUE);
    for host in HOSTS {
        for kind in [
            Kind::Call,
            Kind::StaticCall,
            Kind::DelegateCall,
            Kind::CallCode,
        ] {
            let (success, point, gas) =
                chain.raw(host, State::new(), kind, 5_000_000, &MAP_FP2_TO_G2_INPUT);
            assert_eq!(
                (success, gas),
                (true, MAP_FP2_TO_G2_GAS),
                "{host:?} {kind:?}"
            );
            assert_eq!(point.len(), 256);
            let published = hex!(
                "0000000000000000000000000000000000e7f4568a82b4b7dc1f14c6aaa055edf51502319c723c4dc2688c7fe5944c213f510328082396515734b6612c4e7bb7"
            );
            assert_eq!(point[..64], published);
        }
    }
}

#[test]
fn before_prague_128_bytes_are_a_malformed_call() {
    let chain = Chain::new(good_call().chain(), SpecId::CANCUN);
    for host in HOSTS {
        let (success, error, gas) = chain.raw(
            host,
            State::new(),
            Kind::StaticCall,
            5_000_000,
            &MAP_FP2_TO_G2_INPUT,
        );
        let malformed = IZKVerifier::MalformedCall {}.abi_encode();
        assert_eq!(
            (success, error.to_vec(), gas),
            (false, malformed, 4 * 7),
            "{host:?}"
        );
    }
}

#[test]
fn an_account_that_delegates_to_the_precompile_does_not_reach_it() {
    let delegate = OTHER;
    let case = good_call();
    let chain = Chain::new(case.chain(), PRAGUE);
    let code = [&hex!("ef0100")[..], ADDRESS.as_slice()].concat();
    let mut gas = std::collections::BTreeSet::new();
    // EIP-7702: a delegation to a precompile executes empty code. revm executes what there is at the
    // address, so the byte of code that genesis may put there has to be a STOP.
    for (host, of_precompile) in HOSTS
        .into_iter()
        .flat_map(|h| [(h, &[][..]), (h, &[0][..])])
    {
        let state = State::of(&case)
            .with_code(delegate, &code)
            .with_code(ADDRESS, of_precompile)
            .with_slot(delegate, word(KEY));
        let result = chain
            .transact(host, state, transaction(delegate, case.input.clone(), 0))
            .unwrap();
        assert!(
            result.is_success() && result.output().unwrap().is_empty(),
            "{host:?}"
        );
        gas.insert(result.tx_gas_used());
    }
    assert_eq!(gas.len(), 1, "{gas:?}");
}
