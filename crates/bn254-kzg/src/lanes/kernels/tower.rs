//! Fp12 = Fp2\[w\] / (w⁶ - ξ), ξ = 9 + u: the six coefficients side by side in lanes.
//!
//! ```text
//! lane         0    1    2    3    4    5    6    7
//! re, im       w⁰   w¹   w²   w³   w⁴   w⁵   –    –
//! ```
//!
//! In the scalar tower Fp12 = Fp6\[w\] / (w² - v) the even powers are the coefficients of `c0`, the odd ones of
//! `c1`. Lanes 6 and 7 hold nothing of meaning, but keep the same bounds.
//!
//! # Invariant
//!
//! Both parts are normal and at most 3p. Each function says why its result is; 2²⁶⁰ is 84.64 p, and a sum of
//! products T gives a value between T/84.64 and T/84.64 + 1.1271 p (see [`field`](super::field)), T in p².

#![allow(
    clippy::wrong_self_convention,
    reason = "several hundred bytes are better not passed by value"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "indices count over arrays of known length"
)]

use super::super::super::Mask;
use super::super::super::pairing::Coefficients;
use super::super::vector::V;
use super::field::{Fp8, Loose8, Stored8, Wide8};
use crate::fp::Fp;
use crate::tower::{Fp2, Fp6, Fp12};

/// An element of Fp12.
#[derive(Clone, Copy)]
pub(crate) struct E12 {
    pub(crate) re: Fp8,
    pub(crate) im: Fp8,
}

/// The lanes of w⁰, w² and w⁴.
const EVEN: Mask = 0b01_0101;
/// The lanes of w¹, w³ and w⁵.
const ODD: Mask = 0b10_1010;

kernels! {
    /// An index for a permutation.
    fn index(lanes: [u64; 8]) -> V {
        V::load(&lanes)
    }

    /// ξ·(re, im) = (9·re - im, 9·im + re), both below 1.5p, for parts of at most 6p: 9·re - im + 8p is from 2p to
    /// 62p, 9·im + re + p from p to 61p.
    fn times_xi(re: &Fp8, im: &Fp8) -> (Fp8, Fp8) {
        let xi_re = re.eight_times().add(re).sub(im).plus(8).reduce();
        let xi_im = im.eight_times().add(im).add(re).plus(1).reduce();
        (xi_re, xi_im)
    }

    /// The lanes moved up by two, 6 and 7 to 0 and 1.
    fn two_up(a: &Fp8) -> Fp8 {
        a.shift_lanes::<6>(a)
    }

    /// Lane k gets Σⱼ a_(k-j)·bⱼ for j = 0 to 5, where an index below 0 stands for that of ξ·a plus 6: the product
    /// of polynomials modulo w⁶ - ξ. `wrapped` is ξ·a moved up by two lanes, so that its lanes 2 to 7 are those of
    /// w⁰ to w⁵ and come in from below. Adds less than 54·2⁵² to a column.
    fn times_polynomial(a: &Fp8, wrapped: &Fp8, b: &Stored8) -> Wide8 {
        let mut sum = Wide8::zero();
        add_rotated(&mut sum, a, b, 0);
        add_rotated(&mut sum, &a.shift_lanes::<7>(wrapped), b, 1);
        add_rotated(&mut sum, &a.shift_lanes::<6>(wrapped), b, 2);
        add_rotated(&mut sum, &a.shift_lanes::<5>(wrapped), b, 3);
        add_rotated(&mut sum, &a.shift_lanes::<4>(wrapped), b, 4);
        add_rotated(&mut sum, &a.shift_lanes::<3>(wrapped), b, 5);
        sum
    }

    /// Two products in Fp6 = Fp2\[v\] / (v³ - ξ) at once, one in the even lanes, one in the odd ones. Adds less than
    /// 27·2⁵² to a column.
    fn times_two_polynomials(a: &Fp8, wrapped: &Fp8, b: &Stored8) -> Wide8 {
        let mut sum = Wide8::zero();
        add_rotated_pair(&mut sum, a, b, 0);
        add_rotated_pair(&mut sum, &a.shift_lanes::<6>(wrapped), b, 1);
        add_rotated_pair(&mut sum, &a.shift_lanes::<4>(wrapped), b, 2);
        sum
    }

    /// `sum += a·b[lane]`
    fn add_rotated(sum: &mut Wide8, a: &Fp8, b: &Stored8, lane: usize) {
        for (j, limb) in b.iter().enumerate() {
            add_row(sum, a, V::splat(limb[lane]), j);
        }
    }

    /// `sum += a·(b[2·pair], b[2·pair + 1])` in the even and in the odd lanes
    fn add_rotated_pair(sum: &mut Wide8, a: &Fp8, b: &Stored8, pair: usize) {
        for (j, limb) in b.iter().enumerate() {
            add_row(sum, a, V::splat_pair(limb[2 * pair], limb[2 * pair + 1]), j);
        }
    }

    /// `sum += a·b·2^(52·j)`
    fn add_row(sum: &mut Wide8, a: &Fp8, b: V, j: usize) {
        let w = &mut sum.0;
        for i in 0..5 {
            w[i + j] = w[i + j].mul_add_low(a.0[i], b);
        }
        for i in 0..5 {
            w[i + j + 1] = w[i + j + 1].mul_add_high(a.0[i], b);
        }
    }

    /// 3p - a in the lanes of the mask.
    fn negate_where(a: &Fp8, mask: Mask) -> Fp8 {
        Loose8::select(mask, &a.minus_from(3), a).normalise()
    }

    /// t with 9·t - other or 9·t + other in one lane: half of a multiplication by ξ.
    fn times_xi_in_lane(t_re: &Loose8, t_im: &Loose8, lane: Mask) -> (Loose8, Loose8) {
        let re = t_re.add_where(lane, &t_re.eight_times().sub(t_im));
        let im = t_im.add_where(lane, &t_im.eight_times().add(t_re));
        (re, im)
    }
}

