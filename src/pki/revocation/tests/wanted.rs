//! What is asked for, and how.

use super::*;

#[test]
fn what_is_missing_is_told_with_its_places() {
    let access = |method: u8, uri: &str| {
        let method = [b"\x06\x08\x2B\x06\x01\x05\x05\x07\x30", &[method][..]].concat();
        tlv(0x30, &[&method, &tlv(0x86, &[uri.as_bytes()])])
    };
    let extensions = vec![
        extension(
            "1.3.6.1.5.5.7.1.1",
            false,
            &tlv(
                0x30,
                &[&access(2, "http://a/ca"), &access(1, "http://a/ocsp")],
            ),
        ),
        points(&[tlv(0x30, &[&place("http://a/crl")])]),
        extension(
            "2.5.29.46",
            false,
            &tlv(0x30, &[&tlv(0x30, &[&place("http://a/delta")])]),
        ),
    ];
    let s = Scene::with(extensions);
    let outcome = s.ask(Vec::new(), Vec::new(), |_| {});
    let wanted: Vec<_> = outcome
        .wanted
        .iter()
        .map(|one| (one.kind, one.url.as_str()))
        .collect();
    assert_eq!(
        wanted,
        [
            (WantedKind::Ocsp, "http://a/ocsp"),
            (WantedKind::Crl, "http://a/crl"),
            (WantedKind::DeltaCrl, "http://a/delta"),
            (WantedKind::Issuer, "http://a/ca"),
        ]
    );
    let first: &Wanted = &outcome.wanted[0];
    assert_eq!(first.of, s.person.certificate);
    assert_eq!(first.issuer, s.authority.certificate);
    assert_eq!(crate::pki::revocation::issuers(&first.of), ["http://a/ca"]);
    let lists = vec![week().issued_by(&s.authority), week().issued_by(&s.root)];
    assert!(s.ask(lists, Vec::new(), |_| {}).wanted.is_empty());
}

#[test]
fn requests_are_der_and_nonces_a_matter_of_policy() {
    let s = Scene::new();
    let (person, authority) = (&s.person.certificate, &s.authority.certificate);
    let request = OcspRequest::new(
        person,
        authority,
        DigestAlgorithm::Sha1,
        Some(&[9; 16]),
        &TestProvider,
    )
    .unwrap();
    let der = request.der();
    assert_eq!(crate::asn1::ber_to_der(der).unwrap(), der);
    assert!(
        OcspRequest::new(
            person,
            authority,
            DigestAlgorithm::Sha256,
            None,
            &TestProvider
        )
        .unwrap()
        .nonce()
        .is_none()
    );
    let nonce = extension("1.3.6.1.5.5.7.48.1.2", false, &tlv(4, &[&[9; 16]]));
    let response = OcspTemplate {
        extensions: vec![nonce],
        ..OcspTemplate::of(vec![s.good()])
    }
    .signed_by(&s.authority);
    let (asked, answered) = (request.nonce(), response.nonce());
    assert_eq!(Nonce::Require.fits(asked, answered), Ok(()));
    assert!(Nonce::IfPresent.fits(Some(&[8; 16]), answered).is_err());
    assert_eq!(Nonce::IfPresent.fits(asked, None), Ok(()));
    assert!(Nonce::Require.fits(asked, None).is_err());
    assert_eq!(Nonce::Ignore.fits(asked, Some(&[1])), Ok(()));
}
