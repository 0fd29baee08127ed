//! `import_vk` on arbitrary and on edited `vk.key` files, with settings and reference strings of the
//! same circuit and of others.
//!
//! Would find: a panic, unbounded memory or time on a hostile key or reference string; a file that
//! imports as a key with no encoding of its own; the genuine files not importing as the circuit's key.

use crate::{
    check_key,
    edits::{self, Edit},
    fixtures::{FILES, MODELS, SETTINGS, SRS, pick},
};
use arbitrary::{Arbitrary, Result, Unstructured};
use ezkl_import::{DigestSource, EzklProof, Srs, import_vk};
use halo2_kzg_verifier::TrustedSetup;
use std::{io::Cursor, sync::LazyLock};

static KEYS: LazyLock<Vec<&[u8]>> = LazyLock::new(|| FILES.iter().map(|files| files.vk).collect());

static STRINGS: LazyLock<Vec<&[u8]>> =
    LazyLock::new(|| FILES.iter().map(|files| files.srs).collect());

static PROOFS: LazyLock<Vec<EzklProof>> = LazyLock::new(|| {
    let read = |files: &crate::fixtures::Files| EzklProof::from_json(files.proof);
    FILES
        .iter()
        .map(|files| read(files).expect("a committed file"))
        .collect()
});

/// Where the digest comes from.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Digest {
    Computed,
    /// The right one.
    OfTheModel,
    FromProof,
    FromVka,
}

/// What stands before the file: which circuit's settings, and everything else.
struct Setting {
    circuit: u8,
    digest: Digest,
    srs: Vec<Edit>,
}

/// The circuit, the digest's source, edits of the SRS file, then a file as [`edits::file`]
/// says.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let Ok(setting) = read(&mut u) else { return };
    let file = edits::file(u.take_rest(), &KEYS);
    let Some(setup) = trusted_setup(&setting) else {
        return;
    };
    let settings = pick(&SETTINGS, setting.circuit);
    let (model, files) = (
        pick(&MODELS, setting.circuit),
        pick(&FILES, setting.circuit),
    );
    let digest = match setting.digest {
        Digest::Computed => DigestSource::Computed,
        Digest::OfTheModel => DigestSource::Given(model.key.digest()),
        Digest::FromProof => DigestSource::FromProof(pick(&PROOFS, setting.circuit)),
        Digest::FromVka => DigestSource::FromVka(files.vka),
    };
    let imported = import_vk(&file, settings, setup, digest);
    if file == files.vk && setting.srs.is_empty() && !matches!(setting.digest, Digest::Computed) {
        assert_eq!(imported.as_ref(), Ok(&model.key), "{}", files.name);
    }
    if let Ok(key) = imported {
        check_key(&key);
    }
}

fn read(u: &mut Unstructured<'_>) -> Result<Setting> {
    Ok(Setting {
        circuit: u8::arbitrary(u)?,
        digest: Digest::arbitrary(u)?,
        srs: edits::few(u)?,
    })
}

/// The trusted setup of the circuit's SRS file, edited and read again if there are edits.
fn trusted_setup(setting: &Setting) -> Option<TrustedSetup> {
    if setting.srs.is_empty() {
        return Some(pick(&SRS, setting.circuit).trusted_setup.clone());
    }
    let mut string = pick(&STRINGS, setting.circuit).to_vec();
    for edit in &setting.srs {
        edit.apply(&mut string, &STRINGS);
    }
    Srs::read(Cursor::new(string))
        .ok()
        .map(|srs| srs.trusted_setup)
}
