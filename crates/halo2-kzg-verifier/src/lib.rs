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
mod arguments;
mod batch;
mod curve;
mod domain;
mod encoding;
mod expression;
mod key;
pub mod limits;
mod point;
mod prepared;
mod protocol;
mod rejection;
mod shape;
mod srs;
mod transcript;
mod verify;

pub use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
pub use batch::{BatchItem, BatchRejection, find_invalid, verify_batch};
pub use curve::{Arkworks, Curve, Fast, Standard};
pub use encoding::ENCODING_VERSION;
pub use expression::{ExprId, Expressions};
pub use key::{CircuitDescription, Column, KeyError, Lookup, Phase, Query, Shuffle, VerifyingKey};
pub use prepared::{PreparedKey, PreparedSrs};
pub use rejection::Rejection;
pub use srs::{PERPETUAL_POWERS_OF_TAU, S_G2_BYTES, decode_s_g2, encode_s_g2};
pub use verify::verify;
