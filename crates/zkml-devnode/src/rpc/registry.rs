//! How the modules of methods add them.

use std::sync::Arc;

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule,
    core::{RegisterMethodError, SubscriptionError},
    types::{ErrorObjectOwned, Params},
};
use serde::Serialize;

use super::params::Args;
use crate::{
    backend::Backend,
    rpc_error::{REVERTED_CODE, RpcResult},
    text::clean,
};

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
                    log(name, error);
                }
                result
            })?;
        Ok(())
    }

    /// Adds a pair of methods that begin and end subscriptions.
    pub(super) fn subscription<F, Fut>(
        &mut self,
        subscribe: &'static str,
        notification: &'static str,
        unsubscribe: &'static str,
        body: F,
    ) -> Registered
    where
        F: Fn(Params<'static>, PendingSubscriptionSink, Arc<Backend>) -> Fut
            + Send
            + Sync
            + Clone
            + 'static,
        Fut: Future<Output = Result<(), SubscriptionError>> + Send + 'static,
    {
        self.module.register_subscription(
            subscribe,
            notification,
            unsubscribe,
            move |params, pending, backend, _| body(params, pending, Arc::clone(&backend)),
        )?;
        Ok(())
    }

    /// Another name for a method.
    pub(super) fn alias(&mut self, alias: &'static str, method: &'static str) -> Registered {
        self.module.register_alias(alias, method)
    }
}

/// A revert is what its developer looks for; the rest is for RUST_LOG=debug.
fn log(method: &str, error: &ErrorObjectOwned) {
    let (code, message) = (error.code(), clean(error.message()));
    if code == REVERTED_CODE {
        tracing::info!(tone = "bad", "{method}  {message}");
    } else {
        tracing::debug!("{method}  error {code}: {message}");
    }
}
