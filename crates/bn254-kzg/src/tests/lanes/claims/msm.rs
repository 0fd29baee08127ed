use std::vec::Vec;

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::rand::Rng;

use super::super::kernels::msm::{Scratch, msm, msm_part};
use super::super::kernels::{buckets, runs::Runs};
use crate::buckets::Windows;
use crate::curve::{Affine, Jacobian};
use crate::fp::{Fp, MODULUS};
use crate::lanes::packed::{Packed, Signed};
use crate::limbs::{self, Limbs};
use crate::part::Part;
use crate::tests::msm::{Terms, adversarial_terms, random_terms, reference};
use crate::tests::{cases, edge_scalars, random_point, rng};
use crate::{FixedBases, LAMBDA, Scratch as ScalarScratch};

/// Points other than the identity, with their scalars.
fn finite(terms: &[(G1Affine, Fr)]) -> (Vec<Affine>, Vec<Fr>) {
    terms
        .iter()
        .filter_map(|(p, k)| Some((Affine::from_ark(p)?, *k)))
        .unzip()
}

helpers! {
    /// Compares with arkworks and with the scalar form, with tables for the last `fixed` points and without; returns
    /// whether the sum is the identity.
    fn compare(terms: &[(G1Affine, Fr)], fixed: usize, window: u32, scratch: &mut Scratch) -> bool {
        let (variable, key) = terms.split_at(terms.len() - fixed);
        let (bases, base_scalars): (Vec<G1Affine>, Vec<Fr>) = key.iter().copied().unzip();
        let bases = FixedBases::new(&bases, window);
        let expected = reference(terms);
        let scalar = crate::msm(
            variable.iter().copied(),
            Some((&bases, &base_scalars)),
            &mut ScalarScratch::default(),
        );
        assert_eq!(scalar, Some(expected));
        let (points, scalars) = finite(variable);
        let sum = msm(&points, &scalars, Some((&bases, &base_scalars)), scratch).to_ark();
        assert_eq!(sum, expected, "{} + {fixed}, window {window}", variable.len());
        let (points, scalars) = finite(terms);
        assert_eq!(msm(&points, &scalars, None, scratch).to_ark(), expected, "{}", terms.len());
        expected.is_zero()
    }
}

