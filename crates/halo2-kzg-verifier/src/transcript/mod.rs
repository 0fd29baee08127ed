//! The Fiat–Shamir transcript together with the strict reader of the proof (spec, sections 6.1,
//! 6.2 and 9.3).

mod blake2b;
mod keccak256;

use crate::{
    challenge::Challenge,
    circuit::dialect::TranscriptHash,
    field::{WORD_BYTES, canonical, to_word},
    point_encoding::{PointEncoding, finite, to_long},
    protocol::reader::ProofReader,
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine};
use ark_ff::AdditiveGroup;
use blake2b::Blake2bTranscript;
use keccak256::Keccak256Transcript;

/// Reads a proof and derives the challenges from everything read so far.
pub(crate) struct Transcript<'a> {
    proof: &'a [u8],
    encoding: PointEncoding,
    /// Where the next message begins.
    position: usize,
    /// Bytes of the proof that are in the hash already.
    absorbed: usize,
    seal: Seal,
    /// What the bytes from `absorbed` to `position` are.
    pending: Kind,
    hash: Hash,
    /// Every point read, in proof order.
    points: Vec<G1Affine>,
    /// Every evaluation read, in proof order.
    evaluations: Vec<Fr>,
}

/// Kinds of messages.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Points,
    Scalars,
}

enum Hash {
    Keccak256(Keccak256Transcript),
    Blake2b(Blake2bTranscript),
    Drawn(Drawn),
}

/// Challenges that were drawn before the proof is read.
struct Drawn {
    rest: alloc::vec::IntoIter<Fr>,
    /// Whether more were asked for than were drawn, which a fault of this program alone could cause.
    ran_out: bool,
}

impl Drawn {
    fn next(&mut self) -> Fr {
        let next = self.rest.next();
        self.ran_out |= next.is_none();
        next.unwrap_or_default()
    }
}

impl Hash {
    fn new(kind: TranscriptHash) -> Self {
        match kind {
            TranscriptHash::Keccak256 => Hash::Keccak256(Keccak256Transcript::new()),
            TranscriptHash::Blake2b => Hash::Blake2b(Blake2bTranscript::new()),
        }
    }

    /// Absorbs messages of one kind.
    fn absorb(&mut self, kind: Kind, bytes: &[u8]) {
        match (self, kind) {
            (Hash::Keccak256(hash), _) => hash.absorb(bytes),
            (Hash::Blake2b(hash), Kind::Points) => hash.absorb_points(bytes),
            (Hash::Blake2b(hash), Kind::Scalars) => hash.absorb_scalars(bytes),
            (Hash::Drawn(_), _) => {}
        }
    }

    fn squeeze(&mut self) -> Fr {
        match self {
            Hash::Keccak256(hash) => hash.squeeze(),
            Hash::Blake2b(hash) => hash.squeeze(),
            Hash::Drawn(drawn) => drawn.next(),
        }
    }
}

/// Everything that a proof contains, in its order.
pub(crate) struct ProofContent {
    pub(crate) points: Vec<G1Affine>,
    pub(crate) evaluations: Vec<Fr>,
    pub(crate) seal: Seal,
}

/// What a transcript ends with. Together with the bytes of the proof after it, it stands for the whole proof, its public
/// inputs and the key's digest: two with the same seal would be a collision of the transcript's hash modulo r.
pub(crate) struct Seal {
    /// The last challenge, a hash of everything before it.
    pub(crate) challenge: Fr,
    /// Bytes of the proof before it. After it comes W' under SHPLONK without an accumulator, and nothing otherwise.
    pub(crate) read: usize,
}

