//! The catalog: of its keys only those of the form, validation data, metadata, version and extensions may change, each
//! by its own rule.

use super::{
    Doubt, equal, form,
    later::Later,
    path::{Role, untold},
    validation_data,
};
use crate::{
    pdf::{Dictionary, Object},
    report::{ChangeLevel, Finding},
    text::rules::{changes as rules, later as more},
};

/// Keys that have a rule.
const KEYS: &[&str] = &["AcroForm", "DSS", "Extensions", "Metadata", "Version"];

/// Keys of a developer extension (ISO 32000-2 table 50).
const EXTENSION_KEYS: &[&str] = &[
    "Type",
    "BaseVersion",
    "ExtensionLevel",
    "URL",
    "ExtensionRevision",
];

pub(super) fn explain(later: &mut Later<'_>) -> Result<(), Doubt> {
    if later.changed.is_empty() {
        return Ok(());
    }
    let root = later.in_trailer("Root");
    let (before, after) = (
        later.resolve_before(root.as_ref())?,
        later.resolve_after(root.as_ref())?,
    );
    let (Object::Dictionary(before), Object::Dictionary(after)) = (&*before, &*after) else {
        return Err(untold("/Root"));
    };
    let mut sound = true;
    if later.is_changed(root.as_ref())
        && let Some(key) = equal::differing_but(later.objects.document, before, after, KEYS)?
    {
        let key = format!("/{}", String::from_utf8_lossy(&key.0));
        let id = root.as_ref().and_then(Object::as_reference);
        let place = id.map(|id| later.place(id)).unwrap_or_default();
        later.forbid(Finding::new(&rules::OBJECT_CHANGED).with(key).at(place));
        sound = false;
    }
    let parts = [
        version,
        extensions,
        metadata,
        validation_data::explain,
        form::explain,
    ];
    for part in parts {
        if let Err(Doubt(finding)) = part(later, before, after) {
            later.forbid(finding);
            sound = false;
        }
    }
    if sound {
        later.explained(root.as_ref(), Role::Catalog);
    } else if let Some(id) = root.as_ref().and_then(Object::as_reference) {
        // What is wrong was told already.
        later.changed.remove(&id.number);
    }
    Ok(())
}

/// /Version may come or rise (ISO 32000-1 table 28).
fn version(later: &mut Later<'_>, before: &Dictionary, after: &Dictionary) -> Result<(), Doubt> {
    let (one, other) = (before.get("Version"), after.get("Version"));
    if one == other {
        return Ok(());
    }
    let number = |value: &Object| match value.as_name()? {
        [major @ b'1'..=b'2', b'.', minor @ b'0'..=b'9'] => Some((major - b'0', minor - b'0')),
        _ => None,
    };
    let wrong = || Doubt(Finding::new(&rules::OBJECT_CHANGED).with("/Version"));
    let new = other.and_then(number).ok_or_else(wrong)?;
    let old = match one {
        Some(value) => Some(number(value).ok_or_else(wrong)?),
        None => later.objects.document.header_version(),
    };
    // A catalog may repeat what the header says.
    if one.is_some() && old.is_some_and(|old| new < old) {
        return Err(wrong());
    }
    later.raise(ChangeLevel::TimestampsAndValidationData);
    let text = format!("{}.{}", new.0, new.1);
    later.note(Finding::new(&more::RAISED_VERSION).with(text));
    Ok(())
}

