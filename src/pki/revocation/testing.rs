//! OCSP responses for tests, and faults in them on demand.

use std::sync::Arc;

use super::ocsp::key_octets;
use crate::{
    asn1::write::tlv,
    cms::testing::{ECDSA, Identity},
    crypto::{DigestAlgorithm, Provider, TestProvider},
    time::Time,
    x509::{AnswerStatus, Certificate, OcspResponse, oid},
};

/// An answer to be.
#[derive(Clone)]
pub(super) struct AnswerTemplate {
    pub(super) digest: DigestAlgorithm,
    pub(super) issuer: Arc<Certificate>,
    pub(super) serial: Vec<u8>,
    pub(super) status: AnswerStatus,
    pub(super) this_update: Time,
    pub(super) next_update: Option<Time>,
    pub(super) extensions: Vec<Vec<u8>>,
}

/// A response to be.
#[derive(Clone)]
pub(super) struct OcspTemplate {
    pub(super) produced_at: Time,
    pub(super) answers: Vec<AnswerTemplate>,
    pub(super) by_key: bool,
    pub(super) certificates: Vec<Arc<Certificate>>,
    pub(super) extensions: Vec<Vec<u8>>,
    pub(super) spoilt: bool,
}

pub(super) fn generalized(time: Time) -> Vec<u8> {
    let text: String = time
        .to_string()
        .chars()
        .filter(|c| c.is_ascii_digit())
        .collect();
    tlv(0x18, &[format!("{text}Z").as_bytes()])
}

fn extensions(tag: u8, all: &[Vec<u8>]) -> Vec<u8> {
    if all.is_empty() {
        return Vec::new();
    }
    tlv(tag, &[&tlv(0x30, &[&all.concat()])])
}

impl AnswerTemplate {
    pub(super) fn good(
        certificate: &Certificate,
        issuer: &Arc<Certificate>,
        this: Time,
        next: Option<Time>,
    ) -> Self {
        Self {
            digest: DigestAlgorithm::Sha1,
            issuer: issuer.clone(),
            serial: certificate.serial().to_vec(),
            status: AnswerStatus::Good,
            this_update: this,
            next_update: next,
            extensions: Vec::new(),
        }
    }

    fn der(&self) -> Vec<u8> {
        let algorithm = match self.digest {
            DigestAlgorithm::Sha1 => oid::SHA1,
            DigestAlgorithm::Sha256 => oid::SHA256,
            _ => oid::SHA512,
        };
        let of = |bytes: &[u8]| TestProvider.digest_of(self.digest, bytes).unwrap();
        let id = tlv(
            0x30,
            &[
                &tlv(0x30, &[&tlv(6, &[algorithm.as_bytes()]), &[5, 0]]),
                &tlv(4, &[of(self.issuer.subject()).as_bytes()]),
                &tlv(4, &[of(key_octets(&self.issuer).unwrap()).as_bytes()]),
                &tlv(2, &[&self.serial]),
            ],
        );
        let status = match self.status {
            AnswerStatus::Good => vec![0x80, 0],
            AnswerStatus::Unknown => vec![0x82, 0],
            AnswerStatus::Revoked { date, reason } => {
                let reason = reason.map(|reason| tlv(0xA0, &[&tlv(0x0A, &[&[reason]])]));
                tlv(0xA1, &[&generalized(date), &reason.unwrap_or_default()])
            }
        };
        let next = self
            .next_update
            .map(|next| tlv(0xA0, &[&generalized(next)]));
        tlv(
            0x30,
            &[
                &id,
                &status,
                &generalized(self.this_update),
                &next.unwrap_or_default(),
                &extensions(0xA1, &self.extensions),
            ],
        )
    }
}

impl OcspTemplate {
    pub(super) fn of(answers: Vec<AnswerTemplate>) -> Self {
        Self {
            produced_at: answers[0].this_update,
            answers,
            by_key: false,
            certificates: Vec::new(),
            extensions: Vec::new(),
            spoilt: false,
        }
    }

    /// BasicOCSPResponse.
    pub(super) fn basic(&self, signer: &Identity) -> Vec<u8> {
        let responder = if self.by_key {
            let key = key_octets(&signer.certificate).unwrap();
            let hash = TestProvider.digest_of(DigestAlgorithm::Sha1, key).unwrap();
            tlv(0xA2, &[&tlv(4, &[hash.as_bytes()])])
        } else {
            tlv(0xA1, &[signer.certificate.subject()])
        };
        let answers: Vec<u8> = self.answers.iter().flat_map(AnswerTemplate::der).collect();
        let tbs = tlv(
            0x30,
            &[
                &responder,
                &generalized(self.produced_at),
                &tlv(0x30, &[&answers]),
                &extensions(0xA1, &self.extensions),
            ],
        );
        let mut message = tbs.clone();
        if self.spoilt {
            *message.last_mut().unwrap() ^= 1;
        }
        let signature = signer.key.sign(&ECDSA, &message).unwrap();
        let certificates: Vec<u8> = self
            .certificates
            .iter()
            .flat_map(|one| one.der().to_vec())
            .collect();
        let certificates = if certificates.is_empty() {
            Vec::new()
        } else {
            tlv(0xA0, &[&tlv(0x30, &[&certificates])])
        };
        let algorithm = tlv(0x30, &[&tlv(6, &[oid::ECDSA_WITH_SHA256.as_bytes()])]);
        tlv(
            0x30,
            &[
                &tbs,
                &algorithm,
                &tlv(3, &[&[0], &signature]),
                &certificates,
            ],
        )
    }

    /// OCSPResponse.
    pub(super) fn der(&self, signer: &Identity) -> Vec<u8> {
        let bytes = tlv(
            0x30,
            &[
                &tlv(6, &[oid::OCSP_BASIC.as_bytes()]),
                &tlv(4, &[&self.basic(signer)]),
            ],
        );
        tlv(0x30, &[&[0x0A, 1, 0], &tlv(0xA0, &[&bytes])])
    }

    pub(super) fn signed_by(&self, signer: &Identity) -> Arc<OcspResponse> {
        OcspResponse::parse(self.der(signer), &TestProvider).expect("a response that can be parsed")
    }
}
