//! Errors: as text on standard error, or, with --json, as JSON on standard output.

use crate::{bytes, fixture, folder, folder_of_proofs, key_of, text, zkml};

/// Runs a command with and without --json, and gives what the JSON says.
fn error_of(args: &[&str], status: i32) -> (String, String) {
    let plain = zkml(args).exits(status);
    assert_eq!(plain.stdout(), "", "{plain}");
    assert!(plain.stderr().starts_with("error: "), "{plain}");
    let ran = zkml(&[args, &["--json"]].concat()).exits(status);
    assert_eq!(ran.stderr(), "", "{ran}");
    let json = ran.json();
    let message = json["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        plain.stderr().contains(message.lines().next().unwrap()),
        "{plain}"
    );
    (
        message,
        json["error"]["kind"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

#[test]
fn every_command_with_json_says_its_errors_in_json() {
    let out = folder();
    let key = key_of("mlp", &out);
    let (key, proof, settings) = (
        text(&key),
        fixture("mlp", "proof.json"),
        fixture("mlp", "settings.json"),
    );
    let cases: [(&[&str], &str); 11] = [
        (
            &["verify", "--key", "no.zkvk", "--proof", &proof],
            "not-found",
        ),
        (&["verify", "--key", key, "--proof", "no.json"], "not-found"),
        (
            &["verify", "--key", key, "--batch", "no-folder"],
            "not-found",
        ),
        (
            &["verify", "--key", key, "--proof", "tests"],
            "is-a-directory",
        ),
        (&["verify", "--key", &proof, "--proof", &proof], "key"),
        (&["verify", "--key", key, "--proof", &settings], "malformed"),
        (&["key", "inspect", &fixture("mlp", "vk.key")], "key"),
        (
            &[
                "explain",
                "--key",
                key,
                "--settings",
                &fixture("conv", "settings.json"),
            ],
            "mismatch",
        ),
        (&["calldata", "no.json"], "not-found"),
        (
            &[
                "proof",
                "shorten",
                "--key",
                key,
                "--proof",
                "no.json",
                "--out",
                "short.json",
            ],
            "not-found",
        ),
        (
            &[
                "proof",
                "lengthen",
                "--key",
                key,
                "--proof",
                &settings,
                "--out",
                "long.json",
            ],
            "malformed",
        ),
    ];
    for (args, kind) in cases {
        let (message, found) = error_of(args, 2);
        assert_eq!(found, kind, "{args:?}: {message}");
    }
}

#[test]
fn a_wrong_command_line_is_an_error_in_json_too() {
    for args in [
        &["verify"][..],
        &["calldata"],
        &["proof", "shorten"],
        &["calldata", "proof.json", "--form", "short"],
        &[
            "calldata",
            "proof.json",
            "--key",
            "model.zkvk",
            "--hardfork",
            "london",
        ],
        &["key", "inspect"],
        &["doctor", "--srss"],
    ] {
        let (message, kind) = error_of(args, 2);
        assert_eq!(kind, "usage");
        assert!(!message.contains("Usage:"), "{message}");
    }
}

#[test]
fn help_is_no_error_whatever_else_is_asked() {
    let ran = zkml(&["verify", "--json", "--help"]).exits(0);
    assert!(ran.stdout().contains("--batch"), "{ran}");
    assert_eq!(ran.stderr(), "");
}

#[test]
fn files_that_are_something_else_are_named_with_the_cure() {
    let out = folder();
    let key = key_of("mlp", &out);
    let (proof, settings) = (
        fixture("mlp", "proof.json"),
        fixture("mlp", "settings.json"),
    );
    let vk = fixture("mlp", "vk.key");
    let cases: [(&[&str], &str); 7] = [
        (
            &["key", "inspect", &vk],
            "It looks like ezkl's vk.key or pk.key: make a verifying key of it with `zkml key import`",
        ),
        (
            &["key", "inspect", &proof],
            "It looks like ezkl's proof.json; a verifying key is what `zkml key import` writes",
        ),
        (
            &["key", "inspect", "tests"],
            "cannot read tests: give a file",
        ),
        (&["srs", "check", "tests"], "cannot read tests: give a file"),
        (
            &["srs", "check", &vk],
            "looks like ezkl's vk.key or pk.key, but an SRS file is expected",
        ),
        (
            &["solidity", "--settings", &proof],
            "looks like ezkl's proof.json, but ezkl's settings.json is expected",
        ),
        (
            &[
                "solidity",
                "--settings",
                &settings,
                "--out",
                "no-folder/Model.sol",
            ],
            "there is no folder no-folder",
        ),
    ];
    for (args, problem) in cases {
        let ran = zkml(args).exits(2);
        assert!(ran.stderr().contains(problem), "{ran}");
    }
    let ran = zkml(&["verify", "--key", text(&key), "--batch", text(out.path())]).exits(2);
    assert!(ran.stderr().contains("no *.json files in it"), "{ran}");
}

#[test]
fn a_proof_file_whose_two_proofs_differ_is_refused() {
    let out = folder();
    let key = key_of("mlp", &out);
    let mut json: serde_json::Value =
        serde_json::from_slice(&bytes(&fixture("mlp", "proof.json"))).unwrap();
    json["proof"][40] = (json["proof"][40].as_u64().unwrap() ^ 1).into();
    let file = out.path().join("proof.json");
    std::fs::write(&file, json.to_string()).unwrap();
    let ran = zkml(&[
        "verify",
        "--key",
        text(&key),
        "--proof",
        text(&file),
        "--json",
    ])
    .exits(2);
    let json = ran.json();
    assert_eq!(json["error"]["kind"], "mismatch");
    let message = json["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("hex_proof: it differs from the field proof, first in byte 40"),
        "{message}"
    );
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_zkml"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn threads_change_nothing_that_a_batch_says() {
    let out = folder();
    let key = key_of("mlp", &out);
    let proofs = folder_of_proofs(&out);
    let proof = bytes(&fixture("mlp", "proof.json"));
    for number in 0..5 {
        std::fs::write(proofs.join(format!("{number}.json")), &proof).unwrap();
    }
    let batch = |threads: &str| {
        let (key, proofs) = (text(&key), text(&proofs));
        let args = [
            "verify",
            "--key",
            key,
            "--batch",
            proofs,
            "--threads",
            threads,
        ];
        zkml(&args).exits(0).stdout()
    };
    assert_eq!(batch("1"), batch("3"));
    assert!(batch("2").contains("5 of 5 proofs are valid"));
    let ran = zkml(&[
        "verify",
        "--key",
        text(&key),
        "--batch",
        text(&proofs),
        "--threads",
        "0",
    ]);
    ran.exits(2);
}

#[cfg(unix)]
#[test]
fn the_verdict_stands_when_nobody_reads_what_is_printed() {
    let out = folder();
    let key = key_of("mlp", &out);
    let proofs = folder_of_proofs(&out);
    let file = proofs.join("another.json");
    std::fs::write(&file, bytes(&fixture("conv", "proof.json"))).unwrap();
    for (option, given) in [("--proof", &file), ("--batch", &proofs)] {
        let mut running = std::process::Command::new(env!("CARGO_BIN_EXE_zkml"))
            .args(["verify", "--key", text(&key), option, text(given)])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(running.stdout.take());
        assert_eq!(running.wait().unwrap().code(), Some(1), "{option}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_and_not_replaced() {
    let out = folder();
    let proof = fixture("mlp", "proof.json");
    let printed = zkml(&["calldata", &proof]).exits(0).stdout();
    let through = zkml(&["calldata", &proof, "--out", "/dev/stdout"]).exits(0);
    assert_eq!(through.stdout().trim_end(), printed.trim_end());
    let (file, link) = (out.path().join("file"), out.path().join("link"));
    std::fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    zkml(&["calldata", &proof, "--out", text(&link)]).exits(0);
    assert!(link.is_symlink());
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written.trim_end(), printed.trim_end());
}

#[cfg(target_os = "linux")]
#[test]
fn a_batch_names_files_whose_names_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let out = folder();
    let key = key_of("mlp", &out);
    let proofs = folder_of_proofs(&out);
    let name = std::ffi::OsStr::from_bytes(b"\xff.json");
    std::fs::write(proofs.join(name), bytes(&fixture("mlp", "proof.json"))).unwrap();
    let ran = zkml(&[
        "verify",
        "--key",
        text(&key),
        "--batch",
        text(&proofs),
        "--json",
    ]);
    assert_eq!(ran.exits(0).json()["valid"], true);
}

#[test]
fn a_file_of_a_batch_that_cannot_be_read_does_not_hide_the_verdicts_on_the_others() {
    let out = folder();
    let key = key_of("mlp", &out);
    let proofs = folder_of_proofs(&out);
    let good = bytes(&fixture("mlp", "proof.json"));
    std::fs::write(proofs.join("a.json"), "{").unwrap();
    std::fs::write(proofs.join("b.json"), &good).unwrap();
    std::fs::write(proofs.join("c.json"), bytes(&fixture("conv", "proof.json"))).unwrap();
    std::fs::write(proofs.join("d.json"), &good).unwrap();
    let args = ["verify", "--key", text(&key), "--batch", text(&proofs)];
    let said = zkml(&args).exits(2).stdout();
    assert!(said.contains("unreadable: "), "{said}");
    assert!(said.contains("a.json"), "{said}");
    assert!(said.contains("c.json: "), "{said}");
    assert!(said.contains("2 of 4 proofs are valid"), "{said}");
    let json = zkml(&[&args[..], &["--json"]].concat()).exits(2).json();
    let valid = |at: usize| json["proofs"][at]["valid"].as_bool().unwrap();
    assert_eq!([0, 1, 2, 3].map(valid), [false, true, false, true]);
    assert!(json["proofs"][0]["error"].is_string());
    assert!(json["proofs"][2]["reason"].is_string());
}
