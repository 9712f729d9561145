//! Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0: whole documents and elements, straight out of the octets.

mod element;
mod inherit;
mod output;
mod walk;

pub(super) use inherit::joined;
pub(super) use output::Output;
use walk::{Action, Stop, Walk};

use super::document::{Document, ElementId};
use crate::error::Result;

/// What is canonicalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// The root element, and the comments and processing instructions around it.
    Document,
    Element(ElementId),
}

/// How.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Canonical {
    pub(crate) algorithm: C14n,
    pub(crate) comments: bool,
}

/// The algorithms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum C14n {
    /// Canonical XML 1.0.
    Inclusive10,
    /// Canonical XML 1.1.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0.
    Exclusive {
        /// InclusiveNamespaces PrefixList; `#default` for the default namespace.
        prefixes: Vec<String>,
    },
}

/// Takes canonical octets, and is told where watched elements begin and end among them.
pub(crate) trait Sink {
    /// The next octets.
    fn octets(&mut self, octets: &[u8]);

    /// What comes next belongs to a watched element.
    fn enter(&mut self, _element: ElementId) {}

    /// A watched element is at its end.
    fn leave(&mut self, _element: ElementId) {}
}

impl<F: FnMut(&[u8])> Sink for F {
    fn octets(&mut self, octets: &[u8]) {
        self(octets);
    }
}

/// Canonicalises, with whole elements left out, such as the signature of an enveloped-signature transform.
///
/// # Errors
/// `Limit` where the document, each element of which can repeat long declarations, would grow beyond measure.
pub(crate) fn canonicalise(
    document: &Document,
    target: Target,
    without: &[ElementId],
    method: &Canonical,
    mut sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    canonicalise_watched(document, target, without, &[], method, &mut sink)
}

/// The same; the sink is told of watched elements. To leave an element out changes nothing around it, so one pass serves
/// signatures that each leave out themselves: a digest is cloned where its signature begins and goes on where it ends.
///
/// # Errors
/// `Limit` where the document, each element of which can repeat long declarations, would grow beyond measure.
pub(crate) fn canonicalise_watched(
    document: &Document,
    target: Target,
    without: &[ElementId],
    watched: &[ElementId],
    method: &Canonical,
    sink: &mut dyn Sink,
) -> Result<()> {
    let skips = without.iter().map(|id| {
        let record = document.record(*id);
        Stop {
            start: record.start,
            action: Action::Skip(record.end),
        }
    });
    let watches = watched.iter().map(|id| Stop {
        start: document.record(*id).start,
        action: Action::Watch(*id),
    });
    let mut stops: Vec<Stop> = skips.chain(watches).collect();
    stops.sort_unstable();
    let allowed = document.writing_left();
    let mut walk = Walk::new(method, &stops, allowed, sink);
    let walked = match target {
        Target::Document => walk.document(document),
        Target::Element(id) => walk.element(document, &document.ancestry(id)),
    };
    document.written(walk.finish());
    walked.map_err(|error| document.placed(error))
}
