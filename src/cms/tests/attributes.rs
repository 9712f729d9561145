//! Signed attributes: which there must be, how often, and what they must say.

use super::*;

#[test]
fn attributes_stand_once_with_one_value() {
    let certificate = Parts::new();
    let certificate = cert_id_v2(certificate.signer.certificate.sha256());
    for repeated in [
        content_type(id::DATA),
        message_digest(&sha256()),
        certificate,
    ] {
        fails(
            &Parts::with(repeated).check(),
            &rules::ATTRIBUTE_REPEATED,
            SubIndication::FormatFailure,
        );
    }
    let value = tlv(OCTET_STRING, &[sha256().as_bytes()]);
    let two = Parts::instead(1, attribute(id::MESSAGE_DIGEST, &[&value, &value]));
    fails(
        &two.check(),
        &rules::ATTRIBUTE_REPEATED,
        SubIndication::FormatFailure,
    );
    let none = Parts::instead(0, attribute(id::CONTENT_TYPE, &[]));
    fails(
        &none.check(),
        &rules::ATTRIBUTE_REPEATED,
        SubIndication::FormatFailure,
    );
    for index in [0, 1] {
        fails(
            &Parts::without(index).check(),
            &rules::ATTRIBUTE_MISSING,
            SubIndication::FormatFailure,
        );
    }
    let odd = Parts::instead(1, attribute(id::MESSAGE_DIGEST, &[NULL]));
    fails(
        &odd.check(),
        &rules::ATTRIBUTE_MALFORMED,
        SubIndication::FormatFailure,
    );
    let odd = Parts::instead(0, attribute(id::CONTENT_TYPE, &[NULL]));
    fails(
        &odd.check(),
        &rules::ATTRIBUTE_MALFORMED,
        SubIndication::FormatFailure,
    );
    let time = time(at("2026-03-05T02:30:15Z"));
    let parts = Parts::with(attribute(id::SIGNING_TIME, &[&time]));
    assert_eq!(parts.check().signing_time, Some(at("2026-03-05T02:30:15Z")));
    passes(&parts.check());
    let twice = Parts::with(attribute(id::SIGNING_TIME, &[&time, &time]));
    fails(
        &twice.check(),
        &rules::ATTRIBUTE_REPEATED,
        SubIndication::FormatFailure,
    );
}

#[test]
fn the_content_type_is_data() {
    let attribute_differs = Parts::instead(0, content_type(id::TST_INFO));
    fails(
        &attribute_differs.check(),
        &rules::CONTENT_TYPE,
        SubIndication::SigConstraintsFailure,
    );
    // A time-stamp token is no signature of a document.
    let both = Parts {
        content_type: id::TST_INFO,
        ..attribute_differs
    };
    fails(
        &both.check(),
        &rules::CONTENT_TYPE,
        SubIndication::SigConstraintsFailure,
    );
}

