//! Every interleaving of threads that ask the cache of verdicts, by the model checker loom.
//!
//! The file under test is the crate's own; only its locks are loom's.

#![cfg(feature = "std")]

/// loom's locks in the place of the standard library's.
mod sync {
    pub(super) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};

    pub(super) fn lock<T>(mutex: &Mutex<T>, _repair: impl FnOnce(&mut T)) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }

    pub(super) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        condvar.wait(guard).unwrap()
    }
}

#[path = "../src/verdicts/flights.rs"]
#[allow(dead_code, reason = "the crate uses more of it than the model")]
mod flights;

use flights::{Flights, Store};
use loom::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

/// A store of one entry: what is put in evicts what was there.
#[derive(Default)]
struct OneEntry(Option<(u8, u8)>);

impl Store for OneEntry {
    type Id = u8;
    type Value = u8;

    fn get(&mut self, id: &u8) -> Option<u8> {
        self.0
            .filter(|(kept, _)| kept == id)
            .map(|(_, value)| value)
    }

    fn insert(&mut self, id: u8, value: u8) -> u64 {
        u64::from(self.0.replace((id, value)).is_some())
    }

    fn reset(&mut self) {
        self.0 = None;
    }
}

struct Model {
    flights: Flights<OneEntry>,
    computed: [AtomicUsize; 2],
}

impl Model {
    fn new() -> Arc<Self> {
        Arc::new(Model {
            flights: Flights::new(OneEntry::default()),
            computed: [AtomicUsize::new(0), AtomicUsize::new(0)],
        })
    }

    /// What every thread must get for `id`: a value that belongs to it.
    fn ask(&self, id: u8) -> bool {
        let landed = self.flights.get_or_compute(id, || {
            self.computed[usize::from(id)].fetch_add(1, SeqCst);
            thread::yield_now();
            100 + id
        });
        assert_eq!(landed.value, 100 + id);
        landed.was_known
    }

    fn computed(&self, id: usize) -> usize {
        self.computed[id].load(SeqCst)
    }
}

/// Runs `ids` on one thread each, the last on this one; tells which were known.
fn ask_at_once(model: &Arc<Model>, ids: &[u8]) -> Vec<bool> {
    let (own, others) = ids.split_last().unwrap();
    let threads: Vec<_> = others
        .iter()
        .map(|id| {
            let (model, id) = (model.clone(), *id);
            thread::spawn(move || model.ask(id))
        })
        .collect();
    let own = model.ask(*own);
    let mut known: Vec<bool> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    known.push(own);
    known
}

#[test]
fn threads_with_one_proof_verify_it_once() {
    loom::model(|| {
        let model = Model::new();
        let known = ask_at_once(&model, &[0, 0]);
        assert_eq!(model.computed(0), 1);
        assert_eq!(known.iter().filter(|known| !**known).count(), 1);
        assert!(model.ask(0), "it is kept");
    });
}

#[test]
fn three_threads_with_one_proof_verify_it_once() {
    let mut builder = loom::model::Builder::new();
    // Every interleaving in which threads are interrupted at most three times.
    builder.preemption_bound = Some(3);
    builder.check(|| {
        let model = Model::new();
        ask_at_once(&model, &[0, 0, 0]);
        assert_eq!(model.computed(0), 1);
    });
}

#[test]
fn threads_with_different_proofs_get_their_own_answers() {
    loom::model(|| {
        let model = Model::new();
        assert_eq!(ask_at_once(&model, &[0, 1]), [false, false]);
        assert_eq!((model.computed(0), model.computed(1)), (1, 1));
    });
}

#[test]
fn eviction_costs_a_verification_and_never_a_wrong_answer() {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(|| {
        let model = Model::new();
        ask_at_once(&model, &[0, 1, 0]);
        assert!((1..=2).contains(&model.computed(0)));
        assert_eq!(model.computed(1), 1);
    });
}

/// Another thread's speculation puts a verdict in while this one is at it.
#[test]
fn a_verdict_that_is_put_in_meanwhile_changes_nothing() {
    loom::model(|| {
        let model = Model::new();
        let other = {
            let model = model.clone();
            thread::spawn(move || model.flights.look_mut(|store| store.insert(0, 100)))
        };
        model.ask(0);
        other.join().unwrap();
        assert!(model.computed(0) <= 1);
        assert!(model.ask(0));
    });
}
