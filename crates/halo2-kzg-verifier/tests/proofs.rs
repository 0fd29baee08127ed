//! Real ezkl proofs are accepted, and whatever is done to them is refused with the reason that the
//! place of the change predicts.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use ark_ff::PrimeField;
use common::{
    Fixture,
    changes::{Class, class, in_parallel, pieces, plus_modulus, predicted, stays_canonical},
    word,
};
use halo2_kzg_verifier::{
    Arkworks, Batch, BatchItem, BatchRejection, Bn254Kzg, Fq, Fr, MixedSetups, PreparedKey,
    Rejection, VerifyingKey, verify,
};

#[test]
fn accepts_every_fixture_and_reencodes_its_key() {
    for fixture in Fixture::all() {
        let bytes = fixture.key.encode();
        let decoded = VerifyingKey::decode(&bytes);
        assert_eq!(decoded.as_ref(), Ok(&fixture.key), "{}", fixture.name);
        assert_eq!(decoded.unwrap().encode(), bytes, "{}", fixture.name);
        let verdict = verify(&fixture.prepared(), &fixture.proof, &fixture.inputs);
        assert_eq!(verdict, Ok(()), "{}", fixture.name);
        let reference = PreparedKey::<Arkworks>::new(fixture.key.clone());
        assert_eq!(
            verify(&reference, &fixture.proof, &fixture.inputs),
            Ok(()),
            "{}",
            fixture.name
        );
    }
}

/// Flips the lowest bit of every `stride`-th byte.
fn rejects_each_proof_byte(fixture: &Fixture, stride: usize) {
    let key = fixture.prepared();
    assert_eq!(
        verify(&key, &fixture.proof, &fixture.inputs),
        Ok(()),
        "{}",
        fixture.name
    );
    in_parallel(fixture.proof.len().div_ceil(stride), |i| {
        let i = i * stride;
        let mut proof = fixture.proof.clone();
        proof[i] ^= 1;
        let class = class(key.key(), i);
        let start = i - i % 32;
        let expected = predicted(class, stays_canonical(class, &proof[start..start + 32]));
        let verdict = verify(&key, &proof, &fixture.inputs);
        assert_eq!(verdict, Err(expected), "{}: byte {i}", fixture.name);
    });
}

#[test]
fn rejects_every_proof_with_the_lowest_bit_of_any_byte_flipped() {
    Fixture::all()
        .iter()
        .for_each(|fixture| rejects_each_proof_byte(fixture, 1));
}

/// The largest circuit; its key comes from ezkl's vk.key, as it writes no vka.bin for it.
fn largest() -> Fixture {
    let folder = common::fixtures().join("../fixtures-large/huge");
    let (proof, inputs) = common::proof_json(&folder.join("proof.json"));
    Fixture {
        name: "huge".into(),
        key: common::published_key("huge.zkvk"),
        proof,
        inputs,
    }
}

#[test]
fn the_largest_proof_is_valid_and_samples_of_its_bytes_are_not() {
    rejects_each_proof_byte(&largest(), 997);
}

#[test]
#[ignore = "all 124,896 bytes take a quarter of an hour"]
fn rejects_every_flipped_byte_of_the_largest_proof() {
    rejects_each_proof_byte(&largest(), 1);
}

#[test]
fn rejects_non_canonical_words_at_every_position() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len() / 32, |i| {
            let (start, mut proof) = (32 * i, fixture.proof.clone());
            let class = class(key.key(), start);
            let word = &proof[start..start + 32];
            let raised = match class {
                Class::Point(_) => plus_modulus::<Fq>(word),
                Class::Evaluation(_) => plus_modulus::<Fr>(word),
            };
            proof[start..start + 32].copy_from_slice(&raised.expect("4 moduli fit 32 bytes"));
            let verdict = verify(&key, &proof, &fixture.inputs);
            assert_eq!(
                verdict,
                Err(predicted(class, false)),
                "{}: word {i}",
                fixture.name
            );
        });
    }
}

