//! What a key's proofs open, query by query, and where each commitment is found (spec, section 8.1).

use crate::{
    circuit::rules::Circuit,
    error::{Inconsistency, KeyFault, Quantity, count},
    key::layout::Layout,
    limits,
    protocol::{
        messages::Messages,
        query::{Commitment, OpeningQuery},
        reader::Positions,
    },
};
use alloc::vec::Vec;

/// Where a commitment's point is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Position among the proof's points.
    Proof(u32),
    /// Position among the key's distinct points.
    Key(u32),
    /// The identity: contributes nothing.
    Identity,
    /// The pieces of the quotient, `Σ x^(n·i) · h_i`.
    Quotient,
}

/// A position that the rules on circuits leave no room for.
pub(super) const IMPOSSIBLE: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownColumn);

/// The key's queries, visited as often as needed: a list of them would be the largest of all.
pub(super) struct Queries<'a> {
    pub(super) circuit: &'a Circuit,
    pub(super) layout: &'a Layout,
    pub(super) messages: &'a Messages<Positions>,
    /// Points of a proof before those of its opening.
    pub(super) num_points: u32,
}

impl Queries<'_> {
    /// Visits all queries; ends with the first error of a visit.
    pub(super) fn visit(
        &self,
        mut visit: impl FnMut(OpeningQuery) -> Result<(), KeyFault>,
    ) -> Result<(), KeyFault> {
        let mut result = Ok(());
        self.messages
            .queries(self.circuit, self.layout, &mut |query| {
                if result.is_ok() {
                    result = visit(query);
                }
            })?;
        result
    }

    /// Ascending. More than the limit end the visit before anything else is built.
    pub(super) fn distinct_rotations(&self) -> Result<Vec<i32>, KeyFault> {
        let mut rotations = Vec::with_capacity(limits::MAX_ROTATIONS as usize);
        self.visit(|query| match rotations.binary_search(&query.rotation) {
            Ok(_) => Ok(()),
            Err(_) if count(rotations.len()) >= limits::MAX_ROTATIONS => Err(KeyFault::limit(
                Quantity::DistinctRotations,
                limits::MAX_ROTATIONS,
            )),
            Err(place) => {
                rotations.insert(place, query.rotation);
                Ok(())
            }
        })?;
        Ok(rotations)
    }
}

/// The position of a rotation in the ascending list.
pub(super) fn position(rotations: &[i32], rotation: i32) -> Result<u32, KeyFault> {
    let position = rotations.binary_search(&rotation);
    position.map(count).map_err(|_| IMPOSSIBLE)
}

pub(super) fn source(circuit: &Circuit, commitment: Commitment) -> Result<Source, KeyFault> {
    let stored = |list: &[Option<u32>], column: u32| {
        let point = *list.get(column as usize).ok_or(IMPOSSIBLE)?;
        Ok(point.map_or(Source::Identity, Source::Key))
    };
    match commitment {
        Commitment::Proof(point) => Ok(Source::Proof(point)),
        Commitment::Fixed(column) => stored(&circuit.commitments.fixed, column),
        Commitment::Sigma(column) => stored(&circuit.commitments.permutation, column),
        Commitment::Quotient => Ok(Source::Quotient),
    }
}
