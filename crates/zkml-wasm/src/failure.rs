//! Errors, as JSON in a string: the kind, the message, and the file that is at fault.

use ezkl_import::{ErrorSubject as _, FileKind, ImportError};
use halo2_kzg_verifier::KeyError;
use serde::Serialize;
use wasm_bindgen::JsValue;
use zkml_inspect::FileType;

/// What `js/src` turns into a `ZkmlError`.
#[derive(Serialize)]
pub struct Failure {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'static str>,
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        // Strings alone: this cannot fail.
        serde_json::to_string(&failure).unwrap_or_default().into()
    }
}

pub(crate) fn failure(kind: &'static str, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        message: message.into(),
        file: None,
    }
}

/// `files` are those that were given, to say what a wrong one is.
pub(crate) fn import_failure(error: ImportError, files: &[(FileKind, &[u8])]) -> Failure {
    let kind = error.subject();
    let name = kind.customary_name();
    let mistaken = files
        .iter()
        .find(|(file, _)| *file == kind)
        .and_then(|(_, bytes)| FileType::Ezkl(kind).mistaken(name, bytes));
    Failure {
        kind: error.kind().name(),
        message: match mistaken {
            Some(mistaken) => format!("{mistaken}: {error}"),
            None => error.to_string(),
        },
        file: Some(name),
    }
}

pub(crate) fn key_failure(error: &KeyError, bytes: &[u8]) -> Failure {
    let name = FileType::Key.customary_name();
    let message = match FileType::Key.mistaken(name, bytes) {
        Some(mistaken) => format!("{mistaken}: {error}"),
        None => format!("{name}: {error}"),
    };
    Failure {
        kind: "key",
        message,
        file: Some(name),
    }
}
