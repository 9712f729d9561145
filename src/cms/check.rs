//! The rules for one signature (RFC 5652 clauses 5.4 and 5.6; EN 319 102-1 clauses 5.2.3 and 5.2.7): everything but path and time.

use std::sync::Arc;

use super::{
    Checked, SignedData,
    attributes::{Attributes, Single},
    names,
    signed_data::SignerInfo,
};
use crate::{
    asn1::{Tag, Tlv, time},
    crypto::{Digest, DigestAlgorithm, Provider, VerifyError},
    report::{DigestStatus, Finding, SubIndication, ValueStatus},
    text::{Severity, rules::cms as rules},
    x509::{
        Certificate,
        oid::{self, Oid},
    },
};

/// What kind of signature a SignedData is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// `adbe.pkcs7.detached`: message-digest is that of the document.
    Detached,
    /// `ETSI.CAdES.detached`: the same, by the rules of PAdES.
    Cades,
    /// `adbe.pkcs7.sha1`: the content inside is the SHA-1 of the document.
    Pkcs7Sha1,
    /// `ETSI.RFC3161`: the content inside is a TSTInfo with this imprint of the document.
    Timestamp { imprint: &'a [u8] },
}

/// Checks the one signature of a SignedData against a digest of the document.
///
/// `document` is made with [`SignedData::digest_algorithm`], for `Pkcs7Sha1` with SHA-1, for `Timestamp` with the imprint's algorithm; `None` where it was not
/// computed. `extra` are certificates that may be the signer's besides those inside.
pub(crate) fn check(
    signed: &SignedData,
    document: Option<&Digest>,
    kind: Kind<'_>,
    extra: &[Arc<Certificate>],
    provider: &dyn Provider,
) -> Checked {
    let mut checker = Checker {
        signed,
        kind,
        provider,
        checked: Checked {
            has_timestamp: !signed.time_stamps().is_empty(),
            ..Checked::unchecked(signed.findings().to_vec())
        },
    };
    if signed.trailing > 0 {
        let reason = Finding::new(&rules::TRAILING).with(signed.trailing);
        checker.fail(reason, SubIndication::FormatFailure);
    }
    match signed.signer() {
        Some(signer) => checker.signer(signer, document, extra),
        None => {
            let reason = Finding::new(&rules::SIGNER_COUNT).with(signed.signers.len());
            checker.fail(reason, SubIndication::FormatFailure);
        }
    }
    checker.checked
}

pub(super) struct Checker<'a> {
    pub(super) signed: &'a SignedData,
    pub(super) kind: Kind<'a>,
    pub(super) provider: &'a dyn Provider,
    pub(super) checked: Checked,
}

