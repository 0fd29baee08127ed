//! What errors can be about here: ezkl's files.

pub use halo2_import::{ErrorKind, ErrorSubject};

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

/// Why a file was not imported.
///
/// Displays as `file: place: problem. Cure.`
///
/// ```
/// use ezkl_import::{FileKind, import_vka};
/// let error = import_vka(&[]).unwrap_err().named(FileKind::Vka, "models/7/vka.bin");
/// assert_eq!(error.subject(), FileKind::Vka);
/// assert!(error.to_string().starts_with("models/7/vka.bin: "));
/// ```
pub type ImportError = halo2_import::ImportError<FileKind>;

impl ErrorSubject for FileKind {
    fn customary_name(self) -> &'static str {
        match self {
            FileKind::VkKey => "vk.key",
            FileKind::Vka => "vka.bin",
            FileKind::Settings => "settings.json",
            FileKind::Proof => "proof.json",
            FileKind::Srs => "kzg.srs",
        }
    }

    fn default_cure(self, kind: ErrorKind) -> &'static str {
        use ErrorKind::*;
        match (self, kind) {
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
}
