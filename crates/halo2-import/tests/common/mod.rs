//! The fixtures of tests/fixtures-halo2: circuits and proofs of four forks of halo2.

#![allow(dead_code, reason = "each test uses its part")]

use halo2_import::{Halo2Key, Imported, KeyOptions};
use halo2_kzg_verifier::{Accumulator, Opening, TranscriptHash, TrustedSetup, VerifyingKey};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) const FORKS: [&str; 4] = ["axiom", "pse03", "pse04", "zkonduit"];

/// One circuit.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) pinned: String,
    /// The values of each instance column, big-endian.
    pub(crate) instances: Vec<Vec<[u8; 32]>>,
    pub(crate) proofs: Vec<Proof>,
    pub(crate) accepted: bool,
    trusted_setup: TrustedSetup,
    accumulator: Option<Accumulator>,
}

/// One proof, as its prover wrote it.
pub(crate) struct Proof {
    pub(crate) opening: Opening,
    pub(crate) transcript: TranscriptHash,
    /// `evm`, `blake2b` or `blake2b7`
    pub(crate) form: String,
    pub(crate) bytes: Vec<u8>,
}

fn hex_word(value: &Value) -> [u8; 32] {
    let digits = value.as_str().unwrap().trim_start_matches("0x");
    let mut word = [0; 32];
    hex::decode_to_slice(format!("{digits:0>64}"), &mut word).unwrap();
    word
}

fn json(path: PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

impl Fixture {
    /// A circuit of a fork.
    pub(crate) fn load(fork: &str, name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures-halo2");
        Self::read(&root.join(fork).join(name))
    }

    /// Every circuit of a fork.
    pub(crate) fn all(fork: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures-halo2");
        let mut folders: Vec<PathBuf> = fs::read_dir(root.join(fork))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("pinned.txt").exists())
            .collect();
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let cs = json(folder.join("cs.json"));
        let proofs = json(folder.join("proofs.json"));
        let mut s_g2 = Vec::new();
        for pair in cs["s_g2"].as_array().unwrap() {
            s_g2.extend([hex_word(&pair[1]), hex_word(&pair[0])]);
        }
        Fixture {
            pinned: fs::read_to_string(folder.join("pinned.txt")).unwrap(),
            instances: proofs["instances"]
                .as_array()
                .unwrap()
                .iter()
                .map(|column| column.as_array().unwrap().iter().map(hex_word).collect())
                .collect(),
            proofs: proofs["proofs"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, bytes)| Proof::read(name, bytes.as_str().unwrap()))
                .collect(),
            accepted: !name.ends_with("_wrong"),
            trusted_setup: TrustedSetup::from_bytes(&s_g2.concat().try_into().unwrap()).unwrap(),
            accumulator: accumulator(&cs["accumulator"]),
            name,
        }
    }

    pub(crate) fn options(&self, opening: Opening, transcript_hash: TranscriptHash) -> KeyOptions {
        KeyOptions {
            trusted_setup: self.trusted_setup.clone(),
            instance_lengths: self.instances.iter().map(|c| c.len() as u32).collect(),
            opening,
            transcript_hash,
            accumulator: self.accumulator,
        }
    }

    pub(crate) fn import(&self, opening: Opening, transcript_hash: TranscriptHash) -> Imported {
        Halo2Key::from_pinned(&self.pinned)
            .and_then(|key| key.verifying_key(&self.options(opening, transcript_hash)))
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    pub(crate) fn key(&self, opening: Opening, transcript_hash: TranscriptHash) -> VerifyingKey {
        self.import(opening, transcript_hash).key
    }

    /// The proof of this name, such as `shplonk-evm`.
    pub(crate) fn proof(&self, opening: Opening, form: &str) -> &Proof {
        let mut proofs = self.proofs.iter();
        proofs
            .find(|p| p.opening == opening && p.form == form)
            .unwrap()
    }
}

impl Proof {
    fn read(name: &str, hex: &str) -> Self {
        let (opening, form) = name.split_once('-').unwrap();
        Proof {
            opening: match opening {
                "gwc" => Opening::Gwc,
                "shplonk" => Opening::Shplonk,
                _ => panic!("{name}"),
            },
            transcript: if form == "evm" {
                TranscriptHash::Keccak256
            } else {
                TranscriptHash::Blake2b
            },
            form: form.to_owned(),
            bytes: hex::decode(hex).unwrap(),
        }
    }
}

fn accumulator(json: &Value) -> Option<Accumulator> {
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let first = json.get("positions")?.get(0)?;
    Some(Accumulator {
        column: number(&first[0]),
        row: number(&first[1]),
        limbs: number(&json["limbs"]),
        bits: number(&json["bits"]),
    })
}
