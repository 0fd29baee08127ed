//! Many proofs under one \[s\]G2 with a single pairing check.
//!
//! Each proof reduces to a claim `e(F_i, G2) = e(W'_i, [s]G2)`. With coefficients `c_i` that nobody
//! can choose, all claims hold exactly if `e(Σ c_i F_i, G2) = e(Σ c_i W'_i, [s]G2)` does, but for a
//! chance of about 2^-128 (Bellare, Garay, Rabin 1998, "small exponents").
//!
//! The coefficients are a hash over *everything* that the claims depend on. That includes each key's
//! id: the digest that a transcript begins with does not bind a key's commitments, and with
//! coefficients that ignore them proofs can be forged across two keys of one batch.

use crate::{Fr, G1Affine, Rejection, curve::Curve, prepared::PreparedKey, srs, verify::Opening};
use alloc::{vec, vec::Vec};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use sha3::{Digest, Keccak256};
use thiserror::Error;

/// Separates the batch coefficients from every other use of the hash.
const DOMAIN: &[u8] = b"zk_verify batch v1";

/// One statement of a batch, with its proof.
pub struct BatchItem<'a, C: Curve = crate::Standard> {
    /// The key that the proof must hold under.
    pub key: &'a PreparedKey<C>,
    /// As in [`verify`](crate::verify).
    pub proof: &'a [u8],
    /// As in [`verify`](crate::verify).
    pub public_inputs: &'a [u8],
}

/// Why a batch was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BatchRejection {
    /// A proof is malformed, whatever the others are.
    #[error("proof {index}: {reason}")]
    Proof {
        /// Its position in the batch.
        index: usize,
        /// What is wrong with it.
        reason: Rejection,
    },
    /// A key was made under another structured reference string than the first one.
    #[error("proof {index}: its key has another [s]G2 than the batch's first")]
    DifferentSrs {
        /// Its position in the batch.
        index: usize,
    },
    /// Every proof is well formed, and at least one does not hold.
    #[error("pairing check failed: at least one proof of the batch does not hold")]
    PairingCheckFailed,
}

/// Verifies all proofs of a batch, or none. An empty batch is valid.
///
/// # Errors
/// The first malformed proof, or that some proof does not hold; [`find_invalid`] names which.
pub fn verify_batch<C: Curve>(items: &[BatchItem<'_, C>]) -> Result<(), BatchRejection> {
    let Some(first) = items.first() else {
        return Ok(());
    };
    check_srs(items)?;
    let mut openings = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let opening = Opening::reduce(item.key, item.proof, item.public_inputs)
            .map_err(|reason| BatchRejection::Proof { index, reason })?;
        openings.push(opening);
    }
    let (left, right) = combine(items, &openings, &coefficients(items));
    if C::pairing_check(&first.key.srs.lines, &left, &right) {
        Ok(())
    } else {
        Err(BatchRejection::PairingCheckFailed)
    }
}

