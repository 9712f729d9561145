//! Revocation by full, direct CRLs (RFC 5280 clause 6.3).
//!
//! Delta, indirect and partitioned CRLs are named and not used yet.

use std::{cmp::Reverse, sync::Arc};

use super::{
    Store, algorithm_policy,
    links::Object,
    pending::{Crl, RevokedEntry},
};
use crate::{
    crypto::VerifyError,
    limits::MAX_CRL_SIGNATURE_CHECKS,
    report::{Finding, RevocationReport, RevocationSource, RevocationStatus, SubIndication},
    text::rules::pki,
    time::Time,
    x509::Certificate,
};

/// keyUsage cRLSign (RFC 5280 clause 4.2.1.3).
const CRL_SIGN: u16 = 1 << 6;
/// reasonCode certificateHold (RFC 5280 clause 5.3.1): the only one that can be taken back.
const CERTIFICATE_HOLD: u8 = 6;

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
        let (rank, reason) = match usable(place, crl, issuer, store, at, checks) {
            Ok(()) => {
                settle(&mut report, certificate, crl, at);
                return report;
            }
            Err(fault) => fault,
        };
        // A revocation stands for ever, so a list of another time proves it as well, except for a hold.
        if matches!(rank, Rank::Later | Rank::Stale)
            && let Some(entry) = crl.lookup(certificate.serial())
            && entry.date <= at
            && entry.reason != Some(CERTIFICATE_HOLD)
        {
            settle(&mut report, certificate, crl, at);
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

/// Whether a CRL of the issuer's name is a full direct CRL of this issuer's key, genuine, and of the right time.
fn usable(
    place: usize,
    crl: &Crl,
    issuer: &Certificate,
    store: &Store,
    at: Time,
    checks: &mut usize,
) -> Result<(), (Rank, Finding)> {
    let finding = |rule| Finding::new(rule).with(issuer.subject_text());
    let dated = |rule| finding(rule).with(crl.this_update());
    let other_key =
        matches!((crl.authority_key_id(), issuer.subject_key_id()), (Some(a), Some(b)) if a != b);
    if other_key {
        return Err((Rank::OtherKey, dated(&pki::CRL_SIGNATURE)));
    }
    // What it is comes before the signature: these are not used, whoever made them.
    if crl.is_delta() || crl.issuing_distribution_point().is_some() {
        return Err((Rank::Partial, dated(&pki::CRL_PARTIAL)));
    }
    if crl.unknown_critical() {
        return Err((Rank::Partial, dated(&pki::CRL_CRITICAL)));
    }
    if issuer
        .key_usage()
        .is_some_and(|usage| usage & CRL_SIGN == 0)
    {
        return Err((Rank::OtherKey, finding(&pki::NO_CRL_SIGN)));
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
        Ok(()) => {}
        Err(VerifyError::Invalid) => return Err((Rank::OtherKey, dated(&pki::CRL_SIGNATURE))),
        Err(VerifyError::Unsupported) => return Err((Rank::Weak, dated(&pki::CRL_ALGORITHM))),
    }
    if let (Some(algorithm), Some(key)) = (algorithm, issuer.public_key())
        && let Some(weakness) = algorithm_policy::assess(&algorithm, key.bits(), at)
    {
        let reason = dated(&pki::CRL_WEAK)
            .with(algorithm)
            .with(key.bits())
            .with(weakness.since);
        return Err((Rank::Weak, reason));
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
        Some(8) => "removeFromCRL",
        Some(9) => "privilegeWithdrawn",
        Some(10) => "aACompromise",
        _ => "unspecified",
    }
}
