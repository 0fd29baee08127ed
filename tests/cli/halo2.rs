//! `zkml key import --pinned`, `zkml proof import`, and what the other commands say of circuits that are no model.

use crate::{Ran, folder, text, zkml};
use serde_json::Value;
use std::path::{Path, PathBuf};

const SRS: &str = "tests/fixtures-halo2/kzg_k1.srs";

/// A circuit of tests/fixtures-halo2.
struct Fixture {
    folder: String,
    proofs: Value,
    /// `--accumulator` and its value, if the circuit has one.
    accumulator: Option<String>,
}

impl Fixture {
    fn new(fork: &str, name: &str) -> Self {
        let folder = format!("tests/fixtures-halo2/{fork}/{name}");
        let json = |file: &str| -> Value {
            serde_json::from_slice(&crate::bytes(&format!("{folder}/{file}"))).unwrap()
        };
        let accumulator = &json("cs.json")["accumulator"];
        let first = &accumulator["positions"][0];
        let place = (!first.is_null()).then(|| {
            let (limbs, bits) = (&accumulator["limbs"], &accumulator["bits"]);
            format!("{},{},{limbs},{bits}", first[0], first[1])
        });
        Self {
            proofs: json("proofs.json"),
            accumulator: place,
            folder,
        }
    }

    fn pinned(&self) -> String {
        format!("{}/pinned.txt", self.folder)
    }

    /// Makes the key of the proofs of this name, such as `gwc-blake2b7`.
    fn import_key(&self, name: &str, out: &Path) -> Ran {
        let (opening, form) = name.split_once('-').unwrap();
        let columns = self.proofs["instances"].as_array().unwrap();
        let lengths: Vec<String> = columns
            .iter()
            .map(|column| column.as_array().unwrap().len().to_string())
            .collect();
        let transcript = if form == "evm" { "keccak" } else { "blake2b" };
        let (pinned, lengths) = (self.pinned(), lengths.join(","));
        let mut args = vec![
            "key",
            "import",
            "--pinned",
            &pinned,
            "--srs",
            SRS,
            "--any-srs",
        ];
        args.extend(["--out", text(out)]);
        if !columns.is_empty() {
            args.extend(["--instance-lengths", &lengths]);
        }
        args.extend(["--opening", opening, "--transcript", transcript]);
        if let Some(place) = &self.accumulator {
            args.extend(["--accumulator", place]);
        }
        zkml(&args)
    }

    /// Imports the proof of this name in the form in which its prover wrote it.
    fn import_proof(&self, name: &str, key: &Path, folder: &Path) -> (Ran, PathBuf) {
        let (_, form) = name.split_once('-').unwrap();
        let (file, instances) = (folder.join("proof.hex"), folder.join("instances.json"));
        std::fs::write(&file, self.proofs["proofs"][name].as_str().unwrap()).unwrap();
        std::fs::write(&instances, self.proofs["instances"].to_string()).unwrap();
        let option = if form == "evm" { "--bytes" } else { "--native" };
        let out = folder.join("proof.json");
        let ran = zkml(&[
            "proof",
            "import",
            "--key",
            text(key),
            option,
            text(&file),
            "--instances",
            text(&instances),
            "--out",
            text(&out),
        ]);
        (ran, out)
    }
}

fn circuits(fork: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures-halo2");
    let mut names: Vec<String> = std::fs::read_dir(root.join(fork))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("pinned.txt").exists())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_proof_under_a_key_with_another_transcript_names_the_options() {
    let fixture = Fixture::new("axiom", "standard_plonk");
    let out = folder();
    let key = out.path().join("circuit.zkvk");
    fixture.import_key("shplonk-blake2b", &key).exits(0);
    let (ran, proof) = fixture.import_proof("shplonk-evm", &key, out.path());
    let ran = ran.exits(1);
    assert!(ran.stdout().contains("pairing check failed"), "{ran}");
    assert!(ran.stderr().contains("--transcript"), "{ran}");
    assert!(!proof.exists());
}

/// Each circuit with one of its proofs, the forms by turns; the crate's own tests take all proofs.
#[test]
fn a_pinned_key_and_a_provers_bytes_give_the_verdict() {
    let mut circuits_seen = 0;
    for fork in ["axiom", "pse03", "pse04", "zkonduit"] {
        for (turn, name) in circuits(fork).iter().enumerate() {
            let fixture = Fixture::new(fork, name);
            let forms: Vec<&String> = fixture.proofs["proofs"]
                .as_object()
                .unwrap()
                .keys()
                .collect();
            let form = forms[turn % forms.len()];
            let out = folder();
            let key = out.path().join("circuit.zkvk");
            fixture.import_key(form, &key).exits(0);
            let (ran, proof) = fixture.import_proof(form, &key, out.path());
            if name.ends_with("_wrong") {
                let ran = ran.exits(1);
                assert!(ran.stdout().starts_with("invalid: "), "{ran}");
                assert!(!proof.exists());
            } else {
                ran.exits(0);
                zkml(&["verify", "--key", text(&key), "--proof", text(&proof)]).exits(0);
            }
            circuits_seen += 1;
        }
    }
    assert_eq!(circuits_seen, 116);
}

