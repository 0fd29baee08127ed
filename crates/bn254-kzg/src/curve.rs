//! Points of G1, y² = x³ + 3, other than the identity in affine form, and any in Jacobian form.

use ark_bn254::G1Affine;
use ark_ec::AffineRepr;

use crate::fp::Fp;

/// A point other than the identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Affine {
    pub(crate) x: Fp,
    pub(crate) y: Fp,
}

impl Affine {
    /// `None` for the identity.
    #[inline]
    pub(crate) fn from_ark(p: &G1Affine) -> Option<Affine> {
        p.xy().map(|(x, y)| Affine {
            x: x.into(),
            y: y.into(),
        })
    }

    /// The third point on the line through `self` and a point with abscissa `x2`, reflected: their
    /// sum. `slope` is the line's.
    #[inline(always)]
    pub(crate) fn third_point(&self, x2: &Fp, slope: &Fp) -> Affine {
        let x = slope.square().sub(&self.x).sub(x2);
        let y = slope.mul(&self.x.sub(&x)).sub(&self.y);
        Affine { x, y }
    }

    /// `self + b` for points with different x, given `1/(b.x - self.x)`.
    #[inline(always)]
    pub(crate) fn add_with(&self, b: &Affine, inverse: &Fp) -> Affine {
        self.third_point(&b.x, &b.y.sub(&self.y).mul(inverse))
    }

    /// `2·self`, given `1/(2·self.y)`.
    #[inline(always)]
    pub(crate) fn double_with(&self, inverse: &Fp) -> Affine {
        self.third_point(&self.x, &self.x.square().triple().mul(inverse))
    }

    /// `-self` if `negative`, else `self`; no branch, as signs are random.
    #[inline(always)]
    pub(crate) fn negate_if(&self, negative: bool) -> Affine {
        Affine {
            x: self.x,
            y: Fp::select(negative, &self.y.neg(), &self.y),
        }
    }
}

/// A point (x/z², y/z³); the identity where z = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jacobian {
    pub(crate) x: Fp,
    pub(crate) y: Fp,
    pub(crate) z: Fp,
}

impl Jacobian {
    pub(crate) const IDENTITY: Jacobian = Jacobian {
        x: Fp::ONE,
        y: Fp::ONE,
        z: Fp::ZERO,
    };

    pub(crate) fn is_identity(&self) -> bool {
        self.z.is_zero()
    }

    /// The usual formulas for y² = x³ + b, all coordinates scaled by z = 1/2, which spares the
    /// doublings of 4·x·y², 8·y⁴ and 2·y·z for one halving. Complete: z = 0 stays 0, and no point has
    /// order 2.
    #[inline(never)]
    pub(crate) fn double(&self) -> Jacobian {
        let slope = self.x.square().triple().half();
        let yy = self.y.square();
        let s = self.x.mul(&yy);
        let x = slope.square().sub(&s).sub(&s);
        let y = slope.mul(&s.sub(&x)).sub(&yy.square());
        let z = self.y.mul(&self.z);
        Jacobian { x, y, z }
    }

    /// `self + b`, with every case: self the identity, equal to b, opposite to b.
    #[inline(never)]
    pub(crate) fn add_affine(&self, b: &Affine) -> Jacobian {
        if self.is_identity() {
            return Jacobian {
                x: b.x,
                y: b.y,
                z: Fp::ONE,
            };
        }
        let zz = self.z.square();
        let h = b.x.mul(&zz).sub(&self.x);
        let r = b.y.mul(&self.z).mul(&zz).sub(&self.y);
        if h.is_zero() {
            return if r.is_zero() {
                self.double()
            } else {
                Jacobian::IDENTITY
            };
        }
        let hh = h.square();
        let hhh = h.mul(&hh);
        let v = self.x.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v).sub(&v);
        let y = r.mul(&v.sub(&x)).sub(&self.y.mul(&hhh));
        let z = self.z.mul(&h);
        Jacobian { x, y, z }
    }

    /// `self + b`, with every case: either the identity, both equal, both opposite.
    #[inline(never)]
    pub(crate) fn add(&self, b: &Jacobian) -> Jacobian {
        if self.is_identity() {
            return *b;
        }
        if b.is_identity() {
            return *self;
        }
        let (z1z1, z2z2) = (self.z.square(), b.z.square());
        let u1 = self.x.mul(&z2z2);
        let s1 = self.y.mul(&b.z).mul(&z2z2);
        let h = b.x.mul(&z1z1).sub(&u1);
        let r = b.y.mul(&self.z).mul(&z1z1).sub(&s1);
        if h.is_zero() {
            return if r.is_zero() {
                self.double()
            } else {
                Jacobian::IDENTITY
            };
        }
        let hh = h.square();
        let hhh = h.mul(&hh);
        let v = u1.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v).sub(&v);
        let y = r.mul(&v.sub(&x)).sub(&s1.mul(&hhh));
        let z = self.z.mul(&b.z).mul(&h);
        Jacobian { x, y, z }
    }

    /// The affine form, by one inversion.
    pub(crate) fn to_ark(self) -> G1Affine {
        if self.is_identity() {
            return G1Affine::identity();
        }
        let inverse = self.z.inverse();
        let square = inverse.square();
        G1Affine::new_unchecked(
            self.x.mul(&square).into(),
            self.y.mul(&square.mul(&inverse)).into(),
        )
    }
}
