//! Merkle proofs of accounts and slots (EIP-1186).

use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};
use alloy_rpc_types_eth::{EIP1186AccountProofResponse, EIP1186StorageProof};
use alloy_serde::JsonStorageKey;
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, Nibbles, proof::ProofRetainer};

use crate::state::{Account, State};

/// The proof for `address` against the state's root, and for each of `keys` against the root of
/// the account's storage; proofs of absence where there is nothing.
pub(crate) fn prove(
    state: &State,
    address: Address,
    keys: Vec<JsonStorageKey>,
) -> EIP1186AccountProofResponse {
    let target = Nibbles::unpack(keccak256(address));
    let leaves = state
        .accounts()
        .map(|(key, account)| (*key, alloy_rlp::encode(account.leaf())));
    let account_proof = proofs(leaves, &[target]).into_iter().next();
    let account = state.get(address);
    EIP1186AccountProofResponse {
        address,
        balance: account.map_or(U256::ZERO, |account| account.balance),
        code_hash: account.map_or(KECCAK256_EMPTY, |account| account.code_hash),
        nonce: account.map_or(0, |account| account.nonce),
        storage_hash: account.map_or(EMPTY_ROOT_HASH, |account| account.storage_root),
        account_proof: account_proof.unwrap_or_default(),
        storage_proof: storage_proofs(account, keys),
    }
}

fn storage_proofs(
    account: Option<&Account>,
    keys: Vec<JsonStorageKey>,
) -> Vec<EIP1186StorageProof> {
    let hashes: Vec<B256> = keys.iter().map(|key| keccak256(key.as_b256())).collect();
    let targets: Vec<Nibbles> = hashes.iter().map(Nibbles::unpack).collect();
    let slots = account.map(|account| &account.storage);
    let leaves = slots
        .into_iter()
        .flat_map(|slots| slots.iter())
        .map(|(key, slot)| (*key, alloy_rlp::encode(slot.value)));
    let proofs = proofs(leaves, &targets);
    keys.into_iter()
        .zip(hashes)
        .zip(proofs)
        .map(|((key, hash), proof)| {
            let slot = slots.and_then(|slots| slots.get(&hash));
            EIP1186StorageProof::new(key, slot.map_or(U256::ZERO, |slot| slot.value), proof)
        })
        .collect()
}

/// For each target, the nodes from the root of the trie of `leaves` (sorted) down to it, or to
/// where it would be.
fn proofs(leaves: impl Iterator<Item = (B256, Vec<u8>)>, targets: &[Nibbles]) -> Vec<Vec<Bytes>> {
    let retainer = ProofRetainer::new(targets.to_vec());
    let mut builder = HashBuilder::default().with_proof_retainer(retainer);
    let mut empty = true;
    for (key, value) in leaves {
        builder.add_leaf(Nibbles::unpack(key), &value);
        empty = false;
    }
    if empty {
        // geth gives no nodes at all for an empty trie.
        return vec![Vec::new(); targets.len()];
    }
    builder.root();
    let nodes = builder.take_proof_nodes();
    targets
        .iter()
        .map(|target| {
            let path = nodes.matching_nodes_sorted(target);
            path.into_iter().map(|(_, node)| node).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_trie::proof::verify_proof;

    fn state() -> State {
        let mut state = State::default();
        for byte in 1..=40 {
            let address = Address::repeat_byte(byte);
            state.set_balance(address, U256::from(byte));
            state.set_slots(
                address,
                false,
                (0..byte).map(|i| (U256::from(i), U256::from(1 + i))),
            );
        }
        state
    }

    #[test]
    fn a_proof_holds_against_the_roots() {
        let state = state();
        let address = Address::repeat_byte(33);
        let keys = vec![
            JsonStorageKey::from(U256::from(3)),
            JsonStorageKey::from(U256::from(99)),
        ];
        let proof = prove(&state, address, keys);
        let leaf = alloy_rlp::encode(state.get(address).unwrap().leaf());
        let path = Nibbles::unpack(keccak256(address));
        verify_proof(state.root(), path, Some(leaf), &proof.account_proof).unwrap();
        for one in &proof.storage_proof {
            let path = Nibbles::unpack(keccak256(one.key.as_b256()));
            let value = (!one.value.is_zero()).then(|| alloy_rlp::encode(one.value));
            verify_proof(proof.storage_hash, path, value, &one.proof).unwrap();
        }
        assert_eq!(proof.storage_proof[0].value, U256::from(4));
        assert_eq!(proof.storage_proof[1].value, U256::ZERO);
    }

    #[test]
    fn an_account_that_is_not_there_is_proven_absent() {
        let state = state();
        let address = Address::repeat_byte(0xee);
        let proof = prove(&state, address, Vec::new());
        let path = Nibbles::unpack(keccak256(address));
        verify_proof(state.root(), path, None, &proof.account_proof).unwrap();
        assert_eq!(proof.code_hash, KECCAK256_EMPTY);
        assert_eq!(proof.storage_hash, EMPTY_ROOT_HASH);
    }
}
