//! BER, adbe.pkcs7.sha1, and bytes that mean nothing.

use proptest::prelude::*;

use super::parts::*;
use crate::{
    cms::{Kind, SignedData, check, testing::ECDSA},
    crypto::{Digest, DigestAlgorithm, Provider, TestProvider},
    report::{SubIndication, Verdict},
    text::rules::cms as rules,
    x509::oid as id,
};

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
    let signed = SignedData::parse(&bytes, &TestProvider).unwrap();
    let checked = check(
        &signed,
        Some(&sha256()),
        Kind::Cades,
        std::slice::from_ref(&parts.signer.certificate),
        &TestProvider,
    );
    passes(&checked);
    notes(&checked, &rules::REENCODED);
}

#[test]
fn adbe_pkcs7_sha1_holds_the_digest_inside() {
    let sha1 = digest(DigestAlgorithm::Sha1);
    let content = sha1.as_bytes().to_vec();
    let inner = TestProvider
        .digest_of(DigestAlgorithm::Sha256, &content)
        .unwrap();
    let parts = Parts {
        content: Some(content),
        ..Parts::instead(1, message_digest(&inner))
    };
    let judge = |parts: &Parts, document: &Digest| {
        check(
            &SignedData::parse(&parts.build(), &TestProvider).unwrap(),
            Some(document),
            Kind::Pkcs7Sha1,
            &[],
            &TestProvider,
        )
    };
    let checked = judge(&parts, &sha1);
    passes(&checked);
    assert_eq!(
        checked.digests,
        [DigestAlgorithm::Sha256, DigestAlgorithm::Sha1]
    );
    let other = TestProvider
        .digest_of(DigestAlgorithm::Sha1, b"another")
        .unwrap();
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

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        if let Ok(signed) = SignedData::parse(&bytes, &TestProvider) {
            prop_assert_ne!(check(&signed, Some(&sha256()), Kind::Cades, &[], &TestProvider).verdict, Verdict::Passed);
        }
    }

    /// One changed byte: no panic; and what passes has lost nothing that was signed.
    #[test]
    fn a_changed_byte_does_not_pass_for_another_document(at in 0_usize..2000, bits in 1_u8..=255) {
        let mut bytes = fixed().clone();
        let at = at.checked_rem(bytes.len()).unwrap();
        bytes[at] ^= bits;
        if let Ok(signed) = SignedData::parse(&bytes, &TestProvider) {
            let other = TestProvider.digest_of(DigestAlgorithm::Sha256, b"another").unwrap();
            prop_assert_ne!(check(&signed, Some(&other), Kind::Cades, &[], &TestProvider).verdict, Verdict::Passed);
            check(&signed, Some(&sha256()), Kind::Detached, &[], &TestProvider);
        }
    }
}

fn fixed() -> &'static Vec<u8> {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| Parts::new().build())
}

#[test]
fn adbe_pkcs7_sha1_without_signed_attributes_signs_the_digest_inside() {
    let sha1 = digest(DigestAlgorithm::Sha1);
    let with = |content: &[u8]| {
        let parts = Parts {
            content: Some(content.to_vec()),
            ..Parts::new()
        };
        let signature = parts.signer.key.sign(&ECDSA, content).unwrap();
        let bytes = parts.wrap(&[parts.signer_info_with(&[], &signature)]);
        let signed = SignedData::parse(&bytes, &TestProvider).unwrap();
        check(&signed, Some(&sha1), Kind::Pkcs7Sha1, &[], &TestProvider)
    };
    passes(&with(sha1.as_bytes()));
    fails(
        &with(&[0; 20]),
        &rules::IMPRINT_MISMATCH,
        SubIndication::HashFailure,
    );
}

#[test]
fn algorithms_that_are_not_supported_are_named() {
    let judge = |digest: &str, signature: &str| {
        let identifier = |text| identifier(id::Oid::new(text).unwrap());
        let parts = Parts {
            digest_algorithm: identifier(digest),
            signature_algorithm: identifier(signature),
            ..Parts::new()
        };
        let checked = parts.check();
        assert_eq!(
            checked.verdict,
            Verdict::Undetermined,
            "{digest} {signature}"
        );
        let said: Vec<_> = checked
            .findings
            .iter()
            .map(|finding| finding.message(crate::text::Lang::En))
            .collect();
        said.join("\n")
    };
    let sha256 = "2.16.840.1.101.3.4.2.1";
    for (digest, signature, name) in [
        (sha256, "2.16.840.1.101.3.4.3.2", "DSA with SHA-256"),
        (sha256, "1.2.643.7.1.1.3.2", "GOST R 34.10-2012"),
        (sha256, "1.2.156.10197.1.501", "SM2 with SM3"),
        (sha256, "1.3.101.113", "Ed448"),
        (sha256, "1.2.840.113549.1.1.10", "RSASSA-PSS"),
        ("1.3.36.3.2.1", "1.3.36.3.3.1.2", "RIPEMD-160"),
        ("1.2.840.113549.2.5", "1.2.840.113549.1.1.4", "MD5"),
        ("1.2.156.10197.1.401", "1.2.156.10197.1.501", "SM3"),
    ] {
        let said = judge(digest, signature);
        assert!(said.contains(name), "{name}: {said}");
    }
}
