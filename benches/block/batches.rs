//! Batches of 1 to 4,096 different proofs, against as many single verifications.

use crate::{
    chain::mlp,
    clock::{Clock, Cores, median},
};
use halo2_kzg_verifier::{Batch, BatchItem, InvalidRate, PreparedKey, verify};
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
        "\nmlp, proofs: ms of single verifications; batch / singles on 1 and 2 threads; with ten invalid: the first \
         time on 1 thread, later on 1 and 2"
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
    let item = |proof, public_inputs| BatchItem {
        key,
        proof,
        public_inputs,
    };
    let is_wrong = |index: usize| size >= 256 && index % spread == spread / 3;
    let with_invalid: Vec<BatchItem<'_>> = (0..)
        .zip(proofs)
        .map(|(index, proof)| {
            item(
                proof,
                if is_wrong(index) {
                    &wrong
                } else {
                    public_inputs
                },
            )
        })
        .collect();
    let count = with_invalid
        .iter()
        .filter(|i| i.public_inputs != public_inputs)
        .count();
    let turns = (4_096 / size).clamp(5, 40);
    let mut times: [Vec<f64>; 6] = Default::default();
    // As in a node that has seen a batch like this one before: it has the memory, and knows what to expect.
    let mut rate = InvalidRate::default();
    for _ in 0..2 {
        timed(&with_invalid, &Cores::new(2), &mut rate, count);
    }
    for _ in 0..turns {
        let clock = Clock::start();
        for proof in proofs {
            assert!(verify(key, proof, public_inputs).is_ok());
        }
        let singles = clock.stop();
        times[0].push(singles);
        for threads in [1, 2] {
            let cores = Cores::new(threads);
            let items: Vec<_> = proofs
                .iter()
                .map(|proof| item(proof, public_inputs))
                .collect();
            let mut none = InvalidRate::default();
            times[threads].push(timed(&items, &cores, &mut none, 0) / singles);
            if count > 0 {
                let first = &mut InvalidRate::default();
                let place = 2 + threads;
                times[place].push(timed(&with_invalid, &cores, &mut rate, count) / singles);
                if threads == 1 {
                    times[5].push(timed(&with_invalid, &cores, first, count) / singles);
                }
            }
        }
    }
    let [singles, one, two, invalid_one, invalid_two, first] =
        times.map(|list| (!list.is_empty()).then(|| median(list.into_iter())));
    let columns = [one, two, first, invalid_one, invalid_two].map(|value| match value {
        Some(value) => format!("{value:>8.3}"),
        None => format!("{:>8}", "-"),
    });
    println!(
        "{size:>6} {:>10.2} {}",
        singles.unwrap_or_default(),
        columns.join(" ")
    );
    json!({
        "proofs": size, "singles_ms": singles, "one_thread": one, "two_threads": two, "invalid": count,
        "with_invalid_unexpected": first, "with_invalid": [invalid_one, invalid_two],
    })
}

/// As many batches as [`Batch::stream`] makes.
fn timed(items: &[BatchItem<'_>], cores: &Cores, rate: &mut InvalidRate, invalid: usize) -> f64 {
    let clock = Clock::start();
    let found = items.chunks(1_024).map(|items| {
        let batch = Batch::reduce_on(items, cores).expect("one setup");
        batch.find_invalid_at(rate, cores).len()
    });
    let found: usize = found.sum();
    let time = clock.stop() + cores.take();
    assert_eq!(found, invalid);
    time
}
