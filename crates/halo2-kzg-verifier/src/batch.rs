//! Many proofs under one \[s\]G2 with a single pairing check.
//!
//! Each proof reduces to a claim `e(L_i, G2) = e(R_i, [s]G2)`. With coefficients `c_i` that nobody
//! can choose, all claims hold exactly if `e(Σ c_i L_i, G2) = e(Σ c_i R_i, [s]G2)` does, but for a
//! chance of about 2^-128 (Bellare, Garay, Rabin 1998, "small exponents").
//!
//! The coefficients are a hash over *everything* that the claims depend on. That includes each key's
//! id: the digest that a transcript begins with does not bind a key's commitments, and with
//! coefficients that ignore them proofs can be forged across two keys of one batch.

use crate::{
    arithmetic::{Arithmetic, Standard},
    claim::{Claim, Sides},
    key::prepared::PreparedKey,
    rejection::Rejection,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use sha3::{Digest, Keccak256};
use thiserror::Error;

/// Separates the batch coefficients from every other use of the hash.
const DOMAIN: &[u8] = b"zk_verify batch v1";

/// One statement of a batch, with its proof.
pub struct BatchItem<'a, A: Arithmetic = Standard> {
    /// The key that the proof must hold under.
    pub key: &'a PreparedKey<A>,
    /// As in [`verify`](crate::verify).
    pub proof: &'a [u8],
    /// As in [`verify`](crate::verify).
    pub public_inputs: &'a [u8],
}

/// A key of a batch was made under another trusted setup than the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("proof {index}: its key has another trusted setup than the batch's first")]
pub struct MixedSetups {
    /// The first such proof's position in the batch.
    pub index: usize,
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
    /// Every proof is well formed, and at least one does not hold.
    #[error("pairing check failed: at least one proof of the batch does not hold")]
    PairingCheckFailed,
}

/// Proofs that have been read and reduced, ready to be checked together.
///
/// ```
/// use halo2_kzg_verifier::{Batch, BatchItem, PreparedKey};
///
/// fn all_hold(key: &PreparedKey, proofs: &[(Vec<u8>, Vec<u8>)]) -> bool {
///     let items: Vec<BatchItem> = proofs
///         .iter()
///         .map(|(proof, public_inputs)| BatchItem { key, proof, public_inputs })
///         .collect();
///     Batch::reduce(&items).is_ok_and(|batch| batch.verify().is_ok())
/// }
/// ```
pub struct Batch<'a, A: Arithmetic = Standard> {
    /// In the order given.
    proofs: Vec<Reduced<'a, A>>,
}

struct Reduced<'a, A: Arithmetic> {
    key: &'a PreparedKey<A>,
    coefficient: Fr,
    claim: Result<Claim, Rejection>,
}

impl<'a, A: Arithmetic> Batch<'a, A> {
    /// Reads every proof and reduces it to a claim about a pairing.
    ///
    /// # Errors
    /// If the keys are not all of one trusted setup.
    pub fn reduce(items: &[BatchItem<'a, A>]) -> Result<Self, MixedSetups> {
        check_setups(items)?;
        let reduce = |(item, coefficient): (&BatchItem<'a, A>, Fr)| Reduced {
            key: item.key,
            coefficient,
            claim: Claim::reduce(item.key, item.proof, item.public_inputs),
        };
        let proofs = items.iter().zip(coefficients(items)).map(reduce).collect();
        Ok(Batch { proofs })
    }

    /// Verifies all proofs or none. An empty batch is valid.
    ///
    /// # Errors
    /// The first malformed proof, or that some proof does not hold;
    /// [`find_invalid`](Self::find_invalid) names which.
    pub fn verify(&self) -> Result<(), BatchRejection> {
        let Some(first) = self.proofs.first() else {
            return Ok(());
        };
        let mut claims = Vec::with_capacity(self.proofs.len());
        for (index, proof) in self.proofs.iter().enumerate() {
            match &proof.claim {
                Ok(claim) => claims.push(Weighted {
                    key: proof.key,
                    coefficient: proof.coefficient,
                    claim,
                }),
                Err(reason) => {
                    let reason = *reason;
                    return Err(BatchRejection::Proof { index, reason });
                }
            }
        }
        let sides = combine(&claims)?;
        if A::pairing_check(&first.key.setup.pairing, &sides.left, &sides.right) {
            Ok(())
        } else {
            Err(BatchRejection::PairingCheckFailed)
        }
    }

    /// Names every invalid proof of the batch with its reason, halving the batch where a pairing
    /// check fails. The verdict on each proof is the one that [`verify`](crate::verify) gives.
    pub fn find_invalid(&self) -> Vec<(usize, Rejection)> {
        let mut invalid = Vec::new();
        let mut summed = Vec::new();
        for (index, proof) in self.proofs.iter().enumerate() {
            let claim = proof.claim.as_ref();
            match claim
                .map_err(|reason| *reason)
                .and_then(|c| c.sides(proof.key))
            {
                Ok(sides) => summed.push(Summed {
                    index,
                    coefficient: proof.coefficient,
                    sides,
                }),
                Err(reason) => invalid.push((index, reason)),
            }
        }
        if let Some(first) = self.proofs.first() {
            bisect::<A>(&first.key.setup.pairing, &summed, &mut invalid);
        }
        invalid.sort_unstable_by_key(|(index, _)| *index);
        invalid
    }
}

/// A well-formed proof's claim with its coefficient.
struct Weighted<'a, A: Arithmetic> {
    key: &'a PreparedKey<A>,
    coefficient: Fr,
    claim: &'a Claim,
}

