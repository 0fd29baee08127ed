//! Calls that change nothing.

use alloy_eips::BlockId;
use alloy_primitives::{Bytes, U64};
use alloy_rpc_types_eth::{
    AccessListResult, TransactionRequest,
    simulate::{SimulatePayload, SimulatedBlock},
};

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend, overrides::Overrides, rpc_error::RpcResult, simulate::Simulation,
    simulate_blocks,
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_call", 4, call)?;
    registry.method("eth_estimateGas", 4, estimate_gas)?;
    registry.method("eth_createAccessList", 4, create_access_list)?;
    registry.method("eth_simulateV1", 2, simulate)
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

fn simulate(backend: &Backend, args: &mut Args) -> RpcResult<Vec<SimulatedBlock>> {
    let payload: SimulatePayload = args.required(0, "payload")?;
    let id = args.optional(1, "block")?.unwrap_or_default();
    simulate_blocks::simulate(backend, payload, id)
}
