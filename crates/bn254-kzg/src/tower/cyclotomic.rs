//! The subgroup of Fp12 of order p⁴ - p² + 1, where the easy part of the final exponentiation ends.
//! There the inverse is the conjugate and squaring is cheap.

use super::{Fp2, Fp6, Fp12};

/// (a + b·y)² in Fp2\[y\] / (y² - ξ).
#[inline(always)]
fn square_in_fp4(a: &Fp2, b: &Fp2) -> (Fp2, Fp2) {
    let (a2, b2) = (a.square(), b.square());
    let cross = a.add(b).square().sub(&a2).sub(&b2);
    (a2.add(&b2.mul_by_xi()), cross)
}

/// `3t - 2z`
#[inline(always)]
fn minus(t: &Fp2, z: &Fp2) -> Fp2 {
    t.sub(z).double().add(t)
}

/// `3t + 2z`
#[inline(always)]
fn plus(t: &Fp2, z: &Fp2) -> Fp2 {
    t.add(z).double().add(t)
}

/// The curve parameter x = 4965661367192848881 as a sum of 17 and 35 times signed powers of two, most
/// significant first: (position, digit). A search over all pairs of odd digits found no shorter chain.
pub(crate) const X_DIGITS: [(u8, i8); 12] = [
    (57, 35),
    (51, -35),
    (44, 17),
    (42, 35),
    (38, -35),
    (34, -35),
    (25, 35),
    (21, 35),
    (15, 17),
    (10, 35),
    (5, -17),
    (0, 17),
];

impl Fp12 {
    /// The square of an element of the cyclotomic subgroup (R. Granger and M. Scott, *Faster
    /// squaring in the cyclotomic subgroup of sixth degree extensions*, PKC 2010, section 3.2):
    /// three squarings in Fp4.
    #[inline(never)]
    pub(crate) fn cyclotomic_square(&self) -> Fp12 {
        let Fp6 {
            c0: z0,
            c1: z4,
            c2: z3,
        } = &self.c0;
        let Fp6 {
            c0: z2,
            c1: z1,
            c2: z5,
        } = &self.c1;
        let (t0, t1) = square_in_fp4(z0, z1);
        let (t2, t3) = square_in_fp4(z2, z3);
        let (t4, t5) = square_in_fp4(z4, z5);
        Fp12::new(
            Fp6::new(minus(&t0, z0), minus(&t2, z4), minus(&t4, z3)),
            Fp6::new(plus(&t5.mul_by_xi(), z2), plus(&t1, z1), plus(&t3, z5)),
        )
    }

    /// The x-th power of an element of the cyclotomic subgroup: 62 squarings and 13 multiplications.
    #[inline(never)]
    pub(crate) fn cyclotomic_power_of_x(&self) -> Fp12 {
        let mut power = *self;
        for _ in 0..4 {
            power = power.cyclotomic_square();
        }
        let seventeenth = power.mul(self);
        let thirty_fifth = seventeenth.cyclotomic_square().mul(self);
        let mut power = thirty_fifth;
        let mut position = 57;
        for (next, digit) in X_DIGITS.into_iter().skip(1) {
            for _ in next..position {
                power = power.cyclotomic_square();
            }
            position = next;
            let factor = if digit.unsigned_abs() == 17 {
                &seventeenth
            } else {
                &thirty_fifth
            };
            power = if digit > 0 {
                power.mul(factor)
            } else {
                power.mul(&factor.conjugate())
            };
        }
        power
    }
}
