//! The shuffle argument: two tuples take the same values, in any order (spec, section 7.6).

use super::{
    lagrange::Lagrange,
    query::{OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::{
    challenge::{Challenge, Gamma, Theta},
    circuit::{
        parts::Parts,
        program::{Degrees, Values},
        rules::Circuit,
    },
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;

/// The grand products' commitments.
pub(crate) struct Committed<R: ProofReader> {
    products: Vec<R::Point>,
}

/// The commitment and the evaluations of one argument's grand product.
struct Argument<R: ProofReader> {
    commitment: R::Point,
    /// `z(x)`
    product: R::Evaluation,
    /// `z(ωx)`
    product_next: R::Evaluation,
}

pub(crate) struct Evaluated<R: ProofReader>(Vec<Argument<R>>);

/// Of `left - right` below, with `l_active` a factor of its own.
pub(crate) fn degree(circuit: &Parts, degrees: &Degrees) -> u32 {
    let of_argument = |shuffle: crate::circuit::tuples::ShuffleNodes<'_>| {
        let tuples = [shuffle.input, shuffle.shuffle];
        let widest = tuples
            .map(|tuple| degrees.of_tuple(tuple))
            .into_iter()
            .max();
        widest.unwrap_or(0).max(1).saturating_add(2)
    };
    circuit.shuffles.iter().map(of_argument).max().unwrap_or(0)
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read(circuit: &Circuit, reader: &mut R) -> Result<Self, R::Error> {
        let products = reader.points(circuit.shuffles.len())?;
        Ok(Committed { products })
    }

    pub(crate) fn read_evaluations(self, reader: &mut R) -> Result<Evaluated<R>, R::Error> {
        let mut arguments = Vec::with_capacity(self.products.len());
        for commitment in self.products {
            arguments.push(Argument {
                commitment,
                product: reader.evaluation()?,
                product_next: reader.evaluation()?,
            });
        }
        Ok(Evaluated(arguments))
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    pub(crate) fn queries(&self, visit: Visit<'_>) {
        for a in &self.0 {
            visit(OpeningQuery::of_proof(a.commitment, 0, a.product));
            visit(OpeningQuery::of_proof(a.commitment, 1, a.product_next));
        }
    }
}

impl<R: ProofReader<Evaluation = Fr>> Evaluated<R> {
    pub(crate) fn identities(
        &self,
        circuit: &Circuit,
        values: &Values,
        lagrange: &Lagrange,
        (theta, gamma): (Challenge<Theta>, Challenge<Gamma>),
        out: &mut Vec<Fr>,
    ) -> Option<()> {
        for (shuffle, a) in circuit.shuffles.iter().zip(&self.0) {
            out.push(lagrange.first * (Fr::ONE - a.product));
            out.push(lagrange.last * (a.product.square() - a.product));
            let left = a.product_next * (values.compress(shuffle.shuffle, *theta)? + *gamma);
            let right = a.product * (values.compress(shuffle.input, *theta)? + *gamma);
            out.push(lagrange.active * (left - right));
        }
        Some(())
    }
}
