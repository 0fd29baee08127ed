//! The one place that knows how an EVM is made for this chain.

use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism};

use alloy_consensus::{Header, TxEnvelope, transaction::Recovered};
use alloy_evm::{
    Database, Evm, EvmEnv, EvmFactory, FromRecoveredTx,
    eth::EthEvmContext,
    revm::{
        Inspector,
        context::{
            BlockEnv, CfgEnv, TxEnv,
            result::{EVMError, HaltReason, ResultAndState},
        },
        context_interface::block::BlobExcessGasAndPrice,
        database::WrapDatabaseRef,
    },
};
use alloy_primitives::U256;
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};

use zk_verify_alloy_evm_039::ZkVerifyEvmFactory;
use zk_verify_precompile::{AcceptedSetups, ScopedThreads, Threads, ZkVerify, ZkVerifyConfig};

use crate::{
    config::{Config, DEFAULT_KEY_ADDRESS, Hardfork, TRANSACTION_GAS_LIMIT},
    error::NodeError,
    impersonation::is_impersonated,
    revert::KnownErrors,
    view::View,
    watch::{Purpose, Seen, Watch},
};

/// What executing a transaction gives: its result and the state that it changed.
pub(crate) type Outcome = ResultAndState<HaltReason>;

/// Makes EVMs with the chain's rules and its precompile.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    zk_verify: ZkVerify,
    chain_id: u64,
    hardfork: Hardfork,
    known_errors: Arc<KnownErrors>,
}

impl Engine {
    /// Fails if the default key is no key, or not one that the chain accepts, and if the processor has not got the
    /// arithmetic.
    pub(crate) fn new(config: &Config) -> Result<Self, NodeError> {
        let points = [
            &[TrustedSetup::PERPETUAL_POWERS_OF_TAU],
            config.accepted_srs.as_slice(),
        ]
        .concat();
        let accepted = AcceptedSetups::new(&points)?;
        if let Some(key) = &config.default_key {
            let key = VerifyingKey::decode(key).map_err(NodeError::DefaultKey)?;
            let s_g2 = key.trusted_setup().to_bytes();
            if !accepted.points().any(|point| point == s_g2) {
                return Err(NodeError::DefaultKeySrs);
            }
        }
        let mut rules = ZkVerifyConfig::default().with_accepted_setups(accepted);
        if config.default_key.is_some() {
            rules = rules.with_default_key(DEFAULT_KEY_ADDRESS);
        }
        Ok(Self {
            zk_verify: ZkVerify::new(rules).with_kernels(config.arithmetic)?,
            chain_id: config.chain_id,
            hardfork: config.hardfork,
            known_errors: Arc::new(KnownErrors::new(config.known_errors.iter().cloned())),
        })
    }

    /// The custom errors that can be named.
    pub(crate) fn known_errors(&self) -> &KnownErrors {
        &self.known_errors
    }

    /// Whether proofs are verified in lanes.
    pub(crate) fn is_in_lanes(&self) -> bool {
        self.zk_verify.is_in_lanes()
    }

    /// The rules of its blocks.
    pub(crate) const fn hardfork(&self) -> Hardfork {
        self.hardfork
    }

    /// The largest gas limit that one transaction may have in a block with `block_gas_limit`.
    pub(crate) fn transaction_gas_limit(&self, block_gas_limit: u64) -> u64 {
        match self.hardfork {
            // On Amsterdam what is above the limit of execution pays for state.
            Hardfork::Cancun | Hardfork::Prague | Hardfork::Amsterdam => block_gas_limit,
            Hardfork::Osaka => block_gas_limit.min(TRANSACTION_GAS_LIMIT),
        }
    }

