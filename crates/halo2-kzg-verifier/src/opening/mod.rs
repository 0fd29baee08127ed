//! The two multi-point openings (spec, sections 8 and 9.2).
//!
//! Which commitment is opened where follows from the key alone, so it is planned once
//! ([`plan::Plan`]), with numbers that follow from the plan ([`weights::Weights`]); a proof then only
//! contributes values, which give an equation of pairings ([`combination::Equation`]).

pub(crate) mod combination;
pub(crate) mod gwc;
pub(crate) mod messages;
pub(crate) mod plan;
mod queries;
pub(crate) mod shplonk;
pub(crate) mod weights;

use crate::{
    challenge::{Challenge, X},
    protocol::evaluation_point::EvaluationPoint,
    transcript::Transcript,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use combination::{Equation, OpenedValues, Planned};
pub(crate) use messages::Messages;

impl Messages<Transcript<'_>> {
    /// What the opening divides by. `omega_powers`: `ω^t` for each rotation t.
    pub(crate) fn denominators(&self, omega_powers: &[Fr], x: Challenge<X>) -> Vec<Fr> {
        match self {
            Messages::Shplonk(messages) => messages.distances(omega_powers, x),
            Messages::Gwc(_) => Vec::new(),
        }
    }

    /// What holds if all openings do. `None` if the plan does not fit the proof, which validation
    /// rules out.
    pub(crate) fn equation(
        &self,
        planned: Planned<'_>,
        values: OpenedValues<'_>,
        point: &EvaluationPoint,
        denominators: &[Fr],
    ) -> Option<Equation> {
        match self {
            Messages::Shplonk(messages) => messages.equation(planned, values, point, denominators),
            Messages::Gwc(messages) => messages.equation(planned, values, point),
        }
    }
}
