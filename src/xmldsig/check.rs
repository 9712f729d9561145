//! The rules for one signature (XMLDSig 1.1 clause 3.2; EN 319 102-1 clauses 5.2.3 and 5.2.7): everything but path and time.

use std::sync::Arc;

use super::{
    key_info::{Hint, KeyInfo},
    octets::{Digested, Fault, Selection, Workshop, holds},
    signature::{Reference, Signature, place},
    value, walk,
    walk::Walk,
    xades::{self, CertRef, Shown},
};
use crate::{
    cms::Checked,
    crypto::{DigestAlgorithm, Provider, PublicKey, SignatureAlgorithm, VerifyError},
    limits::MAX_XML_CANDIDATES,
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    text::rules::xmldsig as rules,
    x509::{Certificate, Certificates},
    xml::{Document, ElementId, Target},
};

/// Whose key it may be, beside what the signature brings along.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) provider: &'a dyn Provider,
    /// Certificates that were parsed before.
    pub(crate) parsed: &'a Certificates,
    /// Certificates among which hints are looked up.
    pub(crate) known: &'a [Arc<Certificate>],
    /// What the caller says to be the signer's.
    pub(crate) signers: &'a [Signer],
}

/// The signer as the caller names it.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    Certificate(Arc<Certificate>),
    Key(Arc<dyn PublicKey>),
    /// A key of a type that no provider here offers.
    Unsupported,
}

/// What came out for one signature.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) checked: Checked,
    /// Certificates that came with the signature.
    pub(crate) held: Vec<Arc<Certificate>>,
    /// The level that its properties show, where they are signed.
    pub(crate) shown: Option<Shown>,
    /// The time that the signer claims, as it stands.
    pub(crate) time: Option<String>,
    /// Manifests that are covered, by their index.
    pub(crate) manifests: Vec<usize>,
}

/// Digests of one signature: of its references, and of the references of its manifests in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digests<'a> {
    pub(crate) references: &'a [Digested],
    pub(crate) manifests: &'a [Digested],
}

/// Checks a signature.
pub(crate) fn check(
    document: &Document,
    signature: &Signature,
    digests: Digests<'_>,
    workshop: &mut Workshop<'_>,
    material: Material<'_>,
) -> Outcome {
    let mut checker = Checker {
        document,
        signature,
        digests,
        material,
        outcome: Outcome {
            checked: Checked {
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
                findings: signature.findings.clone(),
            },
            held: Vec::new(),
            shown: None,
            time: None,
            manifests: Vec::new(),
        },
    };
    checker.references();
    checker.manifests();
    let properties = checker.properties();
    checker.value(workshop, properties);
    checker.times(properties);
    checker.outcome
}

struct Checker<'a> {
    document: &'a Document,
    signature: &'a Signature,
    digests: Digests<'a>,
    material: Material<'a>,
    outcome: Outcome,
}

