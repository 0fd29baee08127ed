//! The filters that clients have installed and poll.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use alloy_primitives::B256;
use alloy_rpc_types_eth::Filter;

use crate::rpc_error::{RpcResult, invalid_params, rejected};

/// A filter that nobody asks for is forgotten after this time, as in geth.
const LIFETIME: Duration = Duration::from_secs(300);

/// The most filters at a time.
const MAX_FILTERS: usize = 1_000;

/// The most addresses and topics of one filter together.
const MAX_FILTER_VALUES: usize = 256;

/// How many arrivals of transactions are remembered for the filters on them.
const MAX_ARRIVALS: usize = 65_536;

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
    /// The number of the first block, or of the first arrival, that was not reported yet.
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
    /// The hashes of the transactions that arrived last; the newest is number `arrived - 1`.
    arrivals: VecDeque<B256>,
    arrived: u64,
}

/// What a filter has to report.
#[derive(Debug)]
pub(crate) enum News {
    /// The logs that the filter matches in the blocks from this one on.
    LogsFrom(Box<Filter>, u64),
    /// The hashes of the blocks from this one on.
    BlocksFrom(u64),
    /// These transactions.
    Transactions(Vec<B256>),
}

/// Refuses a filter with more addresses and topics than the node cares to remember.
pub(crate) fn check_size(filter: &Filter) -> RpcResult<()> {
    let values = filter.address.len() + filter.topics.iter().map(|set| set.len()).sum::<usize>();
    if values > MAX_FILTER_VALUES {
        return Err(invalid_params(format!(
            "params: a filter with {values} addresses and topics; at most {MAX_FILTER_VALUES}"
        )));
    }
    Ok(())
}

impl Filters {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Installs a filter for what comes after block `height`; gives its id.
    pub(crate) fn install(&self, kind: Kind, height: u64) -> RpcResult<u64> {
        if let Kind::Logs(filter) = &kind {
            check_size(filter)?;
        }
        let mut filters = self.lock();
        filters
            .live
            .retain(|_, filter| filter.polled.elapsed() < LIFETIME);
        if filters.live.len() >= MAX_FILTERS {
            return Err(rejected(format!(
                "{MAX_FILTERS} filters are installed already: eth_uninstallFilter removes one, and \
                 one that is not polled for five minutes goes by itself"
            )));
        }
        filters.issued += 1;
        let id = filters.issued;
        let next = match kind {
            Kind::Logs(_) | Kind::Blocks => height + 1,
            Kind::Transactions => filters.arrived,
        };
        let polled = Instant::now();
        filters.live.insert(id, Installed { kind, next, polled });
        Ok(id)
    }

    /// A transaction was taken in.
    pub(crate) fn arrived(&self, hash: B256) {
        let mut filters = self.lock();
        filters.arrived += 1;
        filters.arrivals.push_back(hash);
        if filters.arrivals.len() > MAX_ARRIVALS {
            filters.arrivals.pop_front();
        }
    }

    /// What filter `id` has to report on a chain of this height; it is then reported.
    pub(crate) fn poll(&self, id: u64, height: u64) -> Option<News> {
        let filters = &mut *self.lock();
        let filter = filters.live.get_mut(&id)?;
        filter.polled = Instant::now();
        // After `evm_revert` the chain may be shorter than what was reported.
        let from_block = filter.next.min(height + 1);
        let (news, next) = match &filter.kind {
            Kind::Logs(logs) => (News::LogsFrom(logs.clone(), from_block), height + 1),
            Kind::Blocks => (News::BlocksFrom(from_block), height + 1),
            Kind::Transactions => {
                let new = filters.arrived.saturating_sub(filter.next);
                let new = usize::try_from(new).unwrap_or(usize::MAX);
                let skip = filters.arrivals.len().saturating_sub(new);
                let hashes = filters.arrivals.iter().skip(skip).copied().collect();
                (News::Transactions(hashes), filters.arrived)
            }
        };
        filter.next = next;
        Some(news)
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
