//! The world state, in persistent (structure-sharing) maps.
//!
//! A clone is a few pointers, and a block that touches `t` of `n` accounts adds about `t · log n`
//! small nodes. So every block keeps the state that it started from, and calls, traces and
//! balances at any past block are exact without replaying the chain.
//!
//! The maps are ordered by hashed key, which is the order of the Merkle–Patricia trie (Yellow
//! Paper, appendix D), so that roots are computed by one walk.

use alloy_evm::revm::{bytecode::Bytecode, state::EvmState};
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};
use alloy_trie::{
    EMPTY_ROOT_HASH, TrieAccount,
    root::{state_root, storage_root},
};
use rpds::RedBlackTreeMapSync;

/// One storage slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// What the contract calls it; the trie knows only its hash.
    pub(crate) index: U256,
    pub(crate) value: U256,
}

/// Slots by the hash of their index; zero values are absent.
type Storage = RedBlackTreeMapSync<B256, Slot>;

/// One account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The trie knows only its hash.
    pub(crate) address: Address,
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
    pub(crate) code_hash: B256,
    pub(crate) storage: Storage,
    pub(crate) storage_root: B256,
}

impl Account {
    pub(crate) fn new(address: Address) -> Self {
        Self {
            address,
            nonce: 0,
            balance: U256::ZERO,
            code_hash: KECCAK256_EMPTY,
            storage: Storage::new_sync(),
            storage_root: EMPTY_ROOT_HASH,
        }
    }

    /// What the state trie holds of it.
    pub(crate) fn leaf(&self) -> TrieAccount {
        TrieAccount::new(self.nonce, self.balance, self.storage_root, self.code_hash)
    }

    /// Empty in the sense of EIP-161.
    fn is_empty(&self) -> bool {
        self.nonce == 0 && self.balance.is_zero() && self.code_hash == KECCAK256_EMPTY
    }

    fn set_slot(&mut self, index: U256, value: U256) {
        let key = keccak256(index.to_be_bytes::<32>());
        if value.is_zero() {
            self.storage.remove_mut(&key);
        } else {
            self.storage.insert_mut(key, Slot { index, value });
        }
    }

    fn seal_storage(&mut self) {
        self.storage_root = if self.storage.is_empty() {
            EMPTY_ROOT_HASH
        } else {
            storage_root(self.storage.iter().map(|(key, slot)| (*key, slot.value)))
        };
    }
}

/// All accounts, their storage and their code.
#[derive(Clone, Debug)]
pub(crate) struct State {
    accounts: RedBlackTreeMapSync<B256, Account>,
    /// Code by its hash. Code is never removed: it is content-addressed, and older blocks may
    /// still run it.
    codes: RedBlackTreeMapSync<B256, Bytecode>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: RedBlackTreeMapSync::new_sync(),
            codes: RedBlackTreeMapSync::new_sync(),
        }
    }
}

impl State {
    /// The account; `None` if there is none.
    pub(crate) fn get(&self, address: Address) -> Option<&Account> {
        self.accounts.get(&keccak256(address))
    }

    fn update(&mut self, address: Address, change: impl FnOnce(&mut Account)) {
        let key = keccak256(address);
        let old = self.accounts.get(&key).cloned();
        let mut account = old.unwrap_or_else(|| Account::new(address));
        change(&mut account);
        if account.is_empty() && account.storage.is_empty() {
            self.accounts.remove_mut(&key);
        } else {
            self.accounts.insert_mut(key, account);
        }
    }

    /// The account's nonce; 0 if there is no such account.
    pub(crate) fn nonce(&self, address: Address) -> u64 {
        self.get(address).map_or(0, |account| account.nonce)
    }

    /// The account's balance in wei; 0 if there is no such account.
    pub(crate) fn balance(&self, address: Address) -> U256 {
        self.get(address)
            .map_or(U256::ZERO, |account| account.balance)
    }

    /// The account's code as it was deployed; empty if there is none.
    pub(crate) fn code(&self, address: Address) -> Bytes {
        self.get(address)
            .and_then(|account| self.codes.get(&account.code_hash))
            .map(Bytecode::original_bytes)
            .unwrap_or_default()
    }

    /// The value of one slot; 0 if it was never written.
    pub(crate) fn slot(&self, address: Address, index: U256) -> U256 {
        self.get(address)
            .and_then(|account| account.storage.get(&keccak256(index.to_be_bytes::<32>())))
            .map_or(U256::ZERO, |slot| slot.value)
    }

    /// Sets an account's balance, creating the account if need be.
    pub(crate) fn set_balance(&mut self, address: Address, balance: U256) {
        self.update(address, |account| account.balance = balance);
    }

