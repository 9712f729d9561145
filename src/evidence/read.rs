//! What was fetched, read: certificates in any of their forms, a CRL, an OCSP response.

use std::sync::Arc;

use crate::{
    asn1::{Reader, Tag, Tlv, pem},
    cms::SignedData,
    crypto::Provider,
    limits::MAX_FETCHED_CERTIFICATES,
    net::FetchKind,
    x509::{Certificate, Certificates, Crl, OcspResponse, ResponseStatus},
};

/// One piece of evidence. A clone is the same.
#[derive(Clone, Debug)]
pub(super) enum Evidence {
    Certificates(Arc<[Arc<Certificate>]>),
    Crl(Arc<Crl>),
    Ocsp(Arc<OcspResponse>),
}

impl Evidence {
    /// Reads what was fetched; `None` where it is something else.
    pub(super) fn read(
        kind: FetchKind,
        bytes: Vec<u8>,
        provider: &dyn Provider,
        known: &Certificates,
    ) -> Option<Self> {
        match kind {
            FetchKind::Certificates => certificates(&bytes, provider, known),
            FetchKind::Crl => crl(bytes).map(Self::Crl),
            FetchKind::Ocsp => OcspResponse::parse(bytes, provider).map(Self::Ocsp),
        }
    }

    /// Whether a responder said that it does not answer.
    pub(super) fn refusal(&self) -> Option<ResponseStatus> {
        match self {
            Self::Ocsp(response) if response.status() != ResponseStatus::Successful => {
                Some(response.status())
            }
            _ => None,
        }
    }

    /// Bytes that it takes, roughly.
    pub(super) fn weight(&self) -> u64 {
        let bytes: usize = match self {
            Self::Certificates(all) => all.iter().map(|one| one.der().len()).sum(),
            // The index of a list takes a part more.
            Self::Crl(crl) => crl.bytes().len().saturating_add(crl.bytes().len() / 4),
            Self::Ocsp(response) => response.bytes().len(),
        };
        u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(512)
    }

    /// Until when it says that it is current, in seconds since 1970; certificates do not say.
    pub(super) fn current_until(&self) -> Option<i64> {
        match self {
            Self::Certificates(_) => None,
            Self::Crl(crl) => crl.next_update().map(|next| next.unix()),
            Self::Ocsp(response) => {
                let answers = response.answers().iter();
                let next = answers.filter_map(|answer| answer.next_update);
                next.min().map(|next| next.unix())
            }
        }
    }
}

/// One certificate in DER (RFC 2585), a certs-only CMS (RFC 5280 clause 4.2.2.1), or either in PEM, as servers give it. None of them becomes
/// an anchor by that.
fn certificates(bytes: &[u8], provider: &dyn Provider, known: &Certificates) -> Option<Evidence> {
    let mut found = Vec::new();
    let mut take = |der: &[u8]| {
        if let Some(one) = known.parse(der, provider) {
            found.push(one);
        } else if let Ok(bag) = SignedData::parse_knowing(der, provider, known) {
            found.extend(bag.certificates().iter().cloned());
        }
    };
    if pem::is_pem(bytes) {
        for block in pem::blocks(bytes)? {
            if block.label.ends_with("CERTIFICATE")
                || matches!(block.label.as_str(), "PKCS7" | "CMS")
            {
                take(&block.bytes);
            }
        }
    } else {
        // Some servers send a line end behind it.
        take(Reader::new(bytes).next().ok()?.full);
    }
    found.truncate(MAX_FETCHED_CERTIFICATES);
    (!found.is_empty()).then(|| Evidence::Certificates(found.into()))
}

/// DER, as RFC 2585 has it, or PEM.
fn crl(bytes: Vec<u8>) -> Option<Arc<Crl>> {
    if !pem::is_pem(&bytes) || Tlv::parse(&bytes).is_ok_and(|tlv| tlv.tag == Tag::SEQUENCE) {
        return Crl::parse(bytes);
    }
    let blocks = pem::blocks(&bytes)?;
    let block = blocks.iter().find(|block| block.label.ends_with("CRL"))?;
    Crl::parse(block.bytes.to_vec())
}
