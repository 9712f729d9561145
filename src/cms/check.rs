//! The rules for one signature (RFC 5652 clauses 5.4 and 5.6; EN 319 102-1 clauses 5.2.3 and 5.2.7): everything but path and time.

use std::sync::Arc;

use super::{
    SignedData,
    attributes::{Attributes, Single},
    names,
    signed_data::{Algorithm, SignerId, SignerInfo, enter},
    signing_certificate::{CertId, Match, same_integer},
};
use crate::{
    asn1::{Reader, Tag, Tlv, time},
    crypto::{Digest, DigestAlgorithm, Provider, PublicKey, SignatureAlgorithm, VerifyError},
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    text::{Severity, rules::cms as rules},
    time::Time,
    x509::{
        Certificate,
        name::{names_match, serial_text},
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

/// What the check of one signature gave.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// The covered bytes.
    pub(crate) digest: DigestStatus,
    /// The signature value.
    pub(crate) signature: ValueStatus,
    /// `Passed` only where every rule of this module was checked and holds.
    pub(crate) verdict: Verdict,
    /// Why it is not passed.
    pub(crate) sub_indication: Option<SubIndication>,
    /// The signature algorithm, where it is known.
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    /// Every digest algorithm that the signature's worth rests on.
    pub(crate) digests: Vec<DigestAlgorithm>,
    /// Bits of the signer's key.
    pub(crate) key_bits: Option<u32>,
    /// The signer's certificate.
    pub(crate) certificate: Option<Arc<Certificate>>,
    /// The signed signing-time.
    pub(crate) signing_time: Option<Time>,
    /// Whether signing-certificate-v2 or signing-certificate names this certificate: what B-B asks for.
    pub(crate) signing_certificate: bool,
    /// Whether there is an unsigned signature time-stamp. It was not looked at.
    pub(crate) has_timestamp: bool,
    /// Whether revocation information is inside (adbe-revocationInfoArchival or `crls`). It was not looked at.
    pub(crate) has_revocation: bool,
    /// What is wrong or odd.
    pub(crate) findings: Vec<Finding>,
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
            has_revocation: signed.has_crls(),
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

impl Checked {
    /// Nothing is checked yet, and nothing wrong: what was noticed while reading is all there is.
    pub(crate) fn unchecked(findings: Vec<Finding>) -> Self {
        Self {
            digest: DigestStatus::NotChecked,
            signature: ValueStatus::NotChecked,
            verdict: Verdict::Passed,
            sub_indication: None,
            algorithm: None,
            digests: Vec::new(),
            key_bits: None,
            certificate: None,
            signing_time: None,
            signing_certificate: false,
            has_timestamp: false,
            has_revocation: false,
            findings,
        }
    }

    /// Something is wrong. The first reason stays.
    pub(crate) fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        if self.verdict != Verdict::Failed {
            self.verdict = Verdict::Failed;
            self.sub_indication = Some(sub_indication);
        }
        self.findings.push(reason);
    }

    /// Something could not be checked.
    pub(crate) fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.remain(sub_indication);
        self.findings.push(reason);
    }

    /// Something could not be checked, and somebody else says what.
    fn remain(&mut self, sub_indication: SubIndication) {
        if self.verdict == Verdict::Passed {
            self.verdict = Verdict::Undetermined;
            self.sub_indication = Some(sub_indication);
        }
    }
}

pub(super) struct Checker<'a> {
    pub(super) signed: &'a SignedData,
    pub(super) kind: Kind<'a>,
    provider: &'a dyn Provider,
    pub(super) checked: Checked,
}

