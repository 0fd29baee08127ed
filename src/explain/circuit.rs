//! What a key alone tells of a circuit that is no model.

use crate::files::hex;
use ezkl_import::EzklProof;
use halo2_kzg_verifier::{PreparedKey, VerifyingKey, verify};
use serde::Serialize;
use std::fmt;
use zkml_inspect::{Place, free_instance_columns};

/// Displays as text for people; serialises as the JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Explanation {
    /// The verdict, if there was a proof.
    pub(super) valid: Option<bool>,
    reason: Option<String>,
    key: String,
    instance_columns: Vec<InstanceColumn>,
    accumulator: Option<Place>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstanceColumn {
    /// Index of its first value among the public inputs.
    first: u64,
    length: u32,
    /// Does anything in the circuit read it?
    constrained: bool,
    /// The values, if there was a proof.
    values: Vec<String>,
}

pub(super) fn explain(key: VerifyingKey, proof: Option<&EzklProof>) -> Explanation {
    let free = free_instance_columns(&key);
    let mut first = 0;
    let mut words = proof.map(|proof| proof.public_inputs.chunks(32).map(hex));
    let columns = key
        .instance_lengths()
        .iter()
        .enumerate()
        .map(|(column, length)| {
            let described = InstanceColumn {
                first,
                length: *length,
                constrained: !free.contains(&column),
                values: words
                    .as_mut()
                    .map_or_else(Vec::new, |words| words.take(*length as usize).collect()),
            };
            first += u64::from(*length);
            described
        });
    let instance_columns = columns.collect();
    let accumulator = key.accumulator().as_ref().map(Place::of);
    let warnings = warnings(&key, &free);
    let id = hex(key.id());
    let verdict = proof.map(|proof| {
        let key: PreparedKey = PreparedKey::new(key);
        verify(&key, &proof.proof, &proof.public_inputs)
    });
    Explanation {
        valid: verdict.map(|verdict| verdict.is_ok()),
        reason: verdict
            .and_then(|verdict| verdict.err())
            .map(|reason| reason.to_string()),
        key: id,
        instance_columns,
        accumulator,
        warnings,
    }
}

fn warnings(key: &VerifyingKey, free: &[usize]) -> Vec<String> {
    let mut warnings: Vec<String> = free
        .iter()
        .map(|column| {
            format!(
                "Nothing in the circuit reads instance column {column}: the person who makes a proof chooses \
                 its values freely. Do not rely on them."
            )
        })
        .collect();
    if key.accumulator().is_some() {
        warnings.push(
            "The accumulator says that some inner proof is valid, not of which circuit: compare what the circuit \
             exposes of the inner key, among the other public inputs, with what you expect."
                .to_owned(),
        );
    }
    if !key.trusted_setup().is_perpetual_powers_of_tau() {
        warnings.push(
            "The key's trusted setup is not the perpetual powers of tau: anyone who knows its secret can forge \
             proofs."
                .to_owned(),
        );
    }
    warnings.push(
        "The key holds the circuit's constraints, not what they are meant to say. That they say what their author \
         claims can be seen in the circuit's source alone: make the key from it again, and compare the id."
            .to_owned(),
    );
    warnings
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.valid, &self.reason) {
            (Some(true), _) => writeln!(f, "The proof is VALID. It says:\n")?,
            (Some(false), reason) => {
                let reason = reason.as_deref().unwrap_or_default();
                writeln!(
                    f,
                    "The proof is NOT VALID: {reason}. A valid one would say:\n"
                )?;
            }
            (None, _) => writeln!(f, "A valid proof under this key says:\n")?,
        }
        writeln!(
            f,
            "  The person who made it knew values that satisfy the circuit of this key, together with the"
        )?;
        writeln!(f, "  public inputs.")?;
        if self.accumulator.is_some() {
            writeln!(
                f,
                "  And the two points among them satisfy the pairing equation: the proofs that the"
            )?;
            writeln!(f, "  circuit has aggregated are valid too.")?;
        }
        writeln!(f, "\nKey: {}\n\nPublic inputs:\n", self.key)?;
        for (index, column) in self.instance_columns.iter().enumerate() {
            let free = if column.constrained {
                ""
            } else {
                " (unconstrained)"
            };
            let last = column.first + u64::from(column.length);
            match column.length {
                0 => writeln!(f, "  none         instance column {index}{free}")?,
                _ => writeln!(
                    f,
                    "  {:<12} instance column {index}{free}",
                    format!("{} … {}", column.first, last - 1)
                )?,
            }
            for value in &column.values {
                writeln!(f, "               {value}")?;
            }
        }
        if let Some(accumulator) = &self.accumulator {
            writeln!(f, "\nAccumulator: {accumulator}")?;
        }
        writeln!(f, "\nWarnings:\n")?;
        for (index, warning) in self.warnings.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "  ! {warning}")?;
        }
        Ok(())
    }
}
