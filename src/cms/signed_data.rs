//! Reading a SignedData out of BER or DER. Signed bytes are kept as they stand.

use std::{result::Result, sync::Arc};

use super::attributes::Attributes;
use crate::{
    asn1::{Asn1Error, Reader, Tag, Tlv, ber_to_der},
    crypto::{DigestAlgorithm, Provider, SignatureAlgorithm},
    limits::{MAX_CMS_BYTES, MAX_EMBEDDED_CERTIFICATES, MAX_EMBEDDED_REVOCATION},
    report::Finding,
    text::rules::cms as rules,
    x509::{
        AlgorithmIdentifier, Certificate, Certificates,
        oid::{self, Oid},
    },
};

/// A parsed SignedData (RFC 5652 clause 5.1).
#[derive(Debug)]
pub(crate) struct SignedData {
    content_type: Oid,
    content: Option<Vec<u8>>,
    certificates: Vec<Arc<Certificate>>,
    pub(super) signers: Vec<SignerInfo>,
    /// The choices of the `crls` field.
    pub(super) revocation: Vec<Vec<u8>>,
    /// Bytes after the value that are not zero: [`check`](super::check()) refuses them.
    pub(super) trailing: usize,
    findings: Vec<Finding>,
}

/// An AlgorithmIdentifier.
#[derive(Clone, Debug)]
pub(super) struct Algorithm {
    pub(super) oid: Oid,
    /// All of it, in DER.
    pub(super) der: Vec<u8>,
}

/// How a SignerInfo names its certificate.
#[derive(Clone, Debug)]
pub(super) enum SignerId {
    /// DER of the issuer's name, content of the serial number.
    IssuerSerial { issuer: Vec<u8>, serial: Vec<u8> },
    /// subjectKeyIdentifier.
    KeyId(Vec<u8>),
}

/// One signer (RFC 5652 clause 5.3).
#[derive(Clone, Debug)]
pub(super) struct SignerInfo {
    pub(super) id: SignerId,
    pub(super) digest_algorithm: Algorithm,
    pub(super) attributes: Option<Attributes>,
    pub(super) signature_algorithm: Algorithm,
    pub(super) signature: Vec<u8>,
    /// Values of the unsigned signature-time-stamp attributes: tokens, opaque.
    pub(super) time_stamps: Vec<Vec<u8>>,
    /// Values of the unsigned attributes revocation-values and certificate-values (RFC 5126 clause 6.3).
    pub(super) values: Vec<(Oid, Vec<u8>)>,
    /// Attributes that only mean something when they are signed, found among the unsigned ones.
    pub(super) misplaced: Vec<Oid>,
}

/// Attributes that must not be unsigned (RFC 5652 clause 11, RFC 5035 clause 3, RFC 6211 clause 2).
const MUST_BE_SIGNED: [Oid; 6] = [
    oid::CONTENT_TYPE,
    oid::MESSAGE_DIGEST,
    oid::SIGNING_TIME,
    oid::SIGNING_CERTIFICATE,
    oid::SIGNING_CERTIFICATE_V2,
    oid::CMS_ALGORITHM_PROTECTION,
];

impl SignedData {
    /// Reads the bytes of /Contents: one ContentInfo with a SignedData, in BER or DER. Only zero bytes may follow; that others do is
    /// found by the check.
    ///
    /// # Errors
    /// The finding that says why it is none.
    pub(crate) fn parse(bytes: &[u8], provider: &dyn Provider) -> Result<Self, Finding> {
        Self::parse_knowing(bytes, provider, &Certificates::default())
    }

    /// The same; `known` are certificates that were parsed before.
    ///
    /// # Errors
    /// As [`SignedData::parse`].
    pub(crate) fn parse_knowing(
        bytes: &[u8],
        provider: &dyn Provider,
        known: &Certificates,
    ) -> Result<Self, Finding> {
        let mut reader = Reader::new(bytes);
        let content_info = reader.expect(Tag::SEQUENCE).map_err(not_signed_data)?;
        if content_info.full.len() > MAX_CMS_BYTES {
            return Err(Finding::new(&rules::TOO_LONG)
                .with(content_info.full.len())
                .with(MAX_CMS_BYTES));
        }
        let mut fields = content_info.children();
        let kind = fields.expect(Tag::OID).map_err(not_signed_data)?;
        if kind.oid() != Some(oid::SIGNED_DATA) {
            let what = kind
                .oid()
                .map_or_else(|| "?".to_owned(), |oid| oid.to_string());
            return Err(Finding::new(&rules::NOT_SIGNED_DATA).with(format!("contentType {what}")));
        }
        let content = fields
            .expect(Tag::context_constructed(0))
            .and_then(|explicit| {
                fields.finish()?;
                explicit.only_child()
            });
        let signed_data = content
            .and_then(|tlv| Self::read(&tlv, provider, known))
            .map_err(not_signed_data)?;
        let trailing = reader.rest().iter().filter(|byte| **byte != 0).count();
        Ok(Self {
            trailing,
            ..signed_data
        })
    }

