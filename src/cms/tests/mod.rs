//! One fault for each rule of a signature.

mod build;
mod corpora;
mod kinds;
mod parts;

use super::{
    Kind, SignedData, check,
    encode::{CONTEXT_0, CONTEXT_1, NULL, OCTET_STRING, SEQUENCE, SET, oid, set_of, time, tlv},
    testing::{ECDSA, Template, at},
};
use crate::{
    crypto::{Digest, DigestAlgorithm, Provider, TestProvider},
    report::{DigestStatus, SubIndication, ValueStatus, Verdict},
    text::rules::cms as rules,
    x509::oid as id,
};
use parts::*;

#[test]
fn a_right_signature_passes() {
    let checked = Parts::new().check();
    passes(&checked);
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    assert_eq!(
        (checked.algorithm, checked.key_bits),
        (Some(ECDSA), Some(256))
    );
    assert_eq!(checked.digests, [DigestAlgorithm::Sha256]);
    assert!(checked.signing_certificate && !checked.has_timestamp && !checked.has_revocation);
    assert_eq!(checked.signing_time, None);
    passes(
        &Parts {
            key_id: true,
            ..Parts::new()
        }
        .check(),
    );
}

#[test]
fn only_zero_bytes_may_follow() {
    let mut bytes = Parts::new().build();
    bytes.extend([0; 100]);
    passes(&checked(&bytes, Kind::Cades));
    bytes.extend([1, 0]);
    let checked = checked(&bytes, Kind::Cades);
    fails(&checked, &rules::TRAILING, SubIndication::FormatFailure);
    assert_eq!(
        (checked.digest, checked.signature),
        (DigestStatus::Ok, ValueStatus::Ok)
    );
}

#[test]
fn other_bytes_are_no_signed_data() {
    let good = Parts::new().build();
    let truncated = &good[..good.len() - 1];
    let data = tlv(
        SEQUENCE,
        &[
            &oid(id::DATA),
            &tlv(CONTEXT_0, &[&tlv(OCTET_STRING, &[b"x"])]),
        ],
    );
    for bytes in [&[][..], &[0; 64], truncated, &data, b"%PDF-1.7"] {
        assert!(
            SignedData::parse(bytes, &TestProvider)
                .unwrap_err()
                .is(&rules::NOT_SIGNED_DATA)
        );
    }
}

#[test]
fn exactly_one_signer() {
    for copies in [0, 2] {
        let bytes = Parts {
            copies,
            ..Parts::new()
        }
        .build();
        let checked = checked(&bytes, Kind::Cades);
        fails(&checked, &rules::SIGNER_COUNT, SubIndication::FormatFailure);
        assert_eq!(
            (checked.digest, checked.signature),
            (DigestStatus::NotChecked, ValueStatus::NotChecked)
        );
        assert_eq!(
            SignedData::parse(&bytes, &TestProvider)
                .unwrap()
                .digest_algorithm(),
            None
        );
    }
}

#[test]
fn without_signed_attributes_the_value_is_over_the_document() {
    let parts = Parts::new();
    let signature = parts.signer.key.sign(&ECDSA, DOCUMENT).unwrap();
    let bytes = parts.wrap(&[parts.signer_info_with(&[], &signature)]);
    let detached = checked(&bytes, Kind::Detached);
    passes(&detached);
    notes(&detached, &rules::NO_SIGNED_ATTRIBUTES);
    assert!(!detached.signing_certificate);
    // PAdES demands attributes, which is a warning.
    let cades = checked(&bytes, Kind::Cades);
    passes(&cades);
    notes(&cades, &rules::NO_SIGNING_CERTIFICATE_CADES);
    // A time-stamp is nothing without them.
    let stamp = checked(&bytes, Kind::Timestamp { imprint: b"" });
    fails(
        &stamp,
        &rules::ATTRIBUTE_MISSING,
        SubIndication::FormatFailure,
    );
    // Another document, another key, another content type.
    let other = parts.signer.key.sign(&ECDSA, b"another document").unwrap();
    let other = parts.wrap(&[parts.signer_info_with(&[], &other)]);
    let other = checked(&other, Kind::Detached);
    fails(
        &other,
        &rules::VALUE_OR_DOCUMENT,
        SubIndication::SigCryptoFailure,
    );
    assert_eq!(
        (other.digest, other.signature),
        (DigestStatus::NotChecked, ValueStatus::Invalid)
    );
    let typed = Parts {
        content_type: id::TST_INFO,
        ..parts.clone()
    };
    let typed = typed.wrap(&[typed.signer_info_with(&[], &signature)]);
    let typed = checked(&typed, Kind::Detached);
    fails(
        &typed,
        &rules::ATTRIBUTE_MISSING,
        SubIndication::FormatFailure,
    );
    // Without a digest of the document nothing was checked.
    let signed = SignedData::parse(&bytes, &TestProvider).unwrap();
    let open = check(&signed, None, Kind::Detached, &[], &TestProvider);
    assert_eq!(
        (open.verdict, open.digest, open.signature),
        (
            Verdict::Undetermined,
            DigestStatus::NotChecked,
            ValueStatus::NotChecked
        )
    );
    // An empty set is not an absent one.
    let signature = parts.signer.key.sign(&ECDSA, &[SET, 0]).unwrap();
    let bytes = parts.wrap(&[parts.signer_info_with(&[SET, 0], &signature)]);
    fails(
        &checked(&bytes, Kind::Cades),
        &rules::ATTRIBUTE_MISSING,
        SubIndication::FormatFailure,
    );
}

