//! Time as the processor counts it for this thread. Other work on the machine still shows, through
//! shared caches and sibling threads, and only ever lengthens a run: so of many runs the fastest is the
//! figure that says most about the work itself.

use cpu_time::ThreadTime;
use serde::Serialize;
use std::time::Duration;

/// What repeated runs of one piece of work took, in microseconds of this thread's processor time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// The fastest run.
    pub minimum: f64,
    /// The run in the middle.
    pub median: f64,
    /// How many runs there were.
    pub runs: usize,
}

/// The clock is read by a system call of some 0.3 µs; a run shorter than this is repeated within one
/// reading.
const SHORTEST_READING: Duration = Duration::from_micros(300);
/// Runs whatever the budget says: a median of fewer means little.
const FEWEST_RUNS: usize = 5;

/// Runs `work` again and again for about `budget` of processor time, after a tenth of that to warm up.
pub fn time(budget: Duration, work: impl FnMut()) -> Timing {
    let mut runs = Runs::default();
    runs.add(budget, work);
    runs.timing()
}

/// Runs of one piece of work, of which other work may stand in between.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(Vec<f64>);

impl Runs {
    /// Adds runs for about `budget` of processor time, after a tenth of that to warm up.
    pub(crate) fn add(&mut self, budget: Duration, work: impl FnMut()) {
        self.0.extend(run(budget, work));
    }

    /// Of all runs so far; there must be one.
    pub(crate) fn timing(&self) -> Timing {
        let mut runs = self.0.clone();
        runs.sort_by(f64::total_cmp);
        Timing {
            minimum: runs[0],
            median: runs[runs.len() / 2],
            runs: runs.len(),
        }
    }
}

fn run(budget: Duration, mut work: impl FnMut()) -> Vec<f64> {
    let warm_up = ThreadTime::now();
    let mut rounds = 0u32;
    while rounds == 0 || warm_up.elapsed() < budget / 10 {
        work();
        rounds += 1;
    }
    let one = (warm_up.elapsed() / rounds).max(Duration::from_nanos(1));
    let repeats = (SHORTEST_READING.as_nanos() / one.as_nanos() + 1).min(10_000) as u32;

    let (begin, mut runs) = (ThreadTime::now(), Vec::new());
    while runs.len() < FEWEST_RUNS || begin.elapsed() < budget {
        let start = ThreadTime::now();
        for _ in 0..repeats {
            work();
        }
        runs.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(repeats));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_run_is_not_slower_than_the_median() {
        let mut value = 1u64;
        let timing = time(Duration::from_millis(2), || {
            for i in 0..1_000 {
                value = std::hint::black_box(value.wrapping_mul(i | 1));
            }
        });
        assert!(timing.minimum > 0.0 && timing.minimum <= timing.median);
        assert!(timing.runs >= FEWEST_RUNS);
    }
}
