//! A block full of proofs: 1,000 transactions, each through `MyAIAppWithKey` with a proof of its own, under
//! 1, 10 and 100 keys, one proof in a hundred invalid, executed by alloy-evm's block executor: as it comes,
//! after the mempool has simulated it, and after speculation on one and two threads; beside a block of
//! 1,000 transfers. And batches of 1 to 4,096 proofs.
//!
//! `cargo bench --bench block [-- smoke] [blocks|batches]`. Everything is measured in turns, in one process, in processor time;
//! figures are medians. What two threads take is the time of the thread that calls and, for each stage that is
//! spread, half of the stage's processor time or its longest part, whichever is more: what two idle cores would
//! need. Proofs are forged under a test setup whose secret everybody knows; every one is different.

mod batches;
mod chain;
mod clock;
mod kept;

use chain::{Block, Chain};
use clock::{Clock, Cores};
use serde_json::json;
use std::{fs, path::PathBuf};
use zk_verify_precompile::ZkVerify;

const TRANSACTIONS: usize = 1_000;
const KEYS: [usize; 3] = [1, 10, 100];

fn main() {
    let has = |wanted: &str| std::env::args().any(|arg| arg == wanted);
    let (smoke, one) = (has("smoke"), has("blocks") || has("batches"));
    let (transactions, turns) = if smoke { (40, 1) } else { (TRANSACTIONS, 3) };
    let mut blocks = Vec::new();
    if !one || has("blocks") {
        blocks.extend(KEYS.map(|keys| block(keys, transactions, turns)));
    }
    let kept = kept::measure();
    let mut batches = Vec::new();
    if !one || has("batches") {
        batches = batches::measure(smoke);
    }
    let results =
        json!({ "transactions": transactions, "kept": kept, "blocks": blocks, "batches": batches });
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"));
    let file = target.join("bench-block.json");
    fs::write(&file, format!("{results:#}\n")).expect("target is there");
    println!("\nwritten: bench-block.json in Cargo's target folder");
}

/// Processor time of one turn, in milliseconds.
#[derive(Default)]
struct Turn {
    plain: f64,
    kept: f64,
    kept_step_10: f64,
    plain_step_10: f64,
    ahead: [f64; 2],
    settled: [f64; 2],
    transfers: f64,
}

fn block(keys: usize, transactions: usize, turns: usize) -> serde_json::Value {
    let chain = Chain::new(keys, transactions);
    let (proofs, transfers) = (chain.proofs(), chain.transfers());
    // Keys are prepared, as in a node that has run for a while; nothing is measured here.
    let keyed = ZkVerify::new(chain.rules());
    for _ in 0..if keys == 1 { 1 } else { 2 } {
        chain.execute(&keyed, &proofs);
    }
    let fresh = || keyed.with_verdict_capacity(zk_verify_precompile::DEFAULT_VERDICT_CAPACITY);
    let expected = chain.execute(&fresh(), &proofs);
    // It has seen a block like this one, too: how many proofs of a hundred are invalid, and nothing about any proof.
    let before = fresh().speculative();
    chain.execute_ahead(before.precompile(), &proofs, &Cores::new(1));
    before.settle(&Cores::new(1));
    let failed = expected.iter().filter(|r| !r.status()).count();
    assert_eq!(failed, transactions / 100, "one in a hundred is invalid");
    let turns: Vec<Turn> = (0..turns)
        .map(|_| turn(&chain, &fresh, &proofs, &transfers, &expected))
        .collect();
    report(keys, transactions, &turns)
}

