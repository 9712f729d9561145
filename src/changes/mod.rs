//! What may follow a signature: every change of a later revision must be explained by a rule, all else is forbidden.
//!
//! Each revision is analysed once, for all signatures before it.

mod dangling;
mod equal;
mod field;
mod later;
mod overlap;
#[cfg(test)]
mod tests;
mod trailer;
mod unlisted;

use std::collections::HashMap;

pub(crate) use equal::differing_keys;

use crate::{
    error::{Error, Place},
    limits::MAX_CHANGE_FINDINGS,
    pdf::{Document, ObjectId, document::Entry, field::Lock, lex::is_space},
    report::{ChangeLevel, Changes, Finding},
    source,
    text::rules::changes as rules,
};

/// What the analysis needs to know of a signature.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Fully qualified name of its field.
    pub(crate) name: String,
    /// Its field.
    pub(crate) field: ObjectId,
    /// Its dictionary, where it is an object of its own.
    pub(crate) value: Option<ObjectId>,
    /// The revision that it closes, as an index; `None` where its coverage is not sound.
    pub(crate) revision: Option<usize>,
    /// Whether it covers the file to its very end.
    pub(crate) whole_file: bool,
    /// Whether digest, signature value and coverage are sound: only then does it explain changes.
    pub(crate) intact: bool,
    /// Whether it is a document time-stamp.
    pub(crate) timestamp: bool,
    /// Whether it permits no change at all (DocMDP or lock with P=1).
    pub(crate) final_state: bool,
    /// The fields that it locks.
    pub(crate) locks: Vec<Lock>,
}

/// Why something could not be compared: as a finding, which forbids.
#[derive(Debug)]
pub(crate) struct Doubt(Finding);

impl From<Error> for Doubt {
    fn from(error: Error) -> Self {
        let finding = Finding::new(&rules::NOT_COMPARABLE).with(error.code());
        Self(match error.place() {
            Some(place) => finding.at(place),
            None => finding,
        })
    }
}

impl From<Finding> for Doubt {
    fn from(finding: Finding) -> Self {
        Self(finding)
    }
}

/// What one revision changed.
#[derive(Debug)]
struct Step {
    level: ChangeLevel,
    findings: Vec<Finding>,
    /// Numbers that no earlier revision knew.
    new: Vec<u32>,
}

/// What each revision behind the first signed one did, by its index.
pub(crate) fn by_revision(document: &Document, placed: &[Placed]) -> Vec<(usize, Changes)> {
    if placed.iter().all(|signature| signature.revision.is_none()) {
        return Vec::new();
    }
    let (first, steps) = steps(document, placed);
    let steps = steps.iter().enumerate();
    let one = |(index, step)| (first + 1 + index, sum(std::slice::from_ref(step)));
    steps.map(one).collect()
}

/// What changed after each of the signatures, in their order.
pub(crate) fn analyse(document: &Document, placed: &[Placed]) -> Vec<Changes> {
    let last = document.revisions().len().saturating_sub(1);
    let (first, steps) = steps(document, placed);
    let everywhere = if first < last {
        unreliable(document)
    } else {
        Vec::new()
    };
    let behind = bytes_behind(document);
    placed
        .iter()
        .map(|signature| {
            let Some(revision) = signature.revision else {
                return forbidden(vec![Finding::new(&rules::NOT_ANALYSED)]);
            };
            let steps = steps.get(revision - first..).unwrap_or_default();
            let mut changes = sum(steps);
            let more = behind.iter().filter(|_| !signature.whole_file);
            let more: Vec<_> = more
                .chain(everywhere.iter().filter(|_| revision < last))
                .collect();
            if !more.is_empty() {
                changes.after = ChangeLevel::Forbidden;
                changes.findings.splice(0..0, more.into_iter().cloned());
            }
            changes
        })
        .collect()
}

