//! The chain passes the conformance kit through its own EVM, and its dependencies hold one revm.

use embed_revm14_chain::evm;
use zk_verify_conformance::{Block, Fork, Host, Receipt, State, Transaction};
use zk_verify_precompile::BaseInputs;

mod parts {
    zk_verify_conformance::revm14_host_parts!(revm);
}

zk_verify_conformance::tests!(ThisChain);

/// The chain's own EVM.
struct ThisChain;

impl Host for ThisChain {
    fn forks(&self) -> &[Fork] {
        parts::forks()
    }

    fn base_inputs(&self, fork: Fork) -> BaseInputs {
        parts::base_inputs(fork)
    }

    fn transact(
        &self,
        block: &Block<'_>,
        state: &State,
        transaction: &Transaction,
    ) -> Result<Receipt, String> {
        let (db, env, spec) = (
            parts::Db(state),
            parts::block_env(block),
            parts::spec(block.fork),
        );
        let mut evm = evm(db, env, spec, block.zk_verify);
        *evm.tx_mut() = parts::tx_env(state, transaction);
        let done = evm.transact().map_err(|error| format!("{error:?}"))?;
        Ok(parts::receipt(state, done))
    }
}

/// What Cargo would build: a lock file lists optional dependencies of dependencies too.
#[test]
fn there_is_one_revm_in_the_lock_file() {
    let lock = include_str!("../Cargo.lock");
    for (package, version) in [("revm", "14.")] {
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
