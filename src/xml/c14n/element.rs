//! Start tags: which namespaces they declare, and in what order their attributes stand.

use std::{borrow::Cow, collections::HashSet};

use super::{C14n, Canonical, inherit, output::Output};
use crate::{
    error::Result,
    xml::{
        fault,
        names::{same, split},
        scan::Attribute,
        scope::{Bindings, Scope, is_relative},
        values,
    },
};

/// What has been written of namespaces so far, element by element.
pub(super) struct Rendering<'a> {
    algorithm: &'a C14n,
    /// Prefixes of the InclusiveNamespaces list; the default namespace has none.
    listed: HashSet<&'a str>,
    /// Declarations that were written.
    written: Bindings<'a>,
    /// A prefix of which is written what is in scope.
    known: Option<&'a str>,
    /// No element was entered yet.
    is_new: bool,
    /// The element that was entered last was the first.
    is_first: bool,
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
        let listed = match &method.algorithm {
            C14n::Exclusive { prefixes } => prefixes.as_slice(),
            _ => &[],
        };
        let listed = listed.iter().map(|prefix| match &**prefix {
            "#default" => "",
            prefix => prefix,
        });
        Self {
            algorithm: &method.algorithm,
            listed: listed.collect(),
            written: Bindings::default(),
            known: None,
            is_new: true,
            is_first: false,
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

    /// Writes a start tag.
    ///
    /// # Errors
    /// `Unsupported` where a relative namespace name is in scope.
    pub(super) fn open(
        &mut self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        output: &mut Output<'_>,
        at: usize,
    ) -> Result<()> {
        output.push(b"<");
        output.push(name.as_bytes());
        self.written.enter();
        (self.is_first, self.is_new) = (self.is_new, false);
        self.known = None;
        self.check_namespaces(attributes, scope, at)?;
        let mut declared = match self.algorithm {
            C14n::Exclusive { .. } => self.utilised(name, attributes, scope),
            _ => self.declared(attributes, scope),
        };
        if declared.len() > 1 {
            declared.sort_unstable_by_key(|(prefix, _)| *prefix);
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
            self.written.bind(prefix, namespace);
        }
        if !attributes.is_empty() || !self.inherited.is_empty() {
            self.attributes(attributes, scope, output);
        }
        output.push(b">");
        Ok(())
    }

    /// Canonical XML 1.0 and 1.1 clause 1.3: with a relative namespace name there is no canonical form. Readers differ in what such
    /// a name means; libxml2 and Santuario refuse it in all forms, too.
    fn check_namespaces(
        &self,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        at: usize,
    ) -> Result<()> {
        let check = |names: &[(&str, Cow<'_, str>)]| {
            let relative = names.iter().find(|(_, name)| is_relative(name));
            relative.map_or(Ok(()), |(_, name)| Err(fault::relative(at, name)))
        };
        if self.is_first {
            check(&scope.all())
        } else if attributes.is_empty() {
            Ok(())
        } else {
            check(scope.own())
        }
    }

    /// Whether a start tag says the same when it is written as it stands: few attributes in their order, no declarations.
    pub(super) fn needs_nothing(
        &mut self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
    ) -> bool {
        if self.is_new {
            return false;
        }
        if !matches!(self.algorithm, C14n::Exclusive { .. }) {
            return true;
        }
        let mut is_written = |prefix: &'a str| {
            if self.known.is_some_and(|known| same(known, prefix)) || prefix == "xml" {
                return true;
            }
            let bound = scope.lookup(prefix);
            let written = bound.is_some_and(|bound| same(bound, self.last_written(prefix)));
            self.known = written.then_some(prefix);
            written
        };
        let prefixes = attributes.iter().map(|one| one.prefix());
        is_written(split(name).0) && prefixes.filter(|it| !it.is_empty()).all(is_written)
    }

    /// Enters an element that is written as it stands.
    pub(super) fn enter_plain(&mut self) {
        self.written.enter();
    }

    pub(super) fn close(&mut self) {
        if self.written.leave() {
            self.known = None;
        }
    }

    /// What the nearest element that was written says of a prefix.
    fn last_written(&self, prefix: &str) -> &str {
        self.written.get(prefix).map_or("", |namespace| namespace)
    }

    /// Canonical XML: everything in scope at the first element, later what changes.
    fn declared(
        &self,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        if !self.is_first && attributes.is_empty() {
            return Vec::new();
        }
        let changes = |(prefix, namespace): &&(&'a str, Cow<'a, str>)| {
            *prefix != "xml" && self.last_written(prefix) != &**namespace
        };
        if self.is_first {
            scope.all().iter().filter(changes).cloned().collect()
        } else {
            scope.own().iter().filter(changes).cloned().collect()
        }
    }

    /// Exclusive canonicalisation: what the name and the attributes use, and the prefixes of the list (clause 3).
    fn utilised(
        &self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut found: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        let mut add = |prefix: &'a str| {
            if prefix == "xml" || found.iter().any(|(known, _)| same(known, prefix)) {
                return;
            }
            // A prefix of the list need not be declared.
            if let Some(namespace) = scope.lookup(prefix)
                && !same(self.last_written(prefix), namespace)
            {
                found.push((prefix, scope.bound(prefix).unwrap_or_default()));
            }
        };
        add(split(name).0);
        for attribute in attributes {
            let (prefix, _) = split(attribute.name);
            if attribute.declares().is_none() && !prefix.is_empty() {
                add(prefix);
            }
        }
        if self.is_first {
            self.listed.iter().copied().for_each(add);
        } else if !self.listed.is_empty() && !attributes.is_empty() {
            // What is listed was written when it was declared: only declarations change it.
            for (prefix, _) in scope.own() {
                if self.listed.contains(prefix) {
                    add(prefix);
                }
            }
        }
        found
    }

    fn attributes(
        &mut self,
        attributes: &[Attribute<'a>],
        scope: &Scope<'a>,
        output: &mut Output<'_>,
    ) {
        if self.inherited.is_empty() && attributes.len() <= FEW {
            return few(attributes, scope, output);
        }
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

/// Up to so many attributes are sorted in place.
const FEW: usize = 8;

/// Writes few attributes in their order, declarations left out.
fn few(attributes: &[Attribute<'_>], scope: &Scope<'_>, output: &mut Output<'_>) {
    fn key<'k>(one: &Option<&Attribute<'k>>, scope: &'k Scope<'_>) -> (&'k str, &'k str) {
        let (prefix, local) = split(one.map_or("", |one| one.name));
        let namespace = match prefix {
            "" => "",
            prefix => scope.lookup(prefix).unwrap_or_default(),
        };
        (namespace, local)
    }
    let mut order: [Option<&Attribute<'_>>; FEW] = [None; FEW];
    let mut count = 0_usize;
    let own = attributes.iter().filter(|one| one.declares().is_none());
    for (place, one) in order.iter_mut().zip(own) {
        *place = Some(one);
        count = count.saturating_add(1);
    }
    let order = order.get_mut(..count).unwrap_or_default();
    if count > 1 {
        order.sort_unstable_by(|one, other| key(one, scope).cmp(&key(other, scope)));
    }
    for one in order.iter().flatten() {
        output.push(b" ");
        output.push(one.name.as_bytes());
        output.push(b"=");
        output.attribute(one.value);
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
                if let Some(own) = own
                    && let Value::Raw(raw) = sorted.swap_remove(own).value
                {
                    bases.push(values::of_attribute(raw));
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
