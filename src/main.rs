//! The `zkml` command line: keys, proofs, a demonstration and a development chain.

mod demo;
mod explain;
mod files;
mod key;
mod precompile_call;
mod srs;
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
    /// Check the trusted setup before keys are made with it
    #[command(subcommand)]
    Srs(srs::SrsCommand),
    Verify(verify::VerifyArgs),
    Explain(explain::ExplainArgs),
    Demo(demo::DemoArgs),
    /// Run a development chain with the precompile, for forge, cast, viem and ethers
    Node(zkml_devnode::cli::NodeArgs),
    /// Derive the gas schedule by measurement
    Gas(zkml_gas::cli::GasArgs),
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
        Command::Srs(command) => srs::run(command),
        Command::Verify(args) => verify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Node(args) => Ok(args.run().map(|()| Verdict::Success)?),
        Command::Gas(args) => zkml_gas::cli::run(args).map(|()| Verdict::Success),
        Command::PrecompileCall(args) => precompile_call::run(&args),
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
            (&["srs", "check"], "before keys are made with it"),
            (&["verify"], "zkml verify --key model.zkvk --batch proofs/"),
            (&["explain"], "zkml explain --key model.zkvk"),
            (&["demo"], "MyAIApp binds no key"),
            (&["precompile-call"], "through vm.ffi"),
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
