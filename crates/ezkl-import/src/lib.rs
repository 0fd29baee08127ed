#![doc = include_str!("../README.md")]
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
mod key_header;
mod nonlinearity;
mod proof_json;
mod selectors;
mod settings;
mod size;
mod srs;
mod vk_key;
mod vka;

pub use error::{ErrorKind, ErrorSubject, FileKind, ImportError};
pub use explain::{
    Content, Explanation, LeadingCommitment, Part, PublicTensor, PublicValue, Visibilities, explain,
};
pub use proof_json::{EzklProof, read_proof_json, replace_proof};
pub use settings::{SUPPORTED_EZKL, Settings, Visibility};
pub use size::CircuitSize;
pub use srs::Srs;
pub use vk_key::{DigestSource, digest_from_hex, import_vk};
pub use vka::import_vka;

use halo2_kzg_verifier::{KeyError, KeyFault};

/// A circuit that was read but that the verifier does not take.
pub(crate) fn key_error(file: FileKind, error: KeyError) -> ImportError {
    let kind = match error.fault {
        KeyFault::Limit { .. } => ErrorKind::Limit,
        _ => ErrorKind::Malformed,
    };
    ImportError::new(file, kind, "the circuit", error.to_string())
}
