//! The arithmetic in lanes against the scalar one.
//!
//! Each claim is compiled twice, as the kernels are: over portable vectors, where it runs everywhere, and over
//! registers of AVX-512, where it runs if the processor has them. With `ZK_VERIFY_ARITHMETIC=lanes` in the
//! environment it fails where it has not, so that a run that must have tested them cannot pass without.

use crate::lanes::limbs52::{BaseField, LOW, Limbs52, Modulus};

#[allow(clippy::duplicate_mod, reason = "one source for two kinds of vector")]
mod portable;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(clippy::duplicate_mod, reason = "one source for two kinds of vector")]
mod avx512;

mod costs;

/// `a + k·p`, normal.
fn plus_multiple(a: &Limbs52, k: u64) -> Limbs52 {
    plus_multiple_of::<BaseField>(a, k)
}

/// `a + k·m`, normal.
fn plus_multiple_of<M: Modulus>(a: &Limbs52, k: u64) -> Limbs52 {
    let mut carry = 0;
    core::array::from_fn(|i| {
        let sum = a[i] + M::MODULUS[i] * k + carry;
        carry = sum >> 52;
        if i == 4 { sum } else { sum & LOW }
    })
}

/// Debug builds check every bound, over either kind of vector.
#[cfg(debug_assertions)]
mod assertions {
    use crate::fp::Fp;
    use crate::lanes::portable::kernels::field::Fp8;

    #[test]
    #[should_panic(expected = "negative or not below 2^260")]
    fn refuse_a_negative_value_as_a_factor() {
        let zero = Fp8::from_fp(&[Fp::ZERO; 8]);
        let one = Fp8::from_fp(&[Fp::ONE; 8]);
        zero.canonical().sub(&one.canonical()).normalise();
    }

    #[test]
    #[should_panic(expected = "and not from 1 p to 84 p")]
    fn refuse_to_reduce_a_value_that_is_too_small() {
        Fp8::zero().reduce();
    }
}
