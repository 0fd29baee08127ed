//! `eth_simulateV1`: blocks of calls on top of the chain, each block on the one before it
//! (execution-apis, `eth_simulateV1`).

use alloy_consensus::{Header as ConsensusHeader, transaction::Recovered};
use alloy_eips::BlockId;
use alloy_evm::{
    EvmEnv,
    revm::{
        context::{
            TxEnv,
            result::{ExecutionResult, HaltReason},
        },
        database::WrapDatabaseRef,
    },
    rpc::TryIntoTxEnv,
};
use alloy_primitives::{Address, Signature, U256};
use alloy_rpc_types_eth::{
    Block, BlockOverrides, Header, TransactionRequest,
    simulate::{
        MAX_SIMULATE_BLOCKS, SimBlock, SimCallResult, SimulateError, SimulatePayload,
        SimulatedBlock,
    },
};
use jsonrpsee::types::ErrorObjectOwned;
use revm_inspectors::transfer::TransferInspector;

use crate::{
    backend::Backend,
    block::{self, Contents, Mined, Rules},
    chain::At,
    engine::{Engine, Outcome},
    overrides,
    rpc_error::{RpcResult, coded, invalid_params, rejected, simulation_refused},
    view::View,
    watch::Purpose,
};

/// The most calls of one request.
const MAX_CALLS: usize = 10_000;

/// The gas that all calls of one request may use together, in gas limits of a block.
const GAS_BUDGET_IN_BLOCKS: u64 = 10;

/// Seconds between simulated blocks, as in geth.
const BLOCK_TIME: u64 = 12;

/// The spec's code for a block number that is not after the one before.
const NUMBERS_OUT_OF_ORDER: i32 = -38_020;
/// The spec's code for a timestamp that is not after the one before.
const TIMES_OUT_OF_ORDER: i32 = -38_021;
/// The spec's code for more than the node is ready to simulate.
const OVER_THE_LIMIT: i32 = -38_026;
/// The spec's code for less gas than a transaction takes before it runs.
const INTRINSIC_GAS: i32 = -38_013;

/// The simulated blocks, each with the results of its calls.
pub(crate) fn simulate(
    backend: &Backend,
    payload: SimulatePayload,
    id: BlockId,
) -> RpcResult<Vec<SimulatedBlock>> {
    let calls: usize = payload
        .block_state_calls
        .iter()
        .map(|block| block.calls.len())
        .sum();
    if payload.block_state_calls.is_empty() {
        return Err(invalid_params(
            "params[0] (payload): blockStateCalls is empty",
        ));
    }
    if calls > MAX_CALLS {
        return Err(invalid_params(format!(
            "params[0] (payload): {calls} calls; at most {MAX_CALLS}"
        )));
    }
    let (base, rules) = {
        let chain = backend.chain();
        // A pending block is simulated as the first one is: on the head.
        let id = if id.is_pending() {
            BlockId::latest()
        } else {
            id
        };
        (chain.at(id)?, chain.rules.clone())
    };
    let At { header, view } = base;
    let gas_budget = rules.gas_limit.saturating_mul(GAS_BUDGET_IN_BLOCKS);
    let mut simulation = BlockSimulation {
        engine: &backend.engine,
        gas_budget,
        gas_left: gas_budget,
        rules: Rules {
            next_base_fee: None,
            next_prev_randao: None,
            ..rules
        },
        parent: Header::new(header),
        view,
        validation: payload.validation,
        trace_transfers: payload.trace_transfers,
        full: payload.return_full_transactions,
    };
    simulation.view = simulation.view.after(&simulation.parent);
    let mut blocks = Vec::new();
    for block in payload.block_state_calls {
        simulation.fill_gap(&block, &mut blocks)?;
        blocks.push(simulation.block(block)?);
        check_count(blocks.len())?;
    }
    Ok(blocks)
}

fn check_count(blocks: usize) -> RpcResult<()> {
    if blocks as u64 > MAX_SIMULATE_BLOCKS {
        return Err(coded(
            OVER_THE_LIMIT,
            format!("too many blocks: at most {MAX_SIMULATE_BLOCKS}"),
        ));
    }
    Ok(())
}

/// The state of a simulation between two blocks.
struct BlockSimulation<'a> {
    engine: &'a Engine,
    rules: Rules,
    /// The block that the next one follows.
    parent: Header,
    /// What the next block runs on.
    view: View,
    /// The gas that all calls may use together.
    gas_budget: u64,
    /// What is left of it.
    gas_left: u64,
    validation: bool,
    trace_transfers: bool,
    full: bool,
}

