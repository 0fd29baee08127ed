//! JSON in the encodings that editors and shells write, with errors that name the field.

use crate::error::{ErrorKind, FileKind, ImportError};
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// Parses the whole file.
pub(crate) fn parse<T: DeserializeOwned>(file: FileKind, bytes: &[u8]) -> Result<T, ImportError> {
    let text = to_utf8(file, bytes)?;
    let mut reader = serde_json::Deserializer::from_slice(&text);
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

/// The file as UTF-8 without a byte order mark.
///
/// ezkl writes UTF-8. Windows' editors put a byte order mark before it, and PowerShell's `>` writes
/// UTF-16: both are read. Without a mark, UTF-16 shows by the zero byte beside the first bracket.
fn to_utf8(file: FileKind, bytes: &[u8]) -> Result<Cow<'_, [u8]>, ImportError> {
    match bytes {
        [] => Err(ImportError::new(
            file,
            ErrorKind::Truncated,
            "",
            "the file is empty",
        )),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(encoding(
            file,
            ErrorKind::Version,
            "the text is in UTF-32; UTF-8 and UTF-16 are read",
        )),
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => Err(encoding(
            file,
            ErrorKind::Version,
            "the file is compressed (gzip or zip), not JSON text",
        )
        .cure("Unpack it first.")),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(Cow::Borrowed(rest)),
        [0xff, 0xfe, rest @ ..] => from_utf16(file, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => from_utf16(file, rest, u16::from_be_bytes),
        [b'{' | b'[' | b' ' | b'\r' | b'\n', 0, ..] => from_utf16(file, bytes, u16::from_le_bytes),
        [0, b'{' | b'[' | b' ' | b'\r' | b'\n', ..] => from_utf16(file, bytes, u16::from_be_bytes),
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

fn from_utf16(
    file: FileKind,
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
) -> Result<Cow<'static, [u8]>, ImportError> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        let problem = "the text is in UTF-16, and its last character is cut off";
        return Err(encoding(file, ErrorKind::Truncated, problem));
    }
    char::decode_utf16(units.iter().map(|bytes| unit(*bytes)))
        .collect::<Result<String, _>>()
        .map(|text| Cow::Owned(text.into_bytes()))
        .map_err(|_| {
            let problem = "the text is in UTF-16 with a surrogate that has no other half";
            encoding(file, ErrorKind::Malformed, problem)
        })
}

fn encoding(file: FileKind, kind: ErrorKind, problem: &str) -> ImportError {
    ImportError::new(file, kind, "encoding", problem)
        .cure("Use the file as ezkl wrote it, or save it as UTF-8.")
}
