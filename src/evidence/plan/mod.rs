//! What has been asked for one certificate, and what came of it.

mod next;
mod run;
mod step;

use std::collections::HashSet;

use self::step::{Attempt, Group, Step};
use super::{Query, Services, read::Evidence};
use crate::{
    net::FetchKind,
    pki::revocation::{Held, Nonce},
    report::Finding,
};

/// Findings about fetching that one judgement lists.
const MOST_FINDINGS: usize = 16;

/// What has been asked for one path, and what came of it.
pub(super) struct Plan<'a> {
    query: &'a Query<'a>,
    services: Option<&'a Services<'a>>,
    held: Held,
    asked: HashSet<(Group, Attempt)>,
    /// What came out of the cache and may be out of date.
    renewable: HashSet<(Group, Attempt)>,
    /// Certificates for which a list was delivered.
    listed: HashSet<[u8; 32]>,
    failures: Vec<([u8; 32], Finding)>,
    notes: Vec<Finding>,
    fetched: usize,
    /// What the cache knows the evidence by that was taken, and whether there is some that it did not recall.
    useful: Vec<String>,
    useful_news: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn new(query: &'a Query<'a>, services: Option<&'a Services<'a>>) -> Self {
        let mut plan = Self {
            query,
            services,
            held: query.held.clone(),
            asked: HashSet::new(),
            renewable: HashSet::new(),
            listed: HashSet::new(),
            failures: Vec::new(),
            notes: Vec::new(),
            fetched: 0,
            useful: Vec::new(),
            useful_news: false,
        };
        if let Some(services) = services {
            plan.recall(services);
        }
        plan
    }

    /// Takes up what was of use for this certificate before, as far as it is still current: so nothing is missing, and judged once.
    fn recall(&mut self, services: &Services<'_>) {
        let leaf = self.query.leaf.sha256();
        let known = services
            .cache
            .recall(leaf, services.clock, services.offline);
        for (key, evidence) in known {
            // An answer that has to repeat a nonce is good for one question.
            if services.nonce == Nonce::Require && key.starts_with(FetchKind::Ocsp.name()) {
                continue;
            }
            self.lay(&evidence);
            self.useful.push(key);
        }
    }

    /// What came along, and what was fetched since.
    pub(super) fn held(&self) -> &Held {
        &self.held
    }

    /// Why nothing was fetched for a certificate.
    pub(super) fn failure_of(&self, certificate: &[u8; 32]) -> Option<&Finding> {
        let failures = self.failures.iter();
        failures
            .filter(|(of, _)| of == certificate)
            .map(|(_, finding)| finding)
            .next()
    }

    /// What is to be told, each once.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        if let Some(services) = self.services.filter(|_| self.useful_news) {
            let leaf = self.query.leaf.sha256();
            services.cache.remember(leaf, self.useful);
        }
        let mut findings: Vec<Finding> = Vec::new();
        let failures = self.failures.into_iter().map(|(_, finding)| finding);
        for finding in self.notes.into_iter().chain(failures) {
            if findings.len() < MOST_FINDINGS && !findings.contains(&finding) {
                findings.push(finding);
            }
        }
        findings
    }

    /// Takes evidence; whether it is new.
    fn take(&mut self, step: &Step, evidence: &Evidence) -> bool {
        // A responder that has answered is not asked the same in another way.
        let pair = (step.group, step.attempt.clone());
        if step.kind == FetchKind::Ocsp && !self.renewable.contains(&pair) {
            self.answered(step);
        }
        if step.kind == FetchKind::Crl {
            self.listed.insert(step.group.of);
        }
        let news = self.lay(evidence);
        if news {
            self.useful.push(step.key.clone());
            self.useful_news = true;
        }
        news
    }

    /// Lays evidence to the rest; whether it is new.
    fn lay(&mut self, evidence: &Evidence) -> bool {
        match evidence {
            Evidence::Certificates(all) => {
                let mut news = false;
                for one in all.iter() {
                    if !self.held.certificates.contains(one) {
                        self.held.certificates.push(one.clone());
                        news = true;
                    }
                }
                news
            }
            Evidence::Crl(crl) => {
                let known = self.held.crls.iter();
                let mut known = known.filter(|known| known.bytes().len() == crl.bytes().len());
                let news = !known.any(|known| known.bytes() == crl.bytes());
                if news {
                    self.held.crls.push(crl.clone());
                }
                news
            }
            Evidence::Ocsp(response) => {
                let mut known = self.held.ocsps.iter();
                let news = !known.any(|known| known.bytes() == response.bytes());
                if news {
                    self.held.ocsps.push(response.clone());
                }
                news
            }
        }
    }

    /// Neither way of asking an address is left.
    fn answered(&mut self, step: &Step) {
        for post in [false, true] {
            let url = step.attempt.url.clone();
            self.asked.insert((step.group, Attempt { url, post }));
        }
    }
}
