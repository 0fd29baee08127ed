//! Calls that change nothing.

use alloy_eips::BlockId;
use alloy_primitives::{B256, Bytes, U64};
use alloy_rpc_types_eth::{AccessListResult, TransactionRequest};
use alloy_rpc_types_trace::geth::{
    GethDebugTracingCallOptions, GethDebugTracingOptions, GethTrace,
};

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    rpc_error::RpcResult,
    simulate::{self, Overrides, Simulation},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_call", 4, call)?;
    registry.method("eth_estimateGas", 4, estimate_gas)?;
    registry.method("eth_createAccessList", 3, create_access_list)?;
    registry.method("debug_traceTransaction", 2, trace_transaction)?;
    registry.method("debug_traceCall", 3, trace_call)?;
    registry.method("trace_transaction", 1, |backend, args| {
        simulate::trace_flat(backend, args.required(0, "transaction hash")?)
    })
}

/// The call, and the overrides in parameters 2 (state) and 3 (block).
fn simulation<'a>(
    backend: &'a Backend,
    args: &mut Args,
    default: BlockId,
) -> RpcResult<Simulation<'a>> {
    let request: TransactionRequest = args.required(0, "call")?;
    let id = args.optional(1, "block")?.unwrap_or(default);
    let overrides = Overrides {
        state: args.optional(2, "state overrides")?,
        block: args.optional(3, "block overrides")?,
    };
    Simulation::new(backend, request, id, overrides)
}

fn call(backend: &Backend, args: &mut Args) -> RpcResult<Bytes> {
    simulation(backend, args, BlockId::latest())?.call()
}

fn estimate_gas(backend: &Backend, args: &mut Args) -> RpcResult<U64> {
    // A transaction goes into the next block, so that is where its gas is asked for.
    Ok(U64::from(
        simulation(backend, args, BlockId::pending())?.estimate()?,
    ))
}

fn create_access_list(backend: &Backend, args: &mut Args) -> RpcResult<AccessListResult> {
    simulation(backend, args, BlockId::latest())?.access_list()
}

fn trace_transaction(backend: &Backend, args: &mut Args) -> RpcResult<GethTrace> {
    let hash: B256 = args.required(0, "transaction hash")?;
    let options: Option<GethDebugTracingOptions> = args.optional(1, "options")?;
    simulate::trace_transaction(backend, hash, options.unwrap_or_default())
}

fn trace_call(backend: &Backend, args: &mut Args) -> RpcResult<GethTrace> {
    let request: TransactionRequest = args.required(0, "call")?;
    let id: BlockId = args.optional(1, "block")?.unwrap_or_default();
    let options: Option<GethDebugTracingCallOptions> = args.optional(2, "options")?;
    simulate::trace_call(backend, request, id, options.unwrap_or_default())
}
