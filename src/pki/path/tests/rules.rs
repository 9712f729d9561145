//! RFC 5280 clause 6.1, one fault for each rule, and what each purpose demands of a leaf.

use super::*;

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
fn a_certificate_that_is_an_anchor_is_trusted_directly_but_must_be_in_time() {
    let h = Hierarchy::new();
    let store = Store::new(vec![h.person.certificate.clone()], Vec::new(), Vec::new());
    let outcome = evaluate(&h.person.certificate, &[], &store, now());
    assert_eq!(
        (outcome.status, outcome.chain.len()),
        (PathStatus::Valid, 1)
    );
    let outcome = evaluate(
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
    let late = evaluate(
        &h.person.certificate,
        &[],
        &h.store(),
        at("2030-01-01T00:00:01Z"),
    );
    assert_eq!(late.status, PathStatus::Invalid);
    let edge = evaluate(
        &h.person.certificate,
        &[],
        &h.store(),
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
    let outcome = evaluate(&leaf.certificate, &[], &store, now());
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
            &evaluate(&leaf.certificate, &[], &store, now()),
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
        evaluate(&leaf.certificate, &[], &store, now()).status,
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
    let outcome = evaluate(&person.certificate, &[], &store, now());
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
    let outcome = evaluate(&person.certificate, &[], &store, now());
    assert_eq!(
        (outcome.status, outcome.chain.len()),
        (PathStatus::Valid, 3),
        "{:?}",
        outcome.reason
    );
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
        &path_rules::EXTENSION_MALFORMED,
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
fn an_authority_without_a_name_is_none() {
    let nameless = Template {
        subject: vec![0x30, 0],
        ..Template::authority("")
    };
    let chain = chain(vec![
        Template::authority("Root"),
        nameless,
        Template::leaf("Person"),
    ]);
    let outcome = judge(&chain, &Demands::default());
    assert_eq!(code(&outcome), Some(path_rules::FORBIDDEN.code));
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
fn each_purpose_has_its_certificates() {
    let usage = |purposes: &[&[u8]]| {
        let all: Vec<_> = purposes.iter().map(|oid| tlv(6, &[oid])).collect();
        extension("2.5.29.37", true, &tlv(0x30, &[&all.concat()]))
    };
    let stamping: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 8];
    let answering: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 9];
    let long = [[0x81; 60].as_slice(), &[1]].concat();
    for (leaf, purposes) in [
        (vec![], [true, false, false]),
        (vec![usage(&[stamping])], [true, true, false]),
        (vec![usage(&[stamping, answering])], [true, false, true]),
        (vec![usage(&[stamping, &long])], [true, false, false]),
    ] {
        let chain = chain(vec![
            Template::authority("Root"),
            with(Template::leaf("Person"), leaf),
        ]);
        let fits = [Purpose::Sign, Purpose::Timestamp, Purpose::Ocsp].map(|purpose| {
            let demands = Demands {
                purpose,
                ..Demands::default()
            };
            judge(&chain, &demands).status == PathStatus::Valid
        });
        assert_eq!(fits, purposes);
    }
    // A key for encryption signs nothing, but may be asked about.
    let encryption = Template {
        extensions: vec![key_usage(0b100)],
        ..Template::leaf("Person")
    };
    let chain = chain(vec![Template::authority("Root"), encryption]);
    let any = Demands {
        purpose: Purpose::Any,
        ..Demands::default()
    };
    assert_eq!(judge(&chain, &any).status, PathStatus::Valid);
    assert_eq!(
        code(&judge(&chain, &Demands::default())),
        Some(pki::NO_SIGNING.code)
    );
}