/// Names every invalid proof of a batch with its reason, halving the batch where a pairing check
/// fails. The verdict on each proof is the one that [`verify`](crate::verify) gives.
///
/// # Errors
/// Only [`BatchRejection::DifferentSrs`]: everything else is in the list.
pub fn find_invalid<C: Curve>(
    items: &[BatchItem<'_, C>],
) -> Result<Vec<(usize, Rejection)>, BatchRejection> {
    check_srs(items)?;
    let mut invalid = Vec::new();
    let mut claims = Vec::new();
    for ((index, item), c) in items.iter().enumerate().zip(coefficients(items)) {
        match Opening::reduce(item.key, item.proof, item.public_inputs) {
            Ok(opening) => {
                let (left, right) = opening.accumulate(item.key);
                claims.push(Claim {
                    index,
                    coefficient: c,
                    left,
                    right,
                });
            }
            Err(reason) => invalid.push((index, reason)),
        }
    }
    if let Some(first) = items.first() {
        bisect::<C>(&first.key.srs.lines, &claims, &mut invalid);
    }
    invalid.sort_unstable_by_key(|(index, _)| *index);
    Ok(invalid)
}

/// `e(left, G2) = e(right, [s]G2)`, for the proof at `index`.
struct Claim {
    index: usize,
    coefficient: Fr,
    left: G1Affine,
    right: G1Affine,
}

fn bisect<C: Curve>(srs: &C::Srs, claims: &[Claim], invalid: &mut Vec<(usize, Rejection)>) {
    // A stack instead of recursion: a batch's size is the caller's business, the stack's depth ours.
    let mut open = vec![claims];
    while let Some(claims) = open.pop() {
        let holds = match claims {
            [] => true,
            [one] => C::pairing_check(srs, &one.left, &one.right),
            many => {
                let scalars: Vec<Fr> = many.iter().map(|claim| claim.coefficient).collect();
                let sum = |side: fn(&Claim) -> G1Affine| {
                    let points: Vec<G1Affine> = many.iter().map(side).collect();
                    C::multi_exponentiation(&points, &scalars, &C::prepare_bases(vec![]), &[])
                };
                C::pairing_check(srs, &sum(|c| c.left), &sum(|c| c.right))
            }
        };
        match claims {
            _ if holds => {}
            [one] => invalid.push((one.index, Rejection::PairingCheckFailed)),
            many => {
                let (front, back) = many.split_at(many.len().div_ceil(2));
                open.extend([front, back]);
            }
        }
    }
}

fn check_srs<C: Curve>(items: &[BatchItem<'_, C>]) -> Result<(), BatchRejection> {
    let mut keys = items.iter().map(|item| item.key.key().s_g2());
    let Some(first) = keys.next() else {
        return Ok(());
    };
    match keys.position(|s_g2| s_g2 != first) {
        Some(behind) => Err(BatchRejection::DifferentSrs {
            index: behind.saturating_add(1),
        }),
        None => Ok(()),
    }
}

/// `c_i = keccak256(seed ‖ i)` cut to 128 bits, with `seed` the hash of the domain, the number of
/// proofs, \[s\]G2, and for each proof: its position, its key's id, its public inputs and its bytes,
/// each with its length.
fn coefficients<C: Curve>(items: &[BatchItem<'_, C>]) -> Vec<Fr> {
    let mut hash = Keccak256::new();
    hash.update(DOMAIN);
    hash.update((items.len() as u64).to_be_bytes());
    if let Some(first) = items.first() {
        hash.update(srs::encode_s_g2(first.key.key().s_g2()));
    }
    let mut last: Option<(&PreparedKey<C>, [u8; 32])> = None;
    for (item, index) in items.iter().zip(0u64..) {
        let id = match last {
            Some((key, id)) if core::ptr::eq(key, item.key) => id,
            _ => item.key.key().id(),
        };
        last = Some((item.key, id));
        hash.update(index.to_be_bytes());
        hash.update(id);
        for bytes in [item.public_inputs, item.proof] {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    }
    let seed = hash.finalize();
    let coefficient = |index: u64| {
        let digest = Keccak256::new()
            .chain_update(seed)
            .chain_update(index.to_be_bytes());
        let digest = digest.finalize();
        let (half, _) = digest.split_at(16);
        // Never zero: a zero coefficient would leave its proof out.
        Fr::from_be_bytes_mod_order(half) + Fr::from(1u64)
    };
    (0..items.len() as u64).map(coefficient).collect()
}

/// `Σ c_i F_i` and `Σ c_i W'_i`. Proofs under one key share one sum over the key's points.
fn combine<C: Curve>(
    items: &[BatchItem<'_, C>],
    openings: &[Opening],
    coefficients: &[Fr],
) -> (G1Affine, G1Affine) {
    let (mut points, mut scalars) = (Vec::new(), Vec::new());
    let (mut last_points, mut generator) = (Vec::new(), Fr::from(0u64));
    let mut by_key: Vec<(&PreparedKey<C>, Vec<Fr>)> = Vec::new();
    for ((item, opening), c) in items.iter().zip(openings).zip(coefficients) {
        points.extend_from_slice(&opening.points);
        scalars.extend(opening.combination.proof.iter().map(|s| *s * c));
        last_points.push(opening.last_point());
        generator += opening.combination.generator * c;
        let weighted = opening.combination.key.iter().map(|s| *s * c);
        match by_key
            .iter_mut()
            .find(|(key, _)| core::ptr::eq(*key, item.key))
        {
            Some((_, sums)) => sums.iter_mut().zip(weighted).for_each(|(sum, s)| *sum += s),
            None => by_key.push((item.key, weighted.collect())),
        }
    }
    let none = C::prepare_bases(vec![]);
    let right = C::multi_exponentiation(&last_points, coefficients, &none, &[]);
    match &mut by_key[..] {
        [(key, sums)] => {
            sums.push(generator);
            (
                C::multi_exponentiation(&points, &scalars, &key.bases, sums),
                right,
            )
        }
        keys => {
            for (key, sums) in keys {
                points.extend_from_slice(&key.key().commitments.points);
                scalars.append(sums);
            }
            points.push(G1Affine::generator());
            scalars.push(generator);
            (
                C::multi_exponentiation(&points, &scalars, &none, &[]),
                right,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arkworks, VerifyingKey, verify};
    use ark_ec::CurveGroup;
    use ark_ff::Field;
    use std::path::Path;

    struct Real {
        key: VerifyingKey,
        proof: Vec<u8>,
        public_inputs: Vec<u8>,
    }

    fn real(name: &str) -> Real {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        let read = |file: &str| std::fs::read(folder.join(name).join(file)).unwrap();
        let key = ezkl_import::import_vka(&read("vka.bin")).unwrap().encode();
        let proof = ezkl_import::EzklProof::from_json(&read("proof.json")).unwrap();
        Real {
            key: VerifyingKey::decode(&key).unwrap(),
            proof: proof.proof,
            public_inputs: proof.public_inputs,
        }
    }

    /// The same key with `shift` added to its first commitment; like any key, it has an encoding.
    fn shifted(key: &VerifyingKey, shift: G1Affine) -> PreparedKey<Arkworks> {
        let mut key = key.clone();
        key.commitments.points[0] = (key.commitments.points[0] + shift).into_affine();
        PreparedKey::new(VerifyingKey::decode(&key.encode()).unwrap())
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
        let openings: Vec<Opening> = items
            .iter()
            .map(|item| Opening::reduce(item.key, item.proof, item.public_inputs).unwrap())
            .collect();
        let (left, right) = combine(items, &openings, coefficients);
        Arkworks::pairing_check(&items[0].key.srs.lines, &left, &right)
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
            } = real(name);
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
            assert_eq!(
                verify_batch(&batch),
                Err(BatchRejection::PairingCheckFailed)
            );
            let both = [0, 1].map(|index| (index, Rejection::PairingCheckFailed));
            assert_eq!(find_invalid(&batch), Ok(both.to_vec()));
        }
    }

    #[test]
    fn coefficients_depend_on_every_part_of_the_batch() {
        let Real {
            key,
            proof,
            public_inputs,
        } = real("mlp");
        let honest = PreparedKey::<Arkworks>::new(key.clone());
        let other = shifted(&key, G1Affine::generator());
        let all = |first: BatchItem<'_, Arkworks>| {
            coefficients(&[first, item(&honest, &proof, &public_inputs)])
        };
        let base = all(item(&honest, &proof, &public_inputs));
        let mut changed_proof = proof.clone();
        changed_proof[0] ^= 1;
        // A byte moved from the inputs to the proof: only the lengths tell them apart.
        let (inputs, moved) = public_inputs.split_at(public_inputs.len() - 1);
        let joined = [moved, &proof[..]].concat();
        let changes = [
            all(item(&other, &proof, &public_inputs)),
            all(item(&honest, &changed_proof, &public_inputs)),
            all(item(&honest, &joined, inputs)),
        ];
        for changed in &changes {
            assert!(
                base.iter().zip(changed).all(|(a, b)| a != b),
                "every coefficient changes"
            );
        }
        assert_ne!(base[0], base[1], "the position is in it");
    }
}
