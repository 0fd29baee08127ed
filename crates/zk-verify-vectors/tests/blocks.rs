//! Blocks of calls, with verdicts kept, after speculation and after none, on one, two and eight threads:
//! results, gas and reads are those of a node that keeps nothing.

use alloy_primitives::{Address, U256};
use ezkl_import::{EzklProof, import_vka};
use halo2_kzg_verifier::{ScopedThreads, VerifyingKey, shorten_proof};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, BlockPosition, Call, Counter, GasSchedule, MemoryJournal,
    Observer, Outcome, Output, Read, Rejection, Report, ZkVerify, ZkVerifyConfig, abi::Request,
};
use zk_verify_vectors::forge::{Forger, TEST_SETUP};

const KEYS: [Address; 2] = [Address::repeat_byte(0xa1), Address::repeat_byte(0xa2)];
const NO_KEY: Address = Address::repeat_byte(0xa3);
const CALLERS: [Address; 3] = [
    Address::repeat_byte(0xc1),
    Address::repeat_byte(0xc2),
    Address::repeat_byte(0xc3),
];

/// Keys, and proofs by the key that each holds under.
struct Material {
    keys: [VerifyingKey; 2],
    proofs: [Vec<Vec<u8>>; 2],
    public_inputs: Vec<u8>,
}

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp");
    let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
    let proof = EzklProof::from_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    let one = Forger::new(&key, &proof.proof, &proof.public_inputs);
    let mut forgers = [one.with_digest(11), one];
    Material {
        keys: [0, 1].map(|n| forgers[n].key().clone()),
        proofs: [0, 1].map(|n| (0..12).map(|_| forgers[n].proof()).collect()),
        public_inputs: forgers[0].public_inputs().to_vec(),
    }
});

fn node() -> ZkVerify {
    let accepted = AcceptedSetups::new(&[TEST_SETUP.to_bytes()]).unwrap();
    let rules = ZkVerifyConfig::default()
        .with_accepted_setups(accepted)
        .with_default_key(KEYS[0]);
    ZkVerify::new(rules)
}

/// Who binds what.
type Bindings = BTreeMap<Address, Address>;

#[derive(Clone, Debug)]
enum Transaction {
    Bind(Address, Address),
    Verify {
        caller: Address,
        input: Vec<u8>,
        gas_limit: u64,
        value: u64,
        is_direct: bool,
    },
}

/// What a transaction showed.
type Seen = Option<(Output, Vec<Read>)>;

fn execute(node: &ZkVerify, bindings: &mut Bindings, transaction: &Transaction) -> Seen {
    match transaction {
        Transaction::Bind(caller, key) => {
            bindings.insert(*caller, *key);
            None
        }
        Transaction::Verify {
            caller,
            input,
            gas_limit,
            value,
            is_direct,
        } => {
            let mut state = MemoryJournal::new().with_code(NO_KEY, vec![0xfe; 40]);
            for (address, key) in KEYS.iter().zip(&MATERIAL.keys) {
                state = state.with_code(*address, key.encode());
            }
            for (caller, key) in bindings.iter() {
                state = state.with_bound_key(*caller, *key);
            }
            let call = Call {
                input,
                gas_limit: *gas_limit,
                caller: *caller,
                value: U256::from(*value),
                is_direct: *is_direct,
            };
            let prices = AccessPrices::BERLIN;
            let Ok(output) = node.call(&call, &mut state, prices, BlockPosition::default());
            Some((output, state.reads().to_vec()))
        }
    }
}

fn execute_all(node: &ZkVerify, mut bindings: Bindings, block: &[Transaction]) -> Vec<Seen> {
    let execute = |transaction| execute(node, &mut bindings, transaction);
    block.iter().map(execute).collect()
}

/// Executes every transaction on the state before the block, from the last one to the first, on so many
/// threads: what each of them shows is thrown away.
fn execute_ahead(node: &ZkVerify, bindings: &Bindings, block: &[Transaction], threads: usize) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(transaction) = block.iter().rev().nth(next.fetch_add(1, Relaxed)) {
                    execute(node, &mut bindings.clone(), transaction);
                }
            });
        }
    });
}

/// Xorshift: the same blocks on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

