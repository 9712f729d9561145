//! Bytes of a later revision that its own cross-reference data does not name: a reader that searches a file for objects, as
//! all do when they find it damaged, sees there what the others do not.

use super::{Doubt, Step, to_u32};
use crate::{
    error::Place,
    pdf::{
        Document,
        document::{Entry, Revision, XrefForm},
        lex::is_space,
    },
    report::{ChangeLevel, Finding},
    source,
    text::rules::appended as rules,
};

/// Bytes that are looked at at once.
const WINDOW: u64 = 1 << 16;

/// Forbids each step whose revision has such bytes. `first` is the first signed revision; the steps follow it.
pub(super) fn forbid(document: &Document, first: usize, steps: &mut [Step]) {
    for (index, step) in steps.iter_mut().enumerate() {
        let revision = first + 1 + index;
        let found = match look(document, revision) {
            Ok(found) => found,
            Err(Doubt(doubt)) => Some(doubt),
        };
        if let Some(finding) = found {
            step.level = ChangeLevel::Forbidden;
            step.findings.push(finding);
        }
    }
}

fn look(document: &Document, index: usize) -> Result<Option<Finding>, Doubt> {
    let revisions = document.revisions();
    let pair = index
        .checked_sub(1)
        .and_then(|before| revisions.get(before));
    let Some((before, revision)) = pair.zip(revisions.get(index)) else {
        return Ok(None);
    };
    // Revisions that do not follow one another are forbidden as such.
    if revision.end <= before.end {
        return Ok(None);
    }
    let hidden = |offset: u64| {
        let place = Place::offset(offset).in_revision(to_u32(index + 1));
        Ok(Some(Finding::new(&rules::UNLISTED).at(place)))
    };
    let (starts, section) = starts(document, revision, before.end);
    let mut at = before.end;
    for start in starts {
        if start < at {
            return hidden(start);
        }
        if let Some(text) = text(document, at, start)? {
            return hidden(text);
        }
        match document.end_of(index, start)? {
            Some(end) => at = end,
            // No object stands there; what the entry means is judged where it is read.
            None => at = start,
        }
    }
    // Behind the last object: table, trailer and end, which hold no object.
    if section > at
        && let Some(text) = text(document, at, section)?
    {
        return hidden(text);
    }
    match object(document, at.max(section), revision.end)? {
        Some(text) => hidden(text),
        None => Ok(None),
    }
}

/// Where the objects of a revision start in its own bytes, and where its table does.
fn starts(document: &Document, revision: &Revision, from: u64) -> (Vec<u64>, u64) {
    let own = from..revision.end;
    let shifted = |offset: u64| offset.saturating_add(document.shift());
    let section = shifted(revision.xref_offset);
    let stream = revision.trailer.get("XRefStm");
    let stream = stream.and_then(|value| u64::try_from(value.as_integer()?).ok());
    let entries = revision
        .entries
        .iter()
        .filter_map(|(_, entry)| match entry {
            Entry::InFile { offset, .. } => Some(*offset),
            _ => None,
        });
    let mut starts: Vec<u64> = entries.chain(stream.map(shifted)).collect();
    if revision.form == XrefForm::Stream {
        starts.push(section);
    }
    starts.retain(|start| own.contains(start));
    starts.sort_unstable();
    starts.dedup();
    let section = match revision.form {
        XrefForm::Stream => own.start,
        _ => section.clamp(own.start, own.end),
    };
    (starts, section)
}

/// The first byte between two places that is neither white space nor in a comment.
fn text(document: &Document, from: u64, to: u64) -> Result<Option<u64>, Doubt> {
    let mut comment = false;
    let mut at = from;
    while at < to {
        let bytes = source::window(&**document.source(), at, (to - at).min(WINDOW))?;
        for (index, byte) in bytes.iter().enumerate() {
            comment = match byte {
                b'\r' | b'\n' => false,
                b'%' => true,
                byte if comment || is_space(*byte) => comment,
                _ => return Ok(Some(at + index as u64)),
            };
        }
        at += bytes.len().max(1) as u64;
    }
    Ok(None)
}

/// The first header of an object between two places.
fn object(document: &Document, from: u64, to: u64) -> Result<Option<u64>, Doubt> {
    let mut at = from;
    while at < to {
        let length = (to - at).min(WINDOW);
        let bytes = source::window(&**document.source(), at, length)?;
        for found in memchr::memmem::find_iter(&bytes, b"obj") {
            let before = bytes.get(..found).unwrap_or_default().trim_ascii_end();
            if before.len() < found && before.last().is_some_and(u8::is_ascii_digit) {
                return Ok(Some(at + found as u64));
            }
        }
        // Windows overlap by what a header can have behind its first number.
        at += if length < WINDOW { length } else { length - 32 };
    }
    Ok(None)
}
