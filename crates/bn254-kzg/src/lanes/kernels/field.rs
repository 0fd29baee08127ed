//! Eight elements of a field at a time: five vectors of 52-bit limbs, Montgomery form with R = 2²⁶⁰.
//!
//! The field is the base field, modulo p, or the scalar field, modulo r ([`Modulus`]). Bounds are stated in multiples of
//! p. They hold in multiples of r as well: p and r agree in their upper 126 bits, so 2²⁶⁰/p and 2²⁶⁰/r agree in all
//! digits that are used, and the one other number, N below, is smaller for r.
//!
//! ```text
//!             lane 0   lane 1   …   lane 7
//! limb 0    [   a₀       b₀     …     h₀   ]     bits 0 to 51
//! limb 1    [   a₁       b₁     …     h₁   ]     bits 52 to 103
//!   …
//! limb 4    [   a₄       b₄     …     h₄   ]     bits 208 to 259
//! ```
//!
//! # Three kinds of number
//!
//! * [`Normal8`], *normal*: every limb in [0, 2⁵²), so the value is in [0, 2²⁶⁰) = [0, 84.64 p). Only these can be
//!   factors, as the processor multiplies the low 52 bits of a lane and sees nothing else.
//! * [`Loose8`]: limbs are signed and below 2⁶² in absolute value, the value is any integer, negative ones
//!   included. Sums and differences are loose. [`Loose8::normalise`] makes a value in [0, 2²⁶⁰) normal,
//!   [`Loose8::reduce`] one in [p, 84p) both normal and small.
//! * [`Wide8`]: ten signed columns, for sums of products; also below 2⁶² in absolute value.
//!
//! A value is a representative: any integer that is congruent to the element modulo p. How large it may be is
//! stated where it matters, in multiples of p, and asserted in debug builds.
//!
//! # Reduction
//!
//! A wide integer T is divided by R in five steps of 52 bits, four of Domb's kind and one of Montgomery's, as
//! in [`fp`](crate::fp). With t the lowest limb, `(T - t)/2⁵² + t·N ≡ T·2⁻⁵²` for N = 2⁻⁵² mod p = 0.1269 p
//! (2⁻⁵² mod r = 0.1225 r). After four steps the value is below `T/2²⁰⁸ + 2⁵²·N·(1 + 2⁻⁵¹)`, and after Montgomery's
//! the result v satisfies
//!
//! ```text
//! ⌊T/R⌋  ≤  v  <  T/R + 1.1271 p
//! ```
//!
//! for T of either sign. The product of values below a·p and b·p comes out below (1.1271 + a·b/84.64)·p: two
//! factors with a·b ≤ 73 give less than 2p, and any two normal ones with a·b ≤ 7,000 a normal result.

#![allow(
    clippy::wrong_self_convention,
    reason = "several hundred bytes are better not passed by value"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "indices count over arrays of known length; lanes wrap"
)]

use core::array::from_fn;
use core::marker::PhantomData;
use core::ops::Deref;

use super::super::super::Mask;
use super::super::super::limbs52::{self, BaseField, LOW, Limbs52, Modulus, ScalarField};
use super::super::vector::V;
use crate::fp::Fp;

/// Eight normal values limb by limb, in memory.
pub(crate) type Stored8 = [[u64; 8]; 5];

/// Eight loose values.
#[derive(Clone, Copy)]
pub(crate) struct Loose8<M = BaseField>(pub(crate) [V; 5], PhantomData<M>);

/// Eight normal values: loose ones whose limbs are all in [0, 2⁵²).
#[derive(Clone, Copy)]
pub(crate) struct Normal8<M>(Loose8<M>);

/// Eight normal values of the base field.
pub(crate) type Fp8 = Normal8<BaseField>;
/// Eight normal values of the scalar field.
pub(crate) type Fr8 = Normal8<ScalarField>;

/// A normal value is a loose one: what can be done with loose values can be done with it.
impl<M> Deref for Normal8<M> {
    type Target = Loose8<M>;

    #[inline(always)]
    fn deref(&self) -> &Loose8<M> {
        &self.0
    }
}

/// Eight sums of products, column by column.
#[derive(Clone, Copy)]
pub(crate) struct Wide8<M = BaseField>(pub(crate) [V; 10], PhantomData<M>);

