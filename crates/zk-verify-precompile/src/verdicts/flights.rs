//! One computation for all threads that want the same value at the same time.
//!
//! Nothing in here knows what a verdict is, and the locks come from the module above: `tests/loom.rs`
//! compiles this file over a model of threads and tries every interleaving.

use super::sync::{Arc, Condvar, Mutex, MutexGuard, lock, wait};
use std::collections::BTreeMap;

/// Where values are kept.
pub(super) trait Store {
    type Id: Copy + Ord;
    type Value: Copy;

    fn get(&mut self, id: &Self::Id) -> Option<Self::Value>;

    /// Gives the bytes of what had to go.
    fn insert(&mut self, id: Self::Id, value: Self::Value) -> u64;

    /// Empties it, after a panic may have left a half-made change.
    fn reset(&mut self);
}

/// A store with the computations that are on their way. A thread waits for another one only where both
/// want the same value.
pub(super) struct Flights<S: Store>(Mutex<State<S>>);

pub(super) struct State<S: Store> {
    store: S,
    /// At most one for each thread.
    flying: BTreeMap<S::Id, Arc<Flight<S::Value>>>,
}

impl<S: Store> State<S> {
    pub(super) fn reset(&mut self) {
        self.store.reset();
    }
}

/// A computation that one thread is at.
struct Flight<V> {
    progress: Mutex<Progress<V>>,
    ended: Condvar,
}

#[derive(Clone, Copy)]
enum Progress<V> {
    Flying,
    Landed(V),
    /// The thread panicked.
    Lost,
}

/// A value, and how it was come by.
pub(super) struct Landed<V> {
    pub(super) value: V,
    /// Kept, or computed by another thread.
    pub(super) was_known: bool,
    /// Bytes of what had to go for it.
    pub(super) evicted_bytes: u64,
}

enum Departure<'a, S: Store> {
    Known(S::Value),
    Another(Arc<Flight<S::Value>>),
    Own(Pilot<'a, S>),
}

impl<S: Store> Flights<S> {
    pub(super) fn new(store: S) -> Self {
        Self(Mutex::new(State {
            store,
            flying: BTreeMap::new(),
        }))
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.state().store)
    }

    pub(super) fn look_mut<T>(&self, look: impl FnOnce(&mut S) -> T) -> T {
        look(&mut self.state().store)
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        lock(&self.0, State::reset)
    }

    /// The value: kept, awaited from the thread that computes it, or computed here.
    pub(super) fn get_or_compute(
        &self,
        id: S::Id,
        compute: impl FnOnce() -> S::Value,
    ) -> Landed<S::Value> {
        let known = |value| Landed {
            value,
            was_known: true,
            evicted_bytes: 0,
        };
        match self.depart(id) {
            Departure::Known(value) => known(value),
            Departure::Own(pilot) => {
                let value = compute();
                pilot.land(value)
            }
            Departure::Another(flight) => match flight.wait() {
                Some(value) => known(value),
                // Its thread panicked. This one relies on nobody.
                None => {
                    let value = compute();
                    let evicted_bytes = self.state().store.insert(id, value);
                    Landed {
                        value,
                        was_known: false,
                        evicted_bytes,
                    }
                }
            },
        }
    }

    fn depart(&self, id: S::Id) -> Departure<'_, S> {
        let mut state = self.state();
        if let Some(value) = state.store.get(&id) {
            return Departure::Known(value);
        }
        if let Some(flight) = state.flying.get(&id) {
            return Departure::Another(flight.clone());
        }
        let flight = Arc::new(Flight {
            progress: Mutex::new(Progress::Flying),
            ended: Condvar::new(),
        });
        state.flying.insert(id, flight.clone());
        Departure::Own(Pilot {
            flights: self,
            id,
            flight,
            ending: Progress::Lost,
        })
    }
}

impl<V: Copy> Flight<V> {
    /// The value; `None` if the thread that computed it panicked.
    fn wait(&self) -> Option<V> {
        let mut progress = lock(&self.progress, |_| {});
        loop {
            match *progress {
                Progress::Flying => progress = wait(&self.ended, progress),
                Progress::Landed(value) => return Some(value),
                Progress::Lost => return None,
            }
        }
    }
}

/// Held by the thread that computes. Dropped without a value, that is by a panic, it lets the others go.
struct Pilot<'a, S: Store> {
    flights: &'a Flights<S>,
    id: S::Id,
    flight: Arc<Flight<S::Value>>,
    ending: Progress<S::Value>,
}

impl<S: Store> Pilot<'_, S> {
    fn land(mut self, value: S::Value) -> Landed<S::Value> {
        self.ending = Progress::Landed(value);
        // Kept before the flight ends: between the two nobody can start it again.
        let evicted_bytes = self.flights.state().store.insert(self.id, value);
        Landed {
            value,
            was_known: false,
            evicted_bytes,
        }
    }
}

impl<S: Store> Drop for Pilot<'_, S> {
    fn drop(&mut self) {
        self.flights.state().flying.remove(&self.id);
        *lock(&self.flight.progress, |_| {}) = self.ending;
        self.flight.ended.notify_all();
    }
}
