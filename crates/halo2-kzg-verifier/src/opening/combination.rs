//! One sum of points that vanishes if all openings hold (spec, section 8.3).

use super::{
    plan::{Plan, RotationSet, Source},
    weights::Weights,
};
use crate::{
    challenge::{Challenge, ShplonkU, ShplonkV, ShplonkY},
    protocol::{evaluation_point::EvaluationPoint, query::Opened},
    table::at,
};
use alloc::{vec, vec::Vec};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// The challenges of the opening.
#[derive(Clone, Copy)]
pub(crate) struct Challenges {
    pub(crate) y: Challenge<ShplonkY>,
    pub(crate) v: Challenge<ShplonkV>,
    pub(crate) u: Challenge<ShplonkU>,
}

/// The values that a proof opens its commitments to.
#[derive(Clone, Copy)]
pub(crate) struct OpenedValues<'a> {
    /// The proof's evaluations, in proof order.
    pub(crate) evaluations: &'a [Fr],
    /// The quotient at x.
    pub(crate) quotient: Fr,
}

impl OpenedValues<'_> {
    fn get(&self, value: Opened) -> Option<Fr> {
        match value {
            Opened::Proof(position) => at(self.evaluations, position),
            Opened::Quotient => Some(self.quotient),
        }
    }
}

/// The scalars of `F = Σ w·C - (Σ w·R)·G1 - z_0·W + u·W'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// For each point of the proof.
    pub(crate) proof: Vec<Fr>,
    /// For each distinct point of the key, then for the generator G1.
    pub(crate) key: Vec<Fr>,
}

/// Sums up scalars by point.
struct Sum<'a> {
    plan: &'a Plan,
    x_to_n: Fr,
    num_pieces: u32,
    proof: Vec<Fr>,
    key: Vec<Fr>,
}

/// What the combination takes from the key.
#[derive(Clone, Copy)]
pub(crate) struct Planned<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) weights: &'a Weights,
    /// Distinct points of the key.
    pub(crate) num_commitments: usize,
    /// Pieces of the quotient.
    pub(crate) num_pieces: u32,
}

impl Combination {
    /// `None` if the plan does not fit the proof, which validation rules out.
    pub(crate) fn new(
        planned: Planned<'_>,
        values: OpenedValues<'_>,
        challenges: Challenges,
        point: &EvaluationPoint,
    ) -> Option<Combination> {
        let Planned { plan, weights, .. } = planned;
        let mut sum = Sum {
            plan,
            x_to_n: point.x_to_n,
            num_pieces: planned.num_pieces,
            proof: vec![Fr::ZERO; plan.num_points as usize],
            key: Vec::with_capacity(planned.num_commitments.saturating_add(1)),
        };
        sum.key.resize(planned.num_commitments, Fr::ZERO);
        let mut generator = Fr::ZERO;
        let z_0 = product(&point.distances, plan.sets.first()?)?;
        let mut v_power = Fr::ONE;
        for (i, set) in plan.sets.iter().enumerate() {
            // Z_i / Z_0 = Π_{t∈P_0} (u - p_t) / Π_{t∈P_i} (u - p_t)
            let scale = if i == 0 {
                Fr::ONE
            } else {
                z_0 * product(&point.inverse_distances, set)?
            };
            let lagrange = interpolation(set, weights.barycentric.get(i)?, point)?;
            let mut weight = v_power * scale;
            let rows = set.values.chunks(lagrange.len().max(1));
            for (member, values_of_member) in set.members.iter().zip(rows) {
                let mut opened = Fr::ZERO;
                for (&value, l) in values_of_member.iter().zip(&lagrange) {
                    opened += *l * values.get(value)?;
                }
                generator -= weight * opened;
                sum.add(*member, weight)?;
                weight *= *challenges.y;
            }
            v_power *= *challenges.v;
        }
        sum.add(Source::Proof(plan.opening_quotient), -z_0)?;
        sum.add(Source::Proof(plan.opening_witness), *challenges.u)?;
        sum.key.push(generator);
        Some(Combination {
            proof: sum.proof,
            key: sum.key,
        })
    }
}

impl Sum<'_> {
    fn add(&mut self, source: Source, weight: Fr) -> Option<()> {
        match source {
            Source::Identity => {}
            Source::Proof(index) => *self.proof.get_mut(index as usize)? += weight,
            Source::Key(index) => *self.key.get_mut(index as usize)? += weight,
            Source::Quotient => {
                let first = self.plan.first_piece as usize;
                let end = first.saturating_add(self.num_pieces as usize);
                let mut weight = weight;
                for scalar in self.proof.get_mut(first..end)? {
                    *scalar += weight;
                    weight *= self.x_to_n;
                }
            }
        }
        Some(())
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
) -> Option<Vec<Fr>> {
    if set.rotations.len() != barycentric.len() {
        return None;
    }
    let others = (set.rotations.len() as u64).saturating_sub(1);
    let factor = point.inverse.pow([others]) * product(&point.distances, set)?;
    let mut lagrange = Vec::with_capacity(barycentric.len());
    for (&t, weight) in set.rotations.iter().zip(barycentric) {
        lagrange.push(factor * at(&point.inverse_distances, t)? * weight);
    }
    Some(lagrange)
}
