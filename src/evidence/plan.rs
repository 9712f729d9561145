//! Which address is asked next, and what came of it.

use std::{collections::HashSet, sync::Arc};

use super::{Query, Services, cache::Found, read::Evidence};
use crate::{
    crypto::DigestAlgorithm,
    limits::{
        MAX_FETCHED_CERTIFICATES_BYTES, MAX_FETCHED_CRL_BYTES, MAX_FETCHED_OCSP_BYTES, MAX_FETCHES,
        MAX_OCSP_GET_BYTES,
    },
    net::{FetchFailure, FetchKind, FetchRequest, Kept, base64, host_of},
    pki::revocation::{Held, Nonce, OcspRequest, Wanted, WantedKind, issuers},
    report::Finding,
    text::rules::{fetch as rules, pki},
    x509::Certificate,
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
    /// What the cache knows the evidence by that was taken.
    useful: Vec<String>,
}

/// Addresses that lead to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Group {
    of: [u8; 32],
    kind: WantedKind,
    point: usize,
}

/// One way to ask.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    url: String,
    /// OCSP by POST, with a nonce.
    post: bool,
}

/// One thing to ask now.
#[derive(Clone, Debug)]
struct Step {
    group: Group,
    attempt: Attempt,
    /// Others would be left after it.
    more: bool,
    kind: FetchKind,
    /// What the cache knows it by.
    key: String,
    /// Not out of the cache.
    renew: bool,
    request: Option<OcspRequest>,
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
        };
        if let Some(services) = services {
            plan.recall(services);
        }
        plan
    }

    /// Takes up what was of use for this certificate before, as far as it is still current: so nothing is missing, and judged once.
    fn recall(&mut self, services: &Services<'_>) {
        for key in services.cache.useful(self.query.leaf.sha256()) {
            // An answer that has to repeat a nonce is good for one question.
            if services.nonce == Nonce::Require && key.starts_with(FetchKind::Ocsp.name()) {
                continue;
            }
            let found = services.cache.look(&key, services.clock, services.offline);
            if let Some(Found::Evidence { evidence, .. }) = found {
                self.lay(&evidence);
                self.useful.push(key);
            }
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
        if let Some(services) = self.services.filter(|_| !self.useful.is_empty()) {
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

    /// Certificates that a path may lack: those of the issuer of its end first. Whether there was something new.
    pub(super) fn issuers(&mut self, chain: &[Arc<Certificate>]) -> bool {
        if chain
            .last()
            .is_none_or(|end| self.query.store.is_anchor(end))
        {
            return false;
        }
        for certificate in chain.iter().rev().filter(|one| !one.is_self_issued()) {
            let group = Group {
                of: *certificate.sha256(),
                kind: WantedKind::Issuer,
                point: 0,
            };
            let urls = issuers(certificate);
            while let Some(step) = self.next(group, urls.iter().map(String::as_str), None) {
                if self.run(vec![step]).iter().any(|(_, news)| *news) {
                    return true;
                }
            }
        }
        false
    }

    /// What the judgement of revocation wants: answers before lists, which are larger; the next address where one fails. Whether there was
    /// something new.
    pub(super) fn revocation(&mut self, wanted: &[Wanted]) -> bool {
        let mut served: HashSet<Group> = HashSet::new();
        loop {
            let mut steps = Vec::new();
            let mut seen = HashSet::new();
            for one in wanted {
                let of = *one.of.sha256();
                if seen.insert(of) {
                    let about: Vec<&Wanted> = wanted
                        .iter()
                        .filter(|other| *other.of.sha256() == of)
                        .collect();
                    steps.extend(self.steps(&about, &served));
                }
            }
            if steps.is_empty() {
                return !served.is_empty();
            }
            for (group, news) in self.run(steps) {
                if news {
                    served.insert(group);
                }
            }
        }
    }

    /// What to ask next about one certificate.
    fn steps(&mut self, wanted: &[&Wanted], served: &HashSet<Group>) -> Vec<Step> {
        let Some(first) = wanted.first() else {
            return Vec::new();
        };
        let of = *first.of.sha256();
        let mut groups: Vec<Group> = Vec::new();
        for one in wanted {
            let group = Group {
                of,
                kind: one.kind,
                point: one.point,
            };
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let listed = self.listed.contains(&of);
        let was_served = |kind: WantedKind| {
            served
                .iter()
                .any(|group| (group.of, group.kind) == (of, kind))
        };
        let mut of_kind = |kinds: &[WantedKind]| -> Vec<Step> {
            let open = groups
                .iter()
                .filter(|group| kinds.contains(&group.kind) && !served.contains(group));
            open.filter_map(|group| {
                let urls = wanted
                    .iter()
                    .filter(|one| (one.kind, one.point) == (group.kind, group.point))
                    .map(|one| one.url.as_str());
                self.next(*group, urls, Some(first))
            })
            .collect()
        };
        if was_served(WantedKind::Ocsp) {
            return Vec::new();
        }
        let answers = of_kind(&[WantedKind::Ocsp]);
        if !answers.is_empty() {
            return answers;
        }
        let lists = of_kind(&[WantedKind::Crl, WantedKind::DeltaCrl, WantedKind::Signer]);
        if !lists.is_empty() || served.iter().any(|group| group.of == of) {
            return lists;
        }
        // There is a list, and nobody at hand has signed it: another key of the authority may have.
        if listed {
            of_kind(&[WantedKind::Issuer])
        } else {
            Vec::new()
        }
    }

    /// The next way to ask for a group, which counts as asked from now on.
    fn next<'u>(
        &mut self,
        group: Group,
        urls: impl Iterator<Item = &'u str>,
        wanted: Option<&Wanted>,
    ) -> Option<Step> {
        let services = self.services?;
        let mut urls: Vec<&str> = urls.collect();
        // Others, such as ldap, only where there is nothing else.
        urls.sort_by_key(|url| !is_web(url));
        let methods: &[bool] = match (group.kind, services.nonce) {
            (WantedKind::Ocsp, Nonce::IfPresent) => &[true, false],
            (WantedKind::Ocsp, Nonce::Require) => &[true],
            (WantedKind::Ocsp, Nonce::Ignore) => &[false, true],
            _ => &[false],
        };
        let attempts = urls.iter().flat_map(|url| {
            methods.iter().map(|post| Attempt {
                url: (*url).to_owned(),
                post: *post,
            })
        });
        let mut open = attempts.filter(|attempt| !self.asked.contains(&(group, attempt.clone())));
        let attempt = open.next()?;
        let more = open.next().is_some() || group.kind == WantedKind::Ocsp;
        let renew = self.renewable.remove(&(group, attempt.clone()));
        self.asked.insert((group, attempt.clone()));
        let request = match wanted {
            Some(wanted) if group.kind == WantedKind::Ocsp => {
                Some(self.question(wanted, services.nonce, attempt.post)?)
            }
            _ => None,
        };
        let kind = match group.kind {
            WantedKind::Ocsp => FetchKind::Ocsp,
            WantedKind::Crl | WantedKind::DeltaCrl => FetchKind::Crl,
            WantedKind::Signer | WantedKind::Issuer => FetchKind::Certificates,
        };
        let mut key = format!("{} {}", kind.name(), attempt.url);
        if let (Some(wanted), FetchKind::Ocsp) = (wanted, kind) {
            // The issuer by its key: two of one name are two.
            let issuer = self
                .query
                .provider
                .digest_of(DigestAlgorithm::Sha256, wanted.issuer.spki());
            let method = if attempt.post { "POST" } else { "GET" };
            key.push_str(&format!(
                " {method} {:?} {:02x?}",
                issuer?,
                wanted.of.serial()
            ));
        }
        Some(Step {
            group,
            attempt,
            more,
            kind,
            key,
            renew,
            request,
        })
    }

    /// The request to a responder. POST carries a nonce, unless nobody cares for it.
    fn question(&self, wanted: &Wanted, nonce: Nonce, post: bool) -> Option<OcspRequest> {
        let provider = self.query.provider;
        let mut octets = [0; 32];
        let fresh = post && nonce != Nonce::Ignore && provider.random(&mut octets).is_ok();
        if nonce == Nonce::Require && !fresh {
            return None;
        }
        let nonce = fresh.then_some(octets.as_slice());
        OcspRequest::new(
            &wanted.of,
            &wanted.issuer,
            DigestAlgorithm::Sha1,
            nonce,
            provider,
        )
    }

    /// Asks for all of it at once. Which of it brought something new.
    fn run(&mut self, steps: Vec<Step>) -> Vec<(Group, bool)> {
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

impl Step {
    fn request(&self, timeout: std::time::Duration) -> FetchRequest {
        let mut request = FetchRequest {
            kind: self.kind,
            url: self.attempt.url.clone(),
            body: None,
            max_bytes: most_bytes(self.kind),
            timeout,
        };
        if let Some(question) = &self.request {
            let by_get = format!(
                "{}/{}",
                self.attempt.url.trim_end_matches('/'),
                in_url(question.der())
            );
            if self.attempt.post || by_get.len() > MAX_OCSP_GET_BYTES {
                request.body = Some((question.der().to_vec(), "application/ocsp-request"));
            } else {
                request.url = by_get;
            }
        }
        request
    }
}

fn most_bytes(kind: FetchKind) -> u64 {
    match kind {
        FetchKind::Certificates => MAX_FETCHED_CERTIFICATES_BYTES,
        FetchKind::Crl => MAX_FETCHED_CRL_BYTES,
        FetchKind::Ocsp => MAX_FETCHED_OCSP_BYTES,
    }
}

fn is_web(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

/// Base64, its odd characters escaped (RFC 6960 appendix A.1).
fn in_url(der: &[u8]) -> String {
    let text = base64(der);
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

#[cfg(test)]
mod tests {
    use super::in_url;

    #[test]
    fn requests_stand_in_addresses_as_the_standard_has_it() {
        assert_eq!(in_url(b"a"), "YQ%3D%3D");
        assert_eq!(in_url(b"ab"), "YWI%3D");
        assert_eq!(in_url(b"abc"), "YWJj");
        assert_eq!(in_url(&[0xFB, 0xFF, 0xFE]), "%2B%2F%2F%2B");
    }
}
