//! The URIs of XMLDSig and XAdES: algorithms, namespaces, types of references.

use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};

/// Namespace of XMLDSig.
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Namespace of XAdES 1.3.2, where EN 319 132-1 stands.
pub(crate) const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";

/// Canonical XML 1.0, without and with comments.
pub(crate) const C14N10: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
pub(crate) const C14N10_COMMENTS: &str =
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
/// Canonical XML 1.1.
pub(crate) const C14N11: &str = "http://www.w3.org/2006/12/xml-c14n11";
pub(crate) const C14N11_COMMENTS: &str = "http://www.w3.org/2006/12/xml-c14n11#WithComments";
/// Exclusive XML Canonicalization 1.0.
pub(crate) const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const EXC_C14N_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
/// What the samples of QCVN 102:2016/BTTTT call it: the address of a draft, no algorithm's name.
pub(crate) const EXC_C14N_ALIAS: &str = "http://www.w3.org/TR/xml-exc-c14n#";

/// Transforms.
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(crate) const XPATH_FILTER2: &str = "http://www.w3.org/2002/06/xmldsig-filter2";

/// Types of references.
pub(crate) const TYPE_SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
pub(crate) const TYPE_COUNTERSIGNED: &str = "http://uri.etsi.org/01903#CountersignedSignature";
pub(crate) const TYPE_OBJECT: &str = "http://www.w3.org/2000/09/xmldsig#Object";

/// The URI of a digest algorithm (RFC 9231 clause 2.1); `None` where there is none.
pub(crate) fn of_digest(digest: DigestAlgorithm) -> Option<&'static str> {
    Some(match digest {
        DigestAlgorithm::Md5 => return None,
        DigestAlgorithm::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        DigestAlgorithm::Sha224 => "http://www.w3.org/2001/04/xmldsig-more#sha224",
        DigestAlgorithm::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
        DigestAlgorithm::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        DigestAlgorithm::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
    })
}

/// The URI of a signature algorithm (RFC 9231 clause 2.3) for new signatures; `None` where there is none.
pub(crate) fn of_signature(algorithm: &SignatureAlgorithm) -> Option<&'static str> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    Some(match *algorithm {
        SignatureAlgorithm::RsaPkcs1(Sha256) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        SignatureAlgorithm::RsaPkcs1(Sha384) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        SignatureAlgorithm::RsaPkcs1(Sha512) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        // These URIs stand for MGF1 with the same digest and a salt as long as it.
        SignatureAlgorithm::RsaPss {
            digest,
            mgf1,
            salt_len,
        } if digest == mgf1 && salt_len == digest.len() => match digest {
            Sha256 => "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            Sha384 => "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            Sha512 => "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
            _ => return None,
        },
        SignatureAlgorithm::Ecdsa(Sha256) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        SignatureAlgorithm::Ecdsa(Sha384) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        SignatureAlgorithm::Ecdsa(Sha512) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        SignatureAlgorithm::Ed25519 => "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
        _ => return None,
    })
}
