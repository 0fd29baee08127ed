//! JSON with errors that name the field.

use crate::error::{ErrorKind, FileKind, ImportError};
use serde::de::DeserializeOwned;

/// Parses the whole file.
pub(crate) fn parse<T: DeserializeOwned>(file: FileKind, bytes: &[u8]) -> Result<T, ImportError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        json_error(file, &path, &inner)
    })?;
    reader
        .end()
        .map_err(|error| json_error(file, ".", &error))?;
    Ok(value)
}

fn json_error(file: FileKind, path: &str, error: &serde_json::Error) -> ImportError {
    let position = format!("line {} column {}", error.line(), error.column());
    let place = if path == "." || path == "?" {
        position
    } else {
        format!("{path} ({position})")
    };
    // serde_json ends its messages with the position, which the place already has.
    let message = error.to_string();
    let problem = message
        .split(" at line ")
        .next()
        .unwrap_or(&message)
        .to_owned();
    let kind = if error.is_eof() {
        ErrorKind::Truncated
    } else {
        ErrorKind::Malformed
    };
    ImportError::new(file, kind, place, problem)
}
