//! A database that writes down what is read, and the two ways of building an EVM over it.

use crate::{
    adapter::{
        WithZkVerify, ZkVerifyEvmFactory,
        alloy_evm::{
            Evm as _, EvmEnv, EvmFactory as _,
            revm::{
                Context, Database, ExecuteEvm as _, MainBuilder as _, MainContext as _,
                bytecode::Bytecode,
                context::{BlockEnv, CfgEnv, DBErrorMarker, TxEnv, result::ExecutionResult},
                handler::EthPrecompiles,
                primitives::{TxKind, hardfork::SpecId},
                state::AccountInfo,
            },
        },
    },
    common::{CALLER, Case, Kind, repository},
};
use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_sol_types::{SolCall, sol};
use std::{
    collections::BTreeMap,
    fmt, fs,
    sync::{Arc, Mutex},
};
use zk_verify_precompile::{KEY_SLOT, ZkVerify};

sol! {
    /// `contracts/test/Probe.sol`.
    interface Probe {
        function callVerify(bytes proof, bytes publicInputs) external view returns (bool);
        function callVerifyWithKey(address key, bytes proof, bytes publicInputs) external view returns (bool);
        function raw(uint8 kind, uint256 gasLimit, bytes data) external payable returns (bool success, bytes answer, uint256 gasUsed);
        function twice(bytes data) external returns (uint256 first, uint256 second, bool firstSuccess, bool secondSuccess);
        function overhead(uint8 kind) external payable returns (uint256 gas);
        function setKey(address key) external;
    }
    /// `contracts/src/MyAIApp.sol`, the seed's contract.
    interface MyAIApp {
        function submitResult(bytes proof, bytes result) external;
    }
}

/// Sends every transaction.
pub(crate) const SENDER: Address = address!("00000000000000000000000000000000000000e0");
pub(crate) const GAS_LIMIT: u64 = 10_000_000;
pub(crate) const HOSTS: [Host; 2] = [Host::Revm, Host::AlloyEvm];

/// The two adapters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// `WithZkVerify` in a plain revm.
    Revm,
    /// `ZkVerifyEvmFactory`, and in it `install` in a `PrecompilesMap`.
    AlloyEvm,
}

/// One read of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DbRead {
    Account(Address),
    Code(B256),
    Storage(Address, U256),
}

#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is on fire")
    }
}

impl std::error::Error for Broken {}
impl DBErrorMarker for Broken {}

/// Accounts in memory; like a node's database it gives code by its hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    accounts: BTreeMap<Address, AccountInfo>,
    code: BTreeMap<B256, Bytecode>,
    storage: BTreeMap<(Address, U256), U256>,
    pub(crate) reads: Arc<Mutex<Vec<DbRead>>>,
    pub(crate) fails_at: Option<DbRead>,
}

impl State {
    /// A sender with money and the Probe as the executing contract of the cases.
    pub(crate) fn new() -> Self {
        let mut state = Self::default().with_code(CALLER, &artifact("Probe"));
        let sender = AccountInfo::default().with_balance(U256::from(10u64.pow(18)));
        state.accounts.insert(SENDER, sender);
        state
    }

    pub(crate) fn of(case: &Case) -> Self {
        let state = Self::new().with_slot(CALLER, case.slot);
        case.accounts.iter().fold(state, |state, (account, code)| {
            state.with_code(*account, code)
        })
    }

    pub(crate) fn with_code(mut self, account: Address, code: &[u8]) -> Self {
        let hash = keccak256(code);
        self.accounts.insert(
            account,
            AccountInfo {
                nonce: 1,
                code_hash: hash,
                ..Default::default()
            },
        );
        self.code
            .insert(hash, Bytecode::new_raw(code.to_vec().into()));
        self
    }

    /// Sets the key slot of a contract.
    pub(crate) fn with_slot(mut self, account: Address, value: U256) -> Self {
        self.storage.insert((account, KEY_SLOT.into()), value);
        self
    }

    fn record(&self, read: DbRead) -> Result<(), Broken> {
        self.reads.lock().unwrap().push(read);
        if self.fails_at == Some(read) {
            Err(Broken)
        } else {
            Ok(())
        }
    }
}

