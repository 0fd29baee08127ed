#![doc = include_str!("../README.md")]
//!
//! # From a circuit to a verdict
//!
//! ```text
//! CircuitDescription ──new──→ VerifyingKey ⇄ bytes (canonical)
//!                                  │ PreparedKey::new
//!                                  ▼
//!   proof, public inputs ──→ verify(…) ──→ Ok(()) or a Rejection
//! ```
//!
//! Inside, each step is made from the one before and is complete when it exists: `Circuit` (the
//! content of a key, checked) → `Layout` (the counts) → `Plan` (where everything stands in a proof and
//! what the opening proves) → [`VerifyingKey`] → [`PreparedKey`] → [`verify()`].

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

mod arc;
mod arithmetic;
mod batch;
mod challenge;
mod circuit;
mod claim;
#[cfg(test)]
mod degenerate_challenges;
mod domain;
mod error;
mod field;
mod four_hashes;
mod key;
pub mod limits;
mod memory;
mod once;
mod opening;
mod point_encoding;
mod proof_form;
mod protocol;
mod rejection;
mod short_points;
mod table;
#[cfg(test)]
mod test_data;
mod threads;
mod transcript;
mod trusted_setup;
mod vector_units;
mod verify;

pub use arithmetic::{Arithmetic, Arkworks, Bn254Kzg, Part, Standard};
pub use ark_bn254::{Fq, Fq12, Fr, G1Affine, G2Affine};
pub use batch::{Batch, BatchItem, BatchRejection, InvalidRate, MixedSetups, Statement};
pub use bn254_kzg::{Kernels, Lanes, LanesUnavailable, UnknownKernels};
pub use circuit::{
    columns::{Column, Phase, Query},
    description::{CircuitDescription, Lookup, Shuffle},
    dialect::{Accumulator, LookupArgument, Opening, TranscriptHash},
    expression::{ExprId, Expressions},
};
pub use error::{Inconsistency, Irregularity, KeyError, KeyFault, Quantity, Value};
pub use key::{
    encoding::format::{ENCODING_VERSION, Features},
    prepared::{PreparedKey, PreparedSetup, SharedSetup},
    verifying_key::VerifyingKey,
};
pub use proof_form::{lengthen_proof, shorten_proof};
pub use rejection::{Rejection, Side};
#[cfg(feature = "std")]
pub use threads::ScopedThreads;
pub use threads::{OneThread, Threads};
pub use trusted_setup::TrustedSetup;
pub use vector_units::VectorUnits;
pub use verify::verify;