impl<'a> Checker<'a> {
    /// Something is wrong. The first reason stays.
    fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        let checked = &mut self.outcome.checked;
        if checked.verdict != Verdict::Failed {
            checked.verdict = Verdict::Failed;
            checked.sub_indication = Some(sub_indication);
        }
        checked.findings.push(reason);
    }

    /// Something could not be checked.
    fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
        let checked = &mut self.outcome.checked;
        if checked.verdict == Verdict::Passed {
            checked.verdict = Verdict::Undetermined;
            checked.sub_indication = Some(sub_indication);
        }
        checked.findings.push(reason);
    }

    fn fault(&mut self, fault: &Fault) {
        match fault.clone() {
            Fault::Wrong(reason, why) => self.fail(reason, why),
            Fault::Open(reason, why) => self.open(reason, why),
        }
    }

    fn note(&mut self, finding: Finding) {
        self.outcome.checked.findings.push(finding);
    }

    fn at(&self, finding: Finding, element: ElementId) -> Finding {
        finding.at(place(self.document, element))
    }

    /// The digest of every reference of SignedInfo.
    fn references(&mut self) {
        let pairs = self
            .signature
            .references
            .iter()
            .zip(self.digests.references);
        let mut status = DigestStatus::Ok;
        for (reference, digested) in pairs {
            status = worse(status, self.reference(reference, digested, None));
        }
        self.outcome.checked.digest = status;
    }

    fn reference(
        &mut self,
        reference: &Reference,
        digested: &Digested,
        manifest: Option<ElementId>,
    ) -> DigestStatus {
        let digest = reference.digest.named.value();
        if let Some(digest) = digest.filter(|it| !self.outcome.checked.digests.contains(it)) {
            self.outcome.checked.digests.push(digest);
        }
        match &digested.outcome {
            Ok(found) if found.as_bytes() == reference.value => DigestStatus::Ok,
            Ok(_) => {
                let rule = match manifest {
                    Some(_) => &rules::MANIFEST_MISMATCH,
                    None => &rules::DIGEST_MISMATCH,
                };
                let what = walk::short(reference.uri.as_deref().unwrap_or_default());
                let reason = self.at(Finding::new(rule).with(what), reference.element);
                self.fail(reason, SubIndication::HashFailure);
                DigestStatus::Mismatch
            }
            Err(fault) => {
                self.fault(fault);
                DigestStatus::NotChecked
            }
        }
    }

    /// Manifests (XMLDSig 1.1 clause 5.1): what one covers is as signed as the manifest itself, so all of it has to fit.
    fn manifests(&mut self) {
        let mut behind = self.digests.manifests;
        for (index, manifest) in self.signature.manifests.iter().enumerate() {
            let Some((own, rest)) = behind.split_at_checked(manifest.references.len()) else {
                return;
            };
            behind = rest;
            if !self.is_signed(manifest.element) {
                let finding = Finding::new(&rules::MANIFEST_UNSIGNED);
                let finding = self.at(finding, manifest.element);
                self.note(finding);
                continue;
            }
            self.outcome.manifests.push(index);
            for (reference, digested) in manifest.references.iter().zip(own) {
                let status = self.reference(reference, digested, Some(manifest.element));
                self.outcome.checked.digest = worse(self.outcome.checked.digest, status);
            }
        }
    }

    /// Whether an element is covered as it stands by a reference of SignedInfo whose digest fits.
    fn is_signed(&self, element: ElementId) -> bool {
        let pairs = self
            .signature
            .references
            .iter()
            .zip(self.digests.references);
        pairs.into_iter().any(|(reference, digested)| {
            let fits =
                matches!(&digested.outcome, Ok(found) if found.as_bytes() == reference.value);
            fits && selects(self.document, &digested.selection, element)
        })
    }

    /// SignedProperties: this signature's own, covered, and by a reference that says so (EN 319 132-1 clause 4.3). Gives the properties
    /// that count, which are those that are signed.
    fn properties(&mut self) -> Option<&'a xades::Properties> {
        let own = self.signature.properties.as_ref();
        let own_signed = own.and_then(|properties| properties.signed);
        let mut wrong = Vec::new();
        let mut referenced = false;
        let walk = Walk::new(self.document);
        for (reference, digested) in self
            .signature
            .references
            .iter()
            .zip(self.digests.references)
        {
            let typed = reference
                .kind
                .as_deref()
                .is_some_and(xades::is_properties_type);
            let target = match digested.selection.node {
                Some(Target::Element(element)) => Some(element),
                _ => None,
            };
            let is_properties = target.is_some_and(|it| xades::is_signed_properties(walk, it));
            if target.is_some() && target == own_signed {
                referenced = true;
                if !typed {
                    wrong.push((&rules::PROPERTIES_TYPE, reference.element, false));
                }
            } else if typed && !digested.selection.filtered || is_properties {
                // What is signed are the properties of something else.
                wrong.push((&rules::PROPERTIES_FOREIGN, reference.element, true));
            }
        }
        for (rule, element, fails) in wrong {
            let finding = self.at(Finding::new(rule), element);
            if fails {
                self.fail(finding, SubIndication::FormatFailure);
            } else {
                self.note(finding);
            }
        }
        let (properties, signed) = own.zip(own_signed)?;
        if !self.is_signed(signed) {
            // Where the reference is there and its digest is wrong, that is said already.
            if !referenced {
                let finding = self.at(Finding::new(&rules::PROPERTIES_UNSIGNED), signed);
                self.note(finding);
            }
            return None;
        }
        if !properties.own {
            let finding = self.at(Finding::new(&rules::PROPERTIES_TARGET), signed);
            self.fail(finding, SubIndication::FormatFailure);
            return None;
        }
        for format in &properties.formats {
            let id = format.reference.strip_prefix('#');
            let names = |reference: &Reference| id.is_some() && reference.id.as_deref() == id;
            if !self.signature.references.iter().any(names) {
                let what = walk::short(&format.reference);
                let finding = self.at(Finding::new(&rules::FORMAT_DANGLING).with(what), signed);
                self.note(finding);
            }
        }
        let evidence = &properties.evidence;
        self.outcome.checked.has_timestamp = !evidence.stamps.is_empty();
        self.outcome.checked.has_revocation =
            !evidence.crls.is_empty() || !evidence.ocsps.is_empty();
        Some(properties)
    }

    /// The signature value, and whose it is.
    fn value(&mut self, workshop: &mut Workshop<'_>, properties: Option<&xades::Properties>) {
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
        use super::algorithm::Named;
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

    /// Who signed: the certificate that the signed properties name; without any, the one whose key fits.
    fn signer(
        &mut self,
        search: &Search<'_>,
        candidates: Vec<Arc<Certificate>>,
        named: &[CertRef],
    ) {
        let provider = self.material.provider;
        let fits = |certificate: &Arc<Certificate>| named_by(named, certificate, provider);
        let held = self.outcome.held.iter();
        let all = candidates.iter().chain(held).chain(self.material.known);
        let meant = all.clone().find(|it| fits(it)).cloned();
        if let Some(certificate) = meant {
            self.outcome.checked.signing_certificate = true;
            if serial_differs(named, &certificate, provider) {
                self.note(Finding::new(&crate::text::rules::cms::ISSUER_SERIAL));
            }
            return self.verify(search, &certificate);
        }
        let mut tried = Tried::default();
        for candidate in &candidates {
            match search.with(candidate) {
                Ok(()) => {
                    self.take(candidate);
                    self.outcome.checked.signature = ValueStatus::Ok;
                    self.ambiguous(candidate, &candidates);
                    if !named.is_empty() {
                        let reason = Finding::new(&rules::SIGNING_CERTIFICATE);
                        let reason = self.at(reason, self.signature.element);
                        self.fail(reason, SubIndication::NoSigningCertificateFound);
                    }
                    return;
                }
                Err(VerifyError::Invalid) => tried.invalid = true,
                Err(VerifyError::Unsupported) => tried.unsupported = true,
            }
        }
        for signer in self.material.signers {
            tried.unsupported |= matches!(signer, Signer::Unsupported);
            if let Signer::Key(key) = signer {
                match search.with_key(&**key) {
                    Ok(()) => {
                        self.outcome.checked.signature = ValueStatus::Ok;
                        self.outcome.checked.key_bits = Some(key.bits());
                        let finding = Finding::new(&rules::BARE_KEY);
                        return self.open(finding, SubIndication::NoSigningCertificateFound);
                    }
                    Err(VerifyError::Invalid) => tried.invalid = true,
                    Err(VerifyError::Unsupported) => tried.unsupported = true,
                }
            }
        }
        self.nobody(candidates.first(), tried, search.algorithm);
    }

    /// No key fits.
    fn nobody(
        &mut self,
        likely: Option<&Arc<Certificate>>,
        tried: Tried,
        algorithm: SignatureAlgorithm,
    ) {
        if let Some(certificate) = likely {
            self.take(certificate);
        }
        let subject = likely.map(|it| it.subject_text()).unwrap_or_default();
        // Where one key could not be tried, the value may be its.
        if tried.invalid && !tried.unsupported {
            self.outcome.checked.signature = ValueStatus::Invalid;
            let reason = Finding::new(&rules::VALUE_INVALID).with(subject);
            self.fail(reason, SubIndication::SigCryptoFailure);
        } else if tried.unsupported {
            let reason = Finding::new(&rules::KEY_UNSUPPORTED)
                .with(algorithm)
                .with(subject);
            self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
        } else {
            let rule = if self.signature.key_info.has_key_value {
                &rules::KEY_VALUE_ALONE
            } else {
                &rules::NO_CERTIFICATE
            };
            let reason = self.at(Finding::new(rule), self.signature.element);
            self.open(reason, SubIndication::NoSigningCertificateFound);
        }
    }

    /// Checks the value with one certificate and no other.
    fn verify(&mut self, search: &Search<'_>, certificate: &Arc<Certificate>) {
        self.take(certificate);
        match search.with(certificate) {
            Ok(()) => self.outcome.checked.signature = ValueStatus::Ok,
            Err(VerifyError::Invalid) => self.nobody(
                Some(certificate),
                Tried {
                    invalid: true,
                    unsupported: false,
                },
                search.algorithm,
            ),
            Err(VerifyError::Unsupported) => self.nobody(
                Some(certificate),
                Tried {
                    invalid: false,
                    unsupported: true,
                },
                search.algorithm,
            ),
        }
    }

    fn take(&mut self, certificate: &Arc<Certificate>) {
        self.outcome.checked.key_bits = certificate.public_key().map(|key| key.bits());
        self.outcome.checked.certificate = Some(certificate.clone());
    }

    /// Several certificates with the key that fits: nothing signed says which of them is meant.
    fn ambiguous(&mut self, chosen: &Arc<Certificate>, candidates: &[Arc<Certificate>]) {
        let same = candidates
            .iter()
            .filter(|it| it.spki() == chosen.spki())
            .count();
        if same > 1 {
            let finding = Finding::new(&rules::SEVERAL_CERTIFICATES)
                .with(same)
                .with(chosen.subject_text());
            self.note(finding);
        }
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

    /// The claimed time, the signing-certificate demand and the level that is shown.
    fn times(&mut self, properties: Option<&xades::Properties>) {
        let time = properties.and_then(|properties| properties.signing_time.clone());
        let others = self.signature.times.iter();
        let signed = others
            .clone()
            .find(|(element, _)| self.is_signed(*element))
            .map(|(_, text)| text.clone());
        if signed.is_none() && !self.signature.times.is_empty() {
            let finding = Finding::new(&rules::TIME_UNSIGNED);
            let finding = self.at(finding, self.signature.element);
            self.note(finding);
        }
        self.outcome.time = time.or(signed);
        let checked = &self.outcome.checked;
        if let Some(properties) = properties {
            self.outcome.shown = Some(properties.shown()).filter(|_| checked.signing_certificate);
            if properties.certificates.is_empty() {
                self.note(Finding::new(&rules::NO_SIGNING_CERTIFICATE));
            }
        }
    }
}

/// What the value is held against.
struct Search<'a> {
    algorithm: SignatureAlgorithm,
    message: &'a [u8],
    value: &'a [u8],
}

