//! Traces.

use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::B256;
use alloy_rpc_types_eth::TransactionRequest;
use alloy_rpc_types_trace::geth::{
    GethDebugTracingCallOptions, GethDebugTracingOptions, GethTrace,
};

use super::{
    blocks,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{backend::Backend, rpc_error::RpcResult, trace};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("debug_traceTransaction", 2, |backend, args| {
        let hash: B256 = args.required(0, "transaction hash")?;
        trace::transaction(backend, hash, options(args)?)
    })?;
    registry.method("debug_traceCall", 3, trace_call)?;
    registry.method("debug_traceBlockByNumber", 2, |backend, args| {
        let number: BlockNumberOrTag = args.required(0, "block")?;
        trace::block(backend, number.into(), options(args)?)
    })?;
    registry.method("debug_traceBlockByHash", 2, |backend, args| {
        let hash: B256 = args.required(0, "block hash")?;
        trace::block(backend, hash.into(), options(args)?)
    })?;
    registry.method("debug_getRawTransaction", 1, blocks::raw_transaction)?;
    registry.method("trace_transaction", 1, |backend, args| {
        trace::transaction_flat(backend, args.required(0, "transaction hash")?)
    })?;
    registry.method("trace_block", 1, |backend, args| {
        let id: BlockId = args.required(0, "block")?;
        trace::block_flat(backend, id)
    })
}

fn options(args: &mut Args) -> RpcResult<GethDebugTracingOptions> {
    Ok(args.optional(1, "options")?.unwrap_or_default())
}

fn trace_call(backend: &Backend, args: &mut Args) -> RpcResult<GethTrace> {
    let request: TransactionRequest = args.required(0, "call")?;
    let id: BlockId = args.optional(1, "block")?.unwrap_or_default();
    let options: Option<GethDebugTracingCallOptions> = args.optional(2, "options")?;
    trace::call(backend, request, id, options.unwrap_or_default())
}
