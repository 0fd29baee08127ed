//! What a key's proofs open, and where everything stands in them (spec, sections 6 and 8.1).
//!
//! A plan takes time and memory in proportion to the number of queries: everything stands in flat
//! lists, and a set of rotations is a mask of bits. Keys come from strangers, who pay by the byte.

use super::{Messages as OpeningMessages, gwc, shplonk};
use crate::{
    circuit::rules::Circuit,
    error::{Inconsistency, KeyFault, Quantity, count},
    key::layout::Layout,
    limits,
    memory::size_of_vec,
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

/// The queries, grouped as the opening wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grouped {
    Shplonk(shplonk::sets::Plan),
    Gwc(gwc::Plan),
}

/// Positions of messages in a proof, and the queries of the opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Points of a proof.
    pub(crate) num_points: u32,
    /// Evaluations of a proof.
    pub(crate) num_evaluations: u32,
    /// Position of the quotient's first piece; the others follow it.
    pub(crate) first_piece: u32,
    /// All distinct rotations, ascending.
    pub(crate) rotations: Vec<i32>,
    pub(crate) grouped: Grouped,
}

impl Plan {
    pub(crate) fn new(circuit: &Circuit, layout: &Layout) -> Result<Plan, KeyFault> {
        let (messages, mut reader) = Messages::positions(circuit, layout);
        let queries = Queries {
            circuit,
            layout,
            messages: &messages,
            num_points: reader.points,
        };
        let rotations = queries.distinct_rotations()?;
        let opening = circuit.dialect.opening;
        let opening = match OpeningMessages::read(opening, count(rotations.len()), &mut reader) {
            Ok(opening) => opening,
            Err(never) => match never {},
        };
        let grouped = match &opening {
            OpeningMessages::Shplonk(positions) => {
                Grouped::Shplonk(shplonk::sets::Plan::new(&queries, &rotations, positions)?)
            }
            OpeningMessages::Gwc(positions) => {
                Grouped::Gwc(gwc::Plan::new(&queries, &rotations, positions)?)
            }
        };
        Ok(Plan {
            num_points: reader.points,
            num_evaluations: reader.evaluations,
            first_piece: messages.vanishing.first_piece().ok_or(IMPOSSIBLE)?,
            rotations,
            grouped,
        })
    }

    /// Distinct rotations that a proof opens at.
    pub(crate) fn num_rotations(&self) -> u32 {
        count(self.rotations.len())
    }

    /// Points that stand after the evaluations.
    pub(crate) fn num_opening_points(&self) -> u32 {
        match self.grouped {
            Grouped::Shplonk(_) => 2,
            Grouped::Gwc(_) => self.num_rotations(),
        }
    }

    /// Bytes of every proof: 64 for each point, 32 for each evaluation.
    pub(crate) fn proof_length(&self) -> u64 {
        let points = u64::from(self.num_points).saturating_mul(64);
        points.saturating_add(u64::from(self.num_evaluations).saturating_mul(32))
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let grouped = match &self.grouped {
            Grouped::Shplonk(plan) => plan.size_in_bytes(),
            Grouped::Gwc(plan) => plan.size_in_bytes(),
        };
        size_of_vec(&self.rotations).saturating_add(grouped)
    }
}

/// A position that the rules on circuits leave no room for.
pub(super) const IMPOSSIBLE: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownColumn);

/// The key's queries, visited as often as needed: a list of them would be the largest of all.
pub(super) struct Queries<'a> {
    pub(super) circuit: &'a Circuit,
    layout: &'a Layout,
    messages: &'a Messages<Positions>,
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
    fn distinct_rotations(&self) -> Result<Vec<i32>, KeyFault> {
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
