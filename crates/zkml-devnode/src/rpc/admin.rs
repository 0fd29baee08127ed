//! What only a development chain lets its users do: mine, move the time, go back, write the state.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_serde::JsonStorageKey;
use serde::Deserialize;

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    rpc_error::{RpcResult, invalid_params, rejected},
};

/// The most blocks that one call mines.
const MAX_BLOCKS_AT_ONCE: u64 = 100_000;

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("evm_mine", 1, evm_mine)?;
    registry.method("anvil_mine", 2, anvil_mine)?;
    registry.alias("hardhat_mine", "anvil_mine")?;
    registry.method("evm_snapshot", 0, |backend, _| {
        Ok(U64::from(backend.change(|chain| chain.snapshot())))
    })?;
    registry.method("evm_revert", 1, |backend, args| {
        let id = args.required::<Number>(0, "snapshot id")?.0;
        Ok(backend.change(|chain| chain.revert(id)))
    })?;
    registry.method("evm_setNextBlockTimestamp", 1, set_next_block_timestamp)?;
    registry.method("evm_increaseTime", 1, |backend, args| {
        let seconds = args.required::<Number>(0, "seconds")?.0;
        Ok(backend.change(|chain| chain.clock.increase(seconds)))
    })?;
    registry.method("anvil_setBalance", 2, set_balance)?;
    registry.method("anvil_setNonce", 2, set_nonce)?;
    registry.method("anvil_setCode", 2, set_code)?;
    registry.method("anvil_setStorageAt", 3, set_storage_at)?;
    registry.alias("hardhat_setBalance", "anvil_setBalance")?;
    registry.alias("hardhat_setNonce", "anvil_setNonce")?;
    registry.alias("hardhat_setCode", "anvil_setCode")?;
    registry.alias("hardhat_setStorageAt", "anvil_setStorageAt")
}

/// A number as clients write it: JSON's own, or a string, decimal or hexadecimal.
#[derive(Clone, Copy, Debug)]
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = U256::deserialize(deserializer)?;
        u64::try_from(number)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// What `evm_mine` takes: a timestamp, or an object.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum MineOptions {
    Timestamp(Number),
    Options {
        timestamp: Option<Number>,
        blocks: Option<Number>,
    },
}

fn evm_mine(backend: &Backend, args: &mut Args) -> RpcResult<&'static str> {
    let (timestamp, blocks) = match args.optional(0, "timestamp or options")? {
        None => (None, 1),
        Some(MineOptions::Timestamp(timestamp)) => (Some(timestamp), 1),
        Some(MineOptions::Options { timestamp, blocks }) => {
            (timestamp, blocks.map_or(1, |blocks| blocks.0))
        }
    };
    if let Some(Number(timestamp)) = timestamp {
        check_timestamp(backend, timestamp)?;
    }
    mine_blocks(backend, blocks, timestamp.map(|timestamp| timestamp.0), 1)?;
    Ok("0x0")
}

/// Blocks, and the seconds between them.
fn anvil_mine(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let blocks = args
        .optional::<Number>(0, "blocks")?
        .map_or(1, |blocks| blocks.0);
    let interval = args
        .optional::<Number>(1, "interval")?
        .map_or(1, |seconds| seconds.0);
    mine_blocks(backend, blocks, None, interval)
}

fn mine_blocks(
    backend: &Backend,
    blocks: u64,
    mut timestamp: Option<u64>,
    interval: u64,
) -> RpcResult<()> {
    if blocks > MAX_BLOCKS_AT_ONCE {
        return Err(invalid_params(format!(
            "blocks: {blocks}; at most {MAX_BLOCKS_AT_ONCE} are mined at once"
        )));
    }
    for _ in 0..blocks {
        let mined = backend.mine(timestamp);
        timestamp =
            (interval > 1).then(|| mined.block.header.inner.timestamp.saturating_add(interval));
    }
    Ok(())
}

fn check_timestamp(backend: &Backend, timestamp: u64) -> RpcResult<()> {
    let head = backend.chain().head_header().inner.timestamp;
    if timestamp <= head {
        return Err(rejected(format!(
            "timestamp: {timestamp} is not after the last block's, {head}"
        )));
    }
    Ok(())
}

fn set_next_block_timestamp(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let timestamp = args.required::<Number>(0, "timestamp")?.0;
    check_timestamp(backend, timestamp)?;
    backend.change(|chain| chain.clock.set_next(timestamp));
    Ok(())
}

fn set_balance(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let address: Address = args.required(0, "address")?;
    let balance: U256 = args.required(1, "balance")?;
    backend.change(|chain| chain.state.set_balance(address, balance));
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
