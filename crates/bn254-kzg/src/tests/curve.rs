use std::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, UniformRand};
use ark_std::rand::Rng;

use super::{cases, random_point, rng};
use crate::curve::{Affine, Jacobian};
use crate::glv::{BETA, LAMBDA};
use crate::runs::Runs;
use crate::tables::{TableScratch, odd_multiples};

fn affine(p: &G1Affine) -> Affine {
    Affine::from_ark(p).expect("not the identity")
}

/// The point with a z other than one: 2p - p.
fn jacobian(p: &G1Affine) -> Jacobian {
    if p.is_zero() {
        return Jacobian::IDENTITY;
    }
    Jacobian::IDENTITY
        .add_affine(&affine(p))
        .double()
        .add_affine(&affine(&-*p))
}

#[test]
fn the_endomorphism_multiplies_by_lambda() {
    let p = random_point(&mut rng(1));
    let image = Affine {
        x: affine(&p).x.mul(&BETA),
        y: affine(&p).y,
    };
    assert_eq!(image, affine(&(p * LAMBDA).into_affine()));
}

#[test]
fn jacobian_sums_equal_arkworks_for_equal_opposite_identity_and_random_points() {
    let mut rng = rng(2);
    let o = G1Affine::identity();
    for _ in 0..cases(200) {
        let (p, q) = (random_point(&mut rng), random_point(&mut rng));
        for (a, b) in [(p, q), (p, p), (p, -p), (o, p), (p, o), (o, o)] {
            let expected = (a + b).into_affine();
            assert_eq!(jacobian(&a).add(&jacobian(&b)).to_ark(), expected);
            if !b.is_zero() {
                assert_eq!(jacobian(&a).add_affine(&affine(&b)).to_ark(), expected);
            }
        }
        assert_eq!(jacobian(&p).double().to_ark(), (p + p).into_affine());
    }
    assert!(Jacobian::IDENTITY.double().is_identity());
    assert!(Jacobian::IDENTITY.to_ark().is_zero());
}

#[test]
fn negation_by_choice_negates_or_leaves() {
    let p = random_point(&mut rng(3));
    assert_eq!(affine(&p).negate_if(true), affine(&-p));
    assert_eq!(affine(&p).negate_if(false), affine(&p));
}

#[test]
fn tables_hold_the_odd_multiples() {
    let mut rng = rng(4);
    let points: Vec<G1Affine> = (0..5).map(|_| random_point(&mut rng)).collect();
    let mut table = Vec::new();
    let inputs: Vec<Affine> = points.iter().map(affine).collect();
    odd_multiples(&inputs, 64, &mut table, &mut TableScratch::default());
    for (i, entry) in table.iter().enumerate() {
        let multiple = Fr::from(2 * (i / 5) as u64 + 1);
        assert_eq!(*entry, affine(&(points[i % 5] * multiple).into_affine()));
    }
    assert_eq!(table.len(), 5 * 64);
    odd_multiples(&[], 8, &mut table, &mut TableScratch::default());
    assert!(table.is_empty());
}

/// Fills runs, shortens them, and compares every run's sum.
fn compare_runs(input: &[Vec<G1Affine>]) {
    let mut runs = Runs::default();
    runs.lengths
        .extend(input.iter().map(|run| run.len() as u32));
    let points = input.iter().flatten().map(affine);
    for (place, point) in runs.places().iter_mut().zip(points) {
        *place = point;
    }
    runs.shorten();
    assert_eq!(runs.iter().count(), input.len());
    let backwards: Vec<&[Affine]> = runs.last_first().collect();
    assert!(runs.iter().eq(backwards.into_iter().rev()));
    for (run, input) in runs.iter().zip(input) {
        let sum = run
            .iter()
            .fold(Jacobian::IDENTITY, |sum, p| sum.add_affine(p));
        let expected: G1Projective = input.iter().sum();
        assert_eq!(sum.to_ark(), expected.into_affine());
    }
}

#[test]
fn runs_of_random_points_keep_their_sums() {
    let mut rng = rng(5);
    let pool: Vec<G1Affine> = (0..64).map(|_| random_point(&mut rng)).collect();
    for _ in 0..cases(100) {
        let runs: Vec<Vec<G1Affine>> = (0..rng.gen_range(0..40))
            .map(|_| {
                let length = rng.gen_range(0..12);
                (0..length).map(|_| pool[rng.gen_range(0..64)]).collect()
            })
            .collect();
        compare_runs(&runs);
    }
}

#[test]
fn runs_of_equal_points_are_doubled() {
    let p = random_point(&mut rng(6));
    for length in [1, 2, 3, 4, 7, 8, 64] {
        compare_runs(&std::vec![std::vec![p; length]; 30]);
    }
}

#[test]
fn runs_of_opposite_points_vanish() {
    let p = random_point(&mut rng(7));
    for length in 1..20 {
        let run: Vec<G1Affine> = (0..length)
            .map(|i| if i % 2 == 0 { p } else { -p })
            .collect();
        compare_runs(&std::vec![run; 30]);
    }
}

#[test]
fn runs_whose_partial_sums_collide_keep_their_sums() {
    // neighbours whose sums are equal or opposite to those of the next pair, for several rounds
    let mut rng = rng(8);
    for _ in 0..cases(20) {
        let base = random_point(&mut rng);
        let small: Vec<G1Affine> = (0..9_u64)
            .map(|k| (base * Fr::from(k)).into_affine())
            .collect();
        let runs: Vec<Vec<G1Affine>> = (0..24)
            .map(|_| {
                (0..16)
                    .map(|_| {
                        let p = small[rng.gen_range(1..9)];
                        if rng.gen_bool(0.5) { p } else { -p }
                    })
                    .collect()
            })
            .collect();
        compare_runs(&runs);
    }
}

#[test]
fn random_scalars_times_points_agree_in_jacobian_form() {
    let mut rng = rng(9);
    let p = random_point(&mut rng);
    let k = u64::rand(&mut rng);
    let mut sum = Jacobian::IDENTITY;
    for bit in (0..64).rev() {
        sum = sum.double();
        if k >> bit & 1 == 1 {
            sum = sum.add_affine(&affine(&p));
        }
    }
    assert_eq!(sum.to_ark(), (p * Fr::from(k)).into_affine());
    assert_ne!(sum.to_ark().into_group(), G1Projective::ZERO);
}
