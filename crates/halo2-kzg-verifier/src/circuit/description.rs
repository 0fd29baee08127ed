//! A circuit as an importer finds it.

use super::{
    columns::{Column, Phase, Query},
    commitments::Commitments,
    dialect::{Accumulator, Dialect, LookupArgument, Opening, TranscriptHash},
    expression::{ExprId, Expressions},
    normal_form::Normaliser,
    parts::Parts,
    tuples::{LookupSize, Lookups, Shuffles},
};
use crate::{
    error::{Inconsistency, KeyFault, count},
    trusted_setup::TrustedSetup,
};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine};

/// A lookup argument: the value of every input tuple, in every row, is a row of the table. All
/// tuples have the table's arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Input tuples: at least one, and no more in the classic argument.
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
    /// The multi-point opening of the proofs.
    pub opening: Opening,
    /// The hash of the proofs' transcript.
    pub transcript_hash: TranscriptHash,
    /// The argument that all lookups are proven with;
    /// [`LogDerivative`](LookupArgument::LogDerivative) if there are none.
    pub lookup_argument: LookupArgument,
    /// Degree of the constraint system, 3 to 64. It is taken as it stands: the number of quotient
    /// pieces and of columns in a permutation product follow from it. A wrong one makes honest
    /// proofs fail and no other proof hold.
    pub degree: u32,
    /// Digest of the key, absorbed first into the transcript.
    pub digest: Fr,
    /// The trusted setup that the commitments were made under.
    pub trusted_setup: TrustedSetup,
    /// For each instance column, how many values it holds. The public inputs are the columns' values
    /// one column after the other.
    pub instance_lengths: Vec<u32>,
    /// Where the instances hold an accumulator, if the verifier is to check one.
    pub accumulator: Option<Accumulator>,
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
            dialect: Dialect {
                opening: self.opening,
                transcript_hash: self.transcript_hash,
                lookup_argument: self.lookup_argument,
            },
            degree: self.degree,
            digest: self.digest,
            trusted_setup: self.trusted_setup,
            instance_lengths: self.instance_lengths,
            accumulator: self.accumulator,
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
