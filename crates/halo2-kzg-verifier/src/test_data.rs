//! Real keys and proofs for this crate's own tests.

use alloc::vec::Vec;
use serde_json::Value;
use std::path::Path;

use crate::VerifyingKey;

/// A fixture of `tests/fixtures`, its key from the published vectors.
pub(crate) struct Real {
    pub(crate) key: VerifyingKey,
    pub(crate) proof: Vec<u8>,
    /// 32-byte big-endian words.
    pub(crate) public_inputs: Vec<u8>,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The published key of this name.
pub(crate) fn key(name: &str) -> VerifyingKey {
    let path = root().join("spec/vectors/keys").join(name);
    let bytes = std::fs::read(path.with_extension("zkvk")).unwrap();
    VerifyingKey::decode(&bytes).unwrap()
}

/// A published trace: every intermediate value of one verification.
pub(crate) fn trace(name: &str) -> Value {
    let traces = root().join("spec/vectors/traces");
    json(&traces.join(name).with_extension("json"))
}

/// A file of published vectors.
pub(crate) fn vectors(name: &str) -> Value {
    json(&root().join("spec/vectors").join(name))
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    let digit = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

impl Real {
    pub(crate) fn load(name: &str) -> Self {
        let json = json(&root().join("tests/fixtures").join(name).join("proof.json"));
        let byte = |value: &Value| u8::try_from(value.as_u64().unwrap()).unwrap();
        let word = |value: &Value| {
            let mut word = bytes(value.as_str().unwrap());
            word.reverse();
            word
        };
        Real {
            key: key(name),
            proof: json["proof"].as_array().unwrap().iter().map(byte).collect(),
            public_inputs: json["instances"][0]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(word)
                .collect(),
        }
    }
}
