//! Windows on a [`Source`] that grow until what is parsed fits, and reading forwards in blocks.

use super::lex::{Lexed, Lexer, Stop};
use crate::{
    error::Result,
    limits::MAX_OBJECT_BYTES,
    source::{self, Bytes, Source, Wanted},
};

/// The first window on a source that is read in pieces: most objects are shorter.
const FIRST_BYTES: u64 = 2 << 10;

/// The block of a [`Forward`] reader.
const BLOCK_BYTES: u64 = 64 << 10;

/// Runs a parser at an offset, with larger and larger windows until it does not come back incomplete.
///
/// # Errors
/// Those of the source. What the parser says comes back inside.
pub(crate) fn parse_at<T>(
    source: &dyn Source,
    offset: u64,
    parse: impl FnMut(&mut Lexer<'_>) -> Lexed<T>,
) -> Result<Lexed<T>> {
    parse_counted(source, offset, parse).map(|(parsed, _)| parsed)
}

/// The same, with how many bytes were looked at.
///
/// # Errors
/// Those of the source.
pub(crate) fn parse_counted<T>(
    source: &dyn Source,
    offset: u64,
    mut parse: impl FnMut(&mut Lexer<'_>) -> Lexed<T>,
) -> Result<(Lexed<T>, u64)> {
    let mut read = 0_u64;
    let mut size = FIRST_BYTES;
    loop {
        let wanted = Wanted {
            least: size,
            copied: size,
            most: MAX_OBJECT_BYTES,
        };
        let bytes = source::ahead(source, offset, wanted)?;
        let complete = offset.saturating_add(bytes.len() as u64) >= source.len();
        let mut lexer = Lexer::new(&bytes, offset, complete);
        let parsed = parse(&mut lexer);
        read = read.saturating_add(lexer.position() as u64);
        match parsed {
            Err(Stop::Incomplete) if bytes.len() as u64 >= MAX_OBJECT_BYTES => {
                return Ok((Err(Stop::Limit { offset }), read));
            }
            Err(Stop::Incomplete) => {
                let had = (bytes.len() as u64).max(size);
                size = had.saturating_mul(4).min(MAX_OBJECT_BYTES);
            }
            done => return Ok((done, read)),
        }
    }
}

/// Reads forwards in blocks; never holds more than one, except when asked for a longer stretch.
#[derive(Debug)]
pub(crate) struct Forward<'a> {
    source: &'a dyn Source,
    window: Bytes<'a>,
    /// Offset of the window.
    start: u64,
    /// Read up to here, within the window.
    at: usize,
}

impl<'a> Forward<'a> {
    pub(crate) fn new(source: &'a dyn Source, offset: u64) -> Self {
        Self {
            source,
            window: Bytes::Borrowed(&[]),
            start: offset,
            at: 0,
        }
    }

    /// Offset of the next byte.
    pub(crate) fn offset(&self) -> u64 {
        self.start.saturating_add(self.at as u64)
    }

    /// What is in memory from here on: at least `wanted` bytes, unless the source ends.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn ahead(&mut self, wanted: usize) -> Result<&[u8]> {
        if self.window.len().saturating_sub(self.at) < wanted {
            let offset = self.offset();
            let wanted = Wanted {
                least: wanted as u64,
                copied: BLOCK_BYTES.max(wanted as u64),
                most: u64::MAX,
            };
            self.window = source::ahead(self.source, offset, wanted)?;
            self.start = offset;
            self.at = 0;
        }
        Ok(self.window.get(self.at..).unwrap_or_default())
    }

    /// Goes on by so many bytes, which must have been seen by [`Forward::ahead`].
    pub(crate) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.window.len());
    }

    /// Goes to an offset behind or before the present one.
    pub(crate) fn seek(&mut self, offset: u64) {
        let inside = offset
            .checked_sub(self.start)
            .and_then(|at| usize::try_from(at).ok());
        match inside.filter(|at| *at <= self.window.len()) {
            Some(at) => self.at = at,
            None => *self = Self::new(self.source, offset),
        }
    }

    /// The offset of the next `needle` that starts before `end`; stands there then, else at `end`.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn find(&mut self, needle: &[u8], end: u64) -> Result<Option<u64>> {
        let finder = memchr::memmem::Finder::new(needle);
        while self.offset() < end {
            let left = end.saturating_sub(self.offset());
            let ahead = self.ahead(needle.len())?;
            let bound = left.saturating_add(needle.len() as u64).saturating_sub(1);
            let bound = usize::try_from(bound)
                .unwrap_or(usize::MAX)
                .min(ahead.len());
            if let Some(at) = finder.find(ahead.get(..bound).unwrap_or_default()) {
                self.skip(at);
                return Ok(Some(self.offset()));
            }
            if ahead.len() < needle.len() {
                break;
            }
            // The last bytes may be the start of the needle.
            let passed = bound.saturating_sub(needle.len().saturating_sub(1));
            self.skip(passed.max(1));
        }
        Ok(None)
    }
}

/// The last `needle` that starts in `[from, end)`.
///
/// # Errors
/// Those of the source.
pub(crate) fn find_last(
    source: &dyn Source,
    needle: &[u8],
    from: u64,
    end: u64,
) -> Result<Option<u64>> {
    let mut upper = end;
    while upper > from {
        let lower = upper.saturating_sub(BLOCK_BYTES).max(from);
        let size = upper
            .saturating_sub(lower)
            .saturating_add(needle.len() as u64)
            .saturating_sub(1);
        let bytes = source::window(source, lower, size)?;
        if let Some(at) = memchr::memmem::rfind(&bytes, needle) {
            return Ok(Some(lower.saturating_add(at as u64)));
        }
        upper = lower;
    }
    Ok(None)
}
