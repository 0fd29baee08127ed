//! Merkle Patricia tries of which only some nodes are known: looking up, and the root after changes.

use crate::{Preimages, WitnessError};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_evm::revm::database::BundleState;
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_rlp::Decodable;
use alloy_trie::{
    EMPTY_ROOT_HASH, HashBuilder, Nibbles, TrieAccount,
    nodes::{BranchNode, ExtensionNode, RlpNode, TrieNode},
};

/// New values by hashed key; `None` deletes.
pub(crate) type Changes = BTreeMap<B256, Option<Vec<u8>>>;

/// An account of the state of this root.
pub(crate) fn account<P: Preimages>(
    preimages: &P,
    state_root: B256,
    address: Address,
) -> Result<Option<TrieAccount>, WitnessError> {
    decoded(preimages, state_root, keccak256(address))
}

/// A slot of the storage of this root.
pub(crate) fn slot<P: Preimages>(
    preimages: &P,
    storage_root: B256,
    slot: U256,
) -> Result<U256, WitnessError> {
    let value = decoded(preimages, storage_root, keccak256(B256::from(slot)))?;
    Ok(value.unwrap_or_default())
}

/// The root of the state after a block.
pub(crate) fn state_root<P: Preimages>(
    preimages: &P,
    root: B256,
    changes: &BundleState,
) -> Result<B256, WitnessError> {
    let mut accounts = Changes::new();
    for (address, changed) in &changes.state {
        let info = changed.info.as_ref().filter(|info| !info.is_empty());
        let Some(info) = info else {
            accounts.insert(keccak256(address), None);
            continue;
        };
        let before = account(preimages, root, *address)?;
        let storage_root = before
            .filter(|_| !changed.was_destroyed())
            .map_or(EMPTY_ROOT_HASH, |before| before.storage_root);
        let slots = changed.storage.iter().map(|(slot, value)| {
            let value = value.present_value();
            let encoded = (!value.is_zero()).then(|| alloy_rlp::encode(value));
            (keccak256(B256::from(*slot)), encoded)
        });
        let after = TrieAccount::new(
            info.nonce,
            info.balance,
            changed_root(preimages, storage_root, slots.collect())?,
            info.code_hash,
        );
        accounts.insert(keccak256(address), Some(alloy_rlp::encode(after)));
    }
    changed_root(preimages, root, accounts)
}

/// The root of a trie after changes, for which the nodes on the way to each change must be known, and where a branch
/// loses all children but one, that one too.
pub(crate) fn changed_root<P: Preimages>(
    preimages: &P,
    root: B256,
    changes: Changes,
) -> Result<B256, WitnessError> {
    if changes.is_empty() {
        return Ok(root);
    }
    let changes: Vec<Change> = changes
        .into_iter()
        .map(|(key, value)| (Nibbles::unpack(key), value))
        .collect();
    let mut parts = Parts {
        preimages,
        all: Vec::new(),
    };
    if root == EMPTY_ROOT_HASH {
        parts.insert(&changes);
    } else {
        parts.take(&RlpNode::word_rlp(&root), Nibbles::default(), &changes)?;
    }
    let mut builder = HashBuilder::default();
    for (path, part) in parts.all {
        match part {
            Part::Leaf(value) => builder.add_leaf(path, &value),
            Part::Branch(hash) | Part::Unread(hash) => builder.add_branch(path, hash, false),
        }
    }
    Ok(builder.root())
}

type Change = (Nibbles, Option<Vec<u8>>);

/// A piece of the new trie.
enum Part {
    /// A value at the end of its path.
    Leaf(Vec<u8>),
    /// A branch at this path, which did not change.
    Branch(B256),
    /// A node of whatever kind at this path, which did not change.
    Unread(B256),
}

/// The pieces of the new trie, in the order of their paths.
struct Parts<'a, P> {
    preimages: &'a P,
    all: Vec<(Nibbles, Part)>,
}

