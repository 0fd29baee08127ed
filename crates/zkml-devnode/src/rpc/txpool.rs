//! The transactions that wait.

use std::collections::BTreeMap;

use alloy_consensus::{Transaction as _, TxEnvelope, transaction::Recovered};
use alloy_primitives::{Address, B256, U64};
use alloy_rpc_types_eth::Transaction;
use serde::Serialize;

use super::{
    blocks::waiting,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{backend::Backend, rpc_error::RpcResult};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("txpool_status", 0, |backend, _| {
        let content = content(backend, |_| ());
        let count = |part: &Part<()>| U64::from(part.values().map(BTreeMap::len).sum::<usize>());
        Ok(Content {
            pending: count(&content.pending),
            queued: count(&content.queued),
        })
    })?;
    registry.method("txpool_content", 0, |backend, _| {
        Ok(content(backend, |tx| waiting(tx.clone())))
    })?;
    registry.method("txpool_contentFrom", 1, content_from)?;
    registry.method("txpool_inspect", 0, |backend, _| {
        Ok(content(backend, summary))
    })?;
    registry.method("anvil_dropTransaction", 1, drop_transaction)?;
    registry.alias("hardhat_dropTransaction", "anvil_dropTransaction")?;
    registry.method("anvil_dropAllTransactions", 0, |backend, _| {
        backend.change(|chain| chain.pool.forget(|_, _| true));
        Ok(())
    })?;
    registry.method("anvil_removePoolTransactions", 1, |backend, args| {
        let address: Address = args.required(0, "address")?;
        backend.change(|chain| chain.pool.forget(|sender, _| sender == address));
        Ok(())
    })
}

/// Something for each waiting transaction, by sender and by nonce (in decimal digits).
type Part<T> = BTreeMap<Address, BTreeMap<String, T>>;

/// What could be mined now, and what waits for a nonce before its own.
#[derive(Clone, Debug, Serialize)]
struct Content<T> {
    pending: T,
    queued: T,
}

fn content<T>(backend: &Backend, view: impl Fn(&Recovered<TxEnvelope>) -> T) -> Content<Part<T>> {
    let waiting = {
        let chain = backend.chain();
        chain.pool.content(&chain.state)
    };
    let mut content = Content {
        pending: Part::new(),
        queued: Part::new(),
    };
    for (tx, ready) in waiting {
        let part = if ready {
            &mut content.pending
        } else {
            &mut content.queued
        };
        let nonce = tx.nonce().to_string();
        part.entry(tx.signer())
            .or_default()
            .insert(nonce, view(&tx));
    }
    content
}

fn content_from(
    backend: &Backend,
    args: &mut Args,
) -> RpcResult<Content<BTreeMap<String, Transaction>>> {
    let address: Address = args.required(0, "address")?;
    let mut all = content(backend, |tx| waiting(tx.clone()));
    Ok(Content {
        pending: all.pending.remove(&address).unwrap_or_default(),
        queued: all.queued.remove(&address).unwrap_or_default(),
    })
}

/// One line on a transaction, as in geth.
fn summary(tx: &Recovered<TxEnvelope>) -> String {
    let to = tx
        .to()
        .map_or("contract creation".into(), |to| to.to_string());
    format!(
        "{to}: {} wei + {} gas × {} wei",
        tx.value(),
        tx.gas_limit(),
        tx.max_fee_per_gas()
    )
}

/// The hash, if the transaction waited.
fn drop_transaction(backend: &Backend, args: &mut Args) -> RpcResult<Option<B256>> {
    let hash: B256 = args.required(0, "transaction hash")?;
    Ok(backend.change(|chain| {
        let tx = chain.pool.find(hash)?;
        let (sender, nonce) = (tx.signer(), tx.nonce());
        chain.pool.remove(sender, nonce);
        Some(hash)
    }))
}
