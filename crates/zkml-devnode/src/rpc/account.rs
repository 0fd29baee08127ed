//! What an account is and has, and what the node is.

use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, Bytes, U64, U256, keccak256};
use alloy_rpc_types_eth::{AccountInfo, EIP1186AccountProofResponse, SyncStatus};
use alloy_serde::JsonStorageKey;
use serde_json::{Value, json};

use super::{
    admin,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    proof,
    rpc_error::{RpcResult, invalid_params},
    state::{Account, State},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("web3_clientVersion", 0, |_, _| Ok(admin::CLIENT_VERSION))?;
    registry.method("web3_sha3", 1, |_, args| {
        Ok(keccak256(args.required::<Bytes>(0, "data")?))
    })?;
    registry.method("net_version", 0, |backend, _| {
        Ok(backend.chain_id().to_string())
    })?;
    registry.method("net_listening", 0, |_, _| Ok(true))?;
    registry.method("eth_chainId", 0, |backend, _| {
        Ok(U64::from(backend.chain_id()))
    })?;
    registry.method("eth_syncing", 0, |_, _| Ok(SyncStatus::None))?;
    registry.method("eth_accounts", 0, |backend, _| {
        Ok(backend
            .accounts
            .iter()
            .map(|account| account.address())
            .collect::<Vec<_>>())
    })?;
    registry.method("eth_getBalance", 2, balance)?;
    registry.method("eth_getTransactionCount", 2, transaction_count)?;
    registry.method("eth_getCode", 2, code)?;
    registry.method("eth_getStorageAt", 3, storage_at)?;
    registry.method("eth_getProof", 3, account_proof)?;
    registry.method("eth_getAccount", 2, account)?;
    registry.method("eth_getAccountInfo", 2, account_info)?;
    registry.method("eth_coinbase", 0, |backend, _| {
        Ok(backend.chain().rules.beneficiary)
    })?;
    registry.method("eth_mining", 0, |_, _| Ok(false))?;
    registry.method("eth_hashrate", 0, |_, _| Ok(U64::ZERO))?;
    registry.method("net_peerCount", 0, |_, _| Ok(U64::ZERO))
}

/// The most slots that one proof is about.
const MAX_PROVEN_SLOTS: usize = 1_024;

fn account_proof(backend: &Backend, args: &mut Args) -> RpcResult<EIP1186AccountProofResponse> {
    let address: Address = args.required(0, "address")?;
    let keys: Vec<JsonStorageKey> = args.optional(1, "slots")?.unwrap_or_default();
    if keys.len() > MAX_PROVEN_SLOTS {
        let got = keys.len();
        return Err(invalid_params(format!(
            "params[1] (slots): {got}; at most {MAX_PROVEN_SLOTS}"
        )));
    }
    Ok(proof::prove(&state(backend, args, 2)?, address, keys))
}

/// An account as the state trie holds it.
fn account(backend: &Backend, args: &mut Args) -> RpcResult<Value> {
    let address: Address = args.required(0, "address")?;
    let state = state(backend, args, 1)?;
    let leaf = state.get(address).map(Account::leaf).unwrap_or_default();
    Ok(json!({
        "nonce": U64::from(leaf.nonce),
        "balance": leaf.balance,
        "storageRoot": leaf.storage_root,
        "codeHash": leaf.code_hash,
    }))
}

fn account_info(backend: &Backend, args: &mut Args) -> RpcResult<AccountInfo> {
    let address: Address = args.required(0, "address")?;
    let state = state(backend, args, 1)?;
    Ok(AccountInfo {
        balance: state.balance(address),
        nonce: state.nonce(address),
        code: state.code(address),
    })
}

/// The state that parameter `index` names a block for; the latest if it is missing.
fn state(backend: &Backend, args: &mut Args, index: usize) -> RpcResult<State> {
    let id: BlockId = args.optional(index, "block")?.unwrap_or_default();
    Ok(backend.chain().at(id)?.view.state)
}

fn balance(backend: &Backend, args: &mut Args) -> RpcResult<U256> {
    let address: Address = args.required(0, "address")?;
    Ok(state(backend, args, 1)?.balance(address))
}

fn transaction_count(backend: &Backend, args: &mut Args) -> RpcResult<U64> {
    let address: Address = args.required(0, "address")?;
    let id: BlockId = args.optional(1, "block")?.unwrap_or_default();
    let chain = backend.chain();
    let count = if id.is_pending() {
        chain.pool.next_nonce(address, &chain.state)
    } else {
        chain.at(id)?.view.state.nonce(address)
    };
    Ok(U64::from(count))
}

fn code(backend: &Backend, args: &mut Args) -> RpcResult<Bytes> {
    let address: Address = args.required(0, "address")?;
    Ok(state(backend, args, 1)?.code(address))
}

fn storage_at(backend: &Backend, args: &mut Args) -> RpcResult<B256> {
    let address: Address = args.required(0, "address")?;
    let slot: JsonStorageKey = args.required(1, "slot")?;
    let slot = U256::from_be_bytes(slot.as_b256().0);
    Ok(B256::from(state(backend, args, 2)?.slot(address, slot)))
}
