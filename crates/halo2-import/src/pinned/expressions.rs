//! Gates and tuples: halo2's expressions, in the spelling of either crate layout.

use super::columns::{Columns, rotation};
use crate::{
    circuit::{ColumnKind, Expression, ExpressionIndex},
    debug_text::{Part, Shape, Tree},
    error::{ErrorKind, ImportError},
    field,
};
use ark_bn254::Fr;

/// Every expression of the text, with the part that it was read from.
pub(super) struct Expressions {
    pub(super) arena: Vec<Expression>,
    /// For each part of the text, the expression that it is.
    of_part: Vec<Option<ExpressionIndex>>,
}

impl Expressions {
    /// Reads the expressions of gates, lookups and shuffles. Parts stand after their own parts, so one
    /// pass finds every operand before it is used.
    pub(super) fn read(
        tree: &Tree<'_>,
        cs: Part,
        columns: &mut Columns,
    ) -> Result<Self, ImportError> {
        let wanted = Self::parts_of_expressions(tree, cs)?;
        let mut expressions = Expressions {
            arena: Vec::new(),
            of_part: vec![None; tree.len()],
        };
        for index in (0..tree.len()).filter(|index| wanted[*index]) {
            let part = tree.at(index);
            let transparent = matches!(tree.word(part), "Var" | "Query")
                .then(|| tree.parts(part).next())
                .flatten();
            expressions.of_part[index] = Some(match transparent {
                Some(inner) => expressions.of(tree, inner)?,
                None => {
                    let expression = expressions.expression(tree, part, columns)?;
                    expressions.arena.push(expression);
                    expressions.arena.len() - 1
                }
            });
        }
        Ok(expressions)
    }

    /// The parts that are expressions: the members of the lists, and their operands.
    fn parts_of_expressions(tree: &Tree<'_>, cs: Part) -> Result<Vec<bool>, ImportError> {
        let mut lists = vec![tree.field(cs, "gates")?];
        let lookups = Some(tree.field(cs, "lookups")?);
        for arguments in [lookups, tree.optional(cs, "shuffles")]
            .into_iter()
            .flatten()
        {
            for argument in tree.list(arguments)? {
                lists.extend(
                    tree.parts(argument)
                        .filter(|p| tree.shape(*p) == Shape::List),
                );
            }
        }
        let mut wanted = vec![false; tree.len()];
        for list in lists {
            for part in tree.parts(list) {
                if tree.shape(part) == Shape::List {
                    // One of several input tuples.
                    tree.parts(part)
                        .for_each(|part| wanted[part.index()] = true);
                } else {
                    wanted[part.index()] = true;
                }
            }
        }
        for index in (0..tree.len()).rev() {
            if wanted[index] && operands_are_expressions(tree.word(tree.at(index))) {
                tree.parts(tree.at(index))
                    .filter(|part| tree.shape(*part) != Shape::Number)
                    .for_each(|part| wanted[part.index()] = true);
            }
        }
        Ok(wanted)
    }

    fn expression(
        &self,
        tree: &Tree<'_>,
        part: Part,
        columns: &mut Columns,
    ) -> Result<Expression, ImportError> {
        let mut parts = tree.parts(part);
        let (first, second) = (parts.next(), parts.next());
        let operand = |part: Option<Part>, of: Part| {
            part.ok_or_else(|| tree.error(of, format!("{} has too few parts", tree.word(of))))
        };
        Ok(match tree.word(part) {
            "Constant" => Expression::Constant(scalar(tree, operand(first, part)?)?),
            "Fixed" => Expression::Fixed(query(tree, part, ColumnKind::Fixed, columns)?),
            "Instance" => Expression::Instance(query(tree, part, ColumnKind::Instance, columns)?),
            "Advice" => Expression::Advice(query(tree, part, ColumnKind::Advice, columns)?),
            "QueryBack" => query_of_column(tree, part, columns)?,
            "Challenge" => Expression::Challenge(challenge(tree, operand(first, part)?, columns)?),
            "Negated" => Expression::Negated(self.of(tree, operand(first, part)?)?),
            "Scaled" => Expression::Scaled(
                self.of(tree, operand(first, part)?)?,
                scalar(tree, operand(second, part)?)?,
            ),
            name @ ("Sum" | "Product") => {
                let a = self.of(tree, operand(first, part)?)?;
                let b = self.of(tree, operand(second, part)?)?;
                if name == "Sum" {
                    Expression::Sum(a, b)
                } else {
                    Expression::Product(a, b)
                }
            }
            "Selector" => {
                let problem =
                    "the expression has a selector; keygen replaces all of them by fixed columns";
                return Err(tree.error(part, problem).cure(
                    "Take the text from the key that keygen_vk gave, not from a ConstraintSystem.",
                ));
            }
            _ => return Err(tree.expected(part, "an expression")),
        })
    }

