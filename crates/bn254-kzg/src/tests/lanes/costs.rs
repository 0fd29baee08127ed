//! What the lanes' work costs in multiplications of 52 bits (`vpmadd52luq` and `vpmadd52huq`, eight lanes each), which is
//! most of its time. A change that makes a number here larger makes the lanes slower; one that makes it smaller is good
//! news. Change the number with it.

use std::vec::Vec;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;

use crate::FixedBases;
use crate::curve::Affine;
use crate::fp::Fp;
use crate::lanes::pairing::{frobenius_constants, windows};
use crate::lanes::portable::kernels::field::{Fp8, Wide8};
use crate::lanes::portable::kernels::miller_loop::miller_loop;
use crate::lanes::portable::kernels::msm::{Scratch, msm};
use crate::lanes::portable::kernels::tower::E12;
use crate::lanes::portable::vector::count;
use crate::pairing::windows::of as window_constants;

#[test]
fn eight_products_in_the_base_field() {
    let a = Fp8::from_fp(&[Fp::ONE; 8]);
    let wide = Wide8::product(&a, &a);
    assert_eq!(count::of(|| Wide8::product(&a, &a)), 50);
    assert_eq!(count::of(|| Wide8::square(&a)), 30);
    assert_eq!(count::of(|| wide.reduce()), 51);
    assert_eq!(count::of(|| a.mul(&a)), 101);
    assert_eq!(count::of(|| a.square()), 81);
    assert_eq!(count::of(|| a.plus(1).reduce()), 10);
}

#[test]
fn operations_in_the_extension_field() {
    let f = E12::one();
    assert_eq!(count::of(|| f.mul(&f)), 1_022);
    assert_eq!(count::of(|| f.square()), 612);
    assert_eq!(count::of(|| f.cyclotomic_square()), 322);
    assert_eq!(count::of(|| f.conjugate()), 0);
    for (power, constants) in (1..).zip(frobenius_constants()) {
        assert_eq!(count::of(|| f.frobenius(power, constants)), 302);
    }
}

#[test]
fn a_pairing_check() {
    let (p, q) = (G1Affine::generator(), G2Affine::generator());
    let point = Affine::from_ark(&p).expect("not the identity");
    let windows = windows(&window_constants(&q));
    let pairs = [Some(&windows[..]); 2];
    let loops = || miller_loop(&[point; 2], pairs);
    let f = loops();
    let value = f.final_exponentiation();
    assert_eq!(count::of(loops), 96_392);
    assert_eq!(count::of(|| f.final_exponentiation()), 115_842);
    assert_eq!(count::of(|| value.is_one()), 40);
}

/// Points and scalars without any relation, and the same in every run.
fn terms(number: u64) -> (Vec<G1Affine>, Vec<Fr>) {
    let power = |base: u64, i: u64| Fr::from(base).pow([1_000 * (i + 1)]);
    let point = |i| (G1Affine::generator() * power(3, i)).into_affine();
    (0..number).map(|i| (point(i), power(5, i))).unzip()
}

/// The points of a verification of `mlp`: 24 of the proof, and 20 of the key with tables.
#[test]
fn a_multi_exponentiation_of_24_points_and_20_with_tables() {
    let (points, scalars) = terms(44);
    let bases = FixedBases::new(&points[24..], 10);
    let variable: Vec<Affine> = points[..24].iter().filter_map(Affine::from_ark).collect();
    let fixed = Some((&bases, &scalars[24..]));
    let mut scratch = Scratch::default();
    let cost = count::of(|| msm(&variable, &scalars[..24], fixed, &mut scratch));
    assert_eq!(cost, 171_274);
}
