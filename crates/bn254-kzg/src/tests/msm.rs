use std::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::{cases, edge_scalars, random_point, rng};
use crate::buckets::{self, BucketScratch, Windows};
use crate::curve::Affine;
use crate::runs::Runs;
use crate::{FixedBases, LAMBDA, Part, Scratch, msm, msm_part};

pub(super) type Terms = Vec<(G1Affine, Fr)>;

/// By arkworks: double and add for few terms, its own multi-exponentiation for many.
pub(super) fn reference(terms: &[(G1Affine, Fr)]) -> G1Affine {
    if terms.len() < 16 {
        return terms
            .iter()
            .map(|(p, k)| *p * k)
            .sum::<G1Projective>()
            .into_affine();
    }
    let (points, scalars): (Vec<G1Affine>, Vec<Fr>) = terms.iter().copied().unzip();
    G1Projective::msm_unchecked(&points, &scalars).into_affine()
}

/// Compares with arkworks, with and without tables; returns whether the sum is the identity.
fn compare(terms: &[(G1Affine, Fr)], fixed: usize, window: u32, scratch: &mut Scratch) -> bool {
    let (variable, key) = terms.split_at(terms.len() - fixed);
    let (points, scalars): (Vec<G1Affine>, Vec<Fr>) = key.iter().copied().unzip();
    let bases = FixedBases::new(&points, window);
    let expected = reference(terms);
    let with_tables = msm(variable.iter().copied(), Some((&bases, &scalars)), scratch);
    assert_eq!(
        with_tables,
        Some(expected),
        "{} + {fixed}, window {window}",
        variable.len()
    );
    assert_eq!(
        msm(terms.iter().copied(), None, scratch),
        Some(expected),
        "{} without tables",
        terms.len()
    );
    expected.is_zero()
}

pub(super) fn random_terms(n: usize, rng: &mut StdRng) -> Terms {
    (0..n).map(|_| (random_point(rng), Fr::rand(rng))).collect()
}

/// Points and scalars that are related in every way an attacker could choose: few bases, their
/// opposites, doubles and images under the endomorphism, identities; extreme and repeated scalars.
pub(super) fn adversarial_terms(n: usize, rng: &mut StdRng, edges: &[Fr]) -> Terms {
    let bases: Vec<G1Affine> = [G1Affine::generator()]
        .into_iter()
        .chain((0..rng.gen_range(0..3)).map(|_| random_point(rng)))
        .collect();
    let (r, s) = (Fr::rand(rng), Fr::rand(rng));
    let factors = [
        Fr::ONE,
        -Fr::ONE,
        LAMBDA,
        -LAMBDA,
        LAMBDA * LAMBDA,
        Fr::from(2_u64),
        -Fr::from(3_u64),
        Fr::ZERO,
        r,
    ];
    let scalars = [
        Fr::ZERO,
        Fr::ONE,
        -Fr::ONE,
        LAMBDA,
        r,
        -r,
        r * LAMBDA,
        s,
        Fr::from(1_u64 << 40),
    ];
    (0..n)
        .map(|_| {
            let base = bases[rng.gen_range(0..bases.len())];
            let point = (base * factors[rng.gen_range(0..factors.len())]).into_affine();
            let scalar = match rng.gen_range(0..4) {
                0 => edges[rng.gen_range(0..edges.len())],
                1 => Fr::rand(rng),
                _ => scalars[rng.gen_range(0..scalars.len())],
            };
            (point, scalar)
        })
        .collect()
}

#[test]
pub(super) fn random_terms_equal_arkworks() {
    let mut rng = rng(1);
    let mut scratch = Scratch::default();
    for case in 0..cases(60) {
        let n = rng.gen_range(0..64);
        let fixed = rng.gen_range(0..=n);
        let terms = random_terms(n, &mut rng);
        compare(&terms, fixed, 3 + case as u32 % 8, &mut scratch);
    }
}

#[test]
pub(super) fn adversarial_terms_equal_arkworks() {
    let mut rng = rng(2);
    let edges = edge_scalars();
    let mut scratch = Scratch::default();
    for case in 0..cases(400) {
        let n = rng.gen_range(0..if case % 8 == 0 { 48 } else { 9 });
        let fixed = rng.gen_range(0..=n);
        let terms = adversarial_terms(n, &mut rng, &edges);
        compare(&terms, fixed, 3 + case as u32 % 5, &mut scratch);
    }
}