impl<M: Modulus> Loose8<M> {
    kernels! {
        pub(crate) fn of(limbs: [V; 5]) -> Loose8<M> {
            Loose8(limbs, PhantomData)
        }

        /// k·p in every lane, for k below 2¹⁰.
        pub(crate) fn multiple_of_modulus(k: u64) -> Loose8<M> {
            Loose8::of(limbs52::multiple::<M>(k).map(|limb| V::splat(limb)))
        }

        pub(crate) fn add(&self, b: &Loose8<M>) -> Loose8<M> {
            Loose8::of(from_fn(|i| self.0[i].add(b.0[i])))
        }

        pub(crate) fn sub(&self, b: &Loose8<M>) -> Loose8<M> {
            Loose8::of(from_fn(|i| self.0[i].sub(b.0[i])))
        }

        /// Plus k·p.
        pub(crate) fn plus(&self, k: u64) -> Loose8<M> {
            self.add(&Loose8::multiple_of_modulus(k))
        }

        /// k·p minus this value.
        pub(crate) fn minus_from(&self, k: u64) -> Loose8<M> {
            Loose8::multiple_of_modulus(k).sub(self)
        }

        pub(crate) fn double(&self) -> Loose8<M> {
            self.add(self)
        }

        pub(crate) fn triple(&self) -> Loose8<M> {
            self.double().add(self)
        }

        pub(crate) fn eight_times(&self) -> Loose8<M> {
            Loose8::of(self.0.map(|limb| limb.shift_left::<3>()))
        }

        /// Plus `b` in the lanes of the mask.
        pub(crate) fn add_where(&self, mask: Mask, b: &Loose8<M>) -> Loose8<M> {
            Loose8::of(from_fn(|i| self.0[i].add_where(mask, b.0[i])))
        }

        /// Minus `b` in the lanes of the mask.
        pub(crate) fn sub_where(&self, mask: Mask, b: &Loose8<M>) -> Loose8<M> {
            Loose8::of(from_fn(|i| self.0[i].sub_where(mask, b.0[i])))
        }

        /// `a` in the lanes of the mask, `b` in the others.
        pub(crate) fn select(mask: Mask, a: &Loose8<M>, b: &Loose8<M>) -> Loose8<M> {
            Loose8::of(from_fn(|i| V::select(mask, a.0[i], b.0[i])))
        }

        /// Lanes in another order: lane i is the one that lane i of the index names.
        pub(crate) fn permute(&self, index: V) -> Loose8<M> {
            Loose8::of(self.0.map(|limb| limb.permute(index)))
        }

        /// Makes a value in [0, 2²⁶⁰) normal: a chain of signed carries.
        pub(crate) fn normalise(&self) -> Normal8<M> {
            self.debug_assert_limbs();
            let low = V::splat(LOW);
            let [l0, l1, l2, l3, l4] = self.0;
            let l1 = l1.add(l0.shift_right_signed::<52>());
            let l2 = l2.add(l1.shift_right_signed::<52>());
            let l3 = l3.add(l2.shift_right_signed::<52>());
            let l4 = l4.add(l3.shift_right_signed::<52>());
            Normal8::of([l0.and(low), l1.and(low), l2.and(low), l3.and(low), l4])
        }

        /// Makes a value v in [p, 84p) normal and below p + 0.0077·v: subtracts q·p, as an addition of
        /// q·(2²⁶⁰ - p) modulo 2²⁶⁰, with q = ⌊84·top/2⁵²⌋ from the top limb before any carry.
        ///
        /// The limbs below it are under 2⁶², so top differs from v/2²⁰⁸ by less than 2¹¹ and lies in [0, 2⁵²).
        /// As 84 is less than 2²⁶⁰/p = 84.64, by more than the error of top makes up for a v of at least p, q
        /// is at most v/p, and the rest is not negative. It is below v - (84·v/2²⁶⁰ - 1)·p, plus an error
        /// below 2⁻³⁰·p.
        pub(crate) fn reduce(&self) -> Normal8<M> {
            self.debug_assert_limbs();
            self.debug_assert_between(1, 84);
            let q = V::zero().mul_add_high(self.0[4], V::splat(84));
            let complement = M::COMPLEMENT.map(|limb| V::splat(limb));
            let mut sum = self.0;
            for i in 0..5 {
                sum[i] = sum[i].mul_add_low(q, complement[i]);
            }
            for i in 0..4 {
                sum[i + 1] = sum[i + 1].mul_add_high(q, complement[i]);
            }
            let low = V::splat(LOW);
            let [l0, l1, l2, l3, l4] = sum;
            let l1 = l1.add(l0.shift_right_signed::<52>());
            let l2 = l2.add(l1.shift_right_signed::<52>());
            let l3 = l3.add(l2.shift_right_signed::<52>());
            let l4 = l4.add(l3.shift_right_signed::<52>());
            // what is masked off the top limb is the multiple of 2²⁶⁰
            let reduced = Normal8::of([l0.and(low), l1.and(low), l2.and(low), l3.and(low), l4.and(low)]);
            reduced.debug_assert_between(0, 2);
            reduced
        }

        /// Every limb is below 2⁶² in absolute value.
        fn debug_assert_limbs(&self) {
            if cfg!(debug_assertions) {
                for limb in self.0 {
                    limb.debug_assert_below_62_bits();
                }
            }
        }

        /// The value is in [least·p, most·p] in every lane, as far as the limbs above 2²⁰⁸ tell: to one part in
        /// 2⁴⁵. Debug builds only.
        pub(crate) fn debug_assert_between(&self, least: i64, most: i64) {
            if cfg!(debug_assertions) {
                self.assert_between(least, most);
            }
        }

        fn assert_between(&self, least: i64, most: i64) {
            let limbs = self.0.map(|limb| limb.store());
            for lane in 0..8 {
                let top = limbs.iter().fold(0, |carry, limb| (carry >> 52) + limb[lane] as i64);
                let unit = M::MODULUS[4] as i64;
                let low = if least < 0 { unit + 1 } else { unit } * least;
                assert!(
                    low <= top && top <= most * (unit + 1),
                    "lane {lane} is {:.3} p and not from {least} p to {most} p",
                    top as f64 / unit as f64
                );
            }
        }
    }
}

