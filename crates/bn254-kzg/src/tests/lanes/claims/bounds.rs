//! Where the constants that keep a difference from falling below zero leave least: values at the ends of the bounds
//! that the kernels state, and points in the widest form that they allow. Ordinary values, however many, hardly ever
//! come near.

use ark_bn254::Fq;
use ark_ff::UniformRand;
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::super::kernels::field::{Fp8, Loose8};
use super::super::kernels::points::{Addend8, Jacobian8};
use super::super::kernels::tower::{cyclotomic_square_from, square_from};
use super::super::vector::V;
use super::field::value;
use crate::curve::{Affine, Jacobian};
use crate::fp::Fp;
use crate::lanes::limbs52::{BaseField, Limbs52, Modulus};
use crate::tests::lanes::plus_multiple;
use crate::tests::{cases, rng};
use crate::tower::{Fp2, Fp6, Fp12};

/// Hundredths of p, limb by limb and rounded; limbs have the number's sign.
fn hundredths(number: i64) -> [i64; 5] {
    BaseField::MODULUS.map(|limb| (i128::from(limb) * i128::from(number) / 100) as i64)
}

helpers! {
    /// Values in hundredths of p.
    fn loose(numbers: &[i64; 8]) -> Loose8 {
        let lanes = numbers.map(hundredths);
        Loose8::of(core::array::from_fn(|limb| V::load(&lanes.map(|limbs| limbs[limb] as u64))))
    }
}

/// The elements that such values stand for in lanes 0 to 5.
fn elements_of(re: &[i64; 8], im: &[i64; 8]) -> [Fp2; 6] {
    let r_inverse =
        ark_ff::Field::inverse(&value::<Fq>(&[0, 0, 0, 0, 1 << 52])).expect("2 is a unit");
    let element = |number: i64| -> Fp {
        let limbs = hundredths(number.abs()).map(|limb| limb as u64);
        let magnitude: Fq = value::<Fq>(&limbs) * r_inverse;
        let signed: Fq = if number < 0 { -magnitude } else { magnitude };
        signed.into()
    };
    core::array::from_fn(|lane| Fp2::new(element(re[lane]), element(im[lane])))
}

/// One end of the bounds of each lane, those of the even and those of the odd ones; now and then between them.
fn ends(rng: &mut StdRng, even: [i64; 2], odd: [i64; 2]) -> [i64; 8] {
    core::array::from_fn(|lane| {
        let [least, most] = if lane % 2 == 0 { even } else { odd };
        match rng.gen_range(0..5) {
            0 | 1 => least,
            2 | 3 => most,
            _ => rng.gen_range(least..=most),
        }
    })
}

claims! {
    /// The bounds of t and s are those that `E12::square` derives.
    fn the_last_step_of_a_square_holds_at_the_ends_of_its_bounds() {
        let mut rng = rng(1);
        for case in 0..cases(2_000) {
            let (mut re, mut im) = (ends(&mut rng, [-12, 125], [-28, 141]), ends(&mut rng, [0, 136], [0, 170]));
            match case % 4 {
                // the least and the most that lane 0 can be, in im and in re
                0 => (re[4], im[0], im[1], im[4]) = (125, 136, 0, 136),
                1 => (re[0], re[1], re[4], im[4]) = (125, -28, 125, 0),
                2 => (re[0], re[1], re[4], im[4]) = (-12, 141, -12, 136),
                _ => {}
            }
            let [t0, s0, t1, s1, t2, s2] = elements_of(&re, &im);
            let (t, s) = (Fp6::new(t0, t1, t2), Fp6::new(s0, s1, s2));
            let expected = Fp12::new(s.sub(&t).sub(&t.mul_by_v()), t.add(&t));
            assert_eq!(square_from(&loose(&re), &loose(&im)).to_fp12(), expected);
        }
    }

    /// The bounds of t are those that `E12::cyclotomic_square` derives.
    fn the_last_step_of_a_cyclotomic_square_holds_at_the_ends_of_its_bounds() {
        let mut rng = rng(2);
        for case in 0..cases(2_000) {
            let (mut re, mut im) = (ends(&mut rng, [-22, 540], [-22, 140]), ends(&mut rng, [0, 370], [0, 160]));
            let two_z = [(); 2].map(|()| ends(&mut rng, [0, 600], [0, 600]));
            let [mut re2, im2] = two_z;
            match case % 4 {
                // the least and the most that lane 1 can be, before and after z
                0 => (re[1], im[1], re2[1]) = (-22, 160, 0),
                1 => (re[1], im[1], re2[1]) = (140, 0, 600),
                // the least of an even lane
                2 => (re[0], re2[0], im[0]) = (-22, 600, 0),
                _ => {}
            }
            let [t0, t1, t2, t3, t4, t5] = elements_of(&re, &im);
            let [z0, z1, z2, z3, z4, z5] = elements_of(&re2, &im2);
            let less = |t: &Fp2, z: &Fp2| t.add(t).add(t).sub(z);
            let more = |t: &Fp2, z: &Fp2| t.add(t).add(t).add(z);
            let c0 = Fp6::new(less(&t0, &z0), less(&t2, &z2), less(&t4, &z4));
            let c1 = Fp6::new(more(&t1.mul_by_xi(), &z1), more(&t3, &z3), more(&t5, &z5));
            let [re2, im2] = [re2, im2].map(|two_z| loose(&two_z).normalise());
            let square = cyclotomic_square_from(&loose(&re), &loose(&im), &re2, &im2);
            assert_eq!(square.to_fp12(), Fp12::new(c0, c1));
        }
    }
}

