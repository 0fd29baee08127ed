#![doc = include_str!("../README.md")]
//!
//! # The parts
//!
//! ```text
//!  calldata ─ abi ─ gas ─ which key? ─ prepare (cached by hash) ─ verify (verdicts kept) ─→ true / false
//!                          │    ▲
//!            Journal: storage, code        ZkVerifyConfig: default key, accepted setups, gas
//! ```
//!
//! - [`ZkVerify`] is the precompile with what a node keeps: the chain's [`ZkVerifyConfig`], the cache of
//!   prepared keys, the verdicts, an optional [`Observer`]. [`ZkVerify::call`] executes one call, knows no EVM, and reads
//!   state through [`Journal`], so the same code runs in a node, in a zkVM guest and in a test.
//! - The crate has no EVM among its dependencies. Adapters are crates of their own:
//!   `zk-verify-alloy-evm-034` (revm 38), `-037` (41), `-038` (42) and `-039` (43), and `zk-verify-revm14`.
//!
//! Where the processor has no atomics, `Rc` stands for `Arc` (`examples/portable`).

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod abi;
mod arc;
mod base;
mod cache;
mod config;
mod counter;
mod gas;
mod journal;
mod judge;
#[cfg(feature = "std")]
mod lru;
mod memory;
mod observer;
mod outcome;
mod precompile;
mod run;
mod setups;
mod speculation;
mod verdicts;

pub use alloy_primitives::{Address, B256, Bytes, U256};
pub use base::BaseInputs;
pub use cache::{DEFAULT_CACHE_CAPACITY, KeyCache};
pub use config::{
    AcceptedSetups, Activation, BlockPosition, ConfigError, Rules, Schedule, ZkVerifyConfig,
};
pub use counter::Counter;
pub use gas::{AccessPrices, GasSchedule, Sizes, gwc_points, short_points};
#[cfg(feature = "std")]
pub use halo2_kzg_verifier::ScopedThreads;
pub use halo2_kzg_verifier::{
    Arithmetic, Arkworks, Bn254Kzg, Features, Kernels, KeyError, KeyFault, LanesUnavailable,
    OneThread, Rejection, Standard, Threads, TrustedSetup, UnknownKernels,
};
pub use journal::{Journal, LoadError, Loaded};
pub use memory::{MemoryJournal, Read};
pub use observer::{Observer, Report};
pub use outcome::{InvalidKey, Misuse, Outcome, Output};
pub use precompile::ZkVerify;
pub use run::Call;
#[cfg(feature = "std")]
pub use speculation::{DEFAULT_SPECULATION_CAPACITY, Settled, Speculation};
pub use verdicts::{DEFAULT_VERDICT_CAPACITY, VerdictCache};

use alloy_primitives::{address, b256};

/// Where the precompile is unless a chain says otherwise (spec, section 2.1).
pub const ADDRESS: Address = address!("0000000000000000000000000000000000000011");

/// The storage slot in which a contract binds its key's address:
/// `keccak256("zk_verify.key") - 1`, a fixed slot as in EIP-1967.
pub const KEY_SLOT: B256 =
    b256!("b7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac");

/// The longest code that is read as a key, in bytes. Above any key that ezkl makes (its largest known
/// circuit has 1,900 commitments, 120 KB); it bounds the memory one call can ask for.
pub const MAX_KEY_LENGTH: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::keccak256;

    #[test]
    fn the_key_slot_is_one_below_the_hash_of_its_name() {
        let hash = U256::from_be_bytes(keccak256("zk_verify.key").0);
        assert_eq!(U256::from_be_bytes(KEY_SLOT.0), hash - U256::ONE);
    }
}
