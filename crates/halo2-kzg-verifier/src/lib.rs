//! Verifies halo2 PLONKish proofs over BN254 with KZG commitments, as ezkl makes them.
//!
//! One verifier for every circuit: the circuit is data, the [`VerifyingKey`]. The proof system is
//! that of zcash/halo2 with ezkl's choices: a Keccak-256 transcript, logUp lookup arguments
//! ([Haböck 2022](https://eprint.iacr.org/2022/1530)), and the SHPLONK multi-point opening
//! ([BDFG 2020](https://eprint.iacr.org/2020/081)).
//!
//! ```text
//! CircuitDescription ──new──→ VerifyingKey ⇄ bytes (canonical)
//!                                  │ PreparedKey::new
//!                                  ▼
//!   proof, public inputs ──→ verify(…) ──→ Ok(()) or a Rejection
//! ```
//!
//! The crate knows neither the EVM nor ezkl's files. It is `no_std`, has no unsafe code, and never
//! panics: every byte it is given may come from an attacker.
//!
//! Stricter than ezkl's own verifiers on purpose: the proof's length and the number of public inputs
//! are exact, every coordinate and scalar is canonical, and the identity is refused in a proof.

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
