//! The way through a document's octets. It was found well-formed when it was read, so nothing is checked again, and what is
//! canonical already is copied in long runs.

use std::ops::Range;

use memchr::{memchr, memchr3, memmem};

use super::{Canonical, Sink, element::Rendering, output::Output};
use crate::{
    error::Result,
    xml::{
        document::{Document, ElementId, Record},
        fault,
        names::is_space,
        scan::Attribute,
        scope::Scope,
    },
};

/// An element that something is done at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stop {
    pub(super) start: usize,
    pub(super) action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    /// It is left out; where it ends.
    Skip(usize),
    /// The sink is told of it.
    Watch(ElementId),
}

pub(super) struct Walk<'a, 's> {
    comments: bool,
    rendering: Rendering<'a>,
    scope: Scope<'a>,
    output: Output<'s>,
    /// Where something is done, in order; those ahead.
    stops: &'s [Stop],
    /// Watched elements that are open, with their depth.
    inside: Vec<(usize, ElementId)>,
    octets: &'a [u8],
    /// The part that is walked, and where it begins.
    text: (&'a str, usize),
    at: usize,
    /// From here to `at` everything is to be copied.
    run: usize,
    depth: usize,
    /// The root element is passed.
    behind: bool,
    attributes: Vec<Attribute<'a>>,
    /// Octets that may be written.
    allowed: u64,
}

/// A start tag.
struct Tag<'a> {
    name: &'a str,
    /// Behind it.
    end: usize,
    empty: bool,
    /// How many of its octets, from its start on, are canonical as they stand; short of `>` or `/>`.
    canonical: Option<usize>,
}

impl<'a> Tag<'a> {
    fn new(name: &'a str, end: usize, empty: bool, canonical: Option<usize>) -> Self {
        Self {
            name,
            end,
            empty,
            canonical,
        }
    }
}

impl<'a, 's> Walk<'a, 's> {
    pub(super) fn new(
        method: &'a Canonical,
        stops: &'s [Stop],
        allowed: u64,
        sink: &'s mut dyn Sink,
    ) -> Self {
        Self {
            comments: method.comments,
            rendering: Rendering::new(method),
            scope: Scope::default(),
            output: Output::new(sink),
            stops,
            inside: Vec::new(),
            octets: &[],
            text: ("", 0),
            at: 0,
            run: 0,
            depth: 0,
            behind: false,
            attributes: Vec::new(),
            allowed,
        }
    }

    pub(super) fn document(&mut self, document: &'a Document) -> Result<()> {
        self.through(document, document.start()..document.utf8().len())
    }

    /// The last of these elements, the others are around it, outermost first.
    pub(super) fn element(
        &mut self,
        document: &'a Document,
        ancestry: &[(ElementId, Record)],
    ) -> Result<()> {
        let Some(((_, own), around)) = ancestry.split_last() else {
            return Ok(());
        };
        let mut outer = Vec::new();
        for (id, record) in around {
            let attributes: Vec<_> = document.frame(*id).attributes(document).collect();
            self.scope.enter(&attributes, record.start)?;
            outer.push(attributes);
        }
        self.rendering.inherit(&outer);
        self.through(document, own.start..own.end)
    }

    /// Hands on what is left; how many octets there were.
    pub(super) fn finish(mut self) -> u64 {
        self.output.flush();
        self.output.total()
    }

    fn through(&mut self, document: &'a Document, part: Range<usize>) -> Result<()> {
        self.octets = document.utf8().get(..part.end).unwrap_or_default();
        let text = self.octets.get(part.start..).unwrap_or_default();
        self.text = (std::str::from_utf8(text).unwrap_or_default(), part.start);
        let passed = self.stops.partition_point(|stop| stop.start < part.start);
        self.stops = self.stops.get(passed..).unwrap_or_default();
        (self.at, self.run) = (part.start, part.start);
        let returns = memchr(b'\r', text).is_some();
        while self.at < part.end {
            self.characters(returns);
            match self.rest(self.at) {
                [] => break,
                [b'<', b'/', ..] => self.close(),
                [b'<', b'!', b'[', ..] => self.cdata(),
                [b'<', kind @ (b'!' | b'?'), ..] => self.aside(*kind == b'?'),
                _ => self.open()?,
            }
        }
        self.copied();
        Ok(())
    }

