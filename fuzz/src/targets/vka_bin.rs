//! `import_vka` on arbitrary and on edited `vka.bin` files.
//!
//! Would find: a panic, unbounded memory or time while the artifact's programs and pointers are
//! followed; an artifact that imports as a key with no encoding of its own.

use crate::{
    check_key, edits,
    fixtures::{FILES, pick},
};
use ezkl_import::import_vka;

/// The file's first bytes: the number of its words.
const COUNT: usize = 8;

/// Reads a file as [`edits::file`] says, but that edits are of the words: their number is set right
/// again after them, or nothing else would be looked at.
pub fn run(data: &[u8]) {
    let file = match data.split_first() {
        None | Some((0, _)) => edits::file::<&[u8]>(data, &[]),
        Some((seed, edits)) => edited(*seed, edits),
    };
    if let Ok(key) = import_vka(&file) {
        check_key(&key);
    }
}

fn edited(seed: u8, data: &[u8]) -> Vec<u8> {
    let bodies: Vec<&[u8]> = FILES.iter().map(|files| &files.vka[COUNT..]).collect();
    let seed = pick(&bodies, seed - 1);
    let mut body = edits::edited(seed, data, &bodies);
    body.truncate(body.len() / 32 * 32);
    let count = body.len() as u64 / 32;
    [&count.to_le_bytes()[..], &body].concat()
}
