//! What an EVM runs on.

use std::sync::Arc;

use alloy_evm::revm::{
    DatabaseRef, bytecode::Bytecode, database_interface::DBErrorMarker, state::AccountInfo,
};
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256};

use alloy_rpc_types_eth::Header;

use crate::state::State;

/// How far back the `BLOCKHASH` opcode sees.
pub(crate) const MAX_HASHES: usize = 256;

/// A state together with the block hashes that the `BLOCKHASH` opcode can see: what an EVM runs
/// on.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The accounts.
    pub(crate) state: State,
    /// Hashes of consecutive blocks, the last being that of block `newest`.
    pub(crate) hashes: Arc<[B256]>,
    /// The number of the block before the one that executes.
    pub(crate) newest: u64,
}

impl View {
    /// What the block after `parent` runs on, if it is this state that `parent` left behind.
    pub(crate) fn after(self, parent: &Header) -> Self {
        let hashes = self.hashes.iter().copied().chain([parent.hash]);
        let skip = (self.hashes.len() + 1).saturating_sub(MAX_HASHES);
        Self {
            hashes: hashes.skip(skip).collect(),
            newest: parent.inner.number,
            state: self.state,
        }
    }

    /// The same block hashes over another state.
    pub(crate) fn with_state(self, state: State) -> Self {
        Self { state, ..self }
    }
}

/// The state misses something that it refers to: a fault of the node, never of a caller.
#[derive(Debug, thiserror::Error)]
#[error("no code with hash {0} in the state, though an account refers to it")]
pub(crate) struct MissingCode(B256);

impl DBErrorMarker for MissingCode {}

impl DatabaseRef for View {
    type Error = MissingCode;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, MissingCode> {
        let Some(account) = self.state.get(address) else {
            return Ok(None);
        };
        let code = self.code_by_hash_ref(account.code_hash)?;
        Ok(Some(AccountInfo::new(
            account.balance,
            account.nonce,
            account.code_hash,
            code,
        )))
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, MissingCode> {
        if hash == KECCAK256_EMPTY {
            return Ok(Bytecode::default());
        }
        self.state
            .code_by_hash(&hash)
            .cloned()
            .ok_or(MissingCode(hash))
    }

    fn storage_ref(&self, address: Address, index: U256) -> Result<U256, MissingCode> {
        Ok(self.state.slot(address, index))
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, MissingCode> {
        let age = self
            .newest
            .checked_sub(number)
            .and_then(|age| usize::try_from(age).ok());
        let hash = age.and_then(|age| self.hashes.iter().rev().nth(age));
        Ok(hash.copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blockhash_sees_the_parent_and_not_the_future() {
        let hashes = Arc::from(vec![B256::repeat_byte(1), B256::repeat_byte(2)]);
        let view = View {
            state: State::default(),
            hashes,
            newest: 9,
        };
        assert_eq!(view.block_hash_ref(9).unwrap(), B256::repeat_byte(2));
        assert_eq!(view.block_hash_ref(8).unwrap(), B256::repeat_byte(1));
        assert_eq!(view.block_hash_ref(7).unwrap(), B256::ZERO);
        assert_eq!(view.block_hash_ref(10).unwrap(), B256::ZERO);
    }
}
