#![doc = include_str!("../README.md")]
//!
//! A [`Host`] is a chain's EVM; `tests!` makes a test of each claim in [`scenarios`]; [`Vector::run`] executes
//! a vector by the precompile alone.
//!
//! ```text
//! spec/vectors ──┐
//! scenarios ─────┼── Chain ── Host::transact ──→ the chain's EVM ── zk-verify-precompile
//! State ─────────┘   (rules, fork, block)
//! ```

#![forbid(unsafe_code)]

mod files;
mod host;
mod model;
mod probe;
#[doc(hidden)]
pub mod revm;
pub mod scenarios;
mod state;
mod vector;

pub use files::{File, MY_AI_APP, PROBE, file, vector, vectors};
pub use host::{
    Block, Chain, GAS_LIMIT, Host, Receipt, SENDER, Status, Transaction, data_contract,
};
pub use model::{Model, encode, rules_for};
pub use state::{Account, DbRead, ReadFailed, State};
pub use vector::{CALLER, Fork, Kind, Malformed, Observed, Read, Status as CallStatus, Vector};

#[doc(hidden)]
pub use zk_verify_precompile;
