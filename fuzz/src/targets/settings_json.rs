//! `Settings::from_json`, the circuit that `import_vk` rebuilds from the settings, and what `explain`
//! says of it, on arbitrary and on edited `settings.json` files.
//!
//! Would find: a panic, unbounded memory or time on hostile settings, from parsing to the digest of
//! the circuit; a circuit that imports as a key with no encoding of its own.
//!
//! A rebuilt circuit wants a `vk.key` of its own size. It is made here, all its points the identity;
//! its sizes are learnt from the importer's errors.

use crate::{
    check_key,
    fixtures::{FILES, SRS},
    json::Files,
};
use ezkl_import::{DigestSource, ErrorKind, EzklProof, ImportError, Settings, explain, import_vk};
use halo2_kzg_verifier::{Fr, VerifyingKey};
use std::sync::LazyLock;

static COMMITTED: LazyLock<Files> =
    LazyLock::new(|| Files::new(FILES.iter().map(|files| files.settings)));

/// Some proof, which fits hardly any of the circuits.
static PROOF: LazyLock<EzklProof> =
    LazyLock::new(|| EzklProof::from_json(FILES[0].proof).expect("a committed file"));

/// The longest `vk.key` that is made here: no circuit needs more, but for its selectors' bitmaps.
const LONGEST: u64 = 1 << 22;

/// The first byte's lowest bit chooses compressed selectors or not, the next one edits of the text (as
/// [`crate::edits::file`] says) or of the JSON value of a committed file.
pub fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = COMMITTED.file(kind & 2 != 0, rest);
    let Ok(settings) = Settings::from_json(&text) else {
        return;
    };
    if let Some(Ok(key)) = import_with_its_own_size(&settings, kind & 1 == 1) {
        check_key(&key);
        for proof in [None, Some(&*PROOF)] {
            let explanation = explain(&key, &settings, proof).expect("the settings of the key");
            assert!(!explanation.to_text().is_empty());
        }
    }
}

/// Imports a key of identities for these settings. `None` if it would be too long.
fn import_with_its_own_size(
    settings: &Settings,
    compressed: bool,
) -> Option<Result<VerifyingKey, ImportError>> {
    let mut key = Key {
        k: u8::try_from(settings.logrows()).ok()?,
        compressed,
        fixed: 0,
        length: 7,
    };
    // The length without fixed columns, their number, and the whole.
    for _ in 0..3 {
        let error = match key.import(settings) {
            Err(error) if error.kind() == ErrorKind::Mismatch => error,
            Err(error) if error.kind() == ErrorKind::AmbiguousDigest => {
                let given = DigestSource::Given(Fr::from(7u64));
                return Some(import_vk(
                    &key.bytes(),
                    settings,
                    SRS[0].trusted_setup.clone(),
                    given,
                ));
            }
            result => return Some(result),
        };
        if !key.learn(&error) || key.length > LONGEST {
            return None;
        }
    }
    Some(key.import(settings))
}

/// A `vk.key` as far as it matters here.
struct Key {
    k: u8,
    compressed: bool,
    fixed: u32,
    length: u64,
}

impl Key {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![3, self.k, self.compressed.into()];
        bytes.extend(self.fixed.to_le_bytes());
        bytes.resize(self.length as usize, 0);
        bytes
    }

    fn import(&self, settings: &Settings) -> Result<VerifyingKey, ImportError> {
        import_vk(
            &self.bytes(),
            settings,
            SRS[0].trusted_setup.clone(),
            DigestSource::Computed,
        )
    }

    /// Takes a size from the error that names it, the last number of its text.
    fn learn(&mut self, error: &ImportError) -> bool {
        let numbers = error.problem().split(|c: char| !c.is_ascii_digit());
        let Some(last) = numbers
            .filter_map(|text| text.parse::<u64>().ok())
            .next_back()
        else {
            return false;
        };
        match error.place() {
            "length" => self.length = last,
            "bytes 3..7 (number of fixed columns)" => {
                self.fixed = last as u32;
                self.length += 64 * last;
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::SETTINGS;

    #[test]
    fn the_size_of_every_circuit_is_learnt() {
        for (settings, files) in SETTINGS.iter().zip(&FILES) {
            for compressed in [false, true] {
                let imported = import_with_its_own_size(settings, compressed).unwrap();
                match imported {
                    Ok(key) => assert_eq!(u32::from(key.k()), settings.logrows()),
                    // A lookup over ten columns has two digests, neither of them 7.
                    Err(error) => assert_eq!(
                        error.kind(),
                        ErrorKind::NoMatchingDigest,
                        "{}: {error}",
                        files.name
                    ),
                }
            }
        }
    }
}
