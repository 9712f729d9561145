//! Signatures without signed attributes (RFC 5652 clause 5.4): the value is made over the content itself.

use std::sync::Arc;

use super::{Kind, check::Checker, signed_data::SignerInfo};
use crate::{
    crypto::{Digest, DigestAlgorithm, VerifyError},
    report::{DigestStatus, Finding, SubIndication, ValueStatus},
    text::{Severity, rules::cms as rules},
    x509::{Certificate, oid},
};

impl Checker<'_> {
    /// What is signed is the digest of the document; in `adbe.pkcs7.sha1`, the content inside. A digest and a key that
    /// do not fit the value cannot be told apart.
    ///
    /// That the value was made over the attributes of another signature, and the document is made of their bytes, is
    /// no danger here: those start with the tag of a SET, and hold no PDF.
    pub(super) fn without_attributes(
        &mut self,
        signer: &SignerInfo,
        document: Option<&Digest>,
        extra: &[Arc<Certificate>],
    ) {
        self.digest_algorithm(signer);
        self.certificate(signer, None, extra);
        // RFC 5652 clause 5.3: only plain data may do without them, so a time-stamp may not.
        let content_type = self.signed.content_type();
        if content_type != oid::DATA {
            let reason = Finding::new(&rules::ATTRIBUTE_MISSING).with("content-type");
            return self.fail(reason, SubIndication::FormatFailure);
        }
        let finding = Finding::new(&rules::NO_SIGNED_ATTRIBUTES);
        match self.kind {
            Kind::Timestamp { .. } => {
                let reason = Finding::new(&rules::ATTRIBUTE_MISSING).with("message-digest");
                return self.fail(reason, SubIndication::FormatFailure);
            }
            // PAdES demands them (EN 319 142-1 clause 5.3); the value is worth no less for it.
            Kind::Cades => {
                self.note(finding.weighing(Severity::Warning));
                self.note(Finding::new(&rules::NO_SIGNING_CERTIFICATE_CADES));
            }
            Kind::Detached | Kind::Pkcs7Sha1 => self.note(finding),
        }
        let Some((algorithm, certificate, key)) = self.algorithm(signer) else {
            return;
        };
        let Some(document) = document else {
            return self.nothing_to_compare();
        };
        let inside = self.signed.encapsulated();
        let checked = if self.kind == Kind::Pkcs7Sha1 {
            let Some(content) = inside else {
                let reason = Finding::new(&rules::NO_CONTENT);
                return self.fail(reason, SubIndication::SignedDataNotFound);
            };
            self.checked.digests.push(DigestAlgorithm::Sha1);
            if document.as_bytes() == content {
                self.checked.digest = DigestStatus::Ok;
            } else {
                self.checked.digest = DigestStatus::Mismatch;
                let reason = Finding::new(&rules::IMPRINT_MISMATCH);
                self.fail(reason, SubIndication::HashFailure);
            }
            key.verify(&algorithm, content, &signer.signature)
        } else {
            if inside.is_some() {
                self.note(Finding::new(&rules::UNEXPECTED_CONTENT));
            }
            key.verify_digest(&algorithm, document, &signer.signature)
        };
        match checked {
            Ok(()) => {
                self.checked.digest = match self.checked.digest {
                    DigestStatus::NotChecked => DigestStatus::Ok,
                    other => other,
                };
                self.checked.signature = ValueStatus::Ok;
            }
            Err(VerifyError::Invalid) => {
                self.checked.signature = ValueStatus::Invalid;
                let reason = Finding::new(&rules::VALUE_OR_DOCUMENT);
                let reason = reason.with(certificate.subject_text());
                self.fail(reason, SubIndication::SigCryptoFailure);
            }
            Err(VerifyError::Unsupported) => self.key_unsupported(&algorithm, &certificate),
        }
    }
}
