//! XML: read, found again by its places, and canonicalised on both paths.

use std::sync::Arc;

use crate::{
    limits::MAX_XML_ALIKE,
    xml::{
        C14n, Canonical, Document, ElementId, Sink, Target, canonicalise, canonicalise_set,
        canonicalise_watched,
    },
};

/// Elements that are looked at in one document.
const MOST: usize = 6;

/// The streaming and the general path write the same; what is canonical stays as it is; places lead back to what stands there.
pub(super) fn xml(data: &[u8]) {
    let Ok(document) = Document::read(Arc::from(data)) else {
        return;
    };
    let elements = some_elements(&document);
    for id in &elements {
        let element = document.element(*id);
        let (span, content) = (element.span(), element.content());
        assert!(span.start <= content.start && content.end <= span.end && span.end <= data.len());
        let _ = (document.path(*id), document.text(*id), element.namespace());
        for name in ["Id", "ID", "id", "xml:id"] {
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            let namespace = (!prefix.is_empty()).then_some("http://www.w3.org/XML/1998/namespace");
            if let Some(value) = element.attribute(namespace, local) {
                let found = document.by_id(&value, &[name]);
                let all = found.len() < MAX_XML_ALIKE;
                assert!(
                    !all || found.iter().any(|(one, _)| one == id),
                    "{name} {value}"
                );
            }
        }
    }
    let targets = || {
        let elements = elements.iter().copied().map(Target::Element);
        std::iter::once(Target::Document).chain(elements)
    };
    for method in methods() {
        for target in targets() {
            let streamed = collected(|sink| canonicalise(&document, target, &[], &method, sink));
            let general = collected(|sink| {
                canonicalise_set(&document, &document, target, &[], &method, sink)
            });
            let (Some(streamed), Some(general)) = (streamed, general) else {
                continue;
            };
            assert_eq!(text(&streamed), text(&general), "{target:?} {method:?}");
            again(&streamed, &method);
        }
        without(&document, &elements, &method);
    }
}

/// An element that is left out takes nothing else with it, and one that is watched is where it would be missing.
fn without(document: &Document, elements: &[ElementId], method: &Canonical) {
    struct Watch(Vec<u8>, Vec<u8>, bool);
    impl Sink for Watch {
        fn octets(&mut self, octets: &[u8]) {
            self.0.extend_from_slice(octets);
            if !self.2 {
                self.1.extend_from_slice(octets);
            }
        }
        fn enter(&mut self, _: ElementId) {
            self.2 = true;
        }
        fn leave(&mut self, _: ElementId) {
            self.2 = false;
        }
    }
    let Some(last) = elements.last().filter(|id| **id != document.root()) else {
        return;
    };
    let whole = collected(|sink| canonicalise(document, Target::Document, &[], method, sink));
    let left = collected(|sink| canonicalise(document, Target::Document, &[*last], method, sink));
    let mut watch = Watch(Vec::new(), Vec::new(), false);
    let done = canonicalise_watched(
        document,
        Target::Document,
        &[],
        &[*last],
        method,
        &mut watch,
    );
    if let (Some(whole), Some(left), Ok(())) = (whole, left, done) {
        assert_eq!(text(&whole), text(&watch.0));
        assert_eq!(text(&left), text(&watch.1));
        assert!(!watch.2);
    }
}

/// Canonical octets are a document, whose canonical form they are.
fn again(octets: &[u8], method: &Canonical) {
    let Ok(document) = Document::read(Arc::from(octets)) else {
        // Limits, or a part whose root was left out.
        return;
    };
    // A part of a document need not carry what it would inherit as its own.
    let same = collected(|sink| canonicalise(&document, Target::Document, &[], method, sink));
    if let Some(same) = same {
        assert_eq!(text(octets), text(&same), "{method:?}");
    }
}

fn methods() -> Vec<Canonical> {
    let listed = |prefixes: &[&str]| C14n::Exclusive {
        prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
    };
    let algorithms = [
        (C14n::Inclusive10, true),
        (C14n::Inclusive11, false),
        (listed(&[]), true),
        (listed(&["#default", "a", "ds", "xs"]), false),
    ];
    algorithms
        .into_iter()
        .map(|(algorithm, comments)| Canonical {
            algorithm,
            comments,
        })
        .collect()
}

/// The root, and what comes first below it.
fn some_elements(document: &Document) -> Vec<ElementId> {
    let mut found = vec![document.root()];
    let mut at = 0;
    while let Some(id) = found.get(at).copied()
        && found.len() < MOST
    {
        found.extend(document.children(id).into_iter().take(2));
        at += 1;
    }
    found
}

fn collected(
    work: impl FnOnce(&mut dyn FnMut(&[u8])) -> crate::error::Result<()>,
) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let done = work(&mut |more| octets.extend_from_slice(more));
    done.ok().map(|()| octets)
}

fn text(octets: &[u8]) -> &str {
    std::str::from_utf8(octets).expect("canonical XML is UTF-8")
}
