//! Changes of byte strings, decoded from a fuzzer's bytes.

use crate::{
    fixtures::pick,
    numbers::{PointChange, Word},
};
use arbitrary::{Arbitrary, Result, Unstructured};

/// Changes of one thing: more make nothing but noise.
const MOST: usize = 12;
/// No edited thing grows beyond this.
const LONGEST: usize = 1 << 17;

/// One change of a byte string. Places count modulo the string's length.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Edit {
    /// Flips bits of a byte.
    Flip { at: u16, bits: u8 },
    /// Overwrites a few bytes.
    Write { at: u16, bytes: Few },
    /// Adds to a 16-bit number: the counts and pointers of the formats.
    Add {
        at: u16,
        by: i8,
        little_endian: bool,
    },
    /// Overwrites the word of 32 bytes at this index, or at this byte.
    Word {
        at: u16,
        by_index: bool,
        value: Word,
    },
    /// Changes the 64 bytes of a point.
    Point { at: u16, change: PointChange },
    /// Puts a few bytes in between.
    Insert { at: u16, bytes: Few },
    /// Takes bytes out.
    Remove { at: u16, length: u8 },
    /// Overwrites bytes with others of the same string.
    Copy { from: u16, to: u16, length: u8 },
    /// Puts bytes of the same string in between.
    Repeat { from: u16, to: u16, length: u8 },
    /// Exchanges two stretches.
    Swap { a: u16, b: u16, length: u8 },
    /// Overwrites bytes with those at the same place of another seed.
    Splice { seed: u8, at: u16, length: u16 },
    /// Cuts the end off.
    Truncate { length: u16 },
    /// Appends zeros or a few bytes.
    Append { zeros: u8, bytes: Few },
}

/// At most eight bytes.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Few {
    bytes: [u8; 8],
    length: u8,
}

impl Few {
    fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length % 9)]
    }
}

impl Edit {
    /// Changes the string. `seeds` are what [`Edit::Splice`] takes from.
    pub fn apply<S: AsRef<[u8]>>(self, string: &mut Vec<u8>, seeds: &[S]) {
        let end = string.len() + 1;
        let place = |at: u16| usize::from(at) % end;
        match self {
            Edit::Flip { at, bits } => {
                let at = place(at);
                string
                    .get_mut(at)
                    .into_iter()
                    .for_each(|byte| *byte ^= bits);
            }
            Edit::Write { at, bytes } => overwrite(string, place(at), bytes.as_slice()),
            Edit::Add {
                at,
                by,
                little_endian,
            } => add(string, place(at), by, little_endian),
            Edit::Word {
                at,
                by_index,
                value,
            } => {
                let at = if by_index {
                    usize::from(at) * 32 % end
                } else {
                    place(at)
                };
                if let Some(word) = string.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
                    *word = value.bytes(*word);
                }
            }
            Edit::Point { at, change } => {
                let at = place(at);
                if let Some(point) = string.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
                    change.apply(point);
                }
            }
            Edit::Insert { at, bytes } => insert(string, place(at), bytes.as_slice()),
            Edit::Remove { at, length } => {
                let range = range(string, place(at), length);
                string.drain(range);
            }
            Edit::Copy { from, to, length } => {
                let bytes = string[range(string, place(from), length)].to_vec();
                overwrite(string, place(to), &bytes);
            }
            Edit::Repeat { from, to, length } => {
                let bytes = string[range(string, place(from), length)].to_vec();
                insert(string, place(to), &bytes);
            }
            Edit::Swap { a, b, length } => swap(string, place(a), place(b), length.into()),
            Edit::Splice { seed, at, length } => {
                let (seed, at) = (pick(seeds, seed).as_ref(), place(at));
                let bytes = &seed[range(seed, at.min(seed.len()), length)];
                overwrite(string, at, bytes);
            }
            Edit::Truncate { length } => string.truncate(place(length)),
            Edit::Append { zeros, bytes } => {
                string.resize(string.len() + usize::from(zeros), 0);
                string.extend(bytes.as_slice());
            }
        }
        string.truncate(LONGEST);
    }
}

/// So many bytes from there on, or as many as there are.
fn range(string: &[u8], start: usize, length: impl Into<usize>) -> std::ops::Range<usize> {
    start..string.len().min(start + length.into())
}

fn overwrite(string: &mut [u8], at: usize, bytes: &[u8]) {
    for (old, new) in string.iter_mut().skip(at).zip(bytes) {
        *old = *new;
    }
}

fn insert(string: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    string.splice(at..at, bytes.iter().copied());
}

fn add(string: &mut [u8], at: usize, by: i8, little_endian: bool) {
    if let Some(number) = string
        .get_mut(at..)
        .and_then(|rest| rest.first_chunk_mut::<2>())
    {
        *number = if little_endian {
            u16::from_le_bytes(*number)
                .wrapping_add_signed(by.into())
                .to_le_bytes()
        } else {
            u16::from_be_bytes(*number)
                .wrapping_add_signed(by.into())
                .to_be_bytes()
        };
    }
}

/// Exchanges two stretches as far as they neither overlap nor run over the end.
fn swap(string: &mut [u8], a: usize, b: usize, length: usize) {
    let (first, second) = (a.min(b), a.max(b));
    let (front, back) = string.split_at_mut(second);
    let pairs = front[first..].iter_mut().zip(back).take(length);
    pairs.for_each(|(a, b)| std::mem::swap(a, b));
}

/// As many values as the rest of the input holds, up to a dozen.
pub fn rest<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>) -> Result<Vec<T>> {
    let mut list = Vec::new();
    while !u.is_empty() && list.len() < MOST {
        list.push(T::arbitrary(u)?);
    }
    Ok(list)
}

/// A list that says how long it is: empty three times out of four.
pub fn few<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>) -> Result<Vec<T>> {
    let count = u8::arbitrary(u)?.saturating_sub(191) % 4;
    (0..count).map(|_| T::arbitrary(u)).collect()
}

/// The file under test. With 0 for a first byte the other bytes are the file, so that libFuzzer can
/// mutate and cross whole files; any other first byte names a seed, which a list of edits changes.
pub fn file<S: AsRef<[u8]>>(data: &[u8], seeds: &[S]) -> Vec<u8> {
    let Some((first, rest)) = data.split_first() else {
        return Vec::new();
    };
    match first.checked_sub(1) {
        None => rest.to_vec(),
        Some(seed) => edited(pick(seeds, seed).as_ref(), rest, seeds),
    }
}

/// A seed, changed by the edits that the data holds.
pub fn edited<S: AsRef<[u8]>>(seed: &[u8], data: &[u8], seeds: &[S]) -> Vec<u8> {
    let mut string = seed.to_vec();
    // An input that ends early reads as zeros: there are always edits.
    for edit in self::rest::<Edit>(&mut Unstructured::new(data)).unwrap_or_default() {
        edit.apply(&mut string, seeds);
    }
    string
}