/// A claim whose sides are summed up, of the proof at `index`.
struct Summed {
    index: usize,
    coefficient: Fr,
    sides: Sides,
}

fn bisect<A: Arithmetic>(
    pairing: &A::Setup,
    claims: &[Summed],
    invalid: &mut Vec<(usize, Rejection)>,
) {
    // A stack instead of recursion: a batch's size is the caller's choice, the stack's depth ours.
    let mut open = vec![claims];
    while let Some(claims) = open.pop() {
        let holds = match claims {
            [] => true,
            [one] => A::pairing_check(pairing, &one.sides.left, &one.sides.right),
            many => {
                let scalars: Vec<Fr> = many.iter().map(|claim| claim.coefficient).collect();
                let sum = |side: fn(&Sides) -> G1Affine| {
                    let points: Vec<G1Affine> =
                        many.iter().map(|claim| side(&claim.sides)).collect();
                    A::multi_exponentiation(&points, &scalars, &A::prepare_bases(vec![]), &[])
                };
                match (sum(|sides| sides.left), sum(|sides| sides.right)) {
                    (Some(left), Some(right)) => A::pairing_check(pairing, &left, &right),
                    _ => false,
                }
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

fn check_setups<A: Arithmetic>(items: &[BatchItem<'_, A>]) -> Result<(), MixedSetups> {
    let mut setups = items.iter().map(|item| item.key.key().trusted_setup());
    let Some(first) = setups.next() else {
        return Ok(());
    };
    match setups.position(|setup| setup != first) {
        Some(after) => Err(MixedSetups {
            index: after.saturating_add(1),
        }),
        None => Ok(()),
    }
}

/// `c_i = keccak256(seed ‖ i)` cut to 128 bits, with `seed` the hash of the domain, the number of
/// proofs, \[s\]G2, and for each proof: its position, its key's id, its public inputs and its bytes,
/// each with its length.
fn coefficients<A: Arithmetic>(items: &[BatchItem<'_, A>]) -> Vec<Fr> {
    let mut hash = Keccak256::new();
    hash.update(DOMAIN);
    hash.update((items.len() as u64).to_be_bytes());
    if let Some(first) = items.first() {
        hash.update(first.key.key().trusted_setup().to_bytes());
    }
    for (item, index) in items.iter().zip(0u64..) {
        hash.update(index.to_be_bytes());
        hash.update(item.key.id());
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

/// The sums over one key's points.
struct KeySums<'a, A: Arithmetic> {
    key: &'a PreparedKey<A>,
    /// For each of the key's distinct points, then for the generator.
    scalars: Vec<Fr>,
}

/// `Σ c_i L_i` and `Σ c_i R_i`. Proofs under one key share one sum over the key's points.
fn combine<A: Arithmetic>(claims: &[Weighted<'_, A>]) -> Result<Sides, BatchRejection> {
    let (mut points, mut scalars) = (Vec::new(), Vec::new());
    let (mut right_points, mut right_scalars) = (Vec::new(), Vec::new());
    let mut keys: Vec<KeySums<'_, A>> = Vec::new();
    let mut positions: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for Weighted {
        key,
        coefficient: c,
        claim,
    } in claims
    {
        points.extend_from_slice(&claim.points);
        scalars.extend(claim.combination.proof.iter().map(|s| *s * c));
        right_points.extend_from_slice(&claim.right.points);
        right_scalars.extend(claim.right.scalars.iter().map(|s| *s * c));
        let next = keys.len();
        let position = *positions.entry(key.id()).or_insert(next);
        let of_key = &claim.combination.key;
        match keys.get_mut(position) {
            Some(sums) => {
                for (sum, scalar) in sums.scalars.iter_mut().zip(of_key) {
                    *sum += *scalar * c;
                }
            }
            None => keys.push(KeySums {
                key,
                scalars: of_key.iter().map(|s| *s * c).collect(),
            }),
        }
    }
    let none = A::prepare_bases(vec![]);
    let left = match &keys[..] {
        // The key's points may have tables.
        [one] => A::multi_exponentiation(&points, &scalars, &one.key.bases, &one.scalars),
        _ => {
            for KeySums {
                key,
                scalars: of_key,
            } in keys
            {
                points.extend_from_slice(&key.key().circuit.commitments.points);
                points.push(G1Affine::generator());
                scalars.extend(of_key);
            }
            A::multi_exponentiation(&points, &scalars, &none, &[])
        }
    };
    let right = A::multi_exponentiation(&right_points, &right_scalars, &none, &[]);
    match (left, right) {
        (Some(left), Some(right)) => Ok(Sides { left, right }),
        _ => Err(BatchRejection::PairingCheckFailed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::encoding::writer;
    use crate::{Arkworks, VerifyingKey, test_data::Real, verify};
    use ark_ec::CurveGroup;
    use ark_ff::Field;

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
            proof.coefficient = *coefficient;
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
