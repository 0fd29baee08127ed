//! Keccak-256 (G. Bertoni, J. Daemen, M. Peeters, G. Van Assche, *The Keccak reference*, 2011) of four messages at a
//! time, by AVX2: in a third of the time that they take one after the other. For the transcripts of a batch.

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2;
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
#[path = "no_avx2.rs"]
mod avx2;
#[cfg(all(test, feature = "std", target_arch = "x86_64"))]
mod tests;

use avx2::{States, Token};
use core::fmt;

/// Bytes that Keccak-256 absorbs at once.
const RATE: usize = 136;
/// Bytes of a digest.
const DIGEST: usize = 32;

/// Keccak-256 of four messages at a time, on a processor that can.
#[derive(Clone, Copy)]
pub(crate) struct FourHashes(Token);

impl FourHashes {
    /// `None` if this processor has no AVX2, or this build does not know how to ask.
    pub(crate) fn detect() -> Option<FourHashes> {
        Token::detect().map(FourHashes)
    }

    /// The hashes of four messages of one length.
    pub(crate) fn keccak256(self, messages: [&[u8]; 4]) -> [[u8; DIGEST]; 4] {
        debug_assert!(messages.iter().all(|m| m.len() == messages[0].len()));
        let mut states: States = [[0; 4]; 25];
        let mut blocks = messages.map(|message| message.chunks_exact(RATE));
        let ends = blocks.clone().map(|blocks| {
            let mut end = [0; RATE];
            for (byte, rest) in end.iter_mut().zip(blocks.remainder()) {
                *byte = *rest;
            }
            if let Some(after) = end.get_mut(blocks.remainder().len()) {
                *after = 0x01;
            }
            if let Some(last) = end.last_mut() {
                *last |= 0x80;
            }
            end
        });
        while let [Some(a), Some(b), Some(c), Some(d)] = blocks.each_mut().map(Iterator::next) {
            absorb(&mut states, [a, b, c, d]);
            self.0.permute(&mut states);
        }
        absorb(&mut states, ends.each_ref().map(|end| &end[..]));
        self.0.permute(&mut states);
        squeeze(&states)
    }
}

impl fmt::Debug for FourHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FourHashes(AVX2)")
    }
}

fn absorb(states: &mut States, blocks: [&[u8]; 4]) {
    for (lane, block) in blocks.into_iter().enumerate() {
        for (words, bytes) in states.iter_mut().zip(block.chunks_exact(8)) {
            if let (Some(word), Ok(bytes)) = (words.get_mut(lane), bytes.try_into()) {
                *word ^= u64::from_le_bytes(bytes);
            }
        }
    }
}

fn squeeze(states: &States) -> [[u8; DIGEST]; 4] {
    let mut digests = [[0; DIGEST]; 4];
    for (lane, digest) in digests.iter_mut().enumerate() {
        for (bytes, words) in digest.chunks_exact_mut(8).zip(states) {
            bytes.copy_from_slice(&words.get(lane).copied().unwrap_or_default().to_le_bytes());
        }
    }
    digests
}
