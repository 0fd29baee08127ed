//! The ways to call.

use super::{DEFAULT_KEY, KEY, OTHER, good_chain, with_slot};
use crate::{
    CALLER, Chain, Fork, Host, MY_AI_APP, Model, Status, Transaction,
    probe::{Answer, Kind, MyAIApp, Probe, RawCall, boolean, word},
    rules_for,
};
use alloy_primitives::{Bytes, U256, hex};
use alloy_sol_types::{Revert, SolCall, SolError};
use std::collections::BTreeSet;
use zk_verify_precompile::{ADDRESS, BaseInputs, KEY_SLOT, abi::IZKVerifier};

/// Contracts get `true` and `false` from `verify` and from `verifyWithKey`.
pub fn solidity_gets_a_boolean_from_both_functions<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let mut wrong = good.model.public_inputs.to_vec();
    *wrong.last_mut().expect("public inputs") ^= 1;
    for (inputs, valid) in [
        (good.model.public_inputs.clone(), true),
        (wrong.into(), false),
    ] {
        let (proof, public_inputs) = (good.model.proof.clone(), inputs);
        let call = Probe::callVerifyCall {
            proof: proof.clone(),
            publicInputs: public_inputs.clone(),
        };
        assert_eq!(chain.ask(CALLER, &call), valid);
        let call = Probe::callVerifyWithKeyCall {
            key: KEY,
            proof,
            publicInputs: public_inputs,
        };
        assert_eq!(chain.ask(CALLER, &call), valid);
    }
}

/// The second call of a transaction pays the warm prices.
pub fn the_second_call_of_a_transaction_finds_slot_and_account_warm<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let call = Probe::twiceCall {
        data: good.input.clone(),
    };
    let twice = chain.ask(CALLER, &call);
    assert!(twice.firstSuccess && twice.secondSuccess);
    // The first call also expands memory by the input's words; the precompile's part is exact.
    assert_eq!(chain.raw(&RawCall::of(&good.input)).gas, good.gas);
    let difference: u64 = (twice.first - twice.second).to();
    assert!((4_500..4_520).contains(&difference), "{difference}");
}

/// A call that reverts takes back what it made warm.
pub fn a_call_that_reverts_leaves_slot_and_account_as_cold_as_before<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let bound_to_nothing = with_slot(chain, CALLER, Some(OTHER));
    let call = Probe::twiceCall { data: good.input };
    let twice = bound_to_nothing.ask(CALLER, &call);
    assert!(!twice.firstSuccess && !twice.secondSuccess);
    // Memory for the input is paid for by the first call; 4,500 less would be warm.
    let difference: u64 = (twice.first - twice.second).to();
    assert!(difference < 20, "{difference}");
}

/// A transaction may call the precompile itself. The sender is the caller then, and its slot counts.
pub fn a_transaction_calls_the_precompile_itself_under_its_senders_key<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let transaction = Transaction::call(ADDRESS, good.input);
    let bound = with_slot(chain.clone(), crate::SENDER, Some(KEY));
    assert_eq!(bound.returned(&transaction), boolean(true));
    // Without a binding the default key counts, under which this proof is not valid.
    assert_eq!(chain.returned(&transaction), boolean(false));
}

/// `MyAIApp` of ModernTensor's zkML page, which binds no key, accepts a proof under the chain's default
/// key and refuses an altered one.
pub fn the_contract_of_the_zkml_page_runs_unchanged_under_the_default_key<H: Host>(host: &H) {
    for model in [Model::public(), Model::mlp()] {
        for fork in host.forks().iter().filter(|fork| **fork >= Fork::Cancun) {
            let rules = rules_for(&[&model]).with_default_key(DEFAULT_KEY);
            let chain = Chain::new(host, rules).on(*fork).with_state(|state| {
                state
                    .with_code(OTHER, &MY_AI_APP)
                    .with_code(DEFAULT_KEY, &model.key)
            });
            let submit = |proof: Bytes| {
                let result = model.public_inputs.clone();
                let call = MyAIApp::submitResultCall { proof, result };
                let transaction = Transaction::call(OTHER, call.abi_encode());
                chain.simulate(&transaction).expect("executed").status
            };
            assert!(matches!(submit(model.proof.clone()), Status::Returned(_)));
            let mut altered = model.proof.to_vec();
            altered[40] ^= 1;
            let refused = Revert::from("Invalid ZK Proof").abi_encode();
            assert_eq!(submit(altered.into()), Status::Reverted(refused.into()));
        }
    }
}

