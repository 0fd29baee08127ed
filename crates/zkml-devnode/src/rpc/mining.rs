//! When blocks come, at what time, and going back: only a development chain lets its users decide.

use std::time::Duration;

use alloy_primitives::{Address, B256, U64, U256};
use alloy_rpc_types_eth::Block;
use serde::Deserialize;
use serde_json::Value;

use super::{
    params::{Args, Number},
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    config::MAX_BLOCK_TIME,
    rpc_error::{RpcResult, invalid_params, rejected},
};

/// The most blocks that one call mines.
const MAX_BLOCKS_AT_ONCE: u64 = 100_000;

/// The most blocks that one call mines and shows.
const MAX_BLOCKS_SHOWN: u64 = 1_000;

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("evm_mine", 1, evm_mine)?;
    registry.method("evm_mine_detailed", 1, evm_mine_detailed)?;
    registry.alias("anvil_mine_detailed", "evm_mine_detailed")?;
    registry.method("anvil_mine", 2, anvil_mine)?;
    registry.alias("hardhat_mine", "anvil_mine")?;
    register_modes(registry)?;
    register_time(registry)?;
    register_next_block(registry)?;
    register_past(registry)
}

fn register_modes(registry: &mut Registry) -> Registered {
    registry.method("evm_setAutomine", 1, |backend, args| {
        backend.set_automine(args.required(0, "on")?);
        Ok(true)
    })?;
    registry.alias("anvil_setAutomine", "evm_setAutomine")?;
    registry.method("anvil_getAutomine", 0, |backend, _| Ok(backend.automine()))?;
    registry.alias("hardhat_getAutomine", "anvil_getAutomine")?;
    registry.method("evm_setIntervalMining", 1, set_interval_mining)?;
    registry.alias("anvil_setIntervalMining", "evm_setIntervalMining")?;
    registry.method("anvil_getIntervalMining", 0, |backend, _| {
        Ok(backend.interval().borrow().map(|period| period.as_secs()))
    })
}

fn register_time(registry: &mut Registry) -> Registered {
    registry.method("evm_setNextBlockTimestamp", 1, set_next_block_timestamp)?;
    registry.alias("anvil_setNextBlockTimestamp", "evm_setNextBlockTimestamp")?;
    registry.method("evm_increaseTime", 1, |backend, args| {
        let seconds = args.required::<Number>(0, "seconds")?.0;
        Ok(backend.change(|chain| chain.clock.increase(seconds)))
    })?;
    registry.alias("anvil_increaseTime", "evm_increaseTime")?;
    registry.method("evm_setTime", 1, |backend, args| {
        let timestamp = args.required::<Number>(0, "timestamp")?.0;
        Ok(backend.change(|chain| chain.clock.set_now(timestamp)))
    })?;
    registry.alias("anvil_setTime", "evm_setTime")?;
    registry.method("anvil_setBlockTimestampInterval", 1, |backend, args| {
        let seconds = args.required::<Number>(0, "seconds")?.0;
        backend.change(|chain| chain.clock.set_interval(Some(seconds)));
        Ok(())
    })?;
    registry.method("anvil_removeBlockTimestampInterval", 0, |backend, _| {
        backend.change(|chain| chain.clock.set_interval(None));
        Ok(true)
    })
}

fn register_next_block(registry: &mut Registry) -> Registered {
    registry.method("anvil_setNextBlockBaseFeePerGas", 1, |backend, args| {
        let fee = args.required::<Number>(0, "base fee")?.0;
        backend.change(|chain| chain.rules.next_base_fee = Some(fee));
        Ok(())
    })?;
    registry.alias(
        "hardhat_setNextBlockBaseFeePerGas",
        "anvil_setNextBlockBaseFeePerGas",
    )?;
    registry.method("hardhat_setPrevRandao", 1, |backend, args| {
        let value: U256 = args.required(0, "prevrandao")?;
        backend.change(|chain| chain.rules.next_prev_randao = Some(B256::from(value)));
        Ok(true)
    })?;
    registry.alias("anvil_setPrevRandao", "hardhat_setPrevRandao")?;
    registry.method("anvil_setCoinbase", 1, |backend, args| {
        let address: Address = args.required(0, "address")?;
        backend.change(|chain| chain.rules.beneficiary = address);
        Ok(())
    })?;
    registry.alias("hardhat_setCoinbase", "anvil_setCoinbase")?;
    registry.method("evm_setBlockGasLimit", 1, set_block_gas_limit)?;
    registry.alias("anvil_setBlockGasLimit", "evm_setBlockGasLimit")
}

fn register_past(registry: &mut Registry) -> Registered {
    registry.method("evm_snapshot", 0, |backend, _| {
        Ok(U64::from(backend.change(|chain| chain.snapshot())?))
    })?;
    registry.alias("anvil_snapshot", "evm_snapshot")?;
    registry.method("evm_revert", 1, |backend, args| {
        Ok(backend.revert(args.required::<Number>(0, "snapshot id")?.0))
    })?;
    registry.alias("anvil_revert", "evm_revert")?;
    registry.method("anvil_rollback", 1, |backend, args| {
        let depth = args
            .optional::<Number>(0, "depth")?
            .map_or(1, |depth| depth.0);
        if backend.rollback(depth) {
            Ok(())
        } else {
            Err(rejected(format!(
                "the chain has no {depth} blocks to take away"
            )))
        }
    })?;
    registry.method("anvil_reset", 1, reset)?;
    registry.alias("hardhat_reset", "anvil_reset")
}