claims! {
    fn random_sums_equal_those_of_arkworks() {
        let (mut rng, mut scratch) = (rng(1), Scratch::default());
        for case in 0..cases(30) {
            let n = rng.gen_range(0..60);
            let terms = random_terms(n, &mut rng);
            compare(&terms, rng.gen_range(0..=n), 3 + case as u32 % 8, &mut scratch);
        }
    }

    fn related_points_and_extreme_scalars_equal_those_of_arkworks() {
        let (mut rng, mut scratch, edges) = (rng(2), Scratch::default(), edge_scalars());
        for case in 0..cases(200) {
            let n = rng.gen_range(0..if case % 4 == 0 { 90 } else { 12 });
            let terms = adversarial_terms(n, &mut rng, &edges);
            compare(&terms, rng.gen_range(0..=n), 3 + case as u32 % 5, &mut scratch);
        }
    }

    fn sparse_scalars_equal_those_of_arkworks() {
        let (mut rng, mut scratch) = (rng(3), Scratch::default());
        for case in 0..cases(60) {
            let n = rng.gen_range(1..40);
            let terms: Terms = (0..n)
                .map(|_| {
                    let mut scalar = Fr::ZERO;
                    for _ in 0..rng.gen_range(1..4) {
                        scalar += Fr::from(2_u64).pow([rng.gen_range(0..254)]);
                    }
                    let scalar = match rng.gen_range(0..3) {
                        0 => scalar,
                        1 => scalar * LAMBDA,
                        _ => -scalar,
                    };
                    (random_point(&mut rng), scalar)
                })
                .collect();
            compare(&terms, n / 2, 3 + case as u32 % 8, &mut scratch);
        }
    }

    fn every_extreme_scalar_times_one_point_equals_arkworks() {
        let (mut rng, mut scratch) = (rng(4), Scratch::default());
        let point = random_point(&mut rng);
        for scalar in edge_scalars() {
            compare(&[(point, scalar)], 0, 3, &mut scratch);
            compare(&[(point, scalar)], 1, 6, &mut scratch);
        }
    }

    fn small_multiples_of_one_point_meet_in_every_way() {
        let (mut rng, mut scratch) = (rng(5), Scratch::default());
        for case in 0..cases(60) {
            let (base, image) = (random_point(&mut rng), case % 2 == 0);
            let n = rng.gen_range(1..200);
            let terms: Terms = (0..n)
                .map(|_| {
                    let mut factor = Fr::from(rng.gen_range(0..5_u64));
                    if image && rng.gen_bool(0.5) {
                        factor *= LAMBDA;
                    }
                    let factor = if rng.gen_bool(0.5) { factor } else { -factor };
                    let scalar = Fr::from(rng.gen_range(0..1_u64 << (case % 12)));
                    ((base * factor).into_affine(), scalar)
                })
                .collect();
            compare(&terms, rng.gen_range(0..n).min(30), 4, &mut scratch);
        }
    }

    fn everything_may_cancel() {
        let (mut rng, mut scratch) = (rng(6), Scratch::default());
        for n in [1, 2, 5, 30, 400] {
            let mut terms = random_terms(n, &mut rng);
            let opposite: Terms = terms.iter().rev().map(|(p, k)| (-*p, *k)).collect();
            terms.extend(opposite);
            assert!(compare(&terms, n.min(30), 5, &mut scratch));
            for term in terms.iter_mut().skip(n) {
                *term = ((-term.0 * LAMBDA).into_affine(), -term.1 * LAMBDA * LAMBDA);
            }
            assert!(compare(&terms, n.min(30), 5, &mut scratch));
        }
    }

    fn equal_terms_add_up_and_opposite_ones_vanish() {
        let (mut rng, mut scratch) = (rng(7), Scratch::default());
        for n in [1, 2, 3, 15, 16, 17, 64, 599, 600, 601, 1_000] {
            let (p, k) = (random_point(&mut rng), Fr::rand(&mut rng));
            compare(&std::vec![(p, k); n], n / 2 % 40, 7, &mut scratch);
            let alternating: Terms = (0..n).map(|i| (if i % 2 == 0 { p } else { -p }, k)).collect();
            compare(&alternating, n / 2 % 40, 7, &mut scratch);
        }
    }

    fn many_points_equal_arkworks() {
        let (mut rng, mut scratch, edges) = (rng(8), Scratch::default(), edge_scalars());
        for n in [300, 650, 1_300, 2_600] {
            let mut terms = random_terms(n / 2, &mut rng);
            terms.extend(adversarial_terms(n - n / 2, &mut rng, &edges));
            compare(&terms, n / 20, 5, &mut scratch);
        }
    }

    fn parts_of_a_sum_add_up_to_it() {
        let (mut rng, mut scratch, edges) = (rng(11), Scratch::default(), edge_scalars());
        for n in [30, 650] {
            let terms = adversarial_terms(n, &mut rng, &edges);
            let (points, scalars) = finite(&terms);
            for of in [2, 3] {
                let part = |index| msm_part(&points, &scalars, Part { index, of }, &mut scratch);
                let sum = (0..of).map(part).fold(Jacobian::IDENTITY, |sum, part| sum.add(&part));
                assert_eq!(sum.to_ark(), reference(&terms), "{n} points, {of} parts");
            }
        }
    }

    fn buckets_of_every_width_equal_arkworks() {
        let (mut rng, edges) = (rng(9), edge_scalars());
        let (mut halves, mut runs) = (Vec::new(), Runs::default());
        for width in 2..=16 {
            for n in [0, 1, 2, 7, 8, 9, 40] {
                let terms = adversarial_terms(n, &mut rng, &edges);
                let (points, scalars) = finite(&terms);
                let all = Windows::of(width).part(Part::WHOLE);
                let sum = buckets::msm(&points, &scalars, all, &mut halves, &mut runs);
                assert_eq!(sum.to_ark(), reference(&terms), "{n} points, {width} bits");
                if width > 9 && n > 2 {
                    break; // many buckets, and slow over arrays
                }
            }
        }
    }

    fn scalars_that_put_every_point_into_one_bucket_equal_arkworks() {
        let (mut rng, mut scratch) = (rng(10), Scratch::default());
        let pattern = (0..15).fold(Fr::ZERO, |sum, _| sum * Fr::from(1_u64 << 8) + Fr::ONE);
        for scalar in [Fr::ONE, pattern, -pattern, LAMBDA * pattern, Fr::from(127_u64)] {
            let terms: Terms = (0..640).map(|_| (random_point(&mut rng), scalar)).collect();
            compare(&terms, 3, 5, &mut scratch);
        }
    }

    fn nothing_and_identities_are_the_identity() {
        let mut scratch = Scratch::default();
        assert!(compare(&[], 0, 5, &mut scratch));
        assert!(compare(&[(G1Affine::identity(), Fr::ONE); 20], 10, 5, &mut scratch));
    }

    fn sums_of_coordinates_next_to_2p_equal_arkworks() {
        let mut rng = rng(11);
        // From small x and y up to canonical ones next to p, all written as p more.
        let points: Vec<G1Affine> = (0..4_000).map(|_| random_point(&mut rng)).collect();
        let mut extreme = points.clone();
        extreme.sort_by_key(|p| p.y.0);
        let (lowest, highest) = (extreme[..40].to_vec(), extreme[3_960..].to_vec());
        let chosen: Vec<G1Affine> = lowest.iter().chain(&highest).copied().collect();
        let mut runs = Runs::default();
        runs.pool.extend(chosen.iter().map(|point| {
            let affine = Affine::from_ark(point).expect("not the identity");
            let more = |a: &Fp| limbs::add(&a.0, &MODULUS);
            let ([a, b, c, d], [e, f, g, h]) = (more(&affine.x), more(&affine.y));
            Packed([a, b, c, d, e, f, g, h])
        }));
        let mut expected = Vec::new();
        for _ in 0..cases(200) {
            let pair = [0, 1].map(|_| (rng.gen_range(0..80), rng.gen_bool(0.5)));
            let signed = pair.map(|(i, negative)| if negative { -chosen[i] } else { chosen[i] });
            let sum = (signed[0] + signed[1]).into_affine();
            runs.members.extend(pair.map(|(i, negative)| Signed::new(i, negative)));
            runs.lengths.push(2);
            expected.push(sum);
        }
        runs.shorten();
        runs.index();
        for (i, expected) in expected.iter().enumerate() {
            let sum = runs.run(i).iter().map(|member| {
                let [a, b, c, d, e, f, g, h] = runs.pool[member.position()].0;
                let element = |words: Limbs| Fp(words).add(&Fp::ZERO);
                Affine { x: element([a, b, c, d]), y: element([e, f, g, h]) }
            });
            let sum = sum.fold(Jacobian::IDENTITY, |sum, point| sum.add_affine(&point));
            assert_eq!(sum.to_ark(), *expected);
        }
    }
}
