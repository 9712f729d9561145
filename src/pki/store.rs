use std::{collections::HashSet, sync::Arc};

use super::{algorithm_policy::AlgorithmPolicy, links::Links, names::Names};
use crate::x509::{Certificate, Crl, OcspResponse};

/// What the caller trusts and brings along: anchors, further certificates, CRLs, OCSP responses, the policy for algorithms. Built once;
/// a clone is the same store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Anchors first, then the others; without duplicates.
    certificates: Vec<Arc<Certificate>>,
    anchors: HashSet<[u8; 32]>,
    subjects: Names,
    crls: Vec<Arc<Crl>>,
    crl_issuers: Names,
    ocsps: Vec<Arc<OcspResponse>>,
    links: Links,
    algorithms: AlgorithmPolicy,
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
        for (place, crl) in inner.crls.iter().enumerate() {
            inner.crl_issuers.insert(crl.issuer(), place);
        }
        let anchor_count = anchors.len();
        let mut seen = HashSet::new();
        for (index, certificate) in anchors.into_iter().chain(intermediates).enumerate() {
            if index < anchor_count {
                inner.anchors.insert(*certificate.sha256());
            }
            if seen.insert(*certificate.sha256()) {
                let place = inner.certificates.len();
                inner.subjects.insert(certificate.subject(), place);
                inner.certificates.push(certificate);
            }
        }
        Self(Arc::new(inner))
    }

    /// The same with another policy for algorithms.
    pub(crate) fn with_algorithms(self, algorithms: AlgorithmPolicy) -> Self {
        // Nobody shares a store that is being built; a clone of one would keep the default.
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner {
                algorithms,
                ..inner
            })),
            Err(shared) => Self(shared),
        }
    }

    /// The same with OCSP responses; as above.
    pub(crate) fn with_ocsps(mut self, ocsps: Vec<Arc<OcspResponse>>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.ocsps = ocsps;
        }
        self
    }

    /// Which algorithms are accepted.
    pub(crate) fn algorithms(&self) -> &AlgorithmPolicy {
        &self.0.algorithms
    }

    /// Every certificate, anchors first.
    pub(crate) fn certificates(&self) -> &[Arc<Certificate>] {
        &self.0.certificates
    }

    /// Whether the caller trusts this very certificate.
    pub(crate) fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.0.anchors.contains(certificate.sha256())
    }

    /// The certificates with a subject, however it is written.
    pub(super) fn named(&self, name: &[u8]) -> Vec<Arc<Certificate>> {
        let places = self.0.subjects.places(name);
        places
            .iter()
            .filter_map(|place| self.0.certificates.get(*place))
            .cloned()
            .collect()
    }

    /// The OCSP responses.
    pub(super) fn ocsps(&self) -> &[Arc<OcspResponse>] {
        &self.0.ocsps
    }

    /// The CRLs of an issuer.
    pub(super) fn crls_of(&self, issuer: &[u8]) -> Vec<Arc<Crl>> {
        let places = self.0.crl_issuers.places(issuer);
        places
            .iter()
            .filter_map(|place| self.0.crls.get(*place).cloned())
            .collect()
    }

    /// The memo of signature checks.
    pub(super) fn links(&self) -> &Links {
        &self.0.links
    }
}
