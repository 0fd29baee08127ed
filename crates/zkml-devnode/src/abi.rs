//! Reading the custom errors of contracts from their ABIs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use alloy_json_abi::{Error as AbiError, JsonAbi};
use serde::Deserialize;

/// The largest file that is read, in bytes: artifacts with debug data have megabytes.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// How deep folders are looked into.
const MAX_DEPTH: usize = 8;

/// A file or folder that holds no ABI.
#[derive(Debug, thiserror::Error)]
#[error("--abi {path}: {reason}")]
pub struct AbiFileError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why it holds none.
    pub reason: String,
}

impl AbiFileError {
    fn new(path: &Path, reason: impl ToString) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// The errors of all ABIs that these files and folders hold. In a folder, files that are no ABI are
/// passed over.
pub(crate) fn read_errors(paths: &[PathBuf]) -> Result<Vec<AbiError>, AbiFileError> {
    let mut errors = Vec::new();
    for path in paths {
        if path.is_dir() {
            read_folder(path, MAX_DEPTH, &mut errors)?;
        } else {
            errors.extend(read_file(path)?);
        }
    }
    Ok(errors)
}

fn read_folder(
    folder: &Path,
    depth: usize,
    errors: &mut Vec<AbiError>,
) -> Result<(), AbiFileError> {
    let unreadable = |error| AbiFileError::new(folder, error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            if depth > 0 {
                read_folder(&path, depth - 1, errors)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            errors.extend(read_file(&path).unwrap_or_default());
        }
    }
    Ok(())
}

/// An ABI alone, or a build artifact that has one.
#[derive(Deserialize)]
#[serde(untagged)]
enum AbiFile {
    Bare(JsonAbi),
    Artifact { abi: JsonAbi },
}

fn read_file(path: &Path) -> Result<Vec<AbiError>, AbiFileError> {
    let unreadable = |error| AbiFileError::new(path, error);
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_FILE_BYTES {
        return Err(AbiFileError::new(
            path,
            format!("{length} bytes are too many; at most {MAX_FILE_BYTES}"),
        ));
    }
    let text = fs::read(path).map_err(unreadable)?;
    let file: AbiFile = serde_json::from_slice(&text).map_err(|_| {
        AbiFileError::new(
            path,
            "neither a contract's ABI (a JSON list) nor a build artifact with an \"abi\"",
        )
    })?;
    let (AbiFile::Bare(abi) | AbiFile::Artifact { abi }) = file;
    Ok(abi.errors().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABI: &str = r#"[{"type": "error", "name": "Mine",
        "inputs": [{"name": "why", "type": "uint256"}]}]"#;

    /// A folder that is removed when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("Mine.sol")).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_bare_abi_an_artifact_and_a_folder_of_them_are_read() {
        let folder = Folder::new("zkml-abi-read");
        let bare = folder.0.join("bare.json");
        let artifact = folder.0.join("Mine.sol/Mine.json");
        fs::write(&bare, ABI).unwrap();
        fs::write(&artifact, format!(r#"{{"abi": {ABI}, "bytecode": "0x"}}"#)).unwrap();
        fs::write(folder.0.join("other.json"), r#"{"solc": 1}"#).unwrap();
        for path in [&bare, &artifact] {
            let errors = read_errors(std::slice::from_ref(path)).unwrap();
            assert_eq!(errors[0].signature(), "Mine(uint256)");
        }
        assert_eq!(
            read_errors(std::slice::from_ref(&folder.0)).unwrap().len(),
            2
        );
    }

    #[test]
    fn what_holds_no_abi_is_named() {
        let folder = Folder::new("zkml-abi-refuse");
        let other = folder.0.join("other.json");
        fs::write(&other, r#"{"solc": 1}"#).unwrap();
        let error = read_errors(&[other]).unwrap_err().to_string();
        assert!(
            error.contains("other.json: neither a contract's ABI"),
            "{error}"
        );
        read_errors(&[folder.0.join("none.json")]).unwrap_err();
    }
}
