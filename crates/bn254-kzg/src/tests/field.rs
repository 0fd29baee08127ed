use std::vec::Vec;

use ark_bn254::{Fq, FqConfig};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontConfig, UniformRand};

use super::{cases, edge_fq, rng};
use crate::fp::{self, Fp};
use crate::limbs;

/// All pairs of edge values, then random ones.
fn pairs(seed: u64) -> impl Iterator<Item = (Fq, Fq)> {
    let edges = edge_fq();
    let all: Vec<(Fq, Fq)> = edges
        .iter()
        .flat_map(|a| edges.iter().map(move |b| (*a, *b)))
        .collect();
    let mut rng = rng(seed);
    all.into_iter()
        .chain((0..cases(4_000)).map(move |_| (Fq::rand(&mut rng), Fq::rand(&mut rng))))
}

#[test]
fn constants_are_those_of_the_base_field() {
    assert_eq!(fp::MODULUS, FqConfig::MODULUS.0);
    assert_eq!(fp::NEG_INVERSE, FqConfig::INV);
    assert_eq!(Fq::from(Fp::ONE), Fq::ONE);
    assert_eq!(Fq::from(Fp::ZERO), Fq::ZERO);
}

#[test]
fn every_operation_equals_that_of_arkworks() {
    for (a, b) in pairs(1) {
        let (x, y) = (Fp::from(a), Fp::from(b));
        assert_eq!(Fq::from(x.add(&y)), a + b, "{a} + {b}");
        assert_eq!(Fq::from(x.sub(&y)), a - b, "{a} - {b}");
        assert_eq!(Fq::from(x.mul(&y)), a * b, "{a} · {b}");
        assert_eq!(Fq::from(x.neg()), -a, "-{a}");
        assert_eq!(Fq::from(x.double()), a.double(), "2·{a}");
        assert_eq!(Fq::from(x.triple()), a.double() + a, "3·{a}");
        assert_eq!(Fq::from(x.half()).double(), a, "{a}/2");
        assert_eq!(x.half().double(), x, "{a}/2 is canonical");
        assert_eq!(Fq::from(x.square()), a.square(), "{a}²");
        assert_eq!(x.is_zero(), a == Fq::ZERO);
        assert_eq!(Fp::select(true, &x, &y), x);
        assert_eq!(Fp::select(false, &x, &y), y);
    }
}

#[test]
fn wide_products_equal_those_of_arkworks() {
    let top = [u64::MAX; 4];
    for (a, b) in pairs(2)
        .map(|(a, b)| (a.0.0, b.0.0))
        .chain([(top, top), (top, [1; 4])])
    {
        let (low, high) = BigInt(a).mul(&BigInt(b));
        let wide = limbs::mul_wide(&a, &b);
        assert_eq!((&wide[..4], &wide[4..]), (&low.0[..], &high.0[..]));
    }
}

#[test]
fn factors_below_twice_the_modulus_are_reduced() {
    for (a, b) in pairs(3) {
        let (x, y) = (Fp::from(a), Fp::from(b));
        let sum = x.add_unreduced(&y);
        assert_eq!(Fq::from(fp::mul_reduce(&sum, &y.0)), (a + b) * b);
        assert_eq!(
            Fq::from(fp::reduce(&limbs::mul_wide(&sum, &x.0))),
            (a + b) * a
        );
    }
}

#[test]
fn differences_of_products_are_reduced() {
    for (a, b) in pairs(4) {
        let (x, y) = (Fp::from(a), Fp::from(b));
        let (xx, yy) = (limbs::mul_wide(&x.0, &x.0), limbs::mul_wide(&y.0, &y.0));
        assert_eq!(
            Fq::from(fp::reduce(&fp::sub_products(&xx, &yy))),
            a * a - b * b
        );
    }
}

#[test]
fn nine_times_an_element_plus_or_minus_another_is_reduced() {
    for (a, b) in pairs(7) {
        let (x, y) = (Fp::from(a), Fp::from(b));
        let nine = Fq::from(9);
        assert_eq!(Fq::from(x.nine_times_plus(&y)), nine * a + b, "9·{a} + {b}");
        assert_eq!(
            Fq::from(x.nine_times_minus(&y)),
            nine * a - b,
            "9·{a} - {b}"
        );
    }
}

#[test]
fn nine_times_an_element_is_reduced_beside_every_multiple_of_the_modulus() {
    // as raw integers: the elements next to k·p/9, where the quotient changes, and small distances
    let ninth = Fq::from(9).inverse().expect("a unit");
    let raw = |n: u64| Fq::new_unchecked(BigInt([n, 0, 0, 0]));
    for k in 0..9 {
        for distance in 0..40 {
            for b in [raw(0), raw(1), raw(distance), -raw(1), -raw(distance)] {
                for a in [raw(k) * ninth, -raw(k) * ninth] {
                    for a in [a + raw(distance), a - raw(distance)] {
                        let (x, y) = (Fp::from(a), Fp::from(b));
                        let nine_a = Fq::from(9) * a;
                        assert_eq!(Fq::from(x.nine_times_plus(&y)), nine_a + b);
                        assert_eq!(Fq::from(x.nine_times_minus(&y)), nine_a - b);
                    }
                }
            }
        }
    }
}

#[test]
fn the_largest_wide_integer_allowed_is_reduced() {
    // ⌊0.469·2²⁵⁶⌋·p and a little less, so that the quotient is at its largest
    let factor = [
        u64::MAX,
        u64::MAX,
        u64::MAX,
        (0.469 * 2_f64.powi(64)) as u64,
    ];
    let t = limbs::mul_wide(&fp::MODULUS, &factor);
    assert_eq!(fp::reduce(&t), Fp::ZERO);
    for low in 0..64 {
        let mut t = t;
        // subtract 2^low: the residue is -2^low / R
        let one_bit: [u64; 8] = core::array::from_fn(|i| if i == 0 { 1 << low } else { 0 });
        t = limbs::sub_wide(&t, &one_bit);
        let r_inverse = Fq::new_unchecked(BigInt([1, 0, 0, 0]));
        let expected = -(Fq::from(1_u64 << low) * r_inverse);
        // reduce gives the raw residue; reading it as Montgomery form divides by R once more
        assert_eq!(Fq::from(fp::reduce(&t)), expected * r_inverse);
    }
}

#[test]
fn inverses_equal_those_of_arkworks_and_zero_has_zero() {
    assert_eq!(Fp::ZERO.inverse(), Fp::ZERO);
    let mut rng = rng(5);
    let random = (0..cases(4_000)).map(|_| Fq::rand(&mut rng));
    for a in edge_fq()
        .into_iter()
        .chain((0..2_000).map(Fq::from))
        .chain(random)
    {
        if a != Fq::ZERO {
            assert_eq!(Some(Fq::from(Fp::from(a).inverse())), a.inverse(), "1/{a}");
        }
    }
}

#[test]
fn results_are_canonical() {
    for (a, b) in pairs(6) {
        let (x, y) = (Fp::from(a), Fp::from(b));
        for z in [x.add(&y), x.sub(&y), x.mul(&y), x.neg()] {
            assert!(BigInt(z.0) < FqConfig::MODULUS);
            let mut copy = BigInt(z.0);
            assert!(!copy.sub_with_borrow(&BigInt([0; 4])));
        }
    }
}
