//! One fault for each rule of a signature, and the round trip through other programs.

use std::{fs, process::Command};

use der::Decode;
use proptest::prelude::*;

use super::{
    Builder, Checked, Kind, SignedData, check,
    encode::{
        CONTEXT_0, CONTEXT_1, NULL, OCTET_STRING, SEQUENCE, SET, oid, set_of, small_integer, time,
        tlv,
    },
    testing::{ECDSA, Identity, Template, at},
};
use crate::{
    crypto::{AwsLc, Digest, DigestAlgorithm, Provider, SignatureAlgorithm},
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    text::{Rule, rules::cms as rules},
    x509::oid as id,
};

const DOCUMENT: &[u8] = b"Quy\xE1\xBA\xBFt \xC4\x91\xE1\xBB\x8Bnh";

fn digest(algorithm: DigestAlgorithm) -> Digest {
    AwsLc.digest_of(algorithm, DOCUMENT).unwrap()
}

fn sha256() -> Digest {
    digest(DigestAlgorithm::Sha256)
}

fn checked(bytes: &[u8], kind: Kind<'_>) -> Checked {
    check(
        &SignedData::parse(bytes, &AwsLc).unwrap(),
        Some(&sha256()),
        kind,
        &[],
        &AwsLc,
    )
}

#[track_caller]
fn passes(checked: &Checked) {
    let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
    assert_eq!(
        (checked.verdict, checked.sub_indication),
        (Verdict::Passed, None),
        "{codes:?}"
    );
    assert_eq!(
        (checked.digest, checked.signature),
        (DigestStatus::Ok, ValueStatus::Ok),
        "{codes:?}"
    );
}

#[track_caller]
fn fails(checked: &Checked, rule: &'static Rule, sub_indication: SubIndication) {
    let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
    assert!(codes.contains(&rule.code), "{codes:?}");
    assert_eq!(
        (checked.verdict, checked.sub_indication),
        (Verdict::Failed, Some(sub_indication)),
        "{codes:?}"
    );
}

#[track_caller]
fn stays_open(checked: &Checked, rule: &'static Rule) {
    let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
    assert!(codes.contains(&rule.code), "{codes:?}");
    assert_eq!(checked.verdict, Verdict::Undetermined, "{codes:?}");
}

#[track_caller]
fn notes(checked: &Checked, rule: &'static Rule) {
    assert!(
        checked.findings.iter().any(|finding| finding.is(rule)),
        "{:?}",
        checked.findings
    );
}

/// A SignedData in parts, each of which a test may spoil before it is signed or after.
#[derive(Clone)]
struct Parts {
    signer: Identity,
    attributes: Vec<Vec<u8>>,
    sorted: bool,
    certificates: Vec<Vec<u8>>,
    digest_algorithm: Vec<u8>,
    signature_algorithm: Vec<u8>,
    content_type: id::Oid,
    content: Option<Vec<u8>>,
    copies: usize,
    spoilt: bool,
    key_id: bool,
}

fn attribute(kind: id::Oid, values: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind), &tlv(SET, values)])
}

fn content_type(kind: id::Oid) -> Vec<u8> {
    attribute(id::CONTENT_TYPE, &[&oid(kind)])
}

fn message_digest(digest: &Digest) -> Vec<u8> {
    attribute(
        id::MESSAGE_DIGEST,
        &[&tlv(OCTET_STRING, &[digest.as_bytes()])],
    )
}

fn cert_id_v2(hash: &[u8]) -> Vec<u8> {
    let cert_id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[hash])]);
    attribute(
        id::SIGNING_CERTIFICATE_V2,
        &[&tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])])],
    )
}

fn identifier(kind: id::Oid) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind)])
}

impl Parts {
    fn new() -> Self {
        let signer = Template::leaf("Person").self_signed();
        Self {
            attributes: vec![
                content_type(id::DATA),
                message_digest(&sha256()),
                cert_id_v2(signer.certificate.sha256()),
            ],
            sorted: true,
            certificates: vec![signer.certificate.der().to_vec()],
            digest_algorithm: identifier(id::SHA256),
            signature_algorithm: identifier(id::ECDSA_WITH_SHA256),
            content_type: id::DATA,
            content: None,
            copies: 1,
            spoilt: false,
            key_id: false,
            signer,
        }
    }

