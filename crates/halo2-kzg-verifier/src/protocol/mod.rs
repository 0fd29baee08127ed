//! The arguments of the protocol, a module each, with the same three verbs:
//!
//! * `read` takes the argument's evaluations from the proof, in proof order (spec, section 1);
//! * `identities` adds what must vanish on every row, in the order of the powers of y (section 4);
//! * `queries` lists what the opening must prove, in its order (section 5.1).
//!
//! `read` and `queries` are generic over what stands for an evaluation: a field element in
//! verification, its position when a key is prepared. So each order is written once.

pub(crate) mod gates;
pub(crate) mod lookup;
pub(crate) mod opening;
pub(crate) mod permutation;
pub(crate) mod shuffle;
pub(crate) mod vanishing;

use crate::{Fr, key::VerifyingKey};

/// Hands out a proof's evaluations in order.
pub(crate) struct EvaluationReader<'a, T>(pub(crate) &'a [T]);

impl<'a, T: Copy + Default> EvaluationReader<'a, T> {
    /// The next `number` evaluations. Their total was fixed with the proof's length.
    pub(crate) fn take(&mut self, number: usize) -> &'a [T] {
        let (taken, rest) = self.0.split_at(number.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// The next `N` evaluations.
    pub(crate) fn take_array<const N: usize>(&mut self) -> [T; N] {
        self.take(N).try_into().unwrap_or([T::default(); N])
    }
}

/// All evaluations of a proof, by argument (spec, section 1, item 8).
pub(crate) struct Evaluated<'a, T> {
    pub(crate) advice: &'a [T],
    pub(crate) fixed: &'a [T],
    pub(crate) random: T,
    pub(crate) permutation: permutation::Evaluated<'a, T>,
    pub(crate) lookups: lookup::Evaluated<T>,
    pub(crate) shuffles: shuffle::Evaluated<T>,
}

impl<'a, T: Copy + Default> Evaluated<'a, T> {
    /// Splits a proof's evaluations, given in proof order.
    pub(crate) fn read(key: &VerifyingKey, num_products: u32, evaluations: &'a [T]) -> Self {
        let num_columns = key.permutation.len();
        let mut reader = EvaluationReader(evaluations);
        let advice = reader.take(key.advice_queries.len());
        let fixed = reader.take(key.fixed_queries.len());
        let [random] = reader.take_array();
        Evaluated {
            advice,
            fixed,
            random,
            permutation: permutation::Evaluated::read(&mut reader, num_columns, num_products),
            lookups: lookup::Evaluated::read(&mut reader, key),
            shuffles: shuffle::Evaluated::read(&mut reader, key),
        }
    }
}

/// Values of Lagrange polynomials at x (spec, section 3).
pub(crate) struct Lagrange {
    /// L_0: the first row.
    pub(crate) first: Fr,
    /// `l_last`: the row behind the usable ones.
    pub(crate) last: Fr,
    /// One on usable rows: `1 - l_last - l_blind`.
    pub(crate) active: Fr,
}
