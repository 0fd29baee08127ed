//! The chain behind its locks: the only place that changes it.
//!
//! Two locks. `mining` is held by whoever changes the chain, from reading the head to publishing
//! the new one, so writers take turns. `chain` is held for moments only, to clone what a reader
//! needs (a few pointers) or to publish a block; no EVM runs under it, so a slow transaction never
//! stops a reader.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use alloy_consensus::{Transaction as _, TxEnvelope, transaction::Recovered};
use alloy_primitives::{Address, B256, U256};
use tracing::{info, warn};

use crate::{
    accounts::DevAccount,
    block::{self, Draft, Mined},
    chain::Chain,
    config::Config,
    engine::Engine,
    error::NodeError,
    filters::Filters,
    rpc_error::{RpcResult, rejected},
    watch::Purpose,
};

/// Everything that the RPC methods work on.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) chain_id: u64,
    pub(crate) engine: Engine,
    pub(crate) accounts: Vec<DevAccount>,
    pub(crate) filters: Filters,
    /// Mine each transaction as it comes; else wait for the interval or for `evm_mine`.
    automine: bool,
    mining: Mutex<()>,
    signing: Mutex<()>,
    chain: RwLock<Chain>,
}

impl Backend {
    pub(crate) fn new(config: &Config, accounts: Vec<DevAccount>) -> Result<Self, NodeError> {
        let engine = Engine::new(config)?;
        let chain = Chain::genesis(config, accounts.iter().map(DevAccount::address))
            .map_err(NodeError::Genesis)?;
        Ok(Self {
            chain_id: config.chain_id,
            engine,
            accounts,
            filters: Filters::default(),
            automine: config.block_time.is_none(),
            mining: Mutex::new(()),
            signing: Mutex::new(()),
            chain: RwLock::new(chain),
        })
    }

    /// The chain, for a moment's reading.
    pub(crate) fn chain(&self) -> RwLockReadGuard<'_, Chain> {
        // A panic elsewhere must not take the node down with it; no EVM runs under this lock.
        self.chain.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn chain_mut(&self) -> RwLockWriteGuard<'_, Chain> {
        self.chain.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, ()> {
        self.mining.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held from choosing a nonce for an unlocked account to submitting the transaction, so that
    /// two of them never get the same.
    pub(crate) fn signing(&self) -> MutexGuard<'_, ()> {
        self.signing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the chain without mining.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Chain) -> T) -> T {
        let _writer = self.writer();
        change(&mut self.chain_mut())
    }

    /// Takes a signed transaction: mines it at once, or keeps it until its turn comes.
    pub(crate) fn submit(&self, tx: Recovered<TxEnvelope>) -> RpcResult<B256> {
        if tx.is_eip4844() {
            return Err(rejected(
                "transaction type not supported: no blobs on this chain",
            ));
        }
        let hash = *tx.tx_hash();
        let _writer = self.writer();
        self.check_funds(&tx)?;
        let (sender, nonce) = (tx.signer(), tx.nonce());
        let ready = {
            let chain = &mut *self.chain_mut();
            chain.pool.add(tx, &chain.state)?;
            self.automine
                .then(|| chain.pool.take_next(sender, &chain.state))
                .flatten()
        };
        let Some(ready) = ready else { return Ok(hash) };
        let mut draft = self.draft(vec![ready]);
        if let Some((_, error)) = draft.invalid.pop() {
            return Err(error);
        }
        self.publish(draft);
        self.mine_followers(sender, nonce);
        Ok(hash)
    }

    /// Mines what had waited for the sender's transaction before.
    fn mine_followers(&self, sender: Address, after: u64) {
        let mut nonce = after;
        loop {
            nonce += 1;
            let next = {
                let chain = &mut *self.chain_mut();
                chain.pool.take_next(sender, &chain.state)
            };
            let Some(tx) = next else { return };
            debug_assert_eq!(
                tx.nonce(),
                nonce,
                "a sender's transactions follow one another"
            );
            let mut draft = self.draft(vec![tx]);
            if let Some((tx, error)) = draft.invalid.pop() {
                warn!(hash = %tx.tx_hash(), reason = error.message(), "dropped a waiting transaction");
                return;
            }
            self.publish(draft);
        }
    }

    /// Mines a block of all transactions that are ready, or an empty one.
    pub(crate) fn mine(&self, timestamp: Option<u64>) -> Arc<Mined> {
        let _writer = self.writer();
        let ready = {
            let chain = &mut *self.chain_mut();
            if let Some(timestamp) = timestamp {
                chain.clock.set_next(timestamp);
            }
            chain.pool.ready(&chain.state)
        };
        let draft = self.draft(ready);
        for (tx, error) in &draft.invalid {
            warn!(hash = %tx.tx_hash(), reason = error.message(), "dropped a waiting transaction");
            self.chain_mut().pool.remove(tx.signer(), tx.nonce());
        }
        self.publish(draft)
    }

    /// The block that would be mined now.
    pub(crate) fn pending(&self) -> Arc<Mined> {
        let ready = {
            let chain = self.chain();
            chain.pool.ready(&chain.state)
        };
        Arc::new(self.draft_for(Purpose::Repeat, ready).mined)
    }

    fn draft(&self, txs: Vec<Recovered<TxEnvelope>>) -> Draft {
        self.draft_for(Purpose::Transaction, txs)
    }

    fn draft_for(&self, purpose: Purpose, txs: Vec<Recovered<TxEnvelope>>) -> Draft {
        let (header, view) = {
            let chain = self.chain();
            (chain.next_header(), chain.next_view())
        };
        block::build(&self.engine, header, view, txs, purpose)
    }

    fn publish(&self, draft: Draft) -> Arc<Mined> {
        let mined = self.chain_mut().append(draft);
        let header = &mined.block.header.inner;
        info!(
            number = header.number,
            hash = %mined.block.header.hash,
            transactions = mined.receipts.len(),
            gas = header.gas_used,
            "block",
        );
        for receipt in &mined.receipts {
            info!(
                hash = %receipt.transaction_hash,
                from = %receipt.from,
                to = receipt.to.map(tracing::field::display),
                created = receipt.contract_address.map(tracing::field::display),
                gas = receipt.gas_used,
                status = if receipt.inner.status() { "success" } else { "failed" },
                "transaction",
            );
        }
        mined
    }

    /// A transaction that has to wait is not executed yet; what can be known at once is whether
    /// its sender could pay for it now and whether it could ever fit into a block.
    fn check_funds(&self, tx: &Recovered<TxEnvelope>) -> RpcResult<()> {
        let chain = self.chain();
        if tx.gas_limit() > chain.gas_limit() {
            return Err(rejected(format!(
                "exceeds block gas limit: the transaction's is {}, a block's {}",
                tx.gas_limit(),
                chain.gas_limit()
            )));
        }
        let fee = U256::from(tx.gas_limit()).saturating_mul(U256::from(tx.max_fee_per_gas()));
        let cost = fee.saturating_add(tx.value());
        let balance = chain.state.balance(tx.signer());
        // A used nonce is the better answer for a transaction that is sent twice.
        if balance < cost && tx.nonce() >= chain.state.nonce(tx.signer()) {
            return Err(rejected(format!(
                "insufficient funds for gas * price + value: address {} have {balance} want {cost}",
                tx.signer()
            )));
        }
        Ok(())
    }
}
