//! The judgement as a table: one good signature, and what becomes of its verdict when one fact is another.

use std::sync::Arc;

use proptest::{collection::vec, option, prelude::*, sample::select};

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
            has_revocation: false,
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
fn what_is_wrong_fails() {
    type Change = fn(&mut SignatureFacts, &mut Around);
    let cases: &[(Change, SubIndication)] = &[
        (
            |f, _| checked(f).digest = DigestStatus::Mismatch,
            SubIndication::HashFailure,
        ),
        (
            |f, _| checked(f).signature = ValueStatus::Invalid,
            SubIndication::SigCryptoFailure,
        ),
        (
            |f, _| f.coverage.scope = Scope::Partial,
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.coverage
                    .faults
                    .push(Finding::new(&rules::verify::RANGE_GAP))
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.dictionary
                    .push(Finding::new(&rules::pdf::SIGNATURE_KEY_TWICE))
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| f.changes.after = ChangeLevel::Forbidden,
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.changes.after = ChangeLevel::Annotations;
                let refused = Finding::new(&rules::later::ANNOTATIONS_NOT_PERMITTED);
                f.changes.findings.push(refused);
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.checked = None;
                f.broken = Some(Finding::new(&rules::cms::NOT_SIGNED_DATA).with("x"));
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                checked(f).verdict = Verdict::Failed;
                checked(f).sub_indication = Some(SubIndication::SigConstraintsFailure);
            },
            SubIndication::SigConstraintsFailure,
        ),
        (
            |f, _| {
                trust(f).path.status = PathStatus::Invalid;
                trust(f).path.sub_indication = Some(SubIndication::Expired);
            },
            SubIndication::Expired,
        ),
        (
            |f, _| trust(f).revocation = vec![revocation(RevocationStatus::Revoked)],
            SubIndication::RevokedNoPoe,
        ),
        // A failure weighs more than what is open, and a forbidden change more than the path.
        (
            |f, around| {
                around.ambiguous = true;
                trust(f).revocation.clear();
                trust(f).path.status = PathStatus::Invalid;
                f.changes.after = ChangeLevel::Forbidden;
            },
            SubIndication::FormatFailure,
        ),
    ];
    for (index, (change, sub_indication)) in cases.iter().enumerate() {
        assert_eq!(
            verdict(change),
            (Verdict::Failed, Some(*sub_indication)),
            "case {index}"
        );
    }
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
fn unknown_revocation_is_the_callers_to_weigh() {
    let unknown = |mode| {
        judge(|f, around| {
            trust(f).revocation = vec![revocation(RevocationStatus::Undetermined)];
            around.revocation = mode;
        })
    };
    let require = unknown(RevocationMode::Require);
    let reason = |report: &Report| report.signatures[0].revocation[0].reason.clone().unwrap();
    assert_eq!(require.verdict, FileVerdict::Undetermined);
    assert_eq!(reason(&require).severity(), Severity::Error);
    let report = unknown(RevocationMode::Report);
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert_eq!(reason(&report).severity(), Severity::Warning);
    let ignore = judge(|f, around| {
        trust(f).revocation.clear();
        around.revocation = RevocationMode::Ignore;
    });
    assert_eq!(ignore.verdict, FileVerdict::Passed);
    let findings = &ignore.signatures[0].findings;
    assert!(
        findings
            .iter()
            .any(|finding| finding.is(&rules::verify::REVOCATION_IGNORED))
    );
    // Nobody waives a revocation that is known.
    let revoked = verdict(|f, around| {
        trust(f).revocation = vec![revocation(RevocationStatus::Revoked)];
        around.revocation = RevocationMode::Report;
    });
    assert_eq!(revoked.0, Verdict::Failed);
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

/// Law wants government certificates on documents of the state: a signature with another one fails, however right it is.
#[test]
fn another_class_than_the_demanded_one_fails() {
    let demand = Some(DemandedClass::VnGov);
    let report = judge(|_, around| around.class = demand);
    let signature = &report.signatures[0];
    assert_eq!(
        (signature.verdict, signature.sub_indication),
        (
            Verdict::Failed,
            Some(SubIndication::ChainConstraintsFailure)
        )
    );
    let said = |finding: &Finding| finding.is(&rules::path::TRUST_CLASS);
    assert!(signature.findings.iter().any(said));
    // Time-stamping authorities sign no documents.
    let stamp = judge(|facts, around| {
        facts.kind = SignatureKind::DocumentTimestamp;
        around.class = demand;
    });
    assert!(!stamp.signatures[0].findings.iter().any(said));
}

/// The standard's main indication goes with the sub-indication (EN 319 102-1 table 5), whatever kyso's verdict is.
#[test]
fn indications_are_those_of_the_standard() {
    let of = |change: fn(&mut SignatureFacts, &mut Around)| {
        let report = judge(change);
        let signature = &report.signatures[0];
        (
            signature.indication(),
            signature.sub_indication.map(SubIndication::name),
            signature.verdict,
        )
    };
    assert_eq!(of(|_, _| {}), ("TOTAL-PASSED", None, Verdict::Passed));
    let revoked = of(|f, _| trust(f).revocation = vec![revocation(RevocationStatus::Revoked)]);
    let no_poe = ("INDETERMINATE", Some("REVOKED_NO_POE"), Verdict::Failed);
    assert_eq!(revoked, no_poe);
    let invalid = of(|f, _| {
        trust(f).path.status = PathStatus::Invalid;
        trust(f).path.sub_indication = Some(SubIndication::CertificateChainGeneralFailure);
    });
    let general = "CERTIFICATE_CHAIN_GENERAL_FAILURE";
    assert_eq!(invalid, ("INDETERMINATE", Some(general), Verdict::Failed));
    let forbidden = of(|f, _| f.changes.after = ChangeLevel::Forbidden);
    let failed = |sub| ("TOTAL-FAILED", Some(sub), Verdict::Failed);
    assert_eq!(forbidden, failed("FORMAT_FAILURE"));
    let changed = of(|f, _| checked(f).digest = DigestStatus::Mismatch);
    assert_eq!(changed, failed("HASH_FAILURE"));
    let value = of(|f, _| checked(f).signature = ValueStatus::Invalid);
    assert_eq!(value, failed("SIG_CRYPTO_FAILURE"));
    let open = of(|f, _| trust(f).revocation.clear());
    let later = ("INDETERMINATE", Some("TRY_LATER"), Verdict::Undetermined);
    assert_eq!(open, later);
}

fn finding() -> impl Strategy<Value = Finding> {
    let rules: Vec<_> = rules::all().collect();
    let place = (
        option::of(any::<u64>()),
        option::of((any::<u32>(), any::<u16>())),
        option::of(any::<u32>()),
    );
    let place = place.prop_map(|(offset, object, revision)| Place {
        offset,
        object,
        revision,
    });
    let severity = select(vec![Severity::Info, Severity::Warning, Severity::Error]);
    let arguments = vec(any::<String>(), 0..3);
    (select(rules), arguments, severity, option::of(place)).prop_map(
        |(rule, arguments, severity, place)| {
            let finding = Finding::new(rule).weighing(severity);
            let finding = arguments.into_iter().fold(finding, Finding::with);
            place.map_or(finding.clone(), |place| finding.at(place))
        },
    )
}

fn findings() -> impl Strategy<Value = Vec<Finding>> {
    vec(finding(), 0..3)
}

fn time() -> impl Strategy<Value = Option<Time>> {
    option::of((0..4_000_000_000_i64).prop_map(|unix| Time::from_unix(unix).unwrap()))
}

fn sub_indication() -> impl Strategy<Value = Option<SubIndication>> {
    option::of(select(vec![
        SubIndication::Expired,
        SubIndication::NoPoe,
        SubIndication::RevokedCaNoPoe,
        SubIndication::TryLater,
    ]))
}

prop_compose! {
    fn coverage()(
        byte_range in vec(any::<i64>(), 0..6),
        covered in vec(any::<String>(), 0..2),
        bounds in option::of(any::<[u64; 3]>()),
        scope in select(vec![Scope::WholeFile, Scope::WholeRevision, Scope::Partial]),
        revision in option::of(0..9_usize),
        faults in findings(),
    ) -> CoverageFacts {
        let bounds = bounds.map(|[gap_start, gap_end, end]| Bounds { gap_start, gap_end, end });
        CoverageFacts { byte_range, covered, bounds, scope, revision, faults }
    }
}

prop_compose! {
    fn value()(
        digest in select(vec![DigestStatus::Ok, DigestStatus::Mismatch, DigestStatus::NotChecked]),
        signature in select(vec![ValueStatus::Ok, ValueStatus::Invalid, ValueStatus::NotChecked]),
        verdict in select(vec![Verdict::Passed, Verdict::Failed, Verdict::Undetermined]),
        sub_indication in sub_indication(),
        algorithm in option::of(select(vec![
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1),
            SignatureAlgorithm::RsaPss {
                digest: DigestAlgorithm::Sha384, mgf1: DigestAlgorithm::Sha512, salt_len: 47,
            },
            SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            SignatureAlgorithm::Ed25519,
        ])),
        key_bits in option::of(any::<u32>()),
        signing_time in time(),
        flags in any::<[bool; 4]>(),
        findings in findings(),
    ) -> Checked {
        let [signing_certificate, has_timestamp, has_revocation, known] = flags;
        Checked {
            digest, signature, verdict, sub_indication, algorithm, key_bits, signing_time,
            signing_certificate, has_timestamp, has_revocation, findings,
            digests: vec![DigestAlgorithm::Md5, DigestAlgorithm::Sha224],
            certificate: known.then(|| testing::Template::leaf("Signer").self_signed().certificate),
        }
    }
}

