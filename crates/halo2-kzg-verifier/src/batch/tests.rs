//! What a batch must not be fooled by.

use super::*;
use crate::key::encoding::writer;
use crate::{Arkworks, G1Affine, VerifyingKey, test_data::Real, verify};
use alloc::vec;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use sha2::Sha256;
use sha3::{Digest, Keccak256};

/// The same key with `shift` added to its first commitment; like any key, it has an encoding.
fn shifted(key: &VerifyingKey, shift: G1Affine) -> PreparedKey<Arkworks> {
    let mut parts = (*key.circuit).clone();
    parts.commitments.points[0] = (parts.commitments.points[0] + shift).into_affine();
    PreparedKey::new(VerifyingKey::decode(&writer::encode(&parts)).unwrap())
}

fn item<'a>(
    key: &'a PreparedKey<Arkworks>,
    proof: &'a [u8],
    public_inputs: &'a [u8],
) -> BatchItem<'a, Arkworks> {
    BatchItem {
        key,
        proof,
        public_inputs,
    }
}

fn coefficients(items: &[BatchItem<'_, Arkworks>]) -> Vec<Fr> {
    let digest = |item: &BatchItem<'_, Arkworks>| {
        let claim = Claim::reduce(item.key, item.proof, item.public_inputs).unwrap();
        coefficients::digest(item, &claim.seal)
    };
    let digests: Vec<_> = items.iter().map(digest).collect();
    let setup = items.first().map(|first| first.key.key().trusted_setup());
    coefficients::coefficients(setup, &digests)
}

/// What [`coefficients`] would be if it left the keys out: bound to the proofs and inputs alone.
fn coefficients_without_keys(items: &[BatchItem<'_, Arkworks>]) -> Vec<Fr> {
    let mut hash = Keccak256::new();
    for item in items {
        hash.update(item.public_inputs);
        hash.update(item.proof);
    }
    let seed = hash.finalize();
    (0..items.len() as u64)
        .map(|i| Keccak256::digest([&seed[..], &i.to_be_bytes()].concat()))
        .map(|digest| Fr::from_be_bytes_mod_order(&digest[..16]))
        .collect()
}

fn holds(items: &[BatchItem<'_, Arkworks>], coefficients: &[Fr]) -> bool {
    let mut batch = Batch::reduce(items).unwrap();
    for (proof, coefficient) in batch.proofs.iter_mut().zip(coefficients) {
        proof.claim.as_mut().unwrap().1 = *coefficient;
    }
    batch.verify().is_ok()
}

/// A transcript begins with a digest that does not bind the key's commitments. So once the
/// coefficients are known, keys can be shifted until the errors of two false claims cancel.
#[test]
fn two_keys_forge_a_batch_whose_coefficients_leave_them_out_and_ours_refuses_it() {
    for name in ["mlp", "two_out"] {
        let Real {
            key,
            proof,
            public_inputs,
        } = Real::load(name);
        let honest = PreparedKey::<Arkworks>::new(key.clone());
        let claim = |key| item(key, &proof, &public_inputs);
        let c = coefficients_without_keys(&[claim(&honest), claim(&honest)]);

        // The shifted commitment has one weight in both claims, since the transcripts agree.
        let error = G1Affine::generator();
        let cancelling = (error * -(c[0] * c[1].inverse().unwrap())).into_affine();
        let keys = [shifted(&key, error), shifted(&key, cancelling)];
        let batch = [claim(&keys[0]), claim(&keys[1])];
        for key in &keys {
            assert_eq!(
                verify(key, &proof, &public_inputs),
                Err(Rejection::PairingCheckFailed),
                "{name}: neither claim is true"
            );
        }

        assert!(
            holds(&batch, &coefficients_without_keys(&batch)),
            "{name}: the forgery works against coefficients that leave the keys out"
        );
        assert!(!holds(&batch, &coefficients(&batch)));
        let batch = Batch::reduce(&batch).unwrap();
        assert_eq!(batch.verify(), Err(BatchRejection::PairingCheckFailed));
        let both = [0, 1].map(|index| (index, Rejection::PairingCheckFailed));
        assert_eq!(batch.find_invalid(), both);
    }
}

/// One of 2^128 pairs of halves.
#[test]
fn a_coefficient_has_two_halves_of_64_bits_and_is_not_zero() {
    let digests = [[7; 32]; 100];
    let coefficients = coefficients::coefficients(None, &digests);
    let seed = Sha256::new()
        .chain_update(b"zk_verify batch v1")
        .chain_update(100_u64.to_be_bytes())
        .chain_update(digests.concat())
        .finalize();
    for (index, coefficient) in (0_u64..).zip(&coefficients) {
        let digest = Sha256::new()
            .chain_update(seed)
            .chain_update(index.to_be_bytes())
            .finalize();
        let half = |at: usize| Fr::from_be_bytes_mod_order(&digest[at..at + 8]);
        assert_eq!(
            *coefficient,
            half(0) + Fr::ONE + half(8) * bn254_kzg::LAMBDA
        );
        assert_ne!(*coefficient, Fr::ZERO);
    }
}

#[test]
fn coefficients_depend_on_every_part_of_the_batch() {
    let Real {
        key,
        proof,
        public_inputs,
    } = Real::load("mlp");
    let honest = PreparedKey::<Arkworks>::new(key.clone());
    let other = shifted(&key, G1Affine::generator());
    let all = |first: BatchItem<'_, Arkworks>| {
        coefficients(&[first, item(&honest, &proof, &public_inputs)])
    };
    let base = all(item(&honest, &proof, &public_inputs));
    // The first word of every kind: a commitment, an evaluation, a witness of the opening; the last public input.
    let (points, last) = (64 * (key.num_proof_points() as usize - 2), proof.len() - 64);
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = proof.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        assert_ne!(changed, proof);
        changed
    };
    let another_point = &proof[64..128];
    let mut evaluation = proof[points..points + 32].to_vec();
    evaluation[31] ^= 1;
    let proofs = [
        with(0, another_point),
        with(points, &evaluation),
        with(last - 64, another_point),
        with(last, another_point),
    ];
    let mut inputs = public_inputs.clone();
    *inputs.last_mut().unwrap() ^= 1;
    let mut changes = vec![
        all(item(&other, &proof, &public_inputs)),
        all(item(&honest, &proof, &inputs)),
    ];
    changes.extend(
        proofs
            .iter()
            .map(|changed| all(item(&honest, changed, &public_inputs))),
    );
    for changed in &changes {
        assert!(
            base.iter().zip(changed).all(|(a, b)| a != b),
            "every coefficient changes"
        );
    }
    assert_ne!(base[0], base[1], "the position is in it");
}
