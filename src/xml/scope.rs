//! Namespaces in scope (Namespaces in XML 1.0).

use std::{borrow::Cow, collections::HashMap};

use super::{fault, names::same, scan::Attribute, values};
use crate::{
    error::Result,
    limits::{MAX_XML_NAMESPACE_LENGTH, MAX_XML_NAMESPACES},
};

pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Whether the name of a namespace is a relative reference: without a scheme (RFC 3986 clause 4.2). The empty one is no name.
pub(super) fn is_relative(name: &str) -> bool {
    let scheme = name.split(':').next().unwrap_or_default();
    let is_scheme = scheme.len() < name.len()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet));
    !name.is_empty() && !is_scheme
}

/// Up to so many bindings are looked through one by one, which is faster than to look them up.
const FEW: usize = 12;

/// Prefixes and what they are bound to, element by element.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings<'a> {
    /// Innermost last.
    list: Vec<(&'a str, Cow<'a, str>)>,
    /// Elements in which something was bound: how deep they are, and how long the list was.
    marks: Vec<(usize, usize)>,
    depth: usize,
    /// Where each prefix stands in the list, once there are many.
    index: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Bindings<'a> {
    /// Enters an element.
    pub(super) fn enter(&mut self) {
        self.depth = self.depth.saturating_add(1);
    }

    /// Leaves the element that was entered last; whether anything was bound in it.
    pub(super) fn leave(&mut self) -> bool {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        let Some((_, mark)) = self.marks.pop_if(|(of, _)| *of == depth) else {
            return false;
        };
        if !self.index.is_empty() {
            for (prefix, _) in self.list.get(mark..).unwrap_or_default() {
                if let Some(places) = self.index.get_mut(prefix) {
                    places.pop();
                }
            }
            if mark <= FEW {
                self.index.clear();
            }
        }
        self.list.truncate(mark);
        true
    }

    pub(super) fn bind(&mut self, prefix: &'a str, name: Cow<'a, str>) {
        if self.marks.last().is_none_or(|(of, _)| *of != self.depth) {
            self.marks.push((self.depth, self.list.len()));
        }
        self.list.push((prefix, name));
        if self.list.len() <= FEW {
            return;
        }
        let known = if self.index.is_empty() {
            0
        } else {
            self.list.len().saturating_sub(1)
        };
        for (at, (prefix, _)) in self.list.iter().enumerate().skip(known) {
            self.index.entry(prefix).or_default().push(at);
        }
    }

    pub(super) fn get(&self, prefix: &str) -> Option<&Cow<'a, str>> {
        if self.index.is_empty() {
            let found = self.list.iter().rev().find(|(one, _)| same(one, prefix));
            return found.map(|(_, name)| name);
        }
        let at = self.index.get(prefix)?.last()?;
        self.list.get(*at).map(|(_, name)| name)
    }

    /// What was bound in the element that was entered last.
    pub(super) fn own(&self) -> &[(&'a str, Cow<'a, str>)] {
        match self.marks.last() {
            Some((of, mark)) if *of == self.depth => self.list.get(*mark..).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Declarations in scope. A default namespace that was taken back is bound to the empty name.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope<'a>(Bindings<'a>);

impl<'a> Scope<'a> {
    /// Enters an element.
    ///
    /// # Errors
    /// `Unreadable` for declarations that are not allowed, `Limit`.
    pub(super) fn enter(&mut self, attributes: &[Attribute<'a>], at: usize) -> Result<()> {
        self.0.enter();
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
            if name.len() > MAX_XML_NAMESPACE_LENGTH {
                return Err(fault::limit("xmlns", MAX_XML_NAMESPACE_LENGTH, at));
            }
            if self.0.list.len() >= MAX_XML_NAMESPACES {
                return Err(fault::limit("xmlns", MAX_XML_NAMESPACES, at));
            }
            self.0.bind(prefix, name);
        }
        Ok(())
    }

    /// Enters an element without declarations.
    pub(super) fn enter_plain(&mut self) {
        self.0.enter();
    }

    /// Leaves the element that was entered last.
    pub(super) fn leave(&mut self) {
        self.0.leave();
    }

    /// The name that a prefix stands for; the empty prefix for the default namespace, whose name is empty where there is none.
    pub(super) fn lookup(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        match self.0.get(prefix) {
            Some(name) => Some(name),
            None if prefix.is_empty() => Some(""),
            None => None,
        }
    }

    /// The same of a prefix that is declared, to be kept.
    pub(super) fn bound(&self, prefix: &str) -> Option<Cow<'a, str>> {
        self.0.get(prefix).cloned()
    }

    /// What the element that was entered last declares itself.
    pub(super) fn own(&self) -> &[(&'a str, Cow<'a, str>)] {
        self.0.own()
    }

    /// Everything in scope, each prefix once.
    pub(super) fn all(&self) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut all: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        for (prefix, name) in self.0.list.iter().rev() {
            if !all.iter().any(|(known, _)| known == prefix) {
                all.push((prefix, name.clone()));
            }
        }
        all
    }
}
