//! What a circuit consists of.

use super::{
    commitments::Commitments,
    dialect::{Accumulator, Dialect},
    program::Program,
    tuples::{Lookups, Shuffles},
};
use crate::{memory::size_of_vec, trusted_setup::TrustedSetup};
use alloc::vec::Vec;
use ark_bn254::Fr;

/// The advice columns committed in one phase, and the challenges drawn after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Advice columns of this phase; at least one.
    pub advice_columns: u32,
    /// User challenges squeezed after this phase's commitments.
    pub challenges: u32,
}

/// A column opened at a rotation: one evaluation in the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// Index of the column among those of its kind.
    pub column: u32,
    /// Row offset: the column is opened at `omega^rotation · x`.
    pub rotation: i32,
}

/// A column of the permutation argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// An advice column, numbered in proof order.
    Advice(u32),
    /// A fixed column.
    Fixed(u32),
    /// An instance column.
    Instance(u32),
}

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
