//! Where missing revocation information may be found: data for those who fetch.

use std::sync::Arc;

use crate::{
    asn1::{Tag, Tlv},
    limits::MAX_WANTED,
    x509::{Certificate, Crl, DistributionPoint, oid},
};

/// One address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) kind: WantedKind,
    /// As the certificate has it. Nothing is known of it: not even its scheme.
    pub(crate) url: String,
    /// Which of the certificate's distribution points names it. Addresses of one point lead to the same; each point has its own.
    pub(crate) point: usize,
    /// The certificate whose status is asked for, and its issuer.
    pub(crate) of: Arc<Certificate>,
    pub(crate) issuer: Arc<Certificate>,
}

/// What is to be found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WantedKind {
    /// An OCSP responder.
    Ocsp,
    Crl,
    DeltaCrl,
    /// Certificates of whoever signed a list that is at hand.
    Signer,
    /// Certificates of the issuer.
    Issuer,
}

/// The addresses that the first certificate of a path names, each once.
pub(super) fn add(chain: &[Arc<Certificate>], wanted: &mut Vec<Wanted>) {
    let Some(certificate) = chain.first() else {
        return;
    };
    let mut put = |kind, point, url: &str| put(wanted, chain, kind, point, url);
    let places = accesses(certificate.extension_value(oid::AUTHORITY_INFO_ACCESS));
    for (method, url) in &places {
        if *method == oid::OCSP {
            put(WantedKind::Ocsp, 0, url);
        }
    }
    for (extension, kind) in [
        (oid::CRL_DISTRIBUTION_POINTS, WantedKind::Crl),
        (oid::FRESHEST_CRL, WantedKind::DeltaCrl),
    ] {
        let points = certificate
            .extension_value(extension)
            .and_then(DistributionPoint::all);
        for (index, point) in points.unwrap_or_default().iter().enumerate() {
            for url in point.uris() {
                put(kind, index, url);
            }
        }
    }
    for (method, url) in &places {
        if *method == oid::CA_ISSUERS {
            put(WantedKind::Issuer, 0, url);
        }
    }
}

/// The deltas of a list that has become stale.
pub(super) fn add_deltas(crl: &Crl, chain: &[Arc<Certificate>], wanted: &mut Vec<Wanted>) {
    for (index, point) in crl.freshest().iter().enumerate() {
        for url in point.uris() {
            put(wanted, chain, WantedKind::DeltaCrl, index, url);
        }
    }
}

/// Where a list says that certificates of its signer are (RFC 5280 clause 5.2.7).
pub(super) fn add_signers(crl: &Crl, chain: &[Arc<Certificate>], wanted: &mut Vec<Wanted>) {
    for (method, url) in accesses(crl.access()) {
        if method == oid::CA_ISSUERS {
            put(wanted, chain, WantedKind::Signer, 0, &url);
        }
    }
}

/// Where a certificate says that certificates of its issuer are (RFC 5280 clause 4.2.2.1).
pub(crate) fn issuers(certificate: &Certificate) -> Vec<String> {
    accesses(certificate.extension_value(oid::AUTHORITY_INFO_ACCESS))
        .into_iter()
        .filter(|(method, _)| *method == oid::CA_ISSUERS)
        .map(|(_, url)| url)
        .collect()
}

fn put(
    wanted: &mut Vec<Wanted>,
    chain: &[Arc<Certificate>],
    kind: WantedKind,
    point: usize,
    url: &str,
) {
    let [of, issuer, ..] = chain else {
        return;
    };
    let one = Wanted {
        kind,
        url: url.to_owned(),
        point,
        of: of.clone(),
        issuer: issuer.clone(),
    };
    if wanted.len() < MAX_WANTED && !wanted.contains(&one) {
        wanted.push(one);
    }
}

/// AuthorityInfoAccessSyntax (RFC 5280 clause 4.2.2.1): methods and addresses; what is malformed ends the list.
fn accesses(value: Option<&[u8]>) -> Vec<(oid::Oid, String)> {
    let mut found = Vec::new();
    let Some(sequence) = value.and_then(|value| Tlv::parse(value).ok()) else {
        return found;
    };
    let mut items = sequence.children();
    while let Ok(Some(item)) = items.try_next() {
        let mut fields = item.children();
        if let (Ok(method), Ok(place)) = (fields.expect(Tag::OID), fields.next())
            && place.tag == Tag::context(6)
            && let (Some(method), Ok(url)) = (method.oid(), std::str::from_utf8(place.content))
        {
            found.push((method, url.to_owned()));
        }
    }
    found
}
