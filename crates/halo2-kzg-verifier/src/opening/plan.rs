//! What a key's proofs open, and where everything stands in them (spec, sections 6 and 8.1).
//!
//! A plan takes time and memory in proportion to the number of queries: everything stands in flat
//! lists, and a set of rotations is a mask of bits. Keys come from strangers, who pay by the byte.

use super::{
    gwc::plan::Plan as GwcPlan,
    messages::Messages as OpeningMessages,
    queries::{IMPOSSIBLE, Queries},
    shplonk::sets::Plan as ShplonkPlan,
};
use crate::{
    circuit::rules::Circuit,
    error::{KeyFault, count},
    key::layout::Layout,
    memory::size_of_vec,
    protocol::messages::Messages,
};
use alloc::vec::Vec;

/// The queries, grouped as the opening wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grouped {
    Shplonk(ShplonkPlan),
    Gwc(GwcPlan),
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
                Grouped::Shplonk(ShplonkPlan::new(&queries, &rotations, positions)?)
            }
            OpeningMessages::Gwc(positions) => {
                Grouped::Gwc(GwcPlan::new(&queries, &rotations, positions)?)
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

    /// Bytes of every proof in the long form: 64 for each point, 32 for each evaluation.
    pub(crate) fn proof_length(&self) -> u64 {
        self.length_with_points_of(64)
    }

    /// Bytes of every proof in the short form: 32 for each point and for each evaluation.
    pub(crate) fn short_proof_length(&self) -> u64 {
        self.length_with_points_of(32)
    }

    fn length_with_points_of(&self, bytes: u64) -> u64 {
        let points = u64::from(self.num_points).saturating_mul(bytes);
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
