//! The two lookup arguments. All lookups of a circuit are proven with the same one.

mod classic;
mod log_derivative;

use super::{lagrange::Lagrange, query::Visit, reader::ProofReader};
use crate::{
    challenge::{Beta, Challenge, Gamma, Theta},
    circuit::{
        dialect::LookupArgument,
        parts::Parts,
        program::{Degrees, Values},
        rules::Circuit,
    },
};
use alloc::vec::Vec;
use ark_bn254::Fr;

/// The commitments that come before beta.
pub(crate) enum Begun<R: ProofReader> {
    LogDerivative(log_derivative::Counted<R>),
    Classic(classic::Permuted<R>),
}

/// All commitments.
pub(crate) enum Committed<R: ProofReader> {
    LogDerivative(log_derivative::Committed<R>),
    Classic(classic::Committed<R>),
}

pub(crate) enum Evaluated<R: ProofReader> {
    LogDerivative(log_derivative::Evaluated<R>),
    Classic(classic::Evaluated<R>),
}

pub(crate) fn degree(circuit: &Parts, degrees: &Degrees) -> u32 {
    match circuit.dialect.lookup_argument {
        LookupArgument::LogDerivative => log_derivative::degree(circuit, degrees),
        LookupArgument::Classic => classic::degree(circuit, degrees),
    }
}

impl<R: ProofReader> Begun<R> {
    pub(crate) fn read(circuit: &Circuit, reader: &mut R) -> Result<Self, R::Error> {
        Ok(match circuit.dialect.lookup_argument {
            LookupArgument::LogDerivative => {
                Begun::LogDerivative(log_derivative::Counted::read(circuit, reader)?)
            }
            LookupArgument::Classic => Begun::Classic(classic::Permuted::read(circuit, reader)?),
        })
    }

    /// Reads the running sums or products.
    pub(crate) fn read_rest(
        self,
        circuit: &Circuit,
        reader: &mut R,
    ) -> Result<Committed<R>, R::Error> {
        Ok(match self {
            Begun::LogDerivative(begun) => {
                Committed::LogDerivative(begun.read_sums(circuit, reader)?)
            }
            Begun::Classic(begun) => Committed::Classic(begun.read_products(reader)?),
        })
    }
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read_evaluations(self, reader: &mut R) -> Result<Evaluated<R>, R::Error> {
        Ok(match self {
            Committed::LogDerivative(committed) => {
                Evaluated::LogDerivative(committed.read_evaluations(reader)?)
            }
            Committed::Classic(committed) => {
                Evaluated::Classic(committed.read_evaluations(reader)?)
            }
        })
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    pub(crate) fn queries(&self, visit: Visit<'_>) {
        match self {
            Evaluated::LogDerivative(evaluated) => evaluated.queries(visit),
            Evaluated::Classic(evaluated) => evaluated.queries(visit),
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
        match self {
            Evaluated::LogDerivative(evaluated) => {
                evaluated.identities(circuit, values, lagrange, (theta, beta), out)
            }
            Evaluated::Classic(evaluated) => {
                evaluated.identities(circuit, values, lagrange, (theta, beta, gamma), out)
            }
        }
    }
}
