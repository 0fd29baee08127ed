//! Looking for logs in blocks.

use std::sync::Arc;

use alloy_rpc_types_eth::{Filter, Log};

use crate::{
    block::Mined,
    rpc_error::{RpcResult, rejected},
};

/// The most logs that one call returns.
const MAX_LOGS: usize = 100_000;

/// The logs of these blocks that a filter's addresses and topics match.
pub(crate) fn matching(
    filter: &Filter,
    blocks: impl Iterator<Item = Arc<Mined>>,
) -> RpcResult<Vec<Log>> {
    let mut found = Vec::new();
    for mined in blocks {
        found.extend(matching_in(filter, &mined).cloned());
        if found.len() > MAX_LOGS {
            return Err(rejected(format!(
                "query returned more than {MAX_LOGS} logs; ask for a smaller range of blocks"
            )));
        }
    }
    Ok(found)
}

/// The logs of one block that a filter's addresses and topics match.
pub(crate) fn matching_in<'a>(
    filter: &'a Filter,
    mined: &'a Mined,
) -> impl Iterator<Item = &'a Log> {
    let receipts: &[_] = if filter.matches_bloom(mined.block.header.inner.logs_bloom) {
        &mined.receipts
    } else {
        &[]
    };
    receipts
        .iter()
        .flat_map(|receipt| receipt.inner.logs())
        .filter(|log| filter.matches_address(log.address()) && filter.matches_topics(log.topics()))
}
