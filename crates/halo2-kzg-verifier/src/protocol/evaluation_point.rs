//! What follows from the point of evaluation x (spec, section 7.1).

use super::lagrange::Lagrange;
use crate::{
    arithmetic::Arithmetic,
    challenge::{Challenge, X},
    circuit::instances::{InstanceQueries, InstanceQuery},
    key::prepared::PreparedKey,
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, Zero};

/// Numbers about x that the identities and the opening use.
pub(crate) struct EvaluationPoint {
    /// x
    pub(crate) x: Fr,
    /// `x^n`
    pub(crate) x_to_n: Fr,
    /// `1/x`
    pub(crate) inverse: Fr,
    /// `1/(x^n - 1)`
    pub(crate) inverse_of_vanishing: Fr,
    pub(crate) lagrange: Lagrange,
    /// The instance queries' values.
    pub(crate) instances: Vec<Fr>,
    /// The inverses of the opening's denominators.
    pub(crate) inverse_denominators: Vec<Fr>,
}

impl EvaluationPoint {
    /// * `inputs`: the values of the instance columns;
    /// * `denominators`: what the opening divides by.
    pub(crate) fn new<A: Arithmetic>(
        key: &PreparedKey<A>,
        x: Challenge<X>,
        inputs: &[Fr],
        denominators: &[Fr],
    ) -> Result<Self, Rejection> {
        let domain = &key.domain;
        let x_to_n = (0..domain.k).fold(*x, |power, _| power.square());
        let vanishing = x_to_n - Fr::ONE;

        let inverses = inverses(key, *x, vanishing, denominators)?;
        let parts = Inverses::split(&inverses, denominators.len(), domain.tail.len());
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
        let rows = Rows {
            queries: &key.key().layout.instances,
            inverses: parts.rows,
        };
        let first = rows.inverse(0).ok_or(Rejection::InconsistentKey)?;
        let instances = rows.instances::<A>(&key.setup.pairing, inputs, (*x, scale));
        Ok(EvaluationPoint {
            x: *x,
            x_to_n,
            inverse: parts.x,
            inverse_of_vanishing: parts.vanishing,
            lagrange: Lagrange {
                first: scale * first,
                last,
                active: Fr::ONE - last - blind,
            },
            instances: instances.ok_or(Rejection::InconsistentKey)?,
            inverse_denominators: parts.denominators.to_vec(),
        })
    }
}

/// One inversion for everything: x, x^n - 1, the opening's denominators, x - ω^i for the rows at the end, and x - ω^i
/// for the rows from which the instances are weighed.
fn inverses<A: Arithmetic>(
    key: &PreparedKey<A>,
    x: Fr,
    vanishing: Fr,
    denominators: &[Fr],
) -> Result<Vec<Fr>, Rejection> {
    let (domain, queries) = (&key.domain, &key.key().layout.instances);
    let rows = queries.num_rows;
    let others = denominators.len().saturating_add(domain.tail.len());
    let mut inverses = Vec::with_capacity(rows.saturating_add(others).saturating_add(2));
    inverses.extend([x, vanishing]);
    inverses.extend(denominators);
    inverses.extend(domain.tail.iter().map(|row| x - row));
    let mut row = match queries.first_row {
        0 => Fr::ONE,
        row => domain.power(row),
    };
    for _ in 0..rows {
        inverses.push(x - row);
        row *= domain.omega;
    }
    if inverses.iter().any(Fr::is_zero) {
        return Err(Rejection::DegenerateChallenge);
    }
    A::batch_inverse(&key.setup.pairing, &mut inverses);
    Ok(inverses)
}

/// `1/(x - ω^i)` for the rows i from which the instances are weighed.
struct Rows<'a> {
    queries: &'a InstanceQueries,
    inverses: &'a [Fr],
}

impl Rows<'_> {
    /// Position of a row, counted from the first.
    fn position(&self, row: i32) -> Option<usize> {
        usize::try_from(row.checked_sub(self.queries.first_row)?).ok()
    }

    fn inverse(&self, row: i32) -> Option<Fr> {
        self.inverses.get(self.position(row)?).copied()
    }

    /// For each query: a column at rotation t has value j in row j - t, so at x it is
    /// `Σ_j value_j · L_(j-t)(x)`. With `L_i(x) = (x^n - 1)/n · (x/(x - ω^i) - 1)` that takes one
    /// multiplication for each value, and the sum of the values. `scale` is `(x^n - 1)/n`.
    fn instances<A: Arithmetic>(
        &self,
        setup: &A::Setup,
        inputs: &[Fr],
        (x, scale): (Fr, Fr),
    ) -> Option<Vec<Fr>> {
        let mut values = Vec::with_capacity(self.queries.list.len());
        let mut last_sum = None;
        for InstanceQuery {
            query,
            start,
            length,
        } in &self.queries.list
        {
            let column = inputs.get(*start..)?.get(..*length)?;
            let sum = match last_sum {
                Some((last, sum)) if last == query.column => sum,
                _ => column.iter().fold(Fr::ZERO, |sum, value| sum + value),
            };
            last_sum = Some((query.column, sum));
            let first = self.position(query.rotation.saturating_neg())?;
            let weights = self.inverses.get(first..)?.get(..*length)?;
            let weighed = A::inner_product(setup, column, weights);
            values.push((weighed * x - sum) * scale);
        }
        Some(values)
    }
}

/// The inverses, told apart again.
struct Inverses<'a> {
    x: Fr,
    vanishing: Fr,
    denominators: &'a [Fr],
    tail: &'a [Fr],
    rows: &'a [Fr],
}

impl<'a> Inverses<'a> {
    fn split(all: &'a [Fr], num_denominators: usize, num_tail: usize) -> Option<Self> {
        let (&[x, vanishing], rest) = all.split_first_chunk()?;
        let (denominators, rest) = rest.split_at_checked(num_denominators)?;
        let (tail, rows) = rest.split_at_checked(num_tail)?;
        Some(Inverses {
            x,
            vanishing,
            denominators,
            tail,
            rows,
        })
    }
}
