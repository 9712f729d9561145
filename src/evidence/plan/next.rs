//! What is asked next: answers before lists, which are larger; the next address where one fails.

use std::{collections::HashSet, sync::Arc};

use super::{
    Plan,
    step::{Attempt, Group, Step, is_web},
};
use crate::{
    crypto::DigestAlgorithm,
    net::FetchKind,
    pki::revocation::{Nonce, OcspRequest, Wanted, WantedKind, issuers},
    x509::Certificate,
};

impl Plan<'_> {
    /// Certificates that a path may lack: those of the issuer of its end first. Whether there was something new.
    pub(in crate::evidence) fn issuers(&mut self, chain: &[Arc<Certificate>]) -> bool {
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
    pub(in crate::evidence) fn revocation(&mut self, wanted: &[Wanted]) -> bool {
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
}
