//! Membership in the subgroup of G2 that the pairing is defined on.

use ark_bn254::G2Affine;

/// Whether `q` is on the twist and in its subgroup of order r. The identity is.
pub fn is_in_g2(q: &G2Affine) -> bool {
    q.is_on_curve() && q.is_in_correct_subgroup_assuming_on_curve()
}
