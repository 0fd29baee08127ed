//! Subscriptions over WebSocket: `eth_subscribe`, `eth_unsubscribe`.

use std::sync::Arc;

use alloy_rpc_types_eth::Filter;
use jsonrpsee::{
    PendingSubscriptionSink, SubscriptionSink,
    core::{SubscriptionError, server::SubscriptionMessage},
    types::Params,
};
use serde::Serialize;
use serde_json::{Value, value::to_raw_value};
use tokio::sync::broadcast::error::RecvError;

use super::{
    blocks::waiting,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    block::Mined,
    events::{Event, Listener},
    filters::check_size,
    logs::matching_in,
    rpc_error::{RpcResult, invalid_params},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.subscription(
        "eth_subscribe",
        "eth_subscription",
        "eth_unsubscribe",
        subscribe,
    )
}

/// What a client wants to hear of.
enum Topic {
    /// The header of each new block.
    Heads,
    /// Matching logs of each new block, and of those taken away (with `removed: true`).
    Logs(Box<Filter>),
    /// The hash of each transaction that is taken in, or the whole transaction.
    Pending { full: bool },
    /// Whether the node catches up with others, which it never has to.
    Syncing,
}

impl Topic {
    fn read(params: &Params<'_>) -> RpcResult<Self> {
        let mut args = Args::new(params, 2)?;
        let name: String = args.required(0, "kind")?;
        match name.as_str() {
            "newHeads" => Ok(Self::Heads),
            "logs" => {
                let filter: Box<Filter> = args.optional(1, "filter")?.unwrap_or_default();
                check_size(&filter)?;
                Ok(Self::Logs(filter))
            }
            "newPendingTransactions" => Ok(Self::Pending {
                full: args.optional(1, "full transactions")?.unwrap_or(false),
            }),
            "syncing" => Ok(Self::Syncing),
            other => Err(invalid_params(format!(
                "params[0] (kind): {other:?}; expected newHeads, logs, newPendingTransactions or \
                 syncing"
            ))),
        }
    }

    /// What an event has to say about the topic.
    fn news(&self, event: &Event) -> Vec<Value> {
        match (self, event) {
            (Self::Heads, Event::Mined(mined)) => json(&mined.block.header).into_iter().collect(),
            (Self::Logs(filter), Event::Mined(mined)) => logs(filter, mined, false),
            (Self::Logs(filter), Event::Removed(mined)) => logs(filter, mined, true),
            (Self::Pending { full: false }, Event::Arrived(tx)) => {
                json(tx.tx_hash()).into_iter().collect()
            }
            (Self::Pending { full: true }, Event::Arrived(tx)) => {
                json(&waiting(tx.as_ref().clone())).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

fn logs(filter: &Filter, mined: &Mined, removed: bool) -> Vec<Value> {
    matching_in(filter, mined)
        .filter_map(|log| {
            let mut log = log.clone();
            log.removed = removed;
            json(&log)
        })
        .collect()
}

/// All that is sent can be written as JSON.
fn json(value: &impl Serialize) -> Option<Value> {
    serde_json::to_value(value).ok()
}

async fn subscribe(
    params: Params<'static>,
    pending: PendingSubscriptionSink,
    backend: Arc<Backend>,
) -> Result<(), SubscriptionError> {
    // It listens before the client hears that it is subscribed, so that nothing falls in between.
    let ready = Topic::read(&params).and_then(|topic| Ok((topic, backend.events.listen()?)));
    drop(backend);
    let (topic, listener) = match ready {
        Ok(ready) => ready,
        Err(error) => {
            pending.reject(error).await;
            return Ok(());
        }
    };
    let Ok(sink) = pending.accept().await else {
        return Ok(());
    };
    pass_on(&topic, listener, &sink).await
}

/// Sends the news until the client unsubscribes or goes. A client that has missed too much is told
/// so by the end of its subscription.
async fn pass_on(
    topic: &Topic,
    mut listener: Listener,
    sink: &SubscriptionSink,
) -> Result<(), SubscriptionError> {
    if let Topic::Syncing = topic {
        let _ = sink.send(message(&Value::Bool(false))?).await;
    }
    loop {
        let event = tokio::select! {
            () = sink.closed() => return Ok(()),
            event = listener.events.recv() => event,
        };
        match event {
            Ok(event) => {
                for news in topic.news(&event) {
                    if sink.send(message(&news)?).await.is_err() {
                        return Ok(());
                    }
                }
            }
            Err(RecvError::Lagged(missed)) => {
                return Err(format!("too slow: {missed} events were missed").into());
            }
            Err(RecvError::Closed) => return Ok(()),
        }
    }
}

fn message(value: &Value) -> Result<SubscriptionMessage, SubscriptionError> {
    Ok(to_raw_value(value)?.into())
}
