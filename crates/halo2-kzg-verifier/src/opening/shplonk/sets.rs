//! The queries of a key, grouped (spec, section 8.2).
//!
//! A plan takes time and memory in proportion to the number of queries: everything stands in flat
//! lists, and a set of rotations is a mask of bits. Keys come from strangers, who pay by the byte.

use crate::{
    circuit::rules::Circuit,
    error::{Inconsistency, KeyFault, Quantity, count},
    key::layout::Layout,
    limits,
    memory::size_of_vec,
    protocol::{
        messages::Messages,
        query::{Commitment, Opened, OpeningQuery},
        reader::Positions,
    },
};
use alloc::{vec, vec::Vec};

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

/// Positions of messages in a proof, and the queries of the opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Points of a proof.
    pub(crate) num_points: u32,
    /// Evaluations of a proof.
    pub(crate) num_evaluations: u32,
    /// Position of the quotient's first piece; the others follow it.
    pub(crate) first_piece: u32,
    /// Position of W.
    pub(crate) opening_quotient: u32,
    /// Position of W'.
    pub(crate) opening_witness: u32,
    /// All distinct rotations, ascending.
    pub(crate) rotations: Vec<i32>,
    /// In order of first appearance.
    pub(crate) sets: Vec<RotationSet>,
}

impl Plan {
    /// Groups the queries by commitment, then the commitments by their set of rotations.
    pub(crate) fn new(circuit: &Circuit, layout: &Layout) -> Result<Plan, KeyFault> {
        let (messages, ends) = Messages::positions(circuit, layout);
        let queries = Queries {
            circuit,
            layout,
            messages: &messages,
        };
        let rotations = queries.distinct_rotations()?;
        let groups = Groups::collect(&queries, &rotations, ends)?;
        let sets = groups.into_sets(&queries, &rotations)?;
        Ok(Plan {
            num_points: ends.points,
            num_evaluations: ends.evaluations,
            first_piece: messages.vanishing.first_piece().ok_or(IMPOSSIBLE)?,
            opening_quotient: messages.opening.quotient,
            opening_witness: messages.opening.witness,
            rotations,
            sets,
        })
    }

    /// Bytes of every proof: 64 for each point, 32 for each evaluation.
    pub(crate) fn proof_length(&self) -> u64 {
        let points = u64::from(self.num_points).saturating_mul(64);
        points.saturating_add(u64::from(self.num_evaluations).saturating_mul(32))
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let of_set = |set: &RotationSet| {
            size_of_vec(&set.rotations)
                .saturating_add(size_of_vec(&set.members))
                .saturating_add(size_of_vec(&set.values))
        };
        let lists = size_of_vec(&self.rotations).saturating_add(size_of_vec(&self.sets));
        self.sets
            .iter()
            .map(of_set)
            .fold(lists, usize::saturating_add)
    }
}

/// A position that the rules on circuits leave no room for.
const IMPOSSIBLE: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownColumn);

/// The key's queries, visited as often as needed: a list of them would be the largest of all.
struct Queries<'a> {
    circuit: &'a Circuit,
    layout: &'a Layout,
    messages: &'a Messages<Positions>,
}

impl Queries<'_> {
    /// Visits all queries; ends with the first error of a visit.
    fn visit(
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

    fn collect(
        queries: &Queries<'_>,
        rotations: &[i32],
        ends: Positions,
    ) -> Result<Groups, KeyFault> {
        let numbering = Numbering {
            points: ends.points,
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
    let position = rotations.binary_search(&rotation);
    let position = position.map_err(|_| IMPOSSIBLE)?;
    1u32.checked_shl(count(position)).ok_or(IMPOSSIBLE)
}

fn source(circuit: &Circuit, commitment: Commitment) -> Result<Source, KeyFault> {
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
