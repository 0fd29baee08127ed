//! The logUp lookup argument, several inputs to an argument (spec, section 4, item 3;
//! [Haböck 2022](https://eprint.iacr.org/2022/1530)).
//!
//! With `f_i` the compressed inputs and `τ` the compressed table, both shifted by beta, and `m` the
//! multiplicities, the running sum `φ` grows by `Σ 1/f_i - m/τ` from row to row and ends at zero.

use super::{
    EvaluationReader, Lagrange,
    opening::{Commitment, OpeningQuery},
};
use crate::{
    Fr,
    expression::Values,
    key::VerifyingKey,
    transcript::{Beta, Challenge, Theta},
};
use alloc::vec::Vec;
use ark_ff::{AdditiveGroup, Field};

/// The evaluations of one argument.
#[derive(Clone, Copy)]
struct Argument<T> {
    /// `φ(x)`
    sum: T,
    /// `φ(ωx)`
    sum_next: T,
    /// `m(x)`
    multiplicity: T,
}

pub(crate) struct Evaluated<T>(Vec<Argument<T>>);

impl<T: Copy + Default> Evaluated<T> {
    pub(crate) fn read(reader: &mut EvaluationReader<'_, T>, key: &VerifyingKey) -> Self {
        let read = |_| {
            let [sum, sum_next, multiplicity] = reader.take_array();
            Argument {
                sum,
                sum_next,
                multiplicity,
            }
        };
        Evaluated((0..key.lookups.len()).map(read).collect())
    }

    pub(crate) fn queries(&self, out: &mut Vec<OpeningQuery<T>>) {
        for (a, i) in self.0.iter().zip(0u32..) {
            let (sum, m) = (Commitment::LookupSum(i), Commitment::LookupMultiplicity(i));
            out.push(OpeningQuery {
                commitment: sum,
                rotation: 0,
                evaluation: a.sum,
            });
            out.push(OpeningQuery {
                commitment: sum,
                rotation: 1,
                evaluation: a.sum_next,
            });
            out.push(OpeningQuery {
                commitment: m,
                rotation: 0,
                evaluation: a.multiplicity,
            });
        }
    }
}

impl Evaluated<Fr> {
    pub(crate) fn identities(
        &self,
        key: &VerifyingKey,
        values: &Values,
        lagrange: &Lagrange,
        (theta, beta): (Challenge<Theta>, Challenge<Beta>),
        out: &mut Vec<Fr>,
    ) {
        for (lookup, a) in key.lookups.iter().zip(&self.0) {
            out.push(lagrange.first * a.sum);
            out.push(lagrange.last * a.sum);

            let table = values.compress(lookup.table, *theta) + *beta;
            // Π f_i, and Σ_i Π_{j≠i} f_j as the derivative that the product rule gives.
            let (mut product, mut derivative) = (Fr::ONE, Fr::ZERO);
            for input in lookup.inputs() {
                let f = values.compress(input, *theta) + *beta;
                derivative = derivative * f + product;
                product *= f;
            }
            let grown = table * product * (a.sum_next - a.sum);
            let expected = table * derivative - a.multiplicity * product;
            out.push(lagrange.active * (grown - expected));
        }
    }
}
