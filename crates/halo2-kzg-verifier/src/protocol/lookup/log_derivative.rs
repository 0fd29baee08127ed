//! The logUp lookup argument, several inputs to an argument (spec, section 7.5;
//! [Haböck 2022](https://eprint.iacr.org/2022/1530)).
//!
//! With `f_i` the compressed inputs and `τ` the compressed table, both shifted by beta, and `m` the
//! multiplicities, the running sum `φ` grows by `Σ 1/f_i - m/τ` from row to row and ends at zero.

use super::super::{
    lagrange::Lagrange,
    query::{OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::{
    challenge::{Beta, Challenge, Theta},
    circuit::{
        parts::Parts,
        program::{Degrees, Values},
        rules::Circuit,
    },
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// The multiplicities' commitments.
pub(crate) struct Counted<R: ProofReader> {
    multiplicities: Vec<R::Point>,
}

/// All commitments.
pub(crate) struct Committed<R: ProofReader> {
    multiplicities: Vec<R::Point>,
    sums: Vec<R::Point>,
}

/// The commitments and evaluations of one argument.
struct Argument<R: ProofReader> {
    multiplicity_commitment: R::Point,
    sum_commitment: R::Point,
    /// `φ(x)`
    sum: R::Evaluation,
    /// `φ(ωx)`
    sum_next: R::Evaluation,
    /// `m(x)`
    multiplicity: R::Evaluation,
}

pub(crate) struct Evaluated<R: ProofReader>(Vec<Argument<R>>);

/// Of `grown - expected` below, with `l_active` a factor of its own.
pub(crate) fn degree(circuit: &Parts, degrees: &Degrees) -> u32 {
    let of_argument = |lookup: crate::circuit::tuples::LookupNodes<'_>| {
        let inputs = lookup.inputs().map(|input| degrees.of_tuple(input));
        let product = inputs.fold(0, u32::saturating_add);
        let table = degrees.of_tuple(lookup.table);
        let sum = product.saturating_add(table).saturating_add(2);
        sum.max(lookup.num_inputs.saturating_add(3))
    };
    circuit.lookups.iter().map(of_argument).max().unwrap_or(0)
}

impl<R: ProofReader> Counted<R> {
    pub(crate) fn read(circuit: &Circuit, reader: &mut R) -> Result<Self, R::Error> {
        let multiplicities = reader.points(circuit.lookups.len())?;
        Ok(Counted { multiplicities })
    }

    pub(crate) fn read_sums(
        self,
        circuit: &Circuit,
        reader: &mut R,
    ) -> Result<Committed<R>, R::Error> {
        Ok(Committed {
            multiplicities: self.multiplicities,
            sums: reader.points(circuit.lookups.len())?,
        })
    }
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read_evaluations(self, reader: &mut R) -> Result<Evaluated<R>, R::Error> {
        let mut arguments = Vec::with_capacity(self.sums.len());
        for (multiplicity_commitment, sum_commitment) in
            self.multiplicities.into_iter().zip(self.sums)
        {
            arguments.push(Argument {
                multiplicity_commitment,
                sum_commitment,
                sum: reader.evaluation()?,
                sum_next: reader.evaluation()?,
                multiplicity: reader.evaluation()?,
            });
        }
        Ok(Evaluated(arguments))
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    pub(crate) fn queries(&self, visit: Visit<'_>) {
        for a in &self.0 {
            visit(OpeningQuery::of_proof(a.sum_commitment, 0, a.sum));
            visit(OpeningQuery::of_proof(a.sum_commitment, 1, a.sum_next));
            visit(OpeningQuery::of_proof(
                a.multiplicity_commitment,
                0,
                a.multiplicity,
            ));
        }
    }
}

impl<R: ProofReader<Evaluation = Fr>> Evaluated<R> {
    pub(crate) fn identities(
        &self,
        circuit: &Circuit,
        values: &Values,
        lagrange: &Lagrange,
        (theta, beta): (Challenge<Theta>, Challenge<Beta>),
        out: &mut Vec<Fr>,
    ) -> Option<()> {
        for (lookup, a) in circuit.lookups.iter().zip(&self.0) {
            out.push(lagrange.first * a.sum);
            out.push(lagrange.last * a.sum);

            let table = values.compress(lookup.table, *theta)? + *beta;
            // Π f_i, and Σ_i Π_{j≠i} f_j as the derivative that the product rule gives.
            let (mut product, mut derivative) = (Fr::ONE, Fr::ZERO);
            for input in lookup.inputs() {
                let f = values.compress(input, *theta)? + *beta;
                derivative = derivative * f + product;
                product *= f;
            }
            let grown = table * product * (a.sum_next - a.sum);
            let expected = table * derivative - a.multiplicity * product;
            out.push(lagrange.active * (grown - expected));
        }
        Some(())
    }
}
