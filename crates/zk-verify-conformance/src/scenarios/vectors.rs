//! The published vectors, each through a compiled contract in a transaction.

use crate::{
    CallStatus, Chain, DbRead, Fork, Host, Observed, Read, SENDER, Vector, file,
    probe::{Answer, Kind, RETURNED, RawCall},
    vectors,
};
use alloy_primitives::{Address, B256, U256};
use std::collections::{BTreeMap, BTreeSet};
use zk_verify_precompile::{ADDRESS, ZkVerifyConfig};

/// The chain that a vector describes, and its call by the Probe.
pub(super) fn of_vector<'v, H: Host>(
    host: &'v H,
    vector: &Vector,
    input: &'v [u8],
) -> (Chain<&'v H>, RawCall<'v>) {
    let rules: ZkVerifyConfig = vector.rules().expect("well-formed rules");
    let accounts = vector.accounts(file).expect("well-formed code");
    let mut chain = Chain::new(host, rules)
        .on(vector.fork)
        .at(1, 1)
        .with_state(|state| {
            let state = accounts.iter().fold(state, |state, (account, code)| {
                state.with_code(*account, code)
            });
            let slots = vector
                .storage
                .iter()
                .flat_map(|(account, slots)| slots.iter().map(move |slot| (*account, slot)));
            slots.fold(state, |state, (account, (slot, value))| {
                state.with_storage(account, (*slot).into(), (*value).into())
            })
        });
    chain = chain.with_probe(vector.caller);
    chain.zk_verify = chain
        .zk_verify
        .with_cache_capacity(0)
        .with_verdict_capacity(0);
    let kind = match vector.kind {
        crate::Kind::Call if vector.value > 0 => Kind::CallWithValue,
        crate::Kind::Call => Kind::Call,
        crate::Kind::StaticCall => Kind::StaticCall,
        crate::Kind::DelegateCall => Kind::DelegateCall,
        crate::Kind::CallCode => Kind::CallCode,
    };
    let call = RawCall {
        caller: vector.caller,
        kind,
        gas_limit: vector.gas_limit,
        input,
        access_list: access_list(vector),
    };
    (chain, call)
}

/// What is warm before the call.
fn access_list(vector: &Vector) -> Vec<(Address, Vec<B256>)> {
    let mut list: BTreeMap<Address, Vec<B256>> = BTreeMap::new();
    for account in &vector.warm {
        list.entry(*account).or_default();
    }
    for (account, slot) in &vector.warm_slots {
        list.entry(*account).or_default().push(*slot);
    }
    list.into_iter().collect()
}

/// What the Probe gets of a call that gives this.
fn answer(observed: &Observed) -> Answer {
    Answer {
        success: observed.error.is_none(),
        data: observed.data.clone(),
        gas: observed.gas,
    }
}

/// The same on a fork where the caller in bytecode calls.
fn answer_on(fork: Fork, observed: &Observed) -> Answer {
    let mut answer = answer(observed);
    if fork < Fork::Cancun {
        let mut data = answer.data.to_vec();
        data.resize(RETURNED, 0);
        answer.data = data.into();
    }
    answer
}

/// The reads of what is cold and was not loaded before the call, as a database sees them: the caller's
/// account, the precompile's and what an access list names may be loaded at other times.
fn cold_reads<'a>(vector: &Vector, reads: impl IntoIterator<Item = &'a Read>) -> Vec<Read> {
    let is_cold = |read: &&Read| match read {
        Read::Code(account) => {
            !vector.warm.contains(account) && *account != vector.caller && *account != ADDRESS
        }
        Read::Storage(account, slot) => !vector.warm_slots.contains(&(*account, *slot)),
    };
    reads.into_iter().filter(is_cold).copied().collect()
}

/// The reads of a database, as far as they are of accounts that the vector is about.
fn of_precompile(vector: &Vector, reads: &[DbRead]) -> Vec<Read> {
    let reads: Vec<Read> = reads
        .iter()
        .filter_map(|read| match *read {
            DbRead::Storage(account, slot) => Some(Read::Storage(account, slot.into())),
            DbRead::Account(account) => {
                let is_about = vector.code.contains_key(&account)
                    || vector.reads.contains(&Read::Code(account));
                is_about.then_some(Read::Code(account))
            }
            DbRead::Code(_) => None,
        })
        .collect();
    cold_reads(vector, &reads)
}

/// The vectors that the host can execute and that are the verifier's there. A host may have something
/// else at 0x11 than the vectors' forks.
pub(super) fn executable<H: Host>(
    host: &H,
) -> impl Iterator<Item = (&'static str, &'static Vector)> {
    let all = vectors()
        .iter()
        .flat_map(|file| file.vectors.iter().map(|vector| (file.name, vector)));
    all.filter(|(_, vector)| {
        let length = vector.input.len() as u64 / 2;
        host.forks().contains(&vector.fork)
            && !vector.base
            && !host.base_inputs(vector.fork).contains(length)
    })
}