/// EIP-2537's vector `bls_g2map__0x…`: one element of Fp2.
const MAP_FP2_TO_G2_INPUT: [u8; 128] = hex!(
    "0000000000000000000000000000000007355d25caf6e7f2f0cb2812ca0e513bd026ed09dda65b177500fa31714e09ea0ded3a078b526bed3307f804d4b93b04"
    "0000000000000000000000000000000002829ce3c021339ccb5caf3e187f6370e1e2a311dec9b75363117063ab2015603ff52c3d3b98f19c2f65575e99e8b78c"
);
const MAP_FP2_TO_G2_GAS: u64 = 23_800;
/// The first coordinate of the point that the vector gives, its real part.
const MAP_FP2_TO_G2_OUTPUT: [u8; 64] = hex!(
    "0000000000000000000000000000000000e7f4568a82b4b7dc1f14c6aaa055edf51502319c723c4dc2688c7fe5944c213f510328082396515734b6612c4e7bb7"
);

/// The pairing of one pair of identities: a pairing of 2024 returns 1 for it.
const PAIR_OF_IDENTITIES: [u8; 384] = [0; 384];

/// Where the base has a precompile at 0x11, its own inputs reach it by every kind of call.
pub fn the_inputs_of_the_bases_precompile_reach_it_by_every_kind_of_call<H: Host>(host: &H) {
    for fork in host.forks().iter().filter(|fork| **fork >= Fork::Prague) {
        let (chain, _) = good_chain(host);
        let chain = chain.on(*fork);
        for kind in [
            Kind::Call,
            Kind::StaticCall,
            Kind::DelegateCall,
            Kind::CallCode,
        ] {
            let of = |input| {
                chain.raw(&RawCall {
                    kind,
                    ..RawCall::of(input)
                })
            };
            match host.base_inputs(*fork) {
                BaseInputs::MAP_FP2_TO_G2 => {
                    let given = of(&MAP_FP2_TO_G2_INPUT);
                    assert_eq!(
                        (given.success, given.gas),
                        (true, MAP_FP2_TO_G2_GAS),
                        "{kind:?}"
                    );
                    assert_eq!(given.data.len(), 256);
                    assert_eq!(given.data[..64], MAP_FP2_TO_G2_OUTPUT);
                }
                BaseInputs::BLS12_PAIRING_OF_2024 => {
                    let given = of(&PAIR_OF_IDENTITIES);
                    assert_eq!(
                        (given.success, &given.data),
                        (true, &boolean(true)),
                        "{kind:?}"
                    );
                }
                // A base of the host's own is the host's to test.
                _ => {}
            }
        }
    }
}

/// Where the base has nothing at 0x11, or something that takes other inputs, 128 bytes are a call of the
/// verifier that is malformed.
pub fn an_input_of_128_bytes_is_a_malformed_call_where_the_base_has_nothing<H: Host>(host: &H) {
    for fork in host.forks().iter().filter(|fork| **fork >= Fork::Cancun) {
        if host.base_inputs(*fork).contains(128) {
            continue;
        }
        let (chain, _) = good_chain(host);
        let given = chain.on(*fork).raw(&RawCall::of(&MAP_FP2_TO_G2_INPUT));
        let malformed = IZKVerifier::MalformedCall {}.abi_encode();
        let calldata = 4 * zk_verify_precompile::GasSchedule::STANDARD.per_calldata_word;
        assert_eq!(given, Answer::new(false, malformed, calldata), "{fork:?}");
    }
}

/// EIP-7702: a delegation to a precompile executes empty code. An EVM that executes what there is at the
/// address needs a STOP there, if genesis puts a byte of code there at all.
pub fn an_account_that_delegates_to_the_precompile_does_not_reach_it<H: Host>(host: &H) {
    if !host.forks().contains(&Fork::Prague) {
        return;
    }
    let (chain, good) = good_chain(host);
    let delegation = [&hex!("ef0100")[..], ADDRESS.as_slice()].concat();
    let mut gas = BTreeSet::new();
    for of_precompile in [&[][..], &[0][..]] {
        let chain = chain.clone().with_state(|state| {
            let state =
                state
                    .with_code(OTHER, &delegation)
                    .with_storage(OTHER, KEY_SLOT.into(), word(KEY));
            if of_precompile.is_empty() {
                state
            } else {
                state.with_code(ADDRESS, of_precompile)
            }
        });
        let transaction = Transaction {
            value: U256::ZERO,
            ..Transaction::call(OTHER, good.input.clone())
        };
        let receipt = chain.simulate(&transaction).expect("executed");
        assert_eq!(receipt.status, Status::Returned(Bytes::new()));
        gas.insert(receipt.gas_used);
    }
    assert_eq!(gas.len(), 1, "{gas:?}");
}
