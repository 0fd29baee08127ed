//! The published vectors by the precompile alone, on a state in memory.

use halo2_kzg_verifier::VerifyingKey;
use std::collections::{BTreeMap, BTreeSet};
use zk_verify_conformance::{CallStatus, File, Fork, Kind, Read, Vector, vector, vectors};
use zk_verify_precompile::{
    ADDRESS, AccessPrices, Arithmetic, Arkworks, GasSchedule, MAX_KEY_LENGTH, Outcome, Standard,
    ZkVerify, abi::Request,
};

/// A test for each file: where the processor is slow (an emulated one), they show how far a run has come.
macro_rules! every_vector_holds {
    ($($test:ident: $file:literal,)*) => {
        mod every_vector_holds {
            $(
                #[test]
                fn $test() {
                    super::vectors_hold::<super::Standard>($file);
                }
            )*

            #[test]
            fn in_every_file() {
                let files = super::vectors().iter().map(|file| file.name);
                assert!(files.eq([$($file),*]), "a file has no test");
            }
        }
    };
}
every_vector_holds! {
    calls: "calls",
    fail_calls: "fail-calls",
    fail_forks: "fail-forks",
    fail_keys_features: "fail-keys-features",
    fail_keys: "fail-keys",
    fail_short: "fail-short",
    features: "features",
    forged: "forged",
    forks: "forks",
    halo2: "halo2",
    isolated_features: "isolated-features",
    isolated_short: "isolated-short",
    isolated: "isolated",
    keys_features: "keys-features",
    keys: "keys",
    proofs: "proofs",
    rejections: "rejections",
    short: "short",
}

#[test]
fn every_vector_holds_with_arkworks_alone() {
    let (mut passed, mut with_base) = (0, 0);
    for file in vectors() {
        let (held, base) = vectors_hold::<Arkworks>(file.name);
        passed += held;
        with_base += base;
    }
    assert!(passed > 400 && with_base > 0, "{passed} vectors");
}

/// How many vectors of the file hold, and how many of them are the base's calls.
fn vectors_hold<A: Arithmetic>(file: &str) -> (usize, usize) {
    let file = vectors().iter().find(|known| known.name == file).unwrap();
    let (mut passed, mut with_base) = (0, 0);
    for vector in &file.vectors {
        let observed = vector.run_with::<A>().unwrap();
        assert_eq!(
            observed,
            vector.expected().unwrap(),
            "{}: {}",
            file.name,
            vector.name
        );
        let fails = file.name.starts_with("fail-");
        assert_eq!(fails, vector.expected_error.is_some(), "{}", vector.name);
        with_base += usize::from(vector.base);
        passed += 1;
    }
    assert!(passed > 0, "{} has no vectors", file.name);
    println!("{}: {passed} vectors hold", file.name);
    (passed, with_base)
}

/// Prices that tell the parts apart: no sum of some is a sum of others.
const TELLING: GasSchedule = GasSchedule {
    base: 50_021,
    per_calldata_word: 7,
    per_proof_word: 311,
    per_public_input_word: 1_009,
    per_key_word: 97,
    accumulator: 20_000_003,
    per_gwc_point: 1_000_003,
    per_short_point: 5_000_000_029,
};

fn words(length: usize) -> u64 {
    length.div_ceil(32) as u64
}

/// What a call costs that ends as the vector says, added up from the definition: not asked of the
/// precompile's own helpers.
fn price(vector: &Vector, gas: &GasSchedule) -> u64 {
    let is_refused_at_once = matches!(vector.kind, Kind::DelegateCall | Kind::CallCode);
    if is_refused_at_once || vector.value > 0 {
        return 0;
    }
    let input = vector.input().unwrap();
    let mut price = words(input.len()) * gas.per_calldata_word;
    let Some(request) = Request::decode(&input) else {
        return price;
    };
    price += gas.base
        + words(request.proof.len()) * gas.per_proof_word
        + words(request.public_inputs.len()) * gas.per_public_input_word;
    let accounts = vector.accounts(zk_verify_conformance::file).unwrap();
    if vector.expected_error.is_none()
        && let Some(Read::Code(account)) = vector.reads.last()
    {
        // Step 10 is reached, so this is a key.
        let key = VerifyingKey::decode(&accounts[account]).unwrap();
        let (points, evaluations) = (key.num_proof_points(), key.num_evaluations());
        let is_short = request.proof.len() as u64 == 32 * u64::from(points + evaluations);
        price += u64::from(is_short) * u64::from(points) * gas.per_short_point;
        let is_gwc = accounts[account][3] & 1 == 1;
        price += u64::from(is_gwc) * u64::from(key.num_opening_points()) * gas.per_gwc_point;
    }
    // Slots warm and cold, accounts warm and cold, and their code.
    let [warm_slot, cold_slot, warm_account, cold_account, read_code] = match vector.fork {
        Fork::Frontier => [50, 50, 20, 20, 0],
        Fork::Tangerine => [200, 200, 700, 700, 0],
        Fork::Istanbul => [800, 800, 700, 700, 0],
        Fork::Amsterdam => [100, 2_100, 100, 3_000, 100],
        _ => [100, 2_100, 100, 2_600, 0],
    };
    for read in &vector.reads {
        price += match read {
            Read::Storage(account, slot) => {
                if vector.warm_slots.contains(&(*account, *slot)) {
                    warm_slot
                } else {
                    cold_slot
                }
            }
            Read::Code(account) => {
                let length = accounts.get(account).map_or(0, |code| code.len());
                let is_read = length as u64 <= MAX_KEY_LENGTH;
                let code = if is_read { words(length) } else { 0 };
                let touched = read_code
                    + if vector.warm.contains(account) {
                        warm_account
                    } else {
                        cold_account
                    };
                // Byte 3 of the code, whatever the code is.
                let features = accounts.get(account).and_then(|code| code.get(3));
                let features = features.filter(|_| is_read).copied().unwrap_or_default();
                let bit = |bit: u8, price: u64| u64::from(features >> bit & 1) * price;
                touched + code * gas.per_key_word + bit(3, gas.accumulator)
            }
        };
    }
    price
}

