//! `EzklProof::from_json` on arbitrary and on edited `proof.json` files.
//!
//! Would find: a panic, unbounded memory or time on a hostile file; a proof that is read and does not
//! survive being written and read again; public inputs that are not whole canonical words.

use crate::{fixtures::FILES, json::Files};
use ezkl_import::EzklProof;
use halo2_kzg_verifier::Fr;
use std::sync::LazyLock;

static COMMITTED: LazyLock<Files> =
    LazyLock::new(|| Files::new(FILES.iter().map(|files| files.proof)));

/// An even first byte: a file as [`crate::edits::file`] says. An odd one: edits of the JSON value of a
/// committed file.
pub fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let file = COMMITTED.file(kind % 2 == 1, rest);
    if let Ok(proof) = EzklProof::from_json(&file) {
        check(&proof);
    }
}

fn check(proof: &EzklProof) {
    let (words, rest) = proof.public_inputs.as_chunks::<32>();
    assert!(rest.is_empty());
    for word in words {
        assert_eq!(
            crate::numbers::encode::<Fr>(&crate::numbers::reduce(word)),
            *word
        );
    }
    let written = proof.to_json();
    assert_eq!(EzklProof::from_json(written.as_bytes()).as_ref(), Ok(proof));
}
