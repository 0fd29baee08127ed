//! The two sides of the equation that holds if all openings do (spec, sections 8.3, 8.4 and 9.2).

use super::{plan::Plan, queries::Source, weights::Weights};
use crate::{protocol::query::Opened, table::at};
use alloc::{vec, vec::Vec};
use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

/// The values that a proof opens its commitments to.
#[derive(Clone, Copy)]
pub(crate) struct OpenedValues<'a> {
    /// The proof's evaluations, in proof order.
    pub(crate) evaluations: &'a [Fr],
    /// The quotient at x.
    pub(crate) quotient: Fr,
}

impl OpenedValues<'_> {
    pub(super) fn get(&self, value: Opened) -> Option<Fr> {
        match value {
            Opened::Proof(position) => at(self.evaluations, position),
            Opened::Quotient => Some(self.quotient),
        }
    }
}

/// The scalars of the left side, a sum over the proof's and the key's points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// For each point of the proof.
    pub(crate) proof: Vec<Fr>,
    /// For each distinct point of the key, then for the generator G1.
    pub(crate) key: Vec<Fr>,
}

/// `e(left, G2) = e(right, [s]G2)`, both sides still to be summed up.
pub(crate) struct Equation {
    pub(crate) left: Combination,
    /// Positions among the proof's points, with their scalars.
    pub(crate) right: Vec<(u32, Fr)>,
}

/// What the combination takes from the key.
#[derive(Clone, Copy)]
pub(crate) struct Planned<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) weights: &'a Weights,
    /// Distinct points of the key.
    pub(crate) num_commitments: usize,
    /// Pieces of the quotient.
    pub(crate) num_pieces: u32,
}

/// Sums up scalars by point.
pub(super) struct Sum<'a> {
    plan: &'a Plan,
    x_to_n: Fr,
    num_pieces: u32,
    proof: Vec<Fr>,
    key: Vec<Fr>,
    generator: Fr,
}

impl<'a> Sum<'a> {
    pub(super) fn new(planned: Planned<'a>, x_to_n: Fr) -> Self {
        let mut key = Vec::with_capacity(planned.num_commitments.saturating_add(1));
        key.resize(planned.num_commitments, Fr::ZERO);
        Sum {
            plan: planned.plan,
            x_to_n,
            num_pieces: planned.num_pieces,
            proof: vec![Fr::ZERO; planned.plan.num_points as usize],
            key,
            generator: Fr::ZERO,
        }
    }

    /// Adds `weight` times a commitment.
    pub(super) fn add(&mut self, source: Source, weight: Fr) -> Option<()> {
        match source {
            Source::Identity => {}
            Source::Proof(index) => *self.proof.get_mut(index as usize)? += weight,
            Source::Key(index) => *self.key.get_mut(index as usize)? += weight,
            Source::Quotient => {
                let first = self.plan.first_piece as usize;
                let end = first.saturating_add(self.num_pieces as usize);
                let mut weight = weight;
                for scalar in self.proof.get_mut(first..end)? {
                    *scalar += weight;
                    weight *= self.x_to_n;
                }
            }
        }
        Some(())
    }

    /// Subtracts `value` times the generator.
    pub(super) fn subtract_value(&mut self, value: Fr) {
        self.generator -= value;
    }

    pub(super) fn finish(mut self) -> Combination {
        self.key.push(self.generator);
        Combination {
            proof: self.proof,
            key: self.key,
        }
    }
}