#[test]
fn every_price_is_the_sum_of_its_parts() {
    let mut parts = BTreeSet::new();
    for vector in vectors().iter().flat_map(|file| &file.vectors) {
        let ran_out = vector.expected_error == Some(CallStatus::OutOfGas);
        if vector.base || ran_out {
            continue;
        }
        assert_eq!(
            vector.gas,
            price(vector, &GasSchedule::STANDARD),
            "{}",
            vector.name
        );
        let rules = vector.rules().unwrap().with_gas(TELLING);
        let (output, _) = vector.execute(&ZkVerify::new(rules), u64::MAX).unwrap();
        assert_eq!(output.gas_used, price(vector, &TELLING), "{}", vector.name);
        parts.insert(vector.reads.len());
    }
    assert_eq!(parts, [0, 1, 2].into(), "reads of the vectors");
}

#[test]
fn the_exact_gas_suffices_and_one_less_halts_with_all_of_it() {
    for vector in vectors().iter().flat_map(|file| &file.vectors) {
        let ran_out = vector.expected_error == Some(CallStatus::OutOfGas);
        if vector.base || ran_out || vector.gas == 0 {
            continue;
        }
        let chain = vector.chain::<Standard>().unwrap();
        let (exact, reads) = vector.execute(&chain, vector.gas).unwrap();
        assert_eq!(exact.gas_used, vector.gas, "{}", vector.name);
        assert_ne!(exact.outcome, Outcome::OutOfGas, "{}", vector.name);
        let (less, fewer) = vector.execute(&chain, vector.gas - 1).unwrap();
        assert_eq!(less.outcome, Outcome::OutOfGas, "{}", vector.name);
        assert_eq!(less.gas_used, vector.gas - 1, "{}", vector.name);
        assert!(reads.starts_with(&fewer), "{}: {fewer:?}", vector.name);
    }
}

#[test]
fn the_cache_is_never_visible() {
    for vector in vectors().iter().flat_map(|file| &file.vectors) {
        if vector.base {
            continue;
        }
        let without = vector.chain::<Standard>().unwrap();
        let with = without.with_cache_capacity(64 << 20);
        let expected = vector.execute(&without, vector.gas_limit).unwrap();
        for _ in 0..2 {
            let given = vector.execute(&with, vector.gas_limit).unwrap();
            assert_eq!(given, expected, "{}", vector.name);
        }
        assert!(without.keys().is_empty());
        assert!(with.keys().len() <= 1 && with.keys().size() <= with.keys().capacity());
    }
}

#[test]
fn every_fork_has_vectors_of_its_own_and_the_others_are_of_cancun_and_prague() {
    let (of_forks, others): (Vec<_>, Vec<_>) = vectors()
        .iter()
        .partition(|file| file.name.trim_start_matches("fail-") == "forks");
    let forks = |files: &[&File]| -> BTreeSet<Fork> {
        let all = files.iter().flat_map(|file| &file.vectors);
        all.map(|vector| vector.fork).collect()
    };
    assert_eq!(forks(&of_forks), Fork::ALL.into());
    assert_eq!(forks(&others), [Fork::Cancun, Fork::Prague].into());
}

/// The list follows from the reads, and stands in every vector of a fork that has one.
#[test]
fn block_access_lists_hold_the_precompile_and_what_was_read() {
    let mut lists = BTreeSet::new();
    for vector in vectors().iter().flat_map(|file| &file.vectors) {
        let expected = match vector.expected().unwrap() {
            Some(observed) if vector.fork == Fork::Amsterdam => observed.block_access_list(),
            _ => BTreeMap::new(),
        };
        assert_eq!(vector.block_access_list, expected, "{}", vector.name);
        assert!(expected.is_empty() || expected.contains_key(&ADDRESS));
        lists.insert(expected.len());
    }
    assert_eq!(lists, [0, 1, 2, 3].into(), "lengths of the lists");
}

/// What reading code adds is charged with the account, before either is loaded, whatever it is.
#[test]
fn an_account_that_is_paid_for_without_its_code_is_not_read() {
    let vector = vector("Prague: slot and account cold");
    let chain = vector.chain::<Standard>().unwrap();
    let prices = AccessPrices {
        read_code: 12_345,
        ..AccessPrices::BERLIN
    };
    let gas = vector.gas + 12_345;
    let run = |gas| vector.execute_at(&chain, prices, gas).unwrap();
    assert_eq!(run(gas).0.outcome, Outcome::Valid);
    assert_eq!(run(gas).0.gas_used, gas);
    let key = GasSchedule::STANDARD.per_key_word
        * words(
            vector
                .accounts(zk_verify_conformance::file)
                .unwrap()
                .values()
                .next()
                .unwrap()
                .len(),
        );
    let (output, reads) = run(gas - key - 1);
    assert_eq!((output.outcome, reads.len()), (Outcome::OutOfGas, 1));
    let (output, reads) = run(gas - key);
    assert_eq!((output.outcome, reads.len()), (Outcome::OutOfGas, 2));
}

#[test]
fn prices_of_touching_state_are_berlins() {
    let prices = AccessPrices::BERLIN;
    assert_eq!((prices.slot(true), prices.account(true)), (2_100, 2_600));
    assert_eq!((prices.slot(false), prices.account(false)), (100, 100));
}
