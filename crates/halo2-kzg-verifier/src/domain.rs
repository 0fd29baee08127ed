//! The multiplicative subgroup that the rows live on (spec, sections 1.2 and 7.1).

use crate::limits::MAX_K;
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{Field, MontFp, Zero};

/// A primitive 2^28-th root of unity: `7^((r-1)/2^28)`.
const ROOT_OF_UNITY: Fr =
    MontFp!("1748695177688661943023146337482803886740723238769601073607632802312037301404");

/// `7^(2^28)`, a generator of the subgroup of odd order: tells permutation columns apart.
pub(crate) const DELTA: Fr =
    MontFp!("4131629893567559867359510883348571134090853742863529169391034518566172092834");

/// What verification needs to know about the rows.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    /// There are `n = 2^k` rows.
    pub(crate) k: u8,
    /// A generator of the subgroup of order n.
    pub(crate) omega: Fr,
    /// `1/ω`
    inverse_of_omega: Fr,
    /// `1/n`
    pub(crate) inverse_of_n: Fr,
    /// `ω^i` for `i = last, …, -1`: the row after the usable ones, then the blinding rows.
    pub(crate) tail: Vec<Fr>,
}

impl Domain {
    /// The rows of a circuit with `2^k` of them; `last` is the rotation of the row after the usable
    /// ones.
    pub(crate) fn new(k: u8, last: i32) -> Self {
        let omega = omega(k);
        // Roots of unity and powers of two are not zero.
        let inverse = |value: &Fr| bn254_kzg::inverse(value).unwrap_or_default();
        let mut domain = Domain {
            k,
            omega,
            inverse_of_omega: inverse(&omega),
            inverse_of_n: inverse(&Fr::from(1u64.checked_shl(k.into()).unwrap_or(1))),
            tail: Vec::new(),
        };
        domain.tail = (last..0).map(|i| domain.power(i)).collect();
        domain
    }

    /// `ω^exponent` for a small exponent of either sign.
    pub(crate) fn power(&self, exponent: i32) -> Fr {
        let base = if exponent < 0 {
            self.inverse_of_omega
        } else {
            self.omega
        };
        base.pow([u64::from(exponent.unsigned_abs())])
    }
}

/// A generator of the subgroup of order `2^k`.
fn omega(k: u8) -> Fr {
    (k..MAX_K).fold(ROOT_OF_UNITY, |root, _| root.square())
}

/// Inverts every element with one inversion; `None` if one of them is zero.
pub(crate) fn invert_all(values: &mut [Fr]) -> Option<()> {
    if values.iter().any(Fr::is_zero) {
        return None;
    }
    bn254_kzg::batch_inverse(values, &mut Vec::with_capacity(values.len()));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omega_has_order_two_to_the_k() {
        let expected: Fr =
            MontFp!("0x2b7ddfe4383c8d806530b94d3120ce6fcb511871e4d44a65f0acd0b96a8a942e");
        assert_eq!(omega(15), expected);
        for k in 1..=MAX_K {
            assert_eq!(omega(k).pow([1u64 << (k - 1)]), -Fr::ONE);
        }
        assert_eq!(omega(0), Fr::ONE);
    }

    #[test]
    fn delta_is_seven_to_the_two_to_the_28() {
        assert_eq!(DELTA, Fr::from(7u64).pow([1u64 << 28]));
    }

    #[test]
    fn inverts_all_or_reports_a_zero() {
        let mut values: Vec<Fr> = (1u64..20).map(Fr::from).collect();
        invert_all(&mut values).unwrap();
        for (value, i) in values.iter().zip(1u64..) {
            assert_eq!(*value * Fr::from(i), Fr::ONE);
        }
        assert_eq!(invert_all(&mut [Fr::ONE, Fr::from(0u64)]), None);
        assert_eq!(invert_all(&mut []), Some(()));
    }
}
