//! Cross-reference data (ISO 32000-1 clauses 7.5.4 to 7.5.8): the chain of sections, newest first.

mod stream;
mod table;

use std::collections::HashSet;

use super::{
    budget::Budgets,
    lex::{Stop, Token},
    notes::Notes,
    object::{Dictionary, Object},
    revision::{Entry, XrefForm},
    window::{find_last, parse_at},
};
use crate::{
    error::{Error, ErrorKind, Place, Result},
    limits::{MAX_OBJECTS, MAX_TAIL_BYTES, MAX_XREF_ENTRIES, MAX_XREF_SECTIONS},
    report::Finding,
    source::Source,
    text::rules,
};

/// One cross-reference section; of a hybrid file both parts, merged.
#[derive(Debug)]
pub(crate) struct Section {
    /// Offset in the file.
    pub(crate) offset: u64,
    /// Behind its trailer dictionary or its `endobj`.
    pub(crate) end: u64,
    pub(crate) form: XrefForm,
    pub(crate) trailer: Dictionary,
    /// Sorted by number, each number once.
    pub(crate) entries: Vec<(u32, Entry)>,
}

/// Why there is no chain: a finding, and the file is to be rebuilt.
pub(crate) type Broken = Finding;

/// What the readers of sections share.
#[derive(Debug)]
pub(crate) struct Loader<'a> {
    pub(crate) source: &'a dyn Source,
    /// What is added to every offset that the file states.
    pub(crate) shift: u64,
    pub(crate) notes: &'a mut Notes,
    pub(crate) budgets: &'a Budgets,
    /// Entries that are left.
    pub(crate) entries: usize,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(source: &'a dyn Source, notes: &'a mut Notes, budgets: &'a Budgets) -> Self {
        Self {
            source,
            shift: 0,
            notes,
            budgets,
            entries: MAX_XREF_ENTRIES,
        }
    }

    /// The chain from the last `startxref` on, newest section first.
    ///
    /// # Errors
    /// `Limit` and `Io`; a chain that cannot be followed comes back inside.
    pub(crate) fn chain(
        &mut self,
        header: u64,
    ) -> Result<std::result::Result<Vec<Section>, Broken>> {
        let Some(start) = startxref(self.source)? else {
            return Ok(Err(Finding::new(&rules::pdf::NO_STARTXREF)));
        };
        // Junk before the header: offsets count from the header, or from the start after all.
        self.shift = header;
        let mut first = self.section(start)?;
        if first.is_err() && header > 0 {
            self.shift = 0;
            first = self.section(start)?;
        }
        let mut seen = HashSet::from([start]);
        let mut sections = Vec::new();
        let mut next = Some(first);
        while let Some(section) = next.take() {
            let section = match section {
                Ok(section) => section,
                Err(broken) => return Ok(Err(broken)),
            };
            let place = Place::offset(section.offset);
            next = match section.trailer.get("Prev") {
                None | Some(Object::Null) => None,
                Some(Object::Integer(0)) => {
                    self.notes
                        .note(Finding::new(&rules::pdf::PREV_ZERO).at(place));
                    None
                }
                // Some writers put a real number.
                Some(value) => match offset_of(value) {
                    None => Some(Err(Finding::new(&rules::pdf::NO_SECTION)
                        .with("/Prev")
                        .at(place))),
                    Some(offset) if !seen.insert(offset) => {
                        self.notes
                            .ambiguous(Finding::new(&rules::pdf::SECTION_LOOP).at(place));
                        None
                    }
                    Some(_) if seen.len() > MAX_XREF_SECTIONS => {
                        return Err(Error::new(ErrorKind::Limit, &rules::pdf::LIMIT)
                            .with("cross-reference sections")
                            .at(place));
                    }
                    Some(offset) => Some(self.section(offset)?),
                },
            };
            sections.push(section);
        }
        Ok(Ok(sections))
    }

    /// The section at an offset that the file states.
    fn section(&mut self, stated: u64) -> Result<std::result::Result<Section, Broken>> {
        let offset = stated.saturating_add(self.shift);
        let nothing = Finding::new(&rules::pdf::NO_SECTION)
            .with(stated)
            .at(Place::offset(offset));
        if offset >= self.source.len() {
            return Ok(Err(nothing));
        }
        let token = parse_at(self.source, offset, |lexer| {
            Ok(match lexer.token()? {
                Token::Keyword(word) if word.starts_with(b"xref") => Some(XrefForm::Table),
                Token::Integer(_) => Some(XrefForm::Stream),
                _ => None,
            })
        })?;
        match token {
            Ok(Some(XrefForm::Table)) => self.table(offset),
            Ok(Some(_)) => self.stream(offset),
            _ => Ok(Err(nothing)),
        }
    }

    /// Takes entries from the budget.
    fn charge(&mut self, entries: usize, offset: u64) -> Result<()> {
        match self.entries.checked_sub(entries) {
            Some(left) => {
                self.entries = left;
                Ok(())
            }
            None => Err(Error::new(ErrorKind::Limit, &rules::pdf::LIMIT)
                .with("cross-reference entries")
                .at(Place::offset(offset))),
        }
    }

    /// Sorts by number; of a number that stands twice the first entry counts, as in most readers.
    fn settle(&mut self, entries: &mut Vec<(u32, Entry)>, trailer: &Dictionary, offset: u64) {
        let place = Place::offset(offset);
        if !entries.is_sorted_by_key(|(number, _)| *number) {
            entries.sort_by_key(|(number, _)| *number);
        }
        let notes = &mut *self.notes;
        entries.dedup_by(|later, earlier| {
            let twice = later.0 == earlier.0;
            if twice && later.1 != earlier.1 {
                notes.ambiguous(
                    Finding::new(&rules::pdf::DUPLICATE_ENTRY)
                        .with(later.0)
                        .at(place),
                );
            }
            twice
        });
        for key in trailer.duplicates() {
            let key = String::from_utf8_lossy(&key.0);
            notes.ambiguous(Finding::new(&rules::pdf::DUPLICATE_KEY).with(key).at(place));
        }
        let size = trailer
            .get("Size")
            .and_then(Object::as_integer)
            .filter(|size| *size > 0);
        match (size, entries.last()) {
            (None, _) => notes.note(Finding::new(&rules::pdf::NO_SIZE).at(place)),
            (Some(size), Some((last, entry)))
                if i64::from(*last) >= size && !matches!(entry, Entry::Free { .. }) =>
            {
                notes.note(
                    Finding::new(&rules::pdf::BEYOND_SIZE)
                        .with(last)
                        .with(size)
                        .at(place),
                );
            }
            _ => {}
        }
    }
}

