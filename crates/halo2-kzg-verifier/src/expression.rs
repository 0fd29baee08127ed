//! The circuit's polynomials as one shared program (spec, section 0, "Expressions").
//!
//! An importer builds an [`Expressions`] arena in any order. A key holds a [`Program`]: the same
//! expressions in their *normal form*, so that one circuit has one encoding:
//!
//! * no algebraic simplification, and `scale(e, c)` is `mul(e, c)`;
//! * hash-consed: no two nodes are equal;
//! * nodes stand in the order of their first visit, depth first, operands before the node
//!   (post-order), over the roots in the key's order; so none is unused and none out of place.

use crate::{Fr, key::KeyError, limits};
use alloc::{collections::BTreeMap, vec, vec::Vec};

/// A node of an expression. Operands are positions of earlier nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// A field element.
    Constant(Fr),
    /// The instance column at rotation 0.
    Instance,
    /// The fixed query of this index.
    Fixed(u32),
    /// The advice query of this index.
    Advice(u32),
    /// The user challenge of this index.
    Challenge(u32),
    Neg(u32),
    Add(u32, u32),
    Mul(u32, u32),
}

impl Node {
    /// The operands, left first.
    fn operands(self) -> [Option<u32>; 2] {
        match self {
            Node::Neg(a) => [Some(a), None],
            Node::Add(a, b) | Node::Mul(a, b) => [Some(a), Some(b)],
            _ => [None, None],
        }
    }

    #[cfg(test)]
    pub(crate) fn with_operands_for_test(self, new: impl Fn(u32) -> u32) -> Node {
        self.with_operands(|id| Some(new(id))).unwrap()
    }

    fn with_operands(self, new: impl Fn(u32) -> Option<u32>) -> Option<Node> {
        Some(match self {
            Node::Neg(a) => Node::Neg(new(a)?),
            Node::Add(a, b) => Node::Add(new(a)?, new(b)?),
            Node::Mul(a, b) => Node::Mul(new(a)?, new(b)?),
            leaf => leaf,
        })
    }
}

/// Names an expression of an [`Expressions`] arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(u32);

/// An arena of expressions, built bottom up. Sharing is free and duplicates do no harm:
/// [`VerifyingKey::new`](crate::VerifyingKey::new) brings everything into the normal form.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    nodes: Vec<Node>,
}

impl Expressions {
    /// An empty arena.
    pub fn new() -> Self {
        Self::default()
    }

    fn push(&mut self, node: Node) -> ExprId {
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        ExprId(id)
    }

    /// A field element.
    pub fn constant(&mut self, value: Fr) -> ExprId {
        self.push(Node::Constant(value))
    }

    /// The evaluation of the advice query at this position of
    /// [`advice_queries`](crate::CircuitDescription::advice_queries).
    pub fn advice(&mut self, query: u32) -> ExprId {
        self.push(Node::Advice(query))
    }

    /// The evaluation of the fixed query at this position of
    /// [`fixed_queries`](crate::CircuitDescription::fixed_queries).
    pub fn fixed(&mut self, query: u32) -> ExprId {
        self.push(Node::Fixed(query))
    }

    /// The evaluation of the instance column at rotation 0.
    pub fn instance(&mut self) -> ExprId {
        self.push(Node::Instance)
    }

    /// The user challenge of this index, counted over all phases.
    pub fn challenge(&mut self, index: u32) -> ExprId {
        self.push(Node::Challenge(index))
    }

    /// `-a`
    pub fn neg(&mut self, a: ExprId) -> ExprId {
        self.push(Node::Neg(a.0))
    }

    /// `a + b`
    pub fn add(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.push(Node::Add(a.0, b.0))
    }

