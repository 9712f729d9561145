//! What a certificate is made for.

use crate::{
    report::Finding,
    text::rules::{path, pki},
    x509::{
        Certificate,
        oid::{KP_OCSP_SIGNING, KP_TIME_STAMPING},
    },
};

/// keyUsage (RFC 5280 clause 4.2.1.3).
const DIGITAL_SIGNATURE: u16 = 1;
const NON_REPUDIATION: u16 = 1 << 1;
const CRL_SIGN: u16 = 1 << 6;

/// What the leaf of a path is to be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Signing documents: keyUsage, where present, must allow it; extended key usage is free (EN 319 102-1: a constraint of the policy).
    #[default]
    Sign,
    /// Issuing time-stamps (RFC 3161 clause 2.3).
    Timestamp,
    /// Answering for an authority (RFC 6960 clause 4.2.2.2).
    Ocsp,
    /// Signing revocation lists (RFC 5280 clause 6.3.3 f).
    CrlSign,
    /// Nothing in particular.
    Any,
}

/// Why a certificate cannot serve a purpose.
pub(super) fn check(certificate: &Certificate, purpose: Purpose) -> Option<Finding> {
    let usage = certificate.key_usage();
    let lacks = |bits: u16| usage.is_some_and(|usage| usage & bits == 0);
    let purposes = certificate.extended_key_usage();
    let has = |wanted| purposes.is_some_and(|all| all.contains(&wanted));
    let not_made_for = |what: &str| {
        Some(
            Finding::new(&path::PURPOSE)
                .with(certificate.subject_text())
                .with(what),
        )
    };
    match purpose {
        Purpose::Any => None,
        Purpose::Sign => lacks(DIGITAL_SIGNATURE | NON_REPUDIATION)
            .then(|| Finding::new(&pki::NO_SIGNING).with(certificate.subject_text())),
        // That purpose, and no other, so that no time-stamping key signs anything else.
        Purpose::Timestamp if !certificate.has_only_purpose(KP_TIME_STAMPING) => {
            not_made_for("timeStamping (extKeyUsage)")
        }
        Purpose::Timestamp if lacks(DIGITAL_SIGNATURE | NON_REPUDIATION) => {
            not_made_for("timeStamping (keyUsage)")
        }
        Purpose::Ocsp if !has(KP_OCSP_SIGNING) => not_made_for("OCSPSigning (extKeyUsage)"),
        Purpose::Ocsp if lacks(DIGITAL_SIGNATURE | NON_REPUDIATION) => {
            not_made_for("OCSPSigning (keyUsage)")
        }
        Purpose::CrlSign if lacks(CRL_SIGN) => {
            Some(Finding::new(&pki::NO_CRL_SIGN).with(certificate.subject_text()))
        }
        Purpose::Timestamp | Purpose::Ocsp | Purpose::CrlSign => None,
    }
}