fn random_transaction(dice: &mut Dice) -> Transaction {
    let caller = dice.one_of(&CALLERS);
    if dice.below(5) == 0 {
        let key = dice.one_of(&[KEYS[0], KEYS[1], KEYS[1], NO_KEY, Address::ZERO]);
        return Transaction::Bind(caller, key);
    }
    let proofs = &MATERIAL.proofs[dice.below(2)];
    let mut proof = proofs[dice.below(proofs.len())].clone();
    let mut public_inputs = MATERIAL.public_inputs.clone();
    match dice.below(8) {
        0 => public_inputs[31] ^= 1,
        1 => proof[63] ^= 1,
        2 => drop(proof.pop()),
        3..6 => {
            // Both keys are of one circuit. One bit gives the opposite point, the other one none.
            proof = shorten_proof(&MATERIAL.keys[0], &proof).unwrap();
            proof[0] ^= dice.one_of(&[0, 0, 0x80, 0x40]);
        }
        _ => {}
    }
    let key = dice.one_of(&[None, None, Some(KEYS[0]), Some(KEYS[1]), Some(NO_KEY)]);
    let request = Request {
        key,
        proof: &proof,
        public_inputs: &public_inputs,
    };
    let mut input = request.encode();
    if dice.below(15) == 0 {
        input.truncate(70);
    }
    Transaction::Verify {
        caller,
        input,
        // 110,000 pays for everything but the points of a short proof.
        gas_limit: dice.one_of(&[
            u64::MAX,
            1_000_000,
            1_000_000,
            110_000,
            60_000,
            30_000,
            4_000,
            0,
        ]),
        value: u64::from(dice.below(20) == 0),
        is_direct: dice.below(20) != 0,
    }
}

fn kinds(seen: &[Seen]) -> BTreeSet<&'static str> {
    let kind = |(output, _): &(Output, Vec<Read>)| match output.outcome {
        Outcome::Valid => "valid",
        Outcome::Invalid(Rejection::PairingCheckFailed) => "invalid",
        Outcome::Invalid(_) => "malformed",
        Outcome::Revert(_) => "revert",
        Outcome::OutOfGas => "out of gas",
    };
    seen.iter().flatten().map(kind).collect()
}

#[test]
fn random_blocks_show_what_a_node_that_keeps_nothing_shows() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut all = BTreeSet::new();
    for round in 0..6 {
        let block: Vec<Transaction> = (0..40).map(|_| random_transaction(&mut dice)).collect();
        let before = Bindings::from([(CALLERS[0], KEYS[round % 2])]);
        let plain = node().with_verdict_capacity(0).with_cache_capacity(0);
        let expected = execute_all(&plain, before.clone(), &block);
        all.extend(kinds(&expected));
        for threads in [1, 2, 8] {
            // Kept by the mempool, which executed on an older state.
            let pool = node();
            execute_ahead(&pool, &before, &block, threads);
            let found = execute_all(&pool, before.clone(), &block);
            assert_eq!(
                found, expected,
                "block {round}, {threads} threads in the pool"
            );
            // And once more, with every verdict kept.
            assert_eq!(execute_all(&pool, before.clone(), &block), expected);

            let node = node();
            let speculation = node.speculative();
            execute_ahead(speculation.precompile(), &before, &block, threads);
            speculation.settle(&ScopedThreads::new(threads));
            assert_eq!(speculation.pending(), 0);
            let found = execute_all(&node, before.clone(), &block);
            assert_eq!(found, expected, "block {round}, {threads} threads ahead");

            // A cache in which nothing stays for long.
            let small = node.with_verdict_capacity(320 * 8);
            let speculation = small.speculative_with_capacity(40_000);
            execute_ahead(speculation.precompile(), &before, &block, threads);
            speculation.settle(&ScopedThreads::new(threads));
            assert_eq!(execute_all(&small, before.clone(), &block), expected);
        }
    }
    let kinds = ["invalid", "malformed", "out of gas", "revert", "valid"];
    assert_eq!(all, kinds.into(), "the blocks hold every kind of call");
}

