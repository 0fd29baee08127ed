//! The queries of a key, grouped by commitment, then by their rotations (spec, section 8.2).

use super::{
    super::queries::{IMPOSSIBLE, Queries, Source, position, source},
    messages::Messages,
};
use crate::{
    error::{KeyFault, Quantity, count},
    limits,
    memory::size_of_vec,
    protocol::{
        query::{Commitment, Opened},
        reader::Positions,
    },
};
use alloc::{vec, vec::Vec};

/// Commitments that are opened at the same rotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RotationSet {
    /// Positions in [`Plan::rotations`], ascending by rotation.
    pub(crate) rotations: Vec<u32>,
    /// In order of first appearance.
    pub(crate) members: Vec<Source>,
    /// The opened values, member by member, in the order of `rotations`.
    pub(crate) values: Vec<Opened>,
}

/// The rotation sets, and where the opening's points stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Position of W.
    pub(crate) quotient: u32,
    /// Position of W'.
    pub(crate) witness: u32,
    /// In order of first appearance.
    pub(crate) sets: Vec<RotationSet>,
}

impl Plan {
    /// Groups the queries by commitment, then the commitments by their set of rotations.
    pub(in super::super) fn new(
        queries: &Queries<'_>,
        rotations: &[i32],
        positions: &Messages<Positions>,
    ) -> Result<Plan, KeyFault> {
        let groups = Groups::collect(queries, rotations)?;
        Ok(Plan {
            quotient: positions.quotient,
            witness: positions.witness,
            sets: groups.into_sets(queries, rotations)?,
        })
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let of_set = |set: &RotationSet| {
            size_of_vec(&set.rotations)
                .saturating_add(size_of_vec(&set.members))
                .saturating_add(size_of_vec(&set.values))
        };
        self.sets
            .iter()
            .map(of_set)
            .fold(size_of_vec(&self.sets), usize::saturating_add)
    }
}

/// One bit for each of a plan's rotations.
type Mask = u32;

/// A commitment and where it is opened.
#[derive(Clone, Copy)]
struct Group {
    source: Source,
    mask: Mask,
    /// Its place among the members of its set.
    member: u32,
}

/// Commitments in the order of their first query.
struct Groups {
    list: Vec<Group>,
    /// For each possible commitment, its position in `list`.
    positions: Vec<u32>,
    numbering: Numbering,
}

/// Numbers all possible commitments of a key: the proof's points, then fixed columns, permutation
/// polynomials, and the quotient.
#[derive(Clone, Copy)]
struct Numbering {
    points: u32,
    fixed: u32,
    sigmas: u32,
}

impl Numbering {
    fn number(&self, commitment: Commitment) -> usize {
        let number = match commitment {
            Commitment::Proof(point) => point,
            Commitment::Fixed(column) => self.points.saturating_add(column),
            Commitment::Sigma(column) => {
                let before = self.points.saturating_add(self.fixed);
                before.saturating_add(column)
            }
            Commitment::Quotient => self.total().saturating_sub(1),
        };
        number as usize
    }

    fn total(&self) -> u32 {
        [self.points, self.fixed, self.sigmas, 1]
            .into_iter()
            .fold(0, u32::saturating_add)
    }
}

impl Groups {
    const NONE: u32 = u32::MAX;

    fn collect(queries: &Queries<'_>, rotations: &[i32]) -> Result<Groups, KeyFault> {
        let numbering = Numbering {
            points: queries.num_points,
            fixed: queries.circuit.num_fixed(),
            sigmas: count(queries.circuit.permutation.len()),
        };
        let mut groups = Groups {
            list: Vec::with_capacity(numbering.total() as usize),
            positions: vec![Self::NONE; numbering.total() as usize],
            numbering,
        };
        queries.visit(|query| {
            let bit = bit(rotations, query.rotation)?;
            let number = numbering.number(query.commitment);
            let position = groups.positions.get_mut(number).ok_or(IMPOSSIBLE)?;
            if *position == Self::NONE {
                *position = count(groups.list.len());
                groups.list.push(Group {
                    source: source(queries.circuit, query.commitment)?,
                    mask: bit,
                    member: 0,
                });
            } else if let Some(group) = groups.list.get_mut(*position as usize) {
                group.mask |= bit;
            }
            Ok(())
        })?;
        Ok(groups)
    }

    fn of(&self, commitment: Commitment) -> Option<&Group> {
        let position = *self.positions.get(self.numbering.number(commitment))?;
        self.list.get(position as usize)
    }

    fn into_sets(
        mut self,
        queries: &Queries<'_>,
        rotations: &[i32],
    ) -> Result<Vec<RotationSet>, KeyFault> {
        let masks = self.number_members()?;
        let mut sets: Vec<RotationSet> = Vec::with_capacity(masks.len());
        for (mask, members) in &masks {
            let set_of_mask = (0..count(rotations.len())).filter(|i| mask >> i & 1 == 1);
            let rotations: Vec<u32> = set_of_mask.collect();
            let values = rotations.len().saturating_mul(*members as usize);
            sets.push(RotationSet {
                rotations,
                members: vec![Source::Identity; *members as usize],
                values: vec![Opened::Quotient; values],
            });
        }
        let set_of = |mask: Mask| masks.iter().position(|(m, _)| *m == mask);
        for group in &self.list {
            let set = set_of(group.mask).and_then(|i| sets.get_mut(i));
            let member = set.and_then(|set| set.members.get_mut(group.member as usize));
            *member.ok_or(IMPOSSIBLE)? = group.source;
        }
        queries.visit(|query| {
            let group = self.of(query.commitment).ok_or(IMPOSSIBLE)?;
            let set = set_of(group.mask).and_then(|i| sets.get_mut(i));
            let set = set.ok_or(IMPOSSIBLE)?;
            let before = group.mask & bit(rotations, query.rotation)?.saturating_sub(1);
            let first = (group.member as usize).saturating_mul(set.rotations.len());
            let place = first.saturating_add(before.count_ones() as usize);
            *set.values.get_mut(place).ok_or(IMPOSSIBLE)? = query.value;
            Ok(())
        })?;
        Ok(sets)
    }

    /// Gives each commitment its place in its set. Returns the sets in order of first appearance,
    /// each with its number of members.
    fn number_members(&mut self) -> Result<Vec<(Mask, u32)>, KeyFault> {
        let mut sets: Vec<(Mask, u32)> = Vec::with_capacity(limits::MAX_ROTATION_SETS as usize);
        for group in &mut self.list {
            if let Some((_, members)) = sets.iter_mut().find(|(mask, _)| *mask == group.mask) {
                group.member = *members;
                *members = members.saturating_add(1);
                continue;
            }
            if count(sets.len()) >= limits::MAX_ROTATION_SETS {
                return Err(KeyFault::limit(
                    Quantity::RotationSets,
                    limits::MAX_ROTATION_SETS,
                ));
            }
            sets.push((group.mask, 1));
        }
        Ok(sets)
    }
}

/// The bit of a rotation in masks.
fn bit(rotations: &[i32], rotation: i32) -> Result<Mask, KeyFault> {
    1u32.checked_shl(position(rotations, rotation)?)
        .ok_or(IMPOSSIBLE)
}