#[test]
fn rejects_the_identity_and_points_off_the_curve_at_every_position() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len() / 32, |i| {
            let start = 32 * i;
            let Class::Point(point) = class(key.key(), start) else {
                return;
            };
            if class(key.key(), start + 32) != Class::Point(point) {
                return; // the second coordinate of a point
            }
            // A piece of the quotient may be the identity; it is not the right one.
            let identity = if pieces(key.key()).contains(&point) {
                Rejection::PairingCheckFailed
            } else {
                Rejection::IdentityPoint { point }
            };
            for (x, y, expected) in [
                (0u64, 0u64, identity),
                (1, 3, Rejection::PointNotOnCurve { point }),
                (0, 1, Rejection::PointNotOnCurve { point }),
            ] {
                let mut proof = fixture.proof.clone();
                proof[start..start + 32].copy_from_slice(&word(&Fq::from(x)));
                proof[start + 32..start + 64].copy_from_slice(&word(&Fq::from(y)));
                let verdict = verify(&key, &proof, &fixture.inputs);
                assert_eq!(verdict, Err(expected), "{}: point {point}", fixture.name);
            }
            // Another point of the curve is well formed and proves nothing.
            let mut proof = fixture.proof.clone();
            proof[start..start + 32].copy_from_slice(&word(&Fq::from(1u64)));
            proof[start + 32..start + 64].copy_from_slice(&word(&Fq::from(2u64)));
            let verdict = verify(&key, &proof, &fixture.inputs);
            assert_eq!(
                verdict,
                Err(Rejection::PairingCheckFailed),
                "{}: {point}",
                fixture.name
            );
        });
    }
}

#[test]
fn rejects_any_other_length() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        let expected = fixture.proof.len() as u64;
        let wrong = |proof: &[u8]| {
            let reason = Rejection::ProofLength {
                actual: proof.len() as u64,
                expected,
                short: fixture.key.short_proof_length(),
            };
            assert_eq!(
                verify(&key, proof, &fixture.inputs),
                Err(reason),
                "{}",
                fixture.name
            );
        };
        wrong(&[]);
        wrong(&fixture.proof[..fixture.proof.len() - 1]);
        for extra in [1, 32, 64] {
            wrong(&[&fixture.proof[..], &vec![0; extra]].concat());
            wrong(&[&fixture.proof[..], &fixture.proof[..extra]].concat());
        }
        let expected = fixture.inputs.len() as u64;
        let wrong = |inputs: &[u8]| {
            let reason = Rejection::PublicInputsLength {
                actual: inputs.len() as u64,
                expected,
            };
            assert_eq!(
                verify(&key, &fixture.proof, inputs),
                Err(reason),
                "{}",
                fixture.name
            );
        };
        for extra in [1, 32, 64] {
            wrong(&[&fixture.inputs[..], &vec![0; extra]].concat());
        }
        for fewer in [1, 32] {
            if let Some(rest) = fixture.inputs.len().checked_sub(fewer) {
                wrong(&fixture.inputs[..rest]);
            }
        }
    }
}

#[test]
fn rejects_every_public_input_changed_by_one_or_raised_by_the_modulus() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        in_parallel(fixture.inputs.len() / 32, |i| {
            let range = 32 * i..32 * i + 32;
            let value = Fr::from_be_bytes_mod_order(&fixture.inputs[range.clone()]);
            for changed in [value + Fr::from(1u64), value - Fr::from(1u64)] {
                let mut inputs = fixture.inputs.clone();
                inputs[range.clone()].copy_from_slice(&word(&changed));
                let verdict = verify(&key, &fixture.proof, &inputs);
                assert_eq!(
                    verdict,
                    Err(Rejection::PairingCheckFailed),
                    "{}: {i}",
                    fixture.name
                );
            }
            let mut inputs = fixture.inputs.clone();
            let raised = plus_modulus::<Fr>(&inputs[range.clone()]).unwrap();
            inputs[range].copy_from_slice(&raised);
            let expected = Rejection::PublicInputNotCanonical { index: i as u32 };
            assert_eq!(
                verify(&key, &fixture.proof, &inputs),
                Err(expected),
                "{}",
                fixture.name
            );
        });
    }
}

#[test]
fn rejects_the_proof_of_another_circuit() {
    let fixtures = Fixture::all();
    for (a, b) in fixtures
        .iter()
        .flat_map(|a| fixtures.iter().map(move |b| (a, b)))
    {
        if a.name == b.name {
            continue;
        }
        let verdict = verify(&a.prepared(), &b.proof, &a.inputs);
        if a.proof.len() == b.proof.len() {
            assert_eq!(
                verdict,
                Err(Rejection::PairingCheckFailed),
                "{} {}",
                a.name,
                b.name
            );
        } else if b.proof.len() as u64 == a.key.short_proof_length() {
            // It is read as a short proof.
            let expected = common::short::predicted(&a.key, &b.proof);
            assert_eq!(verdict, Err(expected), "{} {}", a.name, b.name);
        } else {
            let reason = Rejection::ProofLength {
                actual: b.proof.len() as u64,
                expected: a.proof.len() as u64,
                short: a.key.short_proof_length(),
            };
            assert_eq!(verdict, Err(reason));
        }
    }
}

