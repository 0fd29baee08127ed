//! From halo2's key to the verifier's.

use crate::{
    circuit::{self, AnyColumn, Circuit, ColumnKind, Expression, ExpressionIndex},
    error::{ErrorKind, ImportError, Subject},
    options::KeyOptions,
    pinned,
};
use halo2_kzg_verifier::{
    CircuitDescription, Column, ExprId, Expressions, KeyFault, Lookup, Phase, Query, Shuffle,
    VerifyingKey,
};

/// A verifying key of halo2: the circuit and its commitments, without what [`KeyOptions`] adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halo2Key {
    pub(crate) circuit: Circuit,
    pub(crate) subject: Subject,
}

/// A verifying key, and what its user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The key.
    pub key: VerifyingKey,
    /// Sentences for people: what the circuit leaves open.
    pub warnings: Vec<String>,
}

impl Halo2Key {
    /// Reads the text of a pinned key, `format!("{:?}", vk.pinned())`: of halo2-axiom, of PSE's halo2 0.3
    /// and 0.4, of zkonduit's fork, and of others that write the same.
    ///
    /// A line break at the end is left out. The digest is computed from the text, so a text that was
    /// changed gives a key under which no proof is valid.
    ///
    /// # Errors
    /// An [`ImportError`] about [`Subject::PinnedKey`] that names the byte. Never panics, and needs memory in
    /// proportion to the text, of which 64 MiB are read.
    pub fn from_pinned(text: &str) -> Result<Self, ImportError> {
        Ok(Self {
            circuit: pinned::read(text)?,
            subject: Subject::PinnedKey,
        })
    }

    /// Number of instance columns: [`KeyOptions::instance_lengths`] has a length for each.
    pub fn num_instance_columns(&self) -> u32 {
        self.circuit.instance_columns
    }

    /// The verifying key.
    ///
    /// # Errors
    /// An [`ImportError`] about [`Subject::Options`] if they do not fit the circuit; about the key itself if
    /// the circuit is beyond the verifier's limits.
    pub fn verifying_key(&self, options: &KeyOptions) -> Result<Imported, ImportError> {
        options.check(&self.circuit)?;
        let warnings = self.warnings(options);
        let description = Translation::new(&self.circuit).description(options);
        let key = description
            .ok_or_else(|| self.error(ErrorKind::Malformed, "a part names one that does not exist"))
            .and_then(|description| {
                VerifyingKey::new(description).map_err(|problem| {
                    let kind = match problem.fault {
                        KeyFault::Limit { .. } => ErrorKind::Limit,
                        _ => ErrorKind::Malformed,
                    };
                    self.error(kind, &problem.to_string())
                })
            })?;
        Ok(Imported { key, warnings })
    }

    fn error(&self, kind: ErrorKind, problem: &str) -> ImportError {
        ImportError::new(self.subject, kind, "the circuit", problem)
    }

    fn warnings(&self, options: &KeyOptions) -> Vec<String> {
        let in_use = self.circuit.instance_columns_in_use();
        let free = in_use.iter().zip(&options.instance_lengths).enumerate();
        free.filter(|(_, (used, length))| !**used && **length > 0)
            .map(|(column, _)| {
                format!(
                    "instance column {column} is in no gate, no lookup and no copy constraint: whoever proves \
                     chooses its values freely, and a proof says nothing about them"
                )
            })
            .collect()
    }
}

/// Renumbers columns and challenges as the proof has them, and leaves out fixed columns that nothing reads.
struct Translation<'a> {
    circuit: &'a Circuit,
    /// For each advice column by creation, its place in the proof.
    advice: Vec<u32>,
    challenges: Vec<u32>,
    /// For each fixed column by creation, its place among those that are queried.
    fixed: Vec<Option<u32>>,
}

impl<'a> Translation<'a> {
    fn new(circuit: &'a Circuit) -> Self {
        let mut queried = vec![false; circuit.fixed_commitments.len()];
        for Query { column, .. } in &circuit.fixed_queries {
            if let Some(slot) = queried.get_mut(*column as usize) {
                *slot = true;
            }
        }
        let mut next = 0;
        let fixed = queried.into_iter().map(|queried| {
            queried.then(|| {
                next += 1;
                next - 1
            })
        });
        let fixed = fixed.collect();
        Translation {
            circuit,
            advice: by_phase(&circuit.advice_phases),
            challenges: by_phase(&circuit.challenge_phases),
            fixed,
        }
    }

