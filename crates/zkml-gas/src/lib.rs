#![doc = include_str!("../README.md")]
//!
//! ```text
//! fixtures ────────┐
//! Family ─ Case ───┴→ measure (cold, warm) ─→ fit ─→ GasSchedule ─→ table, JSON, SVG
//! ```

mod builder;
mod case;
pub mod cli;
mod clock;
mod family;
mod fit;
mod fixtures;
mod floor;
mod forks;
mod measure;
mod plot;
mod report;
mod yardsticks;

pub use case::{Bounds, Case};
pub use clock::{Timing, time};
pub use family::Family;
pub use fit::{Fit, FitError, Prices, fit};
pub use fixtures::{Fixture, load_fixture, load_fixtures};
pub use floor::Floor;
pub use forks::{Peer, execution_gas};
pub use measure::{Measured, PreparedCall, Sample, Setup, measure};
pub use plot::plot;
pub use report::{Report, TransactionGas};
pub use yardsticks::{Yardstick, pairing_rate, yardsticks};
