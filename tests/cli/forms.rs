//! The two forms of a proof: `zkml proof shorten` and `lengthen`, and what the other commands make of them.

use crate::{bytes, fixture, folder, folder_of_proofs, key_of, short_proof_of, text, zkml};
use ezkl_import::{EzklProof, read_proof_json};
use serde_json::Value;
use std::path::Path;
use zk_verify_precompile::abi::Request;

fn proof_in(path: &Path) -> EzklProof {
    read_proof_json(&std::fs::read(path).unwrap()).unwrap()
}

fn mlp() -> EzklProof {
    read_proof_json(&bytes(&fixture("mlp", "proof.json"))).unwrap()
}

fn calldata(args: &[&str]) -> (Vec<u8>, String) {
    let path = fixture("mlp", "proof.json");
    let ran = zkml(&[&["calldata", &path], args].concat()).exits(0);
    let data = alloy_primitives::hex::decode(ran.stdout().trim_end()).unwrap();
    (data, ran.stderr())
}

#[test]
fn a_proof_is_shortened_and_lengthened_exactly_and_the_rest_of_the_file_stays() {
    let out = folder();
    for circuit in ["mlp", "polycommit_in", "two_out"] {
        let key = key_of(circuit, &out);
        let short = short_proof_of(circuit, &key, &out);
        let again = out.path().join("again.json");
        let files = [
            "--key",
            text(&key),
            "--proof",
            text(&short),
            "--out",
            text(&again),
        ];
        zkml(&[&["proof", "lengthen"], &files[..]].concat()).exits(0);
        let original: Value =
            serde_json::from_slice(&bytes(&fixture(circuit, "proof.json"))).unwrap();
        let json = |path: &Path| -> Value {
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
        };
        assert_eq!(json(&again), original, "{circuit}");
        let shortened = json(&short);
        for (field, value) in original.as_object().unwrap() {
            let same = !["proof", "hex_proof"].contains(&field.as_str());
            assert_eq!(&shortened[field] == value, same, "{circuit}: {field}");
        }
        let long = read_proof_json(&bytes(&fixture(circuit, "proof.json"))).unwrap();
        assert!(proof_in(&short).proof.len() < long.proof.len());
    }
}

#[test]
fn raw_bytes_become_raw_bytes() {
    let out = folder();
    let key = key_of("mlp", &out);
    let names = ["long.bin", "short.bin", "again.bin"];
    let [long, short, again] = names.map(|name| out.path().join(name));
    std::fs::write(&long, mlp().proof).unwrap();
    let convert = |verb, from, to, json: &[&str]| {
        let files = [
            "--key",
            text(&key),
            "--proof-bytes",
            text(from),
            "--out",
            text(to),
        ];
        zkml(&[&["proof", verb], &files[..], json].concat()).exits(0)
    };
    let said = convert("shorten", &long, &short, &["--json"]).json();
    assert_eq!(said["form"], "short");
    assert_eq!(
        (&said["proofBytes"], &said["bytesBefore"], &said["points"]),
        (&2304.into(), &3072.into(), &24.into())
    );
    let ran = convert("lengthen", &short, &again, &[]);
    assert!(
        ran.stdout()
            .ends_with("again.bin: 3072 bytes in long form, from 2304\n"),
        "{ran}"
    );
    assert_eq!(std::fs::read(again).unwrap(), mlp().proof);
}

#[test]
fn a_proof_that_is_not_in_the_other_form_is_refused_with_the_cure() {
    let out = folder();
    let (key, other) = (key_of("mlp", &out), key_of("conv", &out));
    let short = short_proof_of("mlp", &key, &out);
    let long = fixture("mlp", "proof.json");
    let result = out.path().join("result.json");
    let cases = [
        (
            "shorten",
            &key,
            text(&short),
            "the proof is in short form already (2304 bytes): use it as it is",
        ),
        (
            "lengthen",
            &key,
            &long,
            "the proof is in long form already (3072 bytes): use it as it is",
        ),
        (
            "shorten",
            &other,
            &long,
            "give the key of the circuit that the proof was made for",
        ),
    ];
    for (verb, key, proof, problem) in cases {
        let files = ["--key", text(key), "--proof", proof, "--out", text(&result)];
        let ran = zkml(&[&["proof", verb], &files[..]].concat()).exits(2);
        assert!(ran.stderr().contains(problem), "{ran}");
        assert!(!result.exists());
    }
}

