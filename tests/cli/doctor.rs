//! `zkml doctor`

use crate::{fixture, folder, node::Node, text, zkml};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Command,
};

fn finding<'a>(json: &'a Value, name: &str) -> &'a Value {
    let findings = json["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {json}"))
}

/// Answers every request with this body, once for each entry.
fn server(bodies: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for body in bodies {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                request.read_line(&mut line).unwrap();
                let line = line.trim_end().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.parse().unwrap();
                }
                if line.is_empty() {
                    break;
                }
            }
            request.read_exact(&mut vec![0; length]).unwrap();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
    });
    url
}

#[test]
fn finds_the_verifier_on_a_chain_that_has_it() {
    let node = Node::start(&[]);
    let ran = zkml(&["doctor", "--rpc-url", &node.url, "--json"]);
    let json = ran.json();
    let verifier = finding(&json, "verifier at 0x11");
    assert_eq!(verifier["state"], "fits", "{json}");
    assert_eq!(verifier["found"], "chain 31337 has it");
}

#[test]
fn a_chain_without_the_verifier_does_not_fit() {
    let url = server(&[
        r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":"0x"}"#,
    ]);
    let json = zkml(&["doctor", "--rpc-url", &url, "--json"])
        .exits(1)
        .json();
    let verifier = finding(&json, "verifier at 0x11");
    assert_eq!(verifier["state"], "wrong", "{json}");
    assert_eq!(verifier["found"], "chain 1 has nothing there");
    assert_eq!(json["fits"], false);
}

#[test]
fn a_node_that_does_not_answer_is_named() {
    // Taken, so that nobody else listens there, and given back.
    let url = format!(
        "http://{}",
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    );
    let ran = zkml(&["doctor", "--rpc-url", &url]).exits(1);
    assert!(ran.stdout().contains("does not answer"), "{ran}");
    assert!(ran.stdout().contains("WRONG"), "{ran}");
}

#[test]
fn a_test_srs_file_and_a_damaged_one_do_not_fit() {
    let ran = zkml(&[
        "doctor",
        "--srs",
        "crates/ezkl-import/tests/data/gen_srs_k4.srs",
    ])
    .exits(1);
    assert!(
        ran.stdout()
            .contains("2^4 points of an unknown trusted setup"),
        "{ran}"
    );
    let ran = zkml(&["doctor", "--srs", &fixture("mlp", "vk.key")]).exits(1);
    assert!(ran.stdout().contains("cannot be used"), "{ran}");
}

#[test]
fn what_is_not_installed_is_missing_and_no_fault() {
    let ran = Command::new(env!("CARGO_BIN_EXE_zkml"))
        .args(["doctor", "--json", "--python", "no-such-python"])
        .env("PATH", "")
        .env("HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("ETH_RPC_URL")
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(json["fits"], true);
    for name in ["forge", "cast", "python", "SRS file", "verifier at 0x11"] {
        assert_eq!(finding(&json, name)["state"], "missing", "{name}");
    }
    assert_eq!(finding(&json, "zkml")["state"], "fits");
}

#[cfg(unix)]
#[test]
fn the_sdk_is_looked_for_under_the_name_of_its_own_distribution() {
    use std::os::unix::fs::PermissionsExt;
    // A Python that has ModernTensor's own package, and then this repository's too.
    let folder = folder();
    let packages = folder.path().join("packages");
    let python = folder.path().join("python");
    let script = format!(
        "#!/bin/sh\nPYTHONPATH={} exec python3 \"$@\"\n",
        packages.display()
    );
    std::fs::write(&python, script).unwrap();
    std::fs::set_permissions(&python, PermissionsExt::from_mode(0o755)).unwrap();
    let said = |distribution: &str| {
        let info = packages.join(format!("{distribution}-1.2.3.dist-info"));
        std::fs::create_dir_all(&info).unwrap();
        let metadata = format!("Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2.3\n");
        std::fs::write(info.join("METADATA"), metadata).unwrap();
        let ran = zkml(&["doctor", "--json", "--python", text(&python)]);
        finding(&ran.json(), "moderntensor-zkml").clone()
    };
    assert_eq!(said("moderntensor")["state"], "missing");
    let found = said("moderntensor_zkml");
    assert_eq!(found["state"], "fits");
    assert_eq!(found["found"], "1.2.3");
}