helpers! {
    /// Eight random values: the representative in [0, p), and one of these multiples of p more.
    fn wide(rng: &mut StdRng, multiples: &[u64]) -> Fp8 {
        let random = Fp8::from_fp(&core::array::from_fn(|_| Fq::rand(rng).into())).canonical().to_lanes();
        Fp8::from_lanes(&random.map(|lane| plus_multiple(&lane, multiples[rng.gen_range(0..multiples.len())])))
    }

    /// Eight random values from `least` to `most` in thousandths of p.
    fn between(rng: &mut StdRng, least: u64, most: u64) -> Fp8 {
        let [low, high] = [least, most].map(|number| BaseField::MODULUS[4] * number / 1_000);
        let lanes = wide(rng, &[0]).to_lanes().map(|[a, b, c, d, _]| [a, b, c, d, rng.gen_range(low..high)]);
        Fp8::from_lanes(&lanes)
    }

    /// Points at the ends of what is allowed: x and z below 2p, y below 2.5p. None is on the curve, which no formula
    /// looks at.
    fn wide_points(rng: &mut StdRng) -> Jacobian8 {
        let y = if rng.gen_bool(0.5) { wide(rng, &[0, 1]) } else { between(rng, 2_300, 2_500) };
        Jacobian8 { x: wide(rng, &[0, 1]), y, z: wide(rng, &[0, 1]), identity: 0 }
    }

    fn compare(sum: Jacobian8, expected: impl Fn(usize) -> Jacobian) {
        let sums = sum.into_scalars();
        for (lane, sum) in sums.iter().enumerate() {
            assert_eq!(sum.to_ark(), expected(lane).to_ark(), "lane {lane}");
        }
    }

    /// The addend's points for the scalar crate.
    fn affine(b: &Addend8) -> [Affine; 8] {
        let small = |a: &Fp8| a.plus(1).reduce().to_fp();
        let (x, y) = (small(&b.x), small(&b.y));
        core::array::from_fn(|lane| Affine { x: x[lane], y: y[lane] })
    }
}

claims! {
    fn points_in_their_widest_form_are_added_and_doubled() {
        let mut rng = rng(3);
        for _ in 0..cases(1_000) {
            let (a, b) = (wide_points(&mut rng), wide_points(&mut rng));
            let (scalars_a, scalars_b) = (a.into_scalars(), b.into_scalars());
            compare(a.double(), |lane| scalars_a[lane].double());
            compare(a.add(&b), |lane| scalars_a[lane].add(&scalars_b[lane]));
            let b = Addend8 { x: wide(&mut rng, &[0, 31]), y: wide(&mut rng, &[0, 31, 63]) };
            let addends = affine(&b);
            compare(a.add_affine(0xff, &b), |lane| scalars_a[lane].add_affine(&addends[lane]));
        }
    }

    /// The sum's y is r·(v - x + 2) - y_a·hhh: below zero where r is small and y_a large, and then once in thousands of
    /// times, as the reduction adds a part of p.
    fn sums_are_right_where_their_y_is_below_zero_before_p_is_added() {
        let mut rng = rng(4);
        let mut below_zero = 0;
        let number = cases(10_000);
        for _ in 0..number {
            let x = wide(&mut rng, &[0, 1]);
            let a = Jacobian8 { x, y: between(&mut rng, 2_450, 2_500), z: Fp8::one(), identity: 0 };
            let b = Addend8 { x: wide(&mut rng, &[0, 1]), y: between(&mut rng, 80, 130) };
            let sum = a.add_affine(0xff, &b);
            let (points, addends) = (a.into_scalars(), affine(&b));
            compare(sum, |lane| points[lane].add_affine(&addends[lane]));
            // below p is what was below zero
            let is_below = |y: &Limbs52| y.iter().rev().lt(BaseField::MODULUS.iter().rev());
            below_zero += sum.y.to_lanes().iter().filter(|y| is_below(y)).count();
        }
        assert!(below_zero > 0 || number < 10_000, "no case reached what it is about");
    }
}
