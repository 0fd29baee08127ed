//! The precompile without an EVM: every case on a state in memory.

mod common;

use common::*;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};
use zk_verify_precompile::{
    AccessPrices, Activation, Address, Arithmetic, Arkworks, BlockPosition, Bytes, Call,
    InvalidKey, Journal, LoadError, Loaded, MAX_KEY_LENGTH, MemoryJournal, Misuse, Observer,
    Outcome, Output, Read, Rejection, Report, Schedule, Sizes, U256, ZkVerify, ZkVerifyConfig,
    belongs_to_base,
};

use alloy_primitives::keccak256;

const GENESIS: BlockPosition = block(0, 0);

const fn block(number: u64, timestamp: u64) -> BlockPosition {
    BlockPosition { number, timestamp }
}

fn state(case: &Case) -> MemoryJournal {
    case.accounts.iter().fold(
        MemoryJournal::new().with_storage(CALLER, zk_verify_precompile::KEY_SLOT, case.slot),
        |state, (account, code)| state.with_code(*account, code.clone()),
    )
}

fn call(case: &Case, gas_limit: u64) -> Call<'_> {
    Call {
        input: &case.input,
        gas_limit,
        caller: CALLER,
        value: U256::from(u8::from(case.kind == Kind::CallWithValue)),
        is_direct: !matches!(case.kind, Kind::DelegateCall | Kind::CallCode),
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

fn returns(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Valid | Outcome::Invalid(_))
}

#[test]
fn every_case_gives_its_data_gas_and_reads() {
    for case in cases() {
        let (output, reads) = execute(&case.chain(), &case, 10_000_000);
        assert_eq!(
            returns(&output.outcome),
            case.returns,
            "{}: {output:?}",
            case.name
        );
        assert_eq!(
            output.outcome.return_data(),
            case.data,
            "{}: {output:?}",
            case.name
        );
        assert_eq!(output.gas_used, case.gas, "{}", case.name);
        assert_eq!(reads, case.reads, "{}", case.name);
    }
}

#[test]
fn arkworks_alone_gives_the_same_for_every_case() {
    for case in cases() {
        let arkworks = ZkVerify::<Arkworks>::with_arithmetic(config(case.default_key));
        let expected = execute(&case.chain(), &case, 10_000_000);
        assert_eq!(
            execute(&arkworks, &case, 10_000_000),
            expected,
            "{}",
            case.name
        );
    }
}

#[test]
fn the_exact_gas_suffices_and_one_less_halts_with_all_of_it() {
    for case in cases() {
        let zk = case.chain();
        let (output, _) = execute(&zk, &case, case.gas);
        assert_eq!(output.outcome.return_data(), case.data, "{}", case.name);
        if case.gas > 0 {
            let (output, reads) = execute(&zk, &case, case.gas - 1);
            let halted = Output {
                outcome: Outcome::OutOfGas,
                gas_used: case.gas - 1,
            };
            assert_eq!(output, halted, "{}", case.name);
            assert!(
                case.reads.starts_with(&reads),
                "{}: read {reads:?}",
                case.name
            );
        }
    }
}

#[test]
fn nothing_cold_is_touched_that_the_call_cannot_pay_for() {
    let case = good_call();
    let zk = case.chain();
    let key_gas = case.accounts[0].1.len().div_ceil(32) as u64 * GAS.per_key_word;
    let before_account = case.gas - key_gas - 2_600;
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
        assert_eq!(reads, case.reads[..expected], "{gas_limit} gas");
    }
}

#[test]
fn what_is_warm_costs_100() {
    let case = good_call();
    let zk = case.chain();
    let mut state = state(&case);
    let call = call(&case, 10_000_000);
    let mut run = || {
        zk.call(&call, &mut state, AccessPrices::BERLIN, GENESIS)
            .unwrap()
    };
    assert_eq!(
        (run().gas_used, run().gas_used),
        (case.gas, case.gas - 2_000 - 2_500)
    );
}

#[test]
fn the_cache_is_never_visible() {
    let full = ZkVerify::new(config(Some(DEFAULT_KEY)));
    for case in cases()
        .into_iter()
        .filter(|case| case.default_key == Some(DEFAULT_KEY))
    {
        let without = execute(&case.chain().with_cache_capacity(0), &case, 10_000_000);
        let first = execute(&full, &case, 10_000_000);
        let again = execute(&full, &case, 10_000_000);
        assert_eq!(first, without, "{}", case.name);
        assert_eq!(again, without, "{}", case.name);
    }
    assert_eq!(full.keys().len(), 2, "only accepted keys are kept");
    assert!(full.keys().size() > 0 && full.keys().size() <= full.keys().capacity());
}

