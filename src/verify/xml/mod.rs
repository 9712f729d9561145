//! Checking XML: every signature of a document, each canonical form made once.

mod facts;
mod order;
#[cfg(test)]
mod tests;

pub(super) use facts::XmlFacts;
use order::Party;

use super::{
    coverage::CoverageFacts,
    facts::{FileFacts, SignatureFacts},
    trusts::Trusts,
};
use crate::{
    cms::Enclosed,
    context::Context,
    crypto::DigestAlgorithm,
    error::Result,
    limits::{MAX_SIGNATURES, MAX_XML_BYTES},
    options::XmlProfile,
    progress::Watch,
    report::{
        ChangeLevel, Changes, CoveredElement, Finding, Format, Scope, SignatureKind, ValueStatus,
    },
    source::{self, Source},
    text::rules::{verify as rules_of_checks, xmldsig as rules},
    time::Time,
    xml::{Document, ElementId},
    xmldsig::{
        check::{self, Digests, Material, Outcome},
        coverage::{self, Coverage, Demand},
        octets::{Digested, Fault, Outside, Workshop},
        profile::{self, Place, Places},
        signature::{Reference, Signature},
        time,
    },
};

/// Everything about the signatures of an XML document.
///
/// # Errors
/// `Unreadable`, `Unsupported`, `Limit`, `Io`, `Cancelled`.
pub(super) fn gather(
    context: &Context,
    source: &dyn Source,
    name: Option<&str>,
    at: Time,
    watch: &Watch,
) -> Result<FileFacts> {
    let bytes = source::whole(source, name.unwrap_or("XML"), MAX_XML_BYTES, watch)?;
    let mut sha256 = [0; 32];
    let digest = context
        .provider()
        .digest_of(DigestAlgorithm::Sha256, &bytes);
    if let Some(digest) = digest
        && digest.as_bytes().len() == sha256.len()
    {
        sha256.copy_from_slice(digest.as_bytes());
    }
    let document = Document::read(bytes)?;
    watch.check()?;
    let signatures = Gathering::new(context, &document).signatures(at, watch)?;
    Ok(FileFacts {
        file: name.map(str::to_owned),
        format: Format::Xml,
        at,
        size: source.len(),
        sha256,
        revisions: 1,
        ambiguous: false,
        signatures,
        findings: Vec::new(),
    })
}

struct Gathering<'a> {
    context: &'a Context,
    document: &'a Document,
    /// Where signatures may stand, by the document's profile.
    places: Option<Places>,
    /// Elements that the caller names as the data.
    named: Option<Vec<ElementId>>,
    /// Comments that part text.
    parted: Vec<usize>,
}

/// The digests of one signature's references.
struct Mine {
    references: Vec<Digested>,
    manifests: Vec<Digested>,
}

impl<'a> Gathering<'a> {
    fn new(context: &'a Context, document: &'a Document) -> Self {
        let options = context.options();
        let profile = match options.profile {
            Some(XmlProfile::Generic) => None,
            Some(name) => profile::by_name(name),
            None => profile::detect(document),
        };
        let inside = |name: &&String| name.starts_with(['#', '/']);
        let names: Vec<&String> = options.reference.iter().filter(inside).collect();
        let named = (!names.is_empty()).then(|| {
            let mut named = Vec::new();
            for name in names {
                let found = coverage::named(document, name, &options.id_attr);
                // What is not there cannot be covered.
                if found.is_empty() {
                    return Vec::new();
                }
                named.extend(found);
            }
            named
        });
        Self {
            context,
            document,
            places: profile.map(|profile| Places::of(document, profile)),
            named,
            parted: coverage::parting_comments(document),
        }
    }

