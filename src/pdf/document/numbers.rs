//! Which object numbers are taken.

use std::collections::BTreeSet;

use super::{Document, Entry};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_FIELDS, MAX_OBJECTS},
    pdf::object::{Object, ObjectId},
    text::rules,
};

impl Document {
    /// The first number that nothing in the document uses, declares or refers to: one more than the highest. A smaller
    /// /Size than an older one, or an old number used again, makes earlier signatures look changed.
    ///
    /// # Errors
    /// `Limit` when there are more numbers than ISO 32000 allows; `Io`.
    pub(crate) fn free_number(&self) -> Result<u32> {
        let mut size = 1_u32;
        for revision in self.revisions() {
            let declared = revision
                .trailer
                .get("Size")
                .and_then(Object::as_integer)
                .unwrap_or_default();
            // A declared size beyond every limit is nonsense, not a promise.
            if let Ok(declared) = u32::try_from(declared)
                && declared <= MAX_OBJECTS
            {
                size = size.max(declared);
            }
            let used = revision
                .entries
                .last()
                .map_or(0, |(number, _)| number.saturating_add(1));
            size = size.max(used);
        }
        // A reference that leads nowhere must not lead to a new object.
        size = size.max(highest_reference(self)?.saturating_add(1));
        if size > MAX_OBJECTS {
            return Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS));
        }
        Ok(size)
    }
}

/// The highest number that the trailers, the catalog or the form refer to, as far as it may be used; of a document whose
/// cross-reference data was rebuilt, that any object refers to.
fn highest_reference(base: &Document) -> Result<u32> {
    let newest = base.revisions().len().saturating_sub(1);
    let mut highest = 0;
    let mut below = Vec::new();
    for revision in base.revisions() {
        for (_, value) in revision.trailer.iter() {
            references(value, &mut |id| highest = highest.max(usable(id)));
        }
    }
    if base.is_rebuilt() {
        let entries = base.revisions().iter().flat_map(|r| &r.entries);
        for (number, entry) in entries {
            let generation = match *entry {
                Entry::InFile { generation, .. } => generation,
                Entry::InStream { .. } => 0,
                Entry::Free { .. } => continue,
            };
            let id = ObjectId {
                number: *number,
                generation,
            };
            let object = base.object_at(newest, id)?;
            references(&object, &mut |id| highest = highest.max(usable(id)));
        }
        return Ok(highest);
    }
    let Ok(catalog) = base.catalog_at(newest) else {
        return Ok(highest);
    };
    for (key, value) in catalog.iter() {
        references(value, &mut |id| highest = highest.max(usable(id)));
        if key.0 == b"AcroForm" {
            below.push(value.clone());
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(value) = below.pop() {
        let object = match value {
            Object::Reference(id) if seen.len() < MAX_FIELDS && seen.insert(id) => {
                base.object_at(newest, id)?
            }
            Object::Reference(_) => continue,
            other => other,
        };
        references(&object, &mut |id| highest = highest.max(usable(id)));
        match object {
            Object::Array(items) => below.extend(items),
            Object::Dictionary(node) => {
                let lists = [node.get("Fields"), node.get("Kids")];
                below.extend(lists.into_iter().flatten().cloned());
            }
            _ => {}
        }
    }
    Ok(highest)
}

/// Numbers beyond every limit are refused by readers as well.
fn usable(id: ObjectId) -> u32 {
    if id.number < MAX_OBJECTS {
        id.number
    } else {
        0
    }
}

/// Every reference in a value; the parser bounds its depth.
fn references(value: &Object, found: &mut dyn FnMut(ObjectId)) {
    match value {
        Object::Reference(id) => found(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        other => {
            if let Some(dictionary) = other.as_dictionary() {
                dictionary
                    .iter()
                    .for_each(|(_, value)| references(value, found));
            }
        }
    }
}