    fn signed_bytes(&self) -> Vec<u8> {
        if self.sorted {
            return set_of(SET, self.attributes.clone());
        }
        let parts: Vec<&[u8]> = self.attributes.iter().map(Vec::as_slice).collect();
        tlv(SET, &parts)
    }

    fn signer_info(&self) -> Vec<u8> {
        let attributes = self.signed_bytes();
        let mut signature = self.signer.key.sign(&ECDSA, &attributes).unwrap();
        if self.spoilt {
            signature = self.signer.key.sign(&ECDSA, b"something else").unwrap();
        }
        self.signer_info_with(&attributes, &signature)
    }

    fn signer_info_with(&self, attributes: &[u8], signature: &[u8]) -> Vec<u8> {
        let certificate = &self.signer.certificate;
        let sid = if self.key_id {
            tlv(0x80, &[certificate.subject_key_id().unwrap()])
        } else {
            tlv(
                SEQUENCE,
                &[certificate.issuer(), &tlv(2, &[certificate.serial()])],
            )
        };
        let attributes = if attributes.is_empty() {
            Vec::new()
        } else {
            [&[CONTEXT_0], &attributes[1..]].concat()
        };
        let signature = tlv(OCTET_STRING, &[signature]);
        tlv(
            SEQUENCE,
            &[
                &small_integer(1),
                &sid,
                &self.digest_algorithm,
                &attributes,
                &self.signature_algorithm,
                &signature,
            ],
        )
    }

    fn build(&self) -> Vec<u8> {
        self.wrap(&vec![self.signer_info(); self.copies])
    }

    fn wrap(&self, signers: &[Vec<u8>]) -> Vec<u8> {
        let content = self
            .content
            .as_ref()
            .map(|content| tlv(CONTEXT_0, &[&tlv(OCTET_STRING, &[content])]));
        let signed_data = tlv(
            SEQUENCE,
            &[
                &small_integer(1),
                &tlv(SET, &[&self.digest_algorithm]),
                &tlv(
                    SEQUENCE,
                    &[&oid(self.content_type), &content.unwrap_or_default()],
                ),
                &set_of(CONTEXT_0, self.certificates.clone()),
                &set_of(SET, signers.to_vec()),
            ],
        );
        tlv(
            SEQUENCE,
            &[&oid(id::SIGNED_DATA), &tlv(CONTEXT_0, &[&signed_data])],
        )
    }

    fn check(&self) -> Checked {
        checked(&self.build(), Kind::Cades)
    }

    fn with(attribute: Vec<u8>) -> Self {
        let mut parts = Self::new();
        parts.attributes.push(attribute);
        parts
    }

    /// With one of the three attributes in another form.
    fn instead(index: usize, attribute: Vec<u8>) -> Self {
        let mut parts = Self::new();
        parts.attributes[index] = attribute;
        parts
    }

    fn without(index: usize) -> Self {
        let mut parts = Self::new();
        parts.attributes.remove(index);
        parts
    }
}

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
            SignedData::parse(bytes, &AwsLc)
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
            SignedData::parse(&bytes, &AwsLc)
                .unwrap()
                .digest_algorithm(),
            None
        );
    }
}

