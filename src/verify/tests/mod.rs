//! The judgement as a table: one good signature, and what becomes of its verdict when one fact is another.

mod demands;
mod facts;
mod wrong;

use super::{
    Facts,
    coverage::{Bounds, CoverageFacts},
    facts::{FileFacts, SignatureFacts, Trust},
    judgement::{self, Policy},
};
use crate::{
    cms::{Checked, testing},
    context::{Context, Material},
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    error::Place,
    geometry::Rect,
    options::{DemandedClass, Options, RevocationMode},
    pki::{
        algorithm_policy::AlgorithmPolicy,
        path::{PathOutcome, PolicyOutcome},
    },
    report::{
        ChangeLevel, Changes, DigestStatus, FileVerdict, Finding, Format, Level, PathStatus,
        Report, RevocationReport, RevocationSource, RevocationStatus, Scope, SignatureKind,
        SubIndication, TrustClass, ValueStatus, Verdict,
    },
    text::{Lang, Severity, rules},
    time::Time,
};
use std::sync::Arc;

fn at() -> Time {
    testing::at("2026-03-05T00:00:00Z")
}

fn revocation(status: RevocationStatus) -> RevocationReport {
    let unknown = status == RevocationStatus::Undetermined;
    RevocationReport {
        certificate: [1; 32],
        status,
        source: Some(RevocationSource::Crl),
        this_update: Some(at()),
        next_update: None,
        reason: unknown.then(|| Finding::new(&rules::pki::NO_REVOCATION).with("a").with("b")),
    }
}

/// A signature that passes.
fn good() -> SignatureFacts {
    let root = testing::Template::authority("Root").self_signed();
    let leaf = testing::Template::leaf("Signer").issued_by(&root);
    SignatureFacts {
        field: Some("NguoiKy".into()),
        kind: SignatureKind::Approval,
        cades: true,
        coverage: CoverageFacts {
            byte_range: vec![0, 10, 20, 5],
            covered: Vec::new(),
            bounds: Some(Bounds {
                gap_start: 10,
                gap_end: 20,
                end: 25,
            }),
            scope: Scope::WholeFile,
            revision: Some(0),
            faults: Vec::new(),
        },
        dictionary: Vec::new(),
        unchecked: None,
        broken: None,
        checked: Some(Checked {
            digest: DigestStatus::Ok,
            signature: ValueStatus::Ok,
            verdict: Verdict::Passed,
            sub_indication: None,
            algorithm: Some(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256)),
            digests: vec![DigestAlgorithm::Sha256],
            key_bits: Some(2048),
            certificate: Some(Arc::clone(&leaf.certificate)),
            signing_time: None,
            signing_certificate: true,
            has_timestamp: false,
            findings: Vec::new(),
        }),
        trust: Some(Arc::new(Trust {
            path: PathOutcome {
                status: PathStatus::Valid,
                chain: vec![leaf.certificate, root.certificate],
                reason: None,
                sub_indication: None,
                policies: PolicyOutcome::default(),
                findings: Vec::new(),
            },
            revocation: vec![revocation(RevocationStatus::Good)],
        })),
        changes: Changes {
            after: ChangeLevel::None,
            findings: Vec::new(),
        },
        claimed: Some(at()),
        claimed_inside: None,
        rect: None,
        xml: None,
    }
}

/// What the caller and the file bring besides the signature.
struct Around {
    ambiguous: bool,
    revocation: RevocationMode,
    at: Time,
    class: Option<DemandedClass>,
}

fn judge(change: impl FnOnce(&mut SignatureFacts, &mut Around)) -> Report {
    let mut facts = good();
    let mut around = Around {
        ambiguous: false,
        revocation: RevocationMode::Require,
        at: at(),
        class: None,
    };
    change(&mut facts, &mut around);
    let file = FileFacts {
        file: None,
        format: Format::Pdf,
        at: at(),
        size: 25,
        sha256: [0; 32],
        revisions: 1,
        ambiguous: around.ambiguous,
        signatures: vec![facts],
        findings: Vec::new(),
    };
    judgement::report(
        file,
        Policy {
            revocation: around.revocation,
            at: around.at,
            algorithms: &AlgorithmPolicy::default(),
            class: around.class,
        },
    )
}

fn verdict(
    change: impl FnOnce(&mut SignatureFacts, &mut Around),
) -> (Verdict, Option<SubIndication>) {
    let report = judge(change);
    let signature = &report.signatures[0];
    let of_file = match signature.verdict {
        Verdict::Passed => FileVerdict::Passed,
        Verdict::Failed => FileVerdict::Failed,
        Verdict::Undetermined => FileVerdict::Undetermined,
    };
    assert_eq!(report.verdict, of_file);
    (signature.verdict, signature.sub_indication)
}

