//! `zkml node`: flags, log output, banner, signals.

// Doc comments on flags are help texts, which are not Markdown.
#![allow(rustdoc::bare_urls)]

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, IsTerminal},
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use alloy_primitives::utils::{format_ether, parse_ether};
use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _},
};
use ezkl_import::Srs;
use halo2_kzg_verifier::{KeyError, TrustedSetup, VerifyingKey};
use tracing_subscriber::filter::LevelFilter;
use zk_verify_precompile::Kernels;

use crate::{
    Config, DEFAULT_KEY_ADDRESS, DEV_MNEMONIC, Hardfork, Node, NodeError,
    abi::{AbiFileError, read_errors},
    config::MAX_BLOCK_TIME,
    terminal::TerminalLines,
};

/// The flags of `zkml node`.
#[derive(Clone, Debug, Args)]
pub struct NodeArgs {
    /// The interface to listen on. Anyone who can reach it owns the funded accounts.
    #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
    pub host: IpAddr,
    /// The TCP port, for HTTP and WebSocket; 0 takes a free one.
    #[arg(long, short, default_value_t = 8545)]
    pub port: u16,
    /// The chain id.
    #[arg(long, default_value_t = 31_337, value_name = "ID")]
    pub chain_id: u64,
    /// How many accounts are funded and unlocked.
    #[arg(long, short, default_value_t = 10, value_name = "N",
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub accounts: u32,
    /// What each of them owns, in ether.
    #[arg(long, default_value = "10000", value_name = "ETHER")]
    pub balance: String,
    /// The rules of the chain.
    #[arg(long, value_enum, default_value_t = Hardfork::default())]
    pub hardfork: Hardfork,
    /// A verifying key (.zkvk) for contracts that bind none: the chain's default.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Accept keys made under another trusted setup than the perpetual powers of tau, named by a key
    /// (.zkvk) or an SRS file. The maker of a test SRS can forge proofs under it. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub accept_srs: Vec<PathBuf>,
    /// How proofs are verified. Results, gas and reads do not depend on it, only time does.
    #[arg(long, default_value = "fastest", value_name = "NAME", value_parser = arithmetics())]
    pub arithmetic: Kernels,
    /// The gas limit of a block [default: 30000000; on amsterdam 200000000, because a contract of 64 KiB takes
    /// half of that there].
    #[arg(long, value_name = "GAS",
          value_parser = clap::value_parser!(u64).range(1_000_000..))]
    pub gas_limit: Option<u64>,
    /// Seconds between blocks; without it each transaction is mined at once.
    #[arg(long, short, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..=MAX_BLOCK_TIME))]
    pub block_time: Option<u64>,
    /// A web origin whose pages may call, such as https://remix.ethereum.org, beside those of this
    /// machine (localhost) and browser extensions; "*" for all: then any page that you open can use
    /// the funded accounts. Repeatable.
    #[arg(long, value_name = "ORIGIN")]
    pub cors_origin: Vec<String>,
    /// A host name by which the node may be called, beside IP addresses and localhost; "*" for all.
    /// Repeatable.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// A contract's ABI (JSON: a list, or a build artifact with an "abi"), or a folder of them such
    /// as forge's out/: its custom errors are named where a call reverts. Repeatable.
    #[arg(long, value_name = "PATH")]
    pub abi: Vec<PathBuf>,
    /// Print nothing but errors and warnings.
    #[arg(long)]
    pub silent: bool,
}

