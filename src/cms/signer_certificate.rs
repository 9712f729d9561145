//! Whose signature it is: the certificate that the signer's identifier means, and that the signed attributes name.

use std::sync::Arc;

use super::{
    Kind,
    attributes::{Attributes, Single},
    check::Checker,
    names,
    signed_data::{SignerId, SignerInfo},
    signing_certificate::{CertId, Match, same_integer},
};
use crate::{
    report::{Finding, SubIndication},
    text::rules::cms as rules,
    x509::{
        Certificate,
        name::{names_match, serial_text},
        oid::{self, Oid},
    },
};

impl Checker<'_> {
    /// The certificates that the signer's identifier fits, those inside first.
    fn candidates(&self, id: &SignerId, extra: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
        let fits = |one: &Certificate| match id {
            SignerId::KeyId(key_id) => one.subject_key_id() == Some(key_id.as_slice()),
            SignerId::IssuerSerial { issuer, serial } => {
                same_integer(serial, one.serial())
                    && (issuer.as_slice() == one.issuer() || names_match(issuer, one.issuer()))
            }
        };
        let mut candidates: Vec<Arc<Certificate>> = Vec::new();
        for one in self.signed.certificates().iter().chain(extra) {
            if fits(one)
                && candidates
                    .iter()
                    .all(|known| known.sha256() != one.sha256())
            {
                candidates.push(one.clone());
            }
        }
        candidates
    }

    /// Chooses the signer's certificate: by its identifier, and where that fits several, by signing-certificate.
    pub(super) fn certificate(
        &mut self,
        signer: &SignerInfo,
        attributes: Option<&Attributes>,
        extra: &[Arc<Certificate>],
    ) {
        let candidates = self.candidates(&signer.id, extra);
        let named = attributes.into_iter().flat_map(cert_ids).find_map(|id| {
            candidates.iter().find(|one| {
                matches!(
                    id.compare(one, self.provider),
                    Match::Same | Match::OtherSerial
                )
            })
        });
        self.checked.certificate = named.or(candidates.first()).cloned();
        match &self.checked.certificate {
            Some(certificate) => {
                self.checked.key_bits = certificate.public_key().map(|key| key.bits())
            }
            None => {
                let which = match &signer.id {
                    SignerId::IssuerSerial { serial: bytes, .. } | SignerId::KeyId(bytes) => {
                        serial_text(bytes)
                    }
                };
                let reason = Finding::new(&rules::NO_CERTIFICATE).with(which);
                self.open(reason, SubIndication::NoSigningCertificateFound);
            }
        }
    }

    /// signing-certificate and signing-certificate-v2: every one that is there must name the certificate (EN 319 102-1 clause 5.2.3.4).
    pub(super) fn signing_certificate(&mut self, attributes: &Attributes) {
        let mut present = false;
        for (kind, version_2, name) in SIGNING_CERTIFICATE_KINDS {
            let value = match attributes.single(kind) {
                Single::Value(value) => value,
                Single::Absent => continue,
                Single::Repeated => {
                    present = true;
                    self.repeated(name);
                    continue;
                }
            };
            present = true;
            let Some(id) = CertId::first(value, version_2) else {
                let reason = Finding::new(&rules::ATTRIBUTE_MALFORMED).with(name);
                self.fail(reason, SubIndication::FormatFailure);
                continue;
            };
            let Some(certificate) = self.checked.certificate.clone() else {
                continue;
            };
            match id.compare(&certificate, self.provider) {
                Match::Same => self.checked.signing_certificate = true,
                Match::OtherSerial => {
                    self.checked.signing_certificate = true;
                    self.note(Finding::new(&rules::ISSUER_SERIAL));
                }
                Match::Other => {
                    let reason = Finding::new(&rules::SIGNING_CERTIFICATE).with(name);
                    self.fail(reason, SubIndication::NoSigningCertificateFound);
                }
                Match::Unknown => {
                    let reason = Finding::new(&rules::DIGEST_ALGORITHM)
                        .with(id.hash_oid.map_or_else(String::new, names::of_oid));
                    self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
                }
            }
        }
        match self.kind {
            _ if present => {}
            Kind::Cades => self.note(Finding::new(&rules::NO_SIGNING_CERTIFICATE_CADES)),
            _ => self.note(Finding::new(&rules::NO_SIGNING_CERTIFICATE)),
        }
    }
}

const SIGNING_CERTIFICATE_KINDS: [(Oid, bool, &str); 2] = [
    (oid::SIGNING_CERTIFICATE_V2, true, "signing-certificate-v2"),
    (oid::SIGNING_CERTIFICATE, false, "signing-certificate"),
];

/// The readable signing-certificate attributes.
fn cert_ids(attributes: &Attributes) -> impl Iterator<Item = CertId> {
    SIGNING_CERTIFICATE_KINDS
        .into_iter()
        .filter_map(|(kind, version_2, _)| match attributes.single(kind) {
            Single::Value(value) => CertId::first(value, version_2),
            Single::Absent | Single::Repeated => None,
        })
}
