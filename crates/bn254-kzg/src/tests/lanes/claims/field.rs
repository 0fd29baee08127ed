use ark_bn254::{Fq, Fr};
use ark_ff::{Field, PrimeField, UniformRand};
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::super::kernels::field::{Fp8, Loose8, Wide8};
use crate::fp::Fp;
use crate::lanes::limbs52::{self, BaseField, LOW, Limbs52, Modulus, ScalarField};
use crate::tests::lanes::plus_multiple;
use crate::tests::{cases, edge_fq, rng};

pub(super) fn value<F: PrimeField>(limbs: &Limbs52) -> F {
    let base = F::from(2_u64).pow([52]);
    limbs
        .iter()
        .rev()
        .fold(F::ZERO, |v, limb| v * base + F::from(*limb))
}

fn constants_are_those_of<F: PrimeField, M: Modulus>() {
    assert_eq!(value::<F>(&M::MODULUS), F::ZERO);
    assert_eq!(
        value::<F>(&M::INVERSE_OF_LIMB) * F::from(1_u64 << 52),
        F::ONE
    );
    assert_eq!(M::MODULUS[0].wrapping_mul(M::NEG_INVERSE) & LOW, LOW);
    assert_eq!(value::<F>(&M::COMPLEMENT), F::from(2_u64).pow([260]));
    // all are normal, and the bounds that hold for one modulus hold for the other
    for limbs in [M::MODULUS, M::INVERSE_OF_LIMB, M::COMPLEMENT] {
        assert!(limbs.iter().all(|limb| *limb <= LOW));
    }
    let share = |limbs: Limbs52| (limbs[4] << 16 | limbs[3] >> 36) as f64 / 2_f64.powi(68);
    let (modulus, inverse) = (share(M::MODULUS), share(M::INVERSE_OF_LIMB));
    assert!((84.642..84.643).contains(&(1.0 / modulus)));
    assert!(inverse / modulus < 0.1269);
}

claims! {
    fn constants_are_what_they_are_called() {
        constants_are_those_of::<Fq, BaseField>();
        constants_are_those_of::<Fr, ScalarField>();
        assert_eq!(BaseField::MODULUS[3..], ScalarField::MODULUS[3..]);
    }
}

/// Eight random elements, one in three an edge value.
pub(super) fn elements(rng: &mut StdRng, edges: &[Fq]) -> [Fp; 8] {
    core::array::from_fn(|_| {
        let element = if rng.gen_ratio(1, 3) {
            edges[rng.gen_range(0..edges.len())]
        } else {
            Fq::rand(rng)
        };
        element.into()
    })
}

helpers! {
    /// A representative of each element, at most `most`·p + p.
    fn representatives(rng: &mut StdRng, elements: &[Fp; 8], most: u64) -> Fp8 {
        let canonical = Fp8::from_fp(elements).canonical().to_lanes();
        Fp8::from_lanes(&canonical.map(|lane| {
            let k = if rng.gen_ratio(1, 2) { most } else { rng.gen_range(0..=most) };
            plus_multiple(&lane, k)
        }))
    }
}

claims! {
    fn elements_survive_the_conversion() {
        let (mut rng, edges) = (rng(1), edge_fq());
        for chunk in edges.chunks_exact(8) {
            let elements: [Fp; 8] = core::array::from_fn(|i| chunk[i].into());
            assert_eq!(Fp8::from_fp(&elements).to_fp(), elements);
            for most in 0..=3 {
                assert_eq!(representatives(&mut rng, &elements, most).to_fp(), elements);
            }
        }
    }
}

