//! Sections of the cross-reference chain put together as revisions.

use super::{
    header::Header,
    lex::Token,
    notes::Notes,
    revision::{Entry, Revision},
    window::{Forward, parse_at},
    xref::Section,
};
use crate::{
    error::{Place, Result},
    report::Finding,
    source::{self, Source},
    text::rules,
};

/// Revisions, oldest first, out of sections, newest first.
///
/// A section that stands before the one its /Prev names belongs to the same save: so linearized files are
/// written (ISO 32000-1 annex F.3.5).
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
    let mut revisions: Vec<Revision> = Vec::with_capacity(sections.len());
    // Behind which offset the end of the revision in work must stand, and which offsets are its own.
    let mut last: Option<(u64, Vec<u64>)> = None;
    let oldest = sections.last().map(|section| section.offset);
    for section in sections.into_iter().rev() {
        let own = section.offset.saturating_sub(shift);
        if let (Some((end, offsets)), Some(revision)) = (&mut last, revisions.last_mut())
            && offsets.iter().all(|offset| *offset > section.offset)
        {
            if !header.linearized || offsets.last() != oldest.as_ref() {
                notes.note(Finding::new(&rules::pdf::BACKWARDS).at(Place::offset(section.offset)));
            }
            *end = section.end.max(*end);
            offsets.push(section.offset);
            merge(&mut revision.entries, section.entries);
            revision.xref_offset = own;
            revision.form = section.form;
            revision.trailer = section.trailer;
            continue;
        }
        if let (Some((end, offsets)), Some(revision)) = (last.take(), revisions.last_mut()) {
            close(source, revision, end, &offsets, &starts, shift, notes)?;
        }
        last = Some((section.end, vec![section.offset]));
        revisions.push(Revision {
            xref_offset: own,
            form: section.form,
            end: section.end,
            ends: Vec::new(),
            trailer: section.trailer,
            entries: section.entries,
        });
    }
    if let (Some((end, offsets)), Some(revision)) = (last, revisions.last_mut()) {
        close(source, revision, end, &offsets, &starts, shift, notes)?;
        let behind = source.len().saturating_sub(revision.end);
        if behind > 0 {
            let place = Place::offset(revision.end);
            notes.note(
                Finding::new(&rules::pdf::JUNK_BEHIND)
                    .with(behind)
                    .at(place),
            );
        }
    }
    Ok(revisions)
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

/// Finds where a revision ends: behind the `%%EOF` that follows its last section.
fn close(
    source: &dyn Source,
    revision: &mut Revision,
    end: u64,
    own: &[u64],
    starts: &[u64],
    shift: u64,
    notes: &mut Notes,
) -> Result<()> {
    // The next section in the file bounds the search.
    let bound = starts
        .iter()
        .filter(|start| **start > end)
        .min()
        .copied()
        .unwrap_or(source.len());
    let mut forward = Forward::new(source, end);
    let mut from = end;
    if let Some(at) = forward.find(b"startxref", bound)? {
        let stated = parse_at(source, at, |mut lexer| {
            lexer.advance(b"startxref".len());
            let token = lexer.token()?;
            Ok((token.clone() == Token::End, integer(&token), lexer.offset()))
        })?;
        if let Ok((_, stated, behind)) = stated {
            if !stated.is_some_and(|stated| own.contains(&stated.saturating_add(shift))) {
                let place = Place::offset(at);
                notes.note(Finding::new(&rules::pdf::OTHER_STARTXREF).at(place));
            }
            from = behind;
        }
    }
    forward.seek(from);
    let Some(at) = forward.find(b"%%EOF", bound)? else {
        notes.note(Finding::new(&rules::pdf::NO_EOF).at(Place::offset(end)));
        revision.end = from;
        revision.ends = vec![from];
        return Ok(());
    };
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
    Ok(())
}

fn integer(token: &Token<'_>) -> Option<u64> {
    match token {
        Token::Integer(value) => u64::try_from(*value).ok(),
        _ => None,
    }
}
