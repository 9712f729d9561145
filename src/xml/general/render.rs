//! Canonical XML and Exclusive XML Canonicalization of a set of nodes: any node may be in it or not, attributes and namespaces
//! by themselves (Canonical XML 1.0 clauses 2.3 and 2.4, 1.1 clause 2.4; Exclusive XML Canonicalization clause 3).

use std::borrow::Cow;

use super::{
    set::Set,
    tree::{Id, Kind, ROOT, Run, Tree, runs},
};
use crate::{
    error::Result,
    xml::{
        C14n, Canonical, Sink,
        c14n::{Output, joined},
        fault,
        names::split,
        scope::XML,
        values,
    },
};

/// # Errors
/// `Unsupported` where a relative namespace name is in scope of an element of the set.
pub(super) fn render(
    tree: &Tree<'_>,
    set: &Set,
    method: &Canonical,
    mut sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    check_namespaces(tree, set)?;
    let sink: &mut dyn Sink = &mut sink;
    let mut rendering = Rendering {
        tree,
        set,
        method,
        xml: tree.number_of(XML).unwrap_or_default(),
        output: Output::new(sink),
        open: Vec::new(),
        utilised: Vec::new(),
    };
    rendering.all();
    rendering.output.flush();
    Ok(())
}

/// Elements of the set have no relative namespace names in scope (Canonical XML 1.0 and 1.1 clause 1.3).
fn check_namespaces(tree: &Tree<'_>, set: &Set) -> Result<()> {
    let relative = tree.relative_namespaces();
    if relative.is_empty() {
        return Ok(());
    }
    let is_relative = |node: &Id| relative.contains(&tree.namespace_number(*node));
    let written = |node: &Id| tree.kind(*node) == Kind::Element && set.contains(*node);
    for element in (ROOT..tree.len()).filter(written) {
        if let Some(node) = tree.namespaces(element).find(is_relative) {
            let at = usize::try_from(tree.at(element)).unwrap_or(usize::MAX);
            let name = tree.namespace_name(tree.namespace_number(node));
            return Err(fault::relative(at, name));
        }
    }
    Ok(())
}

/// An element that is in the set, and open.
struct Open {
    id: Id,
    /// How many entries of `utilised` those around it made.
    mark: usize,
}

struct Rendering<'t, 'a, 's> {
    tree: &'t Tree<'a>,
    set: &'t Set,
    method: &'t Canonical,
    /// The number of the namespace of XML.
    xml: u32,
    output: Output<'s>,
    open: Vec<Open>,
    /// Prefixes that elements in the set utilise visibly, innermost last, with the namespace where its node is in the set.
    utilised: Vec<(&'a str, Option<u32>)>,
}

/// What stands in a start tag.
struct Attribute<'a> {
    namespace: u32,
    local: &'a str,
    name: &'a str,
    value: Cow<'a, str>,
}

impl<'a> Rendering<'_, 'a, '_> {
    fn all(&mut self) {
        let mut behind = false;
        let mut next = self.tree.first_child(ROOT);
        while let Some(node) = next {
            if self.tree.kind(node) == Kind::Element {
                self.tree_of(node);
                behind = true;
            } else if self.is_written(node) {
                if behind {
                    self.output.push(b"\n");
                }
                self.leaf(node);
                if !behind {
                    self.output.push(b"\n");
                }
            }
            next = self.tree.next_sibling(node);
        }
    }

    fn is_written(&self, node: Id) -> bool {
        self.set.contains(node) && (self.method.comments || self.tree.kind(node) != Kind::Comment)
    }

    /// An element and all that is inside it.
    fn tree_of(&mut self, top: Id) {
        let tree = self.tree;
        self.start(top);
        for node in tree.descendants(top) {
            self.close(node);
            if tree.kind(node) == Kind::Element {
                self.start(node);
            } else if self.is_written(node) {
                self.leaf(node);
            }
        }
        self.close(tree.end(top));
    }

    /// Closes elements that end before a node.
    fn close(&mut self, node: Id) {
        while let Some(open) = self.open.last()
            && self.tree.end(open.id) <= node
        {
            self.output.push(b"</");
            self.output.push(self.tree.name(open.id).as_bytes());
            self.output.push(b">");
            self.utilised.truncate(open.mark);
            self.open.pop();
        }
    }

