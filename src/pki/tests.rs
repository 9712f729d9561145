//! One fault for each rule: what is right passes, and each fault is caught by the rule that it breaks.

use std::sync::Arc;

use super::{Store, path, revocation, trust_class};
use crate::{
    cms::testing::{
        CrlTemplate, Identity, SIGN, Template, at, basic_constraints, extension, key, key_usage,
    },
    crypto::TestProvider,
    report::{Finding, PathStatus, RevocationReport, RevocationStatus, SubIndication, TrustClass},
    text::{Rule, rules::pki},
    time::Time,
    x509::{Certificate, Crl},
};

fn now() -> Time {
    at("2026-03-05T02:30:15Z")
}

/// Root, issuing authority, person.
struct Hierarchy {
    root: Identity,
    issuing: Identity,
    person: Identity,
}

impl Hierarchy {
    fn new() -> Self {
        Self::with(Template::authority("Issuing"), Template::leaf("Person"))
    }

    fn with(issuing: Template, person: Template) -> Self {
        let root = Template::authority("Root").self_signed();
        let issuing = issuing.issued_by(&root);
        let person = person.issued_by(&issuing);
        Self {
            root,
            issuing,
            person,
        }
    }

    fn store(&self, crls: Vec<Arc<Crl>>) -> Store {
        Store::new(
            vec![self.root.certificate.clone()],
            vec![self.issuing.certificate.clone()],
            crls,
        )
    }

    fn evaluate(&self) -> path::PathOutcome {
        path::evaluate(
            &self.person.certificate,
            &[],
            &self.store(Vec::new()),
            now(),
        )
    }

    fn chain(&self) -> Vec<Arc<Certificate>> {
        vec![
            self.person.certificate.clone(),
            self.issuing.certificate.clone(),
            self.root.certificate.clone(),
        ]
    }
}

#[track_caller]
fn refused(
    outcome: &path::PathOutcome,
    status: PathStatus,
    rule: &'static Rule,
    sub_indication: SubIndication,
) {
    let code = outcome.reason.as_ref().map(Finding::code);
    assert_eq!(
        (outcome.status, code, outcome.sub_indication),
        (status, Some(rule.code), Some(sub_indication))
    );
}

#[test]
fn a_right_path_is_valid_and_of_class_other() {
    let hierarchy = Hierarchy::new();
    let outcome = hierarchy.evaluate();
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
    let fingerprints =
        |chain: &[Arc<Certificate>]| chain.iter().map(|one| *one.sha256()).collect::<Vec<_>>();
    assert_eq!(
        fingerprints(&outcome.chain),
        fingerprints(&hierarchy.chain())
    );
    assert!(outcome.findings.is_empty());
    assert_eq!(trust_class::of(&outcome), TrustClass::Other);
}

#[test]
fn the_issuer_may_come_with_the_signature() {
    let h = Hierarchy::new();
    let store = Store::new(vec![h.root.certificate.clone()], Vec::new(), Vec::new());
    let outcome = path::evaluate(
        &h.person.certificate,
        std::slice::from_ref(&h.issuing.certificate),
        &store,
        now(),
    );
    assert_eq!(outcome.status, PathStatus::Valid);
}

#[test]
fn without_issuer_or_anchor_there_is_no_path() {
    let h = Hierarchy::new();
    let no_issuer = Store::new(vec![h.root.certificate.clone()], Vec::new(), Vec::new());
    let no_anchor = Store::new(
        Vec::new(),
        vec![h.root.certificate.clone(), h.issuing.certificate.clone()],
        Vec::new(),
    );
    let nothing = Store::default();
    for (store, length) in [(no_issuer, 1), (no_anchor, 3), (nothing, 1)] {
        let outcome = path::evaluate(&h.person.certificate, &[], &store, now());
        refused(
            &outcome,
            PathStatus::Undetermined,
            &pki::NO_PATH,
            SubIndication::NoCertificateChainFound,
        );
        assert_eq!(outcome.chain.len(), length);
    }
}

