//! Transactions that wait: for a nonce before theirs, or for the next block.
//!
//! `forge script --broadcast` sends a sender's transactions side by side, so they arrive in any
//! order; one that comes too early is kept and mined when the gap closes.

use std::collections::{BTreeMap, BTreeSet};

use alloy_consensus::{Transaction as _, TxEnvelope, transaction::Recovered};
use alloy_eips::Encodable2718;
use alloy_primitives::{Address, B256};
use rpds::RedBlackTreeMapSync;

use crate::{
    rpc_error::{RpcResult, nonce_too_high, nonce_too_low, rejected},
    state::State,
};

/// How far a nonce may be ahead of its sender's next one.
pub(crate) const MAX_NONCE_GAP: u64 = 1_024;

/// How many transactions may wait in all.
const MAX_WAITING: usize = 8_192;

/// How many bytes they may have, encoded (EIP-2718).
const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// What to do about a full pool.
const CURE: &str = "evm_mine mines those that are ready, anvil_dropAllTransactions forgets all";

/// A replacement must raise both fees by this many percent, as in geth.
const PRICE_BUMP_PERCENT: u128 = 10;

#[derive(Clone, Debug)]
struct Waiting {
    tx: Recovered<TxEnvelope>,
    /// Order of arrival.
    arrival: u64,
}

/// The waiting transactions. A clone, which every snapshot holds, shares them.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    waiting: RedBlackTreeMapSync<(Address, u64), Waiting>,
    /// Their encoded lengths together.
    bytes: usize,
    arrivals: u64,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            waiting: RedBlackTreeMapSync::new_sync(),
            bytes: 0,
            arrivals: 0,
        }
    }
}

impl Pool {
    /// Takes a transaction in. Fails if its nonce is used or too far ahead, if it replaces another
    /// without paying more, or if the pool is full.
    pub(crate) fn add(&mut self, tx: Recovered<TxEnvelope>, state: &State) -> RpcResult<()> {
        let (sender, nonce) = (tx.signer(), tx.nonce());
        let next = state.nonce(sender);
        if nonce < next {
            return Err(rejected(nonce_too_low(next, nonce)));
        }
        // EIP-2681: the nonce after it would be none.
        if nonce == u64::MAX {
            return Err(rejected(format!(
                "nonce has max value: address {sender}, nonce {nonce}"
            )));
        }
        if nonce - next > MAX_NONCE_GAP {
            return Err(rejected(nonce_too_high(next, nonce)));
        }
        match self.waiting.get(&(sender, nonce)) {
            Some(old) if old.tx.tx_hash() == tx.tx_hash() => {
                return Err(rejected("already known"));
            }
            Some(old) if !outbids(&tx, &old.tx) => {
                return Err(rejected("replacement transaction underpriced"));
            }
            Some(_) => {}
            None if self.waiting.size() >= MAX_WAITING => {
                return Err(rejected(format!(
                    "txpool is full: {MAX_WAITING} transactions wait; {CURE}"
                )));
            }
            None => {}
        }
        let length = tx.encode_2718_len();
        if self.bytes.saturating_add(length) > MAX_WAITING_BYTES {
            return Err(rejected(format!(
                "txpool is full: more than {MAX_WAITING_BYTES} bytes of transactions would wait; \
                 {CURE}"
            )));
        }
        self.take(sender, nonce);
        self.arrivals += 1;
        self.bytes += length;
        self.waiting.insert_mut(
            (sender, nonce),
            Waiting {
                tx,
                arrival: self.arrivals,
            },
        );
        Ok(())
    }

    /// Takes one transaction out.
    fn take(&mut self, sender: Address, nonce: u64) -> Option<Recovered<TxEnvelope>> {
        let tx = self.waiting.get(&(sender, nonce))?.tx.clone();
        self.waiting.remove_mut(&(sender, nonce));
        self.bytes = self.bytes.saturating_sub(tx.encode_2718_len());
        Some(tx)
    }

    /// Takes out the sender's transaction with the next nonce, if it waits here.
    pub(crate) fn take_next(
        &mut self,
        sender: Address,
        state: &State,
    ) -> Option<Recovered<TxEnvelope>> {
        self.take(sender, state.nonce(sender))
    }

    /// Every transaction that could be mined on `state`, each sender's in the order of nonces, the
    /// senders in the order of arrival.
    pub(crate) fn ready(&self, state: &State) -> Vec<Recovered<TxEnvelope>> {
        let mut heads: BTreeMap<Address, u64> = BTreeMap::new();
        for (sender, _) in self.waiting.keys() {
            heads.entry(*sender).or_insert_with(|| state.nonce(*sender));
        }
        let mut ready = Vec::new();
        loop {
            let next = heads
                .iter()
                .filter_map(|(sender, nonce)| {
                    let waiting = self.waiting.get(&(*sender, *nonce))?;
                    Some((waiting.arrival, *sender, waiting))
                })
                .min_by_key(|(arrival, ..)| *arrival);
            let Some((_, sender, waiting)) = next else {
                return ready;
            };
            ready.push(waiting.tx.clone());
            heads.entry(sender).and_modify(|nonce| *nonce += 1);
        }
    }

