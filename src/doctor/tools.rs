//! Programs and Python packages.

use super::Finding;
use serde::Deserialize;
use std::{path::Path, process::Command};

/// The release of Foundry that this repository is tested with.
const FOUNDRY: [u32; 3] = [1, 7, 1];
/// The oldest release whose cheatcodes the kit's test shim needs.
const FOUNDRY_MIN: [u32; 3] = [1, 0, 0];
/// The SDK's `requires-python`.
const PYTHON_MIN: [u32; 3] = [3, 10, 0];
/// The release of ezkl whose circuits are rebuilt.
const EZKL_MAJOR: u32 = 23;

/// forge and cast.
pub(super) fn foundry() -> Vec<Finding> {
    ["forge", "cast"]
        .into_iter()
        .map(|name| match output(Path::new(name), &["--version"]) {
            Err(_) => Finding::missing(
                name,
                format!(
                    "only Solidity developers need it; tested: Foundry {}",
                    dotted(FOUNDRY)
                ),
            ),
            Ok(text) => match version_in(&text) {
                Some(version) if version >= FOUNDRY_MIN => Finding::fits(name, dotted(version)),
                Some(version) => Finding::wrong(
                    name,
                    dotted(version),
                    format!(
                        "{} or later is needed: run `foundryup`",
                        dotted(FOUNDRY_MIN)
                    ),
                ),
                None => Finding::wrong(
                    name,
                    first_line(&text),
                    format!("`{name} --version` names no version: is it Foundry's?"),
                ),
            },
        })
        .collect()
}

/// What the Python says of itself.
#[derive(Deserialize)]
struct Environment {
    python: String,
    ezkl: Option<String>,
    #[serde(rename = "moderntensor-zkml")]
    moderntensor_zkml: Option<String>,
    onnxruntime: Option<String>,
}

const ASK: &str = r#"
import importlib.metadata as metadata, json, platform
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
packages = {name: version(name) for name in ("ezkl", "moderntensor-zkml", "onnxruntime")}
print(json.dumps({"python": platform.python_version(), **packages}))
"#;

/// Python, and the packages that proving takes.
pub(super) fn python(program: &Path) -> Vec<Finding> {
    let name = "python";
    let advice = format!(
        "only proving and the SDK need it; {} or later fits, --python names another",
        dotted(PYTHON_MIN)
    );
    let text = match output(program, &["-c", ASK]) {
        Ok(text) => text,
        Err(_) => return vec![Finding::missing(name, advice)],
    };
    let Ok(found) = serde_json::from_str::<Environment>(&text) else {
        return vec![Finding::wrong(name, first_line(&text), advice)];
    };
    let python = match version_in(&found.python) {
        Some(version) if version >= PYTHON_MIN => Finding::fits(name, found.python),
        _ => Finding::wrong(name, found.python, advice),
    };
    vec![
        python,
        ezkl(found.ezkl),
        package(
            "moderntensor-zkml",
            found.moderntensor_zkml,
            "the SDK; `pip install ./python` in a clone, or the wheel of a release, installs it",
        ),
        package(
            "onnxruntime",
            found.onnxruntime,
            "the SDK compares circuits with their models by it; `pip install onnxruntime` installs it",
        ),
    ]
}

fn ezkl(found: Option<String>) -> Finding {
    let tested = format!("ezkl {} fits", ezkl_import::SUPPORTED_EZKL);
    match found {
        None => Finding::missing("ezkl", format!("only proving needs it; {tested}")),
        Some(text) => match version_in(&text) {
            Some([EZKL_MAJOR, ..]) => Finding::fits("ezkl", text),
            _ => Finding::wrong("ezkl", text, tested),
        },
    }
}

fn package(name: &str, found: Option<String>, advice: &str) -> Finding {
    match found {
        Some(version) => Finding::fits(name, version),
        None => Finding::missing(name, advice),
    }
}

/// What a program prints, if it can be run.
fn output(program: &Path, args: &[&str]) -> std::io::Result<String> {
    let done = Command::new(program).args(args).output()?;
    if !done.status.success() {
        let problem = String::from_utf8_lossy(&done.stderr).into_owned();
        return Err(std::io::Error::other(problem));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// The first version number in a text: `forge Version: 1.7.1-stable` has 1.7.1.
fn version_in(text: &str) -> Option<[u32; 3]> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find_map(|word| {
            let mut parts = word.split('.').map(|part| part.parse().ok());
            let (major, minor) = (parts.next()??, parts.next()??);
            Some([major, minor, parts.next().flatten().unwrap_or(0)])
        })
}

fn dotted([major, minor, patch]: [u32; 3]) -> String {
    format!("{major}.{minor}.{patch}")
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        for (text, version) in [
            (
                "forge Version: 1.7.1-stable\nCommit SHA: 4072e48705af9d93e3c0f6e29e93b5e9a40caed8",
                Some([1, 7, 1]),
            ),
            (
                "cast 0.3.0 (5a8bd89 2024-12-20T08:45:53.195623000Z)",
                Some([0, 3, 0]),
            ),
            ("23.0.5", Some([23, 0, 5])),
            ("3.14.0rc1", Some([3, 14, 0])),
            ("3.12", Some([3, 12, 0])),
            ("no version", None),
            ("", None),
        ] {
            assert_eq!(version_in(text), version, "{text}");
        }
    }

    #[test]
    fn another_ezkl_does_not_fit_and_none_is_only_missing() {
        use super::super::State;
        assert_eq!(ezkl(Some("23.0.5".into())).state, State::Fits);
        assert_eq!(ezkl(Some("22.2.1".into())).state, State::Wrong);
        assert_eq!(ezkl(None).state, State::Missing);
    }
}
