//! Blocks, transactions, receipts and logs.

use alloy_consensus::{Transaction as _, TxEnvelope, transaction::Recovered};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, B256, Bytes, U64};
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
    logs,
    rpc_error::{RpcResult, invalid_params},
};

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
    registry.method("eth_getHeaderByNumber", 1, |backend, args| {
        let number: BlockNumberOrTag = args.required(0, "block")?;
        Ok(find(backend, number.into()).map(|mined| mined.block.header.clone()))
    })?;
    registry.alias("erigon_getHeaderByNumber", "eth_getHeaderByNumber")?;
    registry.method("eth_getHeaderByHash", 1, |backend, args| {
        let hash: B256 = args.required(0, "block hash")?;
        Ok(find(backend, hash.into()).map(|mined| mined.block.header.clone()))
    })?;
    registry.method("eth_getTransactionByHash", 1, transaction)?;
    registry.method(
        "eth_getTransactionBySenderAndNonce",
        2,
        transaction_by_nonce,
    )?;
    registry.method("eth_getRawTransactionByHash", 1, raw_transaction)?;
    registry.method("eth_getTransactionReceipt", 1, receipt)?;
    registry.method("eth_getLogs", 1, |backend, args| {
        find_logs(backend, &args.required(0, "filter")?)
    })
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

/// The sender's transaction with this nonce, mined or waiting.
fn transaction_by_nonce(backend: &Backend, args: &mut Args) -> RpcResult<Option<Transaction>> {
    let sender: Address = args.required(0, "sender")?;
    let nonce = args.required::<U64>(1, "nonce")?.to::<u64>();
    let is_it = |tx: &Recovered<TxEnvelope>| tx.signer() == sender && tx.nonce() == nonce;
    let chain = backend.chain();
    if let Some(tx) = chain.pool.get(sender, nonce) {
        return Ok(Some(waiting(tx.clone())));
    }
    let mined = chain.range(1, u64::MAX).iter().rev();
    let mut txs = mined.flat_map(|mined| mined.block.transactions.txns());
    Ok(txs.find(|tx| is_it(&tx.inner)).cloned())
}

/// A transaction that is in no block yet.
pub(super) fn waiting(inner: Recovered<TxEnvelope>) -> Transaction {
    Transaction {
        inner,
        block_hash: None,
        block_number: None,
        transaction_index: None,
        effective_gas_price: None,
        block_timestamp: None,
    }
}

pub(super) fn raw_transaction(backend: &Backend, args: &mut Args) -> RpcResult<Option<Bytes>> {
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
    logs::matching(filter, blocks.into_iter())
}
