//! Start tags: which namespaces they declare, and in what order their attributes stand.

use std::borrow::Cow;

use super::{C14n, Canonical, inherit, output::Output};
use crate::xml::{names::split, scan::Attribute, scope::Scope, values};

/// What has been written of namespaces so far, element by element.
pub(super) struct Rendering<'a> {
    algorithm: &'a C14n,
    /// Declarations that were written, innermost last.
    written: Vec<(&'a str, Cow<'a, str>)>,
    marks: Vec<usize>,
    /// Attributes of the elements around the first one, for those in the namespace of XML that it inherits.
    inherited: Vec<inherit::Inherited<'a>>,
}

/// An attribute with what it is sorted by.
struct Sorted<'a, 'n> {
    namespace: Cow<'n, str>,
    local: &'a str,
    name: &'a str,
    value: Value<'a>,
}

enum Value<'a> {
    Raw(&'a str),
    /// Made here.
    Made(String),
}

impl<'a> Rendering<'a> {
    pub(super) fn new(method: &'a Canonical) -> Self {
        Self {
            algorithm: &method.algorithm,
            written: Vec::new(),
            marks: Vec::new(),
            inherited: Vec::new(),
        }
    }

    /// Takes note of what the elements around the first one have, outermost first.
    pub(super) fn inherit(&mut self, around: &[Vec<Attribute<'a>>]) {
        self.inherited = match self.algorithm {
            C14n::Inclusive10 => inherit::as_of_1_0(around),
            C14n::Inclusive11 => inherit::as_of_1_1(around),
            C14n::Exclusive { .. } => Vec::new(),
        };
    }

    pub(super) fn open(
        &mut self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        output: &mut Output<'_>,
    ) {
        output.push(b"<");
        output.push(name.as_bytes());
        self.marks.push(self.written.len());
        let mut declared = match self.algorithm {
            C14n::Exclusive { prefixes } => self.utilised(name, attributes, scope, prefixes),
            _ => self.declared(attributes, scope),
        };
        if declared.len() > 1 {
            declared.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        }
        for (prefix, namespace) in declared {
            if prefix.is_empty() {
                output.push(b" xmlns=");
            } else {
                output.push(b" xmlns:");
                output.push(prefix.as_bytes());
                output.push(b"=");
            }
            output.value(&namespace);
            self.written.push((prefix, namespace));
        }
        self.attributes(attributes, scope, output);
        output.push(b">");
    }

    pub(super) fn close(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.written.truncate(mark);
        }
    }

    /// What the nearest element that was written says of a prefix.
    fn last_written(&self, prefix: &str) -> &str {
        let found = self.written.iter().rev().find(|(one, _)| *one == prefix);
        found.map_or("", |(_, namespace)| namespace)
    }

    /// Canonical XML: everything in scope at the first element, later what changes.
    fn declared(
        &self,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        let first = self.marks.len() == 1;
        if !first && attributes.is_empty() {
            return Vec::new();
        }
        let own = if first {
            scope.all()
        } else {
            scope.own().to_vec()
        };
        own.into_iter()
            .filter(|(prefix, namespace)| {
                *prefix != "xml" && self.last_written(prefix) != &**namespace
            })
            .collect()
    }

    /// Exclusive canonicalisation: what the name and the attributes use, and the prefixes of the list (clause 3).
    fn utilised(
        &self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        listed: &'a [String],
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut found: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        let mut add = |prefix: &'a str| {
            if prefix == "xml" || found.iter().any(|(known, _)| *known == prefix) {
                return;
            }
            // A prefix of the list need not be declared.
            if let Some(namespace) = scope.lookup(prefix)
                && self.last_written(prefix) != namespace
            {
                found.push((prefix, Cow::Owned(namespace.to_owned())));
            }
        };
        add(split(name).0);
        for attribute in attributes {
            let (prefix, _) = split(attribute.name);
            if attribute.declares().is_none() && !prefix.is_empty() {
                add(prefix);
            }
        }
        for prefix in listed {
            add(if prefix == "#default" { "" } else { prefix });
        }
        found
    }

    fn attributes(
        &mut self,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        output: &mut Output<'_>,
    ) {
        let mut sorted: Vec<Sorted<'a, '_>> = attributes
            .iter()
            .filter(|attribute| attribute.declares().is_none())
            .map(|attribute| {
                let (prefix, local) = split(attribute.name);
                let namespace = if prefix.is_empty() {
                    ""
                } else {
                    scope.lookup(prefix).unwrap_or_default()
                };
                Sorted {
                    namespace: Cow::Borrowed(namespace),
                    local,
                    name: attribute.name,
                    value: Value::Raw(attribute.value),
                }
            })
            .collect();
        for inherited in std::mem::take(&mut self.inherited) {
            inherited.apply(&mut sorted);
        }
        if sorted.len() > 1 {
            sorted.sort_unstable_by(|one, other| {
                (&one.namespace, one.local).cmp(&(&other.namespace, other.local))
            });
        }
        for one in &sorted {
            output.push(b" ");
            output.push(one.name.as_bytes());
            output.push(b"=");
            match &one.value {
                Value::Raw(raw) => output.attribute(raw),
                Value::Made(value) => output.value(value),
            }
        }
    }
}

impl<'a> inherit::Inherited<'a> {
    /// Adds it to the first element, whose own goes before in all but a joined base.
    fn apply<'n>(self, sorted: &mut Vec<Sorted<'a, 'n>>) {
        let namespace = Cow::Borrowed(crate::xml::scope::XML);
        let own = sorted
            .iter()
            .position(|one| one.namespace == namespace && one.local == self.local());
        let (local, name, value) = match (own, self) {
            (Some(_), Self::Copied { .. }) => return,
            (None, Self::Copied { name, raw }) => (split(name).1, name, Value::Raw(raw)),
            (own, Self::Base(mut bases)) => {
                if let Some(own) = own {
                    if let Value::Raw(raw) = sorted.swap_remove(own).value {
                        bases.push(values::of_attribute(raw));
                    }
                }
                let joined = inherit::joined(&bases);
                if joined.is_empty() {
                    return;
                }
                ("base", "xml:base", Value::Made(joined))
            }
        };
        sorted.push(Sorted {
            namespace,
            local,
            name,
            value,
        });
    }
}
