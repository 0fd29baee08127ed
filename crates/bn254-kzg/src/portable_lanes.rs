//! The kernels of the arithmetic in lanes over arrays, for tests and fuzzing only: slow, on any processor, and never
//! chosen. They give whole values, where the crate itself gives verdicts, so that nothing is left uncompared.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "for tests and fuzzing"
)]

use alloc::vec::Vec;

use ark_bn254::{Fq, Fq12, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;

use crate::FixedBases;
use crate::buckets::Windows;
use crate::curve::Affine;
use crate::fp::Fp;
use crate::lanes::limbs52::{BaseField, LOW, Modulus};
use crate::lanes::pairing::{Coefficients, windows};
use crate::lanes::portable::kernels::field::Fp8;
use crate::lanes::portable::kernels::tower::E12;
use crate::lanes::portable::kernels::{
    buckets, miller_loop::miller_loop, msm, runs::Runs, scalars, square_root,
};
use crate::pairing::windows::of as window_constants;
use crate::part::Part;

/// Memory that calls of `msm` share.
#[derive(Default)]
pub struct Scratch {
    kernels: msm::Scratch,
    halves: Vec<u128>,
    runs: Runs,
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

/// What [`crate::msm()`] computes. Unlike there, terms whose scalar is zero reach the kernels.
pub fn msm(
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    fixed: Option<(&FixedBases, &[Fr])>,
    scratch: &mut Scratch,
) -> Option<G1Affine> {
    if fixed.is_some_and(|(bases, scalars)| bases.len() != scalars.len()) {
        return None;
    }
    let (points, scalars) = finite(variable);
    Some(msm::msm(&points, &scalars, fixed, &mut scratch.kernels).to_ark())
}

/// `Σ k·P` by buckets with windows of so many bits, for any number of points; `None` unless the window has 2 to 16
/// bits.
pub fn msm_by_buckets(
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    window: u32,
    scratch: &mut Scratch,
) -> Option<G1Affine> {
    if !(2..=16).contains(&window) {
        return None;
    }
    let (points, scalars) = finite(variable);
    let Scratch { halves, runs, .. } = scratch;
    let all = Windows::of(window).part(Part::WHOLE);
    Some(buckets::msm(&points, &scalars, all, halves, runs).to_ark())
}

/// What [`crate::msm_part`] computes.
pub fn msm_part(
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    part: Part,
    scratch: &mut Scratch,
) -> G1Affine {
    let (points, scalars) = finite(variable);
    msm::msm_part(&points, &scalars, part, &mut scratch.kernels).to_ark()
}

/// What [`crate::decompress`] finds for each x and parity of y.
pub fn decompress(compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
    square_root::decompress(compressed)
}

/// What [`crate::batch_inverse`] does.
pub fn batch_inverse(values: &mut [Fr]) {
    scalars::batch_inverse(values);
}

/// `Σ a[i]·b[i]`, up to the end of the shorter list.
pub fn inner_product(a: &[Fr], b: &[Fr]) -> Fr {
    scalars::inner_product(a, b)
}

/// The terms whose point is not the identity.
fn finite(terms: impl IntoIterator<Item = (G1Affine, Fr)>) -> (Vec<Affine>, Vec<Fr>) {
    let terms = terms.into_iter();
    terms
        .filter_map(|(point, scalar)| Some((Affine::from_ark(&point)?, scalar)))
        .unzip()
}

/// `e(p0, q0) · e(p1, q1)`, the value in the target group that a check compares with 1, and whether the lanes take it
/// for 1. Points must be as for [`PairingCheck`](crate::PairingCheck) and [`PreparedG2`](crate::PreparedG2).
pub fn pairing_product(p: [G1Affine; 2], q: [G2Affine; 2]) -> (Fq12, bool) {
    let windows = q.map(|q| {
        if q.is_zero() {
            Vec::new()
        } else {
            windows(&window_constants(&q))
        }
    });
    let points = p.map(|p| Affine::from_ark(&p));
    let pair = |i: usize| -> Option<&[Coefficients]> {
        (points[i].is_some() && !windows[i].is_empty()).then_some(&windows[i][..])
    };
    let f = miller_loop(&points.map(Option::unwrap_or_default), [pair(0), pair(1)]);
    let value = f.final_exponentiation();
    (value.to_fp12().into(), value.is_one())
}

/// f to the power of the final exponentiation; zero for zero.
pub fn final_exponentiation(f: &Fq12) -> Fq12 {
    let f = E12::from_fp12(&(*f).into());
    f.final_exponentiation().to_fp12().into()
}

/// The same one element at a time: what the scalar crate compares with 1.
pub fn scalar_final_exponentiation(f: &Fq12) -> Fq12 {
    crate::pairing::final_exponentiation(&(*f).into()).into()
}

/// a·b and a², with every coordinate written as its representative in [0, p) plus `multiple`·p, for a multiple of 0 to
/// 2; a larger one stands for 2.
pub fn product_and_square(a: &Fq12, b: &Fq12, multiple: u64) -> [Fq12; 2] {
    let wide = |f: &Fq12| {
        let f = E12::from_fp12(&(*f).into());
        let part = |part: &Fp8| part.canonical().plus(multiple.min(2)).normalise();
        E12::of(part(&f.re), part(&f.im))
    };
    let (a, b) = (wide(a), wide(b));
    [a.mul(&b), a.square()].map(|f| f.to_fp12().into())
}

/// `a·b·2⁻⁵²⁰ mod p` for eight pairs of integers, each five limbs of 52 bits, the least significant first; `None`
/// unless all limbs are below 2⁵² and all integers below 83p.
pub fn products(a: &[[u64; 5]; 8], b: &[[u64; 5]; 8]) -> Option<[Fq; 8]> {
    let is_factor = |limbs: &[u64; 5]| {
        limbs.iter().all(|limb| *limb <= LOW) && limbs[4] < 83 * BaseField::MODULUS[4]
    };
    if !a.iter().chain(b).all(is_factor) {
        return None;
    }
    let product = Fp8::from_lanes(a).mul(&Fp8::from_lanes(b));
    // times one, so that it is small enough to be made canonical
    let one = Fp8::from_fp(&[Fp::ONE; 8]);
    Some(product.mul(&one).to_fp().map(Fq::from))
}
