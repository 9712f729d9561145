//! What a later trailer may say.

use super::{Doubt, equal, later::Later, to_u32};
use crate::{
    error::Place,
    pdf::{
        Dictionary, Object,
        document::{Entry, Revision},
    },
    report::Finding,
    text::rules::{changes as rules, later as more},
};

/// Keys that describe the section itself (ISO 32000-1 tables 15, 17, 19 and 5), and what is looked at by itself.
const OF_THE_SECTION: &[&str] = &[
    "Size",
    "Prev",
    "XRefStm",
    "Type",
    "W",
    "Index",
    "Length",
    "Filter",
    "DecodeParms",
    "ID",
    "Info",
];

/// What else the standards know there: of the document (table 15, ISO/TS 32004), and of a stream (table 5).
const STANDARD: &[&str] = &[
    "Root",
    "Encrypt",
    "AuthCode",
    "F",
    "FFilter",
    "FDecodeParms",
    "DL",
];

/// /Root, /Encrypt and whatever else stands there must not change. /Info may come, or stay unsaid; another one in
/// its place must be a new object, at which its own rule looks. The first part of /ID must stay (clause 14.4). Some
/// writers give every save an identifier of its own, as if the file were new: where nothing is encrypted by it, nothing
/// depends on it, and it is told. So is what a writer left out because it does not know it, as Acrobat does.
pub(super) fn check(later: &Later<'_>) -> Result<Vec<Finding>, Doubt> {
    let document = later.objects.document;
    let revisions = document.revisions();
    let pair = revisions
        .get(later.revision - 1)
        .zip(revisions.get(later.revision));
    let Some((before, after)) = pair else {
        return Ok(Vec::new());
    };
    let (before, after) = (&before.trailer, &after.trailer);
    let place = Place::revision(to_u32(later.revision + 1));
    let changed = |key: &str| Doubt(Finding::new(&rules::TRAILER).with(key).at(place));
    let gone: Vec<_> = left_out(before, after).collect();
    let but: Vec<_> = OF_THE_SECTION.iter().chain(&gone).copied().collect();
    if let Some(key) = equal::differing_but(document, before, after, &but)? {
        return Err(changed(&String::from_utf8_lossy(&key.0)));
    }
    if takes_away(revisions.get(..later.revision).unwrap_or_default(), after) {
        return Err(changed("Size"));
    }
    let gone = gone.iter();
    let mut told: Vec<_> = gone
        .map(|key| Finding::new(&more::TRAILER_ENTRY_GONE).with(key).at(place))
        .collect();
    match (before.get("Info"), after.get("Info")) {
        (_, None) => {}
        // Not by `==`, which knows where a string stands: /Info may stand in the trailer itself.
        (Some(one), Some(other)) if equal::same(document, one, other)? => {}
        (_, Some(Object::Reference(id))) if later.is_new(*id) => {}
        _ => return Err(changed("Info")),
    }
    match (first(before), first(after)) {
        (None, _) => {}
        (Some(one), Some(other)) if equal::same(document, &one, &other)? => {}
        _ if !document.is_encrypted() && is_fresh(after) => {
            told.push(Finding::new(&more::IDENTIFIER).at(place));
        }
        _ => return Err(changed("ID")),
    }
    Ok(told)
}

/// Entries that are gone, that no standard knows, and that lead nowhere: a checksum of LibreOffice, a mark of some library. Readers know
/// none of them, so nothing is shown otherwise without them.
fn left_out<'a>(before: &'a Dictionary, after: &Dictionary) -> impl Iterator<Item = &'a str> {
    let leads_nowhere = |value: &Object| {
        matches!(
            value,
            Object::String(_) | Object::Name(_) | Object::Integer(_) | Object::Boolean(_)
        )
    };
    let gone = before.iter().filter(move |(key, value)| {
        leads_nowhere(value) && after.iter().all(|(kept, _)| kept != *key)
    });
    gone.filter_map(|(key, _)| std::str::from_utf8(&key.0).ok())
        .filter(|key| !STANDARD.contains(key))
}

/// Whether objects of earlier sections have numbers from /Size on: they are missing then (table 15), for readers that go by it.
/// Not where they were beyond it before.
fn takes_away(earlier: &[Revision], after: &Dictionary) -> bool {
    let size = |trailer: &Dictionary| trailer.get("Size").and_then(Object::as_integer);
    let in_use = |revision: &Revision| {
        let mut entries = revision.entries.iter().rev();
        entries
            .find(|(_, entry)| !matches!(entry, Entry::Free { .. }))
            .map(|(number, _)| i64::from(*number))
    };
    let highest = earlier.iter().filter_map(in_use).max();
    let before = earlier.last().and_then(|newest| size(&newest.trailer));
    match (before, size(after), highest) {
        (Some(before), Some(after), Some(highest)) => after <= highest && highest < before,
        _ => false,
    }
}

fn first(trailer: &Dictionary) -> Option<Object> {
    match trailer.get("ID") {
        Some(Object::Array(parts)) => parts.first().cloned(),
        other => other.cloned(),
    }
}

/// Two equal parts, as a file gets that is written for the first time.
fn is_fresh(trailer: &Dictionary) -> bool {
    let parts = trailer.get("ID").and_then(Object::as_array);
    match parts {
        Some([Object::String(one), Object::String(other)]) => one.bytes == other.bytes,
        _ => false,
    }
}
