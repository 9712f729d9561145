//! One element: its names, places and attributes, scanned again out of the document.

use std::{borrow::Cow, ops::Range};

use super::{Document, ElementId, Record};
use crate::xml::{
    names::{is_name_octet, split},
    scan::{Attribute, Scanner},
    scope::XML,
    values,
};

/// An element as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(super) document: &'a Document,
    pub(super) record: Record,
}

impl<'a> Element<'a> {
    fn tag(&self) -> Vec<Attribute<'a>> {
        let mut scanner = Scanner::element(self.document.utf8(), self.record.start);
        // It was found well-formed when it was read.
        let _ = scanner.next();
        scanner.attributes().to_vec()
    }

    /// The qualified name.
    pub(crate) fn name(&self) -> &'a str {
        let rest = self
            .document
            .utf8()
            .get(self.record.start.saturating_add(1)..);
        let rest = rest.unwrap_or_default();
        let end = rest.iter().position(|octet| !is_name_octet(*octet));
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }

    /// The prefix.
    pub(crate) fn prefix(&self) -> Option<&'a str> {
        let (prefix, _) = split(self.name());
        (!prefix.is_empty()).then_some(prefix)
    }

    /// The local part of the name.
    pub(crate) fn local(&self) -> &'a str {
        split(self.name()).1
    }

    /// The namespace; `None` where it is in none.
    pub(crate) fn namespace(&self) -> Option<&'a str> {
        let name = self.resolve(self.prefix().unwrap_or_default());
        name.filter(|name| !name.is_empty())
    }

    /// The namespace that a prefix is bound to here; the default one for the empty prefix.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<&'a str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let mut next = self.document.noted(self.record.start);
        while let Some(id) = next {
            let frame = self.document.frame(id);
            let found = frame
                .attributes(self.document)
                .find(|it| it.declares() == Some(prefix));
            if let Some(found) = found {
                let odd = self.document.odd_namespaces.get(found.value);
                return Some(odd.map_or(found.value, |name| name));
            }
            next = self.document.record(id).parent;
        }
        prefix.is_empty().then_some("")
    }

    /// From the start tag to behind the end tag, in the file.
    pub(crate) fn span(&self) -> Range<usize> {
        self.place(self.record.start)..self.place(self.record.end)
    }

    /// What stands between the tags, in the file; empty and behind the tag for `<a/>`.
    pub(crate) fn content(&self) -> Range<usize> {
        self.place(self.record.open_end)..self.place(self.record.close)
    }

    /// Whether it is written as `<a/>`.
    #[cfg(test)]
    pub(crate) fn is_empty_tag(&self) -> bool {
        self.record.open_end == self.record.end
    }

    /// The element around it.
    pub(crate) fn parent(&self) -> Option<ElementId> {
        self.record.parent
    }

    /// The value of an attribute: by local name in a namespace, or in none.
    pub(crate) fn attribute(&self, namespace: Option<&str>, local: &str) -> Option<Cow<'a, str>> {
        let attributes = self.tag();
        let found = attributes.iter().find(|one| {
            one.local() == local
                && one.declares().is_none()
                && match (namespace, one.prefix()) {
                    (None, prefix) => prefix.is_empty(),
                    (Some(_), "") => false,
                    (Some(namespace), prefix) => self.resolve(prefix) == Some(namespace),
                }
        });
        found.map(|one| values::of_attribute(one.value))
    }

    fn place(&self, at: usize) -> usize {
        self.document.text.place(at)
    }
}
