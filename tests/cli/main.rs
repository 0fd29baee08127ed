//! The command line as its users meet it: what it prints, and the exit status.

mod calldata;
mod doctor;
mod errors;
mod forms;
mod halo2;
mod keys;
mod manual;
mod node;
mod solidity;

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The program under test, in the repository's folder.
fn zkml(args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_zkml"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("ETH_RPC_URL")
        .output()
        .expect("zkml runs");
    Ran {
        command: args.join(" "),
        output,
    }
}

/// What a run printed.
struct Ran {
    command: String,
    output: Output,
}

impl Ran {
    /// Checks the exit status.
    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(status), "{self}");
        self
    }

    fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    /// Standard output as JSON, all of it.
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout()).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "zkml {}: {}\n{}{}",
            self.command,
            self.output.status,
            self.stdout(),
            self.stderr()
        )
    }
}

/// A file of a fixture, as an argument.
fn fixture(circuit: &str, name: &str) -> String {
    format!("tests/fixtures/{circuit}/{name}")
}

/// The bytes of a file of the repository.
fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A folder that goes away with the test.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// An empty folder in it, for `--batch`.
fn folder_of_proofs(folder: &tempfile::TempDir) -> PathBuf {
    let proofs = folder.path().join("proofs");
    std::fs::create_dir(&proofs).unwrap();
    proofs
}

/// The short form of a fixture's proof.json, in a folder.
fn short_proof_of(circuit: &str, key: &Path, folder: &tempfile::TempDir) -> PathBuf {
    let out = folder.path().join(format!("{circuit}-short.json"));
    let proof = fixture(circuit, "proof.json");
    let files = ["--key", text(key), "--proof", &proof, "--out", text(&out)];
    zkml(&[&["proof", "shorten"], &files[..]].concat()).exits(0);
    out
}

/// A fixture's verifying key, in a folder.
fn key_of(circuit: &str, folder: &tempfile::TempDir) -> PathBuf {
    let out = folder.path().join(format!("{circuit}.zkvk"));
    let vka = fixture(circuit, "vka.bin");
    zkml(&[
        "key",
        "import",
        "--vka",
        &vka,
        "--any-srs",
        "--out",
        text(&out),
    ])
    .exits(0);
    out
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
