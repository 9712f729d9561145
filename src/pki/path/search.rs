//! The search for a way from a leaf to an anchor (RFC 4158): likely issuers first, within a budget, and the most telling of all failures.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    sync::Arc,
};

use super::{Demands, PathOutcome, PolicyOutcome, constraints::Comparisons, validate::validate};
use crate::{
    crypto::VerifyError,
    limits::{MAX_PATH_LENGTH, MAX_PATH_SIGNATURE_CHECKS, MAX_PATH_STEPS},
    pki::Store,
    report::{Finding, PathStatus, SubIndication},
    text::rules::pki,
    time::Time,
    x509::{Certificate, name::names_match},
};

/// Steps after which a search finds out which ways are dead ends before it goes on. Honest paths are found in fewer.
const STEPS_BEFORE_A_MAP: usize = 64;

/// Looks for a valid path from `leaf` to an anchor of the store, as of `at`. `held` are certificates that came with the signature.
///
/// Issuers are told by name and proven by the signature; key identifiers only say which to try first.
pub(crate) fn evaluate_for(
    leaf: &Arc<Certificate>,
    held: &[Arc<Certificate>],
    store: &Store,
    at: Time,
    demands: &Demands,
) -> PathOutcome {
    let mut search = Search {
        held,
        store,
        at,
        demands,
        checks: 0,
        steps: 0,
        comparisons: Comparisons::default(),
        leading: None,
        best: None,
    };
    let mut chain = vec![leaf];
    match search.extend(&mut chain) {
        ControlFlow::Break(outcome) => outcome,
        ControlFlow::Continue(()) => search.failure(leaf),
    }
}

/// Why a path, or an attempt at one, came to nothing. Later is more telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// No issuer was found.
    NoIssuer,
    /// An issuer was found that has the right name and key identifier, but did not make the signature.
    Signature,
    /// There is a path, and a rule forbids it.
    Invalid,
    /// There is a path, and something of it cannot be judged, or is too weak.
    Open,
    /// The search was given up.
    Budget,
}

/// A failure with its chain.
#[derive(Debug)]
struct Failure<'a> {
    rank: Rank,
    chain: Vec<&'a Arc<Certificate>>,
    reason: Finding,
    sub_indication: SubIndication,
}

/// Certificates are borrowed all the way: counting who holds them would make threads that meet at the same authorities wait for each other.
struct Search<'a> {
    held: &'a [Arc<Certificate>],
    store: &'a Store,
    at: Time,
    demands: &'a Demands,
    checks: usize,
    steps: usize,
    comparisons: Comparisons,
    /// The certificates over which an anchor can be reached at all; known once the search has become long.
    leading: Option<HashSet<[u8; 32]>>,
    best: Option<Failure<'a>>,
}