    fn leaf(&mut self, node: Id) {
        match self.tree.kind(node) {
            Kind::Text => runs(self.tree.raw(node), &mut |run| match run {
                Run::Text(raw) => self.output.text(raw),
                Run::CData(raw) => self.output.cdata(raw),
            }),
            Kind::Comment => {
                self.output.push(b"<!--");
                self.output.lines(self.tree.raw(node));
                self.output.push(b"-->");
            }
            Kind::Instruction => {
                self.output.push(b"<?");
                self.output.push(self.tree.name(node).as_bytes());
                let data = self.tree.data(node);
                if !data.is_empty() {
                    self.output.push(b" ");
                    self.output.lines(data);
                }
                self.output.push(b"?>");
            }
            _ => {}
        }
    }

    /// The start tag; of an element that is not in the set only what of its namespaces and attributes is.
    fn start(&mut self, element: Id) {
        let written = self.set.contains(element);
        if written {
            self.output.push(b"<");
            self.output.push(self.tree.name(element).as_bytes());
        }
        let mark = self.utilised.len();
        let mut declared = match &self.method.algorithm {
            C14n::Exclusive { prefixes } => self.exclusive(element, written, prefixes),
            _ => {
                let mut declared = Vec::new();
                self.inclusive(element, written, &|_| true, &mut declared);
                declared
            }
        };
        declared.sort_unstable();
        for (prefix, namespace) in declared {
            if prefix.is_empty() {
                self.output.push(b" xmlns=");
            } else {
                self.output.push(b" xmlns:");
                self.output.push(prefix.as_bytes());
                self.output.push(b"=");
            }
            self.output.value(self.tree.namespace_name(namespace));
        }
        self.attributes(element, written);
        if written {
            self.output.push(b">");
            self.open.push(Open { id: element, mark });
        }
    }

    /// The namespace node of a prefix, where it is in the set.
    fn namespace_of(&self, element: Id, prefix: &str) -> Option<u32> {
        let mut nodes = self.tree.namespaces(element);
        let node = nodes.find(|node| self.tree.name(*node) == prefix)?;
        let kept = self.set.contains(node);
        kept.then(|| self.tree.namespace_number(node))
    }

