//! The permutation argument: equality-enabled cells keep their values along a permutation
//! (spec, section 7.4; [GWC 2019](https://eprint.iacr.org/2019/953), section 8).
//!
//! The columns are cut into chunks of `degree - 2`; each has a grand product `z_i`, and the chain
//! `z_0, z_1, …` carries the product from chunk to chunk.

use super::{
    lagrange::Lagrange,
    query::{Commitment, Opened, OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::{
    challenge::{Beta, Challenge, Gamma, X},
    circuit::rules::Circuit,
    domain::DELTA,
    error::count,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;

/// Columns in one grand product.
pub(crate) fn chunk(degree: u32) -> u32 {
    degree.saturating_sub(2).max(1)
}

/// The grand products' commitments.
pub(crate) struct Committed<R: ProofReader> {
    products: Vec<R::Point>,
}

/// The commitment and the evaluations of one grand product.
struct Product<R: ProofReader> {
    commitment: R::Point,
    /// `z_i(x)`
    current: R::Evaluation,
    /// `z_i(ωx)`
    next: R::Evaluation,
    /// `z_i(ω^last x)`; the last product has none.
    last: Option<R::Evaluation>,
}

pub(crate) struct Evaluated<R: ProofReader> {
    /// `σ_j(x)` for each permutation column.
    sigmas: Vec<R::Evaluation>,
    products: Vec<Product<R>>,
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read(num_products: u32, reader: &mut R) -> Result<Self, R::Error> {
        let products = reader.points(num_products)?;
        Ok(Committed { products })
    }

    pub(crate) fn read_evaluations(
        self,
        circuit: &Circuit,
        reader: &mut R,
    ) -> Result<Evaluated<R>, R::Error> {
        let sigmas = reader.evaluations(count(circuit.permutation.len()))?;
        let end = self.products.len();
        let mut products = Vec::with_capacity(end);
        for (commitment, number) in self.products.into_iter().zip(1usize..) {
            products.push(Product {
                commitment,
                current: reader.evaluation()?,
                next: reader.evaluation()?,
                last: if number < end {
                    Some(reader.evaluation()?)
                } else {
                    None
                },
            });
        }
        Ok(Evaluated { sigmas, products })
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    /// The products' queries; those of the σ polynomials come later ([`Self::sigma_queries`]).
    pub(crate) fn product_queries(&self, last_rotation: i32, visit: Visit<'_>) {
        for product in &self.products {
            let point = product.commitment;
            visit(OpeningQuery::of_proof(point, 0, product.current));
            visit(OpeningQuery::of_proof(point, 1, product.next));
        }
        for product in self.products.iter().rev() {
            if let Some(last) = product.last {
                visit(OpeningQuery::of_proof(
                    product.commitment,
                    last_rotation,
                    last,
                ));
            }
        }
    }

    pub(crate) fn sigma_queries(&self, visit: Visit<'_>) {
        for (&evaluation, column) in self.sigmas.iter().zip(0u32..) {
            visit(OpeningQuery {
                commitment: Commitment::Sigma(column),
                rotation: 0,
                value: Opened::Proof(evaluation),
            });
        }
    }
}

impl<R: ProofReader<Evaluation = Fr>> Evaluated<R> {
    /// `columns`: the permutation columns at x, in order.
    pub(crate) fn identities(
        &self,
        columns: &[Fr],
        chunk: u32,
        lagrange: &Lagrange,
        (beta, gamma, x): (Challenge<Beta>, Challenge<Gamma>, Challenge<X>),
        out: &mut Vec<Fr>,
    ) -> Option<()> {
        let (Some(first), Some(end)) = (self.products.first(), self.products.last()) else {
            return Some(());
        };
        out.push(lagrange.first * (Fr::ONE - first.current));
        out.push(lagrange.last * (end.current.square() - end.current));
        for (before, product) in self.products.iter().zip(self.products.iter().skip(1)) {
            out.push(lagrange.first * (product.current - before.last?));
        }
        debug_assert_eq!(columns.len(), self.sigmas.len());
        if columns.len() != self.sigmas.len() {
            return None;
        }
        let mut columns = columns.iter().zip(&self.sigmas);
        let mut identity = *beta * *x; // beta · DELTA^j · x
        for product in &self.products {
            let (mut left, mut right) = (product.next, product.current);
            for (value, sigma) in columns.by_ref().take(chunk as usize) {
                let shifted = *value + *gamma;
                left *= shifted + *beta * sigma;
                right *= shifted + identity;
                identity *= DELTA;
            }
            out.push(lagrange.active * (left - right));
        }
        // Every column belongs to a product.
        let complete = columns.next().is_none();
        debug_assert!(complete);
        complete.then_some(())
    }
}