    /// The expression that was read from this part.
    fn of(&self, tree: &Tree<'_>, part: Part) -> Result<ExpressionIndex, ImportError> {
        let found = self.of_part.get(part.index()).copied().flatten();
        found.ok_or_else(|| tree.expected(part, "an expression"))
    }

    /// A list of expressions.
    pub(super) fn of_list(
        &self,
        tree: &Tree<'_>,
        list: Part,
    ) -> Result<Vec<ExpressionIndex>, ImportError> {
        let parts = tree.list(list)?;
        parts.into_iter().map(|part| self.of(tree, part)).collect()
    }
}

/// Of the parts of these, those that are no numbers are expressions.
fn operands_are_expressions(name: &str) -> bool {
    matches!(
        name,
        "Negated" | "Sum" | "Product" | "Scaled" | "Var" | "Query"
    )
}

/// `Advice { query_index: 0, column_index: 0, rotation: Rotation(0) }`
fn query(
    tree: &Tree<'_>,
    part: Part,
    kind: ColumnKind,
    columns: &mut Columns,
) -> Result<u32, ImportError> {
    let column = tree.number(tree.field(part, "column_index")?)?;
    if let (ColumnKind::Advice, Some(phase)) = (kind, tree.optional(part, "phase")) {
        columns.found_phase(tree, phase, column)?;
    }
    let index = tree.field(part, "query_index")?;
    check_query(tree, part, index, (kind, column), columns)
}

/// `QueryBack { index: 0, column: ColumnMid { … }, rotation: Rotation(0) }`
fn query_of_column(
    tree: &Tree<'_>,
    part: Part,
    columns: &mut Columns,
) -> Result<Expression, ImportError> {
    let column = columns.column(tree, tree.field(part, "column")?)?;
    let index = tree.field(part, "index")?;
    let query = check_query(tree, part, index, (column.kind, column.index), columns)?;
    Ok(match column.kind {
        ColumnKind::Advice => Expression::Advice(query),
        ColumnKind::Fixed => Expression::Fixed(query),
        ColumnKind::Instance => Expression::Instance(query),
    })
}

/// The index must be that of this column and rotation in the list of queries.
fn check_query(
    tree: &Tree<'_>,
    part: Part,
    index: Part,
    (kind, column): (ColumnKind, u32),
    columns: &Columns,
) -> Result<u32, ImportError> {
    let rotation = rotation(tree, tree.field(part, "rotation")?)?;
    let number = tree.number(index)?;
    match columns.queries_of(kind).get(number as usize) {
        Some(query) if (query.column, query.rotation) == (column, rotation) => Ok(number),
        _ => {
            let problem =
                format!("{kind:?} query {number} is not of column {column} at rotation {rotation}");
            Err(tree.error_of(ErrorKind::Mismatch, part, problem))
        }
    }
}

/// `Challenge { index: 0, phase: Phase(0) }`
fn challenge(tree: &Tree<'_>, part: Part, columns: &Columns) -> Result<u32, ImportError> {
    let index = tree.number(tree.field(part, "index")?)?;
    if index as usize >= columns.challenge_phases.len() {
        let count = columns.challenge_phases.len();
        return Err(tree.error(part, format!("there is no challenge {index} among {count}")));
    }
    Ok(index)
}

/// `0x…`, canonical.
pub(super) fn scalar(tree: &Tree<'_>, part: Part) -> Result<Fr, ImportError> {
    let bytes = field::bytes_of_hex(tree.word(part))
        .ok_or_else(|| tree.expected(part, "a field element of at most 64 hexadecimal digits"))?;
    field::from_be(&bytes).ok_or_else(|| {
        let problem = "the number is not below BN254's scalar field modulus";
        tree.error_of(ErrorKind::NotCanonical, part, problem)
    })
}
