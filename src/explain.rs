//! `zkml explain`: what a proof says, in words.

mod circuit;

use crate::{Verdict, files, output, progress::Progress};
use anyhow::Result;
use clap::Args;
use ezkl_import::FileKind;
use serde::Serialize;
use std::{fmt::Display, path::PathBuf};
use zkml_inspect::{Forms, WithForms};

/// Say in words what a proof under a key says, and what it does not
///
/// Which parts are hidden, bound or free, and what each public input means; and what the proof costs in its
/// long and in its short form.
///
///   zkml explain --key model.zkvk --settings settings.json
///   zkml explain --key model.zkvk --settings settings.json --proof proof.json
///
/// Without --settings it says what the key alone tells, for a halo2 circuit that is no model of ezkl's:
///   zkml explain --key circuit.zkvk --proof proof.json
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
    settings: Option<PathBuf>,
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
    let proof = args.proof.as_deref().map(files::read_proof).transpose()?;
    let parts = proof
        .as_ref()
        .map(|proof| (&*proof.proof, &*proof.public_inputs));
    let forms = Forms::of(&key, parts);
    let Some(path) = &args.settings else {
        let explanation = circuit::explain(key, proof.as_ref());
        drop(progress);
        let valid = explanation.valid;
        return print(args, &WithForms { explanation, forms }, valid);
    };
    let settings = files::read_settings(path)?;
    let explanation = ezkl_import::explain(&key, &settings, proof.as_ref());
    let explanation = explanation.map_err(|error| match (&args.proof, error.subject()) {
        (Some(path), FileKind::Proof) => files::named(error, FileKind::Proof, path),
        _ => files::named(error, FileKind::Settings, path),
    })?;
    drop(progress);
    let valid = explanation.valid;
    print(args, &WithForms { explanation, forms }, valid)
}

/// `valid`: the verdict, if there was a proof.
fn print(
    args: &ExplainArgs,
    explanation: &(impl Serialize + Display),
    valid: Option<bool>,
) -> Result<Verdict> {
    if args.json {
        output::print_json(explanation)?;
    } else {
        output::print(explanation)?;
    }
    Ok(if valid == Some(false) {
        Verdict::Invalid
    } else {
        Verdict::Success
    })
}
