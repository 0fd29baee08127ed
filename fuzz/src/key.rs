//! Changes of encoded keys that know where a key's parts stand.

use crate::{
    edits::{self, Edit},
    fixtures::{KEYS, pick, with_s_g2},
    numbers::{PointChange, Word},
};
use arbitrary::{Arbitrary, Unstructured};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use std::sync::LazyLock;

/// Where the digest begins: after the header, k, features and degree.
const DIGEST: usize = 5;
/// Where \[s\]G2 begins.
const S_G2: usize = 37;

/// One change of a seed key.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Change {
    /// Any bytes.
    Bytes(Edit),
    /// A point among the commitments, which stand near the end.
    Commitment { index: u8, change: PointChange },
    /// The digest.
    Digest(Word),
    /// Another seed's reference string.
    ReferenceString(u8),
}

/// A seed key, changed by what the data holds.
pub fn changed(seed: u8, data: &[u8]) -> Vec<u8> {
    let mut key = pick(&KEYS, seed).clone();
    // An input that ends early reads as zeros: there are always changes.
    for change in edits::rest::<Change>(&mut Unstructured::new(data)).unwrap_or_default() {
        change.apply(seed, &mut key);
    }
    key
}

impl Change {
    /// Changes a key that was the seed of this number.
    pub fn apply(self, seed: u8, key: &mut Vec<u8>) {
        match self {
            Change::Bytes(edit) => edit.apply(key, &KEYS),
            Change::Commitment { index, change } => {
                let place = key.len().checked_sub(from_end(seed, index));
                if let Some(point) = place.and_then(|at| key[at..].first_chunk_mut()) {
                    change.apply(point);
                }
            }
            Change::Digest(value) => {
                if let Some(word) = key
                    .get_mut(DIGEST..)
                    .and_then(|rest| rest.first_chunk_mut())
                {
                    *word = value.bytes(*word);
                }
            }
            Change::ReferenceString(other) => {
                let s_g2 = pick(&KEYS, other)[S_G2..].first_chunk::<{ TrustedSetup::BYTES }>();
                if let Some(s_g2) = s_g2
                    && key.len() >= S_G2 + TrustedSetup::BYTES
                {
                    *key = with_s_g2(key, s_g2);
                }
            }
        }
    }
}

/// How far before the key's end a commitment begins.
fn from_end(seed: u8, index: u8) -> usize {
    let key = pick(&DECODED, seed);
    let points = key.num_commitments() as usize;
    let index = usize::from(index) % points;
    // After the points stands the index of one for each column, of a byte or two.
    let columns = key.num_fixed() as usize + key.permutation().len();
    let indices = if points < 256 { columns } else { 2 * columns };
    indices + 64 * (points - index)
}

static DECODED: LazyLock<Vec<VerifyingKey>> = LazyLock::new(|| {
    let decode = |key: &Vec<u8>| VerifyingKey::decode(key).expect("a valid key");
    KEYS.iter().map(decode).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_commitment_is_another_valid_key() {
        for seed in 0..KEYS.len() as u8 {
            for index in 0..8 {
                let mut key = KEYS[usize::from(seed)].clone();
                let change = PointChange::Negated;
                Change::Commitment { index, change }.apply(seed, &mut key);
                assert_ne!(key, KEYS[usize::from(seed)]);
                VerifyingKey::decode(&key).unwrap();
            }
        }
    }
}
