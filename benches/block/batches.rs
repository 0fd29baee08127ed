//! Batches of 1 to 4,096 different proofs, against as many single verifications.

use crate::{
    chain::mlp,
    clock::{Clock, Cores, median},
};
use halo2_kzg_verifier::{Batch, BatchItem, PreparedKey, Threads, verify};
use serde_json::json;

/// What the precompile's cache lets a key's tables take, in bytes.
const TABLES: usize = 640 << 10;

pub(crate) fn measure(smoke: bool) -> Vec<serde_json::Value> {
    let mut forger = mlp();
    let key = PreparedKey::new(forger.key().clone()).with_tables(TABLES);
    let most = if smoke { 64 } else { 4_096 };
    let proofs: Vec<Vec<u8>> = (0..most).map(|_| forger.proof()).collect();
    let public_inputs = forger.public_inputs().to_vec();
    println!(
        "\nmlp, proofs: ms of single verifications; batch / singles on 1 and 2 threads; with ten invalid"
    );
    let mut sizes = vec![1, 4, 16, 64, 256, 1_000, 4_096];
    sizes.retain(|size| *size <= most);
    let one = |size: usize| row(&key, &proofs[..size], &public_inputs);
    sizes.into_iter().map(one).collect()
}

fn row(key: &PreparedKey, proofs: &[Vec<u8>], public_inputs: &[u8]) -> serde_json::Value {
    let size = proofs.len();
    let mut wrong = public_inputs.to_vec();
    wrong[31] ^= 1;
    let spread = (size / 10).max(1);
    let with_invalid: Vec<BatchItem<'_>> = proofs
        .iter()
        .enumerate()
        .map(|(index, proof)| BatchItem {
            key,
            proof,
            public_inputs: if size >= 256 && index % spread == spread / 3 {
                &wrong
            } else {
                public_inputs
            },
        })
        .collect();
    let count = with_invalid
        .iter()
        .filter(|i| i.public_inputs != public_inputs)
        .count();
    let turns = (1_000 / size).clamp(3, 40);
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..turns {
        let clock = Clock::start();
        for proof in proofs {
            assert!(verify(key, proof, public_inputs).is_ok());
        }
        let singles = clock.stop();
        times[0].push(singles);
        for threads in [1, 2] {
            let cores = Cores::new(threads);
            let time = {
                let items = proofs.iter().map(|proof| BatchItem {
                    key,
                    proof,
                    public_inputs,
                });
                timed(items, &cores, 0)
            };
            times[threads].push(time / singles);
        }
        if count > 0 {
            let again = with_invalid.iter().map(|i| BatchItem { ..*i });
            times[3].push(timed(again, &Cores::new(1), count) / singles);
        }
    }
    let [singles, one, two, invalid] = times.map(|list| match list.is_empty() {
        true => f64::NAN,
        false => median(list.into_iter()),
    });
    println!("{size:>6} {singles:>10.2} {one:>8.3} {two:>8.3} {invalid:>8.3} ({count} invalid)");
    json!({
        "proofs": size, "singles_ms": singles, "one_thread": one, "two_threads": two,
        "with_invalid": (count > 0).then_some(invalid), "invalid": count,
    })
}

fn timed<'a>(items: impl Iterator<Item = BatchItem<'a>>, cores: &Cores, invalid: usize) -> f64 {
    let clock = Clock::start();
    let found = Batch::stream(items, cores as &dyn Threads).expect("one setup");
    let time = clock.stop() + cores.take();
    assert_eq!(found.len(), invalid);
    time
}
