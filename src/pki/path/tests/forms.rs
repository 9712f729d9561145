//! Certificates that are not written as they should be.

use super::*;
use crate::crypto::TestProvider;

/// The same certificate with a longer form of the length of the outermost value.
fn in_ber(der: &[u8]) -> Vec<u8> {
    assert_eq!(der[..2], [0x30, 0x82]);
    [&[0x30, 0x83, 0][..], &der[2..]].concat()
}

#[test]
fn ber_around_what_is_signed_is_another_certificate_and_inside_it_a_forgery() {
    let h = Hierarchy::new();
    let parse = |bytes: &[u8]| Certificate::parse(bytes, &TestProvider).unwrap();
    let person = parse(&in_ber(h.person.certificate.der()));
    assert_ne!(person.sha256(), h.person.certificate.sha256());
    assert_eq!(
        evaluate(&person, &[], &h.store(), now()).status,
        PathStatus::Valid,
        "its octets are those that were signed"
    );
    // An anchor is its octets.
    let root = parse(&in_ber(h.root.certificate.der()));
    let store = Store::new(vec![root], vec![h.issuing.certificate.clone()], Vec::new());
    let person = &h.person.certificate;
    let held = [h.root.certificate.clone()];
    let outcome = evaluate(person, &held, &store, now());
    assert!(!store.is_anchor(&h.root.certificate));
    assert_eq!(
        outcome.status,
        PathStatus::Valid,
        "by the one that is given"
    );
    // TRUE as another octet than FF, in an extension.
    let mut der = person.der().to_vec();
    let at = der.windows(3).position(|w| w == [1, 1, 0xFF]).unwrap();
    der[at + 2] = 1;
    let changed = parse(&der);
    assert_eq!(changed.key_usage(), person.key_usage());
    refused(
        &evaluate(&changed, &[], &h.store(), now()),
        PathStatus::Invalid,
        &pki::CERTIFICATE_SIGNATURE,
        SubIndication::CertificateChainGeneralFailure,
    );
}

#[test]
fn a_number_that_is_negative_or_longer_than_allowed_is_only_a_number() {
    // RFC 5280 clause 4.1.2.2: such certificates are to be handled gracefully. Lists and answers tell -128 from 128 (see there).
    let h = Hierarchy::new();
    let der = h.person.certificate.der();
    let at = der.windows(3).position(|w| w == [2, 1, 7]).unwrap();
    let mut negative = der.to_vec();
    negative[at + 2] = 0x80;
    let negative = Certificate::parse(&negative, &TestProvider).unwrap();
    assert_eq!(negative.report().serial, "-80");
    refused(
        &evaluate(&negative, &[], &h.store(), now()),
        PathStatus::Invalid,
        &pki::CERTIFICATE_SIGNATURE,
        SubIndication::CertificateChainGeneralFailure,
    );
}

#[test]
fn an_identifier_of_any_size_is_one_that_is_not_known() {
    for id in [
        vec![0x2A; 1_000],
        [vec![0x2A], vec![0xFF; 40], vec![1]].concat(),
    ] {
        let judge = |critical: &[u8]| {
            let odd = tlv(0x30, &[&tlv(6, &[&id]), critical, &tlv(4, &[b"?"])]);
            let mut person = Template::leaf("Person");
            person.extensions.push(odd);
            Hierarchy::with(Template::authority("Issuing"), person).evaluate()
        };
        refused(
            &judge(&[1, 1, 0xFF]),
            PathStatus::Undetermined,
            &pki::UNKNOWN_CRITICAL,
            SubIndication::CertificateChainGeneralFailure,
        );
        assert_eq!(judge(&[]).status, PathStatus::Valid);
    }
}
