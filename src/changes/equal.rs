//! When two objects say the same.

use std::collections::HashMap;

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
    let (keys, known) = (Keys::of(other), Keys::of(one));
    for (key, value) in one.iter().filter(|(key, _)| looked_at(key)) {
        match keys.get(key) {
            Some(with) if same(document, value, with)? => {}
            _ => return Ok(Some(key.clone())),
        }
    }
    let added = other
        .iter()
        .find(|(key, _)| looked_at(key) && known.get(key).is_none());
    Ok(added.map(|(key, _)| key.clone()))
}

/// Every key of two dictionaries, or of the dictionaries of two streams, that has another value, and `data` for other stream data; nothing
/// where they are the same. `None` where they cannot be compared so.
pub(crate) fn differing_keys(
    document: &Document,
    one: &Object,
    other: &Object,
) -> Option<Vec<String>> {
    let (before, after) = match (one, other) {
        (Object::Dictionary(one), Object::Dictionary(other)) => (one, other),
        (Object::Stream(one), Object::Stream(other)) => (&one.dictionary, &other.dictionary),
        _ => {
            let same = same(document, one, other).ok()?;
            return same.then(Vec::new);
        }
    };
    let text = |key: &Name| String::from_utf8_lossy(&key.0).into_owned();
    let twice = before.duplicates().iter().chain(after.duplicates());
    let mut differing: Vec<String> = twice.map(text).collect();
    let (keys, known) = (Keys::of(after), Keys::of(before));
    for (key, value) in before.iter() {
        let is_same = match keys.get(key) {
            Some(with) => same(document, value, with).ok()?,
            None => false,
        };
        if !is_same {
            differing.push(text(key));
        }
    }
    let added = after.iter().filter(|(key, _)| known.get(key).is_none());
    differing.extend(added.map(|(key, _)| text(key)));
    if let (Object::Stream(one), Object::Stream(other)) = (one, other)
        && !same_bytes(document, &one.data, &other.data).ok()?
    {
        differing.push("data".to_owned());
    }
    Some(differing)
}

/// The values of a dictionary by key. Large ones by a map: a hostile dictionary may have a million keys.
enum Keys<'a> {
    Few(&'a Dictionary),
    Many(HashMap<&'a Name, &'a Object>),
}

impl<'a> Keys<'a> {
    fn of(dictionary: &'a Dictionary) -> Self {
        if dictionary.iter().nth(16).is_none() {
            Self::Few(dictionary)
        } else {
            Self::Many(dictionary.iter().collect())
        }
    }

    fn get(&self, key: &Name) -> Option<&'a Object> {
        match self {
            Self::Few(dictionary) => dictionary
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value),
            Self::Many(map) => map.get(key).copied(),
        }
    }
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
                if *left != *source::window(source, other.start + at, size)? {
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
    fn large_dictionaries_are_compared_in_linear_time() {
        let large = |last: i64| {
            let keys = (0..300_000).map(|n| (Name(format!("K{n}").into_bytes()), Object::Null));
            let last = (Name::from("Last"), Object::Integer(last));
            Dictionary::from_file(keys.chain([last]).collect())
        };
        let file = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
            2 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n";
        let document = Document::open(Arc::new(MemorySource::new(file.to_vec()))).unwrap();
        let started = crate::cpu::thread_time();
        let differs = |one, other| differing(&document, &one, &other).ok().unwrap();
        assert_eq!(differs(large(1), large(1)), None);
        assert_eq!(differs(large(1), large(2)), Some("Last".into()));
        // One by one this takes minutes.
        assert!(crate::cpu::thread_time().saturating_sub(started).as_secs() < 10);
    }

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
