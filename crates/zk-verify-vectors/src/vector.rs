//! The format of a vector: geth's form for precompiles, with the state and the chain's rules that the
//! call meets. `spec/vectors/README.md` defines it for other languages.

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use anyhow::{Context, Result, anyhow, bail};
use halo2_kzg_verifier::TrustedSetup;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, Arithmetic, BlockPosition, Call, Journal as _, MemoryJournal,
    Outcome, Standard, ZkVerify, ZkVerifyConfig, belongs_to_base,
};

/// The executing contract, unless a vector names another.
pub const CALLER: Address = alloy_primitives::address!("00000000000000000000000000000000c0de0001");

const GAS_LIMIT: u64 = 30_000_000;
const PPOT: &str = "ppot";

/// One call with everything that decides it, and what it must give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Vector {
    /// What the vector shows.
    pub name: String,
    /// The call's input, hex.
    pub input: String,
    /// Return or revert data, hex.
    pub expected: String,
    /// Why the call fails; only in files named `fail-…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_error: Option<Status>,
    /// Gas used; the whole gas limit where it runs out.
    pub gas: u64,
    /// geth's field: whether to leave the vector out of benchmarks.
    pub no_benchmark: bool,
    /// The gas that the call may use.
    #[serde(default = "gas_limit", skip_serializing_if = "is_gas_limit")]
    pub gas_limit: u64,
    /// Ethereum's rules underneath: whether the base has a precompile at 0x11.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fork: Fork,
    /// Which instruction calls.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: Kind,
    /// The value sent, in wei.
    #[serde(default, skip_serializing_if = "is_default")]
    pub value: u64,
    /// The executing contract.
    #[serde(default = "caller", skip_serializing_if = "is_caller")]
    pub caller: Address,
    /// The chain's default key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_key: Option<Address>,
    /// The accepted setups: `ppot`, or \[s\]G2 as 256 hex digits.
    #[serde(
        default = "accepted_setups",
        skip_serializing_if = "is_accepted_setups"
    )]
    pub accepted_setups: Vec<String>,
    /// The code of accounts: `0x…`, or a file beside the vectors.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub code: BTreeMap<Address, String>,
    /// Slots that are not zero.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub storage: BTreeMap<Address, BTreeMap<B256, B256>>,
    /// Accounts that the transaction has touched before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warm: Vec<Address>,
    /// Slots that the transaction has touched before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warm_slots: Vec<(Address, B256)>,
    /// What is read from the state, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Read>,
    /// The call belongs to the base's own precompile at 0x11; nothing else is stated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub base: bool,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It reverts with `expected` as data and keeps the remaining gas.
    #[serde(rename = "execution reverted")]
    Reverted,
    /// It loses all gas.
    #[serde(rename = "out of gas")]
    OutOfGas,
}

/// Ethereum's rules underneath.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// Nothing at 0x11.
    Cancun,
    /// `BLS12_MAP_FP2_TO_G2` at 0x11.
    #[default]
    Prague,
}

/// The instruction that calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are the instructions'")]
pub enum Kind {
    Call,
    #[default]
    StaticCall,
    DelegateCall,
    CallCode,
}

/// One read of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub enum Read {
    /// A slot of an account.
    Storage(Address, B256),
    /// An account with its code.
    Code(Address),
}

impl From<Read> for Vec<String> {
    fn from(read: Read) -> Self {
        match read {
            Read::Storage(account, slot) => {
                vec!["storage".into(), lower(account), format!("{slot:#x}")]
            }
            Read::Code(account) => vec!["code".into(), lower(account)],
        }
    }
}

fn lower(account: Address) -> String {
    format!("{account:#x}")
}

impl TryFrom<Vec<String>> for Read {
    type Error = anyhow::Error;

    fn try_from(parts: Vec<String>) -> Result<Self> {
        match &parts[..] {
            [kind, account, slot] if kind == "storage" => {
                Ok(Read::Storage(account.parse()?, slot.parse()?))
            }
            [kind, account] if kind == "code" => Ok(Read::Code(account.parse()?)),
            _ => bail!("no read: {parts:?}"),
        }
    }
}

impl From<&zk_verify_precompile::Read> for Read {
    fn from(read: &zk_verify_precompile::Read) -> Self {
        match *read {
            zk_verify_precompile::Read::Storage(account, slot) => {
                Read::Storage(account, slot.into())
            }
            zk_verify_precompile::Read::Code(account) => Read::Code(account),
        }
    }
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// `None` if it returned.
    pub error: Option<Status>,
    /// Return or revert data.
    pub data: Bytes,
    /// Gas used.
    pub gas: u64,
    /// What was read from the state.
    pub reads: Vec<Read>,
}

fn gas_limit() -> u64 {
    GAS_LIMIT
}

fn is_gas_limit(gas: &u64) -> bool {
    *gas == GAS_LIMIT
}

fn caller() -> Address {
    CALLER
}

fn is_caller(address: &Address) -> bool {
    *address == CALLER
}

fn accepted_setups() -> Vec<String> {
    vec![PPOT.into()]
}

