//! Whose the value is: the certificate that the signed properties name; without any, the one whose key fits.

use std::sync::Arc;

use super::{Checker, Signer};
use crate::{
    crypto::{DigestAlgorithm, Provider, PublicKey, SignatureAlgorithm, VerifyError},
    report::{Finding, SubIndication, ValueStatus},
    text::rules::xmldsig as rules,
    x509::Certificate,
    xmldsig::{key_info::Hint, value, xades::CertRef},
};

/// What the value is held against.
pub(super) struct Search<'a> {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) message: &'a [u8],
    pub(super) value: &'a [u8],
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

impl Checker<'_> {
    /// Who signed: the certificate that the signed properties name; without any, the one whose key fits.
    pub(super) fn signer(
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
