//! What gas costs.

use alloy_consensus::Transaction as _;
use alloy_eips::{BlockNumberOrTag, eip1559::BaseFeeParams};
use alloy_primitives::{U64, U256};
use alloy_rpc_types_eth::FeeHistory;

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    block::Mined,
    chain::unknown_block,
    rpc_error::{RpcResult, invalid_params},
};

/// The suggested tip, in wei: one gwei, as in anvil. Nobody competes for room in a block here.
pub(super) const PRIORITY_FEE: u128 = 1_000_000_000;

/// The most blocks that `eth_feeHistory` looks back, as in geth.
const MAX_FEE_HISTORY: u64 = 1_024;

/// The blob base fee in wei, always at its minimum here.
const BLOB_BASE_FEE: u128 = 1;

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_gasPrice", 0, |backend, _| {
        Ok(U256::from(gas_price(backend)))
    })?;
    registry.method("eth_maxPriorityFeePerGas", 0, |_, _| {
        Ok(U256::from(PRIORITY_FEE))
    })?;
    registry.method("eth_blobBaseFee", 0, |_, _| Ok(U256::from(BLOB_BASE_FEE)))?;
    registry.method("eth_feeHistory", 3, fee_history)
}

/// The base fee of the next block, in wei per gas (EIP-1559).
pub(super) fn next_base_fee(backend: &Backend) -> u64 {
    let header = backend.chain().next_header();
    header.base_fee_per_gas.unwrap_or_default()
}

/// The suggested price, in wei per gas, for a transaction that names only one.
pub(super) fn gas_price(backend: &Backend) -> u128 {
    u128::from(next_base_fee(backend)) + PRIORITY_FEE
}

fn fee_history(backend: &Backend, args: &mut Args) -> RpcResult<FeeHistory> {
    let count = args
        .required::<U64>(0, "block count")?
        .to::<u64>()
        .min(MAX_FEE_HISTORY);
    let newest: BlockNumberOrTag = args.required(1, "newest block")?;
    let percentiles: Option<Vec<f64>> = args.optional(2, "reward percentiles")?;
    if let Some(percentiles) = &percentiles {
        check_percentiles(percentiles)?;
    }
    let chain = backend.chain();
    let newest = chain
        .block(newest.into())
        .ok_or_else(|| unknown_block(newest.into()))?;
    let newest = newest.block.header.inner.number;
    if count == 0 {
        return Ok(FeeHistory::default());
    }
    let oldest = (newest + 1).saturating_sub(count);
    let blocks = chain.range(oldest, newest);

    let headers = || blocks.iter().map(|mined| &mined.block.header.inner);
    let base_fee = |fee: Option<u64>| u128::from(fee.unwrap_or_default());
    let mut base_fees: Vec<u128> = headers()
        .map(|header| base_fee(header.base_fee_per_gas))
        .collect();
    if let Some(last) = headers().next_back() {
        base_fees.push(base_fee(
            last.next_block_base_fee(BaseFeeParams::ethereum()),
        ));
    }
    Ok(FeeHistory {
        base_fee_per_blob_gas: vec![BLOB_BASE_FEE; base_fees.len()],
        blob_gas_used_ratio: vec![0.0; blocks.len()],
        base_fee_per_gas: base_fees,
        gas_used_ratio: headers()
            .map(|header| header.gas_used as f64 / header.gas_limit as f64)
            .collect(),
        oldest_block: oldest,
        reward: percentiles.map(|percentiles| {
            blocks
                .iter()
                .map(|mined| rewards(mined, &percentiles))
                .collect()
        }),
    })
}

fn check_percentiles(percentiles: &[f64]) -> RpcResult<()> {
    let in_range = percentiles
        .iter()
        .all(|percentile| (0.0..=100.0).contains(percentile));
    if !in_range || !percentiles.is_sorted() || percentiles.len() > 100 {
        return Err(invalid_params(
            "params[2] (reward percentiles): expected at most 100 numbers from 0 to 100, ascending",
        ));
    }
    Ok(())
}

/// The tips at the given percentiles of the block's gas, in wei per gas; 0 for an empty block.
fn rewards(mined: &Mined, percentiles: &[f64]) -> Vec<u128> {
    let header = &mined.block.header.inner;
    let base_fee = header.base_fee_per_gas.unwrap_or_default();
    let mut tips: Vec<(u128, u64)> = mined
        .block
        .transactions
        .txns()
        .zip(&mined.receipts)
        .map(|(tx, receipt)| {
            (
                tx.inner.effective_tip_per_gas(base_fee).unwrap_or_default(),
                receipt.gas_used,
            )
        })
        .collect();
    tips.sort_unstable();
    percentiles
        .iter()
        .map(|percentile| {
            let threshold = header.gas_used as f64 * percentile / 100.0;
            let mut gas = 0_u64;
            for (tip, used) in &tips {
                gas += used;
                if gas as f64 >= threshold {
                    return *tip;
                }
            }
            tips.last().map_or(0, |(tip, _)| *tip)
        })
        .collect()
}
