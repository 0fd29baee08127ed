//! The permutation argument: equality-enabled cells keep their values along a permutation
//! (spec, section 4, item 2; [GWC 2019](https://eprint.iacr.org/2019/953), section 8).
//!
//! The columns are cut into chunks of `degree - 2`; each has a grand product `z_i`, and the chain
//! `z_0, z_1, …` carries the product from chunk to chunk.

use super::{
    EvaluationReader, Lagrange,
    opening::{Commitment, OpeningQuery},
};
use crate::{
    Fr,
    domain::DELTA,
    key::{VerifyingKey, count},
    transcript::{Beta, Challenge, Gamma, X},
};
use alloc::vec::Vec;
use ark_ff::Field;

/// The evaluations of one grand product.
#[derive(Clone, Copy, Default)]
pub(crate) struct Product<T> {
    /// `z_i(x)`
    current: T,
    /// `z_i(ωx)`
    next: T,
    /// `z_i(ω^last x)`; the last product has none.
    last: Option<T>,
}

pub(crate) struct Evaluated<'a, T> {
    /// `σ_j(x)` for each permutation column.
    sigmas: &'a [T],
    products: Vec<Product<T>>,
}

impl<'a, T: Copy + Default> Evaluated<'a, T> {
    pub(crate) fn read(
        reader: &mut EvaluationReader<'a, T>,
        num_columns: usize,
        num_products: u32,
    ) -> Self {
        let sigmas = reader.take(num_columns);
        let products = (1..=num_products)
            .map(|i| {
                let [current, next] = reader.take_array();
                let last = (i < num_products).then(|| {
                    let [last] = reader.take_array();
                    last
                });
                Product {
                    current,
                    next,
                    last,
                }
            })
            .collect();
        Evaluated { sigmas, products }
    }

    /// The products' queries; those of the σ polynomials come later ([`Self::sigma_queries`]).
    pub(crate) fn product_queries(&self, last_rotation: i32, out: &mut Vec<OpeningQuery<T>>) {
        let numbered = || (0..count(self.products.len())).zip(&self.products);
        for (i, product) in numbered() {
            let commitment = Commitment::PermutationProduct(i);
            out.push(OpeningQuery {
                commitment,
                rotation: 0,
                evaluation: product.current,
            });
            out.push(OpeningQuery {
                commitment,
                rotation: 1,
                evaluation: product.next,
            });
        }
        for (i, last) in numbered().rev().filter_map(|(i, p)| Some((i, p.last?))) {
            let commitment = Commitment::PermutationProduct(i);
            out.push(OpeningQuery {
                commitment,
                rotation: last_rotation,
                evaluation: last,
            });
        }
    }

    pub(crate) fn sigma_queries(&self, out: &mut Vec<OpeningQuery<T>>) {
        out.extend(
            self.sigmas
                .iter()
                .zip(0u32..)
                .map(|(&evaluation, i)| OpeningQuery {
                    commitment: Commitment::Sigma(i),
                    rotation: 0,
                    evaluation,
                }),
        );
    }
}

impl Evaluated<'_, Fr> {
    /// `values`: the permutation columns at x, in order.
    pub(crate) fn identities(
        &self,
        key: &VerifyingKey,
        values: impl Iterator<Item = Fr>,
        lagrange: &Lagrange,
        (beta, gamma, x): (Challenge<Beta>, Challenge<Gamma>, Challenge<X>),
        out: &mut Vec<Fr>,
    ) {
        let (Some(first), Some(end)) = (self.products.first(), self.products.last()) else {
            return;
        };
        out.push(lagrange.first * (Fr::ONE - first.current));
        out.push(lagrange.last * (end.current.square() - end.current));
        for (before, product) in self.products.iter().zip(self.products.iter().skip(1)) {
            let carried = before.last.unwrap_or_default();
            out.push(lagrange.first * (product.current - carried));
        }
        let chunk = usize::try_from(key.shape.chunk)
            .unwrap_or(usize::MAX)
            .max(1);
        let mut columns = values.zip(self.sigmas);
        let mut identity = *beta * *x; // beta · DELTA^j · x
        for product in &self.products {
            let (mut left, mut right) = (product.next, product.current);
            for (value, sigma) in columns.by_ref().take(chunk) {
                let shifted = value + *gamma;
                left *= shifted + *beta * sigma;
                right *= shifted + identity;
                identity *= DELTA;
            }
            out.push(lagrange.active * (left - right));
        }
        debug_assert_eq!(count(self.products.len()), key.shape.num_products);
    }
}
