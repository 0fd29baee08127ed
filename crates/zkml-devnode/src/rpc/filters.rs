//! Filters that clients poll: what alloy, ethers and web3 fall back on without subscriptions.

use std::sync::Arc;

use alloy_primitives::U64;
use alloy_rpc_types_eth::{Filter, FilterBlockOption, FilterChanges, Log};

use super::{
    blocks,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    block::Mined,
    filters::{Kind, News},
    logs,
    rpc_error::{RpcResult, rejected},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_newFilter", 1, |backend, args| {
        let filter = args.required(0, "filter")?;
        install(backend, Kind::Logs(Box::new(filter)))
    })?;
    registry.method("eth_newBlockFilter", 0, |backend, _| {
        install(backend, Kind::Blocks)
    })?;
    registry.method("eth_newPendingTransactionFilter", 1, |backend, _| {
        install(backend, Kind::Transactions)
    })?;
    registry.method("eth_getFilterChanges", 1, changes)?;
    registry.method("eth_getFilterLogs", 1, filter_logs)?;
    registry.method("eth_uninstallFilter", 1, |backend, args| {
        let id = args.required::<U64>(0, "filter id")?.to();
        Ok(backend.filters.uninstall(id))
    })
}

fn install(backend: &Backend, kind: Kind) -> RpcResult<U64> {
    // Under the chain's lock, so that no block comes, and none goes, between.
    let chain = backend.chain();
    Ok(U64::from(backend.filters.install(kind, chain.height())?))
}

/// What came since the last call.
fn changes(backend: &Backend, args: &mut Args) -> RpcResult<FilterChanges> {
    let id: u64 = args.required::<U64>(0, "filter id")?.to();
    let (news, blocks) = poll(backend, id).ok_or_else(|| not_found(id))?;
    Ok(match news {
        News::LogsFrom(filter, from) => {
            let (first, last) = bounds(&filter);
            let wanted = blocks
                .into_iter()
                .filter(|mined| (first..=last).contains(&mined.block.header.inner.number));
            let found = logs::matching(&filter, wanted);
            if found.is_err() {
                backend.filters.take_back(id, from);
            }
            FilterChanges::Logs(found?)
        }
        News::BlocksFrom(_) => {
            let hash = |mined: &Arc<Mined>| mined.block.header.hash;
            FilterChanges::Hashes(blocks.iter().map(hash).collect())
        }
        News::Transactions(hashes) => FilterChanges::Hashes(hashes),
    })
}

/// What a filter has to report, with the blocks that it is about. All under one lock of the chain,
/// so that the blocks are those up to the height that the filter is told.
fn poll(backend: &Backend, id: u64) -> Option<(News, Vec<Arc<Mined>>)> {
    let chain = backend.chain();
    let news = backend.filters.poll(id, chain.height())?;
    let blocks = match &news {
        News::LogsFrom(_, from) | News::BlocksFrom(from) => chain.range(*from, u64::MAX).to_vec(),
        News::Transactions(_) => Vec::new(),
    };
    Some((news, blocks))
}

/// The blocks that a log filter is about; by hash, none that is still to come.
fn bounds(filter: &Filter) -> (u64, u64) {
    match filter.block_option {
        FilterBlockOption::AtBlockHash(_) => (1, 0),
        FilterBlockOption::Range {
            from_block,
            to_block,
        } => (
            from_block.and_then(|tag| tag.as_number()).unwrap_or(0),
            to_block.and_then(|tag| tag.as_number()).unwrap_or(u64::MAX),
        ),
    }
}

/// All logs that a log filter matches, reported or not.
fn filter_logs(backend: &Backend, args: &mut Args) -> RpcResult<Vec<Log>> {
    let id: u64 = args.required::<U64>(0, "filter id")?.to();
    match backend.filters.kind(id) {
        Some(Kind::Logs(filter)) => blocks::find_logs(backend, &filter),
        _ => Err(not_found(id)),
    }
}

fn not_found(id: u64) -> jsonrpsee::types::ErrorObjectOwned {
    rejected(format!("filter not found: {id:#x}"))
}