/// Why `zkml node` failed. The cause, where there is one, is in `source()`, not in the text.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file could not be read.
    #[error("{flag} {path}")]
    Read {
        /// The flag that named it.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `--key` names a file that is no verifying key.
    #[error("--key {path}: no verifying key; `zkml key import` makes one of ezkl's files")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyError,
    },
    /// `--key` names a key that the precompile would refuse.
    #[error(
        "--key {path}: {length} bytes, but the precompile takes keys of at most {max}; make the circuit smaller",
        max = zk_verify_precompile::MAX_KEY_LENGTH
    )]
    KeyTooLong {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// A file is neither a key nor an SRS.
    #[error("--accept-srs {path}: neither a verifying key ({key}) nor an SRS file ({srs})")]
    Srs {
        /// The file.
        path: PathBuf,
        /// Why it is no key.
        key: String,
        /// Why it is no SRS.
        srs: String,
    },
    /// What `--abi` names holds no ABI.
    #[error(transparent)]
    Abi(#[from] AbiFileError),
    /// `--balance` is no amount.
    #[error("--balance {0:?}: expected an amount of ether, such as 10000 or 0.5")]
    Balance(String),
    /// The node did not start.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The system refused threads or signals.
    #[error("cannot run")]
    Runtime(#[from] io::Error),
}

impl NodeArgs {
    /// Runs the node until ctrl-c or SIGTERM.
    ///
    /// # Errors
    ///
    /// [`CliError`] if a file cannot be read or the node does not start.
    pub fn run(self) -> Result<(), CliError> {
        let level = if self.silent {
            LevelFilter::ERROR
        } else {
            log_level()
        };
        // Fails only if the program has set a subscriber of its own, which is then used.
        let _ = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(wants_colour())
            .event_format(TerminalLines)
            .with_writer(io::stdout)
            .try_init();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<(), CliError> {
        let silent = self.silent;
        let (config, warnings) = self.into_config()?;
        let node = Node::start(config.clone()).await?;
        if silent {
            // That proofs can be forged is not for a flag to hide.
            warnings
                .iter()
                .for_each(|warning| eprintln!("WARNING: {warning}"));
        } else {
            print!("{}", banner(&config, &node, &warnings));
        }
        shutdown_signal().await?;
        node.stop().await;
        if !silent {
            println!("Stopped");
        }
        Ok(())
    }

    /// Reads the files that the flags name. Gives the configuration and the warnings to print.
    ///
    /// # Errors
    ///
    /// [`CliError`] if a file cannot be read or is not what its flag wants.
    pub fn into_config(self) -> Result<(Config, Vec<String>), CliError> {
        let mut warnings = Vec::new();
        let mut accepted_srs = Vec::new();
        for path in &self.accept_srs {
            accepted_srs.push(read_s_g2(path)?);
            warnings.push(format!(
                "accepting the trusted setup of {}: anyone who knows its secret can prove anything on this chain",
                path.display()
            ));
        }
        let default_key = self.key.as_deref().map(read_default_key).transpose()?;
        let balance = match parse_ether(&self.balance) {
            Ok(wei) if !self.balance.starts_with('-') => wei,
            _ => return Err(CliError::Balance(self.balance)),
        };
        let config = Config {
            host: self.host,
            port: self.port,
            chain_id: self.chain_id,
            accounts: self.accounts,
            balance,
            hardfork: self.hardfork,
            default_key,
            accepted_srs,
            arithmetic: self.arithmetic,
            gas_limit: self.gas_limit.unwrap_or(self.hardfork.block_gas_limit()),
            known_errors: read_errors(&self.abi)?,
            cors_origins: self.cors_origin,
            allowed_hosts: self.allow_host,
            block_time: self.block_time.map(Duration::from_secs),
        };
        Ok((config, warnings))
    }
}

/// The values of `--arithmetic`.
fn arithmetics() -> impl clap::builder::TypedValueParser<Value = Kernels> {
    PossibleValuesParser::new([
        PossibleValue::new("fastest")
            .help("In lanes where the processor has AVX-512 IFMA, else scalar"),
        PossibleValue::new("scalar").help("One field element at a time, on every processor"),
        PossibleValue::new("lanes")
            .help("Eight field elements at once; an error without AVX-512 IFMA"),
    ])
    .try_map(|name| name.parse::<Kernels>())
}

/// Which arithmetic verifies, and why, for people: what the start of `zkml node` and `zkml doctor` show.
pub fn describe_arithmetic(asked: Kernels, is_in_lanes: bool) -> &'static str {
    match (is_in_lanes, asked) {
        (true, _) => "lanes: the processor has AVX-512 IFMA",
        (false, Kernels::Scalar) => "scalar: asked for with --arithmetic scalar",
        (false, Kernels::Fastest | Kernels::Lanes) => "scalar: the processor has no AVX-512 IFMA",
    }
}

/// Colour is for terminals, and for those who want it (<https://no-color.org>).
fn wants_colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !refused
}

/// `RUST_LOG` may name one level; the default is `info`.
fn log_level() -> LevelFilter {
    std::env::var("RUST_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO)
}

fn read(flag: &'static str, path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|source| CliError::Read {
        flag,
        path: path.to_owned(),
        source,
    })
}

