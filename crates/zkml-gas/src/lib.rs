//! Where the gas schedule of the `zk_verify` precompile comes from.
//!
//! The price of a call follows from sizes alone, so it must cover the slowest call of those sizes. This
//! crate builds such calls ([`Family`]: keys that are as slow as their length allows, with proofs that
//! fail only at the pairing), measures them and the real circuits of the fixtures through the
//! precompile, fits the constants by a linear program, and writes the derivation down.
//!
//! ```text
//! fixtures ────────┐
//! Family ─ Case ───┴→ measure (cold, warm) ─→ fit ─→ GasSchedule ─→ table, JSON, SVG
//! ```
//!
//! `zkml gas calibrate` runs all of it ([`cli`]); the benches of the root package use the parts.

mod builder;
mod case;
pub mod cli;
mod clock;
mod family;
mod fit;
mod fixtures;
mod floor;
mod measure;
mod plot;
mod report;
mod yardsticks;

pub use case::{Bounds, Case};
pub use clock::{Timing, time};
pub use family::Family;
pub use fit::{Fit, FitError, fit};
pub use fixtures::{Fixture, load_fixture, load_fixtures};
pub use floor::Floor;
pub use measure::{PreparedCall, Sample, Setup, measure};
pub use plot::plot;
pub use report::{Report, TransactionGas};
pub use yardsticks::{Yardstick, yardsticks};
