//! The instance columns as a circuit reads them: which column at which rotations.

use super::{
    columns::{Column, Query},
    expression::Node,
};
use crate::{
    error::{KeyFault, Quantity},
    limits,
    memory::size_of_vec,
};
use alloc::vec::Vec;
use ark_bn254::Fr;

/// An instance column at a rotation, whose value at x the verifier computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InstanceQuery {
    pub(crate) query: Query,
    /// Position of the column's first value among the public inputs.
    pub(crate) start: usize,
    /// Values of the column.
    pub(crate) length: usize,
}

/// All instance queries of a circuit: those of its expressions and of its permutation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InstanceQueries {
    /// Ascending by column and rotation.
    pub(crate) list: Vec<InstanceQuery>,
    /// A query at rotation t weighs row j by the Lagrange polynomial of row j - t. This is the first
    /// of these rows; row 0 is always among them.
    pub(crate) first_row: i32,
    /// Their number.
    pub(crate) num_rows: usize,
}

impl InstanceQueries {
    /// Finds each query once. Every column is known to exist.
    pub(crate) fn collect(
        nodes: &[Node],
        permutation: &[Column],
        lengths: &[u32],
    ) -> Result<Self, KeyFault> {
        let of_nodes = nodes.iter().filter_map(|node| match *node {
            Node::Instance(query) => Some(query),
            _ => None,
        });
        let of_permutation = permutation.iter().filter_map(|column| match *column {
            Column::Instance(column) => Some(Query {
                column,
                rotation: 0,
            }),
            _ => None,
        });
        let mut queries: Vec<Query> = of_nodes.chain(of_permutation).collect();
        queries.sort_unstable();
        queries.dedup();
        let most = limits::MAX_INSTANCE_ROTATIONS as usize;
        let crowded = |window: &[Query]| match window {
            [first, .., last] => first.column == last.column,
            _ => false,
        };
        if queries.windows(most.saturating_add(1)).any(crowded) {
            return Err(KeyFault::limit(
                Quantity::InstanceRotations,
                limits::MAX_INSTANCE_ROTATIONS,
            ));
        }
        Ok(Self::locate(&queries, lengths))
    }

    /// `queries` ascend.
    fn locate(queries: &[Query], lengths: &[u32]) -> Self {
        let mut list = Vec::with_capacity(queries.len());
        let (mut first_row, mut end_row) = (0i32, 1usize);
        let mut rest = queries;
        let mut start = 0usize;
        for (length, column) in lengths.iter().zip(0u32..) {
            let length = *length as usize;
            while let [query, after @ ..] = rest
                && query.column == column
            {
                list.push(InstanceQuery {
                    query: *query,
                    start,
                    length,
                });
                first_row = first_row.min(query.rotation.saturating_neg());
                let end = isize::try_from(length).unwrap_or(isize::MAX);
                let end = end.saturating_sub(query.rotation as isize);
                end_row = end_row.max(usize::try_from(end).unwrap_or_default());
                rest = after;
            }
            start = start.saturating_add(length);
        }
        InstanceQueries {
            list,
            first_row,
            num_rows: end_row.saturating_add(first_row.unsigned_abs() as usize),
        }
    }

    /// Position of a query in the list.
    pub(crate) fn position(&self, query: Query) -> Option<usize> {
        self.list.binary_search_by_key(&query, |q| q.query).ok()
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of_vec(&self.list)
    }
}

/// The values of a circuit's instance queries at x.
#[derive(Clone, Copy)]
pub(crate) struct InstanceValues<'a> {
    pub(crate) queries: &'a InstanceQueries,
    /// In the order of the queries.
    pub(crate) values: &'a [Fr],
}

impl InstanceValues<'_> {
    pub(crate) fn get(&self, query: Query) -> Option<Fr> {
        let position = self.queries.position(query);
        debug_assert!(position.is_some(), "no value of {query:?}");
        self.values.get(position?).copied()
    }
}
