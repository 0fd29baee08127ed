//! The `zk_verify` precompile in alloy-evm 0.38, that is revm 42.
//!
//! - [`WithZkVerify`]: a `PrecompileProvider` for plain revm.
//! - [`install`] and [`ZkVerifyEvmFactory`]: for alloy-evm, and so for reth and its relatives.
//!
//! Both take a [`zk_verify_precompile::ZkVerify`], which holds the chain's rules and the cache.
//! `docs/embedding.md` has the lines to add.

#![no_std]
#![forbid(unsafe_code)]

zk_verify_alloy_evm::adapter!(by_reference);
