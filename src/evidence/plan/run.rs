//! Asking: out of the cache, its folder, or the network, and never twice at the same time.

use std::collections::HashSet;

use super::{
    Plan,
    step::{Group, Step, most_bytes},
};
use crate::{
    evidence::{Services, cache::Found, read::Evidence},
    limits::MAX_FETCHES,
    net::{FetchFailure, FetchKind, FetchRequest, Kept, host_of},
    pki::revocation::Nonce,
    report::Finding,
    text::rules::{fetch as rules, pki},
};

impl Plan<'_> {
    /// Asks for all of it at once. Which of it brought something new.
    pub(super) fn run(&mut self, steps: Vec<Step>) -> Vec<(Group, bool)> {
        let Some(services) = self.services else {
            return Vec::new();
        };
        let mut done = Vec::new();
        let mut open = Vec::new();
        for step in steps {
            match self.at_hand(services, &step) {
                Some(Found::Evidence { evidence, renew }) => {
                    let pair = (step.group, step.attempt.clone());
                    if renew && !services.offline {
                        self.asked.remove(&pair);
                        self.renewable.insert(pair);
                    }
                    done.push((step.group, self.take(&step, &evidence)));
                }
                Some(Found::Failure(failure)) => {
                    self.fail(&step, &failure);
                    done.push((step.group, false));
                }
                // Nobody to ask; that there is nothing is told anyway.
                None if services.fetch.is_none() => done.push((step.group, false)),
                None if self.fetched >= MAX_FETCHES => {
                    let note = Finding::new(&rules::BUDGET).with(MAX_FETCHES);
                    self.notes.push(note);
                    done.push((step.group, false));
                }
                None => {
                    self.fetched = self.fetched.saturating_add(1);
                    open.push(step);
                }
            }
        }
        while !open.is_empty() {
            let claim = services
                .cache
                .claim(open.iter().map(|step| step.key.clone()));
            if claim.is_empty() {
                let left = (services.left)();
                let Some(waiting) = open.first() else { break };
                if left.is_zero() {
                    for step in std::mem::take(&mut open) {
                        self.fail(&step, &FetchFailure::Deadline);
                        done.push((step.group, false));
                    }
                    break;
                }
                services.cache.wait(&waiting.key, left);
            }
            let (mine, others): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|step| claim.has(&step.key));
            // Two of the same key: the first one of them fetches for both.
            let mut first = HashSet::new();
            let (mine, same): (Vec<_>, Vec<_>) = mine
                .into_iter()
                .partition(|step| first.insert(step.key.clone()));
            self.fetch(services, &mine, &mut done);
            drop(claim);
            open = Vec::new();
            for step in others.into_iter().chain(same) {
                // Somebody else fetched it meanwhile; where that was of no use, it is this thread's turn.
                match services.cache.look(&step.key, services.clock, false) {
                    Some(Found::Evidence { evidence, .. }) if !self.wants_nonce(&step) => {
                        done.push((step.group, self.take(&step, &evidence)));
                    }
                    Some(Found::Failure(failure)) => {
                        self.fail(&step, &failure);
                        done.push((step.group, false));
                    }
                    _ => open.push(step),
                }
            }
        }
        done
    }

    /// Out of the cache or its folder.
    fn at_hand(&mut self, services: &Services<'_>, step: &Step) -> Option<Found> {
        if step.renew || self.wants_nonce(step) {
            return None;
        }
        let (now, offline) = (services.clock, services.offline);
        if let Some(found) = services.cache.look(&step.key, now, offline) {
            return Some(found);
        }
        match services.shelf?.load(&step.key) {
            Kept::Nothing => None,
            Kept::Damaged(place) => {
                self.notes
                    .push(Finding::new(&rules::CACHE_DAMAGED).with(place));
                None
            }
            Kept::Entry { fetched, bytes } => {
                let evidence =
                    Evidence::read(step.kind, bytes, self.query.provider, services.certificates)?;
                let cache = services.cache;
                cache.put(&step.key, step.kind, Ok(evidence), fetched, true);
                cache.look(&step.key, now, offline)
            }
        }
    }

    /// Whether only an answer to this very question counts.
    fn wants_nonce(&self, step: &Step) -> bool {
        let required = |services: &Services<'_>| services.nonce == Nonce::Require;
        step.kind == FetchKind::Ocsp && self.services.is_some_and(required)
    }

    fn fetch(&mut self, services: &Services<'_>, steps: &[Step], done: &mut Vec<(Group, bool)>) {
        let Some(fetch) = services.fetch.filter(|_| !steps.is_empty()) else {
            return;
        };
        let left = (services.left)();
        let mut outcomes = Vec::new();
        if !left.is_zero() {
            let requests: Vec<FetchRequest> = steps
                .iter()
                .map(|step| step.request(if step.more { left / 2 } else { left }))
                .collect();
            outcomes = fetch.fetch(&requests);
        }
        // A fetcher of somebody else may give too few answers, or too large ones.
        outcomes.resize_with(steps.len(), || Err(FetchFailure::Deadline));
        for (step, outcome) in steps.iter().zip(outcomes) {
            let outcome = outcome.and_then(|bytes| self.read(services, step, bytes));
            let news = match outcome {
                Ok(evidence) => self.take(step, &evidence),
                Err(failure) => {
                    // That the time of one call is over says nothing to the next.
                    let passing = failure == FetchFailure::Offline
                        || failure == FetchFailure::Deadline && (services.left)().is_zero();
                    if !passing {
                        let failed = Err(failure.clone());
                        services
                            .cache
                            .put(&step.key, step.kind, failed, services.clock, false);
                    }
                    self.fail(step, &failure);
                    false
                }
            };
            done.push((step.group, news));
        }
    }

    /// Reads what came, and keeps it.
    fn read(
        &mut self,
        services: &Services<'_>,
        step: &Step,
        bytes: Vec<u8>,
    ) -> Result<Evidence, FetchFailure> {
        let most = most_bytes(step.kind);
        if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
            return Err(FetchFailure::TooLarge(most));
        }
        let kept = services.shelf.map(|shelf| (shelf, bytes.clone()));
        let known = services.certificates;
        let evidence = Evidence::read(step.kind, bytes, self.query.provider, known)
            .ok_or(FetchFailure::Unreadable)?;
        if let Some(status) = evidence.refusal() {
            let finding = Finding::new(&pki::OCSP_STATUS).with(format_args!(
                "{} ({})",
                status.name(),
                host_of(&step.attempt.url)
            ));
            self.failures.push((step.group.of, finding));
            return Err(FetchFailure::Unreadable);
        }
        if let (Evidence::Ocsp(response), Some(request)) = (&evidence, &step.request)
            && let Err(finding) = services.nonce.fits(request.nonce(), response.nonce())
        {
            self.failures.push((step.group.of, finding));
            return Err(FetchFailure::Unreadable);
        }
        let cache = services.cache;
        cache.put(
            &step.key,
            step.kind,
            Ok(evidence.clone()),
            services.clock,
            false,
        );
        if let Some((shelf, bytes)) = kept {
            shelf.save(&step.key, services.clock, &bytes);
        }
        Ok(evidence)
    }

    fn fail(&mut self, step: &Step, failure: &FetchFailure) {
        // That the network is off, the caller has said.
        if *failure == FetchFailure::Offline {
            return;
        }
        // Who could not be reached is not asked in another way.
        if !matches!(failure, FetchFailure::Status(_) | FetchFailure::Unreadable) {
            self.answered(step);
        }
        // What exactly was unreadable may have been told already.
        let told = *failure == FetchFailure::Unreadable
            && self.failures.last().is_some_and(|(of, finding)| {
                *of == step.group.of && finding.code().starts_with("PKI")
            });
        if !told {
            let finding = failure.finding(step.kind, &step.attempt.url);
            self.failures.push((step.group.of, finding));
        }
    }
}
