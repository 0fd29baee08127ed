//! What a circuit consists of.

use super::{
    columns::{Column, Phase, Query},
    commitments::Commitments,
    dialect::{Accumulator, Dialect},
    program::Program,
    tuples::{Lookups, Shuffles},
};
use crate::{error::count, memory::size_of_vec, trusted_setup::TrustedSetup};
use alloc::vec::Vec;
use ark_bn254::Fr;

/// The content of a key, expressions in normal form. Whether the parts fit each other is not known
/// before a [`Circuit`](super::rules::Circuit) is made of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) k: u8,
    pub(crate) dialect: Dialect,
    /// Degree of the constraint system, as it is stated.
    pub(crate) degree: u32,
    pub(crate) digest: Fr,
    pub(crate) trusted_setup: TrustedSetup,
    /// For each instance column, how many values it holds.
    pub(crate) instance_lengths: Vec<u32>,
    pub(crate) accumulator: Option<Accumulator>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) advice_queries: Vec<Query>,
    pub(crate) fixed_queries: Vec<Query>,
    pub(crate) program: Program,
    /// Roots in the program.
    pub(crate) gates: Vec<u32>,
    pub(crate) permutation: Vec<Column>,
    pub(crate) lookups: Lookups,
    pub(crate) shuffles: Shuffles,
    pub(crate) commitments: Commitments,
}

impl Parts {
    /// Advice columns over all phases.
    pub(crate) fn num_advice(&self) -> u32 {
        let columns = self.phases.iter().map(|phase| phase.advice_columns);
        columns.fold(0, u32::saturating_add)
    }

    /// Fixed columns.
    pub(crate) fn num_fixed(&self) -> u32 {
        count(self.commitments.fixed.len())
    }

    /// Memory that the parts take on the heap, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        crate::memory::total([
            size_of_vec(&self.instance_lengths),
            size_of_vec(&self.phases),
            size_of_vec(&self.advice_queries),
            size_of_vec(&self.fixed_queries),
            size_of_vec(&self.program.nodes),
            size_of_vec(&self.gates),
            size_of_vec(&self.permutation),
            self.lookups.size_in_bytes(),
            self.shuffles.size_in_bytes(),
            self.commitments.size_in_bytes(),
        ])
    }
}
