//! Expressions of a halo2 constraint system, as a shared arena.
//!
//! Equal expressions are one node, so a circuit of many similar gates stays small. Two texts are
//! made of them: the debug text that goes into the key's digest, and the identifier under which
//! lookups into the same table meet.

use crate::field;
use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use std::collections::HashMap;
use std::fmt;

/// More nodes than any circuit within the verifier's limits needs.
pub(crate) const MAX_NODES: usize = 1 << 20;

/// Names a node of an [`Arena`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Expr(u32);

impl Expr {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A column read at a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    /// Position in the query list of the column's kind.
    pub(crate) query: u32,
    pub(crate) column: u32,
    pub(crate) rotation: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Constant(Fr),
    /// Replaced by fixed columns before the circuit is used; simple ones may share a column.
    Selector {
        index: u32,
        simple: bool,
    },
    Fixed(Cell),
    Advice(Cell, u8),
    Instance(Cell),
    Challenge(u32),
    Negated(Expr),
    Sum(Expr, Expr),
    Product(Expr, Expr),
    Scaled(Expr, Fr),
}

/// What is known of a node without looking at its operands again.
#[derive(Clone, Copy)]
struct Facts {
    degree: u32,
    /// The first simple selector in it.
    selector: Option<u32>,
}

/// Hash-consed nodes; operands lie before the nodes that use them.
#[derive(Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    positions: HashMap<Node, Expr>,
    exhausted: bool,
}

impl Arena {
    pub(crate) fn push(&mut self, node: Node) -> Expr {
        if let Some(known) = self.positions.get(&node) {
            return *known;
        }
        if self.nodes.len() >= MAX_NODES {
            self.exhausted = true;
            return Expr(0);
        }
        let facts = match node {
            Node::Constant(_) | Node::Challenge(_) => Facts {
                degree: 0,
                selector: None,
            },
            Node::Selector { index, simple } => Facts {
                degree: 1,
                selector: simple.then_some(index),
            },
            Node::Fixed(_) | Node::Advice(..) | Node::Instance(_) => Facts {
                degree: 1,
                selector: None,
            },
            Node::Negated(a) | Node::Scaled(a, _) => self.facts(a),
            Node::Sum(a, b) | Node::Product(a, b) => {
                let (a, b) = (self.facts(a), self.facts(b));
                let degree = if matches!(node, Node::Sum(..)) {
                    a.degree.max(b.degree)
                } else {
                    a.degree.saturating_add(b.degree)
                };
                Facts {
                    degree,
                    selector: a.selector.or(b.selector),
                }
            }
        };
        let position = Expr(self.nodes.len() as u32);
        self.nodes.push(node);
        self.facts.push(facts);
        self.positions.insert(node, position);
        position
    }

    fn facts(&self, expr: Expr) -> Facts {
        self.facts.get(expr.index()).copied().unwrap_or(Facts {
            degree: 0,
            selector: None,
        })
    }

