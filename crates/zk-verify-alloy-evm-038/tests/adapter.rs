//! What the conformance kit cannot see of the adapter from outside.

use zk_verify_alloy_evm_038 as adapter;
use zk_verify_precompile::AccessPrices;

/// revm 42 has an earlier draft of EIP-8038, with 3,000 gas for a cold slot.
const AMSTERDAM: AccessPrices = AccessPrices {
    cold_slot_surcharge: 2_900,
    ..AccessPrices::AMSTERDAM
};

mod hosts {
    zk_verify_conformance::alloy_evm_host!(zk_verify_alloy_evm_038);
}

/// The form in which this line gives warm addresses, as a set.
macro_rules! addresses {
    ($given:expr) => {
        $given
            .iter()
            .copied()
            .collect::<std::collections::BTreeSet<_>>()
    };
}

#[path = "../../zk-verify-alloy-evm/tests/adapter/mod.rs"]
mod tests;
