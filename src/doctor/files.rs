//! SRS files.

use super::Finding;
use crate::files;
use ezkl_import::Srs;
use std::path::{Path, PathBuf};

/// The files that were named, or those that ezkl's get_srs has downloaded.
pub(super) fn srs(named: &[PathBuf]) -> Vec<Finding> {
    if !named.is_empty() {
        return named.iter().map(|path| file(path)).collect();
    }
    let downloaded = downloaded();
    if downloaded.is_empty() {
        let advice =
            "only making keys and proofs needs one; ezkl's get_srs downloads it to ~/.ezkl/srs";
        return vec![Finding::missing("SRS file", advice)];
    }
    downloaded.iter().map(|path| file(path)).collect()
}

/// Where ezkl's get_srs puts files by default.
fn downloaded() -> Vec<PathBuf> {
    let Some(home) = std::env::home_dir() else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(home.join(".ezkl/srs"));
    let paths = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "srs"))
        .collect();
    paths.sort();
    paths
}

fn file(path: &Path) -> Finding {
    let name = format!("SRS file {}", path.display());
    match files::read_srs(path) {
        Err(error) => Finding::wrong(name, "cannot be used", format!("{error:#}")),
        Ok(srs) => setup(name, &srs),
    }
}

/// Whose SRS it is.
fn setup(name: String, srs: &Srs) -> Finding {
    if srs.is_perpetual_powers_of_tau() {
        return Finding::fits(
            name,
            format!(
                "2^{} points, of the perpetual powers of tau (head and tail; `zkml srs check` reads the rest)",
                srs.k
            ),
        );
    }
    Finding::wrong(
        name,
        format!("2^{} points of an unknown trusted setup", srs.k),
        "it is not the perpetual powers of tau: chains refuse its keys, and anyone who knows its secret \
         can forge proofs. ezkl's get_srs downloads the right one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;
    use halo2_kzg_verifier::TrustedSetup;

    #[test]
    fn the_perpetual_powers_of_tau_are_recognised_by_their_s_g2() {
        let srs = Srs {
            k: 15,
            trusted_setup: TrustedSetup::perpetual_powers_of_tau(),
        };
        let found = setup("SRS file kzg15.srs".to_owned(), &srs);
        assert_eq!(found.state, State::Fits);
        let said = found.found.unwrap();
        assert!(
            said.starts_with("2^15 points, of the perpetual powers of tau"),
            "{said}"
        );
    }
}
