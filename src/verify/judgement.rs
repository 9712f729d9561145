//! From facts and policy to the report: a pure function (EN 319 102-1 clause 5.3; CONTRACT "How verdict is made").

use super::{
    facts::{FileFacts, SignatureFacts, Trust},
    proof::{
        AlgorithmsAccepted, ChangesAllowed, ClassAccepted, CmsHolds, CoverageSound, DigestMatches,
        Fault, PathValid, Proof, RevocationSatisfied, Unambiguous, ValueIsSigners,
    },
};
use crate::{
    layout::{self, Assessed, Seen},
    options::{DemandedClass, RevocationMode},
    pki::{algorithm_policy::AlgorithmPolicy, trust_class},
    report::{
        Coverage, Cryptography, DigestStatus, FileVerdict, Finding, Format, LayoutOrder,
        LayoutReport, Level, PathReport, PathStatus, Report, RevocationReport, RevocationStatus,
        Role, RoleSource, SignatureKind, SignatureReport, SubIndication, TimeReport, TimeSource,
        TrustClass, ValueStatus, Verdict,
    },
    text::{Severity, rules::verify as rules},
    time::Time,
};

/// What the caller demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy<'a> {
    pub(super) revocation: RevocationMode,
    /// The time of judgement.
    pub(super) at: Time,
    /// Which algorithms are accepted.
    pub(super) algorithms: &'a AlgorithmPolicy,
    /// The class that is demanded of a signer's anchor.
    pub(super) class: Option<DemandedClass>,
}

/// The report of a file that could be read.
pub(super) fn report(facts: FileFacts, policy: Policy<'_>) -> Report {
    // The layouts of the decrees are those of pages.
    let pages = facts.format != Format::Xml;
    let seen: Vec<_> = facts
        .signatures
        .iter()
        .filter(|_| pages)
        .map(seen)
        .collect();
    let roles = layout::recognise(&seen);
    let assessed: Vec<_> = facts
        .signatures
        .iter()
        .zip(&roles)
        .map(|(signature, (role, _))| Assessed {
            role: *role,
            intact: signature.is_intact(),
        })
        .collect();
    let layout = layout::assess(&assessed);
    let (of, ambiguous) = (facts.revisions, facts.ambiguous);
    let mut findings = facts.findings;
    findings.extend(layout_findings(&layout));
    let signatures: Vec<_> = facts
        .signatures
        .into_iter()
        .zip(
            roles
                .into_iter()
                .chain(std::iter::repeat((Role::Unknown, RoleSource::Inferred))),
        )
        .enumerate()
        .map(|(index, (signature, role))| {
            signature_report(
                signature,
                format!("s{}", index + 1),
                of,
                ambiguous,
                role,
                policy,
            )
        })
        .collect();
    Report {
        file: facts.file,
        format: facts.format,
        size: facts.size,
        sha256: Some(facts.sha256),
        verdict: worst(&signatures),
        error: None,
        signatures,
        layout,
        findings,
        total_ms: 0.0,
    }
}

/// A file takes the verdict of its worst signature.
fn worst(signatures: &[SignatureReport]) -> FileVerdict {
    let any = |verdict| {
        signatures
            .iter()
            .any(|signature| signature.verdict == verdict)
    };
    if signatures.is_empty() {
        FileVerdict::NoSignature
    } else if any(Verdict::Failed) {
        FileVerdict::Failed
    } else if any(Verdict::Undetermined) {
        FileVerdict::Undetermined
    } else {
        FileVerdict::Passed
    }
}

fn seen(signature: &SignatureFacts) -> Seen {
    let certificate = signature.certificate();
    Seen {
        field: signature.field.clone(),
        certificate: certificate.map(|certificate| *certificate.sha256()),
        subject: certificate.map(|certificate| certificate.subject_text()),
        rect: signature.rect,
        timestamp: signature.kind == SignatureKind::DocumentTimestamp,
    }
}

fn layout_findings(layout: &LayoutReport) -> Option<Finding> {
    let wrong = layout.order == LayoutOrder::PersonAfterOrganisation;
    wrong.then(|| Finding::new(&rules::PERSON_AFTER_ORGANISATION))
}

