//! The command `zkml gas`.

use crate::{
    case::{Bounds, Case},
    family::Family,
    fit::fit,
    fixtures::load_fixtures,
    forks::{self, ForksArgs},
    measure::{Measured, Sample, measure},
    plot::plot,
    report::Report,
    yardsticks::pairing_rate,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use zk_verify_precompile::GasSchedule;

/// Where the gas schedule comes from.
#[derive(Clone, Debug, clap::Args)]
pub struct GasArgs {
    #[command(subcommand)]
    command: GasCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum GasCommand {
    /// Measure real circuits and adversarial keys on this machine, and fit the gas schedule to them
    Calibrate(CalibrateArgs),
    /// Tell what a caller pays on Prague, Osaka and Amsterdam, beside ezkl's Solidity verifiers
    Forks(ForksArgs),
}

#[derive(Clone, Debug, clap::Args)]
struct CalibrateArgs {
    /// Folder of circuits, a folder each with proof.json and vka.bin (repeatable)
    #[arg(long, value_name = "DIR", default_values = ["tests/fixtures", "tests/fixtures-large"])]
    fixtures: Vec<PathBuf>,
    /// Where the table, the JSON and the plot go
    #[arg(long, value_name = "DIR", default_value = "target/gas")]
    out: PathBuf,
    /// Rate that every call must reach, in million gas a second [default: that of ecPairing of two pairs, in the
    /// same run]
    #[arg(long, value_name = "MGAS")]
    target: Option<f64>,
    /// Safety: measured times are lengthened by this share before the fit
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    margin: f64,
    /// Processor time for each measured call, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 900)]
    budget: u64,
}

/// Runs `zkml gas`.
///
/// # Errors
/// Fixtures are missing or not valid, or the results cannot be written.
pub fn run(args: GasArgs) -> Result<()> {
    match args.command {
        GasCommand::Calibrate(args) => calibrate(&args),
        GasCommand::Forks(args) => forks::run(&args),
    }
}

fn calibrate(args: &CalibrateArgs) -> Result<()> {
    ensure!(
        args.target.is_none_or(|target| target > 0.0) && args.margin >= 0.0,
        "--target must be positive and --margin must not be negative"
    );
    let budget = Duration::from_millis(args.budget);
    let fixtures = load_fixtures(&args.fixtures)?;
    let cases = cases();
    eprintln!(
        "{} circuits and {} adversarial keys, {} ms each",
        fixtures.len(),
        cases.len(),
        args.budget
    );
    let Measured {
        samples,
        yardsticks,
    } = measure(&fixtures, &cases, budget, print)?;
    let target = args.target.unwrap_or_else(|| pairing_rate(&yardsticks));
    let report = Report {
        yardsticks,
        fit: fit(&samples, target, args.margin)?,
        in_force: GasSchedule::default(),
        samples,
    };
    print!("{}", report.to_markdown());
    write(&args.out, &report)?;
    println!("\nWritten to {}.", args.out.display());
    Ok(())
}

/// Every family, within every bounds that make a difference to it.
fn cases() -> Vec<(Case, &'static str)> {
    let mut cases = Vec::new();
    for family in Family::ALL {
        let mut smaller = None;
        for bounds in Bounds::ALL {
            let case = Case::largest(family, bounds, smaller);
            cases.extend(case.map(|case| (case, bounds.name)));
            smaller = Some(bounds);
        }
    }
    cases
}

fn print(sample: &Sample) {
    eprintln!(
        "{:<28} {:<9} key {:>7} proof {:>8} inputs {:>8} | cold {:>9.1} µs  key alone {:>9.1} µs  warm {:>9.1} µs",
        sample.name,
        sample.bounds.unwrap_or_default(),
        sample.key,
        sample.proof,
        sample.public_inputs,
        sample.cold.minimum,
        sample.key_only.minimum,
        sample.warm.minimum,
    );
}

fn write(out: &Path, report: &Report) -> Result<()> {
    let name = || out.display().to_string();
    fs::create_dir_all(out).with_context(name)?;
    let json = serde_json::to_string_pretty(&report.to_json())?;
    for (file, text) in [
        ("calibration.md", report.to_markdown()),
        ("calibration.json", json),
        ("time-against-gas.svg", plot(report)?),
    ] {
        fs::write(out.join(file), text).with_context(name)?;
    }
    Ok(())
}
