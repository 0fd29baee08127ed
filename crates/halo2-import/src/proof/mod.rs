//! Proofs in the forms that provers write, to the form that the verifier takes: points of 64 bytes and
//! scalars of 32, big-endian, in the order of the proof; public inputs as 32-byte big-endian words, column
//! by column.

mod length;
mod native;

use crate::error::{ErrorKind, ImportError, Subject};
use crate::field;
use ark_bn254::Fr;
use halo2_kzg_verifier::{TranscriptHash, VerifyingKey};
use length::Lengths;
pub use native::{SignBit, proof_from_native};

/// A proof and its public inputs, as the verifier and the precompile take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The proof.
    pub proof: Vec<u8>,
    /// The public inputs: 32-byte big-endian words, column by column.
    pub public_inputs: Vec<u8>,
}

/// Reads what snark-verifier's `encode_calldata` writes for its contracts: the instances as 32-byte
/// big-endian words, column by column, then the proof; no function selector.
///
/// # Errors
/// An [`ImportError`] about [`Subject::Proof`] if the length is not that of the key, which says what the bytes
/// look like instead, or if the key's transcript is not Keccak; about [`Subject::PublicInputs`] if an instance is
/// not canonical. What the proof says is the verifier's business.
pub fn proof_from_evm_calldata(key: &VerifyingKey, calldata: &[u8]) -> Result<Proof, ImportError> {
    let lengths = Lengths::of(key);
    if lengths.calldata != calldata.len() as u64 {
        return Err(lengths.wrong(key, calldata, lengths.calldata, "snark-verifier's calldata"));
    }
    if key.transcript_hash() != TranscriptHash::Keccak256 {
        let problem = "the proof was made with the EVM transcript, which is Keccak, but the key is for BLAKE2b";
        return Err(
            ImportError::new(Subject::Proof, ErrorKind::Mismatch, "", problem).cure(
                "Import the key for the transcript keccak, or make the proof with Blake2bWrite.",
            ),
        );
    }
    let split = calldata.len().min(lengths.public_inputs as usize);
    let (public_inputs, proof) = calldata.split_at(split);
    check_words(public_inputs)?;
    Ok(Proof {
        proof: proof.to_vec(),
        public_inputs: public_inputs.to_vec(),
    })
}

/// Checks that a proof in the verifier's own form has the key's length. It is what snark-verifier's
/// `EvmTranscript` and PSE's `Keccak256Transcript` write.
///
/// # Errors
/// An [`ImportError`] about [`Subject::Proof`] that says what the bytes look like instead.
pub fn proof_bytes(key: &VerifyingKey, bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    let lengths = Lengths::of(key);
    if lengths.proof == bytes.len() as u64 {
        Ok(bytes.to_vec())
    } else {
        Err(lengths.wrong(key, bytes, lengths.proof, "the proof"))
    }
}

/// Public inputs from the values of each instance column, big-endian.
///
/// # Errors
/// An [`ImportError`] about [`Subject::PublicInputs`] if the columns are not as many, or not as long, as the
/// key's, or if a value is not below the scalar field's modulus.
pub fn public_inputs(
    key: &VerifyingKey,
    columns: &[Vec<[u8; 32]>],
) -> Result<Vec<u8>, ImportError> {
    let found: Vec<u32> = columns.iter().map(|column| column.len() as u32).collect();
    if found != key.instance_lengths() {
        let problem = format!(
            "instance columns of {found:?} values, but the key has {:?}",
            key.instance_lengths()
        );
        return Err(ImportError::new(
            Subject::PublicInputs,
            ErrorKind::Mismatch,
            "",
            problem,
        ));
    }
    let words = columns.concat().concat();
    check_words(&words)?;
    Ok(words)
}

/// Each word must be a canonical scalar.
fn check_words(words: &[u8]) -> Result<(), ImportError> {
    for (index, word) in words.as_chunks::<32>().0.iter().enumerate() {
        if field::from_be::<Fr>(word).is_none() {
            return Err(ImportError::new(
                Subject::PublicInputs,
                ErrorKind::NotCanonical,
                format!("word {index}"),
                "the number is not below the scalar field's modulus",
            )
            .cure("Give the words big-endian; the bytes that `to_repr` gives are little-endian."));
        }
    }
    Ok(())
}
