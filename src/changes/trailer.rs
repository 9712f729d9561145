//! Rule (a): what a later trailer may say.

use super::{Doubt, equal};
use crate::{
    error::Place,
    pdf::{Dictionary, Document, Object},
    report::Finding,
    text::rules::changes as rules,
};

/// Keys that describe the section itself (ISO 32000-1 tables 15, 17, 19 and 5).
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
];

/// /Root, /Info, /Encrypt, the first part of /ID and whatever else stands there must not change.
pub(super) fn check(
    document: &Document,
    before: &Dictionary,
    after: &Dictionary,
    place: Place,
) -> Result<(), Doubt> {
    let changed = |key: &str| Doubt(Finding::new(&rules::TRAILER).with(key).at(place));
    if let Some(key) = equal::differing_but(document, before, after, OF_THE_SECTION)? {
        return Err(changed(&String::from_utf8_lossy(&key.0)));
    }
    let first = |trailer: &Dictionary| match trailer.get("ID") {
        Some(Object::Array(parts)) => parts.first().cloned(),
        other => other.cloned(),
    };
    match (first(before), first(after)) {
        (None, _) => Ok(()),
        (Some(one), Some(other)) if equal::same(document, &one, &other)? => Ok(()),
        _ => Err(changed("ID")),
    }
}
