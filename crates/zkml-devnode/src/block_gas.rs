//! The gas of a block's transactions.
//!
//! From Amsterdam on gas has two dimensions (EIP-8037): what execution takes, before refunds (EIP-7778), and what new
//! state takes. Each is bounded by the block's gas limit, and the larger is the block's gas. A receipt has what its
//! sender pays.

use alloy_evm::revm::context::result::ResultGas;

use crate::config::{Hardfork, TRANSACTION_GAS_LIMIT};

/// The gas of a block, up to some transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockGas {
    hardfork: Hardfork,
    limit: u64,
    execution: u64,
    state: u64,
    /// What the transactions' receipts say, added up.
    pub(crate) cumulative: u64,
}

impl BlockGas {
    /// That of an empty block.
    pub(crate) const fn of_empty(hardfork: Hardfork, limit: u64) -> Self {
        Self {
            hardfork,
            limit,
            execution: 0,
            state: 0,
            cumulative: 0,
        }
    }

    /// Adds a transaction.
    pub(crate) const fn add(&mut self, gas: &ResultGas) {
        self.cumulative += gas.tx_gas_used();
        if self.hardfork.has_state_gas() {
            self.execution += gas.block_regular_gas_used();
            self.state += gas.block_state_gas_used();
        } else {
            self.execution += gas.tx_gas_used();
        }
    }

    /// May a transaction with this gas limit come next?
    pub(crate) fn has_room_for(&self, gas_limit: u64) -> bool {
        if !self.hardfork.has_state_gas() {
            return gas_limit <= self.limit.saturating_sub(self.execution);
        }
        let execution = gas_limit.min(TRANSACTION_GAS_LIMIT);
        execution <= self.limit.saturating_sub(self.execution)
            && gas_limit <= self.limit.saturating_sub(self.state)
    }

    /// The block's gas, as its header has it.
    pub(crate) fn used(&self) -> u64 {
        self.execution.max(self.state)
    }

    /// What the block has left.
    pub(crate) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 of execution, 10 of them refunded, and 30 of state.
    fn transaction() -> ResultGas {
        ResultGas::default()
            .with_total_gas_spent(130)
            .with_refunded(10)
            .with_state_gas_spent(30)
    }

    #[test]
    fn before_amsterdam_a_blocks_gas_is_what_its_senders_pay() {
        let mut gas = BlockGas::of_empty(Hardfork::Osaka, 300);
        gas.add(&transaction());
        gas.add(&transaction());
        assert_eq!((gas.used(), gas.cumulative, gas.left()), (240, 240, 60));
        assert!(gas.has_room_for(60) && !gas.has_room_for(61));
    }

    #[test]
    fn from_amsterdam_on_it_is_the_larger_of_execution_and_state() {
        let mut gas = BlockGas::of_empty(Hardfork::Amsterdam, 300);
        gas.add(&transaction());
        gas.add(&transaction());
        assert_eq!((gas.used(), gas.cumulative, gas.left()), (200, 240, 100));
        gas.add(
            &ResultGas::default()
                .with_total_gas_spent(250)
                .with_state_gas_spent(240),
        );
        assert_eq!((gas.used(), gas.cumulative, gas.left()), (300, 490, 0));
    }

    #[test]
    fn from_amsterdam_on_gas_above_a_transactions_limit_is_for_state_alone() {
        let limit = 2 * TRANSACTION_GAS_LIMIT;
        let mut gas = BlockGas::of_empty(Hardfork::Amsterdam, limit);
        gas.add(&ResultGas::default().with_total_gas_spent(TRANSACTION_GAS_LIMIT));
        assert!(gas.has_room_for(limit) && !gas.has_room_for(limit + 1));
        gas.add(&ResultGas::default().with_total_gas_spent(1));
        assert!(!gas.has_room_for(limit) && gas.has_room_for(TRANSACTION_GAS_LIMIT - 1));
    }
}
