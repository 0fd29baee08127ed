//! Whatever is done to the proofs of other forks of halo2 is refused, with the reason that the place of
//! the change predicts.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use ark_ff::{BigInteger, PrimeField};
use common::{
    changes::{Class, class, in_parallel, pieces, plus_modulus, predicted, stays_canonical},
    halo2::Fixture,
    word,
};
use halo2_kzg_verifier::{Fq, Fr, Rejection, Side, verify};

/// Every switch and mixtures of them: both openings, transcripts and lookup arguments, shuffles,
/// phases, several instance columns and rotations, accumulators, unopened columns, pieces that are the
/// identity.
const CIRCUITS: [&str; 12] = [
    "axiom/everything",
    "axiom/acc_3x88",
    "axiom/acc_4x68",
    "axiom/openvm_shape",
    "axiom/instance_rotations",
    "axiom/unqueried_columns",
    "axiom/low_degree",
    "axiom/phases_mixed",
    "pse03/shuffle_lookup",
    "pse04/lookup_dynamic",
    "zkonduit/lookups_4",
    "zkonduit/three_phases",
];

fn fixtures() -> Vec<Fixture> {
    let all: Vec<Fixture> = CIRCUITS
        .iter()
        .flat_map(|name| Fixture::load(name))
        .collect();
    assert!(all.len() >= 30, "{} proofs", all.len());
    all
}

#[test]
fn rejects_every_proof_with_the_lowest_bit_of_any_byte_flipped() {
    for fixture in fixtures() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len(), |i| {
            let mut proof = fixture.proof.clone();
            proof[i] ^= 1;
            let class = class(key.key(), i);
            let start = i - i % 32;
            let expected = predicted(class, stays_canonical(class, &proof[start..start + 32]));
            let verdict = verify(&key, &proof, &fixture.inputs);
            assert_eq!(verdict, Err(expected), "{}: byte {i}", fixture.name);
        });
    }
}

#[test]
fn rejects_non_canonical_words_at_every_position() {
    for fixture in fixtures() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len() / 32, |i| {
            let (start, mut proof) = (32 * i, fixture.proof.clone());
            let class = class(key.key(), start);
            let word = &proof[start..start + 32];
            let raised = match class {
                Class::Point(_) => plus_modulus::<Fq>(word),
                Class::Evaluation(_) => plus_modulus::<Fr>(word),
            };
            proof[start..start + 32].copy_from_slice(&raised.unwrap());
            let verdict = verify(&key, &proof, &fixture.inputs);
            let expected = predicted(class, false);
            assert_eq!(verdict, Err(expected), "{}: word {i}", fixture.name);
        });
    }
}

#[test]
fn rejects_the_identity_everywhere_but_among_the_pieces_and_other_points_at_the_pairing() {
    for fixture in fixtures() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len() / 32, |i| {
            let start = 32 * i;
            let Class::Point(point) = class(key.key(), start) else {
                return;
            };
            if class(key.key(), start + 32) != Class::Point(point) {
                return; // the second coordinate of a point
            }
            let mut proof = fixture.proof.clone();
            let place = start..start + 64;
            let was_identity = proof[place.clone()] == [0; 64];
            proof[place.clone()].fill(0);
            let expected = match pieces(key.key()).contains(&point) {
                true if was_identity => Ok(()),
                true => Err(Rejection::PairingCheckFailed),
                false => Err(Rejection::IdentityPoint { point }),
            };
            let verdict = verify(&key, &proof, &fixture.inputs);
            assert_eq!(verdict, expected, "{}: point {point}", fixture.name);
            (proof[start + 31], proof[start + 63]) = (1, 2);
            let verdict = verify(&key, &proof, &fixture.inputs);
            let expected = Err(Rejection::PairingCheckFailed);
            assert_eq!(verdict, expected, "{}: point {point}", fixture.name);
        });
    }
}

#[test]
fn rejects_any_other_length() {
    for fixture in fixtures() {
        let key = fixture.prepared();
        let (proof, inputs) = (&fixture.proof[..], &fixture.inputs[..]);
        let proofs = [&[], &proof[..proof.len() - 1], &proof[..proof.len() - 64]];
        let longer = [1, 32, 64].map(|extra| [proof, &vec![0; extra]].concat());
        for other in proofs.into_iter().chain(longer.iter().map(Vec::as_slice)) {
            let reason = Rejection::ProofLength {
                actual: other.len() as u64,
                expected: proof.len() as u64,
                short: fixture.key.short_proof_length(),
            };
            assert_eq!(verify(&key, other, inputs), Err(reason), "{}", fixture.name);
        }
        let fewer = inputs.len().saturating_sub(32);
        let longer = [1, 32].map(|extra| [inputs, &vec![0; extra]].concat());
        let shorter = (!inputs.is_empty()).then(|| inputs[..fewer].to_vec());
        for other in longer.into_iter().chain(shorter) {
            let reason = Rejection::PublicInputsLength {
                actual: other.len() as u64,
                expected: inputs.len() as u64,
            };
            assert_eq!(verify(&key, proof, &other), Err(reason), "{}", fixture.name);
        }
    }
}

/// Why a public input is refused that was changed to this value: a limb of the accumulator shows at
/// once, everything else at the pairing.
fn predicted_input(fixture: &Fixture, index: u32, value: &Fr) -> Rejection {
    let Some(accumulator) = fixture.key.accumulator() else {
        return Rejection::PairingCheckFailed;
    };
    let columns = fixture.key.instance_lengths().iter();
    let before: u32 = columns.take(accumulator.column as usize).sum();
    let first = before + accumulator.row;
    if !(first..first + 4 * accumulator.limbs).contains(&index) {
        return Rejection::PairingCheckFailed;
    }
    if value.into_bigint().num_bits() > accumulator.bits {
        let bits = accumulator.bits;
        return Rejection::AccumulatorLimb { index, bits };
    }
    let coordinate = (index - first) / accumulator.limbs;
    let side = if coordinate < 2 {
        Side::Left
    } else {
        Side::Right
    };
    Rejection::AccumulatorNotOnCurve { side }
}

#[test]
fn rejects_every_public_input_changed_by_one_or_raised_by_the_modulus() {
    for fixture in fixtures() {
        let key = fixture.prepared();
        in_parallel(fixture.inputs.len() / 32, |i| {
            let range = 32 * i..32 * i + 32;
            let index = i as u32;
            let value = Fr::from_be_bytes_mod_order(&fixture.inputs[range.clone()]);
            let mut inputs = fixture.inputs.clone();
            for changed in [value + Fr::from(1u64), value - Fr::from(1u64)] {
                inputs[range.clone()].copy_from_slice(&word(&changed));
                let verdict = verify(&key, &fixture.proof, &inputs);
                let expected = predicted_input(&fixture, index, &changed);
                assert_eq!(verdict, Err(expected), "{}: {i}", fixture.name);
            }
            let raised = plus_modulus::<Fr>(&fixture.inputs[range.clone()]).unwrap();
            inputs[range].copy_from_slice(&raised);
            let verdict = verify(&key, &fixture.proof, &inputs);
            let expected = Rejection::PublicInputNotCanonical { index };
            assert_eq!(verdict, Err(expected), "{}: {i}", fixture.name);
        });
    }
}