fn checked(facts: &mut SignatureFacts) -> &mut Checked {
    facts.checked.as_mut().unwrap()
}

fn trust(facts: &mut SignatureFacts) -> &mut Trust {
    Arc::get_mut(facts.trust.as_mut().unwrap()).unwrap()
}

#[test]
fn a_good_signature_passes_at_b_b() {
    let report = judge(|_, _| {});
    let signature = &report.signatures[0];
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert_eq!(
        (signature.verdict, signature.sub_indication),
        (Verdict::Passed, None)
    );
    assert_eq!(
        (signature.level, signature.trust_class),
        (Level::BB, TrustClass::Other)
    );
    assert_eq!((signature.revision, signature.id.as_str()), (Some(1), "s1"));
    assert!(signature.findings.is_empty(), "{:?}", signature.findings);
}

#[test]
fn what_is_open_is_undetermined() {
    type Change = fn(&mut SignatureFacts, &mut Around);
    let cases: &[(Change, Option<SubIndication>)] = &[
        (|_, around| around.ambiguous = true, None),
        (
            |f, _| {
                f.checked = None;
                f.trust = None;
                f.unchecked = Some(Finding::new(&rules::verify::SUB_FILTER).with("x"));
            },
            None,
        ),
        (
            |f, _| {
                checked(f).digest = DigestStatus::NotChecked;
                f.unchecked = Some(Finding::new(&rules::verify::BUDGET));
            },
            None,
        ),
        (
            |f, _| {
                let checked = checked(f);
                checked.signature = ValueStatus::NotChecked;
                checked.verdict = Verdict::Undetermined;
                checked.sub_indication = Some(SubIndication::NoSigningCertificateFound);
                f.trust = None;
            },
            Some(SubIndication::NoSigningCertificateFound),
        ),
        (
            |f, _| {
                trust(f).path.status = PathStatus::Undetermined;
                trust(f).path.sub_indication = Some(SubIndication::NoCertificateChainFound);
                trust(f).revocation.clear();
            },
            Some(SubIndication::NoCertificateChainFound),
        ),
        (
            |f, _| trust(f).revocation.clear(),
            Some(SubIndication::TryLater),
        ),
        (
            |f, _| trust(f).revocation = vec![revocation(RevocationStatus::Undetermined)],
            Some(SubIndication::TryLater),
        ),
        (
            |f, _| checked(f).digests.push(DigestAlgorithm::Sha1),
            Some(SubIndication::CryptoConstraintsFailureNoPoe),
        ),
        (
            |f, _| checked(f).key_bits = Some(1024),
            Some(SubIndication::CryptoConstraintsFailureNoPoe),
        ),
    ];
    for (index, (change, sub_indication)) in cases.iter().enumerate() {
        assert_eq!(
            verdict(change),
            (Verdict::Undetermined, *sub_indication),
            "case {index}"
        );
    }
}

#[test]
fn allowed_changes_pass() {
    for after in [
        ChangeLevel::TimestampsAndValidationData,
        ChangeLevel::Signatures,
        ChangeLevel::FormFilling,
        // Where the analysis has nothing against it, a certification permits it.
        ChangeLevel::Annotations,
    ] {
        assert_eq!(verdict(|f, _| f.changes.after = after).0, Verdict::Passed);
    }
}

#[test]
fn local_time_written_as_utc_is_a_warning() {
    let codes = |inside: &str| {
        let inside = testing::at(inside);
        let report = judge(|f, _| f.claimed_inside = Some(inside));
        assert_eq!(report.verdict, FileVerdict::Passed);
        let findings = &report.signatures[0].findings;
        findings.iter().map(Finding::code).collect::<Vec<_>>()
    };
    assert_eq!(codes("2026-03-05T00:02:00Z"), Vec::<&str>::new());
    assert_eq!(codes("2026-03-05T07:00:30Z"), ["SIG-013"]);
    assert_eq!(codes("2026-03-04T17:00:00Z"), ["SIG-013"]);
    assert_eq!(codes("2026-03-06T00:00:00Z"), ["SIG-014"]);
}

#[test]
fn a_file_without_signatures_says_so() {
    let file = FileFacts {
        file: None,
        format: Format::Pdf,
        at: at(),
        size: 0,
        sha256: [0; 32],
        revisions: 1,
        ambiguous: false,
        signatures: Vec::new(),
        findings: Vec::new(),
    };
    let policy = Policy {
        revocation: RevocationMode::Require,
        at: at(),
        algorithms: &AlgorithmPolicy::default(),
        class: None,
    };
    assert_eq!(
        judgement::report(file, policy).verdict,
        FileVerdict::NoSignature
    );
}
