//! `zkml srs`: is a reference string what it says it is?

use crate::{
    Verdict,
    files::{hex, named},
};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use ezkl_import::{FileKind, Srs};
use indicatif::{ProgressBar, ProgressStyle};
use std::{fs::File, path::PathBuf};

#[derive(Subcommand)]
pub(crate) enum SrsCommand {
    Check(CheckArgs),
}

/// Check every point of an SRS file (kzg.srs) before keys are made with it
///
/// A key shows only [s]G2 of the SRS that it was made with. With the right [s]G2 and other points a
/// file would give keys that accept anything, and nobody could see it in the key. So this checks that
/// all points belong to one another and to [s]G2.
///
/// Whose SRS it is, is another question: only the perpetual powers of tau are known to this program.
/// Takes about a second for 2^16 points.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CheckArgs {
    /// The SRS file
    #[arg(value_name = "FILE")]
    srs: PathBuf,
    /// Accept an SRS that is not the perpetual powers of tau: whoever knows its secret can forge
    /// proofs. `ezkl.gen_srs` makes such ones; they are fit for tests only
    #[arg(long)]
    any_srs: bool,
}

pub(crate) fn run(command: SrsCommand) -> Result<Verdict> {
    let SrsCommand::Check(args) = command;
    let name = args.srs.display();
    let file = File::open(&args.srs).with_context(|| format!("cannot read {name}"))?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{bar:40} {bytes}/{total_bytes} read, {eta} left",
    )?);
    let srs = Srs::read_all(file, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        Ok(())
    });
    bar.finish_and_clear();
    let srs = srs.map_err(|error| named(error, FileKind::Srs, &args.srs))?;
    println!("{name}: 2^{} points, all of them of one s", srs.k);
    if srs.is_perpetual_powers_of_tau() {
        println!("[s]G2 is that of the perpetual powers of tau");
        return Ok(Verdict::Success);
    }
    println!("[s]G2 is {}", hex(srs.trusted_setup.to_bytes()));
    if !args.any_srs {
        bail!(
            "{name}: this is not the perpetual powers of tau, so whoever made it may know the secret with \
             which anything can be proven. Get the ceremony's with ezkl's get_srs, or pass --any-srs if \
             this is a test or a ceremony that you trust"
        );
    }
    Ok(Verdict::Success)
}
