//! Values of Lagrange polynomials at x.

use ark_bn254::Fr;

/// Values of Lagrange polynomials at x (spec, section 7.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lagrange {
    /// `l_0`: the first row.
    pub(crate) first: Fr,
    /// `l_last`: the row after the usable ones.
    pub(crate) last: Fr,
    /// `l_active`, one on usable rows: `1 - l_last - l_blind`.
    pub(crate) active: Fr,
}
