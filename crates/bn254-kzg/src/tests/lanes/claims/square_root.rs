use std::vec::Vec;

use ark_bn254::{Fq, G1Affine};
use ark_ff::{AdditiveGroup, BigInteger, Field, LegendreSymbol, PrimeField, UniformRand};
use ark_std::rand::Rng;

use super::super::kernels::field::Fp8;
use super::super::kernels::square_root::decompress;
use crate::fp::Fp;
use crate::tests::lanes::plus_multiple;
use crate::tests::{cases, edge_fq, random_point, rng};

/// What arkworks finds for an x and a parity.
fn reference(&(x, y_is_odd): &(Fq, bool)) -> Option<G1Affine> {
    let (a, b) = G1Affine::get_ys_from_x_unchecked(x)?;
    let y = if a.into_bigint().is_odd() == y_is_odd {
        a
    } else {
        b
    };
    Some(G1Affine::new_unchecked(x, y))
}

helpers! {
    /// Compares with arkworks and with the scalar form; returns how many are points.
    fn compare(compressed: &[(Fq, bool)]) -> usize {
        let found = decompress(compressed);
        assert_eq!(found.len(), compressed.len());
        for (given, found) in compressed.iter().zip(&found) {
            assert_eq!(*found, reference(given), "{given:?}");
            assert_eq!(*found, crate::decompress(&given.0, given.1), "{given:?}");
        }
        found.iter().flatten().count()
    }
}

claims! {
    fn points_of_every_x_and_parity_equal_arkworks() {
        let mut rng = rng(1);
        let random = (0..cases(400)).map(|_| Fq::rand(&mut rng));
        let x: Vec<Fq> = edge_fq().into_iter().chain((0..100).map(Fq::from)).chain(random).collect();
        let both: Vec<(Fq, bool)> = x.iter().flat_map(|x| [(*x, false), (*x, true)]).collect();
        let points = compare(&both);
        assert!(points > both.len() / 3 && points < both.len() * 2 / 3, "{points}");
    }

    /// Whole groups, groups that are not full, and none.
    fn lists_of_every_length_equal_arkworks() {
        let mut rng = rng(2);
        for length in 0..=17 {
            let compressed: Vec<(Fq, bool)> =
                (0..length).map(|_| (Fq::rand(&mut rng), rng.gen_bool(0.5))).collect();
            compare(&compressed);
            // all points, all with one parity
            let points = |odd| (0..length).map(|i| (Fq::from([1, 2, 11][i % 3]), odd)).collect::<Vec<_>>();
            compare(&points(false));
            compare(&points(true));
        }
    }

    /// A lane tells neither its neighbours' parity nor whether they are points.
    fn one_lane_does_not_change_another() {
        let (yes, no) = (Fq::from(1), Fq::from(4)); // 1 + 3 = 2², and 4³ + 3 is no square
        for pattern in 0..256_usize {
            let bit = |lane: usize| pattern >> lane & 1 == 1;
            let by_x: Vec<_> = (0..8).map(|i| (if bit(i) { yes } else { no }, i % 2 == 0)).collect();
            assert_eq!(compare(&by_x), pattern.count_ones() as usize);
            let by_parity: Vec<_> = (0..8).map(|i| (yes, bit(i))).collect();
            assert_eq!(compare(&by_parity), 8);
        }
    }

    fn a_points_x_and_parity_give_it_back() {
        let mut rng = rng(3);
        let points: Vec<G1Affine> = (0..cases(100))
            .flat_map(|_| {
                let point = random_point(&mut rng);
                [point, -point]
            })
            .collect();
        let compressed: Vec<_> =
            points.iter().map(|point| (point.x, point.y.into_bigint().is_odd())).collect();
        let expected: Vec<_> = points.into_iter().map(Some).collect();
        assert_eq!(decompress(&compressed), expected);
    }

    /// Of every representative that the root may be asked for, squares, their negatives, zero and one among them.
    fn roots_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(4), edge_fq());
        for case in 0..cases(60) {
            let elements: [Fq; 8] = core::array::from_fn(|lane| {
                let element = match rng.gen_range(0..3) {
                    0 => edges[rng.gen_range(0..edges.len())],
                    _ => Fq::rand(&mut rng),
                };
                match (case + lane) % 4 {
                    0 => Fq::ZERO,
                    1 => element.square(),
                    2 => -element.square(),
                    _ => element,
                }
            });
            let canonical = Fp8::from_fp(&elements.map(Fp::from)).canonical().to_lanes();
            let raised = Fp8::from_lanes(&canonical.map(|lane| plus_multiple(&lane, rng.gen_range(0..2))));
            let (roots, has_root) = raised.square_roots();
            let roots = roots.to_fp();
            for (lane, element) in elements.iter().enumerate() {
                let is_square = element.legendre() != LegendreSymbol::QuadraticNonResidue;
                assert_eq!(has_root >> lane & 1 == 1, is_square, "{element}");
                if is_square {
                    assert_eq!(Some(roots[lane]), Fp::from(*element).square_root(), "{element}");
                    assert_eq!(Fq::from(roots[lane]).square(), *element);
                }
            }
        }
    }
}
