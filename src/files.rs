//! Reading and writing files, with errors that name the file and the cure.

use anyhow::{Context, Result, bail};
use ezkl_import::{EzklProof, FileKind, ImportError, Settings, Srs, read_proof_json};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use std::{
    fs::File,
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
};
use zkml_inspect::FileType;

/// The largest file that is read again to say what it is.
const MAX_LENGTH: u64 = 64 << 20;

/// A file that is no verifying key.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}{hint}", path.display())]
pub(crate) struct NotAKey {
    path: PathBuf,
    /// What the decoder says.
    problem: String,
    /// What the file is, or what a key would be.
    hint: String,
}

/// The whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    refuse_folder(path)?;
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Opens a file for reading.
pub(crate) fn open(path: &Path) -> Result<File> {
    refuse_folder(path)?;
    File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

fn refuse_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        let error = io::Error::from(io::ErrorKind::IsADirectory);
        let problem = format!("cannot read {}: give a file", path.display());
        return Err(anyhow::Error::new(error).context(problem));
    }
    Ok(())
}

/// Writes a file whole or not at all: under a temporary name beside it, then renamed. A link stays, and the file that
/// it leads to is written; so is what is no file, such as `/dev/stdout` or a pipe.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Ok(there) = std::fs::metadata(path)
        && !there.is_file()
        && !there.is_dir()
    {
        return std::fs::write(path, bytes)
            .with_context(|| format!("cannot write {}", path.display()));
    }
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = target.as_path();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let context = || format!("cannot write {}", path.display());
    if path.is_dir() {
        bail!("cannot write {}: it is a folder", path.display());
    }
    if !folder.is_dir() {
        bail!(
            "cannot write {}: there is no folder {}",
            path.display(),
            folder.display()
        );
    }
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
        let hint = match FileType::of_bytes(&bytes) {
            Some(FileType::Key) => String::new(),
            Some(FileType::Pinned) => {
                ". It looks like a pinned key of halo2 (vk.txt): make a verifying key of it \
                with `zkml key import --pinned`"
                    .to_owned()
            }
            Some(kind @ FileType::Ezkl(FileKind::VkKey | FileKind::Vka)) => {
                let name = kind.name();
                format!(". It looks like {name}: make a verifying key of it with `zkml key import`")
            }
            Some(kind) => format!(
                ". It looks like {}; a verifying key is what `zkml key import` writes",
                kind.name()
            ),
            None => ". A verifying key is what `zkml key import` writes".to_owned(),
        };
        NotAKey {
            path: path.to_owned(),
            problem: error.to_string(),
            hint,
        }
        .into()
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
    Srs::read(BufReader::new(open(path)?)).map_err(|e| named(e, FileKind::Srs, path))
}

/// The trusted setup of a key (.zkvk) or of an SRS file.
pub(crate) fn read_trusted_setup(path: &Path) -> Result<TrustedSetup> {
    // Of an SRS file, which may have gigabytes, the ends are read.
    let srs = match read_srs(path) {
        Ok(srs) => return Ok(srs.trusted_setup),
        Err(error) => error,
    };
    match read_key(path) {
        Ok(key) => Ok(key.trusted_setup().clone()),
        Err(key) => bail!(
            "{} is neither a verifying key ({key:#}) nor an SRS file ({srs:#})",
            path.display()
        ),
    }
}

/// What a file seems to be.
pub(crate) fn looks_like(path: &Path) -> Option<&'static str> {
    FileType::of_bytes(&std::fs::read(path).ok()?).map(FileType::name)
}

/// Puts the file's real name into an import's error.
pub(crate) fn named(error: ImportError, file: FileKind, path: &Path) -> anyhow::Error {
    let error = error.named(file, path.display().to_string());
    let wrong_file = (error.subject() == file).then(|| wrong_file(file, path));
    match wrong_file.flatten() {
        Some(problem) => anyhow::Error::new(error).context(problem),
        None => error.into(),
    }
}

/// A file that could not be used, to say what it is.
fn read_again(path: &Path) -> Option<Vec<u8>> {
    let length = std::fs::metadata(path).ok()?.len();
    (length <= MAX_LENGTH).then(|| std::fs::read(path).ok())?
}

/// "a.json looks like ezkl's settings.json, but ezkl's proof.json is expected", if it is another file.
fn wrong_file(expected: FileKind, path: &Path) -> Option<String> {
    FileType::Ezkl(expected).mistaken(&path.display().to_string(), &read_again(path)?)
}

/// \[s\]G2 as keys hold it, in hexadecimal.
pub(crate) fn s_g2_hex(setup: &TrustedSetup) -> String {
    hex(setup.to_bytes())
}

/// Bytes as `0x…`.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    alloy_primitives::hex::encode_prefixed(bytes)
}
