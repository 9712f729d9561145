//! What a new signature refers to.

use std::sync::Arc;

use super::{
    outside,
    place::{self, Chosen},
    settings::Methods,
};
use crate::{
    context::Context,
    crypto::DigestAlgorithm,
    error::{Error, ErrorKind, Result},
    source::Source,
    text::rules,
    xml::{Document, ElementId},
    xmldsig::{
        build::{Reference, Transform},
        profile::{self, Data, Way},
    },
};

/// One reference, and its octets where they stand outside the document.
pub(super) struct Planned {
    pub(super) reference: Reference,
    pub(super) outside: Option<Arc<dyn Source>>,
}

/// How references are written.
pub(super) struct Writing<'a> {
    pub(super) context: &'a Context,
    pub(super) document: &'a Document,
    pub(super) way: &'a Way,
    pub(super) methods: Methods,
    pub(super) digest: DigestAlgorithm,
    pub(super) ids: &'a [&'a str],
    /// The element that the signature goes into.
    pub(super) parent: ElementId,
}

impl Writing<'_> {
    /// The data node of a slot and what goes with it.
    pub(super) fn of_slot(&self, chosen: &Chosen) -> Result<Vec<Planned>> {
        let place = chosen.place();
        let data = place.data(self.document);
        if data.is_empty() {
            let expected = match chosen.slot.data {
                Data::Document => String::new(),
                Data::Paths(paths) => {
                    let paths: Vec<String> = paths.iter().map(|path| path.join("/")).collect();
                    paths.join(", ")
                }
                Data::Id(id) => format!("#{id}"),
                Data::Naming(name) => name.to_owned(),
            };
            return Err(Error::new(ErrorKind::Refused, &rules::xml_sign::NO_DATA)
                .with(chosen.slot.name)
                .with(expected));
        }
        let whole = match chosen.slot.data {
            Data::Document => true,
            // Several nodes, or one without an id, where nobody else signs: the document around them.
            Data::Paths(paths) if paths.len() > 1 => true,
            _ => false,
        };
        let mut planned = match whole {
            true => vec![self.within("")],
            false => self.elements(&data)?,
        };
        planned.extend(self.elements(&place.also(self.document))?);
        Ok(planned)
    }

    fn elements(&self, elements: &[ElementId]) -> Result<Vec<Planned>> {
        let elements = elements.iter();
        elements.map(|element| self.element(*element)).collect()
    }

    /// An element, by its id.
    fn element(&self, element: ElementId) -> Result<Planned> {
        let named = self.ids.iter().find_map(|name| {
            let view = self.document.element(element);
            let value = match name.split_once(':') {
                Some((_, local)) => view.attribute(Some(profile::XML), local),
                None => view.attribute(None, name),
            };
            value.map(std::borrow::Cow::into_owned)
        });
        let Some(id) = named.filter(|id| !id.is_empty()) else {
            return Err(Error::new(ErrorKind::Refused, &rules::xml_sign::NO_ID)
                .with(self.document.path(element))
                .with(self.ids.first().copied().unwrap_or("Id")));
        };
        place::by_id(self.document, &id, self.ids)?;
        Ok(self.within(&format!("#{id}")))
    }

    /// What a setting names: nothing or `.` for the whole document, `#id`, `/path`, `cid:`, a file's name.
    pub(super) fn named(&self, text: &str) -> Result<Planned> {
        match text {
            "" | "." => Ok(self.within("")),
            _ if text.starts_with('#') => {
                let element = place::element_at(self.document, text, self.ids)?;
                self.element(element)
            }
            _ if text.starts_with('/') => {
                let element = place::element_at(self.document, text, self.ids)?;
                self.element(element)
            }
            _ => {
                let source = outside::open(self.context, Some(self.document), text)?;
                Ok(apart(text, self.digest, source))
            }
        }
    }

    /// A reference into the document.
    fn within(&self, uri: &str) -> Planned {
        let mut transforms = Vec::new();
        let inside = match uri.strip_prefix('#') {
            None => true,
            Some(id) => {
                let target = self.document.by_id(id, self.ids);
                target
                    .first()
                    .is_some_and(|(target, _)| self.is_within(*target))
            }
        };
        if inside && self.context.options().coexist {
            transforms.push(Transform::Subtract);
        } else if inside || (self.way.enveloped && !self.way.explicit) {
            // Readers of the profiles expect it even where the signature stands outside.
            transforms.push(Transform::Enveloped);
        }
        transforms.extend(self.methods.transform.map(Transform::C14n));
        Planned {
            reference: Reference {
                uri: uri.to_owned(),
                kind: None,
                transforms,
                digest: self.digest,
                mime: Some("text/xml"),
            },
            outside: None,
        }
    }

    /// Whether the signature will stand inside an element.
    fn is_within(&self, target: ElementId) -> bool {
        let mut element = Some(self.parent);
        while let Some(one) = element {
            if one == target {
                return true;
            }
            element = self.document.element(one).parent();
        }
        false
    }
}

/// A reference to octets outside the document, taken as they are.
pub(super) fn apart(uri: &str, digest: DigestAlgorithm, source: Arc<dyn Source>) -> Planned {
    Planned {
        reference: Reference {
            uri: uri.to_owned(),
            kind: None,
            transforms: Vec::new(),
            digest,
            mime: Some("application/octet-stream"),
        },
        outside: Some(source),
    }
}
