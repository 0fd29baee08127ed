//! The published vectors and the compiled contracts, carried by the kit.

use crate::Vector;
use alloy_primitives::{Bytes, hex};
use std::sync::LazyLock;

/// `spec/vectors`, by path.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// One file of vectors.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name without the ending.
    pub name: &'static str,
    /// Its content.
    pub vectors: Vec<Vector>,
}

/// A file of `spec/vectors` by its path there, such as `keys/mlp.zkvk`.
pub fn file(path: &str) -> Option<&'static [u8]> {
    let mut files = FILES.iter();
    files
        .find(|(name, _)| *name == path)
        .map(|(_, content)| *content)
}

/// All vectors, in the order of their files' names.
///
/// # Panics
/// The files were not made by this project.
pub fn vectors() -> &'static [File] {
    static VECTORS: LazyLock<Vec<File>> = LazyLock::new(|| {
        let json = FILES
            .iter()
            .filter_map(|(name, content)| Some((name.strip_suffix(".json")?, content)));
        json.map(|(name, content)| File {
            name,
            vectors: serde_json::from_slice(content)
                .unwrap_or_else(|error| panic!("{name}.json: {error}")),
        })
        .collect()
    });
    &VECTORS
}

/// The vector with this name.
///
/// # Panics
/// There is none.
pub fn vector(name: &str) -> &'static Vector {
    let mut all = vectors().iter().flat_map(|file| &file.vectors);
    all.find(|vector| vector.name == name)
        .unwrap_or_else(|| panic!("no vector \"{name}\""))
}

/// The code of a deployed contract.
pub(crate) fn deployed_code(artifact: &str) -> Bytes {
    let json: serde_json::Value = serde_json::from_str(artifact).expect("an artifact");
    let digits = json["deployedBytecode"].as_str().expect("compiled code");
    hex::decode(digits).expect("hex").into()
}

/// `contracts/test/Probe.sol`: calls the verifier in every way that the EVM has.
pub static PROBE: LazyLock<Bytes> =
    LazyLock::new(|| deployed_code(include_str!("../data/contracts/Probe.json")));

/// `contracts/src/MyAIApp.sol`: the contract of ModernTensor's zkML page, which binds no key.
pub static MY_AI_APP: LazyLock<Bytes> =
    LazyLock::new(|| deployed_code(include_str!("../data/contracts/MyAIApp.json")));
