//! A chain in memory: revm with the precompile, one transaction after the other.

use alloy_primitives::{Address, Bytes, TxKind, U256};
use anyhow::{Result, anyhow};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use zk_verify_precompile::{
    Observer, Outcome, Report, ZkVerify, ZkVerifyConfig,
    alloy_evm_039::{
        ZkVerifyEvmFactory,
        alloy_evm::{Evm, EvmEnv, EvmFactory, revm},
    },
};

use revm::{
    DatabaseCommit,
    bytecode::Bytecode,
    context::{
        BlockEnv, CfgEnv, TxEnv,
        result::{ExecutionResult, Output},
    },
    database::InMemoryDB,
    primitives::hardfork::SpecId,
    state::AccountInfo,
};

pub(super) struct Chain {
    db: InMemoryDB,
    factory: ZkVerifyEvmFactory,
    watch: Arc<Watch>,
    sender: Address,
    nonce: u64,
}

/// What a transaction did.
pub(super) struct Receipt {
    pub(super) status: Status,
    pub(super) gas_used: u64,
    /// The call of the verifier, if there was one.
    pub(super) verifier: Option<VerifierCall>,
}

pub(super) enum Status {
    Success,
    Created(Address),
    Reverted(Bytes),
    Halted(String),
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
    pub(super) fn new(config: ZkVerifyConfig, sender: Address) -> Self {
        let watch = Arc::new(Watch::default());
        let zk_verify = ZkVerify::new(config).with_observer(watch.clone());
        let mut db = InMemoryDB::default();
        let balance = U256::from(10u64).pow(U256::from(21));
        db.insert_account_info(sender, AccountInfo::default().with_balance(balance));
        Chain {
            db,
            factory: ZkVerifyEvmFactory::new(zk_verify),
            watch,
            sender,
            nonce: 0,
        }
    }

    /// Puts code into the genesis state, where no limit of its size applies.
    pub(super) fn genesis_code(&mut self, address: Address, code: &[u8]) {
        let code = Bytecode::new_legacy(Bytes::copy_from_slice(code));
        self.db
            .insert_account_info(address, AccountInfo::default().with_code(code));
    }

    /// Executes and commits a call, or a creation where `to` is `None`.
    pub(super) fn transact(&mut self, to: Option<Address>, data: Bytes) -> Result<Receipt> {
        let tx = TxEnv::builder()
            .caller(self.sender)
            .nonce(self.nonce)
            .kind(to.map_or(TxKind::Create, TxKind::Call))
            .data(data)
            .gas_limit(10_000_000)
            .build()
            .map_err(|e| anyhow!("{e:?}"))?;
        self.nonce += 1;
        *self.watch.lock() = Times::default();
        let mut cfg = CfgEnv::default();
        cfg.set_spec_and_mainnet_gas_params(SpecId::PRAGUE);
        let env = EvmEnv::new(cfg, BlockEnv::default());
        let mut evm = self.factory.create_evm(&mut self.db, env);
        let outcome = evm.transact_raw(tx).map_err(|e| anyhow!("{e}"))?;
        drop(evm);
        self.db.commit(outcome.state);
        let gas_used = outcome.result.tx_gas_used();
        let status = match outcome.result {
            ExecutionResult::Success {
                output: Output::Create(_, Some(address)),
                ..
            } => Status::Created(address),
            ExecutionResult::Success { .. } => Status::Success,
            ExecutionResult::Revert { output, .. } => Status::Reverted(output),
            ExecutionResult::Halt { reason, .. } => Status::Halted(format!("{reason:?}")),
        };
        Ok(Receipt {
            status,
            gas_used,
            verifier: self.watch.lock().call.take(),
        })
    }
}
