//! `zkml node`: its options, and what it prints at its start.

use crate::{fixture, folder, text, zkml};
use halo2_kzg_verifier::Lanes;
use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running `zkml node`, which ends with the test.
pub(crate) struct Node {
    process: Child,
    pub(crate) url: String,
    /// What it printed before the address.
    banner: String,
    /// Kept open: the node goes on writing its log.
    _log: BufReader<ChildStdout>,
}

impl Node {
    pub(crate) fn start(options: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_zkml"))
            .args(["node", "--port", "0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stdout.take().unwrap());
        let mut banner = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(
                log.read_line(&mut line).unwrap(),
                0,
                "no address was printed"
            );
            if let Some(address) = line.strip_prefix("Listening on ") {
                break address.trim_end().to_owned();
            }
            banner.push_str(&line);
        };
        let url = match address.strip_prefix("http://") {
            Some(_) => address,
            None => format!("http://{address}"),
        };
        Self {
            process,
            url,
            banner,
            _log: log,
        }
    }

    /// The line under a heading of what it printed.
    fn shown(&self, heading: &str) -> &str {
        let mut lines = self.banner.lines().skip_while(|line| *line != heading);
        let found = lines.nth(3);
        found.unwrap_or_else(|| panic!("no {heading} in {}", self.banner))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[test]
fn a_node_says_with_which_arithmetic_it_verifies_and_doctor_says_the_same() {
    let node = Node::start(&[]);
    let shown = node.shown("Arithmetic");
    let lanes = Lanes::detect().is_some();
    assert!(
        shown.starts_with(if lanes { "lanes: " } else { "scalar: " }),
        "{shown}"
    );
    assert_eq!(
        Node::start(&["--arithmetic", "fastest"]).shown("Arithmetic"),
        shown
    );
    let doctor = zkml(&["doctor", "--json"]).json();
    let findings = doctor["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["name"] == "arithmetic");
    assert_eq!(found.unwrap()["found"], shown);
}

#[test]
fn a_node_verifies_in_scalar_arithmetic_when_it_is_told_to() {
    let node = Node::start(&["--arithmetic", "scalar"]);
    assert_eq!(
        node.shown("Arithmetic"),
        "scalar: asked for with --arithmetic scalar"
    );
}

#[test]
fn a_node_that_is_told_to_verify_in_lanes_does_so_or_does_not_start() {
    const ARGS: [&str; 2] = ["--arithmetic", "lanes"];
    if Lanes::detect().is_some() {
        let node = Node::start(&ARGS);
        assert!(node.shown("Arithmetic").starts_with("lanes: "));
        return;
    }
    let ran = zkml(&[&["node", "--port", "0"], &ARGS[..]].concat()).exits(2);
    let expected = "error: arithmetic \"lanes\": this processor (or this build) has no AVX-512 IFMA; \
                    ask for \"fastest\" or \"scalar\"";
    assert!(ran.stderr().starts_with(expected), "{ran}");
    assert_eq!(ran.stdout(), "", "{ran}");
}

#[test]
fn an_unknown_arithmetic_is_refused_with_the_names_of_those_there_are() {
    let ran = zkml(&["node", "--port", "0", "--arithmetic", "avx"]).exits(2);
    assert!(
        ran.stderr()
            .contains("[possible values: fastest, scalar, lanes]"),
        "{ran}"
    );
}

#[test]
fn a_default_key_that_is_none_is_named_and_what_makes_one() {
    let file = fixture("mlp", "vk.key");
    let ran = zkml(&["node", "--port", "0", "--key", &file]).exits(2);
    let said = ran.stderr();
    assert!(said.contains(&format!("--key {file}: ")), "{ran}");
    assert!(said.contains("`zkml key import`"), "{ran}");
}

#[test]
fn a_default_key_that_the_precompile_would_refuse_for_its_length_is_named() {
    let out = folder();
    let file = out.path().join("long.zkvk");
    std::fs::write(&file, vec![0; (1 << 20) + 1]).unwrap();
    let ran = zkml(&["node", "--port", "0", "--key", text(&file)]).exits(2);
    assert!(ran.stderr().contains("at most 1048576"), "{ran}");
}
