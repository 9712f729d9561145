//! Signatures that are in the file, but not in the document: a later save may lead past the signed revision, or the form
//! may not lead to them, and the document then looks as if nobody had ever signed it.

use crate::{
    error::{Place, Result},
    limits::MAX_SIGNATURES,
    pdf::{
        Document, Object, ObjectId,
        document::Entry,
        object::{Dictionary, StreamData},
    },
    report::Finding,
    source,
    text::rules::verify as rules,
};

/// Bytes that are searched at once.
const WINDOW: u64 = 1 << 20;
/// What every signature dictionary has, and never in an object stream.
const KEY: &[u8] = b"/ByteRange";

/// What a place in the file belongs to.
enum Holder {
    /// To no object of any revision.
    Nobody,
    /// To the data of a stream, as an attached document is: text of any kind stands there.
    Data,
    Object(ObjectId, Object),
}

/// The first signature in bytes that belong to no object of any revision, or in an object. To be asked where no field of
/// the document has a signature.
pub(super) fn signature(document: &Document) -> Result<Option<Finding>> {
    let size = document.source().len();
    let objects = objects(document);
    let (mut start, mut seen) = (0, 0);
    while start < size && seen < MAX_SIGNATURES {
        let length = (size - start).min(WINDOW);
        let bytes = source::window(&**document.source(), start, length)?;
        for at in memchr::memmem::find_iter(&bytes, KEY) {
            seen += 1;
            let offset = start.saturating_add(at as u64);
            match holder(document, &objects, offset)? {
                Holder::Nobody => {
                    let place = Place::offset(offset);
                    return Ok(Some(Finding::new(&rules::UNREACHED).at(place)));
                }
                Holder::Object(id, object) if is_signature(document, &object) => {
                    let place = Place::object(id.number, id.generation);
                    return Ok(Some(Finding::new(&rules::UNSHOWN).at(place)));
                }
                Holder::Object(..) | Holder::Data => {}
            }
        }
        // Windows overlap by one letter less than the key has.
        let whole = length < WINDOW;
        let overlap = if whole { 0 } else { KEY.len() as u64 - 1 };
        start = start.saturating_add(length - overlap);
    }
    Ok(None)
}

/// Where each object of each revision starts: offset, revision, name.
fn objects(document: &Document) -> Vec<(u64, usize, ObjectId)> {
    let mut all = Vec::new();
    for (index, revision) in document.revisions().iter().enumerate() {
        for (number, entry) in &revision.entries {
            if let Entry::InFile { offset, generation } = *entry {
                let id = ObjectId {
                    number: *number,
                    generation,
                };
                all.push((offset, index, id));
            }
        }
    }
    all.sort_unstable_by_key(|(offset, ..)| *offset);
    all
}

/// The last object that starts before a place, if it still goes on there.
fn holder(document: &Document, objects: &[(u64, usize, ObjectId)], at: u64) -> Result<Holder> {
    let before = objects.partition_point(|(offset, ..)| *offset <= at);
    let Some((offset, revision, id)) = before.checked_sub(1).and_then(|last| objects.get(last))
    else {
        return Ok(Holder::Nobody);
    };
    let object = document.object_at(*revision, *id)?;
    if let Some(stream) = object.as_stream() {
        return Ok(match &stream.data {
            StreamData::File(range) | StreamData::Encrypted(range, _) if at < range.end => {
                Holder::Data
            }
            _ => Holder::Nobody,
        });
    }
    // Where the revisions had to be guessed, no object is known to be part of the document.
    let length = at - offset;
    if length > WINDOW || document.repaired() {
        return Ok(Holder::Nobody);
    }
    let bytes = source::window(&**document.source(), *offset, length)?;
    Ok(match memchr::memmem::find(&bytes, b"endobj") {
        Some(_) => Holder::Nobody,
        None => Holder::Object(*id, object),
    })
}

/// Whether an object is the signature of somebody (ISO 32000-1 table 252). Usage rights are told of elsewhere, as what
/// they are.
fn is_signature(document: &Document, object: &Object) -> bool {
    let Some(dictionary) = object.as_dictionary() else {
        return false;
    };
    let has = |key| {
        matches!(
            dictionary.get(key),
            Some(Object::String(_) | Object::Array(_))
        )
    };
    has("ByteRange") && has("Contents") && !grants_rights(document, dictionary)
}

/// Whether the first reference of a signature is one of usage rights (clause 12.8.2.3).
fn grants_rights(document: &Document, signature: &Dictionary) -> bool {
    let resolve = |object: &Object| document.resolve(object).ok();
    let method = || {
        let references = resolve(signature.get("Reference")?)?;
        let first = resolve(references.as_array()?.first()?)?;
        resolve(first.as_dictionary()?.get("TransformMethod")?)
    };
    matches!(method(), Some(Object::Name(name)) if matches!(name.0.as_slice(), b"UR" | b"UR3"))
}
