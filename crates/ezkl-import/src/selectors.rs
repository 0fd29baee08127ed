//! Selectors become fixed columns.
//!
//! Without compression each gets its own. With it, simple selectors that are never active on the same
//! row share a column, as far as the degree allows: `vk.key` then carries one activation bitmap for
//! each selector.

use crate::constraint_system::ConstraintSystem;
use crate::error::ImportError;
use crate::expression::Expr;

/// A fixed column for every selector.
pub(crate) fn convert_directly(cs: &mut ConstraintSystem) -> Result<(), ImportError> {
    let mut replacement = Vec::new();
    for _ in 0..cs.selectors {
        let column = cs.fixed_column()?;
        replacement.push(cs.fixed(column));
    }
    cs.replace_selectors(&replacement);
    cs.selectors = 0;
    Ok(())
}

/// Shared fixed columns. `bitmaps` has one bitmap per selector, all equally long; only whether two of
/// them overlap matters.
pub(crate) fn convert_compressed(
    cs: &mut ConstraintSystem,
    bitmaps: &[&[u8]],
) -> Result<(), ImportError> {
    let cap = cs.degree();
    let degrees = degrees(cs);
    let mut replacement: Vec<Option<Expr>> = vec![None; degrees.len()];
    for (slot, degree) in replacement.iter_mut().zip(&degrees) {
        if *degree == 0 {
            let column = cs.fixed_column()?;
            *slot = Some(cs.fixed(column));
        }
    }
    for combination in combine(&degrees, bitmaps, cap) {
        let column = cs.fixed_column()?;
        let query = cs.fixed(column);
        for (position, selector) in combination.iter().enumerate() {
            // Member i is active where the column holds i + 1: the product vanishes at the others.
            let mut expr = query;
            for other in (0..combination.len()).filter(|other| *other != position) {
                let value = cs.arena.constant(other as i128 + 1);
                let factor = cs.arena.sub(value, query);
                expr = cs.arena.mul(expr, factor);
            }
            if let Some(slot) = replacement.get_mut(*selector) {
                *slot = Some(expr);
            }
        }
    }
    // Every selector is in exactly one combination, or has a column of its own.
    let replacement: Vec<Expr> = replacement.into_iter().flatten().collect();
    cs.replace_selectors(&replacement);
    Ok(())
}

/// For every selector, the highest degree of a gate that it switches on; 0 if it may not be shared
/// (complex) or switches nothing.
fn degrees(cs: &ConstraintSystem) -> Vec<u32> {
    let mut degrees = vec![0; cs.selectors as usize];
    for gate in &cs.gates {
        let selector = cs.arena.simple_selector(*gate);
        if let Some(degree) = selector.and_then(|selector| degrees.get_mut(selector as usize)) {
            *degree = cs.arena.degree(*gate).max(*degree);
        }
    }
    degrees
}

/// halo2's greedy grouping of the selectors that may share.
fn combine(degrees: &[u32], bitmaps: &[&[u8]], cap: u32) -> Vec<Vec<usize>> {
    let mut pending: Vec<usize> = degrees
        .iter()
        .enumerate()
        .filter(|(_, degree)| **degree > 0)
        .map(|(i, _)| i)
        .collect();
    let degree_of = |selector: usize| degrees.get(selector).copied().unwrap_or(0);
    let bitmap_of = |selector: usize| bitmaps.get(selector).copied().unwrap_or(&[]);
    let mut combinations = Vec::new();
    while let Some((&first, rest)) = pending.split_first() {
        let mut degree = degree_of(first).saturating_sub(1);
        let mut members = vec![first];
        let mut active = bitmap_of(first).to_vec();
        let mut left = Vec::new();
        for (position, &selector) in rest.iter().enumerate() {
            let size = members.len() as u32;
            if degree.saturating_add(size) == cap {
                left.extend(rest.iter().skip(position));
                break;
            }
            let joint = degree.max(degree_of(selector).saturating_sub(1));
            let bitmap = bitmap_of(selector);
            if joint.saturating_add(size + 1) > cap || overlap(&active, bitmap) {
                left.push(selector);
                continue;
            }
            degree = joint;
            members.push(selector);
            active
                .iter_mut()
                .zip(bitmap)
                .for_each(|(all, one)| *all |= one);
        }
        combinations.push(members);
        pending = left;
    }
    combinations
}

fn overlap(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_share_a_column_only_while_they_never_meet_and_the_degree_allows() {
        let rows: [&[u8]; 4] = [&[0b0001], &[0b0010], &[0b0011], &[0b1000]];
        // Degree 4, gates of degree 2: the third meets the first, the fourth still fits.
        assert_eq!(
            combine(&[2, 2, 2, 2], &rows, 4),
            vec![vec![0, 1, 3], vec![2]]
        );
        assert_eq!(
            combine(&[2, 2, 2, 2], &rows, 3),
            vec![vec![0, 1], vec![2, 3]]
        );
        assert_eq!(
            combine(&[3, 3, 3, 3], &rows, 3),
            vec![vec![0], vec![1], vec![2], vec![3]]
        );
        // Selectors of degree 0 have their own columns and are not grouped.
        assert_eq!(combine(&[0, 2, 0, 2], &rows, 4), vec![vec![1, 3]]);
    }
}
