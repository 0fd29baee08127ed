//! Gate polynomials: each must vanish on every row (spec, section 7.3).

use crate::circuit::{
    parts::Parts,
    program::{Degrees, Values},
    rules::Circuit,
};
use alloc::vec::Vec;
use ark_bn254::Fr;

pub(crate) fn degree(circuit: &Parts, degrees: &Degrees) -> u32 {
    degrees.of_tuple(&circuit.gates)
}

/// Adds the value of every gate polynomial.
pub(crate) fn identities(circuit: &Circuit, values: &Values, out: &mut Vec<Fr>) -> Option<()> {
    for &gate in &circuit.gates {
        out.push(values.get(gate)?);
    }
    Some(())
}
