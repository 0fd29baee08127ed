//! The chain's time: the wall clock, shifted as tests ask for.

use std::time::{SystemTime, UNIX_EPOCH};

/// Decides the timestamps of blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// Seconds that the chain is ahead of the wall clock (behind, if negative).
    offset: i64,
    /// The next block's timestamp, if it was set.
    next: Option<u64>,
    /// Seconds from one block to the next, if they were set.
    interval: Option<u64>,
}

fn wall() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl Clock {
    /// The chain's present, in seconds since the UNIX epoch.
    pub(crate) fn now(&self) -> u64 {
        wall().saturating_add_signed(self.offset)
    }

    /// The next block's timestamp. Ethereum wants each block later than its parent, in whole
    /// seconds; so when blocks come faster, the chain runs ahead of the clock.
    pub(crate) fn next_timestamp(&self, parent: u64) -> u64 {
        let by_interval = || self.interval.map(|seconds| parent.saturating_add(seconds));
        self.next
            .or_else(by_interval)
            .unwrap_or_else(|| self.now())
            .max(parent.saturating_add(1))
    }

    /// Sets the next block's timestamp; the time after it runs on from there.
    pub(crate) fn set_next(&mut self, timestamp: u64) {
        self.next = Some(timestamp);
    }

    /// Sets the seconds from one block to the next; `None` goes back to the clock.
    pub(crate) fn set_interval(&mut self, seconds: Option<u64>) {
        self.interval = seconds;
    }

    /// Sets the chain's present; gives the shift against the wall clock, in seconds.
    pub(crate) fn set_now(&mut self, timestamp: u64) -> i64 {
        let wall = i64::try_from(wall()).unwrap_or(i64::MAX);
        self.offset = i64::try_from(timestamp)
            .unwrap_or(i64::MAX)
            .saturating_sub(wall);
        self.offset
    }

    /// Moves the chain's present; gives the whole shift so far, in seconds.
    pub(crate) fn increase(&mut self, seconds: u64) -> i64 {
        self.offset = self.offset.saturating_add_unsigned(seconds);
        self.offset
    }

    /// A block was mined with this timestamp.
    pub(crate) fn mined(&mut self, timestamp: u64) {
        if self.next.take().is_some() {
            self.set_now(timestamp);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_always_later_than_its_parent() {
        let clock = Clock::default();
        let parent = clock.now() + 1_000;
        assert_eq!(clock.next_timestamp(parent), parent + 1);
    }

    #[test]
    fn time_runs_on_from_a_timestamp_that_was_set() {
        let mut clock = Clock::default();
        let target = clock.now() + 10_000;
        clock.set_next(target);
        assert_eq!(clock.next_timestamp(0), target);
        clock.mined(target);
        assert!(clock.now().abs_diff(target) <= 1);
    }
}