#[test]
fn without_signed_attributes_nothing_passes() {
    let parts = Parts::new();
    let signature = parts.signer.key.sign(&ECDSA, DOCUMENT).unwrap();
    let bytes = parts.wrap(&[parts.signer_info_with(&[], &signature)]);
    stays_open(&checked(&bytes, Kind::Cades), &rules::NO_SIGNED_ATTRIBUTES);
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
    let signed = SignedData::parse(&Parts::new().build(), &AwsLc).unwrap();
    let other = AwsLc
        .digest_of(DigestAlgorithm::Sha256, b"another")
        .unwrap();
    let checked = check(&signed, Some(&other), Kind::Cades, &[], &AwsLc);
    fails(
        &checked,
        &rules::DIGEST_MISMATCH,
        SubIndication::HashFailure,
    );
    assert_eq!(
        (checked.digest, checked.signature),
        (DigestStatus::Mismatch, ValueStatus::Ok)
    );
    let checked = check(&signed, None, Kind::Cades, &[], &AwsLc);
    assert_eq!(
        (checked.digest, checked.verdict),
        (DigestStatus::NotChecked, Verdict::Undetermined)
    );
    // Empty is equal to empty, and means nothing.
    let empty = Digest::new(&[]);
    let signed =
        SignedData::parse(&Parts::instead(1, message_digest(&empty)).build(), &AwsLc).unwrap();
    let checked = check(&signed, Some(&empty), Kind::Cades, &[], &AwsLc);
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
    let sha1 = AwsLc
        .digest_of(DigestAlgorithm::Sha1, certificate.der())
        .unwrap();
    let cert_id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[sha1.as_bytes()])]);
    let value = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])]);
    parts
        .attributes
        .push(attribute(id::SIGNING_CERTIFICATE, &[&value]));
    assert!(parts.check().signing_certificate);
    passes(&parts.check());
    let sha384 = AwsLc
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
    let signed = SignedData::parse(&parts.build(), &AwsLc).unwrap();
    let checked = check(&signed, Some(&sha256()), Kind::Cades, &[], &AwsLc);
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
        &AwsLc,
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

/// The same value with indefinite lengths wherever something is constructed.
fn indefinite(der: &[u8]) -> Vec<u8> {
    let tlv = crate::asn1::Tlv::parse(der).unwrap();
    if !tlv.tag.constructed {
        return der.to_vec();
    }
    let mut out = vec![der[0], 0x80];
    let mut children = tlv.children();
    while let Some(child) = children.try_next().unwrap() {
        out.extend(indefinite(child.full));
    }
    out.extend([0, 0]);
    out
}

#[test]
fn ber_is_read() {
    // The signer's certificate must stay DER, for its own signature and fingerprint; it comes from outside here.
    let parts = Parts {
        certificates: Vec::new(),
        ..Parts::new()
    };
    let bytes = indefinite(&parts.build());
    let signed = SignedData::parse(&bytes, &AwsLc).unwrap();
    let checked = check(
        &signed,
        Some(&sha256()),
        Kind::Cades,
        std::slice::from_ref(&parts.signer.certificate),
        &AwsLc,
    );
    passes(&checked);
    notes(&checked, &rules::REENCODED);
}

#[test]
fn adbe_pkcs7_sha1_holds_the_digest_inside() {
    let sha1 = digest(DigestAlgorithm::Sha1);
    let content = sha1.as_bytes().to_vec();
    let inner = AwsLc.digest_of(DigestAlgorithm::Sha256, &content).unwrap();
    let parts = Parts {
        content: Some(content),
        ..Parts::instead(1, message_digest(&inner))
    };
    let judge = |parts: &Parts, document: &Digest| {
        check(
            &SignedData::parse(&parts.build(), &AwsLc).unwrap(),
            Some(document),
            Kind::Pkcs7Sha1,
            &[],
            &AwsLc,
        )
    };
    let checked = judge(&parts, &sha1);
    passes(&checked);
    assert_eq!(
        checked.digests,
        [DigestAlgorithm::Sha256, DigestAlgorithm::Sha1]
    );
    let other = AwsLc.digest_of(DigestAlgorithm::Sha1, b"another").unwrap();
    fails(
        &judge(&parts, &other),
        &rules::IMPRINT_MISMATCH,
        SubIndication::HashFailure,
    );
    let exchanged = Parts {
        content: Some(other.as_bytes().to_vec()),
        ..parts.clone()
    };
    fails(
        &judge(&exchanged, &other),
        &rules::CONTENT_MISMATCH,
        SubIndication::HashFailure,
    );
    fails(
        &judge(
            &Parts {
                content: None,
                ..parts
            },
            &sha1,
        ),
        &rules::NO_CONTENT,
        SubIndication::SignedDataNotFound,
    );
    // A detached signature needs no content, and says so.
    notes(
        &Parts {
            content: Some(DOCUMENT.to_vec()),
            ..Parts::new()
        }
        .check(),
        &rules::UNEXPECTED_CONTENT,
    );
}

