//! What elements give to those inside them.

use std::{
    ops::Range,
    sync::{Arc, PoisonError},
};

use super::{
    Document, ElementId,
    records::{long, short},
};
use crate::xml::scan::{Attribute, Scanner};

/// The declarations of an element and its attributes in the namespace of XML: name and value, where they stand.
#[derive(Clone, Debug)]
pub(in crate::xml) struct Frame(Arc<[[Range<u32>; 2]]>);

impl Frame {
    /// They themselves, in the document that they were found in.
    pub(in crate::xml) fn attributes<'a>(
        &self,
        document: &'a Document,
    ) -> impl Iterator<Item = Attribute<'a>> + use<'a, '_> {
        self.0.iter().map(|[name, value]| Attribute {
            name: document.part(name),
            value: document.part(value),
        })
    }
}

impl Document {
    fn part(&self, range: &Range<u32>) -> &str {
        let part = self.utf8().get(long(range.start)..long(range.end));
        std::str::from_utf8(part.unwrap_or_default()).unwrap_or_default()
    }

    /// What an element gives to those inside it.
    pub(in crate::xml) fn frame(&self, id: ElementId) -> Frame {
        let frames = || self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = frames().get(&id) {
            return known.clone();
        }
        let mut scanner = Scanner::element(self.utf8(), self.record(id).start);
        // It was found well-formed when it was read.
        let _ = scanner.next();
        let base = self.utf8().as_ptr().addr();
        let range = |part: &str| {
            let at = short(part.as_ptr().addr().wrapping_sub(base));
            at..at.saturating_add(short(part.len()))
        };
        let given = scanner.attributes().iter();
        let given = given.filter(|one| one.declares().is_some() || one.prefix() == "xml");
        let frame = Frame(
            given
                .map(|one| [range(one.name), range(one.value)])
                .collect(),
        );
        frames().insert(id, frame.clone());
        frame
    }
}