    /// The environment in which the transactions of the block with this header run.
    pub(crate) fn env(&self, header: &Header) -> EvmEnv {
        let mut cfg = CfgEnv::default().with_chain_id(self.chain_id);
        cfg.set_spec_and_mainnet_gas_params(self.hardfork.spec());
        let block = BlockEnv {
            number: U256::from(header.number),
            beneficiary: header.beneficiary,
            timestamp: U256::from(header.timestamp),
            gas_limit: header.gas_limit,
            basefee: header.base_fee_per_gas.unwrap_or_default(),
            difficulty: U256::ZERO,
            prevrandao: Some(header.mix_hash),
            // No blob transactions on this chain, so the blob base fee never leaves its minimum.
            blob_excess_gas_and_price: Some(BlobExcessGasAndPrice {
                excess_blob_gas: 0,
                blob_gasprice: 1,
            }),
            slot_num: header.slot_number.unwrap_or_default(),
        };
        EvmEnv::new(cfg, block)
    }

    /// The same for one transaction: an impersonated sender may be a contract.
    pub(crate) fn env_of(&self, header: &Header, tx: &Recovered<TxEnvelope>) -> EvmEnv {
        let mut env = self.env(header);
        env.cfg_env.disable_eip3607 = is_impersonated(tx);
        env
    }

    /// The same environment for a call that is only simulated: any nonce, any sender (also a
    /// contract), no base fee, and no limit on the gas but what the caller gives.
    pub(crate) fn simulation_env(&self, header: &Header) -> EvmEnv {
        let mut env = self.env(header);
        env.cfg_env.disable_nonce_check = true;
        env.cfg_env.disable_eip3607 = true;
        env.cfg_env.disable_base_fee = true;
        env.cfg_env.disable_block_gas_limit = true;
        // With state gas this limit refuses nothing: it says which part of the gas is for execution.
        if !self.hardfork.has_state_gas() {
            env.cfg_env.tx_gas_limit_cap = Some(u64::MAX);
        }
        env
    }

    /// Runs one transaction; nothing is written to `db`.
    pub(crate) fn run<DB: Database>(
        &self,
        purpose: Purpose,
        db: DB,
        env: EvmEnv,
        tx: TxEnv,
    ) -> Result<Outcome, EVMError<DB::Error>> {
        let watch = Arc::new(Watch::new(purpose));
        self.watched(&watch).create_evm(db, env).transact_raw(tx)
    }

    /// Runs the transactions of a block ahead of time, each on the state before the block, and verifies the
    /// proofs that they bring together. How long the block takes depends on it, and nothing else.
    pub(crate) fn prewarm(&self, header: &Header, view: &View, txs: &[Recovered<TxEnvelope>]) {
        let threads = ScopedThreads::new(available_parallelism().map_or(1, NonZeroUsize::get));
        let speculation = self.zk_verify.speculative();
        let factory = ZkVerifyEvmFactory::new(speculation.precompile().clone());
        threads.run(txs.len(), &|index| {
            let Some(tx) = txs.get(index) else {
                return;
            };
            let mut env = self.env_of(header, tx);
            // The sender's earlier transactions have not run.
            env.cfg_env.disable_nonce_check = true;
            let tx = TxEnv::from_recovered_tx(tx.inner(), tx.signer());
            // What comes of it is a guess: nobody looks at it.
            let _ = factory
                .create_evm(WrapDatabaseRef(view), env)
                .transact_raw(tx);
        });
        speculation.settle(&threads);
    }

    /// Runs one transaction with an inspector looking on; nothing is written to `db`. Gives the
    /// outcome and the calls of the precompile.
    pub(crate) fn inspect<DB, I>(
        &self,
        db: DB,
        env: EvmEnv,
        tx: TxEnv,
        inspector: I,
    ) -> Result<(Outcome, Vec<Seen>), EVMError<DB::Error>>
    where
        DB: Database,
        I: Inspector<EthEvmContext<DB>>,
    {
        let watch = Arc::new(Watch::new(Purpose::Repeat));
        let outcome = self
            .watched(&watch)
            .create_evm_with_inspector(db, env, inspector)
            .transact_raw(tx)?;
        Ok((outcome, watch.seen()))
    }

    /// Makes EVMs whose calls of the precompile are told to `watch`; all share one cache of keys.
    fn watched(&self, watch: &Arc<Watch>) -> ZkVerifyEvmFactory {
        ZkVerifyEvmFactory::new(self.zk_verify.with_observer(watch.clone()))
    }
}
