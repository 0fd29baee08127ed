//! Blocks, transactions, receipts and logs.

use alloy_consensus::transaction::Recovered;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{B256, Bytes, U64};
use alloy_rpc_types_eth::{Block, Filter, FilterBlockOption, Log, Transaction, TransactionReceipt};
use std::sync::Arc;

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    block::Mined,
    chain::unknown_block,
    rpc_error::{RpcResult, invalid_params, rejected},
};

/// The most logs that one call returns.
const MAX_LOGS: usize = 100_000;

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_blockNumber", 0, |backend, _| {
        Ok(U64::from(backend.chain().height()))
    })?;
    registry.method("eth_getBlockByNumber", 2, |backend, args| {
        let number: BlockNumberOrTag = args.required(0, "block")?;
        block(backend, number.into(), args)
    })?;
    registry.method("eth_getBlockByHash", 2, |backend, args| {
        let hash: B256 = args.required(0, "block hash")?;
        block(backend, hash.into(), args)
    })?;
    registry.method("eth_getBlockReceipts", 1, |backend, args| {
        let id: BlockId = args.required(0, "block")?;
        Ok(find(backend, id).map(|mined| mined.receipts.clone()))
    })?;
    registry.method(
        "eth_getBlockTransactionCountByNumber",
        1,
        |backend, args| {
            let number: BlockNumberOrTag = args.required(0, "block")?;
            Ok(find(backend, number.into()).map(|mined| U64::from(mined.receipts.len())))
        },
    )?;
    registry.method("eth_getBlockTransactionCountByHash", 1, |backend, args| {
        let hash: B256 = args.required(0, "block hash")?;
        Ok(find(backend, hash.into()).map(|mined| U64::from(mined.receipts.len())))
    })?;
    registry.method("eth_getUncleCountByBlockNumber", 1, |backend, args| {
        let number: BlockNumberOrTag = args.required(0, "block")?;
        Ok(find(backend, number.into()).map(|_| U64::ZERO))
    })?;
    registry.method("eth_getUncleCountByBlockHash", 1, |backend, args| {
        let hash: B256 = args.required(0, "block hash")?;
        Ok(find(backend, hash.into()).map(|_| U64::ZERO))
    })?;
    registry.method(
        "eth_getTransactionByBlockNumberAndIndex",
        2,
        |backend, args| {
            let number: BlockNumberOrTag = args.required(0, "block")?;
            transaction_in(backend, number.into(), args)
        },
    )?;
    registry.method(
        "eth_getTransactionByBlockHashAndIndex",
        2,
        |backend, args| {
            let hash: B256 = args.required(0, "block hash")?;
            transaction_in(backend, hash.into(), args)
        },
    )?;
    registry.method("eth_getTransactionByHash", 1, transaction)?;
    registry.method("eth_getRawTransactionByHash", 1, raw_transaction)?;
    registry.method("eth_getTransactionReceipt", 1, receipt)?;
    registry.method("eth_getLogs", 1, logs)
}

fn find(backend: &Backend, id: BlockId) -> Option<Arc<Mined>> {
    if id.is_pending() {
        return Some(backend.pending());
    }
    backend.chain().block(id).cloned()
}

/// A block, with its transactions in full if parameter 1 says so, else with their hashes.
fn block(backend: &Backend, id: BlockId, args: &mut Args) -> RpcResult<Option<Block>> {
    let full = args.optional(1, "full transactions")?.unwrap_or(false);
    Ok(find(backend, id).map(|mined| {
        let mut block = mined.block.clone();
        if !full {
            block.transactions.convert_to_hashes();
        }
        block
    }))
}

fn transaction_in(
    backend: &Backend,
    id: BlockId,
    args: &mut Args,
) -> RpcResult<Option<Transaction>> {
    let index: U64 = args.required(1, "index")?;
    let index = usize::try_from(index.to::<u64>()).unwrap_or(usize::MAX);
    Ok(find(backend, id).and_then(|mined| mined.block.transactions.txns().nth(index).cloned()))
}

fn transaction(backend: &Backend, args: &mut Args) -> RpcResult<Option<Transaction>> {
    let hash: B256 = args.required(0, "transaction hash")?;
    let chain = backend.chain();
    if let Some((transaction, _)) = chain.transaction(hash) {
        return Ok(Some(transaction.clone()));
    }
    Ok(chain.pool.find(hash).cloned().map(waiting))
}

/// A transaction that is in no block yet.
fn waiting(inner: Recovered<alloy_consensus::TxEnvelope>) -> Transaction {
    Transaction {
        inner,
        block_hash: None,
        block_number: None,
        transaction_index: None,
        effective_gas_price: None,
        block_timestamp: None,
    }
}

fn raw_transaction(backend: &Backend, args: &mut Args) -> RpcResult<Option<Bytes>> {
    use alloy_eips::Encodable2718;
    let found = transaction(backend, args)?;
    Ok(found.map(|transaction| transaction.inner.inner().encoded_2718().into()))
}

fn receipt(backend: &Backend, args: &mut Args) -> RpcResult<Option<TransactionReceipt>> {
    let hash: B256 = args.required(0, "transaction hash")?;
    Ok(backend
        .chain()
        .transaction(hash)
        .map(|(_, receipt)| receipt.clone()))
}

fn logs(backend: &Backend, args: &mut Args) -> RpcResult<Vec<Log>> {
    find_logs(backend, &args.required(0, "filter")?)
}

/// The logs that a filter matches in the blocks that it names.
pub(super) fn find_logs(backend: &Backend, filter: &Filter) -> RpcResult<Vec<Log>> {
    let blocks: Vec<Arc<Mined>> = {
        let chain = backend.chain();
        match filter.block_option {
            FilterBlockOption::AtBlockHash(hash) => {
                let id = BlockId::from(hash);
                vec![Arc::clone(
                    chain.block(id).ok_or_else(|| unknown_block(id))?,
                )]
            }
            FilterBlockOption::Range {
                from_block,
                to_block,
            } => {
                let number = |tag: Option<BlockNumberOrTag>| match tag.unwrap_or_default() {
                    BlockNumberOrTag::Number(number) => number,
                    BlockNumberOrTag::Earliest => 0,
                    _ => chain.height(),
                };
                let (from, to) = (number(from_block), number(to_block));
                if from > to {
                    return Err(invalid_params(format!(
                        "params[0] (filter): fromBlock {from} is after toBlock {to}"
                    )));
                }
                chain.range(from, to).to_vec()
            }
        }
    };
    matching(filter, blocks.into_iter())
}

/// The logs of these blocks that a filter's addresses and topics match.
pub(super) fn matching(
    filter: &Filter,
    blocks: impl Iterator<Item = Arc<Mined>>,
) -> RpcResult<Vec<Log>> {
    let mut found = Vec::new();
    for mined in blocks {
        if !filter.matches_bloom(mined.block.header.inner.logs_bloom) {
            continue;
        }
        let logs = mined
            .receipts
            .iter()
            .flat_map(|receipt| receipt.inner.logs());
        let logs = logs.filter(|log| {
            filter.matches_address(log.address()) && filter.matches_topics(log.topics())
        });
        found.extend(logs.cloned());
        if found.len() > MAX_LOGS {
            return Err(rejected(format!(
                "query returned more than {MAX_LOGS} logs; ask for a smaller range of blocks"
            )));
        }
    }
    Ok(found)
}
