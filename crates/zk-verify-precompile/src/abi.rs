//! What the chain sees at 0x11: two functions and five errors.
//!
//! Solidity's ABI allows many encodings of one value; this decoder takes exactly one of them, the one
//! that `abi.encodeCall` writes, so two clients cannot disagree on what a call means:
//!
//! | bytes | `verify` | `verifyWithKey` |
//! |---|---|---|
//! | 4 | `f7e83aee` | `ccf7fca8` |
//! | 32 | – | the key's address, the high 96 bits zero |
//! | 32 | offset of `proof`: 64 | 96 |
//! | 32 | offset of `public_inputs`: the next multiple of 32 after the proof | the same |
//! | 32 + n | length of `proof`, its bytes, zeros up to a multiple of 32 | the same |
//! | 32 + n | length of `public_inputs`, its bytes, zeros up to a multiple of 32 | the same |
//!
//! and nothing after it. A call has 4 bytes and a multiple of 32, 132 at least, which no input of an
//! EIP-2537 precompile has ([`BaseInputs`](crate::BaseInputs)).

use alloy_primitives::Address;
use alloy_sol_types::{SolCall, sol};

sol! {
    /// The interface of the precompile.
    #[derive(Debug, PartialEq, Eq)]
    interface IZKVerifier {
        /// `verify` was called by a contract that binds no key, on a chain without a default key.
        error NoVerifyingKey(address caller);
        /// The account holds no key that this chain accepts.
        error InvalidVerifyingKey(address key);
        /// Reached by DELEGATECALL or CALLCODE, where the caller is not the executing contract.
        error DelegateCallNotAllowed();
        /// Value was sent.
        error NonPayable();
        /// Unknown selector, or arguments that are not in the canonical encoding.
        error MalformedCall();

        /// Is the proof valid under the key that the caller bound, or else the chain's default key?
        function verify(bytes proof, bytes public_inputs) external view returns (bool);
        /// Is the proof valid under the key that is the code of `key`?
        function verifyWithKey(address key, bytes proof, bytes public_inputs) external view returns (bool);
    }
}

/// A decoded call; the bytes are slices of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The key that `verifyWithKey` names; `None` for `verify`, where the caller's binding decides.
    pub key: Option<Address>,
    /// The proof's bytes.
    pub proof: &'a [u8],
    /// The public inputs, 32-byte big-endian words if they are valid.
    pub public_inputs: &'a [u8],
}

impl<'a> Request<'a> {
    /// Decodes the input of a call. `None` unless it is the canonical encoding of one of the two
    /// functions, to the last byte.
    pub fn decode(input: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(input);
        let (key, head_length) = match *reader.take::<4>()? {
            IZKVerifier::verifyCall::SELECTOR => (None, 64),
            IZKVerifier::verifyWithKeyCall::SELECTOR => (Some(reader.address()?), 96),
            _ => return None,
        };
        let proof_offset = reader.number()?;
        let public_inputs_offset = reader.number()?;
        let proof = reader.bytes()?;
        let public_inputs = reader.bytes()?;
        let expected = padded_length(proof)?
            .checked_add(head_length)?
            .checked_add(32)?;
        let canonical =
            proof_offset == head_length && public_inputs_offset == expected && reader.0.is_empty();
        canonical.then_some(Self {
            key,
            proof,
            public_inputs,
        })
    }

    /// The canonical encoding of this call.
    pub fn encode(&self) -> alloc::vec::Vec<u8> {
        let (proof, public_inputs) = (
            self.proof.to_vec().into(),
            self.public_inputs.to_vec().into(),
        );
        match self.key {
            None => IZKVerifier::verifyCall {
                proof,
                public_inputs,
            }
            .abi_encode(),
            Some(key) => IZKVerifier::verifyWithKeyCall {
                key,
                proof,
                public_inputs,
            }
            .abi_encode(),
        }
    }
}

/// Length in bytes with the padding to a multiple of 32.
fn padded_length(bytes: &[u8]) -> Option<u64> {
    (bytes.len() as u64).checked_next_multiple_of(32)
}

