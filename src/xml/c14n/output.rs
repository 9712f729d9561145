//! Canonical octets on their way to the sink: collected, escaped (Canonical XML 1.0 clause 2.3).

use super::Sink;
use crate::xml::{
    scan::reference_at,
    values::{self, Piece},
};

/// Octets that are collected before they are handed on; longer runs go straight.
const COLLECTED: usize = 16 << 10;

pub(in crate::xml) struct Output<'s> {
    sink: &'s mut dyn Sink,
    collected: Vec<u8>,
    handed_on: u64,
}

impl<'s> Output<'s> {
    pub(in crate::xml) fn new(sink: &'s mut dyn Sink) -> Self {
        Self {
            sink,
            collected: Vec::with_capacity(COLLECTED),
            handed_on: 0,
        }
    }

    pub(in crate::xml) fn push(&mut self, octets: &[u8]) {
        if self.collected.len().saturating_add(octets.len()) > COLLECTED {
            self.flush();
        }
        if octets.len() >= COLLECTED {
            self.hand_on(octets.len());
            self.sink.octets(octets);
        } else {
            self.collected.extend_from_slice(octets);
        }
    }

    pub(in crate::xml) fn flush(&mut self) {
        if !self.collected.is_empty() {
            self.hand_on(self.collected.len());
            self.sink.octets(&self.collected);
            self.collected.clear();
        }
    }

    fn hand_on(&mut self, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.handed_on = self.handed_on.saturating_add(length);
    }

    /// Octets that were handed on; what is collected does not count yet.
    pub(super) fn total(&self) -> u64 {
        self.handed_on
    }

    /// Tells the sink something at this place among the octets.
    pub(in crate::xml) fn tell(&mut self, what: impl FnOnce(&mut dyn Sink)) {
        self.flush();
        what(self.sink);
    }

    fn character(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Character data as it stands.
    pub(in crate::xml) fn text(&mut self, raw: &str) {
        let mut rest = raw;
        while let Some(at) = memchr::memchr3(b'&', b'>', b'\r', rest.as_bytes()) {
            let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.push(plain.as_bytes());
            let taken = match special.as_bytes() {
                [b'&', ..] => {
                    let (c, taken) = reference_at(special).unwrap_or(('&', 1));
                    self.escaped_text(c);
                    taken
                }
                [b'>', ..] => {
                    self.push(b"&gt;");
                    1
                }
                [b'\r', b'\n', ..] => 1,
                _ => {
                    self.push(b"\n");
                    1
                }
            };
            rest = special.get(taken..).unwrap_or_default();
        }
        self.push(rest.as_bytes());
    }

    fn escaped_text(&mut self, c: char) {
        match c {
            '&' => self.push(b"&amp;"),
            '<' => self.push(b"&lt;"),
            '>' => self.push(b"&gt;"),
            '\r' => self.push(b"&#xD;"),
            c => self.character(c),
        }
    }

    /// The content of a CDATA section, which becomes text.
    pub(in crate::xml) fn cdata(&mut self, raw: &str) {
        let special = |octets: &[u8]| memchr::memchr3(b'&', b'<', b'>', octets);
        self.escaped(&values::of_cdata(raw), special, Self::escaped_text);
    }

    /// Comments and processing instructions: only line ends are normalised.
    pub(in crate::xml) fn lines(&mut self, raw: &str) {
        self.push(values::of_cdata(raw).as_bytes());
    }

    /// The value of an attribute as it stands, with its quotes.
    pub(in crate::xml) fn attribute(&mut self, raw: &str) {
        self.push(b"\"");
        let special = |octet: &u8| matches!(octet, b'&' | b'"' | b'\t' | b'\n' | b'\r');
        if raw.as_bytes().iter().any(special) {
            values::pieces(raw, &mut |piece| match piece {
                Piece::Literal('\t' | '\n') => self.push(b" "),
                Piece::Literal(c) | Piece::Referenced(c) => self.escaped_value(c),
            });
        } else {
            self.push(raw.as_bytes());
        }
        self.push(b"\"");
    }

    /// A value whose references are resolved, with its quotes.
    pub(in crate::xml) fn value(&mut self, value: &str) {
        self.push(b"\"");
        let is_special = |octet: &u8| matches!(octet, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r');
        let special = |octets: &[u8]| octets.iter().position(is_special);
        self.escaped(value, special, Self::escaped_value);
        self.push(b"\"");
    }

    /// A text whose references are resolved: in runs, but for the characters that `special` finds.
    fn escaped(
        &mut self,
        text: &str,
        special: impl Fn(&[u8]) -> Option<usize>,
        escape: fn(&mut Self, char),
    ) {
        let mut rest = text;
        while let Some(at) = special(rest.as_bytes()) {
            let (plain, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.push(plain.as_bytes());
            let mut characters = behind.chars();
            characters.next().into_iter().for_each(|c| escape(self, c));
            rest = characters.as_str();
        }
        self.push(rest.as_bytes());
    }

    fn escaped_value(&mut self, c: char) {
        match c {
            '&' => self.push(b"&amp;"),
            '<' => self.push(b"&lt;"),
            '"' => self.push(b"&quot;"),
            '\t' => self.push(b"&#x9;"),
            '\n' => self.push(b"&#xA;"),
            '\r' => self.push(b"&#xD;"),
            c => self.character(c),
        }
    }
}
