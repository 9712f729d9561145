//! OCSP requests (RFC 6960 clause 4.1), for those who fetch.

use std::sync::Arc;

use super::ocsp::key_octets;
use crate::{
    asn1::write::tlv,
    crypto::{DigestAlgorithm, Provider},
    report::Finding,
    text::rules::pki,
    x509::{Certificate, oid},
};

/// A question about one certificate, not signed.
#[derive(Clone, Debug)]
pub(crate) struct OcspRequest {
    der: Vec<u8>,
    nonce: Option<Vec<u8>>,
}

impl OcspRequest {
    /// Asks about a certificate of an issuer. `digest` is that of the two hashes: many responders know SHA-1 only, which is no
    /// weakness here, because the answer names the serial number and is signed. A nonce has 1 to 128 octets (RFC 9654);
    /// `None` where the provider does not offer the digest.
    pub(crate) fn new(
        certificate: &Certificate,
        issuer: &Arc<Certificate>,
        digest: DigestAlgorithm,
        nonce: Option<&[u8]>,
        provider: &dyn Provider,
    ) -> Option<Self> {
        let algorithm = match digest {
            DigestAlgorithm::Sha1 => oid::SHA1,
            DigestAlgorithm::Sha256 => oid::SHA256,
            DigestAlgorithm::Sha384 => oid::SHA384,
            DigestAlgorithm::Sha512 => oid::SHA512,
            _ => return None,
        };
        let name = provider.digest_of(digest, certificate.issuer())?;
        let key = provider.digest_of(digest, key_octets(issuer)?)?;
        let id = tlv(
            0x30,
            &[
                &tlv(0x30, &[&tlv(6, &[algorithm.as_bytes()]), &[5, 0]]),
                &tlv(4, &[name.as_bytes()]),
                &tlv(4, &[key.as_bytes()]),
                &tlv(2, &[certificate.serial()]),
            ],
        );
        let list = tlv(0x30, &[&tlv(0x30, &[&id])]);
        let extensions = nonce.map_or_else(Vec::new, |nonce| {
            let value = tlv(4, &[&tlv(4, &[nonce])]);
            let extension = tlv(0x30, &[&tlv(6, &[oid::OCSP_NONCE.as_bytes()]), &value]);
            tlv(0xA2, &[&tlv(0x30, &[&extension])])
        });
        Some(Self {
            der: tlv(0x30, &[&tlv(0x30, &[&list, &extensions])]),
            nonce: nonce.map(<[u8]>::to_vec),
        })
    }

    /// DER of the OCSPRequest.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// What the response should repeat.
    pub(crate) fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }
}

/// What to make of the nonce of an OCSP response. Many responders answer from prepared responses and never echo one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Nonce {
    /// An absent one is accepted, another one than that of the request is not.
    #[default]
    IfPresent,
    /// It must be there.
    Require,
    /// None is asked for.
    Ignore,
}

impl Nonce {
    /// Whether the nonce of a response fits that of its request.
    pub(crate) fn fits(self, asked: Option<&[u8]>, answered: Option<&[u8]>) -> Result<(), Finding> {
        let fits = match (self, asked, answered) {
            (Self::Ignore, ..) | (Self::IfPresent, _, None) | (Self::IfPresent, None, _) => true,
            (_, asked, answered) => asked.is_some() && asked == answered,
        };
        if fits {
            Ok(())
        } else {
            Err(Finding::new(&pki::OCSP_NONCE))
        }
    }
}
