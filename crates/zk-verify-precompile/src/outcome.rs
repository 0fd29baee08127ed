//! How a call can end, for the EVM and for people.
//!
//! The chain sees only what [`Outcome::return_data`] gives and the gas; the reasons inside are for
//! traces, logs and the command line.

use crate::abi::IZKVerifier;
use alloc::{boxed::Box, vec::Vec};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolError;
use halo2_kzg_verifier::{KeyError, Rejection};
use thiserror::Error;

/// How a call ended, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it ended.
    pub outcome: Outcome,
    /// Gas used; the call's whole gas limit where it ran out.
    pub gas_used: u64,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The proof is valid: the call returns `true`.
    Valid,
    /// The proof or its public inputs are not valid: the call returns `false`.
    Invalid(Rejection),
    /// The call itself is wrong: it reverts with a typed error and keeps its remaining gas.
    Revert(Misuse),
    /// The call could not pay: it halts and loses all its gas.
    OutOfGas,
}

impl Outcome {
    /// What the caller gets: a 32-byte boolean, the encoded error, or nothing.
    pub fn return_data(&self) -> Vec<u8> {
        match self {
            Self::Valid => boolean(true),
            Self::Invalid(_) => boolean(false),
            Self::Revert(misuse) => misuse.abi_encode(),
            Self::OutOfGas => Vec::new(),
        }
    }

    /// Did the proof verify?
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid)
    }
}

fn boolean(value: bool) -> Vec<u8> {
    U256::from(u8::from(value)).to_be_bytes_vec()
}

/// A call that is wrong whatever the proof: the reason for a revert.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Misuse {
    /// DELEGATECALL or CALLCODE.
    #[error(
        "reached by DELEGATECALL or CALLCODE: call 0x11 directly, because the key is the caller's"
    )]
    DelegateCallNotAllowed,
    /// Value was sent.
    #[error("value was sent: the verifier takes none")]
    NonPayable,
    /// Unknown selector or non-canonical arguments.
    #[error(
        "malformed call: the input is not the canonical ABI encoding of verify or verifyWithKey"
    )]
    MalformedCall,
    /// The caller binds no key and the chain has no default.
    #[error("no verifying key: {caller} binds none and the chain has no default key")]
    NoVerifyingKey {
        /// The executing contract.
        caller: Address,
    },
    /// The account holds no key, or one that the chain does not accept.
    #[error("verifying key {key}: {reason}")]
    InvalidVerifyingKey {
        /// The key's address; of a slot with dirty high bits, its low 160 bits.
        key: Address,
        /// What is wrong with it. Not part of the revert data.
        reason: InvalidKey,
    },
}

impl Misuse {
    /// The revert data: selector and arguments of the interface's error.
    pub fn abi_encode(&self) -> Vec<u8> {
        match *self {
            Self::DelegateCallNotAllowed => IZKVerifier::DelegateCallNotAllowed {}.abi_encode(),
            Self::NonPayable => IZKVerifier::NonPayable {}.abi_encode(),
            Self::MalformedCall => IZKVerifier::MalformedCall {}.abi_encode(),
            Self::NoVerifyingKey { caller } => IZKVerifier::NoVerifyingKey { caller }.abi_encode(),
            Self::InvalidVerifyingKey { key, .. } => {
                IZKVerifier::InvalidVerifyingKey { key }.abi_encode()
            }
        }
    }
}

/// What is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidKey {
    /// The caller's slot holds more than an address.
    #[error("the caller's key slot holds {0:#x}, whose high 96 bits are not zero")]
    NotAnAddress(U256),
    /// The account has no code.
    #[error("the account has no code")]
    NoCode,
    /// The code is an EIP-7702 delegation, which is not followed.
    #[error("the account's code is an EIP-7702 delegation, which is not followed")]
    Delegation,
    /// The code is longer than any key may be.
    #[error("the account's code has {actual} bytes, a key has {limit} at most")]
    TooLong {
        /// Bytes of code.
        actual: u64,
        /// [`MAX_KEY_LENGTH`](crate::MAX_KEY_LENGTH).
        limit: u64,
    },
    /// The code is not the canonical encoding of a key.
    #[error("the account's code is not a verifying key: {0}")]
    Malformed(Box<KeyError>),
    /// The key was made under a trusted setup that the chain does not accept.
    #[error("its trusted setup ([s]G2) is not among those that this chain accepts")]
    SetupNotAccepted,
}
