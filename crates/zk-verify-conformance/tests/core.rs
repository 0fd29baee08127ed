//! The precompile without an EVM, beyond the vectors: caches, rules, observers, reasons, failing databases.

use alloy_primitives::{Address, Bytes, U256, address, keccak256};
use halo2_kzg_verifier::VerifyingKey;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};
use zk_verify_conformance::{CALLER, Model, rules_for, vector};
use zk_verify_precompile::{
    AccessPrices, Activation, Arithmetic, BlockPosition, Call, GasSchedule, InvalidKey, Journal,
    KEY_SLOT, LoadError, Loaded, MAX_KEY_LENGTH, MemoryJournal, Misuse, Observer, Outcome, Output,
    Read, Rejection, Report, Schedule, Sizes, ZkVerify, ZkVerifyConfig,
};

const GENESIS: BlockPosition = block(0, 0);

const fn block(number: u64, timestamp: u64) -> BlockPosition {
    BlockPosition { number, timestamp }
}

/// Holds a good key.
const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Holds another good key, the chain's default.
const DEFAULT_KEY: Address = address!("00000000000000000000000000000000000be002");

/// A call, and the state that it meets.
#[derive(Clone)]
struct Case {
    input: Bytes,
    bound: Option<Address>,
    accounts: Vec<(Address, Bytes)>,
}

/// A valid proof under the bound key.
fn good_call() -> Case {
    let (model, other) = (Model::public(), Model::mlp());
    Case {
        input: model.call(None),
        bound: Some(KEY),
        accounts: vec![(KEY, model.key), (DEFAULT_KEY, other.key)],
    }
}

/// What it costs with everything cold.
fn gas_of_good_call() -> u64 {
    vector("step 10: a valid proof, by STATICCALL").gas
}

fn config(default_key: Option<Address>) -> ZkVerifyConfig {
    let rules = rules_for(&[&Model::public(), &Model::mlp()]);
    match default_key {
        Some(key) => rules.with_default_key(key),
        None => rules,
    }
}

fn node() -> ZkVerify {
    ZkVerify::new(config(Some(DEFAULT_KEY)))
}

fn state(case: &Case) -> MemoryJournal {
    let accounts = case.accounts.iter();
    let state = accounts.fold(MemoryJournal::new(), |state, (account, code)| {
        state.with_code(*account, code.clone())
    });
    match case.bound {
        Some(key) => state.with_bound_key(CALLER, key),
        None => state,
    }
}

fn call(case: &Case, gas_limit: u64) -> Call<'_> {
    Call {
        input: &case.input,
        gas_limit,
        caller: CALLER,
        value: U256::ZERO,
        is_direct: true,
    }
}

fn execute<A: Arithmetic>(zk: &ZkVerify<A>, case: &Case, gas_limit: u64) -> (Output, Vec<Read>) {
    let mut state = state(case);
    let call = call(case, gas_limit);
    let output = zk
        .call(&call, &mut state, AccessPrices::BERLIN, GENESIS)
        .unwrap();
    (output, state.reads().to_vec())
}

#[test]
fn nothing_cold_is_touched_that_the_call_cannot_pay_for() {
    let case = good_call();
    let zk = node();
    let key_words = case.accounts[0].1.len().div_ceil(32) as u64;
    let key_gas = key_words * GasSchedule::STANDARD.per_key_word;
    let before_account = gas_of_good_call() - key_gas - 2_600;
    let before_slot = before_account - 2_100;
    for (gas_limit, expected) in [
        (before_slot, 0),
        (before_slot + 99, 0),
        (before_slot + 2_099, 0),
        (before_account, 1),
        (before_account + 2_599, 1),
        (before_account + 2_600, 2),
    ] {
        let (output, reads) = execute(&zk, &case, gas_limit);
        assert_eq!(output.outcome, Outcome::OutOfGas);
        assert_eq!(
            reads,
            [Read::Storage(CALLER, KEY_SLOT.into()), Read::Code(KEY)][..expected],
            "{gas_limit} gas"
        );
    }
}

#[test]
fn what_is_warm_costs_100() {
    let case = good_call();
    let zk = node();
    let mut state = state(&case);
    let call = call(&case, 10_000_000);
    let mut run = || {
        zk.call(&call, &mut state, AccessPrices::BERLIN, GENESIS)
            .unwrap()
    };
    assert_eq!(
        (run().gas_used, run().gas_used),
        (gas_of_good_call(), gas_of_good_call() - 2_000 - 2_500)
    );
}

