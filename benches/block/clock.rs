//! Processor time, of one thread and of a stage that is spread over several.

use cpu_time::ThreadTime;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use zk_verify_precompile::{Observer, Report, Threads};

/// Processor time of this thread.
pub(crate) struct Clock(ThreadTime);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(ThreadTime::now())
    }

    /// In milliseconds.
    pub(crate) fn stop(self) -> f64 {
        milliseconds(self.0.elapsed())
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Threads that note what a spread stage would take on so many idle cores. With one, it is the caller.
pub(crate) struct Cores {
    number: usize,
    spread: Mutex<Duration>,
}

impl Cores {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            number,
            spread: Mutex::default(),
        }
    }

    /// The time of the stages since the last call, in milliseconds; the caller's own is not in it.
    pub(crate) fn take(&self) -> f64 {
        milliseconds(std::mem::take(&mut *self.spread.lock().unwrap()))
    }
}

impl Threads for Cores {
    fn number(&self) -> usize {
        self.number
    }

    fn run(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        if self.number == 1 {
            return (0..jobs).for_each(job);
        }
        let next = AtomicUsize::new(0);
        let (all, longest) = (Mutex::new(Duration::ZERO), Mutex::new(Duration::ZERO));
        std::thread::scope(|scope| {
            for _ in 0..self.number {
                scope.spawn(|| {
                    loop {
                        let turn = next.fetch_add(1, Relaxed);
                        if turn >= jobs {
                            break;
                        }
                        let start = ThreadTime::now();
                        job(turn);
                        let time = start.elapsed();
                        *all.lock().unwrap() += time;
                        let mut longest = longest.lock().unwrap();
                        *longest = (*longest).max(time);
                    }
                });
            }
        });
        let share = all.into_inner().unwrap() / self.number as u32;
        *self.spread.lock().unwrap() += share.max(longest.into_inner().unwrap());
    }
}

/// Adds up step 10: from the point where the key is accepted to the call's end.
#[derive(Clone, Default)]
pub(crate) struct StepTen(Arc<Mutex<(Option<Duration>, Duration)>>);

impl StepTen {
    pub(crate) fn milliseconds(&self) -> f64 {
        milliseconds(self.0.lock().unwrap().1)
    }
}

impl Observer for StepTen {
    fn verification_begins(&self) {
        self.0.lock().unwrap().0 = Some(ThreadTime::now().as_duration());
    }

    fn call_ends(&self, _: &Report<'_>) {
        let mut times = self.0.lock().unwrap();
        if let Some(start) = times.0.take() {
            times.1 += ThreadTime::now().as_duration().saturating_sub(start);
        }
    }
}
