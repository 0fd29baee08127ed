//! What a node is started with.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use alloy_evm::revm::primitives::hardfork::SpecId;
use alloy_json_abi::Error as AbiError;
use alloy_primitives::{Address, U256, address, utils::parse_ether};
use halo2_kzg_verifier::TrustedSetup;
use zk_verify_precompile::Kernels;

/// The one byte of code that genesis puts at the precompile's address, 0x11: `STOP`.
///
/// Solidity compilers up to 0.8.9 check `extcodesize` before a call, so the account needs code. Calls do
/// not execute it, but accounts that delegate to 0x11 do, where EIP-7702 wants nothing to be executed
/// (`spec/zk-verify.md`, "Backwards compatibility").
pub const PRECOMPILE_CODE: [u8; 1] = [0x00];

/// Where genesis puts the data contract of the chain's default key (`--key`); the last two bytes
/// are "zk".
pub const DEFAULT_KEY_ADDRESS: Address = address!("0000000000000000000000000000000000007a6b");

/// The mnemonic of the funded accounts, the one that anvil, hardhat and ganache use. Its keys
/// are public: anything sent to these accounts on a real chain is lost.
pub const DEV_MNEMONIC: &str = "test test test test test test test test test test test junk";

/// The rules of the chain, from genesis on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Hardfork {
    /// Cancun: no precompile of Ethereum's own at 0x11.
    Cancun,
    /// Prague: EIP-2537 stands at 0x11 beside ours (128-byte inputs go there); EIP-7702
    /// transactions; the calldata floor price of EIP-7623.
    #[default]
    Prague,
    /// Osaka: as Prague, and no transaction may have a gas limit over 16,777,216 (EIP-7825).
    Osaka,
    /// Amsterdam (Glamsterdam), as planned: 64 gas for every byte of calldata at least (EIP-7976); contracts
    /// of up to 64 KiB (EIP-7954), for 1,530 gas a byte (EIP-8037); a base of 15,000 gas for a call
    /// (EIP-2780); block access lists (EIP-7928). Gas above 16,777,216 pays for new state alone.
    Amsterdam,
}

/// The most seconds between blocks, of `--block-time` and of `evm_setIntervalMining`.
pub(crate) const MAX_BLOCK_TIME: u64 = 86_400;

/// EIP-7825: from Osaka on the most gas of a transaction; from Amsterdam on that of its execution (EIP-8037).
pub(crate) const TRANSACTION_GAS_LIMIT: u64 = 16_777_216;

impl Hardfork {
    /// revm's name for these rules.
    pub(crate) const fn spec(self) -> SpecId {
        match self {
            Self::Cancun => SpecId::CANCUN,
            Self::Prague => SpecId::PRAGUE,
            Self::Osaka => SpecId::OSAKA,
            Self::Amsterdam => SpecId::AMSTERDAM,
        }
    }

    /// The name as the command line spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancun => "cancun",
            Self::Prague => "prague",
            Self::Osaka => "osaka",
            Self::Amsterdam => "amsterdam",
        }
    }

    /// The gas limit of a block, unless it is given: 30 million; on Amsterdam 200 million, since a contract of 64 KiB
    /// takes 100 million there (EIP-8037).
    pub const fn block_gas_limit(self) -> u64 {
        match self {
            Self::Cancun | Self::Prague | Self::Osaka => 30_000_000,
            Self::Amsterdam => 200_000_000,
        }
    }

    /// Does new state take gas of a dimension of its own (EIP-8037)?
    pub(crate) const fn has_state_gas(self) -> bool {
        matches!(self, Self::Amsterdam)
    }

    /// Do headers have the hash of a block access list (EIP-7928) and a slot number (EIP-7843)?
    pub(crate) const fn has_access_lists(self) -> bool {
        matches!(self, Self::Amsterdam)
    }
}

/// Everything that a node is started with. [`Config::default`] is what `zkml node` runs without
/// flags.
#[derive(Clone, Debug)]
pub struct Config {
    /// The interface to listen on.
    pub host: IpAddr,
    /// The TCP port, for HTTP and WebSocket alike; 0 takes a free one.
    pub port: u16,
    /// The chain id, as in EIP-155.
    pub chain_id: u64,
    /// How many accounts of [`DEV_MNEMONIC`] are funded and unlocked.
    pub accounts: u32,
    /// What each of them owns at genesis, in wei.
    pub balance: U256,
    /// The rules of the chain.
    pub hardfork: Hardfork,
    /// The encoded verifying key that calls without a bound key are checked against; `None` for a
    /// chain without a default key.
    pub default_key: Option<Vec<u8>>,
    /// `[s]G2` points that are accepted beside the perpetual powers of tau, each as
    /// `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0`, big-endian (EIP-197's order).
    ///
    /// Anyone who knows the `s` of an accepted point can forge a proof for any key under it.
    pub accepted_srs: Vec<[u8; TrustedSetup::BYTES]>,
    /// How proofs are verified: in lanes, or one field element at a time. Results, gas and reads are the same.
    pub arithmetic: Kernels,
    /// The gas limit of every block.
    pub gas_limit: u64,
    /// Custom errors of contracts that reverts are named with, beside the built-in ones (this
    /// repository's contracts, OpenZeppelin's).
    pub known_errors: Vec<AbiError>,
    /// Web origins whose pages may call, such as `https://app.example`, beside those of this
    /// machine and browser extensions; `*` for all, which lets every page that a browser on this
    /// machine opens use the funded accounts and read the chain.
    pub cors_origins: Vec<String>,
    /// Host names by which the node may be called, beside IP addresses and `localhost`; `*` for
    /// all, which gives up the protection against DNS rebinding.
    pub allowed_hosts: Vec<String>,
    /// The time between blocks. `None` mines each transaction at once, in a block of its own.
    pub block_time: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8545,
            chain_id: 31_337,
            accounts: 10,
            balance: parse_ether("10000").unwrap_or(U256::MAX),
            hardfork: Hardfork::default(),
            default_key: None,
            accepted_srs: Vec::new(),
            arithmetic: Kernels::default(),
            gas_limit: Hardfork::default().block_gas_limit(),
            known_errors: Vec::new(),
            cors_origins: Vec::new(),
            allowed_hosts: Vec::new(),
            block_time: None,
        }
    }
}
