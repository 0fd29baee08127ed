//! Proofs of four forks of halo2, with every switch: opening, transcript, lookup argument, instance
//! columns, accumulator.

mod common;

use common::halo2::{Fixture, circuits};
use halo2_kzg_verifier::{Arkworks, Bn254Kzg, PreparedKey, Rejection, VerifyingKey, verify};

/// Runs a check for every item, on all cores.
fn in_parallel<T: Sync>(items: &[T], check: impl Fn(&T) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let check = &check;
            scope.spawn(move || items.iter().skip(first).step_by(threads).for_each(check));
        }
    });
}

/// Why the proofs of a circuit whose accumulator is wrong are refused.
fn expected(fixture: &Fixture) -> Result<(), Rejection> {
    use halo2_kzg_verifier::Side;
    if fixture.holds {
        return Ok(());
    }
    let (_, circuit) = fixture.name.split_once('/').unwrap();
    Err(match circuit.split_once(' ').unwrap().0 {
        "acc_limb_wrong" => Rejection::AccumulatorLimb { index: 0, bits: 88 },
        "acc_plus_q_wrong" => Rejection::AccumulatorCoordinate { coordinate: 0 },
        "acc_zero_wrong" => Rejection::AccumulatorIdentity { side: Side::Left },
        "acc_3x88_wrong" | "acc_swapped_wrong" | "accumulator_wrong" => {
            Rejection::PairingCheckFailed
        }
        other => panic!("{other}"),
    })
}

#[test]
fn all_458_proofs_get_the_verdict_that_they_were_made_for() {
    let circuits = circuits();
    let number = std::sync::atomic::AtomicUsize::new(0);
    in_parallel(&circuits, |circuit| {
        for fixture in Fixture::load(circuit) {
            let bytes = fixture.key.encode();
            let decoded = VerifyingKey::decode(&bytes).unwrap();
            assert_eq!(decoded, fixture.key, "{}", fixture.name);
            assert_eq!(decoded.encode(), bytes, "{}", fixture.name);
            let key = PreparedKey::<Bn254Kzg>::new(decoded);
            let verdict = verify(&key, &fixture.proof, &fixture.inputs);
            assert_eq!(verdict, expected(&fixture), "{}", fixture.name);
            let reference = PreparedKey::<Arkworks>::new(fixture.key.clone());
            let verdict = verify(&reference, &fixture.proof, &fixture.inputs);
            assert_eq!(verdict, expected(&fixture), "{}", fixture.name);
            number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert_eq!(number.into_inner(), 458);
}
