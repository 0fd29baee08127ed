//! `zkml srs`: is an SRS file what it says it is?

use crate::{
    Verdict,
    files::{self, named, s_g2_hex},
    output,
    progress::Progress,
};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use ezkl_import::{FileKind, Srs};
use std::path::PathBuf;

/// Progress over the file's bytes, which are read twice.
pub(crate) const BAR: &str = "{bar:40} {bytes}/{total_bytes} read, {eta} left";

#[derive(Subcommand)]
pub(crate) enum SrsCommand {
    Check(CheckArgs),
}

/// Check every point of an SRS file (kzg.srs) before keys are made with it
///
///   zkml srs check ~/.ezkl/srs/kzg15.srs
///
/// A key shows only [s]G2 of the SRS file that it was made with. With the right [s]G2 and other points
/// a file would give keys that accept anything, and nobody could see it in the key. So this checks
/// that all points belong to one another and to [s]G2.
///
/// It also says whether [s]G2 is that of the perpetual powers of tau, the one trusted setup that this
/// program knows. Takes about a second for 2^16 points.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CheckArgs {
    /// The SRS file
    #[arg(value_name = "FILE")]
    srs: PathBuf,
    /// Accept a trusted setup other than the perpetual powers of tau. Anyone who knows its secret can
    /// forge proofs, as everybody does who ran `ezkl.gen_srs`: for tests only
    #[arg(long)]
    any_srs: bool,
}

pub(crate) fn run(command: SrsCommand) -> Result<Verdict> {
    let SrsCommand::Check(args) = command;
    let name = args.srs.display();
    let file = files::open(&args.srs)?;
    let progress = Progress::bar(BAR);
    let srs = Srs::read_all(file, |done, total| {
        progress.set(done, total);
        Ok(())
    });
    drop(progress);
    let srs = srs.map_err(|error| named(error, FileKind::Srs, &args.srs))?;
    output::print(format_args!(
        "{name}: 2^{} points, all of them of one s",
        srs.k
    ))?;
    if srs.is_perpetual_powers_of_tau() {
        output::print("[s]G2 is that of the perpetual powers of tau")?;
        return Ok(Verdict::Success);
    }
    output::print(format_args!("[s]G2 is {}", s_g2_hex(&srs.trusted_setup)))?;
    if !args.any_srs {
        bail!(
            "{name}: this is not the perpetual powers of tau, so the person who made it may know the secret \
             with which anything can be proven. Get the SRS file with ezkl's get_srs, or pass --any-srs if \
             this is a test, or a trusted setup that you trust"
        );
    }
    Ok(Verdict::Success)
}
