//! The GWC opening ([GWC 2019](https://eprint.iacr.org/2019/953), section 3; spec, section 9.2): all
//! that is opened at one rotation is combined, and there is a witness for each rotation.

pub(crate) mod messages;
pub(crate) mod plan;

use super::{
    combination::{Equation, OpenedValues, Planned, Sum},
    plan::Grouped,
    queries::Source,
};
use crate::{protocol::evaluation_point::EvaluationPoint, table::at, transcript::Transcript};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;
use messages::Messages;

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
