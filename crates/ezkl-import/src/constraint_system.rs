//! A halo2 constraint system under construction.
//!
//! Columns, selectors and queries are numbered by creation, as halo2 does: the order in which queries
//! are first made is the order of the evaluations in a proof.

use crate::error::{ErrorKind, FileKind, ImportError};
use crate::expression::{Arena, Cell, Expr, MAX_NODES, Node};
use halo2_kzg_verifier::limits;
use std::collections::{BTreeMap, HashMap};

/// Selectors that a circuit may have: with compression, many of them share a fixed column.
const MAX_SELECTORS: u32 = 65_536;

/// A column of any kind, advice numbered by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AnyColumn {
    Advice(u32),
    Fixed(u32),
    Instance(u32),
}

/// The distinct (column, rotation) pairs of one kind, in the order of their first use.
#[derive(Default)]
pub(crate) struct Queries {
    list: Vec<(u32, i32)>,
    positions: HashMap<(u32, i32), u32>,
}

impl Queries {
    fn cell(&mut self, column: u32, rotation: i32) -> Cell {
        let next = self.list.len() as u32;
        let query = *self.positions.entry((column, rotation)).or_insert(next);
        if query == next {
            self.list.push((column, rotation));
        }
        Cell {
            query,
            column,
            rotation,
        }
    }

    pub(crate) fn list(&self) -> &[(u32, i32)] {
        &self.list
    }
}

/// Lookups into one table.
pub(crate) struct Tracker {
    pub(crate) table: Vec<Expr>,
    pub(crate) inputs: Vec<Vec<Expr>>,
}

/// A lookup argument: several inputs into one table.
pub(crate) struct Argument {
    pub(crate) table: Vec<Expr>,
    pub(crate) inputs: Vec<Vec<Expr>>,
    /// Sum of the inputs' degrees.
    input_degrees: u32,
}

/// See the module.
#[derive(Default)]
pub(crate) struct ConstraintSystem {
    pub(crate) arena: Arena,
    /// Phase of every advice column.
    pub(crate) advice_phases: Vec<u8>,
    pub(crate) fixed_columns: u32,
    pub(crate) instance_columns: u32,
    pub(crate) selectors: u32,
    /// Challenges, all drawn after the first phase.
    pub(crate) challenges: u32,
    /// Gate polynomials, gate by gate.
    pub(crate) gates: Vec<Expr>,
    pub(crate) advice_queries: Queries,
    pub(crate) fixed_queries: Queries,
    pub(crate) instance_queries: Queries,
    pub(crate) permutation: Vec<AnyColumn>,
    pub(crate) constants: Vec<u32>,
    /// Sorted bytewise by the table's identifier.
    pub(crate) tables: BTreeMap<String, Tracker>,
    pub(crate) lookups: Vec<Argument>,
    /// Table columns of the widest lookup.
    pub(crate) widest_lookup: u32,
    rotations_of_advice: Vec<u32>,
}

/// What a circuit can have too much of, and what in ezkl's run args makes less of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource {
    AdviceColumns,
    FixedColumns,
    Selectors,
    Gates,
    Challenges,
    EinsumEquations,
    Expressions,
}

impl Resource {
    fn name(self) -> &'static str {
        match self {
            Self::AdviceColumns => "advice columns",
            Self::FixedColumns => "fixed columns",
            Self::Selectors => "selectors",
            Self::Gates => "gate polynomials",
            Self::Challenges => "challenges",
            Self::EinsumEquations => "einsum equations",
            Self::Expressions => "nodes of expressions",
        }
    }

    fn cure(self) -> &'static str {
        match self {
            Self::AdviceColumns | Self::Selectors | Self::Gates | Self::Expressions => {
                "The settings are in order, but the circuit is too wide for this verifier. Raise logrows in \
                 ezkl's run args (each doubling of the rows halves the columns), or use a smaller model; then \
                 run compile_circuit and setup again."
            }
            Self::FixedColumns => {
                "The settings are in order, but the circuit is too wide for this verifier. Raise logrows in \
                 ezkl's run args, or run setup without disable_selector_compression; then make the key again."
            }
            Self::Challenges | Self::EinsumEquations => {
                "The settings are in order, but this verifier does not take so many einsums. Set \
                 disable_freivalds in ezkl's run args, and run gen_settings, calibrate_settings, \
                 compile_circuit and setup again."
            }
        }
    }
}