impl BlockSimulation<'_> {
    /// The empty blocks between the last one and one whose number was given.
    fn fill_gap(&mut self, block: &SimBlock, blocks: &mut Vec<SimulatedBlock>) -> RpcResult<()> {
        let Some(number) = block.block_number_override() else {
            return Ok(());
        };
        if number <= U256::from(self.parent.inner.number) {
            return Err(coded(
                NUMBERS_OUT_OF_ORDER,
                format!(
                    "block numbers must be in order: {number} follows {}",
                    self.parent.inner.number
                ),
            ));
        }
        while U256::from(self.parent.inner.number) + U256::ONE < number {
            blocks.push(self.block(SimBlock::default())?);
            check_count(blocks.len())?;
        }
        Ok(())
    }

    fn header(&self, overrides: Option<&BlockOverrides>) -> RpcResult<ConsensusHeader> {
        let timestamp = self.parent.inner.timestamp.saturating_add(BLOCK_TIME);
        let mut header = block::next_header(&self.parent, timestamp, &self.rules);
        if !self.validation {
            header.base_fee_per_gas = Some(0);
        }
        if let Some(overrides) = overrides {
            override_header(&mut header, overrides);
        }
        if header.timestamp <= self.parent.inner.timestamp {
            return Err(coded(
                TIMES_OUT_OF_ORDER,
                format!(
                    "block timestamps must be in order: {} follows {}",
                    header.timestamp, self.parent.inner.timestamp
                ),
            ));
        }
        Ok(header)
    }

    fn env(&self, header: &ConsensusHeader, overrides: Option<&BlockOverrides>) -> EvmEnv {
        let mut env = if self.validation {
            self.engine.env(header)
        } else {
            self.engine.simulation_env(header)
        };
        env.cfg_env.disable_eip3607 = true;
        if let Some(fee) = overrides.and_then(|overrides| overrides.blob_base_fee)
            && let Some(blob) = &mut env.block_env.blob_excess_gas_and_price
        {
            blob.blob_gasprice = fee.saturating_to();
        }
        env
    }

    /// Simulates one block, which the next one then follows.
    fn block(&mut self, block: SimBlock) -> RpcResult<SimulatedBlock> {
        let SimBlock {
            block_overrides,
            state_overrides,
            calls,
        } = block;
        let header = self.header(block_overrides.as_ref())?;
        let env = self.env(&header, block_overrides.as_ref());
        let parent_state = self.view.state.clone();
        if let Some(state) = state_overrides {
            overrides::apply(state, &mut self.view.state)?;
        }
        let mut contents = Contents::of_empty(self.engine.hardfork(), &header);
        for (index, call) in calls.into_iter().enumerate() {
            self.call(call, &env, &mut contents)
                .map_err(|error| error.of_call(index))?;
        }
        let executed = contents.executed.iter();
        let results: Vec<_> = executed.map(|one| one.result.clone()).collect();
        let mined = block::seal(header, contents, &self.view.state, parent_state);
        self.parent = mined.block.header.clone();
        self.view = self.view.clone().after(&self.parent);
        Ok(self.answer(mined, results))
    }

    fn call(
        &mut self,
        mut request: TransactionRequest,
        env: &EvmEnv,
        contents: &mut Contents,
    ) -> Result<(), Refused> {
        let refused = |error: ErrorObjectOwned| Refused(error);
        let from = request.from.unwrap_or(Address::ZERO);
        let wanted = request.gas;
        let gas = self
            .gas_limit(wanted, contents.gas.left())
            .map_err(refused)?;
        request.from = Some(from);
        request.gas = Some(gas);
        request
            .nonce
            .get_or_insert_with(|| self.view.state.nonce(from));
        request.chain_id = Some(env.cfg_env.chain_id);
        request.to.get_or_insert(alloy_primitives::TxKind::Create);
        if request.gas_price.is_none() {
            request.max_fee_per_gas.get_or_insert(0);
            request.max_priority_fee_per_gas.get_or_insert(0);
        }
        request.normalize_input();
        let tx = request.clone().build_typed_tx().map_err(|request| {
            let missing = request
                .missing_keys()
                .err()
                .map(|(_, keys)| keys.join(", "));
            refused(invalid_params(format!(
                "incomplete; missing or conflicting: {}",
                missing.unwrap_or_default()
            )))
        })?;
        let signature = Signature::new(U256::ZERO, U256::ZERO, false);
        let tx = Recovered::new_unchecked(tx.into_envelope(signature), from);
        let env_tx = request
            .try_into_tx_env(env)
            .map_err(|error| refused(rejected(error.to_string())))?;
        let outcome = self.execute(env.clone(), env_tx).map_err(|error| {
            // Not the call has asked for too little: the budget has no more.
            let is_out = wanted.is_none() && gas == self.gas_left && error.code() == INTRINSIC_GAS;
            refused(if is_out { self.out_of_budget() } else { error })
        })?;
        let gas_used = outcome.result.tx_gas_used();
        self.gas_left = self.gas_left.saturating_sub(gas_used);
        contents.add(tx, &outcome);
        self.view.state.commit(outcome.state);
        Ok(())
    }

    /// The gas of a call in a block that has `left`: what the call asks for, or what there is.
    fn gas_limit(&self, wanted: Option<u64>, left: u64) -> RpcResult<u64> {
        match wanted {
            Some(gas) if gas > left => Err(coded(
                -38_015,
                format!("block gas limit reached: {gas} > {left}"),
            )),
            Some(gas) if gas > self.gas_left => Err(self.out_of_budget()),
            _ if self.gas_left == 0 => Err(self.out_of_budget()),
            Some(gas) => Ok(gas),
            // Only validation refuses a gas limit over a transaction's.
            None if self.validation => {
                Ok(self.engine.transaction_gas_limit(left).min(self.gas_left))
            }
            None => Ok(left.min(self.gas_left)),
        }
    }

    fn out_of_budget(&self) -> ErrorObjectOwned {
        coded(
            OVER_THE_LIMIT,
            format!(
                "the calls of one request may use {} gas (ten blocks)",
                self.gas_budget
            ),
        )
    }

    fn execute(&mut self, env: EvmEnv, tx: TxEnv) -> RpcResult<Outcome> {
        let db = WrapDatabaseRef(&self.view);
        let outcome = if self.trace_transfers {
            let transfers = TransferInspector::new(false).with_logs(true);
            self.engine
                .inspect(db, env, tx, transfers)
                .map(|(outcome, _)| outcome)
        } else {
            self.engine.run(Purpose::Call, db, env, tx)
        };
        outcome.map_err(simulation_refused)
    }

    fn answer(&self, mined: Mined, results: Vec<ExecutionResult<HaltReason>>) -> SimulatedBlock {
        let calls = mined
            .receipts
            .iter()
            .zip(results)
            .map(|(receipt, result)| SimCallResult {
                logs: receipt.inner.logs().to_vec(),
                gas_used: receipt.gas_used,
                max_used_gas: Some(result.gas().total_gas_spent()),
                status: result.is_success(),
                error: self.call_error(&result),
                return_data: result.into_output().unwrap_or_default(),
            })
            .collect();
        let mut block: Block = mined.block;
        if !self.full {
            block.transactions.convert_to_hashes();
        }
        SimulatedBlock {
            inner: block,
            calls,
        }
    }

    fn call_error(&self, result: &ExecutionResult<HaltReason>) -> Option<SimulateError> {
        let message = self.engine.known_errors().failure(result)?;
        let (code, data) = match result {
            ExecutionResult::Revert { output, .. } => {
                (SimulateError::EXECUTION_REVERTED_CODE, Some(output.clone()))
            }
            _ => (SimulateError::VM_EXECUTION_ERROR_CODE, None),
        };
        Some(SimulateError {
            code,
            message,
            data,
        })
    }
}

/// A call that cannot be executed at all, which ends the whole simulation.
struct Refused(ErrorObjectOwned);

impl Refused {
    fn of_call(self, index: usize) -> ErrorObjectOwned {
        coded(
            self.0.code(),
            format!("calls[{index}]: {}", self.0.message()),
        )
    }
}

fn override_header(header: &mut ConsensusHeader, overrides: &BlockOverrides) {
    let BlockOverrides {
        number,
        time,
        gas_limit,
        coinbase,
        random,
        base_fee,
        ..
    } = overrides;
    if let Some(number) = number {
        header.number = number.saturating_to();
    }
    if let Some(time) = time {
        header.timestamp = *time;
    }
    if let Some(gas_limit) = gas_limit {
        header.gas_limit = *gas_limit;
    }
    if let Some(coinbase) = coinbase {
        header.beneficiary = *coinbase;
    }
    if let Some(random) = random {
        header.mix_hash = *random;
    }
    if let Some(base_fee) = base_fee {
        header.base_fee_per_gas = Some(base_fee.saturating_to());
    }
}