impl Checker<'_> {
    pub(super) fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.checked.fail(reason, sub_indication);
    }

    fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
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
    fn required<'b>(
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

    fn repeated(&mut self, name: &str) {
        let reason = Finding::new(&rules::ATTRIBUTE_REPEATED).with(name);
        self.fail(reason, SubIndication::FormatFailure);
    }

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
    fn signing_certificate(&mut self, attributes: &Attributes) {
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

    /// The signature algorithm with the signer's certificate and key; findings where one of them is missing.
    pub(super) fn algorithm(
        &mut self,
        signer: &SignerInfo,
    ) -> Option<(SignatureAlgorithm, Arc<Certificate>, Arc<dyn PublicKey>)> {
        let digest = signer.digest();
        let algorithm = match signer.signature_algorithm.signature(digest) {
            Some(algorithm) => algorithm,
            None => {
                let reason = Finding::new(&rules::SIGNATURE_ALGORITHM)
                    .with(names::of_algorithm(&signer.signature_algorithm));
                self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
                return None;
            }
        };
        self.checked.algorithm = Some(algorithm);
        if !self.checked.digests.contains(&algorithm.digest()) {
            self.checked.digests.push(algorithm.digest());
        }
        // RFC 5652 clause 5.3, RFC 8933 clause 4: one digest algorithm for content and attributes. RFC 8419 fixes SHA-512 for Ed25519.
        if let Some(digest) = digest
            && digest != algorithm.digest()
        {
            let reason = Finding::new(&rules::DIGEST_DISAGREES)
                .with(algorithm.digest().name())
                .with(digest.name());
            self.fail(reason, SubIndication::SigConstraintsFailure);
        }
        let certificate = self.checked.certificate.clone()?;
        match certificate.public_key().cloned() {
            Some(key) => Some((algorithm, certificate, key)),
            None => {
                self.key_unsupported(&algorithm, &certificate);
                None
            }
        }
    }

    pub(super) fn key_unsupported(
        &mut self,
        algorithm: &SignatureAlgorithm,
        certificate: &Certificate,
    ) {
        let reason = Finding::new(&rules::KEY_UNSUPPORTED)
            .with(algorithm)
            .with(names::of_key(certificate));
        self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
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

    /// CMSAlgorithmProtection (RFC 6211): where it is there, it names both algorithms as they stand.
    fn algorithm_protection(&mut self, signer: &SignerInfo, attributes: &Attributes) {
        let value = match attributes.single(oid::CMS_ALGORITHM_PROTECTION) {
            Single::Value(value) => value,
            Single::Absent => return,
            Single::Repeated => return self.repeated("CMSAlgorithmProtection"),
        };
        let same = || -> Option<bool> {
            let mut fields = enter(&Tlv::parse(value).ok()?).ok()?;
            let digest = fields.expect(Tag::SEQUENCE).ok()?;
            let signature = fields.optional(Tag::context_constructed(1)).ok()??;
            let digest = read_algorithm(&mut digest.children())?;
            let signature = read_algorithm(&mut signature.children())?;
            Some(
                same_algorithm(&digest, &algorithm_parts(&signer.digest_algorithm)?)
                    && same_algorithm(&signature, &algorithm_parts(&signer.signature_algorithm)?),
            )
        };
        if same() != Some(true) {
            self.fail(
                Finding::new(&rules::ALGORITHM_PROTECTION),
                SubIndication::SigConstraintsFailure,
            );
        }
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
        self.checked.has_revocation |= attributes.has(oid::ADBE_REVOCATION);
        if !attributes.in_order() {
            self.note(Finding::new(&rules::ATTRIBUTE_ORDER));
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

/// Identifier and parameters; absent and NULL parameters are the same.
type AlgorithmParts<'a> = (&'a [u8], &'a [u8]);

fn read_algorithm<'a>(fields: &mut Reader<'a>) -> Option<AlgorithmParts<'a>> {
    let oid = fields.expect(Tag::OID).ok()?.content;
    let parameters = fields.rest();
    Some((
        oid,
        if parameters == [5, 0] {
            &[]
        } else {
            parameters
        },
    ))
}

fn algorithm_parts(algorithm: &Algorithm) -> Option<AlgorithmParts<'_>> {
    read_algorithm(&mut Tlv::parse(&algorithm.der).ok()?.children())
}

fn same_algorithm(a: &AlgorithmParts<'_>, b: &AlgorithmParts<'_>) -> bool {
    a == b
}
