//! What may follow a signature: every change of a later revision must be explained by a rule, all else is forbidden.
//!
//! For each revision it is found once what it added, replaced and freed (`delta`); one pass over the signed document
//! finds what refers to any of that (`index`); then the rules (`later`) take out what they explain, and every path to
//! what they explained must fit (`path`). So all signatures together cost one pass.
//!
//! | rules | explain | level |
//! |---|---|---|
//! | `field` | a signature in an empty or new field | signatures, or time-stamps |
//! | `catalog`, `validation_data`, `form` | DSS and VRI, extensions, version, metadata, the form's lists and defaults | time-stamps |
//! | `information` | dates and producer of a save | time-stamps |
//! | `filling` | values and looks of text fields, buttons and choices | form filling |
//! | `annotation` | boxes of new fields; marks | as the field; annotations |
//! | `delta`, `equal` | what is written again as it was, object and cross-reference streams, what nobody refers to | none |

mod annotation;
mod catalog;
mod delta;
mod equal;
mod field;
mod filling;
mod form;
mod index;
mod information;
mod later;
mod overlap;
mod path;
#[cfg(test)]
mod tests;
mod trailer;
mod unlisted;
mod validation_data;

use std::collections::HashMap;

pub(crate) use equal::differing_keys;
pub(crate) use index::doubt;

