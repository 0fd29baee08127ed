//! What is counted, for metrics.

/// A count that only grows, as [`Observer::counted`](crate::Observer::counted) tells it: a name and a
/// number to add, which is what a metrics recorder takes.
///
/// ```
/// use zk_verify_precompile::{Counter, Observer, Report};
///
/// # fn increment(_name: &'static str, _by: u64) {}
/// struct Metrics;
///
/// impl Observer for Metrics {
///     fn counted(&self, counter: Counter, by: u64) {
///         increment(counter.name(), by); // with the crate metrics: counter!(name).increment(by)
///     }
///
///     fn call_ends(&self, _: &Report<'_>) {}
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Counter {
    /// Calls whose verdict was kept, or found by another thread at the same time.
    VerdictHits,
    /// Calls that verified.
    VerdictMisses,
    /// Claims that a speculation noted.
    Speculated,
    /// Claims that were verified in batches.
    Batched,
    /// Claims of these batches that turned out invalid.
    SingledOut,
    /// Bytes of verdicts that had to make room.
    EvictedVerdictBytes,
    /// Bytes of prepared keys that had to make room.
    EvictedKeyBytes,
}

impl Counter {
    /// Every counter: to register them before the first call.
    pub const ALL: [Self; 7] = [
        Self::VerdictHits,
        Self::VerdictMisses,
        Self::Speculated,
        Self::Batched,
        Self::SingledOut,
        Self::EvictedVerdictBytes,
        Self::EvictedKeyBytes,
    ];

    /// The name for a metrics recorder, by the conventions of Prometheus.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerdictHits => "zk_verify_verdict_hits_total",
            Self::VerdictMisses => "zk_verify_verdict_misses_total",
            Self::Speculated => "zk_verify_speculated_total",
            Self::Batched => "zk_verify_batched_total",
            Self::SingledOut => "zk_verify_singled_out_total",
            Self::EvictedVerdictBytes => "zk_verify_evicted_verdict_bytes_total",
            Self::EvictedKeyBytes => "zk_verify_evicted_key_bytes_total",
        }
    }
}
