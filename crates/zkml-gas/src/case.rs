//! A key of a family at a size, with a well-formed proof for it.

use crate::{builder::distinct_points, family::Family};
use ark_bn254::{Fr, G1Affine};
use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::{VerifyingKey, shorten_proof};
use serde::Serialize;
use sha3::{Digest, Keccak256};

/// The size up to which a case grows, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// What these bounds stand for.
    pub name: &'static str,
    /// Of the key.
    pub key: u64,
    /// Of proof and public inputs together.
    pub arguments: u64,
}

impl Bounds {
    /// From about the size of an ordinary circuit, over what anybody can deploy (EIP-170) and send in
    /// a transaction (128 KiB in geth's pool), to the largest key that the precompile reads.
    pub const ALL: [Bounds; 3] = [
        Bounds {
            name: "small",
            key: 4 << 10,
            arguments: 8 << 10,
        },
        Bounds {
            name: "contract",
            key: 24_576,
            arguments: 128 << 10,
        },
        Bounds {
            name: "genesis",
            key: 1 << 20,
            arguments: 4 << 20,
        },
    ];

    fn admit(&self, family: Family, scale: u32, key: &VerifyingKey) -> bool {
        let proof = match family.is_short() {
            true => key.short_proof_length(),
            false => key.proof_length(),
        };
        let arguments = match family.is_key_only() {
            true => 0,
            false => proof + key.public_inputs_length(),
        };
        arguments <= self.arguments && family.encode(key, scale).len() as u64 <= self.key
    }
}

/// The largest key of a family within bounds, and a proof that is wrong only at the pairing; no proof
/// where only the key is measured.
#[derive(Clone, Debug)]
pub struct Case {
    /// The family.
    pub family: Family,
    /// How many of the things that the family has most of.
    pub scale: u32,
    /// The key's encoding.
    pub key: Vec<u8>,
    /// Points on the curve and canonical scalars, as many as the key says.
    pub proof: Vec<u8>,
    /// Canonical scalars, as many as the key says.
    pub public_inputs: Vec<u8>,
}

impl Case {
    /// The largest case of a family within these bounds, unless that is no larger than the largest
    /// within `smaller`. `None` too if not even the smallest fits.
    pub fn largest(family: Family, bounds: Bounds, smaller: Option<Bounds>) -> Option<Case> {
        let scale = largest_scale(family, bounds)?;
        if smaller.and_then(|smaller| largest_scale(family, smaller)) == Some(scale) {
            return None;
        }
        Self::new(family, scale)
    }

    /// The case at a scale; `None` if the scale is beyond a limit.
    pub fn new(family: Family, scale: u32) -> Option<Case> {
        let key = family.key(scale).ok()?;
        let (proof, public_inputs) = if family.is_key_only() {
            (vec![], vec![])
        } else {
            let mut proof = proof(&key, family.repeats_points());
            if family.is_short() {
                proof = shorten_proof(&key, &proof).ok()?;
            }
            (proof, public_inputs(&key))
        };
        Some(Case {
            family,
            scale,
            proof,
            public_inputs,
            key: family.encode(&key, scale),
        })
    }
}

/// By bisection: sizes grow with the scale.
fn largest_scale(family: Family, bounds: Bounds) -> Option<u32> {
    let fits = |scale| {
        let key = family.key(scale);
        key.is_ok_and(|key| bounds.admit(family, scale, &key))
    };
    let (mut fitting, mut beyond) = (0, family.largest_scale() + 1);
    while beyond - fitting > 1 {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) {
            fitting = middle;
        } else {
            beyond = middle;
        }
    }
    (fitting > 0).then_some(fitting)
}

/// A proof of the right length: points on the curve, all distinct or all equal, and scalars.
fn proof(key: &VerifyingKey, repeat: bool) -> Vec<u8> {
    let number = key.num_proof_points() as usize;
    let mut points = distinct_points(number + 1);
    if repeat {
        let point = points[number];
        points.fill(point);
    }
    // The opening's points follow the evaluations.
    let of_opening = key.num_opening_points() as usize;
    let (before, opening) = points[..number].split_at(number - of_opening);
    let mut bytes = Vec::new();
    before.iter().for_each(|point| push(&mut bytes, point));
    bytes.extend(scalars(u64::from(key.num_evaluations())));
    opening.iter().for_each(|point| push(&mut bytes, point));
    bytes
}

