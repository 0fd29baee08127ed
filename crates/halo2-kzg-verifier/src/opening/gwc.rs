//! The GWC opening ([GWC 2019](https://eprint.iacr.org/2019/953), section 3; spec, section 9.2): all
//! that is opened at one rotation is combined, and there is a witness for each rotation.

use super::{
    combination::{Equation, OpenedValues, Planned, Sum},
    plan::{Grouped, IMPOSSIBLE, Queries, Source, position, source},
};
use crate::{
    challenge::{GwcU, GwcV},
    error::KeyFault,
    memory::size_of_vec,
    protocol::{
        evaluation_point::EvaluationPoint,
        query::Opened,
        reader::{Positions, ProofReader},
    },
    table::at,
    transcript::Transcript,
};
use alloc::{vec, vec::Vec};
use ark_bn254::Fr;
use ark_ff::Field;

/// The messages of the opening.
pub(crate) struct Messages<R: ProofReader> {
    pub(crate) v: R::Challenge<GwcV>,
    /// `W_i`, in the order in which the queries meet the rotations.
    pub(crate) witnesses: Vec<R::Point>,
    pub(crate) u: R::Challenge<GwcU>,
}

/// What is opened at one rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
struct AtRotation {
    /// Position in [`Plan::rotations`](super::plan::Plan::rotations).
    rotation: u32,
    /// In the order of the queries.
    members: Vec<(Source, Opened)>,
}

/// The queries, grouped by rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Position of the first `W_i`; the others follow it.
    first_witness: u32,
    /// In order of first appearance.
    sets: Vec<AtRotation>,
}

impl Plan {
    pub(super) fn new(
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

impl<R: ProofReader> Messages<R> {
    pub(super) fn read(num_rotations: u32, reader: &mut R) -> Result<Self, R::Error> {
        Ok(Messages {
            v: reader.squeeze(),
            witnesses: reader.points(num_rotations)?,
            u: reader.squeeze(),
        })
    }
}

impl Messages<Transcript<'_>> {
    /// `Σ_i u^i · (Σ_j v^j · (C_(i,j) - e_(i,j) · G1) + ω^t_i x · W_i)` on the left,
    /// `Σ_i u^i · W_i` on the right. `None` if the plan does not fit the proof, which validation
    /// rules out.
    pub(super) fn equation(
        &self,
        planned: Planned<'_>,
        values: OpenedValues<'_>,
        point: &EvaluationPoint,
    ) -> Option<Equation> {
        let Grouped::Gwc(plan) = &planned.plan.grouped else {
            return None;
        };
        let mut sum = Sum::new(planned, point.x_to_n);
        let mut right = Vec::with_capacity(plan.sets.len());
        let mut u_power = Fr::ONE;
        for (set, witness) in plan.sets.iter().zip(plan.first_witness..) {
            let mut weight = u_power;
            for &(member, value) in &set.members {
                sum.add(member, weight)?;
                sum.subtract_value(weight * values.get(value)?);
                weight *= *self.v;
            }
            let opened_at = at(&planned.weights.omega_powers, set.rotation)? * point.x;
            sum.add(Source::Proof(witness), u_power * opened_at)?;
            right.push((witness, u_power));
            u_power *= *self.u;
        }
        Some(Equation {
            left: sum.finish(),
            right,
        })
    }
}
