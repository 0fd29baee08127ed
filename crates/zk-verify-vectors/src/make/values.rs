//! Scalars and points by name and number: the same on every machine.

use crate::forge::{self, point_bytes};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::{VerifyingKey, verify};
use sha3::{Digest, Keccak256};

/// \[s\]G2 of the test setup.
pub(super) fn test_setup() -> [u8; 128] {
    forge::TEST_SETUP.to_bytes()
}

pub(super) fn scalar(name: &str, number: u64) -> Fr {
    let digest = Keccak256::digest([name.as_bytes(), &number.to_be_bytes()].concat());
    Fr::from_be_bytes_mod_order(&digest)
}

pub(super) fn word(value: &impl PrimeField) -> [u8; 32] {
    let bytes = value.into_bigint().to_bytes_be();
    bytes.try_into().expect("an element of 254 bits")
}

pub(super) fn multiple_of_generator(logarithm: Fr) -> G1Affine {
    (G1Affine::generator() * logarithm).into_affine()
}

/// `x ‖ y` of a multiple of the generator.
pub(super) fn point(logarithm: Fr) -> [u8; 64] {
    point_bytes(&multiple_of_generator(logarithm)).expect("not a multiple of the order")
}

/// Random points and evaluations, as many as a proof for this key has, made to hold: a proof for a key
/// under the test setup. `name` selects one of many.
pub(super) fn forged_proof(key: &VerifyingKey, public_inputs: &[u8], name: &str) -> Vec<u8> {
    let multiples: Vec<G1Projective> = (0..u64::from(key.num_proof_points()))
        .map(|i| G1Affine::generator() * scalar(name, i))
        .collect();
    let points = G1Projective::normalize_batch(&multiples);
    let points = points
        .iter()
        .flat_map(|p| point_bytes(p).expect("not the identity"));
    let mut proof: Vec<u8> = points.collect();
    let evaluations = (0..u64::from(key.num_evaluations())).map(|i| scalar(name, (1 << 32) | i));
    let evaluations: Vec<u8> = evaluations.flat_map(|value| word(&value)).collect();
    // W and W' come after them.
    let at = proof.len() - 128;
    proof.splice(at..at, evaluations);
    forge::forge(key, &mut proof, public_inputs).expect("well formed");
    let prepared =
        halo2_kzg_verifier::PreparedKey::<halo2_kzg_verifier::Standard>::new(key.clone());
    assert_eq!(verify(&prepared, &proof, public_inputs), Ok(()), "{name}");
    proof
}