use crate::{
    error::{Error, Place},
    limits::MAX_CHANGE_FINDINGS,
    pdf::{Document, Object, ObjectId, document::Entry, field::Lock, lex::is_space},
    report::{ChangeLevel, Changes, Finding},
    source,
    text::rules::{appended, changes as rules, later as more},
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
    /// P of DocMDP, where it is a certification signature.
    pub(crate) certifies: Option<u8>,
    /// What it permits afterwards: the strictest of DocMDP and its locks (1 to 3, ISO 32000-2 tables 257 and 236).
    pub(crate) permission: Option<u8>,
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
    /// The revision, as an index.
    revision: usize,
    level: ChangeLevel,
    findings: Vec<Finding>,
    /// Which rule explained which object, as far as there are not too many.
    explained: Vec<(u32, &'static str)>,
}

/// What one revision did, by itself.
#[derive(Debug)]
pub(crate) struct Explained {
    /// The revision, as an index.
    pub(crate) revision: usize,
    /// How strong it is, and what the rules say.
    pub(crate) changes: Changes,
    /// The numbers of changed objects, with the rule that explained each.
    pub(crate) by: Vec<(u32, &'static str)>,
}

/// What each revision behind the first signed one did.
pub(crate) fn by_revision(document: &Document, placed: &[Placed]) -> Vec<Explained> {
    if placed.iter().all(|signature| signature.revision.is_none()) {
        return Vec::new();
    }
    let (_, steps) = steps(document, placed);
    let one = |step: Step| Explained {
        revision: step.revision,
        changes: sum(std::slice::from_ref(&step)),
        by: step.explained,
    };
    steps.into_iter().map(one).collect()
}

/// What changed after each of the signatures, in their order.
pub(crate) fn analyse(document: &Document, placed: &[Placed]) -> Vec<Changes> {
    let last = document.revisions().len().saturating_sub(1);
    let closed = || placed.iter().filter_map(|p| p.revision);
    let (first, steps) = steps(document, placed);
    let everywhere = if first < last {
        unreliable(document, first)
    } else {
        Vec::new()
    };
    let behind = bytes_behind(document);
    let signed_last = closed().max().unwrap_or(last);
    let unsigned = steps
        .iter()
        .any(|step| step.revision > signed_last && step.level == ChangeLevel::FormFilling);
    placed
        .iter()
        .map(|signature| {
            let Some(revision) = signature.revision else {
                return forbidden(vec![Finding::new(&rules::NOT_ANALYSED)]);
            };
            let steps = steps.get(revision - first..).unwrap_or_default();
            let mut changes = sum(steps);
            if unsigned {
                changes.findings.push(Finding::new(&more::UNSIGNED_FILLING));
            }
            changes.findings.extend(certification(document, signature));
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

/// The first signed revision, and what each later one did, each analysed once.
fn steps(document: &Document, placed: &[Placed]) -> (usize, Vec<Step>) {
    let last = document.revisions().len().saturating_sub(1);
    let closed = placed.iter().filter_map(|p| p.revision);
    let first = closed.min().unwrap_or(last);
    let objects = delta::Objects::new(document);
    let deltas: Vec<_> = (first + 1..=last)
        .map(|revision| (revision, delta::Delta::of(&objects, revision)))
        .collect();
    let index = match deltas.last() {
        Some((last, _)) => index::references(document, &wanted(&deltas), *last),
        None => index::Index::default(),
    };
    let mut steps = Vec::with_capacity(deltas.len());
    let mut earlier: Vec<&Placed> = Vec::new();
    let mut overlaps = overlap::Overlaps::new(&objects, placed, first);
    for (revision, delta) in deltas {
        earlier.extend(placed.iter().filter(|p| p.revision == Some(revision - 1)));
        let brings = !delta.added.is_empty() || !delta.replaced.is_empty();
        let lists = overlap::Overlaps::lists(&delta);
        let mut step = later::explain(&objects, &index, revision, delta, placed, &earlier);
        // New objects must not be what signed objects already referred to.
        for (number, _) in index.filled.iter().filter(|(_, by)| **by == revision) {
            step.level = ChangeLevel::Forbidden;
            let place = Place::object(*number, 0).in_revision(to_u32(revision + 1));
            step.findings
                .push(Finding::new(&rules::FILLS_REFERENCE).at(place));
        }
        if let Some(doubt) = index.doubt.as_ref().filter(|_| brings) {
            step.level = ChangeLevel::Forbidden;
            step.findings.push(doubt.clone());
        }
        let reaches = index.reaches.as_ref();
        if let Some((_, finding)) = reaches.filter(|(of, _)| *of < revision) {
            step.level = ChangeLevel::Forbidden;
            step.findings.push(finding.clone());
        }
        overlaps.note(&index, &lists, &mut step);
        steps.push(step);
    }
    unlisted::forbid(document, first, &mut steps);
    (first, steps)
}

/// The numbers whose uses the rules will ask for.
fn wanted(deltas: &[(usize, delta::Delta)]) -> HashMap<u32, index::Wanted> {
    let mut wanted: HashMap<u32, index::Wanted> = HashMap::new();
    for (revision, delta) in deltas {
        for number in &delta.added {
            wanted.entry(*number).or_default().brought = Some(*revision);
        }
        // Pages have many uses, and none matters (`path::Role::Page`).
        let is_page = |object: &Object| {
            object
                .as_dictionary()
                .and_then(|dictionary| dictionary.get("Type"))
                .is_some_and(|kind| kind.is_name("Page"))
        };
        let replaced = delta.replaced.iter().filter(|(_, c)| !is_page(&c.before));
        let sections = delta.sections.iter().map(|id| id.number);
        for number in replaced.map(|(number, _)| *number).chain(sections) {
            wanted.entry(number).or_default().changed = Some(*revision);
        }
        // Whether the looks that went were shown elsewhere, too.
        for look in delta.replaced.values().filter_map(left_look) {
            let look = wanted.entry(look).or_default();
            look.changed = look.changed.max(Some(*revision));
        }
    }
    wanted
}

/// The appearance, an object of its own, that an annotation had and has no longer.
fn left_look(changed: &delta::Changed) -> Option<u32> {
    let look = |object: &Object| object.as_dictionary()?.get("AP")?.as_reference();
    let before = look(&changed.before)?;
    (look(&changed.after) != Some(before)).then_some(before.number)
}

/// A certification signature is named by the permission dictionary (ISO 32000-1 clause 12.8.4).
fn certification(document: &Document, signature: &Placed) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (Some(_), Some(revision)) = (signature.certifies, signature.revision) else {
        return findings;
    };
    let named = crate::pdf::field::certification(document, revision);
    if !named.is_ok_and(|named| named.is_some() && named == signature.value) {
        findings.push(Finding::new(&more::PERMISSIONS).with(&signature.name));
    }
    findings
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

/// What makes the list of revisions itself doubtful, from the first signed one on.
fn unreliable(document: &Document, first: usize) -> Vec<Finding> {
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
    let last = revisions.len().saturating_sub(1);
    let closed = revisions.iter().enumerate().take(last).skip(first);
    for (index, _) in closed.filter(|(_, revision)| !revision.is_stated) {
        let place = Place::revision(to_u32(index + 1));
        findings.push(Finding::new(&appended::OTHER_SECTION).at(place));
    }
    findings.extend(pointing_behind(document, document.source().len()));
    findings
}

/// Revisions whose cross-reference data names a place behind their end, before `end`: what is added later would stand there.
fn pointing_behind(document: &Document, end: u64) -> impl Iterator<Item = Finding> {
    let revisions = document.revisions().iter().enumerate();
    revisions.filter_map(move |(index, revision)| {
        let mut entries = revision.entries.iter();
        let behind = entries.find_map(|(number, entry)| match *entry {
            Entry::InFile { offset, generation } if (revision.end..end).contains(&offset) => {
                Some(Place::object(*number, generation).at_offset(offset))
            }
            _ => None,
        });
        let hidden = revision.trailer.get("XRefStm").and_then(Object::as_integer);
        let hidden = hidden.and_then(|offset| u64::try_from(offset).ok());
        let hidden = hidden
            .map(|offset| offset.saturating_add(document.shift()))
            .filter(|offset| *offset >= revision.end);
        let place = behind.or(hidden.map(Place::offset))?;
        let place = place.in_revision(to_u32(index + 1));
        Some(Finding::new(&rules::POINTS_BEHIND).at(place))
    })
}

/// What would make any signature of a document fail, since something is appended to it: the first of what points behind the end.
pub(crate) fn open_end(document: &Document) -> Option<Finding> {
    pointing_behind(document, u64::MAX).next()
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
