//! Everything that a verification is compared with, on the same proofs, in one process:
//!
//! * `verify` with and without tables, in short form, with a key never seen before, and through the precompile;
//! * the floor: what any verifier must do, with plain arkworks;
//! * ezkl's Solidity verifiers in revm, if `tools/peers` has written them;
//! * other halo2 circuits, with snark-verifier's contracts in revm, if `tools/peers-halo2` has written them;
//! * the EVM's own precompiles.
//!
//! `cargo bench --bench verify [-- circuit]`. The ratios are printed at the end.

mod cpu;
mod halo2;
mod table;

use alloy_primitives::keccak256;
use cpu::ProcessorTime;
use criterion::{BenchmarkGroup, Criterion};
use halo2_kzg_verifier::{
    Batch, BatchItem, PreparedKey, PreparedSetup, SharedSetup, VerifyingKey, shorten_proof, verify,
};
use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::Duration,
};
use table::{Contract, Row};
use zk_verify_precompile::Outcome;
use zkml_gas::{
    Fixture, Floor, Peer, PreparedCall, Setup, execution_gas, load_fixture, yardsticks,
};

const CIRCUITS: [&str; 11] = [
    "fixtures/inner1",
    "fixtures/mlp",
    "fixtures/sigmoid",
    "fixtures/cnn",
    "fixtures/conv",
    "fixtures/inner4",
    "fixtures/bmm_freivalds",
    "fixtures/sig_multicol10",
    "fixtures/bigio",
    "fixtures/freivalds_multi",
    "fixtures-large/huge",
];
/// What the precompile's cache lets a key's tables take, in bytes.
const TABLES: usize = 640 << 10;
/// Circuits whose proofs are verified in batches too.
const BATCHED: [&str; 2] = ["mlp", "inner4"];

type Bench = Criterion<ProcessorTime>;
type Group<'a> = BenchmarkGroup<'a, ProcessorTime>;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let results = results(root);
    // What an earlier run left would pass for this run's.
    let _ = fs::remove_dir_all(&results);
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .output_directory(&results)
        .warm_up_time(Duration::from_millis(400))
        .measurement_time(Duration::from_millis(1_600))
        .sample_size(40)
        .configure_from_args();
    let fixtures: Vec<Fixture> = CIRCUITS
        .iter()
        .map(|name| {
            load_fixture(&root.join("tests").join(name)).expect("the repository's fixtures")
        })
        .collect();
    let halo2_peers = root.join("target/peers-halo2");
    let halo2 = halo2::fixtures(&halo2_peers);
    let all = [&fixtures[..], &halo2].concat();
    let setup = Setup::new(&all).expect("the fixtures' trusted setups");
    let rows: Vec<Row> = fixtures
        .iter()
        .map(|fixture| circuit(&mut criterion, fixture, &setup, &root.join("target/peers")))
        .collect();
    let halo2_rows: Vec<Row> = halo2
        .iter()
        .map(|fixture| halo2::circuit(&mut criterion, fixture, &setup, &halo2_peers))
        .collect();
    let yardsticks = yardsticks();
    let mut group = criterion.benchmark_group(table::YARDSTICKS);
    for yardstick in &yardsticks {
        group.bench_function(yardstick.name, |b| b.iter(|| yardstick.run()));
    }
    group.finish();
    criterion.final_summary();

    let yardsticks: Vec<_> = yardsticks.iter().map(|y| (y.name, y.gas)).collect();
    assert!(
        yardsticks
            .iter()
            .any(|(name, _)| *name == table::EC_PAIRING)
    );
    table::print(&results, &rows);
    if halo2_rows.is_empty() {
        println!(
            "\nsnark-verifier's contracts were skipped: target/peers-halo2 is missing; run tools/peers-halo2."
        );
    } else {
        table::print_halo2(&results, &halo2_rows);
    }
    table::print_yardsticks(&results, &yardsticks);
    if rows.iter().all(|row| row.contracts.is_empty()) {
        println!(
            "\nezkl's Solidity verifiers were skipped: target/peers is missing; run tools/peers."
        );
    }
}

