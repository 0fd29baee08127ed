use std::vec::Vec;

use ark_bn254::{Fq2, Fq6, Fq12};
use ark_ff::UniformRand;
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::super::kernels::field::Fp8;
use super::super::kernels::tower::E12;
use super::field::elements;
use crate::lanes::limbs52::{BaseField, Limbs52, Modulus};
use crate::lanes::pairing::frobenius_constants;
use crate::tests::lanes::plus_multiple;
use crate::tests::{cases, edge_fq, rng};
use crate::tower::{Fp2, Fp6, Fp12};

/// How wide representatives are chosen.
#[derive(Clone, Copy)]
enum Width {
    Random,
    /// All as wide as the invariant lets them be.
    Widest,
    /// All canonical.
    Least,
}

helpers! {
    /// The same elements as other representatives, at most 3p; in the lanes without meaning too.
    fn spread(rng: &mut StdRng, f: &E12, width: Width) -> E12 {
        let mut part = |part: &Fp8| {
            let mut lanes = part.canonical().to_lanes();
            for lane in lanes.iter_mut() {
                // 3p itself stands for zero
                let most = if *lane == [0; 5] { 3 } else { 2 };
                let k = match width {
                    Width::Random => rng.gen_range(0..=most),
                    Width::Widest => most,
                    Width::Least => 0,
                };
                *lane = plus_multiple(lane, k);
            }
            Fp8::from_lanes(&lanes)
        };
        E12 {
            re: part(&f.re),
            im: part(&f.im),
        }
    }
}

fn random(rng: &mut StdRng, edges: &[ark_bn254::Fq]) -> Fp12 {
    let [re, im] = [(); 2].map(|()| elements(rng, edges));
    let c = |i: usize| Fp2::new(re[i], im[i]);
    Fp12::new(Fp6::new(c(0), c(1), c(2)), Fp6::new(c(3), c(4), c(5)))
}

/// All coordinates p - 1, or all zero but one: sums of products at their largest and smallest.
fn structured() -> Vec<Fp12> {
    use ark_ff::{AdditiveGroup, Field};
    let last = -ark_bn254::Fq::ONE;
    // the Montgomery form p - 1, for R = 2²⁶⁰
    let largest = last
        * ark_bn254::Fq::from(2_u64)
            .pow([260])
            .inverse()
            .expect("2 is a unit");
    let mut all = std::vec![Fp12::ONE, Fp12::default()];
    for coordinate in [last, largest] {
        for (re, im) in [
            (coordinate, coordinate),
            (coordinate, ark_bn254::Fq::ZERO),
            (ark_bn254::Fq::ZERO, coordinate),
        ] {
            let c = Fq2::new(re, im);
            let six = Fq6::new(c, c, c);
            all.push(Fq12::new(six, six).into());
            for i in 0..6 {
                let mut cs = [Fq2::ZERO; 6];
                cs[i] = c;
                let [a, b, c, d, e, f] = cs;
                all.push(Fq12::new(Fq6::new(a, b, c), Fq6::new(d, e, f)).into());
            }
        }
    }
    all
}

helpers! {
    fn compare(rng: &mut StdRng, a: &Fp12, b: &Fp12, width: Width) {
        let x = spread(rng, &E12::from_fp12(a), width);
        let y = spread(rng, &E12::from_fp12(b), width);
        assert_eq!(x.to_fp12(), *a);
        assert_eq!(x.mul(&y).to_fp12(), a.mul(b));
        assert_eq!(x.square().to_fp12(), a.square());
        assert_eq!(x.conjugate().to_fp12(), a.conjugate());
        for (power, constants) in (1..).zip(frobenius_constants()) {
            assert_eq!(x.frobenius(power, constants).to_fp12(), a.frobenius(power));
        }
        assert_eq!(x.is_one(), *a == Fp12::ONE);
    }
}

claims! {
    fn products_squares_and_powers_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(1), edge_fq());
        for case in 0..cases(2_000) {
            let (a, b) = (random(&mut rng, &edges), random(&mut rng, &edges));
            let width = [Width::Random, Width::Widest, Width::Least][case % 3];
            compare(&mut rng, &a, &b, width);
        }
    }
}

claims! {
    fn extreme_elements_in_their_widest_form_equal_the_scalar_ones() {
        let mut rng = rng(2);
        let all = structured();
        for a in &all {
            for b in &all {
                compare(&mut rng, a, b, Width::Widest);
                compare(&mut rng, a, b, Width::Random);
            }
        }
    }
}

claims! {
    /// The cyclotomic formula is a polynomial in the coordinates, so it may be compared on any element.
    fn cyclotomic_squares_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(3), edge_fq());
        let others = (0..cases(2_000)).map(|_| random(&mut rng, &edges));
        let all: Vec<Fp12> = structured().into_iter().chain(others).collect();
        for a in all {
            for width in [Width::Widest, Width::Random, Width::Least] {
                let x = spread(&mut rng, &E12::from_fp12(&a), width);
                assert_eq!(x.cyclotomic_square().to_fp12(), a.cyclotomic_square());
            }
        }
    }
}

claims! {
    fn final_exponentiations_equal_the_scalar_ones() {
        let (mut rng, edges) = (rng(4), edge_fq());
        let mut all: Vec<Fp12> = (0..cases(40)).map(|_| random(&mut rng, &edges)).collect();
        all.extend((0..4).map(|_| Fp12::from(Fq12::rand(&mut rng))));
        all.extend([Fp12::ONE, Fp12::default()]);
        for a in all {
            let value = spread(&mut rng, &E12::from_fp12(&a), Width::Widest).final_exponentiation();
            assert_eq!(value.to_fp12(), crate::pairing::final_exponentiation(&a));
        }
    }
}

claims! {
    /// Only the coordinates of one and its representatives are one.
    fn one_is_told_from_its_neighbours() {
        let mut rng = rng(5);
        for width in [Width::Widest, Width::Random, Width::Least] {
            assert!(spread(&mut rng, &E12::one(), width).is_one());
        }
        let one: Limbs52 = E12::one().re.canonical().to_lanes()[0];
        for lane in 0..6 {
            for in_re in [true, false] {
                let f = E12::one();
                let part = if in_re { &f.re } else { &f.im };
                let mut lanes = part.canonical().to_lanes();
                lanes[lane] = if lanes[lane] == one { [0; 5] } else { one };
                let changed = Fp8::from_lanes(&lanes);
                let g = if in_re { E12 { re: changed, im: f.im } } else { E12 { re: f.re, im: changed } };
                assert!(!g.is_one());
            }
        }
        assert!(BaseField::MODULUS[4] < 1 << 46);
    }
}