/// What a passed verdict is made of.
struct Proofs {
    _coverage: CoverageSound,
    _digest: DigestMatches,
    _value: ValueIsSigners,
    _changes: ChangesAllowed,
    _cms: CmsHolds,
    _unambiguous: Unambiguous,
    _path: PathValid,
    _revocation: RevocationSatisfied,
    _algorithms: AlgorithmsAccepted,
    _class: ClassAccepted,
}

/// The verdict and why it is not better.
struct Judged {
    verdict: Verdict,
    sub_indication: Option<SubIndication>,
    findings: Vec<Finding>,
}

impl From<Proofs> for Judged {
    /// The only way to `passed`.
    fn from(_: Proofs) -> Self {
        Self {
            verdict: Verdict::Passed,
            sub_indication: None,
            findings: Vec::new(),
        }
    }
}

/// Judges one signature. The first failure gives the sub-indication; without any, the first thing left open.
fn judge(facts: &SignatureFacts, ambiguous: bool, policy: Policy<'_>) -> Judged {
    let trust = facts.trust.as_deref();
    let mut faults: Vec<Fault> = Vec::new();
    let coverage = keep(CoverageSound::check(facts), &mut faults);
    let digest = keep(DigestMatches::check(facts), &mut faults);
    let value = keep(ValueIsSigners::check(facts), &mut faults);
    let changes = keep(ChangesAllowed::check(facts), &mut faults);
    let cms = keep(CmsHolds::check(facts), &mut faults);
    let unambiguous = keep(Unambiguous::check(ambiguous), &mut faults);
    let path = keep(PathValid::check(trust), &mut faults);
    let revocation = keep(
        RevocationSatisfied::check(trust, policy.revocation),
        &mut faults,
    );
    let algorithms = keep(
        AlgorithmsAccepted::check(facts, policy.algorithms, policy.at),
        &mut faults,
    );
    // A time-stamping authority signs no documents; the law on specialised certificates is about those who do.
    let demanded = (facts.kind != SignatureKind::DocumentTimestamp)
        .then_some(policy.class)
        .flatten();
    let class = keep(ClassAccepted::check(trust, demanded), &mut faults);
    let proofs = || {
        Some(Proofs {
            _coverage: coverage?,
            _digest: digest?,
            _value: value?,
            _changes: changes?,
            _cms: cms?,
            _unambiguous: unambiguous?,
            _path: path?,
            _revocation: revocation?,
            _algorithms: algorithms?,
            _class: class?,
        })
    };
    if let Some(proofs) = proofs() {
        return proofs.into();
    }
    let failed = faults.iter().any(|fault| fault.verdict == Verdict::Failed);
    let verdict = if failed {
        Verdict::Failed
    } else {
        Verdict::Undetermined
    };
    let mut reasons = faults.iter().filter(|fault| fault.verdict == verdict);
    let sub_indication = reasons.find_map(|fault| fault.sub_indication);
    let findings = faults
        .into_iter()
        .flat_map(|fault| fault.findings)
        .collect();
    Judged {
        verdict,
        sub_indication,
        findings,
    }
}

fn keep<T>(proof: Proof<T>, faults: &mut Vec<Fault>) -> Option<T> {
    proof.map_err(|fault| faults.push(fault)).ok()
}