#[test]
fn a_certificate_that_is_an_anchor_is_trusted_directly_but_must_be_in_time() {
    let h = Hierarchy::new();
    let store = Store::new(vec![h.person.certificate.clone()], Vec::new(), Vec::new());
    let outcome = path::evaluate(&h.person.certificate, &[], &store, now());
    assert_eq!(
        (outcome.status, outcome.chain.len()),
        (PathStatus::Valid, 1)
    );
    let outcome = path::evaluate(
        &h.person.certificate,
        &[],
        &store,
        at("2031-01-01T00:00:00Z"),
    );
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::EXPIRED,
        SubIndication::OutOfBoundsNoPoe,
    );
}

#[test]
fn dates_of_leaf_and_issuer_count_those_of_the_anchor_do_not() {
    let h = Hierarchy::new();
    let late = path::evaluate(
        &h.person.certificate,
        &[],
        &h.store(Vec::new()),
        at("2030-01-01T00:00:01Z"),
    );
    assert_eq!(late.status, PathStatus::Invalid);
    let edge = path::evaluate(
        &h.person.certificate,
        &[],
        &h.store(Vec::new()),
        at("2030-01-01T00:00:00Z"),
    );
    assert_eq!(edge.status, PathStatus::Valid);

    let expired = Template {
        not_after: at("2026-01-01T00:00:00Z"),
        ..Template::leaf("Person")
    };
    let outcome = Hierarchy::with(Template::authority("Issuing"), expired).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::EXPIRED,
        SubIndication::OutOfBoundsNoPoe,
    );

    let early = Template {
        not_before: at("2027-01-01T00:00:00Z"),
        ..Template::leaf("Person")
    };
    let outcome = Hierarchy::with(Template::authority("Issuing"), early).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::NOT_YET_VALID,
        SubIndication::OutOfBoundsNoPoe,
    );

    let expired = Template {
        not_after: at("2026-01-01T00:00:00Z"),
        ..Template::authority("Issuing")
    };
    let outcome = Hierarchy::with(expired, Template::leaf("Person")).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::EXPIRED,
        SubIndication::CertificateChainGeneralFailure,
    );

    let old_root = Template {
        not_after: at("2025-06-01T00:00:00Z"),
        ..Template::authority("Root")
    }
    .self_signed();
    let leaf = Template::leaf("Person").issued_by(&old_root);
    let store = Store::new(vec![old_root.certificate], Vec::new(), Vec::new());
    let outcome = path::evaluate(&leaf.certificate, &[], &store, now());
    assert_eq!(outcome.status, PathStatus::Valid);
    assert!(
        outcome
            .findings
            .iter()
            .any(|finding| finding.is(&pki::ANCHOR_DATES))
    );
}

#[test]
fn a_wrong_signature_is_told_with_its_certificate() {
    let spoilt = Template {
        spoilt: true,
        ..Template::leaf("Person")
    };
    let outcome = Hierarchy::with(Template::authority("Issuing"), spoilt).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::CERTIFICATE_SIGNATURE,
        SubIndication::CertificateChainGeneralFailure,
    );
    assert!(
        outcome
            .reason
            .unwrap()
            .message(crate::Lang::En)
            .contains("Person")
    );

    let spoilt = Template {
        spoilt: true,
        ..Template::authority("Issuing")
    };
    let outcome = Hierarchy::with(spoilt, Template::leaf("Person")).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::CERTIFICATE_SIGNATURE,
        SubIndication::CertificateChainGeneralFailure,
    );
}

#[test]
fn an_impostor_of_the_same_name_is_no_issuer() {
    let h = Hierarchy::new();
    // Same name, another key, trusted: the renewed authority. It did not issue this person.
    let renewed = Template::authority("Issuing").self_signed();
    let store = Store::new(vec![renewed.certificate.clone()], Vec::new(), Vec::new());
    let outcome = path::evaluate(&h.person.certificate, &[], &store, now());
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::NO_PATH,
        SubIndication::NoCertificateChainFound,
    );
    // With both at hand the right one is found.
    let store = Store::new(
        vec![h.root.certificate.clone(), renewed.certificate],
        vec![h.issuing.certificate.clone()],
        Vec::new(),
    );
    assert_eq!(
        path::evaluate(&h.person.certificate, &[], &store, now()).status,
        PathStatus::Valid
    );
}