fn turn(
    chain: &Chain,
    fresh: &dyn Fn() -> ZkVerify,
    proofs: &Block,
    transfers: &Block,
    expected: &[alloy_consensus::ReceiptEnvelope],
) -> Turn {
    let mut turn = Turn::default();
    let execute = |node: &ZkVerify| {
        let step_10 = clock::StepTen::default();
        let clock = Clock::start();
        let receipts = chain.execute(&node.with_observer(step_10.clone()), proofs);
        let time = clock.stop();
        assert_eq!(
            receipts, expected,
            "receipts do not depend on what was kept"
        );
        (time, step_10.milliseconds())
    };
    let node = fresh();
    (turn.plain, turn.plain_step_10) = execute(&node);
    // The mempool has executed each transaction with the node's `ZkVerify`.
    (turn.kept, turn.kept_step_10) = execute(&node);
    for (index, threads) in [1, 2].into_iter().enumerate() {
        let node = fresh();
        let cores = Cores::new(threads);
        let clock = Clock::start();
        let speculation = node.speculative();
        chain.execute_ahead(speculation.precompile(), proofs, &cores);
        turn.ahead[index] = clock.stop() + cores.take();
        let clock = Clock::start();
        speculation.settle(&cores);
        turn.settled[index] = clock.stop() + cores.take();
        let (time, _) = execute(&node);
        turn.settled[index] += time;
    }
    let clock = Clock::start();
    chain.execute(&fresh(), transfers);
    turn.transfers = clock.stop();
    turn
}

fn report(keys: usize, transactions: usize, turns: &[Turn]) -> serde_json::Value {
    let of = |value: &dyn Fn(&Turn) -> f64| clock::median(turns.iter().map(value));
    // A turn's own figures are compared with one another; then the median of the ratios.
    let proofs_part = |index: usize| {
        of(&|t: &Turn| (t.settled[index] - t.kept) / (t.plain - t.kept + t.kept_step_10))
    };
    let whole = |index: usize| of(&|t: &Turn| (t.ahead[index] + t.settled[index]) / t.plain);
    let part_kept = of(&|t: &Turn| t.kept_step_10 / t.plain_step_10);
    println!("\n{transactions} transactions under {keys} key(s), ms of processor time, medians");
    for (name, value) in [
        ("plain", of(&|t: &Turn| t.plain)),
        ("  its proofs (step 10)", of(&|t: &Turn| t.plain_step_10)),
        ("after mempool simulation", of(&|t: &Turn| t.kept)),
        ("  its proofs (step 10)", of(&|t: &Turn| t.kept_step_10)),
        (
            "speculation, 1 thread: settling and block",
            of(&|t: &Turn| t.settled[0]),
        ),
        ("  executing ahead", of(&|t: &Turn| t.ahead[0])),
        (
            "speculation, 2 threads: settling and block",
            of(&|t: &Turn| t.settled[1]),
        ),
        ("  executing ahead", of(&|t: &Turn| t.ahead[1])),
        ("as many transfers", of(&|t: &Turn| t.transfers)),
    ] {
        println!("{name:<46} {value:>9.1}");
    }
    for (name, value) in [
        (
            "proofs' part / plain's, speculation, 1 thread",
            proofs_part(0),
        ),
        (
            "proofs' part / plain's, speculation, 2 threads",
            proofs_part(1),
        ),
        ("proofs' part / plain's, after mempool", part_kept),
        (
            "executing ahead, settling and block / plain, 2 threads",
            whole(1),
        ),
    ] {
        println!("{name:<56} {value:>6.3}");
    }
    json!({
        "keys": keys,
        "plain_ms": of(&|t: &Turn| t.plain),
        "plain_proofs_ms": of(&|t: &Turn| t.plain_step_10),
        "after_mempool_ms": of(&|t: &Turn| t.kept),
        "after_mempool_proofs_ms": of(&|t: &Turn| t.kept_step_10),
        "settled_ms": [of(&|t: &Turn| t.settled[0]), of(&|t: &Turn| t.settled[1])],
        "ahead_ms": [of(&|t: &Turn| t.ahead[0]), of(&|t: &Turn| t.ahead[1])],
        "transfers_ms": of(&|t: &Turn| t.transfers),
        "proofs_part": [proofs_part(0), proofs_part(1)],
        "proofs_part_after_mempool": part_kept,
    })
}