    fn signatures(self, at: Time, watch: &Watch) -> Result<Vec<SignatureFacts>> {
        let elements = coverage::all(self.document);
        let read: Vec<_> = elements
            .iter()
            .take(MAX_SIGNATURES)
            .map(|element| Signature::read(self.document, *element))
            .collect();
        let outside = Outside {
            references: self.context.references(),
            cid: self.context.options().cid_octets,
            ids: &self.context.options().id_attr,
        };
        let provider = self.context.provider();
        let mut workshop = Workshop::new(self.document, provider, outside, watch);
        let digests = digest_all(&read, &mut workshop)?;
        let mut trusts = Trusts::holding(at, self.enclosed(&read));
        let mut parties = Vec::with_capacity(elements.len());
        let mut facts = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            watch.check()?;
            let place = self.place(*element);
            let mut claimed = None;
            facts.push(match (read.get(index), digests.get(index)) {
                (Some(Ok(signature)), Some(digests)) => {
                    let outcome = self.check(signature, digests, &mut workshop);
                    claimed = outcome.time.as_deref().and_then(time::parse);
                    let place = place.as_ref();
                    self.signature(signature, digests, outcome, place, &mut trusts)
                }
                (Some(Err(finding)), _) => SignatureFacts {
                    broken: Some(finding.clone()),
                    ..self.bare(*element)
                },
                _ => SignatureFacts {
                    unchecked: Some(
                        Finding::new(&rules_of_checks::NOT_EXAMINED).with(MAX_SIGNATURES),
                    ),
                    ..self.bare(*element)
                },
            });
            parties.push(Party {
                place,
                intact: facts.last().is_some_and(SignatureFacts::is_intact),
                claimed,
            });
        }
        for (index, finding) in order::findings(&parties) {
            if let Some(facts) = facts.get_mut(index) {
                facts.dictionary.push(finding);
            }
        }
        Ok(facts)
    }

    /// What all signatures bring along, for all of them.
    fn enclosed(&self, read: &[std::result::Result<Signature, Finding>]) -> Enclosed {
        let (provider, known) = (self.context.provider(), self.context.certificates());
        let mut enclosed = Enclosed::default();
        for signature in read.iter().flatten() {
            enclosed.extend(signature.enclosed(provider, known));
        }
        enclosed
    }

    /// What is known of every signature.
    fn bare(&self, element: ElementId) -> SignatureFacts {
        let parent = self.document.element(element).parent();
        SignatureFacts {
            field: Some(parent.map_or_else(|| "/".to_owned(), |it| self.document.path(it))),
            kind: SignatureKind::Xml,
            cades: false,
            coverage: CoverageFacts {
                byte_range: Vec::new(),
                covered: Vec::new(),
                bounds: None,
                scope: Scope::Partial,
                revision: Some(0),
                faults: Vec::new(),
            },
            dictionary: Vec::new(),
            unchecked: None,
            broken: None,
            checked: None,
            trust: None,
            changes: Changes {
                after: ChangeLevel::None,
                findings: Vec::new(),
            },
            claimed: None,
            claimed_inside: None,
            rect: None,
            xml: Some(XmlFacts::default()),
        }
    }

    fn check(&self, signature: &Signature, digests: &Mine, workshop: &mut Workshop<'_>) -> Outcome {
        let material = Material {
            provider: self.context.provider(),
            parsed: self.context.certificates(),
            known: self.context.store().certificates(),
            signers: self.context.signers(),
        };
        let both = Digests {
            references: &digests.references,
            manifests: &digests.manifests,
        };
        check::check(self.document, signature, both, workshop, material)
    }

    fn signature(
        &self,
        signature: &Signature,
        digests: &Mine,
        outcome: Outcome,
        place: Option<&Place>,
        trusts: &mut Trusts,
    ) -> SignatureFacts {
        let mut facts = self.bare(signature.element);
        let coverage = self.coverage(signature, digests, &outcome, place);
        let unseen = |one: &Digested| matches!(one.outcome, Err(Fault::Open(..)));
        let mut all = digests.references.iter().chain(&digests.manifests);
        let open = !coverage.whole && all.any(unseen);
        let mut notes = coverage.findings;
        if open {
            notes.clear();
        }
        facts.coverage.scope = match coverage.whole {
            true => Scope::WholeFile,
            false => Scope::Partial,
        };
        facts.coverage.covered = coverage.covered.iter().map(|it| it.text()).collect();
        // Only that the data is not covered is a fault; the rest is worth knowing.
        facts.coverage.faults.append(&mut notes);
        facts.dictionary.extend(coverage.notes);
        if let Some(place) = place {
            let slot = Finding::new(&rules::SLOT)
                .with(place.profile.name.name())
                .with(place.slot.name);
            facts.dictionary.push(slot);
        }
        let mut checked = outcome.checked;
        if let Some(text) = &outcome.time {
            match time::parse(text) {
                Some(claimed) => {
                    checked.signing_time = Some(claimed.time);
                    facts.claimed = checked.signing_time;
                    if !claimed.zone {
                        let finding = Finding::new(&rules::TIME_WITHOUT_ZONE).with(text.trim());
                        facts.dictionary.push(finding);
                    }
                }
                None => {
                    let short: String = text.chars().take(64).collect();
                    let finding = Finding::new(&rules::TIME_UNREADABLE).with(short);
                    facts.dictionary.push(finding);
                }
            }
        }
        if let (Some(leaf), ValueStatus::Ok) = (&checked.certificate, checked.signature) {
            facts.trust = Some(trusts.get(self.context, leaf, &outcome.held));
        }
        facts.xml = Some(XmlFacts {
            shown: outcome
                .shown
                .filter(|_| checked.signature == ValueStatus::Ok),
            elements: coverage.covered.into_iter().map(element).collect(),
            outside: coverage.outside,
            open,
        });
        facts.checked = Some(checked);
        facts
    }

    fn place(&self, element: ElementId) -> Option<Place> {
        self.places.as_ref()?.holding(self.document, element)
    }

    fn coverage(
        &self,
        signature: &Signature,
        digests: &Mine,
        outcome: &Outcome,
        place: Option<&Place>,
    ) -> Coverage {
        let mut selected = digests.references.clone();
        let mut behind = digests.manifests.as_slice();
        for (index, manifest) in signature.manifests.iter().enumerate() {
            let Some((own, rest)) = behind.split_at_checked(manifest.references.len()) else {
                break;
            };
            behind = rest;
            if outcome.manifests.contains(&index) {
                selected.extend(own.iter().cloned());
            }
        }
        let demand = match (&self.named, place) {
            (Some(named), _) => Demand::Named(named),
            (None, Some(place)) => Demand::Place(place),
            (None, None) => Demand::Root,
        };
        coverage::examine(self.document, signature, &selected, &demand, &self.parted)
    }
}

