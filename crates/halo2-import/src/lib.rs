#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(feature = "axiom")]
mod axiom;
mod circuit;
mod debug_text;
mod digest;
mod error;
mod field;
mod key;
mod options;
mod pinned;
mod proof;

#[cfg(feature = "axiom")]
pub use axiom::trusted_setup;
pub use digest::KeyDigest;
pub use error::{ErrorKind, ErrorSubject, ImportError, Subject};
pub use field::omega;
pub use key::{Halo2Key, Imported};
pub use options::KeyOptions;
pub use proof::{
    Proof, SignBit, proof_bytes, proof_from_evm_calldata, proof_from_native, public_inputs,
};