    /// `a · b`
    pub fn mul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.push(Node::Mul(a.0, b.0))
    }

    /// `a · value`, which is `mul(a, constant(value))`.
    pub fn scale(&mut self, a: ExprId, value: Fr) -> ExprId {
        let value = self.constant(value);
        self.mul(a, value)
    }
}

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
    pub(crate) fn place(&mut self, root: ExprId) -> Result<u32, KeyError> {
        let mut stack = vec![root.0];
        while let Some(&id) = stack.last() {
            if self.placed(id).is_some() {
                stack.pop();
                continue;
            }
            let node = *self
                .arena
                .get(id as usize)
                .ok_or(KeyError::UnknownExpression)?;
            let mut waiting = false;
            // Right first onto the stack, so that the left operand is visited first.
            for operand in node.operands().into_iter().rev().flatten() {
                if operand >= id {
                    return Err(KeyError::UnknownExpression);
                }
                if self.placed(operand).is_none() {
                    stack.push(operand);
                    waiting = true;
                }
            }
            if waiting {
                continue;
            }
            let node = node
                .with_operands(|id| self.placed(id))
                .ok_or(KeyError::UnknownExpression)?;
            let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let position = *self.positions.entry(node).or_insert(next);
            if position == next {
                if next >= limits::MAX_NODES {
                    return Err(KeyError::limit("expression nodes", limits::MAX_NODES));
                }
                self.nodes.push(node);
            }
            if let Some(slot) = self.placed.get_mut(id as usize) {
                *slot = Some(position);
            }
            stack.pop();
        }
        self.placed(root.0).ok_or(KeyError::UnknownExpression)
    }

    pub(crate) fn finish(self) -> Program {
        Program { nodes: self.nodes }
    }
}

/// All expressions of a key in normal form. Node `i`'s operands lie before `i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) nodes: Vec<Node>,
}

impl Program {
    /// Checks that nodes read from an encoding are in normal form for these roots.
    pub(crate) fn from_nodes(
        nodes: Vec<Node>,
        roots: impl Iterator<Item = u32>,
    ) -> Result<Program, KeyError> {
        Self::check_order(&nodes, roots)?;
        let mut sorted: Vec<&Node> = nodes.iter().collect();
        sorted.sort_unstable();
        if sorted
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            return Err(KeyError::NotNormalForm("an expression node stands twice"));
        }
        Ok(Program { nodes })
    }

    /// Post-order over the roots must visit node 0, 1, 2, … and end at the last.
    fn check_order(nodes: &[Node], roots: impl Iterator<Item = u32>) -> Result<(), KeyError> {
        const ORDER: KeyError = KeyError::NotNormalForm("expression nodes are out of order");
        let mut next = 0u32; // nodes before `next` have been visited
        let mut stack = Vec::new();
        for root in roots {
            stack.push(root);
            while let Some(&id) = stack.last() {
                if id < next {
                    stack.pop();
                    continue;
                }
                let node = nodes.get(id as usize).ok_or(KeyError::UnknownExpression)?;
                let mut waiting = false;
                for operand in node.operands().into_iter().rev().flatten() {
                    if operand >= id {
                        return Err(KeyError::UnknownExpression);
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
                    return Err(ORDER);
                }
                next = next.saturating_add(1);
                stack.pop();
            }
        }
        if next as usize == nodes.len() {
            Ok(())
        } else {
            Err(KeyError::NotNormalForm("an expression node is unused"))
        }
    }

    /// The degree of every node, saturating: columns 1, constants and challenges 0.
    pub(crate) fn degrees(&self) -> Vec<u32> {
        let mut degrees: Vec<u32> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |id: u32| degrees.get(id as usize).copied().unwrap_or(u32::MAX);
            let degree = match *node {
                Node::Constant(_) | Node::Challenge(_) => 0,
                Node::Instance | Node::Fixed(_) | Node::Advice(_) => 1,
                Node::Neg(a) => of(a),
                Node::Add(a, b) => of(a).max(of(b)),
                Node::Mul(a, b) => of(a).saturating_add(of(b)),
            };
            degrees.push(degree);
        }
        degrees
    }

    /// The value of every node.
    pub(crate) fn evaluate(&self, inputs: &Evaluations<'_>) -> Values {
        let mut values: Vec<Fr> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |id: u32| at(&values, id);
            let value = match *node {
                Node::Constant(value) => value,
                Node::Instance => inputs.instance,
                Node::Fixed(query) => at(inputs.fixed, query),
                Node::Advice(query) => at(inputs.advice, query),
                Node::Challenge(index) => at(inputs.challenges, index),
                Node::Neg(a) => -of(a),
                Node::Add(a, b) => of(a) + of(b),
                Node::Mul(a, b) => of(a) * of(b),
            };
            values.push(value);
        }
        Values(values)
    }
}