    /// Forgets one transaction.
    pub(crate) fn remove(&mut self, sender: Address, nonce: u64) {
        self.take(sender, nonce);
    }

    /// Forgets what `state` has overtaken.
    pub(crate) fn prune(&mut self, state: &State) {
        self.forget(|sender, nonce| nonce < state.nonce(sender));
    }

    /// Forgets the transactions of which `gone` says so.
    pub(crate) fn forget(&mut self, gone: impl Fn(Address, u64) -> bool) {
        let gone: Vec<_> = self
            .waiting
            .keys()
            .filter(|(sender, nonce)| gone(*sender, *nonce))
            .copied()
            .collect();
        for (sender, nonce) in gone {
            self.take(sender, nonce);
        }
    }

    /// All waiting transactions by sender and nonce, each with whether it could be mined on
    /// `state` now.
    pub(crate) fn content(&self, state: &State) -> Vec<(Recovered<TxEnvelope>, bool)> {
        let ready: BTreeSet<B256> = self.ready(state).iter().map(|tx| *tx.tx_hash()).collect();
        self.waiting
            .values()
            .map(|waiting| (waiting.tx.clone(), ready.contains(waiting.tx.tx_hash())))
            .collect()
    }

    /// The nonce after the sender's last transaction that could be mined on `state`.
    pub(crate) fn next_nonce(&self, sender: Address, state: &State) -> u64 {
        let mut nonce = state.nonce(sender);
        while self.waiting.contains_key(&(sender, nonce)) {
            nonce += 1;
        }
        nonce
    }

    /// A waiting transaction by its sender and nonce.
    pub(crate) fn get(&self, sender: Address, nonce: u64) -> Option<&Recovered<TxEnvelope>> {
        self.waiting
            .get(&(sender, nonce))
            .map(|waiting| &waiting.tx)
    }

    /// A waiting transaction by its hash.
    pub(crate) fn find(&self, hash: B256) -> Option<&Recovered<TxEnvelope>> {
        self.waiting
            .values()
            .map(|waiting| &waiting.tx)
            .find(|tx| *tx.tx_hash() == hash)
    }

    /// How many transactions wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.size()
    }
}

fn outbids(new: &TxEnvelope, old: &TxEnvelope) -> bool {
    let bumped = |fee: u128| fee.saturating_add(fee.saturating_mul(PRICE_BUMP_PERCENT) / 100);
    let tip = |tx: &TxEnvelope| {
        tx.max_priority_fee_per_gas()
            .unwrap_or(tx.max_fee_per_gas())
    };
    new.max_fee_per_gas() >= bumped(old.max_fee_per_gas()) && tip(new) >= bumped(tip(old))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::{SignableTransaction, TxLegacy};
    use alloy_primitives::Signature;

    fn tx(sender: u8, nonce: u64, gas_price: u128) -> Recovered<TxEnvelope> {
        let tx = TxLegacy {
            nonce,
            gas_price,
            ..TxLegacy::default()
        };
        let signature = Signature::test_signature();
        Recovered::new_unchecked(
            tx.into_signed(signature).into(),
            Address::repeat_byte(sender),
        )
    }

    #[test]
    fn a_gap_holds_back_what_comes_after_it() {
        let (mut pool, state) = (Pool::default(), State::default());
        pool.add(tx(1, 1, 5), &state).unwrap();
        assert!(pool.ready(&state).is_empty());
        pool.add(tx(2, 0, 5), &state).unwrap();
        pool.add(tx(1, 0, 5), &state).unwrap();
        let ready: Vec<_> = pool
            .ready(&state)
            .iter()
            .map(|tx| (tx.signer()[0], tx.nonce()))
            .collect();
        assert_eq!(ready, [(2, 0), (1, 0), (1, 1)]);
        assert_eq!(pool.next_nonce(Address::repeat_byte(1), &state), 2);
    }

    #[test]
    fn a_replacement_must_pay_ten_percent_more() {
        let (mut pool, state) = (Pool::default(), State::default());
        pool.add(tx(1, 0, 100), &state).unwrap();
        let error = pool.add(tx(1, 0, 109), &state).unwrap_err();
        assert_eq!(error.message(), "replacement transaction underpriced");
        assert_eq!(
            pool.add(tx(1, 0, 100), &state).unwrap_err().message(),
            "already known"
        );
        pool.add(tx(1, 0, 110), &state).unwrap();
        assert_eq!(pool.len(), 1);
    }

    #[test]
    fn refuses_nonces_that_are_used_or_far_ahead() {
        let (mut pool, mut state) = (Pool::default(), State::default());
        state.set_nonce(Address::repeat_byte(1), 5);
        let error = pool.add(tx(1, 4, 1), &state).unwrap_err();
        assert_eq!(error.message(), "nonce too low: next nonce 5, tx nonce 4");
        let error = pool.add(tx(1, 6 + MAX_NONCE_GAP, 1), &state).unwrap_err();
        assert_eq!(
            error.message(),
            "nonce too high: next nonce 5, tx nonce 1030"
        );
    }
}