#[test]
fn every_extreme_scalar_times_one_point_equals_arkworks() {
    let mut rng = rng(3);
    let mut scratch = Scratch::default();
    for point in [
        G1Affine::generator(),
        random_point(&mut rng),
        G1Affine::identity(),
    ] {
        for scalar in edge_scalars() {
            for fixed in [0, 1] {
                compare(&[(point, scalar)], fixed, 6, &mut scratch);
            }
        }
    }
}

#[test]
fn large_inputs_of_every_method_equal_arkworks() {
    let mut rng = rng(4);
    let edges = edge_scalars();
    let mut scratch = Scratch::default();
    for n in [100, 150, 300, 700, 2_600] {
        let mut terms = random_terms(n / 2, &mut rng);
        terms.extend(adversarial_terms(n - n / 2, &mut rng, &edges));
        compare(&terms, n / 10, 5, &mut scratch);
    }
}

#[test]
fn buckets_of_every_width_equal_arkworks() {
    let mut rng = rng(10);
    let edges = edge_scalars();
    let (mut scratch, mut runs) = (BucketScratch::default(), Runs::default());
    for width in 2..=16 {
        let all = Windows::of(width).part(Part::WHOLE);
        for n in [0, 1, 2, 40] {
            let terms = adversarial_terms(n, &mut rng, &edges);
            let (points, scalars): (Vec<Affine>, Vec<Fr>) = terms
                .iter()
                .filter_map(|(p, k)| Some((Affine::from_ark(p)?, *k)))
                .unzip();
            let sum = buckets::msm(&points, &scalars, all, &mut scratch, &mut runs);
            assert_eq!(sum.to_ark(), reference(&terms), "{n} points, {width} bits");
        }
        // every extreme scalar alone
        let point = random_point(&mut rng);
        for scalar in edges.iter().step_by(5) {
            let own = [Affine::from_ark(&point).expect("not the identity")];
            let sum = buckets::msm(&own, &[*scalar], all, &mut scratch, &mut runs);
            assert_eq!(sum.to_ark(), (point * scalar).into_affine(), "{scalar}");
        }
    }
}

#[test]
fn parts_of_a_sum_add_up_to_it() {
    let mut rng = rng(11);
    let (edges, mut scratch) = (edge_scalars(), Scratch::default());
    for n in [0, 1, 30, 255, 256, 700] {
        let mut terms = random_terms(n / 2, &mut rng);
        terms.extend(adversarial_terms(n - n / 2, &mut rng, &edges));
        // more parts than windows, too
        for of in [1, 2, 3, 5, 40] {
            let sum: G1Projective = (0..of)
                .map(|index| msm_part(terms.iter().copied(), Part { index, of }, &mut scratch))
                .sum();
            assert_eq!(
                sum.into_affine(),
                reference(&terms),
                "{n} points, {of} parts"
            );
        }
    }
}

#[test]
fn each_window_is_in_one_part() {
    for bits in 2..=16 {
        let windows = Windows::of(bits);
        for of in 1..=70 {
            let mut next = 0;
            for index in 0..of {
                let part = windows.part(Part { index, of });
                assert_eq!(part.lowest, next);
                next = part.end;
            }
            assert_eq!(next, windows.number);
        }
    }
}

#[test]
fn everything_may_cancel() {
    let mut rng = rng(5);
    let mut scratch = Scratch::default();
    for n in [1, 2, 5, 30, 400] {
        let mut terms = random_terms(n, &mut rng);
        let opposite: Terms = terms.iter().rev().map(|(p, k)| (-*p, *k)).collect();
        terms.extend(opposite);
        for fixed in [0, n.min(30)] {
            assert!(compare(&terms, fixed, 5, &mut scratch));
        }
        // and the same with opposite scalars, and with the endomorphism on one side
        for term in terms.iter_mut().skip(n) {
            *term = (-term.0, -term.1);
        }
        assert!(compare(&terms, n.min(30), 5, &mut scratch));
        for term in terms.iter_mut().skip(n) {
            *term = ((term.0 * LAMBDA).into_affine(), term.1 * LAMBDA * LAMBDA);
        }
        assert!(compare(&terms, n.min(30), 5, &mut scratch));
    }
}

