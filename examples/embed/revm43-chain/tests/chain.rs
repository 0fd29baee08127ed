//! The chain passes the conformance kit through its own EVM, and its dependencies hold one revm.

use revm::ExecuteEvm as _;
use zk_verify_conformance::{Block, Host, Receipt, State, Transaction};

mod parts {
    zk_verify_conformance::revm_host_parts!(revm);
}

zk_verify_conformance::tests!(ThisChain);

/// The chain's own EVM.
struct ThisChain;

impl Host for ThisChain {
    fn transact(
        &self,
        block: &Block<'_>,
        state: &State,
        transaction: &Transaction,
    ) -> Result<Receipt, String> {
        let (db, env, spec) = (
            parts::Db(state),
            parts::block_env(block),
            parts::cfg(block).spec,
        );
        let mut evm = embed_revm43_chain::evm(db, env, spec, block.zk_verify);
        evm.transact(parts::tx_env(state, transaction)?)
            .map(|done| parts::receipt(state, done))
            .map_err(|error| format!("{error:?}"))
    }
}

#[test]
fn the_chains_rules_name_its_default_key() {
    let rules = embed_revm43_chain::rules();
    let key = rules.at(Default::default()).default_key;
    assert_eq!(key, Some(embed_revm43_chain::DEFAULT_KEY));
}

/// What Cargo would build: a lock file lists optional dependencies of dependencies too.
#[test]
fn there_is_one_revm_in_the_lock_file() {
    let lock = include_str!("../Cargo.lock");
    for (package, version) in [("revm", "43."), ("alloy-evm", "0.39.")] {
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
