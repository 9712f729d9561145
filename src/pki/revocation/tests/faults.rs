//! CRLs of the authority itself: one fault each, and which of several lists counts.

use super::*;

#[test]
fn every_certificate_but_the_anchor_is_looked_up() {
    let scene = Scene::new();
    let ask = |crls| scene.ask(crls, Vec::new(), |_| {}).reports;
    let reports = ask(vec![
        week().issued_by(&scene.authority),
        week().issued_by(&scene.root),
    ]);
    assert_eq!(reports.len(), 2);
    assert!(
        reports
            .iter()
            .all(|report| report.status == Good && report.reason.is_none())
    );
    assert_eq!(reports[0].certificate, *scene.person.certificate.sha256());
    assert_eq!(sub_indication(&reports), None);

    let reports = ask(vec![week().issued_by(&scene.authority)]);
    assert_eq!(reports[1].status, Undetermined);
    assert!(reports[1].reason.as_ref().unwrap().is(&pki::NO_REVOCATION));
    assert_eq!(sub_indication(&reports), Some(SubIndication::TryLater));
}

#[test]
fn each_fault_of_a_crl_leaves_the_status_open() {
    let scene = Scene::new();
    let open = |rule| because(Undetermined, rule);
    let renewed = Template::authority("Authority").self_signed();
    assert_eq!(
        scene.status(vec![week().issued_by(&renewed)]),
        open(&pki::CRL_SIGNATURE)
    );
    assert_eq!(
        scene.status(vec![
            CrlTemplate {
                spoilt: true,
                ..week()
            }
            .issued_by(&scene.authority)
        ]),
        open(&pki::CRL_SIGNATURE)
    );
    assert_eq!(
        scene.status(vec![week().issued_by(&scene.root)]),
        open(&pki::NO_REVOCATION)
    );
    let later = CrlTemplate::new("2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z");
    assert_eq!(
        scene.status(vec![later.issued_by(&scene.authority)]),
        open(&pki::CRL_LATER)
    );
    let stale = CrlTemplate::new("2026-02-01T00:00:00Z", "2026-03-05T02:30:14Z");
    assert_eq!(
        scene.status(vec![stale.issued_by(&scene.authority)]),
        open(&pki::CRL_STALE)
    );
    assert_eq!(
        scene.status(vec![
            CrlTemplate {
                next_update: None,
                ..week()
            }
            .issued_by(&scene.authority)
        ]),
        open(&pki::CRL_NO_NEXT)
    );
    let with = |extension: Vec<u8>| {
        CrlTemplate {
            extensions: vec![extension],
            ..week()
        }
        .issued_by(&scene.authority)
    };
    assert_eq!(
        scene.status(vec![with(extension("2.5.29.27", true, &[2, 1, 1]))]),
        open(&pki::CRL_DELTA)
    );
    assert_eq!(
        scene.status(vec![with(extension(
            "2.5.29.28",
            true,
            &[0x30, 3, 0x82, 1, 0xFF]
        ))]),
        open(&pki::CRL_SCOPE)
    );
    assert_eq!(
        scene.status(vec![with(extension("1.3.6.1.4.1.99999.1", true, &[5, 0]))]),
        open(&pki::CRL_CRITICAL)
    );
    assert_eq!(
        scene.status(vec![with(extension("1.3.6.1.4.1.99999.1", false, &[5, 0]))]),
        (Good, None)
    );

    let authority = Template {
        extensions: vec![basic_constraints(true, None), key_usage(0x20)],
        ..Template::authority("Authority")
    }
    .issued_by(&scene.root);
    let scene = Scene {
        person: Template::leaf("Person").issued_by(&authority),
        authority,
        ..scene
    };
    assert_eq!(
        scene.status(vec![week().issued_by(&scene.authority)]),
        open(&pki::NO_CRL_SIGN)
    );
}