/// What the leaves of a program stand for in one proof.
pub(crate) struct Evaluations<'a> {
    pub(crate) advice: &'a [Fr],
    pub(crate) fixed: &'a [Fr],
    pub(crate) instance: Fr,
    pub(crate) challenges: &'a [Fr],
}

/// The values of a program's nodes.
pub(crate) struct Values(Vec<Fr>);

impl Values {
    pub(crate) fn get(&self, root: u32) -> Fr {
        at(&self.0, root)
    }

    /// A tuple's expressions combined by theta, the first the most significant.
    pub(crate) fn compress(&self, tuple: &[u32], theta: Fr) -> Fr {
        tuple
            .iter()
            .fold(Fr::from(0u64), |acc, &root| acc * theta + self.get(root))
    }
}

/// Reads a table by an index that was checked when the key was made; total, so that even an
/// impossible index cannot panic.
pub(crate) fn at(table: &[Fr], index: u32) -> Fr {
    table.get(index as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(Program::from_nodes(normal(), [5].into_iter()).is_ok());
    }

    #[test]
    fn refuses_nodes_reordered_duplicated_or_unused() {
        let mut reordered = normal();
        reordered.swap(0, 1);
        reordered[2] = Node::Add(1, 0);
        reordered[4] = Node::Neg(1);
        assert!(Program::from_nodes(reordered, [5].into_iter()).is_err());

        let duplicated = vec![
            Node::Advice(0),
            Node::Constant(fr(2)),
            Node::Add(0, 1),
            Node::Add(0, 1),
            Node::Mul(2, 3),
        ];
        assert_eq!(
            Program::from_nodes(duplicated, [4].into_iter()),
            Err(KeyError::NotNormalForm("an expression node stands twice"))
        );
        assert_eq!(
            Program::from_nodes(normal(), [3].into_iter()),
            Err(KeyError::NotNormalForm("an expression node is unused"))
        );
    }

    #[test]
    fn refuses_operands_that_do_not_lie_before_their_node() {
        let cyclic = vec![Node::Neg(0)];
        assert_eq!(
            Program::from_nodes(cyclic, [0].into_iter()),
            Err(KeyError::UnknownExpression)
        );
        let ahead = vec![Node::Neg(1), Node::Advice(0)];
        assert_eq!(
            Program::from_nodes(ahead, [0].into_iter()),
            Err(KeyError::UnknownExpression)
        );
    }

    #[test]
    fn evaluates_and_counts_degrees() {
        let (arena, root) = sample();
        let mut n = Normaliser::new(&arena);
        let root = n.place(root).unwrap();
        let program = n.finish();
        assert_eq!(program.degrees(), [1, 0, 1, 2, 1, 2]);
        let inputs = Evaluations {
            advice: &[fr(5)],
            fixed: &[],
            instance: fr(0),
            challenges: &[],
        };
        assert_eq!(program.evaluate(&inputs).get(root), fr(44));
    }

    #[test]
    fn degrees_saturate() {
        let mut nodes = vec![Node::Advice(0)];
        for i in 0..40 {
            nodes.push(Node::Mul(i, i));
        }
        assert_eq!(Program { nodes }.degrees().last(), Some(&u32::MAX));
    }
}
