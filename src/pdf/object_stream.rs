//! Object streams (ISO 32000-1 clause 7.5.7), decoded once and kept within bounds.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::{
    lex::{Lexed, Lexer, Token},
    object::{Dictionary, Object},
    parse::Parser,
};
use crate::limits::{MAX_CACHED_BYTES, MAX_OBJECTS};

/// A decoded object stream.
#[derive(Debug)]
pub(crate) struct ObjectStream {
    data: Vec<u8>,
    /// Number of each object and where it starts in `data`.
    index: Vec<(u32, usize)>,
    /// By number, for those that are not where the cross-reference data says.
    by_number: OnceLock<HashMap<u32, usize>>,
}

impl ObjectStream {
    /// From the stream's dictionary and decoded data; what is wrong otherwise.
    pub(crate) fn new(dictionary: &Dictionary, data: Vec<u8>) -> Result<Self, &'static str> {
        if !dictionary
            .get("Type")
            .is_some_and(|kind| kind.is_name("ObjStm"))
        {
            return Err("/Type");
        }
        let size = |key| dictionary.get(key).and_then(Object::as_integer);
        let count = size("N")
            .and_then(|count| usize::try_from(count).ok())
            .ok_or("/N")?;
        let first = size("First")
            .and_then(|first| usize::try_from(first).ok())
            .ok_or("/First")?;
        // Each pair takes at least four bytes of the header.
        if count > MAX_OBJECTS as usize || count > first.saturating_add(1) / 2 {
            return Err("/N");
        }
        let header = data.get(..first).ok_or("/First")?;
        let mut lexer = Lexer::new(header, 0, true);
        let mut index = Vec::with_capacity(count);
        for _ in 0..count {
            let (Ok(Token::Integer(number)), Ok(Token::Integer(offset))) =
                (lexer.token(), lexer.token())
            else {
                return Err("/N");
            };
            let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) else {
                return Err("the list of numbers");
            };
            index.push((number, first.saturating_add(offset)));
        }
        Ok(Self {
            data,
            index,
            by_number: OnceLock::new(),
        })
    }

    /// Where an object stands, and whether at the index that the cross-reference data says.
    pub(crate) fn find(&self, number: u32, index: u32) -> Option<(usize, bool)> {
        let stated = usize::try_from(index)
            .ok()
            .and_then(|index| self.index.get(index));
        match stated.filter(|(found, _)| *found == number) {
            Some((_, at)) => Some((*at, true)),
            None => {
                let by_number = self
                    .by_number
                    .get_or_init(|| self.index.iter().copied().collect());
                by_number.get(&number).map(|at| (*at, false))
            }
        }
    }

    /// Numbers of its objects, in order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.index.iter().map(|(number, _)| *number)
    }

    /// The object at a place that [`ObjectStream::find`] gave.
    /// With it how many bytes were read.
    pub(crate) fn object(&self, at: usize) -> (Lexed<Object>, u64) {
        let bytes = self.data.get(at..).unwrap_or_default();
        let mut lexer = Lexer::new(bytes, at as u64, true);
        let object = Parser::without_spans(&mut lexer).object();
        (object, lexer.position() as u64)
    }

    fn bytes(&self) -> usize {
        self.data
            .len()
            .saturating_add(self.index.len().saturating_mul(16))
    }
}

/// The object streams last used, newest at the end, by where they stand in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cache {
    streams: Vec<(u64, Arc<ObjectStream>)>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn get(&mut self, offset: u64) -> Option<Arc<ObjectStream>> {
        let at = self.streams.iter().rposition(|(key, _)| *key == offset)?;
        if at.saturating_add(1) != self.streams.len() {
            let used = self.streams.remove(at);
            self.streams.push(used);
        }
        self.streams.last().map(|(_, stream)| Arc::clone(stream))
    }

    pub(crate) fn put(&mut self, offset: u64, stream: &Arc<ObjectStream>) {
        if self.streams.iter().any(|(key, _)| *key == offset) {
            return;
        }
        self.bytes = self.bytes.saturating_add(stream.bytes());
        self.streams.push((offset, Arc::clone(stream)));
        let mut gone = 0_usize;
        for (_, oldest) in &self.streams {
            if self.bytes <= MAX_CACHED_BYTES || gone.saturating_add(1) >= self.streams.len() {
                break;
            }
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
            gone = gone.saturating_add(1);
        }
        self.streams.drain(..gone);
    }
}