#[test]
fn equal_points_with_equal_scalars_add_up() {
    let mut rng = rng(6);
    let mut scratch = Scratch::default();
    for n in [2, 3, 16, 64, 500] {
        let terms = std::vec![(random_point(&mut rng), Fr::rand(&mut rng)); n];
        compare(&terms, n / 2 % 40, 7, &mut scratch);
    }
}

#[test]
fn a_point_that_repeats_across_proof_and_key_is_added_twice_or_cancels() {
    let mut rng = rng(7);
    let mut scratch = Scratch::default();
    let (p, k) = (random_point(&mut rng), Fr::rand(&mut rng));
    for window in 3..=10 {
        compare(&[(p, k), (p, k)], 1, window, &mut scratch);
        assert!(compare(&[(p, k), (p, -k)], 1, window, &mut scratch));
        assert!(compare(&[(p, k), (-p, k)], 1, window, &mut scratch));
        let image = (p * LAMBDA).into_affine();
        let unscaled = k * LAMBDA.inverse().expect("a unit");
        assert!(compare(
            &[(p, k), (image, -unscaled)],
            1,
            window,
            &mut scratch
        ));
    }
}

#[test]
fn nothing_at_all_is_the_identity() {
    let mut scratch = Scratch::default();
    assert_eq!(msm([], None, &mut scratch), Some(G1Affine::identity()));
    let none = FixedBases::new(&[], 5);
    assert!(none.is_empty());
    assert_eq!(
        msm([], Some((&none, &[])), &mut scratch),
        Some(G1Affine::identity())
    );
    let o = G1Affine::identity();
    assert!(compare(&[(o, Fr::ONE); 20], 10, 5, &mut scratch));
}

#[test]
fn refuses_a_number_of_scalars_other_than_that_of_the_fixed_bases() {
    let mut rng = rng(8);
    let bases = FixedBases::new(&[random_point(&mut rng), G1Affine::identity()], 5);
    assert_eq!(bases.len(), 2);
    let mut scratch = Scratch::default();
    for n in [0, 1, 3] {
        assert_eq!(
            msm([], Some((&bases, &std::vec![Fr::ONE; n])), &mut scratch),
            None
        );
    }
    assert!(msm([], Some((&bases, &[Fr::ONE; 2])), &mut scratch).is_some());
}

#[test]
fn windows_out_of_range_are_brought_into_it() {
    let p = random_point(&mut rng(9));
    let mut scratch = Scratch::default();
    for window in [0, 1, 2, 3, 13, 14, u32::MAX] {
        compare(&[(p, -Fr::ONE), (p, LAMBDA)], 2, window, &mut scratch);
    }
    assert_eq!(FixedBases::size_for(20, 10), 20 * 256 * 64);
    assert_eq!(
        FixedBases::new(&[p], 8).size_in_bytes(),
        FixedBases::size_for(1, 8) + 1
    );
}

#[test]
fn points_off_the_curve_do_not_panic() {
    use ark_bn254::Fq;
    let mut scratch = Scratch::default();
    let edges = super::edge_fq();
    for x in edges.iter().step_by(7) {
        for y in edges.iter().step_by(5) {
            let p = G1Affine::new_unchecked(*x, *y);
            let off = std::vec![
                (p, -Fr::ONE),
                (-p, LAMBDA),
                (G1Affine::new_unchecked(Fq::ZERO, *y), Fr::ONE)
            ];
            let bases = FixedBases::new(&[p, p], 4);
            assert!(msm(off, Some((&bases, &[Fr::ONE; 2])), &mut scratch).is_some());
        }
    }
}

#[test]
fn debug_output_shows_sizes_and_not_tables() {
    let bases = FixedBases::new(&[G1Affine::generator(), G1Affine::identity()], 5);
    assert_eq!(
        std::format!("{bases:?} {:?}", Scratch::default()),
        "FixedBases { points: 2, window: 5 } Scratch { .. }"
    );
}
