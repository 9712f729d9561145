//! Gathers the facts: fields, dictionaries, values, one sweep for all digests, CMS, paths, changes.

use super::{
    coverage::{self, CoverageFacts},
    facts::{FileFacts, SignatureFacts},
    lost,
    trusts::Trusts,
    value::{SubFilter, Value, read_value},
};
use crate::{
    changes::{self, Placed},
    cms::{self, Checked, Enclosed, Kind},
    context::Context,
    crypto::{
        Digest, DigestAlgorithm,
        sweep::{self, Outcome},
    },
    error::{ErrorKind, Place, Result},
    limits::{MAX_REVISIONS_SEARCHED, MAX_SIGNATURES},
    pdf::{
        Document,
        document::Entry,
        dss::SecurityStore,
        field::{self, SignatureDictionary, SignatureField},
        special::Special,
    },
    progress::Watch,
    report::{ChangeLevel, Changes, Finding, Format, Scope, SignatureKind, ValueStatus},
    source::Source,
    text::rules::{pdf as pdf_rules, verify as rules},
    time::Time,
};
use std::sync::Arc;

/// Everything about a file.
///
/// # Errors
/// `Unreadable`, `Limit`, `Io`, `Cancelled`; `Pin` and `Unsupported` where encryption hides parts of the form.
pub(super) fn gather(
    context: &Context,
    source: &Arc<dyn Source>,
    name: Option<&str>,
    at: Time,
    watch: &Watch,
) -> Result<FileFacts> {
    let document = Document::open_with(Arc::clone(source), context.password(), watch)?;
    // Nobody can say what a closed document holds, or whether two of its strings are the same.
    if let Some(closed) = document.locked() {
        return Err(closed);
    }
    let (signatures, tree) = signatures(&document)?;
    let mut found: Vec<_> = signatures
        .into_iter()
        .enumerate()
        .map(|(index, (field, dictionary))| {
            Found::new(context, &document, field, dictionary, index)
        })
        .collect();
    found.sort_by_key(|found| found.coverage.bounds.map_or(u64::MAX, |bounds| bounds.end));
    let ranges: Vec<_> = found.iter().filter_map(Found::range).collect();
    let swept = sweep::sweep(context.provider(), &**source, &ranges, watch)?;
    let mut outcomes = swept.outcomes.into_iter();
    let mut enclosed = security_store(context, &document)?;
    for found in &found {
        enclosed.extend(found.value.enclosed(context));
    }
    let mut trusts = Trusts::holding(at, enclosed);
    let mut signatures = Vec::with_capacity(found.len());
    let mut placed = Vec::with_capacity(found.len());
    for found in found {
        let outcome = if found.range().is_some() {
            outcomes.next()
        } else {
            None
        };
        let (place, facts) = found.check(context, outcome, &mut trusts);
        placed.push(place);
        signatures.push(facts);
    }
    for (facts, changes) in signatures
        .iter_mut()
        .zip(changes::analyse(&document, &placed))
    {
        facts.changes = changes;
    }
    let mut findings = document.findings();
    findings.extend(tree);
    if signatures.is_empty() {
        findings.extend(lost::signature(&document)?);
    }
    findings.extend(special(&document)?);
    Ok(FileFacts {
        file: name.map(str::to_owned),
        format: Format::Pdf,
        at,
        size: source.len(),
        sha256: swept.sha256,
        revisions: u32::try_from(document.revisions().len()).unwrap_or(u32::MAX),
        ambiguous: document.repaired(),
        signatures,
        findings,
    })
}

/// What is special about the document, whoever signed it.
fn special(document: &Document) -> Result<Vec<Finding>> {
    let special = Special::read(document)?;
    let noted = [
        (special.dynamic, &rules::XFA_DYNAMIC),
        (special.xfa && !special.dynamic, &rules::XFA),
        (special.need_appearances, &rules::NEED_APPEARANCES),
        (special.usage_rights, &rules::USAGE_RIGHTS),
        (special.portfolio, &rules::PORTFOLIO),
    ];
    let noted = noted.into_iter().filter(|(is_so, _)| *is_so);
    Ok(noted.map(|(_, rule)| Finding::new(rule)).collect())
}