impl<P: Preimages> Parts<'_, P> {
    /// The node at `path`, with those changes that lie below it.
    fn take(
        &mut self,
        node: &RlpNode,
        path: Nibbles,
        changes: &[Change],
    ) -> Result<(), WitnessError> {
        if let (Some(hash), []) = (node.as_hash(), changes) {
            self.all.push((path, Part::Unread(hash)));
            return Ok(());
        }
        match resolve(self.preimages, node)? {
            TrieNode::EmptyRoot => self.insert(changes),
            TrieNode::Leaf(leaf) => {
                let key = path.join(&leaf.key);
                let at = changes.partition_point(|(changed, _)| *changed < key);
                let is_changed = changes.get(at).is_some_and(|(changed, _)| *changed == key);
                self.insert(&changes[..at]);
                if !is_changed {
                    self.all.push((key, Part::Leaf(leaf.value)));
                }
                self.insert(&changes[at..]);
            }
            TrieNode::Extension(node) => self.take_extension(&node, path, changes)?,
            TrieNode::Branch(node) => self.take_branch(&node, path, changes)?,
        }
        Ok(())
    }

    fn take_extension(
        &mut self,
        node: &ExtensionNode,
        path: Nibbles,
        changes: &[Change],
    ) -> Result<(), WitnessError> {
        let end = path.join(&node.key);
        let (before, rest) = changes.split_at(changes.partition_point(|(key, _)| *key < end));
        let (below, after) = rest.split_at(rest.partition_point(|(key, _)| key.starts_with(&end)));
        self.insert(before);
        match node.child.as_hash() {
            // What an extension leads to is a branch.
            Some(hash) if below.is_empty() => self.all.push((end, Part::Branch(hash))),
            _ => self.take(&node.child, end, below)?,
        }
        self.insert(after);
        Ok(())
    }

    fn take_branch(
        &mut self,
        node: &BranchNode,
        path: Nibbles,
        mut changes: &[Change],
    ) -> Result<(), WitnessError> {
        let first = self.all.len();
        for (nibble, child) in node.as_ref().children() {
            let mut child_path = path;
            child_path.push(nibble);
            let count = changes.partition_point(|(key, _)| key.starts_with(&child_path));
            let (below, rest) = changes.split_at(count);
            changes = rest;
            match child {
                Some(child) => self.take(child, child_path, below)?,
                None => self.insert(below),
            }
        }
        // One child is no branch any more. What it becomes depends on what it is.
        if let [(path, Part::Unread(hash))] = self.all[first..] {
            self.all.pop();
            let part = match resolve(self.preimages, &RlpNode::word_rlp(&hash))? {
                TrieNode::Leaf(leaf) => (path.join(&leaf.key), Part::Leaf(leaf.value)),
                TrieNode::Extension(node) => match node.child.as_hash() {
                    Some(child) => (path.join(&node.key), Part::Branch(child)),
                    None => return self.take(&node.child, path.join(&node.key), &[]),
                },
                TrieNode::Branch(_) => (path, Part::Branch(hash)),
                TrieNode::EmptyRoot => return Err(WitnessError::NotANode(hash)),
            };
            self.all.push(part);
        }
        Ok(())
    }

    fn insert(&mut self, changes: &[Change]) {
        for (key, value) in changes {
            if let Some(value) = value {
                self.all.push((*key, Part::Leaf(value.clone())));
            }
        }
    }
}

fn decoded<T: Decodable>(
    preimages: &impl Preimages,
    root: B256,
    key: B256,
) -> Result<Option<T>, WitnessError> {
    let value = lookup(preimages, root, key)?;
    value
        .map(|value| alloy_rlp::decode_exact(value).map_err(|_| WitnessError::NotANode(root)))
        .transpose()
}

/// A value of the trie of this root, or that there is none.
fn lookup(
    preimages: &impl Preimages,
    root: B256,
    key: B256,
) -> Result<Option<Vec<u8>>, WitnessError> {
    if root == EMPTY_ROOT_HASH {
        return Ok(None);
    }
    let mut rest = Nibbles::unpack(key);
    let mut node = RlpNode::word_rlp(&root);
    loop {
        match resolve(preimages, &node)? {
            TrieNode::EmptyRoot => return Ok(None),
            TrieNode::Leaf(leaf) => return Ok((leaf.key == rest).then_some(leaf.value)),
            TrieNode::Extension(extension) => {
                if !rest.starts_with(&extension.key) {
                    return Ok(None);
                }
                rest = rest.slice(extension.key.len()..);
                node = extension.child;
            }
            TrieNode::Branch(branch) => {
                // A branch at the end of the path would be one of a trie with shorter keys.
                let Some(nibble) = rest.first() else {
                    return Err(WitnessError::NotANode(root));
                };
                let branch = branch.as_ref();
                let child = branch
                    .children()
                    .find_map(|(at, child)| child.filter(|_| at == nibble));
                let Some(child) = child else {
                    return Ok(None);
                };
                rest = rest.slice(1..);
                node = child.clone();
            }
        }
    }
}

/// The node itself: what is shorter than a hash stands in its parent.
fn resolve(preimages: &impl Preimages, node: &RlpNode) -> Result<TrieNode, WitnessError> {
    let (bytes, hash) = match node.as_hash() {
        Some(hash) => (preimages.node(hash).ok_or(WitnessError::Node(hash))?, hash),
        None => (node.to_vec().into(), keccak256(node)),
    };
    alloy_rlp::decode_exact(&bytes).map_err(|_| WitnessError::NotANode(hash))
}

#[cfg(test)]
mod tests;
