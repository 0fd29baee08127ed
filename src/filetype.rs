//! What a file is, as far as its first bytes or its fields tell: for errors about wrong files.

use ezkl_import::FileKind;
use serde_json::Value;
use std::path::Path;

/// The largest file that is read again to say what it is.
const MAX_LENGTH: u64 = 64 << 20;

/// Something that users of this program have at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileType {
    /// One of the files that ezkl-import reads.
    Ezkl(FileKind),
    /// A verifying key (model.zkvk).
    Key,
    /// The text of a halo2 circuit's pinned key.
    Pinned,
    /// ezkl's input.json.
    Input,
    /// ezkl's witness.json.
    Witness,
    /// A model.
    Onnx,
}

impl FileType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            FileType::Ezkl(FileKind::VkKey) => "ezkl's vk.key or pk.key",
            FileType::Ezkl(FileKind::Vka) => "the vka.bin of ezkl's create_evm_vka",
            FileType::Ezkl(FileKind::Settings) => "ezkl's settings.json",
            FileType::Ezkl(FileKind::Proof) => "ezkl's proof.json",
            FileType::Ezkl(FileKind::Srs) => "an SRS file",
            FileType::Key => "a verifying key (model.zkvk)",
            FileType::Pinned => "a pinned key of halo2 (vk.txt)",
            FileType::Input => "ezkl's input.json",
            FileType::Witness => "ezkl's witness.json",
            FileType::Onnx => "an ONNX model",
        }
    }

    /// What the file at `path` is, if it can be told.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let length = std::fs::metadata(path).ok()?.len();
        if length > MAX_LENGTH {
            return None;
        }
        Self::of_bytes(&std::fs::read(path).ok()?)
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if let Ok(json) = serde_json::from_slice::<Value>(bytes) {
            return Self::of_json(&json);
        }
        match bytes {
            _ if bytes.starts_with(b"PinnedVerificationKey") => Some(FileType::Pinned),
            _ if is_srs(bytes) => Some(FileType::Ezkl(FileKind::Srs)),
            _ if is_vka(bytes) => Some(FileType::Ezkl(FileKind::Vka)),
            [0, 1, 0..=28, ..] => Some(FileType::Key),
            [3, 1..=28, 0 | 1, ..] => Some(FileType::Ezkl(FileKind::VkKey)),
            // Protobuf: field 1 (ir_version), then field 2 (producer_name) or 7 (graph).
            [8, 3..=20, 0x12 | 0x3a, ..] => Some(FileType::Onnx),
            _ => None,
        }
    }

    fn of_json(json: &Value) -> Option<Self> {
        let has = |field| json.get(field).is_some();
        if has("proof") && has("instances") {
            Some(FileType::Ezkl(FileKind::Proof))
        } else if has("run_args") {
            Some(FileType::Ezkl(FileKind::Settings))
        } else if has("input_data") {
            Some(FileType::Input)
        } else if has("inputs") && has("outputs") {
            Some(FileType::Witness)
        } else {
            None
        }
    }
}

/// Does the number of words that it announces fit its length?
fn is_vka(bytes: &[u8]) -> bool {
    let Some((count, words)) = bytes.split_first_chunk() else {
        return false;
    };
    u64::from_le_bytes(*count).checked_mul(32) == Some(words.len() as u64) && !words.is_empty()
}

/// Does its k fit its length?
fn is_srs(bytes: &[u8]) -> bool {
    let Some((k, points)) = bytes.split_first_chunk() else {
        return false;
    };
    let k = u32::from_le_bytes(*k);
    k <= 28 && points.len() as u64 == (128 << k) + 256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_every_fixture_are_known() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let mut seen = 0;
        for circuit in std::fs::read_dir(root).unwrap() {
            for (name, kind) in [
                ("vk.key", FileType::Ezkl(FileKind::VkKey)),
                ("vka.bin", FileType::Ezkl(FileKind::Vka)),
                ("settings.json", FileType::Ezkl(FileKind::Settings)),
                ("proof.json", FileType::Ezkl(FileKind::Proof)),
                ("kzg_k1.srs", FileType::Ezkl(FileKind::Srs)),
                ("input.json", FileType::Input),
                ("model.onnx", FileType::Onnx),
            ] {
                let path = circuit.as_ref().unwrap().path().join(name);
                assert_eq!(FileType::of(&path), Some(kind), "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 100);
        for bytes in [&b""[..], b"{", b"{}", b"hello", &[0; 12]] {
            assert_eq!(FileType::of_bytes(bytes), None, "{bytes:?}");
        }
    }
}