#[test]
fn an_issuer_must_be_an_authority_for_certificates() {
    let general = SubIndication::CertificateChainGeneralFailure;
    let cases = [
        (vec![key_usage(0b0010_0000)], &pki::NOT_A_CA),
        (
            vec![basic_constraints(false, None), key_usage(0b0010_0000)],
            &pki::NOT_A_CA,
        ),
        (
            vec![basic_constraints(true, None), key_usage(SIGN)],
            &pki::NO_CERT_SIGN,
        ),
    ];
    for (extensions, rule) in cases {
        let issuing = Template {
            extensions: extensions.clone(),
            ..Template::authority("Issuing")
        };
        refused(
            &Hierarchy::with(issuing, Template::leaf("Person")).evaluate(),
            PathStatus::Invalid,
            rule,
            general,
        );
        // The same for the anchor: trusted as what it says it is.
        let root = Template {
            extensions,
            ..Template::authority("Root")
        }
        .self_signed();
        let leaf = Template::leaf("Person").issued_by(&root);
        let store = Store::new(vec![root.certificate], Vec::new(), Vec::new());
        refused(
            &path::evaluate(&leaf.certificate, &[], &store, now()),
            PathStatus::Invalid,
            rule,
            general,
        );
    }
    let old = Template {
        version: 1,
        key_ids: false,
        ..Template::authority("Issuing")
    };
    refused(
        &Hierarchy::with(old, Template::leaf("Person")).evaluate(),
        PathStatus::Invalid,
        &pki::CA_VERSION,
        general,
    );
    let root = Template {
        version: 1,
        key_ids: false,
        ..Template::authority("Root")
    }
    .self_signed();
    let leaf = Template::leaf("Person").issued_by(&root);
    let store = Store::new(vec![root.certificate], Vec::new(), Vec::new());
    assert_eq!(
        path::evaluate(&leaf.certificate, &[], &store, now()).status,
        PathStatus::Valid
    );
}

#[test]
fn path_length_counts_authorities_that_are_not_self_issued() {
    let short = Template {
        extensions: vec![basic_constraints(true, Some(0)), key_usage(0x60)],
        ..Template::authority("Root")
    };
    let root = short.self_signed();
    let issuing = Template::authority("Issuing").issued_by(&root);
    let person = Template::leaf("Person").issued_by(&issuing);
    let store = Store::new(
        vec![root.certificate.clone()],
        vec![issuing.certificate],
        Vec::new(),
    );
    let outcome = path::evaluate(&person.certificate, &[], &store, now());
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::PATH_LENGTH,
        SubIndication::CertificateChainGeneralFailure,
    );

    // A new key of the root, signed with the old one, does not count.
    let rekeyed = Template::authority("Root").issued_by(&root);
    let person = Template::leaf("Person").issued_by(&rekeyed);
    let store = Store::new(
        vec![root.certificate],
        vec![rekeyed.certificate],
        Vec::new(),
    );
    let outcome = path::evaluate(&person.certificate, &[], &store, now());
    assert_eq!(
        (outcome.status, outcome.chain.len()),
        (PathStatus::Valid, 3),
        "{:?}",
        outcome.reason
    );
}

#[test]
fn a_signer_must_be_allowed_to_sign() {
    for (extensions, good) in [
        (vec![key_usage(0b100)], false),
        (vec![key_usage(1)], true),
        (vec![key_usage(2)], true),
        (Vec::new(), true),
    ] {
        let person = Template {
            extensions,
            ..Template::leaf("Person")
        };
        let outcome = Hierarchy::with(Template::authority("Issuing"), person).evaluate();
        if good {
            assert_eq!(outcome.status, PathStatus::Valid);
        } else {
            refused(
                &outcome,
                PathStatus::Invalid,
                &pki::NO_SIGNING,
                SubIndication::ChainConstraintsFailure,
            );
        }
    }
}

