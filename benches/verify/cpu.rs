//! Criterion over this thread's processor time instead of the wall clock: other work on the machine
//! hardly shows.

use cpu_time::ThreadTime;
use criterion::{
    Throughput,
    measurement::{Measurement, ValueFormatter},
};
use std::time::Duration;

/// Processor time of the running thread.
pub(crate) struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_secs_f64() * 1e9
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Microseconds
    }
}

/// Everything here takes between ten microseconds and some milliseconds.
struct Microseconds;

impl ValueFormatter for Microseconds {
    fn scale_values(&self, _typical: f64, values: &mut [f64]) -> &'static str {
        values.iter_mut().for_each(|value| *value /= 1e3);
        "µs"
    }

    fn scale_throughputs(
        &self,
        _typical: f64,
        throughput: &Throughput,
        values: &mut [f64],
    ) -> &'static str {
        let (amount, unit) = match *throughput {
            Throughput::Elements(n) => (n as f64, "elements/s"),
            Throughput::Bytes(n) | Throughput::BytesDecimal(n) => (n as f64, "bytes/s"),
            _ => (1.0, "1/s"),
        };
        values
            .iter_mut()
            .for_each(|value| *value = amount * 1e9 / *value);
        unit
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "ns"
    }
}
