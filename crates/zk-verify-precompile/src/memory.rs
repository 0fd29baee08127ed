//! A state in memory: for tests, and for calls outside a chain (`zkml precompile-call`).

use crate::{Journal, LoadError, Loaded};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use alloy_primitives::{Address, Bytes, U256};
use core::convert::Infallible;

/// One read, as [`MemoryJournal`] records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// A slot of an account.
    Storage(Address, U256),
    /// An account and its code.
    Code(Address),
}

/// Accounts in memory, with the warm set of one transaction and a record of what was read.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    code: BTreeMap<Address, Bytes>,
    storage: BTreeMap<(Address, U256), U256>,
    warm: BTreeSet<Read>,
    reads: Vec<Read>,
}

impl MemoryJournal {
    /// An empty state in which everything is cold.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `account` the code `code`.
    #[must_use]
    pub fn with_code(mut self, account: Address, code: impl Into<Bytes>) -> Self {
        self.code.insert(account, code.into());
        self
    }

    /// Sets the slot `slot` of `account`.
    #[must_use]
    pub fn with_storage(mut self, account: Address, slot: impl Into<U256>, value: U256) -> Self {
        self.storage.insert((account, slot.into()), value);
        self
    }

    /// Binds `key` as the verifying key of `account`: what the contract itself would write into
    /// [`KEY_SLOT`](crate::KEY_SLOT).
    #[must_use]
    pub fn with_bound_key(self, account: Address, key: Address) -> Self {
        self.with_storage(
            account,
            crate::KEY_SLOT,
            U256::from_be_bytes(key.into_word().0),
        )
    }

    /// Everything read since the beginning, in order. Reads skipped as too expensive are not in it.
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    fn touch<E>(&mut self, read: Read, skip_cold: bool) -> Result<bool, LoadError<E>> {
        let is_cold = !self.warm.contains(&read);
        if is_cold && skip_cold {
            return Err(LoadError::ColdLoadSkipped);
        }
        self.warm.insert(read);
        self.reads.push(read);
        Ok(is_cold)
    }
}

impl Journal for MemoryJournal {
    type Error = Infallible;

    fn storage(
        &mut self,
        account: Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<Infallible>> {
        let is_cold = self.touch(Read::Storage(account, slot), skip_cold)?;
        let value = self
            .storage
            .get(&(account, slot))
            .copied()
            .unwrap_or_default();
        Ok(Loaded { value, is_cold })
    }

    fn code(
        &mut self,
        account: Address,
        skip_cold: bool,
    ) -> Result<Loaded<Bytes>, LoadError<Infallible>> {
        let is_cold = self.touch(Read::Code(account), skip_cold)?;
        let value = self.code.get(&account).cloned().unwrap_or_default();
        Ok(Loaded { value, is_cold })
    }
}
