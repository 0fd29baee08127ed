//! Tracers: calls and mined transactions, run again with an inspector looking on.

use std::sync::{MutexGuard, PoisonError};

use alloy_eips::BlockId;
use alloy_evm::{
    EvmEnv, FromRecoveredTx,
    revm::{DatabaseCommit, context::TxEnv, database::CacheDB},
};
use alloy_primitives::B256;
use alloy_rpc_types_eth::TransactionRequest;
use alloy_rpc_types_trace::{
    common::TraceResult,
    geth::{
        GethDebugBuiltInTracerType, GethDebugTracerConfig, GethDebugTracingCallOptions,
        GethDebugTracingOptions, GethTrace,
    },
    parity::LocalizedTransactionTrace,
};
use revm_inspectors::tracing::{DebugInspector, TransactionContext};
use serde_json::json;

use crate::{
    backend::Backend,
    chain::Replay,
    engine::{Engine, Outcome},
    meter::{MAX_TRACE_BYTES, Meter, Metered},
    overrides::Overrides,
    rpc_error::{RpcResult, internal, invalid_params, not_executed, rejected},
    simulate::Simulation,
    view::View,
    watch::Purpose,
};

/// The trace of one transaction of a block.
pub(crate) type TransactionTrace = TraceResult<GethTrace, String>;

/// What `prestateTracer` may copy of an account's code: the code, hexadecimal, before and after.
const CODE_BYTE: usize = 7;

/// One trace at a time: each may take much memory.
fn turn(backend: &Backend) -> MutexGuard<'_, ()> {
    backend
        .tracing
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// What is traced, and how.
struct Traced<'a> {
    engine: &'a Engine,
    env: EvmEnv,
    tx: TxEnv,
    options: GethDebugTracingOptions,
    context: Option<TransactionContext>,
}

impl Traced<'_> {
    /// Runs it on `db`, without changing that.
    fn run(self, db: &mut CacheDB<View>, meter: &mut Meter) -> RpcResult<(GethTrace, Outcome)> {
        let mut inspector = DebugInspector::new(self.options)
            .map_err(|error| invalid_params(format!("tracer: {error}")))?;
        meter.next_transaction();
        let (outcome, _) = self
            .engine
            .inspect(
                &mut *db,
                self.env.clone(),
                self.tx.clone(),
                Metered::new(&mut inspector, meter),
            )
            .map_err(not_executed)?;
        if matches!(
            inspector,
            DebugInspector::PreStateTracer(..) | DebugInspector::Mux(..)
        ) {
            let codes = outcome
                .state
                .values()
                .filter_map(|account| account.info.code.as_ref());
            meter.charge(CODE_BYTE * codes.map(|code| code.len()).sum::<usize>());
        }
        if meter.exceeded() {
            return Err(too_large());
        }
        let trace = inspector
            .get_result(self.context, &self.tx, &self.env.block_env, &outcome, db)
            .map_err(|error| internal(format!("tracer: {error}")))?;
        Ok((trace, outcome))
    }
}

fn too_large() -> jsonrpsee::types::ErrorObjectOwned {
    rejected(format!(
        "the trace is too large: it would take more than {} MiB. Leave out what is not needed \
         (enableMemory, enableReturnData; disableStack, disableStorage), set `limit` to record \
         only the first steps, give less gas, or use the callTracer",
        MAX_TRACE_BYTES / (1024 * 1024)
    ))
}

/// `debug_traceCall`.
pub(crate) fn call(
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
    let Simulation {
        engine,
        env,
        mut db,
        tx,
    } = Simulation::new(backend, request, id, overrides)?;
    let traced = Traced {
        engine,
        env,
        tx,
        options: options.tracing_options,
        context: None,
    };
    let _turn = turn(backend);
    Ok(traced.run(&mut db, &mut Meter::default())?.0)
}

