//! Lookups: tabulated functions, range checks, and dynamic tables.
//!
//! A table longer than the circuit has rows is spread over several columns. Each cell that is looked
//! up then carries an index, which picks the column; the others are given the first row of their
//! column instead.

use super::{Columns, Variable};
use crate::constraint_system::ConstraintSystem;
use crate::error::ImportError;
use crate::expression::Expr;
use crate::field;
use crate::nonlinearity::Nonlinearity;
use ark_bn254::Fr;
use ark_ff::Field;
use halo2_kzg_verifier::limits;

/// How far ezkl's thread pool splits the product that picks a table column.
///
/// The product over `d` columns is built by parallel reduction: ranges are halved, but only to a
/// depth of `3 + floor(log2 threads)`; what is left is multiplied from left to right. All shapes are
/// the same polynomial, but the digest hashes the shape. Up to eight columns, every machine halves
/// down to single factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TreeShape {
    depth: u32,
}

impl TreeShape {
    /// The shapes that a lookup over `columns` table columns can have, from the deepest (most
    /// threads) to that of a single thread.
    pub(crate) fn candidates(columns: u32) -> Vec<TreeShape> {
        // Halving to single factors takes ceil(log2 columns) levels.
        let full = columns.max(1).next_power_of_two().trailing_zeros().max(3);
        (3..=full).rev().map(|depth| TreeShape { depth }).collect()
    }

    /// The only shape that lookups over up to eight columns have.
    pub(crate) const SINGLE_THREAD: TreeShape = TreeShape { depth: 3 };
}

/// Table columns of arguments, shared by all tabulated functions.
#[derive(Default)]
pub(super) struct SharedInputs {
    columns: Vec<u32>,
}

/// One table: its columns, and the first row of each.
struct Table {
    /// Argument (or range) columns, and result columns of a function.
    columns: Vec<Vec<u32>>,
    first_rows: Vec<Vec<Fr>>,
}

/// Number of columns that a range is spread over.
fn columns_of((low, high): (i64, i64), rows: u64) -> Result<u64, ImportError> {
    let width = i128::from(high) - i128::from(low);
    let columns = width.unsigned_abs() / u128::from(rows.max(1)) + 1;
    // The gate that checks the index has degree columns + 1.
    let most = limits::MAX_DEGREE - 1;
    u64::try_from(columns)
        .ok()
        .filter(|columns| *columns <= most.into())
        .ok_or_else(|| {
            let problem = format!(
                "the lookup range {low} to {high} takes {columns} table columns of {rows} rows; this verifier \
                 takes up to {most}"
            );
            let change = "Give a smaller lookup_range, smaller scales, or more rows (logrows) in ezkl's run args";
            super::limit("run_args.lookup_range, required_range_checks", problem).cure(super::again(change))
        })
}

/// A function over a range: its lookups, and the gate that checks the index.
pub(super) fn function(
    cs: &mut ConstraintSystem,
    columns: &Columns,
    function: Nonlinearity,
    range: (i64, i64),
    rows: u64,
    shared: &mut SharedInputs,
    shape: TreeShape,
) -> Result<(), ImportError> {
    let needed = columns_of(range, rows)? as usize;
    while shared.columns.len() < needed {
        shared.columns.push(cs.fixed_column()?);
    }
    let mut table = Table {
        columns: Vec::new(),
        first_rows: Vec::new(),
    };
    for (index, argument) in shared.columns.iter().enumerate() {
        let x = first_argument(range, index, rows);
        table.columns.push(vec![*argument, cs.fixed_column()?]);
        table.first_rows.push(vec![
            field::fr_from_i128(x),
            field::fr_from_i128(function.evaluate(x)),
        ]);
    }
    static_lookups(cs, columns, &table, shape)
}

/// A range check: a table of arguments only.
pub(super) fn range_check(
    cs: &mut ConstraintSystem,
    columns: &Columns,
    range: (i64, i64),
    rows: u64,
    shape: TreeShape,
) -> Result<(), ImportError> {
    let mut table = Table {
        columns: Vec::new(),
        first_rows: Vec::new(),
    };
    for index in 0..columns_of(range, rows)? as usize {
        let x = first_argument(range, index, rows);
        table.columns.push(vec![cs.fixed_column()?]);
        table.first_rows.push(vec![field::fr_from_i128(x)]);
    }
    static_lookups(cs, columns, &table, shape)
}

fn first_argument((low, _): (i64, i64), column: usize, rows: u64) -> i128 {
    i128::from(low) + (column as i128) * i128::from(rows)
}

