//! The circuits that inputs are edits of: ezkl's files from `tests/fixtures`, and what the importers
//! make of them.

use crate::circuit;
use ezkl_import::{EzklProof, Settings, Srs, import_vka};
use halo2_kzg_verifier::{PreparedKey, TrustedSetup, VerifyingKey, shorten_proof};
use std::{io::Cursor, sync::LazyLock};

/// The files of one circuit, as ezkl wrote them.
pub struct Files {
    /// The name of the folder.
    pub name: &'static str,
    /// `vk.key`
    pub vk: &'static [u8],
    /// `settings.json`
    pub settings: &'static [u8],
    /// `kzg.srs` for k = 1.
    pub srs: &'static [u8],
    /// `vka.bin`
    pub vka: &'static [u8],
    /// `proof.json`
    pub proof: &'static [u8],
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(Files {
            name: $name,
            vk: include_bytes!(concat!("../../tests/fixtures/", $name, "/vk.key")),
            settings: include_bytes!(concat!("../../tests/fixtures/", $name, "/settings.json")),
            srs: include_bytes!(concat!("../../tests/fixtures/", $name, "/kzg_k1.srs")),
            vka: include_bytes!(concat!("../../tests/fixtures/", $name, "/vka.bin")),
            proof: include_bytes!(concat!("../../tests/fixtures/", $name, "/proof.json")),
        }),*]
    };
}

/// Small circuits that have between them what ezkl makes: one phase and two, challenges, lookups over
/// one column and ten, dynamic tables, hashes, commitments, selectors compressed or not. Inputs name
/// them by position, so new ones go to the end.
pub static FILES: [Files; 10] = files![
    "nolookup",
    "inner1",
    "two_out",
    "hashed_priv2",
    "nocompress",
    "polycommit_all",
    "gather_topk",
    "softmax",
    "bmm_freivalds",
    "sig_multicol10",
];

/// A circuit as the chain knows it, with a proof that holds.
pub struct Model {
    /// The key.
    pub key: VerifyingKey,
    /// The key's encoding.
    pub encoded: Vec<u8>,
    /// The key, prepared.
    pub prepared: PreparedKey,
    /// A valid proof.
    pub proof: Vec<u8>,
    /// Its public inputs.
    pub public_inputs: Vec<u8>,
}

impl Model {
    /// The valid proof in short form.
    pub fn short_proof(&self) -> Vec<u8> {
        shorten_proof(&self.key, &self.proof).expect("a valid proof in long form")
    }

    fn import(files: &Files) -> Self {
        let key = import_vka(files.vka).expect("a committed file");
        let proof = EzklProof::from_json(files.proof).expect("a committed file");
        Self {
            encoded: key.encode(),
            prepared: PreparedKey::new(key.clone()),
            key,
            proof: proof.proof,
            public_inputs: proof.public_inputs,
        }
    }
}

/// [`FILES`], imported.
pub static MODELS: LazyLock<Vec<Model>> =
    LazyLock::new(|| FILES.iter().map(Model::import).collect());

/// The settings of [`FILES`].
pub static SETTINGS: LazyLock<Vec<Settings>> = LazyLock::new(|| {
    let read = |files: &Files| Settings::from_json(files.settings).expect("a committed file");
    FILES.iter().map(read).collect()
});

/// The reference strings of [`FILES`].
pub static SRS: LazyLock<Vec<Srs>> = LazyLock::new(|| {
    let read = |files: &Files| Srs::read(Cursor::new(files.srs)).expect("a committed file");
    FILES.iter().map(read).collect()
});

/// The keys of [`MODELS`], encoded, each under its test setup and under the perpetual
/// powers of tau, and a wide key. That setup's point is not checked again at each decoding, which makes
/// its keys the quick ones.
pub static KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let known = TrustedSetup::perpetual_powers_of_tau();
    let wide = VerifyingKey::new(circuit::wide(&known)).expect("a valid key");
    let under_known =
        |model: &Model| with_s_g2(&model.encoded, &TrustedSetup::PERPETUAL_POWERS_OF_TAU);
    let own = MODELS.iter().map(|model| model.encoded.clone());
    let keys = MODELS.iter().map(under_known).chain(own);
    keys.chain([wide.encode()]).collect()
});

/// An encoded key with another \[s\]G2, which stands after the header, k, features, degree and
/// the digest.
pub fn with_s_g2(key: &[u8], s_g2: &[u8; TrustedSetup::BYTES]) -> Vec<u8> {
    let mut key = key.to_vec();
    key[37..37 + TrustedSetup::BYTES].copy_from_slice(s_g2);
    key
}

/// The element that a byte of the input names.
pub fn pick<T>(list: &[T], index: u8) -> &T {
    &list[usize::from(index) % list.len()]
}
