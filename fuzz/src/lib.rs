//! What the project fuzzes, as plain functions: each module of [`targets`] has `run(data)`, which
//! panics where a claim does not hold. `fuzz_targets/` hands them to libFuzzer (nightly);
//! `tests/corpus.rs` replays the committed corpora through them (stable).
//!
//! Most inputs are *edits of something real*: a circuit's key, proof or file, changed in a few places
//! by an [`edits::Edit`] list, because almost no random byte string gets past the first check. Where
//! the bytes themselves may be fuzzed as well, the input's first byte decides ([`edits::file`]).
//!
//! Everything follows from the data alone, so that a finding can be replayed: no clock, no random
//! numbers but those that the data seeds.

pub mod circuit;
pub mod edits;
pub mod fixtures;
pub mod json;
pub mod key;
pub mod numbers;
pub mod proof;
pub mod targets;

use halo2_kzg_verifier::{
    PreparedKey, PreparedSetup, Rejection, TrustedSetup, VerifyingKey, verify,
};
use std::sync::{Arc, LazyLock};

/// The known setup's pairing, prepared once: that is most of what preparing a key costs.
static KNOWN_SETUP: LazyLock<Arc<PreparedSetup>> =
    LazyLock::new(|| Arc::new(PreparedSetup::new(TrustedSetup::perpetual_powers_of_tau())));

/// What holds of every key, wherever it came from: its encoding is read back as the same key, it can
/// be prepared, and it refuses an empty proof for its length.
pub fn check_key(key: &VerifyingKey) {
    let encoded = key.encode();
    assert_eq!(VerifyingKey::decode(&encoded).as_ref(), Ok(key));
    let prepared = prepare(key.clone());
    assert!(prepared.size_in_bytes() >= encoded.len());
    let expected = key.proof_length();
    // Every proof has at least the opening's two points.
    assert!(expected >= 128);
    let reason = Rejection::ProofLength {
        actual: 0,
        expected,
        short: key.short_proof_length(),
    };
    assert_eq!(verify(&prepared, &[], &[]), Err(reason));
}

/// Prepares a key, with the shared pairing if it is under the known setup.
pub fn prepare(key: VerifyingKey) -> PreparedKey {
    if !key.trusted_setup().is_perpetual_powers_of_tau() {
        return PreparedKey::new(key);
    }
    PreparedKey::with_setup(key, KNOWN_SETUP.clone()).expect("the same point")
}

/// Makes a file of `fuzz_targets/` a libFuzzer target; without libFuzzer, a program that replays the
/// files that it is given.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| zkml_fuzz::targets::$name::run(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for path in std::env::args_os().skip(1) {
                zkml_fuzz::targets::$name::run(&std::fs::read(&path)?);
                println!("{}: passed", path.display());
            }
            Ok(())
        }
    };
}