#[test]
fn unknown_critical_extensions_are_not_accepted() {
    let odd = extension("1.3.6.1.4.1.99999.1", true, &[5, 0]);
    let mut person = Template::leaf("Person");
    person.extensions.push(odd.clone());
    let outcome = Hierarchy::with(Template::authority("Issuing"), person).evaluate();
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::UNKNOWN_CRITICAL,
        SubIndication::CertificateChainGeneralFailure,
    );
    // What is known and malformed is wrong for everybody, critical or not.
    let mut issuing = Template::authority("Issuing");
    issuing
        .extensions
        .push(extension("2.5.29.30", false, &[0x30, 0]));
    let outcome = Hierarchy::with(issuing, Template::leaf("Person")).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &crate::text::rules::path::EXTENSION_MALFORMED,
        SubIndication::CertificateChainGeneralFailure,
    );
    // What is plainly wrong weighs more.
    let mut person = Template {
        not_after: at("2026-01-01T00:00:00Z"),
        ..Template::leaf("Person")
    };
    person.extensions.push(odd);
    let outcome = Hierarchy::with(Template::authority("Issuing"), person).evaluate();
    refused(
        &outcome,
        PathStatus::Invalid,
        &pki::EXPIRED,
        SubIndication::OutOfBoundsNoPoe,
    );
}

#[test]
fn loops_and_crowds_end() {
    // Two authorities that certify each other, and no anchor.
    let (key_a, key_b) = (key(), key());
    let (a, b) = (
        crate::cms::testing::name("A"),
        crate::cms::testing::name("B"),
    );
    let of = |subject: &str, key: &Arc<_>, issuer: &[u8], issuer_key| {
        let key = Arc::clone(key);
        Template {
            key,
            ..Template::authority(subject)
        }
        .signed_with(issuer, issuer_key)
    };
    let ring = [of("A", &key_a, &b, &key_b), of("B", &key_b, &a, &key_a)];
    let leaf = Template::leaf("Person").signed_with(&a, &key_a);
    let held: Vec<_> = ring.iter().map(|one| one.certificate.clone()).collect();
    let outcome = path::evaluate(&leaf.certificate, &held, &Store::default(), now());
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::NO_PATH,
        SubIndication::NoCertificateChainFound,
    );

    // More authorities of one name than signatures may be checked.
    let crowd: Vec<_> = (0..120)
        .map(|_| {
            Template {
                key_ids: false,
                ..Template::authority("A")
            }
            .self_signed()
            .certificate
        })
        .collect();
    // Without an anchor of that name there is nothing to look for.
    let outcome = path::evaluate(&leaf.certificate, &crowd, &Store::default(), now());
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::NO_PATH,
        SubIndication::NoCertificateChainFound,
    );
    let anchor = Template {
        key_ids: false,
        ..Template::authority("A")
    };
    let store = Store::new(
        vec![anchor.self_signed().certificate],
        Vec::new(),
        Vec::new(),
    );
    let outcome = path::evaluate(&leaf.certificate, &crowd, &store, now());
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::PATH_BUDGET,
        SubIndication::CertificateChainGeneralFailure,
    );
}

/// The status of every certificate of a path, with the answers of the store only.
fn statuses(chain: &[Arc<Certificate>], store: &Store) -> Vec<RevocationReport> {
    let query = revocation::Query {
        chain,
        store,
        held: &revocation::Held::default(),
        provider: &TestProvider,
        policy: &revocation::Policy::default(),
        at: now(),
        now: now(),
    };
    revocation::evaluate(&query).reports
}

fn week() -> CrlTemplate {
    CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
}

#[test]
fn every_certificate_but_the_anchor_is_looked_up() {
    let h = Hierarchy::new();
    let store = h.store(vec![
        week().issued_by(&h.issuing),
        week().issued_by(&h.root),
    ]);
    let reports = statuses(&h.chain(), &store);
    assert_eq!(reports.len(), 2);
    assert!(
        reports
            .iter()
            .all(|report| report.status == RevocationStatus::Good && report.reason.is_none())
    );
    assert_eq!(reports[0].certificate, *h.person.certificate.sha256());
    assert_eq!(revocation::sub_indication(&reports), None);

    let store = h.store(vec![week().issued_by(&h.issuing)]);
    let reports = statuses(&h.chain(), &store);
    assert_eq!(reports[1].status, RevocationStatus::Undetermined);
    assert!(reports[1].reason.as_ref().unwrap().is(&pki::NO_REVOCATION));
    assert_eq!(
        revocation::sub_indication(&reports),
        Some(SubIndication::TryLater)
    );
}

