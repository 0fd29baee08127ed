//! Fp12 = Fp6\[w\] / (w² - v).

use ark_bn254::{Fq2, Fq6Config, Fq12, Fq12Config};
use ark_ff::{Fp6Config, Fp12Config};

use super::{Fp2, Fp6};

/// `c0 + c1·w`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Fp12 {
    pub(crate) c0: Fp6,
    pub(crate) c1: Fp6,
}

impl Fp12 {
    pub(crate) const ONE: Fp12 = Fp12::new(Fp6::ONE, Fp6::ZERO);

    #[inline(always)]
    pub(crate) const fn new(c0: Fp6, c1: Fp6) -> Fp12 {
        Fp12 { c0, c1 }
    }

    /// Karatsuba: three products.
    #[inline(never)]
    pub(crate) fn mul(&self, b: &Fp12) -> Fp12 {
        let t0 = self.c0.mul(&b.c0);
        let t1 = self.c1.mul(&b.c1);
        let cross = self.c0.add(&self.c1).mul(&b.c0.add(&b.c1));
        Fp12::new(t0.add(&t1.mul_by_v()), cross.sub(&t0).sub(&t1))
    }

    /// `(c0 + c1)(c0 + c1·v) - c0·c1·(1 + v) + 2·c0·c1·w`: two products.
    #[inline(never)]
    pub(crate) fn square(&self) -> Fp12 {
        let t = self.c0.mul(&self.c1);
        let s = self.c0.add(&self.c1).mul(&self.c0.add(&self.c1.mul_by_v()));
        Fp12::new(s.sub(&t).sub(&t.mul_by_v()), t.add(&t))
    }

    /// The p⁶-th power; for an element of norm 1 over Fp6 also its inverse.
    #[inline(always)]
    pub(crate) fn conjugate(&self) -> Fp12 {
        Fp12::new(self.c0, self.c1.neg())
    }

    /// The inverse; zero for zero.
    pub(crate) fn inverse(&self) -> Fp12 {
        let n = self
            .c0
            .mul(&self.c0)
            .sub(&self.c1.mul(&self.c1).mul_by_v())
            .inverse();
        Fp12::new(self.c0.mul(&n), self.c1.mul(&n).neg())
    }

    /// Times `1 + (a + b·v)·w`, the form of a normalised line: ten products.
    #[inline(never)]
    pub(crate) fn mul_by_line(&self, a: &Fp2, b: &Fp2) -> Fp12 {
        let t0 = self.c1.mul_by_01(a, b);
        let t1 = self.c0.mul_by_01(a, b);
        Fp12::new(self.c0.add(&t0.mul_by_v()), self.c1.add(&t1))
    }

    /// The p^power-th power, power from 1 to 3: the coefficient of wⁱ is conjugated if the power is
    /// odd and multiplied by ξ^(i·(p^power - 1)/6).
    pub(crate) fn frobenius(&self, power: usize) -> Fp12 {
        let constant = |table: &[Fq2]| table.get(power).map_or(Fp2::ZERO, |&c| c.into());
        let conjugate = |x: &Fp2| if power % 2 == 1 { x.conjugate() } else { *x };
        let gamma: Fp2 = constant(Fq12Config::FROBENIUS_COEFF_FP12_C1);
        let gamma2: Fp2 = constant(Fq6Config::FROBENIUS_COEFF_FP6_C1);
        let gamma4: Fp2 = constant(Fq6Config::FROBENIUS_COEFF_FP6_C2);
        let gamma3 = gamma2.mul(&gamma);
        let gamma5 = gamma4.mul(&gamma);
        Fp12::new(
            Fp6::new(
                conjugate(&self.c0.c0),
                conjugate(&self.c0.c1).mul(&gamma2),
                conjugate(&self.c0.c2).mul(&gamma4),
            ),
            Fp6::new(
                conjugate(&self.c1.c0).mul(&gamma),
                conjugate(&self.c1.c1).mul(&gamma3),
                conjugate(&self.c1.c2).mul(&gamma5),
            ),
        )
    }
}

impl From<Fq12> for Fp12 {
    fn from(a: Fq12) -> Fp12 {
        Fp12::new(a.c0.into(), a.c1.into())
    }
}

impl From<Fp12> for Fq12 {
    fn from(a: Fp12) -> Fq12 {
        Fq12::new(a.c0.into(), a.c1.into())
    }
}