#[test]
fn a_revocation_counts_from_its_date() {
    let scene = Scene::new();
    let revoked = |date: &str, reason| {
        CrlTemplate {
            revoked: vec![(7, at(date), reason)],
            ..week()
        }
        .issued_by(&scene.authority)
    };
    let bad = (Revoked, Some(pki::REVOKED.code));
    let good = (Good, None);
    assert_eq!(
        scene.status(vec![revoked("2026-03-05T02:30:15Z", Some(1))]),
        bad
    );
    assert_eq!(
        scene.status(vec![revoked("2026-03-05T02:30:16Z", None)]),
        (Good, Some(pki::REVOKED_LATER.code))
    );
    assert_eq!(
        scene.status(vec![revoked("2026-02-01T00:00:00Z", Some(6))]),
        (Revoked, Some(pki::ON_HOLD.code))
    );
    let other = CrlTemplate {
        revoked: vec![(8, at("2026-02-01T00:00:00Z"), None)],
        ..week()
    };
    assert_eq!(scene.status(vec![other.issued_by(&scene.authority)]), good);
    let list = revoked("2026-03-02T00:00:00Z", Some(1));
    let reports = scene.ask(vec![list], Vec::new(), |_| {}).reports;
    assert!(
        reports[0]
            .reason
            .as_ref()
            .unwrap()
            .message(crate::text::Lang::En)
            .contains("keyCompromise")
    );
    assert_eq!(sub_indication(&reports), Some(SubIndication::RevokedNoPoe));
}

#[test]
fn the_newest_list_wins_and_an_old_one_still_proves_a_revocation() {
    let scene = Scene::new();
    let entry = |reason| vec![(7, at("2026-02-01T00:00:00Z"), reason)];
    let older = CrlTemplate {
        revoked: entry(Some(6)),
        ..CrlTemplate::new("2026-02-20T00:00:00Z", "2026-03-20T00:00:00Z")
    };
    let lists = vec![
        older.issued_by(&scene.authority),
        week().issued_by(&scene.authority),
    ];
    assert_eq!(scene.status(lists).0, Good);
    let stale = |reason| CrlTemplate {
        revoked: entry(reason),
        ..CrlTemplate::new("2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z")
    };
    assert_eq!(
        scene
            .status(vec![stale(Some(1)).issued_by(&scene.authority)])
            .0,
        Revoked
    );
    assert_eq!(
        scene
            .status(vec![stale(Some(6)).issued_by(&scene.authority)])
            .0,
        Undetermined
    );
    // A forged list proves nothing.
    let forged = CrlTemplate {
        spoilt: true,
        ..stale(Some(1))
    };
    assert_eq!(
        scene.status(vec![forged.issued_by(&scene.authority)]).0,
        Undetermined
    );
}

#[test]
fn a_newer_delta_without_its_list_is_not_overruled_by_an_older_full_one() {
    let scene = Scene::new();
    let newer = |kind: Vec<u8>, serial, reason| {
        let list = CrlTemplate::new("2026-03-04T00:00:00Z", "2026-03-06T00:00:00Z");
        CrlTemplate {
            revoked: vec![(serial, at("2026-03-03T00:00:00Z"), reason)],
            extensions: vec![kind],
            ..list
        }
        .issued_by(&scene.authority)
    };
    let delta = || extension("2.5.29.27", true, &[2, 1, 1]);
    let users_only = || extension("2.5.29.28", true, &[0x30, 3, 0x81, 1, 0xFF]);
    let with = |list| scene.status(vec![week().issued_by(&scene.authority), list]);
    let open = (Undetermined, Some(pki::CRL_DELTA.code));
    assert_eq!(
        with(newer(delta(), 7, Some(1))),
        (Revoked, Some(pki::REVOKED.code))
    );
    assert_eq!(with(newer(delta(), 7, Some(6))), open);
    assert_eq!(with(newer(delta(), 7, Some(8))), open);
    assert_eq!(with(newer(users_only(), 7, Some(1))).0, Revoked);
    assert_eq!(with(newer(delta(), 8, Some(1))), (Good, None));
    assert_eq!(with(newer(users_only(), 8, Some(1))), (Good, None));
}
