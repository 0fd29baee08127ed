//! What follows from the points of evaluation x and u (spec, sections 7.1 and 8.3).

use super::lagrange::Lagrange;
use crate::{
    challenge::{Challenge, ShplonkU, X},
    domain::{Domain, invert_all},
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// Numbers about x and u that the identities and the opening use.
pub(crate) struct EvaluationPoint {
    /// `x^n`
    pub(crate) x_to_n: Fr,
    /// `1/x`
    pub(crate) inverse: Fr,
    /// `1/(x^n - 1)`
    pub(crate) inverse_of_vanishing: Fr,
    pub(crate) lagrange: Lagrange,
    /// The instance column at x.
    pub(crate) instance: Fr,
    /// `u - ω^t x` for each rotation t of the opening.
    pub(crate) distances: Vec<Fr>,
    /// `1/(u - ω^t x)` for each rotation t of the opening.
    pub(crate) inverse_distances: Vec<Fr>,
}

impl EvaluationPoint {
    /// * `omega_powers`: `ω^t` for each rotation t of the opening;
    /// * `inputs`: the public inputs.
    pub(crate) fn new(
        domain: &Domain,
        omega_powers: &[Fr],
        (x, u): (Challenge<X>, Challenge<ShplonkU>),
        inputs: &[Fr],
    ) -> Result<Self, Rejection> {
        let x_to_n = (0..domain.k).fold(*x, |power, _| power.square());
        let vanishing = x_to_n - Fr::ONE;
        let distances: Vec<Fr> = omega_powers.iter().map(|omega| *u - *omega * *x).collect();

        // One inversion for everything: x, x^n - 1, the opening's distances, x - ω^i for the rows
        // at the end, and x - ω^i for row 0 and the other rows that hold public inputs.
        let rows = inputs.len().max(1);
        let others = distances.len().saturating_add(domain.tail.len());
        let mut inverses = Vec::with_capacity(rows.saturating_add(others).saturating_add(2));
        inverses.extend([*x, vanishing]);
        inverses.extend(&distances);
        inverses.extend(domain.tail.iter().map(|row| *x - row));
        let mut row = Fr::ONE;
        for _ in 0..rows {
            inverses.push(*x - row);
            row *= domain.omega;
        }
        invert_all(&mut inverses).ok_or(Rejection::DegenerateChallenge)?;

        let parts = Inverses::split(&inverses, distances.len(), domain.tail.len());
        let parts = parts.ok_or(Rejection::InconsistentKey)?;
        // L_i(x) = ω^i · (x^n - 1) / (n · (x - ω^i))
        let scale = vanishing * domain.inverse_of_n;
        let (mut last, mut blind) = (None, Fr::ZERO);
        for (row, inverse) in domain.tail.iter().zip(parts.tail) {
            let value = scale * row * inverse;
            match last {
                None => last = Some(value),
                Some(_) => blind += value,
            }
        }
        let last = last.ok_or(Rejection::InconsistentKey)?;
        let (mut row, mut instance) = (Fr::ONE, Fr::ZERO);
        for (input, inverse) in inputs.iter().zip(parts.rows) {
            instance += *input * row * inverse;
            row *= domain.omega;
        }
        let first = parts.rows.first().ok_or(Rejection::InconsistentKey)?;
        Ok(EvaluationPoint {
            x_to_n,
            inverse: parts.x,
            inverse_of_vanishing: parts.vanishing,
            lagrange: Lagrange {
                first: scale * first,
                last,
                active: Fr::ONE - last - blind,
            },
            instance: instance * scale,
            inverse_distances: parts.distances.to_vec(),
            distances,
        })
    }
}

/// The inverses, told apart again.
struct Inverses<'a> {
    x: Fr,
    vanishing: Fr,
    distances: &'a [Fr],
    tail: &'a [Fr],
    rows: &'a [Fr],
}

impl<'a> Inverses<'a> {
    fn split(all: &'a [Fr], num_distances: usize, num_tail: usize) -> Option<Self> {
        let (&[x, vanishing], rest) = all.split_first_chunk()?;
        let (distances, rest) = rest.split_at_checked(num_distances)?;
        let (tail, rows) = rest.split_at_checked(num_tail)?;
        Some(Inverses {
            x,
            vanishing,
            distances,
            tail,
            rows,
        })
    }
}
