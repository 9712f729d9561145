//! What a signature covers, and whether that is the document's data: what defeats wrapping (McIntosh and Austel 2005).
//!
//! The data node is not what the signature says, but what the profile or the caller says.

use std::collections::HashSet;

use super::{
    octets::{Digested, Selection, holds},
    profile::{self, Place},
    signature::{DSIG, Signature},
    walk::Walk,
    xades,
};
use crate::{
    error::Place as Offset,
    limits::MAX_XML_LISTED,
    report::Finding,
    text::rules::xmldsig as rules,
    xml::{Document, ElementId, Target},
};

/// One thing that a reference covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Covered {
    /// `/HDon/DLHDon`; `/` for the whole document; a URI where it is elsewhere.
    pub(crate) path: String,
    pub(crate) id: Option<String>,
    /// Start and end in the file's octets.
    pub(crate) span: Option<[u64; 2]>,
    /// Paths of what is left out of it.
    pub(crate) without: Vec<String>,
    /// A filter or a decoding stands between: not all of it need be covered.
    pub(crate) filtered: bool,
}

/// What a signature covers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    pub(crate) covered: Vec<Covered>,
    /// All of the data node is.
    pub(crate) whole: bool,
    /// Paths of what is not covered, signatures aside; cut where it is long.
    pub(crate) outside: Vec<String>,
    /// Why it is not whole.
    pub(crate) findings: Vec<Finding>,
    /// What is worth knowing.
    pub(crate) notes: Vec<Finding>,
}

/// What has to be covered.
#[derive(Clone, Debug)]
pub(crate) enum Demand<'a> {
    /// What the profile says for the place where the signature stands.
    Place(&'a Place),
    /// These elements, named by the caller.
    Named(&'a [ElementId]),
    /// The root element, less signatures; of a document that is nothing but signatures, their objects.
    Root,
}

/// Looks at the selections of a signature: those of its references, and those of the manifests that it covers.
pub(crate) fn examine(
    document: &Document,
    signature: &Signature,
    digested: &[Digested],
    demand: &Demand<'_>,
    parted: &[usize],
) -> Coverage {
    // Many references to the same thing cover it once.
    let mut seen = HashSet::new();
    let selections = digested.iter().map(|one| &one.selection);
    let selections: Vec<&Selection> = selections.filter(|it| seen.insert(*it)).collect();
    let mut coverage = Coverage {
        covered: selections
            .iter()
            .take(MAX_XML_LISTED)
            .filter_map(|selection| covered(document, selection))
            .collect(),
        ..Coverage::default()
    };
    let examined = Examined {
        document,
        signature,
        selections: &selections,
    };
    coverage.whole = examined.whole(demand);
    coverage.outside = examined.outside();
    if let Some(at) = examined.parted(parted) {
        let place = Offset::offset(u64::try_from(at).unwrap_or(u64::MAX));
        coverage
            .notes
            .push(Finding::new(&rules::COMMENTS).at(place));
    }
    if !coverage.whole {
        let wanted = examined.wanted(demand);
        let finding = Finding::new(&rules::PARTIAL)
            .with(wanted)
            .with(listed(&coverage.covered));
        coverage.findings.push(finding);
    }
    coverage
}

/// The covered things in words.
fn listed(covered: &[Covered]) -> String {
    let names: Vec<String> = covered.iter().take(4).map(Covered::text).collect();
    match names.is_empty() {
        true => "–".to_owned(),
        false => names.join(", "),
    }
}

impl Covered {
    /// `/HDon/DLHDon#id`.
    pub(crate) fn text(&self) -> String {
        match &self.id {
            Some(id) => format!("{}#{id}", self.path),
            None => self.path.clone(),
        }
    }
}

fn covered(document: &Document, selection: &Selection) -> Option<Covered> {
    if let Some(uri) = &selection.elsewhere {
        return Some(Covered {
            path: super::walk::short(uri),
            id: None,
            span: None,
            without: Vec::new(),
            filtered: selection.filtered,
        });
    }
    let (path, id, element) = match selection.node? {
        Target::Document => ("/".to_owned(), None, document.root()),
        Target::Element(element) => (
            document.path(element),
            profile::id_of(document, element),
            element,
        ),
    };
    let span = match selection.node? {
        Target::Document => 0..document.bytes().len(),
        Target::Element(_) => document.element(element).span(),
    };
    let octets = |at| u64::try_from(at).unwrap_or(u64::MAX);
    let without = selection.same_as_root_without.as_ref();
    let without = without.unwrap_or(&selection.without).iter();
    Some(Covered {
        path,
        id,
        span: Some([octets(span.start), octets(span.end)]),
        without: without
            .take(MAX_XML_LISTED)
            .map(|element| document.path(*element))
            .collect(),
        filtered: selection.filtered && selection.same_as_root_without.is_none(),
    })
}

struct Examined<'a> {
    document: &'a Document,
    signature: &'a Signature,
    selections: &'a [&'a Selection],
}

