//! How the modules of methods add them.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde::Serialize;

use super::params::Args;
use crate::{backend::Backend, rpc_error::RpcResult};

/// Methods are added by the modules beside this one.
pub(super) struct Registry {
    module: RpcModule<Arc<Backend>>,
}

pub(super) type Registered = Result<(), RegisterMethodError>;

impl Registry {
    pub(super) fn new(backend: Arc<Backend>) -> Self {
        Self {
            module: RpcModule::new(backend),
        }
    }

    pub(super) fn into_module(self) -> RpcModule<Arc<Backend>> {
        self.module
    }

    /// Adds a method that takes at most `most` parameters. It runs on a thread that may block, for
    /// nearly every method either executes or waits for something that does.
    pub(super) fn method<R>(
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
    pub(super) fn alias(&mut self, alias: &'static str, method: &'static str) -> Registered {
        self.module.register_alias(alias, method)
    }
}