#[test]
fn a_key_in_constant_use_gets_tables_and_every_outcome_stays() {
    let case = good_call();
    let zk = node();
    let first = execute(&zk, &case, 10_000_000);
    let size = zk.keys().size();
    for _ in 0..130 {
        assert_eq!(execute(&zk, &case, 10_000_000), first);
    }
    assert!(
        zk.keys().size() > size,
        "{} bytes, {size} at first",
        zk.keys().size()
    );
    assert_eq!(zk.keys().len(), 1);
}

#[test]
fn a_cached_key_is_refused_once_its_setup_is_no_longer_accepted() {
    let case = good_call();
    let mut config = config(None);
    let other = rules_for(&[&Model::mlp()]);
    let other = other.accepted_setups.at(GENESIS).clone();
    config.accepted_setups = config.accepted_setups.then(Activation::Block(7), other);
    let zk = ZkVerify::new(config);
    let at = |number| {
        let output = zk.call(
            &call(&case, 10_000_000),
            &mut state(&case),
            AccessPrices::BERLIN,
            block(number, 0),
        );
        output.unwrap().outcome
    };
    let refused = Outcome::Revert(Misuse::InvalidVerifyingKey {
        key: KEY,
        reason: InvalidKey::SetupNotAccepted,
    });
    assert_eq!(
        [at(6), at(7), at(6)],
        [Outcome::Valid, refused, Outcome::Valid]
    );
}

#[test]
fn rules_are_those_of_the_block() {
    let case = Case {
        bound: None,
        ..good_call()
    };
    let mut config = config(None);
    config.default_key = Schedule::new(None).then(Activation::Timestamp(1_000), Some(KEY));
    let zk = ZkVerify::new(config);
    let at = |timestamp| {
        let call = call(&case, 10_000_000);
        zk.call(
            &call,
            &mut state(&case),
            AccessPrices::BERLIN,
            block(0, timestamp),
        )
        .unwrap()
        .outcome
    };
    assert_eq!(
        at(999),
        Outcome::Revert(Misuse::NoVerifyingKey { caller: CALLER })
    );
    assert_eq!(at(1_000), Outcome::Valid);
}

#[test]
fn a_key_of_the_perpetual_powers_of_tau_verifies_under_the_default_configuration() {
    let model = Model::public();
    let zk = ZkVerify::new(ZkVerifyConfig::default().with_default_key(KEY));
    let mut state = MemoryJournal::new().with_code(KEY, model.key.clone());
    let input = model.call(None);
    let call = Call {
        input: &input,
        gas_limit: 30_000_000,
        caller: CALLER,
        value: U256::ZERO,
        is_direct: true,
    };
    let output = zk
        .call(&call, &mut state, AccessPrices::BERLIN, GENESIS)
        .unwrap();
    assert_eq!(output.outcome, Outcome::Valid);
    let decoded = VerifyingKey::decode(&model.key).unwrap();
    let (proof, public_inputs) = (model.proof.len() as u64, model.public_inputs.len() as u64);
    let sizes = Sizes::of(&decoded, proof, public_inputs, false);
    let prices = AccessPrices::BERLIN;
    let rules = zk.config().at(GENESIS);
    let expected = rules.gas.total(&sizes) + prices.slot(true) + prices.account(true);
    assert_eq!(output.gas_used, expected);
}

#[test]
fn a_code_above_the_limit_is_refused_before_its_words_are_charged() {
    let mut case = good_call();
    let too_long = usize::try_from(MAX_KEY_LENGTH).unwrap() + 1;
    case.accounts = vec![(KEY, vec![0; too_long].into())];
    let (output, _) = execute(&node(), &case, u64::MAX);
    let reason = InvalidKey::TooLong {
        actual: MAX_KEY_LENGTH + 1,
        limit: MAX_KEY_LENGTH,
    };
    assert_eq!(
        output.outcome,
        Outcome::Revert(Misuse::InvalidVerifyingKey { key: KEY, reason })
    );
    let good = good_call();
    let key_words = good.accounts[0].1.len().div_ceil(32) as u64;
    let key_gas = key_words * GasSchedule::STANDARD.per_key_word;
    assert_eq!(output.gas_used, gas_of_good_call() - key_gas);
}

/// A journal whose database fails at the n-th read.
struct Failing(MemoryJournal, usize);