fn signature_report(
    facts: SignatureFacts,
    id: String,
    of: u32,
    ambiguous: bool,
    (role, role_source): (Role, RoleSource),
    policy: Policy<'_>,
) -> SignatureReport {
    let judged = judge(&facts, ambiguous, policy);
    let mut findings = judged.findings;
    findings.extend(facts.coverage.faults.iter().cloned());
    findings.extend(facts.dictionary.iter().cloned());
    findings.extend(facts.broken.iter().cloned());
    findings.extend(facts.unchecked.iter().cloned());
    findings.extend(time_findings(&facts));
    let trust = facts.trust.as_deref();
    findings.extend(
        trust
            .iter()
            .flat_map(|trust| trust.path.findings.iter().cloned()),
    );
    if policy.revocation == RevocationMode::Ignore {
        findings.push(Finding::new(&rules::REVOCATION_IGNORED));
    }
    let checked = facts.checked.as_ref();
    if let Some(checked) = checked {
        findings.extend(checked.findings.iter().cloned());
        if checked.has_timestamp {
            findings.push(Finding::new(&rules::TIMESTAMP_UNCHECKED));
        }
    }
    let certificate = facts.certificate().map(|certificate| certificate.report());
    let path = trust.map_or_else(no_path, path_report);
    SignatureReport {
        id,
        field: facts.field.clone(),
        kind: facts.kind,
        revision: facts
            .coverage
            .revision
            .and_then(|index| u32::try_from(index + 1).ok()),
        of,
        verdict: judged.verdict,
        sub_indication: judged.sub_indication,
        cryptography: Cryptography {
            digest: checked.map_or(DigestStatus::NotChecked, |checked| checked.digest),
            signature: checked.map_or(ValueStatus::NotChecked, |checked| checked.signature),
            algorithm: checked
                .and_then(|c| c.algorithm)
                .map(|algorithm| algorithm.to_string()),
            key_bits: checked.and_then(|checked| checked.key_bits),
        },
        coverage: Coverage {
            byte_range: facts.coverage.byte_range.clone(),
            scope: facts.coverage.scope,
            covered: facts.coverage.covered.clone(),
            elements: facts
                .xml
                .as_ref()
                .map_or_else(Vec::new, |xml| xml.elements.clone()),
            outside: facts
                .xml
                .as_ref()
                .map_or_else(Vec::new, |xml| xml.outside.clone()),
        },
        certificate,
        path,
        revocation: trust.map_or_else(Vec::new, |trust| revocation(trust, policy.revocation)),
        trust_class: trust.map_or(TrustClass::None, |trust| trust_class::of(&trust.path)),
        time: TimeReport {
            claimed: facts.claimed,
            proven: None,
            source: TimeSource::None,
            judged_at: policy.at,
        },
        level: level(&facts),
        role,
        role_source,
        findings,
        changes: facts.changes,
    }
}

/// B-B where the form is PAdES and every rule for the value holds (EN 319 142-1 clause 6.3).
fn level(facts: &SignatureFacts) -> Level {
    if let Some(xml) = &facts.xml {
        return xml.level();
    }
    let holds = facts
        .checked
        .as_ref()
        .is_some_and(|checked| checked.verdict == Verdict::Passed && checked.signing_certificate);
    if facts.cades && holds {
        Level::BB
    } else {
        Level::None
    }
}

/// What is odd about the claimed times. Signing software of the government wrote local time as UTC for years.
fn time_findings(facts: &SignatureFacts) -> Vec<Finding> {
    const SLACK: i64 = 300;
    const VIET_NAM: i64 = 7 * 3600;
    let mut findings = Vec::new();
    if let (Some(one), Some(other)) = (facts.claimed, facts.claimed_inside) {
        let apart = (one.unix() - other.unix()).abs();
        let rule = match apart {
            0..=SLACK => None,
            _ if (apart - VIET_NAM).abs() <= SLACK => Some(&rules::TIME_ZONE),
            _ => Some(&rules::TIMES_DIFFER),
        };
        findings.extend(rule.map(|rule| Finding::new(rule).with(one).with(other)));
    }
    if let (Some(claimed), Some(certificate)) = (facts.claimed, facts.certificate())
        && !(certificate.not_before()..=certificate.not_after()).contains(&claimed)
    {
        findings.push(Finding::new(&rules::TIME_OUTSIDE_VALIDITY).with(claimed));
    }
    findings
}

fn no_path() -> PathReport {
    PathReport {
        status: PathStatus::Undetermined,
        chain: Vec::new(),
        reason: None,
    }
}

pub(super) fn path_report(trust: &Trust) -> PathReport {
    PathReport {
        status: trust.path.status,
        chain: trust
            .path
            .chain
            .iter()
            .map(|certificate| *certificate.sha256())
            .collect(),
        reason: trust.path.reason.clone(),
    }
}

/// With `report`, what is not known is a warning.
pub(super) fn revocation(trust: &Trust, mode: RevocationMode) -> Vec<RevocationReport> {
    let mut reports = trust.revocation.clone();
    for report in &mut reports {
        if mode == RevocationMode::Report && report.status == RevocationStatus::Undetermined {
            report.reason = report
                .reason
                .take()
                .map(|reason| reason.weighing(Severity::Warning));
        }
    }
    reports
}
