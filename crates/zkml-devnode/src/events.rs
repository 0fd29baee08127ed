//! What subscribers are told.

use std::sync::Arc;

use alloy_consensus::{TxEnvelope, transaction::Recovered};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::{
    block::Mined,
    rpc_error::{RpcResult, rejected},
};

/// How many events a subscriber may be behind before its subscription is closed.
const CAPACITY: usize = 16_384;

/// The most subscriptions of all clients together.
const MAX_SUBSCRIPTIONS_IN_ALL: usize = 1_024;

/// Something that happened to the chain.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A block was added.
    Mined(Arc<Mined>),
    /// A block was taken away by `evm_revert`, `anvil_rollback` or `anvil_reset`.
    Removed(Arc<Mined>),
    /// A transaction was taken in.
    Arrived(Arc<Recovered<TxEnvelope>>),
}

/// Passes events on to the subscribers.
#[derive(Debug)]
pub(crate) struct Events {
    sender: broadcast::Sender<Event>,
    places: Arc<Semaphore>,
}

/// The events from now on. Its place is free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) events: broadcast::Receiver<Event>,
    _place: OwnedSemaphorePermit,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
            places: Arc::new(Semaphore::new(MAX_SUBSCRIPTIONS_IN_ALL)),
        }
    }
}

impl Events {
    pub(crate) fn send(&self, event: Event) {
        // Fails if nobody listens, which is nothing to care about.
        let _ = self.sender.send(event);
    }

    /// Fails if there are too many subscriptions already.
    pub(crate) fn listen(&self) -> RpcResult<Listener> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            rejected(format!(
                "{MAX_SUBSCRIPTIONS_IN_ALL} subscriptions are open already: eth_unsubscribe, or \
                 closing a connection, makes room"
            ))
        })?;
        Ok(Listener {
            events: self.sender.subscribe(),
            _place: place,
        })
    }
}
