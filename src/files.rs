//! Reading and writing files, with errors that name the file and the cure.

use anyhow::{Context, Result, anyhow, bail};
use ezkl_import::{EzklProof, FileKind, ImportError, Settings, Srs, read_proof_json};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use std::{
    fs::File,
    io::{BufReader, Write},
    path::Path,
};

/// The whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file whole or not at all: under a temporary name beside it, then renamed.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let context = || format!("cannot write {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
    file.write_all(bytes).with_context(context)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file()
            .set_permissions(readable)
            .with_context(context)?;
    }
    file.persist(path)
        .map_err(|e| e.error)
        .with_context(context)?;
    Ok(())
}

/// Reads a verifying key (model.zkvk).
pub(crate) fn read_key(path: &Path) -> Result<VerifyingKey> {
    let bytes = read(path)?;
    VerifyingKey::decode(&bytes).map_err(|error| {
        let hint = match bytes.first() {
            Some(3) => {
                ". It looks like ezkl's vk.key: import it first, with `zkml key import --vk`"
            }
            Some(0) => "",
            _ => ". A verifying key is what `zkml key import` writes",
        };
        anyhow!("{}: {error}{hint}", path.display())
    })
}

/// Reads ezkl's proof.json.
pub(crate) fn read_proof(path: &Path) -> Result<EzklProof> {
    read_proof_json(&read(path)?).map_err(|e| named(e, FileKind::Proof, path))
}

/// Reads ezkl's settings.json.
pub(crate) fn read_settings(path: &Path) -> Result<Settings> {
    Settings::from_json(&read(path)?).map_err(|e| named(e, FileKind::Settings, path))
}

/// Reads the head and the tail of an SRS file.
pub(crate) fn read_srs(path: &Path) -> Result<Srs> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Srs::read(BufReader::new(file)).map_err(|e| named(e, FileKind::Srs, path))
}

/// The trusted setup of a key (.zkvk) or of an SRS file.
pub(crate) fn read_trusted_setup(path: &Path) -> Result<TrustedSetup> {
    match (read_key(path), read_srs(path)) {
        (Ok(key), _) => Ok(key.trusted_setup().clone()),
        (_, Ok(srs)) => Ok(srs.trusted_setup),
        (Err(key), Err(srs)) => bail!(
            "{} is neither a verifying key ({key:#}) nor an SRS file ({srs:#})",
            path.display()
        ),
    }
}

/// Puts the file's real name into an import's error.
pub(crate) fn named(error: ImportError, file: FileKind, path: &Path) -> anyhow::Error {
    error.named(file, path.display().to_string()).into()
}

/// Bytes as `0x…`.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    alloy_primitives::hex::encode_prefixed(bytes)
}