/// Reads the input from front to back; every method fails where the input does not go on as expected.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }

    /// A word that holds a number below 2^64; none larger occurs in an input that fits in memory.
    fn number(&mut self) -> Option<u64> {
        let zeros = self.take::<24>()?;
        let value = u64::from_be_bytes(*self.take()?);
        is_zero(zeros).then_some(value)
    }

    /// A word that holds an address: the high 96 bits are zero.
    fn address(&mut self) -> Option<Address> {
        let zeros = self.take::<12>()?;
        let address = Address::from(*self.take::<20>()?);
        is_zero(zeros).then_some(address)
    }

    /// A length word, as many bytes, and zeros up to a multiple of 32.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        let padding = length.checked_next_multiple_of(32)?.checked_sub(length)?;
        let (zeros, rest) = rest.split_at_checked(padding)?;
        self.0 = rest;
        is_zero(zeros).then_some(bytes)
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};
    use alloy_primitives::{address, hex};

    const KEY: Address = address!("00000000000000000000000000000000000000aa");

    fn requests() -> Vec<(Option<Address>, Vec<u8>, Vec<u8>)> {
        let mut requests = Vec::new();
        for key in [None, Some(KEY)] {
            for proof in [0, 1, 31, 32, 33, 64, 2_049] {
                for inputs in [0, 1, 32, 63, 96] {
                    requests.push((key, vec![0xab; proof], vec![0xcd; inputs]));
                }
            }
        }
        requests
    }

    #[test]
    fn selectors_are_those_of_the_signatures() {
        assert_eq!(IZKVerifier::verifyCall::SELECTOR, hex!("f7e83aee"));
        assert_eq!(IZKVerifier::verifyWithKeyCall::SELECTOR, hex!("ccf7fca8"));
    }

    #[test]
    fn decodes_what_the_abi_encodes_and_points_into_the_input() {
        for (key, proof, public_inputs) in requests() {
            let request = Request {
                key,
                proof: &proof,
                public_inputs: &public_inputs,
            };
            let encoded = request.encode();
            let decoded = Request::decode(&encoded).unwrap();
            assert_eq!(decoded, request);
            assert!(proof.is_empty() || encoded.as_ptr_range().contains(&decoded.proof.as_ptr()));
        }
    }

    #[test]
    fn a_call_has_4_bytes_and_a_multiple_of_32_and_132_at_least() {
        for (key, proof, public_inputs) in requests() {
            let request = Request {
                key,
                proof: &proof,
                public_inputs: &public_inputs,
            };
            let length = request.encode().len();
            assert!(length >= 132 && length % 32 == 4, "{length}");
        }
    }

    #[test]
    fn refuses_every_truncation_and_every_byte_appended() {
        for key in [None, Some(KEY)] {
            let encoded = Request {
                key,
                proof: &[7; 70],
                public_inputs: &[9; 40],
            }
            .encode();
            for length in 0..encoded.len() {
                assert_eq!(Request::decode(&encoded[..length]), None, "{length} bytes");
            }
            for more in [1, 31, 32, 64] {
                let longer = [&encoded[..], &vec![0; more]].concat();
                assert_eq!(Request::decode(&longer), None, "{more} bytes appended");
            }
        }
    }

    #[test]
    fn every_changed_byte_is_refused_or_changes_an_argument() {
        for key in [None, Some(KEY)] {
            let (proof, public_inputs) = (vec![7; 70], vec![9; 40]);
            let request = Request {
                key,
                proof: &proof,
                public_inputs: &public_inputs,
            };
            let encoded = request.encode();
            for position in 0..encoded.len() {
                for change in [1u8, 0x20, 0x80, 0xff] {
                    let mut changed = encoded.clone();
                    changed[position] ^= change;
                    if let Some(other) = Request::decode(&changed) {
                        assert_ne!(other, request, "byte {position} ^ {change:#x}");
                        assert_eq!(other.encode(), changed, "byte {position} ^ {change:#x}");
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_overlapping_and_swapped_arguments() {
        let encoded = Request {
            key: None,
            proof: &[],
            public_inputs: &[],
        }
        .encode();
        // Both offsets at the same empty bytes: a laxer decoder would take it.
        let mut shared = encoded.clone();
        shared[4 + 63] = 64;
        shared.truncate(4 + 96);
        assert_eq!(Request::decode(&shared), None);
        let mut swapped = encoded;
        (swapped[4 + 31], swapped[4 + 63]) = (swapped[4 + 63], swapped[4 + 31]);
        assert_eq!(Request::decode(&swapped), None);
    }

    #[test]
    fn refuses_lengths_and_offsets_beyond_any_memory() {
        let encoded = Request {
            key: None,
            proof: &[7; 70],
            public_inputs: &[9; 40],
        }
        .encode();
        for word in [0, 1, 2] {
            let mut changed = encoded.clone();
            changed[4 + 32 * word..4 + 32 * (word + 1)].fill(0xff);
            assert_eq!(Request::decode(&changed), None, "word {word}, 2^256 - 1");
            changed[4 + 32 * word..4 + 32 * word + 24].fill(0);
            assert_eq!(Request::decode(&changed), None, "word {word}, 2^64 - 1");
        }
    }
}