    fn read(
        tlv: &Tlv<'_>,
        provider: &dyn Provider,
        known: &Certificates,
    ) -> Result<Self, Asn1Error> {
        let mut fields = enter(tlv)?;
        fields.expect(Tag::INTEGER)?;
        fields.expect(Tag::SET)?;
        let mut encapsulated = fields.expect(Tag::SEQUENCE)?.children();
        let content_type = read_oid(&mut encapsulated)?;
        let content = match encapsulated.optional(Tag::context_constructed(0))? {
            Some(explicit) => Some(explicit.only_child()?.octets()?.into_owned()),
            None => None,
        };
        let mut signed_data = Self {
            content_type,
            content,
            certificates: Vec::new(),
            signers: Vec::new(),
            revocation: Vec::new(),
            trailing: 0,
            findings: Vec::new(),
        };
        if let Some(set) = fields.optional(Tag::context_constructed(0))? {
            signed_data.read_certificates(&set, provider, known)?;
        }
        if let Some(set) = fields.optional(Tag::context_constructed(1))? {
            let mut choices = set.children();
            while let Some(choice) = choices.try_next()? {
                if signed_data.revocation.len() < MAX_EMBEDDED_REVOCATION {
                    signed_data.revocation.push(choice.full.to_vec());
                }
            }
        }
        let mut signers = fields.expect(Tag::SET)?.children();
        fields.finish()?;
        while let Some(signer) = signers.try_next()? {
            // One is what is allowed; two tell the difference, more cost memory only.
            if signed_data.signers.len() < MAX_EMBEDDED_CERTIFICATES {
                signed_data.signers.push(SignerInfo::read(&signer)?);
            }
        }
        Ok(signed_data)
    }

    /// `CertificateSet` (RFC 5652 clause 10.2.3): certificates are SEQUENCEs; attribute certificates and others have tags of their own.
    fn read_certificates(
        &mut self,
        set: &Tlv<'_>,
        provider: &dyn Provider,
        known: &Certificates,
    ) -> Result<(), Asn1Error> {
        let mut unreadable = 0_usize;
        let mut choices = set.children();
        while let Some(choice) = choices.try_next()? {
            if choice.tag != Tag::SEQUENCE {
                continue;
            }
            if self.certificates.len() >= MAX_EMBEDDED_CERTIFICATES {
                self.findings
                    .push(Finding::new(&rules::CERTIFICATE_COUNT).with(MAX_EMBEDDED_CERTIFICATES));
                break;
            }
            match known.parse(choice.full, provider) {
                Some(one)
                    if self
                        .certificates
                        .iter()
                        .any(|known| known.sha256() == one.sha256()) => {}
                Some(one) => self.certificates.push(one),
                None => unreadable = unreadable.saturating_add(1),
            }
        }
        if unreadable > 0 {
            self.findings
                .push(Finding::new(&rules::CERTIFICATE_UNREADABLE).with(unreadable));
        }
        Ok(())
    }

