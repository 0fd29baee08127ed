//! The JSON-RPC methods.

mod account;
mod admin;
mod blocks;
mod call;
mod fees;
mod filters;
mod params;
mod registry;
mod send;

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
    fees::register(&mut registry)?;
    filters::register(&mut registry)?;
    send::register(&mut registry)?;
    Ok(registry.into_module())
}