impl Examined<'_> {
    fn whole(&self, demand: &Demand<'_>) -> bool {
        if let Some(value) = self.countersigned() {
            return self.covers(value);
        }
        match demand {
            Demand::Place(place) => {
                let data = place.data(self.document);
                let also = place.also(self.document);
                let all = data.iter().chain(&also);
                !data.is_empty() && all.into_iter().all(|element| self.covers(*element))
            }
            Demand::Named(elements) => {
                !elements.is_empty() && elements.iter().all(|element| self.covers(*element))
            }
            Demand::Root => self.covers_root(),
        }
    }

    /// What is demanded, in words.
    fn wanted(&self, demand: &Demand<'_>) -> String {
        let paths = |elements: Vec<ElementId>| {
            let paths = elements
                .iter()
                .take(4)
                .map(|element| self.document.path(*element));
            paths.collect::<Vec<_>>().join(", ")
        };
        if let Some(value) = self.countersigned() {
            return self.document.path(value);
        }
        match demand {
            Demand::Place(place) => {
                let mut data = place.data(self.document);
                data.extend(place.also(self.document));
                paths(data)
            }
            Demand::Named(elements) => paths(elements.to_vec()),
            Demand::Root => paths(vec![self.document.root()]),
        }
    }

    /// The SignatureValue that a counter-signature is about: that of the signature whose properties it stands in.
    fn countersigned(&self) -> Option<ElementId> {
        countersigned(self.document, self.signature.element)
    }

    /// Whether an element is covered, but for signatures in it.
    fn covers(&self, element: ElementId) -> bool {
        self.selections
            .iter()
            .any(|selection| self.selected(selection, element))
    }

    fn selected(&self, selection: &Selection, element: ElementId) -> bool {
        let (node, without) = match &selection.same_as_root_without {
            Some(without) => (Target::Document, without),
            None if selection.filtered => return false,
            None => match selection.node {
                Some(node) => (node, &selection.without),
                None => return false,
            },
        };
        let inside = match node {
            Target::Document => true,
            Target::Element(node) => holds(self.document, node, element),
        };
        // What is left out are signatures; the element must not stand in one.
        inside
            && !without
                .iter()
                .any(|left_out| holds(self.document, *left_out, element))
    }

    fn covers_root(&self) -> bool {
        let root = self.document.root();
        if self.covers(root) {
            return true;
        }
        if !self.is_bare() {
            return false;
        }
        // Nothing but signatures: what they carry or point at is the data.
        let walk = Walk::new(self.document);
        let mut data = 0_usize;
        for object in &self.signature.objects {
            if !is_data(walk, *object) {
                continue;
            }
            data = data.saturating_add(1);
            if !self.covers(*object) && !self.covers_content(walk, *object) {
                return false;
            }
        }
        let elsewhere = self
            .selections
            .iter()
            .any(|selection| selection.elsewhere.is_some());
        data > 0 || elsewhere
    }

    /// Whether all that an Object holds is covered, though the Object itself is not.
    fn covers_content(&self, walk: Walk<'_>, object: ElementId) -> bool {
        let children = walk.children(object);
        if children.is_empty() {
            // Text alone, decoded.
            return self.selections.iter().any(|selection| {
                selection.decoded && selection.node == Some(Target::Element(object))
            });
        }
        children.iter().all(|child| self.covers(*child))
            && !has_text(self.document, object, &children)
    }

    /// Whether the document, less signatures, is nothing: the root is one, or a bare envelope around some.
    fn is_bare(&self) -> bool {
        let walk = Walk::new(self.document);
        let root = self.document.root();
        if walk.is_dsig(root, "Signature") {
            return true;
        }
        let children = walk.children(root);
        !children.is_empty()
            && children
                .iter()
                .all(|child| walk.is_dsig(*child, "Signature"))
            && !has_text(self.document, root, &children)
    }

    /// The first comment that parts covered text, though it is not covered itself.
    fn parted(&self, comments: &[usize]) -> Option<usize> {
        let mut spans = self.selections.iter().filter_map(|selection| {
            if selection.comments || selection.filtered {
                return None;
            }
            Some(match selection.node? {
                Target::Document => 0..usize::MAX,
                Target::Element(node) => self.document.element(node).span(),
            })
        });
        spans.find_map(|span| {
            let from = comments.partition_point(|at| *at < span.start);
            comments.get(from).copied().filter(|at| *at < span.end)
        })
    }

    /// What is not covered, from the root downwards.
    fn outside(&self) -> Vec<String> {
        let mut outside = Vec::new();
        let mut open = vec![self.document.root()];
        let walk = Walk::new(self.document);
        let mut steps = 0_usize;
        while let Some(element) = open.pop() {
            steps = steps.saturating_add(1);
            if outside.len() >= MAX_XML_LISTED || steps > MAX_XML_LISTED.saturating_mul(16) {
                break;
            }
            if walk.is_dsig(element, "Signature") || self.covers(element) {
                continue;
            }
            let holds_covered = self.selections.iter().any(|selection| {
                matches!(selection.node, Some(Target::Element(node))
                    if node != element && holds(self.document, element, node))
            });
            if holds_covered {
                let mut children = walk.children(element);
                children.truncate(MAX_XML_LISTED.saturating_mul(16));
                children.reverse();
                open.extend(children);
            } else {
                outside.push(self.document.path(element));
            }
        }
        outside
    }
}

