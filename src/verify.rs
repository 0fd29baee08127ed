//! `zkml verify`: the verdict that the precompile gives, with its reason.

use crate::{Verdict, files, output, progress::Progress};
use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args};
use ezkl_import::EzklProof;
use halo2_kzg_verifier::{
    Batch, BatchItem, PreparedKey, ScopedThreads, Standard, Statement, verify,
};
use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread::available_parallelism,
};
use zkml_inspect::Form;

/// Progress over a folder.
pub(crate) const BAR: &str = "{bar:40} {pos}/{len} proofs, {per_sec}, {eta} left";

/// Verify a proof, or a folder of proofs at once
///
///   zkml verify --key model.zkvk --proof proof.json
///   zkml verify --key model.zkvk --proof-bytes proof.bin --public-inputs inputs.bin
///   zkml verify --key model.zkvk --batch proofs/ --threads 4
///
/// A proof may be in its long form, which provers write, or in its short form (`zkml proof shorten`): its length
/// tells which.
///
/// Exit status: 0 = valid, 1 = not valid, 2 = could not be decided (a file is missing, …).
#[derive(Args)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("what").required(true).args(["proof", "proof_bytes", "batch"])))]
pub(crate) struct VerifyArgs {
    /// The verifying key (model.zkvk)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// ezkl's proof.json: the proof with its public inputs
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// The raw proof
    #[arg(long, value_name = "FILE", requires = "public_inputs")]
    proof_bytes: Option<PathBuf>,
    /// The raw public inputs: 32 bytes big-endian each
    #[arg(long, value_name = "FILE", requires = "proof_bytes")]
    public_inputs: Option<PathBuf>,
    /// A folder of proof.json files (every *.json in it), all under the key
    #[arg(long, value_name = "DIR")]
    batch: Option<PathBuf>,
    /// Threads that verify a batch [default: one for each processor]
    #[arg(long, value_name = "N", requires = "batch")]
    threads: Option<NonZeroUsize>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<Verdict> {
    let progress = Progress::spinner("verifying");
    let key: PreparedKey = PreparedKey::new(files::read_key(&args.key)?);
    if let Some(folder) = &args.batch {
        drop(progress);
        let threads = args.threads.map_or_else(available_parallelism, Ok);
        let threads = ScopedThreads::new(threads.map_or(1, NonZeroUsize::get));
        return batch(&key, folder, threads, args.json);
    }
    let proof = match (&args.proof, &args.proof_bytes, &args.public_inputs) {
        (Some(path), ..) => files::read_proof(path)?,
        (None, Some(proof), Some(inputs)) => EzklProof {
            proof: files::read(proof)?,
            public_inputs: files::read(inputs)?,
        },
        _ => bail!("give --proof, or --proof-bytes with --public-inputs, or --batch"),
    };
    let verdict = verify(&key, &proof.proof, &proof.public_inputs);
    let form = Form::of(key.key(), &proof.proof);
    drop(progress);
    if args.json {
        let reason = verdict.err().map(|reason| reason.to_string());
        let json = serde_json::json!({ "valid": verdict.is_ok(), "reason": reason, "form": form });
        output::print(json)?;
    } else {
        match verdict {
            Ok(()) if form == Some(Form::Short) => output::print("valid (short form)")?,
            Ok(()) => output::print("valid")?,
            Err(reason) => output::print(format_args!("invalid: {reason}"))?,
        }
    }
    Ok(if verdict.is_ok() {
        Verdict::Success
    } else {
        Verdict::Invalid
    })
}

/// A file of a batch, and what was found.
struct Checked {
    path: PathBuf,
    /// `None` is a proof of another length.
    form: Option<Form>,
    /// Why the proof is not valid.
    reason: Option<String>,
    /// Why the file could not be read.
    error: Option<String>,
}

impl Checked {
    fn is_valid(&self) -> bool {
        self.reason.is_none() && self.error.is_none()
    }
}

/// A proof of the folder, with the key that it is to hold under.
struct OfFolder<'k> {
    key: &'k PreparedKey,
    proof: EzklProof,
}

impl Statement<Standard> for OfFolder<'_> {
    fn item(&self) -> BatchItem<'_> {
        BatchItem {
            key: self.key,
            proof: &self.proof.proof,
            public_inputs: &self.proof.public_inputs,
        }
    }
}

fn batch(key: &PreparedKey, folder: &Path, threads: ScopedThreads, json: bool) -> Result<Verdict> {
    let paths = proofs_in(folder)?;
    let checked = check(key, &paths, threads)?;
    let valid = checked.iter().filter(|c| c.is_valid()).count();
    let unreadable = checked.iter().filter(|c| c.error.is_some()).count();
    if json {
        let list: Vec<_> = checked
            .iter()
            .map(|c| {
                let mut json = serde_json::json!({
                    "file": c.path.display().to_string(),
                    "valid": c.is_valid(),
                    "reason": c.reason,
                    "form": c.form,
                });
                if let Some(error) = &c.error {
                    json["error"] = error.as_str().into();
                }
                json
            })
            .collect();
        let all_valid = valid == checked.len();
        output::print(serde_json::json!({ "valid": all_valid, "proofs": list }))?;
    } else {
        for c in &checked {
            if let Some(reason) = &c.reason {
                output::print(format_args!("invalid: {}: {reason}", c.path.display()))?;
            }
            if let Some(error) = &c.error {
                output::print(format_args!("unreadable: {error}"))?;
            }
        }
        let all = checked.len();
        let short = |c: &&Checked| c.form == Some(Form::Short);
        match checked.iter().filter(short).count() {
            0 => output::print(format_args!("{valid} of {all} proofs are valid"))?,
            short => output::print(format_args!(
                "{valid} of {all} proofs are valid ({short} in short form)"
            ))?,
        }
    }
    Ok(match unreadable {
        0 if valid == checked.len() => Verdict::Success,
        0 => Verdict::Invalid,
        _ => Verdict::Unreadable,
    })
}

fn proofs_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!(
            "{}: no *.json files in it; --batch takes a folder of proof.json files",
            folder.display()
        );
    }
    Ok(paths)
}

/// Reads the files as the batch asks for them, so that a large folder takes no more memory than a small
/// one. A file that cannot be read does not keep the others from being verified.
fn check(key: &PreparedKey, paths: &[PathBuf], threads: ScopedThreads) -> Result<Vec<Checked>> {
    let progress = Progress::bar(BAR);
    let mut checked = Vec::with_capacity(paths.len());
    let mut readable = Vec::with_capacity(paths.len());
    let statements = paths.iter().enumerate().filter_map(|(index, path)| {
        progress.set(index as u64, paths.len() as u64);
        let (proof, error) = match files::read_proof(path) {
            Ok(proof) => (Some(proof), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        let form = proof.as_ref().and_then(|p| Form::of(key.key(), &p.proof));
        checked.push(Checked {
            path: path.clone(),
            form,
            reason: None,
            error,
        });
        let proof = proof?;
        readable.push(index);
        Some(OfFolder { key, proof })
    });
    let invalid = Batch::stream(statements, &threads)?;
    drop(progress);
    for (position, reason) in invalid {
        checked[readable[position]].reason = Some(reason.to_string());
    }
    Ok(checked)
}
