//! Transactions on a fork, in memory: what they cost, and whether they can be sent at all.

use alloy_evm::{
    Evm as _, EvmEnv, EvmFactory as _,
    revm::{
        Inspector,
        context::{
            BlockEnv, CfgEnv, TxEnv,
            result::{EVMError, ExecutionResult, HaltReason},
        },
        database::InMemoryDB,
        interpreter::{CallInputs, CallOutcome},
        primitives::{TxKind, hardfork::SpecId},
        state::{AccountInfo, Bytecode},
    },
};
use alloy_primitives::{Address, Bytes, address};
use anyhow::{Result, anyhow, bail};
use zk_verify_alloy_evm_039::ZkVerifyEvmFactory;
use zk_verify_precompile::ZkVerify;

const SENDER: Address = address!("00000000000000000000000000000000000000e0");
/// ecPairing.
const PAIRING: Address = address!("0000000000000000000000000000000000000008");
/// EIP-7825: the most gas of a transaction on Osaka.
const OSAKA_LIMIT: u64 = 16_777_216;

/// The forks of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fork {
    Prague,
    Osaka,
    Amsterdam,
}

impl Fork {
    pub(crate) const ALL: [Self; 3] = [Self::Prague, Self::Osaka, Self::Amsterdam];

    pub(crate) fn cfg(self) -> CfgEnv {
        let mut cfg = CfgEnv::default();
        cfg.set_spec_and_mainnet_gas_params(match self {
            Self::Prague => SpecId::PRAGUE,
            Self::Osaka => SpecId::OSAKA,
            Self::Amsterdam => SpecId::AMSTERDAM,
        });
        cfg.disable_nonce_check = true;
        cfg
    }

    const fn gas_limit(self) -> u64 {
        match self {
            Self::Prague | Self::Amsterdam => 1 << 30,
            Self::Osaka => OSAKA_LIMIT,
        }
    }
}

/// A state, with the verifier of a chain.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(super) zk_verify: ZkVerify,
    pub(super) state: InMemoryDB,
}

impl Chain {
    pub(crate) fn new(zk_verify: ZkVerify) -> Self {
        Self {
            zk_verify,
            state: InMemoryDB::default(),
        }
    }

    /// Puts code there, as long as it may be.
    pub(crate) fn with_code(mut self, account: Address, code: &[u8]) -> Self {
        let code = Bytecode::new_raw(Bytes::copy_from_slice(code));
        let info = AccountInfo {
            nonce: 1,
            code_hash: code.hash_slow(),
            code: Some(code),
            ..AccountInfo::default()
        };
        self.state.insert_account_info(account, info);
        self
    }

    /// What a transaction costs its sender, and with which output it ends. `None` if the fork does not let it end: it
    /// takes more gas than a transaction may have, or its contract is too long.
    ///
    /// # Errors
    /// It reverts, or fails for another reason than the fork's limits.
    pub(crate) fn pay(&self, fork: Fork, to: TxKind, data: &Bytes) -> Result<Option<(u64, Bytes)>> {
        let env = EvmEnv::new(fork.cfg(), BlockEnv::default());
        let factory = ZkVerifyEvmFactory::new(self.zk_verify.clone());
        let mut evm = factory.create_evm(self.state.clone(), env);
        let tx = transaction(fork.gas_limit(), to, data);
        let result = match evm.transact_raw(tx) {
            Ok(done) => done.result,
            // Over a limit from the start: of gas, or of the creation code.
            Err(EVMError::Transaction(_)) => return Ok(None),
            Err(error) => bail!("{error:?}"),
        };
        let gas = result.tx_gas_used();
        match result {
            ExecutionResult::Success { output, .. } => Ok(Some((gas, output.into_data()))),
            ExecutionResult::Halt {
                reason: HaltReason::OutOfGas(_) | HaltReason::CreateContractSizeLimit,
                ..
            } => Ok(None),
            failed => Err(anyhow!("{failed:?}")),
        }
    }

    /// How many pairings of two pairs a call takes.
    pub(crate) fn count_pairings(&self, to: Address, data: &Bytes) -> Result<u64> {
        let env = EvmEnv::new(Fork::Prague.cfg(), BlockEnv::default());
        let factory = ZkVerifyEvmFactory::new(self.zk_verify.clone());
        let mut pairings = Pairings(0);
        let mut evm = factory.create_evm_with_inspector(self.state.clone(), env, &mut pairings);
        let tx = transaction(Fork::Prague.gas_limit(), TxKind::Call(to), data);
        let done = evm.transact_raw(tx).map_err(|error| anyhow!("{error:?}"))?;
        drop(evm);
        if !done.result.is_success() {
            bail!("{:?}", done.result);
        }
        Ok(pairings.0)
    }
}

/// Counts calls of ecPairing with two pairs.
struct Pairings(u64);

impl<CTX> Inspector<CTX> for Pairings {
    fn call(&mut self, _: &mut CTX, inputs: &mut CallInputs) -> Option<CallOutcome> {
        if inputs.bytecode_address == PAIRING && inputs.input.len() == 2 * 192 {
            self.0 += 1;
        }
        None
    }
}

fn transaction(gas_limit: u64, to: TxKind, data: &Bytes) -> TxEnv {
    TxEnv {
        caller: SENDER,
        kind: to,
        data: data.clone(),
        gas_limit,
        ..TxEnv::default()
    }
}
