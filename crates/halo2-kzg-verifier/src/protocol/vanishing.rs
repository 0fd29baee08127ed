//! The vanishing argument: the identities, combined by powers of y, are a multiple of `x^n - 1`
//! (spec, section 4, end).

use super::opening::{Commitment, OpeningQuery};
use crate::{
    Fr,
    transcript::{Challenge, Y},
};
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

/// What the quotient polynomial must be at x: `Σ y^i · identity / (x^n - 1)`, the first identity the
/// most significant. The opening proves that the committed pieces are.
pub(crate) fn quotient(identities: &[Fr], y: Challenge<Y>, inverse_of_vanishing: Fr) -> Fr {
    let combined = identities
        .iter()
        .fold(Fr::ZERO, |acc, identity| acc * *y + identity);
    combined * inverse_of_vanishing
}

/// The quotient and the random polynomial are opened last.
pub(crate) fn queries<T>(quotient: T, random: T, out: &mut Vec<OpeningQuery<T>>) {
    let (h, r) = (Commitment::Quotient, Commitment::Random);
    out.push(OpeningQuery {
        commitment: h,
        rotation: 0,
        evaluation: quotient,
    });
    out.push(OpeningQuery {
        commitment: r,
        rotation: 0,
        evaluation: random,
    });
}
