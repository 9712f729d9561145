//! The tokens of a document, strict and with their positions: one pass, nothing is copied.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use super::{
    fault::{self, malformed},
    names::{
        is_char, is_name_octet, is_plain_name, is_qualified_name, is_space, qualified_name, split,
    },
};
use crate::{
    error::Result,
    limits::{MAX_XML_ATTRIBUTES, MAX_XML_DEPTH},
};

/// One token; text is raw: references, line ends and white space stand as in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag; its attributes are in the scanner.
    Open {
        name: &'a str,
        /// `<a/>`: an end tag follows that has no octets.
        empty: bool,
    },
    Close {
        name: &'a str,
    },
    Text(&'a str),
    /// The content of a CDATA section.
    CData(&'a str),
    Comment(&'a str),
    Instruction {
        target: &'a str,
        data: &'a str,
    },
}

/// An attribute as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    /// Between the quotes.
    pub(super) value: &'a str,
}

impl<'a> Attribute<'a> {
    pub(super) fn prefix(&self) -> &'a str {
        split(self.name).0
    }

    pub(super) fn local(&self) -> &'a str {
        split(self.name).1
    }

    /// The prefix that it declares, empty for the default namespace.
    pub(super) fn declares(&self) -> Option<&'a str> {
        match self.name.strip_prefix("xmlns")? {
            "" => Some(""),
            rest => rest.strip_prefix(':'),
        }
    }
}

/// Reads tokens from a place on.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    /// UTF-8, as was found before.
    octets: &'a [u8],
    /// The part of it that is read as a whole, and where that begins; else each token is made a text for itself.
    text: (&'a str, usize),
    at: usize,
    /// Where the token that was read last starts.
    start: usize,
    open: Vec<&'a str>,
    attributes: Vec<Attribute<'a>>,
    /// The end tag of an empty element is still to be told.
    pending: Option<&'a str>,
    /// Ends with the element that it started at.
    only_one: bool,
    seen_root: bool,
}

impl<'a> Scanner<'a> {
    /// The whole document, from behind its declaration on.
    pub(super) fn document(octets: &'a [u8], from: usize) -> Self {
        Self::new(octets, from, octets.len())
    }

    /// One element, whose start tag is at a place: for what is soon at its end, or whose end is not known.
    pub(super) fn element(octets: &'a [u8], at: usize) -> Self {
        Self::whole_element(octets, at..at)
    }

    /// One element that is read to its end.
    pub(super) fn whole_element(octets: &'a [u8], span: Range<usize>) -> Self {
        Self {
            only_one: true,
            ..Self::new(octets, span.start, span.end)
        }
    }

    fn new(octets: &'a [u8], from: usize, to: usize) -> Self {
        let text = octets.get(from..to).unwrap_or_default();
        Self {
            octets,
            text: (std::str::from_utf8(text).unwrap_or_default(), from),
            at: from,
            start: from,
            open: Vec::new(),
            attributes: Vec::new(),
            pending: None,
            only_one: false,
            seen_root: false,
        }
    }

    /// Where the last token starts.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Where the last token ends.
    pub(super) fn end(&self) -> usize {
        self.at
    }

