//! Reading by an index that was checked when the key was made.

/// The entry at `index`. An index out of range cannot occur; if a fault made one, the answer is
/// `None`, which ends in a rejection, and debug builds stop.
pub(crate) fn at<T: Copy>(table: &[T], index: u32) -> Option<T> {
    let entry = table.get(index as usize).copied();
    debug_assert!(entry.is_some(), "index {index} of {}", table.len());
    entry
}
