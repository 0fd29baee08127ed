//! Numbers that follow from a key (spec, section 0 "Derived numbers" and section 1), and the rules
//! that a key's parts must obey together.

use crate::{
    expression::Node,
    key::{Column, KeyError, Query, VerifyingKey, count, within},
    limits,
    protocol::opening::Plan,
};
use alloc::{collections::BTreeSet, vec, vec::Vec};

/// What is derived from a key and never stored in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) num_advice: u32,
    pub(crate) num_challenges: u32,
    pub(crate) blinding_factors: u32,
    pub(crate) degree: u32,
    /// Columns in one permutation product.
    pub(crate) chunk: u32,
    /// Permutation products.
    pub(crate) num_products: u32,
    /// Pieces of the quotient polynomial.
    pub(crate) num_pieces: u32,
    /// For each permutation column, where its value is found.
    pub(crate) permutation_values: Vec<ColumnValue>,
    pub(crate) layout: Layout,
    pub(crate) positions: Positions,
    pub(crate) plan: Plan,
}

/// The evaluation at rotation 0 of a permutation column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnValue {
    /// The advice query of this index.
    Advice(u32),
    /// The fixed query of this index.
    Fixed(u32),
    Instance,
}

/// Sizes of a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Points, the two of the opening included.
    pub(crate) num_points: u32,
    pub(crate) num_evaluations: u32,
}

/// Where each kind of commitment begins among a proof's points; advice begins at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Positions {
    pub(crate) multiplicities: u32,
    pub(crate) products: u32,
    pub(crate) sums: u32,
    pub(crate) shuffles: u32,
    pub(crate) random: u32,
    pub(crate) pieces: u32,
    /// W, with W' behind it.
    pub(crate) opening: u32,
}

impl Layout {
    pub(crate) fn proof_length(&self) -> u64 {
        let points = u64::from(self.num_points).saturating_mul(64);
        points.saturating_add(u64::from(self.num_evaluations).saturating_mul(32))
    }
}

impl Shape {
    /// The rotation of the last usable row's successor, `l_last`.
    pub(crate) fn last_rotation(&self) -> i32 {
        i32::try_from(self.blinding_factors)
            .unwrap_or(i32::MAX)
            .saturating_add(1)
            .saturating_neg()
    }

    pub(crate) fn derive(key: &VerifyingKey) -> Result<Shape, KeyError> {
        let (num_advice, num_challenges) = phases(key)?;
        let num_fixed = within(
            "fixed columns",
            key.commitments.fixed.len(),
            limits::MAX_FIXED_COLUMNS,
        )?;
        let advice_rotations = queries("advice queries", &key.advice_queries, num_advice)?;
        queries("fixed queries", &key.fixed_queries, num_fixed)?;
        program_leaves(key, num_challenges)?;
        tuples(key)?;
        let permutation_values = permutation(key)?;

        let most = advice_rotations.into_iter().max().unwrap_or(0);
        let blinding_factors = most.max(3).saturating_add(2);
        let degree = degree(key)?;
        // degree >= 3, so a chunk holds at least one column.
        let chunk = degree.saturating_sub(2);
        let num_products = count(key.permutation.len()).div_ceil(chunk);
        let mut shape = Shape {
            num_advice,
            num_challenges,
            blinding_factors,
            degree,
            chunk,
            num_products,
            num_pieces: degree.saturating_sub(1),
            permutation_values,
            ..Shape::default()
        };
        rows(key, &shape)?;
        shape.positions = positions(key, &shape);
        shape.layout = Layout {
            num_points: shape.positions.opening.saturating_add(2),
            num_evaluations: num_evaluations(key, &shape),
        };
        shape.plan = Plan::derive(key, &shape)?;
        Ok(shape)
    }
}

fn phases(key: &VerifyingKey) -> Result<(u32, u32), KeyError> {
    within("phases", key.phases.len(), limits::MAX_PHASES)?;
    if key.phases.is_empty() || key.phases.iter().any(|p| p.advice_columns == 0) {
        return Err(KeyError::Inconsistent(
            "every phase has at least one advice column",
        ));
    }
    let (mut advice, mut challenges) = (0u32, 0u32);
    for phase in &key.phases {
        advice = advice.saturating_add(phase.advice_columns);
        challenges = challenges.saturating_add(phase.challenges);
    }
    if advice > limits::MAX_ADVICE_COLUMNS {
        return Err(KeyError::limit(
            "advice columns",
            limits::MAX_ADVICE_COLUMNS,
        ));
    }
    if challenges > limits::MAX_CHALLENGES {
        return Err(KeyError::limit("challenges", limits::MAX_CHALLENGES));
    }
    Ok((advice, challenges))
}