impl E12 {
    kernels! {
        /// The p⁶-th power; for an element of norm 1 over Fp6 also its inverse.
        pub(crate) fn conjugate(&self) -> E12 {
            E12 {
                re: negate_where(&self.re, ODD),
                im: negate_where(&self.im, ODD),
            }
        }
    }

    routines! {
        /// Karatsuba's three products, 1,022 multiplications of 52 bits.
        ///
        /// re: two sums of six products of at most 9p² differ by at most 54 p², so T/R is from -0.64p to 0.64p;
        /// plus p it is from 0.36p to 2.77p. im: Σ(aᵣbᵢ + aᵢbᵣ) is from 0 to 108 p², so at most 2.41p.
        /// Columns stay below 2·54·2⁵².
        pub(crate) fn mul(&self, b: &E12) -> E12 {
            self.debug_assert_invariant();
            b.debug_assert_invariant();
            let (b_re, b_im) = (b.re.store(), b.im.store());
            let b_sum = b.re.add(&b.im).normalise().store();
            let (xi_re, xi_im) = times_xi(&self.re, &self.im);
            let xi_sum = xi_re.add(&xi_im).normalise();
            let re_re = times_polynomial(&self.re, &two_up(&xi_re), &b_re);
            let im_im = times_polynomial(&self.im, &two_up(&xi_im), &b_im);
            let re = re_re.sub(&im_im).reduce_loosely().plus(1).normalise();
            let both = re_re.add(&im_im);
            let sum = self.re.add(&self.im).normalise();
            let im = times_polynomial(&sum, &two_up(&xi_sum), &b_sum).sub(&both).reduce();
            E12::of(re, im)
        }

        /// Complex squaring over Fp6, 612 multiplications of 52 bits: with t = c0·c1 in the even lanes and
        /// s = (c0 + c1)·(c0 + v·c1) in the odd ones, the square is s - t - v·t + 2·t·w.
        ///
        /// The first factors are at most 3p in the even lanes and 6p in the odd ones, the second ones 1.07p (reduced from
        /// at most 8p) and 1.3p. So re of t, where three products differ by at most 9.7 p², is from -0.12p to 1.25p, and
        /// im, where six are at most 19.3 p², from 0 to 1.36p; s is from -0.28p to 1.41p and from 0 to 1.7p. v·t has ξ
        /// in lane 0. There s - t - v·t is at least -0.28p - 1.25p - 9·1.25p = -12.8p in re and at least
        /// -1.36p - (9·1.36p + 1.25p) = -14.9p in im, and at most 1.41p + 0.12p + 9·0.12p + 1.36p = 4p. With 16p it is
        /// from 1.1p to 20p, and so is 2t: reduced they are below 1.2p.
        pub(crate) fn square(&self) -> E12 {
            self.debug_assert_invariant();
            let even_before = index([0, 0, 2, 2, 4, 4, 6, 6]);
            let swap = index([1, 0, 3, 2, 5, 4, 7, 6]);
            let (re, im) = (&self.re, &self.im);
            // c0 in the even lanes, c0 + c1 in the odd ones
            let a_re = re.add_where(ODD, &re.permute(even_before)).normalise();
            let a_im = im.add_where(ODD, &im.permute(even_before)).normalise();
            // c1 in the even lanes, c0 + v·c1 in the odd ones; v·c1 is ξ times the coefficient of w⁵, then those of
            // w¹ and w³. re is from -3p to 33p, im from 0 to 33p.
            let times_v = index([0, 5, 0, 1, 0, 3, 0, 0]);
            let (x_re, x_im) = times_xi_in_lane(re, im, 1 << 5);
            let b_re = re.permute(swap).add_where(ODD, &x_re.permute(times_v)).plus(5).reduce();
            let b_im = im.permute(swap).add_where(ODD, &x_im.permute(times_v)).plus(1).reduce();
            let b_sum = b_re.add(&b_im).normalise();
            let (xi_re, xi_im) = times_xi(&a_re, &a_im);
            let xi_sum = xi_re.add(&xi_im).normalise();
            let re_re = times_two_polynomials(&a_re, &two_up(&xi_re), &b_re.store());
            let im_im = times_two_polynomials(&a_im, &two_up(&xi_im), &b_im.store());
            let t_re = re_re.sub(&im_im).reduce_loosely();
            let both = re_re.add(&im_im);
            let a_sum = a_re.add(&a_im).normalise();
            let t_im = times_two_polynomials(&a_sum, &two_up(&xi_sum), &b_sum.store())
                .sub(&both)
                .reduce_loosely();
            square_from(&t_re, &t_im)
        }

        /// The square of an element of the cyclotomic subgroup (Granger and Scott; see
        /// [`tower::cyclotomic`](crate::tower)), 322 multiplications of 52 bits. Of the pairs (w⁰, w³), (w¹, w⁴)
        /// and (w², w⁵), call them a and b, lanes 0, 2 and 4 get a² + ξ·b² and lanes 3, 5 and 1 get 2ab:
        ///
        /// ```text
        ///           even lanes             odd lanes
        /// p1        (aᵣ + aᵢ)(aᵣ - aᵢ)     2aᵣ·bᵣ
        /// p2        2aᵣ·aᵢ                 2aᵣ·bᵢ
        /// p3        (bᵣ + bᵢ)(bᵣ - bᵢ)     2aᵢ·bᵣ
        /// p4        2bᵣ·bᵢ                 2aᵢ·bᵢ
        /// re        p1 - p4 + 9·p3         p1 - p4
        /// im        p2 + p3 + 9·p4         p2 + p3
        /// ```
        ///
        /// Each product is at most 6p·6p (p1, p3 even) or 6p·3p. re is from -0.22p to 5.4p in even lanes and to 1.4p
        /// in odd ones, im from 0 to 3.7p and 1.6p; after ξ lane 1 is from -3.6p to 12.6p and from -0.3p to 15.8p.
        /// 3t - 2z is from -6.7p to 16.2p, 3t + 2z from -10.8p to 53.4p. With 12p both are from 1.2p to 66p:
        /// reduced below 1.6p. Columns stay below 11·9·2⁵², limbs below 3·10·2·(9 + 11)·2⁵².
        pub(crate) fn cyclotomic_square(&self) -> E12 {
            self.debug_assert_invariant();
            let (re, im) = (&self.re, &self.im);
            let sum = re.add(im).normalise();
            let difference = re.sub(im).plus(3).normalise();
            let re2 = re.double().normalise();
            let im2 = im.double().normalise();
            let p1 = Wide8::product(&first_of_pairs(&sum, &re2, A, A), &first_of_pairs(&difference, re, A, B));
            let p2 = Wide8::product(&re2.permute(pairs(A, A)), &im.permute(pairs(A, B)));
            let p3 = Wide8::product(&first_of_pairs(&sum, &im2, B, A), &first_of_pairs(&difference, re, B, B));
            let p4 = Wide8::product(&first_of_pairs(&re2, &im2, B, A), &im.permute(pairs(B, B)));
            let t_re = p1.sub(&p4).add_nine_times_where(EVEN, &p3).reduce_loosely();
            let t_im = p2.add(&p3).add_nine_times_where(EVEN, &p4).reduce_loosely();
            cyclotomic_square_from(&t_re, &t_im, &re2, &im2)
        }

        /// The p^power-th power, given ξ^(i·(p^power - 1)/6) for lane i, below 16p. re is from -48 p² to 48 p²,
        /// so plus p from 0.4p to 2.7p; im is at most 96 p², so at most 2.3p.
        pub(crate) fn frobenius(&self, power: usize, constants: &Coefficients) -> E12 {
            self.debug_assert_invariant();
            let (gamma_re, gamma_im) = (Fp8::load(&constants.re), Fp8::load(&constants.im));
            let im = if power % 2 == 1 { negate_where(&self.im, 0xff) } else { self.im };
            let re = Wide8::product(&self.re, &gamma_re).sub(&Wide8::product(&im, &gamma_im));
            let mut cross = Wide8::product(&self.re, &gamma_im);
            cross.add_product(&im, &gamma_re);
            E12::of(re.reduce_loosely().plus(1).normalise(), cross.reduce())
        }

        pub(crate) fn from_fp12(f: &Fp12) -> E12 {
            let part = |of: fn(&Fp2) -> Fp| {
                let [c0, c1, c2, c3, c4, c5] = coefficients(f).map(|c| of(&c));
                Fp8::from_fp(&[c0, c1, c2, c3, c4, c5, Fp::ZERO, Fp::ZERO])
            };
            E12::of(part(|c| c.c0), part(|c| c.c1))
        }

        pub(crate) fn to_fp12(&self) -> Fp12 {
            let (re, im) = (self.re.to_fp(), self.im.to_fp());
            let [c0, c1, c2, c3, c4, c5, _, _] = core::array::from_fn(|i| Fp2::new(re[i], im[i]));
            Fp12::new(Fp6::new(c0, c2, c4), Fp6::new(c1, c3, c5))
        }
    }

