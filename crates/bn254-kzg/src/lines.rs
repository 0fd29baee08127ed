//! The lines of the Miller loop for a fixed point of G2.
//!
//! The optimal ate pairing evaluates, at the point (x, y) of G1, the tangents and chords of the
//! multiples of q that the loop over 6X + 2 passes. arkworks gives each as `c0·y + c1·x·w + c2·v·w`
//! with c0, c1, c2 in Fp2 (D. Aranha, P. Barreto, P. Longa and J. Ricardini, *The realm of the
//! pairings*, ePrint 2013/722). The final exponentiation maps every non-zero element of Fp2 to 1, so each line may be divided by
//! c0·y: what is left is `1 + (a·(x/y) + b·(1/y)·v)·w` with `a = c1/c0` and `b = c2/c0`. That is why
//! a line costs ten multiplications in Fp2 instead of thirteen, and why x/y and 1/y are computed
//! once for each point.
//!
//! c0 is zero only for a vertical line. None occurs for a point of order r: the multiples
//! that meet in a chord are neither equal nor opposite, and no multiple has order 2.

use alloc::vec::Vec;

use ark_bn254::{Bn254, G2Affine};
use ark_ec::pairing::Pairing;

use crate::tower::Fp2;

/// Lines that clones share. Where the processor has no atomics every clone has its own, so that the
/// types of this crate can be sent between threads everywhere.
#[cfg(target_has_atomic = "ptr")]
type Lines = alloc::sync::Arc<[Line]>;
#[cfg(not(target_has_atomic = "ptr"))]
type Lines = alloc::boxed::Box<[Line]>;

/// One line, divided by its constant coefficient.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    /// Multiplies x/y · w.
    pub(crate) slope: Fp2,
    /// Multiplies 1/y · v·w.
    pub(crate) offset: Fp2,
}

/// The lines of a fixed point of G2, shared by all clones: 11 KB, made in about the time of
/// a quarter of a pairing.
#[derive(Clone)]
pub(crate) struct PreparedG2 {
    /// In the order in which the Miller loop uses them; empty for the identity.
    lines: Lines,
}

impl PreparedG2 {
    /// Prepares `q`, which must lie in the subgroup of order r (see
    /// [`is_in_g2`](crate::is_in_g2)). For any other point nothing panics, but the verdicts
    /// mean nothing.
    pub(crate) fn new(q: &G2Affine) -> PreparedG2 {
        let coefficients = <Bn254 as Pairing>::G2Prepared::from(*q).ell_coeffs;
        // Batch inversion: prefix products, one inversion, and back.
        let mut product = Fp2::ONE;
        let prefixes: Vec<Fp2> = coefficients
            .iter()
            .map(|(c0, _, _)| {
                let prefix = product;
                product = product.mul(&(*c0).into());
                prefix
            })
            .collect();
        let mut inverse = product.inverse();
        let mut lines: Vec<Line> = coefficients
            .iter()
            .zip(&prefixes)
            .rev()
            .map(|((c0, c1, c2), prefix)| {
                let inverse_of_c0 = inverse.mul(prefix);
                inverse = inverse.mul(&(*c0).into());
                Line {
                    slope: inverse_of_c0.mul(&(*c1).into()),
                    offset: inverse_of_c0.mul(&(*c2).into()),
                }
            })
            .collect();
        lines.reverse();
        PreparedG2 {
            lines: lines.into(),
        }
    }

    /// Whether the point is the identity, which has no lines.
    pub(crate) fn is_identity(&self) -> bool {
        self.lines.is_empty()
    }

    pub(crate) fn lines(&self) -> core::slice::Iter<'_, Line> {
        self.lines.iter()
    }

    /// The memory that this value holds, in bytes; clones share it.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of_val::<[Line]>(&self.lines)
    }
}

impl core::fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PreparedG2")
            .field("lines", &self.lines.len())
            .finish()
    }
}
