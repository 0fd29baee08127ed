//! The multiplicative subgroup that the rows live on (spec, sections 0 and 3).

use crate::{Fr, limits::MAX_K};
use ark_ff::{Field, MontFp};

/// A primitive 2^28-th root of unity: `7^((r-1)/2^28)`.
const ROOT_OF_UNITY: Fr =
    MontFp!("1748695177688661943023146337482803886740723238769601073607632802312037301404");

/// `7^(2^28)`, a generator of the subgroup of odd order: tells permutation columns apart.
pub(crate) const DELTA: Fr =
    MontFp!("4131629893567559867359510883348571134090853742863529169391034518566172092834");

/// A generator of the subgroup of order `2^k`.
pub(crate) fn omega(k: u8) -> Fr {
    (k..MAX_K).fold(ROOT_OF_UNITY, |root, _| root.square())
}

/// `base^exponent` for a small exponent of either sign; `inverse` is `base^-1`.
pub(crate) fn power(base: Fr, inverse: Fr, exponent: i32) -> Fr {
    let base = if exponent < 0 { inverse } else { base };
    base.pow([u64::from(exponent.unsigned_abs())])
}

/// Inverts every element with one inversion (Montgomery's trick); `None` if one of them is zero.
pub(crate) fn invert_all(values: &mut [Fr]) -> Option<()> {
    let mut products = alloc::vec::Vec::with_capacity(values.len());
    let mut product = Fr::ONE;
    for value in values.iter() {
        products.push(product);
        product *= value;
    }
    let mut inverse = product.inverse()?;
    for (value, before) in values.iter_mut().zip(products).rev() {
        let next = inverse * *value;
        *value = inverse * before;
        inverse = next;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use ark_ff::AdditiveGroup;

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
        assert_eq!(invert_all(&mut [Fr::ONE, Fr::ZERO]), None);
        assert_eq!(invert_all(&mut []), Some(()));
    }
}
