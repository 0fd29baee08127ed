//! `zkml key` and `zkml srs`

use crate::{bytes, fixture, folder, key_of, text, zkml};

#[test]
fn a_trusted_setup_is_named_in_place_of_the_srs_file() {
    let out = folder();
    let key = out.path().join("model.zkvk");
    let (vk, settings) = (fixture("mlp", "vk.key"), fixture("mlp", "settings.json"));
    let import = |flag| {
        let from = [
            "key",
            "import",
            "--vk",
            &vk,
            "--settings",
            &settings,
            flag,
            "ppot",
        ];
        zkml(&[&from[..], &["--out", text(&key)]].concat())
    };
    import("--trusted-setup").exits(0);
    let json = zkml(&["key", "inspect", text(&key), "--json"])
        .exits(0)
        .json();
    assert_eq!(json["perpetualPowersOfTau"], true);
    let ran = import("--ceremony").exits(2);
    assert!(
        ran.stderr().contains("unexpected argument '--ceremony'"),
        "{ran}"
    );
}

#[test]
fn an_unknown_trusted_setup_is_refused_unless_it_is_asked_for() {
    let out = folder();
    let key = out.path().join("model.zkvk");
    let vka = fixture("mlp", "vka.bin");
    let ran = zkml(&["key", "import", "--vka", &vka, "--out", text(&key)]).exits(2);
    assert!(ran.stderr().contains("unknown trusted setup"), "{ran}");
    assert!(!key.exists());
}

#[test]
fn an_inspection_says_the_same_as_text_and_as_json() {
    let out = folder();
    let key = key_of("mlp", &out);
    let json = zkml(&["key", "inspect", text(&key), "--json"])
        .exits(0)
        .json();
    let shown = zkml(&["key", "inspect", text(&key)]).exits(0).stdout();
    let row = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("no {name} in {shown}"))[22..].to_owned()
    };
    assert_eq!(row("id (code hash)"), json["id"].as_str().unwrap());
    assert_eq!(row("rows"), "2^15 = 32768");
    assert_eq!(json["k"], 15);
    for (name, field) in [
        ("degree", "degree"),
        ("fixed columns", "fixedColumns"),
        ("permutation columns", "permutationColumns"),
        ("gates", "gates"),
        ("expression nodes", "expressionNodes"),
        ("public inputs", "publicInputs"),
    ] {
        assert_eq!(row(name), json[field].to_string(), "{name}");
    }
    assert_eq!(row("key"), format!("{} bytes", json["keyBytes"]));
    assert_eq!(json["keyBytes"], std::fs::metadata(&key).unwrap().len());
    assert_eq!(row("proof"), format!("{} bytes", json["proofBytes"]));
    let short = json["shortProofBytes"].as_u64().unwrap();
    assert!(short < json["proofBytes"].as_u64().unwrap());
    let gas = &json["shortGas"]["cold"];
    assert_eq!(
        row("in short form"),
        format!("{short} bytes, {gas} gas with a cold key (plus calldata)")
    );
    assert_eq!(row("[s]G2"), json["sG2"].as_str().unwrap());
    assert!(row("trusted setup").starts_with("UNKNOWN"), "{shown}");
    let cold = &json["gas"]["cold"];
    assert_eq!(
        row("gas of one call"),
        format!("{cold} with a cold key (plus calldata)")
    );
    assert!(cold.as_u64() > json["gas"]["warm"].as_u64());
}

#[test]
fn a_string_without_powers_is_refused_whatever_its_s_g2() {
    let srs = bytes(&fixture("mlp", "kzg_k1.srs"));
    let out = folder();
    let file = out.path().join("kzg0.srs");
    // k = 0: the generator, once as a power and once in Lagrange form, then G2 and any [s]G2.
    let degenerate = [&[0; 4], &srs[4..68], &srs[4..68], &srs[260..]].concat();
    std::fs::write(&file, degenerate).unwrap();
    for flags in [&[][..], &["--any-srs"]] {
        let ran = zkml(&[&["srs", "check", text(&file)], flags].concat()).exits(2);
        assert!(ran.stderr().contains("k is 0"), "{ran}");
    }
}

#[test]
fn a_test_setup_is_named_and_refused_unless_it_is_asked_for() {
    let file = "crates/ezkl-import/tests/data/gen_srs_k4.srs";
    let ran = zkml(&["srs", "check", file]).exits(2);
    assert!(
        ran.stderr()
            .contains("this is not the perpetual powers of tau"),
        "{ran}"
    );
    let ran = zkml(&["srs", "check", file, "--any-srs"]).exits(0);
    assert!(
        ran.stdout().contains("2^4 points, all of them of one s"),
        "{ran}"
    );
}
