//! Where missing revocation information may be found: data for those who fetch.

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
    /// SHA-256 of the certificate that names it.
    pub(crate) certificate: [u8; 32],
}

/// What is to be found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WantedKind {
    /// An OCSP responder.
    Ocsp,
    Crl,
    DeltaCrl,
    /// Certificates of the issuer.
    Issuer,
}

/// The addresses that a certificate names, each once.
pub(super) fn add(certificate: &Certificate, wanted: &mut Vec<Wanted>) {
    let mut put = |kind, url: &str| put(wanted, certificate, kind, url);
    let access = certificate.extension_value(oid::AUTHORITY_INFO_ACCESS);
    let places = access.map(accesses).unwrap_or_default();
    for (method, url) in &places {
        if *method == oid::OCSP {
            put(WantedKind::Ocsp, url);
        }
    }
    for (extension, kind) in [
        (oid::CRL_DISTRIBUTION_POINTS, WantedKind::Crl),
        (oid::FRESHEST_CRL, WantedKind::DeltaCrl),
    ] {
        let points = certificate
            .extension_value(extension)
            .and_then(DistributionPoint::all);
        for point in points.unwrap_or_default() {
            for url in point.uris() {
                put(kind, url);
            }
        }
    }
    for (method, url) in &places {
        if *method == oid::CA_ISSUERS {
            put(WantedKind::Issuer, url);
        }
    }
}

/// The deltas of a list that has become stale.
pub(super) fn add_deltas(crl: &Crl, certificate: &Certificate, wanted: &mut Vec<Wanted>) {
    for point in crl.freshest() {
        for url in point.uris() {
            put(wanted, certificate, WantedKind::DeltaCrl, url);
        }
    }
}

fn put(wanted: &mut Vec<Wanted>, certificate: &Certificate, kind: WantedKind, url: &str) {
    let one = Wanted {
        kind,
        url: url.to_owned(),
        certificate: *certificate.sha256(),
    };
    if wanted.len() < MAX_WANTED && !wanted.contains(&one) {
        wanted.push(one);
    }
}

/// AuthorityInfoAccessSyntax (RFC 5280 clause 4.2.2.1): methods and addresses; what is malformed ends the list.
fn accesses(value: &[u8]) -> Vec<(oid::Oid, String)> {
    let mut found = Vec::new();
    let Ok(sequence) = Tlv::parse(value) else {
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
