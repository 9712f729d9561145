//! What is known about a certificate, gathered in rounds: `pki` says what it wants, this module has it fetched and asks again.
//!
//! A round without new evidence ends it. Whatever is fetched is only a candidate: it is judged by its signature and dates like everything else,
//! and never becomes an anchor. What could not be fetched is a finding, never an error.

mod cache;
mod plan;
mod read;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

pub(crate) use cache::Cache;

use self::plan::Plan;
use crate::{
    crypto::Provider,
    limits::{MAX_FETCH_ROUNDS, MAX_OTHER_PATHS},
    net::{Fetch, Shelf},
    pki::{
        Store,
        path::{self, Demands, PathOutcome},
        revocation::{self, Held, Nonce, Policy},
    },
    report::{Finding, PathStatus, RevocationReport, RevocationStatus},
    text::{Severity, rules::pki},
    time::Time,
    x509::{Certificate, Certificates},
};

/// What is asked: the path of a certificate and, unless nobody cares, the status of its members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) leaf: &'a Arc<Certificate>,
    /// What came along with it.
    pub(crate) held: &'a Held,
    pub(crate) store: &'a Store,
    pub(crate) provider: &'a dyn Provider,
    pub(crate) demands: &'a Demands,
    /// Freshness; `None`: revocation is not looked at.
    pub(crate) revocation: Option<&'a Policy>,
    /// The time for which is asked, and the time of asking.
    pub(crate) at: Time,
    pub(crate) now: Time,
}

/// Who fetches, what was fetched before, and how much time there is.
pub(crate) struct Services<'a> {
    /// Nobody where the network is off; what the cache has is taken all the same.
    pub(crate) fetch: Option<&'a dyn Fetch>,
    pub(crate) cache: &'a Cache,
    pub(crate) shelf: Option<&'a dyn Shelf>,
    pub(crate) certificates: &'a Certificates,
    /// Nothing newer can be had than what is at hand.
    pub(crate) offline: bool,
    pub(crate) nonce: Nonce,
    /// The clock, in seconds since 1970.
    pub(crate) clock: i64,
    /// Time that is left of the whole call.
    pub(crate) left: &'a dyn Fn() -> Duration,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) path: PathOutcome,
    /// Empty where the path is not valid, or revocation is not looked at.
    pub(crate) revocation: Vec<RevocationReport>,
    /// What could not be fetched.
    pub(crate) findings: Vec<Finding>,
}

/// Path and revocation, with what can be fetched for them within the time.
pub(crate) fn gather(query: &Query<'_>, services: Option<&Services<'_>>) -> Gathered {
    let mut plan = Plan::new(query, services);
    let mut best = rounds(query, query.demands, &mut plan);
    // A revoked authority, or one of whom nobody tells anything, may have a sister that does as well (RFC 4158 clause 2.2).
    let mut demands = query.demands.clone();
    for _ in 0..MAX_OTHER_PATHS {
        let Some(open) = first_open_authority(&best) else {
            break;
        };
        if demands.avoid.contains(&open) {
            break;
        }
        demands.avoid.push(open);
        let other = rounds(query, &demands, &mut plan);
        if other.path.status != PathStatus::Valid {
            break;
        }
        if rank(&other) < rank(&best) {
            best = other;
        } else if let Some(open) = first_open_authority(&other) {
            // No better, but there may be a third.
            demands.avoid.push(open);
        }
    }
    best.findings = plan.into_findings();
    best
}

/// How far a valid path is from being good: the less the better.
fn rank(gathered: &Gathered) -> usize {
    let worst = |report: &RevocationReport| match report.status {
        RevocationStatus::Good => 0,
        RevocationStatus::Undetermined => 1,
        RevocationStatus::Revoked => 2,
    };
    gathered.revocation.iter().map(worst).max().unwrap_or(0)
}

/// The first authority of a valid path that is not good. A leaf that is not good itself is not so by any other path.
fn first_open_authority(gathered: &Gathered) -> Option<[u8; 32]> {
    let [leaf, authorities @ ..] = gathered.revocation.as_slice() else {
        return None;
    };
    if leaf.status == RevocationStatus::Revoked {
        return None;
    }
    let open = |report: &&RevocationReport| report.status != RevocationStatus::Good;
    authorities
        .iter()
        .find(open)
        .map(|report| report.certificate)
}

fn rounds(query: &Query<'_>, demands: &Demands, plan: &mut Plan<'_>) -> Gathered {
    let mut left = MAX_FETCH_ROUNDS;
    loop {
        let held = plan.held();
        let (leaf, store) = (query.leaf, query.store);
        let path = path::evaluate_for(leaf, &held.certificates, store, query.at, demands);
        let (mut reports, mut wanted) = (Vec::new(), Vec::new());
        if path.status == PathStatus::Valid
            && let Some(policy) = query.revocation
        {
            let outcome = revocation::evaluate(&revocation::Query {
                chain: &path.chain,
                store,
                held,
                provider: query.provider,
                policy,
                at: query.at,
                now: query.now,
            });
            (reports, wanted) = (outcome.reports, outcome.wanted);
        }
        left = left.saturating_sub(1);
        let news = left > 0
            && if path.status == PathStatus::Valid {
                plan.revocation(&wanted)
            } else {
                // Other paths are looked for among what is at hand.
                demands.avoid.is_empty() && plan.issuers(&path.chain)
            };
        if news {
            continue;
        }
        for report in &mut reports {
            tell_failure(report, plan);
        }
        return Gathered {
            path,
            revocation: reports,
            findings: Vec::new(),
        };
    }
}

/// Where there is nothing at all, the reason is that nothing could be fetched.
fn tell_failure(report: &mut RevocationReport, plan: &Plan<'_>) {
    let nothing = report
        .reason
        .as_ref()
        .is_some_and(|reason| reason.code() == pki::NO_REVOCATION.code);
    if nothing && let Some(finding) = plan.failure_of(&report.certificate) {
        report.reason = Some(finding.clone().weighing(Severity::Error));
    }
}
