//! The `zkml` command line: keys, proofs, a demonstration and a development chain.

mod demo;
mod explain;
mod files;
mod key;
mod precompile_call;
mod verify;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Verify ezkl machine-learning proofs as the zk_verify precompile at 0x11 does.
///
/// A verifying key (model.zkvk) is the circuit and the trusted setup that a proof is checked against.
/// It is what a chain stores as a contract's code. Make one from what ezkl wrote, then verify:
///
///   zkml key import --vk vk.key --settings settings.json --ceremony ppot --out model.zkvk
///   zkml verify --key model.zkvk --proof proof.json
///
/// Exit status: 0 = valid, or done; 1 = the proof is not valid; 2 = anything else.
#[derive(Parser)]
#[command(name = "zkml", version, verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make verifying keys from ezkl's files, and look at them
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Verify a proof, or a folder of proofs at once
    Verify(verify::VerifyArgs),
    /// Say in words what a proof under a key says, and what it does not
    Explain(explain::ExplainArgs),
    /// Send real proofs to a contract on an in-process chain, good ones and altered ones
    Demo(demo::DemoArgs),
    /// Run a development chain with the precompile, for forge, cast, viem and ethers
    Node(zkml_devnode::cli::NodeArgs),
    /// Derive the gas schedule by measurement
    Gas(zkml_gas::cli::GasArgs),
    /// Run the precompile on one call, outside a chain (behind the Foundry test shim)
    PrecompileCall(precompile_call::PrecompileCallArgs),
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Valid, or done.
    Success,
    /// The proof is not valid.
    Invalid,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(Verdict::Success) => ExitCode::SUCCESS,
        Ok(Verdict::Invalid) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<Verdict> {
    match command {
        Command::Key(command) => key::run(command),
        Command::Verify(args) => verify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Node(args) => Ok(args.run().map(|()| Verdict::Success)?),
        Command::Gas(args) => zkml_gas::cli::run(args).map(|()| Verdict::Success),
        Command::PrecompileCall(args) => precompile_call::run(&args),
    }
}
