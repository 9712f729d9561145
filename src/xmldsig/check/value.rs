//! The signature value: its algorithm, and the certificates that may be its signer's.

use std::sync::Arc;

use super::{Checker, Material, Signer, signer::Search};
use crate::{
    crypto::SignatureAlgorithm,
    limits::MAX_XML_CANDIDATES,
    report::{Finding, SubIndication},
    text::rules::xmldsig as rules,
    x509::Certificate,
    xmldsig::{algorithm::Named, key_info::KeyInfo, octets::Workshop, walk, xades},
};

impl Checker<'_> {
    /// The signature value, and whose it is.
    pub(super) fn value(
        &mut self,
        workshop: &mut Workshop<'_>,
        properties: Option<&xades::Properties>,
    ) {
        if self.signature.output_length {
            let reason = Finding::new(&rules::OUTPUT_LENGTH);
            let reason = self.at(reason, self.signature.signed_info);
            self.fail(reason, SubIndication::FormatFailure);
        }
        let info = &self.signature.key_info;
        let evidence = self.signature.properties.as_ref().map(|it| &it.evidence);
        let embedded = self.parse(info.certificates.iter());
        let values = evidence.into_iter().flat_map(|it| it.certificates.iter());
        let mut held = embedded.clone();
        extend(&mut held, self.parse(values));
        self.outcome.held = held;
        let message = workshop.signed_info(self.signature);
        let algorithm = self.algorithm();
        let (Some(algorithm), Ok(message)) = (algorithm, &message) else {
            self.outcome.checked.certificate = embedded.first().cloned();
            if let Err(fault) = &message {
                self.fault(fault);
            }
            return;
        };
        self.outcome.checked.algorithm = Some(algorithm);
        let digest = algorithm.digest();
        if !self.outcome.checked.digests.contains(&digest) {
            self.outcome.checked.digests.push(digest);
        }
        let candidates = self.candidates(&embedded, info);
        let search = Search {
            algorithm,
            message,
            value: &self.signature.value,
        };
        let named = properties.map_or(&[][..], |properties| &properties.certificates);
        self.signer(&search, candidates, named);
        self.key_values(info);
    }

    fn algorithm(&mut self) -> Option<SignatureAlgorithm> {
        let method = &self.signature.method;
        let uri = walk::short(&method.uri);
        match &method.named {
            Named::Known(algorithm) | Named::Odd(algorithm) => return Some(*algorithm),
            Named::Refused(name) => {
                let reason = Finding::new(&rules::METHOD_REFUSED).with(name).with(uri);
                let reason = self.at(reason, self.signature.signed_info);
                self.fail(reason, SubIndication::SigConstraintsFailure);
            }
            Named::Unknown => {
                let reason = Finding::new(&rules::METHOD_UNKNOWN).with(uri);
                let reason = self.at(reason, self.signature.signed_info);
                self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
            }
        }
        None
    }

    fn parse<'b>(&mut self, ders: impl Iterator<Item = &'b Vec<u8>>) -> Vec<Arc<Certificate>> {
        let mut certificates = Vec::new();
        let mut unreadable = 0_usize;
        for der in ders {
            let Material {
                parsed, provider, ..
            } = self.material;
            match parsed.parse(der, provider) {
                Some(certificate) => extend(&mut certificates, [certificate]),
                None => unreadable = unreadable.saturating_add(1),
            }
        }
        if unreadable > 0 {
            let finding = Finding::new(&rules::CERTIFICATE_UNREADABLE).with(unreadable);
            let finding = self.at(finding, self.signature.element);
            self.note(finding);
        }
        certificates
    }

    /// The certificates that may be the signer's: those inside, those that hints point at, those that the caller names.
    fn candidates(&self, embedded: &[Arc<Certificate>], info: &KeyInfo) -> Vec<Arc<Certificate>> {
        let provider = self.material.provider;
        let mut candidates = Vec::new();
        // What KeyInfo points at comes first, whichever way it points.
        let pointed = |certificate: &Arc<Certificate>| {
            info.hints
                .iter()
                .any(|hint| hint.fits(certificate, provider))
        };
        let inside = embedded.iter();
        extend(
            &mut candidates,
            inside.clone().filter(|it| pointed(it)).cloned(),
        );
        extend(&mut candidates, inside.cloned());
        if !info.hints.is_empty() {
            let known = self.material.known.iter().filter(|it| pointed(it));
            extend(&mut candidates, known.cloned());
        }
        let named = self
            .material
            .signers
            .iter()
            .filter_map(|signer| match signer {
                Signer::Certificate(certificate) => Some(certificate.clone()),
                Signer::Key(_) | Signer::Unsupported => None,
            });
        extend(&mut candidates, named);
        candidates.truncate(MAX_XML_CANDIDATES);
        candidates
    }

    /// A bare key beside the certificate counts for nothing; where it is another one, somebody should know.
    fn key_values(&mut self, info: &KeyInfo) {
        let Some(certificate) = &self.outcome.checked.certificate else {
            return;
        };
        let spki = certificate.spki();
        let differs = |value: &Vec<u8>| {
            let zeros = value.iter().take_while(|octet| **octet == 0).count();
            let number = value.get(zeros..).unwrap_or_default();
            memchr::memmem::find(spki, number).is_none()
        };
        if info.key_values.iter().any(differs) {
            let finding = Finding::new(&rules::KEY_VALUE_DIFFERS);
            let finding = self.at(finding, self.signature.element);
            self.note(finding);
        }
    }
}

/// Adds certificates that are not there yet.
fn extend(list: &mut Vec<Arc<Certificate>>, more: impl IntoIterator<Item = Arc<Certificate>>) {
    for certificate in more {
        if list
            .iter()
            .all(|known| known.sha256() != certificate.sha256())
        {
            list.push(certificate);
        }
    }
}
