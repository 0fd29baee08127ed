//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc};

use jsonrpsee::server::{BatchRequestConfig, Server, ServerConfig, ServerHandle};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval_at},
};
use tower_http::cors::{Any, CorsLayer};

use crate::{
    accounts::{self, DevAccount},
    backend::Backend,
    config::Config,
    error::NodeError,
    rpc,
};

/// The longest request body, in bytes: 5 MiB, as in geth. Longer ones get HTTP status 413 and the
/// JSON-RPC error -32007.
pub const MAX_REQUEST_BYTES: u32 = 5 * 1024 * 1024;

/// The longest response body, in bytes: room for the opcode trace of a large transaction.
pub const MAX_RESPONSE_BYTES: u32 = 256 * 1024 * 1024;

/// The most calls in one batch, as in geth.
pub const MAX_BATCH: u32 = 1_000;

/// The most connections at a time.
pub const MAX_CONNECTIONS: u32 = 1_024;

/// A running node. Dropping it stops the node without waiting; [`Node::stop`] waits.
#[derive(Debug)]
pub struct Node {
    address: SocketAddr,
    accounts: Vec<DevAccount>,
    server: ServerHandle,
    miner: Option<JoinHandle<()>>,
}

impl Node {
    /// Makes genesis and serves it. Must be called inside a tokio runtime, which the node then
    /// runs on; transactions and calls are executed on its blocking threads.
    ///
    /// # Errors
    ///
    /// [`NodeError`] if the configuration is not consistent or the port is taken.
    pub async fn start(config: Config) -> Result<Self, NodeError> {
        let accounts = accounts::derive(config.accounts)?;
        let backend = Arc::new(Backend::new(&config, accounts.clone())?);
        let wanted = SocketAddr::new(config.host, config.port);
        let listen = |source| NodeError::Listen {
            address: wanted,
            source,
        };
        let server = Server::builder()
            .set_config(server_config())
            // Browsers may call a development node from any page, as they may call anvil.
            .set_http_middleware(tower::ServiceBuilder::new().layer(cors()))
            .build(wanted)
            .await
            .map_err(listen)?;
        let address = server.local_addr().map_err(listen)?;
        let server = server.start(rpc::module(Arc::clone(&backend))?);
        let miner = config
            .block_time
            .map(|period| tokio::spawn(mine_every(backend, period)));
        Ok(Self {
            address,
            accounts,
            server,
            miner,
        })
    }

    /// Where the node listens, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The funded accounts.
    pub fn accounts(&self) -> &[DevAccount] {
        &self.accounts
    }

    /// Stops serving: no new calls, running ones are finished, the port is free afterwards.
    pub async fn stop(mut self) {
        if let Some(miner) = self.miner.take() {
            miner.abort();
        }
        // Fails only if the server has already stopped.
        if self.server.stop().is_ok() {
            self.server.clone().stopped().await;
        }
    }

    /// Waits until the node has stopped by itself, which it does not.
    pub async fn stopped(&self) {
        self.server.clone().stopped().await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(miner) = self.miner.take() {
            miner.abort();
        }
    }
}

fn server_config() -> ServerConfig {
    ServerConfig::builder()
        .max_request_body_size(MAX_REQUEST_BYTES)
        .max_response_body_size(MAX_RESPONSE_BYTES)
        .max_connections(MAX_CONNECTIONS)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_tcp_no_delay(true)
        .build()
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(Any)
}

async fn mine_every(backend: Arc<Backend>, period: std::time::Duration) {
    let mut ticks = interval_at(tokio::time::Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let backend = Arc::clone(&backend);
        if let Err(error) = tokio::task::spawn_blocking(move || backend.mine(None)).await {
            tracing::error!(%error, "a block could not be mined");
        }
    }
}
