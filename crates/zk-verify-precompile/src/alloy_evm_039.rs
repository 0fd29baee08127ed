//! The adapters for alloy-evm 0.39, that is revm 43.

pub use ::alloy_evm_039 as alloy_evm;

#[path = "adapter/journal.rs"]
mod journal;
#[path = "adapter/precompiles_map.rs"]
mod precompiles_map;
#[path = "adapter/provider.rs"]
mod provider;

pub use journal::access_prices;
pub use precompiles_map::{PRECOMPILE_ID, ZkVerifyEvmFactory, install};
pub use provider::WithZkVerify;
