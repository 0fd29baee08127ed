//! The vectors in revm 42 and alloy-evm 0.38.

use zk_verify_precompile::alloy_evm_038 as adapter;

mod adapters;