impl V {
    kernels! {
        fn debug_assert_below_62_bits(self) {
            let bound = 1_i64 << 62;
            debug_assert!(
                self.store().iter().all(|lane| (-bound..bound).contains(&(*lane as i64))),
                "a limb or a column is too large"
            );
        }
    }
}

impl<M: Modulus> Normal8<M> {
    kernels! {
        /// For limbs in [0, 2⁵²).
        pub(crate) fn of(limbs: [V; 5]) -> Normal8<M> {
            if cfg!(debug_assertions) {
                let normal = limbs.iter().all(|limb| limb.store().iter().all(|lane| *lane <= LOW));
                assert!(normal, "a value is negative or not below 2^260");
            }
            Normal8(Loose8::of(limbs))
        }

        pub(crate) fn zero() -> Normal8<M> {
            Normal8(Loose8::of([V::zero(); 5]))
        }

        /// The same normal value in every lane.
        pub(crate) fn splat(limbs: &Limbs52) -> Normal8<M> {
            Normal8::of(limbs.map(|limb| V::splat(limb)))
        }

        /// From memory; every limb is below 2⁵².
        pub(crate) fn load(limbs: &Stored8) -> Normal8<M> {
            let [l0, l1, l2, l3, l4] = limbs;
            Normal8::of([V::load(l0), V::load(l1), V::load(l2), V::load(l3), V::load(l4)])
        }

        pub(crate) fn store(&self) -> Stored8 {
            let [l0, l1, l2, l3, l4] = self.0.0;
            [l0.store(), l1.store(), l2.store(), l3.store(), l4.store()]
        }

        /// Eight normal values, lane by lane.
        pub(crate) fn from_lanes(lanes: &[Limbs52; 8]) -> Normal8<M> {
            Normal8::load(&from_fn(|limb| from_fn(|lane| lanes[lane][limb])))
        }

        pub(crate) fn to_lanes(&self) -> [Limbs52; 8] {
            let limbs = self.store();
            from_fn(|lane| from_fn(|limb| limbs[limb][lane]))
        }

        /// From the 64-bit words of integers below 2²⁵⁶, the lowest first.
        pub(crate) fn from_words(words: [V; 4]) -> Normal8<M> {
            let ([a, b, c, d], low) = (words, V::splat(LOW));
            Normal8::of([
                a.and(low),
                a.shift_in::<52>(b).and(low),
                b.shift_in::<40>(c).and(low),
                c.shift_in::<28>(d).and(low),
                d.shift_right::<16>(),
            ])
        }

        /// Back, for values below 2²⁵⁶.
        pub(crate) fn to_words(&self) -> [V; 4] {
            let [a, b, c, d, e] = self.0.0;
            [
                a.or(b.shift_left::<52>()),
                b.shift_right::<12>().or(c.shift_left::<40>()),
                c.shift_right::<24>().or(d.shift_left::<28>()),
                d.shift_right::<36>().or(e.shift_left::<16>()),
            ]
        }

        /// The representatives in [0, p), from those in [0, 4p).
        pub(crate) fn canonical(&self) -> Normal8<M> {
            self.debug_assert_between(0, 4);
            let mut value = self.0;
            for k in [2, 1] {
                // the sign is in the top limb after the carries
                let less = value.sub(&Loose8::multiple_of_modulus(k));
                let low = V::splat(LOW);
                let [l0, l1, l2, l3, l4] = less.0;
                let l1 = l1.add(l0.shift_right_signed::<52>());
                let l2 = l2.add(l1.shift_right_signed::<52>());
                let l3 = l3.add(l2.shift_right_signed::<52>());
                let l4 = l4.add(l3.shift_right_signed::<52>());
                let less = Loose8::of([l0.and(low), l1.and(low), l2.and(low), l3.and(low), l4]);
                value = Loose8::select(l4.is_negative(), &value, &less);
            }
            Normal8::of(value.0)
        }

        /// The lanes that are 0 modulo p, of values below 2p.
        pub(crate) fn is_zero(&self) -> Mask {
            self.debug_assert_between(0, 2);
            let any = |l: [V; 5]| l[0].or(l[1]).or(l[2]).or(l[3]).or(l[4]);
            let difference = from_fn(|i| self.0.0[i].xor(V::splat(M::MODULUS[i])));
            any(self.0.0).is_zero() | any(difference).is_zero()
        }

        /// The product; see the module's documentation for how large it is.
        pub(crate) fn mul(&self, b: &Normal8<M>) -> Normal8<M> {
            Wide8::product(self, b).reduce()
        }

        pub(crate) fn square(&self) -> Normal8<M> {
            Wide8::square(self).reduce()
        }

        /// `a` in the lanes of the mask, `b` in the others.
        pub(crate) fn select(mask: Mask, a: &Normal8<M>, b: &Normal8<M>) -> Normal8<M> {
            Normal8(Loose8::select(mask, a, b))
        }

        /// Lanes in another order: lane i is the one that lane i of the index names.
        pub(crate) fn permute(&self, index: V) -> Normal8<M> {
            Normal8(self.0.permute(index))
        }

        /// The same from sixteen lanes: 0 to 7 are those of `self`, 8 to 15 those of `b`.
        pub(crate) fn permute_two(&self, index: V, b: &Normal8<M>) -> Normal8<M> {
            Normal8(Loose8::of(from_fn(|i| self.0.0[i].permute_two(index, b.0.0[i]))))
        }

        /// Of the sixteen lanes of `low` and then `self`, the eight from number LANES on.
        pub(crate) fn shift_lanes<const LANES: i32>(&self, low: &Normal8<M>) -> Normal8<M> {
            Normal8(Loose8::of(from_fn(|i| self.0.0[i].shift_lanes::<LANES>(low.0.0[i]))))
        }
    }
}