/// Builder, key, and the algorithms to sign with.
fn build(
    identity: &Identity,
    digest_algorithm: DigestAlgorithm,
    signature: SignatureAlgorithm,
) -> Vec<u8> {
    let builder = Builder::new(&identity.certificate, &[], digest_algorithm, signature);
    let attributes = builder.signed_attributes(&digest(digest_algorithm));
    let value = identity.key.sign(&signature, &attributes).unwrap();
    let bytes = builder.assemble(&attributes, &value);
    assert_eq!(builder.size(value.len()), bytes.len());
    assert!(builder.size(identity.key.max_signature_len()) >= bytes.len());
    bytes
}

#[test]
fn what_is_built_is_der_and_accepted_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("document"), DOCUMENT).unwrap();
    let rsa = super::testing::rsa_key();
    let ec = Template::leaf("Person").self_signed();
    let rsa = Identity {
        certificate: Template {
            key: rsa.clone(),
            ..Template::leaf("RSA")
        }
        .signed_with(&super::testing::name("CA"), &ec.key)
        .certificate,
        key: rsa,
    };
    let sha = [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ];
    let cases = sha.into_iter().flat_map(|sha| {
        [
            (&rsa, sha, SignatureAlgorithm::RsaPkcs1(sha)),
            (
                &rsa,
                sha,
                SignatureAlgorithm::RsaPss {
                    digest: sha,
                    mgf1: sha,
                    salt_len: sha.len(),
                },
            ),
        ]
    });
    for (identity, digest_algorithm, signature) in
        cases.chain([(&ec, DigestAlgorithm::Sha256, ECDSA)])
    {
        let bytes = build(identity, digest_algorithm, signature);

        let signed = SignedData::parse(&bytes, &AwsLc).unwrap();
        assert_eq!(signed.digest_algorithm(), Some(digest_algorithm));
        let checked = check(
            &signed,
            Some(&digest(digest_algorithm)),
            Kind::Cades,
            &[],
            &AwsLc,
        );
        passes(&checked);
        assert!(
            checked.findings.is_empty()
                && checked.signing_certificate
                && checked.signing_time.is_none()
        );
        assert_eq!(checked.algorithm, Some(signature));

        // A strict DER reader of other make, and back.
        let info = cms::content_info::ContentInfo::from_der(&bytes).unwrap();
        let strict: cms::signed_data::SignedData = info.content.decode_as().unwrap();
        assert_eq!(strict.signer_infos.0.len(), 1);

        fs::write(path("cms"), &bytes).unwrap();
        let output = Command::new("openssl")
            .args([
                "cms",
                "-verify",
                "-binary",
                "-noverify",
                "-inform",
                "DER",
                "-in",
            ])
            .arg(path("cms"))
            .arg("-content")
            .arg(path("document"))
            .arg("-out")
            .arg(path("out"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{signature}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_builder_embeds_the_chain_once_and_signing_time_outside_of_pades_only() {
    let root = Template::authority("Root").self_signed();
    let issuing = Template::authority("Issuing").issued_by(&root);
    let person = Template::leaf("Person").issued_by(&issuing);
    let chain = [
        issuing.certificate.clone(),
        person.certificate.clone(),
        issuing.certificate.clone(),
    ];
    let moment = at("2026-03-05T02:30:15Z");
    for (cades, expected) in [(true, None), (false, Some(moment))] {
        let builder = Builder::new(&person.certificate, &chain, DigestAlgorithm::Sha256, ECDSA)
            .cades(cades)
            .signing_time(Some(moment));
        let attributes = builder.signed_attributes(&sha256());
        let bytes = builder.assemble(&attributes, &person.key.sign(&ECDSA, &attributes).unwrap());
        let signed = SignedData::parse(&bytes, &AwsLc).unwrap();
        assert_eq!(signed.certificates().len(), 2);
        let checked = check(&signed, Some(&sha256()), Kind::Detached, &[], &AwsLc);
        passes(&checked);
        assert_eq!(checked.signing_time, expected);
        assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        if let Ok(signed) = SignedData::parse(&bytes, &AwsLc) {
            prop_assert_ne!(check(&signed, Some(&sha256()), Kind::Cades, &[], &AwsLc).verdict, Verdict::Passed);
        }
    }

    /// One changed byte: no panic; and what passes has lost nothing that was signed.
    #[test]
    fn a_changed_byte_does_not_pass_for_another_document(at in 0_usize..2000, bits in 1_u8..=255) {
        let mut bytes = fixed().clone();
        let at = at.checked_rem(bytes.len()).unwrap();
        bytes[at] ^= bits;
        if let Ok(signed) = SignedData::parse(&bytes, &AwsLc) {
            let other = AwsLc.digest_of(DigestAlgorithm::Sha256, b"another").unwrap();
            prop_assert_ne!(check(&signed, Some(&other), Kind::Cades, &[], &AwsLc).verdict, Verdict::Passed);
            check(&signed, Some(&sha256()), Kind::Detached, &[], &AwsLc);
        }
    }
}

fn fixed() -> &'static Vec<u8> {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| Parts::new().build())
}

/// Every CMS value of the corpora is read without a panic; where OpenSSL says that the signature is right, so is ours.
#[test]
fn corpora_agree_with_openssl() {
    let Some(corpora) = std::env::var_os("KYSO_CORPORA") else {
        return;
    };
    let mut queue: Vec<_> = ["cms-dss", "cms-openssl", "cms-misc"]
        .iter()
        .map(|name| std::path::Path::new(&corpora).join(name))
        .collect();
    let (mut seen, mut agreed, mut worse, mut better) = (0, 0, Vec::new(), Vec::new());
    while let Some(path) = queue.pop() {
        if path.is_dir() {
            queue.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        let bytes = match crate::asn1::pem::blocks(&bytes) {
            Some(blocks) if !blocks.is_empty() => blocks[0].bytes.to_vec(),
            _ => bytes,
        };
        let Ok(signed) = SignedData::parse(&bytes, &AwsLc) else {
            continue;
        };
        seen += 1;
        let (Some(algorithm), Some(content)) = (signed.digest_algorithm(), signed.encapsulated())
        else {
            continue;
        };
        let document = AwsLc.digest_of(algorithm, content);
        let checked = check(&signed, document.as_ref(), Kind::Detached, &[], &AwsLc);
        let folder = tempfile::tempdir().unwrap();
        let der = folder.path().join("cms");
        fs::write(&der, &bytes).unwrap();
        let output = Command::new("openssl")
            .args([
                "cms",
                "-verify",
                "-binary",
                "-noverify",
                "-inform",
                "DER",
                "-out",
            ])
            .arg(folder.path().join("out"))
            .arg("-in")
            .arg(&der)
            .output()
            .unwrap();
        let ours = (checked.digest, checked.signature) == (DigestStatus::Ok, ValueStatus::Ok);
        let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
        eprintln!(
            "{} openssl {} ours {ours} {:?} {codes:?}",
            path.display(),
            output.status.success(),
            checked.verdict
        );
        agreed += usize::from(output.status.success() == ours);
        let unsupported = [
            &rules::NO_SIGNED_ATTRIBUTES,
            &rules::SIGNATURE_ALGORITHM,
            &rules::DIGEST_ALGORITHM,
            &rules::KEY_UNSUPPORTED,
        ];
        let named = unsupported.iter().any(|rule| codes.contains(&rule.code));
        if output.status.success() && !ours && !named {
            worse.push(format!("{}: {codes:?}", path.display()));
        }
        if ours && !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).replace('\n', " | ");
            better.push(format!(
                "{}: {:?} {codes:?} {why}",
                path.display(),
                checked.verdict
            ));
        }
    }
    eprintln!(
        "{seen} SignedData, {agreed} agree; only we accept:\n{}",
        better.join("\n")
    );
    // OpenSSL takes the digest from the digest algorithm, whatever the signature algorithm says; EU DSS refuses this file as well.
    worse.retain(|line: &String| !line.contains("CAdES-BpB-att-SHA256-SHA512withRSA"));
    assert!(
        worse.is_empty(),
        "only OpenSSL accepts:\n{}",
        worse.join("\n")
    );
    assert!(seen > 20);
}