impl Failing {
    fn read<T>(
        &mut self,
        read: impl FnOnce(&mut MemoryJournal) -> Result<T, LoadError<Infallible>>,
    ) -> Result<T, LoadError<&'static str>> {
        self.1 = self
            .1
            .checked_sub(1)
            .ok_or(LoadError::Database("disk on fire"))?;
        read(&mut self.0).map_err(|error| match error {
            LoadError::ColdLoadSkipped => LoadError::ColdLoadSkipped,
            LoadError::Database(never) => match never {},
        })
    }
}

impl Journal for Failing {
    type Error = &'static str;

    fn storage(
        &mut self,
        account: Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<&'static str>> {
        self.read(|state| state.storage(account, slot, skip_cold))
    }

    fn code(
        &mut self,
        account: Address,
        skip_cold: bool,
    ) -> Result<Loaded<Bytes>, LoadError<&'static str>> {
        self.read(|state| state.code(account, skip_cold))
    }
}

#[test]
fn a_failing_database_is_an_error_and_never_an_outcome() {
    let case = good_call();
    let zk = node();
    let run = |good_reads| {
        let call = call(&case, 10_000_000);
        let mut journal = Failing(state(&case), good_reads);
        zk.call(&call, &mut journal, AccessPrices::BERLIN, GENESIS)
            .map(|output| output.outcome)
    };
    let failed = Err("disk on fire");
    assert_eq!(
        [run(0), run(1), run(2)],
        [failed.clone(), failed, Ok(Outcome::Valid)]
    );
}

/// Writes down what it is told.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Observer for Recorder {
    fn call_begins(&self) {
        self.0.lock().unwrap().push("begins".into());
    }

    fn verification_begins(&self) {
        self.0.lock().unwrap().push("verifies".into());
    }

    fn call_ends(&self, report: &Report<'_>) {
        assert_eq!(report.caller, CALLER);
        self.0.lock().unwrap().push(format!(
            "{:?} {:?} cached={} {}/{}/{} {:?}",
            report.key,
            report
                .key_id
                .map(|id| id == keccak256(&Model::public().key)),
            report.key_was_cached,
            report.proof_length,
            report.public_inputs_length,
            report.key_length,
            report.output.outcome,
        ));
    }
}

#[test]
fn an_observer_sees_every_call_and_changes_none() {
    let recorder = Arc::new(Recorder::default());
    let zk = ZkVerify::new(config(Some(DEFAULT_KEY))).with_observer(recorder.clone());
    let model = Model::public();
    let (proof, inputs, key) = (
        model.proof.len(),
        model.public_inputs.len(),
        model.key.len(),
    );
    let good = good_call();
    let broken = Case {
        input: Bytes::new(),
        ..good_call()
    };
    for case in [&good, &good, &broken] {
        assert_eq!(
            execute(&zk, case, 10_000_000),
            execute(&node(), case, 10_000_000)
        );
    }
    let key_of = format!("Some({KEY:?}) Some(true)");
    let expected = [
        "begins".into(),
        "verifies".into(),
        format!("{key_of} cached=false {proof}/{inputs}/{key} Valid"),
        "begins".into(),
        "verifies".into(),
        format!("{key_of} cached=true {proof}/{inputs}/{key} Valid"),
        "begins".into(),
        "None None cached=false 0/0/0 Revert(MalformedCall)".into(),
    ];
    assert_eq!(*recorder.0.lock().unwrap(), expected);
}

