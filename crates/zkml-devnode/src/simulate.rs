//! Running calls without mining them: `eth_call`, gas estimation, access lists, traces.

use std::collections::{BTreeMap, BTreeSet};

use alloy_consensus::Header as ConsensusHeader;
use alloy_eips::BlockId;
use alloy_evm::{
    EvmEnv, FromRecoveredTx,
    overrides::{apply_block_overrides, apply_state_overrides},
    revm::{
        DatabaseCommit, DatabaseRef,
        context::{
            TxEnv,
            result::{ExecutionResult, HaltReason},
        },
        database::CacheDB,
    },
    rpc::TryIntoTxEnv,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_eth::{
    AccessList, AccessListItem, AccessListResult, BlockOverrides, TransactionRequest,
    state::StateOverride,
};
use alloy_rpc_types_trace::{
    geth::{
        GethDebugBuiltInTracerType, GethDebugTracerConfig, GethDebugTracingCallOptions,
        GethDebugTracingOptions, GethTrace,
    },
    parity::LocalizedTransactionTrace,
};
use revm_inspectors::{
    access_list::AccessListInspector,
    tracing::{DebugInspector, TransactionContext},
};
use serde_json::json;
use zk_verify_precompile::KEY_SLOT;

use crate::{
    backend::Backend,
    chain::At,
    engine::{Engine, Outcome},
    rpc_error::{
        RpcResult, internal, invalid_params, not_executed, output, rejected, revert_message,
    },
    state::View,
    watch::{Purpose, Seen},
};

/// What a caller may pretend.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) state: Option<StateOverride>,
    pub(crate) block: Option<BlockOverrides>,
}

/// A call, ready to run as often as needed.
pub(crate) struct Simulation<'a> {
    engine: &'a Engine,
    env: EvmEnv,
    db: CacheDB<View>,
    tx: TxEnv,
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
        view: View,
        overrides: Overrides,
    ) -> RpcResult<Self> {
        let mut env = engine.simulation_env(header);
        let mut db = CacheDB::new(view);
        if let Some(block) = overrides.block {
            apply_block_overrides(block, &mut db, &mut env.block_env);
        }
        if let Some(state) = overrides.state {
            apply_state_overrides(state, &mut db)
                .map_err(|error| invalid_params(format!("state overrides: {error}")))?;
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
        output(self.run(Purpose::Call)?)
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
        output(first)?;
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
                let error = failure(&outcome.result);
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

    /// Runs the call under a tracer.
    pub(crate) fn trace(mut self, options: GethDebugTracingOptions) -> RpcResult<GethTrace> {
        traced(self.engine, &mut self.db, self.env, self.tx, options, None)
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

fn failure(result: &ExecutionResult<HaltReason>) -> Option<String> {
    match result {
        ExecutionResult::Success { .. } => None,
        ExecutionResult::Revert { output, .. } => Some(revert_message(output)),
        ExecutionResult::Halt { reason, .. } => Some(reason.to_string()),
    }
}

fn traced(
    engine: &Engine,
    db: &mut CacheDB<View>,
    env: EvmEnv,
    tx: TxEnv,
    options: GethDebugTracingOptions,
    context: Option<TransactionContext>,
) -> RpcResult<GethTrace> {
    let mut inspector =
        DebugInspector::new(options).map_err(|error| invalid_params(format!("tracer: {error}")))?;
    let (outcome, _) = engine
        .inspect(&mut *db, env.clone(), tx.clone(), &mut inspector)
        .map_err(not_executed)?;
    inspector
        .get_result(context, &tx, &env.block_env, &outcome, db)
        .map_err(|error| internal(format!("tracer: {error}")))
}

/// `debug_traceCall`.
pub(crate) fn trace_call(
    backend: &Backend,
    request: TransactionRequest,
    id: BlockId,
    options: GethDebugTracingCallOptions,
) -> RpcResult<GethTrace> {
    if options.tx_index.is_some() {
        return Err(invalid_params(
            "txIndex is not supported: calls run on the state after a block",
        ));
    }
    let overrides = Overrides {
        state: options.state_overrides,
        block: options.block_overrides,
    };
    Simulation::new(backend, request, id, overrides)?.trace(options.tracing_options)
}

/// `trace_transaction`: the same in the flat form of OpenEthereum, which `cast trace` reads.
pub(crate) fn trace_flat(
    backend: &Backend,
    hash: B256,
) -> RpcResult<Option<Vec<LocalizedTransactionTrace>>> {
    if backend.chain().transaction(hash).is_none() {
        return Ok(None);
    }
    let options = GethDebugTracingOptions {
        // Without this the calls of 0x11 would be left out, and with them all that matters here.
        tracer_config: GethDebugTracerConfig(json!({"includePrecompiles": true})),
        ..GethDebugTracingOptions::new_tracer(GethDebugBuiltInTracerType::FlatCallTracer)
    };
    match trace_transaction(backend, hash, options)? {
        GethTrace::FlatCallTracer(traces) => Ok(Some(traces)),
        other => Err(internal(format!("the flat tracer gave {other:?}"))),
    }
}

/// `debug_traceTransaction`: runs the block again up to the transaction, then the transaction
/// under the tracer.
pub(crate) fn trace_transaction(
    backend: &Backend,
    hash: B256,
    options: GethDebugTracingOptions,
) -> RpcResult<GethTrace> {
    let replay = backend
        .chain()
        .replay(hash)
        .ok_or_else(|| rejected(format!("transaction {hash} not found")))?;
    let header = &replay.mined.block.header;
    let env = backend.engine.env(&header.inner);
    let mut db = CacheDB::new(replay.view);
    for tx in replay.mined.block.transactions.txns().take(replay.index) {
        let tx = TxEnv::from_recovered_tx(tx.inner.inner(), tx.inner.signer());
        let outcome = backend
            .engine
            .run(Purpose::Repeat, &mut db, env.clone(), tx)
            .map_err(not_executed)?;
        db.commit(outcome.state);
    }
    let tx = replay
        .mined
        .block
        .transactions
        .txns()
        .nth(replay.index)
        .ok_or_else(|| internal(format!("transaction {hash} is not in its block")))?;
    let context = TransactionContext {
        block_hash: Some(header.hash),
        tx_index: Some(replay.index),
        tx_hash: Some(hash),
    };
    let tx = TxEnv::from_recovered_tx(tx.inner.inner(), tx.inner.signer());
    traced(&backend.engine, &mut db, env, tx, options, Some(context))
}
