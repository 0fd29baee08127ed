use std::vec::Vec;

use ark_bn254::{Fq, FqConfig, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, LegendreSymbol, MontConfig, PrimeField, UniformRand};

use super::{cases, edge_fq, random_point, rng};
use crate::decompress;
use crate::fp::Fp;
use crate::square_root::{FIRST, STEPS};

/// Edges, small numbers, random elements.
fn elements(seed: u64) -> impl Iterator<Item = Fq> {
    let mut rng = rng(seed);
    let edges = edge_fq().into_iter().chain((0..300).map(Fq::from));
    edges.chain((0..cases(2_000)).map(move |_| Fq::rand(&mut rng)))
}

#[test]
fn the_chains_exponent_is_a_quarter_of_the_modulus_and_one() {
    let mut exponent = num(FIRST);
    for (squarings, odd) in STEPS {
        exponent <<= u32::from(squarings);
        assert!(!exponent.add_with_carry(&num(odd)));
    }
    exponent <<= 1;
    exponent <<= 2; // four times
    let mut expected = FqConfig::MODULUS;
    assert!(!expected.add_with_carry(&num(1)));
    assert_eq!(exponent, expected);
}

fn num(n: u8) -> ark_ff::BigInt<4> {
    ark_ff::BigInt::from(u64::from(n))
}

#[test]
fn a_root_is_found_exactly_where_arkworks_has_one() {
    let (mut squares, mut others) = (0, 0);
    for a in elements(1) {
        let root = Fp::from(a).square_root().map(Fq::from);
        match a.legendre() {
            LegendreSymbol::QuadraticNonResidue => {
                assert_eq!(root, None, "{a}");
                others += 1;
            }
            _ => {
                let (ours, theirs) = (root.expect("a square"), a.sqrt().expect("a square"));
                assert!(ours == theirs || ours == -theirs, "{a}");
                squares += 1;
            }
        }
    }
    assert!(squares > 500 && others > 500, "{squares} {others}");
}

#[test]
fn every_square_has_a_root_and_its_negative_none() {
    for a in elements(2).filter(|a| *a != Fq::from(0)) {
        let square = a.square();
        let root = Fp::from(square).square_root().map(Fq::from);
        assert!(root == Some(a) || root == Some(-a), "{a}");
        assert_eq!(Fp::from(-square).square_root(), None, "{a}");
    }
    assert_eq!(Fp::ZERO.square_root(), Some(Fp::ZERO));
}

#[test]
fn points_are_found_by_x_and_parity_as_in_arkworks() {
    for x in elements(3) {
        let both = G1Affine::get_ys_from_x_unchecked(x);
        for y_is_odd in [false, true] {
            let expected = both.map(|(a, b)| {
                let y = if a.into_bigint().is_odd() == y_is_odd {
                    a
                } else {
                    b
                };
                G1Affine::new_unchecked(x, y)
            });
            let found = decompress(&x, y_is_odd);
            assert_eq!(found, expected, "{x} {y_is_odd}");
            if let Some(point) = found {
                assert!(point.is_on_curve() && !point.is_zero());
                assert_eq!(point.y.into_bigint().is_odd(), y_is_odd, "{x}");
            }
        }
    }
}

#[test]
fn a_points_x_and_parity_give_it_back() {
    let mut rng = rng(4);
    let points: Vec<G1Affine> = (0..cases(200)).map(|_| random_point(&mut rng)).collect();
    for point in points.into_iter().flat_map(|p| [p, -p]) {
        let y_is_odd = point.y.into_bigint().is_odd();
        assert_eq!(decompress(&point.x, y_is_odd), Some(point));
        assert_eq!(decompress(&point.x, !y_is_odd), Some(-point));
    }
}

/// So the word zero can stand for the identity, and the parity always tells y from -y.
#[test]
fn no_point_has_x_or_y_zero() {
    assert_eq!(decompress(&Fq::from(0), false), None);
    assert_eq!(decompress(&Fq::from(0), true), None);
    let minus_three = -Fq::from(3);
    let third = (-Fq::from(1)).into_bigint().0;
    let third = divided_by_three(third);
    // p ≡ 1 modulo 3: a cube's power with exponent (p - 1)/3 is one.
    assert_ne!(minus_three.pow(third), Fq::from(1));
}

/// A third of a number that 3 divides.
fn divided_by_three(limbs: [u64; 4]) -> [u64; 4] {
    let (mut third, mut remainder) = ([0; 4], 0u128);
    for i in (0..4).rev() {
        let value = remainder << 64 | u128::from(limbs[i]);
        third[i] = (value / 3) as u64;
        remainder = value % 3;
    }
    assert_eq!(remainder, 0);
    third
}
