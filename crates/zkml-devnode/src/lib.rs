#![doc = include_str!("../README.md")]
//!
//! # What to know about it
//!
//! - History is complete: every block keeps the state before it, sharing structure with its
//!   neighbours, so calls, balances and traces at any past block are exact. Memory grows with the
//!   blocks and with nothing else. Nothing is written to disk.
//! - A transaction with a nonce that is not yet due waits (up to 1,024 ahead) and is mined once
//!   those before it are.
//! - There is no beacon chain: no blobs, no withdrawals, no system contracts (EIP-4788, EIP-2935),
//!   `PREVRANDAO` is a hash of the block number, and blocks that come faster than one a second run
//!   ahead of the clock.
//! - `eth_call` at a mined block see that block's number and time, as in geth;
//!   `eth_estimateGas` looks at the next block unless told otherwise.

mod accounts;
mod backend;
mod block;
mod chain;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
mod config;
mod engine;
mod error;
mod filters;
mod node;
mod pool;
mod rpc;
mod rpc_error;
mod simulate;
mod state;
mod watch;

pub use accounts::DevAccount;
pub use config::{Config, DEFAULT_KEY_ADDRESS, DEV_MNEMONIC, Hardfork, PRECOMPILE_CODE};
pub use error::NodeError;
pub use node::{MAX_BATCH, MAX_CONNECTIONS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES, Node};
