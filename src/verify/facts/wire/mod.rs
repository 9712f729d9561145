//! Facts as JSON, `kyso.facts/1`, and back.
//!
//! Certificates stand once, as DER in hex under their fingerprint; findings as code and arguments, so that a replay speaks
//! either language. Every structure is taken apart by its fields: a new fact that is not written here does not compile.

mod checked;
mod trust;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use self::{
    checked::CheckedWire,
    trust::TrustWire,
    words::{Certificates, FindingWire, Known, Print, Word, bytes_of, findings, wires},
};
use super::{FileFacts, SignatureFacts};
use crate::{
    crypto::Provider,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    limits::MAX_FACTS_BYTES,
    report::{ChangeLevel, Changes, Format, Scope, SignatureKind, hex},
    text::rules::verify as rules,
    time::Time,
    verify::{
        coverage::{Bounds, CoverageFacts},
        xml::XmlFacts,
    },
    x509::Certificate,
};

const SCHEMA: &str = "kyso.facts/1";

pub(super) fn to_json(facts: &FileFacts) -> String {
    let mut certificates = Certificates::default();
    let FileFacts {
        file,
        format,
        at,
        size,
        sha256,
        revisions,
        ambiguous,
        signatures,
        findings,
    } = facts;
    let signatures = signatures
        .iter()
        .map(|one| SignatureWire::of(one, &mut certificates))
        .collect();
    let wire = FileWire {
        schema: SCHEMA.into(),
        file: file.clone(),
        format: Word(*format),
        at: *at,
        size: *size,
        sha256: Print(*sha256),
        revisions: *revisions,
        ambiguous: *ambiguous,
        signatures,
        findings: wires(findings),
        certificates: certificates.0,
    };
    // Keys are strings and numbers finite: nothing here can fail to serialise.
    serde_json::to_string(&wire).unwrap_or_default()
}

pub(super) fn from_json(json: &str, provider: &dyn Provider) -> Result<FileFacts> {
    let wrong = |what: String| Error::new(ErrorKind::Unreadable, &rules::FACTS).with(what);
    if json.len() > MAX_FACTS_BYTES {
        return Err(wrong(format!("> {} MiB", MAX_FACTS_BYTES >> 20)));
    }
    let wire: FileWire = serde_json::from_str(json).map_err(|cause| wrong(cause.to_string()))?;
    if wire.schema != SCHEMA {
        return Err(wrong(wire.schema));
    }
    let mut known = Known::new();
    for (print, der) in &wire.certificates {
        let certificate = bytes_of(der)
            .and_then(|der| Certificate::parse(&der, provider))
            .filter(|certificate| hex(certificate.sha256()) == *print)
            .ok_or_else(|| wrong(format!("certificate {print}")))?;
        known.insert(print.clone(), certificate);
    }
    let signatures = wire.signatures.into_iter();
    Ok(FileFacts {
        file: wire.file,
        format: wire.format.0,
        at: wire.at,
        size: wire.size,
        sha256: wire.sha256.0,
        revisions: wire.revisions,
        ambiguous: wire.ambiguous,
        signatures: signatures
            .map(|one| one.facts(&known))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("certificate".into()))?,
        findings: findings(wire.findings),
    })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileWire {
    schema: String,
    file: Option<String>,
    format: Word<Format>,
    at: Time,
    size: u64,
    sha256: Print,
    revisions: u32,
    ambiguous: bool,
    signatures: Vec<SignatureWire>,
    findings: Vec<FindingWire>,
    /// SHA-256 → DER, both in hex.
    certificates: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureWire {
    field: Option<String>,
    kind: Word<SignatureKind>,
    cades: bool,
    coverage: CoverageWire,
    dictionary: Vec<FindingWire>,
    unchecked: Option<FindingWire>,
    broken: Option<FindingWire>,
    checked: Option<CheckedWire>,
    trust: Option<TrustWire>,
    changes: ChangesWire,
    claimed: Option<Time>,
    claimed_inside: Option<Time>,
    rect: Option<[f64; 4]>,
    #[serde(default)]
    xml: Option<XmlFacts>,
}

impl SignatureWire {
    fn of(facts: &SignatureFacts, certificates: &mut Certificates) -> Self {
        let SignatureFacts {
            field,
            kind,
            cades,
            coverage,
            dictionary,
            unchecked,
            broken,
            checked,
            trust,
            changes,
            claimed,
            claimed_inside,
            rect,
            xml,
        } = facts;
        Self {
            field: field.clone(),
            kind: Word(*kind),
            cades: *cades,
            coverage: CoverageWire::of(coverage),
            dictionary: wires(dictionary),
            unchecked: unchecked.as_ref().map(FindingWire::of),
            broken: broken.as_ref().map(FindingWire::of),
            checked: checked
                .as_ref()
                .map(|checked| CheckedWire::of(checked, certificates)),
            trust: trust
                .as_ref()
                .map(|trust| TrustWire::of(trust, certificates)),
            changes: ChangesWire::of(changes),
            claimed: *claimed,
            claimed_inside: *claimed_inside,
            rect: rect.map(|r| [r.left, r.bottom, r.right, r.top]),
            xml: xml.clone(),
        }
    }

    /// `None` where a certificate is missing.
    fn facts(self, known: &Known) -> Option<SignatureFacts> {
        Some(SignatureFacts {
            field: self.field,
            kind: self.kind.0,
            cades: self.cades,
            coverage: self.coverage.facts(),
            dictionary: findings(self.dictionary),
            unchecked: self.unchecked.map(|finding| finding.0),
            broken: self.broken.map(|finding| finding.0),
            checked: match self.checked {
                Some(checked) => Some(checked.facts(known)?),
                None => None,
            },
            trust: match self.trust {
                Some(trust) => Some(Arc::new(trust.facts(known)?)),
                None => None,
            },
            changes: self.changes.facts(),
            claimed: self.claimed,
            claimed_inside: self.claimed_inside,
            rect: self.rect.map(|[left, bottom, right, top]| Rect {
                left,
                bottom,
                right,
                top,
            }),
            xml: self.xml,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageWire {
    byte_range: Vec<i64>,
    covered: Vec<String>,
    /// Start and end of the gap, end of the range.
    bounds: Option<[u64; 3]>,
    scope: Word<Scope>,
    /// An index, from 0.
    revision: Option<usize>,
    faults: Vec<FindingWire>,
}

impl CoverageWire {
    fn of(facts: &CoverageFacts) -> Self {
        let CoverageFacts {
            byte_range,
            covered,
            bounds,
            scope,
            revision,
            faults,
        } = facts;
        Self {
            byte_range: byte_range.clone(),
            covered: covered.clone(),
            bounds: bounds.map(|bounds| [bounds.gap_start, bounds.gap_end, bounds.end]),
            scope: Word(*scope),
            revision: *revision,
            faults: wires(faults),
        }
    }

    fn facts(self) -> CoverageFacts {
        CoverageFacts {
            byte_range: self.byte_range,
            covered: self.covered,
            bounds: self.bounds.map(|[gap_start, gap_end, end]| Bounds {
                gap_start,
                gap_end,
                end,
            }),
            scope: self.scope.0,
            revision: self.revision,
            faults: findings(self.faults),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesWire {
    after: Word<ChangeLevel>,
    findings: Vec<FindingWire>,
}

impl ChangesWire {
    fn of(changes: &Changes) -> Self {
        let Changes {
            after,
            findings: all,
        } = changes;
        Self {
            after: Word(*after),
            findings: wires(all),
        }
    }

    fn facts(self) -> Changes {
        Changes {
            after: self.after.0,
            findings: findings(self.findings),
        }
    }
}
