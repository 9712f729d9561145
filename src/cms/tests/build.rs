//! The round trip through other programs.

use std::{fs, process::Command};

use der::Decode;

use super::parts::*;
use crate::{
    cms::{
        Builder, Kind, SignedData, check,
        testing::{self, ECDSA, Identity, Template, at},
    },
    crypto::{DigestAlgorithm, SignatureAlgorithm, TestProvider},
};

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
    let rsa = testing::rsa_key();
    let ec = Template::leaf("Person").self_signed();
    let rsa = Identity {
        certificate: Template {
            key: rsa.clone(),
            ..Template::leaf("RSA")
        }
        .signed_with(&testing::name("CA"), &ec.key)
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

        let signed = SignedData::parse(&bytes, &TestProvider).unwrap();
        assert_eq!(signed.digest_algorithm(), Some(digest_algorithm));
        let checked = check(
            &signed,
            Some(&digest(digest_algorithm)),
            Kind::Cades,
            &[],
            &TestProvider,
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
        let signed = SignedData::parse(&bytes, &TestProvider).unwrap();
        assert_eq!(signed.certificates().len(), 2);
        let checked = check(&signed, Some(&sha256()), Kind::Detached, &[], &TestProvider);
        passes(&checked);
        assert_eq!(checked.signing_time, expected);
        assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    }
}
