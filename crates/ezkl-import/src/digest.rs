//! The key's digest, which begins every transcript.
//!
//! halo2 hashes Rust's debug text of the key. The text is written here as halo2 prints it; it is as
//! long as the circuit's expression *trees*, so it goes straight into the hash.

use crate::constraint_system::{AnyColumn, ConstraintSystem};
use crate::error::{ErrorKind, FileKind, ImportError};
use crate::expression::Expr;
use crate::field;
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use halo2_import::{KeyDigest, omega};
use std::fmt::{self, Write};

/// More text than any circuit within the verifier's limits has.
const MAX_TEXT: u64 = 1 << 28;

/// What the digest covers besides the constraint system.
pub(crate) struct Pinned<'a> {
    pub(crate) cs: &'a ConstraintSystem,
    pub(crate) k: u8,
    pub(crate) fixed: &'a [G1Affine],
    pub(crate) permutation: &'a [G1Affine],
}

/// The digest of the text.
pub(crate) fn digest(pinned: &Pinned<'_>) -> Result<Fr, ImportError> {
    let mut counter = Counter(0);
    if pinned.write(&mut counter).is_err() {
        let problem = "the text behind the digest is longer than any supported circuit's";
        return Err(ImportError::new(
            FileKind::Settings,
            ErrorKind::Limit,
            "the circuit",
            problem,
        ));
    }
    let mut sink = Hasher {
        digest: KeyDigest::new(counter.0),
        buffer: String::new(),
    };
    // The same text as before: it cannot fail now.
    pinned.write(&mut sink).ok();
    sink.flush();
    Ok(sink.digest.finish())
}

/// Counts the text's bytes, up to the limit.
struct Counter(u64);

impl Write for Counter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len() as u64;
        if self.0 > MAX_TEXT {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

/// Hashes the text in pieces of reasonable size.
struct Hasher {
    digest: KeyDigest,
    buffer: String,
}

impl Hasher {
    fn flush(&mut self) {
        self.digest.update(self.buffer.as_bytes());
        self.buffer.clear();
    }
}

impl Write for Hasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.buffer.push_str(text);
        if self.buffer.len() > 1 << 14 {
            self.flush();
        }
        Ok(())
    }
}

