//! The document information dictionary may say when and with what the later revision was made.

use super::{Doubt, equal, later::Later, path::Role};
use crate::{
    pdf::{Dictionary, Object},
    report::{ChangeLevel, Finding},
    text::rules::{changes as rules, later as more},
};

/// What every save writes anew (ISO 32000-1 table 317). Title, author and subject say what the document is.
const OF_A_SAVE: &[&str] = &["ModDate", "Producer", "Creator", "CreationDate"];

pub(super) fn explain(later: &mut Later<'_>) -> Result<(), Doubt> {
    let revisions = later.objects.document.revisions();
    let before = revisions.get(later.revision - 1);
    let one = before
        .and_then(|revision| revision.trailer.get("Info"))
        .cloned();
    let Some(other) = later.in_trailer("Info") else {
        return Ok(());
    };
    if one.as_ref() == Some(&other) && !later.is_changed(Some(&other)) {
        return Ok(());
    }
    // That another object took its place is looked at with the trailer.
    let (before, after) = (
        later.resolve_before(one.as_ref())?,
        later.resolve_after(Some(&other))?,
    );
    let none = Dictionary::default();
    let (Some(after), before) = (after.as_dictionary(), before.as_dictionary()) else {
        return Ok(());
    };
    let document = later.objects.document;
    let key = equal::differing_but(document, before.unwrap_or(&none), after, OF_A_SAVE)?;
    let plain = OF_A_SAVE
        .iter()
        .all(|key| matches!(after.get(key), None | Some(Object::String(_))));
    let key = match (key, plain) {
        (None, true) => None,
        (None, false) => Some("ModDate".to_owned()),
        // Where there was none, it may say all that one says.
        (Some(_), _) if before.is_none() && says_only_texts(after) => None,
        (Some(key), _) => Some(String::from_utf8_lossy(&key.0).into_owned()),
    };
    if let Some(key) = key {
        if later.is_changed(Some(&other)) {
            return Ok(());
        }
        return Err(Finding::new(&rules::TRAILER)
            .with(format_args!("Info/{key}"))
            .into());
    }
    later.explained(Some(&other), Role::Information);
    if later.placed.is_empty() {
        later.note(Finding::new(&more::INFORMATION));
    }
    later.raise(ChangeLevel::TimestampsAndValidationData);
    Ok(())
}

fn says_only_texts(information: &Dictionary) -> bool {
    information
        .iter()
        .all(|(_, value)| matches!(value, Object::String(_) | Object::Name(_)))
}
