//! What a plan needs from the domain, derived once for each key.

use super::{
    plan::{Grouped, Plan},
    shplonk::sets::RotationSet,
};
use crate::{
    domain::{Domain, invert_all},
    memory::size_of_vec,
    table::at,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;

#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// `ω^t` for each rotation t of the plan.
    pub(crate) omega_powers: Vec<Fr>,
    /// SHPLONK: for each set and each of its rotations t: `1 / Π_{s≠t} (ω^t - ω^s)`.
    pub(crate) barycentric: Vec<Vec<Fr>>,
}

impl Weights {
    /// Powers of omega within the span of a key's rotations differ, so every product above has an
    /// inverse. Should one have none, its set has no weights, and every proof is rejected.
    pub(crate) fn new(plan: &Plan, domain: &Domain) -> Weights {
        let omega_powers: Vec<Fr> = plan.rotations.iter().map(|&t| domain.power(t)).collect();
        let sets = match &plan.grouped {
            Grouped::Shplonk(plan) => plan.sets.as_slice(),
            Grouped::Gwc(_) => &[],
        };
        let barycentric = sets
            .iter()
            .map(|set| of_set(set, &omega_powers).unwrap_or_default())
            .collect();
        Weights {
            omega_powers,
            barycentric,
        }
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let lists = size_of_vec(&self.omega_powers).saturating_add(size_of_vec(&self.barycentric));
        let sets = self.barycentric.iter().map(size_of_vec);
        sets.fold(lists, usize::saturating_add)
    }
}

fn of_set(set: &RotationSet, omega_powers: &[Fr]) -> Option<Vec<Fr>> {
    let mut points = Vec::with_capacity(set.rotations.len());
    for &t in &set.rotations {
        points.push(at(omega_powers, t)?);
    }
    let weight = |t: &Fr| {
        let others = points.iter().filter(|s| *s != t);
        others.fold(Fr::ONE, |product, s| product * (*t - s))
    };
    let mut weights: Vec<Fr> = points.iter().map(weight).collect();
    let inverted = invert_all(&mut weights);
    debug_assert!(inverted.is_some(), "two rotations name one row");
    inverted?;
    Some(weights)
}
