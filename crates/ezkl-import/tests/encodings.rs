//! The encodings in which editors and shells save JSON, and files whose fields disagree.

mod common;

use ezkl_import::{ErrorKind, ImportError, Settings, read_proof_json};
use serde_json::{Value, json};

fn file(name: &str) -> Vec<u8> {
    common::bytes(&common::circuit("mlp"), name)
}

fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

#[test]
fn a_byte_order_mark_and_utf_16_are_read() {
    for name in ["settings.json", "proof.json"] {
        let text = String::from_utf8(file(name)).unwrap();
        let variants = [
            [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(),
            utf16(&text, true, u16::to_le_bytes),
            utf16(&text, true, u16::to_be_bytes),
            utf16(&text, false, u16::to_le_bytes),
            utf16(&text, false, u16::to_be_bytes),
        ];
        for (index, bytes) in variants.iter().enumerate() {
            if name == "settings.json" {
                let expected = Settings::from_json(text.as_bytes()).unwrap();
                assert_eq!(
                    Settings::from_json(bytes).unwrap(),
                    expected,
                    "variant {index}"
                );
            } else {
                let expected = read_proof_json(text.as_bytes()).unwrap();
                assert_eq!(read_proof_json(bytes).unwrap(), expected, "variant {index}");
            }
        }
    }
}

#[test]
fn other_encodings_are_named() {
    let text = "{\"version\": \"23.0.5\"}";
    let utf32: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.chars().map(u32::from))
        .flat_map(u32::to_le_bytes)
        .collect();
    let mut cut = utf16(text, true, u16::to_le_bytes);
    cut.pop();
    let mut lone = utf16(text, true, u16::to_le_bytes);
    lone[4..6].copy_from_slice(&0xd800u16.to_le_bytes());
    for (bytes, kind, problem) in [
        (&utf32[..], ErrorKind::Version, "the text is in UTF-32"),
        (&cut, ErrorKind::Truncated, "its last character is cut off"),
        (
            &lone,
            ErrorKind::Malformed,
            "a surrogate that has no other half",
        ),
        (&[0x1f, 0x8b, 8, 0], ErrorKind::Version, "compressed"),
        (&[], ErrorKind::Truncated, "the file is empty"),
    ] {
        let error = Settings::from_json(bytes).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.problem().contains(problem), "{error}");
    }
    // A verifying key begins with 0x00 0x01, which is no UTF-16.
    let error = Settings::from_json(&[0, 1, 8, 0]).unwrap_err();
    assert!(!error.problem().contains("UTF-16"), "{error}");
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<(), ImportError> {
    let mut json = serde_json::from_slice(&file("proof.json")).unwrap();
    change(&mut json);
    read_proof_json(json.to_string().as_bytes()).map(|_| ())
}

#[test]
fn a_file_whose_two_proofs_differ_is_refused() {
    let refused = |change: &dyn Fn(&mut Value), kind: ErrorKind, problem: &str| {
        let error = changed(|json| change(json)).unwrap_err();
        assert_eq!(
            (error.kind(), error.place()),
            (kind, "hex_proof"),
            "{error}"
        );
        assert!(error.problem().contains(problem), "{error}");
    };
    let bytes = |json: &Value| json["proof"].as_array().unwrap().len();
    refused(
        &|json| json["proof"][7] = json!(json["proof"][7].as_u64().unwrap() ^ 1),
        ErrorKind::Mismatch,
        "first in byte 7",
    );
    refused(
        &|json| {
            json["proof"].as_array_mut().unwrap().push(json!(0));
        },
        ErrorKind::Mismatch,
        "but the field proof has",
    );
    refused(
        &|json| json["hex_proof"] = json!(format!("0x{}", "00".repeat(bytes(json)))),
        ErrorKind::Mismatch,
        "first in byte 0",
    );
    refused(
        &|json| json["hex_proof"] = json!("0x"),
        ErrorKind::Mismatch,
        "it has 0 bytes",
    );
    refused(
        &|json| json["hex_proof"] = json!("0xzz"),
        ErrorKind::Malformed,
        "not hexadecimal",
    );
}

#[test]
fn hex_proof_may_lack_its_prefix_or_be_left_out() {
    changed(|json| {
        let text = json["hex_proof"]
            .as_str()
            .unwrap()
            .trim_start_matches("0x")
            .to_owned();
        json["hex_proof"] = json!(text);
    })
    .unwrap();
    changed(|json| json["hex_proof"] = Value::Null).unwrap();
    changed(|json| {
        json.as_object_mut().unwrap().remove("hex_proof");
    })
    .unwrap();
}
