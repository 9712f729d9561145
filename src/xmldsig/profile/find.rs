//! Finding the places of the table in a document.

use std::{borrow::Cow, collections::HashMap};

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
                let holds = |path: &Path| !below(document, id, path).is_empty();
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

    fn naming(&self, document: &Document, name: &str) -> Vec<ElementId> {
        let own = id_of(document, self.parent);
        let Some(own) = own else { return Vec::new() };
        let local = document.element(self.parent).local();
        let mentions = |element: &ElementId| {
            let inside = below(document, *element, &[ANY, local]);
            inside
                .into_iter()
                .any(|one| one != self.parent && id_of(document, one).as_ref() == Some(&own))
        };
        let mut found = below(document, self.container, &[ANY, name]);
        found.retain(mentions);
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

/// The elements on a path below an element, in document order. What stands inside signatures is not looked at: an
/// Object of a signature is no place for a document.
pub(crate) fn below(document: &Document, from: ElementId, path: &[&str]) -> Vec<ElementId> {
    let mut current = vec![from];
    let mut steps = path.iter().peekable();
    while let Some(step) = steps.next() {
        let mut next = Vec::new();
        if *step == ANY {
            let Some(local) = steps.next() else { break };
            for element in current {
                descend(document, element, local, &mut next);
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

/// Every element of a name below another. An own stack: documents may be nested deeper than a thread's.
fn descend(document: &Document, from: ElementId, local: &str, found: &mut Vec<ElementId>) {
    let mut stack: Vec<ElementId> = document.children(from);
    stack.reverse();
    while let Some(element) = stack.pop() {
        let view = document.element(element);
        if view.local() == "Signature" && view.namespace() == Some(DSIG) {
            continue;
        }
        if view.local() == local {
            found.push(element);
        }
        stack.extend(document.children(element).into_iter().rev());
    }
}
