//! What is known of one certificate, as evidence comes in.

use crate::{
    report::{Finding, RevocationReport, RevocationSource, RevocationStatus},
    text::rules::pki,
    time::Time,
    x509::{Certificate, REMOVE_FROM_CRL},
};

/// reasonCode certificateHold (RFC 5280 clause 5.3.1): the only one that can be taken back.
const CERTIFICATE_HOLD: u8 = 6;

/// Why evidence does not settle the matter. Later is more telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// There is none.
    Nothing,
    /// A responder did not answer.
    Refused,
    /// It is for other certificates, or signed with another key.
    Other,
    /// It covers some reasons only.
    Partial,
    /// It is genuine, but too weak, or has something that is not understood.
    Weak,
    /// Whoever signed it has a path or a status that is open.
    Signer,
    /// A delta whose list is missing.
    Delta,
    /// It was issued too late, or too early.
    Later,
    Stale,
    /// The search was given up.
    Budget,
}

/// A revocation as evidence tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revocation {
    pub(super) date: Time,
    pub(super) reason: Option<u8>,
    pub(super) invalidity_date: Option<Time>,
}

impl Revocation {
    /// Since when the certificate is not to be relied on: the date, or the one since when the key may have been in wrong hands (RFC 5280
    /// clause 5.3.2). A signature that is proven to be older stands (EN 319 102-1 clause 5.5.4).
    pub(super) fn since(&self) -> Time {
        self.invalidity_date
            .map_or(self.date, |invalid| invalid.min(self.date))
    }

    /// Whether it cannot be taken back.
    pub(super) fn lasts(&self) -> bool {
        !matches!(self.reason, Some(CERTIFICATE_HOLD | REMOVE_FROM_CRL))
    }

    fn finding(&self, rule: &'static crate::text::Rule, subject: &str) -> Finding {
        Finding::new(rule)
            .with(subject)
            .with(self.date)
            .with(reason_name(self.reason))
            .with(self.since())
    }
}

/// Genuine evidence of the right time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) source: RevocationSource,
    pub(super) this_update: Time,
    pub(super) next_update: Option<Time>,
    /// `None`: not revoked.
    pub(super) revocation: Option<Revocation>,
}

/// What is known of one certificate.
#[derive(Debug)]
pub(super) struct Case<'a> {
    certificate: Option<&'a Certificate>,
    /// The newest statement, and the one that stands for ever.
    newest: Option<Statement>,
    lasting: Option<Statement>,
    why: Option<(Rank, Finding)>,
    /// Since when there is something against the certificate that cannot be judged.
    doubt: Option<(Time, Finding)>,
}

impl<'a> Case<'a> {
    pub(super) fn new(certificate: Option<&'a Certificate>) -> Self {
        Self {
            certificate,
            newest: None,
            lasting: None,
            why: None,
            doubt: None,
        }
    }

    /// Keeps why something does not settle the matter, if that is more telling than what is known.
    pub(super) fn note(&mut self, rank: Rank, finding: Finding) {
        if self.why.as_ref().is_none_or(|(known, _)| rank > *known) {
            self.why = Some((rank, finding));
        }
    }

    /// Keeps that something of this time is against the certificate and cannot be judged.
    pub(super) fn doubt(&mut self, issued: Time, finding: Finding) {
        if self.doubt.as_ref().is_none_or(|(known, _)| issued > *known) {
            self.doubt = Some((issued, finding));
        }
    }

    /// Takes what genuine evidence says as of `at`. A revocation after that does not count, and nothing takes back one that lasts.
    pub(super) fn state(&mut self, statement: Statement, at: Time) {
        let counts = |revocation: &Revocation| revocation.since() <= at;
        if statement
            .revocation
            .is_some_and(|r| r.lasts() && counts(&r))
        {
            let earlier = |known: &Statement| {
                known.revocation.map(|r| r.since()) <= statement.revocation.map(|r| r.since())
            };
            if !self.lasting.as_ref().is_some_and(earlier) {
                self.lasting = Some(statement);
            }
            return;
        }
        let newer = |known: &Statement| {
            let held = |one: &Statement| one.revocation.is_some_and(|r| counts(&r));
            (statement.this_update, held(&statement)) > (known.this_update, held(known))
        };
        if self.newest.as_ref().is_none_or(newer) {
            self.newest = Some(statement);
        }
    }

    /// Whether nothing has been said yet, nor why not.
    pub(super) fn is_blank(&self) -> bool {
        self.settled().is_none() && self.why.is_none()
    }

    /// When the newest statement was issued that says the certificate is good, or revoked for ever.
    pub(super) fn settled(&self) -> Option<Time> {
        self.lasting.or(self.newest).map(|known| known.this_update)
    }

    /// Whether that is known of no older time than this.
    pub(super) fn is_settled_since(&self, issued: Time) -> bool {
        self.settled().is_some_and(|known| known >= issued)
    }

    /// The status at `at` and why.
    pub(super) fn report(self, at: Time) -> RevocationReport {
        let certificate = self.certificate;
        let mut report = RevocationReport {
            certificate: certificate.map_or([0; 32], |certificate| *certificate.sha256()),
            status: RevocationStatus::Undetermined,
            source: None,
            this_update: None,
            next_update: None,
            reason: None,
        };
        let doubt = self.doubt.filter(|(issued, _)| {
            self.newest
                .as_ref()
                .is_none_or(|known| known.this_update <= *issued)
        });
        let Some(statement) = self.lasting.or(self.newest.filter(|_| doubt.is_none())) else {
            let why = || self.why.map(|(_, finding)| finding);
            report.reason = doubt.map(|(_, finding)| finding).or_else(why);
            return report;
        };
        report.source = Some(statement.source);
        report.this_update = Some(statement.this_update);
        report.next_update = statement.next_update;
        report.status = RevocationStatus::Good;
        if let Some(revocation) = statement.revocation {
            let rule = if revocation.since() > at {
                &pki::REVOKED_LATER
            } else {
                report.status = RevocationStatus::Revoked;
                match (revocation.lasts(), revocation.since() < revocation.date) {
                    (false, _) => &pki::ON_HOLD,
                    (true, false) => &pki::REVOKED,
                    (true, true) => &pki::REVOKED_SINCE,
                }
            };
            let subject = certificate.map_or_else(String::new, |one| one.subject_text());
            report.reason = Some(revocation.finding(rule, &subject));
        }
        report
    }
}

/// The name of a reasonCode (RFC 5280 clause 5.3.1).
fn reason_name(reason: Option<u8>) -> &'static str {
    match reason {
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