/// The status of the person under one CRL of the issuing authority.
fn status(h: &Hierarchy, crls: Vec<Arc<Crl>>) -> (RevocationStatus, Option<&'static str>) {
    let reports = statuses(&h.chain()[..2], &h.store(crls));
    (
        reports[0].status,
        reports[0].reason.as_ref().map(Finding::code),
    )
}

#[test]
fn each_fault_of_a_crl_leaves_the_status_open() {
    let h = Hierarchy::new();
    let open = |rule: &'static Rule| (RevocationStatus::Undetermined, Some(rule.code));
    let renewed = Template::authority("Issuing").self_signed();
    assert_eq!(
        status(&h, vec![week().issued_by(&renewed)]),
        open(&pki::CRL_SIGNATURE)
    );
    assert_eq!(
        status(
            &h,
            vec![
                CrlTemplate {
                    spoilt: true,
                    ..week()
                }
                .issued_by(&h.issuing)
            ]
        ),
        open(&pki::CRL_SIGNATURE)
    );
    assert_eq!(
        status(&h, vec![week().issued_by(&h.root)]),
        open(&pki::NO_REVOCATION)
    );
    let later = CrlTemplate::new("2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z");
    assert_eq!(
        status(&h, vec![later.issued_by(&h.issuing)]),
        open(&pki::CRL_LATER)
    );
    let stale = CrlTemplate::new("2026-02-01T00:00:00Z", "2026-03-05T02:30:14Z");
    assert_eq!(
        status(&h, vec![stale.issued_by(&h.issuing)]),
        open(&pki::CRL_STALE)
    );
    assert_eq!(
        status(
            &h,
            vec![
                CrlTemplate {
                    next_update: None,
                    ..week()
                }
                .issued_by(&h.issuing)
            ]
        ),
        open(&pki::CRL_NO_NEXT)
    );
    let with = |extension: Vec<u8>| {
        CrlTemplate {
            extensions: vec![extension],
            ..week()
        }
        .issued_by(&h.issuing)
    };
    assert_eq!(
        status(&h, vec![with(extension("2.5.29.27", true, &[2, 1, 1]))]),
        open(&pki::CRL_DELTA)
    );
    assert_eq!(
        status(
            &h,
            vec![with(extension(
                "2.5.29.28",
                true,
                &[0x30, 3, 0x82, 1, 0xFF]
            ))]
        ),
        open(&pki::CRL_SCOPE)
    );
    assert_eq!(
        status(
            &h,
            vec![with(extension("1.3.6.1.4.1.99999.1", true, &[5, 0]))]
        ),
        open(&pki::CRL_CRITICAL)
    );
    assert_eq!(
        status(
            &h,
            vec![with(extension("1.3.6.1.4.1.99999.1", false, &[5, 0]))]
        ),
        (RevocationStatus::Good, None)
    );

    let issuing = Template {
        extensions: vec![basic_constraints(true, None), key_usage(0x20)],
        ..Template::authority("Issuing")
    };
    let h = Hierarchy::with(issuing, Template::leaf("Person"));
    assert_eq!(
        status(&h, vec![week().issued_by(&h.issuing)]),
        open(&pki::NO_CRL_SIGN)
    );
}

#[test]
fn a_revocation_counts_from_its_date() {
    let h = Hierarchy::new();
    let revoked = |date: &str, reason| {
        CrlTemplate {
            revoked: vec![(7, at(date), reason)],
            ..week()
        }
        .issued_by(&h.issuing)
    };
    let bad = (RevocationStatus::Revoked, Some(pki::REVOKED.code));
    let good = (RevocationStatus::Good, None);
    assert_eq!(
        status(&h, vec![revoked("2026-03-05T02:30:15Z", Some(1))]),
        bad
    );
    assert_eq!(
        status(&h, vec![revoked("2026-03-05T02:30:16Z", None)]),
        (RevocationStatus::Good, Some(pki::REVOKED_LATER.code))
    );
    assert_eq!(
        status(&h, vec![revoked("2026-02-01T00:00:00Z", Some(6))]),
        (RevocationStatus::Revoked, Some(pki::ON_HOLD.code))
    );
    let other = CrlTemplate {
        revoked: vec![(8, at("2026-02-01T00:00:00Z"), None)],
        ..week()
    };
    assert_eq!(status(&h, vec![other.issued_by(&h.issuing)]), good);
    let reports = statuses(
        &h.chain(),
        &h.store(vec![revoked("2026-03-02T00:00:00Z", Some(1))]),
    );
    assert!(
        reports[0]
            .reason
            .as_ref()
            .unwrap()
            .message(crate::Lang::En)
            .contains("keyCompromise")
    );
    assert_eq!(
        revocation::sub_indication(&reports),
        Some(SubIndication::RevokedNoPoe)
    );
}

