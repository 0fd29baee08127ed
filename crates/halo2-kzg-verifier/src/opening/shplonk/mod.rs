//! The SHPLONK opening ([BDFG 2020](https://eprint.iacr.org/2020/081), section 4; spec, section 8.3):
//! commitments that are opened at the same rotations are combined, and all of them are opened at once
//! at a point of the verifier's, u.

pub(crate) mod messages;
pub(crate) mod sets;

use super::{
    combination::{Equation, OpenedValues, Planned, Sum},
    plan::Grouped,
    queries::Source,
};
use crate::{
    challenge::{Challenge, X},
    protocol::evaluation_point::EvaluationPoint,
    table::at,
    transcript::Transcript,
};
use alloc::{vec, vec::Vec};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use messages::Messages;
use sets::RotationSet;

impl Messages<Transcript<'_>> {
    /// `u - ω^t x` for each rotation t.
    pub(super) fn distances(&self, omega_powers: &[Fr], x: Challenge<X>) -> Vec<Fr> {
        let of_rotation = |omega: &Fr| *self.u - *omega * *x;
        omega_powers.iter().map(of_rotation).collect()
    }

    /// `F = Σ w·C - (Σ w·R)·G1 - z_0·W + u·W'` on the left, W' on the right. `None` if the plan does
    /// not fit the proof, which validation rules out.
    pub(super) fn equation(
        &self,
        planned: Planned<'_>,
        values: OpenedValues<'_>,
        point: &EvaluationPoint,
        distances: &[Fr],
    ) -> Option<Equation> {
        let Grouped::Shplonk(plan) = &planned.plan.grouped else {
            return None;
        };
        let mut sum = Sum::new(planned, point.x_to_n);
        let z_0 = product(distances, plan.sets.first()?)?;
        let mut v_power = Fr::ONE;
        for (i, set) in plan.sets.iter().enumerate() {
            // Z_i / Z_0 = Π_{t∈P_0} (u - p_t) / Π_{t∈P_i} (u - p_t)
            let scale = if i == 0 {
                Fr::ONE
            } else {
                z_0 * product(&point.inverse_denominators, set)?
            };
            let barycentric = planned.weights.barycentric.get(i)?;
            let lagrange = interpolation(set, barycentric, point, distances)?;
            // A value for each member at each point.
            if set.values.len() != set.members.len().saturating_mul(lagrange.len()) {
                return None;
            }
            let mut weight = v_power * scale;
            let rows = set.values.chunks(lagrange.len().max(1));
            for (member, values_of_member) in set.members.iter().zip(rows) {
                let mut opened = Fr::ZERO;
                for (&value, l) in values_of_member.iter().zip(&lagrange) {
                    opened += *l * values.get(value)?;
                }
                sum.subtract_value(weight * opened);
                sum.add(*member, weight)?;
                weight *= *self.y;
            }
            v_power *= *self.v;
        }
        sum.add(Source::Proof(plan.quotient), -z_0)?;
        sum.add(Source::Proof(plan.witness), *self.u)?;
        Some(Equation {
            left: sum.finish(),
            right: vec![(plan.witness, Fr::ONE)],
        })
    }
}

/// The product of a set's entries in a table over the plan's rotations.
fn product(table: &[Fr], set: &RotationSet) -> Option<Fr> {
    set.rotations
        .iter()
        .try_fold(Fr::ONE, |product, &t| Some(product * at(table, t)?))
}

/// The Lagrange polynomials of the set's points, at u:
/// `Π_{s≠t} (u - p_s)/(p_t - p_s)` with `p_t = ω^t x`.
fn interpolation(
    set: &RotationSet,
    barycentric: &[Fr],
    point: &EvaluationPoint,
    distances: &[Fr],
) -> Option<Vec<Fr>> {
    if set.rotations.len() != barycentric.len() {
        return None;
    }
    let others = (set.rotations.len() as u64).saturating_sub(1);
    let factor = point.inverse.pow([others]) * product(distances, set)?;
    let mut lagrange = Vec::with_capacity(barycentric.len());
    for (&t, weight) in set.rotations.iter().zip(barycentric) {
        lagrange.push(factor * at(&point.inverse_denominators, t)? * weight);
    }
    Some(lagrange)
}
