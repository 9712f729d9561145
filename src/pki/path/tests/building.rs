//! Which way leads to an anchor, and what a search for it may cost.

use std::time::Instant;

use super::*;

#[test]
fn the_issuer_may_come_with_the_signature() {
    let h = Hierarchy::new();
    let store = Store::new(vec![h.root.certificate.clone()], Vec::new(), Vec::new());
    let outcome = evaluate(
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
        let outcome = evaluate(&h.person.certificate, &[], &store, now());
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
fn an_impostor_of_the_same_name_is_no_issuer() {
    let h = Hierarchy::new();
    // Same name, another key, trusted: the renewed authority. It did not issue this person.
    let renewed = Template::authority("Issuing").self_signed();
    let store = Store::new(vec![renewed.certificate.clone()], Vec::new(), Vec::new());
    let outcome = evaluate(&h.person.certificate, &[], &store, now());
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
        evaluate(&h.person.certificate, &[], &store, now()).status,
        PathStatus::Valid
    );
}

/// An authority is its key, not its name: two under one DN, told apart without key identifiers too.
#[test]
fn two_authorities_of_one_name_each_have_their_own_certificates() {
    for key_ids in [true, false] {
        let root = Template::authority("Root").self_signed();
        let authority = || Template {
            key_ids,
            ..Template::authority("Issuing")
        };
        let old = authority().issued_by(&root);
        let new = authority().issued_by(&root);
        for issuer in [&old, &new] {
            let person = Template {
                key_ids,
                ..Template::leaf("Person")
            }
            .issued_by(issuer);
            let held = [old.certificate.clone(), new.certificate.clone()];
            let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
            let outcome = evaluate(&person.certificate, &held, &store, now());
            assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
            assert_eq!(outcome.chain[1].sha256(), issuer.certificate.sha256());
        }
    }
}

/// Cross-certificates and a bridge: the only way to the trusted root leads over another hierarchy.
#[test]
fn a_bridge_is_crossed() {
    let home = Template::authority("Home root").self_signed();
    let bridge = Template::authority("Bridge").self_signed();
    let abroad = Template::authority("Abroad root").self_signed();
    let again = |subject: &str, identity: &Identity, issuer: &Identity| {
        Template {
            key: identity.key.clone(),
            ..Template::authority(subject)
        }
        .issued_by(issuer)
        .certificate
    };
    let issuing = Template::authority("Abroad CA").issued_by(&abroad);
    let person = Template::leaf("Person").issued_by(&issuing);
    let held = [
        again("Bridge", &bridge, &home),
        again("Home root", &home, &bridge),
        again("Abroad root", &abroad, &bridge),
        again("Bridge", &bridge, &abroad),
        issuing.certificate.clone(),
        abroad.certificate.clone(),
        bridge.certificate.clone(),
    ];
    let store = Store::new(vec![home.certificate.clone()], Vec::new(), Vec::new());
    let outcome = evaluate(&person.certificate, &held, &store, now());
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
    assert_eq!(outcome.chain.len(), 5);
}

/// An anchor other than the demanded one does not count: who speaks for an authority stands under the same one.
#[test]
fn the_anchor_can_be_fixed() {
    let root = Template::authority("Root").self_signed();
    let person = Template::leaf("Person").issued_by(&root);
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    for (anchor, status) in [
        (*root.certificate.sha256(), PathStatus::Valid),
        ([0; 32], PathStatus::Undetermined),
    ] {
        let demands = Demands {
            anchor: Some(anchor),
            ..Demands::default()
        };
        let outcome = evaluate_for(&person.certificate, &[], &store, now(), &demands);
        assert_eq!(outcome.status, status);
    }
}

/// Certificates with one serial number of one issuer are still two certificates.
#[test]
fn one_serial_number_twice_is_two_certificates() {
    let root = Template::authority("Root").self_signed();
    let good = Template::leaf("Person").issued_by(&root);
    let bad = Template {
        not_after: at("2025-06-01T00:00:00Z"),
        ..Template::leaf("Person")
    }
    .issued_by(&root);
    assert_eq!(good.certificate.serial(), bad.certificate.serial());
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    let status = |one: &Identity| evaluate(&one.certificate, &[], &store, now()).status;
    assert_eq!(
        (status(&good), status(&bad)),
        (PathStatus::Valid, PathStatus::Invalid)
    );
    assert_eq!(
        (status(&bad), status(&good)),
        (PathStatus::Invalid, PathStatus::Valid)
    );
}

/// An authority that only lies beside the signature is no evidence for a class; see also the corpus test of real ones.
#[test]
fn what_is_merely_enclosed_gives_no_class() {
    let root = Template::authority("Root").self_signed();
    let person = Template::leaf("Person").issued_by(&root);
    let held = [root.certificate.clone()];
    let outcome = evaluate(&person.certificate, &held, &Store::default(), now());
    assert_eq!(trust_class::of(&outcome), TrustClass::None);
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
        let outcome = evaluate(&leaf.certificate, &held, &store, now());
        assert_eq!(outcome.status, status, "{length}");
    }
}

