//! Making a SignedData: signed attributes go out to be signed, the signature comes back and is assembled.

use std::sync::Arc;

use super::encode::{
    CONTEXT_0, CONTEXT_1, CONTEXT_2, NULL, OCTET_STRING, SEQUENCE, SET, oid, set_of, small_integer,
    time, tlv,
};
use crate::{
    crypto::{Digest, DigestAlgorithm, SignatureAlgorithm},
    time::Time,
    x509::{Certificate, oid as id},
};

/// Builds a detached DER SignedData (RFC 5652 clause 5) with one SignerInfo, as PAdES B-B asks for (EN 319 142-1 clause 6.3).
#[derive(Clone, Debug)]
pub(crate) struct Builder {
    certificate: Arc<Certificate>,
    chain: Vec<Arc<Certificate>>,
    digest: DigestAlgorithm,
    signature: SignatureAlgorithm,
    cades: bool,
    signing_time: Option<Time>,
}

impl Builder {
    /// For a signer's certificate. `chain` holds the issuers to embed; leave the root out.
    ///
    /// The two algorithms must name the same digest (RFC 5652 clause 5.6, RFC 8933); the caller sees to that.
    pub(crate) fn new(
        certificate: &Arc<Certificate>,
        chain: &[Arc<Certificate>],
        digest: DigestAlgorithm,
        signature: SignatureAlgorithm,
    ) -> Self {
        Self {
            certificate: certificate.clone(),
            chain: chain.to_vec(),
            digest,
            signature,
            cades: true,
            signing_time: None,
        }
    }

    /// Whether it goes into ETSI.CAdES.detached, the default: then there is no signing-time (EN 319 142-1 table 1).
    #[must_use]
    pub(crate) fn cades(self, cades: bool) -> Self {
        Self { cades, ..self }
    }

    /// Signing-time, for adbe.pkcs7.detached only.
    #[must_use]
    pub(crate) fn signing_time(self, signing_time: Option<Time>) -> Self {
        Self {
            signing_time,
            ..self
        }
    }

    /// The signed attributes for a digest of the document: the DER SET OF that the signer signs.
    pub(crate) fn signed_attributes(&self, document: &Digest) -> Vec<u8> {
        let mut attributes = vec![
            attribute(id::CONTENT_TYPE, &oid(id::DATA)),
            attribute(
                id::MESSAGE_DIGEST,
                &tlv(OCTET_STRING, &[document.as_bytes()]),
            ),
            attribute(
                id::SIGNING_CERTIFICATE_V2,
                &signing_certificate_v2(&self.certificate),
            ),
        ];
        if let Some(moment) = self.signing_time.filter(|_| !self.cades) {
            attributes.push(attribute(id::SIGNING_TIME, &time(moment)));
        }
        set_of(SET, attributes)
    }

    /// The ContentInfo: what goes into /Contents. `signed_attributes` are those that were signed.
    pub(crate) fn assemble(&self, signed_attributes: &[u8], signature: &[u8]) -> Vec<u8> {
        let digest = digest_identifier(self.digest);
        // SET becomes IMPLICIT [0]; the length and the content stay (RFC 5652 clause 5.3).
        let attributes = [&[CONTEXT_0], signed_attributes.get(1..).unwrap_or_default()].concat();
        let sid = tlv(
            SEQUENCE,
            &[
                self.certificate.issuer(),
                &tlv(0x02, &[self.certificate.serial()]),
            ],
        );
        let signer = tlv(
            SEQUENCE,
            &[
                &small_integer(1),
                &sid,
                &digest,
                &attributes,
                &signature_identifier(&self.signature),
                &tlv(OCTET_STRING, &[signature]),
            ],
        );
        let mut certificates: Vec<Vec<u8>> = Vec::new();
        for certificate in std::iter::once(&self.certificate).chain(&self.chain) {
            if !certificates.iter().any(|der| der == certificate.der()) {
                certificates.push(certificate.der().to_vec());
            }
        }
        let signed_data = tlv(
            SEQUENCE,
            &[
                &small_integer(1),
                &tlv(SET, &[&digest]),
                &tlv(SEQUENCE, &[&oid(id::DATA)]),
                &set_of(CONTEXT_0, certificates),
                &tlv(SET, &[&signer]),
            ],
        );
        tlv(
            SEQUENCE,
            &[&oid(id::SIGNED_DATA), &tlv(CONTEXT_0, &[&signed_data])],
        )
    }

