//! What a caller pays on each fork: the transaction that carries a proof, in both of its forms, and the deployment of
//! its key, beside ezkl's Solidity verifiers. Every figure is that of a transaction that was executed.

mod chain;
mod peers;
mod tables;

pub use peers::Peer;

use crate::{Fixture, Setup, load_fixture};
use alloy_evm::revm::primitives::TxKind;
use alloy_primitives::{Address, Bytes};
use anyhow::{Context, Result, anyhow, ensure};
use chain::{Chain, Fork};
use halo2_kzg_verifier::shorten_proof;
use std::{
    fs,
    path::{Path, PathBuf},
};
use zk_verify_precompile::{ADDRESS, AccessPrices, GasSchedule, Sizes, abi::Request};

/// Holds the key that is called: an address as dear as any, without a zero byte.
const KEY: Address = Address::repeat_byte(0x11);

/// A figure on Prague, Osaka and Amsterdam, in gas; `None` where the fork has no such transaction.
type ByFork = [Option<u64>; 3];

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ForksArgs {
    /// Folders of circuits
    #[arg(value_name = "DIR", default_values = [
        "tests/fixtures/inner1",
        "tests/fixtures/mlp",
        "tests/fixtures/sigmoid",
        "tests/fixtures/cnn",
        "tests/fixtures/conv",
        "tests/fixtures/inner4",
        "tests/fixtures/bmm_freivalds",
        "tests/fixtures/sig_multicol10",
        "tests/fixtures/bigio",
        "tests/fixtures/freivalds_multi",
        "tests/fixtures-large/huge",
    ])]
    circuits: Vec<PathBuf>,
    /// ezkl's Solidity verifiers, a folder for each circuit, as tools/peers writes them; those that are missing are
    /// left out
    #[arg(long, value_name = "DIR", default_value = "target/peers")]
    peers: PathBuf,
    /// Where the tables go
    #[arg(long, value_name = "DIR", default_value = "target/gas")]
    out: PathBuf,
}

/// Runs `zkml gas forks`.
pub(crate) fn run(args: &ForksArgs) -> Result<()> {
    let rows = args
        .circuits
        .iter()
        .map(|folder| Row::of(&load_fixture(folder)?, &args.peers))
        .collect::<Result<Vec<_>>>()?;
    let tables = tables::markdown(&rows);
    print!("{tables}");
    let file = args.out.join("forks.md");
    fs::create_dir_all(&args.out)
        .and_then(|()| fs::write(&file, &tables))
        .with_context(|| file.display().to_string())
}

/// A circuit's costs.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    name: String,
    /// Bytes.
    long: usize,
    short: usize,
    key: usize,
    public_inputs: usize,
    /// The transaction with the proof in long and in short form.
    pays_long: ByFork,
    pays_short: ByFork,
    /// The transaction that creates the key's account.
    key_deployment: ByFork,
    /// The call in long form alone, on Prague, with the key's account cold.
    execution: u64,
    solidity: Option<Solidity>,
}

/// The costs of the verifier that ezkl makes for the circuit.
#[derive(Clone, Debug)]
struct Solidity {
    /// Bytes of its code.
    code: usize,
    pays: ByFork,
    deployment: ByFork,
    execution: u64,
    /// Pairings of two pairs in a call.
    pairings: u64,
}

impl Row {
    /// Executes the circuit's transactions.
    ///
    /// # Errors
    /// Its proof is not valid, or a transaction fails for another reason than a fork's limits.
    pub(crate) fn of(fixture: &Fixture, peers: &Path) -> Result<Self> {
        let of_circuit = || fixture.name.clone();
        let setup = Setup::new(std::slice::from_ref(fixture))?;
        let key = fixture.key.encode();
        let chain = Chain::new(setup.warm().clone()).with_code(KEY, &key);
        let short = shorten_proof(&fixture.key, &fixture.proof).map_err(|error| anyhow!(error))?;
        let transaction = |proof: &[u8]| {
            let request = Request {
                key: Some(KEY),
                proof,
                public_inputs: &fixture.public_inputs,
            };
            pay_by_fork(&chain, TxKind::Call(ADDRESS), &request.encode().into())
        };
        let pays_long = transaction(&fixture.proof).with_context(of_circuit)?;
        let peer = Peer::for_circuit(&peers.join(&fixture.name));
        let solidity = peer.map(|peer| Solidity::of(&peer, &chain));
        Ok(Self {
            name: fixture.name.clone(),
            long: fixture.proof.len(),
            short: short.len(),
            key: key.len(),
            public_inputs: fixture.public_inputs.len() / 32,
            pays_long,
            pays_short: transaction(&short).with_context(of_circuit)?,
            key_deployment: deploy_by_fork(&chain, &creation(&key)?)?,
            execution: execution_gas(fixture),
            solidity: solidity.transpose().with_context(of_circuit)?,
        })
    }
}

impl Solidity {
    fn of(peer: &Peer, chain: &Chain) -> Result<Self> {
        let chain = Chain {
            state: peer.database.clone(),
            ..chain.clone()
        };
        Ok(Self {
            code: peer.code_length,
            pays: pay_by_fork(&chain, TxKind::Call(peer.to), &peer.calldata)?,
            deployment: deploy_by_fork(&chain, &peer.creation)?,
            execution: peer.execution_gas,
            pairings: chain.count_pairings(peer.to, &peer.calldata)?,
        })
    }
}

/// A call that must return `true`.
fn pay_by_fork(chain: &Chain, to: TxKind, data: &Bytes) -> Result<ByFork> {
    let mut by_fork = [None; 3];
    for (paid, fork) in by_fork.iter_mut().zip(Fork::ALL) {
        if let Some((gas, output)) = chain.pay(fork, to, data)? {
            ensure!(
                output.last() == Some(&1),
                "{fork:?}: the proof is not valid"
            );
            *paid = Some(gas);
        }
    }
    Ok(by_fork)
}

fn deploy_by_fork(chain: &Chain, creation: &Bytes) -> Result<ByFork> {
    let mut by_fork = [None; 3];
    for (paid, fork) in by_fork.iter_mut().zip(Fork::ALL) {
        *paid = chain
            .pay(fork, TxKind::Create, creation)?
            .map(|(gas, _)| gas);
    }
    Ok(by_fork)
}

/// Code that creates an account with this key as its code.
fn creation(key: &[u8]) -> Result<Bytes> {
    let length = u16::try_from(key.len()).context("longer than the code of a contract may be")?;
    let [high, low] = length.to_be_bytes();
    // PUSH2 length DUP1 PUSH1 10 RETURNDATASIZE CODECOPY RETURNDATASIZE RETURN
    let code = [0x61, high, low, 0x80, 0x60, 10, 0x3d, 0x39, 0x3d, 0xf3];
    Ok([&code, key].concat().into())
}

/// Gas of one call of `verifyWithKey` for the circuit's proof in long form, with the key's account cold, until Osaka.
pub fn execution_gas(fixture: &Fixture) -> u64 {
    let lengths = (
        fixture.proof.len() as u64,
        fixture.public_inputs.len() as u64,
    );
    let sizes = Sizes::of(&fixture.key, lengths.0, lengths.1, true);
    GasSchedule::STANDARD.total(&sizes) + AccessPrices::BERLIN.account(true)
}
