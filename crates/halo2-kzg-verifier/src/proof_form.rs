//! The two forms of a proof, and the conversions between them (spec, sections 6.1 and 6.5).
//!
//! A proof is the same in both: the transcript absorbs the long form of every point. The length tells the form.

use crate::{
    arithmetic::{Arithmetic, Standard},
    field::{WORD_BYTES, canonical},
    key::verifying_key::VerifyingKey,
    opening,
    point_encoding::{PointEncoding, Roots, finite, to_long, to_short},
    protocol::{messages::Messages, reader::ProofReader},
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine};

/// A proof in the long form, written in the short form: half the bytes for each point, the same verdict.
///
/// # Errors
/// What [`verify`](crate::verify()) says of a proof that is malformed. Every length but that of the long form is
/// a [`Rejection::ProofLength`].
pub fn shorten_proof(key: &VerifyingKey, proof: &[u8]) -> Result<Vec<u8>, Rejection> {
    if proof.len() as u64 != key.proof_length() {
        return Err(wrong_length(key, proof));
    }
    convert(key, proof, PointEncoding::Long, |point, out| {
        out.extend_from_slice(&to_short(point));
    })
}

/// A proof in the short form, written in the long form. [`shorten_proof`] gives the same bytes back.
///
/// # Errors
/// What [`verify`](crate::verify()) says of a proof that is malformed. Every length but that of the short form is
/// a [`Rejection::ProofLength`].
pub fn lengthen_proof(key: &VerifyingKey, proof: &[u8]) -> Result<Vec<u8>, Rejection> {
    if proof.len() as u64 != key.short_proof_length() {
        return Err(wrong_length(key, proof));
    }
    let short = PointEncoding::Short(Roots::Each(Standard::decompress));
    convert(key, proof, short, |point, out| {
        out.extend_from_slice(&to_long(point));
    })
}

/// The rejection of a proof whose length is not that of the wanted form, or of either form.
pub(crate) fn wrong_length(key: &VerifyingKey, proof: &[u8]) -> Rejection {
    Rejection::ProofLength {
        actual: proof.len() as u64,
        expected: key.proof_length(),
        short: key.short_proof_length(),
    }
}

fn convert(
    key: &VerifyingKey,
    proof: &[u8],
    encoding: PointEncoding,
    write: fn(&G1Affine, &mut Vec<u8>),
) -> Result<Vec<u8>, Rejection> {
    let mut converter = Converter {
        rest: proof,
        encoding,
        write,
        written: Vec::with_capacity(proof.len()),
        num_points: 0,
        num_evaluations: 0,
    };
    read_whole(key, &mut converter)?;
    if converter.rest.is_empty() {
        Ok(converter.written)
    } else {
        Err(Rejection::InconsistentKey)
    }
}

/// Reads a proof from its beginning to its end.
pub(crate) fn read_whole<R: ProofReader>(
    key: &VerifyingKey,
    reader: &mut R,
) -> Result<(), R::Error> {
    Messages::read(&key.circuit, &key.layout, reader)?;
    opening::Messages::read(key.opening(), key.plan.num_rotations(), reader)?;
    Ok(())
}

/// Reads a proof of the right length in one form and writes it in the other.
struct Converter<'a> {
    rest: &'a [u8],
    encoding: PointEncoding,
    write: fn(&G1Affine, &mut Vec<u8>),
    written: Vec<u8>,
    num_points: u32,
    num_evaluations: u32,
}

impl<'a> Converter<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Rejection> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Rejection::InconsistentKey)?;
        self.rest = rest;
        Ok(taken)
    }

    fn any_point(&mut self) -> Result<G1Affine, Rejection> {
        let bytes = self.take(self.encoding.num_bytes())?;
        let point = self.encoding.read(bytes, self.num_points)?;
        self.num_points = self.num_points.saturating_add(1);
        (self.write)(&point, &mut self.written);
        Ok(point)
    }
}

impl ProofReader for Converter<'_> {
    type Point = ();
    type Evaluation = ();
    type Challenge<Name> = ();
    type Error = Rejection;

    fn point(&mut self) -> Result<(), Rejection> {
        let position = self.num_points;
        let point = self.any_point()?;
        finite(&point, position)
    }

    fn point_or_identity(&mut self) -> Result<(), Rejection> {
        self.any_point().map(|_| ())
    }

    fn evaluation(&mut self) -> Result<(), Rejection> {
        let word = self.take(WORD_BYTES)?;
        let index = self.num_evaluations;
        canonical::<Fr>(word).ok_or(Rejection::EvaluationNotCanonical { index })?;
        self.num_evaluations = index.saturating_add(1);
        self.written.extend_from_slice(word);
        Ok(())
    }

    fn squeeze<Name>(&mut self) {}
}
