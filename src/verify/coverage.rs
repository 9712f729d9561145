//! What a signature covers: rules for /ByteRange and /Contents (ISO 32000-1 clause 12.8.1, EN 319 142-1 clause 5.4).

use crate::{
    pdf::{
        Document, ObjectId, PdfString,
        document::{Entry, Revision},
    },
    report::{Finding, Scope},
    source,
    text::rules::verify as rules,
};

/// What was found about the range.
#[derive(Clone, Debug)]
pub(super) struct CoverageFacts {
    /// As in the file; empty where the format knows none.
    pub(super) byte_range: Vec<i64>,
    /// XML: the covered elements.
    pub(super) covered: Vec<String>,
    /// Where the gap starts and ends and where the range ends, if the digest can be computed.
    pub(super) bounds: Option<Bounds>,
    pub(super) scope: Scope,
    /// The revision that it closes, as an index.
    pub(super) revision: Option<usize>,
    /// What is wrong; nothing is what makes it sound.
    pub(super) faults: Vec<Finding>,
}

/// The numbers of a range `[0 a b c]`: `a`, `b` and `b + c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) gap_start: u64,
    pub(super) gap_end: u64,
    pub(super) end: u64,
}

/// Looks at the range of one signature.
pub(super) fn examine(
    document: &Document,
    byte_range: Vec<i64>,
    contents: Option<&PdfString>,
    value: Option<ObjectId>,
) -> CoverageFacts {
    let mut facts = CoverageFacts {
        byte_range,
        covered: Vec::new(),
        bounds: None,
        scope: Scope::Partial,
        revision: None,
        faults: Vec::new(),
    };
    let size = document.source().len();
    let Some(bounds) = form(&facts.byte_range) else {
        facts.faults.push(Finding::new(&rules::RANGE_FORM));
        return facts;
    };
    if bounds.end > size {
        facts.faults.push(
            Finding::new(&rules::RANGE_BEYOND)
                .with(bounds.end)
                .with(size),
        );
        return facts;
    }
    facts.bounds = Some(bounds);
    if contents.is_some_and(|contents| contents.malformed || !contents.hex) {
        facts.faults.push(Finding::new(&rules::CONTENTS_FORM));
    }
    let gap = contents.and_then(|contents| contents.span.clone());
    if gap != Some(bounds.gap_start..bounds.gap_end) {
        facts.faults.push(Finding::new(&rules::RANGE_GAP));
    }
    if value.is_some_and(|id| !covers_object(document, bounds, id)) {
        facts.faults.push(Finding::new(&rules::RANGE_OBJECT));
    }
    let revisions = document.revisions();
    facts.revision = closes(revisions, bounds.end, size);
    if facts.revision.is_none() {
        facts.faults.push(Finding::new(&rules::RANGE_END));
    }
    if facts.faults.is_empty() {
        facts.scope = if bounds.end == size {
            Scope::WholeFile
        } else {
            Scope::WholeRevision
        };
    } else {
        // A signature that is not sound explains nothing and is compared with nothing.
        facts.revision = None;
    }
    facts
}

/// `[0 a b c]` with `0 < a < b`.
fn form(byte_range: &[i64]) -> Option<Bounds> {
    let &[0, gap_start, gap_end, length] = byte_range else {
        return None;
    };
    let [gap_start, gap_end, length] =
        [gap_start, gap_end, length].map(|number| u64::try_from(number).ok());
    let (gap_start, gap_end) = (gap_start?, gap_end?);
    let end = gap_end.checked_add(length?)?;
    (0 < gap_start && gap_start < gap_end).then_some(Bounds {
        gap_start,
        gap_end,
        end,
    })
}

/// The revision that ends where the range ends; the last one where that is the end of the file.
fn closes(revisions: &[Revision], end: u64, size: u64) -> Option<usize> {
    if end == size {
        return revisions.len().checked_sub(1);
    }
    revisions
        .iter()
        .rposition(|revision| revision.ends.contains(&end))
}

/// Whether the object that holds the signature starts before the gap and ends within the range.
fn covers_object(document: &Document, bounds: Bounds, id: ObjectId) -> bool {
    let newest = document.revisions().len().saturating_sub(1);
    let Some(Entry::InFile { offset, .. }) = document.entry_at(newest, id.number) else {
        return false;
    };
    let source = &**document.source();
    let tail = bounds.end.saturating_sub(bounds.gap_end);
    // Most dictionaries end soon behind /Contents.
    let ends = [1 << 10, 1 << 16].into_iter().any(|most| {
        let tail = source::window(source, bounds.gap_end, tail.min(most));
        tail.is_ok_and(|tail| memchr::memmem::find(&tail, b"endobj").is_some())
    });
    offset < bounds.gap_start && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::{Dictionary, document::XrefForm};

    #[test]
    fn only_zero_a_b_c_with_a_gap_is_a_range() {
        let bounds = Bounds {
            gap_start: 10,
            gap_end: 20,
            end: 25,
        };
        assert_eq!(form(&[0, 10, 20, 5]), Some(bounds));
        for range in [
            &[][..],
            &[0, 10],
            &[1, 10, 20, 5],
            &[0, 20, 10, 5],
            &[0, 10, 10, 5],
            &[0, 0, 10, 5],
            &[0, -1, 10, 5],
            &[0, 10, 20, -5],
            &[0, 10, i64::MAX, i64::MAX, 0],
            &[0, 10, 20, 5, 30, 5],
        ] {
            assert_eq!(form(range), None, "{range:?}");
        }
        assert!(
            form(&[0, 1, i64::MAX, i64::MAX]).is_some(),
            "fits u64; the size refuses it"
        );
    }

    #[test]
    fn a_range_ends_with_a_revision_or_with_the_file() {
        let revision = |ends: &[u64]| Revision {
            xref_offset: 0,
            form: XrefForm::Table,
            end: ends[ends.len() - 1],
            ends: ends.to_vec(),
            is_stated: true,
            trailer: Dictionary::default(),
            entries: Vec::new(),
        };
        let revisions = [revision(&[99, 100, 101]), revision(&[200])];
        assert_eq!(closes(&revisions, 100, 203), Some(0));
        assert_eq!(closes(&revisions, 200, 203), Some(1));
        assert_eq!(closes(&revisions, 203, 203), Some(1));
        assert_eq!(closes(&revisions, 150, 203), None);
    }
}
