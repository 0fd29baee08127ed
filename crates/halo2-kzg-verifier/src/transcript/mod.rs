//! The Keccak-256 Fiat–Shamir transcript together with the strict reader of the proof
//! (spec, sections 6.1 and 6.2).

use crate::{
    challenge::Challenge,
    field::{WORD_BYTES, canonical, reduce, to_word},
    protocol::reader::ProofReader,
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::AdditiveGroup;
use sha3::{Digest, Keccak256};

/// Bytes of a point.
const POINT_BYTES: usize = 64;

/// Reads a proof and derives the challenges from everything read so far.
pub(crate) struct Transcript<'a> {
    proof: &'a [u8],
    /// Where the next message begins.
    position: usize,
    /// Bytes of the proof that are in the hash already.
    absorbed: usize,
    hash: Keccak256,
    /// Bytes in the hash since the last squeeze, its 32-byte output included.
    buffered: usize,
    /// Every point read, in proof order.
    points: Vec<G1Affine>,
    /// Every evaluation read, in proof order.
    evaluations: Vec<Fr>,
}

/// Everything that a proof contains, in its order.
pub(crate) struct ProofContent {
    pub(crate) points: Vec<G1Affine>,
    pub(crate) evaluations: Vec<Fr>,
}

impl<'a> Transcript<'a> {
    /// Begins with the key's digest and the public inputs.
    pub(crate) fn new(digest: Fr, public_inputs: &[u8], proof: &'a [u8]) -> Self {
        let mut transcript = Transcript {
            proof,
            position: 0,
            absorbed: 0,
            hash: Keccak256::new(),
            buffered: 0,
            points: Vec::with_capacity(proof.len() / POINT_BYTES),
            evaluations: Vec::with_capacity(proof.len() / WORD_BYTES),
        };
        transcript.absorb(&to_word(&digest));
        transcript.absorb(public_inputs);
        transcript
    }

    fn absorb(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.buffered = self.buffered.saturating_add(bytes.len());
    }

    /// The next `N` bytes. The proof's length was checked against the same sizes, so there are.
    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], Rejection> {
        let (_, rest) = self
            .proof
            .split_at_checked(self.position)
            .ok_or(Rejection::InconsistentKey)?;
        let (taken, _) = rest.split_first_chunk().ok_or(Rejection::InconsistentKey)?;
        self.position = self.position.saturating_add(N);
        Ok(taken)
    }

    /// What was read, if it is the whole proof.
    pub(crate) fn finish(self) -> Result<ProofContent, Rejection> {
        debug_assert_eq!(self.position, self.proof.len());
        if self.position != self.proof.len() {
            return Err(Rejection::InconsistentKey);
        }
        Ok(ProofContent {
            points: self.points,
            evaluations: self.evaluations,
        })
    }
}

impl ProofReader for Transcript<'_> {
    /// Points are kept in order; nothing else is needed of them before the opening.
    type Point = ();
    type Evaluation = Fr;
    type Challenge<Name> = Challenge<Name>;
    type Error = Rejection;

    /// Reads a point: canonical, finite and on the curve (whose cofactor is 1).
    fn point(&mut self) -> Result<(), Rejection> {
        let point = u32::try_from(self.points.len()).unwrap_or(u32::MAX);
        let (x, y) = self.take::<POINT_BYTES>()?.split_at(WORD_BYTES);
        let (Some(x), Some(y)) = (canonical::<Fq>(x), canonical::<Fq>(y)) else {
            return Err(Rejection::CoordinateNotCanonical { point });
        };
        if x == Fq::ZERO && y == Fq::ZERO {
            return Err(Rejection::IdentityPoint { point });
        }
        let affine = G1Affine::new_unchecked(x, y);
        if !affine.is_on_curve() {
            return Err(Rejection::PointNotOnCurve { point });
        }
        self.points.push(affine);
        Ok(())
    }

    /// Reads an evaluation: a canonical scalar.
    fn evaluation(&mut self) -> Result<Fr, Rejection> {
        let index = u32::try_from(self.evaluations.len()).unwrap_or(u32::MAX);
        let word = self.take::<WORD_BYTES>()?;
        let value = canonical(word).ok_or(Rejection::EvaluationNotCanonical { index })?;
        self.evaluations.push(value);
        Ok(value)
    }

    /// `keccak256(buffer) mod r`; the hash becomes the buffer. A buffer of 32 bytes (a second
    /// squeeze in a row) is hashed with 0x01 after it.
    fn squeeze<Name>(&mut self) -> Challenge<Name> {
        let read = self.proof.get(self.absorbed..self.position);
        self.absorbed = self.position;
        self.absorb(read.unwrap_or_default());
        if self.buffered == WORD_BYTES {
            self.hash.update([1]);
        }
        let digest: [u8; WORD_BYTES] = self.hash.finalize_reset().into();
        self.buffered = 0;
        self.absorb(&digest);
        Challenge::new(reduce(&digest))
    }
}

/// Reads the public inputs: canonical scalars, 32 bytes big-endian each.
pub(crate) fn read_public_inputs(bytes: &[u8]) -> Result<Vec<Fr>, Rejection> {
    let mut inputs = Vec::with_capacity(bytes.len() / WORD_BYTES);
    for (word, index) in bytes.chunks_exact(WORD_BYTES).zip(0u32..) {
        inputs.push(canonical(word).ok_or(Rejection::PublicInputNotCanonical { index })?);
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::challenge::{Beta, Theta};
    use ark_ff::PrimeField;

    #[test]
    fn a_second_squeeze_hashes_with_a_suffix() {
        let mut transcript = Transcript::new(Fr::from(1u64), &[], &[]);
        let mut one = [0u8; 33];
        one[31] = 1;
        one[32] = 1;
        let first = Keccak256::digest(one);
        assert_eq!(
            *transcript.squeeze::<Theta>(),
            Fr::from_be_bytes_mod_order(&first)
        );
        let second = Keccak256::digest([&first[..], &[1]].concat());
        assert_eq!(
            *transcript.squeeze::<Beta>(),
            Fr::from_be_bytes_mod_order(&second)
        );
    }
}
