//! Namespaces in scope (Namespaces in XML 1.0).

use std::borrow::Cow;

use super::{fault, scan::Attribute, values};
use crate::{error::Result, limits::MAX_XML_NAMESPACES};

pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Declarations, innermost last. A default namespace that was taken back is bound to the empty name.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope<'a> {
    bindings: Vec<(&'a str, Cow<'a, str>)>,
    marks: Vec<usize>,
}

impl<'a> Scope<'a> {
    /// Enters an element.
    ///
    /// # Errors
    /// `Unreadable` for declarations that are not allowed, `Limit`.
    pub(super) fn enter(&mut self, attributes: &[Attribute<'a>], at: usize) -> Result<()> {
        self.marks.push(self.bindings.len());
        for attribute in attributes {
            let Some(prefix) = attribute.declares() else {
                continue;
            };
            let name = values::of_attribute(attribute.value);
            let sound = match prefix {
                "xml" => name == XML,
                "xmlns" => false,
                "" => name != XML && name != XMLNS,
                _ => !name.is_empty() && name != XML && name != XMLNS,
            };
            if !sound {
                return Err(fault::namespace(at, attribute.name));
            }
            if self.bindings.len() >= MAX_XML_NAMESPACES {
                return Err(fault::limit("xmlns", MAX_XML_NAMESPACES, at));
            }
            self.bindings.push((prefix, name));
        }
        Ok(())
    }

    /// Leaves the element that was entered last.
    pub(super) fn leave(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.bindings.truncate(mark);
        }
    }

    /// The name that a prefix stands for; the empty prefix for the default namespace, whose name is empty where there is none.
    pub(super) fn lookup(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let bound = self.bindings.iter().rev().find(|(one, _)| *one == prefix);
        match bound {
            Some((_, name)) => Some(name),
            None if prefix.is_empty() => Some(""),
            None => None,
        }
    }

    /// What the element that was entered last declares itself.
    pub(super) fn own(&self) -> &[(&'a str, Cow<'a, str>)] {
        let mark = self.marks.last().copied().unwrap_or_default();
        self.bindings.get(mark..).unwrap_or_default()
    }

    /// Everything in scope, each prefix once.
    pub(super) fn all(&self) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut all: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        for (prefix, name) in self.bindings.iter().rev() {
            if !all.iter().any(|(known, _)| known == prefix) {
                all.push((prefix, name.clone()));
            }
        }
        all
    }
}
