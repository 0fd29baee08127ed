//! `proof.json` ⇄ proof bytes and public inputs.
//!
//! ezkl writes the proof twice: as a JSON array of byte values (`proof`) and in hexadecimal
//! (`hex_proof`). Some programs read the one, some the other, so a file in which they differ is
//! refused. The public inputs are one instance column (`instances`) of 64 hexadecimal digits each,
//! little-endian and canonical.

use crate::error::{ErrorKind, FileKind, ImportError};
use crate::{field, json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A proof and its public inputs, as the verifier and the precompile take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EzklProof {
    /// The raw proof bytes.
    pub proof: Vec<u8>,
    /// The public inputs: 32-byte big-endian words, in order (`abi.encodePacked(uint256[])`).
    pub public_inputs: Vec<u8>,
}

#[derive(Deserialize)]
struct ProofFile {
    proof: Vec<u8>,
    hex_proof: Option<String>,
    instances: Vec<Vec<String>>,
}

/// The file as ezkl's own `verify` reads it: every field is there, the optional ones as null.
#[derive(Serialize)]
struct ProofFileOut<'a> {
    protocol: Option<()>,
    instances: [Vec<String>; 1],
    proof: &'a [u8],
    hex_proof: String,
    split: Option<()>,
    pretty_public_inputs: Option<()>,
    timestamp: Option<u64>,
    version: Option<String>,
}

impl EzklProof {
    /// Reads `proof.json`.
    ///
    /// # Errors
    /// An [`ImportError`] about [`FileKind::Proof`] that names the field and its line and column;
    /// [`ErrorKind::Mismatch`] if `proof` and `hex_proof` are not the same bytes. What the bytes say is
    /// not looked into: that is the verifier's business.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ImportError> {
        let file: ProofFile = json::parse(FileKind::Proof, bytes)?;
        if let Some(text) = &file.hex_proof {
            check_hex_proof(&file.proof, text)?;
        }
        let [column] = file.instances.as_slice() else {
            return Err(ImportError::new(
                FileKind::Proof,
                ErrorKind::Malformed,
                "instances",
                format!(
                    "{} instance columns; ezkl's circuits have one",
                    file.instances.len()
                ),
            ));
        };
        let mut public_inputs = Vec::with_capacity(column.len().saturating_mul(32));
        for (index, text) in column.iter().enumerate() {
            public_inputs.extend(instance(index, text)?);
        }
        Ok(Self {
            proof: file.proof,
            public_inputs,
        })
    }

    /// Writes a `proof.json` that [`from_json`](Self::from_json) and ezkl read. What the proof's bytes
    /// do not hold (time, version, rescaled values) is null.
    pub fn to_json(&self) -> String {
        let column = self
            .public_inputs
            .chunks_exact(32)
            .map(|word| hex::encode(word.iter().rev().copied().collect::<Vec<_>>()))
            .collect();
        let file = ProofFileOut {
            protocol: None,
            instances: [column],
            proof: &self.proof,
            hex_proof: format!("0x{}", hex::encode(&self.proof)),
            split: None,
            pretty_public_inputs: None,
            timestamp: None,
            version: None,
        };
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(&file).unwrap_or_default()
    }
}

/// A `proof.json` with these bytes in place of its proof. All other fields stay as they are.
///
/// # Errors
/// An [`ImportError`] about [`FileKind::Proof`] if the file is no JSON object.
pub fn replace_proof(json: &[u8], proof: &[u8]) -> Result<String, ImportError> {
    let mut file: Map<String, Value> = json::parse(FileKind::Proof, json)?;
    file.insert("proof".to_owned(), proof.into());
    let text = format!("0x{}", hex::encode(proof));
    file.insert("hex_proof".to_owned(), text.into());
    Ok(Value::Object(file).to_string())
}

/// Reads `proof.json`; the same as [`EzklProof::from_json`].
///
/// # Errors
/// See [`EzklProof::from_json`].
pub fn read_proof_json(bytes: &[u8]) -> Result<EzklProof, ImportError> {
    EzklProof::from_json(bytes)
}

/// Is `hex_proof` the same proof?
fn check_hex_proof(proof: &[u8], text: &str) -> Result<(), ImportError> {
    let error =
        |kind, problem: String| ImportError::new(FileKind::Proof, kind, "hex_proof", problem);
    let other = hex::decode(text.strip_prefix("0x").unwrap_or(text))
        .map_err(|problem| error(ErrorKind::Malformed, format!("not hexadecimal: {problem}")))?;
    if other == proof {
        return Ok(());
    }
    let problem = match proof.iter().zip(&other).position(|(a, b)| a != b) {
        Some(byte) => format!("it differs from the field proof, first in byte {byte}"),
        None => format!(
            "it has {} bytes, but the field proof has {}",
            other.len(),
            proof.len()
        ),
    };
    Err(error(ErrorKind::Mismatch, problem).cure(
        "Both hold the same proof in the file that ezkl's prove wrote: use that file, unedited. If you \
         made the file, write one proof into both fields, or leave hex_proof out.",
    ))
}

/// One public input: 64 hexadecimal digits, little-endian, to a big-endian word.
fn instance(index: usize, text: &str) -> Result<[u8; 32], ImportError> {
    let place = || format!("instances[0][{index}]");
    let mut word = [0; 32];
    if hex::decode_to_slice(text, &mut word).is_err() {
        let shown: String = text.chars().take(80).collect();
        return Err(ImportError::new(
            FileKind::Proof,
            ErrorKind::Malformed,
            place(),
            format!("expected 64 hexadecimal digits without prefix, found {shown:?}"),
        ));
    }
    if field::fr_from_le(&word).is_none() {
        return Err(ImportError::new(
            FileKind::Proof,
            ErrorKind::NotCanonical,
            place(),
            "the number is not below the scalar field's modulus (ezkl writes it little-endian)",
        ));
    }
    word.reverse();
    Ok(word)
}
