//! The arithmetic in lanes against the scalar one.
//!
//! Each test is compiled twice: over portable vectors, which run everywhere, and over registers of AVX-512, which
//! run where the processor has them.

mod field;
mod msm;

/// Values at the edges of what a normal value may be, as representatives of an element: the element plus k·p.
use crate::lanes::limbs52::{LOW, Limbs52, MODULUS};

/// `a + k·p`, normal.
fn plus_multiple(a: &Limbs52, k: u64) -> Limbs52 {
    let mut carry = 0;
    core::array::from_fn(|i| {
        let sum = a[i] + MODULUS[i] * k + carry;
        carry = sum >> 52;
        if i == 4 { sum } else { sum & LOW }
    })
}
