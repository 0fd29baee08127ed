//! Eight points of G1 at a time, y² = x³ + 3.
//!
//! # Two scales
//!
//! Memory holds coordinates x as the scalar crate does, as x·2²⁵⁶ mod p ([`Packed`]). A product in lanes divides by
//! 2²⁶⁰. [`load`] takes the words as they are, for affine additions, which allow for the difference
//! ([`runs`](super::runs)). [`Affine8::times_sixteen`] shifts by four bits and so gives the lanes' own Montgomery
//! form, x·2²⁶⁰, below 16 times as much; [`Jacobian8`] computes with that.
//!
//! # Bounds
//!
//! Written [a, b) or < b, in multiples of p. A product of factors < a and < b is < 1.128 + a·b/84.6, and < 2 for
//! a·b ≤ 73 ([`field`](super::field)); what comes out of `reduce` for a value in [1, 84) is < 1.021 + 0.0078 of it.

#![allow(
    clippy::redundant_closure,
    reason = "a function with target features cannot be passed as one"
)]

use super::super::vector::V;
use super::field::{Fp8, Loose8, Wide8};
use crate::curve;
use crate::glv;
use crate::lanes::Mask;
use crate::lanes::limbs52::{self, BaseField, LOW, Limbs52, Modulus};
use crate::lanes::packed::{Packed, Signed};
use crate::limbs::Limbs;

/// 2²⁶⁰ mod p: one.
const ONE: Limbs52 = [
    0x0002_0880_f6fc_e4b4,
    0x0004_9baa_989a_8455,
    0x0001_8f01_4a49_8908,
    0x0007_24f8_5a92_01d8,
    0x0000_1f16_424e_1bb7,
];

impl Loose8 {
    kernels! {
        /// Times 2^BITS.
        pub(crate) fn times_power<const BITS: u32>(&self) -> Loose8 {
            Loose8::of(self.0.map(|limb| limb.shift_left::<BITS>()))
        }
    }
}

impl Fp8 {
    kernels! {
        pub(crate) fn one() -> Fp8 {
            Fp8::splat(&ONE)
        }
    }
}

/// Eight points other than the identity, in affine form.
#[derive(Clone, Copy)]
pub(crate) struct Affine8 {
    /// Normal.
    pub(crate) x: Fp8,
    /// Loose.
    pub(crate) y: Loose8,
}

kernels! {
    /// x in [0, 2) and normal, y in (-2, 2) and loose, scaled by 2²⁵⁶.
    pub(crate) fn load(pool: &[Packed], at: &[Signed; 8]) -> Affine8 {
        let words = V::transpose(at.map(|at| {
            V::load(&pool.get(at.position()).copied().unwrap_or_default().0)
        }));
        let [a, b, c, d, e, f, g, h] = words;
        let negative = at.iter().enumerate().fold(0, |mask: Mask, (lane, at)| {
            mask | Mask::from(at.is_negative()) << lane
        });
        let y = Fp8::from_words([e, f, g, h]);
        let y = Loose8::select(negative, &y.minus_from(0), &y);
        Affine8 {
            x: Fp8::from_words([a, b, c, d]),
            y,
        }
    }

    /// Of coordinates < 2, normal and scaled by 2²⁵⁶.
    pub(crate) fn store(x: &Fp8, y: &Fp8) -> [Packed; 8] {
        x.debug_assert_between(0, 2);
        y.debug_assert_between(0, 2);
        let ([a, b, c, d], [e, f, g, h]) = (x.to_words(), y.to_words());
        V::transpose([a, b, c, d, e, f, g, h]).map(|words| Packed(words.store()))
    }

    /// The same words in every lane.
    pub(crate) fn splat_words(words: &Limbs) -> Fp8 {
        Fp8::from_words(words.map(|word| V::splat(word)))
    }

    /// The words of lane 0.
    pub(crate) fn first_words(a: &Fp8) -> Limbs {
        a.to_words().map(|words| words.store()[0])
    }
}

impl Affine8 {
    kernels! {
        /// The images under the endomorphism, (β·x, y).
        pub(crate) fn image(&self) -> Affine8 {
            let beta = Fp8::splat(&limbs52::from_fp(&glv::BETA)); // < 16
            Affine8 { x: self.x.mul(&beta), y: self.y } // 2·16: < 1.51
        }

        /// The same in the lanes' own form: x in [0, 32), y in (0, 64), both normal.
        pub(crate) fn times_sixteen(&self) -> Addend8 {
            let y = self.y.times_power::<4>().plus(32);
            Addend8 { x: self.x.times_power::<4>().normalise(), y: y.normalise() }
        }
    }
}

/// Eight points other than the identity, in affine form and the lanes' own Montgomery form: x < 32, y < 64.
#[derive(Clone, Copy)]
pub(crate) struct Addend8 {
    pub(crate) x: Fp8,
    pub(crate) y: Fp8,
}

