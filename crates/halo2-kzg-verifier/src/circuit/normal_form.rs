//! The normal form of a circuit's expressions (spec, section 5.3): one circuit, one encoding.
//!
//! * no algebraic simplification, and `scale(e, c)` is `mul(e, c)`;
//! * hash-consed: no two nodes are equal;
//! * nodes stand in the order of their first visit, depth first, operands before the node
//!   (post-order), over the roots in the key's order; so none is unused and none out of place.

use super::{
    expression::{ExprId, Expressions, Node},
    program::Program,
};
use crate::{
    error::{Irregularity, KeyFault, Quantity, count},
    limits,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};

/// Builds a [`Program`] from the expressions of an arena, root by root.
pub(crate) struct Normaliser<'a> {
    arena: &'a [Node],
    /// Position in the program of each arena node that has been visited.
    placed: Vec<Option<u32>>,
    positions: BTreeMap<Node, u32>,
    nodes: Vec<Node>,
}

impl<'a> Normaliser<'a> {
    pub(crate) fn new(arena: &'a Expressions) -> Self {
        Self {
            arena: &arena.nodes,
            placed: vec![None; arena.nodes.len()],
            positions: BTreeMap::new(),
            nodes: Vec::new(),
        }
    }

    fn placed(&self, id: u32) -> Option<u32> {
        self.placed.get(id as usize).copied().flatten()
    }

    /// Places a root and everything below it; returns the root's position in the program.
    pub(crate) fn place(&mut self, root: ExprId) -> Result<u32, KeyFault> {
        let mut stack = vec![root.0];
        while let Some(&id) = stack.last() {
            if self.placed(id).is_some() {
                stack.pop();
                continue;
            }
            let node = *self
                .arena
                .get(id as usize)
                .ok_or(KeyFault::UnknownExpression)?;
            let mut waiting = false;
            // Right first onto the stack, so that the left operand is visited first.
            for operand in node.operands().into_iter().rev().flatten() {
                if operand >= id {
                    return Err(KeyFault::UnknownExpression);
                }
                if self.placed(operand).is_none() {
                    stack.push(operand);
                    waiting = true;
                }
            }
            if waiting {
                continue;
            }
            let position = self.position(node)?;
            if let Some(slot) = self.placed.get_mut(id as usize) {
                *slot = Some(position);
            }
            stack.pop();
        }
        self.placed(root.0).ok_or(KeyFault::UnknownExpression)
    }

    /// The position of a node whose operands are placed: that of its equal, or a new one.
    fn position(&mut self, node: Node) -> Result<u32, KeyFault> {
        let node = node
            .with_operands(|id| self.placed(id))
            .ok_or(KeyFault::UnknownExpression)?;
        let next = count(self.nodes.len());
        let position = *self.positions.entry(node).or_insert(next);
        if position == next {
            if next >= limits::MAX_NODES {
                return Err(KeyFault::limit(Quantity::Nodes, limits::MAX_NODES));
            }
            self.nodes.push(node);
        }
        Ok(position)
    }

    pub(crate) fn finish(self) -> Program {
        Program { nodes: self.nodes }
    }
}

/// Checks that nodes read from an encoding are in normal form for these roots.
pub(crate) fn check(
    nodes: Vec<Node>,
    roots: impl Iterator<Item = u32>,
) -> Result<Program, KeyFault> {
    check_order(&nodes, roots)?;
    if has_repeated_nodes(&nodes) {
        return Err(KeyFault::NotNormalForm(Irregularity::RepeatedNode));
    }
    Ok(Program { nodes })
}

/// A visit in post-order over the roots must meet node 0, 1, 2, … and end at the last.
fn check_order(nodes: &[Node], roots: impl Iterator<Item = u32>) -> Result<(), KeyFault> {
    let mut next = 0u32; // nodes before `next` have been visited
    let mut stack = Vec::new();
    for root in roots {
        stack.push(root);
        while let Some(&id) = stack.last() {
            if id < next {
                stack.pop();
                continue;
            }
            let node = nodes.get(id as usize).ok_or(KeyFault::UnknownExpression)?;
            let mut waiting = false;
            for operand in node.operands().into_iter().rev().flatten() {
                if operand >= id {
                    return Err(KeyFault::UnknownExpression);
                }
                if operand >= next {
                    stack.push(operand);
                    waiting = true;
                }
            }
            if waiting {
                continue;
            }
            if id != next {
                return Err(KeyFault::NotNormalForm(Irregularity::NodesOutOfOrder));
            }
            next = next.saturating_add(1);
            stack.pop();
        }
    }
    if next as usize == nodes.len() {
        Ok(())
    } else {
        Err(KeyFault::NotNormalForm(Irregularity::UnusedNode))
    }
}

