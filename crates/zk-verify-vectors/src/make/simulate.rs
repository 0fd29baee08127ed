//! Valid proofs for any key whatever, under a setup whose secret is known.
//!
//! Whoever knows `s` can make `W'` fit everything else: a proof of random points and evaluations
//! reduces to `e(F, G2) = e(W', [s]G2)` with `F = F_0 + u·W'`, and if all logarithms are known,
//! `W' = F_0 / (s - u)` is the one point that makes it hold. So every term of the verification decides
//! whether the proof is accepted, for circuits that no prover makes: shuffles, three phases, sixteen
//! rotation sets. It also shows why a chain must not accept a setup that was made for tests.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use halo2_kzg_verifier::{Curve, PreparedKey, VerifyingKey, encode_s_g2, verify};
use sha3::{Digest, Keccak256};
use std::cell::RefCell;

/// The secret of the test setup: known to everybody.
fn secret() -> Fr {
    scalar("the known secret of a test setup", 0)
}

/// \[s\]G2 of the test setup. Not for any chain.
pub fn test_setup() -> [u8; 128] {
    encode_s_g2(&test_setup_point())
}

pub(super) fn test_setup_point() -> G2Affine {
    (G2Affine::generator() * secret()).into_affine()
}

/// A scalar by name and number: the same on every machine.
pub(super) fn scalar(name: &str, number: u64) -> Fr {
    let digest = Keccak256::digest([name.as_bytes(), &number.to_be_bytes()].concat());
    Fr::from_be_bytes_mod_order(&digest)
}

pub(super) fn word(value: &impl PrimeField) -> [u8; 32] {
    let bytes = value.into_bigint().to_bytes_be();
    bytes.try_into().expect("an element of 254 bits")
}

/// `x ‖ y` of a point that is not the identity.
pub(super) fn point_bytes(point: &G1Affine) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&word(&point.x));
    bytes[32..].copy_from_slice(&word(&point.y));
    bytes
}

pub(super) fn multiple_of_generator(logarithm: Fr) -> G1Affine {
    (G1Affine::generator() * logarithm).into_affine()
}

/// A valid proof under `key`, which must be made under the test setup, for these public inputs.
/// `logarithms` are those of the key's distinct points, in their order; `name` selects one proof of many.
pub(super) fn simulate(
    key: &VerifyingKey,
    logarithms: &[Fr],
    public_inputs: &[u8],
    name: &str,
) -> Vec<u8> {
    let points = key.num_proof_points() as usize;
    let own: Vec<Fr> = (0..points as u64).map(|i| scalar(name, i)).collect();
    let evaluations: Vec<Fr> = (0..u64::from(key.num_evaluations()))
        .map(|i| scalar(name, 1 << 32 | i))
        .collect();
    let own_points: Vec<G1Affine> = G1Projective::normalize_batch(
        &own.iter()
            .map(|log| G1Affine::generator() * log)
            .collect::<Vec<_>>(),
    );
    let (before, opening) = own_points.split_at(points - 2);
    let mut proof = Vec::new();
    before
        .iter()
        .for_each(|point| proof.extend(point_bytes(point)));
    evaluations
        .iter()
        .for_each(|value| proof.extend(word(value)));
    opening
        .iter()
        .for_each(|point| proof.extend(point_bytes(point)));

    // W' is not hashed before any challenge, so it can be put in at the end.
    let sum = scalars_of_the_sum(key, &proof, public_inputs);
    let (u, scalars) = sum.proof.split_last().expect("a proof has points");
    let terms = scalars.iter().zip(&own);
    let (generator, bases) = sum.bases.split_last().expect("the generator is a base");
    assert_eq!(
        bases.len(),
        logarithms.len(),
        "{name}: logarithms of the key"
    );
    let f_0 = terms
        .chain(bases.iter().zip(logarithms))
        .fold(*generator, |sum, (scalar, log)| sum + *scalar * log);
    let quotient = f_0 * (secret() - u).inverse().expect("u is not s");
    assert_ne!(quotient, Fr::ZERO);
    let at = proof.len() - 64;
    proof[at..].copy_from_slice(&point_bytes(&multiple_of_generator(quotient)));

    let prepared: PreparedKey = PreparedKey::new(key.clone());
    assert_eq!(verify(&prepared, &proof, public_inputs), Ok(()), "{name}");
    proof
}

/// The scalars of `F`: of the proof's points, and of the key's with the generator behind them.
#[derive(Clone, Default)]
struct Sum {
    proof: Vec<Fr>,
    bases: Vec<Fr>,
}

thread_local!(static SUM: RefCell<Sum> = RefCell::default());

/// Runs a verification and takes down the scalars that it computes.
fn scalars_of_the_sum(key: &VerifyingKey, proof: &[u8], public_inputs: &[u8]) -> Sum {
    let key = PreparedKey::<TakeDown>::new(key.clone());
    assert_eq!(verify(&key, proof, public_inputs), Ok(()));
    SUM.take()
}

/// Arithmetic that takes down what it is asked for and accepts.
struct TakeDown;

impl Curve for TakeDown {
    type Srs = ();
    type Bases = ();

    fn prepare_srs(_: &G2Affine) {}

    fn prepare_bases(_: Vec<G1Affine>) {}

    fn size_of_bases((): &()) -> usize {
        0
    }

    fn multi_exponentiation(
        _: &[G1Affine],
        scalars: &[Fr],
        (): &(),
        base_scalars: &[Fr],
    ) -> G1Affine {
        SUM.set(Sum {
            proof: scalars.to_vec(),
            bases: base_scalars.to_vec(),
        });
        G1Affine::identity()
    }

    fn pairing_check((): &(), _: &G1Affine, _: &G1Affine) -> bool {
        true
    }
}
