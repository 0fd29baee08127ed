//! One error type for everything that is read: it names the file, the place in it, what is wrong
//! there, and the cure.

use std::fmt;

/// Which of ezkl's files an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The verifying key, `vk.key`.
    VkKey,
    /// The verifying key artifact of `ezkl.create_evm_vka`, `vka.bin`.
    Vka,
    /// The circuit's settings, `settings.json`.
    Settings,
    /// A proof with its public inputs, `proof.json`.
    Proof,
    /// The SRS file, `kzg.srs`.
    Srs,
}

impl FileKind {
    /// The name under which ezkl's documentation knows the file.
    pub fn customary_name(self) -> &'static str {
        match self {
            FileKind::VkKey => "vk.key",
            FileKind::Vka => "vka.bin",
            FileKind::Settings => "settings.json",
            FileKind::Proof => "proof.json",
            FileKind::Srs => "kzg.srs",
        }
    }
}

pub use halo2_import::ErrorKind;

/// Why a file was not imported.
///
/// Displays as `file: place: problem. Cure.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    kind: ErrorKind,
    file: FileKind,
    name: String,
    place: String,
    problem: String,
    cure: String,
}

impl ImportError {
    pub(crate) fn new(
        file: FileKind,
        kind: ErrorKind,
        place: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        let name = file.customary_name().to_owned();
        let cure = default_cure(file, kind).to_owned();
        Self {
            kind,
            file,
            name,
            place: place.into(),
            problem: problem.into(),
            cure,
        }
    }

    /// Replaces the advice.
    pub(crate) fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = cure.into();
        self
    }

    /// Uses `name` (a path, say) instead of the customary name, if the error is about this file.
    ///
    /// ```
    /// use ezkl_import::{FileKind, import_vka};
    /// let error = import_vka(&[]).unwrap_err().named(FileKind::Vka, "models/7/vka.bin");
    /// assert!(error.to_string().starts_with("models/7/vka.bin: "));
    /// ```
    pub fn named(mut self, file: FileKind, name: impl Into<String>) -> Self {
        if self.file == file {
            self.name = name.into();
        }
        self
    }

    /// What sort of thing is wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The file that the error is about.
    pub fn file(&self) -> FileKind {
        self.file
    }

    /// Where in the file: a byte range, a word, a field.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    pub fn advice(&self) -> &str {
        &self.cure
    }
}

fn default_cure(file: FileKind, kind: ErrorKind) -> &'static str {
    use ErrorKind::*;
    match (file, kind) {
        (_, Io) => "Check the path and the permissions.",
        (FileKind::Vka, Limit) | (FileKind::VkKey, Limit) | (FileKind::Settings, Limit) => {
            "The file is in order, but its circuit is beyond this verifier's limits. Make it smaller in \
             ezkl's run args: a smaller num_inner_cols or lookup_range lowers the degree, a larger logrows \
             the number of columns; then run gen_settings, calibrate_settings, compile_circuit and setup \
             again."
        }
        (FileKind::Vka, _) => {
            "Make the file again with ezkl 23's create_evm_vka, and copy it whole and in binary."
        }
        (FileKind::VkKey, Mismatch) => {
            "Use the vk.key and the settings.json that came out of one setup."
        }
        (FileKind::VkKey, _) => {
            "Make the file again with ezkl 23's setup, without EZKL_KEY_FORMAT, and copy it whole \
             and in binary."
        }
        (FileKind::Settings, Mismatch) => {
            "Use the settings.json with which the key and the proof were made."
        }
        (FileKind::Settings, _) => {
            "Use the settings.json that ezkl 23 wrote (gen_settings, calibrate_settings), unedited."
        }
        (FileKind::Proof, _) => "Use the proof.json that ezkl's prove wrote, unedited.",
        (FileKind::Srs, _) => {
            "Use the SRS file (KZG, BN254) that ezkl's get_srs downloads, copied whole."
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}. {}", self.problem, self.cure)
    }
}

impl std::error::Error for ImportError {}
