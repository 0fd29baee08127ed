//! The key's digest, which begins every transcript: halo2 hashes the key's pinned text.

use ark_bn254::Fr;
use ark_ff::PrimeField;

const PERSONALISATION: &[u8; 16] = b"Halo2-Verify-Key";

/// BLAKE2b-512 over the text's length (u64 little-endian) and the text, little-endian, reduced modulo r.
pub struct KeyDigest(blake2b_simd::State);

impl KeyDigest {
    /// Begins the digest of a text of `length` bytes.
    pub fn new(length: u64) -> Self {
        let mut state = blake2b_simd::Params::new()
            .hash_length(64)
            .personal(PERSONALISATION)
            .to_state();
        state.update(&length.to_le_bytes());
        KeyDigest(state)
    }

    /// The text's next bytes.
    pub fn update(&mut self, text: &[u8]) {
        self.0.update(text);
    }

    /// The digest, once the whole text was given.
    pub fn finish(&self) -> Fr {
        Fr::from_le_bytes_mod_order(self.0.finalize().as_bytes())
    }

    /// The digest of a whole text.
    pub fn of(text: &str) -> Fr {
        let mut digest = Self::new(text.len() as u64);
        digest.update(text.as_bytes());
        digest.finish()
    }
}
