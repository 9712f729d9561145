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
    named: Names<Named>,
    ocsps: Vec<Arc<OcspResponse>>,
    links: Links,
    algorithms: AlgorithmPolicy,
}

/// What has one name, in the order in which it came.
#[derive(Debug, Default)]
struct Named {
    /// As the subject.
    certificates: Vec<Arc<Certificate>>,
    /// As the issuer.
    crls: Vec<Arc<Crl>>,
}

impl Store {
    /// Takes trust anchors, certificates that may stand between, and CRLs. Only anchors are trusted.
    pub(crate) fn new(
        anchors: Vec<Arc<Certificate>>,
        intermediates: Vec<Arc<Certificate>>,
        crls: Vec<Arc<Crl>>,
    ) -> Self {
        let mut inner = Inner::default();
        let anchor_count = anchors.len();
        let mut seen = HashSet::new();
        for (index, certificate) in anchors.into_iter().chain(intermediates).enumerate() {
            if index < anchor_count {
                inner.anchors.insert(*certificate.sha256());
            }
            if seen.insert(*certificate.sha256()) {
                let named = |named: &mut Named| named.certificates.push(Arc::clone(&certificate));
                inner.named.change(certificate.subject(), named);
                inner.certificates.push(certificate);
            }
        }
        for crl in crls {
            let named = |named: &mut Named| named.crls.push(Arc::clone(&crl));
            inner.named.change(crl.issuer(), named);
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
    pub(super) fn named(&self, name: &[u8]) -> &[Arc<Certificate>] {
        let named = self.0.named.get(name);
        named.map_or(&[], |named| &named.certificates)
    }

    /// The OCSP responses.
    pub(super) fn ocsps(&self) -> &[Arc<OcspResponse>] {
        &self.0.ocsps
    }

    /// The CRLs of an issuer.
    pub(super) fn crls_of(&self, issuer: &[u8]) -> &[Arc<Crl>] {
        let named = self.0.named.get(issuer);
        named.map_or(&[], |named| &named.crls)
    }

    /// The memo of signature checks.
    pub(super) fn links(&self) -> &Links {
        &self.0.links
    }
}
