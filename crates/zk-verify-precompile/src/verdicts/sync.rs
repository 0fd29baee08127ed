//! The locks of the standard library, as [`flights`](super::flights) uses them.

pub(super) use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// A thread that panicked while it held the lock may have left a half-made change: `repair` it.
pub(super) fn lock<T>(mutex: &Mutex<T>, repair: impl FnOnce(&mut T)) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| {
        mutex.clear_poison();
        let mut guard = poisoned.into_inner();
        repair(&mut guard);
        guard
    })
}

pub(super) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar
        .wait(guard)
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