    /// `None` if a part names one that does not exist.
    fn description(&self, options: &KeyOptions) -> Option<CircuitDescription> {
        let circuit = self.circuit;
        let mut expressions = Expressions::new();
        let ids = self.expressions(&mut expressions)?;
        let one = |index: &ExpressionIndex| ids.get(*index).copied().flatten();
        let all = |list: &[ExpressionIndex]| list.iter().map(one).collect::<Option<Vec<ExprId>>>();
        let lookup = |lookup: &circuit::Lookup| {
            Some(Lookup {
                inputs: lookup
                    .inputs
                    .iter()
                    .map(|i| all(i))
                    .collect::<Option<_>>()?,
                table: all(&lookup.table)?,
            })
        };
        let shuffle = |shuffle: &circuit::Shuffle| {
            Some(Shuffle {
                input: all(&shuffle.input)?,
                shuffle: all(&shuffle.shuffle)?,
            })
        };
        let query = |query: &Query, column: Option<u32>| {
            let rotation = query.rotation;
            column.map(|column| Query { column, rotation })
        };
        let queried = self.fixed.iter().zip(&circuit.fixed_commitments);
        Some(CircuitDescription {
            k: circuit.k,
            digest: circuit.digest,
            trusted_setup: options.trusted_setup.clone(),
            degree: circuit.degree(),
            opening: options.opening,
            transcript_hash: options.transcript_hash,
            lookup_argument: circuit.lookup_argument,
            accumulator: options.accumulator,
            instance_lengths: options.instance_lengths.clone(),
            phases: self.phases(),
            advice_queries: circuit
                .advice_queries
                .iter()
                .map(|q| query(q, self.advice(q.column)))
                .collect::<Option<_>>()?,
            fixed_queries: circuit
                .fixed_queries
                .iter()
                .map(|q| query(q, self.fixed(q.column)))
                .collect::<Option<_>>()?,
            gates: all(&circuit.gates)?,
            permutation: circuit
                .permutation
                .iter()
                .map(|column| self.column(*column))
                .collect::<Option<_>>()?,
            lookups: circuit.lookups.iter().map(lookup).collect::<Option<_>>()?,
            shuffles: circuit
                .shuffles
                .iter()
                .map(shuffle)
                .collect::<Option<_>>()?,
            fixed_commitments: queried
                .filter(|(place, _)| place.is_some())
                .map(|(_, point)| *point)
                .collect(),
            permutation_commitments: circuit.permutation_commitments.clone(),
            expressions,
        })
    }

    fn advice(&self, column: u32) -> Option<u32> {
        self.advice.get(column as usize).copied()
    }

    fn fixed(&self, column: u32) -> Option<u32> {
        self.fixed.get(column as usize).copied().flatten()
    }

    fn column(&self, column: AnyColumn) -> Option<Column> {
        Some(match column.kind {
            ColumnKind::Advice => Column::Advice(self.advice(column.index)?),
            ColumnKind::Fixed => Column::Fixed(self.fixed(column.index)?),
            ColumnKind::Instance => Column::Instance(column.index),
        })
    }

    fn phases(&self) -> Vec<Phase> {
        let (advice, challenges) = (&self.circuit.advice_phases, &self.circuit.challenge_phases);
        let last = advice.iter().chain(challenges).copied().max().unwrap_or(0);
        let of = |phases: &[u8], phase| phases.iter().filter(|p| **p == phase).count() as u32;
        (0..=last)
            .map(|phase| Phase {
                advice_columns: of(advice, phase),
                challenges: of(challenges, phase),
            })
            .collect()
    }

    /// Copies the expressions that gates and arguments use.
    fn expressions(&self, out: &mut Expressions) -> Option<Vec<Option<ExprId>>> {
        let in_use = self.circuit.expressions_in_use();
        let mut ids: Vec<Option<ExprId>> = Vec::with_capacity(in_use.len());
        for (expression, used) in self.circuit.expressions.iter().zip(in_use) {
            if !used {
                ids.push(None);
                continue;
            }
            let of = |operand: ExpressionIndex| ids.get(operand).copied().flatten();
            let id = match *expression {
                Expression::Constant(value) => out.constant(value),
                Expression::Fixed(query) => out.fixed(query),
                Expression::Advice(query) => out.advice(query),
                Expression::Instance(query) => {
                    out.instance(*self.circuit.instance_queries.get(query as usize)?)
                }
                Expression::Challenge(index) => {
                    out.challenge(*self.challenges.get(index as usize)?)
                }
                Expression::Negated(a) => out.neg(of(a)?),
                Expression::Sum(a, b) => out.add(of(a)?, of(b)?),
                Expression::Product(a, b) => out.mul(of(a)?, of(b)?),
                Expression::Scaled(a, factor) => out.scale(of(a)?, factor),
            };
            ids.push(Some(id));
        }
        Some(ids)
    }
}

/// For each thing by creation, its place when they are sorted by phase.
fn by_phase(phases: &[u8]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..phases.len()).collect();
    order.sort_by_key(|index| phases.get(*index));
    let mut places = vec![0; phases.len()];
    for (place, index) in order.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(index) {
            *slot = place as u32;
        }
    }
    places
}