#[test]
fn the_newest_list_wins_and_an_old_one_still_proves_a_revocation() {
    let h = Hierarchy::new();
    let entry = |reason| vec![(7, at("2026-02-01T00:00:00Z"), reason)];
    let older = CrlTemplate {
        revoked: entry(Some(6)),
        ..CrlTemplate::new("2026-02-20T00:00:00Z", "2026-03-20T00:00:00Z")
    };
    let lists = vec![older.issued_by(&h.issuing), week().issued_by(&h.issuing)];
    assert_eq!(status(&h, lists).0, RevocationStatus::Good);
    let stale = |reason| CrlTemplate {
        revoked: entry(reason),
        ..CrlTemplate::new("2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z")
    };
    assert_eq!(
        status(&h, vec![stale(Some(1)).issued_by(&h.issuing)]).0,
        RevocationStatus::Revoked
    );
    assert_eq!(
        status(&h, vec![stale(Some(6)).issued_by(&h.issuing)]).0,
        RevocationStatus::Undetermined
    );
    // A forged list proves nothing.
    let forged = CrlTemplate {
        spoilt: true,
        ..stale(Some(1))
    };
    assert_eq!(
        status(&h, vec![forged.issued_by(&h.issuing)]).0,
        RevocationStatus::Undetermined
    );
}

#[test]
fn a_newer_delta_without_its_list_is_not_overruled_by_an_older_full_one() {
    let h = Hierarchy::new();
    let newer = |kind: Vec<u8>, serial, reason| {
        let list = CrlTemplate::new("2026-03-04T00:00:00Z", "2026-03-06T00:00:00Z");
        CrlTemplate {
            revoked: vec![(serial, at("2026-03-03T00:00:00Z"), reason)],
            extensions: vec![kind],
            ..list
        }
        .issued_by(&h.issuing)
    };
    let delta = || extension("2.5.29.27", true, &[2, 1, 1]);
    let users_only = || extension("2.5.29.28", true, &[0x30, 3, 0x81, 1, 0xFF]);
    let with = |list| status(&h, vec![week().issued_by(&h.issuing), list]);
    let open = (RevocationStatus::Undetermined, Some(pki::CRL_DELTA.code));
    assert_eq!(
        with(newer(delta(), 7, Some(1))),
        (RevocationStatus::Revoked, Some(pki::REVOKED.code))
    );
    assert_eq!(with(newer(delta(), 7, Some(6))), open);
    assert_eq!(with(newer(delta(), 7, Some(8))), open);
    assert_eq!(
        with(newer(users_only(), 7, Some(1))).0,
        RevocationStatus::Revoked
    );
    assert_eq!(
        with(newer(delta(), 8, Some(1))),
        (RevocationStatus::Good, None)
    );
    assert_eq!(
        with(newer(users_only(), 8, Some(1))),
        (RevocationStatus::Good, None)
    );
}

#[test]
fn a_path_has_at_most_sixteen_certificates() {
    for (length, status) in [(16, PathStatus::Valid), (17, PathStatus::Undetermined)] {
        let root = Template::authority("Root").self_signed();
        let mut held = Vec::new();
        let mut issuer = root.clone();
        for number in 2..length {
            issuer = Template::authority(&format!("Authority {number}")).issued_by(&issuer);
            held.push(issuer.certificate.clone());
        }
        let leaf = Template::leaf("Person").issued_by(&issuer);
        let store = Store::new(vec![root.certificate], Vec::new(), Vec::new());
        let outcome = path::evaluate(&leaf.certificate, &held, &store, now());
        assert_eq!(outcome.status, status, "{length}");
    }
}