/// `debug_traceTransaction`: runs the block again up to the transaction, then the transaction
/// under the tracer.
pub(crate) fn transaction(
    backend: &Backend,
    hash: B256,
    options: GethDebugTracingOptions,
) -> RpcResult<GethTrace> {
    let (replay, index) = backend
        .chain()
        .replay_of(hash)
        .ok_or_else(|| rejected(format!("transaction {hash} not found")))?;
    let _turn = turn(backend);
    let mut traces = replay_under(backend, &replay, &options, Some(index))?;
    match traces.pop() {
        Some(TraceResult::Success { result, .. }) => Ok(result),
        _ => Err(internal(format!("transaction {hash} is not in its block"))),
    }
}

/// `debug_traceBlockByNumber`, `debug_traceBlockByHash`.
pub(crate) fn block(
    backend: &Backend,
    id: BlockId,
    options: GethDebugTracingOptions,
) -> RpcResult<Vec<TransactionTrace>> {
    let Some(replay) = backend.chain().replay(id) else {
        return match backend.chain().block(id) {
            Some(_) => Err(rejected("genesis is not traceable")),
            None => Err(crate::chain::unknown_block(id)),
        };
    };
    let _turn = turn(backend);
    replay_under(backend, &replay, &options, None)
}

/// Runs a block again, and its transaction `only` under the tracer, or all of them.
fn replay_under(
    backend: &Backend,
    replay: &Replay,
    options: &GethDebugTracingOptions,
    only: Option<usize>,
) -> RpcResult<Vec<TransactionTrace>> {
    let header = &replay.mined.block.header;
    let mut db = CacheDB::new(replay.view.clone());
    let (mut meter, mut traces) = (Meter::default(), Vec::new());
    for (index, tx) in replay.mined.block.transactions.txns().enumerate() {
        let env = backend.engine.env_of(&header.inner, &tx.inner);
        let hash = *tx.inner.tx_hash();
        let tx = TxEnv::from_recovered_tx(tx.inner.inner(), tx.inner.signer());
        let state = if only.is_none_or(|only| only == index) {
            let traced = Traced {
                engine: &backend.engine,
                env,
                tx,
                options: options.clone(),
                context: Some(TransactionContext {
                    block_hash: Some(header.hash),
                    tx_index: Some(index),
                    tx_hash: Some(hash),
                }),
            };
            let (result, outcome) = traced.run(&mut db, &mut meter)?;
            traces.push(TraceResult::Success {
                result,
                tx_hash: Some(hash),
            });
            outcome.state
        } else {
            let outcome = backend.engine.run(Purpose::Repeat, &mut db, env, tx);
            outcome.map_err(not_executed)?.state
        };
        if only == Some(index) {
            break;
        }
        db.commit(state);
    }
    Ok(traces)
}

/// `trace_transaction`: the same in the flat form of OpenEthereum, which `cast trace` reads.
pub(crate) fn transaction_flat(
    backend: &Backend,
    hash: B256,
) -> RpcResult<Option<Vec<LocalizedTransactionTrace>>> {
    if backend.chain().transaction(hash).is_none() {
        return Ok(None);
    }
    flat(transaction(backend, hash, flat_options())?).map(Some)
}

/// `trace_block`: the same for all transactions of a block.
pub(crate) fn block_flat(
    backend: &Backend,
    id: BlockId,
) -> RpcResult<Option<Vec<LocalizedTransactionTrace>>> {
    match backend.chain().block(id) {
        None => return Ok(None),
        Some(mined) if mined.receipts.is_empty() => return Ok(Some(Vec::new())),
        Some(_) => {}
    }
    let mut all = Vec::new();
    for trace in block(backend, id, flat_options())? {
        if let TraceResult::Success { result, .. } = trace {
            all.extend(flat(result)?);
        }
    }
    Ok(Some(all))
}

fn flat_options() -> GethDebugTracingOptions {
    GethDebugTracingOptions {
        // Without this the calls of 0x11 would be left out, and with them all that matters here.
        tracer_config: GethDebugTracerConfig(json!({"includePrecompiles": true})),
        ..GethDebugTracingOptions::new_tracer(GethDebugBuiltInTracerType::FlatCallTracer)
    }
}

fn flat(trace: GethTrace) -> RpcResult<Vec<LocalizedTransactionTrace>> {
    match trace {
        GethTrace::FlatCallTracer(traces) => Ok(traces),
        other => Err(internal(format!("the flat tracer gave {other:?}"))),
    }
}
