//! Gate polynomials: each must vanish on every row.

use crate::{Fr, expression::Values, key::VerifyingKey};
use alloc::vec::Vec;

/// Adds the value of every gate polynomial.
pub(crate) fn identities(key: &VerifyingKey, values: &Values, out: &mut Vec<Fr>) {
    out.extend(key.gates.iter().map(|&gate| values.get(gate)));
}
