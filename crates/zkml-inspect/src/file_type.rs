//! What a file is, as far as its first bytes or its fields tell: for errors about wrong files.

use ezkl_import::{ErrorSubject as _, FileKind};
use halo2_kzg_verifier::ENCODING_VERSION;
use serde_json::Value;

/// Something that users of these programs have at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
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
    /// What to call it in a sentence.
    pub fn name(self) -> &'static str {
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

    /// The name under which its makers know it.
    pub fn customary_name(self) -> &'static str {
        match self {
            FileType::Ezkl(kind) => kind.customary_name(),
            FileType::Key => "model.zkvk",
            FileType::Pinned => "vk.txt",
            FileType::Input => "input.json",
            FileType::Witness => "witness.json",
            FileType::Onnx => "model.onnx",
        }
    }

    /// "a.json looks like ezkl's settings.json, but ezkl's proof.json is expected", if the content of the file `name` is
    /// that of another file.
    pub fn mistaken(self, name: &str, bytes: &[u8]) -> Option<String> {
        let found = Self::of_bytes(bytes).filter(|found| *found != self)?;
        Some(format!(
            "{name} looks like {}, but {} is expected",
            found.name(),
            self.name()
        ))
    }

    /// What a file with this content is, if it can be told.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if let Ok(json) = serde_json::from_slice::<Value>(bytes) {
            return Self::of_json(&json);
        }
        match bytes {
            _ if bytes.starts_with(b"PinnedVerificationKey") => Some(FileType::Pinned),
            _ if is_srs(bytes) => Some(FileType::Ezkl(FileKind::Srs)),
            _ if is_vka(bytes) => Some(FileType::Ezkl(FileKind::Vka)),
            [0, ENCODING_VERSION, ..] => Some(FileType::Key),
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
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
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
                let bytes = std::fs::read(&path).unwrap();
                assert_eq!(FileType::of_bytes(&bytes), Some(kind), "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 100);
        for bytes in [&b""[..], b"{", b"{}", b"hello", &[0; 12]] {
            assert_eq!(FileType::of_bytes(bytes), None, "{bytes:?}");
        }
    }
}
