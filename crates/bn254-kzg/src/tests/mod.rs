//! Differential tests: everything against arkworks.
//!
//! The number of random cases is small by default; `BN254_KZG_CASES` sets it for all of them, and
//! `BN254_KZG_SEED` makes them other ones.

mod curve;
mod field;
mod lanes;
mod msm;
mod pairing;
mod scalars;
mod square_root;
mod tower;

use std::vec::Vec;

use ark_bn254::{Fq, Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, PrimeField, UniformRand};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;

/// How many random cases to run.
fn cases(default: usize) -> usize {
    number("BN254_KZG_CASES").map_or(default, |n| n as usize)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_add(number("BN254_KZG_SEED").unwrap_or(0) << 8))
}

fn random_point(rng: &mut StdRng) -> G1Affine {
    G1Projective::rand(rng).into_affine()
}

/// Elements at the edges of the range, of Montgomery form and of plain form, and with extreme limbs.
fn edge_elements<F: PrimeField<BigInt = ark_ff::BigInt<4>>>() -> Vec<F> {
    let half = F::from(2_u64).inverse().expect("2 is a unit");
    let mut edges = std::vec![
        F::ZERO,
        F::ONE,
        -F::ONE,
        F::from(2_u64),
        -F::from(2_u64),
        half,
        -half
    ];
    // 2^k and 2^k - 1 as values and, by way of R⁻¹, as Montgomery limbs
    let r_inverse = F::from(2_u64).pow([256]).inverse().expect("2 is a unit");
    for k in [1, 62, 63, 64, 65, 127, 128, 129, 191, 192, 193, 252, 253] {
        let power = F::from(2_u64).pow([k]);
        for value in [power, power - F::ONE, -power] {
            edges.push(value);
            edges.push(value * r_inverse);
        }
    }
    edges.push(r_inverse); // limbs 1, 0, 0, 0
    edges.push(-r_inverse); // limbs of the modulus less one
    edges
}

fn edge_fq() -> Vec<Fq> {
    edge_elements()
}

/// Scalars at which recodings and splittings could go wrong.
fn edge_scalars() -> Vec<Fr> {
    let mut edges = edge_elements::<Fr>();
    let lambda = crate::LAMBDA;
    let (a, b): (Fr, Fr) = (
        ark_ff::MontFp!("147946756881789319000765030803803410728"),
        ark_ff::MontFp!("9931322734385697763"),
    );
    // lattice vectors, halves of them (where rounding decides), and the values next to both
    for value in [
        lambda,
        lambda * lambda,
        a,
        b,
        a + b,
        lambda * a,
        lambda * b,
        a + lambda * b,
    ] {
        let half = value * Fr::from(2_u64).inverse().expect("2 is a unit");
        for v in [value, half] {
            edges.extend([v, -v, v + Fr::ONE, v - Fr::ONE, -v + Fr::ONE]);
        }
    }
    edges
}
