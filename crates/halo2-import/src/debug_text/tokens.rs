//! The words and marks of a text.

use super::place;
use crate::error::{ErrorKind, ImportError, Subject};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Name,
    /// One of `{}()[],:`
    Mark(u8),
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As it stands; a text without its quotation marks.
    pub(super) word: &'a str,
    pub(super) start: usize,
}

/// Reads one token after the other; the next one is always known.
pub(super) struct Tokens<'a> {
    text: &'a str,
    offset: usize,
    pub(super) next: Token<'a>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, ImportError> {
        let next = Token {
            kind: Kind::End,
            word: "",
            start: 0,
        };
        let mut tokens = Tokens {
            text,
            offset: 0,
            next,
        };
        tokens.take()?;
        Ok(tokens)
    }

    /// The next token, which is passed.
    pub(super) fn take(&mut self) -> Result<Token<'a>, ImportError> {
        let token = self.next;
        self.next = self.read()?;
        Ok(token)
    }

    fn read(&mut self) -> Result<Token<'a>, ImportError> {
        let bytes = self.text.as_bytes();
        let mut start = self.offset;
        while bytes.get(start).is_some_and(u8::is_ascii_whitespace) {
            start += 1;
        }
        let run = |from: usize, of: fn(&u8) -> bool| {
            from + bytes[from..].iter().take_while(|byte| of(byte)).count()
        };
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let (kind, end) = match bytes.get(start) {
            None => (Kind::End, start),
            Some(mark @ (b'{' | b'}' | b'(' | b')' | b'[' | b']' | b',' | b':')) => {
                (Kind::Mark(*mark), start + 1)
            }
            Some(b'"') => return self.quoted(start),
            Some(b'-' | b'0'..=b'9') => (Kind::Number, run(start + 1, is_word)),
            Some(byte) if is_word(byte) => (Kind::Name, run(start, is_word)),
            Some(_) => {
                let character = self.text[start..].chars().next().unwrap_or_default();
                let problem = format!("no Debug output has the character {character:?} here");
                return Err(self.error(start, ErrorKind::Malformed, problem));
            }
        };
        self.offset = end;
        Ok(Token {
            kind,
            word: &self.text[start..end],
            start,
        })
    }

    fn quoted(&mut self, start: usize) -> Result<Token<'a>, ImportError> {
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
                None => {
                    let problem = "the text that begins here has no closing quotation mark";
                    return Err(self.error(start, ErrorKind::Truncated, problem));
                }
            }
        }
        self.offset = end + 1;
        Ok(Token {
            kind: Kind::Text,
            word: &self.text[start + 1..end],
            start,
        })
    }

    pub(super) fn error(
        &self,
        offset: usize,
        kind: ErrorKind,
        problem: impl Into<String>,
    ) -> ImportError {
        ImportError::new(Subject::PinnedKey, kind, place(self.text, offset), problem)
    }
}
