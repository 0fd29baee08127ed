//! The JSON-RPC methods.

mod account;
mod admin;
mod blocks;
mod call;
mod debug;
mod fees;
mod filters;
mod mining;
mod params;
mod registry;
mod send;
mod sign;
mod subscribe;
mod txpool;

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};

use crate::backend::Backend;
use registry::Registry;

/// All methods of the node.
pub(crate) fn module(
    backend: Arc<Backend>,
) -> Result<RpcModule<Arc<Backend>>, RegisterMethodError> {
    let mut registry = Registry::new(backend);
    account::register(&mut registry)?;
    admin::register(&mut registry)?;
    blocks::register(&mut registry)?;
    call::register(&mut registry)?;
    debug::register(&mut registry)?;
    fees::register(&mut registry)?;
    filters::register(&mut registry)?;
    mining::register(&mut registry)?;
    send::register(&mut registry)?;
    sign::register(&mut registry)?;
    subscribe::register(&mut registry)?;
    txpool::register(&mut registry)?;
    Ok(registry.into_module())
}