/// The circuit exceeds a limit of this verifier.
pub(crate) fn too_large(what: Resource, limit: impl std::fmt::Display) -> ImportError {
    let problem = format!(
        "the circuit that these settings describe has more than {limit} {}, which is this verifier's limit",
        what.name()
    );
    ImportError::new(FileKind::Settings, ErrorKind::Limit, "the circuit", problem).cure(what.cure())
}

impl ConstraintSystem {
    pub(crate) fn advice_column(&mut self, phase: u8) -> Result<u32, ImportError> {
        let index = self.advice_phases.len() as u32;
        if index >= limits::MAX_ADVICE_COLUMNS {
            return Err(too_large(
                Resource::AdviceColumns,
                limits::MAX_ADVICE_COLUMNS,
            ));
        }
        self.advice_phases.push(phase);
        self.rotations_of_advice.push(0);
        Ok(index)
    }

    pub(crate) fn fixed_column(&mut self) -> Result<u32, ImportError> {
        let index = self.fixed_columns;
        if index >= limits::MAX_FIXED_COLUMNS {
            return Err(too_large(Resource::FixedColumns, limits::MAX_FIXED_COLUMNS));
        }
        self.fixed_columns += 1;
        Ok(index)
    }

    pub(crate) fn instance_column(&mut self) -> u32 {
        let index = self.instance_columns;
        self.instance_columns += 1;
        index
    }

    fn selector(&mut self, simple: bool) -> Result<Expr, ImportError> {
        let index = self.selectors;
        if index >= MAX_SELECTORS {
            return Err(too_large(Resource::Selectors, MAX_SELECTORS));
        }
        self.selectors += 1;
        Ok(self.arena.push(Node::Selector { index, simple }))
    }

    pub(crate) fn simple_selector(&mut self) -> Result<Expr, ImportError> {
        self.selector(true)
    }

    pub(crate) fn complex_selector(&mut self) -> Result<Expr, ImportError> {
        self.selector(false)
    }

    pub(crate) fn challenge(&mut self) -> Result<Expr, ImportError> {
        let index = self.challenges;
        if index >= limits::MAX_CHALLENGES {
            return Err(too_large(Resource::Challenges, limits::MAX_CHALLENGES));
        }
        self.challenges += 1;
        Ok(self.arena.push(Node::Challenge(index)))
    }

    pub(crate) fn advice(&mut self, column: u32, rotation: i32) -> Expr {
        let before = self.advice_queries.list.len();
        let cell = self.advice_queries.cell(column, rotation);
        if self.advice_queries.list.len() > before
            && let Some(count) = self.rotations_of_advice.get_mut(column as usize)
        {
            *count += 1;
        }
        let phase = self
            .advice_phases
            .get(column as usize)
            .copied()
            .unwrap_or(0);
        self.arena.push(Node::Advice(cell, phase))
    }

    pub(crate) fn fixed(&mut self, column: u32) -> Expr {
        let cell = self.fixed_queries.cell(column, 0);
        self.arena.push(Node::Fixed(cell))
    }

    pub(crate) fn instance(&mut self, column: u32) -> Expr {
        let cell = self.instance_queries.cell(column, 0);
        self.arena.push(Node::Instance(cell))
    }

    pub(crate) fn enable_equality(&mut self, column: AnyColumn) {
        match column {
            AnyColumn::Advice(index) => self.advice(index, 0),
            AnyColumn::Fixed(index) => self.fixed(index),
            AnyColumn::Instance(index) => self.instance(index),
        };
        if !self.permutation.contains(&column) {
            self.permutation.push(column);
        }
    }

    pub(crate) fn enable_constant(&mut self, column: u32) {
        if !self.constants.contains(&column) {
            self.constants.push(column);
            self.enable_equality(AnyColumn::Fixed(column));
        }
    }

    /// Adds a gate polynomial.
    pub(crate) fn gate(&mut self, polynomial: Expr) -> Result<(), ImportError> {
        if self.gates.len() >= limits::MAX_GATES as usize {
            return Err(too_large(Resource::Gates, limits::MAX_GATES));
        }
        self.gates.push(polynomial);
        self.check_arena()
    }

