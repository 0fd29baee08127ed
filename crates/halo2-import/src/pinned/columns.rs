//! Columns, their phases, and what is queried of them.

use crate::{
    circuit::{AnyColumn, ColumnKind},
    debug_text::{Part, Shape, Tree},
    error::{ErrorKind, ImportError},
};
use halo2_kzg_verifier::{Query, limits};

/// Most columns of one kind that a text is believed to have, before the verifier's own limits.
const MAX_COLUMNS: u32 = 1 << 16;

pub(super) struct Columns {
    pub(super) fixed: u32,
    pub(super) instance: u32,
    pub(super) advice_phases: Vec<u8>,
    /// Are the phases printed? If not, they show wherever a column is used.
    phases_are_printed: bool,
    pub(super) challenge_phases: Vec<u8>,
    pub(super) advice_queries: Vec<Query>,
    pub(super) fixed_queries: Vec<Query>,
    pub(super) instance_queries: Vec<Query>,
}

impl Columns {
    pub(super) fn read(tree: &Tree<'_>, cs: Part) -> Result<Self, ImportError> {
        let count = |name| {
            let part = tree.field(cs, name)?;
            let number = tree.number(part)?;
            if number > MAX_COLUMNS {
                let problem = format!("{name} is {number}; at most {MAX_COLUMNS} are read");
                return Err(tree.error_of(ErrorKind::Limit, part, problem));
            }
            Ok(number)
        };
        let phases = |name| match tree.optional(cs, name) {
            Some(list) => {
                let list = tree.list(list)?;
                let phases: Result<Vec<u8>, _> =
                    list.into_iter().map(|part| phase(tree, part)).collect();
                phases.map(Some)
            }
            None => Ok(None),
        };
        let advice = count("num_advice_columns")?;
        let printed = phases("advice_column_phase")?;
        if let Some(phases) = &printed
            && phases.len() != advice as usize
        {
            let problem = format!("{advice} advice columns, but {} phases", phases.len());
            return Err(tree.error_of(ErrorKind::Mismatch, cs, problem));
        }
        let mut columns = Columns {
            fixed: count("num_fixed_columns")?,
            instance: count("num_instance_columns")?,
            phases_are_printed: printed.is_some(),
            advice_phases: printed.unwrap_or_else(|| vec![0; advice as usize]),
            challenge_phases: phases("challenge_phase")?.unwrap_or_default(),
            advice_queries: Vec::new(),
            fixed_queries: Vec::new(),
            instance_queries: Vec::new(),
        };
        columns.advice_queries = columns.queries(tree, cs, ColumnKind::Advice)?;
        columns.fixed_queries = columns.queries(tree, cs, ColumnKind::Fixed)?;
        columns.instance_queries = columns.queries(tree, cs, ColumnKind::Instance)?;
        Ok(columns)
    }

    fn queries(
        &mut self,
        tree: &Tree<'_>,
        cs: Part,
        kind: ColumnKind,
    ) -> Result<Vec<Query>, ImportError> {
        let name = match kind {
            ColumnKind::Advice => "advice_queries",
            ColumnKind::Fixed => "fixed_queries",
            ColumnKind::Instance => "instance_queries",
        };
        let list = tree.list(tree.field(cs, name)?)?;
        let mut queries = Vec::with_capacity(list.len());
        for part in list {
            let mut parts = tree.parts(part);
            let (Some(column), Some(rotation), None) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(tree.expected(part, "(column, rotation)"));
            };
            let found = self.column(tree, column)?;
            if found.kind != kind {
                return Err(tree.error(column, format!("a column of another kind among {name}")));
            }
            queries.push(Query {
                column: found.index,
                rotation: self::rotation(tree, rotation)?,
            });
        }
        Ok(queries)
    }

    /// `Column { index: 1, column_type: Advice }`, or PSE 0.4's `ColumnMid` with the same fields.
    pub(super) fn column(&mut self, tree: &Tree<'_>, part: Part) -> Result<AnyColumn, ImportError> {
        let kind = tree.field(part, "column_type")?;
        let index = tree.number(tree.field(part, "index")?)?;
        let found = match tree.word(kind) {
            "Advice" => ColumnKind::Advice,
            "Fixed" => ColumnKind::Fixed,
            "Instance" => ColumnKind::Instance,
            _ => return Err(tree.expected(kind, "Advice, Fixed or Instance")),
        };
        if let (ColumnKind::Advice, Some(phase)) = (found, tree.optional(kind, "phase")) {
            self.found_phase(tree, phase, index)?;
        }
        let column = AnyColumn { kind: found, index };
        self.check(tree, part, column)?;
        Ok(column)
    }

    /// Does the column exist?
    fn check(&self, tree: &Tree<'_>, part: Part, column: AnyColumn) -> Result<(), ImportError> {
        let count = match column.kind {
            ColumnKind::Advice => self.advice_phases.len(),
            ColumnKind::Fixed => self.fixed as usize,
            ColumnKind::Instance => self.instance as usize,
        };
        if column.index as usize >= count {
            let (kind, index) = (column.kind, column.index);
            let problem = format!("there is no column {index} among {count} of the kind {kind:?}");
            return Err(tree.error(part, problem));
        }
        Ok(())
    }

    /// An advice column that says its phase where it is used.
    pub(super) fn found_phase(
        &mut self,
        tree: &Tree<'_>,
        part: Part,
        column: u32,
    ) -> Result<(), ImportError> {
        let phase = phase(tree, part)?;
        let Some(known) = self.advice_phases.get_mut(column as usize) else {
            return Err(tree.error(part, format!("there is no advice column {column}")));
        };
        if self.phases_are_printed && *known != phase {
            let problem =
                format!("advice column {column} is of phase {known}, and here of {phase}");
            return Err(tree.error_of(ErrorKind::Mismatch, part, problem));
        }
        *known = phase;
        Ok(())
    }

    /// The queries of a kind.
    pub(super) fn queries_of(&self, kind: ColumnKind) -> &[Query] {
        match kind {
            ColumnKind::Advice => &self.advice_queries,
            ColumnKind::Fixed => &self.fixed_queries,
            ColumnKind::Instance => &self.instance_queries,
        }
    }
}

/// `Rotation(-1)`
pub(super) fn rotation(tree: &Tree<'_>, part: Part) -> Result<i32, ImportError> {
    let inner = tree.parts(part).next();
    let rotation = (tree.shape(part) == Shape::Tuple && tree.word(part) == "Rotation")
        .then_some(inner)
        .flatten()
        .and_then(|number| tree.word(number).parse::<i32>().ok())
        .ok_or_else(|| tree.expected(part, "Rotation(number)"))?;
    if rotation.unsigned_abs() > limits::MAX_ROTATION.unsigned_abs() {
        let problem = format!(
            "rotation {rotation}; at most {} is read",
            limits::MAX_ROTATION
        );
        return Err(tree.error_of(ErrorKind::Limit, part, problem));
    }
    Ok(rotation)
}

/// `Phase(1)` or `1`
fn phase(tree: &Tree<'_>, part: Part) -> Result<u8, ImportError> {
    let number = match tree.shape(part) {
        Shape::Tuple => tree.parts(part).next().unwrap_or(part),
        _ => part,
    };
    let phase = tree.number(number)?;
    u8::try_from(phase)
        .ok()
        .filter(|phase| u32::from(*phase) < limits::MAX_PHASES)
        .ok_or_else(|| {
            let problem = format!("phase {phase}; there are {}, from 0", limits::MAX_PHASES);
            tree.error_of(ErrorKind::Limit, part, problem)
        })
}
