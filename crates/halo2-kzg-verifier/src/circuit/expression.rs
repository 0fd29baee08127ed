//! Expressions as an importer builds them.

use super::columns::Query;
use alloc::vec::Vec;
use ark_bn254::Fr;

/// A node of an expression. Operands are positions of earlier nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// A field element.
    Constant(Fr),
    /// An instance column at a rotation.
    Instance(Query),
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
    pub(super) fn operands(self) -> [Option<u32>; 2] {
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

    pub(super) fn with_operands(self, new: impl Fn(u32) -> Option<u32>) -> Option<Node> {
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
pub struct ExprId(pub(super) u32);

/// An arena of expressions, built bottom up. Sharing is free and duplicates do no harm:
/// [`VerifyingKey::new`](crate::VerifyingKey::new) brings everything into the normal form.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    pub(super) nodes: Vec<Node>,
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

    /// The evaluation of an instance column at a rotation, which the verifier computes itself.
    pub fn instance(&mut self, query: Query) -> ExprId {
        self.push(Node::Instance(query))
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
