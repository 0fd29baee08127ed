//! What follows from the points of evaluation x and u (spec, section 3).

use crate::{
    Fr, Rejection,
    curve::Curve,
    domain::invert_all,
    prepared::PreparedKey,
    protocol::{Lagrange, opening::AtX},
    transcript::{Challenge, ShplonkU, X},
};
use alloc::vec::Vec;
use ark_ff::{AdditiveGroup, Field};

pub(crate) struct Point {
    /// `x^n`
    pub(crate) x_to_n: Fr,
    /// `1/x`
    inverse: Fr,
    /// `1/(x^n - 1)`
    pub(crate) inverse_of_vanishing: Fr,
    pub(crate) lagrange: Lagrange,
    /// The instance column at x.
    pub(crate) instance: Fr,
    /// `u - ω^t x` for each rotation t of the opening.
    distances: Vec<Fr>,
    inverse_distances: Vec<Fr>,
}

impl Point {
    pub(crate) fn new<C: Curve>(
        key: &PreparedKey<C>,
        x: Challenge<X>,
        u: Challenge<ShplonkU>,
        inputs: &[Fr],
    ) -> Result<Point, Rejection> {
        let (vk, domain) = (key.key(), &key.domain);
        let x_to_n = (0..vk.k).fold(*x, |power, _| power.square());
        let vanishing = x_to_n - Fr::ONE;
        let distances: Vec<Fr> = key
            .weights
            .omega_powers
            .iter()
            .map(|omega| *u - *omega * *x)
            .collect();

        // One inversion for everything: x, x^n - 1, the opening's distances, x - ω^i for the rows
        // at the end, and x - ω^i for row 0 and the other rows that hold public inputs.
        let mut inverted = Vec::with_capacity(inputs.len().saturating_add(32));
        inverted.extend([*x, vanishing]);
        inverted.extend(&distances);
        inverted.extend(domain.tail.iter().map(|row| *x - row));
        let mut row = Fr::ONE;
        for _ in 0..inputs.len().max(1) {
            inverted.push(*x - row);
            row *= domain.omega;
        }
        invert_all(&mut inverted).ok_or(Rejection::DegenerateChallenge)?;
        let mut inverses = inverted.into_iter();
        let inverse = inverses.next().unwrap_or_default();
        let inverse_of_vanishing = inverses.next().unwrap_or_default();
        let inverse_distances = inverses.by_ref().take(distances.len()).collect();

        // L_i(x) = ω^i · (x^n - 1) / (n · (x - ω^i))
        let scale = vanishing * domain.inverse_of_n;
        let mut at_end = domain
            .tail
            .iter()
            .zip(inverses.by_ref().take(domain.tail.len()))
            .map(|(row, inverse)| scale * row * inverse);
        let last = at_end.next().unwrap_or_default();
        let blind = at_end.fold(Fr::ZERO, |sum, value| sum + value);
        let first = scale * inverses.as_slice().first().copied().unwrap_or_default();
        let (mut row, mut instance) = (Fr::ONE, Fr::ZERO);
        for (input, inverse) in inputs.iter().zip(inverses) {
            instance += *input * row * inverse;
            row *= domain.omega;
        }
        Ok(Point {
            x_to_n,
            inverse,
            inverse_of_vanishing,
            lagrange: Lagrange {
                first,
                last,
                active: Fr::ONE - last - blind,
            },
            instance: instance * scale,
            distances,
            inverse_distances,
        })
    }

    pub(crate) fn at_x(&self) -> AtX<'_> {
        AtX {
            x_to_n: self.x_to_n,
            inverse: self.inverse,
            distances: &self.distances,
            inverse_distances: &self.inverse_distances,
        }
    }
}