/// Eight points (x/z², y/z³), in the lanes' own Montgomery form: x < 2, y < 2.5, z < 2, all normal. The identity is a
/// bit and not z = 0; what x, y and z are in its lane does not matter, but keeps to the same bounds.
#[derive(Clone, Copy)]
pub(crate) struct Jacobian8 {
    pub(crate) x: Fp8,
    pub(crate) y: Fp8,
    pub(crate) z: Fp8,
    /// The lanes that hold the identity.
    pub(crate) identity: Mask,
}

/// What an addition needs to be told about its operands.
struct Chord {
    /// x of the second point less that of the first, with a common denominator. Normal.
    h: Fp8,
    /// The same of y. Normal.
    r: Fp8,
    /// The lanes where neither operand is the identity.
    finite: Mask,
}

impl Chord {
    kernels! {
        /// The lanes where both points are equal, and where they are opposite. h < 4 and r < 8.
        fn exceptions(&self) -> (Mask, Mask) {
            let same_x = vanishes_below_four(&self.h) & self.finite;
            if same_x == 0 {
                return (0, 0);
            }
            let same_x = vanishes(&self.h) & same_x;
            let same_y = vanishes(&self.r);
            (same_x & same_y, same_x & !same_y)
        }
    }
}

kernels! {
    /// A superset of the lanes where a value in [0, 4), normal, is a multiple of p, by its lowest limb: few
    /// instructions, and wrong once in 2⁵⁰ random values.
    pub(crate) fn vanishes_below_four(a: &Fp8) -> Mask {
        a.debug_assert_between(0, 4);
        let multiple = |k: u64| V::splat(BaseField::MODULUS[0].wrapping_mul(k) & LOW);
        let [lowest, ..] = a.0;
        let equals = |k: u64| lowest.xor(multiple(k)).is_zero();
        equals(0) | equals(1) | equals(2) | equals(3)
    }

    /// The lanes where a value in [0, 83), normal or loose, is a multiple of p.
    pub(crate) fn vanishes(a: &Loose8) -> Mask {
        a.plus(1).reduce().is_zero()
    }
}

