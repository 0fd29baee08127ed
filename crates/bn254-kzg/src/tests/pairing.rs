use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, One, UniformRand};

use super::{cases, edge_scalars, random_point, rng};
use crate::lines::PreparedG2;
use crate::pairing::final_exponentiation;
use crate::{PairingCheck, is_in_g2};

/// Compares target-group values and verdicts; returns the verdict.
fn compare(check: &PairingCheck, p: [G1Affine; 2], q: [G2Affine; 2]) -> bool {
    let expected = Bn254::multi_pairing(p, q).0;
    let value = final_exponentiation(&check.miller_loop(&p[0], &p[1]));
    assert_eq!(Fq12::from(value), expected);
    let verdict = check.check(&p[0], &p[1]);
    assert_eq!(verdict, expected.is_one());
    verdict
}

#[test]
fn target_group_values_equal_those_of_arkworks() {
    let mut rng = rng(1);
    let mut accepted = 0;
    let n = cases(24);
    for case in 0..n {
        let secret = Fr::rand(&mut rng);
        let q0 = G2Projective::rand(&mut rng).into_affine();
        let q1 = (-(q0 * secret)).into_affine();
        let check = PairingCheck::new(&q0, &q1);
        let p1 = random_point(&mut rng);
        let p0 = match case % 4 {
            0 | 1 => p1 * secret,
            2 => -(p1 * secret),
            _ => p1 * (secret + Fr::ONE),
        };
        accepted += usize::from(compare(&check, [p0.into_affine(), p1], [q0, q1]));
    }
    assert_eq!(accepted, (0..n).filter(|case| case % 4 < 2).count());
}

#[test]
fn values_equal_those_of_arkworks_for_extreme_secrets_and_multiples_of_the_generators() {
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    for secret in edge_scalars() {
        let q1 = (-(g2 * secret)).into_affine();
        let check = PairingCheck::new(&g2, &q1);
        assert!(compare(&check, [(g1 * secret).into_affine(), g1], [g2, q1]));
        assert_eq!(compare(&check, [g1, g1], [g2, q1]), secret == Fr::ONE);
    }
}

#[test]
fn identity_points_of_g1_contribute_one() {
    let mut rng = rng(2);
    let q = [(); 2].map(|()| G2Projective::rand(&mut rng).into_affine());
    let check = PairingCheck::new(&q[0], &q[1]);
    let (p, o) = (random_point(&mut rng), G1Affine::identity());
    assert!(compare(&check, [o, o], q));
    assert!(!compare(&check, [p, o], q));
    assert!(!compare(&check, [o, p], q));
}

#[test]
fn identity_points_of_g2_contribute_one() {
    let mut rng = rng(3);
    let (q, o2) = (
        G2Projective::rand(&mut rng).into_affine(),
        G2Affine::identity(),
    );
    let (p, o1) = (random_point(&mut rng), G1Affine::identity());
    for (q0, q1, p0, p1, verdict) in [
        (o2, o2, p, p, true),
        (q, o2, p, p, false),
        (o2, q, p, p, false),
        (q, o2, o1, p, true),
        (o2, q, p, o1, true),
        (o2, q, o1, p, false),
    ] {
        let check = PairingCheck::new(&q0, &q1);
        assert_eq!(compare(&check, [p0, p1], [q0, q1]), verdict);
    }
}

#[test]
fn equal_points_on_both_sides_cancel_only_against_opposite_ones() {
    let mut rng = rng(4);
    let q = G2Projective::rand(&mut rng).into_affine();
    let p = random_point(&mut rng);
    assert!(compare(&PairingCheck::new(&q, &q), [p, -p], [q, q]));
    assert!(!compare(&PairingCheck::new(&q, &q), [p, p], [q, q]));
    assert!(compare(&PairingCheck::new(&q, &-q), [p, p], [q, -q]));
    assert!(!compare(&PairingCheck::new(&q, &-q), [p, -p], [q, -q]));
}

#[test]
fn membership_of_g2_equals_multiplication_by_the_order() {
    use ark_bn254::{Fq2, g2::Config};
    use ark_ec::short_weierstrass::SWCurveConfig;
    use ark_ff::PrimeField;
    assert!(is_in_g2(&G2Affine::identity()));
    assert!(is_in_g2(&G2Affine::generator()));
    let mut rng = rng(6);
    let mut outside = 0;
    for _ in 0..cases(40).min(2_000) {
        let inside = G2Projective::rand(&mut rng).into_affine();
        assert!(is_in_g2(&inside));
        let (x, y) = inside.xy().expect("not the identity");
        assert!(!is_in_g2(&G2Affine::new_unchecked(x, y + Fq2::ONE)));
        let x = Fq2::rand(&mut rng);
        if let Some(on_curve) = G2Affine::get_point_from_x_unchecked(x, false) {
            let in_subgroup =
                Config::mul_affine(&on_curve, Fr::MODULUS.as_ref()) == G2Projective::ZERO;
            assert_eq!(is_in_g2(&on_curve), in_subgroup);
            outside += usize::from(!in_subgroup);
        }
    }
    assert!(outside > 0);
}

#[test]
fn debug_output_shows_the_number_of_lines() {
    let prepared = PreparedG2::new(&G2Affine::generator());
    let lines = prepared.lines().count();
    assert_eq!(
        std::format!("{prepared:?}"),
        std::format!("PreparedG2 {{ lines: {lines} }}")
    );
}
