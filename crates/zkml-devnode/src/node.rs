//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc};

use jsonrpsee::{
    core::traits::IdProvider,
    server::{
        BatchRequestConfig, HttpBody, HttpRequest, RandomIntegerIdProvider, Server, ServerConfig,
        ServerHandle,
    },
    types::SubscriptionId,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};
use tower_http::validate_request::ValidateRequestHeaderLayer;

use crate::{
    accounts::{self, DevAccount},
    backend::Backend,
    config::Config,
    error::NodeError,
    guard::Guard,
    rpc,
};

/// The longest request body, in bytes: 5 MiB, as in geth. Longer ones get HTTP status 413 and the
/// JSON-RPC error -32007.
pub const MAX_REQUEST_BYTES: u32 = 5 * 1024 * 1024;

/// The longest response body, in bytes: room for the largest trace.
pub const MAX_RESPONSE_BYTES: u32 = 128 * 1024 * 1024;

/// The most calls in one batch, as in geth.
pub const MAX_BATCH: u32 = 1_000;

/// The most connections at a time.
pub const MAX_CONNECTIONS: u32 = 1_024;

/// The most subscriptions of one connection.
pub const MAX_SUBSCRIPTIONS: u32 = 128;

/// How many messages wait for a client that does not read: beyond them its subscriptions stand
/// still, and are closed when they have missed too much.
const MESSAGE_BUFFER: u32 = 256;

/// A running node. Dropping it stops the node without waiting; [`Node::stop`] waits.
#[derive(Debug)]
pub struct Node {
    address: SocketAddr,
    accounts: Vec<DevAccount>,
    is_in_lanes: bool,
    server: ServerHandle,
    miner: Option<JoinHandle<()>>,
}

impl Node {
    /// Makes genesis and serves it. Must be called inside a tokio runtime, which the node then
    /// runs on; transactions and calls are executed on its blocking threads.
    ///
    /// # Errors
    ///
    /// [`NodeError`] if the configuration is not consistent, the processor has not got its arithmetic, or the port is
    /// taken.
    pub async fn start(config: Config) -> Result<Self, NodeError> {
        let accounts = accounts::derive(config.accounts)?;
        let backend = Arc::new(Backend::new(&config, accounts.clone())?);
        let wanted = SocketAddr::new(config.host, config.port);
        let listen = |source| NodeError::Listen {
            address: wanted,
            source,
        };
        let guard = Guard::new(&config.cors_origins, &config.allowed_hosts);
        let cors = guard.cors();
        #[allow(clippy::result_large_err, reason = "the type that tower-http asks for")]
        let check = move |request: &mut HttpRequest<HttpBody>| guard.check(request);
        let server = Server::builder()
            .set_config(server_config())
            .set_http_middleware(
                tower::ServiceBuilder::new()
                    .layer(ValidateRequestHeaderLayer::custom(check))
                    .layer(cors),
            )
            .build(wanted)
            .await
            .map_err(listen)?;
        let address = server.local_addr().map_err(listen)?;
        let is_in_lanes = backend.engine.is_in_lanes();
        let server = server.start(rpc::module(Arc::clone(&backend))?);
        let miner = Some(tokio::spawn(mine_by_the_clock(backend)));
        Ok(Self {
            address,
            accounts,
            is_in_lanes,
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

    /// Whether proofs are verified in lanes, eight field elements at once.
    pub fn is_in_lanes(&self) -> bool {
        self.is_in_lanes
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

/// Subscription ids as Ethereum's clients expect them: `0x` and hexadecimal digits.
#[derive(Debug)]
struct HexIds;

impl IdProvider for HexIds {
    fn next_id(&self) -> SubscriptionId<'static> {
        // Random, so that no client guesses another's.
        match RandomIntegerIdProvider.next_id() {
            SubscriptionId::Num(id) => SubscriptionId::Str(format!("{id:#x}").into()),
            other => other,
        }
    }
}

fn server_config() -> ServerConfig {
    ServerConfig::builder()
        .max_request_body_size(MAX_REQUEST_BYTES)
        .max_response_body_size(MAX_RESPONSE_BYTES)
        .max_connections(MAX_CONNECTIONS)
        .max_subscriptions_per_connection(MAX_SUBSCRIPTIONS)
        .set_message_buffer_capacity(MESSAGE_BUFFER)
        .set_id_provider(HexIds)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_tcp_no_delay(true)
        .build()
}

/// Mines by the clock, as long as and as often as that is wanted.
async fn mine_by_the_clock(backend: Arc<Backend>) {
    let mut interval = backend.interval();
    loop {
        let period = *interval.borrow_and_update();
        // A time that no clock reaches never comes.
        let first = period.and_then(|period| Instant::now().checked_add(period));
        let (Some(period), Some(first)) = (period, first) else {
            if interval.changed().await.is_err() {
                return;
            }
            continue;
        };
        let mut ticks = interval_at(first, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                changed = interval.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                _ = ticks.tick() => {}
            }
            let backend = Arc::clone(&backend);
            if let Err(error) = tokio::task::spawn_blocking(move || backend.mine(None)).await {
                tracing::error!(%error, "a block could not be mined");
            }
        }
    }
}