/// The bytes of the verifying key that `--key` names.
fn read_default_key(path: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = read("--key", path)?;
    if bytes.len() as u64 > zk_verify_precompile::MAX_KEY_LENGTH {
        return Err(CliError::KeyTooLong {
            path: path.to_owned(),
            length: bytes.len(),
        });
    }
    match VerifyingKey::decode(&bytes) {
        Ok(_) => Ok(bytes),
        Err(source) => Err(CliError::Key {
            path: path.to_owned(),
            source,
        }),
    }
}

/// `[s]G2` out of a key or an SRS file.
fn read_s_g2(path: &Path) -> Result<[u8; TrustedSetup::BYTES], CliError> {
    const FLAG: &str = "--accept-srs";
    let unreadable = |source| CliError::Read {
        flag: FLAG,
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    // An SRS file can have gigabytes and is not read whole; a key has kilobytes.
    let srs = match Srs::read(file) {
        Ok(srs) => return Ok(srs.trusted_setup.to_bytes()),
        Err(error) => error.to_string(),
    };
    let length = fs::metadata(path).map_err(unreadable)?.len();
    let key = if length > zk_verify_precompile::MAX_KEY_LENGTH {
        format!("{length} bytes are too many")
    } else {
        match VerifyingKey::decode(&read(FLAG, path)?) {
            Ok(key) => return Ok(key.trusted_setup().to_bytes()),
            Err(error) => error.to_string(),
        }
    };
    Err(CliError::Srs {
        path: path.to_owned(),
        key,
        srs,
    })
}

/// What anvil prints at its start, and what is ours.
fn banner(config: &Config, node: &Node, warnings: &[String]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_banner(&mut out, config, node, warnings);
    out
}

fn write_banner(
    out: &mut String,
    config: &Config,
    node: &Node,
    warnings: &[String],
) -> std::fmt::Result {
    let rule = "==================";
    writeln!(
        out,
        "zkml node {}: verifies halo2 proofs, ezkl's among them, at 0x11\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(out, "Available Accounts\n{rule}\n")?;
    for (index, account) in node.accounts().iter().enumerate() {
        let ether = format_ether(config.balance);
        let ether = ether.trim_end_matches('0').trim_end_matches('.');
        writeln!(out, "({index}) {} ({ether} ETH)", account.address())?;
    }
    writeln!(out, "\nPrivate Keys\n{rule}\n")?;
    for (index, account) in node.accounts().iter().enumerate() {
        writeln!(out, "({index}) {}", account.private_key())?;
    }
    writeln!(out, "\nWallet\n{rule}")?;
    writeln!(out, "Mnemonic:          {DEV_MNEMONIC}")?;
    writeln!(out, "Derivation path:   m/44'/60'/0'/0/")?;
    writeln!(out, "\nChain ID\n{rule}\n\n{}", config.chain_id)?;
    writeln!(out, "\nHardfork\n{rule}\n\n{}", config.hardfork.name())?;
    writeln!(out, "\nGas Limit\n{rule}\n\n{}", config.gas_limit)?;
    writeln!(out, "\nVerifying Key\n{rule}\n")?;
    match &config.default_key {
        Some(key) => writeln!(out, "default: {DEFAULT_KEY_ADDRESS} ({} bytes)", key.len())?,
        None => writeln!(out, "no default: each contract binds its own")?,
    }
    let arithmetic = describe_arithmetic(config.arithmetic, node.is_in_lanes());
    writeln!(out, "\nArithmetic\n{rule}\n\n{arithmetic}")?;
    for warning in warnings {
        writeln!(out, "\nWARNING: {warning}")?;
    }
    writeln!(out, "\nListening on {}", node.address())
}

#[cfg(unix)]
async fn shutdown_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn shutdown_signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
