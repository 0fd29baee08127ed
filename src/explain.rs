//! `zkml explain`: what a proof says, in words.

use crate::{Verdict, files, output, progress::Progress};
use anyhow::Result;
use clap::Args;
use ezkl_import::FileKind;
use std::path::PathBuf;

/// Say in words what a proof under a key says, and what it does not
///
/// Which parts are hidden, bound or free, and what each public input means.
///
///   zkml explain --key model.zkvk --settings settings.json
///   zkml explain --key model.zkvk --settings settings.json --proof proof.json
///
/// With --proof the exit status is that of verifying it: 0 = valid, 1 = not valid.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExplainArgs {
    /// The verifying key (model.zkvk)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// ezkl's settings.json of the same circuit
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// A proof, to name and translate its public inputs
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<Verdict> {
    let progress = Progress::spinner("reading the key and the proof");
    let key = files::read_key(&args.key)?;
    let settings = files::read_settings(&args.settings)?;
    let proof = args.proof.as_deref().map(files::read_proof).transpose()?;
    let explanation = ezkl_import::explain(&key, &settings, proof.as_ref());
    let explanation = explanation.map_err(|error| match (&args.proof, error.file()) {
        (Some(path), FileKind::Proof) => files::named(error, FileKind::Proof, path),
        _ => files::named(error, FileKind::Settings, &args.settings),
    })?;
    drop(progress);
    if args.json {
        output::print_json(&explanation)?;
    } else {
        output::print(&explanation)?;
    }
    Ok(if explanation.valid == Some(false) {
        Verdict::Invalid
    } else {
        Verdict::Success
    })
}
