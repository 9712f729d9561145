//! Finding the places of the table in a document.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use super::{ANY, Data, ID_ATTRIBUTES, Kind, ONE, PROFILES, Path, Profile, Slot};
use crate::{
    limits::MAX_XML_ALIKE,
    options::XmlProfile,
    xml::{Document, ElementId},
    xmldsig::uri::DSIG,
};

/// Namespace of the prefix `xml`.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Where a signature stands, by the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) profile: &'static Profile,
    pub(crate) slot: &'static Slot,
    pub(crate) container: ElementId,
    /// The element that holds the signature.
    pub(crate) parent: ElementId,
}

/// The profile of a document, by its root and what stands in it; `None` is generic.
pub(crate) fn detect(document: &Document) -> Option<&'static Profile> {
    PROFILES
        .iter()
        .find(|profile| !containers(document, profile).is_empty())
}

/// The profile of this name; `None` is generic.
pub(crate) fn by_name(name: XmlProfile) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

/// The documents of a profile in a file, in document order: a message may carry several.
pub(crate) fn containers(
    document: &Document,
    profile: &'static Profile,
) -> Vec<(ElementId, &'static Kind)> {
    let root = document.root();
    let mut found: Vec<(ElementId, &'static Kind)> = Vec::new();
    for kind in profile.kinds {
        for path in kind.containers {
            let Some((first, rest)) = path.split_first() else {
                continue;
            };
            if *first != ONE && document.element(root).local() != *first {
                continue;
            }
            for id in below(document, root, rest) {
                let namespace = document.element(id).namespace().unwrap_or_default();
                let fits = kind.namespaces.is_empty() || kind.namespaces.contains(&namespace);
                let mentioned = |step: &&str| [ONE, ANY].contains(step) || document.mentions(step);
                let holds = |path: &Path| {
                    path.iter().all(mentioned) && !below(document, id, path).is_empty()
                };
                let fits = fits && (kind.holding.is_empty() || kind.holding.iter().any(holds));
                if fits && found.iter().all(|(known, _)| *known != id) {
                    found.push((id, kind));
                }
            }
        }
    }
    found.sort_by_key(|(id, _)| document.element(*id).span().start);
    found
}

/// The places of a document, to be asked for many signatures.
pub(crate) struct Places(HashMap<ElementId, Place>);

impl Places {
    pub(crate) fn of(document: &Document, profile: &'static Profile) -> Self {
        let mut known = HashMap::new();
        for place in places(document, profile) {
            known.entry(place.parent).or_insert(place);
        }
        Self(known)
    }

    /// The slot whose parent holds this signature.
    pub(crate) fn holding(&self, document: &Document, signature: ElementId) -> Option<Place> {
        let parent = document.element(signature).parent()?;
        self.0.get(&parent).copied()
    }
}

/// All slots that are there, in document order of their documents and in the table's order within one.
pub(crate) fn places(document: &Document, profile: &'static Profile) -> Vec<Place> {
    let mut places = Vec::new();
    for (container, kind) in containers(document, profile) {
        for slot in kind.slots {
            for parent in slot.parents(document, container) {
                places.push(Place {
                    profile,
                    slot,
                    container,
                    parent,
                });
            }
        }
    }
    places
}

impl Slot {
    /// The elements of this slot in a container.
    pub(crate) fn parents(&self, document: &Document, container: ElementId) -> Vec<ElementId> {
        let mut found = below(document, container, self.parent);
        for path in self.elsewhere {
            let more = below(document, container, path);
            found.extend(
                more.into_iter()
                    .filter(|id| !found.contains(id))
                    .collect::<Vec<_>>(),
            );
        }
        found
    }
}

impl Place {
    /// The data node: what a signature in this place has to cover. Empty where the document does not have it.
    pub(crate) fn data(&self, document: &Document) -> Vec<ElementId> {
        match self.slot.data {
            Data::Document => vec![document.root()],
            Data::Paths(paths) => {
                let found: Vec<Vec<ElementId>> = paths
                    .iter()
                    .map(|path| below(document, self.container, path))
                    .collect();
                // All of them, or there is no data node.
                match found.iter().any(Vec::is_empty) {
                    true => Vec::new(),
                    false => found.into_iter().flatten().collect(),
                }
            }
            Data::Id(id) => {
                let found = document.by_id(id, ID_ATTRIBUTES);
                // There may be more than are told of, and those would be left out.
                if found.len() >= MAX_XML_ALIKE {
                    return Vec::new();
                }
                found.into_iter().map(|(element, _)| element).collect()
            }
            Data::Naming(name) => self.naming(document, name),
        }
    }

    /// What it has to cover as well, as far as the document has it.
    pub(crate) fn also(&self, document: &Document) -> Vec<ElementId> {
        let paths = self.slot.also.iter();
        paths
            .flat_map(|path| below(document, self.container, path))
            .collect()
    }

    /// The elements of a name around those that have the party's own name and id. One pass, and then upwards.
    fn naming(&self, document: &Document, name: &str) -> Vec<ElementId> {
        let own = id_of(document, self.parent);
        let Some(own) = own else { return Vec::new() };
        let local = document.element(self.parent).local();
        let mut found = Vec::new();
        for one in below(document, self.container, &[ANY, local]) {
            if one == self.parent || id_of(document, one).as_ref() != Some(&own) {
                continue;
            }
            let mut around = document.element(one).parent();
            while let Some(element) = around.filter(|element| *element != self.container) {
                let view = document.element(element);
                if view.local() == name && !found.contains(&element) {
                    found.push(element);
                }
                around = view.parent();
            }
        }
        found.sort_by_key(|element| document.element(*element).span().start);
        found
    }
}

/// The value of an element's id attribute, of whatever name.
pub(crate) fn id_of(document: &Document, element: ElementId) -> Option<String> {
    let element = document.element(element);
    ID_ATTRIBUTES.iter().find_map(|name| {
        let value = match name.strip_prefix("xml:") {
            Some(local) => element.attribute(Some(XML), local),
            None => element.attribute(None, name),
        };
        value.map(Cow::into_owned)
    })
}

/// The signatures that are children of an element.
pub(crate) fn signatures_in(document: &Document, parent: ElementId) -> Vec<ElementId> {
    let mut children = document.children(parent);
    children.retain(|child| {
        let child = document.element(*child);
        child.local() == "Signature" && child.namespace() == Some(DSIG)
    });
    children
}

/// The elements on a path below an element, in document order. [`ANY`] does not look into signatures: an Object of a signature is no
/// place for a document.
pub(crate) fn below(document: &Document, from: ElementId, path: &[&str]) -> Vec<ElementId> {
    let mut current = vec![from];
    let mut steps = path.iter().peekable();
    while let Some(step) = steps.next() {
        let mut next = Vec::new();
        if *step == ANY {
            let Some(local) = steps.next() else { break };
            // One that stands in another was searched with it.
            let mut end = 0;
            for element in current {
                let span = document.element(element).span();
                if span.start >= end {
                    next.extend(descend(document, element, local));
                    end = span.end;
                }
            }
        } else {
            for element in current {
                next.extend(
                    document
                        .children(element)
                        .into_iter()
                        .filter(|child| *step == ONE || document.element(*child).local() == *step),
                );
            }
        }
        current = next;
    }
    current
}

/// Every element of a name below another.
fn descend(document: &Document, from: ElementId, local: &str) -> Vec<ElementId> {
    let own = document.element(from).span();
    let mut signatures: Vec<Range<usize>> = document
        .named(DSIG, "Signature")
        .into_iter()
        .map(|signature| document.element(signature).span())
        .filter(|span| own.start < span.start && span.end <= own.end)
        .collect();
    let mut end = 0;
    // The outermost ones: in document order, so each is either behind the last of them or in it.
    signatures.retain(|span| {
        let outermost = span.start >= end;
        end = end.max(span.end);
        outermost
    });
    let mut found = document.inside(from, local);
    let mut signatures = signatures.into_iter().peekable();
    found.retain(|element| {
        let start = document.element(*element).span().start;
        while signatures.next_if(|span| span.end <= start).is_some() {}
        signatures.peek().is_none_or(|span| start < span.start)
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        Document::read(text.as_bytes().into()).unwrap()
    }

    #[test]
    fn paths_lead_to_elements_once_and_not_into_signatures() {
        let signature = format!(
            "<Signature xmlns=\"{DSIG}\"><b n=\"no\"/><Signature><b/></Signature></Signature>"
        );
        let document = read(&format!(
            "<a><b n=\"1\"><x><b n=\"2\"><c/></b></x></b>{signature}<y><b n=\"3\">{signature}<c/></b></y></a>"
        ));
        let root = document.root();
        let names = |path: &[&str]| -> Vec<String> {
            let found = below(&document, root, path).into_iter();
            let name = |id| {
                document
                    .element(id)
                    .attribute(None, "n")
                    .unwrap()
                    .into_owned()
            };
            found.map(name).collect()
        };
        assert_eq!(names(&[ANY, "b"]), ["1", "2", "3"]);
        assert_eq!(names(&["b"]), ["1"]);
        assert_eq!(names(&[ONE, "b"]), ["no", "3"]);
        // What stands in two elements of the way is found once.
        assert_eq!(below(&document, root, &[ANY, "b", ANY, "c"]).len(), 2);
        // From a signature on, only those inside it are left out.
        let first = signatures_in(&document, root)[0];
        assert_eq!(below(&document, first, &[ANY, "b"]).len(), 1);
    }

    /// Each level was walked again from every level above it.
    #[test]
    fn a_deep_document_costs_a_pass_for_each_step() {
        let inner = "<i/>".repeat(2_000);
        let (open, close) = ("<d>".repeat(200), "</d>".repeat(200));
        let document = read(&format!("<a>{open}{inner}<b/>{close}</a>"));
        let start = std::time::Instant::now();
        for _ in 0..5 {
            assert_eq!(below(&document, document.root(), &[ANY, "b"]).len(), 1);
            assert_eq!(
                below(&document, document.root(), &[ANY, "d", ANY, "b"]).len(),
                1
            );
        }
        let took = start.elapsed();
        assert!(took.as_secs() < 5, "{took:?}");
    }
}