impl Jacobian8 {
    kernels! {
        pub(crate) fn identity() -> Jacobian8 {
            let zero = Fp8::zero();
            Jacobian8 { x: zero, y: zero, z: zero, identity: Mask::MAX }
        }

        fn debug_assert_bounds(&self) {
            self.x.debug_assert_between(0, 2);
            self.z.debug_assert_between(0, 2);
            // y < 2.5
            self.y.double().debug_assert_between(0, 5);
        }

        /// `2·self`. No point has order 2.
        pub(crate) fn double(&self) -> Jacobian8 {
            self.debug_assert_bounds();
            let xx = self.x.square(); // < 1.176
            let yy = self.y.square(); // < 1.202
            let s = self.x.mul(&yy).times_power::<2>().normalise(); // < 4·1.157 = 4.63
            let slope = xx.add(&xx).add(&xx).normalise(); // < 3.53
            // slope² < 1.276: in (1.7, 12.3)
            let x = Wide8::square(&slope).reduce_loosely()
                .sub(&s.double())
                .plus(11)
                .reduce(); // < 1.12
            // yy² < 1.146. s - x + 2 in (0.8, 6.63), times the slope < 23.5, reduced < 1.41: in (1.8, 12.5)
            let y = Wide8::product(&slope, &s.sub(&x).plus(2).normalise()).reduce_loosely()
                .sub(&yy.square().eight_times())
                .plus(11)
                .reduce(); // < 1.12
            let z = self.y.double().normalise().mul(&self.z); // 5·2: < 1.25
            Jacobian8 { x, y, z, identity: self.identity }
        }

        /// `self + b` in the lanes of the mask, `self` in the others, whatever b is there.
        pub(crate) fn add_affine(&self, mask: Mask, b: &Addend8) -> Jacobian8 {
            self.debug_assert_bounds();
            b.x.debug_assert_between(0, 32);
            b.y.debug_assert_between(0, 64);
            let zz = self.z.square(); // < 1.176
            // b.x·zz: 37.7 reduced < 1.574, so in (0, 3.58)
            let h = Wide8::product(&b.x, &zz).reduce_loosely()
                .sub(&self.x)
                .plus(2)
                .normalise();
            // zzz < 1.156; b.y·zzz: 74 reduced < 2.003, so in (0.5, 5.01)
            let zzz = self.z.mul(&zz);
            let r = Wide8::product(&b.y, &zzz).reduce_loosely()
                .sub(&self.y)
                .plus(3)
                .normalise();
            let chord = Chord { h, r, finite: mask & !self.identity };
            let z = self.z.mul(&chord.h); // 2·3.58: < 1.22
            let sum = self.third_point(&self.x, &self.y, &z, &chord);
            let first = mask & self.identity;
            let sum = if first == 0 { sum } else { sum.set(first, b) };
            let keep = !mask;
            Jacobian8 {
                x: Fp8::select(keep, &self.x, &sum.x),
                y: Fp8::select(keep, &self.y, &sum.y),
                z: Fp8::select(keep, &self.z, &sum.z),
                identity: self.identity & keep | sum.identity & mask,
            }
        }

        /// `self + b`, lane by lane.
        pub(crate) fn add(&self, b: &Jacobian8) -> Jacobian8 {
            self.debug_assert_bounds();
            b.debug_assert_bounds();
            let (zz_a, zz_b) = (self.z.square(), b.z.square()); // < 1.176
            let x_a = self.x.mul(&zz_b); // < 1.156
            let y_a = self.y.mul(&b.z.mul(&zz_b)); // 2.5·1.156: < 1.163
            // 2·1.176 reduced < 1.156: in (0.8, 3.16)
            let h = Wide8::product(&b.x, &zz_a).reduce_loosely()
                .sub(&x_a)
                .plus(2)
                .normalise();
            // 2.5·1.156 reduced < 1.163: in (0.8, 3.17)
            let r = Wide8::product(&b.y, &self.z.mul(&zz_a)).reduce_loosely()
                .sub(&y_a)
                .plus(2)
                .normalise();
            let chord = Chord { h, r, finite: !self.identity & !b.identity };
            let z = self.z.mul(&b.z).mul(&chord.h); // 1.176·3.16: < 1.18
            let sum = self.third_point(&x_a, &y_a, &z, &chord);
            let left = |of_self: &Fp8, of_b: &Fp8, of_both: &Fp8| {
                let one = Fp8::select(b.identity, of_self, of_b);
                Fp8::select(chord.finite, of_both, &one)
            };
            Jacobian8 {
                x: left(&self.x, &b.x, &sum.x),
                y: left(&self.y, &b.y, &sum.y),
                z: left(&self.z, &b.z, &sum.z),
                identity: self.identity & b.identity | sum.identity & chord.finite,
            }
        }

        /// The sum of two points, given x < 2 and y < 2.5 of the first (which is `self`) over their common
        /// denominator, and the sum's z. Right in the lanes where both are finite.
        fn third_point(&self, x_a: &Fp8, y_a: &Fp8, z: &Fp8, chord: &Chord) -> Jacobian8 {
            let (h, r) = (&chord.h, &chord.r); // < 3.58 and < 5.01
            let hh = h.square(); // < 1.28
            let hhh = h.mul(&hh); // < 1.183
            let v = x_a.mul(&hh); // < 1.159
            // r² < 1.425; less 1.183 + 2·1.159: in (1.49, 6.43)
            let x = Wide8::square(r).reduce_loosely()
                .sub(&hhh)
                .sub(&v.double())
                .plus(5)
                .reduce(); // < 1.072
            // r·(v - x + 2) < 5.01·3.16 = 15.84, y_a·hhh < 2.96: the difference reduced in (-0.04, 1.32)
            let y = Wide8::product(r, &v.sub(&x).plus(2).normalise())
                .sub(&Wide8::product(y_a, &hhh))
                .reduce_loosely()
                .plus(1)
                .normalise(); // < 2.32
            let (equal, opposite) = chord.exceptions();
            if equal | opposite == 0 {
                return Jacobian8 { x, y, z: *z, identity: 0 };
            }
            let doubled = self.double();
            Jacobian8 {
                x: Fp8::select(equal, &doubled.x, &x),
                y: Fp8::select(equal, &doubled.y, &y),
                z: Fp8::select(equal, &doubled.z, z),
                identity: opposite,
            }
        }

        /// `b` in the lanes of the mask.
        fn set(&self, mask: Mask, b: &Addend8) -> Jacobian8 {
            // b.x + 1 in [1, 33), b.y + 1 in (1, 65)
            let reduced = |a: &Loose8| a.plus(1).reduce(); // < 1.53
            Jacobian8 {
                x: Fp8::select(mask, &reduced(&b.x), &self.x),
                y: Fp8::select(mask, &reduced(&b.y), &self.y),
                z: Fp8::select(mask, &Fp8::one(), &self.z),
                identity: self.identity & !mask,
            }
        }

        /// The points one by one, for the scalar crate.
        pub(crate) fn into_scalars(self) -> [curve::Jacobian; 8] {
            let (x, y, z) = (self.x.to_fp(), self.y.to_fp(), self.z.to_fp());
            let mut points = [curve::Jacobian::IDENTITY; 8];
            let coordinates = x.into_iter().zip(y).zip(z).enumerate();
            for (point, (lane, ((x, y), z))) in points.iter_mut().zip(coordinates) {
                if self.identity >> lane & 1 == 0 {
                    *point = curve::Jacobian { x, y, z };
                }
            }
            points
        }
    }
}
