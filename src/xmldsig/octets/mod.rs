//! From references to digests (XMLDSig 1.1 clause 4.4.3.2): what is the same for several references, of one signature or of
//! many, is canonicalised once and feeds all their digests.

mod alone;
mod markup;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use alone::implied;

use super::{
    reference::{self, Pointer},
    signature::{Reference, Signature, Transform, place},
    walk,
};
use crate::{
    crypto::{Digest, DigestAlgorithm, Provider},
    error::{Error, ErrorKind, Result as Doing},
    limits::{MAX_XML_CANONICAL_BYTES, MAX_XML_CANONICAL_FACTOR},
    options::CidOctets,
    progress::Watch,
    report::{Finding, SubIndication},
    source::References,
    text::rules::xmldsig as rules,
    xml::{Canonical, Document, ElementId, Target},
};

/// Why there is no digest.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The document is wrong.
    Wrong(Finding, SubIndication),
    /// It could not be found out.
    Open(Finding, SubIndication),
}

/// What a reference covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Selection {
    /// The node, where it is in the document.
    pub(crate) node: Option<Target>,
    /// Whole elements that are left out.
    pub(crate) without: Vec<ElementId>,
    /// Filters or decoding stand between the node and the octets: what of it is covered is not plain to see.
    pub(crate) filtered: bool,
    /// Only the text of the node is covered, decoded.
    pub(crate) decoded: bool,
    /// Where the octets come from, where they are not in the document.
    pub(crate) elsewhere: Option<String>,
    /// Canonicalisation drops comments.
    pub(crate) comments: bool,
    /// For [`Selection::filtered`]: all octets are those of the root element less these signatures.
    pub(crate) same_as_root_without: Option<Vec<ElementId>>,
}

/// What came out for one reference.
#[derive(Clone, Debug)]
pub(crate) struct Digested {
    pub(crate) outcome: Result<Digest, Fault>,
    pub(crate) selection: Selection,
}

/// What is outside of the document.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'a> {
    /// Whatever the caller gives for URIs.
    pub(crate) references: Option<&'a dyn References>,
    /// What a `cid:` reference takes of an attachment.
    pub(crate) cid: CidOctets,
    /// Attributes that count as ids; the usual ones where empty.
    pub(crate) ids: &'a [String],
}

/// One canonicalisation that references share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Job {
    target: Target,
    without: Vec<ElementId>,
    method: Canonical,
}

enum Plan {
    /// The digest of a shared canonicalisation.
    Shared(usize, DigestAlgorithm),
    /// Everything else, worked off by itself.
    Own(usize, DigestAlgorithm),
    Fault(Fault),
}

/// The digests of all references of a document.
pub(crate) struct Workshop<'a> {
    document: &'a Document,
    provider: &'a dyn Provider,
    outside: Outside<'a>,
    watch: &'a Watch,
    /// Octets that canonicalisation may still give.
    left: u64,
    /// Signatures that stand in no other.
    outermost: Vec<ElementId>,
}

impl<'a> Workshop<'a> {
    pub(crate) fn new(
        document: &'a Document,
        provider: &'a dyn Provider,
        outside: Outside<'a>,
        watch: &'a Watch,
    ) -> Self {
        let size = u64::try_from(document.bytes().len()).unwrap_or(u64::MAX);
        Self {
            document,
            provider,
            outside,
            watch,
            left: size
                .saturating_mul(MAX_XML_CANONICAL_FACTOR)
                .saturating_add(MAX_XML_CANONICAL_BYTES),
            outermost: outermost(document),
        }
    }