type Signatures = Vec<(SignatureField, SignatureDictionary)>;

/// The signatures of the newest revision. Where it has none, those of the last revision that had some: what a later
/// save took away must not go unsaid.
fn signatures(document: &Document) -> Result<(Signatures, Vec<Finding>)> {
    let newest = document.revisions().len().saturating_sub(1);
    let (found, mut findings) = signatures_at(document, newest)?;
    if !found.is_empty() {
        return Ok((found, findings));
    }
    for revision in (0..newest).rev().take(MAX_REVISIONS_SEARCHED) {
        let (earlier, _) = signatures_at(document, revision)?;
        if !earlier.is_empty() {
            let number = u32::try_from(revision.saturating_add(2)).unwrap_or(u32::MAX);
            let removed = Finding::new(&rules::SIGNATURES_REMOVED).with(earlier.len());
            findings.push(removed.at(Place::revision(number)));
            return Ok((earlier, findings));
        }
    }
    Ok((found, findings))
}

/// The signatures as of a revision.
fn signatures_at(document: &Document, revision: usize) -> Result<(Signatures, Vec<Finding>)> {
    let (fields, findings) = match field::signature_fields(document, revision) {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::Io => return Err(error),
        Err(error) => {
            let unread = Finding::new(&rules::FIELDS_UNREADABLE).with(error.code());
            (Vec::new(), vec![unread])
        }
    };
    let mut found = Vec::new();
    for field in fields {
        if let Some(dictionary) = field::signature_dictionary(document, revision, &field)? {
            found.push((field, dictionary));
        } else if is_unreadable(document, revision, &field) {
            let wrong = Finding::new(&pdf_rules::SIGNATURE_VALUE_WRONG).with(&field.name);
            let mut dictionary = SignatureDictionary::default();
            dictionary.findings.push(wrong);
            found.push((field, dictionary));
        }
    }
    Ok((found, findings))
}

/// Whether the field has a value that is there and cannot be read: bytes that somebody bent must not make a signed document
/// one without signatures. A value that reads as null is none.
fn is_unreadable(document: &Document, revision: usize, field: &SignatureField) -> bool {
    let entry = field.value.map(|id| document.entry_at(revision, id.number));
    let used = !matches!(entry, None | Some(None | Some(Entry::Free { .. })));
    used && document.repaired()
}

/// A signature before the sweep.
struct Found {
    field: SignatureField,
    dictionary: SignatureDictionary,
    coverage: CoverageFacts,
    value: Value,
}

impl Found {
    fn new(
        context: &Context,
        document: &Document,
        field: SignatureField,
        dictionary: SignatureDictionary,
        index: usize,
    ) -> Self {
        let range = dictionary.byte_range.clone();
        let contents = dictionary.contents.as_ref();
        let coverage = coverage::examine(document, range, contents, dictionary.id);
        let value = if index < MAX_SIGNATURES {
            read_value(context, &dictionary)
        } else {
            Value::Unsupported(Finding::new(&rules::NOT_EXAMINED).with(MAX_SIGNATURES))
        };
        Self {
            field,
            dictionary,
            coverage,
            value,
        }
    }

    /// What is to be digested for it.
    fn range(&self) -> Option<sweep::Range> {
        let algorithm = match &self.value {
            Value::Signed(_, SubFilter::Pkcs7Sha1) => DigestAlgorithm::Sha1,
            Value::Signed(signed, _) => signed.digest_algorithm()?,
            Value::Token(token) => token.imprint_algorithm()?,
            Value::Broken(_) | Value::Unsupported(_) => return None,
        };
        let bounds = self.coverage.bounds?;
        Some(sweep::Range {
            algorithm,
            gap_start: bounds.gap_start,
            gap_end: bounds.gap_end,
            end: bounds.end,
        })
    }

