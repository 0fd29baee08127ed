//! The conformance kit through both adapters.

mod hosts {
    zk_verify_conformance::alloy_evm_hosts!(zk_verify_alloy_evm_039, Amsterdam);
}

/// `WithZkVerify` in a plain revm.
mod provider {
    zk_verify_conformance::tests!(crate::hosts::ProviderHost);
}

/// `ZkVerifyEvmFactory`, and in it `install` in a `PrecompilesMap`.
mod factory {
    zk_verify_conformance::tests!(crate::hosts::FactoryHost);
}
