//! An SRS file of which only the ends are at hand: it can have gigabytes, and nothing between them is looked at.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

pub(crate) struct SrsEnds<'a> {
    head: &'a [u8],
    tail: &'a [u8],
    length: u64,
    position: u64,
}

impl<'a> SrsEnds<'a> {
    pub(crate) fn new(head: &'a [u8], tail: &'a [u8], length: u64) -> Self {
        Self {
            head,
            tail,
            length,
            position: 0,
        }
    }

    /// What there is from the position on.
    fn rest(&self) -> Option<&'a [u8]> {
        let tail_begin = self.length.checked_sub(self.tail.len() as u64)?;
        match self.position.checked_sub(tail_begin) {
            Some(offset) => self.tail.get(usize::try_from(offset).ok()?..),
            None => self.head.get(usize::try_from(self.position).ok()?..),
        }
    }
}

impl Read for SrsEnds<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut rest = self.rest().unwrap_or_default();
        let count = rest.read(buffer)?;
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

impl Seek for SrsEnds<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