/// What `evm_mine` takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MineOptions {
    timestamp: Option<Number>,
    blocks: Option<Number>,
}

impl MineOptions {
    /// Reads the object, or a timestamp alone. The error of an untagged enum would not name the
    /// field that is wrong.
    fn read(args: &mut Args) -> RpcResult<Self> {
        let options: Option<Value> = args.optional(0, "options")?;
        let read = match options {
            None => Ok(Self::default()),
            Some(value) if value.is_object() => serde_json::from_value(value),
            Some(value) => serde_json::from_value(value).map(|timestamp| Self {
                timestamp: Some(timestamp),
                blocks: None,
            }),
        };
        read.map_err(|error| invalid_params(format!("params[0] (options): {error}")))
    }
}

/// Gives the number of blocks.
fn mine_by_options(backend: &Backend, args: &mut Args, most: u64) -> RpcResult<u64> {
    let MineOptions { timestamp, blocks } = MineOptions::read(args)?;
    let blocks = blocks.map_or(1, |blocks| blocks.0);
    check_count(blocks, most)?;
    if let Some(Number(timestamp)) = timestamp {
        check_timestamp(backend, timestamp)?;
    }
    mine_blocks(backend, blocks, timestamp.map(|timestamp| timestamp.0), 1)?;
    Ok(blocks)
}

fn evm_mine(backend: &Backend, args: &mut Args) -> RpcResult<&'static str> {
    mine_by_options(backend, args, MAX_BLOCKS_AT_ONCE)?;
    Ok("0x0")
}

/// The blocks, with full transactions.
fn evm_mine_detailed(backend: &Backend, args: &mut Args) -> RpcResult<Vec<Block>> {
    let count = mine_by_options(backend, args, MAX_BLOCKS_SHOWN)?;
    let chain = backend.chain();
    let height = chain.height();
    let first = (height + 1).saturating_sub(count);
    let blocks = chain.range(first, height).iter();
    Ok(blocks.map(|mined| mined.block.clone()).collect())
}

/// Blocks, and the seconds between them.
fn anvil_mine(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let blocks = args
        .optional::<Number>(0, "blocks")?
        .map_or(1, |blocks| blocks.0);
    let interval = args
        .optional::<Number>(1, "interval")?
        .map_or(1, |seconds| seconds.0);
    check_count(blocks, MAX_BLOCKS_AT_ONCE)?;
    mine_blocks(backend, blocks, None, interval)
}

fn check_count(blocks: u64, most: u64) -> RpcResult<()> {
    if blocks > most {
        return Err(invalid_params(format!(
            "blocks: {blocks}; at most {most} are mined at once"
        )));
    }
    Ok(())
}

fn mine_blocks(
    backend: &Backend,
    blocks: u64,
    mut timestamp: Option<u64>,
    interval: u64,
) -> RpcResult<()> {
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

/// 0 ends mining by the clock.
fn set_interval_mining(backend: &Backend, args: &mut Args) -> RpcResult<bool> {
    let seconds = args.required::<Number>(0, "seconds")?.0;
    if seconds > MAX_BLOCK_TIME {
        return Err(invalid_params(format!(
            "params[0] (seconds): {seconds}; at most {MAX_BLOCK_TIME}, as for --block-time"
        )));
    }
    backend.set_interval((seconds > 0).then(|| Duration::from_secs(seconds)));
    Ok(true)
}

fn set_next_block_timestamp(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let timestamp = args.required::<Number>(0, "timestamp")?.0;
    check_timestamp(backend, timestamp)?;
    backend.change(|chain| chain.clock.set_next(timestamp));
    Ok(())
}

fn set_block_gas_limit(backend: &Backend, args: &mut Args) -> RpcResult<bool> {
    let limit = args.required::<Number>(0, "gas limit")?.0;
    if limit < MIN_GAS_LIMIT {
        return Err(invalid_params(format!(
            "params[0] (gas limit): {limit}; at least {MIN_GAS_LIMIT}"
        )));
    }
    backend.change(|chain| chain.rules.gas_limit = limit);
    Ok(true)
}

/// Below it, nothing but transfers would fit into a block.
const MIN_GAS_LIMIT: u64 = 1_000_000;

/// Begins again at genesis. There is no other chain to begin at.
fn reset(backend: &Backend, args: &mut Args) -> RpcResult<()> {
    let options: Option<Value> = args.optional(0, "options")?;
    if options.is_some_and(|options| !options["forking"].is_null()) {
        return Err(invalid_params(
            "params[0] (options): forking is not supported: this chain begins at its own genesis",
        ));
    }
    backend.reset()
}