    kernels! {
        pub(crate) fn one() -> E12 {
            E12::from_fp12(&Fp12::ONE)
        }

        /// Whether this is one, modulo p.
        pub(crate) fn is_one(&self) -> bool {
            let one = E12::one();
            // from 2p to 7p: reduced below 1.1p
            let re = self.re.sub(&one.re).plus(4).reduce().is_zero();
            let im = self.im.sub(&one.im).plus(4).reduce().is_zero();
            re & im & (EVEN | ODD) == EVEN | ODD
        }

        pub(crate) fn of(re: Fp8, im: Fp8) -> E12 {
            let result = E12 { re, im };
            result.debug_assert_invariant();
            result
        }

        fn debug_assert_invariant(&self) {
            self.re.debug_assert_between(0, 3);
            self.im.debug_assert_between(0, 3);
        }
    }
}

/// Of the pairs that [`E12::cyclotomic_square`] squares: which lane has a, which b, for each lane of the result.
const A: [u64; 6] = [0, 2, 1, 0, 2, 1];
const B: [u64; 6] = [3, 5, 4, 3, 5, 4];

kernels! {
    /// Lanes chosen by `even` in the even lanes and by `odd` in the odd ones.
    fn pairs(even: [u64; 6], odd: [u64; 6]) -> V {
        index([even[0], odd[1], even[2], odd[3], even[4], odd[5], 0, 0])
    }

    /// The same, where the odd lanes are chosen from `y`.
    fn first_of_pairs(x: &Fp8, y: &Fp8, even: [u64; 6], odd: [u64; 6]) -> Fp8 {
        x.permute_two(pairs(even, odd.map(|lane| lane + 8)), y)
    }

    /// From t of a cyclotomic square, before lane 1 is multiplied by ξ, and 2·z, z being what is squared.
    pub(crate) fn cyclotomic_square_from(t_re: &Loose8, t_im: &Loose8, re2: &Fp8, im2: &Fp8) -> E12 {
        let (t_re, t_im) = times_xi_in_lane(t_re, t_im, 1 << 1);
        E12::of(cyclotomic_part(&t_re, re2), cyclotomic_part(&t_im, im2))
    }

    /// `3t - 2z` in the even lanes, `3t + 2z` in the odd ones.
    fn cyclotomic_part(t: &Loose8, two_z: &Fp8) -> Fp8 {
        t.triple().sub_where(EVEN, two_z).add_where(ODD, two_z).plus(12).reduce()
    }

    /// From t in the even lanes and s in the odd ones of a square.
    pub(crate) fn square_from(t_re: &Loose8, t_im: &Loose8) -> E12 {
        let (y_re, y_im) = times_xi_in_lane(t_re, t_im, 1 << 4);
        E12::of(square_part(t_re, &y_re), square_part(t_im, &y_im))
    }

    /// `s - t - v·t` in the even lanes, `2t` in the odd ones. `y` is t with ξ·t in lane 4.
    fn square_part(t: &Loose8, y: &Loose8) -> Fp8 {
        let swap = index([1, 0, 3, 2, 5, 4, 7, 6]);
        let times_v = index([4, 0, 0, 0, 2, 0, 0, 0]);
        let other = t.permute(swap);
        let sum = other.add_where(ODD, &other).sub_where(EVEN, t);
        sum.sub_where(EVEN, &y.permute(times_v)).plus(16).reduce()
    }
}

/// By the power of w.
fn coefficients(f: &Fp12) -> [Fp2; 6] {
    [f.c0.c0, f.c1.c0, f.c0.c1, f.c1.c1, f.c0.c2, f.c1.c2]
}
