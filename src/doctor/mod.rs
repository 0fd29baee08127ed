//! `zkml doctor`: what is installed, and does it fit together?

mod chain;
mod files;
mod tools;

use crate::{VERSION, Verdict, output, progress::Progress};
use anyhow::Result;
use clap::Args;
use halo2_kzg_verifier::{Kernels, Lanes};
use serde::Serialize;
use std::{
    fmt::{self, Formatter},
    path::PathBuf,
};
use zkml_devnode::cli::describe_arithmetic;

/// Check what is installed, and whether a chain and SRS files fit
///
///   zkml doctor
///   zkml doctor --rpc-url http://127.0.0.1:8545 --srs kzg15.srs
///
/// Looks at Foundry (forge, cast), Python with ezkl and the SDK, the SRS files that ezkl's get_srs
/// downloads (in ~/.ezkl/srs), and, with --rpc-url or ETH_RPC_URL, whether the verifier is at 0x11 on
/// that chain.
///
/// Nothing of it is needed by zkml itself, so what is missing is only named. Exit status: 0 = what was
/// found fits; 1 = something does not fit; 2 = could not be checked.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct DoctorArgs {
    /// Look for the verifier on this chain; by default on that of ETH_RPC_URL, if it is set
    #[arg(long, value_name = "URL")]
    rpc_url: Option<String>,
    /// Check the head and the tail of this SRS file; repeatable. By default of those in ~/.ezkl/srs
    #[arg(long, value_name = "FILE")]
    srs: Vec<PathBuf>,
    /// The Python that has ezkl and the SDK
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    python: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// There, and it fits.
    Fits,
    /// Not there; only what needs it does not work.
    Missing,
    /// There, or asked for, and it does not fit.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    name: String,
    state: State,
    /// What was found: a version, an address, a trusted setup.
    found: Option<String>,
    /// What would fit, or what to do.
    advice: Option<String>,
}

impl Finding {
    fn fits(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            state: State::Fits,
            found: Some(found.into()),
            advice: None,
        }
    }

    fn missing(name: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            state: State::Missing,
            found: None,
            advice: Some(advice.into()),
        }
    }

    fn wrong(name: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            state: State::Wrong,
            found: Some(found.into()),
            advice: Some(advice.into()),
        }
    }
}

/// All findings. Displays as a table.
#[derive(Serialize)]
struct Diagnosis {
    /// Does everything that was found fit?
    fits: bool,
    findings: Vec<Finding>,
}

/// Which arithmetic a node on this machine verifies with, unless it is told otherwise.
fn arithmetic() -> Finding {
    Finding::fits(
        "arithmetic",
        describe_arithmetic(Kernels::Fastest, Lanes::detect().is_some()),
    )
}

pub(crate) fn run(args: &DoctorArgs) -> Result<Verdict> {
    let progress = Progress::spinner("looking around");
    let mut findings = vec![Finding::fits("zkml", VERSION.as_str())];
    findings.push(arithmetic());
    findings.extend(tools::foundry());
    findings.extend(tools::python(&args.python));
    findings.extend(files::srs(&args.srs));
    let url = args.rpc_url.clone().or_else(|| {
        let url = std::env::var("ETH_RPC_URL").ok();
        url.filter(|url| !url.is_empty())
    });
    findings.push(match url {
        Some(url) => chain::verifier(&url),
        None => Finding {
            found: Some("not looked for".to_owned()),
            ..Finding::missing(chain::NAME, "give --rpc-url, or set ETH_RPC_URL")
        },
    });
    drop(progress);
    let diagnosis = Diagnosis {
        fits: findings.iter().all(|finding| finding.state != State::Wrong),
        findings,
    };
    if args.json {
        output::print_json(&diagnosis)?;
    } else {
        output::print(&diagnosis)?;
    }
    Ok(if diagnosis.fits {
        Verdict::Success
    } else {
        Verdict::Invalid
    })
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = self
            .findings
            .iter()
            .map(|finding| finding.name.chars().count());
        let width = width.max().unwrap_or(0);
        for finding in &self.findings {
            let mark = match finding.state {
                State::Fits => "ok",
                State::Missing => "-",
                State::Wrong => "WRONG",
            };
            let found = match (&finding.found, finding.state) {
                (Some(found), _) => found.as_str(),
                (None, State::Missing) => "not found",
                (None, _) => "",
            };
            write!(f, "{mark:<6}{:<width$}  {found}", finding.name)?;
            match &finding.advice {
                Some(advice) => writeln!(f, ": {advice}")?,
                None => writeln!(f)?,
            }
        }
        f.write_str(if self.fits {
            "What was found fits."
        } else {
            "Something does not fit: see WRONG above."
        })
    }
}
