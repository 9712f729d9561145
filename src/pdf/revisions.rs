//! Sections of the cross-reference chain put together as revisions.

use super::{
    budget::exceeded,
    header::Header,
    lex::{Token, is_space},
    notes::Notes,
    revision::{Entry, Revision},
    window::{Forward, parse_at},
    xref::Section,
};
use crate::{
    error::{Place, Result},
    limits::MAX_XREF_ENTRIES,
    report::Finding,
    source::{self, Source},
    text::{Severity, rules},
};

/// Bytes behind the last revision that may be white space without a warning.
const TAIL_BYTES: u64 = 4 << 10;

/// Entries that are moved while sections of one save are put together: real saves have two or three.
const MAX_MERGED_ENTRIES: usize = 8 * MAX_XREF_ENTRIES;

/// Revisions, oldest first, out of sections, newest first.
///
/// A section that stands before the one its /Prev names belongs to the same save: so linearized files are
/// written (ISO 32000-1 annex F.3.5). So does one that no `%%EOF` separates from the one before: some writers
/// put a table for old readers behind the real section.
///
/// # Errors
/// Those of the source.
pub(crate) fn from_sections(
    source: &dyn Source,
    sections: Vec<Section>,
    header: &Header,
    shift: u64,
    notes: &mut Notes,
) -> Result<Vec<Revision>> {
    let starts: Vec<u64> = sections.iter().map(|section| section.offset).collect();
    let oldest = sections.last().map(|section| section.offset);
    let mut revisions: Vec<Revision> = Vec::with_capacity(sections.len());
    // The revision in work: where its sections start, and behind which offset it must end.
    let mut own: Vec<u64> = Vec::new();
    let mut behind = 0_u64;
    let mut mergeable = MAX_MERGED_ENTRIES;
    for section in sections.into_iter().rev() {
        if let Some(revision) = revisions.last_mut() {
            let backwards = own.iter().all(|start| *start > section.offset);
            if backwards && !(header.linearized && own.last() == oldest.as_ref()) {
                let place = Place::offset(section.offset);
                notes.note(Finding::new(&rules::pdf::BACKWARDS).at(place));
            }
            let limit = starts.iter().copied().filter(|start| *start > behind).min();
            if backwards || !close(source, revision, (behind, limit), &own, shift, notes)? {
                // No end of its own: a save that wrote more than one section.
                let size = revision.entries.len().saturating_add(section.entries.len());
                let Some(left) = mergeable.checked_sub(size) else {
                    return Err(exceeded(
                        "cross-reference entries",
                        Place::offset(section.offset),
                    ));
                };
                mergeable = left;
                merge(&mut revision.entries, section.entries);
                revision.xref_offset = section.offset.saturating_sub(shift);
                revision.form = section.form;
                revision.trailer = section.trailer;
                behind = behind.max(section.end);
                own.push(section.offset);
                continue;
            }
        }
        own = vec![section.offset];
        behind = section.end;
        revisions.push(Revision {
            xref_offset: section.offset.saturating_sub(shift),
            form: section.form,
            end: section.end,
            ends: Vec::new(),
            is_stated: false,
            trailer: section.trailer,
            entries: section.entries,
        });
    }
    let Some(newest) = revisions.last_mut() else {
        return Ok(revisions);
    };
    let limit = starts.iter().copied().filter(|start| *start > behind).min();
    if !close(source, newest, (behind, limit), &own, shift, notes)? {
        notes.note(Finding::new(&rules::pdf::NO_EOF).at(Place::offset(behind)));
        newest.end = behind;
        newest.ends = vec![behind];
    }
    let (end, size) = (newest.end, source.len());
    if end < size {
        let tail = source::window(source, end, TAIL_BYTES)?;
        let blank =
            size.saturating_sub(end) <= TAIL_BYTES && tail.iter().all(|byte| is_space(*byte));
        let finding = Finding::new(&rules::pdf::JUNK_BEHIND).with(size.saturating_sub(end));
        let severity = if blank {
            Severity::Info
        } else {
            finding.severity()
        };
        notes.note(finding.weighing(severity).at(Place::offset(end)));
    }
    Ok(revisions)
}

/// Which revisions name which numbers: for documents of many revisions, where asking each of them takes long.
#[derive(Debug)]
pub(crate) struct History(Vec<(u32, u32)>);

impl History {
    /// Below so many revisions it is quicker to ask each of them.
    pub(crate) const WORTHWHILE: usize = 24;

    pub(crate) fn new(revisions: &[Revision]) -> Self {
        let named = |(index, revision): (u32, &Revision)| {
            let numbers = revision
                .entries
                .iter()
                .map(move |(number, _)| (*number, index));
            numbers.collect::<Vec<_>>()
        };
        let mut all: Vec<(u32, u32)> = (0_u32..).zip(revisions).flat_map(named).collect();
        all.sort_unstable();
        Self(all)
    }

    /// The last revision up to this one that names the number.
    pub(crate) fn last(&self, number: u32, revision: usize) -> Option<usize> {
        let revision = u32::try_from(revision).unwrap_or(u32::MAX);
        let behind = self.0.partition_point(|named| *named <= (number, revision));
        let (found, revision) = self.0.get(behind.checked_sub(1)?)?;
        (*found == number)
            .then(|| usize::try_from(*revision).ok())
            .flatten()
    }
}

/// Adds the entries of a section that comes before the others in the order of looking up.
fn merge(entries: &mut Vec<(u32, Entry)>, newer: Vec<(u32, Entry)>) {
    let older = std::mem::take(entries);
    let mut older = older.into_iter().peekable();
    for entry in newer {
        while let Some(before) = older.next_if(|(number, _)| *number < entry.0) {
            entries.push(before);
        }
        older.next_if(|(number, _)| *number == entry.0);
        entries.push(entry);
    }
    entries.extend(older);
}

/// Finds where a revision ends: behind the `%%EOF` that follows its last section, in a range of the file.
/// Whether there is one is the answer.
fn close(
    source: &dyn Source,
    revision: &mut Revision,
    (from, bound): (u64, Option<u64>),
    own: &[u64],
    shift: u64,
    notes: &mut Notes,
) -> Result<bool> {
    let bound = bound.unwrap_or(source.len());
    let mut forward = Forward::new(source, from);
    let startxref = forward.find(b"startxref", bound)?;
    if startxref.is_none() {
        forward.seek(from);
    }
    let Some(at) = forward.find(b"%%EOF", bound)? else {
        return Ok(false);
    };
    if let Some(startxref) = startxref {
        let stated = parse_at(source, startxref, |lexer| {
            lexer.advance(b"startxref".len());
            lexer.token().map(|token| integer(&token))
        })?;
        let stated = stated
            .ok()
            .flatten()
            .map(|stated| stated.saturating_add(shift));
        revision.is_stated = stated.is_some() && stated.as_ref() == own.last();
        if !stated.is_some_and(|stated| own.contains(&stated)) {
            notes.note(Finding::new(&rules::pdf::OTHER_STARTXREF).at(Place::offset(startxref)));
        }
    }
    let behind = at.saturating_add(5);
    let tail = source::window(source, behind, 2)?;
    let eol: u64 = match *tail {
        [b'\r', b'\n'] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    revision.ends = (0..=eol)
        .map(|length| behind.saturating_add(length))
        .collect();
    revision.end = behind.saturating_add(eol);
    Ok(true)
}

fn integer(token: &Token<'_>) -> Option<u64> {
    match token {
        Token::Integer(value) => u64::try_from(*value).ok(),
        _ => None,
    }
}
