//! The JSON-RPC methods.

mod account;
mod admin;
mod blocks;
mod call;
mod fees;
mod filters;
mod params;
mod send;

pub(crate) use filters::Filters;

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde::Serialize;

use crate::{backend::Backend, error::RpcResult, rpc::params::Args};

/// Methods are added to a module by the folders of this one.
struct Registry {
    module: RpcModule<Arc<Backend>>,
}

type Registered = Result<(), RegisterMethodError>;

impl Registry {
    /// Adds a method that takes at most `most` parameters. It runs on a thread that may block, for
    /// nearly every method either executes or waits for something that does.
    fn method<R>(
        &mut self,
        name: &'static str,
        most: usize,
        body: fn(&Backend, &mut Args) -> RpcResult<R>,
    ) -> Registered
    where
        R: Serialize + Clone + Send + 'static,
    {
        self.module
            .register_blocking_method(name, move |params, backend, _| {
                let result =
                    Args::new(&params, most).and_then(|mut args| body(&backend, &mut args));
                if let Err(error) = &result {
                    tracing::debug!(method = name, code = error.code(), "{}", error.message());
                }
                result
            })?;
        Ok(())
    }

    /// Another name for a method.
    fn alias(&mut self, alias: &'static str, method: &'static str) -> Registered {
        self.module.register_alias(alias, method)
    }
}

/// All methods of the node.
pub(crate) fn module(
    backend: Arc<Backend>,
) -> Result<RpcModule<Arc<Backend>>, RegisterMethodError> {
    let mut registry = Registry {
        module: RpcModule::new(backend),
    };
    account::register(&mut registry)?;
    admin::register(&mut registry)?;
    blocks::register(&mut registry)?;
    call::register(&mut registry)?;
    fees::register(&mut registry)?;
    filters::register(&mut registry)?;
    send::register(&mut registry)?;
    Ok(registry.module)
}
