//! When two objects say the same.

use super::Doubt;
use crate::{
    pdf::{
        Dictionary, Document, Object,
        object::{Name, StreamData},
    },
    source,
};

/// Bytes that are compared at a time.
const BLOCK: u64 = 1 << 16;

/// Whether two objects have the same value; streams, the same dictionary and the same raw bytes.
/// A dictionary in which a key stands twice is equal to nothing, since readers choose differently.
pub(super) fn same(document: &Document, one: &Object, other: &Object) -> Result<bool, Doubt> {
    Ok(match (one, other) {
        (Object::Array(one), Object::Array(other)) => {
            one.len() == other.len() && all_same(document, one, other)?
        }
        (Object::Dictionary(one), Object::Dictionary(other)) => {
            differing(document, one, other)?.is_none()
        }
        (Object::Stream(one), Object::Stream(other)) => {
            differing(document, &one.dictionary, &other.dictionary)?.is_none()
                && same_bytes(document, &one.data, &other.data)?
        }
        (Object::String(one), Object::String(other)) => {
            one.bytes == other.bytes && one.malformed == other.malformed
        }
        (Object::Real(one), Object::Real(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    })
}

/// Whether the items are the same, one by one, as far as the shorter list goes.
pub(super) fn all_same(
    document: &Document,
    one: &[Object],
    other: &[Object],
) -> Result<bool, Doubt> {
    for (one, other) in one.iter().zip(other) {
        if !same(document, one, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first key that has another value, or stands in one only.
pub(super) fn differing(
    document: &Document,
    one: &Dictionary,
    other: &Dictionary,
) -> Result<Option<Name>, Doubt> {
    differing_but(document, one, other, &[])
}

/// The same, without looking at some keys.
pub(super) fn differing_but(
    document: &Document,
    one: &Dictionary,
    other: &Dictionary,
    but: &[&str],
) -> Result<Option<Name>, Doubt> {
    if let Some(key) = one.duplicates().iter().chain(other.duplicates()).next() {
        return Ok(Some(key.clone()));
    }
    let looked_at = |key: &Name| !but.iter().any(|but| but.as_bytes() == key.0);
    for (key, value) in one.iter().filter(|(key, _)| looked_at(key)) {
        match get(other, key) {
            Some(with) if same(document, value, with)? => {}
            _ => return Ok(Some(key.clone())),
        }
    }
    let added = other
        .iter()
        .find(|(key, _)| looked_at(key) && get(one, key).is_none());
    Ok(added.map(|(key, _)| key.clone()))
}

fn get<'a>(dictionary: &'a Dictionary, key: &Name) -> Option<&'a Object> {
    dictionary
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

fn same_bytes(document: &Document, one: &StreamData, other: &StreamData) -> Result<bool, Doubt> {
    if one == other {
        return Ok(true);
    }
    match (one, other) {
        (StreamData::Encrypted(_, one), StreamData::Encrypted(_, other)) if one != other => {
            Ok(false)
        }
        // Encrypted as the same object, the same bytes mean the same.
        (StreamData::File(one), StreamData::File(other))
        | (StreamData::Encrypted(one, _), StreamData::Encrypted(other, _)) => {
            let length = one.end.saturating_sub(one.start);
            if length != other.end.saturating_sub(other.start) {
                return Ok(false);
            }
            let source = &**document.source();
            let mut at = 0;
            while at < length {
                let size = BLOCK.min(length - at);
                let left = source::window(source, one.start + at, size)?;
                if left != source::window(source, other.start + at, size)? {
                    return Ok(false);
                }
                at += size;
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{pdf::ObjectId, source::MemorySource};

    #[test]
    fn encrypted_data_is_the_same_only_as_the_same_object() {
        let file = b"%PDF-1.7\nAAAA AAAA AAAB\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
            2 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n";
        let document = Document::open(Arc::new(MemorySource::new(file.to_vec()))).unwrap();
        let data = |start: u64, number| {
            let id = ObjectId {
                number,
                generation: 0,
            };
            StreamData::Encrypted(start..start + 4, id)
        };
        let same = |one, other| same_bytes(&document, &one, &other).ok().unwrap();
        assert!(same(data(9, 4), data(9, 4)) && same(data(9, 4), data(14, 4)));
        assert!(!same(data(9, 4), data(19, 4)));
        assert!(!same(data(9, 4), data(9, 5)) && !same(data(9, 4), data(14, 5)));
        assert!(!same(data(9, 4), StreamData::File(9..13)));
    }
}