#[test]
fn a_malformed_proof_is_invalid_and_not_written() {
    let out = folder();
    let key = key_of("mlp", &out);
    let result = out.path().join("result.json");
    let convert = |verb, proof: &Path, json: &[&str]| {
        let files = [
            "--key",
            text(&key),
            "--proof-bytes",
            text(proof),
            "--out",
            text(&result),
        ];
        let ran = zkml(&[&["proof", verb], &files[..], json].concat()).exits(1);
        assert!(!result.exists());
        ran
    };
    let bad = out.path().join("bad.bin");
    let mut proof = mlp().proof;
    proof[63] ^= 1;
    std::fs::write(&bad, &proof).unwrap();
    let ran = convert("shorten", &bad, &[]);
    assert!(
        ran.stderr()
            .ends_with("bad.bin: point 0 is not on the curve\n"),
        "{ran}"
    );
    let mut proof = proof_in(&short_proof_of("mlp", &key, &out)).proof;
    proof[0] |= 0x40;
    std::fs::write(&bad, &proof).unwrap();
    let said = convert("lengthen", &bad, &["--json"]).json();
    assert_eq!(said["valid"], false);
    assert!(
        said["reason"]
            .as_str()
            .unwrap()
            .starts_with("point 0 is not canonical"),
        "{said}"
    );
}

#[test]
fn verify_takes_both_forms_and_says_which() {
    let out = folder();
    let key = key_of("mlp", &out);
    let short = short_proof_of("mlp", &key, &out);
    let long = fixture("mlp", "proof.json");
    let verify = |proof, json: &[&str]| {
        zkml(&[&["verify", "--key", text(&key), "--proof", proof], json].concat())
    };
    assert_eq!(verify(&long, &[]).exits(0).stdout(), "valid\n");
    assert_eq!(
        verify(text(&short), &[]).exits(0).stdout(),
        "valid (short form)\n"
    );
    for (proof, form) in [(&*long, "long"), (text(&short), "short")] {
        let said = verify(proof, &["--json"]).exits(0).json();
        assert_eq!(
            (&said["valid"], &said["form"]),
            (&true.into(), &form.into())
        );
    }
    let mut proof: Value = serde_json::from_slice(&std::fs::read(&short).unwrap()).unwrap();
    proof["proof"].as_array_mut().unwrap().pop();
    proof["hex_proof"] = Value::Null;
    let cut = out.path().join("cut.json");
    std::fs::write(&cut, proof.to_string()).unwrap();
    let said = verify(text(&cut), &["--json"]).exits(1).json();
    assert_eq!(said["form"], Value::Null);
    assert_eq!(
        said["reason"],
        "proof: 2303 bytes, this key's proofs have 3072, or 2304 in short form"
    );
}

#[test]
fn a_batch_may_hold_both_forms() {
    let out = folder();
    let key = key_of("mlp", &out);
    let proofs = folder_of_proofs(&out);
    std::fs::copy(short_proof_of("mlp", &key, &out), proofs.join("b.json")).unwrap();
    std::fs::write(proofs.join("a.json"), bytes(&fixture("mlp", "proof.json"))).unwrap();
    let args = ["verify", "--key", text(&key), "--batch", text(&proofs)];
    let ran = zkml(&args).exits(0);
    assert_eq!(ran.stdout(), "2 of 2 proofs are valid (1 in short form)\n");
    let said = zkml(&[&args[..], &["--json"]].concat()).exits(0).json();
    assert_eq!(
        (&said["proofs"][0]["form"], &said["proofs"][1]["form"]),
        (&"long".into(), &"short".into())
    );
}

#[test]
fn calldata_takes_the_form_that_is_cheaper_on_the_fork() {
    let out = folder();
    let key = key_of("mlp", &out);
    let mut taken = Vec::new();
    for fork in ["cancun", "prague", "osaka", "amsterdam"] {
        for call in [&[][..], &["--function", "verify(bytes,bytes)"]] {
            let options = [&["--key", text(&key), "--hardfork", fork], call].concat();
            let path = fixture("mlp", "proof.json");
            let json = [&["calldata", &path, "--json"], &options[..]].concat();
            let form = &zkml(&json).exits(0).json()["form"];
            let gas = |form: &Value| form["gas"].as_u64().unwrap();
            let cheaper = if gas(&form["short"]) < gas(&form["long"]) {
                "short"
            } else {
                "long"
            };
            assert_eq!(form["taken"], cheaper, "{fork}");
            let (data, said) = calldata(&options);
            let length = Request::decode(&data).unwrap().proof.len();
            assert_eq!(form[cheaper]["proofBytes"], length, "{said}");
            let told = format!("the proof is in {cheaper} form; a transaction on {fork} costs ");
            assert!(said.starts_with(&told), "{said}");
            for form in [&form["long"], &form["short"]] {
                assert!(said.contains(&gas(form).to_string()), "{said}");
            }
            taken.push(cheaper);
        }
    }
    assert_eq!(taken[6..], ["short", "short"]);
}

