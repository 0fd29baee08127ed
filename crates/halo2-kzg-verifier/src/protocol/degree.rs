//! The degree that a circuit needs, for importers: a key states its own (spec, section 5.4).

use super::{gates, lookup, shuffle};
use crate::{
    circuit::{description::CircuitDescription, parts::Parts},
    error::KeyError,
    limits,
};

impl CircuitDescription {
    /// The degree that halo2 computes from the expressions: the largest that an argument needs. It
    /// saturates, and says nothing about [`degree`](Self::degree), which may lie above it: halo2
    /// circuits can ask for a higher one.
    ///
    /// # Errors
    /// If the expressions have no normal form, as [`VerifyingKey::new`](crate::VerifyingKey::new).
    pub fn degree_of_constraints(&self) -> Result<u32, KeyError> {
        Ok(of_constraints(&self.clone().normalise()?))
    }
}

fn of_constraints(circuit: &Parts) -> u32 {
    let degrees = circuit.program.degrees();
    limits::MIN_DEGREE
        .max(gates::degree(circuit, &degrees))
        .max(lookup::degree(circuit, &degrees))
        .max(shuffle::degree(circuit, &degrees))
}
