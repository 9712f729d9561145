//! Objects (ISO 32000-1 clause 7.3) out of tokens.

use super::{
    lex::{Lexed, Lexer, Stop, Token},
    object::{Dictionary, Name, Object, ObjectId, PdfString},
};
use crate::limits::{MAX_OBJECT_NESTING, MAX_OBJECT_VALUES};

/// An indirect object as it stands in the file (clause 7.3.10), its stream data not yet looked at.
#[derive(Debug)]
pub(crate) struct Indirect {
    pub(crate) id: ObjectId,
    pub(crate) object: Object,
    /// First byte of the stream data, for a dictionary that `stream` follows.
    pub(crate) data: Option<u64>,
    /// Behind the object (behind `endobj`, where it stands), or behind the keyword `stream`.
    pub(crate) end: u64,
    /// Whether `endobj` (or `stream` and a proper end of line) stood where it must.
    pub(crate) proper: bool,
}

/// Parses objects from a window.
#[derive(Debug)]
pub(crate) struct Parser<'l, 'a> {
    lexer: &'l mut Lexer<'a>,
    values: usize,
    spans: bool,
}

impl<'l, 'a> Parser<'l, 'a> {
    /// Strings get spans.
    pub(crate) fn new(lexer: &'l mut Lexer<'a>) -> Self {
        Self {
            lexer,
            values: 0,
            spans: true,
        }
    }

    /// Strings get no spans: the bytes do not stand in the file as such.
    pub(crate) fn without_spans(lexer: &'l mut Lexer<'a>) -> Self {
        Self {
            lexer,
            values: 0,
            spans: false,
        }
    }

    /// `N G obj`, the object, `endobj` or the start of stream data.
    pub(crate) fn indirect(&mut self) -> Lexed<Indirect> {
        let id = self.header()?;
        // `N G obj endobj` stands for null.
        let before = self.lexer.position();
        if self.lexer.eat_keyword(b"endobj")? {
            let end = self.lexer.offset();
            return Ok(Indirect {
                id,
                object: Object::Null,
                data: None,
                end,
                proper: false,
            });
        }
        self.lexer.seek(before);
        let object = self.object()?;
        let behind = self.lexer.position();
        if matches!(object, Object::Dictionary(_)) && self.lexer.eat_keyword(b"stream")? {
            let proper = self.stream_start()?;
            let end = self.lexer.offset();
            return Ok(Indirect {
                id,
                object,
                data: Some(end),
                end,
                proper,
            });
        }
        let proper = self.lexer.eat_keyword(b"endobj");
        // The end of an object that is otherwise whole may lie behind what can be read.
        let proper = match proper {
            Err(Stop::Malformed { .. }) => false,
            other => other?,
        };
        if !proper {
            self.lexer.seek(behind);
        }
        Ok(Indirect {
            id,
            object,
            data: None,
            end: self.lexer.offset(),
            proper,
        })
    }

    /// `N G obj`.
    pub(crate) fn header(&mut self) -> Lexed<ObjectId> {
        self.lexer.skip_space()?;
        let offset = self.lexer.offset();
        let wrong = Stop::Malformed {
            offset,
            expected: "N G obj",
        };
        let Token::Integer(number) = self.lexer.token()? else {
            return Err(wrong);
        };
        let Token::Integer(generation) = self.lexer.token()? else {
            return Err(wrong);
        };
        // `obj` may touch what follows: `1 0 obj<<` does by its delimiter, `1 0 obj12` only by mistake.
        if !self.lexer.eat_keyword(b"obj")? {
            return Err(wrong);
        }
        match (u32::try_from(number), u16::try_from(generation)) {
            (Ok(number), Ok(generation)) => Ok(ObjectId { number, generation }),
            _ => Err(wrong),
        }
    }

    /// One object; streams are left to [`Parser::indirect`].
    pub(crate) fn object(&mut self) -> Lexed<Object> {
        self.lexer.skip_space()?;
        let offset = self.lexer.offset();
        let token = self.lexer.token()?;
        self.value(token, offset, 0)
    }

