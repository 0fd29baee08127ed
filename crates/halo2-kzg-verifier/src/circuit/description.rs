//! A circuit as an importer finds it.

use super::{
    commitments::Commitments,
    expression::{ExprId, Expressions},
    normal_form::Normaliser,
    parts::{Column, Parts, Phase, Query},
    tuples::{LookupSize, Lookups, Shuffles},
};
use crate::{
    error::{Inconsistency, KeyFault, count},
    trusted_setup::TrustedSetup,
};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine};

/// A logUp lookup argument: the value of every input tuple, in every row, is a row of the table. All
/// tuples have the table's arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Input tuples, at least one.
    pub inputs: Vec<Vec<ExprId>>,
    /// The table tuple.
    pub table: Vec<ExprId>,
}

/// A shuffle argument: the two tuples take the same values with the same
/// multiplicities. ezkl makes none (its "shuffles" are lookups).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shuffle {
    /// The input tuple.
    pub input: Vec<ExprId>,
    /// The tuple that it is a rearrangement of.
    pub shuffle: Vec<ExprId>,
}

/// Everything that defines a circuit, as an importer finds it; plain data, nothing checked yet.
#[derive(Clone, Debug)]
pub struct CircuitDescription {
    /// The circuit has `2^k` rows.
    pub k: u8,
    /// Digest of the key, absorbed first into the transcript.
    pub digest: Fr,
    /// The trusted setup that the commitments were made under.
    pub trusted_setup: TrustedSetup,
    /// Number of public inputs.
    pub num_public_inputs: u32,
    /// Phases in transcript order.
    pub phases: Vec<Phase>,
    /// Advice queries in the order of their evaluations. Columns are numbered as their commitments
    /// stand in the proof: phase by phase.
    pub advice_queries: Vec<Query>,
    /// Fixed queries in the order of their evaluations.
    pub fixed_queries: Vec<Query>,
    /// The arena that the expressions below live in.
    pub expressions: Expressions,
    /// Gate polynomials, in the order of their powers of y.
    pub gates: Vec<ExprId>,
    /// Columns of the permutation argument, in order.
    pub permutation: Vec<Column>,
    /// Lookup arguments, in order.
    pub lookups: Vec<Lookup>,
    /// Shuffle arguments, in order.
    pub shuffles: Vec<Shuffle>,
    /// Commitments of the fixed columns; the identity is normal here.
    pub fixed_commitments: Vec<G1Affine>,
    /// Commitments of the permutation polynomials, one for each permutation column.
    pub permutation_commitments: Vec<G1Affine>,
}

impl CircuitDescription {
    /// Brings the expressions and the commitments into their normal form.
    pub(crate) fn normalise(self) -> Result<Parts, KeyFault> {
        let mut normaliser = Normaliser::new(&self.expressions);
        let gates = self
            .gates
            .iter()
            .map(|&gate| normaliser.place(gate))
            .collect::<Result<_, _>>()?;
        let lookups = place_lookups(&self.lookups, &mut normaliser)?;
        let shuffles = place_shuffles(&self.shuffles, &mut normaliser)?;
        let program = normaliser.finish();
        Ok(Parts {
            k: self.k,
            digest: self.digest,
            trusted_setup: self.trusted_setup,
            num_public_inputs: self.num_public_inputs,
            phases: self.phases,
            advice_queries: self.advice_queries,
            fixed_queries: self.fixed_queries,
            program,
            gates,
            permutation: self.permutation,
            lookups,
            shuffles,
            commitments: Commitments::collect(
                &self.fixed_commitments,
                &self.permutation_commitments,
            )?,
        })
    }
}

const ARITY: KeyFault = KeyFault::Inconsistent(Inconsistency::Arity);

fn place_lookups(list: &[Lookup], normaliser: &mut Normaliser<'_>) -> Result<Lookups, KeyFault> {
    let mut out = Lookups::default();
    for lookup in list {
        let arity = lookup.table.len();
        if lookup.inputs.iter().any(|input| input.len() != arity) {
            return Err(ARITY);
        }
        let size = LookupSize {
            arity: count(arity),
            inputs: count(lookup.inputs.len()),
        };
        let mut roots = lookup.inputs.iter().chain([&lookup.table]).flatten();
        out.push(size, || normaliser.place(*roots.next().ok_or(ARITY)?))?;
    }
    Ok(out)
}

fn place_shuffles(list: &[Shuffle], normaliser: &mut Normaliser<'_>) -> Result<Shuffles, KeyFault> {
    let mut out = Shuffles::default();
    for shuffle in list {
        if shuffle.input.len() != shuffle.shuffle.len() {
            return Err(ARITY);
        }
        let mut roots = shuffle.input.iter().chain(&shuffle.shuffle);
        out.push(count(shuffle.input.len()), || {
            normaliser.place(*roots.next().ok_or(ARITY)?)
        })?;
    }
    Ok(out)
}
