//! Einsums, which Freivalds' algorithm checks with random challenges over a second phase.

use super::base::{self, Accumulating};
use super::{Dimensions, Variable, error};
use crate::constraint_system::{ConstraintSystem, too_large};
use crate::error::ImportError;
use crate::expression::Expr;
use crate::settings::Settings;
use halo2_kzg_verifier::limits;
use std::collections::{BTreeMap, BTreeSet};

/// Characters in one equation: more than its letters and tensors need.
const MAX_EQUATION: usize = 1_024;
/// Equations of one model.
const MAX_EQUATIONS: usize = 1 << 16;

/// Which phases an operation's operands come from, and so where its result goes. The order is that of
/// the gates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phases {
    First,
    Second,
    BothFirst,
    Mixed,
    BothSecond,
}

struct EinsumColumns {
    first: [Variable; 2],
    second: [Variable; 2],
    out_first: Variable,
    out_second: Variable,
}

impl EinsumColumns {
    fn inputs(&self, phases: Phases) -> (&Variable, Option<&Variable>) {
        let ([a, b], [c, d]) = (&self.first, &self.second);
        match phases {
            Phases::First => (a, None),
            Phases::Second => (c, None),
            Phases::BothFirst => (a, Some(b)),
            Phases::Mixed => (a, Some(c)),
            Phases::BothSecond => (c, Some(d)),
        }
    }

    fn output(&self, phases: Phases) -> &Variable {
        match phases {
            Phases::First | Phases::BothFirst => &self.out_first,
            _ => &self.out_second,
        }
    }
}

/// Adds the einsum columns and gates, if the model has einsums that are laid out so.
pub(super) fn configure(
    cs: &mut ConstraintSystem,
    settings: &Settings,
    size: &Dimensions,
) -> Result<(), ImportError> {
    let params = &settings.einsum_params;
    if params.total_einsum_col_size == 0 {
        return Ok(());
    }
    if params.equations.len() > MAX_EQUATIONS {
        return Err(too_large("einsum equations", MAX_EQUATIONS));
    }
    let (mut total, mut axes) = (0u64, 0);
    for (index, (equation, dimensions)) in params.equations.iter().enumerate() {
        let (length, outputs) = reduction_length(equation, dimensions)
            .map_err(|problem| error(&format!("einsum_params.equations[{index}]"), problem))?;
        total = total.saturating_add(length);
        axes = axes.max(outputs);
    }
    let mut variable = |phase| size.variable(cs, size.inner, total, phase);
    let columns = EinsumColumns {
        first: [variable(0)?, variable(0)?],
        second: [variable(1)?, variable(1)?],
        out_first: variable(0)?,
        out_second: variable(1)?,
    };
    gates(cs, &columns, size.inner as usize)?;
    for _ in 0..axes {
        challenge_gates(cs, &columns, size.inner)?;
    }
    Ok(())
}

/// Products, running dot products, sums and running products of every combination of phases.
fn gates(
    cs: &mut ConstraintSystem,
    columns: &EinsumColumns,
    inner: usize,
) -> Result<(), ImportError> {
    use Accumulating::*;
    let blocks = columns.out_first.blocks.len();
    let mut products = Vec::new();
    let mut accumulating: BTreeMap<(Accumulating, Phases, usize), Expr> = BTreeMap::new();
    for phases in [Phases::BothFirst, Phases::Mixed, Phases::BothSecond] {
        for i in 0..blocks {
            for j in 0..inner {
                products.push((phases, i, j, cs.simple_selector()?));
            }
            // For every i again: the earlier selectors stay allocated, unused.
            for block in 0..blocks {
                accumulating.insert((DotInit, phases, block), cs.simple_selector()?);
                accumulating.insert((Dot, phases, block), cs.simple_selector()?);
            }
        }
    }
    for phases in [Phases::First, Phases::Second] {
        for block in 0..blocks {
            for operation in [SumInit, Sum, CumProdInit, CumProd] {
                accumulating.insert((operation, phases, block), cs.simple_selector()?);
            }
        }
    }
    // In the order of operations, products stand between the running products and the sums.
    let (before, after): (Vec<_>, Vec<_>) = accumulating
        .into_iter()
        .partition(|((operation, ..), _)| *operation < SumInit);
    for ((operation, phases, block), selector) in before {
        accumulate(cs, columns, operation, phases, block, selector)?;
    }
    products.sort_by_key(|(phases, i, j, _)| (*phases, *i, *j));
    for (phases, i, j, selector) in products {
        let (a, Some(b)) = columns.inputs(phases) else {
            continue;
        };
        let output = columns.output(phases);
        let cells = (
            base::column(a, i, j),
            base::column(b, i, j),
            base::column(output, i, j),
        );
        let (Some(a), Some(b), Some(out)) = cells else {
            continue;
        };
        let (a, b, out) = (cs.advice(a, 0), cs.advice(b, 0), cs.advice(out, 0));
        let product = cs.arena.mul(a, b);
        base::constrain(cs, selector, out, product)?;
    }
    for ((operation, phases, block), selector) in after {
        accumulate(cs, columns, operation, phases, block, selector)?;
    }
    Ok(())
}

fn accumulate(
    cs: &mut ConstraintSystem,
    columns: &EinsumColumns,
    operation: Accumulating,
    phases: Phases,
    block: usize,
    selector: Expr,
) -> Result<(), ImportError> {
    let (first, second) = columns.inputs(phases);
    let b = base::query_block(cs, first, block);
    let a = second
        .map(|second| base::query_block(cs, second, block))
        .unwrap_or_default();
    base::accumulate(
        cs,
        selector,
        operation,
        columns.output(phases),
        block,
        &a,
        &b,
    )
}