    /// Bytes of the ContentInfo with a signature of at most `signature_len` bytes: exact for that length, without touching a key.
    pub(crate) fn size(&self, signature_len: usize) -> usize {
        let document = Digest::new(&vec![0; self.digest.len()]);
        self.assemble(&self.signed_attributes(&document), &vec![0; signature_len])
            .len()
    }
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`
fn attribute(kind: id::Oid, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind), &tlv(SET, &[value])])
}

/// `SigningCertificateV2` (RFC 5035 clause 3) with the one ESSCertIDv2 of the signer. SHA-256 is the default and so left out; issuerSerial is
/// optional and left out, as EN 319 122-1 clause 5.2.2.3 advises.
fn signing_certificate_v2(certificate: &Certificate) -> Vec<u8> {
    let cert_id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[certificate.sha256()])]);
    tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&cert_id])])
}

fn digest_oid(digest: DigestAlgorithm) -> id::Oid {
    match digest {
        DigestAlgorithm::Md5 => id::MD5,
        DigestAlgorithm::Sha1 => id::SHA1,
        DigestAlgorithm::Sha224 => id::SHA224,
        DigestAlgorithm::Sha256 => id::SHA256,
        DigestAlgorithm::Sha384 => id::SHA384,
        DigestAlgorithm::Sha512 => id::SHA512,
    }
}

/// Without parameters (RFC 5754 clause 2).
fn digest_identifier(digest: DigestAlgorithm) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(digest_oid(digest))])
}

/// The AlgorithmIdentifier of a signature algorithm (RFC 5754, RFC 4056, RFC 8419).
fn signature_identifier(algorithm: &SignatureAlgorithm) -> Vec<u8> {
    match *algorithm {
        SignatureAlgorithm::RsaPkcs1(digest) => {
            let algorithm = match digest {
                DigestAlgorithm::Md5 => id::MD5_WITH_RSA,
                DigestAlgorithm::Sha1 => id::SHA1_WITH_RSA,
                DigestAlgorithm::Sha224 => id::SHA224_WITH_RSA,
                DigestAlgorithm::Sha256 => id::SHA256_WITH_RSA,
                DigestAlgorithm::Sha384 => id::SHA384_WITH_RSA,
                DigestAlgorithm::Sha512 => id::SHA512_WITH_RSA,
            };
            tlv(SEQUENCE, &[&oid(algorithm), NULL])
        }
        SignatureAlgorithm::RsaPss {
            digest,
            mgf1,
            salt_len,
        } => tlv(
            SEQUENCE,
            &[
                &oid(id::RSASSA_PSS),
                &pss_parameters(digest, mgf1, salt_len),
            ],
        ),
        SignatureAlgorithm::Ecdsa(digest) => {
            let algorithm = match digest {
                // There is no ecdsa-with-MD5; signers refuse it long before.
                DigestAlgorithm::Md5 | DigestAlgorithm::Sha1 => id::ECDSA_WITH_SHA1,
                DigestAlgorithm::Sha224 => id::ECDSA_WITH_SHA224,
                DigestAlgorithm::Sha256 => id::ECDSA_WITH_SHA256,
                DigestAlgorithm::Sha384 => id::ECDSA_WITH_SHA384,
                DigestAlgorithm::Sha512 => id::ECDSA_WITH_SHA512,
            };
            tlv(SEQUENCE, &[&oid(algorithm)])
        }
        SignatureAlgorithm::Ed25519 => tlv(SEQUENCE, &[&oid(id::ED25519)]),
    }
}

/// `RSASSA-PSS-params` (RFC 4055 clause 3.1). Defaults (SHA-1, 20 bytes) are left out, as DER asks.
fn pss_parameters(digest: DigestAlgorithm, mgf1: DigestAlgorithm, salt_len: usize) -> Vec<u8> {
    let hash = |digest| tlv(SEQUENCE, &[&oid(digest_oid(digest)), NULL]);
    let mut parts = Vec::new();
    if digest != DigestAlgorithm::Sha1 {
        parts.push(tlv(CONTEXT_0, &[&hash(digest)]));
    }
    if mgf1 != DigestAlgorithm::Sha1 {
        parts.push(tlv(
            CONTEXT_1,
            &[&tlv(SEQUENCE, &[&oid(id::MGF1), &hash(mgf1)])],
        ));
    }
    if salt_len != 20 {
        parts.push(tlv(
            CONTEXT_2,
            &[&small_integer(u32::try_from(salt_len).unwrap_or(u32::MAX))],
        ));
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv(SEQUENCE, &parts)
}
