//! The queries of a key, grouped by rotation (spec, section 9.2).

use super::{
    super::queries::{IMPOSSIBLE, Queries, Source, position, source},
    messages::Messages,
};
use crate::{
    error::KeyFault,
    memory::size_of_vec,
    protocol::{query::Opened, reader::Positions},
};
use alloc::{vec, vec::Vec};

/// What is opened at one rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AtRotation {
    /// Position in [`Plan::rotations`](super::super::plan::Plan::rotations).
    pub(super) rotation: u32,
    /// In the order of the queries.
    pub(super) members: Vec<(Source, Opened)>,
}

/// The queries, grouped by rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Position of the first `W_i`; the others follow it.
    pub(super) first_witness: u32,
    /// In order of first appearance.
    pub(super) sets: Vec<AtRotation>,
}

impl Plan {
    pub(in super::super) fn new(
        queries: &Queries<'_>,
        rotations: &[i32],
        positions: &Messages<Positions>,
    ) -> Result<Plan, KeyFault> {
        // For each rotation, in ascending order: its queries, and which set it is.
        let mut numbers = vec![0usize; rotations.len()];
        let mut order = Vec::with_capacity(rotations.len());
        queries.visit(|query| {
            let rotation = position(rotations, query.rotation)?;
            let number = numbers.get_mut(rotation as usize).ok_or(IMPOSSIBLE)?;
            if *number == 0 {
                order.push(rotation);
            }
            *number = number.saturating_add(1);
            Ok(())
        })?;
        let mut sets = Vec::with_capacity(order.len());
        let mut set_of = vec![0usize; rotations.len()];
        for (index, &rotation) in order.iter().enumerate() {
            let number = *numbers.get(rotation as usize).ok_or(IMPOSSIBLE)?;
            sets.push(AtRotation {
                rotation,
                members: Vec::with_capacity(number),
            });
            *set_of.get_mut(rotation as usize).ok_or(IMPOSSIBLE)? = index;
        }
        queries.visit(|query| {
            let rotation = position(rotations, query.rotation)?;
            let set = *set_of.get(rotation as usize).ok_or(IMPOSSIBLE)?;
            let member = (source(queries.circuit, query.commitment)?, query.value);
            let set = sets.get_mut(set).ok_or(IMPOSSIBLE)?;
            set.members.push(member);
            Ok(())
        })?;
        Ok(Plan {
            first_witness: *positions.witnesses.first().ok_or(IMPOSSIBLE)?,
            sets,
        })
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let members = self.sets.iter().map(|set| size_of_vec(&set.members));
        members.fold(size_of_vec(&self.sets), usize::saturating_add)
    }
}