prop_compose! {
    fn trusts()(
        status in select(vec![PathStatus::Valid, PathStatus::Invalid, PathStatus::Undetermined]),
        (reason, findings) in (option::of(finding()), findings()),
        sub_indication in sub_indication(),
        reports in vec(
            (
                select(vec![
                    RevocationStatus::Good, RevocationStatus::Revoked, RevocationStatus::Undetermined,
                ]),
                option::of(select(vec![RevocationSource::Ocsp, RevocationSource::Crl])),
                time(), time(), option::of(finding()), any::<[u8; 32]>(),
            ),
            0..3,
        ),
    ) -> Trust {
        let chain = good().trust.unwrap().path.chain.clone();
        let revocation = reports.into_iter().map(
            |(status, source, this_update, next_update, reason, certificate)| RevocationReport {
                certificate, status, source, this_update, next_update, reason,
            },
        );
        Trust {
            path: PathOutcome {
                status, chain, reason, sub_indication, findings, policies: PolicyOutcome::default(),
            },
            revocation: revocation.collect(),
        }
    }
}

prop_compose! {
    fn signature()(
        field in option::of(any::<String>()),
        kind in select(vec![
            SignatureKind::Approval, SignatureKind::Certification, SignatureKind::DocumentTimestamp,
            SignatureKind::Xml,
        ]),
        (cades, coverage, checked) in (any::<bool>(), coverage(), option::of(value())),
        (dictionary, unchecked, broken) in
            (findings(), option::of(finding()), option::of(finding())),
        trust in option::of(trusts()),
        after in select(vec![
            ChangeLevel::None, ChangeLevel::TimestampsAndValidationData, ChangeLevel::Signatures,
            ChangeLevel::FormFilling, ChangeLevel::Annotations, ChangeLevel::Forbidden,
        ]),
        (noted, claimed, claimed_inside) in (findings(), time(), time()),
        rect in option::of(any::<[i32; 4]>()),
    ) -> SignatureFacts {
        let rect = rect.map(|[left, bottom, right, top]| Rect {
            left: f64::from(left) / 7.0, bottom: f64::from(bottom) / 7.0,
            right: f64::from(right) / 7.0, top: f64::from(top) / 7.0,
        });
        SignatureFacts {
            field, kind, cades, coverage, dictionary, unchecked, broken, checked, claimed,
            claimed_inside, rect, xml: None, trust: trust.map(Arc::new),
            changes: Changes { after, findings: noted },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn facts_out_of_json_are_judged_the_same(
        signatures in vec(signature(), 0..3),
        (file, ambiguous, noted) in (option::of(any::<String>()), any::<bool>(), findings()),
        mode in select(vec![
            RevocationMode::Require, RevocationMode::Report, RevocationMode::Ignore,
        ]),
    ) {
        let options = Options { revocation: mode, ..Options::default() };
        let context = Context::new(options, Material::default()).unwrap();
        let facts = Facts(FileFacts {
            file, format: Format::Pdf, at: at(), size: 77, sha256: [9; 32], revisions: 3, ambiguous,
            signatures, findings: noted,
        });
        let json = facts.to_json();
        let again = Facts::from_json(&context, &json).unwrap();
        prop_assert_eq!(again.to_json(), json);
        let reports = [facts, again].map(|facts| super::judge(&context, facts).to_json(Lang::Vi));
        prop_assert_eq!(&reports[0], &reports[1]);
    }
}

#[test]
fn what_is_no_facts_is_refused_by_name() {
    let context = Context::new(Options::default(), Material::default()).unwrap();
    let good = Facts(FileFacts {
        file: None,
        format: Format::Pdf,
        at: at(),
        size: 25,
        sha256: [0; 32],
        revisions: 1,
        ambiguous: false,
        signatures: vec![good()],
        findings: vec![Finding::new(&rules::verify::BUDGET)],
    })
    .to_json();
    assert!(Facts::from_json(&context, &good).is_ok());
    let print = good.split("\"certificates\":{\"").nth(1).unwrap()[..64].to_owned();
    for broken in [
        String::new(),
        "{}".into(),
        good.replace("kyso.facts/1", "kyso.facts/2"),
        good.replace("\"ambiguous\":false", "\"ambiguous\":false,\"more\":1"),
        good.replace("\"whole-file\"", "\"whole-world\""),
        good.replace(rules::verify::BUDGET.code, "SIG-999"),
        // Another certificate than the one that its fingerprint names.
        good.replace(&print, &"0".repeat(64)),
    ] {
        assert_ne!(broken, good);
        let error = Facts::from_json(&context, &broken).unwrap_err();
        assert_eq!(error.code(), "facts", "{error}");
    }
}