    /// Digests references, each with the signature that it belongs to.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn digest(
        &mut self,
        references: &[(&Signature, &Reference)],
    ) -> Doing<Vec<Digested>> {
        let mut jobs: Vec<(Job, Vec<DigestAlgorithm>)> = Vec::new();
        let mut known: HashMap<Job, usize> = HashMap::new();
        let mut planned = Vec::with_capacity(references.len());
        for (index, (signature, reference)) in references.iter().enumerate() {
            let (selection, plan) = self.plan(signature, reference, index, |job, digest| {
                let at = *known.entry(job.clone()).or_insert(jobs.len());
                if at == jobs.len() {
                    jobs.push((job, Vec::new()));
                }
                if let Some((_, digests)) = jobs.get_mut(at)
                    && !digests.contains(&digest)
                {
                    digests.push(digest);
                }
                at
            });
            planned.push((selection, plan));
        }
        let shared = self.run_all(&jobs)?;
        let mut results = Vec::with_capacity(planned.len());
        for (mut selection, plan) in planned {
            let outcome = match plan {
                Plan::Shared(job, digest) => match shared.get(job) {
                    Some(Ok(found)) => found
                        .iter()
                        .find(|(algorithm, _)| *algorithm == digest)
                        .map(|(_, digest)| *digest)
                        .ok_or_else(nothing),
                    Some(Err(fault)) => Err(fault.clone()),
                    None => Err(nothing()),
                },
                Plan::Own(index, digest) => match references.get(index) {
                    Some((signature, reference)) => {
                        self.watch.check()?;
                        self.own(signature, reference, digest, &mut selection)
                    }
                    None => Err(nothing()),
                },
                Plan::Fault(fault) => Err(fault),
            };
            results.push(Digested { outcome, selection });
        }
        Ok(results)
    }

    /// How one reference is worked off. `share` takes a canonicalisation and gives its number.
    fn plan(
        &self,
        signature: &Signature,
        reference: &Reference,
        index: usize,
        share: impl FnOnce(Job, DigestAlgorithm) -> usize,
    ) -> (Selection, Plan) {
        let mut selection = Selection::default();
        let fault = |selection, fault| (selection, Plan::Fault(fault));
        let (target, comments) = match self.target(reference) {
            Ok(Some((target, comments))) => (Some(target), comments),
            Ok(None) => (None, true),
            Err(reason) => return fault(selection, reason),
        };
        selection.node = target;
        if target.is_none() {
            selection.elsewhere = Some(reference.uri.clone().unwrap_or_default());
        }
        for transform in &reference.transforms {
            let refused = match transform {
                Transform::Refused(name) => (*name).to_owned(),
                Transform::Unknown(uri) => walk::short(uri),
                _ => continue,
            };
            let rule = match transform {
                Transform::Refused(_) => &rules::TRANSFORM_REFUSED,
                _ => &rules::TRANSFORM_UNKNOWN,
            };
            let finding = self.at(Finding::new(rule).with(refused), reference.element);
            let why = SubIndication::SigConstraintsFailure;
            selection.filtered = true;
            return fault(selection, Fault::Open(finding, why));
        }
        let Some(digest) = reference.digest.named.value() else {
            let finding =
                Finding::new(&rules::DIGEST_UNKNOWN).with(walk::short(&reference.digest.uri));
            let finding = self.at(finding, reference.element);
            let why = SubIndication::CryptoConstraintsFailureNoPoe;
            return fault(selection, Fault::Open(finding, why));
        };
        let Some(target) = target else {
            return (selection, Plan::Own(index, digest));
        };
        let mut steps = reference.transforms.as_slice();
        while let Some((first, rest)) = steps.split_first() {
            match first {
                Transform::Enveloped => self.leave_out(&mut selection, signature.element),
                filter if self.drops_signatures(filter) => self.leave_out_all(&mut selection),
                _ => break,
            }
            steps = rest;
        }
        let method = match steps {
            [] => implied(),
            [Transform::Canonical(method)] => method.clone(),
            _ => {
                selection.filtered = true;
                return (selection, Plan::Own(index, digest));
            }
        };
        selection.comments = method.comments && comments;
        let job = Job {
            target,
            without: selection.without.clone(),
            method: Canonical {
                comments: selection.comments,
                ..method
            },
        };
        if self.is_empty(&selection) {
            let finding = self.at(Finding::new(&rules::COVERS_NOTHING), reference.element);
            return fault(
                selection,
                Fault::Wrong(finding, SubIndication::SignedDataNotFound),
            );
        }
        let job = share(job, digest);
        (selection, Plan::Shared(job, digest))
    }

    /// Where the reference points in this document, and whether comments count there; `None` where it points elsewhere.
    fn target(&self, reference: &Reference) -> Result<Option<(Target, bool)>, Fault> {
        match reference::pointer(reference.uri.as_deref()) {
            Pointer::Document { comments } => Ok(Some((Target::Document, comments))),
            Pointer::Id { value, comments } => {
                match reference::element_by_id(self.document, &value, self.outside.ids) {
                    Ok(element) => Ok(Some((Target::Element(element), comments))),
                    Err(finding) => {
                        let why = if finding.code() == rules::ID_TWICE.code {
                            SubIndication::FormatFailure
                        } else {
                            SubIndication::SignedDataNotFound
                        };
                        Err(Fault::Wrong(self.at(finding, reference.element), why))
                    }
                }
            }
            Pointer::Elsewhere(_) | Pointer::Omitted => Ok(None),
            Pointer::Unsupported => {
                let uri = walk::short(reference.uri.as_deref().unwrap_or_default());
                let finding = Finding::new(&rules::POINTER_UNKNOWN).with(uri);
                let finding = self.at(finding, reference.element);
                Err(Fault::Open(finding, SubIndication::SignedDataNotFound))
            }
        }
    }

    /// Whether a filter takes out all signatures and nothing else, in the words that signers use for it: no node set has to be
    /// made for that.
    fn drops_signatures(&self, transform: &Transform) -> bool {
        let walk = walk::Walk::new(self.document);
        let (expression, before, behind) = match transform {
            Transform::XPath(element) => (*element, &["not(ancestor-or-self::"][..], ")"),
            Transform::Filter2(elements) => match elements.as_slice() {
                [one] if walk.attribute(*one, "Filter").as_deref() == Some("subtract") => {
                    (*one, &["/descendant::", "//"][..], "")
                }
                _ => return false,
            },
            _ => return false,
        };
        let text = walk.text(expression).unwrap_or_default();
        let words: String = text.split_ascii_whitespace().collect();
        let named = before.iter().find_map(|start| words.strip_prefix(start));
        let Some(prefix) = named
            .and_then(|it| it.strip_suffix(behind))
            .and_then(|it| it.strip_suffix(":Signature"))
        else {
            return false;
        };
        self.document.element(expression).resolve(prefix) == Some(super::uri::DSIG)
    }

    /// Leaves an element out, where it is inside at all: equal octets then have equal jobs.
    fn leave_out(&self, selection: &mut Selection, element: ElementId) {
        let inside = match selection.node {
            Some(Target::Element(node)) => self.holds(node, element),
            Some(Target::Document) => true,
            None => false,
        };
        let gone = |it: &ElementId| self.holds(*it, element);
        if inside && !selection.without.iter().any(gone) {
            selection.without.push(element);
        }
    }

    /// Leaves all signatures out. What was left out before is one of them, or inside one.
    fn leave_out_all(&self, selection: &mut Selection) {
        let node = selection.node;
        let inside = |it: &&ElementId| match node {
            Some(Target::Element(node)) => self.holds(node, **it) || self.holds(**it, node),
            Some(Target::Document) => true,
            None => false,
        };
        selection.without = self.outermost.iter().filter(inside).copied().collect();
    }

    /// Whether an element is another one or stands inside it.
    pub(super) fn holds(&self, outer: ElementId, inner: ElementId) -> bool {
        holds(self.document, outer, inner)
    }

    /// Whether nothing is left of the node.
    fn is_empty(&self, selection: &Selection) -> bool {
        match selection.node {
            Some(Target::Element(node)) => selection
                .without
                .iter()
                .any(|without| self.holds(*without, node)),
            Some(Target::Document) => selection.without.contains(&self.document.root()),
            None => false,
        }
    }

    fn at(&self, finding: Finding, element: ElementId) -> Finding {
        finding.at(place(self.document, element))
    }
}

