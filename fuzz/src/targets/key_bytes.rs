//! `VerifyingKey::decode` on arbitrary bytes and on edited keys.
//!
//! Would find: a panic, or work out of proportion, on a hostile key; a second encoding of some key
//! (decoded bytes that encode to others); a key that decodes and cannot be prepared or used.

use crate::{check_key, key};
use halo2_kzg_verifier::VerifyingKey;

/// With 0 for a first byte, the other bytes are the key; any other first byte names a seed key, which
/// [`key::Change`]s change.
pub fn run(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let bytes = match first.checked_sub(1) {
        None => rest.to_vec(),
        Some(seed) => key::changed(seed, rest),
    };
    let Ok(key) = VerifyingKey::decode(&bytes) else {
        return;
    };
    assert_eq!(key.encode(), bytes, "one key, one encoding");
    check_key(&key);
}
