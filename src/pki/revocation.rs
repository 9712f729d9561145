//! Revocation by full, direct CRLs (RFC 5280 clause 6.3).
//!
//! Delta, indirect and partitioned CRLs are named and not used yet.

use std::{cmp::Reverse, sync::Arc};

use super::{Store, links::Object};
use crate::{
    crypto::VerifyError,
    limits::MAX_CRL_SIGNATURE_CHECKS,
    report::{Finding, RevocationReport, RevocationSource, RevocationStatus, SubIndication},
    text::rules::pki,
    time::Time,
    x509::{Certificate, Crl, RevokedEntry},
};

/// keyUsage cRLSign (RFC 5280 clause 4.2.1.3).
const CRL_SIGN: u16 = 1 << 6;
/// reasonCode certificateHold (RFC 5280 clause 5.3.1): the only one that can be taken back.
const CERTIFICATE_HOLD: u8 = 6;
/// reasonCode removeFromCRL, in delta CRLs only.
const REMOVE_FROM_CRL: u8 = 8;

/// The status of every certificate of a path but the anchor, as of `at`: leaf first, like `chain`.
pub(crate) fn evaluate(
    chain: &[Arc<Certificate>],
    store: &Store,
    at: Time,
) -> Vec<RevocationReport> {
    let mut checks = 0;
    chain
        .iter()
        .zip(chain.iter().skip(1))
        .map(|(certificate, issuer)| one(certificate, issuer, store, at, &mut checks))
        .collect()
}

/// What revocation says of a path in the terms of EN 319 102-1: nothing where every certificate is good.
pub(crate) fn sub_indication(reports: &[RevocationReport]) -> Option<SubIndication> {
    let revoked = |report: &RevocationReport| report.status == RevocationStatus::Revoked;
    match reports {
        [leaf, ..] if revoked(leaf) => Some(SubIndication::RevokedNoPoe),
        [_, above @ ..] if above.iter().any(revoked) => Some(SubIndication::RevokedCaNoPoe),
        _ if reports
            .iter()
            .any(|report| report.status != RevocationStatus::Good) =>
        {
            Some(SubIndication::TryLater)
        }
        _ => None,
    }
}

/// Why a CRL does not settle the matter. Later is more telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    OtherKey,
    Partial,
    Weak,
    Delta,
    Later,
    Stale,
}

fn one(
    certificate: &Certificate,
    issuer: &Certificate,
    store: &Store,
    at: Time,
    checks: &mut usize,
) -> RevocationReport {
    let mut report = RevocationReport {
        certificate: *certificate.sha256(),
        status: RevocationStatus::Undetermined,
        source: None,
        this_update: None,
        next_update: None,
        reason: None,
    };
    let mut named = store.crls_of(certificate.issuer());
    // The newest comes first and settles it.
    named
        .sort_by_key(|(_, crl)| Reverse((crl.this_update(), crl.crl_number().map(<[u8]>::to_vec))));
    let mut why: Option<(Rank, Finding)> = None;
    for (place, crl) in named {
        let genuine = genuine(place, crl, issuer, store, checks);
        let (rank, reason) = match genuine
            .clone()
            .and_then(|()| usable(crl, issuer, store, at))
        {
            Ok(()) => {
                settle(&mut report, certificate, crl, at);
                return report;
            }
            Err(fault) => fault,
        };
        // What a genuine list of another time or kind says against the certificate is not overruled by an older one.
        if genuine.is_ok()
            && let Some(entry) = crl
                .lookup(certificate.serial())
                .filter(|entry| entry.date <= at)
        {
            let lasting = !matches!(entry.reason, Some(CERTIFICATE_HOLD | REMOVE_FROM_CRL));
            if lasting && matches!(rank, Rank::Delta | Rank::Later | Rank::Stale) {
                // A revocation stands for ever.
                settle(&mut report, certificate, crl, at);
            } else {
                report.reason = Some(reason);
            }
            return report;
        }
        if why.as_ref().is_none_or(|(known, _)| rank > *known) {
            why = Some((rank, reason));
        }
    }
    report.reason = Some(why.map_or_else(
        || {
            Finding::new(&pki::NO_CRL)
                .with(certificate.subject_text())
                .with(issuer.subject_text())
        },
        |(_, reason)| reason,
    ));
    report
}