#[test]
fn the_digest_of_the_document_counts() {
    let signed = SignedData::parse(&Parts::new().build(), &TestProvider).unwrap();
    let other = TestProvider
        .digest_of(DigestAlgorithm::Sha256, b"another")
        .unwrap();
    let checked = check(&signed, Some(&other), Kind::Cades, &[], &TestProvider);
    fails(
        &checked,
        &rules::DIGEST_MISMATCH,
        SubIndication::HashFailure,
    );
    assert_eq!(
        (checked.digest, checked.signature),
        (DigestStatus::Mismatch, ValueStatus::Ok)
    );
    let checked = check(&signed, None, Kind::Cades, &[], &TestProvider);
    assert_eq!(
        (checked.digest, checked.verdict),
        (DigestStatus::NotChecked, Verdict::Undetermined)
    );
    // Empty is equal to empty, and means nothing.
    let empty = Digest::new(&[]);
    let signed = SignedData::parse(
        &Parts::instead(1, message_digest(&empty)).build(),
        &TestProvider,
    )
    .unwrap();
    let checked = check(&signed, Some(&empty), Kind::Cades, &[], &TestProvider);
    assert_eq!(
        (checked.digest, checked.verdict),
        (DigestStatus::Mismatch, Verdict::Failed)
    );
}

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
        &super::tests::checked(&absent.build(), Kind::Detached),
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
fn the_certificate_is_found_by_its_identifier_inside_or_outside() {
    let parts = Parts {
        certificates: Vec::new(),
        ..Parts::new()
    };
    let signed = SignedData::parse(&parts.build(), &TestProvider).unwrap();
    let checked = check(&signed, Some(&sha256()), Kind::Cades, &[], &TestProvider);
    stays_open(&checked, &rules::NO_CERTIFICATE);
    assert_eq!(
        (checked.signature, checked.digest),
        (ValueStatus::NotChecked, DigestStatus::Ok)
    );
    passes(&check(
        &signed,
        Some(&sha256()),
        Kind::Cades,
        std::slice::from_ref(&parts.signer.certificate),
        &TestProvider,
    ));

    // Another certificate under the same issuer and serial number takes nobody in; beside the right one it does no harm.
    let swapped = Template::leaf("Person").self_signed();
    let only = Parts {
        certificates: vec![swapped.certificate.der().to_vec()],
        ..parts.clone()
    };
    let checked = only.check();
    assert_eq!(
        (checked.verdict, checked.signature),
        (Verdict::Failed, ValueStatus::Invalid)
    );
    let right = parts.signer.certificate.der().to_vec();
    let both = Parts {
        certificates: vec![swapped.certificate.der().to_vec(), right],
        ..parts
    };
    passes(&both.check());
}

#[test]
fn a_wrong_signature_value_fails() {
    let checked = Parts {
        spoilt: true,
        ..Parts::new()
    }
    .check();
    fails(
        &checked,
        &rules::SIGNATURE_INVALID,
        SubIndication::SigCryptoFailure,
    );
    assert_eq!(
        (checked.digest, checked.signature),
        (DigestStatus::Ok, ValueStatus::Invalid)
    );
    // r and s without DER around them (IEEE P1363) are not CMS.
    let parts = Parts::new();
    let bytes = parts.wrap(&[parts.signer_info_with(&parts.signed_bytes(), &[0x11; 64])]);
    assert_eq!(
        super::tests::checked(&bytes, Kind::Cades).signature,
        ValueStatus::Invalid
    );
    // Attributes that were changed after signing.
    let mut changed = parts.clone();
    let signature = parts
        .signer
        .key
        .sign(&ECDSA, &parts.signed_bytes())
        .unwrap();
    changed.attributes.push(attribute(
        id::SIGNING_TIME,
        &[&time(at("2026-03-05T02:30:15Z"))],
    ));
    let bytes = changed.wrap(&[changed.signer_info_with(&changed.signed_bytes(), &signature)]);
    assert_eq!(
        super::tests::checked(&bytes, Kind::Cades).signature,
        ValueStatus::Invalid
    );
}

#[test]
fn algorithms_must_be_known_and_agree() {
    let gost = identifier(id::Oid::new_unwrap("1.2.643.7.1.1.3.2"));
    let checked = Parts {
        signature_algorithm: gost,
        ..Parts::new()
    }
    .check();
    stays_open(&checked, &rules::SIGNATURE_ALGORITHM);
    assert_eq!(
        (checked.signature, checked.algorithm),
        (ValueStatus::NotChecked, None)
    );
    let streebog = identifier(id::Oid::new_unwrap("1.2.643.7.1.1.2.2"));
    stays_open(
        &Parts {
            digest_algorithm: streebog,
            ..Parts::new()
        }
        .check(),
        &rules::DIGEST_ALGORITHM,
    );
    // An RSA signature by a key on a curve.
    let rsa = Parts {
        signature_algorithm: tlv(SEQUENCE, &[&oid(id::SHA256_WITH_RSA), NULL]),
        ..Parts::new()
    }
    .check();
    assert_ne!(
        (rsa.verdict, rsa.signature),
        (Verdict::Passed, ValueStatus::Ok)
    );

    let sha384 = Parts {
        digest_algorithm: identifier(id::SHA384),
        ..Parts::new()
    }
    .check();
    fails(
        &sha384,
        &rules::DIGEST_DISAGREES,
        SubIndication::SigConstraintsFailure,
    );
    let alias = Parts {
        digest_algorithm: identifier(id::ECDSA_WITH_SHA256),
        ..Parts::new()
    }
    .check();
    passes(&alias);
    notes(&alias, &rules::DIGEST_ALIAS);
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
    let checked = super::tests::checked(
        &parts.wrap(&[parts.signer_info_with(&parts.signed_bytes(), &signature)]),
        Kind::Cades,
    );
    passes(&checked);
    notes(&checked, &rules::REENCODED);
}