/// Counts by name.
#[derive(Clone, Default)]
struct Metrics(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Metrics {
    fn take(&self) -> BTreeMap<&'static str, u64> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Metrics {
    fn counted(&self, counter: Counter, by: u64) {
        *self.0.lock().unwrap().entry(counter.name()).or_default() += by;
    }

    fn call_ends(&self, _: &Report<'_>) {}
}

fn plain_call(caller: Address, key: Option<Address>, proof: &[u8]) -> Transaction {
    let request = Request {
        key,
        proof,
        public_inputs: &MATERIAL.public_inputs,
    };
    Transaction::Verify {
        caller,
        input: request.encode(),
        gas_limit: u64::MAX,
        value: 0,
        is_direct: true,
    }
}

fn outcome(node: &ZkVerify, bindings: &Bindings, transaction: &Transaction) -> Outcome {
    let seen = execute(node, &mut bindings.clone(), transaction);
    seen.unwrap().0.outcome
}

fn counts<const N: usize>(counts: [(Counter, u64); N]) -> BTreeMap<&'static str, u64> {
    counts.map(|(counter, by)| (counter.name(), by)).into()
}

/// The points of a short proof are charged before the verdict is looked for.
#[test]
fn a_short_proof_costs_the_same_whether_its_verdict_is_kept_guessed_or_computed() {
    let proof = shorten_proof(&MATERIAL.keys[0], &MATERIAL.proofs[0][0]).unwrap();
    let points = u64::from(MATERIAL.keys[0].num_proof_points());
    let points = points * GasSchedule::STANDARD.per_short_point;
    let with = |node: &ZkVerify, limit: u64| {
        let mut transaction = plain_call(CALLERS[0], None, &proof);
        if let Transaction::Verify { gas_limit, .. } = &mut transaction {
            *gas_limit = limit;
        }
        let (output, reads) = execute(node, &mut Bindings::new(), &transaction).unwrap();
        (output.outcome, output.gas_used, reads)
    };
    let plain = node().with_verdict_capacity(0).with_cache_capacity(0);
    let (outcome, gas, reads) = with(&plain, u64::MAX);
    assert_eq!(outcome, Outcome::Valid);
    let kept = node();
    with(&kept, u64::MAX);
    let other = node();
    let speculation = other.speculative();
    for node in [&plain, &kept, speculation.precompile()] {
        assert_eq!(with(node, gas), (Outcome::Valid, gas, reads.clone()));
        for limit in [gas - 1, gas - points] {
            let seen = with(node, limit);
            assert_eq!(seen, (Outcome::OutOfGas, limit, reads.clone()));
        }
    }
    assert_eq!(speculation.pending(), 1);
}

#[test]
fn speculation_guesses_true_and_the_real_execution_finds_the_verdict() {
    let metrics = Metrics::default();
    let node = node().with_observer(metrics.clone());
    let speculation = node.speculative();
    let good = plain_call(CALLERS[0], None, &MATERIAL.proofs[0][0]);
    let foreign = plain_call(CALLERS[0], None, &MATERIAL.proofs[1][0]);
    let none = Bindings::new();
    for transaction in [&good, &foreign, &good] {
        assert_eq!(
            outcome(speculation.precompile(), &none, transaction),
            Outcome::Valid
        );
    }
    assert_eq!(
        speculation.pending(),
        2,
        "a claim that is met twice is noted once"
    );
    assert!(speculation.size() > 2 * 3_072);
    let settled = speculation.settle(&ScopedThreads::new(2));
    assert_eq!((settled.valid, settled.invalid), (1, 1));
    assert_eq!(
        metrics.take(),
        counts([
            (Counter::Speculated, 2),
            (Counter::Batched, 2),
            (Counter::SingledOut, 1),
            (Counter::EvictedVerdictBytes, 0)
        ])
    );

    let failed = Outcome::Invalid(Rejection::PairingCheckFailed);
    assert_eq!(outcome(&node, &none, &good), Outcome::Valid);
    assert_eq!(outcome(&node, &none, &foreign), failed);
    assert_eq!(metrics.take(), counts([(Counter::VerdictHits, 2)]));
    // Speculation that comes later knows the verdicts and guesses no more.
    assert_eq!(outcome(speculation.precompile(), &none, &foreign), failed);
    assert_eq!(speculation.pending(), 0);
}

#[test]
fn a_key_that_is_rebound_after_speculation_costs_a_verification() {
    let metrics = Metrics::default();
    let node = node().with_observer(metrics.clone());
    let call = plain_call(CALLERS[1], None, &MATERIAL.proofs[0][1]);
    let ahead = Bindings::from([(CALLERS[1], KEYS[0])]);
    let speculation = node.speculative();
    outcome(speculation.precompile(), &ahead, &call);
    assert_eq!(speculation.settle(&ScopedThreads::new(2)).valid, 1);
    metrics.take();

    // Bound to the other key meanwhile: the proof does not hold under it.
    let rebound = Bindings::from([(CALLERS[1], KEYS[1])]);
    let failed = Outcome::Invalid(Rejection::PairingCheckFailed);
    assert_eq!(outcome(&node, &rebound, &call), failed);
    assert_eq!(metrics.take(), counts([(Counter::VerdictMisses, 1)]));
    // A reorganisation undoes the binding: both verdicts are there.
    assert_eq!(outcome(&node, &ahead, &call), Outcome::Valid);
    assert_eq!(outcome(&node, &rebound, &call), failed);
    assert_eq!(metrics.take(), counts([(Counter::VerdictHits, 2)]));
}

#[test]
fn a_proof_that_holds_under_another_key_alone_is_rejected_after_any_speculation() {
    let node = node();
    let speculation = node.speculative();
    let none = Bindings::new();
    let under = |key| plain_call(CALLERS[2], Some(key), &MATERIAL.proofs[1][2]);
    outcome(speculation.precompile(), &none, &under(KEYS[1]));
    assert_eq!(speculation.settle(&ScopedThreads::new(1)).valid, 1);
    let failed = Outcome::Invalid(Rejection::PairingCheckFailed);
    assert_eq!(outcome(&node, &none, &under(KEYS[0])), failed);
    assert_eq!(outcome(&node, &none, &under(KEYS[1])), Outcome::Valid);
}

#[test]
fn what_is_not_settled_is_verified() {
    let metrics = Metrics::default();
    let node = node().with_observer(metrics.clone());
    let speculation = node.speculative();
    let foreign = plain_call(CALLERS[0], None, &MATERIAL.proofs[1][3]);
    let none = Bindings::new();
    assert_eq!(
        outcome(speculation.precompile(), &none, &foreign),
        Outcome::Valid
    );
    metrics.take();
    let failed = Outcome::Invalid(Rejection::PairingCheckFailed);
    assert_eq!(outcome(&node, &none, &foreign), failed);
    assert_eq!(metrics.take(), counts([(Counter::VerdictMisses, 1)]));
}

#[test]
fn a_verdict_depends_on_no_gas_limit_and_no_caller() {
    let metrics = Metrics::default();
    let node = node().with_observer(metrics.clone());
    for (turn, caller) in CALLERS.into_iter().enumerate() {
        let Transaction::Verify { input, .. } = plain_call(caller, None, &MATERIAL.proofs[0][4])
        else {
            unreachable!()
        };
        let call = Transaction::Verify {
            caller,
            input,
            gas_limit: 10_000_000 + turn as u64,
            value: 0,
            is_direct: true,
        };
        assert_eq!(outcome(&node, &Bindings::new(), &call), Outcome::Valid);
    }
    let expected = counts([(Counter::VerdictMisses, 1), (Counter::VerdictHits, 2)]);
    assert_eq!(metrics.take(), expected);
}

#[test]
fn an_observer_is_told_whether_the_verdict_was_kept() {
    struct Kept(Mutex<Vec<bool>>);
    impl Observer for Kept {
        fn call_ends(&self, report: &Report<'_>) {
            self.0.lock().unwrap().push(report.verdict_was_kept);
        }
    }
    let kept = Arc::new(Kept(Mutex::default()));
    let node = node().with_observer(kept.clone());
    let call = plain_call(CALLERS[0], None, &MATERIAL.proofs[0][5]);
    for _ in 0..2 {
        outcome(&node, &Bindings::new(), &call);
    }
    outcome(&node.with_verdict_capacity(0), &Bindings::new(), &call);
    assert_eq!(*kept.0.lock().unwrap(), [false, true, false]);
}
