//! The `zkml` command line: keys, proofs, what contracts need of them, a development chain.

// Doc comments on commands and flags are help texts, which are not Markdown.
#![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]

mod calldata;
mod demo;
mod doctor;
mod explain;
mod files;
mod halo2;
mod inspect;
mod key;
mod manual;
mod output;
mod precompile_call;
mod progress;
mod proof;
mod solidity;
mod srs;
mod verify;

use anyhow::Result;
use clap::{Parser, Subcommand};
use halo2_kzg_verifier::ENCODING_VERSION;
use std::{process::ExitCode, sync::LazyLock};

/// Verify ezkl machine-learning proofs as the zk_verify precompile at 0x11 does.
///
/// A verifying key (model.zkvk) is the circuit and the trusted setup that a proof is checked against.
/// It is what a chain stores as a contract's code. Make one from what ezkl wrote, then verify:
///
///   zkml key import --vk vk.key --settings settings.json --trusted-setup ppot --out model.zkvk
///   zkml verify --key model.zkvk --proof proof.json
///
/// Any other halo2 circuit (KZG, BN254) works too: `zkml key import --pinned`, `zkml proof import`.
///
/// Exit status: 0 = valid, or done; 1 = the proof is not valid, or `zkml doctor` found something that
/// does not fit; 2 = anything else. With --json an error is JSON too, on standard output:
/// {"error": {"message": …, "kind": …}}.
#[derive(Parser)]
#[command(name = "zkml", version = VERSION.as_str(), verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make verifying keys from ezkl's files or halo2's, and look at them
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make proof.json of what halo2 provers write, and convert between a proof's two forms
    #[command(subcommand)]
    Proof(proof::ProofCommand),
    /// Check an SRS file before keys are made with it
    #[command(subcommand)]
    Srs(srs::SrsCommand),
    Verify(verify::VerifyArgs),
    Explain(explain::ExplainArgs),
    Calldata(calldata::CalldataArgs),
    Solidity(solidity::SolidityArgs),
    Demo(demo::DemoArgs),
    /// Run a development chain with the precompile, for forge, cast, viem and ethers
    Node(zkml_devnode::cli::NodeArgs),
    Doctor(doctor::DoctorArgs),
    /// Derive the gas schedule by measurement, and tell what callers pay on each fork
    Gas(zkml_gas::cli::GasArgs),
    PrecompileCall(precompile_call::PrecompileCallArgs),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Valid, or done.
    Success,
    /// The proof is not valid, or something that was looked at does not fit.
    Invalid,
    /// Some of what was given could not be looked at; the rest was.
    Unreadable,
}

/// The package's version, and those of the key files and of ezkl that it works with.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} (key format {ENCODING_VERSION}, ezkl {})",
        env!("CARGO_PKG_VERSION"),
        ezkl_import::SUPPORTED_EZKL
    )
});

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            output::print_usage(&error, std::env::args_os().any(|arg| arg == "--json"));
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let json = cli.command.prints_json();
    match cli.command.run() {
        Ok(Verdict::Success) => ExitCode::SUCCESS,
        Ok(Verdict::Invalid) => ExitCode::from(1),
        Ok(Verdict::Unreadable) => ExitCode::from(2),
        Err(error) => {
            output::print_error(&error, json);
            ExitCode::from(2)
        }
    }
}

impl Command {
    /// Was JSON asked for?
    fn prints_json(&self) -> bool {
        match self {
            Command::Key(command) => command.prints_json(),
            Command::Proof(command) => command.prints_json(),
            Command::Verify(args) => args.json,
            Command::Explain(args) => args.json,
            Command::Calldata(args) => args.json,
            Command::Doctor(args) => args.json,
            Command::Srs(_)
            | Command::Solidity(_)
            | Command::Demo(_)
            | Command::Node(_)
            | Command::Gas(_)
            | Command::PrecompileCall(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }

    fn run(self) -> Result<Verdict> {
        match self {
            Command::Key(command) => key::run(command),
            Command::Proof(command) => proof::run(command),
            Command::Srs(command) => srs::run(command),
            Command::Verify(args) => verify::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Calldata(args) => calldata::run(&args),
            Command::Solidity(args) => solidity::run(&args),
            Command::Demo(args) => demo::run(&args),
            Command::Node(args) => Ok(args.run().map(|()| Verdict::Success)?),
            Command::Doctor(args) => doctor::run(&args),
            Command::Gas(args) => zkml_gas::cli::run(args).map(|()| Verdict::Success),
            Command::PrecompileCall(args) => precompile_call::run(&args),
            Command::Completions(args) => manual::completions(&args),
            Command::Man(args) => manual::man(&args),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn help_has_one_line_in_the_list_and_the_whole_text_by_itself() {
        let mut cli = Cli::command();
        cli.clone().debug_assert();
        for (path, text) in [
            (&["key", "import"][..], "zkml key import --vka vka.bin"),
            (&["proof", "import"], "--evm-calldata calldata.bin"),
            (&["proof", "shorten"], "--out short.json"),
            (&["proof", "lengthen"], "--out proof.json"),
            (&["srs", "check"], "before keys are made with it"),
            (&["verify"], "zkml verify --key model.zkvk --batch proofs/"),
            (&["explain"], "zkml explain --key model.zkvk"),
            (&["calldata"], "zkml calldata proof.json --function"),
            (&["solidity"], "zkml solidity --settings settings.json"),
            (&["demo"], "MyAIApp binds no key"),
            (&["doctor"], "zkml doctor --rpc-url"),
            (&["precompile-call"], "through vm.ffi"),
            (&["completions"], "zkml completions bash"),
            (&["man"], "zkml man --out"),
        ] {
            let find = |cli: &mut clap::Command, name: &&str| {
                cli.find_subcommand(name).expect(name).clone()
            };
            let mut command = path
                .iter()
                .fold(cli.clone(), |mut c, name| find(&mut c, name));
            let about = command.get_about().unwrap().to_string();
            assert!(!about.contains('\n') && about.len() < 90, "{about}");
            let help = command.render_long_help().to_string();
            assert!(help.contains(text), "{path:?}: {help}");
        }
        assert!(
            cli.render_help()
                .to_string()
                .contains("Verify a proof, or a folder of proofs")
        );
    }
}