    /// How many elements are open, the one of the last start tag included.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The attributes of the last start tag, namespace declarations included.
    pub(super) fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// `Unreadable` where it is not well-formed, `Limit`.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>> {
        self.start = self.at;
        if let Some(name) = self.pending.take() {
            self.open.pop();
            return Ok(Some(Token::Close { name }));
        }
        if self.only_one && self.seen_root && self.open.is_empty() {
            return Ok(None);
        }
        let rest = self.rest(self.at);
        match rest {
            [] => self.finish(),
            [b'<', b'/', ..] => self.close().map(Some),
            [b'<', b'!', ..] => self.declared(rest).map(Some),
            [b'<', b'?', ..] => self.instruction(rest).map(Some),
            [b'<', ..] => self.open().map(Some),
            _ => self.text(rest).map(Some),
        }
    }

    fn rest(&self, from: usize) -> &'a [u8] {
        self.octets.get(from..).unwrap_or_default()
    }

    /// A part that begins and ends where characters do.
    fn part(&self, from: usize, length: usize) -> &'a str {
        let (text, start) = self.text;
        let inside = from
            .checked_sub(start)
            .and_then(|from| text.get(from..from.checked_add(length)?));
        inside.unwrap_or_else(|| text_of(self.rest(from), length))
    }

    fn finish(&self) -> Result<Option<Token<'a>>> {
        match self.open.last() {
            Some(name) => Err(malformed(self.at, &format!("</{name}>"))),
            None if !self.seen_root => Err(malformed(self.at, "<…>")),
            None => Ok(None),
        }
    }

    fn open(&mut self) -> Result<Token<'a>> {
        if self.open.is_empty() && self.seen_root {
            return Err(malformed(self.at, "<"));
        }
        if self.open.len() >= MAX_XML_DEPTH {
            return Err(fault::limit("elements", MAX_XML_DEPTH, self.at));
        }
        self.at = self.at.saturating_add(1);
        let name = self.qualified_name()?;
        self.attributes.clear();
        let empty = loop {
            let spaced = self.skip_space();
            match self.rest(self.at) {
                [b'>', ..] => {
                    self.at = self.at.saturating_add(1);
                    break false;
                }
                [b'/', b'>', ..] => {
                    self.at = self.at.saturating_add(2);
                    break true;
                }
                _ if !spaced => return Err(malformed(self.at, &format!("<{name}"))),
                _ => self.attribute()?,
            }
        };
        self.seen_root = true;
        self.open.push(name);
        self.pending = empty.then_some(name);
        Ok(Token::Open { name, empty })
    }

    fn attribute(&mut self) -> Result<()> {
        if self.attributes.len() >= MAX_XML_ATTRIBUTES {
            return Err(fault::limit("attributes", MAX_XML_ATTRIBUTES, self.at));
        }
        let name = self.qualified_name()?;
        self.skip_space();
        self.expect(b'=', name)?;
        self.skip_space();
        let quote = match self.rest(self.at) {
            [quote @ (b'"' | b'\''), ..] => *quote,
            _ => return Err(malformed(self.at, name)),
        };
        let from = self.at.saturating_add(1);
        let rest = self.rest(from);
        let length = memchr(quote, rest).ok_or_else(|| malformed(from, name))?;
        let value = self.part(from, length);
        check_value(value, from)?;
        self.at = from.saturating_add(length).saturating_add(1);
        self.attributes.push(Attribute { name, value });
        Ok(())
    }

    fn close(&mut self) -> Result<Token<'a>> {
        self.at = self.at.saturating_add(2);
        let rest = self.rest(self.at);
        let due = self.open.last().copied().unwrap_or_default();
        let fits = rest.starts_with(due.as_bytes())
            && !due.is_empty()
            && !rest.get(due.len()).copied().is_some_and(is_name_octet);
        if !fits {
            let name = self.qualified_name()?;
            return Err(malformed(self.start, &format!("</{name}>")));
        }
        let name = due;
        self.at = self.at.saturating_add(name.len());
        self.skip_space();
        self.expect(b'>', name)?;
        self.open.pop();
        Ok(Token::Close { name })
    }

    fn declared(&mut self, rest: &'a [u8]) -> Result<Token<'a>> {
        if let Some(inner) = rest.strip_prefix(b"<!--") {
            // Two hyphens end a comment, or nothing does (production 15).
            let length = memmem::find(inner, b"--");
            let length = length.filter(|at| is_at(inner, *at, b"-->"));
            let length = length.ok_or_else(|| malformed(self.start, "<!--"))?;
            let from = self.at.saturating_add(4);
            self.at = self.at.saturating_add(length).saturating_add(7);
            return Ok(Token::Comment(self.part(from, length)));
        }
        if let Some(inner) = rest.strip_prefix(b"<![CDATA[") {
            let length = memmem::find(inner, b"]]>");
            let length = length.filter(|_| !self.open.is_empty());
            let length = length.ok_or_else(|| malformed(self.start, "<![CDATA["))?;
            let from = self.at.saturating_add(9);
            self.at = self.at.saturating_add(length).saturating_add(12);
            return Ok(Token::CData(self.part(from, length)));
        }
        if rest.starts_with(b"<!DOCTYPE") {
            return Err(fault::dtd(self.start));
        }
        Err(malformed(self.start, "<!"))
    }

    fn instruction(&mut self, rest: &'a [u8]) -> Result<Token<'a>> {
        let inner = rest.get(2..).unwrap_or_default();
        let length = memmem::find(inner, b"?>");
        let length = length.ok_or_else(|| malformed(self.start, "<?"))?;
        let inner = self.part(self.at.saturating_add(2), length);
        let end = inner.bytes().position(is_space).unwrap_or(inner.len());
        let (target, data) = inner.split_at_checked(end).unwrap_or((inner, ""));
        // The declaration has been read; elsewhere the name is reserved (production 17).
        if !is_plain_name(target) || target.eq_ignore_ascii_case("xml") {
            return Err(malformed(self.start, "<?"));
        }
        self.at = self.at.saturating_add(length).saturating_add(4);
        let data = data.trim_start_matches([' ', '\t', '\n', '\r']);
        Ok(Token::Instruction { target, data })
    }

    fn text(&mut self, rest: &'a [u8]) -> Result<Token<'a>> {
        let mut length = 0_usize;
        loop {
            let from = rest.get(length..).unwrap_or_default();
            let Some(at) = memchr3(b'<', b'&', b']', from) else {
                length = rest.len();
                break;
            };
            length = length.saturating_add(at);
            match rest.get(length) {
                Some(b'&') => {
                    let reference = rest.get(length..).unwrap_or_default();
                    let (_, taken) = reference_in(reference)
                        .ok_or_else(|| malformed(self.at.saturating_add(length), "&"))?;
                    length = length.saturating_add(taken);
                }
                Some(b']') if is_at(rest, length, b"]]>") => {
                    return Err(malformed(self.at.saturating_add(length), "]]>"));
                }
                Some(b']') => length = length.saturating_add(1),
                _ => break,
            }
        }
        let text = self.part(self.at, length);
        if self.open.is_empty() && !text.bytes().all(is_space) {
            return Err(malformed(self.at, "…"));
        }
        self.at = self.at.saturating_add(length);
        Ok(Token::Text(text))
    }

    fn qualified_name(&mut self) -> Result<&'a str> {
        let rest = self.rest(self.at);
        let (length, sound) = qualified_name(rest);
        let name = self.part(self.at, length);
        if !sound.unwrap_or_else(|| is_qualified_name(name)) {
            return Err(malformed(self.at, "<"));
        }
        self.at = self.at.saturating_add(name.len());
        Ok(name)
    }

    fn skip_space(&mut self) -> bool {
        let rest = self.rest(self.at);
        let count = rest.iter().take_while(|octet| is_space(**octet)).count();
        self.at = self.at.saturating_add(count);
        count > 0
    }

    fn expect(&mut self, octet: u8, within: &str) -> Result<()> {
        if self.rest(self.at).first() != Some(&octet) {
            return Err(malformed(self.at, within));
        }
        self.at = self.at.saturating_add(1);
        Ok(())
    }
}

fn is_at(octets: &[u8], at: usize, what: &[u8]) -> bool {
    octets.get(at..).is_some_and(|rest| rest.starts_with(what))
}

/// A part that ends where a character does.
fn text_of(octets: &[u8], length: usize) -> &str {
    let part = octets.get(..length).unwrap_or_default();
    std::str::from_utf8(part).unwrap_or_default()
}

fn reference_in(octets: &[u8]) -> Option<(char, usize)> {
    let end = octets.iter().take(16).position(|octet| *octet == b';')?;
    reference_at(text_of(octets, end.saturating_add(1)))
}

/// A value holds no `<`, and each `&` begins a reference.
fn check_value(value: &str, from: usize) -> Result<()> {
    let mut done = 0_usize;
    while let Some(at) = memchr2(b'&', b'<', value.get(done..).unwrap_or_default().as_bytes()) {
        let at = done.saturating_add(at);
        let (_, taken) = reference_at(value.get(at..).unwrap_or_default())
            .ok_or_else(|| malformed(from.saturating_add(at), value.get(at..=at).unwrap_or("&")))?;
        done = at.saturating_add(taken);
    }
    Ok(())
}

/// The character that a reference at the start of a text stands for, and the length of the reference. There is no DTD, so
/// there are only characters and the five entities of clause 4.6.
pub(super) fn reference_at(text: &str) -> Option<(char, usize)> {
    if !text.starts_with('&') {
        return None;
    }
    // The longest: "&#x0010FFFF;"; more zeros mean nothing that anybody writes.
    let end = text.bytes().take(16).position(|octet| octet == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            if !digits.starts_with(|c: char| c.is_digit(radix)) {
                return None;
            }
            let number = u32::from_str_radix(digits, radix).ok()?;
            char::from_u32(number).filter(|c| is_char(*c))?
        }
    };
    Some((c, end.saturating_add(1)))
}
