//! The state that a host's EVM runs on: accounts in memory, with a record of what is read.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};
use zk_verify_precompile::KEY_SLOT;

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Transactions sent, or for a contract 1.
    pub nonce: u64,
    /// In wei.
    pub balance: U256,
    /// Empty for an account without code.
    pub code: Bytes,
    /// Slots that are not zero.
    pub storage: BTreeMap<U256, U256>,
}

impl Account {
    /// keccak256 of the code.
    pub fn code_hash(&self) -> B256 {
        keccak256(&self.code)
    }
}

/// One read of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbRead {
    /// An account's nonce, balance and code hash.
    Account(Address),
    /// Code, by its hash.
    Code(B256),
    /// A slot.
    Storage(Address, U256),
}

/// A read that failed, because a scenario wants to see what the host makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadFailed;

impl fmt::Display for ReadFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is on fire")
    }
}

impl std::error::Error for ReadFailed {}

/// Accounts in memory. Like a node's database it gives code by its hash, and every read may fail.
#[derive(Debug, Default)]
pub struct State {
    accounts: BTreeMap<Address, Account>,
    fails_at: Option<DbRead>,
    reads: Mutex<Vec<DbRead>>,
}

impl Clone for State {
    /// The same accounts, and no reads yet.
    fn clone(&self) -> Self {
        Self {
            accounts: self.accounts.clone(),
            fails_at: self.fails_at,
            reads: Mutex::default(),
        }
    }
}

impl State {
    /// No accounts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `account` this code and the nonce of a contract.
    #[must_use]
    pub fn with_code(mut self, account: Address, code: &[u8]) -> Self {
        let account = self.accounts.entry(account).or_default();
        account.nonce = 1;
        account.code = Bytes::copy_from_slice(code);
        self
    }

    /// Sets a slot of `account`.
    #[must_use]
    pub fn with_storage(mut self, account: Address, slot: U256, value: U256) -> Self {
        let account = self.accounts.entry(account).or_default();
        account.storage.insert(slot, value);
        self
    }

    /// Binds `key` as the verifying key of `account`.
    #[must_use]
    pub fn with_bound_key(self, account: Address, key: Address) -> Self {
        let word = U256::from_be_bytes(key.into_word().0);
        self.with_storage(account, KEY_SLOT.into(), word)
    }

    /// Gives `account` a balance, in wei.
    #[must_use]
    pub fn with_balance(mut self, account: Address, balance: U256) -> Self {
        self.accounts.entry(account).or_default().balance = balance;
        self
    }

    /// Lets this read fail.
    #[must_use]
    pub fn failing_at(mut self, read: DbRead) -> Self {
        self.fails_at = Some(read);
        self
    }

    /// An account as it stands, without a record.
    pub fn get(&self, address: Address) -> Option<&Account> {
        self.accounts.get(&address)
    }

    /// What was read so far, in order.
    pub fn reads(&self) -> Vec<DbRead> {
        self.lock().clone()
    }

    /// Writes what a transaction changed.
    pub fn apply(&mut self, changes: &[(Address, Account)]) {
        for (address, changed) in changes {
            let account = self.accounts.entry(*address).or_default();
            account.nonce = changed.nonce;
            account.balance = changed.balance;
            account.code = changed.code.clone();
            for (slot, value) in &changed.storage {
                account.storage.insert(*slot, *value);
            }
        }
    }

    /// Reads an account; the host asks for its code by the hash.
    ///
    /// # Errors
    /// The scenario wants this read to fail.
    pub fn account(&self, address: Address) -> Result<Option<&Account>, ReadFailed> {
        self.record(DbRead::Account(address))?;
        Ok(self.accounts.get(&address))
    }

    /// Reads code by its hash; empty if no account has such code.
    ///
    /// # Errors
    /// The scenario wants this read to fail.
    pub fn code_by_hash(&self, hash: B256) -> Result<Bytes, ReadFailed> {
        self.record(DbRead::Code(hash))?;
        let mut accounts = self.accounts.values();
        let account = accounts.find(|account| account.code_hash() == hash);
        Ok(account.map_or_else(Bytes::new, |account| account.code.clone()))
    }

    /// Reads a slot.
    ///
    /// # Errors
    /// The scenario wants this read to fail.
    pub fn storage(&self, address: Address, slot: U256) -> Result<U256, ReadFailed> {
        self.record(DbRead::Storage(address, slot))?;
        let account = self.accounts.get(&address);
        Ok(account
            .and_then(|account| account.storage.get(&slot))
            .copied()
            .unwrap_or_default())
    }

    fn record(&self, read: DbRead) -> Result<(), ReadFailed> {
        self.lock().push(read);
        if self.fails_at == Some(read) {
            return Err(ReadFailed);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<DbRead>> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
