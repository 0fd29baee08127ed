//! What is read from the database: the same with a full cache and an empty one, and nothing that the
//! call cannot pay for.

use super::world::*;
use crate::{adapter::alloy_evm::revm::primitives::hardfork::SpecId, common::*};
use alloy_primitives::keccak256;
use alloy_sol_types::SolCall;
use zk_verify_precompile::{KEY_SLOT, Read};

/// Executes the case by a transaction to the Probe: success, output, gas of the transaction, reads.
fn run(chain: &Chain, host: Host, case: &Case, gas_limit: u64) -> (String, Vec<DbRead>) {
    let state = State::of(case);
    let reads = state.reads.clone();
    let call = Probe::rawCall {
        kind: case.kind as u8,
        gasLimit: alloy_primitives::U256::from(gas_limit),
        data: case.input.clone().into(),
    };
    let value = u64::from(case.kind == Kind::CallWithValue);
    let result = chain.transact(host, state, transaction(CALLER, call.abi_encode(), value));
    let reads = reads.lock().unwrap().clone();
    (format!("{result:?}"), reads)
}

/// The part of the reads that the precompile caused, as the core names them.
fn of_precompile(case: &Case, reads: &[DbRead]) -> Vec<Read> {
    let of_other_accounts = case.accounts.iter().map(|(account, _)| *account);
    let accounts: Vec<_> = of_other_accounts.chain([OTHER, KEY, DEFAULT_KEY]).collect();
    reads
        .iter()
        .filter_map(|read| match *read {
            DbRead::Storage(account, slot) => Some(Read::Storage(account, slot)),
            DbRead::Account(account) => accounts.contains(&account).then_some(Read::Code(account)),
            DbRead::Code(_) => None,
        })
        .collect()
}

#[test]
fn result_gas_and_reads_are_the_same_with_a_full_and_an_empty_cache_and_in_both_adapters() {
    for case in cases() {
        let cached = Chain::new(case.chain(), SpecId::PRAGUE);
        let uncached = Chain::new(case.chain().with_cache_capacity(0), SpecId::PRAGUE);
        let expected = run(&uncached, Host::Revm, &case, 5_000_000);
        assert_eq!(
            of_precompile(&case, &expected.1),
            case.reads,
            "{}",
            case.name
        );
        for host in HOSTS {
            for chain in [&cached, &cached, &uncached] {
                assert_eq!(
                    run(chain, host, &case, 5_000_000),
                    expected,
                    "{host:?}: {}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn the_keys_code_is_read_though_the_key_is_cached() {
    let case = good_call();
    let chain = Chain::new(case.chain(), SpecId::PRAGUE);
    let code = DbRead::Code(keccak256(&case.accounts[0].1));
    for host in HOSTS {
        for _ in 0..2 {
            let (_, reads) = run(&chain, host, &case, 5_000_000);
            let at = |wanted| reads.iter().position(|read| *read == wanted);
            let slot = at(DbRead::Storage(CALLER, KEY_SLOT.into())).unwrap();
            let account = at(DbRead::Account(KEY)).unwrap();
            assert!(
                slot < account && account < at(code).unwrap(),
                "{host:?}: {reads:?}"
            );
        }
    }
    assert_eq!(chain.zk.keys().len(), 1);
}

#[test]
fn what_cannot_be_paid_for_is_not_read() {
    let case = good_call();
    let chain = Chain::new(case.chain(), SpecId::PRAGUE);
    let key_gas = case.accounts[0].1.len().div_ceil(32) as u64 * GAS.per_key_word;
    let before_account = case.gas - key_gas - 2_600;
    for host in HOSTS {
        for (gas, expected) in [
            (before_account - 1, 0),
            (before_account + 2_599, 1),
            (before_account + 2_600, 2),
        ] {
            let (_, reads) = run(&chain, host, &case, gas);
            let reads = of_precompile(&case, &reads);
            assert_eq!(reads, case.reads[..expected], "{host:?}, {gas} gas");
        }
    }
}

#[test]
fn a_failing_database_fails_the_transaction() {
    let case = good_call();
    let chain = Chain::new(case.chain(), SpecId::PRAGUE);
    let call = Probe::rawCall {
        kind: Kind::StaticCall as u8,
        gasLimit: alloy_primitives::U256::from(5_000_000),
        data: case.input.clone().into(),
    };
    for host in HOSTS {
        for read in [
            DbRead::Storage(CALLER, KEY_SLOT.into()),
            DbRead::Account(KEY),
            DbRead::Code(keccak256(&case.accounts[0].1)),
        ] {
            let mut state = State::of(&case);
            state.fails_at = Some(read);
            let result = chain.transact(host, state, transaction(CALLER, call.abi_encode(), 0));
            let error = result.expect_err("the Probe must not see a failing database as a revert");
            assert!(
                error.contains("on fire") || error.contains("Broken"),
                "{host:?}: {error}"
            );
        }
    }
}