impl Fp8 {
    kernels! {
        /// Eight elements; below 1.14p.
        pub(crate) fn from_fp(elements: &[Fp; 8]) -> Fp8 {
            // below 17p
            Fp8::from_lanes(&from_fn(|lane| limbs52::from_fp(&elements[lane]))).plus(1).reduce()
        }

        /// Eight elements, from values below 4p.
        pub(crate) fn to_fp(&self) -> [Fp; 8] {
            self.canonical().to_lanes().map(|lane| limbs52::to_fp(&lane))
        }
    }
}

impl<M: Modulus> Wide8<M> {
    kernels! {
        fn of(columns: [V; 10]) -> Wide8<M> {
            Wide8(columns, PhantomData)
        }

        pub(crate) fn zero() -> Wide8<M> {
            Wide8::of([V::zero(); 10])
        }

        pub(crate) fn product(a: &Normal8<M>, b: &Normal8<M>) -> Wide8<M> {
            let mut product = Wide8::zero();
            product.add_product(a, b);
            product
        }

        /// Plus a·b: 50 multiplications. Adds less than 9·2⁵² to a column.
        pub(crate) fn add_product(&mut self, a: &Normal8<M>, b: &Normal8<M>) {
            let (w, a, b) = (&mut self.0, &a.0.0, &b.0.0);
            for j in 0..5 {
                for i in 0..5 {
                    w[i + j] = w[i + j].mul_add_low(a[i], b[j]);
                }
                for i in 0..5 {
                    w[i + j + 1] = w[i + j + 1].mul_add_high(a[i], b[j]);
                }
            }
        }

        /// 30 multiplications: those of different limbs count twice.
        pub(crate) fn square(a: &Normal8<M>) -> Wide8<M> {
            let mut w = [V::zero(); 10];
            let a = &a.0.0;
            for i in 0..5 {
                for j in 0..i {
                    w[i + j] = w[i + j].mul_add_low(a[i], a[j]);
                }
                for j in 0..i {
                    w[i + j + 1] = w[i + j + 1].mul_add_high(a[i], a[j]);
                }
            }
            for column in &mut w {
                *column = column.add(*column);
            }
            for i in 0..5 {
                w[2 * i] = w[2 * i].mul_add_low(a[i], a[i]);
                w[2 * i + 1] = w[2 * i + 1].mul_add_high(a[i], a[i]);
            }
            Wide8::of(w)
        }

        pub(crate) fn add(&self, b: &Wide8<M>) -> Wide8<M> {
            Wide8::of(from_fn(|i| self.0[i].add(b.0[i])))
        }

        pub(crate) fn sub(&self, b: &Wide8<M>) -> Wide8<M> {
            Wide8::of(from_fn(|i| self.0[i].sub(b.0[i])))
        }

        /// Plus nine times `b` in the lanes of the mask.
        pub(crate) fn add_nine_times_where(&self, mask: Mask, b: &Wide8<M>) -> Wide8<M> {
            Wide8::of(from_fn(|i| {
                let nine = b.0[i].shift_left::<3>().add(b.0[i]);
                self.0[i].add_where(mask, nine)
            }))
        }

        /// T/R modulo p for 0 ≤ T < 83·R·p.
        pub(crate) fn reduce(&self) -> Normal8<M> {
            self.reduce_loosely().normalise()
        }

        /// T/R modulo p as a loose value, for T of either sign: at least ⌊T/R⌋ and below T/R + 1.1271 p. No limb
        /// is larger than the largest column by more than 11·2⁵².
        pub(crate) fn reduce_loosely(&self) -> Loose8<M> {
            if cfg!(debug_assertions) {
                for column in self.0 {
                    column.debug_assert_below_62_bits();
                }
            }
            let mut w = self.0;
            let n = M::INVERSE_OF_LIMB.map(|limb| V::splat(limb));
            for i in 0..4 {
                let t = w[i];
                w[i + 1] = w[i + 1].add(t.shift_right_signed::<52>());
                for j in 0..5 {
                    w[i + j + 1] = w[i + j + 1].mul_add_low(t, n[j]);
                }
                for j in 0..5 {
                    w[i + j + 2] = w[i + j + 2].mul_add_high(t, n[j]);
                }
            }
            let q = V::zero().mul_add_low(w[4], V::splat(M::NEG_INVERSE));
            let p = M::MODULUS.map(|limb| V::splat(limb));
            for j in 0..5 {
                w[4 + j] = w[4 + j].mul_add_low(q, p[j]);
            }
            for j in 0..5 {
                w[5 + j] = w[5 + j].mul_add_high(q, p[j]);
            }
            w[5] = w[5].add(w[4].shift_right_signed::<52>());
            Loose8::of([w[5], w[6], w[7], w[8], w[9]])
        }
    }
}