fn static_lookups(
    cs: &mut ConstraintSystem,
    columns: &Columns,
    table: &Table,
    shape: TreeShape,
) -> Result<(), ImportError> {
    let spread = table.columns.len();
    cs.widest_lookup = cs.widest_lookup.max(spread as u32);
    let [arguments, indices, results] = &columns.operands;
    for (x, block) in arguments.blocks.iter().enumerate() {
        for (y, argument) in block.iter().enumerate() {
            let (Some(index), Some(result)) = (
                super::base::column(indices, x, y),
                super::base::column(results, x, y),
            ) else {
                continue;
            };
            let selector = cs.complex_selector()?;
            for (position, (fixed, first_row)) in
                table.columns.iter().zip(&table.first_rows).enumerate()
            {
                let index = if spread > 1 {
                    cs.advice(index, 0)
                } else {
                    cs.arena.constant(1)
                };
                let picked = picks(cs, spread, position, index, shape);
                let on = cs.arena.mul(selector, picked);
                let full = cs.arena.scalar(picked_value(spread, position));
                let off = cs.arena.sub(full, on);
                let mut values = vec![cs.advice(*argument, 0)];
                if fixed.len() > 1 {
                    values.push(cs.advice(result, 0));
                }
                let mut input = Vec::new();
                for (value, first) in values.into_iter().zip(first_row) {
                    let first = cs.arena.scalar(*first);
                    let (looked_up, idle) = (cs.arena.mul(on, value), cs.arena.mul(off, first));
                    input.push(cs.arena.add(looked_up, idle));
                }
                let table = fixed.iter().map(|column| cs.fixed(*column)).collect();
                cs.lookup(input, table)?;
            }
            check_index(cs, selector, index, spread)?;
        }
    }
    Ok(())
}

/// The index is one of 0 … spread - 1.
fn check_index(
    cs: &mut ConstraintSystem,
    selector: Expr,
    index: u32,
    spread: usize,
) -> Result<(), ImportError> {
    let polynomial = if spread == 1 {
        cs.arena.constant(0)
    } else {
        let index = cs.advice(index, 0);
        let mut product = cs.arena.constant(1);
        for value in 0..spread {
            let value = cs.arena.constant(value as i128);
            let factor = cs.arena.sub(index, value);
            product = cs.arena.mul(product, factor);
        }
        product
    };
    let gate = cs.arena.mul(selector, polynomial);
    cs.gate(gate)
}

/// A polynomial of the index that vanishes at every column but this one.
fn picks(
    cs: &mut ConstraintSystem,
    spread: usize,
    column: usize,
    index: Expr,
    shape: TreeShape,
) -> Expr {
    picks_range(cs, 0..spread, column, index, shape.depth)
}

fn picks_range(
    cs: &mut ConstraintSystem,
    range: std::ops::Range<usize>,
    column: usize,
    index: Expr,
    depth: u32,
) -> Expr {
    if range.len() > 1 && depth > 0 {
        let middle = range.start + range.len() / 2;
        let left = picks_range(cs, range.start..middle, column, index, depth - 1);
        let right = picks_range(cs, middle..range.end, column, index, depth - 1);
        return cs.arena.mul(left, right);
    }
    let mut product = cs.arena.constant(1);
    for other in range.filter(|other| *other != column) {
        let factor = if other == 0 {
            index
        } else {
            let other = cs.arena.constant(other as i128);
            cs.arena.sub(other, index)
        };
        product = cs.arena.mul(product, factor);
    }
    product
}

/// The value of [`picks`] at its own column.
fn picked_value(spread: usize, column: usize) -> Fr {
    let at = column as i128;
    (0..spread)
        .filter(|other| *other != column)
        .map(|other| field::fr_from_i128(if other == 0 { at } else { other as i128 - at }))
        .fold(Fr::ONE, |product, factor| product * factor)
}

/// A lookup of all three operands in three columns of advice: dynamic lookups and shuffles.
pub(super) fn dynamic(
    cs: &mut ConstraintSystem,
    columns: &Columns,
    tables: &[Variable; 3],
) -> Result<(), ImportError> {
    let [first, ..] = tables;
    for q in 0..first.blocks.len() {
        let table_selector = cs.complex_selector()?;
        let [arguments, ..] = &columns.operands;
        for (x, block) in arguments.blocks.iter().enumerate() {
            for y in 0..block.len() {
                let selector = cs.complex_selector()?;
                let input = switched(cs, &columns.operands, x, y, selector);
                let table = switched(cs, tables, q, 0, table_selector);
                cs.lookup(input, table)?;
            }
        }
    }
    Ok(())
}

/// `(1, cells…) · selector`
fn switched(
    cs: &mut ConstraintSystem,
    variables: &[Variable; 3],
    block: usize,
    inner: usize,
    selector: Expr,
) -> Vec<Expr> {
    let mut tuple = vec![cs.arena.constant(1)];
    for variable in variables {
        if let Some(column) = super::base::column(variable, block, inner) {
            tuple.push(cs.advice(column, 0));
        }
    }
    tuple
        .into_iter()
        .map(|value| cs.arena.mul(value, selector))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_eight_columns_there_is_one_shape() {
        assert_eq!(TreeShape::candidates(1), [TreeShape::SINGLE_THREAD]);
        assert_eq!(TreeShape::candidates(8), [TreeShape::SINGLE_THREAD]);
        assert_eq!(TreeShape::candidates(9).len(), 2);
        assert_eq!(TreeShape::candidates(17).len(), 3);
    }

    #[test]
    fn a_range_wider_than_any_circuit_is_refused() {
        assert_eq!(columns_of((0, 0), 8).unwrap(), 1);
        assert_eq!(columns_of((-4, 4), 8).unwrap(), 2);
        assert!(columns_of((i64::MIN, i64::MAX), 8).is_err());
    }
}
