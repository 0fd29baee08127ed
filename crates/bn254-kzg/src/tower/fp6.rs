//! Fp6 = Fp2\[v\] / (v³ - ξ).

use ark_bn254::Fq6;

use super::Fp2;

/// `c0 + c1·v + c2·v²`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Fp6 {
    pub(crate) c0: Fp2,
    pub(crate) c1: Fp2,
    pub(crate) c2: Fp2,
}

impl Fp6 {
    pub(crate) const ZERO: Fp6 = Fp6::new(Fp2::ZERO, Fp2::ZERO, Fp2::ZERO);
    pub(crate) const ONE: Fp6 = Fp6::new(Fp2::ONE, Fp2::ZERO, Fp2::ZERO);

    #[inline(always)]
    pub(crate) const fn new(c0: Fp2, c1: Fp2, c2: Fp2) -> Fp6 {
        Fp6 { c0, c1, c2 }
    }

    #[inline(always)]
    pub(crate) fn add(&self, b: &Fp6) -> Fp6 {
        Fp6::new(self.c0.add(&b.c0), self.c1.add(&b.c1), self.c2.add(&b.c2))
    }

    #[inline(always)]
    pub(crate) fn sub(&self, b: &Fp6) -> Fp6 {
        Fp6::new(self.c0.sub(&b.c0), self.c1.sub(&b.c1), self.c2.sub(&b.c2))
    }

    #[inline(always)]
    pub(crate) fn neg(&self) -> Fp6 {
        Fp6::new(self.c0.neg(), self.c1.neg(), self.c2.neg())
    }

    /// Times v.
    #[inline(always)]
    pub(crate) fn mul_by_v(&self) -> Fp6 {
        Fp6::new(self.c2.mul_by_xi(), self.c0, self.c1)
    }

    /// Karatsuba: six products.
    #[inline(never)]
    pub(crate) fn mul(&self, b: &Fp6) -> Fp6 {
        let v0 = self.c0.mul(&b.c0);
        let v1 = self.c1.mul(&b.c1);
        let v2 = self.c2.mul(&b.c2);
        let v12 = self.c1.add(&self.c2).mul(&b.c1.add(&b.c2));
        let v01 = self.c0.add(&self.c1).mul(&b.c0.add(&b.c1));
        let v02 = self.c0.add(&self.c2).mul(&b.c0.add(&b.c2));
        Fp6::new(
            v0.add(&v12.sub(&v1).sub(&v2).mul_by_xi()),
            v01.sub(&v0).sub(&v1).add(&v2.mul_by_xi()),
            v02.sub(&v0).sub(&v2).add(&v1),
        )
    }

    /// Times `a + b·v`: five products.
    #[inline(never)]
    pub(crate) fn mul_by_01(&self, a: &Fp2, b: &Fp2) -> Fp6 {
        let v0 = self.c0.mul(a);
        let v1 = self.c1.mul(b);
        let v01 = self.c0.add(&self.c1).mul(&a.add(b));
        Fp6::new(
            v0.add(&self.c2.mul(b).mul_by_xi()),
            v01.sub(&v0).sub(&v1),
            self.c2.mul(a).add(&v1),
        )
    }

    /// The inverse; zero for zero. With N the norm to Fp2, the adjugate over N.
    pub(crate) fn inverse(&self) -> Fp6 {
        let t0 = self.c0.square().sub(&self.c1.mul(&self.c2).mul_by_xi());
        let t1 = self.c2.square().mul_by_xi().sub(&self.c0.mul(&self.c1));
        let t2 = self.c1.square().sub(&self.c0.mul(&self.c2));
        let tail = self.c2.mul(&t1).add(&self.c1.mul(&t2)).mul_by_xi();
        let n = self.c0.mul(&t0).add(&tail).inverse();
        Fp6::new(t0.mul(&n), t1.mul(&n), t2.mul(&n))
    }
}

impl From<Fq6> for Fp6 {
    fn from(a: Fq6) -> Fp6 {
        Fp6::new(a.c0.into(), a.c1.into(), a.c2.into())
    }
}

impl From<Fp6> for Fq6 {
    fn from(a: Fp6) -> Fq6 {
        Fq6::new(a.c0.into(), a.c1.into(), a.c2.into())
    }
}