#[test]
fn a_key_in_constant_use_gets_tables_and_every_outcome_stays() {
    let case = good_call();
    let zk = case.chain();
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
    let other = ZkVerifyConfig::default()
        .accepted_setups
        .at(GENESIS)
        .clone();
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
        slot: U256::ZERO,
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
    let model = public_ppot();
    let zk = ZkVerify::new(ZkVerifyConfig::default().with_default_key(KEY));
    let mut state = MemoryJournal::new().with_code(KEY, model.key.clone());
    let input = encode(None, &model.proof, &model.public_inputs);
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
    let sizes = Sizes {
        proof: model.proof.len() as u64,
        public_inputs: model.public_inputs.len() as u64,
        key: model.key.len() as u64,
        names_key: false,
    };
    let prices = AccessPrices::BERLIN;
    let rules = zk.config().at(GENESIS);
    let expected = rules.gas.total(&sizes) + prices.slot(true) + prices.account(true);
    assert_eq!(output.gas_used, expected);
}

#[test]
fn a_code_above_the_limit_is_refused_before_its_words_are_charged() {
    let mut case = good_call();
    let too_long = usize::try_from(MAX_KEY_LENGTH).unwrap() + 1;
    case.accounts = vec![(KEY, vec![0; too_long])];
    let (output, _) = execute(&case.chain(), &case, u64::MAX);
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
    assert_eq!(output.gas_used, good.gas - key_words * GAS.per_key_word);
}

#[test]
fn only_128_bytes_belong_to_a_base_that_has_the_address() {
    for length in [0, 4, 127, 129, 132, 256] {
        assert!(!belongs_to_base(length, true) && !belongs_to_base(length, false));
    }
    assert!(belongs_to_base(128, true) && !belongs_to_base(128, false));
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
    let zk = case.chain();
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
                .map(|id| id == keccak256(&model("nolookup").key)),
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
    let model = model("nolookup");
    let (proof, inputs, key) = (
        model.proof.len(),
        model.public_inputs.len(),
        model.key.len(),
    );
    let good = good_call();
    let broken = Case {
        input: vec![],
        ..good_call()
    };
    for case in [&good, &good, &broken] {
        assert_eq!(
            execute(&zk, case, 10_000_000),
            execute(&case.chain(), case, 10_000_000)
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
    let outcome_of = |name: &str| {
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        execute(&case.chain(), &case, 10_000_000).0.outcome
    };
    let reason_of = |name| match outcome_of(name) {
        Outcome::Revert(Misuse::InvalidVerifyingKey { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        reason_of("a bound account without code"),
        InvalidKey::NoCode
    );
    assert_eq!(
        reason_of("a bound account that delegates to a key (EIP-7702)"),
        InvalidKey::Delegation
    );
    assert!(matches!(
        reason_of("a bound account with garbage"),
        InvalidKey::Malformed(_)
    ));
    assert!(matches!(
        reason_of("dirty high bits in the slot"),
        InvalidKey::NotAnAddress(_)
    ));
    let expected = model("nolookup").proof.len() as u64;
    assert_eq!(
        outcome_of("no proof"),
        Outcome::Invalid(Rejection::ProofLength {
            actual: 0,
            expected
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
        input: vec![],
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
        MemoryJournal::new().with_storage(CALLER, zk_verify_precompile::KEY_SLOT, word(KEY));
    let slot = |mut state: MemoryJournal| {
        state.storage(CALLER, zk_verify_precompile::KEY_SLOT.into(), false)
    };
    assert_eq!(slot(bound), slot(written));
}

#[test]
fn a_cache_too_small_for_a_key_keeps_none() {
    let case = good_call();
    let zk = case.chain().with_cache_capacity(100);
    let first = execute(&zk, &case, 10_000_000);
    assert_eq!(execute(&zk, &case, 10_000_000), first);
    assert!(zk.keys().is_empty() && zk.keys().size() == 0);
}

#[test]
fn debug_output_shows_the_rules_and_not_the_keys() {
    let zk = good_call().chain().with_cache_capacity(1 << 20);
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