    /// The end of line behind `stream`: LF or CR LF (clause 7.3.8.1). Readers also bear a lone CR and
    /// spaces before it; whether it was proper is the answer.
    fn stream_start(&mut self) -> Lexed<bool> {
        let mut proper = true;
        loop {
            match self.lexer.peek()? {
                Some(b' ' | b'\t') => {
                    proper = false;
                    self.lexer.advance(1);
                }
                Some(b'\n') => {
                    self.lexer.advance(1);
                    return Ok(proper);
                }
                Some(b'\r') => {
                    self.lexer.advance(1);
                    if self.lexer.peek()? == Some(b'\n') {
                        self.lexer.advance(1);
                        return Ok(proper);
                    }
                    return Ok(false);
                }
                _ => return Ok(false),
            }
        }
    }

    fn value(&mut self, token: Token<'a>, offset: u64, depth: usize) -> Lexed<Object> {
        self.values = self.values.saturating_add(1);
        if depth > MAX_OBJECT_NESTING || self.values > MAX_OBJECT_VALUES {
            return Err(Stop::Limit { offset });
        }
        Ok(match token {
            Token::Integer(value) => {
                if let Ok(number) = u32::try_from(value)
                    && let Some(generation) = self.lexer.eat_reference_tail()?
                {
                    return Ok(Object::Reference(ObjectId { number, generation }));
                }
                Object::Integer(value)
            }
            Token::Real(value) => Object::Real(value),
            Token::Name(name) => Object::Name(Name(name)),
            Token::Literal(bytes) => self.string(bytes, false, offset, false),
            Token::Hex(bytes, malformed) => self.string(bytes, true, offset, malformed),
            Token::ArrayOpen => self.array(depth)?,
            Token::DictionaryOpen => Object::Dictionary(self.dictionary(offset, depth)?),
            Token::Keyword(b"null") => Object::Null,
            Token::Keyword(b"true") => Object::Boolean(true),
            Token::Keyword(b"false") => Object::Boolean(false),
            Token::ArrayClose | Token::DictionaryClose | Token::Keyword(_) | Token::End => {
                return Err(Stop::Malformed {
                    offset,
                    expected: "an object",
                });
            }
        })
    }

    fn string(&self, bytes: Vec<u8>, hex: bool, start: u64, malformed: bool) -> Object {
        let span = self.spans.then(|| start..self.lexer.offset());
        Object::String(PdfString {
            bytes,
            hex,
            span,
            malformed,
        })
    }

    fn array(&mut self, depth: usize) -> Lexed<Object> {
        let mut items = Vec::new();
        loop {
            self.lexer.skip_space()?;
            let offset = self.lexer.offset();
            match self.lexer.token()? {
                Token::ArrayClose => return Ok(Object::Array(items)),
                token => items.push(self.value(token, offset, depth.saturating_add(1))?),
            }
        }
    }

    fn dictionary(&mut self, start: u64, depth: usize) -> Lexed<Dictionary> {
        let mut entries = Vec::new();
        loop {
            self.lexer.skip_space()?;
            let offset = self.lexer.offset();
            let key = match self.lexer.token()? {
                Token::DictionaryClose => return Ok(Dictionary::from_file(entries)),
                Token::Name(key) => Name(key),
                Token::End => {
                    return Err(Stop::Malformed {
                        offset: start,
                        expected: ">>",
                    });
                }
                _ => {
                    return Err(Stop::Malformed {
                        offset,
                        expected: "a name",
                    });
                }
            };
            self.values = self.values.saturating_add(1);
            self.lexer.skip_space()?;
            let offset = self.lexer.offset();
            let token = self.lexer.token()?;
            // `/Key >>`: a value that is missing counts as null.
            if token == Token::DictionaryClose {
                entries.push((key, Object::Null));
                return Ok(Dictionary::from_file(entries));
            }
            entries.push((key, self.value(token, offset, depth.saturating_add(1))?));
        }
    }
}
