//! The floor that verification is compared with: what any verifier of such proofs must do, with plain
//! arkworks, and nothing else.

use ark_bn254::{Bn254, Fq, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use ark_ff::{BigInt, One, PrimeField};
use halo2_kzg_verifier::VerifyingKey;
use sha3::{Digest, Keccak256};

/// One multi-exponentiation over the points of proof and key, a pairing check of two pairs with
/// prepared points of G2, curve checks of the proof's points, and one Keccak over the proof.
pub struct Floor {
    prepared: [<Bn254 as Pairing>::G2Prepared; 2],
    key_points: Vec<G1Affine>,
    proof: Vec<u8>,
    num_points: usize,
    /// Sets of scalars in rotation, so that no branch predictor learns the digits by heart.
    scalars: Vec<Vec<Fr>>,
    next: usize,
}

const SETS: u64 = 64;

impl Floor {
    /// The floor for the proofs of one key.
    pub fn new(key: &VerifyingKey, proof: &[u8]) -> Self {
        let num_key_points = key.num_commitments() as usize;
        let num_points = key.num_proof_points() as usize;
        let terms = (num_points + num_key_points) as u64;
        let scalar = |set: u64, i: u64| {
            let digest = Keccak256::digest([set.to_be_bytes(), i.to_be_bytes()].concat());
            Fr::from_be_bytes_mod_order(&digest)
        };
        Floor {
            prepared: [
                G2Affine::generator().into(),
                (-*key.trusted_setup().s_g2()).into(),
            ],
            // Their values do not matter to the time; those of the key are not public.
            key_points: crate::builder::distinct_points(num_key_points),
            proof: proof.to_vec(),
            num_points,
            scalars: (0..SETS)
                .map(|set| (0..terms).map(|i| scalar(set, i)).collect())
                .collect(),
            next: 0,
        }
    }

    /// Does the work once. The answer means nothing, but depends on all of it.
    pub fn run(&mut self) -> bool {
        let mut points = self.read_points();
        let hash = Keccak256::digest(&self.proof);
        let right = points[points.len() - 1];
        points.extend_from_slice(&self.key_points);
        let scalars = &self.scalars[self.next % self.scalars.len()];
        self.next += 1;
        let left = G1Projective::msm_unchecked(&points, scalars).into_affine();
        let pairing = Bn254::multi_pairing([left, right], self.prepared.iter().cloned());
        pairing.0.is_one() && hash[0] == 0
    }

    /// The proof's points, with the curve equation checked. The opening's two stand at the end.
    fn read_points(&self) -> Vec<G1Affine> {
        let (before, opening) = (self.num_points - 2, self.proof.len() - 128);
        let chunks = self.proof[..before * 64].chunks_exact(64);
        chunks
            .chain(self.proof[opening..].chunks_exact(64))
            .map(|chunk| {
                let (x, y) = chunk.split_at(32);
                let point = G1Affine::new_unchecked(coordinate(x), coordinate(y));
                assert!(
                    point.is_on_curve(),
                    "a valid proof's points are on the curve"
                );
                point
            })
            .collect()
    }
}

fn coordinate(word: &[u8]) -> Fq {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(word.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .fold(0, |value, &byte| (value << 8) | u64::from(byte));
    }
    Fq::from_bigint(BigInt(limbs)).expect("a valid proof's coordinates are canonical")
}
