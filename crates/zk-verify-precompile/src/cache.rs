//! Prepared keys, kept between calls because preparing costs far more than one verification.
//!
//! An entry is a pure function of the key's bytes and is found under their keccak256, taken from the
//! bytes just read from the state; it carries nothing of the chain's configuration. So a hit and a
//! miss differ in time alone.

use crate::arc::Arc;
use alloy_primitives::B256;
use core::fmt;
use halo2_kzg_verifier::PreparedKey;

/// Capacity of a cache, in bytes, unless the node says otherwise: some hundreds of ordinary keys.
pub const DEFAULT_CACHE_CAPACITY: u64 = 256 << 20;

/// Uses of a key after which it gets tables of its points, and calls of any keys that must lie between
/// two keys' tables. Tables take milliseconds to make: spread over so many calls, each of which was
/// paid for as if no key were ever cached, that is little, and whoever prepares a thousand keys to be
/// due in one block gets one table there.
#[cfg(feature = "std")]
const USES_PER_TABLE: u64 = 64;

/// Bytes that the tables of one key may take: windows of ten bits for an ordinary circuit's points.
#[cfg(feature = "std")]
const TABLE_BYTES: usize = 640 << 10;

/// A cache of prepared keys, bounded in bytes; the least recently used goes first.
///
/// Without the feature `std` there is no lock and the cache keeps nothing.
pub struct KeyCache {
    #[cfg(feature = "std")]
    entries: std::sync::Mutex<entries::Entries>,
    capacity: u64,
}

impl KeyCache {
    /// A cache that holds prepared keys of at most `capacity` bytes together. A key that is larger
    /// than that is prepared anew at each call; with 0 every key is.
    pub fn new(capacity: u64) -> Self {
        Self {
            #[cfg(feature = "std")]
            entries: std::sync::Mutex::default(),
            capacity,
        }
    }

    /// The most that the entries may take together, in bytes.
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl Default for KeyCache {
    fn default() -> Self {
        Self::new(DEFAULT_CACHE_CAPACITY)
    }
}

#[cfg(not(feature = "std"))]
impl KeyCache {
    pub(crate) fn get(&self, _id: &B256) -> Option<Arc<PreparedKey>> {
        None
    }

    pub(crate) fn insert(&self, _id: B256, _key: &Arc<PreparedKey>) {}
}

#[cfg(feature = "std")]
impl KeyCache {
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

    pub(crate) fn get(&self, id: &B256) -> Option<Arc<PreparedKey>> {
        let (key, earns_tables) = self.lock().get(id)?;
        if !earns_tables {
            return Some(key);
        }
        let key = Arc::new(key.with_tables(TABLE_BYTES));
        self.put(*id, &key, true);
        Some(key)
    }

    pub(crate) fn insert(&self, id: B256, key: &Arc<PreparedKey>) {
        self.put(id, key, false);
    }

    fn put(&self, id: B256, key: &Arc<PreparedKey>, has_tables: bool) {
        let size = key.size_in_bytes() as u64;
        let mut entries = self.lock();
        let evicted = entries.insert(id, key.clone(), size, self.capacity, has_tables);
        drop(entries);
        // Freed when nobody waits for the lock.
        drop(evicted);
    }

    /// A thread that panicked while it held the lock may have left a half-made change: start empty.
    fn lock(&self) -> std::sync::MutexGuard<'_, entries::Entries> {
        self.entries.lock().unwrap_or_else(|poisoned| {
            self.entries.clear_poison();
            let mut entries = poisoned.into_inner();
            *entries = entries::Entries::default();
            entries
        })
    }
}

#[cfg(feature = "std")]
mod entries {
    use super::USES_PER_TABLE;
    use crate::arc::Arc;
    use alloc::{collections::BTreeMap, vec::Vec};
    use alloy_primitives::B256;
    use halo2_kzg_verifier::PreparedKey;

    /// The entries by id, and their ids by the time of last use, which is a count of uses.
    pub(super) struct Entries<T = PreparedKey> {
        by_id: BTreeMap<B256, Entry<T>>,
        by_use: BTreeMap<u64, B256>,
        uses: u64,
        /// Uses since a key last got tables, as far as they count.
        since_tables: u64,
        size: u64,
    }

    struct Entry<T> {
        key: Arc<T>,
        size: u64,
        last_use: u64,
        hits: u64,
        has_tables: bool,
    }

    impl<T> Default for Entries<T> {
        fn default() -> Self {
            Self {
                by_id: BTreeMap::new(),
                by_use: BTreeMap::new(),
                uses: 0,
                since_tables: 0,
                size: 0,
            }
        }
    }

    impl<T> Entries<T> {
        pub(super) const fn size(&self) -> u64 {
            self.size
        }

