//! `zkml solidity`

use crate::{bytes, fixture, folder, key_of, text, zkml};

/// The libraries that contracts/test/models holds, which forge compiles and tests: fixture, name, and
/// whether the key is given.
const COMMITTED: [(&str, &str, bool); 4] = [
    ("two_out", "TwoOut", true),
    ("hashed_in", "HashedIn", true),
    ("hashed_priv2", "DeadSlot", false),
    ("polycommit_in", "CommittedInput", true),
];

#[test]
fn the_committed_libraries_are_what_it_writes() {
    let out = folder();
    for (circuit, name, with_key) in COMMITTED {
        let file = out.path().join(format!("{name}.sol"));
        let settings = fixture(circuit, "settings.json");
        let key = key_of(circuit, &out);
        let mut args = vec!["solidity", "--settings", &settings, "--out", text(&file)];
        args.extend(["--fixed-point", "../../src/FixedPoint.sol"]);
        if with_key {
            args.extend(["--key", text(&key)]);
        }
        zkml(&args).exits(0);
        let written = std::fs::read_to_string(&file).unwrap();
        let path = format!("contracts/test/models/{name}.sol");
        let committed = String::from_utf8(bytes(&path)).unwrap();
        assert_eq!(
            written,
            committed,
            "{path}: make it again with zkml {}",
            args.join(" ")
        );
    }
}

#[test]
fn the_name_is_the_files_or_given_or_model() {
    let settings = fixture("mlp", "settings.json");
    let base = ["solidity", "--settings", &settings];
    let shown = zkml(&base).exits(0).stdout();
    assert!(shown.contains("library Model {"), "{shown}");
    assert!(
        shown.contains("import {FixedPoint} from \"zk-verify-contracts/src/FixedPoint.sol\";"),
        "{shown}"
    );
    let shown = zkml(&[&base[..], &["--name", "Scores", "--standalone"]].concat())
        .exits(0)
        .stdout();
    assert!(shown.contains("library Scores {"), "{shown}");
    assert!(
        !shown.contains("import") && !shown.contains("function"),
        "{shown}"
    );
    for name in ["library", "a-b", "1a", "uint256"] {
        let ran = zkml(&[&base[..], &["--name", name]].concat()).exits(2);
        assert!(
            ran.stderr().contains("expected a Solidity identifier"),
            "{ran}"
        );
    }
    let ran = zkml(&[&base[..], &["--out", "my-model.sol"]].concat()).exits(2);
    assert!(ran.stderr().contains("give it a name with --name"), "{ran}");
}

#[test]
fn the_settings_of_another_circuit_are_refused() {
    let out = folder();
    let key = key_of("mlp", &out);
    let settings = fixture("conv", "settings.json");
    let ran = zkml(&["solidity", "--settings", &settings, "--key", text(&key)]).exits(2);
    assert!(
        ran.stderr()
            .contains("run_args.logrows: 11, but the key has 15"),
        "{ran}"
    );
}
