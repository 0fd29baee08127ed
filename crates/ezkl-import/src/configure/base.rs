//! The base gates: sums, products, and their running forms over rows.
//!
//! The operations are ordered; gates are added in this order, whatever the order of their selectors.

use super::{Columns, Variable};
use crate::constraint_system::ConstraintSystem;
use crate::error::ImportError;
use crate::expression::Expr;

/// Operations on one cell of each operand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pointwise {
    Add,
    Mult,
    Sub,
}

/// Operations that accumulate over the cells of a block. `Init` starts anew, the other form goes on
/// from the previous row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Accumulating {
    Dot,
    DotInit,
    CumProdInit,
    CumProd,
    SumInit,
    Sum,
}

impl Accumulating {
    /// Does it read the previous row's result?
    fn continues(self) -> bool {
        matches!(self, Self::Dot | Self::CumProd | Self::Sum)
    }

    pub(super) fn operands(self) -> usize {
        if matches!(self, Self::Dot | Self::DotInit) {
            2
        } else {
            1
        }
    }
}

/// Adds the gates of all blocks.
pub(super) fn gates(cs: &mut ConstraintSystem, columns: &Columns) -> Result<(), ImportError> {
    let [first, second, output] = &columns.operands;
    let mut pointwise = Vec::new();
    for (i, block) in output.blocks.iter().enumerate() {
        for j in 0..block.len() {
            for operation in [Pointwise::Add, Pointwise::Sub, Pointwise::Mult] {
                pointwise.push((operation, i, j, cs.simple_selector()?));
            }
        }
    }
    let mut accumulating = Vec::new();
    for i in 0..output.blocks.len() {
        use Accumulating::*;
        for operation in [DotInit, Dot, CumProd, CumProdInit, Sum, SumInit] {
            accumulating.push((operation, i, cs.simple_selector()?));
        }
    }
    pointwise.sort_by_key(|(operation, i, j, _)| (*operation, *i, *j));
    for (operation, i, j, selector) in pointwise {
        let (Some(a), Some(b), Some(out)) = (
            column(first, i, j),
            column(second, i, j),
            column(output, i, j),
        ) else {
            continue;
        };
        let (a, b, out) = (cs.advice(a, 0), cs.advice(b, 0), cs.advice(out, 0));
        let result = match operation {
            Pointwise::Add => cs.arena.add(a, b),
            Pointwise::Mult => cs.arena.mul(a, b),
            Pointwise::Sub => cs.arena.sub(a, b),
        };
        constrain(cs, selector, out, result)?;
    }
    accumulating.sort_by_key(|(operation, i, _)| (*operation, *i));
    for (operation, i, selector) in accumulating {
        let a = if operation.operands() == 2 {
            query_block(cs, first, i)
        } else {
            Vec::new()
        };
        let b = query_block(cs, second, i);
        accumulate(cs, selector, operation, output, i, &a, &b)?;
    }
    Ok(())
}

/// The column of block `i`, inner column `j`.
pub(super) fn column(variable: &Variable, i: usize, j: usize) -> Option<u32> {
    variable
        .blocks
        .get(i)
        .and_then(|block| block.get(j))
        .copied()
}

/// The cells of block `i` on the current row.
pub(super) fn query_block(cs: &mut ConstraintSystem, variable: &Variable, i: usize) -> Vec<Expr> {
    let block = variable.blocks.get(i).map(Vec::as_slice).unwrap_or(&[]);
    block.iter().map(|column| cs.advice(*column, 0)).collect()
}

/// `selector · (value - result) = 0`
pub(super) fn constrain(
    cs: &mut ConstraintSystem,
    selector: Expr,
    value: Expr,
    result: Expr,
) -> Result<(), ImportError> {
    let difference = cs.arena.sub(value, result);
    let gate = cs.arena.mul(selector, difference);
    cs.gate(gate)
}

/// The gate of an accumulating operation: the output's first column holds the result.
pub(super) fn accumulate(
    cs: &mut ConstraintSystem,
    selector: Expr,
    operation: Accumulating,
    output: &Variable,
    block: usize,
    a: &[Expr],
    b: &[Expr],
) -> Result<(), ImportError> {
    let Some(out) = column(output, block, 0) else {
        return Ok(());
    };
    let previous = operation.continues().then(|| cs.advice(out, -1));
    let current = cs.advice(out, 0);
    let row = match operation {
        Accumulating::Dot | Accumulating::DotInit => dot(cs, a, b, None),
        Accumulating::CumProd | Accumulating::CumProdInit => {
            let one = cs.arena.constant(1);
            b.iter()
                .fold(one, |product, cell| cs.arena.mul(product, *cell))
        }
        Accumulating::Sum | Accumulating::SumInit => {
            let zero = cs.arena.constant(0);
            b.iter().fold(zero, |sum, cell| cs.arena.add(sum, *cell))
        }
    };
    let result = match previous {
        None => row,
        Some(previous) if operation == Accumulating::CumProd => cs.arena.mul(previous, row),
        Some(previous) => cs.arena.add(previous, row),
    };
    constrain(cs, selector, current, result)
}

/// `previous + ((0 + a_0·b_0) + a_1·b_1)…`
pub(super) fn dot(
    cs: &mut ConstraintSystem,
    a: &[Expr],
    b: &[Expr],
    previous: Option<Expr>,
) -> Expr {
    let zero = cs.arena.constant(0);
    let row = a.iter().zip(b).fold(zero, |sum, (a, b)| {
        let product = cs.arena.mul(*a, *b);
        cs.arena.add(sum, product)
    });
    match previous {
        Some(previous) => cs.arena.add(previous, row),
        None => row,
    }
}
