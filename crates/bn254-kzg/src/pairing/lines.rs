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

use crate::curve::Affine;
use crate::fp::Fp;
use crate::tower::{Fp2, Fp12};

/// One line, divided by its constant coefficient.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Multiplies x/y · w.
    slope: Fp2,
    /// Multiplies 1/y · v·w.
    offset: Fp2,
}

/// A point of G1 in the form that lines are evaluated at.
pub(super) struct LinesAt {
    x_over_y: Fp,
    one_over_y: Fp,
}

impl LinesAt {
    /// No point of the curve has y = 0, its order being odd.
    pub(super) fn new(p: &Affine) -> LinesAt {
        let one_over_y = p.y.inverse();
        LinesAt {
            x_over_y: p.x.mul(&one_over_y),
            one_over_y,
        }
    }
}

impl Line {
    /// `f` times the line at the point.
    #[inline(always)]
    pub(super) fn multiply(&self, f: &Fp12, at: &LinesAt) -> Fp12 {
        f.mul_by_line(
            &self.slope.scale(&at.x_over_y),
            &self.offset.scale(&at.one_over_y),
        )
    }
}

/// The lines of `q`, in the order in which the Miller loop uses them.
pub(super) fn of(q: &G2Affine) -> Vec<Line> {
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
    lines
}
