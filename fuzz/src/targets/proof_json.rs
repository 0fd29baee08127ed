//! `EzklProof::from_json` on arbitrary and on edited `proof.json` files.
//!
//! Would find: a panic, unbounded memory or time on a hostile file; a proof that is read and does not
//! survive being written and read again; public inputs that are not whole canonical words.

use crate::{
    edits,
    fixtures::{FILES, pick},
    json,
};
use arbitrary::{Arbitrary, Unstructured};
use ezkl_import::EzklProof;
use halo2_kzg_verifier::Fr;
use serde_json::Value;
use std::sync::LazyLock;

static TEXTS: LazyLock<Vec<&[u8]>> =
    LazyLock::new(|| FILES.iter().map(|files| files.proof).collect());

static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let parse = |text: &&[u8]| serde_json::from_slice(text).expect("a committed file");
    TEXTS.iter().map(parse).collect()
});

/// An even first byte: a file as [`edits::file`] says. An odd one: edits of the JSON value of a
/// committed file.
pub fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let file = if kind % 2 == 0 {
        edits::file(rest, &TEXTS)
    } else {
        edited(rest)
    };
    if let Ok(proof) = EzklProof::from_json(&file) {
        check(&proof);
    }
}

fn edited(data: &[u8]) -> Vec<u8> {
    let mut u = Unstructured::new(data);
    let mut value = pick(&VALUES, u8::arbitrary(&mut u).unwrap_or_default()).clone();
    for edit in edits::rest::<json::Edit>(&mut u).unwrap_or_default() {
        edit.apply(&mut value);
    }
    value.to_string().into_bytes()
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
