//! The shuffle argument: two tuples take the same values, in any order (spec, section 4, item 4).

use super::{
    EvaluationReader, Lagrange,
    opening::{Commitment, OpeningQuery},
};
use crate::{
    Fr,
    expression::Values,
    key::VerifyingKey,
    transcript::{Challenge, Gamma, Theta},
};
use alloc::vec::Vec;
use ark_ff::Field;

/// The evaluations of one argument's grand product.
#[derive(Clone, Copy)]
struct Argument<T> {
    /// `z(x)`
    product: T,
    /// `z(ωx)`
    product_next: T,
}

pub(crate) struct Evaluated<T>(Vec<Argument<T>>);

impl<T: Copy + Default> Evaluated<T> {
    pub(crate) fn read(reader: &mut EvaluationReader<'_, T>, key: &VerifyingKey) -> Self {
        let read = |_| {
            let [product, product_next] = reader.take_array();
            Argument {
                product,
                product_next,
            }
        };
        Evaluated((0..key.shuffles.len()).map(read).collect())
    }

    pub(crate) fn queries(&self, out: &mut Vec<OpeningQuery<T>>) {
        for (a, i) in self.0.iter().zip(0u32..) {
            let commitment = Commitment::ShuffleProduct(i);
            out.push(OpeningQuery {
                commitment,
                rotation: 0,
                evaluation: a.product,
            });
            out.push(OpeningQuery {
                commitment,
                rotation: 1,
                evaluation: a.product_next,
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
        (theta, gamma): (Challenge<Theta>, Challenge<Gamma>),
        out: &mut Vec<Fr>,
    ) {
        for (shuffle, a) in key.shuffles.iter().zip(&self.0) {
            out.push(lagrange.first * (Fr::ONE - a.product));
            out.push(lagrange.last * (a.product.square() - a.product));
            let left = a.product_next * (values.compress(shuffle.shuffle, *theta) + *gamma);
            let right = a.product * (values.compress(shuffle.input, *theta) + *gamma);
            out.push(lagrange.active * (left - right));
        }
    }
}
