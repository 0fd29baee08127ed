//! halo2's own transcript, `Blake2bWrite` and `Blake2bRead` (spec, section 9.3): everything ever
//! absorbed goes into each challenge, and each message has a prefix.

use crate::field::{WORD_BYTES, reduce_wide};
use ark_bn254::Fr;
use blake2b_simd::{Params, State};

/// BLAKE2b's personalisation: halo2's name for its transcript.
const PERSONAL: &[u8; 16] = b"Halo2-Transcript";

const PREFIX_CHALLENGE: u8 = 0;
const PREFIX_POINT: u8 = 1;
const PREFIX_SCALAR: u8 = 2;

/// A hash of everything.
pub(super) struct Blake2bTranscript(State);

impl Blake2bTranscript {
    pub(super) fn new() -> Self {
        let mut parameters = Params::new();
        Blake2bTranscript(parameters.hash_length(64).personal(PERSONAL).to_state())
    }

    /// Absorbs points, `x ‖ y` big-endian each; the identity is zeros.
    pub(super) fn absorb_points(&mut self, bytes: &[u8]) {
        for (coordinate, index) in bytes.chunks_exact(WORD_BYTES).zip(0u32..) {
            if index & 1 == 0 {
                self.0.update(&[PREFIX_POINT]);
            }
            self.absorb_word(coordinate);
        }
    }

    /// Absorbs scalars, big-endian each.
    pub(super) fn absorb_scalars(&mut self, bytes: &[u8]) {
        for scalar in bytes.chunks_exact(WORD_BYTES) {
            self.0.update(&[PREFIX_SCALAR]);
            self.absorb_word(scalar);
        }
    }

    /// Words are hashed little-endian.
    fn absorb_word(&mut self, word: &[u8]) {
        let mut reversed = [0; WORD_BYTES];
        for (to, from) in reversed.iter_mut().zip(word.iter().rev()) {
            *to = *from;
        }
        self.0.update(&reversed);
    }

    /// The digest of everything so far, as a little-endian integer modulo r. Absorbing goes on.
    pub(super) fn squeeze(&mut self) -> Fr {
        self.0.update(&[PREFIX_CHALLENGE]);
        reduce_wide(self.0.finalize().as_array())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::to_word;
    use ark_ff::PrimeField;
    use blake2b_simd::Params;

    fn digest(bytes: &[u8]) -> Fr {
        let hash = Params::new().personal(b"Halo2-Transcript").hash(bytes);
        Fr::from_le_bytes_mod_order(hash.as_bytes())
    }

    #[test]
    fn hashes_prefixes_and_little_endian_words_and_never_begins_anew() {
        let mut transcript = Blake2bTranscript::new();
        let (x, y, scalar) = ([1; 32], [2; 32], to_word(&Fr::from(0x0304u64)));
        let mut little = [0; 32];
        (little[0], little[1]) = (4, 3);
        transcript.absorb_scalars(&scalar);
        transcript.absorb_points(&[x, y].concat());
        let mut all = [&[2][..], &little, &[1], &x, &y, &[0]].concat();
        assert_eq!(transcript.squeeze(), digest(&all));
        all.push(0);
        assert_eq!(transcript.squeeze(), digest(&all));
    }
}
