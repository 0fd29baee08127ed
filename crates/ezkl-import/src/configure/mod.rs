//! ezkl 23's circuit configuration, replayed: `settings.json` → [`ConstraintSystem`].
//!
//! The order of every step matters: columns, selectors and queries are numbered by creation.

mod base;
mod einsum;
mod poseidon;
mod tables;

use crate::constraint_system::{AnyColumn, ConstraintSystem, Resource, too_large};
use crate::error::{ErrorKind, FileKind, ImportError};
use crate::settings::{Settings, Visibility};
use halo2_kzg_verifier::limits;
use tables::SharedInputs;
pub(crate) use tables::TreeShape;

/// Blocks of `inner` advice columns that one long tensor is laid out in.
pub(crate) struct Variable {
    pub(crate) blocks: Vec<Vec<u32>>,
}

/// The columns that the gates and lookups work on.
pub(crate) struct Columns {
    /// First operand, second operand, output.
    pub(crate) operands: [Variable; 3],
}

/// The fewest rows: 2^4.
const MIN_K: u32 = 4;

/// Settings that every step needs.
struct Dimensions {
    k: u32,
    inner: u32,
}

pub(crate) fn error(place: &str, problem: impl Into<String>) -> ImportError {
    ImportError::new(FileKind::Settings, ErrorKind::Malformed, place, problem)
}

/// A circuit that is well described, and beyond what this verifier takes.
pub(crate) fn limit(place: &str, problem: impl Into<String>) -> ImportError {
    ImportError::new(FileKind::Settings, ErrorKind::Limit, place, problem)
}

/// `change`, and what has to be run after it.
pub(crate) fn again(change: &str) -> String {
    format!("{change}, and run gen_settings, calibrate_settings, compile_circuit and setup again.")
}

impl Dimensions {
    fn new(settings: &Settings) -> Result<Self, ImportError> {
        let (k, inner) = (settings.run_args.logrows, settings.run_args.num_inner_cols);
        // Below 16 rows nothing is left for tables after the blinding rows.
        if !(MIN_K..=u32::from(limits::MAX_K)).contains(&k) {
            let problem = format!("{k}; between {MIN_K} and {} is possible", limits::MAX_K);
            return Err(limit("run_args.logrows", problem).cure(again(
                "Set logrows in ezkl's run args to a number in this range",
            )));
        }
        if inner == 0 {
            return Err(error(
                "run_args.num_inner_cols",
                "0; a circuit has at least one inner column",
            ));
        }
        // The running product of one row has degree inner + 2.
        let most = limits::MAX_DEGREE - 2;
        if inner > most {
            let problem = format!(
                "{inner} inner columns; this verifier takes up to {most}, because the product of a row \
                 makes a gate of degree {inner} + 2, and {} is its highest degree",
                limits::MAX_DEGREE
            );
            return Err(
                limit("run_args.num_inner_cols", problem).cure(again(&format!(
                    "Set num_inner_cols in ezkl's run args to {most} or less (ezkl's default is 2)"
                ))),
            );
        }
        Ok(Self { k, inner })
    }

    /// Usable rows, as far as the queries made so far tell.
    fn max_rows(&self, cs: &ConstraintSystem) -> u64 {
        (1u64 << self.k)
            .saturating_sub(u64::from(cs.blinding_factors()) + 1)
            .max(1)
    }

    /// Rows of one table column.
    fn table_rows(&self, cs: &ConstraintSystem) -> u64 {
        (1u64 << self.k)
            .saturating_sub(u64::from(cs.blinding_factors()) + 3)
            .max(1)
    }

    /// Columns of `inner` cells a row that hold `capacity` cells, in ezkl's rounding.
    fn blocks(&self, cs: &ConstraintSystem, inner: u32, capacity: u64) -> Option<u64> {
        let per_block = self.max_rows(cs).checked_mul(inner.into())?;
        let modulo = (capacity / per_block).checked_add(1)?;
        (capacity.checked_add(modulo)? / per_block).checked_add(1)
    }

    /// New advice columns for a tensor of `capacity` elements.
    fn variable(
        &self,
        cs: &mut ConstraintSystem,
        inner: u32,
        capacity: u64,
        phase: u8,
    ) -> Result<Variable, ImportError> {
        let count = self
            .blocks(cs, inner, capacity)
            .filter(|count| *count <= limits::MAX_ADVICE_COLUMNS.into())
            .ok_or_else(|| too_large(Resource::AdviceColumns, limits::MAX_ADVICE_COLUMNS))?;
        let mut blocks = Vec::new();
        for _ in 0..count {
            let mut block = Vec::new();
            for _ in 0..inner {
                let column = cs.advice_column(phase)?;
                cs.enable_equality(AnyColumn::Advice(column));
                block.push(column);
            }
            blocks.push(block);
        }
        Ok(Variable { blocks })
    }

