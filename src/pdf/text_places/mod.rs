//! Where a page shows text, by estimate: which stretches, without which letters.
//!
//! Contents and the forms that they draw are read operator by operator ([`scan`]); a stretch starts where the matrices
//! say and is as wide as the widths in the font's dictionary say ([`font`]). What nobody sees (ISO 32000-1 table 106,
//! modes 3 and 7) is left out, and so are leaders: dots, lines and blanks that are there to be written on ([`stretch`]).
//! Clipping, colours, layers and what is drawn over the text are not looked at.

mod font;
mod matrix;
mod scan;
mod stretch;
#[cfg(test)]
mod tests;

use super::{Dictionary, Document};
use crate::{
    limits::{MAX_PLACES_BYTES, MAX_REFERENCE_STEPS},
    pdf::{Object, budget::Budget},
};

pub(crate) use stretch::Stretch;

/// Reads the places of text in the pages of one document, within one budget.
#[derive(Debug)]
pub(crate) struct Places {
    /// What this reads is no finding of the document.
    document: Document,
    /// Bytes that may still be interpreted.
    left: Budget,
}

/// The text of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PageText {
    pub(crate) stretches: Vec<Stretch>,
    /// Whether that is all of it, as far as anybody knows.
    pub(crate) is_whole: bool,
}

impl Places {
    pub(crate) fn new(document: &Document) -> Self {
        Self {
            document: document.aside(MAX_PLACES_BYTES),
            left: Budget::new(MAX_PLACES_BYTES),
        }
    }

    /// The text that a page shows as of a revision. What cannot be read is missing, and `is_whole` says so.
    pub(crate) fn of_page(&self, revision: usize, page: &Dictionary) -> PageText {
        let reader = Reader {
            document: &self.document,
            revision,
            left: &self.left,
        };
        let mut scan = scan::Scan::new(reader);
        let is_whole = match reader.contents(page) {
            Some((contents, is_whole)) => {
                let resources = reader.inherited_resources(page);
                scan.run(&contents, resources.as_ref(), 0) && is_whole
            }
            None => false,
        };
        let (stretches, fit) = scan.finish();
        PageText {
            stretches,
            is_whole: is_whole && fit,
        }
    }
}

/// Reads objects as of a revision.
#[derive(Clone, Copy, Debug)]
struct Reader<'a> {
    document: &'a Document,
    revision: usize,
    left: &'a Budget,
}

impl Reader<'_> {
    /// What stands behind a value; null where it cannot be read.
    fn value(&self, object: Option<&Object>) -> Option<Object> {
        self.document
            .resolve_at(self.revision, object.unwrap_or(&Object::Null))
            .ok()
    }

    fn dictionary(&self, object: Option<&Object>) -> Option<Dictionary> {
        match self.value(object)? {
            Object::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// All content streams in a row (clause 7.8.2), and whether that is all of them.
    fn contents(&self, page: &Dictionary) -> Option<(Vec<u8>, bool)> {
        let parts = match self.value(page.get("Contents"))? {
            Object::Array(parts) => parts,
            other => vec![other],
        };
        let (mut contents, mut is_whole) = (Vec::new(), true);
        for part in &parts {
            match self.value(Some(part)) {
                Some(Object::Stream(stream)) => {
                    match self.document.stream_data_at(self.revision, &stream) {
                        Ok(data) if contents.is_empty() => contents = data,
                        Ok(data) => contents.extend(data),
                        Err(_) => is_whole = false,
                    }
                    contents.push(b'\n');
                }
                Some(_) => {}
                None => is_whole = false,
            }
        }
        Some((contents, is_whole))
    }

    /// /Resources of the page or of a node above it (table 30).
    fn inherited_resources(&self, page: &Dictionary) -> Option<Dictionary> {
        let mut node = page.clone();
        for _ in 0..MAX_REFERENCE_STEPS {
            if let Some(resources) = self.dictionary(node.get("Resources")) {
                return Some(resources);
            }
            node = self.dictionary(node.get("Parent"))?;
        }
        None
    }
}
