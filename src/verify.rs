//! `zkml verify`: the verdict that the precompile gives, with its reason.

use crate::{Verdict, files, output, progress::Progress};
use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args};
use ezkl_import::EzklProof;
use halo2_kzg_verifier::{Batch, BatchItem, PreparedKey, verify};
use std::path::{Path, PathBuf};

/// Proofs that are verified under one pairing check.
const BATCH: usize = 64;

/// Progress over a folder.
pub(crate) const BAR: &str = "{bar:40} {pos}/{len} proofs, {per_sec}, {eta} left";

/// Verify a proof, or a folder of proofs at once
///
///   zkml verify --key model.zkvk --proof proof.json
///   zkml verify --key model.zkvk --proof-bytes proof.bin --public-inputs inputs.bin
///   zkml verify --key model.zkvk --batch proofs/
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
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<Verdict> {
    let progress = Progress::spinner("verifying");
    let key: PreparedKey = PreparedKey::new(files::read_key(&args.key)?);
    if let Some(folder) = &args.batch {
        drop(progress);
        return batch(&key, folder, args.json);
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
    drop(progress);
    if args.json {
        let reason = verdict.err().map(|reason| reason.to_string());
        let json = serde_json::json!({ "valid": verdict.is_ok(), "reason": reason });
        output::print(json)?;
    } else {
        match verdict {
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
    /// `None` is valid.
    reason: Option<String>,
}

fn batch(key: &PreparedKey, folder: &Path, json: bool) -> Result<Verdict> {
    let paths = proofs_in(folder)?;
    let progress = Progress::bar(BAR);
    let mut checked = Vec::with_capacity(paths.len());
    for chunk in paths.chunks(BATCH) {
        checked.extend(check(key, chunk)?);
        progress.set(checked.len() as u64, paths.len() as u64);
    }
    drop(progress);

    let invalid = checked.iter().filter(|c| c.reason.is_some()).count();
    if json {
        let list: Vec<_> = checked
            .iter()
            .map(|c| {
                serde_json::json!({
                    "file": c.path, "valid": c.reason.is_none(), "reason": c.reason,
                })
            })
            .collect();
        output::print(serde_json::json!({ "valid": invalid == 0, "proofs": list }))?;
    } else {
        for (path, reason) in checked
            .iter()
            .filter_map(|c| Some((&c.path, c.reason.as_ref()?)))
        {
            output::print(format_args!("invalid: {}: {reason}", path.display()))?;
        }
        output::print(format_args!(
            "{} of {} proofs are valid",
            checked.len() - invalid,
            checked.len()
        ))?;
    }
    Ok(if invalid == 0 {
        Verdict::Success
    } else {
        Verdict::Invalid
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

fn check(key: &PreparedKey, paths: &[PathBuf]) -> Result<Vec<Checked>> {
    let proofs = paths
        .iter()
        .map(|path| files::read_proof(path))
        .collect::<Result<Vec<_>>>()?;
    let items: Vec<BatchItem<'_>> = proofs
        .iter()
        .map(|p| BatchItem {
            key,
            proof: &p.proof,
            public_inputs: &p.public_inputs,
        })
        .collect();
    let mut checked: Vec<Checked> = paths
        .iter()
        .map(|path| Checked {
            path: path.clone(),
            reason: None,
        })
        .collect();
    let batch = Batch::reduce(&items)?;
    if batch.verify().is_err() {
        for (index, reason) in batch.find_invalid() {
            checked[index].reason = Some(reason.to_string());
        }
    }
    Ok(checked)
}
