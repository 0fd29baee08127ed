//! The demo's chain: the in-process chain of the conformance kit, with a clock on each verification.

use alloy_primitives::{Address, Bytes};
use anyhow::{Result, anyhow};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use zk_verify_conformance::{Status, Transaction};
use zk_verify_precompile::{Observer, Outcome, Report, ZkVerifyConfig};

mod host {
    zk_verify_conformance::alloy_evm_host!(zk_verify_alloy_evm_039);
}

pub(super) struct Chain {
    inner: zk_verify_conformance::Chain<host::FactoryHost>,
    watch: Arc<Watch>,
}

/// What a transaction did.
pub(super) struct Receipt {
    pub(super) status: Status,
    pub(super) gas_used: u64,
    /// The call of the verifier, if there was one.
    pub(super) verifier: Option<VerifierCall>,
}

/// What the precompile reported, with the time that it took.
pub(super) struct VerifierCall {
    pub(super) gas_used: u64,
    pub(super) reason: Option<String>,
    pub(super) key_was_cached: bool,
    /// Up to the point where the key is ready.
    pub(super) preparation: Duration,
    /// The verification itself.
    pub(super) verification: Duration,
}

/// Takes the time of each call.
#[derive(Default)]
struct Watch(Mutex<Times>);

#[derive(Default)]
struct Times {
    begin: Option<Instant>,
    verification: Option<Instant>,
    call: Option<VerifierCall>,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Watch {
    fn call_begins(&self) {
        *self.lock() = Times {
            begin: Some(Instant::now()),
            ..Times::default()
        };
    }

    fn verification_begins(&self) {
        self.lock().verification = Some(Instant::now());
    }

    fn call_ends(&self, report: &Report<'_>) {
        let now = Instant::now();
        let mut times = self.lock();
        let between = |from: Option<Instant>, to: Instant| {
            from.map_or(Duration::ZERO, |from| to.duration_since(from))
        };
        let reason = match &report.output.outcome {
            Outcome::Valid => None,
            Outcome::Invalid(reason) => Some(reason.to_string()),
            Outcome::Revert(misuse) => Some(misuse.to_string()),
            Outcome::OutOfGas => Some("out of gas".into()),
        };
        times.call = Some(VerifierCall {
            gas_used: report.output.gas_used,
            reason,
            key_was_cached: report.key_was_cached,
            preparation: between(times.begin, times.verification.unwrap_or(now)),
            verification: between(times.verification, now),
        });
    }
}

impl Chain {
    pub(super) fn new(rules: ZkVerifyConfig) -> Self {
        let watch = Arc::new(Watch::default());
        let mut inner = zk_verify_conformance::Chain::new(host::FactoryHost, rules);
        inner.zk_verify = inner.zk_verify.with_observer(watch.clone());
        Chain { inner, watch }
    }

    /// Puts code into the genesis state, where no limit of its size applies.
    pub(super) fn with_genesis_code(mut self, address: Address, code: &[u8]) -> Self {
        self.inner = self
            .inner
            .with_state(|state| state.with_code(address, code));
        self
    }

    /// Executes and commits a call, or a creation where `to` is `None`.
    pub(super) fn transact(&mut self, to: Option<Address>, data: Bytes) -> Result<Receipt> {
        *self.watch.lock() = Times::default();
        let transaction = Transaction {
            to,
            ..Transaction::create(data)
        };
        let receipt = self.inner.transact(&transaction).map_err(|e| anyhow!(e))?;
        Ok(Receipt {
            status: receipt.status,
            gas_used: receipt.gas_used,
            verifier: self.watch.lock().call.take(),
        })
    }
}
