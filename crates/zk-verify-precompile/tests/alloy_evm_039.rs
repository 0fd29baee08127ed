//! The precompile in revm 43 and alloy-evm 0.39.
#![cfg(feature = "alloy-evm-039")]

use zk_verify_precompile::alloy_evm_039 as adapter;

mod common;
mod scenarios;
