#![doc = include_str!("../README.md")]
//!
//! # What to know about it
//!
//! - History is complete: every block keeps the state before it, sharing structure with its
//!   neighbours, so calls, balances and traces at any past block are exact. Nothing is written to
//!   disk.
//! - Memory grows with the chain: with its blocks, and with what `anvil_set…` and `anvil_loadState`
//!   write into the state. All else has a limit: requests ([`MAX_REQUEST_BYTES`]), answers
//!   ([`MAX_RESPONSE_BYTES`]), connections ([`MAX_CONNECTIONS`]), their subscriptions
//!   ([`MAX_SUBSCRIPTIONS`], 1,024 in all), filters (1,000), snapshots (4,096), transactions that wait (8,192, of
//!   64 MiB), traces ([`MAX_TRACE_BYTES`], one at a time), prepared keys.
//! - Pages of other origins than this machine's cannot call, nor can a host name that is not this
//!   machine's ([`Config::cors_origins`], [`Config::allowed_hosts`]).
//! - A transaction with a nonce that is not yet due waits (up to 1,024 ahead) and is mined once
//!   those before it are.
//! - There is no beacon chain: no blobs, no withdrawals, no system contracts (EIP-4788, EIP-2935),
//!   `PREVRANDAO` is a hash of the block number, and blocks that come faster than one a second run
//!   ahead of the clock.
//! - `eth_call` at a mined block sees that block's number and time, as in geth;
//!   `eth_estimateGas` looks at the next block unless told otherwise.

#[cfg(feature = "cli")]
mod abi;
mod accounts;
mod backend;
mod block;
mod block_gas;
mod chain;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
mod config;
mod dump;
mod engine;
mod error;
mod events;
mod filters;
mod guard;
mod impersonation;
mod logs;
mod meter;
mod node;
mod overrides;
mod pool;
mod predeploys;
mod proof;
mod revert;
mod rpc;
mod rpc_error;
mod simulate;
mod simulate_blocks;
mod state;
#[cfg(feature = "cli")]
mod terminal;
mod text;
mod trace;
mod view;
mod watch;

#[cfg(feature = "cli")]
pub use abi::AbiFileError;
pub use accounts::DevAccount;
pub use config::{Config, DEFAULT_KEY_ADDRESS, DEV_MNEMONIC, Hardfork, PRECOMPILE_CODE};
pub use error::NodeError;
pub use meter::MAX_TRACE_BYTES;
pub use node::{
    MAX_BATCH, MAX_CONNECTIONS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES, MAX_SUBSCRIPTIONS, Node,
};
pub use predeploys::{CREATE2_DEPLOYER, MULTICALL3};
