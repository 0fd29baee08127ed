//! Prepared keys, kept between calls: preparing one takes up to a quarter of a verification.
//!
//! An entry is a pure function of the key's bytes and is found under their keccak256, taken from the
//! bytes just read from the state; it carries nothing of the chain's configuration. So a hit and a
//! miss differ in time alone.

#[cfg(feature = "std")]
mod shelf;

use crate::{Arithmetic, Standard, arc::Arc};
use alloy_primitives::B256;
use core::{fmt, marker::PhantomData};
use halo2_kzg_verifier::PreparedKey;

/// Capacity of a cache, in bytes, unless the node says otherwise: some hundreds of ordinary keys.
pub const DEFAULT_CACHE_CAPACITY: u64 = 256 << 20;

/// A key gets tables of its points after so many uses, and at most one key in so many calls. Tables take milliseconds
/// to make. Each of these calls was paid for as if no key were cached, so the tables are a small part. If a thousand
/// keys are due in one block, one call in 64 makes tables.
#[cfg(feature = "std")]
const USES_PER_TABLE: u64 = 64;

/// Bytes that the tables of one key may take: windows of ten bits for an ordinary circuit's points.
#[cfg(feature = "std")]
const TABLE_BYTES: usize = 640 << 10;

/// A cache of prepared keys, bounded in bytes; the least recently used goes first.
///
/// Without the feature `std` there is no lock and the cache keeps nothing.
pub struct KeyCache<A: Arithmetic = Standard> {
    #[cfg(feature = "std")]
    entries: std::sync::Mutex<shelf::Shelf<PreparedKey<A>>>,
    capacity: u64,
    /// Without `std` no field names the arithmetic.
    arithmetic: PhantomData<fn() -> A>,
}

impl<A: Arithmetic> KeyCache<A> {
    /// A cache that holds prepared keys of at most `capacity` bytes together. A key that is larger
    /// than that is prepared anew at each call; with 0 every key is.
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            #[cfg(feature = "std")]
            entries: std::sync::Mutex::default(),
            capacity,
            arithmetic: PhantomData,
        }
    }

    /// The most that the entries may take together, in bytes.
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }
}

impl<A: Arithmetic> fmt::Debug for KeyCache<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(not(feature = "std"))]
impl<A: Arithmetic> KeyCache<A> {
    pub(crate) fn get(&self, _id: &B256) -> Option<(Arc<PreparedKey<A>>, u64)> {
        None
    }

    pub(crate) fn insert(&self, _id: B256, _key: &Arc<PreparedKey<A>>) -> u64 {
        0
    }
}

#[cfg(feature = "std")]
impl<A: Arithmetic> KeyCache<A> {
    /// Bytes that the entries take now.
    pub fn size(&self) -> u64 {
        self.lock().size()
    }

    /// Number of keys that are kept now.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Is nothing kept?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key, and the bytes of the keys that had to go for its tables.
    pub(crate) fn get(&self, id: &B256) -> Option<(Arc<PreparedKey<A>>, u64)> {
        let shelf::Hit { key, earns_tables } = self.lock().get(id)?;
        if !earns_tables {
            return Some((key, 0));
        }
        let key = Arc::new(key.with_tables(TABLE_BYTES));
        let evicted = self.put(*id, &key, true);
        Some((key, evicted))
    }

    /// Gives the bytes of the keys that had to go.
    pub(crate) fn insert(&self, id: B256, key: &Arc<PreparedKey<A>>) -> u64 {
        self.put(id, key, false)
    }

    fn put(&self, id: B256, key: &Arc<PreparedKey<A>>, has_tables: bool) -> u64 {
        let entry = shelf::NewKey {
            key: key.clone(),
            size: key.size_in_bytes() as u64,
            has_tables,
        };
        let mut entries = self.lock();
        let displaced = entries.insert(id, entry, self.capacity);
        drop(entries);
        // What is displaced is freed here, when nobody waits for the lock.
        displaced.evicted_bytes
    }

    /// A thread that panicked while it held the lock may have left a half-made change: start empty.
    fn lock(&self) -> std::sync::MutexGuard<'_, shelf::Shelf<PreparedKey<A>>> {
        self.entries.lock().unwrap_or_else(|poisoned| {
            self.entries.clear_poison();
            let mut entries = poisoned.into_inner();
            *entries = shelf::Shelf::default();
            entries
        })
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_the_lock_only_empties_the_cache() {
        let cache = KeyCache::<Standard>::new(DEFAULT_CACHE_CAPACITY);
        let poisoned = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _guard = cache.entries.lock().unwrap();
                    panic!("on purpose");
                })
                .join()
        });
        assert!(poisoned.is_err() && cache.entries.is_poisoned());
        assert!(cache.is_empty() && !cache.entries.is_poisoned());
    }
}