        pub(super) fn len(&self) -> usize {
            self.by_id.len()
        }

        /// The entry, and whether the caller shall now make its tables.
        pub(super) fn get(&mut self, id: &B256) -> Option<(Arc<T>, bool)> {
            let entry = self.by_id.get_mut(id)?;
            self.uses = self.uses.saturating_add(1);
            self.by_use.remove(&entry.last_use);
            entry.last_use = self.uses;
            self.by_use.insert(self.uses, *id);
            entry.hits = entry.hits.saturating_add(1);
            self.since_tables = self.since_tables.saturating_add(1);
            let earns_tables = !entry.has_tables
                && entry.hits >= USES_PER_TABLE
                && self.since_tables >= USES_PER_TABLE;
            if earns_tables {
                // Told to one caller only; the others go on without until the tables are there.
                entry.has_tables = true;
                self.since_tables = 0;
            }
            Some((entry.key.clone(), earns_tables))
        }

        /// Gives what had to go, and what the entry replaces.
        pub(super) fn insert(
            &mut self,
            id: B256,
            key: Arc<T>,
            size: u64,
            capacity: u64,
            has_tables: bool,
        ) -> Vec<Arc<T>> {
            let mut evicted = Vec::new();
            if size > capacity {
                return evicted;
            }
            evicted.extend(self.remove(&id));
            while self.size.saturating_add(size) > capacity {
                let Some((_, oldest)) = self.by_use.first_key_value() else {
                    return evicted;
                };
                let oldest = *oldest;
                evicted.extend(self.remove(&oldest));
            }
            self.uses = self.uses.saturating_add(1);
            self.size = self.size.saturating_add(size);
            self.by_use.insert(self.uses, id);
            self.by_id.insert(
                id,
                Entry {
                    key,
                    size,
                    last_use: self.uses,
                    hits: 0,
                    has_tables,
                },
            );
            evicted
        }

        fn remove(&mut self, id: &B256) -> Option<Arc<T>> {
            let entry = self.by_id.remove(id)?;
            self.by_use.remove(&entry.last_use);
            self.size = self.size.saturating_sub(entry.size);
            Some(entry.key)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn id(n: u8) -> B256 {
            B256::repeat_byte(n)
        }

        fn kept(entries: &mut Entries<u8>) -> Vec<u8> {
            (0..=9)
                .filter(|n| entries.by_id.contains_key(&id(*n)))
                .collect()
        }

        #[test]
        fn never_holds_more_than_its_capacity_and_drops_the_least_recently_used() {
            let mut entries = Entries::<u8>::default();
            for n in 0..3 {
                entries.insert(id(n), Arc::new(n), 10, 30, false);
            }
            assert_eq!(kept(&mut entries), [0, 1, 2]);
            assert_eq!(entries.get(&id(0)).map(|(key, _)| *key), Some(0));
            let evicted = entries.insert(id(3), Arc::new(3), 10, 30, false);
            assert_eq!(evicted, [Arc::new(1)]);
            assert_eq!(
                (kept(&mut entries), entries.size()),
                (alloc::vec![0, 2, 3], 30)
            );
            entries.insert(id(4), Arc::new(4), 25, 30, false);
            assert_eq!((kept(&mut entries), entries.size()), (alloc::vec![4], 25));
        }

        #[test]
        fn keys_that_are_due_at_once_get_their_tables_one_by_one() {
            let mut entries = Entries::<u8>::default();
            for n in 0..2 {
                entries.insert(id(n), Arc::new(n), 1, 30, false);
            }
            let mut due = Vec::new();
            for use_ in 1..=3 * USES_PER_TABLE {
                for n in 0..2 {
                    if entries.get(&id(n)).unwrap().1 {
                        due.push((n, use_));
                    }
                }
            }
            // Both have 64 uses at once; the second waits for 64 more calls of either.
            assert_eq!(due, [(0, 64), (1, 96)]);
        }

        #[test]
        fn leaves_out_what_is_larger_than_the_cache() {
            let mut entries = Entries::<u8>::default();
            entries.insert(id(1), Arc::new(1), 10, 30, false);
            entries.insert(id(2), Arc::new(2), 31, 30, false);
            assert_eq!(kept(&mut entries), [1]);
        }

        #[test]
        fn counts_an_entry_that_is_put_twice_once() {
            let mut entries = Entries::<u8>::default();
            for _ in 0..5 {
                entries.insert(id(1), Arc::new(1), 10, 30, false);
            }
            assert_eq!(
                (entries.len(), entries.size(), entries.by_use.len()),
                (1, 10, 1)
            );
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_the_lock_only_empties_the_cache() {
        let cache = KeyCache::default();
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