/// Every column is queried, each (column, rotation) once. Returns the number of queries by column.
fn queries(what: &'static str, list: &[Query], columns: u32) -> Result<Vec<u32>, KeyError> {
    within(what, list.len(), limits::MAX_QUERIES)?;
    let mut by_column = vec![0u32; columns as usize];
    let mut seen = BTreeSet::new();
    for query in list {
        let slot = by_column
            .get_mut(query.column as usize)
            .ok_or(KeyError::Inconsistent("a query names an unknown column"))?;
        *slot = slot.saturating_add(1);
        if query.rotation.saturating_abs() > limits::MAX_ROTATION {
            return Err(KeyError::Limit {
                what: "a rotation",
                limit: limits::MAX_ROTATION.unsigned_abs(),
            });
        }
        if !seen.insert(*query) {
            return Err(KeyError::Inconsistent("a query stands twice"));
        }
    }
    if by_column.contains(&0) {
        return Err(KeyError::Inconsistent("a column is never queried"));
    }
    Ok(by_column)
}

fn program_leaves(key: &VerifyingKey, num_challenges: u32) -> Result<(), KeyError> {
    within(
        "expression nodes",
        key.program.nodes.len(),
        limits::MAX_NODES,
    )?;
    let (advice, fixed) = (
        count(key.advice_queries.len()),
        count(key.fixed_queries.len()),
    );
    let known = key.program.nodes.iter().all(|node| match *node {
        Node::Advice(query) => query < advice,
        Node::Fixed(query) => query < fixed,
        Node::Challenge(index) => index < num_challenges,
        _ => true,
    });
    if known {
        Ok(())
    } else {
        Err(KeyError::Inconsistent(
            "an expression names an unknown query or challenge",
        ))
    }
}

/// Tuples of one argument have one arity already.
fn tuples(key: &VerifyingKey) -> Result<(), KeyError> {
    within("gates", key.gates.len(), limits::MAX_GATES)?;
    let arguments = limits::MAX_ARGUMENTS;
    within("lookup arguments", key.lookups.len() as usize, arguments)?;
    within("shuffle arguments", key.shuffles.len() as usize, arguments)?;
    let tuple = |nodes: &[u32]| within("expressions of a tuple", nodes.len(), limits::MAX_TUPLE);
    for lookup in key.lookups.iter() {
        if tuple(lookup.table)? == 0 || lookup.num_inputs == 0 {
            return Err(KeyError::Inconsistent("a lookup without inputs or table"));
        }
    }
    for shuffle in key.shuffles.iter() {
        if tuple(shuffle.shuffle)? == 0 {
            return Err(KeyError::Inconsistent("an empty shuffle"));
        }
    }
    Ok(())
}

/// Permutation columns are distinct and queried at rotation 0.
fn permutation(key: &VerifyingKey) -> Result<Vec<ColumnValue>, KeyError> {
    let n = key.permutation.len();
    within("permutation columns", n, limits::MAX_PERMUTATION_COLUMNS)?;
    if key.commitments.permutation.len() != n {
        return Err(KeyError::Inconsistent(
            "one permutation commitment for each column",
        ));
    }
    let distinct: BTreeSet<&Column> = key.permutation.iter().collect();
    if distinct.len() != n {
        return Err(KeyError::Inconsistent("a permutation column stands twice"));
    }
    let by_column = |list: &[Query]| {
        let mut at_zero = alloc::collections::BTreeMap::new();
        for (index, query) in list.iter().enumerate() {
            if query.rotation == 0 {
                at_zero.insert(query.column, count(index));
            }
        }
        at_zero
    };
    let (advice, fixed) = (
        by_column(&key.advice_queries),
        by_column(&key.fixed_queries),
    );
    let value = |column: &Column| match column {
        Column::Advice(c) => advice.get(c).copied().map(ColumnValue::Advice),
        Column::Fixed(c) => fixed.get(c).copied().map(ColumnValue::Fixed),
        Column::Instance => Some(ColumnValue::Instance),
    };
    let missing = KeyError::Inconsistent("a permutation column is not queried at rotation 0");
    key.permutation
        .iter()
        .map(|column| value(column).ok_or(missing))
        .collect()
}