#[test]
fn loops_and_crowds_end() {
    // Two authorities that certify each other, and no anchor.
    let (key_a, key_b) = (key(), key());
    let (a, b) = (name("A"), name("B"));
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
    let outcome = evaluate(&leaf.certificate, &held, &Store::default(), now());
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
    let outcome = evaluate(&leaf.certificate, &crowd, &Store::default(), now());
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
    let outcome = evaluate(&leaf.certificate, &crowd, &store, now());
    refused(
        &outcome,
        PathStatus::Undetermined,
        &pki::PATH_BUDGET,
        SubIndication::CertificateChainGeneralFailure,
    );
}

/// A chain of a thousand authorities ends at the limit, within the budget.
#[test]
fn a_thousand_authorities_end_within_the_budget() {
    let mut templates: Vec<_> = (0..1_000)
        .map(|number| Template::authority(&format!("CA {number}")))
        .collect();
    templates.push(Template::leaf("Person"));
    let chain = chain(templates);
    let started = Instant::now();
    let outcome = judge(&chain, &Demands::default());
    assert_eq!(outcome.status, PathStatus::Undetermined);
    assert_eq!(code(&outcome), Some(pki::PATH_BUDGET.code));
    assert!(started.elapsed().as_secs() < 20);
}

/// Authorities that all certify each other have more ways than anybody can walk.
#[test]
fn a_mesh_without_an_anchor_ends_within_the_budget() {
    let keys: Vec<_> = (0..9).map(|_| key()).collect();
    let mut held = Vec::new();
    for (to, subject) in keys.iter().enumerate() {
        for (from, issuer) in keys.iter().enumerate().filter(|(from, _)| *from != to) {
            let template = Template {
                key: subject.clone(),
                ..Template::authority(&format!("CA {to}"))
            };
            let issuer_name = name(&format!("CA {from}"));
            held.push(template.signed_with(&issuer_name, issuer).certificate);
        }
    }
    let leaf = Template::leaf("Person").signed_with(&name("CA 0"), &keys[0]);
    let started = Instant::now();
    let outcome = evaluate(&leaf.certificate, &held, &Store::default(), now());
    assert_eq!(outcome.status, PathStatus::Undetermined);
    // Dead ends are known after one look at each certificate.
    assert_eq!(code(&outcome), Some(pki::NO_PATH.code));
    assert!(started.elapsed().as_secs() < 20);
    // The one way out is the last that is tried, at the end of the mesh.
    let root = Template::authority("Root").self_signed();
    let way = Template {
        key: keys[8].clone(),
        not_before: at("2020-01-01T00:00:00Z"),
        ..Template::authority("CA 8")
    };
    held.push(way.issued_by(&root).certificate);
    let store = Store::new(vec![root.certificate], Vec::new(), Vec::new());
    let outcome = evaluate(&leaf.certificate, &held, &store, now());
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
}
