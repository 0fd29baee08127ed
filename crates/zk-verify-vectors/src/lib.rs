//! The test vectors of `spec/vectors`: their format ([`Vector`]), the execution of one by the
//! precompile's core ([`Vector::run`]), and what makes them ([`make`], with proofs that [`forge`] makes hold).
//!
//! ```text
//! fixtures, forged proofs, hand-made keys ──── make ──→ spec/vectors/*.json, keys/*.zkvk
//!                                                            │ load
//!                              core, both adapters (tests) ──┴── Python, wasm32 (elsewhere)
//! ```
//!
//! `cargo run -p zk-verify-vectors` writes the files anew; a test holds them against what it would write.

pub mod forge;
pub mod make;
mod vector;

pub use vector::{CALLER, File, Fork, Kind, Observed, Read, Status, Vector, committed, load};
