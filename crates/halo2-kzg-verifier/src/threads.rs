//! Threads, where a caller offers them. Nothing here starts one that it was not told to.

use alloc::vec::Vec;

/// Threads that work can be spread over: [`OneThread`], [`ScopedThreads`], with the feature `rayon` a
/// `rayon_core::ThreadPool`, or a pool of one's own. Results do not depend on them.
pub trait Threads: Sync {
    /// How many parts to cut work into.
    fn number(&self) -> usize;

    /// Calls `job` once for each number below `jobs`, on any threads in any order, and returns when all
    /// are done.
    fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync));
}

/// The thread that calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneThread;

impl Threads for OneThread {
    fn number(&self) -> usize {
        1
    }

    fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..jobs).for_each(job);
    }
}

/// Threads that are started for the work and end with it.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub struct ScopedThreads(usize);

#[cfg(feature = "std")]
impl ScopedThreads {
    /// So many threads; 0 is taken for 1.
    pub fn new(number: usize) -> Self {
        Self(number.max(1))
    }
}

#[cfg(feature = "std")]
impl Threads for ScopedThreads {
    fn number(&self) -> usize {
        self.0
    }

    fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        if self.0 == 1 || jobs < 2 {
            return OneThread.run(jobs, job);
        }
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let turn = next.fetch_add(1, Relaxed);
                if turn >= jobs {
                    break;
                }
                job(turn);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.0.min(jobs) {
                // Where the system gives no thread, the others do its part.
                let _ = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
    }
}

#[cfg(feature = "rayon")]
impl Threads for rayon_core::ThreadPool {
    fn number(&self) -> usize {
        self.current_num_threads()
    }

    fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        self.scope(|scope| {
            for turn in 0..jobs {
                scope.spawn(move |_| job(turn));
            }
        });
    }
}

/// `f` of every number below `jobs`, in their order.
#[cfg(feature = "std")]
pub(crate) fn map<T: Send>(
    threads: &dyn Threads,
    jobs: usize,
    f: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    use std::sync::Mutex;
    if threads.number() <= 1 || jobs < 2 {
        return (0..jobs).map(f).collect();
    }
    let slots: Vec<Mutex<Option<T>>> = (0..jobs).map(|_| Mutex::new(None)).collect();
    threads.run(jobs, &|turn| {
        let value = f(turn);
        if let Some(slot) = slots.get(turn)
            && let Ok(mut slot) = slot.lock()
        {
            *slot = Some(value);
        }
    });
    let done = slots.into_iter().map(|slot| slot.into_inner().ok()?);
    // A pool that left a part out gets no say in the result.
    done.enumerate()
        .map(|(turn, value)| value.unwrap_or_else(|| f(turn)))
        .collect()
}

/// Without `std` there are no threads.
#[cfg(not(feature = "std"))]
pub(crate) fn map<T>(_: &dyn Threads, jobs: usize, f: impl Fn(usize) -> T) -> Vec<T> {
    (0..jobs).map(f).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool that does half of what it is told.
    struct Lazy;

    impl Threads for Lazy {
        fn number(&self) -> usize {
            2
        }

        fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
            (0..jobs).step_by(2).for_each(job);
        }
    }

    #[test]
    fn every_pool_gives_every_part_in_its_place() {
        let expected: Vec<usize> = (0..100).map(|n| n * n).collect();
        let pools: [&dyn Threads; 5] = [
            &OneThread,
            &ScopedThreads::new(0),
            &ScopedThreads::new(3),
            &ScopedThreads::new(200),
            &Lazy,
        ];
        for pool in pools {
            assert_eq!(map(pool, 100, |n| n * n), expected);
            assert!(map(pool, 0, |n| n).is_empty());
        }
    }
}