    /// The digest algorithm of the one signer; `None` where there is not one signer, or the algorithm is not known.
    pub(crate) fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        self.signer()?.digest()
    }

    /// The certificates inside, each once, in the order of the file.
    pub(crate) fn certificates(&self) -> &[Arc<Certificate>] {
        &self.certificates
    }

    /// eContent: what the signature holds inside.
    pub(crate) fn encapsulated(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// eContentType.
    pub(crate) fn content_type(&self) -> Oid {
        self.content_type
    }

    /// The signature time-stamps of the one signer: tokens, opaque.
    pub(crate) fn time_stamps(&self) -> &[Vec<u8>] {
        self.signer()
            .map(|signer| signer.time_stamps.as_slice())
            .unwrap_or_default()
    }

    /// What was odd when it was read.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The signer, if there is exactly one.
    pub(super) fn signer(&self) -> Option<&SignerInfo> {
        match self.signers.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

impl SignerInfo {
    fn read(tlv: &Tlv<'_>) -> Result<Self, Asn1Error> {
        let mut fields = enter(tlv)?;
        fields.expect(Tag::INTEGER)?;
        let id = match fields.optional(Tag::context(0))? {
            Some(key_id) => SignerId::KeyId(key_id.octets()?.into_owned()),
            None => {
                let mut pair = fields.expect(Tag::SEQUENCE)?.children();
                let issuer = ber_to_der(pair.expect(Tag::SEQUENCE)?.full)?.into_owned();
                let serial = pair.expect(Tag::INTEGER)?.content.to_vec();
                SignerId::IssuerSerial { issuer, serial }
            }
        };
        let digest_algorithm = Algorithm::read(&fields.expect(Tag::SEQUENCE)?)?;
        let attributes = match fields.optional(Tag::context_constructed(0))? {
            Some(set) => Some(Attributes::read(&set)?),
            None => None,
        };
        let signature_algorithm = Algorithm::read(&fields.expect(Tag::SEQUENCE)?)?;
        let signature = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let (mut time_stamps, mut misplaced) = (Vec::new(), Vec::new());
        let mut values = Vec::new();
        if let Some(set) = fields.optional(Tag::context_constructed(1))? {
            let mut unsigned = set.children();
            while let Some(attribute) = unsigned.try_next()? {
                let mut parts = enter(&attribute)?;
                match parts.expect(Tag::OID)?.oid() {
                    Some(oid::TIME_STAMP_TOKEN) => {
                        let mut values = parts.expect(Tag::SET)?.children();
                        while let Some(token) = values.try_next()? {
                            time_stamps.push(token.full.to_vec());
                        }
                    }
                    Some(kind @ (oid::REVOCATION_VALUES | oid::CERTIFICATE_VALUES)) => {
                        let value = parts.expect(Tag::SET)?.only_child();
                        values.extend(value.map(|value| (kind, value.full.to_vec())));
                    }
                    Some(kind) if MUST_BE_SIGNED.contains(&kind) => misplaced.push(kind),
                    _ => {}
                }
            }
        }
        fields.finish()?;
        Ok(Self {
            id,
            digest_algorithm,
            attributes,
            signature_algorithm,
            signature,
            time_stamps,
            values,
            misplaced,
        })
    }

    /// The digest algorithm, where it is known.
    pub(super) fn digest(&self) -> Option<DigestAlgorithm> {
        // Some write the signature algorithm in its place.
        let from_signature = || Some(self.digest_algorithm.signature(None)?.digest());
        self.digest_algorithm.digest().or_else(from_signature)
    }
}

impl Algorithm {
    pub(super) fn read(tlv: &Tlv<'_>) -> Result<Self, Asn1Error> {
        let oid = read_oid(&mut enter(tlv)?)?;
        Ok(Self {
            oid,
            der: ber_to_der(tlv.full)?.into_owned(),
        })
    }

    /// As a digest algorithm, where it is known.
    pub(super) fn digest(&self) -> Option<DigestAlgorithm> {
        AlgorithmIdentifier::parse(&Tlv::parse(&self.der).ok()?)?.digest()
    }

    /// As a signature algorithm, where it is known; `with` completes rsaEncryption and the like.
    pub(super) fn signature(&self, with: Option<DigestAlgorithm>) -> Option<SignatureAlgorithm> {
        AlgorithmIdentifier::parse(&Tlv::parse(&self.der).ok()?)?.signature(with)
    }
}

/// The fields of a SEQUENCE.
pub(super) fn enter<'a>(tlv: &Tlv<'a>) -> Result<Reader<'a>, Asn1Error> {
    if tlv.tag == Tag::SEQUENCE {
        return Ok(tlv.children());
    }
    Err(crate::asn1::Asn1ErrorKind::Unexpected.at(tlv.offset))
}

fn read_oid(reader: &mut Reader<'_>) -> Result<Oid, Asn1Error> {
    let tlv = reader.expect(Tag::OID)?;
    tlv.oid()
        .ok_or_else(|| crate::asn1::Asn1ErrorKind::Malformed.at(tlv.offset))
}

fn not_signed_data(error: Asn1Error) -> Finding {
    Finding::new(&rules::NOT_SIGNED_DATA).with(error)
}
