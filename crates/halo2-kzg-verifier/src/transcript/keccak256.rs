//! The transcript of verifiers that are written for the EVM (spec, section 6.2).

use crate::field::{WORD_BYTES, reduce};
use ark_bn254::Fr;
use sha3::{Digest, Keccak256};

/// A hash of everything since the last squeeze, and of that squeeze's digest.
pub(super) struct Keccak256Transcript {
    hash: Keccak256,
    /// Bytes in the hash, the last squeeze's digest included.
    buffered: usize,
}

impl Keccak256Transcript {
    pub(super) fn new() -> Self {
        Keccak256Transcript {
            hash: Keccak256::new(),
            buffered: 0,
        }
    }

    pub(super) fn absorb(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.buffered = self.buffered.saturating_add(bytes.len());
    }

    /// `keccak256(buffer) mod r`; the hash becomes the buffer. A buffer of 32 bytes (a second
    /// squeeze in a row) is hashed with 0x01 after it.
    pub(super) fn squeeze(&mut self) -> Fr {
        if self.buffered == WORD_BYTES {
            self.hash.update([1]);
        }
        let digest: [u8; WORD_BYTES] = self.hash.finalize_reset().into();
        self.buffered = 0;
        self.absorb(&digest);
        reduce(&digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::PrimeField;

    #[test]
    fn a_second_squeeze_hashes_with_a_suffix() {
        let mut transcript = Keccak256Transcript::new();
        transcript.absorb(&[7; 64]);
        let first = Keccak256::digest([7; 64]);
        assert_eq!(transcript.squeeze(), Fr::from_be_bytes_mod_order(&first));
        let second = Keccak256::digest([&first[..], &[1]].concat());
        assert_eq!(transcript.squeeze(), Fr::from_be_bytes_mod_order(&second));
    }
}
