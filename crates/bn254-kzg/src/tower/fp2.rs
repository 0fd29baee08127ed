//! Fp2 = Fp\[u\] / (u² + 1).

use ark_bn254::Fq2;

use crate::fp::{self, Fp};
use crate::limbs;

/// `c0 + c1·u`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Fp2 {
    pub(crate) c0: Fp,
    pub(crate) c1: Fp,
}

impl Fp2 {
    pub(crate) const ZERO: Fp2 = Fp2::new(Fp::ZERO, Fp::ZERO);
    pub(crate) const ONE: Fp2 = Fp2::new(Fp::ONE, Fp::ZERO);

    #[inline(always)]
    pub(crate) const fn new(c0: Fp, c1: Fp) -> Fp2 {
        Fp2 { c0, c1 }
    }

    #[inline(always)]
    pub(crate) fn add(&self, b: &Fp2) -> Fp2 {
        Fp2::new(self.c0.add(&b.c0), self.c1.add(&b.c1))
    }

    #[inline(always)]
    pub(crate) fn sub(&self, b: &Fp2) -> Fp2 {
        Fp2::new(self.c0.sub(&b.c0), self.c1.sub(&b.c1))
    }

    #[inline(always)]
    pub(crate) fn double(&self) -> Fp2 {
        self.add(self)
    }

    #[inline(always)]
    pub(crate) fn neg(&self) -> Fp2 {
        Fp2::new(self.c0.neg(), self.c1.neg())
    }

    /// The p-th power.
    #[inline(always)]
    pub(crate) fn conjugate(&self) -> Fp2 {
        Fp2::new(self.c0, self.c1.neg())
    }

    /// Karatsuba's three products, then two reductions: `a0·b0 - a1·b1` is lifted by p·2²⁵⁴ and
    /// `a0·b1 + a1·b0` is below 2p², both within the bound of [`fp::reduce`].
    #[inline(never)]
    pub(crate) fn mul(&self, b: &Fp2) -> Fp2 {
        let t0 = limbs::mul_wide(&self.c0.0, &b.c0.0);
        let t1 = limbs::mul_wide(&self.c1.0, &b.c1.0);
        let cross = limbs::mul_wide(&self.c0.add_unreduced(&self.c1), &b.c0.add_unreduced(&b.c1));
        let cross = limbs::sub_wide(&limbs::sub_wide(&cross, &t0), &t1);
        Fp2::new(fp::reduce(&fp::sub_products(&t0, &t1)), fp::reduce(&cross))
    }

    /// `(c0 + c1)(c0 - c1) + 2·c0·c1·u`. In each product one factor is canonical and one below 2p.
    #[inline(never)]
    pub(crate) fn square(&self) -> Fp2 {
        let sum = self.c0.add_unreduced(&self.c1);
        let twice = self.c0.add_unreduced(&self.c0);
        Fp2::new(
            fp::mul_reduce(&sum, &self.c0.sub(&self.c1).0),
            fp::mul_reduce(&twice, &self.c1.0),
        )
    }

    /// Times an element of Fp.
    #[inline(always)]
    pub(crate) fn scale(&self, k: &Fp) -> Fp2 {
        Fp2::new(self.c0.mul(k), self.c1.mul(k))
    }

    /// Times ξ = 9 + u.
    #[inline(always)]
    pub(crate) fn mul_by_xi(&self) -> Fp2 {
        Fp2::new(
            self.c0.nine_times_minus(&self.c1),
            self.c1.nine_times_plus(&self.c0),
        )
    }

    /// The inverse; zero for zero. The norm c0² + c1² vanishes only there, as -1 is no square.
    pub(crate) fn inverse(&self) -> Fp2 {
        let n = self.c0.square().add(&self.c1.square()).inverse();
        Fp2::new(self.c0.mul(&n), self.c1.mul(&n).neg())
    }
}

impl From<Fq2> for Fp2 {
    fn from(a: Fq2) -> Fp2 {
        Fp2::new(a.c0.into(), a.c1.into())
    }
}

impl From<Fp2> for Fq2 {
    fn from(a: Fp2) -> Fq2 {
        Fq2::new(a.c0.into(), a.c1.into())
    }
}
