//! `zkml proof shorten` and `lengthen`: the two forms of a proof.

use crate::{Verdict, files, output};
use anyhow::{Result, bail};
use clap::{ArgGroup, Args};
use ezkl_import::{FileKind, replace_proof};
use halo2_kzg_verifier::VerifyingKey;
use std::path::{Path, PathBuf};
use zkml_inspect::{BothForms, Form};

/// Write a proof in its short form: 32 bytes for each point instead of 64
///
///   zkml proof shorten --key model.zkvk --proof proof.json --out short.json
///   zkml proof shorten --key model.zkvk --proof-bytes proof.bin --out short.bin
///
/// A point is its x, with the parity of y in the top bit. Both forms are the same proof, and the precompile
/// takes both; `zkml proof lengthen` gives the same bytes back. ezkl itself reads the long form alone.
/// The rest of proof.json stays as it is. Whether the proof is valid is not looked at: `zkml verify` says so.
///
/// Exit status: 0 = written; 1 = the proof is malformed, and so not valid; 2 = anything else.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ShortenArgs {
    #[command(flatten)]
    pub(super) files: ConvertArgs,
}

/// Write a proof in its long form, from its short form
///
///   zkml proof lengthen --key model.zkvk --proof short.json --out proof.json
///   zkml proof lengthen --key model.zkvk --proof-bytes short.bin --out proof.bin
///
/// The bytes are those that the prover wrote, exactly.
///
/// Exit status: 0 = written; 1 = the proof is malformed, and so not valid; 2 = anything else.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct LengthenArgs {
    #[command(flatten)]
    pub(super) files: ConvertArgs,
}

#[derive(Args)]
#[command(group(ArgGroup::new("what").required(true).args(["proof", "proof_bytes"])))]
pub(super) struct ConvertArgs {
    /// The verifying key (model.zkvk), which says where the proof's points are
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// ezkl's proof.json: the proof with its public inputs
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// The raw proof
    #[arg(long, value_name = "FILE")]
    proof_bytes: Option<PathBuf>,
    /// Where to write the same kind of file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &ConvertArgs, wanted: Form) -> Result<Verdict> {
    let key = files::read_key(&args.key)?;
    let (path, proof) = match (&args.proof, &args.proof_bytes) {
        (Some(path), _) => (path, files::read_proof(path)?.proof),
        (None, Some(path)) => (path, files::read(path)?),
        (None, None) => bail!("give --proof or --proof-bytes"),
    };
    refuse_length(&key, &proof, path, wanted)?;
    let both = match BothForms::of(&key, &proof) {
        Ok(both) => both,
        Err(reason) if args.json => {
            output::print(serde_json::json!({ "valid": false, "reason": reason.to_string() }))?;
            return Ok(Verdict::Invalid);
        }
        Err(reason) => {
            eprintln!("invalid: {}: {reason}", path.display());
            return Ok(Verdict::Invalid);
        }
    };
    let converted = both.get(wanted);
    match &args.proof {
        Some(path) => {
            let json = replace_proof(&files::read(path)?, converted);
            let json = json.map_err(|error| files::named(error, FileKind::Proof, path))?;
            files::write(&args.out, json.as_bytes())?;
        }
        None => files::write(&args.out, converted)?,
    }
    let (form, bytes, before) = (wanted.name(), converted.len(), proof.len());
    if args.json {
        output::print(serde_json::json!({
            "form": form, "proofBytes": bytes, "bytesBefore": before, "points": key.num_proof_points(),
        }))?;
    } else {
        let out = args.out.display();
        output::print(format_args!(
            "{out}: {bytes} bytes in {form} form, from {before}"
        ))?;
    }
    Ok(Verdict::Success)
}

/// Refuses a proof that is not in the other form.
fn refuse_length(key: &VerifyingKey, proof: &[u8], path: &Path, wanted: Form) -> Result<()> {
    let (path, bytes) = (path.display(), proof.len());
    match Form::of(key, proof) {
        Some(form) if form == wanted => bail!(
            "{path}: the proof is in {} form already ({bytes} bytes): use it as it is",
            form.name()
        ),
        Some(_) => Ok(()),
        None => bail!(
            "{path}: the proof has {bytes} bytes, and this key's proofs have {}, or {} in short form: give the key \
             of the circuit that the proof was made for, and the whole proof",
            key.proof_length(),
            key.short_proof_length()
        ),
    }
}
