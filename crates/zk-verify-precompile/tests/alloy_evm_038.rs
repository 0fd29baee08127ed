//! The precompile in revm 42 and alloy-evm 0.38.
#![cfg(feature = "alloy-evm-038")]

use zk_verify_precompile::alloy_evm_038 as adapter;

mod common;
mod scenarios;
