//! `zkml key inspect`: what a verifying key holds, as text or as JSON.

use crate::{files, output, progress::Progress};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use zkml_inspect::Inspection;

/// Print what a verifying key holds, its id, and what a verification costs
///
///   zkml key inspect model.zkvk
///   zkml key inspect model.zkvk --json
///
/// The id is keccak256 of the file: the code hash of the contract that holds the key.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct InspectArgs {
    /// The key (model.zkvk)
    #[arg(value_name = "FILE")]
    key: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &InspectArgs) -> Result<()> {
    let progress = Progress::spinner("reading the key");
    let inspection = Inspection::of(&files::read_key(&args.key)?);
    drop(progress);
    if args.json {
        output::print_json(&inspection)
    } else {
        output::print(&inspection)
    }
}