/// The number behind the last `startxref`.
fn startxref(source: &dyn Source) -> Result<Option<u64>> {
    let mut end = source.len();
    let from = end.saturating_sub(MAX_TAIL_BYTES);
    while let Some(at) = find_last(source, b"startxref", from, end)? {
        let number = parse_at(source, at, |lexer| {
            lexer.advance(b"startxref".len());
            lexer.token().map(|token| match token {
                Token::Integer(value) => u64::try_from(value).ok(),
                _ => None,
            })
        })?;
        if let Ok(Some(number)) = number {
            return Ok(Some(number));
        }
        end = at;
    }
    Ok(None)
}

/// An offset that the file states.
pub(crate) fn offset_of(value: &Object) -> Option<u64> {
    match value {
        Object::Integer(value) => u64::try_from(*value).ok(),
        Object::Real(value) if value.fract() == 0.0 => format!("{value:.0}").parse().ok(),
        _ => None,
    }
}

/// An error of the parser as a finding.
pub(crate) fn broken(stop: Stop, offset: u64) -> Finding {
    match stop {
        Stop::Malformed { offset, expected } => Finding::new(&rules::pdf::BAD_OBJECT)
            .with(expected)
            .at(Place::offset(offset)),
        Stop::Incomplete | Stop::Limit { .. } => Finding::new(&rules::pdf::BAD_OBJECT)
            .with("an object of bearable size")
            .at(Place::offset(offset)),
    }
}

/// Whether an object number may be used.
pub(crate) fn is_usable(number: u64) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| *number <= MAX_OBJECTS)
}