/// Scalars, as many as the key says; where it wants an accumulator, the generator on both sides.
fn public_inputs(key: &VerifyingKey) -> Vec<u8> {
    let mut inputs = scalars(key.num_public_inputs());
    if let Some(accumulator) = key.accumulator() {
        let columns = key.instance_lengths().iter();
        let before: u32 = columns.take(accumulator.column as usize).sum();
        let first = (before + accumulator.row) as usize;
        for coordinate in 0..4 {
            // 1 and 2 fit the lowest limb.
            for limb in 0..accumulator.limbs as usize {
                let at = 32 * (first + coordinate * accumulator.limbs as usize + limb);
                let word = &mut inputs[at..at + 32];
                word.fill(0);
                word[31] = if limb == 0 {
                    1 + coordinate as u8 % 2
                } else {
                    0
                };
            }
        }
    }
    inputs
}

fn push(bytes: &mut Vec<u8>, point: &G1Affine) {
    bytes.extend(point.x.into_bigint().to_bytes_be());
    bytes.extend(point.y.into_bigint().to_bytes_be());
}

/// Scalars of full length, from a hash of their positions.
fn scalars(number: u64) -> Vec<u8> {
    let scalar = |i: u64| {
        let digest = Keccak256::digest(i.to_be_bytes());
        Fr::from_be_bytes_mod_order(&digest)
            .into_bigint()
            .to_bytes_be()
    };
    (0..number).flat_map(scalar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halo2_kzg_verifier::{KeyFault, PreparedKey, Rejection, verify};

    fn check(family: Family, scale: u32) {
        let case = Case::new(family, scale).unwrap_or_else(|| panic!("{family:?} at {scale}"));
        let key = VerifyingKey::decode(&case.key).unwrap();
        let prepared = PreparedKey::<halo2_kzg_verifier::Bn254Kzg>::new(key);
        let verdict = verify(&prepared, &case.proof, &case.public_inputs);
        assert_eq!(
            verdict,
            Err(Rejection::PairingCheckFailed),
            "{family:?} at {scale}"
        );
    }

    #[test]
    fn every_family_has_a_valid_key_whose_proof_fails_only_at_the_pairing() {
        for family in Family::ALL.into_iter().filter(|f| !f.is_key_only()) {
            for scale in [1, family.largest_scale().min(20)] {
                check(family, scale);
            }
        }
    }

    #[test]
    fn refused_keys_are_read_to_their_end() {
        for family in Family::ALL.into_iter().filter(|f| f.is_refused()) {
            for scale in [2, family.largest_scale()] {
                let case = Case::new(family, scale).unwrap();
                let refused = VerifyingKey::decode(&case.key).unwrap_err();
                let expected = KeyFault::TrailingBytes {
                    extra: 2 * u64::from(scale),
                };
                assert_eq!(refused.fault, expected, "{family:?}");
            }
        }
    }

    #[test]
    fn the_largest_scale_is_within_the_limits() {
        for family in Family::ALL {
            let scale = family.largest_scale();
            assert!(family.key(scale).is_ok(), "{family:?} at {scale}");
        }
    }

    #[test]
    fn the_largest_case_fills_its_bounds() {
        let bounds = Bounds::ALL[0];
        for family in Family::ALL {
            // The smallest key of some families is larger than these bounds.
            let Some(case) = Case::largest(family, bounds, None) else {
                let smallest = family.key(1).unwrap();
                assert!(!bounds.admit(family, 1, &smallest), "{family:?}");
                continue;
            };
            let key = case.key.len() as u64;
            let arguments = (case.proof.len() + case.public_inputs.len()) as u64;
            assert!(key <= bounds.key && arguments <= bounds.arguments);
            if family.largest_scale() == 1 {
                continue;
            }
            let is_full = key + 128 >= bounds.key || arguments + 1024 >= bounds.arguments;
            assert!(is_full, "{family:?}: {key} and {arguments} bytes");
        }
    }

    #[test]
    fn no_case_is_measured_twice() {
        let [_, contract, genesis] = Bounds::ALL;
        assert!(Case::largest(Family::Degree, contract, None).is_some());
        assert!(Case::largest(Family::Degree, genesis, Some(contract)).is_none());
    }
}
