//! AlgorithmIdentifier (RFC 5280 clause 4.1.1.2) to the algorithms that kyso knows.

use super::oid;
use crate::{
    asn1::{Tag, Tlv},
    crypto::{DigestAlgorithm, SignatureAlgorithm},
};

/// An AlgorithmIdentifier: its object identifier and parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: oid::Oid,
    pub(crate) parameters: Option<Tlv<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads the SEQUENCE; `None` where it is malformed.
    pub(crate) fn parse(sequence: &Tlv<'a>) -> Option<Self> {
        if sequence.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = sequence.children();
        let oid = fields.next().ok()?.oid()?;
        let parameters = fields.try_next().ok()?;
        fields.finish().ok()?;
        Some(Self { oid, parameters })
    }

    /// Absent or NULL: writers differ.
    fn without_parameters(&self) -> bool {
        self.parameters
            .is_none_or(|p| p.tag == Tag::NULL && p.content.is_empty())
    }

    /// The digest algorithm, where it is one that is known.
    pub(crate) fn digest(&self) -> Option<DigestAlgorithm> {
        let digest = match self.oid {
            oid::MD5 => DigestAlgorithm::Md5,
            oid::SHA1 => DigestAlgorithm::Sha1,
            oid::SHA224 => DigestAlgorithm::Sha224,
            oid::SHA256 => DigestAlgorithm::Sha256,
            oid::SHA384 => DigestAlgorithm::Sha384,
            oid::SHA512 => DigestAlgorithm::Sha512,
            _ => return None,
        };
        self.without_parameters().then_some(digest)
    }

    /// The signature algorithm. In CMS it may be the key's identifier alone (RFC 3370 clause 3.2); then the
    /// digest algorithm of the SignerInfo, `with`, completes it. Certificates pass `None`.
    pub(crate) fn signature(&self, with: Option<DigestAlgorithm>) -> Option<SignatureAlgorithm> {
        use DigestAlgorithm::{Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
        use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1};

        let algorithm = match self.oid {
            oid::RSASSA_PSS => return pss(self.parameters.as_ref()),
            oid::MD5_WITH_RSA => RsaPkcs1(Md5),
            oid::SHA1_WITH_RSA | oid::SHA1_WITH_RSA_OIW => RsaPkcs1(Sha1),
            oid::SHA224_WITH_RSA => RsaPkcs1(Sha224),
            oid::SHA256_WITH_RSA => RsaPkcs1(Sha256),
            oid::SHA384_WITH_RSA => RsaPkcs1(Sha384),
            oid::SHA512_WITH_RSA => RsaPkcs1(Sha512),
            oid::RSA_ENCRYPTION => RsaPkcs1(with?),
            oid::ECDSA_WITH_SHA1 => Ecdsa(Sha1),
            oid::ECDSA_WITH_SHA224 => Ecdsa(Sha224),
            oid::ECDSA_WITH_SHA256 => Ecdsa(Sha256),
            oid::ECDSA_WITH_SHA384 => Ecdsa(Sha384),
            oid::ECDSA_WITH_SHA512 => Ecdsa(Sha512),
            // Some writers name the key's type, with the curve as parameter.
            oid::EC_PUBLIC_KEY => return with.map(Ecdsa),
            oid::ED25519 => Ed25519,
            _ => return None,
        };
        self.without_parameters().then_some(algorithm)
    }
}

/// RSASSA-PSS-params (RFC 4055 clause 3.1). Absent fields have the defaults of the standard; absent parameters
/// are not allowed in a signature.
fn pss(parameters: Option<&Tlv<'_>>) -> Option<SignatureAlgorithm> {
    let parameters = parameters.filter(|p| p.tag == Tag::SEQUENCE)?;
    let (mut digest, mut mgf1, mut salt_len) = (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1, 20);
    let mut fields = parameters.children();
    if let Some(field) = fields.optional(Tag::context(0)).ok()? {
        digest = AlgorithmIdentifier::parse(&field.only_child().ok()?)?.digest()?;
    }
    if let Some(field) = fields.optional(Tag::context(1)).ok()? {
        let mask = AlgorithmIdentifier::parse(&field.only_child().ok()?)?;
        if mask.oid != oid::MGF1 {
            return None;
        }
        mgf1 = AlgorithmIdentifier::parse(&mask.parameters?)?.digest()?;
    }
    if let Some(field) = fields.optional(Tag::context(2)).ok()? {
        salt_len = usize::try_from(field.only_child().ok()?.unsigned()?).ok()?;
    }
    if let Some(field) = fields.optional(Tag::context(3)).ok()?
        && field.only_child().ok()?.unsigned()? != 1
    {
        return None;
    }
    fields.finish().ok()?;
    Some(SignatureAlgorithm::RsaPss {
        digest,
        mgf1,
        salt_len,
    })
}
