//! Inverses and sums of products in the scalar field, eight at a time: [`crate::scalars`] in lanes.
//!
//! Elements are read and written as arkworks holds them, as the words of x·2²⁵⁶ mod r. A product in lanes,
//! a∘b = a·b/2²⁶⁰, expects a scale of 2²⁶⁰. They are not rescaled, which saves a shift and a reduction twice for each
//! element; each function says why its result is right all the same.
//!
//! Bounds are in multiples of r, as in [`field`](super::field).

#![allow(
    clippy::wrong_self_convention,
    reason = "several hundred bytes are better not passed by value"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "indices count over arrays of known length"
)]

use alloc::vec::Vec;
use core::array::from_fn;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Zero};

use super::super::vector::V;
use super::field::{Fr8, Stored8, Wide8};
use crate::scalars;

/// Products that one [`Wide8`] takes: columns below 64·9·2⁵² < 2⁶², and a sum that is < 1.13 + 64/84.64 < 2 when reduced.
const MOST_PRODUCTS: usize = 64;

impl Fr8 {
    kernels! {
        /// Up to eight elements as they are, then zeros; < 1.
        pub(crate) fn from_elements(elements: &[Fr]) -> Fr8 {
            let words: [[u64; 4]; 8] =
                from_fn(|lane| elements.get(lane).map_or([0; 4], |element| element.0.0));
            Fr8::from_words(from_fn(|i| V::load(&words.map(|words| words[i]))))
        }

        /// The same with the integer 1 in the place of zero.
        fn from_elements_or_one(elements: &[Fr]) -> Fr8 {
            let elements = Fr8::from_elements(elements);
            Fr8::select(elements.is_zero(), &Fr8::splat(&ONE), &elements)
        }

        /// Eight elements as they are, from values < 4.
        pub(crate) fn to_elements(&self) -> [Fr; 8] {
            let words = self.canonical().to_words().map(|words| words.store());
            from_fn(|lane| Fr::new_unchecked(BigInt(words.map(|words| words[lane]))))
        }
    }
}

/// The integer 1, not an element.
const ONE: [u64; 5] = [1, 0, 0, 0, 0];

kernels! {
    /// Replaces every element that is not zero by its inverse, with one inversion in all.
    ///
    /// Lane l takes the elements a₁, a₂, … number l, l + 8, … and the products Pₖ = 1∘a₁∘…∘aₖ. From the end on
    /// qₖ is kept with qₖ₋₁ = qₖ∘aₖ, so that qₖ∘Pₖ is the same for all k, and qₖ∘Pₖ₋₁ is the inverse of aₖ: their
    /// product aₖ∘qₖ∘Pₖ₋₁ is qₙ∘Pₙ for the last n. There qₙ is Pₙ's inverse as elements scaled by 2²⁵⁶, so
    /// qₙ·Pₙ = 2⁵¹² modulo r, and the plain product of aₖ and its inverse is 2⁵¹² too, as it must be.
    pub(crate) fn batch_inverse(values: &mut [Fr]) {
        let mut prefixes: Vec<Stored8> = Vec::with_capacity(values.len().div_ceil(8));
        let mut product = Fr8::splat(&ONE);
        for group in values.chunks(8) {
            prefixes.push(product.store());
            product = product.mul(&Fr8::from_elements_or_one(group)); // < 1.15
        }
        let mut inverses = product.to_elements();
        scalars::batch_inverse(&mut inverses, &mut Vec::with_capacity(8));
        let mut running = Fr8::from_elements(&inverses);
        for (group, prefix) in values.chunks_mut(8).zip(&prefixes).rev() {
            let inverses = running.mul(&Fr8::load(prefix)).to_elements();
            running = running.mul(&Fr8::from_elements_or_one(group));
            for (value, inverse) in group.iter_mut().zip(inverses) {
                if !value.is_zero() {
                    *value = inverse;
                }
            }
        }
    }

    /// `Σ a[i]·b[i]`, up to the end of the shorter list. Each product has lost a factor of 16, which the sum gets back.
    pub(crate) fn inner_product(a: &[Fr], b: &[Fr]) -> Fr {
        let mut sum = Fr8::zero();
        for (a, b) in a.chunks(8 * MOST_PRODUCTS).zip(b.chunks(8 * MOST_PRODUCTS)) {
            let mut products = Wide8::zero();
            for (a, b) in a.chunks(8).zip(b.chunks(8)) {
                products.add_product(&Fr8::from_elements(a), &Fr8::from_elements(b));
            }
            sum = sum.add(&products.reduce()).plus(1).reduce(); // from [1, 4.1): < 1.06
        }
        let mut total = Fr::ZERO;
        for lane in sum.to_elements() {
            total += lane;
        }
        for _ in 0..4 {
            total.double_in_place();
        }
        total
    }
}
