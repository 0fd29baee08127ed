//! The chain and its locks: the only place that changes it.
//!
//! Two locks. `mining` is held while the chain is changed, from reading the head to publishing the
//! new one, so writers take turns. `chain` is held for moments only, to clone what a reader
//! needs (a few pointers) or to publish a block; no EVM runs under it, so a slow transaction never
//! stops a reader.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alloy_consensus::{Transaction as _, TxEnvelope, transaction::Recovered};
use alloy_primitives::{Address, B256, U256};
use jsonrpsee::types::ErrorObjectOwned;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    accounts::DevAccount,
    block::{self, Draft, Mined},
    chain::Chain,
    config::Config,
    engine::Engine,
    error::NodeError,
    events::{Event, Events},
    filters::Filters,
    impersonation::Impersonated,
    rpc_error::{RpcResult, gas_limit_too_high, internal, rejected},
    text::{clean, grouped, short},
    watch::Purpose,
};

/// Everything that the RPC methods work on.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) config: Config,
    pub(crate) engine: Engine,
    pub(crate) accounts: Vec<DevAccount>,
    pub(crate) impersonated: Impersonated,
    pub(crate) filters: Filters,
    pub(crate) events: Events,
    /// Held while something is traced, so that only one trace at a time is in memory.
    pub(crate) tracing: Mutex<()>,
    /// Mine each transaction as it comes; else wait for the interval or for `evm_mine`.
    automine: AtomicBool,
    /// The time between blocks, if they come by the clock.
    interval: watch::Sender<Option<Duration>>,
    mining: Mutex<()>,
    signing: Mutex<()>,
    chain: RwLock<Chain>,
}

impl Backend {
    pub(crate) fn new(config: &Config, accounts: Vec<DevAccount>) -> Result<Self, NodeError> {
        let engine = Engine::new(config)?;
        let chain = genesis(config, &accounts).map_err(NodeError::Genesis)?;
        Ok(Self {
            config: config.clone(),
            engine,
            accounts,
            impersonated: Impersonated::default(),
            filters: Filters::default(),
            events: Events::default(),
            tracing: Mutex::new(()),
            automine: AtomicBool::new(config.block_time.is_none()),
            interval: watch::Sender::new(config.block_time),
            mining: Mutex::new(()),
            signing: Mutex::new(()),
            chain: RwLock::new(chain),
        })
    }