impl<'a> Search<'a> {
    /// Tries every way on from the last certificate of `chain`. Breaks with a valid path or when the budget is used up.
    fn extend(&mut self, chain: &mut Vec<&'a Arc<Certificate>>) -> ControlFlow<PathOutcome> {
        let Some(&current) = chain.last() else {
            return ControlFlow::Continue(());
        };
        if self.is_anchor(current) {
            let algorithms = self.store.algorithms();
            let left = &mut self.comparisons;
            return match validate(chain, self.demands, algorithms, self.at, left) {
                Ok(accepted) => ControlFlow::Break(PathOutcome {
                    status: PathStatus::Valid,
                    chain: owned(chain),
                    reason: None,
                    sub_indication: None,
                    policies: accepted.policies,
                    findings: accepted.findings,
                }),
                Err(fault) => {
                    let rank = if fault.open {
                        Rank::Open
                    } else {
                        Rank::Invalid
                    };
                    self.note(rank, chain, fault.reason, fault.sub_indication);
                    ControlFlow::Continue(())
                }
            };
        }
        if chain.len() >= MAX_PATH_LENGTH {
            let reason = Finding::new(&pki::PATH_BUDGET);
            self.note(
                Rank::Open,
                chain,
                reason,
                SubIndication::CertificateChainGeneralFailure,
            );
            return ControlFlow::Continue(());
        }
        // Nothing has told yet why it goes no further.
        let mut silent = true;
        for issuer in self.issuers(current, chain) {
            self.steps = self.steps.saturating_add(1);
            if self.steps > MAX_PATH_STEPS {
                return self.give_up(chain);
            }
            if self.steps == STEPS_BEFORE_A_MAP
                && let Some(&leaf) = chain.first()
            {
                self.leading = self.map(leaf);
            }
            if self.is_dead_end(issuer) {
                continue;
            }
            let spend = || {
                self.checks = self.checks.saturating_add(1);
                match self.checks > MAX_PATH_SIGNATURE_CHECKS {
                    true => Err(()),
                    false => Ok(()),
                }
            };
            let links = self.store.links();
            let Ok(told) = links.check(issuer, &current.signed(), spend) else {
                return self.give_up(chain);
            };
            match told {
                Ok(()) => {
                    silent = false;
                    chain.push(issuer);
                    let flow = self.extend(chain);
                    chain.pop();
                    flow?;
                }
                Err(VerifyError::Unsupported) => {
                    silent = false;
                    let reason =
                        Finding::new(&pki::CERTIFICATE_ALGORITHM).with(current.subject_text());
                    self.note(
                        Rank::Open,
                        chain,
                        reason,
                        SubIndication::CryptoConstraintsFailureNoPoe,
                    );
                }
                // With another key identifier it is only another key of that name: the right one may be missing.
                Err(VerifyError::Invalid) if key_id_fit(current, issuer) == Fit::Same => {
                    silent = false;
                    let reason = Finding::new(&pki::CERTIFICATE_SIGNATURE)
                        .with(current.subject_text())
                        .with(issuer.subject_text());
                    self.note(
                        Rank::Signature,
                        chain,
                        reason,
                        SubIndication::CertificateChainGeneralFailure,
                    );
                }
                Err(VerifyError::Invalid) => {}
            }
        }
        if silent {
            let reason = Finding::new(&pki::NO_PATH).with(current.subject_text());
            self.note(
                Rank::NoIssuer,
                chain,
                reason,
                SubIndication::NoCertificateChainFound,
            );
        }
        ControlFlow::Continue(())
    }

    fn is_dead_end(&self, certificate: &Certificate) -> bool {
        let leading = self.leading.as_ref();
        leading.is_some_and(|leading| !leading.contains(certificate.sha256()))
    }

    /// Everything over which an anchor can be reached from a leaf by names, and by signatures as far as these were checked: each certificate is
    /// looked at once, whereas a mesh has more paths than anybody can try. `None` where there are too many.
    fn map(&self, leaf: &'a Arc<Certificate>) -> Option<HashSet<[u8; 32]>> {
        let mut all = vec![leaf];
        let mut places = HashMap::from([(*leaf.sha256(), 0_usize)]);
        // For each certificate those that it may have issued.
        let mut below: Vec<Vec<usize>> = vec![Vec::new()];
        let mut at = 0;
        while let Some(&one) = all.get(at) {
            let above = if self.is_anchor(one) {
                Vec::new()
            } else {
                self.issuers(one, &[])
            };
            for issuer in above {
                let known = self.store.links().recall(issuer, &one.signed());
                if known == Some(Err(VerifyError::Invalid)) {
                    continue;
                }
                let place = *places.entry(*issuer.sha256()).or_insert(all.len());
                if place == all.len() {
                    all.push(issuer);
                    below.push(Vec::new());
                }
                below.get_mut(place)?.push(at);
            }
            if all.len() > MAX_PATH_STEPS {
                return None;
            }
            at = at.saturating_add(1);
        }
        let anchors = all
            .iter()
            .enumerate()
            .filter(|(_, one)| self.is_anchor(one));
        let mut open: Vec<usize> = anchors.map(|(place, _)| place).collect();
        let mut leading = HashSet::new();
        while let Some(place) = open.pop() {
            if leading.insert(*all.get(place)?.sha256()) {
                open.extend(below.get(place)?);
            }
        }
        Some(leading)
    }

