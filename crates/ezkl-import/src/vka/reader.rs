//! The VKA's container and its bit fields.
//!
//! The container is bincode's `Vec<[u8; 32]>`: a little-endian u64 word count, then the words, each a
//! 256-bit big-endian integer. Fields inside a word are read from its least significant end; all are
//! whole bytes wide. A field never straddles two words, and a list ends within a word when what is
//! left of the word is zero.

use crate::error::{ErrorKind, FileKind, ImportError};

/// An error in the VKA at a word.
pub(super) fn error_at(word: usize, section: &str, problem: impl Into<String>) -> ImportError {
    error(ErrorKind::Malformed, word, section, problem)
}

pub(super) fn error(
    kind: ErrorKind,
    word: usize,
    section: &str,
    problem: impl Into<String>,
) -> ImportError {
    ImportError::new(
        FileKind::Vka,
        kind,
        format!("word {word} ({section})"),
        problem,
    )
}

/// The words of the artifact.
pub(super) struct Words<'a> {
    words: &'a [[u8; 32]],
}

impl<'a> Words<'a> {
    /// Checks the container's length.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let fail = |kind, problem: String| {
            Err(ImportError::new(
                FileKind::Vka,
                kind,
                "bytes 0..8 (word count)",
                problem,
            ))
        };
        let Some((head, body)) = bytes.split_first_chunk::<8>() else {
            return fail(
                ErrorKind::Truncated,
                format!(
                    "{} bytes, but a VKA begins with a word count of 8 bytes",
                    bytes.len()
                ),
            );
        };
        let count = u64::from_le_bytes(*head);
        let (words, rest) = body.as_chunks::<32>();
        let expected = count.checked_mul(32);
        let actual = body.len() as u64;
        if expected == Some(actual) && rest.is_empty() {
            return Ok(Self { words });
        }
        if u64::from_be_bytes(*head).checked_mul(32) == Some(actual) {
            return fail(
                ErrorKind::Version,
                "the word count is big-endian; ezkl writes it little-endian".to_owned(),
            );
        }
        let problem = format!("{count} words are announced, but {actual} bytes follow");
        match expected {
            Some(expected) if expected < actual => fail(ErrorKind::TrailingBytes, problem),
            _ => fail(ErrorKind::Truncated, problem),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at `index`, for the named section.
    pub(super) fn get(&self, index: usize, section: &str) -> Result<&'a [u8; 32], ImportError> {
        self.words.get(index).ok_or_else(|| {
            error(
                ErrorKind::Truncated,
                index,
                section,
                "the artifact ends before this word",
            )
        })
    }

    /// The word as an integer that must fit 32 bits.
    pub(super) fn small(&self, index: usize, section: &str) -> Result<u32, ImportError> {
        let (high, low) = split_last4(self.get(index, section)?);
        if high.iter().any(|byte| *byte != 0) {
            return Err(error_at(index, section, "the number does not fit 32 bits"));
        }
        Ok(u32::from_be_bytes(low))
    }

    /// A reader of the fields from the word at `index` on.
    pub(super) fn fields(
        &'a self,
        index: usize,
        section: &'static str,
    ) -> Result<Fields<'a>, ImportError> {
        let mut fields = Fields {
            words: self,
            index,
            section,
            word: [0; 32],
            position: 0,
        };
        fields.load()?;
        Ok(fields)
    }
}

fn split_last4(word: &[u8; 32]) -> (&[u8], [u8; 4]) {
    match word.split_last_chunk::<4>() {
        Some((high, low)) => (high, *low),
        None => (&[], [0; 4]),
    }
}

/// Reads fields from the least significant end of consecutive words.
pub(super) struct Fields<'a> {
    words: &'a Words<'a>,
    index: usize,
    section: &'static str,
    /// The current word, least significant byte first.
    word: [u8; 32],
    position: usize,
}

impl Fields<'_> {
    /// A word past the end reads as empty: the caller's section check finds out, and so does any
    /// attempt to read a field from it.
    fn load(&mut self) -> Result<(), ImportError> {
        self.position = 0;
        if self.index == self.words.len() {
            self.word = [0; 32];
            self.position = 32;
            return Ok(());
        }
        self.word = *self.words.get(self.index, self.section)?;
        self.word.reverse();
        Ok(())
    }

    /// Index of the word that is being read.
    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> ImportError {
        error_at(self.index, self.section, problem)
    }

    /// Goes to the next word. What is left of this one must have been consumed or be zero.
    pub(super) fn next_word(&mut self) -> Result<(), ImportError> {
        if !self.at_end() {
            return Err(self.error("there is data after the end of the word's last field"));
        }
        self.skip_word()
    }

    /// Goes to the next word, whatever is left of this one (bookkeeping of the contract).
    pub(super) fn skip_word(&mut self) -> Result<(), ImportError> {
        if self.index >= self.words.len() {
            return Err(self.error("the artifact ends within this section"));
        }
        self.index += 1;
        self.load()
    }

    /// Is what is left of the word zero?
    pub(super) fn at_end(&self) -> bool {
        self.word.iter().skip(self.position).all(|byte| *byte == 0)
    }

    /// Bytes left in the word.
    pub(super) fn room(&self) -> usize {
        32usize.saturating_sub(self.position)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        let field = self
            .word
            .get(self.position..)
            .and_then(|rest| rest.first_chunk::<N>())
            .copied();
        let field = field.ok_or_else(|| self.error("a field runs over the end of its word"))?;
        self.position += N;
        Ok(field)
    }

    pub(super) fn u8(&mut self) -> Result<u8, ImportError> {
        self.take::<1>().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u32, ImportError> {
        self.take::<2>()
            .map(|field| u32::from(u16::from_le_bytes(field)))
    }
}