#[test]
fn reasons_are_for_people() {
    let outcome_of = |case: Case| execute(&node(), &case, 10_000_000).0.outcome;
    let reason_of = |code: &[u8]| {
        let accounts = vec![(KEY, Bytes::copy_from_slice(code))];
        let case = Case {
            accounts,
            ..good_call()
        };
        match outcome_of(case) {
            Outcome::Revert(Misuse::InvalidVerifyingKey { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason_of(&[]), InvalidKey::NoCode);
    let delegation = [&[0xef, 0x01, 0x00], KEY.as_slice()].concat();
    assert_eq!(reason_of(&delegation), InvalidKey::Delegation);
    assert!(matches!(
        reason_of(&[0x60, 0x00, 0x60, 0x00, 0xfd]),
        InvalidKey::Malformed(_)
    ));

    let dirty = U256::from_be_bytes(KEY.into_word().0) | (U256::ONE << 160);
    let mut state = state(&good_call()).with_storage(CALLER, KEY_SLOT, dirty);
    let output = node()
        .call(
            &call(&good_call(), 10_000_000),
            &mut state,
            AccessPrices::BERLIN,
            GENESIS,
        )
        .unwrap();
    let reason = InvalidKey::NotAnAddress(dirty);
    assert_eq!(
        output.outcome,
        Outcome::Revert(Misuse::InvalidVerifyingKey { key: KEY, reason })
    );

    let without_proof = Case {
        input: zk_verify_conformance::encode(None, &[], &Model::public().public_inputs),
        ..good_call()
    };
    let model = Model::public();
    let public = VerifyingKey::decode(&model.key).unwrap();
    assert_eq!(
        outcome_of(without_proof),
        Outcome::Invalid(Rejection::ProofLength {
            actual: 0,
            expected: model.proof.len() as u64,
            short: public.short_proof_length(),
        })
    );
    let text = Misuse::NoVerifyingKey { caller: CALLER }.to_string();
    assert!(text.contains("binds none"), "{text}");
}

#[test]
fn each_transaction_may_have_an_observer_of_its_own_over_one_cache() {
    let node = ZkVerify::new(config(Some(DEFAULT_KEY)));
    let case = good_call();
    let expected = execute(&node, &case, 10_000_000);
    let (first, second) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    for recorder in [&first, &second] {
        let watched = node.with_observer(recorder.clone());
        assert_eq!(execute(&watched, &case, 10_000_000), expected);
    }
    execute(&node, &case, 10_000_000);
    for recorder in [first, second] {
        let seen = recorder.0.lock().unwrap();
        assert_eq!(seen.len(), 3, "{seen:?}");
        assert!(seen[2].contains("cached=true"), "{seen:?}");
    }
    assert_eq!(node.keys().len(), 1);
}

#[test]
fn a_node_with_another_capacity_starts_with_an_empty_cache_and_keeps_its_observer() {
    let ends = Arc::new(Ends::default());
    let node = ZkVerify::new(config(None)).with_observer(ends.clone());
    execute(&node, &good_call(), 10_000_000);
    let small = node.with_cache_capacity(100);
    assert_eq!((small.keys().len(), small.keys().capacity()), (0, 100));
    execute(&small, &good_call(), 10_000_000);
    assert_eq!(*ends.0.lock().unwrap(), [true, true]);
    assert_eq!(node.keys().len(), 1);
}

/// Wants to know nothing but how calls end.
#[derive(Default)]
struct Ends(Mutex<Vec<bool>>);

impl Observer for Ends {
    fn call_ends(&self, report: &Report<'_>) {
        self.0
            .lock()
            .unwrap()
            .push(report.output.outcome.is_valid());
    }
}

#[test]
fn an_observer_may_care_for_the_end_alone() {
    let ends = Arc::new(Ends::default());
    let zk = ZkVerify::new(config(Some(DEFAULT_KEY))).with_observer(ends.clone());
    let broken = Case {
        input: Bytes::new(),
        ..good_call()
    };
    for case in [&good_call(), &broken] {
        execute(&zk, case, 10_000_000);
    }
    assert_eq!(*ends.0.lock().unwrap(), [true, false]);
}

#[test]
fn binding_a_key_is_writing_its_address_into_the_slot() {
    let bound = MemoryJournal::new().with_bound_key(CALLER, KEY);
    let written =
        MemoryJournal::new().with_storage(CALLER, KEY_SLOT, U256::from_be_bytes(KEY.into_word().0));
    let slot = |mut state: MemoryJournal| state.storage(CALLER, KEY_SLOT.into(), false);
    assert_eq!(slot(bound), slot(written));
}

#[test]
fn a_cache_too_small_for_a_key_keeps_none() {
    let case = good_call();
    let zk = node().with_cache_capacity(100);
    let first = execute(&zk, &case, 10_000_000);
    assert_eq!(execute(&zk, &case, 10_000_000), first);
    assert!(zk.keys().is_empty() && zk.keys().size() == 0);
}

#[test]
fn debug_output_shows_the_rules_and_not_the_keys() {
    let zk = node().with_cache_capacity(1 << 20);
    let text = format!("{zk:?} {:?}", zk.keys());
    let points = zk.config().at(GENESIS).accepted_setups.points();
    for point in points {
        assert!(
            text.contains(&alloy_primitives::hex::encode(point)),
            "{text}"
        );
    }
    assert!(
        text.ends_with("KeyCache { capacity: 1048576, .. }"),
        "{text}"
    );
}
