//! Where the fixtures are: `tests/fixtures` of the repository, and any folder that `ZKML_FIXTURES`
//! names (one folder for each circuit).
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// Folders of the circuits, in order of their names.
pub(crate) fn circuits() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut roots = vec![tests.join("fixtures"), tests.join("fixtures-large")];
    if let Some(extra) = std::env::var_os("ZKML_FIXTURES") {
        roots = vec![extra.into()];
    }
    let mut circuits: Vec<PathBuf> = roots
        .iter()
        .flat_map(|root| std::fs::read_dir(root).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("settings.json").exists())
        .collect();
    circuits.sort();
    assert!(!circuits.is_empty(), "no fixtures in {roots:?}");
    circuits
}

/// A circuit of the repository's own fixtures.
pub(crate) fn circuit(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures")
        .join(name)
}

/// The circuit's name.
pub(crate) fn name(circuit: &Path) -> String {
    circuit.file_name().unwrap().to_string_lossy().into_owned()
}

/// A file of the circuit, if it has it.
pub(crate) fn file(circuit: &Path, name: &str) -> Option<Vec<u8>> {
    std::fs::read(circuit.join(name)).ok()
}

/// A file that the circuit must have.
pub(crate) fn bytes(circuit: &Path, name: &str) -> Vec<u8> {
    file(circuit, name).unwrap_or_else(|| panic!("{}: no {name}", circuit.display()))
}