/// Tells which vectors a host leaves out because it has not their fork.
fn tell_of_forks_left_out<H: Host>(host: &H) {
    let all = vectors().iter().flat_map(|file| &file.vectors);
    for vector in all.filter(|vector| !host.forks().contains(&vector.fork)) {
        let Vector { name, fork, .. } = vector;
        eprintln!("left out, the host has no {fork:?}: {name}");
    }
}

/// From Amsterdam on the block access list (EIP-7928) holds the precompile and what the call read, however the call
/// ends, and nothing else beside the sender and the contracts around it.
pub fn the_block_access_list_holds_the_precompile_and_what_was_read<H: Host>(host: &H) {
    let mut passed = BTreeSet::new();
    for (_, vector) in executable(host) {
        if vector.block_access_list.is_empty() {
            continue;
        }
        let input = vector.input().expect("hex");
        let (chain, call) = of_vector(host, vector, &input);
        let receipt = chain.simulate(&call.transaction()).expect("executed");
        let Some(mut given) = receipt.block_access_list else {
            eprintln!("left out, the host tells of no block access list");
            return;
        };
        // The rest of the transaction; the fee's recipient is the zero address.
        for address in [SENDER, Address::ZERO] {
            assert!(!vector.block_access_list.contains_key(&address));
            given.remove(&address);
        }
        let mut expected = slots(&vector.block_access_list);
        expected.entry(vector.caller).or_default();
        assert_eq!(given, expected, "{}", vector.name);
        passed.insert((vector.expected_error, vector.block_access_list.len()));
    }
    // It returns, reverts and runs out of gas, with and without each read.
    let forks = host.forks();
    assert!(
        !forks.contains(&Fork::Amsterdam) || passed.len() >= 8,
        "{passed:?}"
    );
}

fn slots(list: &BTreeMap<Address, BTreeSet<B256>>) -> BTreeMap<Address, BTreeSet<U256>> {
    let words = |slots: &BTreeSet<B256>| slots.iter().map(|slot| (*slot).into()).collect();
    list.iter()
        .map(|(account, slots)| (*account, words(slots)))
        .collect()
}

/// Every published vector gives its data, gas and reads.
pub fn every_vector_gives_its_data_gas_and_reads<H: Host>(host: &H) {
    tell_of_forks_left_out(host);
    let mut passed = 0;
    for (file, vector) in executable(host) {
        let input = vector.input().expect("hex");
        let (chain, call) = of_vector(host, vector, &input);
        let expected = vector.expected().expect("hex").expect("the verifier's");
        let name = format!("{file}: {}", vector.name);
        let given = chain.raw(&call);
        assert_eq!(given, answer_on(vector.fork, &expected), "{name}");

        let state = chain.state.clone();
        let chain = Chain { state, ..chain };
        chain.returned(&call.transaction_on(vector.fork));
        let reads = of_precompile(vector, &chain.state.reads());
        let expected = cold_reads(vector, &expected.reads);
        if host.skips_cold_reads() {
            assert_eq!(reads, expected, "{name}");
        } else {
            assert!(reads.starts_with(&expected), "{name}: {reads:?}");
        }
        passed += 1;
    }
    assert!(passed > 400, "{passed} vectors");
}

/// Every call of the order of checks gives the same with the gas that it used, and with one unit less it
/// runs out and loses all.
pub fn the_exact_gas_suffices_and_one_less_loses_all_of_it<H: Host>(host: &H) {
    let mut passed = 0;
    for (file, vector) in executable(host) {
        let is_order_of_checks = file == "calls" || file == "fail-calls";
        let ran_out = vector.expected_error == Some(CallStatus::OutOfGas);
        if !is_order_of_checks || ran_out || vector.gas == 0 {
            continue;
        }
        let input = vector.input().expect("hex");
        let (chain, call) = of_vector(host, vector, &input);
        let expected = vector.expected().expect("hex").expect("the verifier's");
        let call = call.with_gas(vector.gas);
        assert_eq!(chain.raw(&call), answer(&expected), "{}", vector.name);
        let call = call.with_gas(vector.gas - 1);
        let halted = Answer::new(false, vec![], vector.gas - 1);
        assert_eq!(chain.raw(&call), halted, "{}", vector.name);
        passed += 1;
    }
    assert!(passed > 40, "{passed} vectors");
}

/// Result, gas and reads are the same whether the node knows the key or not.
pub fn result_gas_and_reads_do_not_depend_on_the_cache<H: Host>(host: &H) {
    for (file, vector) in executable(host) {
        if file != "calls" && file != "fail-calls" {
            continue;
        }
        let input = vector.input().expect("hex");
        let (uncached, call) = of_vector(host, vector, &input);
        let cached = Chain {
            zk_verify: uncached.zk_verify.with_cache_capacity(64 << 20),
            ..uncached.clone()
        };
        let run = |chain: &Chain<&H>| {
            let state = chain.state.clone();
            let chain = Chain {
                state,
                ..chain.clone()
            };
            let receipt = chain.simulate(&call.transaction());
            (receipt, chain.state.reads())
        };
        let expected = run(&uncached);
        for chain in [&cached, &cached, &uncached] {
            assert_eq!(run(chain), expected, "{}", vector.name);
        }
    }
}
