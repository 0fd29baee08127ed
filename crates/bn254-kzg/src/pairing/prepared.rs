//! A fixed point of G2, prepared for Miller loops.

use ark_bn254::G2Affine;
use ark_ec::AffineRepr;

use super::lines::{self, Line, LinesAt};
use super::miller_loop::Pair;
use super::windows::{self, Monomials, Windows};
use crate::curve::Affine;
use crate::tower::Fp2;

/// A list that clones share. Where the processor has no atomics every clone has its own, so that the
/// types of this crate can be sent between threads everywhere.
#[cfg(target_has_atomic = "ptr")]
pub(super) type Shared<T> = alloc::sync::Arc<[T]>;
#[cfg(not(target_has_atomic = "ptr"))]
pub(super) type Shared<T> = alloc::boxed::Box<[T]>;

/// A fixed point of G2, prepared for pairing checks. Both ways give the same verdicts.
///
/// | | time to make | memory | time of a check of two pairs |
/// |---|---|---|---|
/// | [`lines`](Self::lines) | 0.3 of a check | 11 KB | 1 |
/// | [`windows`](Self::windows) | 1.3 checks | 14 KB | 0.84 |
#[derive(Clone)]
pub struct PreparedG2(Form);

#[derive(Clone)]
enum Form {
    Identity,
    Lines(Shared<Line>),
    /// The constants of all windows.
    Windows(Shared<Fp2>),
}

impl PreparedG2 {
    /// Prepares `q` as lines, for a point that is new. `q` must lie in the subgroup of order r (see
    /// [`is_in_g2`](crate::is_in_g2)); for any other point nothing panics, but the verdicts mean
    /// nothing.
    pub fn lines(q: &G2Affine) -> PreparedG2 {
        Self::unless_identity(q, || Form::Lines(lines::of(q).into()))
    }

    /// Prepares `q` as windows, for a point that is used again and again. The same `q` as for
    /// [`lines`](Self::lines).
    pub fn windows(q: &G2Affine) -> PreparedG2 {
        Self::unless_identity(q, || Form::Windows(windows::of(q).into()))
    }

    fn unless_identity(q: &G2Affine, form: impl FnOnce() -> Form) -> PreparedG2 {
        PreparedG2(if q.is_zero() { Form::Identity } else { form() })
    }

    /// The constants of the windows, for a point that was prepared so.
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    pub(super) fn window_constants(&self) -> Option<&[Fp2]> {
        match &self.0 {
            Form::Windows(constants) => Some(constants),
            _ => None,
        }
    }

    /// Whether the point is the identity.
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    pub(super) fn is_identity(&self) -> bool {
        matches!(self.0, Form::Identity)
    }

    /// The pair with `p`; none if this point is the identity.
    pub(super) fn at(&self, p: &Affine) -> Option<Pair<'_>> {
        match &self.0 {
            Form::Identity => None,
            Form::Lines(lines) => Some(Pair::Lines(LinesAt::new(p), lines.iter())),
            Form::Windows(constants) => {
                Some(Pair::Windows(Monomials::new(p), Windows::new(constants)))
            }
        }
    }
}

impl core::fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match &self.0 {
            Form::Identity => "PreparedG2(identity)",
            Form::Lines(_) => "PreparedG2(lines)",
            Form::Windows(_) => "PreparedG2(windows)",
        })
    }
}
