//! Real circuits, proofs and keys, as ezkl made them.

use anyhow::{Context, Result, ensure};
use ezkl_import::{DigestSource, EzklProof, Settings, Srs, import_vk, import_vka};
use halo2_kzg_verifier::VerifyingKey;
use std::{fs, io::Cursor, path::Path};

/// One circuit with a valid proof.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The circuit's name: that of its folder.
    pub name: String,
    /// The key.
    pub key: VerifyingKey,
    /// The raw proof.
    pub proof: Vec<u8>,
    /// The public inputs, 32-byte big-endian words.
    pub public_inputs: Vec<u8>,
}

/// Reads a folder that holds `proof.json` and either `vka.bin`, or `vk.key` with `settings.json` and
/// `kzg_k1.srs`.
///
/// # Errors
/// A file is missing, or cannot be imported.
pub fn load_fixture(folder: &Path) -> Result<Fixture> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).with_context(|| path.display().to_string())
    };
    let proof = EzklProof::from_json(&read("proof.json")?)?;
    let key = if folder.join("vka.bin").exists() {
        import_vka(&read("vka.bin")?)?
    } else {
        let settings = Settings::from_json(&read("settings.json")?)?;
        let srs = Srs::read(Cursor::new(read("kzg_k1.srs")?))?;
        let digest = DigestSource::FromProof(&proof);
        import_vk(&read("vk.key")?, &settings, srs.trusted_setup, digest)?
    };
    let name = folder.file_name().unwrap_or_default();
    Ok(Fixture {
        name: name.to_string_lossy().into_owned(),
        key,
        proof: proof.proof,
        public_inputs: proof.public_inputs,
    })
}

/// Reads every circuit's folder in `roots`, in the order of their names.
///
/// # Errors
/// A folder cannot be read, or there is no circuit at all.
pub fn load_fixtures(roots: &[impl AsRef<Path>]) -> Result<Vec<Fixture>> {
    let mut folders = Vec::new();
    for root in roots {
        let root = root.as_ref();
        for entry in fs::read_dir(root).with_context(|| {
            format!(
                "cannot read {}: run this in a clone of the repository, or name folders of circuits",
                root.display()
            )
        })? {
            let folder = entry?.path();
            if folder.join("proof.json").exists() {
                folders.push(folder);
            }
        }
    }
    ensure!(
        !folders.is_empty(),
        "no circuits: expected folders with proof.json and vka.bin, or with vk.key, settings.json and kzg_k1.srs"
    );
    folders.sort();
    folders.iter().map(|folder| load_fixture(folder)).collect()
}