/// The SignatureValue that a counter-signature in CounterSignature is about.
pub(crate) fn countersigned(document: &Document, signature: ElementId) -> Option<ElementId> {
    let walk = Walk::new(document);
    let property = document.element(signature).parent()?;
    if walk.local(property) != "CounterSignature" || !xades::is_xades(walk, property) {
        return None;
    }
    let mut above = property;
    loop {
        above = document.element(above).parent()?;
        if walk.is_dsig(above, "Signature") {
            let children = walk.children(above);
            return walk.named(&children, "SignatureValue").first().copied();
        }
    }
}

/// Whether an Object carries data, and not only what is about the signature.
fn is_data(walk: Walk<'_>, object: ElementId) -> bool {
    let children = walk.children(object);
    if children.is_empty() {
        return walk
            .text(object)
            .is_some_and(|text| !text.trim().is_empty());
    }
    !children.iter().all(|child| {
        let local = walk.local(*child);
        matches!(
            local,
            "QualifyingProperties" | "QualifyingPropertiesReference"
        ) || walk.namespace(*child) == DSIG && matches!(local, "Manifest" | "SignatureProperties")
            || local == "SignatureProperties"
    })
}

/// Whether text stands between the children of an element.
fn has_text(document: &Document, element: ElementId, children: &[ElementId]) -> bool {
    let content = document.element(element).content();
    let bytes = document.bytes();
    let mut from = content.start;
    let ends = children.iter().map(|child| document.element(*child).span());
    for gap in ends.chain(std::iter::once(content.end..content.end)) {
        let between = bytes.get(from..gap.start).unwrap_or_default();
        if !is_blank(between) {
            return true;
        }
        from = gap.end;
    }
    false
}

/// Where comments stand with text on both sides, in the octets of a document in UTF-8 or a code that shares ASCII with it. Who asks
/// many readers for such text gets its first part alone (the SAML comment attack, CVE-2017-11427 and its kin).
pub(crate) fn parting_comments(document: &Document) -> Vec<usize> {
    let bytes = document.bytes();
    let (mut found, mut from) = (Vec::new(), 0);
    let find = |from: usize, mark: &[u8]| {
        let rest = bytes.get(from..)?;
        memchr::memmem::find(rest, mark)?.checked_add(from)
    };
    while let Some(at) = find(from, b"<!").filter(|_| found.len() < MAX_XML_LISTED) {
        let (before, markup) = bytes.split_at_checked(at).unwrap_or_default();
        // What stands in a CDATA section is text, however it looks.
        let close: &[u8] = if markup.starts_with(b"<!--") {
            b"-->"
        } else {
            b"]]>"
        };
        let Some(end) = find(at, close) else { break };
        from = end.saturating_add(close.len());
        let behind = bytes.get(from..).unwrap_or_default();
        let last = before.trim_ascii_end().last();
        let next = behind.trim_ascii_start().first();
        let parts = last.is_some_and(|it| *it != b'>') && next.is_some_and(|it| *it != b'<');
        if parts && markup.starts_with(b"<!--") {
            found.push(at);
        }
    }
    found
}

/// White space, comments and processing instructions.
fn is_blank(mut text: &[u8]) -> bool {
    loop {
        text = text.trim_ascii_start();
        let (open, close): (&[u8], &[u8]) = if text.starts_with(b"<!--") {
            (b"<!--", b"-->")
        } else if text.starts_with(b"<?") {
            (b"<?", b"?>")
        } else {
            return text.is_empty();
        };
        let inside = text.get(open.len()..).unwrap_or_default();
        let Some(end) = memchr::memmem::find(inside, close) else {
            return false;
        };
        text = inside
            .get(end.saturating_add(close.len())..)
            .unwrap_or_default();
    }
}

/// The elements that a caller names: `#id`, or a path from the root.
pub(crate) fn named(document: &Document, name: &str, ids: &[String]) -> Vec<ElementId> {
    if let Some(id) = name.strip_prefix('#') {
        return super::reference::element_by_id(document, id, ids)
            .map(|element| vec![element])
            .unwrap_or_default();
    }
    let mut steps = name.split('/').filter(|step| !step.is_empty());
    let root = document.root();
    if steps.next() != Some(document.element(root).local()) {
        return Vec::new();
    }
    profile::below(document, root, &steps.collect::<Vec<_>>())
}

/// Signatures of a document in the order in which they are judged: as they stand.
pub(crate) fn all(document: &Document) -> Vec<ElementId> {
    document.named(DSIG, "Signature")
}
