//! What the conformance kit cannot see of the adapter from outside.

use zk_verify_alloy_evm_034 as adapter;
use zk_verify_precompile::AccessPrices;

/// revm 38 has Amsterdam without EIP-8038.
const AMSTERDAM: AccessPrices = AccessPrices::BERLIN;

mod hosts {
    zk_verify_conformance::alloy_evm_host!(zk_verify_alloy_evm_034);
}

/// The form in which this line gives warm addresses, as a set.
macro_rules! addresses {
    ($given:expr) => {
        $given.collect::<std::collections::BTreeSet<_>>()
    };
}

#[path = "../../zk-verify-alloy-evm/tests/adapter/mod.rs"]
mod tests;
