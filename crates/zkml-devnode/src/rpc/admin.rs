//! Writing the state, sending for any address, and what the node says of itself.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_serde::JsonStorageKey;
use serde_json::{Value, json};

use super::{
    fees,
    params::{Args, Number},
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    dump,
    impersonation::MAX_IMPERSONATED,
    rpc_error::{RpcResult, internal, invalid_params, rejected},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("anvil_setBalance", 2, set_balance)?;
    registry.method("anvil_addBalance", 2, add_balance)?;
    registry.method("anvil_setNonce", 2, set_nonce)?;
    registry.method("anvil_setCode", 2, set_code)?;
    registry.method("anvil_setStorageAt", 3, set_storage_at)?;
    for (hardhat, ganache, anvil) in [
        (
            "hardhat_setBalance",
            "evm_setAccountBalance",
            "anvil_setBalance",
        ),
        ("hardhat_setNonce", "evm_setAccountNonce", "anvil_setNonce"),
        ("hardhat_setCode", "evm_setAccountCode", "anvil_setCode"),
        (
            "hardhat_setStorageAt",
            "evm_setAccountStorageAt",
            "anvil_setStorageAt",
        ),
    ] {
        registry.alias(hardhat, anvil)?;
        registry.alias(ganache, anvil)?;
    }
    registry.method("anvil_dumpState", 1, dump_state)?;
    registry.alias("hardhat_dumpState", "anvil_dumpState")?;
    registry.method("anvil_loadState", 1, load_state)?;
    registry.alias("hardhat_loadState", "anvil_loadState")?;
    register_impersonation(registry)?;
    registry.method("anvil_nodeInfo", 0, node_info)?;
    registry.method("anvil_metadata", 0, metadata)?;
    registry.alias("hardhat_metadata", "anvil_metadata")?;
    // The log is for the flags to decide.
    registry.method("anvil_setLoggingEnabled", 1, |_, args| {
        args.required::<bool>(0, "on").map(|_| ())
    })?;
    registry.alias("hardhat_setLoggingEnabled", "anvil_setLoggingEnabled")
}

fn register_impersonation(registry: &mut Registry) -> Registered {
    registry.method("anvil_impersonateAccount", 1, |backend, args| {
        let address: Address = args.required(0, "address")?;
        if backend.impersonated.start(address) {
            Ok(())
        } else {
            Err(rejected(format!(
                "{MAX_IMPERSONATED} addresses are impersonated already: \
                 anvil_stopImpersonatingAccount makes room"
            )))
        }
    })?;
    registry.alias("hardhat_impersonateAccount", "anvil_impersonateAccount")?;
    registry.method("anvil_stopImpersonatingAccount", 1, |backend, args| {
        backend.impersonated.stop(args.required(0, "address")?);
        Ok(())
    })?;
    registry.alias(
        "hardhat_stopImpersonatingAccount",
        "anvil_stopImpersonatingAccount",
    )?;
    registry.method("anvil_autoImpersonateAccount", 1, |backend, args| {
        backend.impersonated.set_everybody(args.required(0, "on")?);
        Ok(())
    })?;
    registry.alias(
        "hardhat_autoImpersonateAccount",
        "anvil_autoImpersonateAccount",
    )
}

fn set_balance(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let address: Address = args.required(0, "address")?;
    let balance: U256 = args.required(1, "balance")?;
    backend.change(|chain| chain.state.set_balance(address, balance));
    Ok(())
}

fn add_balance(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let address: Address = args.required(0, "address")?;
    let more: U256 = args.required(1, "balance")?;
    backend.change(|chain| {
        let balance = chain.state.balance(address).saturating_add(more);
        chain.state.set_balance(address, balance);
    });
    Ok(())
}

fn set_nonce(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let address: Address = args.required(0, "address")?;
    let nonce = args.required::<Number>(1, "nonce")?.0;
    backend.change(|chain| chain.state.set_nonce(address, nonce));
    Ok(())
}

fn set_code(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let address: Address = args.required(0, "address")?;
    let code: Bytes = args.required(1, "code")?;
    backend
        .change(|chain| chain.state.set_code(address, code))
        .map_err(|error| invalid_params(format!("params[1] (code): {error}")))
}

fn set_storage_at(backend: &Backend, args: &mut Args) -> RpcResult<bool> {
    let address: Address = args.required(0, "address")?;
    let slot: JsonStorageKey = args.required(1, "slot")?;
    let value: B256 = args.required(2, "value")?;
    let slot = U256::from_be_bytes(slot.as_b256().0);
    backend.change(|chain| chain.state.set_slot(address, slot, value.into()));
    Ok(true)
}

fn dump_state(backend: &Backend, _: &mut Args) -> RpcResult<Bytes> {
    let (state, height) = {
        let chain = backend.chain();
        (chain.state.clone(), chain.height())
    };
    dump::dump(&state, height).map_err(internal)
}

fn load_state(backend: &Backend, args: &mut Args) -> RpcResult<bool> {
    let bytes: Bytes = args.required(0, "state")?;
    let count = backend
        .change(|chain| dump::load(&bytes, &mut chain.state))
        .map_err(|error| {
            invalid_params(format!(
                "params[0] (state): expected what anvil_dumpState gives: {error}"
            ))
        })?;
    tracing::info!("loaded {count} accounts");
    Ok(true)
}

/// In the shape of anvil's.
fn node_info(backend: &Backend, _: &mut Args) -> RpcResult<Value> {
    let gas_price = U256::from(fees::gas_price(backend));
    let chain = backend.chain();
    let head = chain.head_header();
    Ok(json!({
        "currentBlockNumber": U64::from(head.inner.number),
        "currentBlockTimestamp": head.inner.timestamp,
        "currentBlockHash": head.hash,
        "hardFork": chain.rules.hardfork.name(),
        "transactionOrder": "fifo",
        "environment": {
            "baseFee": U64::from(chain.next_header().base_fee_per_gas.unwrap_or_default()),
            "chainId": backend.chain_id(),
            "gasLimit": U64::from(chain.gas_limit()),
            "gasPrice": gas_price,
        },
        "forkConfig": {"forkUrl": null, "forkBlockNumber": null, "forkRetryBackoff": null},
        "network": null,
    }))
}

/// In the shape of anvil's.
fn metadata(backend: &Backend, _: &mut Args) -> RpcResult<Value> {
    let chain = backend.chain();
    let genesis = chain
        .range(0, 0)
        .first()
        .map(|mined| mined.block.header.hash);
    Ok(json!({
        "clientVersion": CLIENT_VERSION,
        "chainId": backend.chain_id(),
        // Differs from run to run, as genesis has the time of its start.
        "instanceId": genesis,
        "latestBlockNumber": chain.height(),
        "latestBlockHash": chain.head_header().hash,
        "forkedNetwork": null,
        "snapshots": chain.snapshots(),
    }))
}

/// What the node calls itself.
pub(super) const CLIENT_VERSION: &str = concat!("zkml/", env!("CARGO_PKG_VERSION"));