/// `max(3, gates, lookups, shuffles)` (spec, section 0); saturating, then bounded.
fn degree(key: &VerifyingKey) -> Result<u32, KeyError> {
    let degrees = key.program.degrees();
    let of = |root: &u32| degrees.get(*root as usize).copied().unwrap_or(u32::MAX);
    let tuple = |roots: &[u32]| roots.iter().map(of).max().unwrap_or(0);
    let mut degree = key.gates.iter().map(of).max().unwrap_or(0).max(3);
    for lookup in key.lookups.iter() {
        let inputs = lookup
            .inputs()
            .fold(0u32, |sum, i| sum.saturating_add(tuple(i)));
        let sum = inputs.saturating_add(tuple(lookup.table)).saturating_add(2);
        degree = degree.max(sum).max(lookup.num_inputs.saturating_add(3));
    }
    for shuffle in key.shuffles.iter() {
        let widest = tuple(shuffle.input).max(tuple(shuffle.shuffle)).max(1);
        degree = degree.max(widest.saturating_add(2));
    }
    if degree > limits::MAX_DEGREE {
        return Err(KeyError::limit("the degree", limits::MAX_DEGREE));
    }
    Ok(degree)
}

/// Spec, section 1. All counts are bounded by the limits, far below overflow.
fn positions(key: &VerifyingKey, shape: &Shape) -> Positions {
    let (lookups, shuffles) = (key.lookups.len(), key.shuffles.len());
    let multiplicities = shape.num_advice;
    let products = multiplicities.saturating_add(lookups);
    let sums = products.saturating_add(shape.num_products);
    let shuffle_products = sums.saturating_add(lookups);
    let random = shuffle_products.saturating_add(shuffles);
    let pieces = random.saturating_add(1);
    let opening = pieces.saturating_add(shape.num_pieces);
    Positions {
        multiplicities,
        products,
        sums,
        shuffles: shuffle_products,
        random,
        pieces,
        opening,
    }
}

/// Spec, section 1, item 8.
fn num_evaluations(key: &VerifyingKey, shape: &Shape) -> u32 {
    let products = shape.num_products.saturating_mul(3).saturating_sub(1);
    [
        count(key.advice_queries.len()),
        count(key.fixed_queries.len()),
        1, // random polynomial
        count(key.permutation.len()),
        products,
        key.lookups.len().saturating_mul(3),
        key.shuffles.len().saturating_mul(2),
    ]
    .into_iter()
    .fold(0u32, u32::saturating_add)
}

/// The rows hold the blinding factors, all rotations and the public inputs.
fn rows(key: &VerifyingKey, shape: &Shape) -> Result<(), KeyError> {
    if key.k > limits::MAX_K {
        return Err(KeyError::limit("k", limits::MAX_K.into()));
    }
    let rows = 1u64.checked_shl(key.k.into()).unwrap_or(0);
    let unusable = u64::from(shape.blinding_factors).saturating_add(1);
    if rows <= unusable {
        return Err(KeyError::Inconsistent(
            "k is too small for the blinding factors",
        ));
    }
    // No two rotations may name one point: this text merges them by number, halo2 by point.
    let rotations = key
        .advice_queries
        .iter()
        .chain(&key.fixed_queries)
        .map(|q| q.rotation);
    let with_own = rotations.chain([shape.last_rotation(), 0, 1]);
    let (lowest, highest) = with_own.fold((0i32, 0i32), |(low, high), r| (low.min(r), high.max(r)));
    if u64::from(highest.abs_diff(lowest)) >= rows {
        return Err(KeyError::Inconsistent("two rotations name one row"));
    }
    if u64::from(key.num_public_inputs) > rows.saturating_sub(unusable) {
        return Err(KeyError::Inconsistent(
            "more public inputs than usable rows",
        ));
    }
    Ok(())
}
