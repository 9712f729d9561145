//! The rules of RFC 5280 clause 6.1 for one path whose signatures have been checked.

use std::sync::Arc;

use crate::{
    pki::{algorithm_policy, trust_class},
    report::{Finding, SubIndication},
    text::rules::pki,
    time::Time,
    x509::{Certificate, name::names_match},
};

/// keyUsage (RFC 5280 clause 4.2.1.3).
const DIGITAL_SIGNATURE: u16 = 1;
const NON_REPUDIATION: u16 = 1 << 1;
const KEY_CERT_SIGN: u16 = 1 << 5;

/// The first rule that a path breaks, seen from the anchor.
#[derive(Debug)]
pub(super) struct Fault {
    /// Whether the path may be right all the same: something is not supported, or too weak to tell.
    pub(super) open: bool,
    pub(super) reason: Finding,
    pub(super) sub_indication: SubIndication,
}

/// Judges a path, leaf first and anchor last, every link of which carries a right signature. Gives what is worth knowing about it.
///
/// What is plainly wrong comes before what cannot be judged.
pub(super) fn validate(chain: &[Arc<Certificate>], at: Time) -> Result<Vec<Finding>, Fault> {
    let mut open = None;
    for (index, certificate) in chain.iter().enumerate().rev() {
        let issuer = index.checked_add(1).and_then(|above| chain.get(above));
        let below = chain.get(1..index).unwrap_or_default();
        let faults = [
            (issuer.is_some() || index == 0)
                .then(|| dates(certificate, index == 0, at))
                .flatten(),
            (index > 0)
                .then(|| authority(certificate, issuer.is_none(), below))
                .flatten(),
            (index == 0).then(|| signer(certificate)).flatten(),
            unknown_critical(certificate),
            issuer.and_then(|issuer| weak(certificate, issuer, at)),
        ];
        for fault in faults.into_iter().flatten() {
            if !fault.open {
                return Err(fault);
            }
            open.get_or_insert(fault);
        }
    }
    match open {
        Some(fault) => Err(fault),
        None => Ok(chain
            .last()
            .and_then(|anchor| anchor_dates(anchor, at))
            .into_iter()
            .collect()),
    }
}

/// Clause 6.1.3 (a) (2). The anchor's own dates bind nobody (clause 6.1.1 d), but a signer must be in time even when the caller trusts it directly.
fn dates(certificate: &Certificate, leaf: bool, at: Time) -> Option<Fault> {
    let reason = if at < certificate.not_before() {
        Finding::new(&pki::NOT_YET_VALID)
            .with(certificate.subject_text())
            .with(certificate.not_before())
    } else if at > certificate.not_after() {
        Finding::new(&pki::EXPIRED)
            .with(certificate.subject_text())
            .with(certificate.not_after())
    } else {
        return None;
    };
    // EN 319 102-1 clause 5.2.6.4: only the signer's own dates are told apart.
    let sub_indication = if leaf {
        SubIndication::OutOfBoundsNoPoe
    } else {
        SubIndication::CertificateChainGeneralFailure
    };
    Some(Fault {
        open: false,
        reason,
        sub_indication,
    })
}

/// Clause 6.1.4 (k) to (n), for every issuer of the path. An anchor is held to what its certificate says of itself: the caller
/// trusts it as that, and an end-entity certificate among the anchors must not become an authority. `below` are the
/// certificates between it and the leaf.
fn authority(certificate: &Certificate, anchor: bool, below: &[Arc<Certificate>]) -> Option<Fault> {
    let general = |reason| Fault {
        open: false,
        reason,
        sub_indication: SubIndication::CertificateChainGeneralFailure,
    };
    if certificate.version() < 3 {
        let reason = Finding::new(&pki::CA_VERSION)
            .with(certificate.subject_text())
            .with(certificate.version());
        return (!anchor).then(|| general(reason));
    }
    let Some((true, most)) = certificate.basic_constraints() else {
        return Some(general(
            Finding::new(&pki::NOT_A_CA).with(certificate.subject_text()),
        ));
    };
    if certificate
        .key_usage()
        .is_some_and(|usage| usage & KEY_CERT_SIGN == 0)
    {
        return Some(general(
            Finding::new(&pki::NO_CERT_SIGN).with(certificate.subject_text()),
        ));
    }
    // Clause 4.2.1.9: self-issued certificates are not counted.
    let count = below
        .iter()
        .filter(|one| !names_match(one.subject(), one.issuer()))
        .count();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    match most {
        Some(most) if count > most => Some(general(
            Finding::new(&pki::PATH_LENGTH)
                .with(certificate.subject_text())
                .with(count)
                .with(most),
        )),
        _ => None,
    }
}

/// The signer's keyUsage, where present, must allow signing (EN 319 102-1: an X.509 validation constraint of the policy).
fn signer(certificate: &Certificate) -> Option<Fault> {
    let usage = certificate.key_usage()?;
    (usage & (DIGITAL_SIGNATURE | NON_REPUDIATION) == 0).then(|| Fault {
        open: false,
        reason: Finding::new(&pki::NO_SIGNING).with(certificate.subject_text()),
        sub_indication: SubIndication::ChainConstraintsFailure,
    })
}

/// Clause 6.1.4 (o), 6.1.5 (f): a path with an unknown critical extension is not accepted. A full implementation might accept it, so it stays open.
fn unknown_critical(certificate: &Certificate) -> Option<Fault> {
    let unknown = certificate.unknown_critical_extensions();
    (!unknown.is_empty()).then(|| Fault {
        open: true,
        reason: Finding::new(&pki::UNKNOWN_CRITICAL)
            .with(certificate.subject_text())
            .with(unknown.join(", ")),
        sub_indication: SubIndication::CertificateChainGeneralFailure,
    })
}

/// The algorithm and the issuer's key behind the signature on a certificate.
fn weak(certificate: &Certificate, issuer: &Certificate, at: Time) -> Option<Fault> {
    if trust_class::is_pinned_sha1(certificate) {
        return None;
    }
    let algorithm = certificate.signature().1?;
    let bits = issuer.public_key()?.bits();
    let since = algorithm_policy::assess(&algorithm, bits, at)?.since;
    let reason = Finding::new(&pki::WEAK_CERTIFICATE)
        .with(certificate.subject_text())
        .with(algorithm)
        .with(bits)
        .with(since);
    // EN 319 102-1 table 5: without a proof that it is older than the end of the algorithm, it may have been forged since.
    let sub_indication = if certificate.not_before() >= since {
        SubIndication::CryptoConstraintsFailure
    } else {
        SubIndication::CryptoConstraintsFailureNoPoe
    };
    Some(Fault {
        open: true,
        reason,
        sub_indication,
    })
}

fn anchor_dates(anchor: &Certificate, at: Time) -> Option<Finding> {
    (at < anchor.not_before() || at > anchor.not_after()).then(|| {
        Finding::new(&pki::ANCHOR_DATES)
            .with(anchor.subject_text())
            .with(anchor.not_before())
            .with(anchor.not_after())
    })
}
