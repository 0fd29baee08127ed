//! Einsums, which Freivalds' algorithm checks with random challenges over a second phase.

use super::base::{self, Accumulating};
use super::{Dimensions, Variable, error, limit};
use crate::constraint_system::{ConstraintSystem, Resource, too_large};
use crate::error::ImportError;
use crate::expression::Expr;
use crate::settings::Settings;
use halo2_kzg_verifier::limits;
use std::collections::{BTreeMap, BTreeSet};

/// Characters in one equation: more than its letters and tensors need.
const MAX_EQUATION: usize = 1_024;
/// Equations of one model.
const MAX_EQUATIONS: usize = 1 << 16;

const WITHOUT_FREIVALDS: &str = "Set disable_freivalds in ezkl's run args, and run gen_settings, \
                                 calibrate_settings, compile_circuit and setup again.";

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
        return Err(too_large(Resource::EinsumEquations, MAX_EQUATIONS));
    }
    let (mut total, mut axes) = (0u64, 0);
    for (index, (equation, dimensions)) in params.equations.iter().enumerate() {
        let place = format!("einsum_params.equations[{index}]");
        let (length, outputs) = reduction_length(&place, equation, dimensions)?;
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
/// longer than 1. Refused: an equation that is malformed, or beyond the limits.
fn reduction_length(
    place: &str,
    equation: &str,
    dimensions: &BTreeMap<char, u64>,
) -> Result<(u64, usize), ImportError> {
    if equation.len() > MAX_EQUATION {
        let problem = format!(
            "an equation of {} characters; up to {MAX_EQUATION} are read",
            equation.len()
        );
        return Err(limit(place, problem).cure(WITHOUT_FREIVALDS));
    }
    let (inputs, output) = equation
        .split_once("->")
        .ok_or_else(|| error(place, format!("{equation:?} has no \"->\"")))?;
    let mut axes = inputs.chars().filter(|c| *c != ',');
    if let Some(axis) = axes.find(|axis| !dimensions.contains_key(axis)) {
        let problem = format!("{equation:?}: axis {axis:?} has no dimension");
        return Err(error(place, problem));
    }
    let sizes = Axes(dimensions);
    let output = sizes.long(output);
    let count = output.chars().count();
    if count > limits::MAX_CHALLENGES as usize {
        let problem = format!(
            "an einsum with {count} output axes needs a challenge for each; this verifier takes up to {}",
            limits::MAX_CHALLENGES
        );
        return Err(limit(place, problem).cure(WITHOUT_FREIVALDS));
    }
    let operands = inputs.split(',').map(|text| sizes.long(text)).collect();
    let total = sizes
        .output_cells(&output)
        .saturating_add(sizes.reduction_cells(operands, &output));
    Ok((total, count))
}

/// The dimension of every axis.
struct Axes<'a>(&'a BTreeMap<char, u64>);

impl Axes<'_> {
    fn dimension(&self, axis: char) -> u64 {
        self.0.get(&axis).copied().unwrap_or(0)
    }

    /// The axes that are longer than 1.
    fn long(&self, axes: &str) -> String {
        axes.chars()
            .filter(|axis| self.dimension(*axis) > 1)
            .collect()
    }

    /// Elements of a tensor with these axes.
    fn product(&self, axes: &str) -> u64 {
        axes.chars().fold(1u64, |product, axis| {
            product.saturating_mul(self.dimension(axis))
        })
    }

    /// Cells that folding the output takes, last axis first.
    fn output_cells(&self, output: &str) -> u64 {
        let reversed: Vec<char> = output.chars().rev().collect();
        let mut total = 0u64;
        for (position, axis) in reversed.iter().enumerate() {
            let rest: String = reversed.iter().skip(position + 1).collect();
            let cells = self.dimension(*axis).saturating_mul(self.product(&rest));
            total = total.saturating_add(cells);
        }
        total
    }

    /// Cells that the operands take: folded over the output's axes, then summed over the others.
    fn reduction_cells(&self, mut operands: Vec<String>, output: &str) -> u64 {
        let mut total = 0u64;
        for axis in output.chars() {
            while operands.iter().any(|operand| operand.contains(axis)) {
                total = total.saturating_add(self.reduce(&mut operands, output, axis));
            }
        }
        let remaining: BTreeSet<char> = operands.iter().flat_map(|axes| axes.chars()).collect();
        for axis in remaining {
            total = total.saturating_add(self.reduce(&mut operands, output, axis));
        }
        total
    }

    /// Replaces the operands that have an axis by their product, and gives the cells that it takes.
    fn reduce(&self, operands: &mut Vec<String>, output: &str, axis: char) -> u64 {
        let (selected, mut rest): (Vec<String>, Vec<String>) = operands
            .drain(..)
            .partition(|operand| operand.contains(axis));
        let mut union: BTreeSet<char> = selected.iter().flat_map(|axes| axes.chars()).collect();
        let mut length = 1;
        if !(output.contains(axis) && selected.len() > 1) {
            union.remove(&axis);
            length = self.dimension(axis);
        }
        let result: String = union.into_iter().collect();
        let factor = if selected.len() > 2 {
            selected.len() as u64
        } else {
            1
        };
        let cells = self.product(&result);
        // Operands equal to a selected one contain the axis too: all of them are gone.
        rest.push(result);
        *operands = rest;
        cells.saturating_mul(length).saturating_mul(factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn length(equation: &str, dimensions: &[(char, u64)]) -> (u64, usize) {
        reduction_length("", equation, &dimensions.iter().copied().collect()).unwrap()
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
        let kind = |equation: &str| {
            reduction_length("place", equation, &BTreeMap::new())
                .unwrap_err()
                .kind()
        };
        assert_eq!(kind("mk,kn"), ErrorKind::Malformed);
        assert_eq!(kind("mk->m"), ErrorKind::Malformed);
        assert_eq!(kind(&"a".repeat(5_000)), ErrorKind::Limit);
    }
}
