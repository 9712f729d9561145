//! signing-certificate (RFC 2634 clause 5.4, RFC 5035 clause 5.4.1.1) and signing-certificate-v2 (RFC 5035 clause 3).

use super::signed_data::{Algorithm, enter};
use crate::{
    asn1::{Asn1Error, Tag, Tlv},
    crypto::{DigestAlgorithm, Provider},
    x509::{Certificate, oid::Oid},
};

/// The first ESSCertID or ESSCertIDv2: that of the signer.
#[derive(Clone, Debug)]
pub(super) struct CertId {
    /// `None`: not known; its identifier is in `hash_oid`.
    hash_algorithm: Option<DigestAlgorithm>,
    pub(super) hash_oid: Option<Oid>,
    hash: Vec<u8>,
    /// Content of the serial number, where issuerSerial is there.
    serial: Option<Vec<u8>>,
}

/// How a certificate compares with a [`CertId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Same,
    /// The hash is right, the serial number is not.
    OtherSerial,
    Other,
    /// The hash algorithm is not supported.
    Unknown,
}

impl CertId {
    /// Reads `SEQUENCE { certs SEQUENCE OF ESSCertID, policies … OPTIONAL }`; in version 2 each begins with an optional hash algorithm.
    pub(super) fn first(attribute: &[u8], version_2: bool) -> Option<Self> {
        Self::read(attribute, version_2).ok()
    }

    fn read(attribute: &[u8], version_2: bool) -> Result<Self, Asn1Error> {
        let mut certs = enter(&enter(&Tlv::parse(attribute)?)?.expect(Tag::SEQUENCE)?)?;
        let first = certs.expect(Tag::SEQUENCE)?;
        let mut fields = enter(&first)?;
        let mut hash_algorithm = Some(if version_2 {
            DigestAlgorithm::Sha256
        } else {
            DigestAlgorithm::Sha1
        });
        let mut hash_oid = None;
        if version_2 && let Some(algorithm) = fields.optional(Tag::SEQUENCE)? {
            let algorithm = Algorithm::read(&algorithm)?;
            (hash_algorithm, hash_oid) = (algorithm.digest(), Some(algorithm.oid));
        }
        let hash = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let serial = match fields.optional(Tag::SEQUENCE)? {
            Some(issuer_serial) => {
                let mut pair = enter(&issuer_serial)?;
                pair.expect(Tag::SEQUENCE)?;
                Some(pair.expect(Tag::INTEGER)?.content.to_vec())
            }
            None => None,
        };
        Ok(Self {
            hash_algorithm,
            hash_oid,
            hash,
            serial,
        })
    }

    /// Whether it means this certificate.
    pub(super) fn compare(&self, certificate: &Certificate, provider: &dyn Provider) -> Match {
        let hash = match self.hash_algorithm {
            Some(DigestAlgorithm::Sha256) => Some(certificate.sha256().to_vec()),
            Some(other) => provider
                .digest_of(other, certificate.der())
                .map(|hash| hash.as_bytes().to_vec()),
            None => None,
        };
        match hash {
            None => Match::Unknown,
            Some(hash) if hash != self.hash => Match::Other,
            Some(_) => match &self.serial {
                Some(serial) if !same_integer(serial, certificate.serial()) => Match::OtherSerial,
                _ => Match::Same,
            },
        }
    }
}

/// Whether two INTEGER contents are the same number, needless leading zeros aside.
pub(super) fn same_integer(a: &[u8], b: &[u8]) -> bool {
    fn trim(mut bytes: &[u8]) -> &[u8] {
        while let [0, rest @ ..] = bytes
            && !rest.is_empty()
        {
            bytes = rest;
        }
        bytes
    }
    trim(a) == trim(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_compared_as_numbers() {
        assert!(same_integer(&[0, 0x80], &[0x80]));
        assert!(same_integer(&[0], &[0, 0]));
        assert!(!same_integer(&[1], &[1, 0]));
        assert!(!same_integer(&[], &[0]));
    }
}
