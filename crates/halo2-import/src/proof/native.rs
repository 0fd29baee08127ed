//! halo2's own bytes, as `Blake2bWrite` writes them: points of 32 bytes.
//!
//! A point is x, little-endian, with two flags in the last byte: the parity of y, and the identity. Which bit
//! is which depends on the version of halo2curves. Decoders of that crate ignore some flags; here every point
//! has one encoding.

use super::length::Lengths;
use crate::{
    error::{ErrorKind, ImportError, Subject},
    field,
};
use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, Field, PrimeField};
use halo2_kzg_verifier::{TranscriptHash, VerifyingKey};

/// The bit of a point's last byte that is the parity of y; the other of the two is the identity's flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignBit {
    /// halo2curves 0.3.2 to 0.6.1 and halo2curves-axiom: PSE's halo2 0.3, halo2-axiom.
    Six,
    /// halo2curves up to 0.3.1 and from 0.7.0 on: PSE's halo2 0.4, zkonduit's fork.
    Seven,
}

impl SignBit {
    const BOTH: [SignBit; 2] = [SignBit::Six, SignBit::Seven];

    fn masks(self) -> (u8, u8) {
        match self {
            SignBit::Six => (0x40, 0x80),
            SignBit::Seven => (0x80, 0x40),
        }
    }
}

/// Reads what halo2's `Blake2bWrite` wrote.
///
/// * `sign_bit`: which of the two encodings; with `None` the points themselves tell.
///
/// # Errors
/// An [`ImportError`] about [`Subject::Proof`]: a length that is not the key's (it says what the bytes look like
/// instead), a key that is not for BLAKE2b, or a point or scalar that is not canonical or not on the curve.
pub fn proof_from_native(
    key: &VerifyingKey,
    bytes: &[u8],
    sign_bit: Option<SignBit>,
) -> Result<Vec<u8>, ImportError> {
    let lengths = Lengths::of(key);
    if lengths.native != bytes.len() as u64 {
        return Err(lengths.wrong(key, bytes, lengths.native, "halo2's native proof"));
    }
    if key.transcript_hash() != TranscriptHash::Blake2b {
        let problem = "the bytes have points of 32, as halo2's Blake2bWrite writes them, but the key is for Keccak";
        return Err(ImportError::new(Subject::Proof, ErrorKind::Mismatch, "", problem)
            .cure("Import the key for the transcript blake2b, or make the proof with snark-verifier's EvmTranscript."));
    }
    match sign_bit {
        Some(sign_bit) => convert(&lengths, bytes, sign_bit).map_err(Failure::error),
        None => either(&lengths, bytes),
    }
}

/// The encoding shows in the flags: an odd y has another flag in each.
fn either(lengths: &Lengths, bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    match SignBit::BOTH.map(|sign_bit| convert(lengths, bytes, sign_bit)) {
        [Ok(six), Ok(seven)] if six != seven => {
            let problem = "the points can be read with the sign in bit 6 and in bit 7";
            let error = ImportError::new(Subject::Proof, ErrorKind::Malformed, "", problem);
            Err(error.cure(
                "Say which it is: 6 for halo2-axiom and PSE's halo2 0.3, 7 for PSE's 0.4 and zkonduit's fork.",
            ))
        }
        [Ok(proof), _] | [_, Ok(proof)] => Ok(proof),
        // With the right bit more can be read.
        [Err(six), Err(seven)] if six.word >= seven.word => Err(six.error()),
        [_, Err(seven)] => Err(seven.error()),
    }
}

/// A word that is no scalar or point.
struct Failure {
    word: usize,
    kind: ErrorKind,
    problem: &'static str,
}

impl Failure {
    fn error(self) -> ImportError {
        let place = format!("bytes {}..{}", 32 * self.word, 32 * self.word + 32);
        ImportError::new(Subject::Proof, self.kind, place, self.problem)
    }
}

fn convert(lengths: &Lengths, bytes: &[u8], sign_bit: SignBit) -> Result<Vec<u8>, Failure> {
    let points = lengths.commitments as usize;
    let scalars = points + lengths.evaluations as usize;
    let mut proof = Vec::with_capacity(lengths.proof as usize);
    for (word, bytes) in bytes.as_chunks::<32>().0.iter().enumerate() {
        let result = if (points..scalars).contains(&word) {
            scalar(bytes).map(|scalar| proof.extend(scalar))
        } else {
            point(bytes, sign_bit).map(|point| proof.extend(point))
        };
        result.map_err(|(kind, problem)| Failure {
            word,
            kind,
            problem,
        })?;
    }
    Ok(proof)
}

type Problem = (ErrorKind, &'static str);

fn reversed(word: &[u8; 32]) -> [u8; 32] {
    let mut word = *word;
    word.reverse();
    word
}

fn scalar(word: &[u8; 32]) -> Result<[u8; 32], Problem> {
    let word = reversed(word);
    match field::from_be::<Fr>(&word) {
        Some(_) => Ok(word),
        None => Err((
            ErrorKind::NotCanonical,
            "the scalar, little-endian, is not below the scalar field's modulus",
        )),
    }
}

/// Decompresses a point.
fn point(word: &[u8; 32], sign_bit: SignBit) -> Result<[u8; 64], Problem> {
    let (sign, identity) = sign_bit.masks();
    let mut x = reversed(word);
    let flags = x[0] & (sign | identity);
    x[0] ^= flags;
    if flags & identity != 0 {
        return if flags == identity && x == [0; 32] {
            Ok([0; 64])
        } else {
            Err((
                ErrorKind::Malformed,
                "the point has the identity's flag and coordinates besides",
            ))
        };
    }
    let x = field::from_be::<Fq>(&x).ok_or((
        ErrorKind::NotCanonical,
        "the point's x is not below the base field's modulus",
    ))?;
    let not_on_curve = (ErrorKind::NotOnCurve, "no point of BN254 has this x");
    let mut y = (x.square() * x + Fq::from(3u64))
        .sqrt()
        .ok_or(not_on_curve)?;
    if y.into_bigint().is_odd() != (flags != 0) {
        y = -y;
    }
    let mut out = [0; 64];
    out[..32].copy_from_slice(&field::to_be(&x));
    out[32..].copy_from_slice(&field::to_be(&y));
    Ok(out)
}
