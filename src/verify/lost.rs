//! Signatures that are in the file, but no longer in the document: a later save may lead past the signed revision, and the
//! document then looks as if nobody had ever signed it.

use crate::{
    error::{Place, Result},
    limits::MAX_SIGNATURES,
    pdf::{Document, ObjectId, document::Entry, object::StreamData},
    report::Finding,
    source,
    text::rules::verify as rules,
};

/// Bytes that are searched at once.
const WINDOW: u64 = 1 << 20;
/// What every signature dictionary has, and never in an object stream.
const KEY: &[u8] = b"/ByteRange";

/// The first signature in bytes that belong to no object of any revision. Text of that kind inside a stream, as in an
/// attached document, is none.
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
            if !belongs(document, &objects, offset)? {
                let place = Place::offset(offset);
                return Ok(Some(Finding::new(&rules::UNREACHED).at(place)));
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

/// Whether the last object that starts before a place still goes on there.
fn belongs(document: &Document, objects: &[(u64, usize, ObjectId)], at: u64) -> Result<bool> {
    let before = objects.partition_point(|(offset, ..)| *offset <= at);
    let Some((offset, revision, id)) = before.checked_sub(1).and_then(|last| objects.get(last))
    else {
        return Ok(false);
    };
    let object = document.object_at(*revision, *id)?;
    if let Some(stream) = object.as_stream() {
        return Ok(match &stream.data {
            StreamData::File(range) | StreamData::Encrypted(range, _) => at < range.end,
            StreamData::Memory(_) => false,
        });
    }
    // Where the revisions had to be guessed, no object is known to be part of the document.
    let length = at - offset;
    if length > WINDOW || document.repaired() {
        return Ok(false);
    }
    let bytes = source::window(&**document.source(), *offset, length)?;
    Ok(memchr::memmem::find(&bytes, b"endobj").is_none())
}
