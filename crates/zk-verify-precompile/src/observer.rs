//! A window for tools: the development node's traces, a node's metrics, the demo's timings.

use crate::{Counter, Output};
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloy_primitives::{Address, B256};

/// Told about every call. It gets values and returns none, so it cannot influence a result.
///
/// The precompile reads no clock; an observer that wants durations takes the time in these methods.
///
/// One node has many reasons to run an EVM, and a tool often wants to know about one run alone:
/// [`ZkVerify::with_observer`](crate::ZkVerify::with_observer) gives each run an observer of its own
/// over the same cache.
pub trait Observer: Send + Sync {
    /// A call of ours begins.
    fn call_begins(&self) {}

    /// The key is decoded, accepted and prepared; verification itself begins.
    fn verification_begins(&self) {}

    /// Something was counted: add `by`. Told as it happens, also outside of calls, when a speculation is
    /// settled.
    fn counted(&self, counter: Counter, by: u64) {
        let _ = (counter, by);
    }

    /// The call ended. Not called where the host's database failed: that is the host's own error.
    fn call_ends(&self, report: &Report<'_>);
}

// Where there are no atomics, nothing that is shared is `Send`.
#[cfg(target_has_atomic = "ptr")]
impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn call_begins(&self) {
        (**self).call_begins();
    }

    fn verification_begins(&self) {
        (**self).verification_begins();
    }

    fn counted(&self, counter: Counter, by: u64) {
        (**self).counted(counter, by);
    }

    fn call_ends(&self, report: &Report<'_>) {
        (**self).call_ends(report);
    }
}

/// What happened in one call. Parts that the call did not get to are `None` or zero.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The executing contract.
    pub caller: Address,
    /// The key's address: named, bound, or the chain's default.
    pub key: Option<Address>,
    /// The key's id: keccak256 of the code that was read.
    pub key_id: Option<B256>,
    /// Was the key found prepared? Differs from node to node and matters to speed alone.
    pub key_was_cached: bool,
    /// Was the verdict kept from an earlier verification? Differs from node to node and matters to speed
    /// alone.
    pub verdict_was_kept: bool,
    /// Bytes of the proof.
    pub proof_length: u64,
    /// Bytes of the public inputs.
    pub public_inputs_length: u64,
    /// Bytes of the key.
    pub key_length: u64,
    /// How it ended and what it cost.
    pub output: &'a Output,
}
