//! The document security store: certificates, CRLs and OCSP responses (ETSI EN 319 142-1 clause 5.4.2, ISO 32000-2
//! clause 12.8.4.3). It is never shown, and what it holds proves itself; so it may come, grow and be ordered anew.

use super::{Doubt, equal, later::Later, path::Role};
use crate::{
    pdf::{Dictionary, Object},
    report::{ChangeLevel, Finding},
    text::rules::later as rules,
};

const LISTS: &[&str] = &["Certs", "OCSPs", "CRLs"];
const LISTS_OF_ENTRY: &[&str] = &["Cert", "OCSP", "CRL"];
const OTHERS_OF_ENTRY: &[&str] = &["Type", "TU", "TS"];

fn wrong(key: &str) -> Doubt {
    Finding::new(&rules::NOT_VALIDATION_DATA).with(key).into()
}

pub(super) fn explain(
    later: &mut Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<(), Doubt> {
    let (one, other) = (before.get("DSS"), after.get("DSS"));
    let Some(other) = other else {
        return match one {
            None | Some(Object::Null) => Ok(()),
            Some(_) => Err(wrong("/DSS")),
        };
    };
    let (old, new) = (
        later.resolve_before(one)?,
        later.resolve_after(Some(other))?,
    );
    let none = Dictionary::default();
    let old = old.as_dictionary().unwrap_or(&none);
    let Some(store) = new
        .as_dictionary()
        .filter(|new| new.duplicates().is_empty())
    else {
        return Err(wrong("/DSS"));
    };
    let mut touched = one != Some(other) || later.is_changed(Some(other));
    // What it held beyond that must be as it was.
    let known = ["Type", "VRI", "Certs", "OCSPs", "CRLs"];
    if let Some(key) = equal::differing_but(later.objects.document, old, store, &known)? {
        return Err(wrong(&format!("/{}", String::from_utf8_lossy(&key.0))));
    }
    for key in LISTS {
        touched |= list(later, store, key, touched)?;
    }
    let entries = later.resolve_after(store.get("VRI"))?;
    touched |= later.is_changed(store.get("VRI"));
    match &*entries {
        Object::Null => {}
        Object::Dictionary(entries) if entries.duplicates().is_empty() => {
            for (name, value) in entries.iter() {
                if name.0 == b"Type" {
                    continue;
                }
                let entry = later.resolve_after(Some(value))?;
                let Some(entry) = entry.as_dictionary() else {
                    return Err(wrong("/VRI"));
                };
                let changed = later.is_changed(Some(value));
                touched |= changed;
                let known = |key: &[u8]| {
                    let mut all = LISTS_OF_ENTRY.iter().chain(OTHERS_OF_ENTRY);
                    all.any(|known| known.as_bytes() == key)
                };
                let fresh = changed || value.as_reference().is_none_or(|id| later.is_new(id));
                if fresh
                    && (!entry.duplicates().is_empty()
                        || entry.iter().any(|(key, _)| !known(&key.0)))
                {
                    return Err(wrong("/VRI"));
                }
                for key in LISTS_OF_ENTRY {
                    touched |= list(later, entry, key, fresh)?;
                }
                later.explained(Some(value), Role::ValidationData);
            }
        }
        _ => return Err(wrong("/VRI")),
    }
    if touched {
        later.explained(store.get("VRI"), Role::ValidationData);
        later.explained(Some(other), Role::ValidationData);
        later.raise(ChangeLevel::TimestampsAndValidationData);
        later.note(Finding::new(&rules::VALIDATION_DATA));
    }
    Ok(())
}

/// One list of streams. Whether it is another object than it was; what is new in it must be a stream.
fn list(later: &mut Later<'_>, holder: &Dictionary, key: &str, fresh: bool) -> Result<bool, Doubt> {
    let Some(value) = holder.get(key) else {
        return Ok(false);
    };
    let changed = later.is_changed(Some(value));
    let new = value.as_reference().is_some_and(|id| later.is_new(id));
    if !changed && !new && !fresh {
        return Ok(false);
    }
    let items = later.resolve_after(Some(value))?;
    let Some(items) = items.as_array() else {
        return Err(wrong(&format!("/{key}")));
    };
    for item in items {
        let Some(id) = item.as_reference() else {
            return Err(wrong(&format!("/{key}")));
        };
        if later.is_new(id) && later.after(id)?.as_stream().is_none() {
            return Err(wrong(&format!("/{key}")));
        }
    }
    later.explained(Some(value), Role::ValidationData);
    Ok(changed)
}