#[test]
fn the_form_can_be_forced_and_stays_without_a_key() {
    let out = folder();
    let key = key_of("mlp", &out);
    let prague = calldata(&["--key", text(&key), "--hardfork", "prague"]);
    assert_eq!(calldata(&["--key", text(&key)]), prague);
    let forced = |form| {
        let options = [
            "--key",
            text(&key),
            "--hardfork",
            "amsterdam",
            "--form",
            form,
        ];
        Request::decode(&calldata(&options).0).unwrap().proof.len()
    };
    assert_eq!((forced("long"), forced("short")), (3_072, 2_304));
    // Only the key says where the points are.
    let short = short_proof_of("mlp", &key, &out);
    for (path, length) in [
        (&*fixture("mlp", "proof.json"), 3_072),
        (text(&short), 2_304),
    ] {
        let ran = zkml(&["calldata", path]).exits(0);
        let data = alloy_primitives::hex::decode(ran.stdout().trim_end()).unwrap();
        assert_eq!(Request::decode(&data).unwrap().proof.len(), length);
        assert_eq!(ran.stderr(), "");
    }
}

#[test]
fn calldata_in_json_says_what_both_forms_cost() {
    let out = folder();
    let key = key_of("mlp", &out);
    let short = short_proof_of("mlp", &key, &out);
    let options = ["--key", text(&key), "--json", "--hardfork", "amsterdam"];
    let from = |file: &str| zkml(&[&["calldata", file], &options[..]].concat()).exits(0);
    let ran = from(&fixture("mlp", "proof.json"));
    assert_eq!(ran.stderr(), "");
    let said = ran.json();
    let form = &said["form"];
    assert_eq!(
        (&form["taken"], &form["fork"]),
        (&"short".into(), &"amsterdam".into())
    );
    assert_eq!(
        (&form["long"]["proofBytes"], &form["short"]["proofBytes"]),
        (&3072.into(), &2304.into())
    );
    let gas = |form: &Value| form["gas"].as_u64().unwrap() as f64;
    assert!(gas(&form["short"]) <= 0.80 * gas(&form["long"]), "{form}");
    let proof = alloy_primitives::hex::encode_prefixed(proof_in(&short).proof);
    assert_eq!(said["proof"], proof);
    assert_eq!(from(text(&short)).json(), said);
}

#[test]
fn explain_shows_bytes_and_gas_of_both_forms() {
    let out = folder();
    let key = key_of("mlp", &out);
    let short = short_proof_of("mlp", &key, &out);
    let long = fixture("mlp", "proof.json");
    let settings = fixture("mlp", "settings.json");
    let with_settings = ["explain", "--key", text(&key), "--settings", &settings];
    for base in [&with_settings[..], &with_settings[..3]] {
        let mut of_forms = Vec::new();
        for (form, proof) in [("long", &*long), ("short", text(&short))] {
            let args = [base, &["--proof", proof]].concat();
            let shown = zkml(&args).exits(0).stdout();
            assert!(
                shown.contains(&format!("this one is in the {form} form")),
                "{shown}"
            );
            let mut said = zkml(&[&args[..], &["--json"]].concat()).exits(0).json();
            assert_eq!(said["forms"]["given"], form);
            assert_eq!(said["forms"]["short"]["bytes"], 2304);
            let costs = said["forms"]["short"]["transactions"].as_array().unwrap();
            assert_eq!(costs.last().unwrap()["fork"], "amsterdam");
            let gas = costs.last().unwrap()["transaction"].to_string();
            assert!(shown.contains(&gas), "{shown}");
            said["forms"]["given"] = Value::Null;
            of_forms.push(said);
        }
        // Whatever the form, the proof says the same.
        assert_eq!(of_forms[0], of_forms[1]);
        let said = zkml(&[base, &["--json"]].concat()).exits(0).json();
        assert_eq!(said["forms"]["given"], Value::Null);
        assert_eq!(said["forms"]["long"]["bytes"], 3072);
        assert_eq!(
            said["forms"]["long"]["transactions"],
            Value::Array(Vec::new())
        );
    }
}
