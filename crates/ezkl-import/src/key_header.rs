//! ezkl's key files, with or without the header that its next release writes.
//!
//! Today `vk.key` and `pk.key` begin with halo2's format version, a byte 3. A header is planned that holds the
//! version of ezkl after a magic (<https://github.com/zkonduit/ezkl/pull/1035>); what follows it is as before. Its
//! exact layout is not settled, so it is told by what cannot change: it is short, it does not begin with 3, it
//! holds the version in ASCII, and a key begins after it.

use crate::error::{ErrorKind, FileKind, ImportError};

/// halo2's version of the format "raw bytes".
const FORMAT: u8 = 3;

/// A header is no longer than this, in bytes.
const LONGEST: usize = 256;

/// What a build of ezkl that is no release writes instead of its version.
const UNRELEASED: &[u8] = b"no compatibility guaranteed";

/// A `vk.key` without its header.
///
/// # Errors
/// The header of a release whose keys are built differently.
pub(crate) fn body(vk: &[u8]) -> Result<&[u8], ImportError> {
    if vk.first() == Some(&FORMAT) {
        return Ok(vk);
    }
    for at in 1..=LONGEST.min(vk.len()) {
        let (header, body) = vk.split_at(at);
        let [FORMAT, 1..=28, 0 | 1, ..] = body else {
            continue;
        };
        match release(header) {
            Some("23") => return Ok(body),
            Some(major) => {
                let problem = format!("written by ezkl {major}; keys of ezkl 23 are read");
                return Err(ImportError::new(
                    FileKind::VkKey,
                    ErrorKind::Version,
                    "header",
                    problem,
                )
                .cure("Make the key again with ezkl 23.0.5."));
            }
            None if contains(header, UNRELEASED) => return Ok(body),
            None => {}
        }
    }
    Ok(vk)
}

/// The first number of a version such as `23.0.5` in a header.
fn release(header: &[u8]) -> Option<&str> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let mut runs = header.split(|byte| !is_part(byte));
    runs.find_map(|run| {
        let text = core::str::from_utf8(run).ok()?;
        let mut numbers = text.split('.');
        let (major, rest) = (numbers.next()?, numbers.clone());
        let is_version = rest.clone().count() >= 2 && rest.take(2).all(|part| !part.is_empty());
        (is_version && !major.is_empty()).then_some(major)
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 7] = [3, 12, 0, 5, 0, 0, 0];

    fn with(header: &[u8]) -> Vec<u8> {
        [header, &KEY].concat()
    }

    #[test]
    fn a_key_without_a_header_is_itself() {
        assert_eq!(body(&KEY).unwrap(), KEY);
        assert!(body(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_header_with_the_version_of_ezkl_is_skipped() {
        for header in [
            &b"EZKL\x0623.0.6"[..],
            b"ezkl-key\0\0\0\x0623.1.0\n",
            b"EZKLsource - no compatibility guaranteed",
        ] {
            assert_eq!(body(&with(header)).unwrap(), KEY, "{header:?}");
        }
    }

    #[test]
    fn a_key_of_another_release_is_refused_by_its_name() {
        let error = body(&with(b"EZKL\x0624.0.0")).unwrap_err().to_string();
        assert!(error.contains("ezkl 24") && error.contains("23"), "{error}");
    }

    #[test]
    fn what_holds_no_version_is_left_as_it_is() {
        for file in [with(b"PK"), with(b"v23"), with(&[b'x'; 300])] {
            assert_eq!(body(&file).unwrap(), file);
        }
    }
}
