//! Running calls without mining them: `eth_call`, gas estimation, access lists.

use std::collections::{BTreeMap, BTreeSet};

use alloy_consensus::Header as ConsensusHeader;
use alloy_eips::BlockId;
use alloy_evm::{
    EvmEnv,
    overrides::apply_block_overrides,
    revm::{
        DatabaseRef,
        context::{
            TxEnv,
            result::{ExecutionResult, HaltReason},
        },
        database::CacheDB,
    },
    rpc::TryIntoTxEnv,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_eth::{AccessList, AccessListItem, AccessListResult, TransactionRequest};
use revm_inspectors::access_list::AccessListInspector;
use zk_verify_precompile::KEY_SLOT;

use crate::{
    backend::Backend,
    chain::At,
    engine::{Engine, Outcome},
    overrides::{self, Overrides},
    rpc_error::{RpcResult, not_executed, output, rejected},
    view::View,
    watch::{Purpose, Seen},
};

/// A call, ready to run as often as needed.
pub(crate) struct Simulation<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) env: EvmEnv,
    pub(crate) db: CacheDB<View>,
    pub(crate) tx: TxEnv,
}

impl<'a> Simulation<'a> {
    /// Prepares `request` at block `id`.
    pub(crate) fn new(
        backend: &'a Backend,
        request: TransactionRequest,
        id: BlockId,
        overrides: Overrides,
    ) -> RpcResult<Self> {
        let At { header, view } = backend.chain().at(id)?;
        Self::on(&backend.engine, request, &header, view, overrides)
    }

    fn on(
        engine: &'a Engine,
        mut request: TransactionRequest,
        header: &ConsensusHeader,
        mut view: View,
        overrides: Overrides,
    ) -> RpcResult<Self> {
        let mut env = engine.simulation_env(header);
        if let Some(state) = overrides.state {
            overrides::apply(state, &mut view.state)?;
        }
        let mut db = CacheDB::new(view);
        if let Some(block) = overrides.block {
            apply_block_overrides(block, &mut db, &mut env.block_env);
        }
        if request.has_eip4844_fields() {
            return Err(rejected(
                "transaction type not supported: no blobs on this chain",
            ));
        }
        request.chain_id = Some(env.cfg_env.chain_id);
        let tx = request
            .try_into_tx_env(&env)
            .map_err(|error| rejected(error.to_string()))?;
        let mut simulation = Self {
            engine,
            env,
            db,
            tx,
        };
        simulation.limit_gas(header.gas_limit);
        Ok(simulation)
    }

    /// The gas limit of a simulated call: no more than a block's, nor than its sender can pay for.
    fn limit_gas(&mut self, block_gas_limit: u64) {
        let allowance = self.affordable_gas().unwrap_or(u64::MAX);
        self.tx.gas_limit = self.tx.gas_limit.min(block_gas_limit).min(allowance);
    }

    /// How much gas the sender can pay for; `None` if gas is free or the sender cannot even pay
    /// the value (which the EVM then says).
    fn affordable_gas(&self) -> Option<u64> {
        let price = U256::from(self.tx.gas_price);
        if price.is_zero() {
            return None;
        }
        let balance = self.db.basic_ref(self.tx.caller).ok()??.balance;
        let allowance = balance.checked_sub(self.tx.value)? / price;
        Some(u64::try_from(allowance).unwrap_or(u64::MAX))
    }

    fn run(&mut self, purpose: Purpose) -> RpcResult<ExecutionResult<HaltReason>> {
        let outcome = self
            .engine
            .run(purpose, &mut self.db, self.env.clone(), self.tx.clone());
        Ok(outcome.map_err(not_executed)?.result)
    }

    /// Runs the call once.
    pub(crate) fn call(mut self) -> RpcResult<Bytes> {
        let result = self.run(Purpose::Call)?;
        output(result, self.engine.known_errors())
    }

