//! Revocation by CRL (RFC 5280 clause 6.3) and OCSP (RFC 6960), at a point in time.
//!
//! Nothing is fetched: what is missing is told as a list of [`Wanted`]. An answer is good, revoked or undetermined, never a
//! yes or no; what is signed by the wrong key, too old, or about something else leaves it undetermined and says why.

mod case;
mod crl;
mod ocsp;
mod policy;
mod request;
mod scope;
mod signer;
mod wanted;

#[cfg(test)]
mod corpora;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use self::case::{Case, Rank};
pub(crate) use self::{
    policy::Policy,
    request::{Nonce, OcspRequest},
    wanted::{Wanted, WantedKind, issuers},
};
use super::Store;
use crate::{
    crypto::Provider,
    limits::{MAX_REVOCATION_DEPTH, MAX_REVOCATION_SIGNATURE_CHECKS, MAX_REVOCATION_STEPS},
    report::{Finding, RevocationReport, RevocationStatus, SubIndication},
    text::rules::pki,
    time::Time,
    x509::{Certificate, Crl, OcspResponse},
};

/// What came with a signature, beside the store that all share. None of it is trusted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) certificates: Vec<Arc<Certificate>>,
    pub(crate) crls: Vec<Arc<Crl>>,
    pub(crate) ocsps: Vec<Arc<OcspResponse>>,
}

/// What is asked: the status of every certificate of a valid path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    /// Leaf first, anchor last.
    pub(crate) chain: &'a [Arc<Certificate>],
    pub(crate) store: &'a Store,
    pub(crate) held: &'a Held,
    pub(crate) provider: &'a dyn Provider,
    pub(crate) policy: &'a Policy,
    /// The time for which the status is asked.
    pub(crate) at: Time,
    /// The time of asking: nothing can have been issued after it.
    pub(crate) now: Time,
}

/// What came out of a [`Query`].
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// One for every certificate but the anchor: leaf first, like the chain.
    pub(crate) reports: Vec<RevocationReport>,
    /// Where what is missing may be found, likely places first.
    pub(crate) wanted: Vec<Wanted>,
}

/// The status of every certificate of a path but the anchor.
pub(crate) fn evaluate(query: &Query<'_>) -> Outcome {
    let mut session = Session {
        query: *query,
        checks: 0,
        steps: 0,
        judging: Vec::new(),
        known: HashMap::new(),
        wanted: Vec::new(),
    };
    let links = query.chain.len().saturating_sub(1);
    let reports = (0..links)
        .filter_map(|index| query.chain.get(index..))
        .map(|chain| session.judge(chain))
        .collect();
    Outcome {
        reports,
        wanted: session.wanted,
    }
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

/// Why something does not settle the matter, and how telling that is.
type Fault = (Rank, Finding);

/// One evaluation, with what it has cost and found out so far.
struct Session<'a> {
    query: Query<'a>,
    checks: usize,
    steps: usize,
    /// The certificates that are being judged, each because of the one before: no circles.
    judging: Vec<[u8; 32]>,
    known: HashMap<[u8; 32], RevocationReport>,
    wanted: Vec<Wanted>,
}

impl Session<'_> {
    /// The status of the first certificate of a path to the anchor.
    fn judge(&mut self, chain: &[Arc<Certificate>]) -> RevocationReport {
        let [certificate, issuer, ..] = chain else {
            return Case::new(chain.first().map(Arc::as_ref)).report(self.query.at);
        };
        let key = *certificate.sha256();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let mut case = Case::new(Some(certificate));
        if self.judging.contains(&key) || self.judging.len() >= MAX_REVOCATION_DEPTH {
            let finding = Finding::new(&pki::REVOCATION_CIRCLE).with(certificate.subject_text());
            case.note(Rank::Signer, finding);
            return case.report(self.query.at);
        }
        self.judging.push(key);
        self.by_ocsp(chain, &mut case);
        self.by_crls(chain, &mut case);
        self.judging.pop();
        if case.is_blank() {
            let finding = Finding::new(&pki::NO_REVOCATION)
                .with(certificate.subject_text())
                .with(issuer.subject_text());
            case.note(Rank::Nothing, finding);
        }
        let report = case.report(self.query.at);
        if report.status == RevocationStatus::Undetermined {
            wanted::add(chain, &mut self.wanted);
        }
        self.known.insert(key, report.clone());
        report
    }

    /// Counts a public-key operation that is about to be made.
    fn spend_check(&mut self) -> Result<(), Fault> {
        self.checks = self.checks.saturating_add(1);
        if self.checks > MAX_REVOCATION_SIGNATURE_CHECKS {
            return Err((Rank::Budget, Finding::new(&pki::REVOCATION_BUDGET)));
        }
        Ok(())
    }

    /// Counts a list or answer that is about to be looked at.
    fn spend_step(&mut self) -> Result<(), Fault> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_REVOCATION_STEPS {
            return Err((Rank::Budget, Finding::new(&pki::REVOCATION_BUDGET)));
        }
        Ok(())
    }
}
