//! What things take in memory, for caches that are bounded in bytes. Not a consensus value.

use alloc::vec::Vec;

/// Bytes that a list has asked the allocator for.
pub(crate) fn size_of_vec<T>(list: &Vec<T>) -> usize {
    list.capacity().saturating_mul(size_of::<T>())
}

/// The sum of sizes.
pub(crate) fn total(sizes: impl IntoIterator<Item = usize>) -> usize {
    sizes.into_iter().fold(0, usize::saturating_add)
}