#[test]
fn signing_certificate_names_the_signer() {
    let other = Template::leaf("Other").self_signed();
    let wrong = Parts::instead(2, cert_id_v2(other.certificate.sha256()));
    let checked = wrong.check();
    fails(
        &checked,
        &rules::SIGNING_CERTIFICATE,
        SubIndication::NoSigningCertificateFound,
    );
    assert_eq!(checked.signature, ValueStatus::Ok);
    let malformed = Parts::instead(2, attribute(id::SIGNING_CERTIFICATE_V2, &[NULL]));
    fails(
        &malformed.check(),
        &rules::ATTRIBUTE_MALFORMED,
        SubIndication::FormatFailure,
    );

    let absent = Parts::without(2);
    let checked = absent.check();
    passes(&checked);
    assert!(!checked.signing_certificate);
    notes(&checked, &rules::NO_SIGNING_CERTIFICATE_CADES);
    notes(
        &super::checked(&absent.build(), Kind::Detached),
        &rules::NO_SIGNING_CERTIFICATE,
    );

    // The old attribute, by SHA-1; and one with a digest algorithm and a serial number.
    let mut parts = Parts::without(2);
    let certificate = parts.signer.certificate.clone();
    let sha1 = TestProvider
        .digest_of(DigestAlgorithm::Sha1, certificate.der())
        .unwrap();
    let cert_id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[sha1.as_bytes()])]);
    let value = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])]);
    parts
        .attributes
        .push(attribute(id::SIGNING_CERTIFICATE, &[&value]));
    assert!(parts.check().signing_certificate);
    passes(&parts.check());
    let sha384 = TestProvider
        .digest_of(DigestAlgorithm::Sha384, certificate.der())
        .unwrap();
    for (serial, right) in [(certificate.serial(), true), (&[0x55][..], false)] {
        let names = tlv(SEQUENCE, &[&tlv(0xA4, &[certificate.issuer()])]);
        let issuer_serial = tlv(SEQUENCE, &[&names, &tlv(2, &[serial])]);
        let hash = tlv(OCTET_STRING, &[sha384.as_bytes()]);
        let cert_id = tlv(SEQUENCE, &[&identifier(id::SHA384), &hash, &issuer_serial]);
        let value = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])]);
        let parts = Parts {
            attributes: vec![
                content_type(id::DATA),
                message_digest(&sha256()),
                attribute(id::SIGNING_CERTIFICATE_V2, &[&value]),
            ],
            ..parts.clone()
        };
        let checked = parts.check();
        passes(&checked);
        assert_eq!(
            checked
                .findings
                .iter()
                .any(|finding| finding.is(&rules::ISSUER_SERIAL)),
            !right
        );
    }
    // An unknown digest algorithm leaves it open.
    let hash = tlv(OCTET_STRING, &[&[1; 32]]);
    let cert_id = tlv(
        SEQUENCE,
        &[
            &identifier(id::Oid::new_unwrap("2.16.840.1.101.3.4.2.8")),
            &hash,
        ],
    );
    let value = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])]);
    stays_open(
        &Parts::instead(2, attribute(id::SIGNING_CERTIFICATE_V2, &[&value])).check(),
        &rules::DIGEST_ALGORITHM,
    );
}

#[test]
fn algorithm_protection_must_fit() {
    let protection = |digest, signature| {
        let value = tlv(
            SEQUENCE,
            &[&identifier(digest), &tlv(CONTEXT_1, &[&oid(signature)])],
        );
        Parts::with(attribute(id::CMS_ALGORITHM_PROTECTION, &[&value])).check()
    };
    passes(&protection(id::SHA256, id::ECDSA_WITH_SHA256));
    for checked in [
        protection(id::SHA384, id::ECDSA_WITH_SHA256),
        protection(id::SHA256, id::ECDSA_WITH_SHA384),
    ] {
        fails(
            &checked,
            &rules::ALGORITHM_PROTECTION,
            SubIndication::SigConstraintsFailure,
        );
    }
    let odd = Parts::with(attribute(id::CMS_ALGORITHM_PROTECTION, &[NULL])).check();
    fails(
        &odd,
        &rules::ALGORITHM_PROTECTION,
        SubIndication::SigConstraintsFailure,
    );
}

#[test]
fn attributes_are_checked_over_their_original_bytes() {
    let mut parts = Parts {
        sorted: false,
        ..Parts::new()
    };
    parts.attributes.sort();
    parts.attributes.reverse();
    // Signed as they stand.
    let checked = parts.check();
    passes(&checked);
    notes(&checked, &rules::ATTRIBUTE_ORDER);
    assert!(
        !checked
            .findings
            .iter()
            .any(|finding| finding.is(&rules::REENCODED))
    );
    // Signed in DER order, written in another.
    let sorted = set_of(SET, parts.attributes.clone());
    let signature = parts.signer.key.sign(&ECDSA, &sorted).unwrap();
    let checked = super::checked(
        &parts.wrap(&[parts.signer_info_with(&parts.signed_bytes(), &signature)]),
        Kind::Cades,
    );
    passes(&checked);
    notes(&checked, &rules::REENCODED);
}