impl<'a> Transcript<'a> {
    /// Begins with the key's digest and the public inputs.
    pub(crate) fn new(
        kind: TranscriptHash,
        digest: Fr,
        public_inputs: &[u8],
        (proof, encoding): (&'a [u8], PointEncoding),
    ) -> Self {
        let mut hash = Hash::new(kind);
        hash.absorb(Kind::Scalars, &to_word(&digest));
        hash.absorb(Kind::Scalars, public_inputs);
        Self::over(hash, (proof, encoding))
    }

    /// With the challenges drawn already.
    pub(crate) fn with_challenges(challenges: Vec<Fr>, proof: (&'a [u8], PointEncoding)) -> Self {
        let drawn = Drawn {
            rest: challenges.into_iter(),
            ran_out: false,
        };
        Self::over(Hash::Drawn(drawn), proof)
    }

    fn over(hash: Hash, (proof, encoding): (&'a [u8], PointEncoding)) -> Self {
        let most_points = proof.len().checked_div(encoding.num_bytes());
        Transcript {
            proof,
            encoding,
            position: 0,
            absorbed: 0,
            seal: Seal {
                challenge: Fr::ZERO,
                read: 0,
            },
            pending: Kind::Points,
            hash,
            points: Vec::with_capacity(most_points.unwrap_or_default()),
            evaluations: Vec::with_capacity(proof.len() / WORD_BYTES),
        }
    }

    /// Absorbs what was read and is not in the hash yet.
    fn flush(&mut self) {
        let read = self.proof.get(self.absorbed..self.position);
        self.hash.absorb(self.pending, read.unwrap_or_default());
        self.absorbed = self.position;
    }

    /// The next bytes. The proof's length was checked against the same sizes, so there are as many.
    fn take(&mut self, kind: Kind, length: usize) -> Result<&'a [u8], Rejection> {
        if self.pending != kind {
            self.flush();
            self.pending = kind;
        }
        let end = self.position.saturating_add(length);
        let taken = self.proof.get(self.position..end);
        self.position = end;
        taken.ok_or(Rejection::InconsistentKey)
    }

    /// A point of the curve, or the identity.
    fn any_point(&mut self) -> Result<G1Affine, Rejection> {
        let position = self.num_points();
        let bytes = self.take(Kind::Points, self.encoding.num_bytes())?;
        let point = self.encoding.read(bytes, position)?;
        if let PointEncoding::Short(_) = self.encoding {
            // Both forms have one transcript: what it absorbs does not stand in this proof.
            self.hash.absorb(Kind::Points, &to_long(&point));
            self.absorbed = self.position;
        }
        Ok(point)
    }

    fn num_points(&self) -> u32 {
        u32::try_from(self.points.len()).unwrap_or(u32::MAX)
    }

    /// What was read, if it is the whole proof.
    pub(crate) fn finish(self) -> Result<ProofContent, Rejection> {
        let ran_out = matches!(&self.hash, Hash::Drawn(Drawn { ran_out: true, .. }));
        debug_assert_eq!(self.position, self.proof.len());
        if self.position != self.proof.len() || ran_out {
            return Err(Rejection::InconsistentKey);
        }
        Ok(ProofContent {
            points: self.points,
            evaluations: self.evaluations,
            seal: self.seal,
        })
    }
}

impl ProofReader for Transcript<'_> {
    /// Points are kept in order; nothing else is needed of them before the opening.
    type Point = ();
    type Evaluation = Fr;
    type Challenge<Name> = Challenge<Name>;
    type Error = Rejection;

    /// Reads a point: canonical, finite and on the curve.
    fn point(&mut self) -> Result<(), Rejection> {
        let position = self.num_points();
        let point = self.any_point()?;
        finite(&point, position)?;
        self.points.push(point);
        Ok(())
    }

    fn point_or_identity(&mut self) -> Result<(), Rejection> {
        let point = self.any_point()?;
        self.points.push(point);
        Ok(())
    }

    /// Reads an evaluation: a canonical scalar.
    fn evaluation(&mut self) -> Result<Fr, Rejection> {
        let index = u32::try_from(self.evaluations.len()).unwrap_or(u32::MAX);
        let word = self.take(Kind::Scalars, WORD_BYTES)?;
        let value = canonical(word).ok_or(Rejection::EvaluationNotCanonical { index })?;
        self.evaluations.push(value);
        Ok(value)
    }

    fn squeeze<Name>(&mut self) -> Challenge<Name> {
        self.flush();
        let drawn = self.hash.squeeze();
        self.seal = Seal {
            challenge: drawn,
            read: self.position,
        };
        #[cfg(test)]
        let drawn = crate::degenerate_challenges::chosen_or::<Name>(drawn);
        Challenge::new(drawn)
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
    use sha3::{Digest, Keccak256};

    #[test]
    fn a_second_squeeze_hashes_with_a_suffix() {
        let digest = Fr::from(1u64);
        let empty = (&[][..], PointEncoding::Long);
        let mut transcript = Transcript::new(TranscriptHash::Keccak256, digest, &[], empty);
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
