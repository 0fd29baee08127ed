//! Makes the test vectors of `spec/vectors`: [`make`], with proofs that [`forge`] makes hold. Their format,
//! and their execution, are in `zk-verify-conformance`.
//!
//! ```text
//! fixtures, forged proofs, hand-made keys ──── make ──→ spec/vectors/*.json, keys/*.zkvk
//!                                                            │
//!                      zk-verify-conformance, and so every host ──┴── Python, wasm32 (elsewhere)
//! ```
//!
//! `cargo run -p zk-verify-vectors` writes the files anew; a test holds them against what it would write. The
//! vectors of features, and those of proofs that other forks of halo2 made, are `spec/reference`'s. The program
//! `claims` answers for the verifier where that reference compares itself with it.

pub mod forge;
pub mod make;

use std::path::{Path, PathBuf};

/// The folder `spec/vectors` of this repository.
pub fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors")
}
