//! The filters that clients have installed and poll.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use alloy_rpc_types_eth::Filter;

use crate::rpc_error::{RpcResult, rejected};

/// A filter that nobody asks for is forgotten after this time, as in geth.
const LIFETIME: Duration = Duration::from_secs(300);

/// The most filters at a time.
const MAX_FILTERS: usize = 10_000;

/// What a filter reports.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Logs(Box<Filter>),
    Blocks,
    Transactions,
}

#[derive(Debug)]
struct Installed {
    kind: Kind,
    /// The first block that was not reported yet.
    next: u64,
    polled: Instant,
}

/// The filters of all clients.
#[derive(Debug, Default)]
pub(crate) struct Filters(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    live: HashMap<u64, Installed>,
    issued: u64,
}

impl Filters {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Installs a filter that reports from block `next` on; gives its id.
    pub(crate) fn install(&self, kind: Kind, next: u64) -> RpcResult<u64> {
        let mut filters = self.lock();
        filters
            .live
            .retain(|_, filter| filter.polled.elapsed() < LIFETIME);
        if filters.live.len() >= MAX_FILTERS {
            return Err(rejected(format!(
                "{MAX_FILTERS} filters are installed already"
            )));
        }
        filters.issued += 1;
        let id = filters.issued;
        filters.live.insert(
            id,
            Installed {
                kind,
                next,
                polled: Instant::now(),
            },
        );
        Ok(id)
    }

    /// What a filter reports, and the first block, at most `height + 1`, that it has not reported
    /// yet. From now on it has reported all up to `height`.
    pub(crate) fn poll(&self, id: u64, height: u64) -> Option<(Kind, u64)> {
        let mut filters = self.lock();
        let filter = filters.live.get_mut(&id)?;
        filter.polled = Instant::now();
        // After `evm_revert` the chain may be shorter than what was reported.
        let from = filter.next.min(height + 1);
        filter.next = height + 1;
        Some((filter.kind.clone(), from))
    }

    /// What a filter reports.
    pub(crate) fn kind(&self, id: u64) -> Option<Kind> {
        self.lock().live.get(&id).map(|filter| filter.kind.clone())
    }

    /// Forgets a filter; `false` if there is none with this id.
    pub(crate) fn uninstall(&self, id: u64) -> bool {
        self.lock().live.remove(&id).is_some()
    }
}
