//! How long a key's proofs are in each form, and what bytes of another length may be.

use crate::error::{ErrorKind, ImportError, Subject};
use crate::field;
use ark_bn254::G1Affine;
use halo2_kzg_verifier::{Opening, TranscriptHash, VerifyingKey};

/// Where an encoded key has its features, and the bit that says GWC (spec, section 9.1).
const FEATURES: usize = 3;
const GWC: u8 = 1;

/// Bytes of everything that belongs to a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    /// Points before the evaluations; those of the opening stand after them.
    pub(super) commitments: u64,
    pub(super) evaluations: u64,
    /// The proof, as the verifier takes it.
    pub(super) proof: u64,
    /// The proof with compressed points.
    pub(super) native: u64,
    pub(super) public_inputs: u64,
    pub(super) calldata: u64,
}

impl Lengths {
    pub(super) fn of(key: &VerifyingKey) -> Self {
        let points = u64::from(key.num_proof_points());
        let evaluations = u64::from(key.num_evaluations());
        let (proof, public_inputs) = (key.proof_length(), key.public_inputs_length());
        Lengths {
            commitments: points - u64::from(key.num_opening_points()),
            evaluations,
            proof,
            native: 32 * (points + evaluations),
            public_inputs,
            calldata: public_inputs + proof,
        }
    }

    /// The error about bytes that are not of the length `expected`.
    pub(super) fn wrong(
        &self,
        key: &VerifyingKey,
        bytes: &[u8],
        expected: u64,
        what: &str,
    ) -> ImportError {
        let length = bytes.len() as u64;
        let kind = if length < expected {
            ErrorKind::Truncated
        } else {
            ErrorKind::TrailingBytes
        };
        let problem = format!("{length} bytes, but {what} of this key has {expected}");
        let error = ImportError::new(Subject::Proof, kind, "length", problem);
        match self.looks_like(key, bytes) {
            Some(hint) => error.cure(hint),
            None => error,
        }
    }

    /// What the bytes are instead, and what to do with them.
    fn looks_like(&self, key: &VerifyingKey, bytes: &[u8]) -> Option<String> {
        let length = bytes.len() as u64;
        let name = match key.opening() {
            Opening::Shplonk => "GWC",
            Opening::Gwc => "SHPLONK",
        };
        // The first commitment tells forms of one length apart.
        let is = |lengths: &Self| {
            lengths.native == length
                || lengths.proof == length && point_at(bytes, 0)
                || lengths.calldata == length && point_at(bytes, lengths.public_inputs)
        };
        let hint = if is_text(bytes) {
            "It looks like text: give the bytes themselves.".to_owned()
        } else if with_other_opening(key).is_some_and(|other| is(&Self::of(&other))) {
            format!(
                "It looks like a proof with the opening {name}: import the key for that opening."
            )
        } else if is(self) {
            self.other_form(key, length).to_owned()
        } else if length % 32 == 4 && length > self.proof {
            let selector = bytes.get(..4).map(hex::encode).unwrap_or_default();
            format!(
                "It looks like the ABI-encoded call of a function, with selector 0x{selector}: give the bytes of \
                 its proof alone."
            )
        } else {
            return None;
        };
        Some(hint)
    }

    /// The right proof, but another of its forms.
    fn other_form(&self, key: &VerifyingKey, length: u64) -> &'static str {
        if length == self.proof {
            "It looks like a proof alone, with points of 64 bytes, as EvmTranscript writes it: import it as such."
        } else if length == self.calldata {
            "It looks like snark-verifier's calldata, the instances before the proof: import it as such."
        } else if key.transcript_hash() == TranscriptHash::Blake2b {
            "It looks like halo2's native bytes, with points of 32: import it as such. If it is a proof in short \
             form, lengthen it."
        } else {
            "It looks like halo2's native bytes, made with Blake2bWrite, but the key is for Keccak: import the \
             key for BLAKE2b. If it is a proof in short form, lengthen it."
        }
    }
}

/// Is there a point of 64 bytes at this offset?
fn point_at(bytes: &[u8], offset: u64) -> bool {
    let rest = bytes.get(offset as usize..).unwrap_or_default();
    let ([x, y, ..], _) = rest.as_chunks::<32>() else {
        return false;
    };
    field::g1(field::from_be(x), field::from_be(y)).is_ok_and(|point| point != G1Affine::identity())
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes
            .iter()
            .all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
}

/// The key of the same circuit with the other opening.
fn with_other_opening(key: &VerifyingKey) -> Option<VerifyingKey> {
    let mut encoding = key.encode();
    *encoding.get_mut(FEATURES)? ^= GWC;
    let other = VerifyingKey::decode(&encoding).ok()?;
    (other.opening() != key.opening()).then_some(other)
}
