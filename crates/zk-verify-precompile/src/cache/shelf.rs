//! What the cache holds: the least recently used entry goes first.

use super::USES_PER_TABLE;
use crate::arc::Arc;
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::B256;

/// The entries by id, and their ids by the time of last use, which is a count of uses.
pub(super) struct Lru<T> {
    by_id: BTreeMap<B256, Entry<T>>,
    by_use: BTreeMap<u64, B256>,
    uses: u64,
    /// Uses since a key last got tables, as far as they count.
    since_tables: u64,
    size: u64,
}

/// An entry that was found.
pub(super) struct Hit<T> {
    pub(super) key: Arc<T>,
    /// The caller shall now make the key's tables and insert it again.
    pub(super) earns_tables: bool,
}

/// What is put in.
pub(super) struct NewEntry<T> {
    pub(super) key: Arc<T>,
    /// In bytes.
    pub(super) size: u64,
    pub(super) has_tables: bool,
}

struct Entry<T> {
    key: Arc<T>,
    size: u64,
    last_use: u64,
    hits: u64,
    has_tables: bool,
}

impl<T> Default for Lru<T> {
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

impl<T> Lru<T> {
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Finds an entry and counts the use.
    pub(super) fn get(&mut self, id: &B256) -> Option<Hit<T>> {
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
        Some(Hit {
            key: entry.key.clone(),
            earns_tables,
        })
    }

    /// Gives what had to go, and what the entry replaces.
    pub(super) fn insert(&mut self, id: B256, new: NewEntry<T>, capacity: u64) -> Vec<Arc<T>> {
        let mut evicted = Vec::new();
        if new.size > capacity {
            return evicted;
        }
        evicted.extend(self.remove(&id));
        while self.size.saturating_add(new.size) > capacity {
            let Some((_, oldest)) = self.by_use.first_key_value() else {
                return evicted;
            };
            let oldest = *oldest;
            evicted.extend(self.remove(&oldest));
        }
        self.uses = self.uses.saturating_add(1);
        self.size = self.size.saturating_add(new.size);
        self.by_use.insert(self.uses, id);
        self.by_id.insert(
            id,
            Entry {
                key: new.key,
                size: new.size,
                last_use: self.uses,
                hits: 0,
                has_tables: new.has_tables,
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

    fn insert(entries: &mut Lru<u8>, n: u8, size: u64, capacity: u64) -> Vec<Arc<u8>> {
        let entry = NewEntry {
            key: Arc::new(n),
            size,
            has_tables: false,
        };
        entries.insert(id(n), entry, capacity)
    }

    fn kept(entries: &mut Lru<u8>) -> Vec<u8> {
        (0..=9)
            .filter(|n| entries.by_id.contains_key(&id(*n)))
            .collect()
    }

    #[test]
    fn never_holds_more_than_its_capacity_and_drops_the_least_recently_used() {
        let mut entries = Lru::<u8>::default();
        for n in 0..3 {
            insert(&mut entries, n, 10, 30);
        }
        assert_eq!(kept(&mut entries), [0, 1, 2]);
        assert_eq!(entries.get(&id(0)).map(|hit| *hit.key), Some(0));
        let evicted = insert(&mut entries, 3, 10, 30);
        assert_eq!(evicted, [Arc::new(1)]);
        assert_eq!(
            (kept(&mut entries), entries.size()),
            (alloc::vec![0, 2, 3], 30)
        );
        insert(&mut entries, 4, 25, 30);
        assert_eq!((kept(&mut entries), entries.size()), (alloc::vec![4], 25));
    }

    #[test]
    fn keys_that_are_due_at_once_get_their_tables_one_by_one() {
        let mut entries = Lru::<u8>::default();
        for n in 0..2 {
            insert(&mut entries, n, 1, 30);
        }
        let mut due = Vec::new();
        for use_ in 1..=3 * USES_PER_TABLE {
            for n in 0..2 {
                if entries.get(&id(n)).unwrap().earns_tables {
                    due.push((n, use_));
                }
            }
        }
        // Both have 64 uses at once; the second waits for 64 more calls of either.
        assert_eq!(due, [(0, 64), (1, 96)]);
    }

    #[test]
    fn leaves_out_what_is_larger_than_the_cache() {
        let mut entries = Lru::<u8>::default();
        insert(&mut entries, 1, 10, 30);
        insert(&mut entries, 2, 31, 30);
        assert_eq!(kept(&mut entries), [1]);
    }

    #[test]
    fn counts_an_entry_that_is_put_twice_once() {
        let mut entries = Lru::<u8>::default();
        for _ in 0..5 {
            insert(&mut entries, 1, 10, 30);
        }
        assert_eq!(
            (entries.len(), entries.size(), entries.by_use.len()),
            (1, 10, 1)
        );
    }
}