/// One more challenge, and the gates that fold a tensor with its powers.
fn challenge_gates(
    cs: &mut ConstraintSystem,
    columns: &EinsumColumns,
    inner: u32,
) -> Result<(), ImportError> {
    let challenge = cs.challenge()?;
    let ([first, _], [second, _]) = (&columns.first, &columns.second);
    let mut selectors = Vec::new();
    for input in [first, second] {
        for block in 0..input.blocks.len() {
            let pair = (cs.simple_selector()?, cs.simple_selector()?);
            selectors.push((input, block, pair));
        }
    }
    let mut powers = Vec::new();
    let mut power = cs.arena.constant(1);
    for _ in 0..inner {
        power = cs.arena.mul(power, challenge);
        powers.push(power);
    }
    powers.reverse();
    for (input, block, (starts, continues)) in selectors {
        let Some(out) = base::column(&columns.out_second, block, 0) else {
            continue;
        };
        let cells = base::query_block(cs, input, block);
        let current = cs.advice(out, 0);
        let zero = cs.arena.constant(0);
        let folded = base::dot(cs, &powers, &cells, Some(zero));
        base::constrain(cs, starts, current, folded)?;

        let (previous, current) = (cs.advice(out, -1), cs.advice(out, 0));
        let carried = cs.arena.mul(previous, power);
        let folded = base::dot(cs, &powers, &cells, Some(carried));
        base::constrain(cs, continues, current, folded)?;
    }
    Ok(())
}

/// Cells that ezkl reserves for checking one einsum, and the number of its output axes that are
/// longer than 1.
fn reduction_length(
    equation: &str,
    dimensions: &BTreeMap<char, u64>,
) -> Result<(u64, usize), String> {
    if equation.len() > MAX_EQUATION {
        return Err(format!("an equation of {} characters", equation.len()));
    }
    let (inputs, output) = equation
        .split_once("->")
        .ok_or_else(|| format!("{equation:?} has no \"->\""))?;
    let is_axis = |c: &char| *c != ',';
    if let Some(axis) = inputs
        .chars()
        .filter(is_axis)
        .find(|axis| !dimensions.contains_key(axis))
    {
        return Err(format!("{equation:?}: axis {axis:?} has no dimension"));
    }
    let dimension = |axis: char| dimensions.get(&axis).copied().unwrap_or(0);
    let long =
        |text: &str| -> String { text.chars().filter(|axis| dimension(*axis) > 1).collect() };
    let product = |text: &str| {
        text.chars().fold(1u64, |product, axis| {
            product.saturating_mul(dimension(axis))
        })
    };
    let mut operands: Vec<String> = inputs.split(',').map(long).collect();
    let output = long(output);

    let mut total = 0u64;
    let reversed: Vec<char> = output.chars().rev().collect();
    for (position, axis) in reversed.iter().enumerate() {
        let rest: String = reversed.iter().skip(position + 1).collect();
        total = total.saturating_add(dimension(*axis).saturating_mul(product(&rest)));
    }
    let mut reduce = |operands: &mut Vec<String>, axis: char| {
        let (selected, mut rest): (Vec<String>, Vec<String>) = operands
            .drain(..)
            .partition(|operand| operand.contains(axis));
        let mut union: BTreeSet<char> = selected
            .iter()
            .flat_map(|operand| operand.chars())
            .collect();
        let mut length = 1;
        if !(output.contains(axis) && selected.len() > 1) {
            union.remove(&axis);
            length = dimension(axis);
        }
        let result: String = union.into_iter().collect();
        let factor = if selected.len() > 2 {
            selected.len() as u64
        } else {
            1
        };
        let cells = product(&result)
            .saturating_mul(length)
            .saturating_mul(factor);
        total = total.saturating_add(cells);
        // Operands equal to a selected one contain the axis too: all of them are gone.
        rest.push(result);
        *operands = rest;
    };
    for axis in output.chars() {
        while operands.iter().any(|operand| operand.contains(axis)) {
            reduce(&mut operands, axis);
        }
    }
    let remaining: BTreeSet<char> = operands
        .iter()
        .flat_map(|operand| operand.chars())
        .collect();
    for axis in remaining {
        reduce(&mut operands, axis);
    }
    let axes = output.chars().count();
    if axes > limits::MAX_CHALLENGES as usize {
        return Err(format!("{axes} output axes"));
    }
    Ok((total, axes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(equation: &str, dimensions: &[(char, u64)]) -> (u64, usize) {
        reduction_length(equation, &dimensions.iter().copied().collect()).unwrap()
    }

    #[test]
    fn counts_the_cells_of_an_einsum() {
        // Output 2·3 + 3, then m (8·2), n (8·3) and the shared k (8).
        let expected = 2 * 3 + 2 + 8 * 2 + 8 * 3 + 8;
        assert_eq!(
            length("mk,kn->mn", &[('m', 2), ('k', 8), ('n', 3)]),
            (expected, 2)
        );
        // Axes of dimension 1 do not count.
        assert_eq!(length("mk,kn->n", &[('m', 1), ('k', 8), ('n', 16)]).1, 1);
    }

    #[test]
    fn an_equation_that_is_none_is_refused() {
        assert!(reduction_length("mk,kn", &BTreeMap::new()).is_err());
        assert!(reduction_length("mk->m", &BTreeMap::new()).is_err());
        assert!(reduction_length(&"a".repeat(5_000), &BTreeMap::new()).is_err());
    }
}
