//! Numbers that follow from a circuit (spec, section 5.4), and the rules on them (section 5.5).

use crate::{
    circuit::{
        columns::{Column, Query},
        instances::InstanceQueries,
        rules::Circuit,
    },
    error::{Inconsistency, KeyFault, Quantity, count, within},
    limits,
    memory::size_of_vec,
    protocol::permutation,
};
use alloc::{vec, vec::Vec};

/// What follows from a circuit and is never stored in a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Rows at the end of the advice columns that hold random values.
    pub(crate) blinding_factors: u32,
    /// Columns in one permutation product.
    pub(crate) chunk: u32,
    /// Permutation products.
    pub(crate) num_products: u32,
    /// Pieces of the quotient polynomial.
    pub(crate) num_pieces: u32,
    /// The instance columns as the circuit reads them.
    pub(crate) instances: InstanceQueries,
    /// For each permutation column, where its value at x is found.
    pub(crate) permutation_values: Vec<ColumnValue>,
}

/// The evaluation at rotation 0 of a permutation column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnValue {
    /// The advice query of this index.
    Advice(u32),
    /// The fixed query of this index.
    Fixed(u32),
    /// The instance query of this index, which the verifier evaluates itself.
    Instance(u32),
}

impl Layout {
    pub(crate) fn new(circuit: &Circuit) -> Result<Layout, KeyFault> {
        let instances = InstanceQueries::collect(
            &circuit.program.nodes,
            &circuit.permutation,
            &circuit.instance_lengths,
        )?;
        let permutation_values = permutation_values(circuit, &instances)?;
        let chunk = permutation::chunk(circuit.degree);
        let layout = Layout {
            blinding_factors: blinding_factors(circuit),
            chunk,
            num_products: count(circuit.permutation.len()).div_ceil(chunk.max(1)),
            num_pieces: circuit.degree.saturating_sub(1),
            instances,
            permutation_values,
        };
        layout.check_rows(circuit)?;
        Ok(layout)
    }

    /// The rotation of the row after the usable ones, `l_last`.
    pub(crate) fn last_rotation(&self) -> i32 {
        i32::try_from(self.blinding_factors)
            .unwrap_or(i32::MAX)
            .saturating_add(1)
            .saturating_neg()
    }

    /// The rows hold the blinding factors, all rotations and the public inputs.
    fn check_rows(&self, circuit: &Circuit) -> Result<(), KeyFault> {
        within(Quantity::K, circuit.k.into(), limits::MAX_K.into())?;
        let rows = 1u64.checked_shl(circuit.k.into()).unwrap_or(0);
        let unusable = u64::from(self.blinding_factors).saturating_add(1);
        if rows <= unusable {
            return Err(KeyFault::Inconsistent(Inconsistency::TooFewRows));
        }
        // No two rotations may name one point: this verifier merges them by number, halo2 by point.
        let queries = circuit.advice_queries.iter().chain(&circuit.fixed_queries);
        let (lowest, highest) = queries
            .map(|query| query.rotation)
            .chain([self.last_rotation(), 0, 1])
            .fold((0i32, 0i32), |(low, high), r| (low.min(r), high.max(r)));
        if u64::from(highest.abs_diff(lowest)) >= rows {
            return Err(KeyFault::Inconsistent(Inconsistency::CoincidingRotations));
        }
        let usable = rows.saturating_sub(unusable);
        let mut lengths = circuit.instance_lengths.iter();
        if lengths.any(|length| u64::from(*length) > usable) {
            return Err(KeyFault::Inconsistent(Inconsistency::TooManyPublicInputs));
        }
        Ok(())
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of_vec(&self.permutation_values).saturating_add(self.instances.size_in_bytes())
    }
}

/// Two more than the queries of the advice column that is read most often, counted as at least three.
fn blinding_factors(circuit: &Circuit) -> u32 {
    let mut queries = vec![0u32; circuit.num_advice() as usize];
    for query in &circuit.advice_queries {
        if let Some(number) = queries.get_mut(query.column as usize) {
            *number = number.saturating_add(1);
        }
    }
    let most = queries.into_iter().max().unwrap_or(0);
    most.max(3).saturating_add(2)
}

/// Permutation columns are queried at rotation 0.
fn permutation_values(
    circuit: &Circuit,
    instances: &InstanceQueries,
) -> Result<Vec<ColumnValue>, KeyFault> {
    let advice = queries_at_zero(&circuit.advice_queries, circuit.num_advice());
    let fixed = queries_at_zero(&circuit.fixed_queries, circuit.num_fixed());
    let find = |list: &[Option<u32>], column: u32| list.get(column as usize).copied().flatten();
    let mut values = Vec::with_capacity(circuit.permutation.len());
    for column in &circuit.permutation {
        let value = match *column {
            Column::Advice(column) => find(&advice, column).map(ColumnValue::Advice),
            Column::Fixed(column) => find(&fixed, column).map(ColumnValue::Fixed),
            Column::Instance(column) => instances
                .position(Query {
                    column,
                    rotation: 0,
                })
                .map(|position| ColumnValue::Instance(count(position))),
        };
        values.push(value.ok_or(KeyFault::Inconsistent(
            Inconsistency::PermutationColumnNotQueried,
        ))?);
    }
    Ok(values)
}

/// For each column its query at rotation 0.
fn queries_at_zero(queries: &[Query], columns: u32) -> Vec<Option<u32>> {
    let mut at_zero = vec![None; columns as usize];
    for (query, index) in queries.iter().zip(0u32..) {
        if query.rotation == 0
            && let Some(slot) = at_zero.get_mut(query.column as usize)
        {
            *slot = Some(index);
        }
    }
    at_zero
}
