use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;

use super::super::kernels::miller_loop::miller_loop;
use crate::curve::Affine;
use crate::lanes::pairing::Coefficients;
use crate::lanes::pairing::windows;
use crate::pairing::windows::of as window_constants;
use crate::tests::{cases, edge_scalars, random_point, rng};
use std::vec::Vec;

helpers! {
    /// The pairing value in lanes; pairs with an identity are left out, as the check leaves them out.
    fn value(p: [G1Affine; 2], q: [G2Affine; 2]) -> Fq12 {
        let windows = q.map(|q| if q.is_zero() { Vec::new() } else { windows(&window_constants(&q)) });
        let points = p.map(|p| Affine::from_ark(&p));
        let pair = |i: usize| -> Option<&[Coefficients]> {
            (points[i].is_some() && !windows[i].is_empty()).then_some(&windows[i][..])
        };
        let pairs = [pair(0), pair(1)];
        let f = miller_loop(&points.map(Option::unwrap_or_default), pairs);
        f.final_exponentiation().to_fp12().into()
    }
}

helpers! {
    fn compare(p: [G1Affine; 2], q: [G2Affine; 2]) {
        assert_eq!(value(p, q), Bn254::multi_pairing(p, q).0);
    }
}

claims! {
    fn target_group_values_equal_those_of_arkworks() {
        let mut rng = rng(1);
        for case in 0..cases(24) {
            let secret = Fr::rand(&mut rng);
            let q0 = G2Projective::rand(&mut rng).into_affine();
            let q1 = (-(q0 * secret)).into_affine();
            let p1 = random_point(&mut rng);
            let p0 = match case % 3 {
                0 => p1 * secret,
                1 => -(p1 * secret),
                _ => p1 * (secret + Fr::from(1)),
            };
            compare([p0.into_affine(), p1], [q0, q1]);
        }
    }
}

claims! {
    fn values_equal_those_of_arkworks_for_extreme_secrets_and_multiples_of_the_generators() {
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        for secret in edge_scalars() {
            let q1 = (-(g2 * secret)).into_affine();
            compare([(g1 * secret).into_affine(), g1], [g2, q1]);
        }
    }
}

claims! {
    fn pairs_with_an_identity_contribute_one() {
        let mut rng = rng(2);
        let (p, o1) = (random_point(&mut rng), G1Affine::identity());
        let (q, o2) = (G2Projective::rand(&mut rng).into_affine(), G2Affine::identity());
        for points in [[p, o1], [o1, p], [o1, o1], [p, p]] {
            for twist in [[q, o2], [o2, q], [o2, o2], [q, q], [q, -q]] {
                compare(points, twist);
            }
        }
    }
}

claims! {
    /// Points whose coordinates are at the edges: small ones and their negatives, and those with x = 0 do not exist.
    fn points_with_small_coordinates_equal_arkworks() {
        let (g2, mut rng) = (G2Affine::generator(), rng(3));
        let small = (0..60_u64).filter_map(|x| {
            let x = if x % 2 == 0 { ark_bn254::Fq::from(x) } else { -ark_bn254::Fq::from(x) };
            G1Affine::get_point_from_x_unchecked(x, x == ark_bn254::Fq::from(4_u64))
        });
        for p in small {
            compare([p, random_point(&mut rng)], [g2, -g2]);
            compare([p, p], [g2, -g2]);
        }
    }
}