    fn is_anchor(&self, certificate: &Certificate) -> bool {
        let demanded = self.demands.anchor.as_ref();
        demanded.is_none_or(|anchor| anchor == certificate.sha256())
            && self.store.is_anchor(certificate)
    }

    /// The certificates that may have issued `current`, likely ones first (RFC 4158 clause 3.5). None that the chain already has, by
    /// subject and key: so no loops.
    fn issuers(
        &self,
        current: &Certificate,
        chain: &[&Arc<Certificate>],
    ) -> Vec<&'a Arc<Certificate>> {
        let held = self
            .held
            .iter()
            .filter(|one| names_match(one.subject(), current.issuer()));
        let mut issuers: Vec<_> = self.store.named(current.issuer()).iter().collect();
        for one in held {
            if !issuers.iter().any(|known| known.sha256() == one.sha256()) {
                issuers.push(one);
            }
        }
        issuers.retain(|one| {
            let again = |used: &&Arc<Certificate>| {
                used.spki() == one.spki() && used.subject() == one.subject()
            };
            !self.demands.avoid.contains(one.sha256()) && !chain.iter().any(again)
        });
        issuers.sort_by_cached_key(|one| {
            let in_time = one.not_before() <= self.at && self.at <= one.not_after();
            (
                key_id_fit(current, one),
                Reverse(self.is_anchor(one)),
                Reverse(in_time),
                Reverse(one.not_before()),
            )
        });
        issuers
    }

    /// Keeps a failure if it tells more than what is known. Of whole paths the first, which is the likeliest, tells; of others the longest.
    fn note(
        &mut self,
        rank: Rank,
        chain: &[&'a Arc<Certificate>],
        reason: Finding,
        sub_indication: SubIndication,
    ) {
        let better = self.best.as_ref().is_none_or(|best| {
            let longer = rank < Rank::Invalid && chain.len() > best.chain.len();
            rank > best.rank || rank == best.rank && longer
        });
        if better {
            self.best = Some(Failure {
                rank,
                chain: chain.to_vec(),
                reason,
                sub_indication,
            });
        }
    }

    fn give_up(&mut self, chain: &[&'a Arc<Certificate>]) -> ControlFlow<PathOutcome> {
        let reason = Finding::new(&pki::PATH_BUDGET);
        self.note(
            Rank::Budget,
            chain,
            reason,
            SubIndication::CertificateChainGeneralFailure,
        );
        match chain.first() {
            Some(leaf) => ControlFlow::Break(self.failure(leaf)),
            None => ControlFlow::Continue(()),
        }
    }

    fn failure(&mut self, leaf: &'a Arc<Certificate>) -> PathOutcome {
        let failure = self.best.take().unwrap_or_else(|| Failure {
            rank: Rank::NoIssuer,
            chain: vec![leaf],
            reason: Finding::new(&pki::NO_PATH).with(leaf.subject_text()),
            sub_indication: SubIndication::NoCertificateChainFound,
        });
        let status = match failure.rank {
            Rank::Signature | Rank::Invalid => PathStatus::Invalid,
            Rank::NoIssuer | Rank::Open | Rank::Budget => PathStatus::Undetermined,
        };
        PathOutcome {
            status,
            chain: owned(&failure.chain),
            reason: Some(failure.reason),
            sub_indication: Some(failure.sub_indication),
            policies: PolicyOutcome::default(),
            findings: Vec::new(),
        }
    }
}

fn owned(chain: &[&Arc<Certificate>]) -> Vec<Arc<Certificate>> {
    chain.iter().copied().cloned().collect()
}

/// How well the key identifiers of a certificate and an issuer fit. Better is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Same,
    Unknown,
    Other,
}

fn key_id_fit(subject: &Certificate, issuer: &Certificate) -> Fit {
    match (subject.authority_key_id(), issuer.subject_key_id()) {
        (Some(wanted), Some(has)) if wanted == has => Fit::Same,
        (Some(_), Some(_)) => Fit::Other,
        _ => Fit::Unknown,
    }
}
