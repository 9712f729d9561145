//! One fault for each rule of a signature.

mod attributes;
#[cfg(feature = "aws-lc")]
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
    assert!(checked.signing_certificate && !checked.has_timestamp);
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
