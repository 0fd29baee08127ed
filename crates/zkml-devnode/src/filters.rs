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
    /// When it was asked for last.
    used: Instant,
}

impl Installed {
    fn is_alive(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.used) < LIFETIME
    }
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

impl Inner {
    /// Keeps filter `id` for another lifetime; `None` if there is none, or its time was over.
    fn renew(&mut self, id: u64, now: Instant) -> Option<()> {
        let filter = self.live.get_mut(&id)?;
        if filter.is_alive(now) {
            filter.used = now;
            return Some(());
        }
        self.live.remove(&id);
        None
    }
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
        let now = Instant::now();
        filters.live.retain(|_, filter| filter.is_alive(now));
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
        let filter = Installed {
            kind,
            next,
            used: now,
        };
        filters.live.insert(id, filter);
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

    /// What filter `id` has to report on a chain of this height; it is then reported, unless it is
    /// handed back with [`Self::take_back`].
    pub(crate) fn poll(&self, id: u64, height: u64) -> Option<News> {
        let filters = &mut *self.lock();
        filters.renew(id, Instant::now())?;
        let filter = filters.live.get_mut(&id)?;
        let (news, next) = match &filter.kind {
            Kind::Logs(logs) => (News::LogsFrom(logs.clone(), filter.next), height + 1),
            Kind::Blocks => (News::BlocksFrom(filter.next), height + 1),
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

    /// The blocks from `from` on could not be reported: they come again with the next poll.
    pub(crate) fn take_back(&self, id: u64, from: u64) {
        if let Some(filter) = self.lock().live.get_mut(&id) {
            // Another poll, or `rewind`, may have come between: nothing is skipped.
            filter.next = filter.next.min(from);
        }
    }

    /// The chain went back to this height: what comes after it is new to every filter.
    pub(crate) fn rewind(&self, height: u64) {
        for filter in self.lock().live.values_mut() {
            match filter.kind {
                Kind::Logs(_) | Kind::Blocks => filter.next = filter.next.min(height + 1),
                // Those count arrivals, which are not taken back.
                Kind::Transactions => {}
            }
        }
    }

    /// What a filter reports. To ask for it is to use the filter.
    pub(crate) fn kind(&self, id: u64) -> Option<Kind> {
        let mut filters = self.lock();
        filters.renew(id, Instant::now())?;
        filters.live.get(&id).map(|filter| filter.kind.clone())
    }

    /// Forgets a filter; `false` if there is none with this id.
    pub(crate) fn uninstall(&self, id: u64) -> bool {
        let mut filters = self.lock();
        filters.renew(id, Instant::now()).is_some() && filters.live.remove(&id).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_nobody_asks_for_is_gone_and_one_that_is_used_stays() {
        let filters = Filters::default();
        let id = filters.install(Kind::Blocks, 0).unwrap();
        let used = filters.lock().live[&id].used;
        let nearly = used + LIFETIME - Duration::from_nanos(1);
        assert_eq!(filters.lock().renew(id, nearly), Some(()));
        assert_eq!(filters.lock().renew(id, used + LIFETIME), Some(()));
        let over = used + LIFETIME + LIFETIME;
        assert_eq!(filters.lock().renew(id, over), None);
        assert!(filters.poll(id, 0).is_none());
        assert!(filters.kind(id).is_none());
        assert!(!filters.uninstall(id));
    }
}