    /// Were there more nodes than any circuit needs? Then the arena is not to be used.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// All nodes, operands first.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn constant(&mut self, value: i128) -> Expr {
        self.scalar(field::fr_from_i128(value))
    }

    pub(crate) fn scalar(&mut self, value: Fr) -> Expr {
        self.push(Node::Constant(value))
    }

    pub(crate) fn add(&mut self, a: Expr, b: Expr) -> Expr {
        self.push(Node::Sum(a, b))
    }

    /// `a + (-b)`
    pub(crate) fn sub(&mut self, a: Expr, b: Expr) -> Expr {
        let negated = self.push(Node::Negated(b));
        self.add(a, negated)
    }

    pub(crate) fn mul(&mut self, a: Expr, b: Expr) -> Expr {
        self.push(Node::Product(a, b))
    }

    pub(crate) fn scale(&mut self, a: Expr, factor: Fr) -> Expr {
        self.push(Node::Scaled(a, factor))
    }

    pub(crate) fn degree(&self, expr: Expr) -> u32 {
        self.facts(expr).degree
    }

    /// The degree of a tuple: its members' highest.
    pub(crate) fn tuple_degree(&self, tuple: &[Expr]) -> u32 {
        tuple
            .iter()
            .map(|expr| self.degree(*expr))
            .max()
            .unwrap_or(0)
    }

    /// The first simple selector in the expression.
    pub(crate) fn simple_selector(&self, expr: Expr) -> Option<u32> {
        self.facts(expr).selector
    }

    /// Replaces selectors; the returned list maps every old node to its new one.
    pub(crate) fn replace_selectors(&mut self, replacement: &[Expr]) -> Vec<Expr> {
        let mut new = Vec::with_capacity(self.nodes.len());
        for index in 0..self.nodes.len() {
            let Some(node) = self.nodes.get(index).copied() else {
                break;
            };
            let of = |expr: Expr| new.get(expr.index()).copied().unwrap_or(expr);
            let replaced = match node {
                Node::Selector {
                    index: selector, ..
                } => replacement
                    .get(selector as usize)
                    .copied()
                    .unwrap_or(Expr(index as u32)),
                Node::Negated(a) => {
                    let a = of(a);
                    self.push(Node::Negated(a))
                }
                Node::Sum(a, b) => {
                    let (a, b) = (of(a), of(b));
                    self.push(Node::Sum(a, b))
                }
                Node::Product(a, b) => {
                    let (a, b) = (of(a), of(b));
                    self.push(Node::Product(a, b))
                }
                Node::Scaled(a, factor) => {
                    let a = of(a);
                    self.push(Node::Scaled(a, factor))
                }
                _ => Expr(index as u32),
            };
            new.push(replaced);
        }
        new
    }

    /// Rust's debug text of halo2's expression type.
    pub(crate) fn write_debug(&self, expr: Expr, out: &mut impl fmt::Write) -> fmt::Result {
        let Some(node) = self.nodes.get(expr.index()) else {
            return Err(fmt::Error);
        };
        match *node {
            Node::Constant(value) => {
                out.write_str("Constant(")?;
                write_scalar(&value, out)?;
                out.write_char(')')
            }
            Node::Selector { index, simple } => {
                write!(out, "Selector(Selector({index}, {simple}))")
            }
            Node::Fixed(cell) => write_cell("Fixed", cell, 0, out),
            Node::Advice(cell, phase) => write_cell("Advice", cell, phase, out),
            Node::Instance(cell) => write_cell("Instance", cell, 0, out),
            // Challenges are drawn after the first phase: ezkl uses no others.
            Node::Challenge(index) => {
                write!(
                    out,
                    "Challenge(Challenge {{ index: {index}, phase: Phase(0) }})"
                )
            }
            Node::Negated(a) => {
                out.write_str("Negated(")?;
                self.write_debug(a, out)?;
                out.write_char(')')
            }
            Node::Sum(a, b) | Node::Product(a, b) => {
                out.write_str(if matches!(node, Node::Sum(..)) {
                    "Sum("
                } else {
                    "Product("
                })?;
                self.write_debug(a, out)?;
                out.write_str(", ")?;
                self.write_debug(b, out)?;
                out.write_char(')')
            }
            Node::Scaled(a, factor) => {
                out.write_str("Scaled(")?;
                self.write_debug(a, out)?;
                out.write_str(", ")?;
                write_scalar(&factor, out)?;
                out.write_char(')')
            }
        }
    }

    /// halo2's identifier of an expression: the key of its table of lookups.
    pub(crate) fn write_identifier(&self, expr: Expr, out: &mut impl fmt::Write) -> fmt::Result {
        let Some(node) = self.nodes.get(expr.index()) else {
            return Err(fmt::Error);
        };
        match *node {
            Node::Constant(value) => write_scalar(&value, out),
            Node::Selector { index, .. } => write!(out, "selector[{index}]"),
            Node::Fixed(cell) => write!(out, "fixed[{}][{}]", cell.column, cell.rotation),
            Node::Advice(cell, _) => write!(out, "advice[{}][{}]", cell.column, cell.rotation),
            Node::Instance(cell) => write!(out, "instance[{}][{}]", cell.column, cell.rotation),
            Node::Challenge(index) => write!(out, "challenge[{index}]"),
            Node::Negated(a) => {
                out.write_str("(-")?;
                self.write_identifier(a, out)?;
                out.write_char(')')
            }
            Node::Sum(a, b) | Node::Product(a, b) => {
                out.write_char('(')?;
                self.write_identifier(a, out)?;
                out.write_char(if matches!(node, Node::Sum(..)) {
                    '+'
                } else {
                    '*'
                })?;
                self.write_identifier(b, out)?;
                out.write_char(')')
            }
            Node::Scaled(a, factor) => {
                self.write_identifier(a, out)?;
                out.write_char('*')?;
                write_scalar(&factor, out)
            }
        }
    }
}

fn write_cell(kind: &str, cell: Cell, phase: u8, out: &mut impl fmt::Write) -> fmt::Result {
    let Cell {
        query,
        column,
        rotation,
    } = cell;
    write!(
        out,
        "{kind} {{ query_index: {query}, column_index: {column}, "
    )?;
    write!(out, "rotation: Rotation({rotation})")?;
    if phase > 0 {
        write!(out, ", phase: Phase({phase})")?;
    }
    out.write_str(" }")
}

fn write_scalar(value: &Fr, out: &mut impl fmt::Write) -> fmt::Result {
    if *value == Fr::ZERO {
        // Frequent, and the text is long.
        return out.write_str("0x0000000000000000000000000000000000000000000000000000000000000000");
    }
    out.write_str(&field::hex_word(&field::to_be(value)))
}
