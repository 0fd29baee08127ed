//! The vectors in revm 43 and alloy-evm 0.39.

use zk_verify_precompile::alloy_evm_039 as adapter;

mod adapters;