    /// New fixed columns for constants.
    fn constants(
        &self,
        cs: &mut ConstraintSystem,
        size: u64,
        hashed: bool,
    ) -> Result<(), ImportError> {
        let count = match (size, hashed) {
            (0, false) => 0,
            (0, true) => 1,
            _ => self
                .blocks(cs, 1, size)
                .filter(|count| *count <= limits::MAX_FIXED_COLUMNS.into())
                .ok_or_else(|| too_large(Resource::FixedColumns, limits::MAX_FIXED_COLUMNS))?,
        };
        for _ in 0..count {
            let column = cs.fixed_column()?;
            cs.enable_constant(column);
        }
        Ok(())
    }
}

/// Columns that hold a committed tensor; they come before all others and have a commitment each.
pub(crate) fn committed_columns(settings: &Settings, elements: u64) -> u32 {
    let columns = Dimensions::new(settings)
        .ok()
        .and_then(|size| size.blocks(&ConstraintSystem::default(), 1, elements));
    columns
        .and_then(|columns| u32::try_from(columns).ok())
        .unwrap_or(0)
}

/// Rebuilds the circuit, selectors not yet replaced, lookups packed.
pub(crate) fn configure(
    settings: &Settings,
    shape: TreeShape,
) -> Result<ConstraintSystem, ImportError> {
    let size = Dimensions::new(settings)?;
    let mut cs = ConstraintSystem::default();
    for length in &settings.module_sizes.polycommit {
        size.variable(&mut cs, 1, *length, 0)?;
    }
    let mut operand = || size.variable(&mut cs, size.inner, settings.total_assignments, 0);
    let columns = Columns {
        operands: [operand()?, operand()?, operand()?],
    };
    let dynamic = settings.num_dynamic_lookups > 0;
    let shuffles = settings.num_shuffles > 0;
    let dynamic_tables = if dynamic || shuffles {
        let length = settings
            .total_dynamic_col_size
            .checked_add(settings.total_shuffle_col_size)
            .ok_or_else(|| too_large(Resource::AdviceColumns, limits::MAX_ADVICE_COLUMNS))?;
        let mut table = || size.variable(&mut cs, 1, length, 0);
        Some([table()?, table()?, table()?])
    } else {
        None
    };
    configure_modules(&mut cs, settings, &size)?;
    base::gates(&mut cs, &columns)?;
    configure_tables(&mut cs, settings, &size, &columns, shape)?;
    if let Some(tables) = &dynamic_tables {
        for _ in 0..usize::from(dynamic) + usize::from(shuffles) {
            tables::dynamic(&mut cs, &columns, tables)?;
        }
    }
    einsum::configure(&mut cs, settings, &size)?;
    cs.pack_lookups();
    Ok(cs)
}

/// Constants, the hash, and the instance column.
fn configure_modules(
    cs: &mut ConstraintSystem,
    settings: &Settings,
    size: &Dimensions,
) -> Result<(), ImportError> {
    let args = &settings.run_args;
    let visibilities = [
        &args.input_visibility,
        &args.output_visibility,
        &args.param_visibility,
    ];
    let hashes: Vec<bool> = visibilities
        .into_iter()
        .filter_map(|visibility| match visibility {
            Visibility::Hashed { hash_is_public, .. } => Some(*hash_is_public),
            _ => None,
        })
        .collect();
    size.constants(cs, settings.total_const_size, !hashes.is_empty())?;
    let uses_hash = settings
        .module_sizes
        .poseidon
        .1
        .first()
        .is_some_and(|count| *count > 0);
    if !hashes.is_empty() && uses_hash {
        poseidon::configure(cs, hashes.contains(&true))?;
    }
    if cs.instance_columns == 0 {
        let column = cs.instance_column();
        cs.enable_equality(AnyColumn::Instance(column));
    }
    Ok(())
}

/// Static lookups and range checks, each distinct one once, in the settings' order.
fn configure_tables(
    cs: &mut ConstraintSystem,
    settings: &Settings,
    size: &Dimensions,
    columns: &Columns,
    shape: TreeShape,
) -> Result<(), ImportError> {
    let mut shared = SharedInputs::default();
    let mut seen = Vec::new();
    for function in &settings.required_lookups {
        if !seen.contains(function) {
            seen.push(*function);
            let rows = size.table_rows(cs);
            let range = settings.run_args.lookup_range;
            tables::function(cs, columns, *function, range, rows, &mut shared, shape)?;
        }
    }
    let mut seen = Vec::new();
    for range in &settings.required_range_checks {
        if !seen.contains(range) {
            seen.push(*range);
            let rows = size.table_rows(cs);
            tables::range_check(cs, columns, *range, rows, shape)?;
        }
    }
    Ok(())
}