    /// Canonical XML clause 2.3: namespaces that the nearest element of the set around does not have in the set.
    fn inclusive(
        &self,
        element: Id,
        written: bool,
        wanted: &dyn Fn(&str) -> bool,
        declared: &mut Vec<(&'a str, u32)>,
    ) {
        let around = self.open.last().map(|open| open.id);
        let mut known = around.map_or(0..0, |around| self.tree.namespaces(around));
        for node in self.tree.namespaces(element) {
            let prefix = self.tree.name(node);
            if !self.set.contains(node) || prefix == "xml" || !wanted(prefix) {
                continue;
            }
            // Both are in the order of prefixes.
            while known.start < known.end && self.tree.name(known.start) < prefix {
                known.start = known.start.saturating_add(1);
            }
            let number = self.tree.namespace_number(node);
            let same = known.start < known.end
                && self.tree.name(known.start) == prefix
                && self.tree.namespace_number(known.start) == number
                && self.set.contains(known.start);
            if !same {
                declared.push((prefix, number));
            }
        }
        // A default namespace is taken back where the set has it around and not here.
        if written
            && wanted("")
            && self.namespace_of(element, "").is_none()
            && around.is_some_and(|around| self.namespace_of(around, "").is_some())
        {
            declared.push(("", 0));
        }
    }

    /// Exclusive canonicalisation, clause 3.
    fn exclusive(&mut self, element: Id, written: bool, listed: &[String]) -> Vec<(&'a str, u32)> {
        let is_listed = |prefix: &str| {
            let token = if prefix.is_empty() {
                "#default"
            } else {
                prefix
            };
            listed.iter().any(|one| one == token)
        };
        let mut declared = Vec::new();
        if !listed.is_empty() {
            self.inclusive(element, written, &is_listed, &mut declared);
        }
        if !written {
            return declared;
        }
        let mut prefixes = vec![split(self.tree.name(element)).0];
        for attribute in self.tree.attributes(element) {
            let prefix = split(self.tree.name(attribute)).0;
            if self.set.contains(attribute) && !prefix.is_empty() {
                prefixes.push(prefix);
            }
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        for prefix in prefixes {
            if prefix == "xml" || is_listed(prefix) {
                continue;
            }
            let here = self.namespace_of(element, prefix);
            let last = self
                .utilised
                .iter()
                .rev()
                .find(|(known, _)| *known == prefix);
            let around = last.and_then(|(_, namespace)| *namespace);
            match here {
                Some(namespace) if around != Some(namespace) => declared.push((prefix, namespace)),
                None if prefix.is_empty() && around.is_some() => declared.push(("", 0)),
                _ => {}
            }
            self.utilised.push((prefix, here));
        }
        declared
    }

    fn attributes(&mut self, element: Id, written: bool) {
        let tree = self.tree;
        let set = self.set;
        let mut sorted: Vec<Attribute<'a>> = Vec::new();
        for node in tree.attributes(element).filter(|node| set.contains(*node)) {
            sorted.push(self.attribute(node));
        }
        let orphan = tree.parent(element).is_none_or(|parent| {
            // The root node holds no attributes.
            parent != ROOT && !set.contains(parent)
        });
        if written && orphan {
            self.inherited(element, &mut sorted);
        }
        sorted.sort_unstable_by(|one, other| {
            let namespaces = (
                tree.namespace_name(one.namespace),
                tree.namespace_name(other.namespace),
            );
            (namespaces.0, one.local).cmp(&(namespaces.1, other.local))
        });
        for one in &sorted {
            self.output.push(b" ");
            self.output.push(one.name.as_bytes());
            self.output.push(b"=");
            self.output.value(&one.value);
        }
    }

    fn attribute(&self, node: Id) -> Attribute<'a> {
        let name = self.tree.name(node);
        Attribute {
            namespace: self.tree.namespace_number(node),
            local: split(name).1,
            name,
            value: values::of_attribute(self.tree.raw_value(node)),
        }
    }

    /// Attributes in the namespace of XML that come from elements around, where the parent is not in the set.
    fn inherited(&self, element: Id, sorted: &mut Vec<Attribute<'a>>) {
        let tree = self.tree;
        let is_xml = |node: &Id| tree.namespace_number(*node) == self.xml;
        let inherits = |local: &str| match self.method.algorithm {
            C14n::Inclusive10 => true,
            C14n::Inclusive11 => matches!(local, "lang" | "space"),
            C14n::Exclusive { .. } => false,
        };
        let mut seen: Vec<&str> = tree
            .attributes(element)
            .filter(is_xml)
            .map(|node| self.attribute(node).local)
            .collect();
        let mut next = tree.parent(element);
        while let Some(around) = next {
            for node in tree.attributes(around).filter(is_xml) {
                let found = self.attribute(node);
                if inherits(found.local) && !seen.contains(&found.local) {
                    seen.push(found.local);
                    sorted.push(found);
                }
            }
            next = tree.parent(around);
        }
        if self.method.algorithm == C14n::Inclusive11 {
            self.base(element, sorted);
        }
    }

    /// Canonical XML 1.1 clause 2.4: the bases of the elements that are left out just around this one are joined with its own.
    fn base(&self, element: Id, sorted: &mut Vec<Attribute<'a>>) {
        let tree = self.tree;
        let base = |of: Id| {
            let mut all = tree.attributes(of);
            let found = all.find(|node| {
                tree.namespace_number(*node) == self.xml && split(tree.name(*node)).1 == "base"
            });
            found.map(|node| self.attribute(node).value)
        };
        let mut bases = Vec::new();
        let mut next = tree.parent(element);
        while let Some(around) = next
            && around != ROOT
            && !self.set.contains(around)
        {
            bases.extend(base(around));
            next = tree.parent(around);
        }
        if bases.is_empty() {
            return;
        }
        bases.reverse();
        let own = base(element);
        bases.extend(own);
        let is_base = |it: &Attribute<'_>| it.namespace == self.xml && it.local == "base";
        sorted.retain(|one| !is_base(one));
        let joined = joined(&bases);
        if !joined.is_empty() {
            sorted.push(Attribute {
                namespace: self.xml,
                local: "base",
                name: "xml:base",
                value: Cow::Owned(joined),
            });
        }
    }
}
