//! The state of a witness, as revm reads it.

use crate::{Witness, trie};
use alloy_evm::revm::{
    Database, bytecode::Bytecode, context::DBErrorMarker, primitives::KECCAK_EMPTY,
    state::AccountInfo,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256, map::B256Map};
use core::fmt::Debug;

/// Preimages of keccak256.
pub trait Preimages: Debug {
    /// The node of a trie with this hash, in RLP.
    fn node(&self, hash: B256) -> Option<Bytes>;
    /// The code with this hash.
    fn code(&self, hash: B256) -> Option<Bytes>;
}

/// The witness is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// No node of the witness has this hash.
    #[error("the witness has no trie node with the hash {0}: it was left out or altered")]
    Node(B256),
    /// No code of the witness has this hash.
    #[error("the witness has no code with the hash {0}: it was left out or altered")]
    Code(B256),
    /// What has this hash is no node of a state trie.
    #[error("the preimage of {0} is no node of a state trie")]
    NotANode(B256),
    /// BLOCKHASH of a block other than the parent.
    #[error("the hash of block {0} is asked for, and the witness has that of the parent alone")]
    BlockHash(u64),
}

impl DBErrorMarker for WitnessError {}

/// A witness by hashes, which are computed and not believed.
#[derive(Debug)]
pub(crate) struct Known {
    nodes: B256Map<Bytes>,
    codes: B256Map<Bytes>,
}

impl Known {
    pub(crate) fn new(witness: &Witness) -> Self {
        let hashed = |bytes: &Bytes| (keccak256(bytes), bytes.clone());
        Self {
            nodes: witness.state.iter().map(hashed).collect(),
            codes: witness.codes.iter().map(hashed).collect(),
        }
    }
}

impl Preimages for Known {
    fn node(&self, hash: B256) -> Option<Bytes> {
        self.nodes.get(&hash).cloned()
    }

    fn code(&self, hash: B256) -> Option<Bytes> {
        self.codes.get(&hash).cloned()
    }
}

/// The state of a root. What cannot be looked up is an error, and never an empty account.
#[derive(Debug)]
pub(crate) struct WitnessDb<'a, P> {
    pub(crate) preimages: &'a P,
    pub(crate) state_root: B256,
    /// Number and hash of the block before.
    pub(crate) parent: (u64, B256),
}

impl<P: Preimages> Database for WitnessDb<'_, P> {
    type Error = WitnessError;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, WitnessError> {
        let account = trie::account(self.preimages, self.state_root, address)?;
        Ok(account.map(|account| AccountInfo {
            nonce: account.nonce,
            balance: account.balance,
            code_hash: account.code_hash,
            code: None, // asked for by its hash, when it is needed
            ..AccountInfo::default()
        }))
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, WitnessError> {
        if hash == KECCAK_EMPTY {
            return Ok(Bytecode::default());
        }
        let code = self.preimages.code(hash);
        let code = code.and_then(|code| Bytecode::new_raw_checked(code).ok());
        code.ok_or(WitnessError::Code(hash))
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, WitnessError> {
        match trie::account(self.preimages, self.state_root, address)? {
            Some(account) => trie::slot(self.preimages, account.storage_root, slot),
            None => Ok(U256::ZERO),
        }
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, WitnessError> {
        let (parent, hash) = self.parent;
        (number == parent)
            .then_some(hash)
            .ok_or(WitnessError::BlockHash(number))
    }
}