fn nothing() -> Fault {
    budget()
}

fn budget() -> Fault {
    let finding = Finding::new(&crate::text::rules::verify::BUDGET);
    Fault::Open(finding, SubIndication::SignedDataNotFound)
}

fn could_not(error: Error) -> Fault {
    let finding = Finding::new(&rules::CANONICAL_FAILED).with(error.code());
    let why = match error.kind() {
        ErrorKind::Limit => SubIndication::SignedDataNotFound,
        _ => SubIndication::FormatFailure,
    };
    Fault::Open(finding, why)
}

/// Whether an element is another one or stands inside it.
pub(crate) fn holds(document: &Document, outer: ElementId, inner: ElementId) -> bool {
    let (outer, inner) = (
        document.element(outer).span(),
        document.element(inner).span(),
    );
    outer.start <= inner.start && inner.end <= outer.end
}

/// The signatures that stand in no other signature.
pub(crate) fn outermost(document: &Document) -> Vec<ElementId> {
    let mut outermost: Vec<ElementId> = Vec::new();
    for signature in document.named(super::signature::DSIG, "Signature") {
        // In document order, the one that holds it is the last one found.
        if !outermost
            .last()
            .is_some_and(|last| holds(document, *last, signature))
        {
            outermost.push(signature);
        }
    }
    outermost
}
