//! A rebuilt circuit with its commitments, its digest, and its statement as a [`VerifyingKey`].

use crate::constraint_system::{AnyColumn, ConstraintSystem};
use crate::digest::{Pinned, digest};
use crate::error::{ErrorKind, FileKind, ImportError};
use crate::expression::{Expr, Node};
use crate::key_error;
use crate::settings::Settings;
use ark_bn254::{Fr, G1Affine};
use halo2_kzg_verifier::{
    CircuitDescription, Column, ExprId, Expressions, Lookup, LookupArgument, Opening, Phase, Query,
    TranscriptHash, TrustedSetup, VerifyingKey,
};

/// See the module. The selectors have been replaced.
pub(crate) struct Circuit {
    pub(crate) cs: ConstraintSystem,
    pub(crate) k: u8,
    pub(crate) fixed: Vec<G1Affine>,
    pub(crate) permutation: Vec<G1Affine>,
}

impl Circuit {
    pub(crate) fn digest(&self) -> Result<Fr, ImportError> {
        digest(&Pinned {
            cs: &self.cs,
            k: self.k,
            fixed: &self.fixed,
            permutation: &self.permutation,
        })
    }

    /// States the circuit as the verifier takes it.
    pub(crate) fn key(
        &self,
        settings: &Settings,
        trusted_setup: TrustedSetup,
        digest: Fr,
    ) -> Result<VerifyingKey, ImportError> {
        let cs = &self.cs;
        let place_of = proof_order(&cs.advice_phases);
        let advice = |column: u32| place_of.get(column as usize).copied().unwrap_or(column);
        let phases = 0..=cs.advice_phases.iter().copied().max().unwrap_or(0);
        let mut expressions = Expressions::new();
        let emitted = emit(cs, &mut expressions)?;
        let one = |expr: &Expr| emitted.get(expr.index()).copied().flatten();
        let all = |list: &[Expr]| -> Result<Vec<ExprId>, ImportError> {
            list.iter()
                .map(one)
                .collect::<Option<_>>()
                .ok_or_else(selector_left)
        };
        let lookups = cs.lookups.iter().map(|argument| {
            let inputs = argument
                .inputs
                .iter()
                .map(|input| all(input))
                .collect::<Result<_, _>>()?;
            Ok(Lookup {
                inputs,
                table: all(&argument.table)?,
            })
        });
        VerifyingKey::new(CircuitDescription {
            k: self.k,
            opening: Opening::Shplonk,
            transcript_hash: TranscriptHash::Keccak256,
            lookup_argument: LookupArgument::LogDerivative,
            degree: cs.degree(),
            digest,
            trusted_setup,
            instance_lengths: vec![settings.public_inputs()?],
            accumulator: None,
            phases: phases
                .map(|phase| Phase {
                    advice_columns: cs.advice_phases.iter().filter(|p| **p == phase).count() as u32,
                    // ezkl draws all its challenges after the first phase.
                    challenges: if phase == 0 { cs.challenges } else { 0 },
                })
                .collect(),
            advice_queries: queries(cs.advice_queries.list(), advice),
            fixed_queries: queries(cs.fixed_queries.list(), |column| column),
            gates: all(&cs.gates)?,
            permutation: cs
                .permutation
                .iter()
                .map(|column| match *column {
                    AnyColumn::Advice(column) => Column::Advice(advice(column)),
                    AnyColumn::Fixed(column) => Column::Fixed(column),
                    AnyColumn::Instance(column) => Column::Instance(column),
                })
                .collect(),
            lookups: lookups.collect::<Result<_, ImportError>>()?,
            shuffles: Vec::new(),
            fixed_commitments: self.fixed.clone(),
            permutation_commitments: self.permutation.clone(),
            expressions,
        })
        .map_err(|problem| key_error(FileKind::Settings, problem))
    }
}

/// For every advice column by creation, its place in the proof: phase by phase.
fn proof_order(phases: &[u8]) -> Vec<u32> {
    let mut columns: Vec<usize> = (0..phases.len()).collect();
    columns.sort_by_key(|column| phases.get(*column));
    let mut places = vec![0; phases.len()];
    for (place, column) in columns.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(column) {
            *slot = place as u32;
        }
    }
    places
}

fn queries(list: &[(u32, i32)], column: impl Fn(u32) -> u32) -> Vec<Query> {
    list.iter()
        .map(|(index, rotation)| Query {
            column: column(*index),
            rotation: *rotation,
        })
        .collect()
}

/// Copies the expressions that gates and lookups use.
fn emit(cs: &ConstraintSystem, out: &mut Expressions) -> Result<Vec<Option<ExprId>>, ImportError> {
    let nodes = cs.arena.nodes();
    let mut used = vec![false; nodes.len()];
    let lookups = cs
        .lookups
        .iter()
        .flat_map(|a| a.inputs.iter().flatten().chain(&a.table));
    for root in cs.gates.iter().chain(lookups) {
        if let Some(slot) = used.get_mut(root.index()) {
            *slot = true;
        }
    }
    for (index, node) in nodes.iter().enumerate().rev() {
        if !used.get(index).copied().unwrap_or(false) {
            continue;
        }
        let operands = match *node {
            Node::Negated(a) | Node::Scaled(a, _) => [Some(a), None],
            Node::Sum(a, b) | Node::Product(a, b) => [Some(a), Some(b)],
            _ => [None, None],
        };
        for operand in operands.into_iter().flatten() {
            if let Some(slot) = used.get_mut(operand.index()) {
                *slot = true;
            }
        }
    }
    let mut emitted: Vec<Option<ExprId>> = Vec::with_capacity(nodes.len());
    for (node, used) in nodes.iter().zip(used) {
        if !used {
            emitted.push(None);
            continue;
        }
        let of = |expr: Expr| {
            emitted
                .get(expr.index())
                .copied()
                .flatten()
                .ok_or_else(selector_left)
        };
        let id = match *node {
            Node::Constant(value) => out.constant(value),
            Node::Selector { .. } => return Err(selector_left()),
            Node::Fixed(cell) => out.fixed(cell.query),
            Node::Advice(cell, _) => out.advice(cell.query),
            Node::Instance(cell) => out.instance(Query {
                column: cell.column,
                rotation: cell.rotation,
            }),
            Node::Challenge(index) => out.challenge(index),
            Node::Negated(a) => out.neg(of(a)?),
            Node::Sum(a, b) => out.add(of(a)?, of(b)?),
            Node::Product(a, b) => out.mul(of(a)?, of(b)?),
            Node::Scaled(a, factor) => out.scale(of(a)?, factor),
        };
        emitted.push(Some(id));
    }
    Ok(emitted)
}

/// Cannot happen: every selector is replaced. An error all the same, not a panic.
fn selector_left() -> ImportError {
    let problem = "an expression still has a selector";
    ImportError::new(
        FileKind::Settings,
        ErrorKind::Malformed,
        "the circuit",
        problem,
    )
}
