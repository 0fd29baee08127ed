//! The classic lookup argument of halo2, one input to an argument (spec, section 9.4;
//! [the halo2 book](https://zcash.github.io/halo2/design/proving-system/lookup.html)).
//!
//! `A'` is a permutation of the compressed input and `S'` one of the compressed table, such that each
//! value of `A'` equals the one in the row before or the one of `S'` in its own row. A grand product
//! `Z` shows that they are permutations.

use super::super::{
    lagrange::Lagrange,
    query::{OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::{
    challenge::{Beta, Challenge, Gamma, Theta},
    circuit::{
        parts::Parts,
        program::{Degrees, Values},
        rules::Circuit,
        tuples::LookupNodes,
    },
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;

/// The commitments of one argument's permuted columns.
struct Columns<R: ProofReader> {
    /// `A'`
    input: R::Point,
    /// `S'`
    table: R::Point,
}

/// The permuted columns' commitments.
pub(crate) struct Permuted<R: ProofReader>(Vec<Columns<R>>);

/// All commitments.
pub(crate) struct Committed<R: ProofReader> {
    columns: Vec<Columns<R>>,
    products: Vec<R::Point>,
}

/// The commitments and evaluations of one argument.
struct Argument<R: ProofReader> {
    columns: Columns<R>,
    product_commitment: R::Point,
    /// `Z(x)`
    product: R::Evaluation,
    /// `Z(ωx)`
    product_next: R::Evaluation,
    /// `A'(x)`
    input: R::Evaluation,
    /// `A'(ω⁻¹x)`
    input_before: R::Evaluation,
    /// `S'(x)`
    table: R::Evaluation,
}

pub(crate) struct Evaluated<R: ProofReader>(Vec<Argument<R>>);

/// Of `grown - expected` below, with `l_active` a factor of its own.
pub(crate) fn degree(circuit: &Parts, degrees: &Degrees) -> u32 {
    let of_argument = |lookup: LookupNodes<'_>| {
        let inputs = lookup.inputs().map(|input| degrees.of_tuple(input));
        let input = inputs.max().unwrap_or(0).max(1);
        let table = degrees.of_tuple(lookup.table).max(1);
        input.saturating_add(table).saturating_add(2)
    };
    circuit.lookups.iter().map(of_argument).max().unwrap_or(0)
}

impl<R: ProofReader> Permuted<R> {
    pub(crate) fn read(circuit: &Circuit, reader: &mut R) -> Result<Self, R::Error> {
        let number = circuit.lookups.len();
        let mut columns = Vec::with_capacity(number as usize);
        for _ in 0..number {
            columns.push(Columns {
                input: reader.point()?,
                table: reader.point()?,
            });
        }
        Ok(Permuted(columns))
    }

    pub(crate) fn read_products(self, reader: &mut R) -> Result<Committed<R>, R::Error> {
        let mut products = Vec::with_capacity(self.0.len());
        for _ in &self.0 {
            products.push(reader.point()?);
        }
        Ok(Committed {
            columns: self.0,
            products,
        })
    }
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read_evaluations(self, reader: &mut R) -> Result<Evaluated<R>, R::Error> {
        let mut arguments = Vec::with_capacity(self.columns.len());
        for (columns, product_commitment) in self.columns.into_iter().zip(self.products) {
            arguments.push(Argument {
                columns,
                product_commitment,
                product: reader.evaluation()?,
                product_next: reader.evaluation()?,
                input: reader.evaluation()?,
                input_before: reader.evaluation()?,
                table: reader.evaluation()?,
            });
        }
        Ok(Evaluated(arguments))
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    pub(crate) fn queries(&self, visit: Visit<'_>) {
        for a in &self.0 {
            let (product, Columns { input, table }) = (a.product_commitment, &a.columns);
            visit(OpeningQuery::of_proof(product, 0, a.product));
            visit(OpeningQuery::of_proof(*input, 0, a.input));
            visit(OpeningQuery::of_proof(*table, 0, a.table));
            visit(OpeningQuery::of_proof(*input, -1, a.input_before));
            visit(OpeningQuery::of_proof(product, 1, a.product_next));
        }
    }
}

impl<R: ProofReader<Evaluation = Fr>> Evaluated<R> {
    pub(crate) fn identities(
        &self,
        circuit: &Circuit,
        values: &Values,
        lagrange: &Lagrange,
        (theta, beta, gamma): (Challenge<Theta>, Challenge<Beta>, Challenge<Gamma>),
        out: &mut Vec<Fr>,
    ) -> Option<()> {
        for (lookup, a) in circuit.lookups.iter().zip(&self.0) {
            out.push(lagrange.first * (Fr::ONE - a.product));
            out.push(lagrange.last * (a.product.square() - a.product));

            let input = values.compress(lookup.inputs().next()?, *theta)?;
            let table = values.compress(lookup.table, *theta)?;
            let grown = a.product_next * (a.input + *beta) * (a.table + *gamma);
            let expected = a.product * (input + *beta) * (table + *gamma);
            out.push(lagrange.active * (grown - expected));

            let differs = a.input - a.table;
            out.push(lagrange.first * differs);
            out.push(lagrange.active * differs * (a.input - a.input_before));
        }
        Some(())
    }
}
