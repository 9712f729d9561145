//! From references to digests (XMLDSig 1.1 clause 4.4.3.2): what is the same for several references, of one signature or of
//! many, is canonicalised once and feeds all their digests.

use std::collections::HashMap;

use super::{
    base64, package,
    reference::{self, Pointer},
    signature::{Reference, Signature, Transform, place},
    walk,
};
use crate::{
    crypto::{Digest, DigestAlgorithm, DigestState, Provider},
    error::{Error, ErrorKind, Result as Doing},
    limits::{MAX_XML_CANONICAL_BYTES, MAX_XML_CANONICAL_FACTOR, MAX_XML_OCTETS},
    options::CidOctets,
    progress::Watch,
    report::{Finding, SubIndication},
    source::{self, References},
    text::rules::xmldsig as rules,
    xml::{self, C14n, Canonical, Document, ElementId, NodeSetStep, Target},
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

    /// All canonicalisations. Those of one target by one method are one pass, whatever signatures they leave out: a
    /// digest forks where its signature begins, sleeps, and goes on behind it.
    fn run_all(&mut self, jobs: &[(Job, Vec<DigestAlgorithm>)]) -> Doing<Vec<JobDigests>> {
        let mut results: Vec<Option<JobDigests>> = jobs.iter().map(|_| None).collect();
        let mut groups: HashMap<(Target, &Canonical), Vec<usize>> = HashMap::new();
        for (index, (job, _)) in jobs.iter().enumerate() {
            // Nothing or one element left out is what one pass serves; no transform leaves out more.
            if job.without.len() <= 1 {
                let group = groups.entry((job.target, &job.method)).or_default();
                group.push(index);
            }
        }
        for (index, (job, digests)) in jobs.iter().enumerate() {
            if results.get(index).is_some_and(Option::is_some) {
                continue;
            }
            self.watch.check()?;
            let group = groups.get(&(job.target, &job.method));
            match group.filter(|group| group.contains(&index)) {
                Some(group) => {
                    let members: Vec<_> = group.iter().filter_map(|at| jobs.get(*at)).collect();
                    let done = self.pass(&members);
                    for (at, digests) in group.iter().zip(done) {
                        if let Some(result) = results.get_mut(*at) {
                            *result = Some(digests);
                        }
                    }
                }
                None => {
                    let done = self.pass(&[&(job.clone(), digests.clone())]);
                    if let Some(result) = results.get_mut(index) {
                        *result = done.into_iter().next();
                    }
                }
            }
        }
        let missing = || Err(nothing());
        Ok(results
            .into_iter()
            .map(|it| it.unwrap_or_else(missing))
            .collect())
    }

    /// One pass over one target for jobs that differ in what they leave out.
    fn pass(&mut self, jobs: &[&(Job, Vec<DigestAlgorithm>)]) -> Vec<JobDigests> {
        let fail = |fault: &Fault| jobs.iter().map(|_| Err(fault.clone())).collect();
        let Some((first, _)) = jobs.first() else {
            return Vec::new();
        };
        if self.left == 0 {
            return fail(&budget());
        }
        let mut sink = Forks {
            most: self.left,
            ..Forks::default()
        };
        for (_, digests) in jobs {
            for algorithm in digests {
                if sink.main.iter().any(|(known, _)| known == algorithm) {
                    continue;
                }
                match self.provider.digest(*algorithm) {
                    Some(state) => sink.main.push((*algorithm, state)),
                    None => {
                        let finding = Finding::new(&rules::DIGEST_UNKNOWN).with(algorithm.name());
                        let why = SubIndication::CryptoConstraintsFailureNoPoe;
                        return fail(&Fault::Open(finding, why));
                    }
                }
            }
        }
        let (mut watched, mut without) = (Vec::new(), Vec::new());
        if let [_] = jobs {
            without.clone_from(&first.without);
        } else {
            watched.extend(jobs.iter().flat_map(|(job, _)| job.without.iter().copied()));
            sink.wanted.clone_from(&watched);
        }
        let done = xml::canonicalise_watched(
            self.document,
            first.target,
            &without,
            &watched,
            &first.method,
            &mut sink,
        );
        if sink.written > self.left {
            self.left = 0;
            return fail(&budget());
        }
        self.left = self.left.saturating_sub(sink.written);
        if let Err(error) = done {
            return fail(&could_not(error));
        }
        let single = jobs.len() == 1;
        jobs.iter()
            .map(|(job, digests)| {
                let states = match job.without.first() {
                    Some(element) if !single => sink.forks.iter().find(|it| it.0 == *element),
                    _ => None,
                };
                let states = match (states, job.without.is_empty() || single) {
                    (Some((_, _, states)), _) => states,
                    (None, true) => &sink.main,
                    (None, false) => return Err(nothing()),
                };
                Ok(states
                    .iter()
                    .filter(|(algorithm, _)| digests.contains(algorithm))
                    .map(|(algorithm, state)| (*algorithm, state.fork().finish()))
                    .collect())
            })
            .collect()
    }

    /// Canonicalises within the budget.
    fn canonical(
        &mut self,
        document: &Document,
        job: &Job,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Fault> {
        if self.left == 0 {
            return Err(budget());
        }
        let mut written: u64 = 0;
        let done = xml::canonicalise(document, job.target, &job.without, &job.method, &mut |it| {
            written = written.saturating_add(u64::try_from(it.len()).unwrap_or(u64::MAX));
            sink(it);
        });
        self.left = self.left.saturating_sub(written);
        done.map_err(could_not)
    }

    /// A reference that shares nothing: filters, decoding, what is elsewhere.
    fn own(
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

    fn at(&self, finding: Finding, element: ElementId) -> Finding {
        finding.at(place(self.document, element))
    }
}

/// The digests of one job.
type JobDigests = Result<Vec<(DigestAlgorithm, Digest)>, Fault>;

type States = Vec<(DigestAlgorithm, Box<dyn DigestState>)>;

/// Digest states that go with one canonicalisation: one over everything, and one for each element that somebody leaves out.
#[derive(Default)]
struct Forks {
    main: States,
    wanted: Vec<ElementId>,
    /// Element, whether it is open, states.
    forks: Vec<(ElementId, bool, States)>,
    written: u64,
    /// Octets that may be fed; what is beyond is not.
    most: u64,
}

impl xml::Sink for Forks {
    fn octets(&mut self, octets: &[u8]) {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        let awake = self.forks.iter_mut().filter(|(_, open, _)| !open);
        if self.written > self.most {
            return;
        }
        let mut fed: u64 = 1;
        for (_, _, states) in awake {
            fed = fed.saturating_add(1);
            for (_, state) in states {
                state.update(octets);
            }
        }
        for (_, state) in &mut self.main {
            state.update(octets);
        }
        self.written = self.written.saturating_add(length.saturating_mul(fed));
    }

    fn enter(&mut self, element: ElementId) {
        if self.wanted.contains(&element) && !self.forks.iter().any(|fork| fork.0 == element) {
            let states = self.main.iter();
            let states = states.map(|(algorithm, state)| (*algorithm, state.fork()));
            self.forks.push((element, true, states.collect()));
        }
    }

    fn leave(&mut self, element: ElementId) {
        if let Some((_, open, _)) = self.forks.iter_mut().find(|fork| fork.0 == element) {
            *open = false;
        }
    }
}

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
fn implied() -> Canonical {
    Canonical {
        algorithm: C14n::Inclusive10,
        comments: false,
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

/// The text in canonical octets: markup taken away, references undone as far as base64 can have any.
fn text_of(octets: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest) {
        let (before, markup) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        text.extend_from_slice(before);
        rest = if markup.starts_with(b"<?") {
            behind(markup, b"?>")
        } else if markup.starts_with(b"<") {
            behind_tag(markup)
        } else {
            // &#xD; is white space; what else needs a reference is no base64.
            match markup.strip_prefix(b"&#xD;") {
                Some(after) => after,
                None => {
                    text.push(b'&');
                    markup.get(1..).unwrap_or_default()
                }
            }
        };
    }
    text.extend_from_slice(rest);
    text
}

fn behind<'b>(text: &'b [u8], mark: &[u8]) -> &'b [u8] {
    memchr::memmem::find(text, mark)
        .and_then(|at| text.get(at.checked_add(mark.len())?..))
        .unwrap_or_default()
}

/// Behind a tag, whose attributes may hold `>`.
fn behind_tag(tag: &[u8]) -> &[u8] {
    let mut quote = None;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'>') => return tag.get(at.saturating_add(1)..).unwrap_or_default(),
            _ => {}
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_stands_between_tags() {
        assert_eq!(
            text_of(b"<a b=\"x>y\">Zm<c>9</c><?p <q> ?>v&#xD;\n</a>"),
            b"Zm9v\n"
        );
        assert_eq!(text_of(b"plain"), b"plain");
        assert_eq!(text_of(b"<a b='>"), b"");
    }
}
