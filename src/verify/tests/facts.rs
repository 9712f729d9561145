//! Facts go out as JSON and come back the same.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;

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
        flags in any::<[bool; 3]>(),
        findings in findings(),
    ) -> Checked {
        let [signing_certificate, has_timestamp, known] = flags;
        Checked {
            digest, signature, verdict, sub_indication, algorithm, key_bits, signing_time,
            signing_certificate, has_timestamp, findings,
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
        let reports = [facts, again].map(|facts| super::super::judge(&context, facts).to_json(Lang::Vi));
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
