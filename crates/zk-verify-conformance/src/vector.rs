//! The format of a vector: geth's form for precompiles, with the state and the chain's rules that the
//! call meets. `spec/vectors/README.md` defines it for other languages.

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use halo2_kzg_verifier::TrustedSetup;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};
use zk_verify_precompile::{
    ADDRESS, AcceptedSetups, AccessPrices, Arithmetic, BaseInputs, BlockPosition, Call,
    Journal as _, Kernels, MemoryJournal, Outcome, Output, Standard, ZkVerify, ZkVerifyConfig,
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
    /// Ethereum's rules underneath: the prices of touching state, and whether the base has a precompile at 0x11.
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
    /// What the call adds to the block access list (EIP-7928), beside its caller: accounts, each with the slots that
    /// are accessed. Only on forks that have the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub block_access_list: BTreeMap<Address, BTreeSet<B256>>,
    /// The call belongs to the base's own precompile at 0x11; nothing else is stated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub base: bool,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// It reverts with `expected` as data and keeps the remaining gas.
    #[serde(rename = "execution reverted")]
    Reverted,
    /// It loses all gas.
    #[serde(rename = "out of gas")]
    OutOfGas,
}

/// Ethereum's rules underneath, as far as they change something for the precompile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// An access to the state has one price, warm or cold, until Berlin.
    Frontier,
    /// EIP-150 reprices accesses. Tangerine Whistle.
    Tangerine,
    /// EIP-1884 reprices slots.
    Istanbul,
    /// EIP-2929: warm and cold.
    Berlin,
    /// EIP-3541: no code begins with 0xEF.
    London,
    /// As London, as far as the precompile is concerned.
    Paris,
    /// The same.
    Shanghai,
    /// The same: nothing at 0x11.
    Cancun,
    /// `BLS12_MAP_FP2_TO_G2` at 0x11; accounts may delegate.
    #[default]
    Prague,
    /// As Prague, as far as the precompile is concerned.
    Osaka,
    /// EIP-8038 reprices accesses, EIP-7928 lists them.
    Amsterdam,
}

impl Fork {
    /// All, the oldest first.
    pub const ALL: [Self; 11] = [
        Self::Frontier,
        Self::Tangerine,
        Self::Istanbul,
        Self::Berlin,
        Self::London,
        Self::Paris,
        Self::Shanghai,
        Self::Cancun,
        Self::Prague,
        Self::Osaka,
        Self::Amsterdam,
    ];

