//! References that share nothing with others: filters, decoding, what stands elsewhere. Their octets are made in memory.

use super::{Fault, Job, Selection, Workshop, budget, markup::text_of};
use crate::{
    crypto::{Digest, DigestAlgorithm},
    error::Error,
    limits::MAX_XML_OCTETS,
    report::{Finding, SubIndication},
    source,
    text::rules::xmldsig as rules,
    xml::{self, C14n, Canonical, Document, NodeSetStep, Target},
    xmldsig::{
        base64, package,
        reference::{self, Pointer},
        signature::{Reference, Signature, Transform},
        walk,
    },
};
/// Between two transforms.
enum Data {
    Nodes(Nodes),
    Octets(Vec<u8>),
}

struct Nodes {
    /// The document, where it came out of a transform.
    parsed: Option<Box<Document>>,
    target: Target,
    steps: Vec<NodeSetStep>,
    comments: bool,
}

/// Canonical XML 1.0 without comments: what is implied where octets are needed and no transform gives them.
pub(super) fn implied() -> Canonical {
    Canonical {
        algorithm: C14n::Inclusive10,
        comments: false,
    }
}

impl Workshop<'_> {
    /// A reference that shares nothing: filters, decoding, what is elsewhere.
    pub(super) fn own(
        &mut self,
        signature: &Signature,
        reference: &Reference,
        digest: DigestAlgorithm,
        selection: &mut Selection,
    ) -> Result<Digest, Fault> {
        let octets = self.octets(signature, reference, selection)?;
        if selection.filtered && !selection.decoded {
            self.compare_with_root(signature, reference, &octets, selection);
        }
        let unknown = || {
            let finding = Finding::new(&rules::DIGEST_UNKNOWN).with(digest.name());
            Fault::Open(finding, SubIndication::CryptoConstraintsFailureNoPoe)
        };
        self.provider.digest_of(digest, &octets).ok_or_else(unknown)
    }

    /// Whether filtered octets are those of the root less signatures: then the filter took nothing else away.
    fn compare_with_root(
        &mut self,
        signature: &Signature,
        reference: &Reference,
        octets: &[u8],
        selection: &mut Selection,
    ) {
        let method = match reference.transforms.last() {
            Some(Transform::Canonical(method)) => method.clone(),
            _ => implied(),
        };
        let mut ways = vec![vec![signature.element]];
        if self.outermost != ways.concat() {
            ways.push(self.outermost.clone());
        }
        for without in ways {
            let job = Job {
                target: Target::Document,
                without,
                method: Canonical {
                    comments: false,
                    ..method.clone()
                },
            };
            let mut rest = Some(octets);
            let document = self.document;
            let done = self.canonical(document, &job, &mut |piece| {
                rest = rest.and_then(|rest| rest.strip_prefix(piece));
            });
            if done.is_ok() && rest.is_some_and(<[u8]>::is_empty) {
                selection.same_as_root_without = Some(job.without);
                return;
            }
        }
    }

    /// The octets of a reference, in memory.
    fn octets(
        &mut self,
        signature: &Signature,
        reference: &Reference,
        selection: &mut Selection,
    ) -> Result<Vec<u8>, Fault> {
        let mut data = match selection.node {
            Some(target) => Data::Nodes(Nodes {
                parsed: None,
                target,
                steps: Vec::new(),
                comments: matches!(
                    reference::pointer(reference.uri.as_deref()),
                    Pointer::Document { comments: true } | Pointer::Id { comments: true, .. }
                ),
            }),
            None => Data::Octets(self.elsewhere(reference)?),
        };
        for transform in &reference.transforms {
            data = self.step(data, transform, signature, reference, selection)?;
        }
        match data {
            Data::Octets(octets) => Ok(octets),
            Data::Nodes(nodes) => self.nodes_to_octets(&nodes, &implied(), reference),
        }
    }

    fn step(
        &mut self,
        data: Data,
        transform: &Transform,
        signature: &Signature,
        reference: &Reference,
        selection: &mut Selection,
    ) -> Result<Data, Fault> {
        if let Transform::Base64 = transform {
            let text = match data {
                Data::Octets(octets) => octets,
                Data::Nodes(nodes) => {
                    selection.decoded = true;
                    let octets = self.nodes_to_octets(&nodes, &implied(), reference)?;
                    text_of(&octets)
                }
            };
            let decoded = std::str::from_utf8(&text).ok().and_then(base64::decode);
            return decoded.map(Data::Octets).ok_or_else(|| {
                let finding = self.at(Finding::new(&rules::NOT_BASE64), reference.element);
                Fault::Wrong(finding, SubIndication::FormatFailure)
            });
        }
        let mut nodes = match data {
            Data::Nodes(nodes) => nodes,
            Data::Octets(octets) => self.read(octets, reference)?,
        };
        match transform {
            Transform::Canonical(method) => {
                return Ok(Data::Octets(
                    self.nodes_to_octets(&nodes, method, reference)?,
                ));
            }
            Transform::Enveloped if nodes.parsed.is_none() => {
                nodes.steps.push(NodeSetStep::Enveloped(signature.element));
                self.leave_out(selection, signature.element);
            }
            Transform::Enveloped => {
                let finding = self.at(Finding::new(&rules::ENVELOPED_ELSEWHERE), reference.element);
                return Err(Fault::Wrong(finding, SubIndication::FormatFailure));
            }
            Transform::XPath(element) => nodes.steps.push(NodeSetStep::XPath(*element)),
            Transform::Filter2(elements) => {
                nodes.steps.push(NodeSetStep::Filter2(elements.clone()));
            }
            Transform::Base64 | Transform::Refused(_) | Transform::Unknown(_) => {}
        }
        Ok(Data::Nodes(nodes))
    }

    /// Reads octets as a document of their own.
    fn read(&self, octets: Vec<u8>, reference: &Reference) -> Result<Nodes, Fault> {
        let parsed = Document::read(octets.into()).map_err(|error| {
            let finding = Finding::new(&rules::OCTETS_UNREADABLE).with(error.code());
            let finding = self.at(finding, reference.element);
            Fault::Open(finding, SubIndication::FormatFailure)
        })?;
        Ok(Nodes {
            parsed: Some(Box::new(parsed)),
            target: Target::Document,
            steps: Vec::new(),
            comments: true,
        })
    }

    fn nodes_to_octets(
        &mut self,
        nodes: &Nodes,
        method: &Canonical,
        reference: &Reference,
    ) -> Result<Vec<u8>, Fault> {
        let mut octets = Vec::new();
        let mut too_many = false;
        let mut sink = |piece: &[u8]| {
            if octets.len().saturating_add(piece.len()) > MAX_XML_OCTETS {
                too_many = true;
            } else {
                octets.extend_from_slice(piece);
            }
        };
        let method = Canonical {
            comments: method.comments && nodes.comments,
            ..method.clone()
        };
        let document = nodes.parsed.as_deref().unwrap_or(self.document);
        // The expressions stand in the document that holds the signature.
        let whole = nodes
            .steps
            .iter()
            .all(|step| matches!(step, NodeSetStep::Enveloped(_)));
        if whole {
            let without = nodes.steps.iter().filter_map(|step| match step {
                NodeSetStep::Enveloped(element) => Some(*element),
                _ => None,
            });
            let job = Job {
                target: nodes.target,
                without: without.collect(),
                method,
            };
            self.canonical(document, &job, &mut sink)?;
        } else {
            if self.left == 0 {
                return Err(budget());
            }
            xml::canonicalise_set(
                document,
                self.document,
                nodes.target,
                &nodes.steps,
                &method,
                &mut sink,
            )
            .map_err(|error| {
                let finding =
                    Finding::new(&rules::FILTER).with(error.message(crate::text::Lang::En));
                let finding = self.at(finding, reference.element);
                Fault::Open(finding, SubIndication::SigConstraintsFailure)
            })?;
            let used = u64::try_from(octets.len()).unwrap_or(u64::MAX);
            self.left = self.left.saturating_sub(used);
        }
        if too_many {
            return Err(budget());
        }
        Ok(octets)
    }

    /// What stands outside of the document, if somebody gave it.
    fn elsewhere(&self, reference: &Reference) -> Result<Vec<u8>, Fault> {
        let uri = reference.uri.as_deref().unwrap_or_default();
        let missing = || {
            let rule = match reference.uri {
                Some(_) => &rules::ELSEWHERE,
                None => &rules::URI_OMITTED,
            };
            let finding = self.at(Finding::new(rule).with(walk::short(uri)), reference.element);
            Fault::Open(finding, SubIndication::SignedDataNotFound)
        };
        let refused = |error: Error| {
            let finding = Finding::new(&rules::ELSEWHERE_REFUSED)
                .with(walk::short(uri))
                .with(error.code());
            let finding = self.at(finding, reference.element);
            Fault::Open(finding, SubIndication::SignedDataNotFound)
        };
        if uri.starts_with("cid:")
            && let Some(octets) =
                package::attachment(self.document, uri, self.outside.cid).map_err(refused)?
        {
            return Ok(octets);
        }
        let references = self.outside.references.ok_or_else(missing)?;
        let found = references.open(uri).and_then(|found| match found {
            Some(content) => {
                let most = u64::try_from(MAX_XML_OCTETS).unwrap_or(u64::MAX);
                if content.len() > most {
                    return Ok(Some(Err(budget())));
                }
                let bytes = source::window(&*content, 0, content.len())?;
                Ok(Some(Ok(bytes.to_vec())))
            }
            None => Ok(None),
        });
        match found {
            Ok(Some(octets)) => octets,
            Ok(None) => Err(missing()),
            Err(error) => Err(refused(error)),
        }
    }

    /// SignedInfo as it was signed.
    pub(crate) fn signed_info(&mut self, signature: &Signature) -> Result<Vec<u8>, Fault> {
        let Some(method) = signature.canonicalisation.named.value() else {
            let uri = walk::short(&signature.canonicalisation.uri);
            let finding = Finding::new(&rules::CANONICAL_UNKNOWN).with(uri);
            let finding = self.at(finding, signature.signed_info);
            return Err(Fault::Open(finding, SubIndication::SigConstraintsFailure));
        };
        let job = Job {
            target: Target::Element(signature.signed_info),
            without: Vec::new(),
            method,
        };
        let mut octets = Vec::new();
        let mut too_many = false;
        let document = self.document;
        self.canonical(document, &job, &mut |piece| {
            if octets.len().saturating_add(piece.len()) > MAX_XML_OCTETS {
                too_many = true;
            } else {
                octets.extend_from_slice(piece);
            }
        })?;
        if too_many {
            return Err(budget());
        }
        Ok(octets)
    }
}
