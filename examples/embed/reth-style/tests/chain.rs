//! The chain passes the conformance kit through its own EVM, and its dependencies hold one revm.

use alloy_evm::{Evm as _, EvmEnv, EvmFactory as _, block::BlockExecutorFactory as _};
use embed_reth_style::block_executor_factory;
use zk_verify_conformance::{Block, Host, Receipt, State, Transaction};

mod parts {
    zk_verify_conformance::revm_host_parts!(alloy_evm::revm);
}

zk_verify_conformance::tests!(ThisChain);

/// The chain's own EVM, from the factory that its executor has.
struct ThisChain;

impl Host for ThisChain {
    fn transact(
        &self,
        block: &Block<'_>,
        state: &State,
        transaction: &Transaction,
    ) -> Result<Receipt, String> {
        let executor = block_executor_factory(block.zk_verify.clone());
        let env = EvmEnv::new(parts::cfg(block), parts::block_env(block));
        let mut evm = executor.evm_factory().create_evm(parts::Db(state), env);
        evm.transact_raw(parts::tx_env(state, transaction)?)
            .map(|done| parts::receipt(state, done))
            .map_err(|error| format!("{error:?}"))
    }
}

/// What Cargo would build: a lock file lists optional dependencies of dependencies too.
#[test]
fn there_is_one_revm_in_the_lock_file() {
    let lock = include_str!("../Cargo.lock");
    for (package, version) in [("revm", "42."), ("alloy-evm", "0.38.")] {
        let found: Vec<&str> = lock
            .split("[[package]]")
            .filter_map(|entry| {
                entry
                    .trim()
                    .strip_prefix(&format!("name = \"{package}\"\n"))
            })
            .filter_map(|entry| entry.lines().next())
            .collect();
        let expected = format!("version = \"{version}");
        assert!(
            matches!(found[..], [only] if only.starts_with(&expected)),
            "{package}: {found:?}"
        );
    }
}