fn results(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target
        .unwrap_or_else(|| root.join("target"))
        .join("criterion-verify")
}

fn circuit(criterion: &mut Bench, fixture: &Fixture, setup: &Setup, peers: &Path) -> Row {
    let key = fixture.key.encode();
    let peers = peers.join(&fixture.name);
    let (mut solidity, mut reusable) = (Peer::for_circuit(&peers), Peer::reusable(&peers));

    ours(criterion, fixture, &key, setup);
    let mut group = criterion.benchmark_group(&fixture.name);
    let mut floor = Floor::new(&fixture.key, &fixture.proof);
    group.bench_function(table::FLOOR, |b| b.iter(|| floor.run()));
    for (name, peer) in [
        (table::SOLIDITY, &mut solidity),
        (table::REUSABLE, &mut reusable),
    ] {
        match peer {
            Some(peer) => {
                group.bench_function(name, |b| b.iter(|| peer.call()));
            }
            None => println!("{}: skipped {name}: not in target/peers", fixture.name),
        }
    }
    group.finish();

    Row {
        name: fixture.name.clone(),
        proof: fixture.proof.len(),
        gas: execution_gas(fixture),
        contracts: solidity
            .iter()
            .map(|peer| Contract::of(table::SOLIDITY, peer))
            .collect(),
    }
}

fn ours(criterion: &mut Bench, fixture: &Fixture, key: &[u8], setup: &Setup) {
    let (proof, inputs) = (&fixture.proof[..], &fixture.public_inputs[..]);
    let shared: SharedSetup =
        SharedSetup::new(PreparedSetup::lasting(fixture.key.trusted_setup().clone()));
    let prepare = || {
        let decoded = VerifyingKey::decode(key).expect("a canonical key");
        PreparedKey::with_setup(decoded, shared.clone()).expect("the key's own setup")
    };
    let plain = prepare();
    let tables = plain.with_tables(TABLES);
    let mut group = criterion.benchmark_group(&fixture.name);
    group.bench_function(table::WARM, |b| {
        b.iter(|| verify(&tables, black_box(proof), inputs).expect("valid"))
    });
    let short = shorten_proof(&fixture.key, proof).expect("a valid proof in long form");
    group.bench_function(table::SHORT, |b| {
        b.iter(|| verify(&tables, black_box(&short), inputs).expect("valid"))
    });
    group.bench_function(table::WARM_NO_TABLES, |b| {
        b.iter(|| verify(&plain, black_box(proof), inputs).expect("valid"))
    });
    // As a node meets a key: its hash, which is what a cache is asked for, then everything else.
    group.bench_function(table::COLD, |b| {
        b.iter(|| {
            black_box(keccak256(key));
            verify(&prepare(), black_box(proof), inputs).expect("valid")
        })
    });
    precompile(&mut group, fixture, key, setup);
    if BATCHED.contains(&fixture.name.as_str()) {
        let item = || BatchItem {
            key: &tables,
            proof,
            public_inputs: inputs,
        };
        let batch: Vec<_> = (0..16).map(|_| item()).collect();
        group.bench_function(table::BATCH, |b| {
            b.iter(|| {
                Batch::reduce(black_box(&batch))
                    .expect("one setup")
                    .verify()
                    .expect("valid")
            })
        });
    }
    group.finish();
}

/// The whole call, by a node that has the key and by one that has never seen it.
fn precompile(group: &mut Group<'_>, fixture: &Fixture, key: &[u8], setup: &Setup) {
    let mut call = PreparedCall::new(key, &fixture.proof, &fixture.public_inputs);
    for (name, chain) in [
        (table::PRECOMPILE, setup.warm()),
        (table::PRECOMPILE_COLD, setup.cold()),
    ] {
        // A key earns its tables by being used.
        for _ in 0..100 {
            assert_eq!(call.run(chain), Outcome::Valid);
        }
        group.bench_function(name, |b| b.iter(|| call.run(chain)));
    }
}