impl Search<'_> {
    fn with(&self, certificate: &Certificate) -> Result<(), VerifyError> {
        let key = certificate.public_key().ok_or(VerifyError::Unsupported)?;
        self.with_key(&**key)
    }

    fn with_key(&self, key: &dyn PublicKey) -> Result<(), VerifyError> {
        value::verify(key, &self.algorithm, self.message, self.value)
    }
}

#[derive(Clone, Copy, Default)]
struct Tried {
    invalid: bool,
    unsupported: bool,
}

/// Mismatch, then not checked, then ok.
fn worse(one: DigestStatus, other: DigestStatus) -> DigestStatus {
    let rank = |status: DigestStatus| match status {
        DigestStatus::Ok => 0,
        DigestStatus::NotChecked => 1,
        DigestStatus::Mismatch => 2,
    };
    match rank(one) >= rank(other) {
        true => one,
        false => other,
    }
}

/// Whether a selection holds an element as it stands.
fn selects(document: &Document, selection: &Selection, element: ElementId) -> bool {
    let inside = match selection.node {
        Some(Target::Document) => true,
        Some(Target::Element(node)) => holds(document, node, element),
        None => false,
    };
    inside
        && !selection.filtered
        && !selection
            .without
            .iter()
            .any(|left_out| holds(document, *left_out, element))
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

/// Whether signed properties name this certificate as the signer's: in the second version by their first reference, in the first by any
/// (EN 319 132-1 clause 5.2.2; TS 101 903 clause 7.2.2).
fn named_by(named: &[CertRef], certificate: &Certificate, provider: &dyn Provider) -> bool {
    let mut first = true;
    named.iter().any(|reference| {
        let counts = !reference.version_2 || first;
        if reference.version_2 {
            first = false;
        }
        counts && is_digest_of(reference, certificate, provider)
    })
}

fn is_digest_of(reference: &CertRef, certificate: &Certificate, provider: &dyn Provider) -> bool {
    let Some(algorithm) = reference.digest.named.value() else {
        return false;
    };
    if algorithm == DigestAlgorithm::Sha256 {
        return reference.value == certificate.sha256();
    }
    let digest = provider.digest_of(algorithm, certificate.der());
    digest.is_some_and(|digest| digest.as_bytes() == reference.value)
}

/// Whether issuer and serial number beside the digest are another certificate's.
fn serial_differs(named: &[CertRef], certificate: &Certificate, provider: &dyn Provider) -> bool {
    named
        .iter()
        .filter(|it| is_digest_of(it, certificate, provider))
        .any(|reference| {
            let words = match &reference.issuer_serial {
                Some(hint @ Hint::IssuerSerial(..)) => !hint.fits(certificate, provider),
                _ => false,
            };
            let serial = reference.serial.as_deref();
            words || serial.is_some_and(|serial| serial != certificate.serial())
        })
}
