//! What the cache holds, and which key shall get tables.

use super::USES_PER_TABLE;
use crate::{
    arc::Arc,
    lru::{Displaced, Lru, NewEntry},
};
use alloy_primitives::B256;

/// Keys by id.
pub(super) struct Shelf<T> {
    keys: Lru<Kept<T>>,
    /// Uses of any key since one last got tables.
    since_tables: u64,
}

/// A key that was found.
pub(super) struct Hit<T> {
    pub(super) key: Arc<T>,
    /// The caller shall now make the key's tables and insert it again.
    pub(super) earns_tables: bool,
}

/// What is put in.
pub(super) struct NewKey<T> {
    pub(super) key: Arc<T>,
    /// In bytes.
    pub(super) size: u64,
    pub(super) has_tables: bool,
}

pub(super) struct Kept<T> {
    key: Arc<T>,
    hits: u64,
    has_tables: bool,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            keys: Lru::default(),
            since_tables: 0,
        }
    }
}

impl<T> Shelf<T> {
    pub(super) const fn size(&self) -> u64 {
        self.keys.size()
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Finds a key and counts the use.
    pub(super) fn get(&mut self, id: &B256) -> Option<Hit<T>> {
        let kept = self.keys.get(id)?;
        kept.hits = kept.hits.saturating_add(1);
        self.since_tables = self.since_tables.saturating_add(1);
        let earns_tables =
            !kept.has_tables && kept.hits >= USES_PER_TABLE && self.since_tables >= USES_PER_TABLE;
        if earns_tables {
            // Told to one caller only; the others go on without until the tables are there.
            kept.has_tables = true;
            self.since_tables = 0;
        }
        Some(Hit {
            key: kept.key.clone(),
            earns_tables,
        })
    }

    /// Gives what had to go, and what the key replaces.
    pub(super) fn insert(&mut self, id: B256, new: NewKey<T>, capacity: u64) -> Displaced<Kept<T>> {
        let entry = NewEntry {
            value: Kept {
                key: new.key,
                hits: 0,
                has_tables: new.has_tables,
            },
            size: new.size,
        };
        self.keys.insert(id, entry, capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn keys_that_are_due_at_once_get_their_tables_one_by_one() {
        let id = B256::repeat_byte;
        let mut shelf = Shelf::<u8>::default();
        for n in 0..2 {
            let key = NewKey {
                key: Arc::new(n),
                size: 1,
                has_tables: false,
            };
            shelf.insert(id(n), key, 30);
        }
        let mut due = Vec::new();
        for use_ in 1..=3 * USES_PER_TABLE {
            for n in 0..2 {
                if shelf.get(&id(n)).unwrap().earns_tables {
                    due.push((n, use_));
                }
            }
        }
        // Both have 64 uses at once; the second waits for 64 more calls of either.
        assert_eq!(due, [(0, 64), (1, 96)]);
    }
}