impl Pinned<'_> {
    /// Least e such that the quotient fits 2^e rows.
    fn extended_k(&self) -> u32 {
        let pieces = self.cs.degree().saturating_sub(1).max(1);
        u32::from(self.k) + pieces.next_power_of_two().trailing_zeros()
    }

    /// Writes the text.
    pub(crate) fn write(&self, out: &mut impl Write) -> fmt::Result {
        let hex = |limbs: &[u64]| {
            limbs
                .iter()
                .rev()
                .map(|limb| format!("{limb:016x}"))
                .collect::<String>()
        };
        let (base, scalar) = (hex(&Fq::MODULUS.0), hex(&Fr::MODULUS.0));
        let omega = field::hex_word(&field::to_be(&omega(self.k)));
        write!(out, "PinnedVerificationKey {{ base_modulus: \"0x{base}\", ")?;
        write!(
            out,
            "scalar_modulus: \"0x{scalar}\", domain: PinnedEvaluationDomain {{ "
        )?;
        write!(
            out,
            "k: {}, extended_k: {}, omega: {omega} }}, cs: ",
            self.k,
            self.extended_k()
        )?;
        self.write_constraint_system(out)?;
        out.write_str(", fixed_commitments: ")?;
        write_list(out, self.fixed, |out, point| write_point(point, out))?;
        out.write_str(", permutation: VerifyingKey { commitments: ")?;
        write_list(out, self.permutation, |out, point| write_point(point, out))?;
        out.write_str(" } }")
    }

    fn write_constraint_system(&self, out: &mut impl Write) -> fmt::Result {
        let cs = self.cs;
        write!(
            out,
            "PinnedConstraintSystem {{ num_fixed_columns: {}, ",
            cs.fixed_columns
        )?;
        write!(out, "num_advice_columns: {}, ", cs.advice_phases.len())?;
        write!(out, "num_instance_columns: {}, ", cs.instance_columns)?;
        write!(out, "num_selectors: {}, ", cs.selectors)?;
        if cs.challenges > 0 {
            write!(
                out,
                "num_challenges: {}, advice_column_phase: ",
                cs.challenges
            )?;
            write_list(out, &cs.advice_phases, |out, phase| {
                write!(out, "Phase({phase})")
            })?;
            out.write_str(", challenge_phase: ")?;
            let phases = vec![0; cs.challenges as usize];
            write_list(out, &phases, |out, phase| write!(out, "Phase({phase})"))?;
            out.write_str(", ")?;
        }
        out.write_str("gates: ")?;
        self.write_expressions(&cs.gates, out)?;
        out.write_str(", advice_queries: ")?;
        self.write_queries(AnyColumn::Advice, cs.advice_queries.list(), out)?;
        out.write_str(", instance_queries: ")?;
        self.write_queries(AnyColumn::Instance, cs.instance_queries.list(), out)?;
        out.write_str(", fixed_queries: ")?;
        self.write_queries(AnyColumn::Fixed, cs.fixed_queries.list(), out)?;
        out.write_str(", permutation: Argument { columns: ")?;
        write_list(out, &cs.permutation, |out, column| {
            self.write_column(*column, out)
        })?;
        out.write_str(" }, lookups: ")?;
        write_list(out, &cs.lookups, |out, argument| {
            out.write_str("Argument { table_expressions: ")?;
            self.write_expressions(&argument.table, out)?;
            out.write_str(", inputs_expressions: ")?;
            write_list(out, &argument.inputs, |out, input| {
                self.write_expressions(input, out)
            })?;
            out.write_str(" }")
        })?;
        out.write_str(", lookups_map: {")?;
        for (position, (identifier, tracker)) in cs.tables.iter().enumerate() {
            if position > 0 {
                out.write_str(", ")?;
            }
            write!(out, "\"{identifier}\": LookupTracker {{ table: ")?;
            self.write_expressions(&tracker.table, out)?;
            out.write_str(", inputs: ")?;
            write_list(out, &tracker.inputs, |out, input| {
                self.write_expressions(input, out)
            })?;
            out.write_str(" }")?;
        }
        out.write_str("}, constants: ")?;
        write_list(out, &cs.constants, |out, column| {
            self.write_column(AnyColumn::Fixed(*column), out)
        })?;
        out.write_str(", minimum_degree: None }")
    }

    fn write_expressions(&self, expressions: &[Expr], out: &mut impl Write) -> fmt::Result {
        write_list(out, expressions, |out, expr| {
            self.cs.arena.write_debug(*expr, out)
        })
    }

    fn write_queries(
        &self,
        kind: impl Fn(u32) -> AnyColumn,
        queries: &[(u32, i32)],
        out: &mut impl Write,
    ) -> fmt::Result {
        write_list(out, queries, |out, (column, rotation)| {
            out.write_char('(')?;
            self.write_column(kind(*column), out)?;
            write!(out, ", Rotation({rotation}))")
        })
    }

    fn write_column(&self, column: AnyColumn, out: &mut impl Write) -> fmt::Result {
        let (index, kind) = match column {
            AnyColumn::Advice(index) => (index, "Advice"),
            AnyColumn::Fixed(index) => (index, "Fixed"),
            AnyColumn::Instance(index) => (index, "Instance"),
        };
        write!(out, "Column {{ index: {index}, column_type: {kind}")?;
        if let AnyColumn::Advice(index) = column {
            let phase = self
                .cs
                .advice_phases
                .get(index as usize)
                .copied()
                .unwrap_or(0);
            if phase > 0 {
                write!(out, " {{ phase: Phase({phase}) }}")?;
            }
        }
        out.write_str(" }")
    }
}

fn write_point(point: &G1Affine, out: &mut impl Write) -> fmt::Result {
    match point.xy() {
        None => out.write_str("Infinity"),
        Some((x, y)) => {
            let word = |value| field::hex_word(&field::to_be(&value));
            write!(out, "({}, {})", word(x), word(y))
        }
    }
}

/// `[a, b, c]`
fn write_list<T, W: Write>(
    out: &mut W,
    items: &[T],
    mut item: impl FnMut(&mut W, &T) -> fmt::Result,
) -> fmt::Result {
    out.write_char('[')?;
    for (position, value) in items.iter().enumerate() {
        if position > 0 {
            out.write_str(", ")?;
        }
        item(out, value)?;
    }
    out.write_char(']')
}
