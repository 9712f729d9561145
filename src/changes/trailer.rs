//! What a later trailer may say.

use super::{Doubt, equal, later::Later, to_u32};
use crate::{
    error::Place,
    pdf::{Dictionary, Object},
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

/// /Root, /Encrypt and whatever else stands there must not change. /Info may come, or stay unsaid; another one in
/// its place must be a new object, at which its own rule looks. The first part of /ID must stay (clause 14.4). Some
/// writers give every save an identifier of its own, as if the file were new: where nothing is encrypted by it, nothing
/// depends on it, and it is told.
pub(super) fn check(later: &Later<'_>) -> Result<Option<Finding>, Doubt> {
    let document = later.objects.document;
    let revisions = document.revisions();
    let pair = revisions
        .get(later.revision - 1)
        .zip(revisions.get(later.revision));
    let Some((before, after)) = pair else {
        return Ok(None);
    };
    let (before, after) = (&before.trailer, &after.trailer);
    let place = Place::revision(to_u32(later.revision + 1));
    let changed = |key: &str| Doubt(Finding::new(&rules::TRAILER).with(key).at(place));
    if let Some(key) = equal::differing_but(document, before, after, OF_THE_SECTION)? {
        return Err(changed(&String::from_utf8_lossy(&key.0)));
    }
    match (before.get("Info"), after.get("Info")) {
        (_, None) => {}
        (Some(one), Some(other)) if one == other => {}
        (_, Some(Object::Reference(id))) if later.is_new(*id) => {}
        _ => return Err(changed("Info")),
    }
    match (first(before), first(after)) {
        (None, _) => Ok(None),
        (Some(one), Some(other)) if equal::same(document, &one, &other)? => Ok(None),
        _ if !document.is_encrypted() && is_fresh(after) => {
            Ok(Some(Finding::new(&more::IDENTIFIER).at(place)))
        }
        _ => Err(changed("ID")),
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