    /// The smallest gas limit with which the call succeeds, found by bisection.
    pub(crate) fn estimate(mut self) -> RpcResult<u64> {
        let cap = self.engine.transaction_gas_limit(self.tx.gas_limit);
        self.tx.gas_limit = cap;
        let first = self.run(Purpose::Estimate)?;
        if let ExecutionResult::Halt {
            reason: HaltReason::OutOfGas(_),
            ..
        } = first
        {
            return Err(rejected(format!("gas required exceeds allowance ({cap})")));
        }
        let (used, spent) = (first.tx_gas_used(), first.gas().total_gas_spent());
        output(first, self.engine.known_errors())?;
        // Fails with `low`, succeeds with `high`.
        let (mut low, mut high) = (used.saturating_sub(1), cap);
        // What the call spent before refunds, with the 64th that EIP-150 holds back and the
        // stipend of a call with value, is nearly always enough and nearly always close.
        let guess = spent.saturating_add(2_300).saturating_mul(64) / 63;
        if guess > low && guess < high {
            if self.succeeds(guess)? {
                high = guess
            } else {
                low = guess
            }
        }
        while low.saturating_add(1) < high {
            let middle = low + (high - low) / 2;
            if self.succeeds(middle)? {
                high = middle
            } else {
                low = middle
            }
        }
        Ok(high)
    }

    fn succeeds(&mut self, gas_limit: u64) -> RpcResult<bool> {
        use alloy_evm::revm::context::result::{EVMError, InvalidTransaction as Invalid};
        let tx = TxEnv {
            gas_limit,
            ..self.tx.clone()
        };
        match self
            .engine
            .run(Purpose::Repeat, &mut self.db, self.env.clone(), tx)
        {
            Ok(outcome) => Ok(outcome.result.is_success()),
            // Too little for the intrinsic gas or for the calldata floor.
            Err(EVMError::Transaction(
                Invalid::CallGasCostMoreThanGasLimit { .. }
                | Invalid::GasFloorMoreThanGasLimit { .. },
            )) => Ok(false),
            Err(error) => Err(not_executed(error)),
        }
    }

    /// The accounts and slots that the call touches, and the gas it uses with that list.
    pub(crate) fn access_list(mut self) -> RpcResult<AccessListResult> {
        // A list can change what is touched (by changing the gas left), so repeat until it holds.
        for _ in 0..8 {
            let mut inspector = AccessListInspector::new(self.tx.access_list.clone());
            let (outcome, seen) = self
                .engine
                .inspect(
                    &mut self.db,
                    self.env.clone(),
                    self.tx.clone(),
                    &mut inspector,
                )
                .map_err(not_executed)?;
            let list = with_precompile_reads(inspector.into_access_list(), &outcome, &seen);
            if list == self.tx.access_list {
                let error = self.engine.known_errors().failure(&outcome.result);
                let gas_used = U256::from(outcome.result.tx_gas_used());
                return Ok(AccessListResult {
                    access_list: list,
                    gas_used,
                    error,
                });
            }
            self.tx.access_list = list;
            if self.tx.tx_type == 0 {
                self.tx.tx_type = 1;
            }
        }
        Err(rejected(
            "the access list did not settle: each list makes the call touch other slots",
        ))
    }
}

/// Adds what the precompile read, which no opcode shows: the caller's key slot and the key's
/// account.
fn with_precompile_reads(list: AccessList, outcome: &Outcome, seen: &[Seen]) -> AccessList {
    let mut items: BTreeMap<Address, BTreeSet<B256>> = list
        .0
        .into_iter()
        .map(|item| (item.address, item.storage_keys.into_iter().collect()))
        .collect();
    for Seen { caller, key } in seen {
        let slots = outcome.state.get(caller).map(|account| &account.storage);
        if slots.is_some_and(|slots| slots.contains_key(&U256::from_be_bytes(KEY_SLOT.0))) {
            items.entry(*caller).or_default().insert(KEY_SLOT);
        }
        if let Some(key) = key {
            items.entry(*key).or_default();
        }
    }
    let items = items.into_iter().map(|(address, slots)| AccessListItem {
        address,
        storage_keys: slots.into_iter().collect(),
    });
    AccessList(items.collect())
}