    /// Sets an account's nonce, creating the account if need be.
    pub(crate) fn set_nonce(&mut self, address: Address, nonce: u64) {
        self.update(address, |account| account.nonce = nonce);
    }

    /// Puts code at an address, whatever its size. An EIP-7702 designator
    /// (`0xef0100` and an address) becomes a delegation, as a transaction would make it.
    pub(crate) fn set_code(&mut self, address: Address, code: Bytes) -> Result<(), String> {
        let code = Bytecode::new_raw_checked(code).map_err(|error| error.to_string())?;
        let hash = code.hash_slow();
        if !code.original_bytes().is_empty() {
            self.codes.insert_mut(hash, code);
        }
        self.update(address, |account| account.code_hash = hash);
        Ok(())
    }

    /// Writes one slot.
    pub(crate) fn set_slot(&mut self, address: Address, index: U256, value: U256) {
        self.update(address, |account| {
            account.set_slot(index, value);
            account.seal_storage();
        });
    }

    /// Takes over what a transaction changed.
    pub(crate) fn commit(&mut self, changes: EvmState) {
        for (address, change) in changes {
            if !change.is_touched() {
                continue;
            }
            let key = keccak256(address);
            if change.is_selfdestructed() {
                self.accounts.remove_mut(&key);
                continue;
            }
            let old = self.accounts.get(&key).filter(|_| !change.is_created());
            let mut account = old.cloned().unwrap_or_else(|| Account::new(address));
            account.nonce = change.info.nonce;
            account.balance = change.info.balance;
            account.code_hash = change.info.code_hash();
            if let Some(code) = change.info.code.as_ref().filter(|code| !code.is_empty())
                && !self.codes.contains_key(&account.code_hash)
            {
                self.codes.insert_mut(account.code_hash, code.clone());
            }
            let mut storage_changed = false;
            for (index, slot) in change.changed_storage_slots() {
                account.set_slot(*index, slot.present_value);
                storage_changed = true;
            }
            if storage_changed {
                account.seal_storage();
            }
            if account.is_empty() {
                self.accounts.remove_mut(&key);
            } else {
                self.accounts.insert_mut(key, account);
            }
        }
    }

    /// Writes several slots, after forgetting all others if `clear` says so.
    pub(crate) fn set_slots(
        &mut self,
        address: Address,
        clear: bool,
        slots: impl IntoIterator<Item = (U256, U256)>,
    ) {
        self.update(address, |account| {
            if clear {
                account.storage = Storage::new_sync();
            }
            for (index, value) in slots {
                account.set_slot(index, value);
            }
            account.seal_storage();
        });
    }

    /// All accounts, in the order of their hashed addresses: the order of the trie.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&B256, &Account)> {
        self.accounts.iter()
    }

    /// Code by its hash.
    pub(crate) fn code_by_hash(&self, hash: &B256) -> Option<&Bytecode> {
        self.codes.get(hash)
    }

    /// The root of the state trie.
    pub(crate) fn root(&self) -> B256 {
        state_root(self.accounts().map(|(key, account)| (*key, account.leaf())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::b256;

    const ALICE: Address = Address::repeat_byte(0xa1);

    #[test]
    fn a_clone_keeps_what_the_original_loses() {
        let mut state = State::default();
        state.set_balance(ALICE, U256::from(7));
        state.set_slot(ALICE, U256::from(1), U256::from(2));
        let before = state.clone();
        state.set_slot(ALICE, U256::from(1), U256::ZERO);
        state.set_balance(ALICE, U256::ZERO);
        assert_eq!(before.slot(ALICE, U256::from(1)), U256::from(2));
        assert_eq!(before.balance(ALICE), U256::from(7));
        assert_eq!(state.root(), State::default().root());
    }

    #[test]
    fn the_root_of_nothing_is_the_empty_trie() {
        assert_eq!(
            State::default().root(),
            b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
        );
    }

    #[test]
    fn the_root_follows_every_field_of_an_account() {
        let mut state = State::default();
        let mut roots = vec![state.root()];
        state.set_balance(ALICE, U256::from(1));
        roots.push(state.root());
        state.set_nonce(ALICE, 1);
        roots.push(state.root());
        state.set_code(ALICE, Bytes::from_static(&[0xfe])).unwrap();
        roots.push(state.root());
        state.set_slot(ALICE, U256::ZERO, U256::from(1));
        roots.push(state.root());
        let count = roots.len();
        roots.sort();
        roots.dedup();
        assert_eq!(roots.len(), count);
    }
}
