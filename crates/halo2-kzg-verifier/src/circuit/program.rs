//! The circuit's polynomials as one shared program (spec, sections 5.1 and 7.2).

use super::{expression::Node, instances::InstanceValues};
use crate::table::at;
use alloc::vec::Vec;
use ark_bn254::Fr;

/// All expressions of a key in normal form. The operands of node `i` lie before `i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) nodes: Vec<Node>,
}

impl Program {
    /// The degree of every node, saturating: columns 1, constants and challenges 0.
    pub(crate) fn degrees(&self) -> Degrees {
        let mut degrees: Vec<u32> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |id: u32| degrees.get(id as usize).copied().unwrap_or(u32::MAX);
            let degree = match *node {
                Node::Constant(_) | Node::Challenge(_) => 0,
                Node::Instance(_) | Node::Fixed(_) | Node::Advice(_) => 1,
                Node::Neg(a) => of(a),
                Node::Add(a, b) => of(a).max(of(b)),
                Node::Mul(a, b) => of(a).saturating_add(of(b)),
            };
            degrees.push(degree);
        }
        Degrees(degrees)
    }

    /// The value of every node. `None` if a node names something that does not exist.
    pub(crate) fn evaluate(&self, leaves: &Leaves<'_>) -> Option<Values> {
        let mut values: Vec<Fr> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let of = |id: u32| at(&values, id);
            let value = match *node {
                Node::Constant(value) => value,
                Node::Instance(query) => leaves.instance.get(query)?,
                Node::Fixed(query) => at(leaves.fixed, query)?,
                Node::Advice(query) => at(leaves.advice, query)?,
                Node::Challenge(index) => at(leaves.challenges, index)?,
                Node::Neg(a) => -of(a)?,
                Node::Add(a, b) => of(a)? + of(b)?,
                Node::Mul(a, b) => of(a)? * of(b)?,
            };
            values.push(value);
        }
        Some(Values(values))
    }
}

/// The degrees of a program's nodes.
pub(crate) struct Degrees(Vec<u32>);

impl Degrees {
    /// The degree of a root; an unknown one is above every limit.
    pub(crate) fn get(&self, root: u32) -> u32 {
        self.0.get(root as usize).copied().unwrap_or(u32::MAX)
    }

    /// The largest degree in a tuple.
    pub(crate) fn of_tuple(&self, tuple: &[u32]) -> u32 {
        tuple.iter().map(|&root| self.get(root)).max().unwrap_or(0)
    }
}

/// What the leaves of a program stand for in one proof.
pub(crate) struct Leaves<'a> {
    /// Evaluations of the advice queries.
    pub(crate) advice: &'a [Fr],
    /// Evaluations of the fixed queries.
    pub(crate) fixed: &'a [Fr],
    /// The values of the instance queries.
    pub(crate) instance: InstanceValues<'a>,
    /// The user challenges.
    pub(crate) challenges: &'a [Fr],
}

/// The values of a program's nodes.
pub(crate) struct Values(Vec<Fr>);

impl Values {
    /// The value of a root.
    pub(crate) fn get(&self, root: u32) -> Option<Fr> {
        at(&self.0, root)
    }

    /// A tuple's expressions combined by theta, the first the most significant.
    pub(crate) fn compress(&self, tuple: &[u32], theta: Fr) -> Option<Fr> {
        tuple.iter().try_fold(Fr::from(0u64), |acc, &root| {
            Some(acc * theta + self.get(root)?)
        })
    }
}