fn is_accepted_setups(list: &[String]) -> bool {
    matches!(list, [one] if one == PPOT)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Vector {
    /// A vector with the defaults that the format gives to what it leaves out.
    pub fn new(name: impl Into<String>, input: &[u8]) -> Self {
        Vector {
            name: name.into(),
            input: hex::encode(input),
            gas_limit: GAS_LIMIT,
            caller: CALLER,
            accepted_setups: accepted_setups(),
            ..Vector::default()
        }
    }

    /// The call's input.
    ///
    /// # Errors
    /// It is not hex.
    pub fn input(&self) -> Result<Bytes> {
        Ok(hex::decode(&self.input)
            .with_context(|| self.name.clone())?
            .into())
    }

    /// The chain with the vector's rules, the standard prices, and no cache.
    ///
    /// # Errors
    /// An accepted setup is not one.
    pub fn chain<A: Arithmetic>(&self) -> Result<ZkVerify<A>> {
        let point = |text: &String| match text.as_str() {
            PPOT => Ok(TrustedSetup::PERPETUAL_POWERS_OF_TAU),
            digits => <[u8; 128]>::try_from(hex::decode(digits)?)
                .map_err(|_| anyhow!("{}: a setup has 128 bytes", self.name)),
        };
        let points: Vec<_> = self
            .accepted_setups
            .iter()
            .map(point)
            .collect::<Result<_>>()?;
        let mut config =
            ZkVerifyConfig::default().with_accepted_setups(AcceptedSetups::new(&points)?);
        if let Some(key) = self.default_key {
            config = config.with_default_key(key);
        }
        Ok(ZkVerify::with_arithmetic(config).with_cache_capacity(0))
    }

    /// The code of every account that has some; files are looked for in `folder`.
    ///
    /// # Errors
    /// A file is missing, or what should be hex is not.
    pub fn accounts(&self, folder: &Path) -> Result<BTreeMap<Address, Bytes>> {
        let code = |source: &String| -> Result<Bytes> {
            Ok(match source.strip_prefix("0x") {
                Some(digits) => hex::decode(digits)?.into(),
                None => {
                    let path = folder.join(source);
                    fs::read(&path)
                        .with_context(|| path.display().to_string())?
                        .into()
                }
            })
        };
        self.code
            .iter()
            .map(|(account, source)| Ok((*account, code(source)?)))
            .collect()
    }

    /// The instruction is CALL or STATICCALL.
    pub fn is_direct(&self) -> bool {
        matches!(self.kind, Kind::Call | Kind::StaticCall)
    }

    /// Step 1: the call belongs to what the fork has at 0x11.
    pub fn belongs_to_base(&self) -> bool {
        belongs_to_base(self.input.len() as u64 / 2, self.fork == Fork::Prague)
    }

    /// Executes the call by the precompile's core on a state in memory. For inputs that belong to the
    /// base there is nothing to execute: `None`.
    ///
    /// # Errors
    /// The vector itself is not well formed.
    pub fn run(&self, folder: &Path) -> Result<Option<Observed>> {
        self.run_with::<Standard>(folder)
    }

    /// The same with the curve arithmetic `A`.
    ///
    /// # Errors
    /// As [`Vector::run`].
    pub fn run_with<A: Arithmetic>(&self, folder: &Path) -> Result<Option<Observed>> {
        if self.belongs_to_base() {
            return Ok(None);
        }
        let mut state = MemoryJournal::new();
        for (account, code) in self.accounts(folder)? {
            state = state.with_code(account, code);
        }
        for (account, slots) in &self.storage {
            for (slot, value) in slots {
                state = state.with_storage(*account, *slot, (*value).into());
            }
        }
        for account in &self.warm {
            let _ = state.code(*account, false);
        }
        for (account, slot) in &self.warm_slots {
            let _ = state.storage(*account, (*slot).into(), false);
        }
        let before = state.reads().len();
        let input = self.input()?;
        let call = Call {
            input: &input,
            gas_limit: self.gas_limit,
            caller: self.caller,
            value: U256::from(self.value),
            is_direct: self.is_direct(),
        };
        let chain = self.chain::<A>()?;
        let block = BlockPosition {
            number: 1,
            timestamp: 1,
        };
        let output = match chain.call(&call, &mut state, AccessPrices::BERLIN, block) {
            Ok(output) => output,
            Err(never) => match never {},
        };
        Ok(Some(Observed {
            error: match output.outcome {
                Outcome::Valid | Outcome::Invalid(_) => None,
                Outcome::Revert(_) => Some(Status::Reverted),
                Outcome::OutOfGas => Some(Status::OutOfGas),
            },
            data: output.outcome.return_data().into(),
            gas: output.gas_used,
            reads: state.reads()[before..].iter().map(Read::from).collect(),
        }))
    }

    /// What the vector says that the call must give; `None` for the base's own precompile.
    ///
    /// # Errors
    /// The expected data is not hex.
    pub fn expected(&self) -> Result<Option<Observed>> {
        if self.base {
            return Ok(None);
        }
        Ok(Some(Observed {
            error: self.expected_error,
            data: hex::decode(&self.expected)
                .with_context(|| self.name.clone())?
                .into(),
            gas: self.gas,
            reads: self.reads.clone(),
        }))
    }
}

/// One file of vectors.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name without the ending.
    pub name: String,
    /// Its content.
    pub vectors: Vec<Vector>,
}

/// The folder `spec/vectors` of this repository.
pub fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors")
}

/// Reads every file of vectors in a folder, in the order of their names.
///
/// # Errors
/// There is none, or one cannot be read.
pub fn load(folder: &Path) -> Result<Vec<File>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!("{}: no vectors", folder.display());
    }
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let vectors: Vec<Vector> = serde_json::from_slice(&fs::read(path)?)
                .with_context(|| path.display().to_string())?;
            Ok(File {
                name: name.into_owned(),
                vectors,
            })
        })
        .collect()
}
