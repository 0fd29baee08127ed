//! Does a chain run the `zk_verify` precompile as the specification says? This kit finds out, through the
//! chain's own EVM: the published vectors, and scenarios around them. It has no EVM of its own.
//!
//! A chain implements [`Host`], one method, and writes in a test:
//!
//! ```ignore
//! zk_verify_conformance::tests!(MyHost);
//! ```
//!
//! which makes a test of each claim in [`scenarios`]. They call the precompile by every kind of call
//! through compiled Solidity, with the exact gas and with one less, on warm and cold state, in calls that
//! revert, with full and empty caches, across delegations, with keys that are deployed in the same
//! transaction, and on both sides of an activation.
//!
//! ```text
//! spec/vectors ──┐
//! scenarios ─────┼── Chain ── Host::transact ──→ the chain's EVM ── zk-verify-precompile
//! State ─────────┘   (rules, fork, block)
//! ```
//!
//! [`Vector::run`] executes a vector by the precompile alone, on a state in memory.

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