/// The digests of all references of all signatures, in one go.
fn digest_all(
    read: &[std::result::Result<Signature, Finding>],
    workshop: &mut Workshop<'_>,
) -> Result<Vec<Mine>> {
    let mut references: Vec<(&Signature, &Reference)> = Vec::new();
    for signature in read.iter().flatten() {
        let manifests = signature.manifests.iter();
        let inside = manifests.flat_map(|manifest| &manifest.references);
        let all = signature.references.iter().chain(inside);
        references.extend(all.map(|reference| (signature, reference)));
    }
    let mut digested = workshop.digest(&references)?.into_iter();
    let mut all = Vec::with_capacity(read.len());
    for signature in read {
        let Ok(signature) = signature else {
            all.push(Mine {
                references: Vec::new(),
                manifests: Vec::new(),
            });
            continue;
        };
        let inside = signature.manifests.iter();
        let inside = inside.map(|manifest| manifest.references.len()).sum();
        all.push(Mine {
            references: digested.by_ref().take(signature.references.len()).collect(),
            manifests: digested.by_ref().take(inside).collect(),
        });
    }
    Ok(all)
}

fn element(covered: coverage::Covered) -> CoveredElement {
    CoveredElement {
        path: covered.path,
        id: covered.id,
        span: covered.span,
        without: covered.without,
        filtered: covered.filtered,
    }
}