    fn check(
        self,
        context: &Context,
        outcome: Option<Outcome>,
        trusts: &mut Trusts,
    ) -> (Placed, SignatureFacts) {
        let mut facts = self.facts();
        let digest = match outcome {
            Some(Outcome::Digest(digest)) => Some(digest),
            Some(Outcome::Budget) => {
                facts.unchecked = Some(Finding::new(&rules::BUDGET));
                None
            }
            Some(Outcome::OutOfBounds | Outcome::Unsupported) | None => None,
        };
        self.check_value(context, digest.as_ref(), &mut facts);
        if let (Some(checked), Some(leaf)) = (&facts.checked, facts.certificate()) {
            let held = self.value.certificates();
            // Nobody needs the path of a signature whose own value is wrong; its certificate proves nothing.
            if checked.signature == ValueStatus::Ok {
                facts.trust = Some(trusts.get(context, leaf, held));
            }
        }
        let place = self.place(&facts);
        (place, facts)
    }

    fn facts(&self) -> SignatureFacts {
        let rfc3161 = self
            .dictionary
            .sub_filter
            .as_ref()
            .is_some_and(|n| n.0 == b"ETSI.RFC3161");
        let kind = match self.dictionary.doc_mdp {
            _ if rfc3161 => SignatureKind::DocumentTimestamp,
            Some(_) => SignatureKind::Certification,
            None => SignatureKind::Approval,
        };
        SignatureFacts {
            field: Some(self.field.name.clone()),
            kind,
            cades: matches!(&self.value, Value::Signed(_, SubFilter::Cades)),
            coverage: self.coverage.clone(),
            dictionary: self.dictionary.findings.clone(),
            unchecked: None,
            broken: None,
            checked: None,
            trust: None,
            changes: Changes {
                after: ChangeLevel::Forbidden,
                findings: Vec::new(),
            },
            claimed: self.dictionary.modified,
            claimed_inside: None,
            rect: self.field.rect,
            xml: None,
        }
    }

    fn check_value(&self, context: &Context, digest: Option<&Digest>, facts: &mut SignatureFacts) {
        let (provider, known) = (context.provider(), context.store().certificates());
        let checked: Checked = match &self.value {
            Value::Signed(signed, form) => {
                let kind = match form {
                    SubFilter::Cades => Kind::Cades,
                    SubFilter::Pkcs7Sha1 => Kind::Pkcs7Sha1,
                    SubFilter::Pkcs7 | SubFilter::Rfc3161 => Kind::Detached,
                };
                cms::check(signed, digest, kind, known, provider)
            }
            Value::Token(token) => {
                facts.claimed_inside = Some(token.info.time);
                token.check(digest, known, provider)
            }
            Value::Broken(finding) => {
                facts.broken = Some(finding.clone());
                return;
            }
            Value::Unsupported(finding) => {
                facts.unchecked = Some(finding.clone());
                return;
            }
        };
        facts.claimed_inside = facts.claimed_inside.or(checked.signing_time);
        facts.claimed = facts.claimed.or(facts.claimed_inside);
        facts.checked = Some(checked);
    }

    /// What the change analysis needs to know.
    fn place(&self, facts: &SignatureFacts) -> Placed {
        let locks = [&self.dictionary.field_mdp, &self.field.lock];
        let locks: Vec<_> = locks.into_iter().flatten().cloned().collect();
        Placed {
            name: self.field.name.clone(),
            field: self.field.id,
            value: self.field.value,
            revision: self.coverage.revision,
            whole_file: self.coverage.scope == Scope::WholeFile,
            intact: facts.is_intact() && self.coverage.faults.is_empty(),
            timestamp: facts.kind == SignatureKind::DocumentTimestamp,
            certifies: self.dictionary.doc_mdp,
            permission: locks
                .iter()
                .map(|lock| lock.permission)
                .chain([self.dictionary.doc_mdp])
                .flatten()
                .min(),
            locks,
        }
    }
}

/// What the document's own store holds.
fn security_store(context: &Context, document: &Document) -> Result<Enclosed> {
    let store = SecurityStore::read(document)?;
    let (provider, known) = (context.provider(), context.certificates());
    let mut enclosed = Enclosed::default();
    for der in &store.certificates {
        enclosed.take_certificate(der, provider, known);
    }
    for der in &store.crls {
        enclosed.take_crl(der);
    }
    for der in &store.ocsps {
        enclosed.take_ocsp(der, provider);
    }
    Ok(enclosed)
}