/// Whether a CRL of the issuer's name is signed with the issuer's key, and that key may sign CRLs.
fn genuine(
    place: usize,
    crl: &Crl,
    issuer: &Certificate,
    store: &Store,
    checks: &mut usize,
) -> Result<(), (Rank, Finding)> {
    let dated = |rule| {
        Finding::new(rule)
            .with(issuer.subject_text())
            .with(crl.this_update())
    };
    let other_key =
        matches!((crl.authority_key_id(), issuer.subject_key_id()), (Some(a), Some(b)) if a != b);
    if other_key {
        return Err((Rank::OtherKey, dated(&pki::CRL_SIGNATURE)));
    }
    if issuer
        .key_usage()
        .is_some_and(|usage| usage & CRL_SIGN == 0)
    {
        return Err((
            Rank::OtherKey,
            Finding::new(&pki::NO_CRL_SIGN).with(issuer.subject_text()),
        ));
    }
    let (signature, algorithm) = crl.signature();
    let object = Object::Crl(place);
    if store.links().recall(issuer, object).is_none() {
        *checks = checks.saturating_add(1);
        if *checks > MAX_CRL_SIGNATURE_CHECKS {
            return Err((Rank::OtherKey, Finding::new(&pki::PATH_BUDGET)));
        }
    }
    match store
        .links()
        .check(issuer, object, algorithm, crl.tbs(), signature)
    {
        Ok(()) => Ok(()),
        Err(VerifyError::Invalid) => Err((Rank::OtherKey, dated(&pki::CRL_SIGNATURE))),
        Err(VerifyError::Unsupported) => Err((Rank::Weak, dated(&pki::CRL_ALGORITHM))),
    }
}

/// Whether a genuine CRL is a full direct one, strong enough, and of the right time.
fn usable(crl: &Crl, issuer: &Certificate, store: &Store, at: Time) -> Result<(), (Rank, Finding)> {
    let dated = |rule| {
        Finding::new(rule)
            .with(issuer.subject_text())
            .with(crl.this_update())
    };
    if crl.issuing_distribution_point().is_some() {
        return Err((Rank::Partial, dated(&pki::CRL_PARTIAL)));
    }
    if crl.unknown_critical() {
        return Err((Rank::Partial, dated(&pki::CRL_CRITICAL)));
    }
    if let (Some(algorithm), Some(key)) = (crl.signature().1, issuer.public_key())
        && let Some(weakness) = store.algorithms().assess(&algorithm, key.bits(), at)
    {
        let reason = dated(&pki::CRL_WEAK)
            .with(algorithm)
            .with(key.bits())
            .with(weakness.since);
        return Err((Rank::Weak, reason));
    }
    if crl.is_delta() {
        return Err((Rank::Delta, dated(&pki::CRL_PARTIAL)));
    }
    if crl.this_update() > at {
        return Err((Rank::Later, dated(&pki::CRL_LATER)));
    }
    match crl.next_update() {
        None => Err((Rank::Stale, dated(&pki::CRL_NO_NEXT))),
        Some(next) if next < at => Err((Rank::Stale, dated(&pki::CRL_STALE).with(next))),
        Some(_) => Ok(()),
    }
}

/// Writes down what a genuine CRL says.
fn settle(report: &mut RevocationReport, certificate: &Certificate, crl: &Crl, at: Time) {
    report.source = Some(RevocationSource::Crl);
    report.this_update = Some(crl.this_update());
    report.next_update = crl.next_update();
    report.status = RevocationStatus::Good;
    if let Some(entry) = crl
        .lookup(certificate.serial())
        .filter(|entry| entry.date <= at)
    {
        report.status = RevocationStatus::Revoked;
        let reason = Finding::new(&pki::REVOKED)
            .with(certificate.subject_text())
            .with(entry.date);
        report.reason = Some(reason.with(reason_name(&entry)));
    }
}

/// The name of a reasonCode (RFC 5280 clause 5.3.1).
fn reason_name(entry: &RevokedEntry) -> &'static str {
    match entry.reason {
        Some(1) => "keyCompromise",
        Some(2) => "cACompromise",
        Some(3) => "affiliationChanged",
        Some(4) => "superseded",
        Some(5) => "cessationOfOperation",
        Some(CERTIFICATE_HOLD) => "certificateHold",
        Some(REMOVE_FROM_CRL) => "removeFromCRL",
        Some(9) => "privilegeWithdrawn",
        Some(10) => "aACompromise",
        _ => "unspecified",
    }
}
