//! `zkml proof`: proofs of halo2 provers, and the two forms of a proof.

mod convert;

use crate::{Verdict, files, halo2, output};
use anyhow::{Context, Result};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use ezkl_import::EzklProof;
use halo2_import::{
    Proof, SignBit, Subject, proof_bytes, proof_from_evm_calldata, proof_from_native, public_inputs,
};
use halo2_kzg_verifier::{PreparedKey, Rejection, VerifyingKey, verify};
use std::path::{Path, PathBuf};
use zkml_inspect::Form;

#[derive(Subcommand)]
pub(crate) enum ProofCommand {
    Import(ImportArgs),
    Shorten(convert::ShortenArgs),
    Lengthen(convert::LengthenArgs),
}

impl ProofCommand {
    /// Was JSON asked for?
    pub(crate) fn prints_json(&self) -> bool {
        match self {
            ProofCommand::Import(args) => args.json,
            ProofCommand::Shorten(args) => args.files.json,
            ProofCommand::Lengthen(args) => args.files.json,
        }
    }
}

/// Make proof.json of what a halo2 prover wrote, and verify it
///
/// From the bytes of snark-verifier's EvmTranscript, or of halo2's own Blake2bWrite:
///   zkml proof import --key circuit.zkvk --bytes proof.bin --instances instances.json --out proof.json
///   zkml proof import --key circuit.zkvk --native proof.bin --instances instances.json --out proof.json
/// From the calldata of a contract that snark-verifier generated, which holds the instances too:
///   zkml proof import --key circuit.zkvk --evm-calldata calldata.bin --out proof.json
///
/// Files hold the bytes themselves, or the same in hexadecimal. instances.json is a list of the instance
/// columns, each a list of numbers: [["0x2a", "7"]]. A proof that is not valid is not written. The result
/// is for `zkml verify`, `calldata` and `explain`, as ezkl's proof.json is.
///
/// Exit status: 0 = valid, and written; 1 = not valid; 2 = anything else.
#[derive(Args)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("form").required(true).args(["bytes", "native", "evm_calldata"])))]
#[command(group(ArgGroup::new("inputs").args(["instances", "public_inputs"])))]
pub(crate) struct ImportArgs {
    /// The verifying key (circuit.zkvk)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A proof with points of 64 bytes, big-endian: snark-verifier's EvmTranscript, PSE's Keccak256Transcript
    #[arg(long, value_name = "FILE", requires = "inputs")]
    bytes: Option<PathBuf>,
    /// A proof with points of 32 bytes, as halo2's Blake2bWrite wrote it
    #[arg(long, value_name = "FILE", requires = "inputs")]
    native: Option<PathBuf>,
    /// With --native: the bit that holds a point's sign, if the points themselves do not tell
    #[arg(long, value_name = "BIT", value_enum, requires = "native")]
    sign_bit: Option<SignBitName>,
    /// The calldata of a contract that snark-verifier generated: instances, then the proof
    #[arg(long, value_name = "FILE", conflicts_with = "inputs")]
    evm_calldata: Option<PathBuf>,
    /// The public inputs as JSON: a list of the instance columns
    #[arg(long, value_name = "FILE")]
    instances: Option<PathBuf>,
    /// The public inputs as bytes: 32 big-endian each, column by column
    #[arg(long, value_name = "FILE")]
    public_inputs: Option<PathBuf>,
    /// Where to write proof.json
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum SignBitName {
    /// halo2-axiom, PSE's halo2 0.3: halo2curves 0.3.2 to 0.6.1
    #[value(name = "6")]
    Six,
    /// PSE's halo2 0.4, zkonduit's fork: halo2curves from 0.7.0 on
    #[value(name = "7")]
    Seven,
}

/// Why a proof that its prover accepts fails at the last step.
const OTHER_OPTIONS: &str = "if the prover itself accepts the proof, then with another key, or other instances. `zkml key \
    import` must be given the prover's own vk.txt, --srs or --trusted-setup, --transcript and --instance-lengths";

pub(crate) fn run(command: ProofCommand) -> Result<Verdict> {
    match command {
        ProofCommand::Import(args) => run_import(&args),
        ProofCommand::Shorten(args) => convert::run(&args.files, Form::Short),
        ProofCommand::Lengthen(args) => convert::run(&args.files, Form::Long),
    }
}

fn run_import(args: &ImportArgs) -> Result<Verdict> {
    let key = files::read_key(&args.key)?;
    let proof = import(args, &key)?;
    let prepared: PreparedKey = PreparedKey::new(key);
    let verdict = verify(&prepared, &proof.proof, &proof.public_inputs);
    let (bytes, words) = (proof.proof.len(), proof.public_inputs.len() / 32);
    if verdict.is_ok() {
        let file = EzklProof {
            proof: proof.proof,
            public_inputs: proof.public_inputs,
        };
        files::write(&args.out, file.to_json().as_bytes())?;
    }
    if args.json {
        let reason = verdict.err().map(|reason| reason.to_string());
        output::print(serde_json::json!({
            "valid": verdict.is_ok(), "reason": reason, "proofBytes": bytes, "publicInputs": words,
        }))?;
    } else {
        match verdict {
            Ok(()) => output::print(format_args!(
                "{}: valid, {bytes} bytes and {words} public inputs",
                args.out.display()
            ))?,
            Err(reason) => {
                output::print(format_args!("invalid: {reason}"))?;
                if reason == Rejection::PairingCheckFailed {
                    eprintln!("note: {OTHER_OPTIONS}");
                }
            }
        }
    }
    Ok(if verdict.is_ok() {
        Verdict::Success
    } else {
        Verdict::Invalid
    })
}

fn import(args: &ImportArgs, key: &VerifyingKey) -> Result<Proof> {
    if let Some(path) = &args.evm_calldata {
        let proof = proof_from_evm_calldata(key, &halo2::read_bytes(path)?);
        return proof.map_err(|error| named(error, path));
    }
    let proof = match (&args.bytes, &args.native) {
        (Some(path), _) => {
            proof_bytes(key, &halo2::read_bytes(path)?).map_err(|error| named(error, path))?
        }
        (None, path) => {
            let path = path
                .as_deref()
                .context("give --bytes, --native or --evm-calldata")?;
            let sign_bit = args.sign_bit.map(|bit| match bit {
                SignBitName::Six => SignBit::Six,
                SignBitName::Seven => SignBit::Seven,
            });
            let proof = proof_from_native(key, &halo2::read_bytes(path)?, sign_bit);
            proof.map_err(|error| named(error, path))?
        }
    };
    let public_inputs = match (&args.instances, &args.public_inputs) {
        (Some(path), _) => {
            let columns = halo2::read_instances(path)?;
            let inputs = public_inputs(key, &columns);
            inputs.map_err(|error| halo2::named(error, Subject::PublicInputs, path))?
        }
        (None, path) => {
            let path = path
                .as_deref()
                .context("give --instances or --public-inputs")?;
            halo2::read_bytes(path)?
        }
    };
    Ok(Proof {
        proof,
        public_inputs,
    })
}

fn named(error: halo2_import::ImportError, path: &Path) -> anyhow::Error {
    halo2::named(error, Subject::Proof, path)
}