/// The first signed revision, and what each later one did.
fn steps(document: &Document, placed: &[Placed]) -> (usize, Vec<Step>) {
    let last = document.revisions().len().saturating_sub(1);
    let first = placed
        .iter()
        .filter_map(|p| p.revision)
        .min()
        .unwrap_or(last);
    let memo = later::Memo::default();
    let mut steps: Vec<Step> = Vec::new();
    let mut earlier: Vec<&Placed> = Vec::new();
    for revision in first..=last {
        if revision > first {
            steps.push(later::explain(document, &memo, revision, placed, &earlier));
        }
        earlier.extend(placed.iter().filter(|p| p.revision == Some(revision)));
    }
    forbid_filled_references(document, first, &mut steps);
    unlisted::forbid(document, first, &mut steps);
    overlap::note(document, placed, first, &mut steps);
    (first, steps)
}

fn forbidden(findings: Vec<Finding>) -> Changes {
    Changes {
        after: ChangeLevel::Forbidden,
        findings,
    }
}

/// The strongest of the steps, and their findings as far as they are listed.
fn sum(steps: &[Step]) -> Changes {
    let after = steps
        .iter()
        .map(|step| step.level)
        .max()
        .unwrap_or(ChangeLevel::None);
    let all = steps.iter().flat_map(|step| &step.findings);
    let mut findings: Vec<_> = all.clone().take(MAX_CHANGE_FINDINGS).cloned().collect();
    let more = all.skip(MAX_CHANGE_FINDINGS).count();
    if more > 0 {
        findings.push(Finding::new(&rules::MORE).with(more));
    }
    Changes { after, findings }
}

/// New objects must not be what signed objects already referred to.
fn forbid_filled_references(document: &Document, first: usize, steps: &mut [Step]) {
    let wanted: HashMap<u32, usize> = steps
        .iter()
        .enumerate()
        .flat_map(|(index, step)| {
            step.new
                .iter()
                .map(move |number| (*number, first + 1 + index))
        })
        .collect();
    if wanted.is_empty() {
        return;
    }
    let found = dangling::earlier_references(document, &wanted);
    for (number, revision) in &found.filled {
        if let Some(step) = steps.get_mut(revision - first - 1) {
            step.level = ChangeLevel::Forbidden;
            let place = Place::object(*number, 0).in_revision(to_u32(*revision + 1));
            step.findings
                .push(Finding::new(&rules::FILLS_REFERENCE).at(place));
        }
    }
    if let Some(doubt) = found.doubt {
        for step in steps.iter_mut().filter(|step| !step.new.is_empty()) {
            step.level = ChangeLevel::Forbidden;
            step.findings.push(doubt.clone());
        }
    }
}

/// What makes the list of revisions itself doubtful.
fn unreliable(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    if document.repaired() {
        findings.push(Finding::new(&rules::REPAIRED));
    }
    let revisions = document.revisions();
    let ascending = revisions.windows(2).all(|pair| match pair {
        [one, next] => one.end <= next.end && one.xref_offset < next.xref_offset,
        _ => true,
    });
    if !ascending {
        findings.push(Finding::new(&rules::ORDER));
    }
    let size = document.source().len();
    for (index, revision) in revisions.iter().enumerate() {
        let behind = revision
            .entries
            .iter()
            .find_map(|(number, entry)| match *entry {
                Entry::InFile { offset, generation } if (revision.end..size).contains(&offset) => {
                    Some(Place::object(*number, generation).at_offset(offset))
                }
                _ => None,
            });
        if let Some(place) = behind {
            let place = place.in_revision(to_u32(index + 1));
            findings.push(Finding::new(&rules::POINTS_BEHIND).at(place));
        }
    }
    findings
}

/// Bytes behind the last revision, other than white space.
fn bytes_behind(document: &Document) -> Option<Finding> {
    let end = document.revisions().last()?.end;
    let size = document.source().len();
    let length = size.checked_sub(end).filter(|length| *length > 0)?;
    let bytes = source::window(&**document.source(), end, length.min(1 << 16));
    let blank = |bytes: &[u8]| bytes.iter().all(|byte| is_space(*byte));
    if length <= 1 << 16 && bytes.is_ok_and(|bytes| blank(&bytes)) {
        return None;
    }
    Some(
        Finding::new(&rules::BYTES_BEHIND)
            .with(length)
            .at(Place::offset(end)),
    )
}

/// Counts of revisions lie far below 2^32.
fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