#[test]
fn rejects_the_extra_public_input_that_ezkl_accepts() {
    let fixture = Fixture::load("two_out");
    let (proof, inputs) =
        common::proof_json(&common::fixtures().join("two_out/neg_extra_instance.json"));
    assert_eq!(
        verify(&fixture.prepared(), &proof, &inputs),
        Err(Rejection::PublicInputsLength {
            actual: 12 * 32,
            expected: 11 * 32
        })
    );
}

fn items<'a>(
    keys: &'a [PreparedKey],
    proofs: &'a [(usize, Vec<u8>, Vec<u8>)],
) -> Vec<BatchItem<'a>> {
    let item = |(key, proof, public_inputs): &'a (usize, Vec<u8>, Vec<u8>)| BatchItem {
        key: &keys[*key],
        proof,
        public_inputs,
    };
    proofs.iter().map(item).collect()
}

/// Fixtures that share one structured reference string, by k.
fn same_srs() -> Vec<Fixture> {
    let fixtures = Fixture::all();
    let first = fixtures.iter().position(|f| f.name == "two_out").unwrap();
    let setup = fixtures[first].key.trusted_setup().clone();
    fixtures
        .into_iter()
        .filter(|f| *f.key.trusted_setup() == setup && !f.inputs.is_empty())
        .collect()
}

#[test]
fn a_batch_of_good_proofs_is_valid_and_each_bad_one_is_named() {
    let fixtures = same_srs();
    assert!(
        fixtures.len() >= 3,
        "the fixtures of one k share their test SRS"
    );
    let keys: Vec<PreparedKey> = fixtures.iter().map(Fixture::prepared).collect();
    let mut proofs: Vec<(usize, Vec<u8>, Vec<u8>)> = (0..12)
        .map(|i| i % fixtures.len())
        .map(|k| (k, fixtures[k].proof.clone(), fixtures[k].inputs.clone()))
        .collect();
    let batch = Batch::reduce(&items(&keys, &proofs)).unwrap();
    assert_eq!(batch.verify(), Ok(()));
    assert_eq!(batch.find_invalid(), []);
    let empty = Batch::<Bn254Kzg>::reduce(&[]).unwrap();
    assert_eq!(empty.verify(), Ok(()));
    assert_eq!(empty.find_invalid(), []);

    // Two that fail only at the pairing, then one that is malformed as well.
    proofs[3].2[31] ^= 1;
    proofs[7].2[31] ^= 1;
    let batch = Batch::reduce(&items(&keys, &proofs)).unwrap();
    assert_eq!(batch.verify(), Err(BatchRejection::PairingCheckFailed));
    let failed = Rejection::PairingCheckFailed;
    assert_eq!(batch.find_invalid(), [(3, failed), (7, failed)]);
    proofs[5].1[63] ^= 1;
    let reason = Rejection::PointNotOnCurve { point: 0 };
    let batch = Batch::reduce(&items(&keys, &proofs)).unwrap();
    assert_eq!(
        batch.verify(),
        Err(BatchRejection::Proof { index: 5, reason })
    );
    assert_eq!(
        batch.find_invalid(),
        [(3, failed), (5, reason), (7, failed)]
    );
}

#[test]
fn a_batch_over_two_trusted_setups_is_refused() {
    let (a, b) = (Fixture::load("mlp"), Fixture::load("inner1"));
    assert_ne!(a.key.trusted_setup(), b.key.trusted_setup());
    let keys = [a.prepared(), b.prepared()];
    let proofs = [(0, a.proof, a.inputs), (1, b.proof, b.inputs)];
    let refused = Batch::reduce(&items(&keys, &proofs)).err();
    assert_eq!(refused, Some(MixedSetups { index: 1 }));
}

#[test]
fn tables_take_memory_and_the_reference_has_none() {
    let key = Fixture::load("mlp").key;
    let (fast, reference) = (
        PreparedKey::<Bn254Kzg>::new(key.clone()),
        PreparedKey::<Arkworks>::new(key),
    );
    let budget = 640 << 10;
    let without = fast.with_tables(0).size_in_bytes();
    assert!(without <= fast.size_in_bytes(), "no table fits");
    let grown = fast.with_tables(budget).size_in_bytes() - without;
    assert!(grown > budget / 8 && grown <= budget, "{grown} bytes");
    let size = reference.size_in_bytes();
    assert!(reference.with_tables(budget).size_in_bytes() <= size);
}