impl Database for State {
    type Error = Broken;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Broken> {
        self.record(DbRead::Account(address))?;
        Ok(self
            .accounts
            .get(&address)
            .cloned()
            .map(|info| AccountInfo { code: None, ..info }))
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, Broken> {
        self.record(DbRead::Code(hash))?;
        Ok(self.code[&hash].clone())
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Broken> {
        self.record(DbRead::Storage(address, slot))?;
        Ok(self
            .storage
            .get(&(address, slot))
            .copied()
            .unwrap_or_default())
    }

    fn block_hash(&mut self, _number: u64) -> Result<B256, Broken> {
        Ok(B256::ZERO)
    }
}

/// The code that stock forge compiled.
pub(crate) fn artifact(name: &str) -> Vec<u8> {
    let path = repository()
        .join("contracts/artifacts")
        .join(name)
        .with_extension("json");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    alloy_primitives::hex::decode(json["deployedBytecode"].as_str().unwrap()).unwrap()
}

/// A chain at one block.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) zk: ZkVerify,
    pub(crate) spec: SpecId,
    pub(crate) block: BlockEnv,
}

impl Chain {
    pub(crate) fn new(zk: ZkVerify, spec: SpecId) -> Self {
        Self {
            zk,
            spec,
            block: BlockEnv::default(),
        }
    }

    pub(crate) fn at(mut self, number: u64, timestamp: u64) -> Self {
        self.block.number = U256::from(number);
        self.block.timestamp = U256::from(timestamp);
        self
    }

    pub(crate) fn cfg(&self) -> CfgEnv {
        let mut cfg = CfgEnv::default();
        cfg.set_spec_and_mainnet_gas_params(self.spec);
        cfg
    }

    /// Executes one transaction. `Err` is what a node gets when it cannot execute it at all.
    pub(crate) fn transact(
        &self,
        host: Host,
        state: State,
        tx: TxEnv,
    ) -> Result<ExecutionResult, String> {
        match host {
            Host::Revm => {
                let base = EthPrecompiles::new(self.spec);
                let precompiles = WithZkVerify::for_block(base, self.zk.clone(), &self.block);
                let mut evm = Context::mainnet()
                    .with_db(state)
                    .with_block(self.block.clone())
                    .with_cfg(self.cfg())
                    .build_mainnet()
                    .with_precompiles(precompiles);
                evm.transact(tx)
                    .map(|done| done.result)
                    .map_err(|error| format!("{error:?}"))
            }
            Host::AlloyEvm => {
                let env = EvmEnv::new(self.cfg(), self.block.clone());
                let mut evm = ZkVerifyEvmFactory::new(self.zk.clone()).create_evm(state, env);
                evm.transact_raw(tx)
                    .map(|done| done.result)
                    .map_err(|error| format!("{error:?}"))
            }
        }
    }

    /// Calls a function and decodes what it returns; the transaction must succeed.
    pub(crate) fn ask<C: SolCall>(
        &self,
        host: Host,
        state: State,
        to: Address,
        call: &C,
    ) -> C::Return {
        self.ask_with(host, state, transaction(to, call.abi_encode(), 0))
            .map(|output| C::abi_decode_returns(&output).unwrap())
            .unwrap()
    }

    fn ask_with(&self, host: Host, state: State, tx: TxEnv) -> Result<Bytes, String> {
        let result = self.transact(host, state, tx)?;
        match result {
            ExecutionResult::Success { .. } => Ok(result.into_output().unwrap_or_default()),
            other => Err(format!("{other:?}")),
        }
    }

    /// One call of 0x11 by the Probe: did it succeed, what did it return, which gas did it use itself?
    pub(crate) fn raw(
        &self,
        host: Host,
        state: State,
        kind: Kind,
        gas_limit: u64,
        input: &[u8],
    ) -> (bool, Bytes, u64) {
        let value = u64::from(kind == Kind::CallWithValue);
        let number = kind as u8;
        let measure = Probe::overheadCall { kind: number };
        let overhead = self
            .ask_with(
                host,
                State::new(),
                transaction(CALLER, measure.abi_encode(), value),
            )
            .map(|output| Probe::overheadCall::abi_decode_returns(&output).unwrap())
            .unwrap();
        let call = Probe::rawCall {
            kind: number,
            gasLimit: U256::from(gas_limit),
            data: input.to_vec().into(),
        };
        let output = self
            .ask_with(host, state, transaction(CALLER, call.abi_encode(), value))
            .unwrap();
        let answer = Probe::rawCall::abi_decode_returns(&output).unwrap();
        (
            answer.success,
            answer.answer,
            (answer.gasUsed - overhead).to(),
        )
    }
}

pub(crate) fn transaction(to: Address, input: Vec<u8>, value: u64) -> TxEnv {
    TxEnv::builder()
        .caller(SENDER)
        .kind(TxKind::Call(to))
        .data(input.into())
        .value(U256::from(value))
        .gas_limit(GAS_LIMIT)
        .build()
        .unwrap()
}