    /// Adds an input to the table.
    pub(crate) fn lookup(&mut self, input: Vec<Expr>, table: Vec<Expr>) -> Result<(), ImportError> {
        let mut identifier = String::new();
        for expr in &table {
            // Writing to a string cannot fail, and the expressions are of this arena.
            self.arena.write_identifier(*expr, &mut identifier).ok();
        }
        let tracker = self.tables.entry(identifier).or_insert_with(|| Tracker {
            table,
            inputs: Vec::new(),
        });
        tracker.inputs.push(input);
        self.check_arena()
    }

    fn check_arena(&self) -> Result<(), ImportError> {
        if self.arena.is_exhausted() {
            return Err(too_large(Resource::Expressions, MAX_NODES));
        }
        Ok(())
    }

    /// Rows at the end that hold random values: two more than the most evaluations of one advice
    /// column, and at least five.
    pub(crate) fn blinding_factors(&self) -> u32 {
        self.rotations_of_advice
            .iter()
            .copied()
            .max()
            .unwrap_or(1)
            .max(3)
            + 2
    }

    fn gate_degree(&self) -> u32 {
        self.gates
            .iter()
            .map(|gate| self.arena.degree(*gate))
            .max()
            .unwrap_or(0)
    }

    /// The degree of the constraint system.
    pub(crate) fn degree(&self) -> u32 {
        let lookups = self.lookups.iter().map(|argument| {
            lookup_degree(
                argument.inputs.len(),
                self.arena.tuple_degree(&argument.table),
                argument.input_degrees,
            )
        });
        lookups.max().unwrap_or(1).max(self.gate_degree()).max(3)
    }

    /// Packs the inputs of each table into arguments, as many as fit under the highest degree that
    /// the circuit has anyway.
    pub(crate) fn pack_lookups(&mut self) {
        let arena = &self.arena;
        let single = self.tables.values().map(|tracker| {
            let table = arena.tuple_degree(&tracker.table);
            let inputs = tracker.inputs.iter().map(|input| arena.tuple_degree(input));
            table
                .saturating_add(2)
                .max(3)
                .saturating_add(inputs.max().unwrap_or(0))
        });
        let cap = single.max().unwrap_or(0).max(self.gate_degree());
        let mut lookups = Vec::new();
        for tracker in self.tables.values() {
            let table_degree = arena.tuple_degree(&tracker.table);
            let mut arguments: Vec<Argument> = Vec::new();
            // Arguments before this one are full for the smallest degree seen: with one degree per
            // table, as ezkl has it, the search below is short.
            for input in &tracker.inputs {
                let degree = arena.tuple_degree(input);
                let fits = |argument: &&mut Argument| {
                    lookup_degree(argument.inputs.len(), table_degree, argument.input_degrees)
                        .saturating_add(degree)
                        <= cap
                };
                match arguments.iter_mut().find(fits) {
                    Some(argument) => {
                        argument.inputs.push(input.clone());
                        argument.input_degrees = argument.input_degrees.saturating_add(degree);
                    }
                    None => arguments.push(Argument {
                        table: tracker.table.clone(),
                        inputs: vec![input.clone()],
                        input_degrees: degree,
                    }),
                }
            }
            lookups.extend(arguments);
        }
        self.lookups = lookups;
    }

    /// Puts expressions in the place of all selectors, in gates and packed lookups. The tables keep
    /// their selectors: the digest wants them so.
    pub(crate) fn replace_selectors(&mut self, replacement: &[Expr]) {
        let new = self.arena.replace_selectors(replacement);
        let swap = |expr: &mut Expr| {
            if let Some(other) = new.get(expr.index()) {
                *expr = *other;
            }
        };
        self.gates.iter_mut().for_each(swap);
        for argument in &mut self.lookups {
            argument.table.iter_mut().for_each(swap);
            argument.inputs.iter_mut().flatten().for_each(swap);
        }
    }
}

/// Degree of a logUp argument.
fn lookup_degree(inputs: usize, table: u32, input_degrees: u32) -> u32 {
    let by_count = u32::try_from(inputs).unwrap_or(u32::MAX).saturating_add(3);
    table
        .saturating_add(input_degrees)
        .saturating_add(2)
        .max(by_count)
}