    /// The chain id, as in EIP-155.
    pub(crate) fn chain_id(&self) -> u64 {
        self.config.chain_id
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

    /// Whether each transaction is mined as it comes.
    pub(crate) fn automine(&self) -> bool {
        self.automine.load(Ordering::Relaxed)
    }

    /// The time between blocks, and its changes.
    pub(crate) fn interval(&self) -> watch::Receiver<Option<Duration>> {
        self.interval.subscribe()
    }

    /// Mines each transaction as it comes, from now on, and at once what is ready; or waits for
    /// `evm_mine`. Either ends mining by the clock.
    pub(crate) fn set_automine(&self, on: bool) {
        // Held throughout, so that what is sent meanwhile finds either mode, not a half of each.
        let _writer = self.writer();
        self.interval.send_replace(None);
        self.automine.store(on, Ordering::Relaxed);
        if on {
            self.mine_all_ready();
        }
    }

    /// Mines until nothing is ready. Ends, since every round must leave fewer transactions waiting.
    fn mine_all_ready(&self) {
        let waiting = || {
            let chain = self.chain();
            let is_ready = !chain.pool.ready(&chain.state).is_empty();
            is_ready.then(|| chain.pool.len())
        };
        let mut left = usize::MAX;
        while let Some(now) = waiting().filter(|now| *now < left) {
            self.mine_next(None);
            left = now;
        }
    }

    /// Mines by the clock; `None` waits for `evm_mine`.
    pub(crate) fn set_interval(&self, interval: Option<Duration>) {
        self.automine.store(false, Ordering::Relaxed);
        self.interval.send_replace(interval);
    }

    /// Goes back to a snapshot. `false` if there is none.
    pub(crate) fn revert(&self, id: u64) -> bool {
        let removed = self.go_back(|chain| chain.revert(id));
        let found = removed.is_some();
        self.announce_removed(removed.unwrap_or_default());
        found
    }

    /// Takes the last blocks away. `false` if there are not that many.
    pub(crate) fn rollback(&self, depth: u64) -> bool {
        let removed = self.go_back(|chain| chain.rollback(depth));
        let found = removed.is_some();
        self.announce_removed(removed.unwrap_or_default());
        found
    }

    /// Begins again at genesis.
    pub(crate) fn reset(&self) -> RpcResult<()> {
        let fresh = genesis(&self.config, &self.accounts).map_err(internal)?;
        let old = self.go_back(|chain| std::mem::replace(chain, fresh));
        self.impersonated.clear();
        self.automine
            .store(self.config.block_time.is_none(), Ordering::Relaxed);
        self.interval.send_replace(self.config.block_time);
        self.announce_removed(old.range(1, u64::MAX).to_vec());
        Ok(())
    }

    /// Changes the chain to one that may be shorter. The filters go back under the same lock, so
    /// that no block comes between.
    fn go_back<T>(&self, change: impl FnOnce(&mut Chain) -> T) -> T {
        self.change(|chain| {
            let result = change(chain);
            self.filters.rewind(chain.height());
            result
        })
    }

    fn announce_removed(&self, removed: Vec<Arc<Mined>>) {
        for mined in removed.into_iter().rev() {
            self.events.send(Event::Removed(mined));
        }
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
        self.check_limits(&tx)?;
        let sender = tx.signer();
        {
            let chain = &mut *self.chain_mut();
            let arrived = Arc::new(tx.clone());
            chain.pool.add(tx, &chain.state)?;
            self.filters.arrived(hash);
            self.events.send(Event::Arrived(arrived));
        }
        if self.automine() {
            self.mine_those_of(sender, hash)?;
        }
        Ok(hash)
    }

    /// Mines the sender's transactions that are ready, each in a block of its own. Others than the
    /// `submitted` one may have waited, also before it: that one of them is invalid is no answer to
    /// who has sent this one.
    fn mine_those_of(&self, sender: Address, submitted: B256) -> RpcResult<()> {
        loop {
            let next = {
                let chain = &mut *self.chain_mut();
                chain.pool.take_next(sender, &chain.state)
            };
            let Some(tx) = next else { return Ok(()) };
            let mut draft = self.draft(vec![tx]);
            match draft.invalid.pop() {
                Some((tx, error)) if *tx.tx_hash() == submitted => return Err(error),
                Some((tx, error)) => warn_of_dropped(&tx, &error),
                None => {
                    self.publish(draft);
                }
            }
        }
    }

    /// Mines a block of all transactions that are ready, or an empty one.
    pub(crate) fn mine(&self, timestamp: Option<u64>) -> Arc<Mined> {
        let _writer = self.writer();
        self.mine_next(timestamp)
    }

    /// The same, for those who hold the writer's lock.
    fn mine_next(&self, timestamp: Option<u64>) -> Arc<Mined> {
        let ready = {
            let chain = &mut *self.chain_mut();
            if let Some(timestamp) = timestamp {
                chain.clock.set_next(timestamp);
            }
            chain.pool.ready(&chain.state)
        };
        let draft = self.draft(ready);
        for (tx, error) in &draft.invalid {
            warn_of_dropped(tx, error);
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

    fn publish(&self, mut draft: Draft) -> Arc<Mined> {
        let failures = std::mem::take(&mut draft.failures);
        let mined = self.chain_mut().append(draft);
        self.events.send(Event::Mined(Arc::clone(&mined)));
        log(&mined, &failures);
        mined
    }

    /// A transaction that has to wait is not executed yet; what can be known at once is whether
    /// its sender could pay for it now and whether it could ever fit into a block.
    fn check_limits(&self, tx: &Recovered<TxEnvelope>) -> RpcResult<()> {
        let chain = self.chain();
        if tx.gas_limit() > chain.gas_limit() {
            return Err(rejected(format!(
                "exceeds block gas limit: the transaction's is {}, a block's {}",
                tx.gas_limit(),
                chain.gas_limit()
            )));
        }
        let cap = self.engine.transaction_gas_limit(chain.gas_limit());
        if tx.gas_limit() > cap {
            return Err(rejected(gas_limit_too_high(cap, tx.gas_limit())));
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

fn genesis(config: &Config, accounts: &[DevAccount]) -> Result<Chain, String> {
    Chain::genesis(config, accounts.iter().map(DevAccount::address))
}

fn warn_of_dropped(tx: &TxEnvelope, error: &ErrorObjectOwned) {
    warn!(hash = %tx.tx_hash(), reason = error.message(), "dropped a waiting transaction");
}

/// Writes the log lines of a block.
fn log(mined: &Mined, failures: &[(B256, String)]) {
    let header = &mined.block.header.inner;
    for receipt in &mined.receipts {
        let hash = receipt.transaction_hash;
        let target = match (receipt.to, receipt.contract_address) {
            (Some(to), _) => format!("to {}", short(to)),
            (None, Some(created)) => format!("creates {created}"),
            (None, None) => String::new(),
        };
        let (from, gas) = (short(receipt.from), grouped(receipt.gas_used));
        info!("tx {hash}\nfrom {from} {target}  {gas} gas");
        if let Some((_, reason)) = failures.iter().find(|(failed, _)| *failed == hash) {
            info!(tone = "bad", "failed  {}", clean(reason));
        }
    }
    let count = mined.receipts.len();
    let plural = if count == 1 { "" } else { "s" };
    info!(
        tone = "quiet",
        "block {}  {count} transaction{plural}  {} gas",
        header.number,
        grouped(header.gas_used),
    );
}
