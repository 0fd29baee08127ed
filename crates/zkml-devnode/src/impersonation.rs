//! Transactions of senders whose keys the node does not have.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

use alloy_consensus::{TxEnvelope, transaction::Recovered};
use alloy_primitives::{Address, Signature, U256};

/// The most addresses that are impersonated at a time.
pub(crate) const MAX_IMPERSONATED: usize = 10_000;

/// The senders that need no key.
#[derive(Debug, Default)]
pub(crate) struct Impersonated(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    addresses: HashSet<Address>,
    everybody: bool,
}

impl Impersonated {
    /// From now on, `address` needs no key. `false` if there are too many.
    pub(crate) fn start(&self, address: Address) -> bool {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if inner.addresses.len() >= MAX_IMPERSONATED {
            return inner.addresses.contains(&address);
        }
        inner.addresses.insert(address);
        true
    }

    pub(crate) fn stop(&self, address: Address) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.addresses.remove(&address);
    }

    /// Whether nobody needs a key.
    pub(crate) fn set_everybody(&self, everybody: bool) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.everybody = everybody;
    }

    pub(crate) fn contains(&self, address: Address) -> bool {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.everybody || inner.addresses.contains(&address)
    }

    pub(crate) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }
}

/// What stands in the place of the signature: it differs from sender to sender, so that the hashes
/// of their transactions do.
pub(crate) fn signature(sender: Address) -> Signature {
    Signature::new(U256::from_be_slice(sender.as_slice()), U256::ONE, false)
}

/// Whether the transaction was sent without its sender's key. No real signature looks like it.
pub(crate) fn is_impersonated(tx: &Recovered<TxEnvelope>) -> bool {
    *tx.signature() == signature(tx.signer())
}
