//! The Keccak-256 Fiat–Shamir transcript together with the strict reader of the proof
//! (spec, sections 1, 2 and 6).

use crate::{Fq, Fr, G1Affine, Rejection, key::VerifyingKey};
use alloc::vec::Vec;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use core::{marker::PhantomData, ops::Deref};
use sha3::{Digest, Keccak256};

const POINT_BYTES: usize = 64;
const WORD_BYTES: usize = 32;

/// A verifier's challenge. The name is part of the type, so that none is used in another's place.
pub(crate) struct Challenge<Name>(Fr, PhantomData<Name>);

impl<Name> Clone for Challenge<Name> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Name> Copy for Challenge<Name> {}

impl<Name> Deref for Challenge<Name> {
    type Target = Fr;
    fn deref(&self) -> &Fr {
        &self.0
    }
}

/// Compresses the tuples of lookups and shuffles.
pub(crate) enum Theta {}
/// Randomises the permutation and lookup arguments.
pub(crate) enum Beta {}
/// Randomises the permutation and shuffle arguments.
pub(crate) enum Gamma {}
/// Combines the identities.
pub(crate) enum Y {}
/// The point of evaluation.
pub(crate) enum X {}
/// SHPLONK: combines the commitments of one rotation set.
pub(crate) enum ShplonkY {}
/// SHPLONK: combines the rotation sets.
pub(crate) enum ShplonkV {}
/// SHPLONK: the point at which the combination is opened.
pub(crate) enum ShplonkU {}

/// Reads a proof and derives the challenges from everything read so far.
pub(crate) struct Transcript<'a> {
    rest: &'a [u8],
    hash: Keccak256,
    /// Bytes in the hash since the last squeeze, its 32-byte output included.
    absorbed: u64,
    /// Every point read, in proof order.
    points: Vec<G1Affine>,
}

impl<'a> Transcript<'a> {
    /// Begins with the key's digest and the public inputs.
    pub(crate) fn new(vk: &VerifyingKey, public_inputs: &[u8], proof: &'a [u8]) -> Self {
        let mut transcript = Self::begin(vk.digest, proof);
        transcript.absorb(public_inputs);
        transcript
    }

    fn begin(digest: Fr, proof: &'a [u8]) -> Self {
        let mut transcript = Transcript {
            rest: proof,
            hash: Keccak256::new(),
            absorbed: 0,
            points: Vec::new(),
        };
        transcript.absorb(&digest.into_bigint().to_bytes_be());
        transcript
    }

    fn absorb(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.absorbed = self.absorbed.saturating_add(bytes.len() as u64);
    }

    /// `keccak256(buffer) mod r`; the hash becomes the buffer. A buffer of 32 bytes (a second
    /// squeeze in a row) is hashed with 0x01 behind it.
    pub(crate) fn squeeze<Name>(&mut self) -> Challenge<Name> {
        if self.absorbed == WORD_BYTES as u64 {
            self.hash.update([1]);
        }
        let digest: [u8; WORD_BYTES] = self.hash.finalize_reset().into();
        self.absorbed = 0;
        self.absorb(&digest);
        Challenge(reduce(&digest), PhantomData)
    }

    fn take(&mut self, bytes: u64) -> &'a [u8] {
        // The length of the proof was checked against the same sizes, so this never runs short.
        let at = usize::try_from(bytes)
            .unwrap_or(usize::MAX)
            .min(self.rest.len());
        let (taken, rest) = self.rest.split_at(at);
        self.rest = rest;
        self.absorb(taken);
        taken
    }

    /// Reads the next points: canonical, finite and on the curve (whose cofactor is 1).
    pub(crate) fn read_points(&mut self, number: u32) -> Result<(), Rejection> {
        let bytes = self.take(u64::from(number).saturating_mul(POINT_BYTES as u64));
        for chunk in bytes.chunks_exact(POINT_BYTES) {
            let point = u32::try_from(self.points.len()).unwrap_or(u32::MAX);
            let (x, y) = chunk.split_at(WORD_BYTES);
            let (Some(x), Some(y)) = (canonical::<Fq>(x), canonical::<Fq>(y)) else {
                return Err(Rejection::CoordinateNotCanonical { point });
            };
            let zero = Fq::ZERO;
            if x == zero && y == zero {
                return Err(Rejection::IdentityPoint { point });
            }
            let affine = G1Affine::new_unchecked(x, y);
            if !affine.is_on_curve() {
                return Err(Rejection::PointNotOnCurve { point });
            }
            self.points.push(affine);
        }
        Ok(())
    }

    /// Reads the evaluations: canonical scalars.
    pub(crate) fn read_evaluations(&mut self, number: u32) -> Result<Vec<Fr>, Rejection> {
        let bytes = self.take(u64::from(number).saturating_mul(WORD_BYTES as u64));
        let words = bytes.chunks_exact(WORD_BYTES).zip(0u32..);
        words
            .map(|(word, index)| canonical(word).ok_or(Rejection::EvaluationNotCanonical { index }))
            .collect()
    }

    /// Every point of the proof, in its order.
    pub(crate) fn into_points(self) -> Vec<G1Affine> {
        self.points
    }
}

/// Reads the public inputs: canonical scalars, 32 bytes big-endian each.
pub(crate) fn read_public_inputs(bytes: &[u8]) -> Result<Vec<Fr>, Rejection> {
    let words = bytes.chunks_exact(WORD_BYTES).zip(0u32..);
    words
        .map(|(word, index)| canonical(word).ok_or(Rejection::PublicInputNotCanonical { index }))
        .collect()
}

/// A big-endian word as little-endian limbs; anything but 32 bytes gives `None`.
fn limbs(word: &[u8]) -> Option<BigInt<4>> {
    let mut limbs = [0u64; 4];
    if word.len() != WORD_BYTES {
        return None;
    }
    for (limb, chunk) in limbs.iter_mut().rev().zip(word.chunks_exact(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().ok()?);
    }
    Some(BigInt(limbs))
}

/// Reads 32 bytes big-endian; `None` where the value is not below the modulus.
pub(crate) fn canonical<F: PrimeField<BigInt = BigInt<4>>>(word: &[u8]) -> Option<F> {
    F::from_bigint(limbs(word)?)
}

/// A hash as a scalar: big-endian, modulo r.
fn reduce(digest: &[u8; WORD_BYTES]) -> Fr {
    let mut value = limbs(digest).unwrap_or_default();
    // 2^256 < 6r, so five subtractions suffice.
    for _ in 0..5 {
        if value >= Fr::MODULUS {
            value.sub_with_borrow(&Fr::MODULUS);
        }
    }
    Fr::from_bigint(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Field;

    #[test]
    fn reduces_the_largest_hash() {
        let expected = Fr::from_be_bytes_mod_order(&[0xff; 32]);
        assert_eq!(reduce(&[0xff; 32]), expected);
    }

    #[test]
    fn a_word_at_the_modulus_is_not_canonical() {
        let modulus = Fr::MODULUS.to_bytes_be();
        assert_eq!(canonical::<Fr>(&modulus), None);
        let mut below = modulus;
        below[31] -= 1;
        assert_eq!(canonical::<Fr>(&below), Some(-Fr::ONE));
        assert_eq!(canonical::<Fr>(&below[1..]), None);
    }

    #[test]
    fn a_second_squeeze_hashes_with_a_suffix() {
        let mut transcript = Transcript::begin(Fr::from(1u64), &[]);
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
