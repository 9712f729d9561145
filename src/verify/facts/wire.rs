//! Facts as JSON, `kyso.facts/1`, and back.
//!
//! Certificates stand once, as DER in hex under their fingerprint; findings as code and arguments, so that a replay speaks
//! either language. Every structure is taken apart by its fields: a new fact that is not written here does not compile.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{FileFacts, SignatureFacts, Trust};
use crate::{
    cms::Checked,
    crypto::{DigestAlgorithm, Provider, SignatureAlgorithm},
    error::{Error, ErrorKind, Place, Result},
    geometry::Rect,
    limits::MAX_FACTS_BYTES,
    pki::path::{PathOutcome, PolicyOutcome},
    report::{
        ChangeLevel, Changes, DigestStatus, Finding, Format, Named, PathStatus, RevocationReport,
        RevocationSource, RevocationStatus, Scope, SignatureKind, SubIndication, ValueStatus,
        Verdict, hex,
    },
    text::{
        Severity,
        rules::{self, verify as rules_of_checks},
    },
    time::Time,
    verify::{
        coverage::{Bounds, CoverageFacts},
        xml::XmlFacts,
    },
    x509::{Certificate, policies::PolicyId},
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
    let wrong =
        |what: String| Error::new(ErrorKind::Unreadable, &rules_of_checks::FACTS).with(what);
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
struct CheckedWire {
    digest: Word<DigestStatus>,
    signature: Word<ValueStatus>,
    verdict: Word<Verdict>,
    sub_indication: Option<Word<SubIndication>>,
    algorithm: Option<AlgorithmWire>,
    digests: Vec<Word<DigestAlgorithm>>,
    key_bits: Option<u32>,
    certificate: Option<String>,
    signing_time: Option<Time>,
    signing_certificate: bool,
    has_timestamp: bool,
    has_revocation: bool,
    findings: Vec<FindingWire>,
}

impl CheckedWire {
    fn of(checked: &Checked, certificates: &mut Certificates) -> Self {
        let Checked {
            digest,
            signature,
            verdict,
            sub_indication,
            algorithm,
            digests,
            key_bits,
            certificate,
            signing_time,
            signing_certificate,
            has_timestamp,
            has_revocation,
            findings,
        } = checked;
        Self {
            digest: Word(*digest),
            signature: Word(*signature),
            verdict: Word(*verdict),
            sub_indication: sub_indication.map(Word),
            algorithm: algorithm.map(AlgorithmWire::of),
            digests: digests.iter().copied().map(Word).collect(),
            key_bits: *key_bits,
            certificate: certificate.as_ref().map(|one| certificates.add(one)),
            signing_time: *signing_time,
            signing_certificate: *signing_certificate,
            has_timestamp: *has_timestamp,
            has_revocation: *has_revocation,
            findings: wires(findings),
        }
    }

    fn facts(self, known: &Known) -> Option<Checked> {
        Some(Checked {
            digest: self.digest.0,
            signature: self.signature.0,
            verdict: self.verdict.0,
            sub_indication: self.sub_indication.map(|word| word.0),
            algorithm: self.algorithm.map(AlgorithmWire::algorithm),
            digests: self.digests.into_iter().map(|word| word.0).collect(),
            key_bits: self.key_bits,
            certificate: match self.certificate {
                Some(print) => Some(Arc::clone(known.get(&print)?)),
                None => None,
            },
            signing_time: self.signing_time,
            signing_certificate: self.signing_certificate,
            has_timestamp: self.has_timestamp,
            has_revocation: self.has_revocation,
            findings: findings(self.findings),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
enum AlgorithmWire {
    RsaPkcs1(Word<DigestAlgorithm>),
    RsaPss {
        digest: Word<DigestAlgorithm>,
        mgf1: Word<DigestAlgorithm>,
        salt_length: usize,
    },
    Ecdsa(Word<DigestAlgorithm>),
    Ed25519,
}

impl AlgorithmWire {
    fn of(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1(digest) => Self::RsaPkcs1(Word(digest)),
            SignatureAlgorithm::RsaPss {
                digest,
                mgf1,
                salt_len,
            } => Self::RsaPss {
                digest: Word(digest),
                mgf1: Word(mgf1),
                salt_length: salt_len,
            },
            SignatureAlgorithm::Ecdsa(digest) => Self::Ecdsa(Word(digest)),
            SignatureAlgorithm::Ed25519 => Self::Ed25519,
        }
    }

    fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::RsaPkcs1(digest) => SignatureAlgorithm::RsaPkcs1(digest.0),
            Self::RsaPss {
                digest,
                mgf1,
                salt_length,
            } => SignatureAlgorithm::RsaPss {
                digest: digest.0,
                mgf1: mgf1.0,
                salt_len: salt_length,
            },
            Self::Ecdsa(digest) => SignatureAlgorithm::Ecdsa(digest.0),
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustWire {
    status: Word<PathStatus>,
    /// Fingerprints, leaf first.
    chain: Vec<String>,
    reason: Option<FindingWire>,
    sub_indication: Option<Word<SubIndication>>,
    authority_constrained: Vec<String>,
    user_constrained: Vec<String>,
    findings: Vec<FindingWire>,
    revocation: Vec<RevocationWire>,
}

impl TrustWire {
    fn of(trust: &Trust, certificates: &mut Certificates) -> Self {
        let Trust { path, revocation } = trust;
        let PathOutcome {
            status,
            chain,
            reason,
            sub_indication,
            policies,
            findings,
        } = path;
        let PolicyOutcome {
            authority_constrained,
            user_constrained,
        } = policies;
        let texts = |all: &[PolicyId]| all.iter().map(PolicyId::to_string).collect();
        Self {
            status: Word(*status),
            chain: chain.iter().map(|one| certificates.add(one)).collect(),
            reason: reason.as_ref().map(FindingWire::of),
            sub_indication: sub_indication.map(Word),
            authority_constrained: texts(authority_constrained),
            user_constrained: texts(user_constrained),
            findings: wires(findings),
            revocation: revocation.iter().map(RevocationWire::of).collect(),
        }
    }

    fn facts(self, known: &Known) -> Option<Trust> {
        // No judgement of a document rests on them.
        let ids = |all: Vec<String>| {
            let ids = all.iter().filter_map(|text| PolicyId::from_text(text));
            ids.collect()
        };
        let chain = self.chain.iter().map(|print| known.get(print).cloned());
        let revocation = self.revocation.into_iter().map(RevocationWire::facts);
        Some(Trust {
            path: PathOutcome {
                status: self.status.0,
                chain: chain.collect::<Option<_>>()?,
                reason: self.reason.map(|finding| finding.0),
                sub_indication: self.sub_indication.map(|word| word.0),
                policies: PolicyOutcome {
                    authority_constrained: ids(self.authority_constrained),
                    user_constrained: ids(self.user_constrained),
                },
                findings: findings(self.findings),
            },
            revocation: revocation.collect(),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationWire {
    certificate: Print,
    status: Word<RevocationStatus>,
    source: Option<Word<RevocationSource>>,
    this_update: Option<Time>,
    next_update: Option<Time>,
    reason: Option<FindingWire>,
}

impl RevocationWire {
    fn of(report: &RevocationReport) -> Self {
        let RevocationReport {
            certificate,
            status,
            source,
            this_update,
            next_update,
            reason,
        } = report;
        Self {
            certificate: Print(*certificate),
            status: Word(*status),
            source: source.map(Word),
            this_update: *this_update,
            next_update: *next_update,
            reason: reason.as_ref().map(FindingWire::of),
        }
    }

    fn facts(self) -> RevocationReport {
        RevocationReport {
            certificate: self.certificate.0,
            status: self.status.0,
            source: self.source.map(|word| word.0),
            this_update: self.this_update,
            next_update: self.next_update,
            reason: self.reason.map(|finding| finding.0),
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

/// A finding as code, arguments, weight and place.
#[derive(Clone)]
struct FindingWire(Finding);

impl FindingWire {
    fn of(finding: &Finding) -> Self {
        Self(finding.clone())
    }
}

fn wires(findings: &[Finding]) -> Vec<FindingWire> {
    findings.iter().map(FindingWire::of).collect()
}

fn findings(wires: Vec<FindingWire>) -> Vec<Finding> {
    wires.into_iter().map(|wire| wire.0).collect()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    code: String,
    arguments: Vec<String>,
    severity: Severity,
    place: Option<PlaceWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceWire {
    object: Option<(u32, u16)>,
    revision: Option<u32>,
    offset: Option<u64>,
}

impl Serialize for FindingWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let place = self.0.place().map(|place| {
            let Place {
                offset,
                object,
                revision,
            } = place;
            PlaceWire {
                object,
                revision,
                offset,
            }
        });
        Parts {
            code: self.0.code().to_owned(),
            arguments: self.0.arguments().to_vec(),
            severity: self.0.severity(),
            place,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FindingWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let parts = Parts::deserialize(deserializer)?;
        let rule = rules::all()
            .find(|rule| rule.code == parts.code)
            .ok_or_else(|| de::Error::custom(format_args!("code {}", parts.code)))?;
        let finding = Finding::new(rule).weighing(parts.severity);
        let finding = parts.arguments.into_iter().fold(finding, Finding::with);
        Ok(Self(match parts.place {
            Some(place) => finding.at(Place {
                offset: place.offset,
                object: place.object,
                revision: place.revision,
            }),
            None => finding,
        }))
    }
}

/// A value by its name in the report.
#[derive(Clone, Copy)]
struct Word<T>(T);

impl<T: Named> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name_of())
    }
}

impl<'de, T: Named> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let value = T::from_name(&name);
        value
            .map(Self)
            .ok_or_else(|| de::Error::custom(format_args!("word {name}")))
    }
}

impl Named for DigestAlgorithm {
    fn name_of(self) -> &'static str {
        self.name()
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Md5,
            Self::Sha1,
            Self::Sha224,
            Self::Sha256,
            Self::Sha384,
            Self::Sha512,
        ];
        all.into_iter().find(|one| one.name() == name)
    }
}

/// A SHA-256 value in hex.
#[derive(Clone, Copy)]
struct Print([u8; 32]);

impl Serialize for Print {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        bytes_of(&text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| de::Error::custom(format_args!("SHA-256 {text}")))
    }
}

/// Certificates by fingerprint, as they are read.
type Known = BTreeMap<String, Arc<Certificate>>;

/// Certificates by fingerprint, as they are written.
#[derive(Default)]
struct Certificates(BTreeMap<String, String>);

impl Certificates {
    fn add(&mut self, certificate: &Certificate) -> String {
        let print = hex(certificate.sha256());
        let entry = self.0.entry(print.clone());
        entry.or_insert_with(|| hex(certificate.der()));
        print
    }
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    let nibble = |digit: &u8| char::from(*digit).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(nibble(high)? << 4 | nibble(low)?).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}
