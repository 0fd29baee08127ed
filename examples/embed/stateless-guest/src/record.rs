//! The host's half: a state that notes what is read of it.

use crate::{Preimages, Witness};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256, map::B256Map};
use alloy_trie::{
    EMPTY_ROOT_HASH, HashBuilder, KECCAK_EMPTY, Nibbles, TrieAccount, proof::ProofRetainer,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    vec::Vec,
};

/// An account of a whole state.
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

/// All nodes and codes of a state. Execute the block on it, then take the witness: what was asked for.
#[derive(Debug)]
pub struct Recorder {
    state_root: B256,
    nodes: B256Map<Bytes>,
    codes: B256Map<Bytes>,
    asked: Mutex<BTreeSet<B256>>,
}

impl Recorder {
    /// Of this state.
    pub fn new(accounts: &BTreeMap<Address, Account>) -> Self {
        let mut recorder = Self {
            state_root: EMPTY_ROOT_HASH,
            nodes: B256Map::default(),
            codes: B256Map::default(),
            asked: Mutex::default(),
        };
        let mut leaves = BTreeMap::new();
        for (address, account) in accounts {
            let slots = account.storage.iter();
            let slots =
                slots.map(|(slot, value)| (keccak256(B256::from(*slot)), alloy_rlp::encode(value)));
            let mut code_hash = KECCAK_EMPTY;
            if !account.code.is_empty() {
                code_hash = keccak256(&account.code);
                recorder.codes.insert(code_hash, account.code.clone());
            }
            let storage_root = recorder.add_trie(slots.collect());
            let leaf = TrieAccount::new(account.nonce, account.balance, storage_root, code_hash);
            leaves.insert(keccak256(address), alloy_rlp::encode(leaf));
        }
        recorder.state_root = recorder.add_trie(leaves);
        recorder
    }

    /// The root of the state.
    pub const fn state_root(&self) -> B256 {
        self.state_root
    }

    /// What was asked for since the recorder was made.
    pub fn witness(&self) -> Witness {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |known: &B256Map<Bytes>| {
            asked
                .iter()
                .filter_map(|hash| known.get(hash).cloned())
                .collect()
        };
        Witness {
            state: of(&self.nodes),
            codes: of(&self.codes),
        }
    }

    /// Keeps all nodes of a trie with these leaves, and gives its root.
    pub(crate) fn add_trie(&mut self, leaves: BTreeMap<B256, Vec<u8>>) -> B256 {
        let retainer: ProofRetainer = leaves.keys().map(Nibbles::unpack).collect();
        let mut builder = HashBuilder::default().with_proof_retainer(retainer);
        for (key, value) in &leaves {
            builder.add_leaf(Nibbles::unpack(key), value);
        }
        let root = builder.root();
        for node in builder.take_proof_nodes().into_inner().into_values() {
            self.nodes.insert(keccak256(&node), node);
        }
        root
    }

    fn note(&self, hash: B256) {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash);
    }
}

impl Preimages for Recorder {
    fn node(&self, hash: B256) -> Option<Bytes> {
        self.note(hash);
        self.nodes.get(&hash).cloned()
    }

    fn code(&self, hash: B256) -> Option<Bytes> {
        self.note(hash);
        self.codes.get(&hash).cloned()
    }
}
