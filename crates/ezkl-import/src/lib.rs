//! Reads what ezkl 23 writes: keys, proofs, settings, SRS files. Off chain only.
//!
//! ```text
//! vka.bin ───────────────────────────── import_vka ─┐
//! vk.key + Settings + Srs (+ DigestSource) import_vk ┴─→ VerifyingKey     (the same, byte for byte)
//! proof.json ──────────────── EzklProof::from_json ──→ proof bytes, public inputs
//! VerifyingKey + Settings (+ EzklProof) ── explain ──→ Explanation
//! ```
//!
//! ```
//! use ezkl_import::{DigestSource, EzklProof, Settings, Srs, import_vk, import_vka};
//! use halo2_kzg_verifier::{PreparedKey, verify};
//! use std::{fs, path::Path};
//!
//! let circuit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp");
//! let settings = Settings::from_json(&fs::read(circuit.join("settings.json"))?)?;
//! let srs = Srs::read(fs::File::open(circuit.join("kzg_k1.srs"))?)?;
//! let vk = fs::read(circuit.join("vk.key"))?;
//! let key = import_vk(&vk, &settings, srs.s_g2, DigestSource::Computed)?;
//! assert_eq!(key, import_vka(&fs::read(circuit.join("vka.bin"))?)?);
//!
//! let proof = EzklProof::from_json(&fs::read(circuit.join("proof.json"))?)?;
//! let prepared: PreparedKey = PreparedKey::new(key);
//! verify(&prepared, &proof.proof, &proof.public_inputs)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every input may be damaged or hostile: nothing here panics, allocations are bounded by the size
//! of what was given, and circuits by the verifier's limits. An [`ImportError`] names the file, the
//! place, what is wrong and the cure.
//!
//! ezkl's formats are not specified by ezkl. What is implemented here was found by reading and held
//! against the wheel; `settings.version` is checked, because circuits are built differently in every
//! release.

#![forbid(unsafe_code)]

mod circuit;
mod configure;
mod constraint_system;
mod digest;
mod error;
mod explain;
mod expression;
mod field;
mod json;
mod nonlinearity;
mod proof_json;
mod selectors;
mod settings;
mod srs;
mod vk_key;
mod vka;

pub use error::{ErrorKind, FileKind, ImportError};
pub use explain::{
    Content, Explanation, LeadingCommitment, Part, PublicTensor, PublicValue, Visibilities, explain,
};
pub use proof_json::{EzklProof, read_proof_json};
pub use settings::{SUPPORTED_EZKL, Settings, Visibility};
pub use srs::Srs;
pub use vk_key::{DigestSource, digest_from_hex, import_vk};
pub use vka::import_vka;

use halo2_kzg_verifier::KeyError;

/// A circuit that was read but that the verifier does not take.
pub(crate) fn key_error(file: FileKind, error: KeyError) -> ImportError {
    let kind = match error {
        KeyError::Limit { .. } => ErrorKind::Limit,
        _ => ErrorKind::Malformed,
    };
    ImportError::new(file, kind, "the circuit", error.to_string())
}