    fn rest(&self, from: usize) -> &'a [u8] {
        self.octets.get(from..).unwrap_or_default()
    }

    fn part(&self, from: usize, to: usize) -> &'a str {
        let (text, start) = self.text;
        text.get(from.saturating_sub(start)..to.saturating_sub(start))
            .unwrap_or_default()
    }

    /// Writes the run up to here.
    fn copied(&mut self) {
        let run = self.octets.get(self.run..self.at).unwrap_or_default();
        self.output.push(run);
        self.run = self.at;
    }

    /// Goes on behind something that was written otherwise, or not at all.
    fn go_on(&mut self, at: usize) {
        (self.at, self.run) = (at, at);
    }

    /// Everything up to the next tag.
    fn characters(&mut self, returns: bool) {
        let rest = self.rest(self.at);
        let found = memchr3(b'<', b'&', b'>', rest).unwrap_or(rest.len());
        let plain = rest.get(found) == Some(&b'<');
        let length = if plain {
            found
        } else {
            memchr(b'<', rest).unwrap_or(rest.len())
        };
        let end = self.at.saturating_add(length);
        if self.depth == 0 {
            self.copied();
            self.go_on(end);
        } else if plain
            && !(returns && memchr(b'\r', rest.get(..length).unwrap_or_default()).is_some())
        {
            self.at = end;
        } else {
            self.copied();
            self.output.text(self.part(self.at, end));
            self.go_on(end);
        }
    }

    fn close(&mut self) {
        let rest = self.rest(self.at);
        let length = memchr(b'>', rest).unwrap_or(rest.len());
        let end = self.at.saturating_add(length).saturating_add(1);
        let last = length.checked_sub(1).and_then(|last| rest.get(last));
        if last.copied().is_some_and(is_space) {
            self.copied();
            let tag = self.part(self.at, end.saturating_sub(1));
            let tag = tag.trim_end_matches([' ', '\t', '\n', '\r']);
            self.output.push(tag.as_bytes());
            self.output.push(b">");
            self.go_on(end);
        } else {
            self.at = end;
        }
        self.leave();
    }

    /// An element is at its end.
    fn leave(&mut self) {
        self.scope.leave();
        self.rendering.close();
        if let Some((depth, id)) = self.inside.last().copied()
            && depth == self.depth
        {
            self.inside.pop();
            self.copied();
            self.output.tell(|sink| sink.leave(id));
        }
        self.depth = self.depth.saturating_sub(1);
        self.behind |= self.depth == 0;
    }

    fn cdata(&mut self) {
        let from = self.at.saturating_add("<![CDATA[".len());
        let rest = self.rest(from);
        let end = from.saturating_add(memmem::find(rest, b"]]>").unwrap_or(rest.len()));
        self.copied();
        self.output.cdata(self.part(from, end));
        self.go_on(end.saturating_add("]]>".len()));
    }

    /// A comment or a processing instruction. Outside of the root element a line end parts it from that (clause 2.3).
    fn aside(&mut self, instruction: bool) {
        let close: &[u8] = if instruction { b"?>" } else { b"-->" };
        // The shortest comment is "<!---->".
        let from = self.at.saturating_add(if instruction { 2 } else { 4 });
        let rest = self.rest(from);
        let end = from.saturating_add(memmem::find(rest, close).unwrap_or(rest.len()));
        self.copied();
        if instruction || self.comments {
            if self.depth == 0 && self.behind {
                self.output.push(b"\n");
            }
            let inner = self.part(from, end);
            if instruction {
                let (target, data) = inner
                    .split_once([' ', '\t', '\n', '\r'])
                    .unwrap_or((inner, ""));
                let data = data.trim_start_matches([' ', '\t', '\n', '\r']);
                self.output.push(b"<?");
                self.output.push(target.as_bytes());
                if !data.is_empty() {
                    self.output.push(b" ");
                    self.output.lines(data);
                }
            } else {
                self.output.push(b"<!--");
                self.output.lines(inner);
            }
            self.output.push(close);
            if self.depth == 0 && !self.behind {
                self.output.push(b"\n");
            }
        }
        self.go_on(end.saturating_add(close.len()));
    }

    fn open(&mut self) -> Result<()> {
        while let Some((stop, ahead)) = self.stops.split_first()
            && stop.start <= self.at
        {
            self.stops = ahead;
            if stop.start < self.at {
                continue;
            }
            self.copied();
            match stop.action {
                Action::Skip(end) => {
                    self.go_on(end);
                    self.behind |= self.depth == 0;
                    return Ok(());
                }
                Action::Watch(id) => {
                    self.inside.push((self.depth.saturating_add(1), id));
                    self.output.tell(|sink| sink.enter(id));
                }
            }
        }
        let tag = self.tag();
        self.depth = self.depth.saturating_add(1);
        if let Some(length) = tag.canonical
            && self
                .rendering
                .needs_nothing(tag.name, &self.attributes, &self.scope)
        {
            self.scope.enter_plain();
            self.rendering.enter_plain();
            if tag.empty {
                self.at = self.at.saturating_add(length);
                self.copied();
                self.output.push(b">");
            }
        } else {
            self.copied();
            self.scope.enter(&self.attributes, self.at)?;
            let (scope, output) = (&self.scope, &mut self.output);
            self.rendering
                .open(tag.name, &self.attributes, scope, output, self.at)?;
            self.run = tag.end;
            if self.output.total() > self.allowed {
                return Err(fault::limit(
                    "c14n",
                    usize::try_from(self.allowed).unwrap_or(usize::MAX),
                    self.at,
                ));
            }
        }
        self.at = tag.end;
        if tag.empty {
            self.output.push(b"</");
            self.output.push(tag.name.as_bytes());
            self.output.push(b">");
            self.run = tag.end;
            self.leave();
        }
        Ok(())
    }

    /// Reads a start tag; its attributes are kept.
    fn tag(&mut self) -> Tag<'a> {
        self.attributes.clear();
        let is_end = |octet: &u8| is_space(*octet) || matches!(octet, b'>' | b'/' | b'=');
        let word = |at: usize| {
            let rest = self.octets.get(at..).unwrap_or_default();
            at.saturating_add(rest.iter().position(is_end).unwrap_or(rest.len()))
        };
        let spaces = |at: usize| {
            let rest = self.octets.get(at..).unwrap_or_default();
            let count = rest.iter().position(|octet| !is_space(*octet));
            at.saturating_add(count.unwrap_or(rest.len()))
        };
        let mut at = word(self.at.saturating_add(1));
        let name = self.part(self.at.saturating_add(1), at);
        let mut canonical = true;
        loop {
            let end_of_last = at;
            if self.octets.get(at).copied().is_some_and(is_space) {
                at = spaces(at);
            }
            let empty = match self.rest(at) {
                [] => return Tag::new(name, at, false, None),
                [b'>', ..] => Some(false),
                [b'/', ..] => Some(true),
                _ => None,
            };
            if let Some(empty) = empty {
                canonical &= at == end_of_last;
                let end = at.saturating_add(if empty { 2 } else { 1 });
                let length = canonical.then_some(at.saturating_sub(self.at));
                return Tag::new(name, end, empty, length);
            }
            canonical &=
                at == end_of_last.saturating_add(1) && self.octets.get(end_of_last) == Some(&b' ');
            let name_end = word(at);
            let sign = spaces(name_end);
            let open = spaces(sign.saturating_add(1));
            let quote = self.octets.get(open).copied().unwrap_or(b'"');
            let from = open.saturating_add(1);
            let rest = self.rest(from);
            let close = from.saturating_add(memchr(quote, rest).unwrap_or(rest.len()));
            let one = Attribute {
                name: self.part(at, name_end),
                value: self.part(from, close),
            };
            let special = |octet: u8| matches!(octet, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r');
            canonical = canonical
                && quote == b'"'
                && open == name_end.saturating_add(1)
                && one.declares().is_none()
                && !one.value.bytes().any(special)
                && self.attributes.last().is_none_or(|last| {
                    last.prefix().is_empty() && one.prefix().is_empty() && last.name < one.name
                });
            self.attributes.push(one);
            at = close.saturating_add(1);
        }
    }
}
