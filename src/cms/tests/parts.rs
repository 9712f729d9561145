//! A SignedData in parts, and what a check of it must give.

use crate::{
    cms::{
        Checked, Kind, SignedData, check,
        encode::{CONTEXT_0, OCTET_STRING, SEQUENCE, SET, oid, set_of, small_integer, tlv},
        testing::{ECDSA, Identity, Template},
    },
    crypto::{Digest, DigestAlgorithm, Provider, TestProvider},
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    text::Rule,
    x509::oid as id,
};

pub(super) const DOCUMENT: &[u8] = b"Quy\xE1\xBA\xBFt \xC4\x91\xE1\xBB\x8Bnh";

pub(super) fn digest(algorithm: DigestAlgorithm) -> Digest {
    TestProvider.digest_of(algorithm, DOCUMENT).unwrap()
}

pub(super) fn sha256() -> Digest {
    digest(DigestAlgorithm::Sha256)
}

pub(super) fn checked(bytes: &[u8], kind: Kind<'_>) -> Checked {
    check(
        &SignedData::parse(bytes, &TestProvider).unwrap(),
        Some(&sha256()),
        kind,
        &[],
        &TestProvider,
    )
}

#[track_caller]
pub(super) fn passes(checked: &Checked) {
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
pub(super) fn fails(checked: &Checked, rule: &'static Rule, sub_indication: SubIndication) {
    let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
    assert!(codes.contains(&rule.code), "{codes:?}");
    assert_eq!(
        (checked.verdict, checked.sub_indication),
        (Verdict::Failed, Some(sub_indication)),
        "{codes:?}"
    );
}

#[track_caller]
pub(super) fn stays_open(checked: &Checked, rule: &'static Rule) {
    let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
    assert!(codes.contains(&rule.code), "{codes:?}");
    assert_eq!(checked.verdict, Verdict::Undetermined, "{codes:?}");
}

#[track_caller]
pub(super) fn notes(checked: &Checked, rule: &'static Rule) {
    assert!(
        checked.findings.iter().any(|finding| finding.is(rule)),
        "{:?}",
        checked.findings
    );
}

/// A SignedData in parts, each of which a test may spoil before it is signed or after.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) signer: Identity,
    pub(super) attributes: Vec<Vec<u8>>,
    pub(super) sorted: bool,
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) digest_algorithm: Vec<u8>,
    pub(super) signature_algorithm: Vec<u8>,
    pub(super) content_type: id::Oid,
    pub(super) content: Option<Vec<u8>>,
    pub(super) copies: usize,
    pub(super) spoilt: bool,
    pub(super) key_id: bool,
}

pub(super) fn attribute(kind: id::Oid, values: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind), &tlv(SET, values)])
}

pub(super) fn content_type(kind: id::Oid) -> Vec<u8> {
    attribute(id::CONTENT_TYPE, &[&oid(kind)])
}

pub(super) fn message_digest(digest: &Digest) -> Vec<u8> {
    attribute(
        id::MESSAGE_DIGEST,
        &[&tlv(OCTET_STRING, &[digest.as_bytes()])],
    )
}

pub(super) fn cert_id_v2(hash: &[u8]) -> Vec<u8> {
    let cert_id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[hash])]);
    attribute(
        id::SIGNING_CERTIFICATE_V2,
        &[&tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])])],
    )
}

pub(super) fn identifier(kind: id::Oid) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind)])
}

impl Parts {
    pub(super) fn new() -> Self {
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

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        if self.sorted {
            return set_of(SET, self.attributes.clone());
        }
        let parts: Vec<&[u8]> = self.attributes.iter().map(Vec::as_slice).collect();
        tlv(SET, &parts)
    }

    pub(super) fn signer_info(&self) -> Vec<u8> {
        let attributes = self.signed_bytes();
        let mut signature = self.signer.key.sign(&ECDSA, &attributes).unwrap();
        if self.spoilt {
            signature = self.signer.key.sign(&ECDSA, b"something else").unwrap();
        }
        self.signer_info_with(&attributes, &signature)
    }

    pub(super) fn signer_info_with(&self, attributes: &[u8], signature: &[u8]) -> Vec<u8> {
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

    pub(super) fn build(&self) -> Vec<u8> {
        self.wrap(&vec![self.signer_info(); self.copies])
    }

    pub(super) fn wrap(&self, signers: &[Vec<u8>]) -> Vec<u8> {
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

    pub(super) fn check(&self) -> Checked {
        checked(&self.build(), Kind::Cades)
    }

    pub(super) fn with(attribute: Vec<u8>) -> Self {
        let mut parts = Self::new();
        parts.attributes.push(attribute);
        parts
    }

    /// With one of the three attributes in another form.
    pub(super) fn instead(index: usize, attribute: Vec<u8>) -> Self {
        let mut parts = Self::new();
        parts.attributes[index] = attribute;
        parts
    }

    pub(super) fn without(index: usize) -> Self {
        let mut parts = Self::new();
        parts.attributes.remove(index);
        parts
    }
}
