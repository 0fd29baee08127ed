//! The `zk_verify` precompile in alloy-evm 0.34, that is revm 38.
//!
//! - [`WithZkVerify`]: a `PrecompileProvider` for plain revm.
//! - [`install`] and [`ZkVerifyEvmFactory`]: for alloy-evm, and so for reth and its relatives.
//!
//! Both take a [`zk_verify_precompile::ZkVerify`], which holds the chain's rules and the cache.
//! `docs/embedding.md` has the lines to add.

#![no_std]
#![forbid(unsafe_code)]

zk_verify_alloy_evm::adapter!(boxed);
