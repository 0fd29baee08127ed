//! The conformance kit through revm 14.

use revm::Evm;
use zk_verify_conformance::{Block, Fork, Host, Receipt, State, Transaction};
use zk_verify_precompile::BaseInputs;
use zk_verify_revm14::register_for_block;

mod parts {
    zk_verify_conformance::revm14_host_parts!(revm);
}

zk_verify_conformance::tests!(Revm14);

/// An EVM with the register in it.
struct Revm14;

impl Host for Revm14 {
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
        let env = parts::block_env(block);
        let mut evm = Evm::builder()
            .with_db(parts::Db(state))
            .with_spec_id(parts::spec(block.fork))
            .append_handler_register_box(register_for_block(block.zk_verify.clone(), &env))
            .modify_block_env(|built| *built = env)
            .modify_tx_env(|tx| *tx = parts::tx_env(state, transaction))
            .build();
        let done = evm.transact().map_err(|error| format!("{error:?}"))?;
        Ok(parts::receipt(state, done))
    }
}