/// Constants and other nodes are sorted apart: a constant is compared by its limbs as they are in
/// memory, everything else by a number.
fn has_repeated_nodes(nodes: &[Node]) -> bool {
    let mut constants: Vec<[u64; 4]> = Vec::new();
    let mut others: Vec<u128> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let (tag, [a, b]) = match *node {
            Node::Constant(value) => {
                constants.push(value.0.0);
                continue;
            }
            Node::Instance(query) => (0u128, [query.column, query.rotation.cast_unsigned()]),
            Node::Fixed(query) => (1, [query, 0]),
            Node::Advice(query) => (2, [query, 0]),
            Node::Challenge(index) => (3, [index, 0]),
            Node::Neg(a) => (4, [a, 0]),
            Node::Add(a, b) => (5, [a, b]),
            Node::Mul(a, b) => (6, [a, b]),
        };
        others.push(tag << 64 | u128::from(a) << 32 | u128::from(b));
    }
    repeats(&mut constants) || repeats(&mut others)
}

fn repeats<T: Ord>(list: &mut [T]) -> bool {
    list.sort_unstable();
    list.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::{
        instances::{InstanceQueries, InstanceValues},
        program::Leaves,
    };
    use ark_bn254::Fr;

    fn fr(value: u64) -> Fr {
        Fr::from(value)
    }

    /// (x + 2) · (x + 2) - x, with everything built twice.
    fn sample() -> (Expressions, ExprId) {
        let mut e = Expressions::new();
        let unused = e.constant(fr(9));
        e.neg(unused);
        let two = e.constant(fr(2));
        let x = e.advice(0);
        let left = e.add(x, two);
        let x_again = e.advice(0);
        let two_again = e.constant(fr(2));
        let right = e.add(x_again, two_again);
        let square = e.mul(left, right);
        let minus_x = e.neg(x_again);
        let root = e.add(square, minus_x);
        (e, root)
    }

    fn normal() -> Vec<Node> {
        vec![
            Node::Advice(0),
            Node::Constant(fr(2)),
            Node::Add(0, 1),
            Node::Mul(2, 2),
            Node::Neg(0),
            Node::Add(3, 4),
        ]
    }

    #[test]
    fn normal_form_shares_orders_and_drops() {
        let (arena, root) = sample();
        let mut n = Normaliser::new(&arena);
        assert_eq!(n.place(root), Ok(5));
        assert_eq!(n.finish().nodes, normal());
    }

    #[test]
    fn the_normal_form_of_the_normal_form_is_itself() {
        assert!(check(normal(), [5].into_iter()).is_ok());
    }

    #[test]
    fn refuses_nodes_reordered_duplicated_or_unused() {
        let mut reordered = normal();
        reordered.swap(0, 1);
        reordered[2] = Node::Add(1, 0);
        reordered[4] = Node::Neg(1);
        assert!(check(reordered, [5].into_iter()).is_err());

        let duplicated = vec![
            Node::Advice(0),
            Node::Constant(fr(2)),
            Node::Add(0, 1),
            Node::Add(0, 1),
            Node::Mul(2, 3),
        ];
        assert_eq!(
            check(duplicated, [4].into_iter()),
            Err(KeyFault::NotNormalForm(Irregularity::RepeatedNode))
        );
        assert_eq!(
            check(normal(), [3].into_iter()),
            Err(KeyFault::NotNormalForm(Irregularity::UnusedNode))
        );
    }

    #[test]
    fn refuses_operands_that_do_not_lie_before_their_node() {
        let cyclic = vec![Node::Neg(0)];
        assert_eq!(
            check(cyclic, [0].into_iter()),
            Err(KeyFault::UnknownExpression)
        );
        let ahead = vec![Node::Neg(1), Node::Advice(0)];
        assert_eq!(
            check(ahead, [0].into_iter()),
            Err(KeyFault::UnknownExpression)
        );
    }

    #[test]
    fn evaluates_and_counts_degrees() {
        let (arena, root) = sample();
        let mut n = Normaliser::new(&arena);
        let root = n.place(root).unwrap();
        let program = n.finish();
        let degrees = program.degrees();
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|node| degrees.get(node)),
            [1, 0, 1, 2, 1, 2]
        );
        let inputs = Leaves {
            advice: &[fr(5)],
            fixed: &[],
            instance: InstanceValues {
                queries: &InstanceQueries::default(),
                values: &[],
            },
            challenges: &[],
        };
        assert_eq!(program.evaluate(&inputs).unwrap().get(root), Some(fr(44)));
    }

    #[test]
    fn degrees_saturate() {
        let mut nodes = vec![Node::Advice(0)];
        for i in 0..40 {
            nodes.push(Node::Mul(i, i));
        }
        assert_eq!(Program { nodes }.degrees().get(40), u32::MAX);
    }
}
