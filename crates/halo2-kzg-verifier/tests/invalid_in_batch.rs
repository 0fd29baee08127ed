//! The invalid proofs of a batch, found in every way that there is.

mod common;

use common::{Fixture, at_once::AtOnce};
use halo2_kzg_verifier::{
    Arithmetic, Arkworks, Batch, BatchItem, InvalidRate, OneThread, PreparedKey, Rejection,
};

/// The invalid ones among twelve proofs of which these are invalid, found by this arithmetic.
fn found<A: Arithmetic>(mlp: &Fixture, invalid: &[usize], rate: &mut InvalidRate) -> Vec<usize> {
    let key = PreparedKey::<A>::new(mlp.key.clone());
    let mut wrong = mlp.inputs.clone();
    wrong[31] ^= 1;
    let items: Vec<_> = (0..12)
        .map(|index| BatchItem {
            key: &key,
            proof: &mlp.proof,
            public_inputs: if invalid.contains(&index) {
                &wrong
            } else {
                &mlp.inputs
            },
        })
        .collect();
    let batch = Batch::reduce(&items).unwrap();
    let found = batch.find_invalid_at(rate, &OneThread).into_iter();
    found
        .map(|(index, reason)| {
            assert_eq!(reason, Rejection::PairingCheckFailed);
            index
        })
        .collect()
}

/// One alone is found by its place, several by halves or one by one; where no value of a pairing is to be had, which is
/// what `AtOnce` leaves out, all are.
#[test]
fn every_way_finds_the_invalid_ones() {
    let mlp = Fixture::load("mlp");
    let every_one: Vec<usize> = (0..12).collect();
    // What batches of twelve have shown: nothing, so that all come first; one, so that groups do; all, so that each does.
    let rates = [&[][..], &[4], &every_one].map(|before| {
        let mut rate = InvalidRate::default();
        assert_eq!(found::<Arkworks>(&mlp, before, &mut rate), before);
        rate
    });
    for first in 0..12 {
        for mut invalid in [vec![first], vec![first, (first * 5 + 3) % 12]] {
            invalid.sort_unstable();
            invalid.dedup();
            for rate in rates {
                assert_eq!(
                    found::<Arkworks>(&mlp, &invalid, &mut rate.clone()),
                    invalid
                );
                assert_eq!(found::<AtOnce>(&mlp, &invalid, &mut rate.clone()), invalid);
            }
        }
    }
    let unexpected = InvalidRate::default();
    assert_eq!(
        found::<Arkworks>(&mlp, &every_one, &mut unexpected.clone()),
        every_one
    );
    assert_eq!(
        found::<AtOnce>(&mlp, &every_one, &mut unexpected.clone()),
        every_one
    );
}