/// /Extensions may gain entries, and one may say more than before.
fn extensions(later: &mut Later<'_>, before: &Dictionary, after: &Dictionary) -> Result<(), Doubt> {
    let (one, other) = (before.get("Extensions"), after.get("Extensions"));
    if one == other && !later.is_changed(other) && other.and_then(Object::as_dictionary).is_none() {
        return Ok(());
    }
    let document = later.objects.document;
    let (old, new) = (later.resolve_before(one)?, later.resolve_after(other)?);
    if equal::same(document, &old, &new)? && !later.is_changed(other) {
        // Entries that are objects of their own may have changed below.
        if let Object::Dictionary(new) = &*new
            && !new.iter().any(|(_, value)| later.is_changed(Some(value)))
        {
            return Ok(());
        }
    }
    let wrong = |key: &str| Doubt(Finding::new(&more::VERSION).with(key));
    let none = Dictionary::default();
    let old = old.as_dictionary().unwrap_or(&none);
    let Some(new) = new
        .as_dictionary()
        .filter(|new| new.duplicates().is_empty())
    else {
        return Err(wrong("/Extensions"));
    };
    if old
        .iter()
        .any(|(key, _)| new.iter().all(|(other, _)| other != key))
    {
        return Err(wrong("/Extensions"));
    }
    for (_, value) in new.iter().filter(|(key, _)| key.0 != b"Type") {
        let entry = later.resolve_after(Some(value))?;
        let entries = match &*entry {
            Object::Array(entries) => entries.clone(),
            one => vec![one.clone()],
        };
        for entry in &entries {
            let entry = later.resolve_after(Some(entry))?;
            let plain = entry.as_dictionary().is_some_and(|entry| {
                let known = |key: &[u8]| EXTENSION_KEYS.iter().any(|known| known.as_bytes() == key);
                entry.iter().all(|(key, value)| {
                    known(&key.0)
                        && matches!(
                            value,
                            Object::Name(_) | Object::Integer(_) | Object::String(_)
                        )
                })
            });
            if !plain {
                return Err(wrong("/Extensions"));
            }
        }
        later.explained(Some(value), Role::Extensions);
    }
    later.explained(other, Role::Extensions);
    later.raise(ChangeLevel::TimestampsAndValidationData);
    later.note(Finding::new(&more::RAISED_VERSION).with("/Extensions"));
    Ok(())
}

/// /Metadata may come, be replaced by another stream, or have another content (ISO 32000-1 clause 14.3.2). It is
/// never shown on a page.
fn metadata(later: &mut Later<'_>, before: &Dictionary, after: &Dictionary) -> Result<(), Doubt> {
    let (one, other) = (before.get("Metadata"), after.get("Metadata"));
    if one == other && !later.is_changed(other) {
        return Ok(());
    }
    let document = later.objects.document;
    let stream = later.resolve_after(other)?;
    let is_metadata = stream.as_stream().is_some_and(|stream| {
        let says = |key, name| {
            let value = stream.dictionary.get(key);
            value.is_none_or(|value| value.is_name(name))
        };
        says("Type", "Metadata") && says("Subtype", "XML")
    });
    let is_metadata = match stream.as_stream().filter(|_| is_metadata) {
        Some(stream) => is_packet(&document.stream_data_at(later.revision, stream)?),
        None => false,
    };
    let id = other.and_then(Object::as_reference);
    // Another object that was there before is something else.
    let known = one != other && id.is_some_and(|id| !later.is_new(id));
    let Some(id) = id.filter(|_| is_metadata && !known) else {
        return Err(Finding::new(&more::NOT_METADATA).into());
    };
    later.explained(other, Role::Metadata);
    later.raise(ChangeLevel::TimestampsAndValidationData);
    let place = later.place(id);
    later.note(Finding::new(&more::METADATA).at(place));
    Ok(())
}

/// Whether bytes look like XMP: XML without a document type, in which RDF stands (ISO 16684-1 clause 7).
fn is_packet(bytes: &[u8]) -> bool {
    // UTF-16 and UTF-32 of the letters that are looked for.
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let has = |what: &[u8]| memchr::memmem::find(&text, what).is_some();
    let start = text.iter().find(|byte| byte.is_ascii_graphic());
    start == Some(&b'<')
        && (has(b"RDF") || has(b"xmpmeta"))
        && !has(b"<!DOCTYPE")
        && !has(b"<!ENTITY")
}
