use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::links::Links;
use super::pending::Crl;
use crate::x509::{Certificate, name::names_match};

/// What the caller trusts and brings along: anchors, further certificates, CRLs. Built once; a clone is the same store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Anchors first, then the others; without duplicates.
    certificates: Vec<Arc<Certificate>>,
    anchors: HashSet<[u8; 32]>,
    /// Places in `certificates` by the bytes of the subject.
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    crls: Vec<Arc<Crl>>,
    links: Links,
}

impl Store {
    /// Takes trust anchors, certificates that may stand between, and CRLs. Only anchors are trusted.
    pub(crate) fn new(
        anchors: Vec<Arc<Certificate>>,
        intermediates: Vec<Arc<Certificate>>,
        crls: Vec<Arc<Crl>>,
    ) -> Self {
        let mut inner = Inner {
            crls,
            ..Inner::default()
        };
        let anchor_count = anchors.len();
        let mut seen = HashSet::new();
        for (index, certificate) in anchors.into_iter().chain(intermediates).enumerate() {
            if index < anchor_count {
                inner.anchors.insert(*certificate.sha256());
            }
            if seen.insert(*certificate.sha256()) {
                let place = inner.certificates.len();
                inner
                    .by_subject
                    .entry(certificate.subject().to_vec())
                    .or_default()
                    .push(place);
                inner.certificates.push(certificate);
            }
        }
        Self(Arc::new(inner))
    }

    /// The trust anchors.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = &Arc<Certificate>> {
        self.0
            .certificates
            .iter()
            .filter(|certificate| self.is_anchor(certificate))
    }

    /// Every certificate, anchors first.
    pub(crate) fn certificates(&self) -> &[Arc<Certificate>] {
        &self.0.certificates
    }

    /// The CRLs.
    pub(crate) fn crls(&self) -> &[Arc<Crl>] {
        &self.0.crls
    }

    /// Whether the caller trusts this very certificate.
    pub(crate) fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.0.anchors.contains(certificate.sha256())
    }

    /// The certificates with a subject: those that write it with the same bytes; only without any, those that write the same name
    /// otherwise (RFC 5280 clause 7.1).
    pub(super) fn named(&self, name: &[u8]) -> Vec<Arc<Certificate>> {
        let all = &self.0.certificates;
        match self.0.by_subject.get(name) {
            Some(places) => places
                .iter()
                .filter_map(|place| all.get(*place))
                .cloned()
                .collect(),
            None => all
                .iter()
                .filter(|one| same_name(one.subject(), name))
                .cloned()
                .collect(),
        }
    }

    /// The memo of signature checks.
    pub(super) fn links(&self) -> &Links {
        &self.0.links
    }
}

/// Whether two names are the same (RFC 5280 clause 7.1), the common case first.
pub(super) fn same_name(a: &[u8], b: &[u8]) -> bool {
    a == b || names_match(a, b)
}