    /// The forks from the first on, up to this one and with it.
    pub fn and_before(self) -> &'static [Self] {
        let end = Self::ALL.partition_point(|fork| *fork <= self);
        Self::ALL.get(..end).unwrap_or(&Self::ALL)
    }

    /// What the fork takes for touching the state.
    pub const fn access_prices(self) -> AccessPrices {
        match self {
            Self::Frontier => AccessPrices::FRONTIER,
            Self::Tangerine => AccessPrices::TANGERINE_WHISTLE,
            Self::Istanbul => AccessPrices::ISTANBUL,
            Self::Berlin
            | Self::London
            | Self::Paris
            | Self::Shanghai
            | Self::Cancun
            | Self::Prague
            | Self::Osaka => AccessPrices::BERLIN,
            Self::Amsterdam => AccessPrices::AMSTERDAM,
        }
    }
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
    type Error = String;

    fn try_from(parts: Vec<String>) -> Result<Self, String> {
        let read = match &parts[..] {
            [kind, account, slot] if kind == "storage" => {
                (account.parse().ok().zip(slot.parse().ok()))
                    .map(|(account, slot)| Read::Storage(account, slot))
            }
            [kind, account] if kind == "code" => account.parse().ok().map(Read::Code),
            _ => None,
        };
        read.ok_or_else(|| format!("not a read: {parts:?}"))
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

impl Observed {
    /// What a call with these reads adds to a block access list: the precompile, and what it read.
    pub fn block_access_list(&self) -> BTreeMap<Address, BTreeSet<B256>> {
        let mut list = BTreeMap::from([(ADDRESS, BTreeSet::new())]);
        for read in &self.reads {
            match *read {
                Read::Storage(account, slot) => {
                    list.entry(account).or_default().insert(slot);
                }
                Read::Code(account) => {
                    list.entry(account).or_default();
                }
            }
        }
        list
    }
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
    pub fn input(&self) -> Result<Bytes, Malformed> {
        self.hex(&self.input)
    }

    /// The chain with the vector's rules, the standard prices, and no cache. `ZK_VERIFY_ARITHMETIC` in the
    /// environment, one of the names of [`Kernels`], says how pairing checks are computed.
    ///
    /// # Errors
    /// An accepted setup is not one; or the environment asks for an unknown arithmetic, or for one that this
    /// processor has not got.
    pub fn chain<A: Arithmetic>(&self) -> Result<ZkVerify<A>, Malformed> {
        let kernels = match std::env::var("ZK_VERIFY_ARITHMETIC") {
            Ok(name) => name.parse().map_err(|error| self.malformed(error))?,
            Err(_) => Kernels::default(),
        };
        let node = ZkVerify::with_arithmetic(self.rules()?)
            .with_kernels(kernels)
            .map_err(|error| self.malformed(error))?;
        Ok(node.with_cache_capacity(0).with_verdict_capacity(0))
    }

    /// The vector's rules.
    ///
    /// # Errors
    /// An accepted setup is not one.
    pub fn rules(&self) -> Result<ZkVerifyConfig, Malformed> {
        let point = |text: &String| match text.as_str() {
            PPOT => Ok(TrustedSetup::PERPETUAL_POWERS_OF_TAU),
            digits => <[u8; 128]>::try_from(&self.hex(digits)?[..])
                .map_err(|_| self.malformed("a setup has 128 bytes")),
        };
        let points: Vec<_> = self
            .accepted_setups
            .iter()
            .map(point)
            .collect::<Result<_, _>>()?;
        let accepted = AcceptedSetups::new(&points).map_err(|error| self.malformed(error))?;
        let rules = ZkVerifyConfig::default().with_accepted_setups(accepted);
        Ok(match self.default_key {
            Some(key) => rules.with_default_key(key),
            None => rules,
        })
    }

    /// The code of every account that has some. `file` gives the files that the vector names, such as
    /// [`file`](crate::file).
    ///
    /// # Errors
    /// A file is missing, or what should be hex is not.
    pub fn accounts<'f>(
        &self,
        file: impl Fn(&str) -> Option<&'f [u8]>,
    ) -> Result<BTreeMap<Address, Bytes>, Malformed> {
        let code = |source: &String| match source.strip_prefix("0x") {
            Some(digits) => self.hex(digits),
            None => file(source)
                .map(Bytes::copy_from_slice)
                .ok_or_else(|| self.malformed(format!("no file {source}"))),
        };
        self.code
            .iter()
            .map(|(account, source)| Ok((*account, code(source)?)))
            .collect()
    }

    fn hex(&self, digits: &str) -> Result<Bytes, Malformed> {
        let bytes = hex::decode(digits).map_err(|error| self.malformed(error))?;
        Ok(bytes.into())
    }

    fn malformed(&self, reason: impl fmt::Display) -> Malformed {
        Malformed {
            vector: self.name.clone(),
            reason: reason.to_string(),
        }
    }

    /// The instruction is CALL or STATICCALL.
    pub fn is_direct(&self) -> bool {
        matches!(self.kind, Kind::Call | Kind::StaticCall)
    }

    /// Step 1: the call belongs to what the fork has at 0x11.
    pub fn belongs_to_base(&self) -> bool {
        let length = self.input.len() as u64 / 2;
        self.fork >= Fork::Prague && BaseInputs::MAP_FP2_TO_G2.contains(length)
    }

    /// Executes the call by the precompile's core on a state in memory. For inputs that belong to the
    /// base there is nothing to execute: `None`.
    ///
    /// # Errors
    /// The vector itself is not well formed.
    pub fn run(&self) -> Result<Option<Observed>, Malformed> {
        self.run_with::<Standard>()
    }

    /// The same with the curve arithmetic `A`.
    ///
    /// # Errors
    /// As [`Vector::run`].
    pub fn run_with<A: Arithmetic>(&self) -> Result<Option<Observed>, Malformed> {
        if self.belongs_to_base() {
            return Ok(None);
        }
        let (output, reads) = self.execute(&self.chain::<A>()?, self.gas_limit)?;
        Ok(Some(Observed {
            error: match output.outcome {
                Outcome::Valid | Outcome::Invalid(_) => None,
                Outcome::Revert(_) => Some(Status::Reverted),
                Outcome::OutOfGas => Some(Status::OutOfGas),
            },
            data: output.outcome.return_data().into(),
            gas: output.gas_used,
            reads: reads.iter().map(Read::from).collect(),
        }))
    }

    /// Executes the call with this gas on a chain that may have other rules than the vector's, at block 1.
    /// Gives what came of it and what was read.
    ///
    /// # Errors
    /// The vector itself is not well formed.
    pub fn execute<A: Arithmetic>(
        &self,
        chain: &ZkVerify<A>,
        gas_limit: u64,
    ) -> Result<(Output, Vec<zk_verify_precompile::Read>), Malformed> {
        self.execute_at(chain, self.fork.access_prices(), gas_limit)
    }

    /// The same at other prices of touching state than those of the vector's fork.
    ///
    /// # Errors
    /// As [`Vector::execute`].
    pub fn execute_at<A: Arithmetic>(
        &self,
        chain: &ZkVerify<A>,
        prices: AccessPrices,
        gas_limit: u64,
    ) -> Result<(Output, Vec<zk_verify_precompile::Read>), Malformed> {
        let mut state = self.state()?;
        let before = state.reads().len();
        let input = self.input()?;
        let call = Call {
            input: &input,
            gas_limit,
            caller: self.caller,
            value: U256::from(self.value),
            is_direct: self.is_direct(),
        };
        let block = BlockPosition {
            number: 1,
            timestamp: 1,
        };
        let output = match chain.call(&call, &mut state, prices, block) {
            Ok(output) => output,
            Err(never) => match never {},
        };
        let reads = state.reads().iter().skip(before).copied().collect();
        Ok((output, reads))
    }

    /// The state in memory. Touching something is what makes it warm, and the journal records that.
    fn state(&self) -> Result<MemoryJournal, Malformed> {
        let mut state = MemoryJournal::new();
        for (account, code) in self.accounts(crate::file)? {
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
        Ok(state)
    }

    /// What the vector says that the call must give; `None` for the base's own precompile.
    ///
    /// # Errors
    /// The expected data is not hex.
    pub fn expected(&self) -> Result<Option<Observed>, Malformed> {
        if self.base {
            return Ok(None);
        }
        Ok(Some(Observed {
            error: self.expected_error,
            data: self.hex(&self.expected)?,
            gas: self.gas,
            reads: self.reads.clone(),
        }))
    }
}

/// A vector that does not follow the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    vector: String,
    reason: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vector \"{}\": {}", self.vector, self.reason)
    }
}

impl std::error::Error for Malformed {}
