//! The final exponentiation, step by step as in [`pairing`](crate::pairing).

use super::super::super::pairing::{Coefficients, frobenius_constants};
use super::tower::E12;
use crate::tower::{Fp6, Fp12, X_DIGITS};

impl E12 {
    kernels! {
        fn frobenius_by(&self, power: usize) -> E12 {
            let [first, second, third] = frobenius_constants();
            let constants: &Coefficients = match power {
                1 => first,
                2 => second,
                _ => third,
            };
            self.frobenius(power, constants)
        }

        /// `conj(f)/f`, as conj(f)² over f·conj(f), which lies in Fp6 and is inverted there, one element at a time.
        fn easy_part(&self) -> E12 {
            let conjugate = self.conjugate();
            let norm = self.mul(&conjugate).to_fp12().c0;
            let inverse = E12::from_fp12(&Fp12::new(norm.inverse(), Fp6::ZERO));
            let power = conjugate.square().mul(&inverse);
            power.frobenius_by(2).mul(&power)
        }
    }

    routines! {
        /// The x-th power of an element of the cyclotomic subgroup: 62 squarings and 13 multiplications.
        pub(crate) fn cyclotomic_power_of_x(&self) -> E12 {
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
                let factor = if digit.unsigned_abs() == 17 { &seventeenth } else { &thirty_fifth };
                power = if digit > 0 { power.mul(factor) } else { power.mul(&factor.conjugate()) };
            }
            power
        }

        /// f to the power 2X(6X² + 3X + 1)·(p¹² - 1)/r.
        pub(crate) fn final_exponentiation(&self) -> E12 {
            let r = self.easy_part();
            let x = r.cyclotomic_power_of_x();
            let x2 = x.cyclotomic_square(); // 2X
            let x4 = x2.cyclotomic_square(); // 4X
            let x6 = x4.mul(&x2); // 6X
            let xx6 = x6.cyclotomic_power_of_x(); // 6X²
            let xx12 = xx6.cyclotomic_square(); // 12X²
            let xxx12 = xx12.cyclotomic_power_of_x(); // 12X³
            let a = xxx12.mul(&xx6).mul(&x6); // 12X³ + 6X² + 6X
            let b = a.mul(&x2.conjugate()); // 12X³ + 6X² + 4X
            let c = a.mul(&xx6).mul(&r); // 12X³ + 12X² + 6X + 1
            let d = b.mul(&r.conjugate()); // 12X³ + 6X² + 4X - 1
            d.frobenius_by(3).mul(&a.frobenius_by(2)).mul(&b.frobenius_by(1)).mul(&c)
        }
    }
}
