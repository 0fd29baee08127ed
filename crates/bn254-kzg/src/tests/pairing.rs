use ark_bn254::{Bn254, Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, One, UniformRand};

use super::{cases, edge_scalars, random_point, rng};
use crate::{Lanes, PairingCheck, PreparedG2, is_in_g2};

/// Both points prepared in each way.
fn checks(q: [G2Affine; 2]) -> [PairingCheck; 4] {
    let [[lines0, windows0], [lines1, windows1]] =
        q.map(|q| [PreparedG2::lines(&q), PreparedG2::windows(&q)]);
    [
        PairingCheck::new(lines0.clone(), lines1.clone()),
        PairingCheck::new(lines0, windows1.clone()),
        PairingCheck::new(windows0.clone(), lines1),
        PairingCheck::new(windows0, windows1),
    ]
}

/// Compares target-group values and verdicts; returns the verdict.
fn compare(checks: &[PairingCheck; 4], p: [G1Affine; 2], q: [G2Affine; 2]) -> bool {
    let expected = Bn254::multi_pairing(p, q).0;
    for check in checks {
        assert_eq!(check.value(&p[0], &p[1]), expected, "{check:?}");
        assert_eq!(check.check(&p[0], &p[1]), expected.is_one(), "{check:?}");
        if let Some(lanes) = Lanes::detect() {
            let in_lanes = check.clone().in_lanes(lanes);
            assert!(in_lanes.is_in_lanes());
            let verdict = in_lanes.check(&p[0], &p[1]);
            assert_eq!(verdict, expected.is_one(), "{in_lanes:?}");
            assert_eq!(in_lanes.value(&p[0], &p[1]), expected, "{in_lanes:?}");
        }
    }
    expected.is_one()
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
        let checks = checks([q0, q1]);
        let p1 = random_point(&mut rng);
        let p0 = match case % 4 {
            0 | 1 => p1 * secret,
            2 => -(p1 * secret),
            _ => p1 * (secret + Fr::ONE),
        };
        accepted += usize::from(compare(&checks, [p0.into_affine(), p1], [q0, q1]));
    }
    assert_eq!(accepted, (0..n).filter(|case| case % 4 < 2).count());
}

#[test]
fn values_equal_those_of_arkworks_for_extreme_secrets_and_multiples_of_the_generators() {
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    for secret in edge_scalars() {
        let q1 = (-(g2 * secret)).into_affine();
        let checks = checks([g2, q1]);
        assert!(compare(
            &checks,
            [(g1 * secret).into_affine(), g1],
            [g2, q1]
        ));
        assert_eq!(compare(&checks, [g1, g1], [g2, q1]), secret == Fr::ONE);
    }
}

#[test]
fn identity_points_of_g1_contribute_one() {
    let mut rng = rng(2);
    let q = [(); 2].map(|()| G2Projective::rand(&mut rng).into_affine());
    let checks = checks([q[0], q[1]]);
    let (p, o) = (random_point(&mut rng), G1Affine::identity());
    assert!(compare(&checks, [o, o], q));
    assert!(!compare(&checks, [p, o], q));
    assert!(!compare(&checks, [o, p], q));
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
        let checks = checks([q0, q1]);
        assert_eq!(compare(&checks, [p0, p1], [q0, q1]), verdict);
    }
}

#[test]
fn equal_points_on_both_sides_cancel_only_against_opposite_ones() {
    let mut rng = rng(4);
    let q = G2Projective::rand(&mut rng).into_affine();
    let p = random_point(&mut rng);
    assert!(compare(&checks([q, q]), [p, -p], [q, q]));
    assert!(!compare(&checks([q, q]), [p, p], [q, q]));
    assert!(compare(&checks([q, -q]), [p, p], [q, -q]));
    assert!(!compare(&checks([q, -q]), [p, -p], [q, -q]));
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
fn points_outside_of_the_subgroup_do_not_panic() {
    let mut rng = rng(7);
    let outside = (0..8).filter_map(|_| {
        let x = ark_bn254::Fq2::rand(&mut rng);
        G2Affine::get_point_from_x_unchecked(x, false)
    });
    // not even on the twist: with y = 0 a tangent is vertical
    let odd = [(0, 0), (1, 0), (0, 1)].map(|(x, y)| {
        let [x, y]: [ark_bn254::Fq2; 2] = [x, y].map(ark_bn254::Fq2::from);
        G2Affine::new_unchecked(x, y)
    });
    let (p, q) = (G1Affine::generator(), G2Affine::generator());
    for point in outside.chain(odd) {
        for check in checks([point, q]) {
            check.check(&p, &p);
        }
    }
}

#[test]
fn debug_output_shows_how_a_point_is_prepared() {
    let q = G2Affine::generator();
    assert_eq!(
        std::format!("{:?}", PreparedG2::lines(&q)),
        "PreparedG2(lines)"
    );
    assert_eq!(
        std::format!("{:?}", PreparedG2::windows(&q)),
        "PreparedG2(windows)"
    );
    assert_eq!(
        std::format!("{:?}", PreparedG2::windows(&G2Affine::identity())),
        "PreparedG2(identity)"
    );
}
