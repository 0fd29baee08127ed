//! The explanation names the statement, the public inputs and what could mislead.

mod common;

use ezkl_import::{
    Content, DigestSource, Explanation, EzklProof, ImportError, Settings, Srs, explain, import_vk,
    read_proof_json,
};
use halo2_kzg_verifier::shorten_proof;
use std::io::Cursor;

fn settings(circuit: &str) -> Settings {
    Settings::from_json(&common::bytes(&common::circuit(circuit), "settings.json")).unwrap()
}

fn proof(circuit: &str) -> EzklProof {
    read_proof_json(&common::bytes(&common::circuit(circuit), "proof.json")).unwrap()
}

fn explained(circuit: &str, proof: Option<&EzklProof>) -> Result<Explanation, ImportError> {
    let folder = common::circuit(circuit);
    let settings = settings(circuit);
    let srs = Srs::read(Cursor::new(common::bytes(&folder, "kzg_k1.srs"))).unwrap();
    let vk = common::bytes(&folder, "vk.key");
    let key = import_vk(
        &vk,
        &settings,
        srs.trusted_setup.clone(),
        DigestSource::Computed,
    )
    .unwrap();
    explain(&key, &settings, proof)
}

/// The text without line breaks.
fn flat(explanation: &Explanation) -> String {
    explanation
        .to_text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn names_and_dequantises_the_outputs() {
    let explanation = explained("mlp", Some(&proof("mlp"))).unwrap();
    assert_eq!(explanation.valid, Some(true));
    let [output] = explanation.public_inputs.as_slice() else {
        panic!("one tensor")
    };
    assert_eq!(
        (output.name.as_str(), output.shape.as_slice()),
        ("output 0", &[1, 4][..])
    );
    assert_eq!((output.scale, output.constrained), (Some(13), true));
    let values: Vec<f64> = output
        .values
        .iter()
        .flatten()
        .map(|value| value.value.unwrap())
        .collect();
    assert_eq!(
        values,
        [
            -0.207275390625,
            0.5450439453125,
            -0.553955078125,
            0.2589111328125
        ]
    );
    assert_eq!(
        output.values.as_ref().unwrap()[0].integer.as_deref(),
        Some("-1698")
    );
    let text = flat(&explanation);
    for part in [
        "The proof is VALID. It says",
        "an input that it keeps to itself",
        "the weights that are built into the key",
        "the output in public inputs 0 to 3",
        "output 0 [1, 4] at scale 13 = -0.207275, 0.545044, -0.553955, 0.258911",
        "SOME input",
        "anyone who knows its secret can forge",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(!text.contains("ANY weights"), "{text}");
}

#[test]
fn says_so_when_the_proof_is_invalid() {
    let mut proof = proof("mlp");
    proof.public_inputs[31] ^= 1;
    let explanation = explained("mlp", Some(&proof)).unwrap();
    assert_eq!(explanation.valid, Some(false));
    assert!(flat(&explanation).contains("The proof is INVALID: it says nothing."));
}

#[test]
fn places_public_inputs_before_public_outputs() {
    let explanation = explained("two_out", Some(&proof("two_out"))).unwrap();
    let places: Vec<_> = explanation
        .public_inputs
        .iter()
        .map(|tensor| {
            (
                tensor.name.as_str(),
                tensor.first,
                tensor.length,
                tensor.scale,
            )
        })
        .collect();
    let expected = [
        ("input 0", 0, 4, Some(7)),
        ("output 0", 4, 3, Some(14)),
        ("output 1", 7, 4, Some(14)),
    ];
    assert_eq!(places, expected);
    let text = flat(&explanation);
    assert!(text.contains("the input in public inputs 0 to 3"), "{text}");
    assert!(
        text.contains("the output in public inputs 4 to 10"),
        "{text}"
    );
    assert!(!text.contains("SOME input"), "{text}");
}

#[test]
fn explains_the_dead_slot_of_a_private_hash() {
    let explanation = explained("hashed_priv2", None).unwrap();
    let hash = &explanation.public_inputs[0];
    assert_eq!(
        (hash.name.as_str(), hash.content),
        ("hash of input 0", Content::Hash)
    );
    assert!(!hash.constrained);
    let text = flat(&explanation);
    assert!(
        text.contains("Public input 0 (hash of input 0) is a dead slot"),
        "{text}"
    );
    assert!(text.contains("SOME input"), "{text}");
}

#[test]
fn a_forged_hash_in_a_dead_slot_is_valid_and_still_warned_of() {
    let path = common::circuit("hashed_priv2").join("forged_hash_accepted.json");
    let Ok(bytes) = std::fs::read(path) else {
        // The forged proof belongs to the larger set of fixtures.
        return;
    };
    let explanation = explained("hashed_priv2", Some(&read_proof_json(&bytes).unwrap())).unwrap();
    assert_eq!(explanation.valid, Some(true));
    assert!(!explanation.public_inputs[0].constrained);
}

#[test]
fn a_public_hash_is_a_constrained_slot() {
    let explanation = explained("hashed_in", Some(&proof("hashed_in"))).unwrap();
    let hash = &explanation.public_inputs[0];
    assert!(hash.constrained);
    let value = &hash.values.as_ref().unwrap()[0];
    let expected = "0x0f20ee3a5553ef8460b0362056e274705cda37e93da7f13213cfd968f1df38a4";
    assert_eq!((value.word.as_str(), &value.integer), (expected, &None));
    let text = flat(&explanation);
    assert!(
        text.contains("an input whose Poseidon hash is public input 0"),
        "{text}"
    );
    assert!(!text.contains("dead slot"), "{text}");
}

#[test]
fn says_which_points_of_the_proof_commit_to_what() {
    let proof = proof("polycommit_all");
    let explanation = explained("polycommit_all", Some(&proof)).unwrap();
    let places: Vec<_> = explanation
        .commitments
        .iter()
        .map(|c| (c.name.as_str(), c.first_point, c.points, c.elements))
        .collect();
    assert_eq!(
        places,
        [
            ("input 0", 0, 1, 4),
            ("parameters", 1, 1, 56),
            ("output 0", 2, 1, 3)
        ]
    );
    let point = &explanation.commitments[1].values.as_ref().unwrap()[0];
    assert_eq!(*point, format!("0x{}", hex::encode(&proof.proof[64..128])));
    let key = ezkl_import::import_vka(&common::bytes(
        &common::circuit("polycommit_all"),
        "vka.bin",
    ));
    let short = EzklProof {
        proof: shorten_proof(&key.unwrap(), &proof.proof).unwrap(),
        ..proof
    };
    // The points are the same in both forms of the proof.
    assert_eq!(
        explained("polycommit_all", Some(&short)).unwrap(),
        explanation
    );
    let malformed = EzklProof {
        proof: vec![0xff; short.proof.len()],
        ..short
    };
    let of_malformed = explained("polycommit_all", Some(&malformed)).unwrap();
    assert_eq!(of_malformed.commitments[0].values, None);
    let text = flat(&explanation);
    for part in [
        "the input that the proof's point 0 commits to",
        "the weights that the proof's point 1 commits to",
        "the output that the proof's point 2 commits to",
        "compare these points",
        "No public inputs.",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[test]
fn private_weights_mean_any_weights() {
    let mut json: serde_json::Value =
        serde_json::from_slice(&common::bytes(&common::circuit("mlp"), "settings.json")).unwrap();
    json["run_args"]["param_visibility"] = "Private".into();
    let settings = Settings::from_json(json.to_string().as_bytes()).unwrap();
    let folder = common::circuit("mlp");
    let key = ezkl_import::import_vka(&common::bytes(&folder, "vka.bin")).unwrap();
    let text = flat(&explain(&key, &settings, None).unwrap());
    assert!(
        text.contains("with some weights of the prover's choice"),
        "{text}"
    );
    assert!(text.contains("the proof holds for ANY weights"), "{text}");
}

#[test]
fn settings_of_another_circuit_are_refused() {
    let key = ezkl_import::import_vka(&common::bytes(&common::circuit("mlp"), "vka.bin")).unwrap();
    let error = explain(&key, &settings("two_out"), None)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("settings.json: run_args.logrows: 8, but the key has 15"),
        "{error}"
    );
}

#[test]
fn settings_of_another_circuit_with_as_many_rows_and_public_inputs_are_refused() {
    for (circuit, other) in [("mlp", "hashed_in"), ("sigmoid", "polycommit_in")] {
        let folder = common::circuit(circuit);
        let srs = Srs::read(Cursor::new(common::bytes(&folder, "kzg_k1.srs"))).unwrap();
        let vk = common::bytes(&folder, "vk.key");
        let setup = srs.trusted_setup;
        let key = import_vk(&vk, &settings(circuit), setup, DigestSource::Computed).unwrap();
        let (own, others) = (settings(circuit), settings(other));
        assert_eq!(own.logrows(), others.logrows(), "{circuit}, {other}");
        let error = explain(&key, &others, Some(&proof(circuit))).unwrap_err();
        assert!(error.to_string().contains("advice columns"), "{error}");
    }
}

#[test]
fn every_circuit_is_explained_and_its_public_inputs_are_covered_without_gaps() {
    for folder in common::circuits() {
        let Some(vka) = common::file(&folder, "vka.bin") else {
            continue;
        };
        let name = common::name(&folder);
        let settings = Settings::from_json(&common::bytes(&folder, "settings.json")).unwrap();
        let proof = read_proof_json(&common::bytes(&folder, "proof.json")).unwrap();
        let key = ezkl_import::import_vka(&vka).unwrap();
        let explanation = explain(&key, &settings, Some(&proof)).unwrap();
        let mut next = 0;
        for tensor in &explanation.public_inputs {
            assert_eq!(tensor.first, next, "{name}");
            assert_eq!(
                tensor.values.as_ref().unwrap().len() as u32,
                tensor.length,
                "{name}"
            );
            next += tensor.length;
        }
        assert_eq!(u64::from(next), key.num_public_inputs(), "{name}");
        assert_eq!(explanation.valid, Some(true), "{name}");
        assert!(
            serde_json::to_string(&explanation)
                .unwrap()
                .contains("\"statement\"")
        );
    }
}

#[test]
fn a_proof_with_a_public_input_too_many_is_invalid_and_names_no_values() {
    let bytes = common::bytes(&common::circuit("two_out"), "neg_extra_instance.json");
    let explanation = explained("two_out", Some(&read_proof_json(&bytes).unwrap())).unwrap();
    assert_eq!(explanation.valid, Some(false));
    assert!(
        explanation
            .public_inputs
            .iter()
            .all(|tensor| tensor.values.is_none())
    );
    let text = flat(&explanation);
    assert!(
        text.contains("public inputs: 384 bytes, this key takes 352"),
        "{text}"
    );
}
