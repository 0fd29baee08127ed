//! `zkml solidity`: a library with the place of a model's tensors among the public inputs.

mod library;

use crate::{Verdict, files, output};
use anyhow::{Context, Result, bail};
use clap::Args;
use ezkl_import::{FileKind, explain};
use library::{Key, Library};
use std::path::{Path, PathBuf};

/// Write a Solidity library that says which public input of a model is what
///
///   zkml solidity --settings settings.json --key model.zkvk --out src/Scores.sol
///   zkml solidity --settings settings.json --standalone --name Scores
///
/// For every public tensor: index of its first word, number of elements, scale and shape; and, with the
/// kit's FixedPoint, functions that read an element of the public inputs as a number. With --key also
/// the key's id and the lengths of proof and public inputs.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct SolidityArgs {
    /// ezkl's settings.json of the circuit
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The verifying key of the same circuit (model.zkvk)
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The library's name; by default that of the file to write, or Model
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where the library finds the kit's FixedPoint
    #[arg(
        long,
        value_name = "PATH",
        default_value = "zk-verify-contracts/src/FixedPoint.sol"
    )]
    fixed_point: String,
    /// Constants only: no functions, and nothing to import
    #[arg(long, conflicts_with = "fixed_point")]
    standalone: bool,
    /// Write into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &SolidityArgs) -> Result<Verdict> {
    let settings = files::read_settings(&args.settings)?;
    let name = name(args)?;
    if args.fixed_point.contains(['"', '\\', '\n']) {
        bail!(
            "--fixed-point {:?}: expected an import path",
            args.fixed_point
        );
    }
    let key = args.key.as_deref().map(files::read_key).transpose()?;
    let (tensors, commitments) = match &key {
        // Refuses the settings of another circuit.
        Some(key) => {
            let explanation = explain(key, &settings, None)
                .map_err(|error| files::named(error, FileKind::Settings, &args.settings))?;
            (explanation.public_inputs, explanation.commitments)
        }
        None => (settings.public_tensors(), settings.leading_commitments()),
    };
    let library = Library {
        name: &name,
        ezkl: settings.version(),
        key: key.as_ref().map(Key::of),
        fixed_point: (!args.standalone).then_some(args.fixed_point.as_str()),
        tensors: &tensors,
        commitments: &commitments,
    };
    match &args.out {
        Some(path) => files::write(path, format!("{library}\n").as_bytes())?,
        None => output::print(library)?,
    }
    Ok(Verdict::Success)
}

/// The library's name: given, or the file's, or `Model`.
fn name(args: &SolidityArgs) -> Result<String> {
    if let Some(name) = &args.name {
        if !is_identifier(name) {
            bail!("--name {name:?}: expected a Solidity identifier, such as Scores");
        }
        return Ok(name.clone());
    }
    let Some(path) = &args.out else {
        return Ok("Model".to_owned());
    };
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.filter(|stem| is_identifier(stem));
    stem.map(str::to_owned).with_context(|| named_after(path))
}

fn named_after(path: &Path) -> String {
    format!(
        "a library cannot be named after {}: give it a name with --name",
        path.display()
    )
}

/// Letters, digits, `_` and `$`, no digit first, and not one of Solidity's own words.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    characters.next().is_some_and(first)
        && characters.all(|c| first(c) || c.is_ascii_digit())
        && !RESERVED.contains(&name)
        && !is_elementary_type(name)
}

/// Solidity's keywords and reserved words, types aside, and the name that the library imports.
const RESERVED: &[&str] = &[
    "FixedPoint",
    "abstract",
    "after",
    "alias",
    "anonymous",
    "apply",
    "as",
    "assembly",
    "auto",
    "break",
    "calldata",
    "case",
    "catch",
    "constant",
    "constructor",
    "continue",
    "contract",
    "copyof",
    "default",
    "define",
    "delete",
    "do",
    "else",
    "emit",
    "enum",
    "event",
    "external",
    "fallback",
    "false",
    "final",
    "for",
    "function",
    "hex",
    "if",
    "immutable",
    "implements",
    "import",
    "in",
    "indexed",
    "inline",
    "interface",
    "internal",
    "is",
    "let",
    "library",
    "macro",
    "mapping",
    "match",
    "memory",
    "modifier",
    "mutable",
    "new",
    "null",
    "of",
    "override",
    "partial",
    "payable",
    "pragma",
    "private",
    "promise",
    "public",
    "pure",
    "receive",
    "reference",
    "relocatable",
    "return",
    "returns",
    "sealed",
    "sizeof",
    "static",
    "storage",
    "struct",
    "super",
    "supports",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typedef",
    "typeof",
    "unchecked",
    "using",
    "var",
    "view",
    "virtual",
    "while",
    "days",
    "ether",
    "gwei",
    "hours",
    "minutes",
    "seconds",
    "weeks",
    "wei",
    "years",
    "unicode",
];

/// `uint8`, `bytes32`, `address`, …
fn is_elementary_type(name: &str) -> bool {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'x');
    matches!(
        base,
        "address" | "bool" | "byte" | "bytes" | "fixed" | "int" | "string" | "ufixed" | "uint"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_solc_would_not_take_are_refused() {
        for name in ["Scores", "_x", "$a1", "Uint"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in [
            "",
            "1a",
            "a-b",
            "a.b",
            "é",
            "library",
            "uint256",
            "bytes",
            "FixedPoint",
        ] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