claims! {
    /// Factors up to 83p and 83p, 84p and p, and others. Only where their product is at most 73 p² is the result below 2p.
    fn products_of_the_widest_factors_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(2), edge_fq());
        let one = Fp8::from_fp(&[Fp::ONE; 8]);
        for case in 0..cases(3_000) {
            let (a, b) = (elements(&mut rng, &edges), elements(&mut rng, &edges));
            let (most_a, most_b) = [(82, 82), (0, 83), (7, 7), (5, 2), (1, 1)][case % 5];
            let x = representatives(&mut rng, &a, most_a);
            let y = representatives(&mut rng, &b, most_b);
            let expected: [Fp; 8] = core::array::from_fn(|i| a[i].mul(&b[i]));
            let product = x.mul(&y);
            // a product with something small is small
            assert_eq!(product.mul(&one).to_fp(), expected);
            if (most_a + 1) * (most_b + 1) <= 73 {
                product.debug_assert_between(0, 2);
                assert_eq!(product.to_fp(), expected);
                let zeros = expected.iter().enumerate();
                let mask = zeros.fold(0, |mask, (i, e)| mask | u8::from(e.is_zero()) << i);
                assert_eq!(product.is_zero(), mask);
            }
            let squares: [Fp; 8] = core::array::from_fn(|i| a[i].square());
            assert_eq!(x.square().mul(&one).to_fp(), squares);
        }
    }
}

claims! {
    fn sums_and_differences_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(3), edge_fq());
        for case in 0..cases(2_000) {
            let (a, b) = (elements(&mut rng, &edges), elements(&mut rng, &edges));
            let most = [0, 1, 3, 20, 40][case % 5];
            let x = representatives(&mut rng, &a, most);
            let y = representatives(&mut rng, &b, most);
            let sum = x.add(&y).plus(1).reduce();
            assert_eq!(sum.to_fp(), core::array::from_fn(|i| a[i].add(&b[i])));
            let difference = x.sub(&y).plus(most + 2).reduce();
            assert_eq!(difference.to_fp(), core::array::from_fn(|i| a[i].sub(&b[i])));
        }
    }
}

claims! {
    /// At both ends of the range: p itself, next to it, and just below 84p; with limbs that carry as much as they may.
    fn reducing_holds_at_the_ends_of_its_range() {
        let mut rng = rng(4);
        for case in 0..cases(2_000) {
            let element: Fp = Fq::rand(&mut rng).into();
            let small = Fp8::from_fp(&[element; 8]).canonical();
            let k = [1, 2, 42, 82, 83][case % 5];
            let value = if case % 7 == 0 { Fp8::zero().plus(k) } else { small.plus(k) };
            let expected = if case % 7 == 0 { Fp::ZERO } else { element };
            assert_eq!(value.reduce().to_fp(), [expected; 8]);
            // the same value with limbs of up to 61 bits of either sign
            let mut limbs = value.0;
            for i in 0..4 {
                let shift = rng.gen_range(-(1_i64 << 9)..1 << 9);
                let vector = |x: i64| super::super::vector::V::splat(x as u64);
                limbs[i] = limbs[i].add(vector(shift << 52));
                limbs[i + 1] = limbs[i + 1].sub(vector(shift));
            }
            assert_eq!(Loose8::of(limbs).reduce().to_fp(), [expected; 8]);
        }
    }
}

claims! {
    fn sums_of_products_of_either_sign_are_reduced() {
        let (mut rng, edges) = (rng(5), edge_fq());
        for _ in 0..cases(1_000) {
            let (a, b) = (elements(&mut rng, &edges), elements(&mut rng, &edges));
            let (c, d) = (elements(&mut rng, &edges), elements(&mut rng, &edges));
            let [w, x, y, z] = [a, b, c, d].map(|e| representatives(&mut rng, &e, 5));
            let difference = Wide8::product(&w, &x).sub(&Wide8::product(&y, &z));
            let expected = core::array::from_fn(|i| a[i].mul(&b[i]).sub(&c[i].mul(&d[i])));
            assert_eq!(difference.reduce_loosely().plus(1).normalise().to_fp(), expected);
        }
    }
}

claims! {
    fn conversion_between_limbs_is_exact() {
        let mut rng = rng(6);
        for _ in 0..cases(2_000) {
            let element = Fq::rand(&mut rng);
            let limbs = limbs52::from_fp(&element.into());
            assert_eq!(value::<Fq>(&limbs), element * Fq::from(2_u64).pow([260]));
        }
        assert_eq!(Fq::MODULUS_BIT_SIZE, 254);
    }
}