impl Checker<'_> {
    pub(super) fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.checked.fail(reason, sub_indication);
    }

    pub(super) fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.checked.open(reason, sub_indication);
    }

    pub(super) fn note(&mut self, finding: Finding) {
        self.checked.findings.push(finding);
    }

    fn signer(
        &mut self,
        signer: &SignerInfo,
        document: Option<&Digest>,
        extra: &[Arc<Certificate>],
    ) {
        let Some(attributes) = &signer.attributes else {
            return self.without_attributes(signer, document, extra);
        };
        self.digest_algorithm(signer);
        self.digest(signer, attributes, document);
        self.content_type(attributes);
        self.certificate(signer, Some(attributes), extra);
        self.signing_certificate(attributes);
        self.value(signer, attributes);
        self.algorithm_protection(signer, attributes);
        self.rest(signer, attributes);
    }

    pub(super) fn digest_algorithm(&mut self, signer: &SignerInfo) {
        let oid = signer.digest_algorithm.oid;
        let digest = signer.digest();
        self.checked.digests.extend(digest);
        if digest.is_none_or(|digest| self.provider.digest(digest).is_none()) {
            let reason = Finding::new(&rules::DIGEST_ALGORITHM).with(names::of_oid(oid));
            return self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
        }
        if signer.digest_algorithm.digest().is_none() {
            self.note(Finding::new(&rules::DIGEST_ALIAS).with(oid));
        }
    }

    /// message-digest (RFC 5652 clause 11.2), and what the kind of signature hangs on it.
    fn digest(&mut self, signer: &SignerInfo, attributes: &Attributes, document: Option<&Digest>) {
        let Some(value) = self.required(attributes, oid::MESSAGE_DIGEST, "message-digest") else {
            return;
        };
        let value = Tlv::parse(value)
            .ok()
            .filter(|tlv| tlv.tag == Tag::OCTET_STRING)
            .map(|tlv| tlv.content);
        let Some(signed_digest) = value else {
            let reason = Finding::new(&rules::ATTRIBUTE_MALFORMED).with("message-digest");
            return self.fail(reason, SubIndication::FormatFailure);
        };
        let inside = self.signed.encapsulated();
        let (expected, rule) = match self.kind {
            Kind::Detached | Kind::Cades => {
                if inside.is_some() {
                    self.note(Finding::new(&rules::UNEXPECTED_CONTENT));
                }
                (signed_digest, &rules::DIGEST_MISMATCH)
            }
            Kind::Pkcs7Sha1 | Kind::Timestamp { .. } => {
                let Some(content) = inside else {
                    return self.fail(
                        Finding::new(&rules::NO_CONTENT),
                        SubIndication::SignedDataNotFound,
                    );
                };
                let digest = signer
                    .digest()
                    .and_then(|algorithm| self.provider.digest_of(algorithm, content));
                match digest {
                    // An unknown algorithm has its finding already.
                    None => return,
                    Some(digest) if digest.as_bytes() != signed_digest => {
                        self.checked.digest = DigestStatus::Mismatch;
                        return self.fail(
                            Finding::new(&rules::CONTENT_MISMATCH),
                            SubIndication::HashFailure,
                        );
                    }
                    Some(_) => {}
                }
                if let Kind::Timestamp { imprint } = self.kind {
                    (imprint, &rules::IMPRINT_MISMATCH)
                } else {
                    self.checked.digests.push(DigestAlgorithm::Sha1);
                    (content, &rules::IMPRINT_MISMATCH)
                }
            }
        };
        match document {
            Some(digest) if digest.as_bytes() == expected && !expected.is_empty() => {
                self.checked.digest = DigestStatus::Ok;
            }
            Some(_) => {
                self.checked.digest = DigestStatus::Mismatch;
                self.fail(Finding::new(rule), SubIndication::HashFailure);
            }
            None => self.nothing_to_compare(),
        }
    }

    /// There is no digest of the document. Why it was not computed is the caller's to say; here it only stays open.
    pub(super) fn nothing_to_compare(&mut self) {
        self.checked.remain(SubIndication::SignedDataNotFound);
    }

    /// content-type (RFC 5652 clause 11.1) equals eContentType, and that is what this kind of signature signs.
    fn content_type(&mut self, attributes: &Attributes) {
        let Some(value) = self.required(attributes, oid::CONTENT_TYPE, "content-type") else {
            return;
        };
        let Some(signed_type) = Tlv::parse(value).ok().and_then(|tlv| tlv.oid()) else {
            let reason = Finding::new(&rules::ATTRIBUTE_MALFORMED).with("content-type");
            return self.fail(reason, SubIndication::FormatFailure);
        };
        let wanted = match self.kind {
            Kind::Timestamp { .. } => oid::TST_INFO,
            Kind::Detached | Kind::Cades | Kind::Pkcs7Sha1 => oid::DATA,
        };
        for (found, wanted) in [
            (signed_type, self.signed.content_type()),
            (self.signed.content_type(), wanted),
        ] {
            if found != wanted {
                let reason = Finding::new(&rules::CONTENT_TYPE).with(found).with(wanted);
                return self.fail(reason, SubIndication::SigConstraintsFailure);
            }
        }
    }

    /// The value of an attribute that must be there once; a finding where it is not.
    pub(super) fn required<'b>(
        &mut self,
        attributes: &'b Attributes,
        kind: Oid,
        name: &str,
    ) -> Option<&'b [u8]> {
        match attributes.single(kind) {
            Single::Value(value) => return Some(value),
            Single::Absent => {
                let reason = Finding::new(&rules::ATTRIBUTE_MISSING).with(name);
                self.fail(reason, SubIndication::FormatFailure);
            }
            Single::Repeated => self.repeated(name),
        }
        None
    }

    pub(super) fn repeated(&mut self, name: &str) {
        let reason = Finding::new(&rules::ATTRIBUTE_REPEATED).with(name);
        self.fail(reason, SubIndication::FormatFailure);
    }

    /// The signature value over the signed attributes (RFC 5652 clause 5.4).
    fn value(&mut self, signer: &SignerInfo, attributes: &Attributes) {
        let Some((algorithm, certificate, key)) = self.algorithm(signer) else {
            return;
        };
        for form in attributes.forms() {
            match key.verify(&algorithm, &form.bytes, &signer.signature) {
                Ok(()) => {
                    self.checked.signature = ValueStatus::Ok;
                    if !form.original {
                        self.note(Finding::new(&rules::REENCODED));
                    }
                    return;
                }
                Err(VerifyError::Invalid) => self.checked.signature = ValueStatus::Invalid,
                Err(VerifyError::Unsupported) => {
                    return self.key_unsupported(&algorithm, &certificate);
                }
            }
        }
        let reason = Finding::new(&rules::SIGNATURE_INVALID).with(certificate.subject_text());
        self.fail(reason, SubIndication::SigCryptoFailure);
    }

    /// What is read, but decides nothing.
    fn rest(&mut self, signer: &SignerInfo, attributes: &Attributes) {
        match attributes.single(oid::SIGNING_TIME) {
            Single::Value(value) => {
                let moment = Tlv::parse(value).ok().and_then(|tlv| time::parse(&tlv));
                self.checked.signing_time = moment;
                if moment.is_none() {
                    let finding = Finding::new(&rules::ATTRIBUTE_MALFORMED).with("signing-time");
                    self.note(finding.weighing(Severity::Warning));
                }
            }
            Single::Absent => {}
            Single::Repeated => self.repeated("signing-time"),
        }
        for kind in &signer.misplaced {
            self.note(Finding::new(&rules::ATTRIBUTE_UNSIGNED).with(kind));
        }
        if !attributes.in_order() {
            self.note(Finding::new(&rules::ATTRIBUTE_ORDER));
        }
    }
}
