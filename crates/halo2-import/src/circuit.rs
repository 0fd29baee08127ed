//! A circuit as halo2's key describes it, whichever fork made the key.

use ark_bn254::{Fr, G1Affine};
use halo2_kzg_verifier::{LookupArgument, Query};

/// Index of an expression: operands stand before what they are used in.
pub(crate) type ExpressionIndex = usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    Constant(Fr),
    /// Positions in the lists of queries.
    Fixed(u32),
    Advice(u32),
    Instance(u32),
    /// By creation.
    Challenge(u32),
    Negated(ExpressionIndex),
    Sum(ExpressionIndex, ExpressionIndex),
    Product(ExpressionIndex, ExpressionIndex),
    Scaled(ExpressionIndex, Fr),
}

impl Expression {
    pub(crate) fn operands(self) -> impl Iterator<Item = ExpressionIndex> {
        let (a, b) = match self {
            Expression::Negated(a) | Expression::Scaled(a, _) => (Some(a), None),
            Expression::Sum(a, b) | Expression::Product(a, b) => (Some(a), Some(b)),
            _ => (None, None),
        };
        [a, b].into_iter().flatten()
    }
}

/// A kind of column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Advice,
    Fixed,
    Instance,
}

/// A column, by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnyColumn {
    pub(crate) kind: ColumnKind,
    pub(crate) index: u32,
}

/// A lookup; one input tuple if it is classic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lookup {
    pub(crate) inputs: Vec<Vec<ExpressionIndex>>,
    pub(crate) table: Vec<ExpressionIndex>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shuffle {
    pub(crate) input: Vec<ExpressionIndex>,
    pub(crate) shuffle: Vec<ExpressionIndex>,
}

/// See the module. Columns and challenges are numbered by creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Circuit {
    /// The circuit has 2^k rows; at most 28.
    pub(crate) k: u8,
    pub(crate) digest: Fr,
    /// 0 if the circuit sets none.
    pub(crate) minimum_degree: u32,
    pub(crate) lookup_argument: LookupArgument,
    /// For each advice column, its phase.
    pub(crate) advice_phases: Vec<u8>,
    /// For each challenge, the phase after which it is drawn.
    pub(crate) challenge_phases: Vec<u8>,
    pub(crate) instance_columns: u32,
    pub(crate) advice_queries: Vec<Query>,
    pub(crate) fixed_queries: Vec<Query>,
    pub(crate) instance_queries: Vec<Query>,
    pub(crate) expressions: Vec<Expression>,
    pub(crate) gates: Vec<ExpressionIndex>,
    pub(crate) permutation: Vec<AnyColumn>,
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) shuffles: Vec<Shuffle>,
    pub(crate) fixed_commitments: Vec<G1Affine>,
    pub(crate) permutation_commitments: Vec<G1Affine>,
}

impl Circuit {
    /// The degree of the constraint system, as halo2 computes it, saturating.
    pub(crate) fn degree(&self) -> u32 {
        let degrees = self.degrees();
        let of = |expression: &ExpressionIndex| degrees.get(*expression).copied().unwrap_or(0);
        let of_tuple = |tuple: &[ExpressionIndex]| tuple.iter().map(of).max().unwrap_or(0);
        let gates = of_tuple(&self.gates);
        let lookups = self.lookups.iter().map(|lookup| {
            let table = of_tuple(&lookup.table);
            let inputs = lookup.inputs.iter().map(|input| of_tuple(input));
            match self.lookup_argument {
                LookupArgument::Classic => {
                    let input = inputs.max().unwrap_or(0).max(1);
                    input.saturating_add(table.max(1)).saturating_add(2).max(4)
                }
                LookupArgument::LogDerivative => {
                    let least = u32::try_from(lookup.inputs.len()).unwrap_or(u32::MAX);
                    let product = inputs.fold(table, u32::saturating_add);
                    least.saturating_add(3).max(product.saturating_add(2))
                }
            }
        });
        let shuffles = self.shuffles.iter().map(|argument| {
            let larger = of_tuple(&argument.input).max(of_tuple(&argument.shuffle));
            larger.max(1).saturating_add(2)
        });
        let arguments = lookups.chain(shuffles).max().unwrap_or(0);
        // The permutation argument counts whether it is used or not.
        arguments.max(gates).max(self.minimum_degree).max(3)
    }

    fn degrees(&self) -> Vec<u32> {
        let mut degrees: Vec<u32> = Vec::with_capacity(self.expressions.len());
        for expression in &self.expressions {
            let of = |operand: ExpressionIndex| degrees.get(operand).copied().unwrap_or(0);
            let degree = match *expression {
                Expression::Constant(_) | Expression::Challenge(_) => 0,
                Expression::Fixed(_) | Expression::Advice(_) | Expression::Instance(_) => 1,
                Expression::Negated(a) | Expression::Scaled(a, _) => of(a),
                Expression::Sum(a, b) => of(a).max(of(b)),
                Expression::Product(a, b) => of(a).saturating_add(of(b)),
            };
            degrees.push(degree);
        }
        degrees
    }

    /// Every expression that a gate or an argument begins with.
    pub(crate) fn roots(&self) -> impl Iterator<Item = ExpressionIndex> + '_ {
        let lookups = self
            .lookups
            .iter()
            .flat_map(|l| l.inputs.iter().flatten().chain(&l.table));
        let shuffles = self
            .shuffles
            .iter()
            .flat_map(|s| s.input.iter().chain(&s.shuffle));
        self.gates.iter().chain(lookups).chain(shuffles).copied()
    }

    /// The instance columns that a gate, an argument or the permutation reads.
    pub(crate) fn instance_columns_in_use(&self) -> Vec<bool> {
        let mut used = vec![false; self.instance_columns as usize];
        let mut mark = |column: u32| {
            if let Some(slot) = used.get_mut(column as usize) {
                *slot = true;
            }
        };
        for column in &self.permutation {
            if column.kind == ColumnKind::Instance {
                mark(column.index);
            }
        }
        let in_use = self.expressions_in_use();
        for (expression, _) in self
            .expressions
            .iter()
            .zip(&in_use)
            .filter(|(_, used)| **used)
        {
            if let Expression::Instance(query) = expression
                && let Some(query) = self.instance_queries.get(*query as usize)
            {
                mark(query.column);
            }
        }
        used
    }

    /// For every expression: does a root need it?
    pub(crate) fn expressions_in_use(&self) -> Vec<bool> {
        let mut used = vec![false; self.expressions.len()];
        let mark = |index: ExpressionIndex, used: &mut Vec<bool>| {
            if let Some(slot) = used.get_mut(index) {
                *slot = true;
            }
        };
        for root in self.roots() {
            mark(root, &mut used);
        }
        for (index, expression) in self.expressions.iter().enumerate().rev() {
            if used.get(index) == Some(&true) {
                for operand in expression.operands() {
                    mark(operand, &mut used);
                }
            }
        }
        used
    }
}
