//! The verdicts that are kept: valid proofs and rejections, each within bytes of their own.

use super::Verdict;
use super::flights::Store;
use crate::lru::{Lru, NewEntry};
use alloy_primitives::B256;
use halo2_kzg_verifier::Rejection;

/// Bytes that an entry is charged with: its share of two maps whose nodes are half full at worst. A test
/// holds it against what the allocator is asked for.
const ENTRY_BYTES: u64 = 320;

/// One byte in so many is for rejections.
const REJECTIONS_SHARE: u64 = 8;

pub(super) struct Table {
    valid: Lru<()>,
    valid_capacity: u64,
    rejected: Lru<Rejection>,
    rejected_capacity: u64,
}

impl Table {
    pub(super) fn new(capacity: u64) -> Self {
        let rejected_capacity = capacity.checked_div(REJECTIONS_SHARE).unwrap_or(0);
        Self {
            valid: Lru::default(),
            valid_capacity: capacity.saturating_sub(rejected_capacity),
            rejected: Lru::default(),
            rejected_capacity,
        }
    }

    pub(super) const fn size(&self) -> u64 {
        self.valid.size().saturating_add(self.rejected.size())
    }

    pub(super) fn len(&self) -> usize {
        self.valid.len().saturating_add(self.rejected.len())
    }
}

impl Store for Table {
    type Id = B256;
    type Value = Verdict;

    fn get(&mut self, id: &B256) -> Option<Verdict> {
        if self.valid.get(id).is_some() {
            return Some(Ok(()));
        }
        self.rejected.get(id).map(|reason| Err(*reason))
    }

    fn insert(&mut self, id: B256, verdict: Verdict) -> u64 {
        fn put<V>(entries: &mut Lru<V>, id: B256, value: V, capacity: u64) -> u64 {
            let size = ENTRY_BYTES;
            let entry = NewEntry { value, size };
            entries.insert(id, entry, capacity).evicted_bytes
        }
        match verdict {
            Ok(()) => put(&mut self.valid, id, (), self.valid_capacity),
            Err(reason) => put(&mut self.rejected, id, reason, self.rejected_capacity),
        }
    }

    fn reset(&mut self) {
        *self = Self {
            valid: Lru::default(),
            rejected: Lru::default(),
            ..*self
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> B256 {
        B256::left_padding_from(&n.to_be_bytes())
    }

    #[test]
    fn keeps_verdicts_with_their_reasons() {
        let mut table = Table::new(1 << 20);
        let reason = Rejection::IdentityPoint { point: 3 };
        table.insert(id(1), Ok(()));
        table.insert(id(2), Err(reason));
        assert_eq!(table.get(&id(1)), Some(Ok(())));
        assert_eq!(table.get(&id(2)), Some(Err(reason)));
        assert_eq!(table.get(&id(3)), None);
        assert_eq!((table.len(), table.size()), (2, 2 * ENTRY_BYTES));
    }

    #[test]
    fn rejections_evict_rejections_alone() {
        let mut table = Table::new(80 * ENTRY_BYTES);
        for n in 0..70 {
            assert_eq!(table.insert(id(n), Ok(())), 0);
        }
        let mut evicted = 0;
        for n in 1_000..2_000 {
            evicted += table.insert(id(n), Err(Rejection::PairingCheckFailed));
        }
        assert_eq!(evicted, 990 * ENTRY_BYTES);
        assert!((0..70).all(|n| table.get(&id(n)).is_some()));
        assert_eq!(table.size(), 80 * ENTRY_BYTES);
    }

    #[test]
    fn keeps_nothing_in_no_bytes() {
        let mut table = Table::new(0);
        table.insert(id(1), Ok(()));
        assert_eq!((table.get(&id(1)), table.size()), (None, 0));
    }
}
