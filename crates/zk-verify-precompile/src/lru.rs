//! What a cache holds: bounded in bytes, the least recently used entry goes first.

use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::B256;

/// The entries by id, and their ids by the time of last use, which is a count of uses.
pub(crate) struct Lru<V> {
    by_id: BTreeMap<B256, Entry<V>>,
    by_use: BTreeMap<u64, B256>,
    uses: u64,
    size: u64,
}

/// What is put in.
pub(crate) struct NewEntry<V> {
    pub(crate) value: V,
    /// In bytes.
    pub(crate) size: u64,
}

/// What had to go, and what the new entry replaces.
pub(crate) struct Displaced<V> {
    pub(crate) values: Vec<V>,
    /// Bytes of those that had to go.
    pub(crate) evicted_bytes: u64,
}

struct Entry<V> {
    value: V,
    size: u64,
    last_use: u64,
}

impl<V> Default for Lru<V> {
    fn default() -> Self {
        Self {
            by_id: BTreeMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
            size: 0,
        }
    }
}

impl<V> Lru<V> {
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Finds an entry and counts the use.
    pub(crate) fn get(&mut self, id: &B256) -> Option<&mut V> {
        let entry = self.by_id.get_mut(id)?;
        self.uses = self.uses.saturating_add(1);
        self.by_use.remove(&entry.last_use);
        entry.last_use = self.uses;
        self.by_use.insert(self.uses, *id);
        Some(&mut entry.value)
    }

    /// Puts an entry in, unless it is larger than `capacity` by itself.
    pub(crate) fn insert(&mut self, id: B256, new: NewEntry<V>, capacity: u64) -> Displaced<V> {
        let mut displaced = Displaced {
            values: Vec::new(),
            evicted_bytes: 0,
        };
        if new.size > capacity {
            return displaced;
        }
        displaced.values.extend(self.remove(&id));
        let size_before = self.size;
        while self.size.saturating_add(new.size) > capacity {
            let Some((_, oldest)) = self.by_use.first_key_value() else {
                break;
            };
            let oldest = *oldest;
            displaced.values.extend(self.remove(&oldest));
        }
        displaced.evicted_bytes = size_before.saturating_sub(self.size);
        self.uses = self.uses.saturating_add(1);
        self.size = self.size.saturating_add(new.size);
        self.by_use.insert(self.uses, id);
        self.by_id.insert(
            id,
            Entry {
                value: new.value,
                size: new.size,
                last_use: self.uses,
            },
        );
        displaced
    }

    fn remove(&mut self, id: &B256) -> Option<V> {
        let entry = self.by_id.remove(id)?;
        self.by_use.remove(&entry.last_use);
        self.size = self.size.saturating_sub(entry.size);
        Some(entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> B256 {
        B256::repeat_byte(n)
    }

    fn insert(entries: &mut Lru<u8>, n: u8, size: u64, capacity: u64) -> Displaced<u8> {
        entries.insert(id(n), NewEntry { value: n, size }, capacity)
    }

    fn kept(entries: &Lru<u8>) -> Vec<u8> {
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
        assert_eq!(kept(&entries), [0, 1, 2]);
        assert_eq!(entries.get(&id(0)), Some(&mut 0));
        let displaced = insert(&mut entries, 3, 10, 30);
        assert_eq!(
            (&displaced.values[..], displaced.evicted_bytes),
            (&[1][..], 10)
        );
        assert_eq!((kept(&entries), entries.size()), (alloc::vec![0, 2, 3], 30));
        insert(&mut entries, 4, 25, 30);
        assert_eq!((kept(&entries), entries.size()), (alloc::vec![4], 25));
    }

    #[test]
    fn leaves_out_what_is_larger_than_the_cache() {
        let mut entries = Lru::<u8>::default();
        insert(&mut entries, 1, 10, 30);
        insert(&mut entries, 2, 31, 30);
        assert_eq!(kept(&entries), [1]);
    }

    #[test]
    fn counts_an_entry_that_is_put_twice_once() {
        let mut entries = Lru::<u8>::default();
        for _ in 0..5 {
            let displaced = insert(&mut entries, 1, 10, 30);
            assert_eq!(displaced.evicted_bytes, 0);
        }
        assert_eq!(
            (entries.len(), entries.size(), entries.by_use.len()),
            (1, 10, 1)
        );
    }
}