#[test]
fn snark_verifiers_calldata_holds_proof_and_instances() {
    let fixture = Fixture::new("axiom", "instances_4");
    let out = folder();
    let key = out.path().join("circuit.zkvk");
    fixture.import_key("shplonk-evm", &key).exits(0);
    let columns = fixture.proofs["instances"].as_array().unwrap();
    let words = columns.iter().flat_map(|column| column.as_array().unwrap());
    let words: String = words.map(|word| &word.as_str().unwrap()[2..]).collect();
    let proof = fixture.proofs["proofs"]["shplonk-evm"].as_str().unwrap();
    let calldata = out.path().join("calldata.hex");
    std::fs::write(&calldata, format!("0x{words}{proof}\n")).unwrap();
    let file = out.path().join("proof.json");
    let import = |json: &[&str]| {
        let args = [
            "proof",
            "import",
            "--key",
            text(&key),
            "--evm-calldata",
            text(&calldata),
        ];
        zkml(&[&args, &["--out", text(&file)][..], json].concat())
    };
    import(&[]).exits(0);
    let json = import(&["--json"]).exits(0).json();
    assert_eq!(json["valid"], true);
    assert_eq!(json["publicInputs"], 11);
    let raw = zkml(&["calldata", text(&file), "--raw-public-inputs"])
        .exits(0)
        .stdout();
    assert_eq!(raw.trim(), format!("0x{words}"));
}

#[test]
fn inspect_and_explain_say_what_the_key_alone_tells() {
    let out = folder();
    let key = out.path().join("circuit.zkvk");
    let fixture = Fixture::new("axiom", "acc_4x68");
    fixture.import_key("gwc-blake2b", &key).exits(0);
    let (ran, proof) = fixture.import_proof("gwc-blake2b", &key, out.path());
    ran.exits(0);
    let json = zkml(&["key", "inspect", text(&key), "--json"])
        .exits(0)
        .json();
    assert_eq!(json["opening"], "GWC");
    assert_eq!(json["transcript"], "BLAKE2b");
    assert_eq!(json["instanceLengths"], serde_json::json!([1, 19]));
    let place = serde_json::json!({ "column": 1, "row": 2, "limbs": 4, "bits": 68 });
    assert_eq!(json["accumulator"], place);
    let shown = zkml(&["key", "inspect", text(&key)]).exits(0).stdout();
    assert!(
        shown.contains("accumulator           instance column 1, rows 2 to 17"),
        "{shown}"
    );
    let said = zkml(&["explain", "--key", text(&key), "--proof", text(&proof)]).exits(0);
    for part in [
        "The proof is VALID",
        "1 … 19",
        "pairing equation",
        "not of which circuit",
    ] {
        assert!(said.stdout().contains(part), "no {part:?} in {said}");
    }
}

#[test]
fn an_instance_column_that_nothing_reads_is_warned_of_everywhere() {
    let out = folder();
    let key = out.path().join("circuit.zkvk");
    let ran = Fixture::new("pse04", "instance_unused")
        .import_key("shplonk-evm", &key)
        .exits(0);
    assert!(
        ran.stderr()
            .contains("is in no gate, no lookup and no copy constraint"),
        "{ran}"
    );
    let ran = zkml(&["key", "inspect", text(&key)]).exits(0);
    assert!(ran.stdout().contains("UNCONSTRAINED"), "{ran}");
    let json = zkml(&["explain", "--key", text(&key), "--json"])
        .exits(0)
        .json();
    let columns = json["instanceColumns"].as_array().unwrap();
    assert!(
        columns.iter().any(|column| column["constrained"] == false),
        "{json}"
    );
    assert!(
        json["warnings"][0]
            .as_str()
            .unwrap()
            .contains("chooses its values freely")
    );
}

#[test]
fn what_does_not_fit_is_named_with_the_option_or_the_file() {
    let out = folder();
    let key = out.path().join("circuit.zkvk");
    let fixture = Fixture::new("axiom", "instances_4");
    let pinned = fixture.pinned();
    let import = |from: &str, more: &[&str]| {
        let args = [
            "key",
            "import",
            "--pinned",
            from,
            "--out",
            text(&key),
            "--any-srs",
        ];
        zkml(&[&args[..], more].concat()).exits(2)
    };
    let srs = ["--srs", SRS, "--instance-lengths"];
    let cases: [(&str, &[&str], &str); 6] = [
        (
            &pinned,
            &["--srs", SRS, "--instance-lengths", "3,0,7"],
            "--instance-lengths: instance lengths: 3 given, but the circuit has 4",
        ),
        (&pinned, &["--instance-lengths", "3,0,7,1"], "--srs"),
        (&pinned, &["--srs", SRS], "--instance-lengths"),
        (
            &pinned,
            &[&srs[..], &["3,0,7,1", "--accumulator", "2,0,3,88"]].concat(),
            "--accumulator: accumulator: 12 limbs from row 0 do not fit the 7 values",
        ),
        (
            &pinned,
            &[&srs[..], &["3,0,7,1", "--accumulator", "2,0"]].concat(),
            "expected four numbers",
        ),
        (
            "tests/fixtures/mlp/vk.key",
            &[&srs[..], &["1"]].concat(),
            "it looks like ezkl's vk.key",
        ),
    ];
    for (from, more, problem) in cases {
        let ran = import(from, more);
        assert!(ran.stderr().contains(problem), "no {problem:?} in {ran}");
    }
    let cut = out.path().join("vk.txt");
    std::fs::write(&cut, &crate::bytes(&pinned)[..900]).unwrap();
    let ran = import(text(&cut), &[&srs[..], &["3,0,7,1"]].concat());
    assert!(
        ran.stderr()
            .contains("vk.txt: byte 900: the text ends inside"),
        "{ran}"
    );
    let ran = zkml(&["key", "inspect", &pinned]).exits(2);
    assert!(ran.stderr().contains("`zkml key import --pinned`"), "{ran}");

    fixture.import_key("shplonk-evm", &key).exits(0);
    let (ran, _) = fixture.import_proof("shplonk-blake2b", &key, out.path());
    let ran = ran.exits(2);
    assert!(ran.stderr().contains("but the key is for Keccak"), "{ran}");
}
