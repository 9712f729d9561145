//! The identifiers of XMLDSig and its extensions (XMLDSig 1.1 clause 6, RFC 9231) and what they stand for.
//!
//! Some identifiers that no standard knows are read as well, because software in use writes them and they can mean only
//! one thing; a finding says so.

use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    xml::{C14n, Canonical},
};

/// What an identifier stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named<T> {
    /// By a standard.
    Known(T),
    /// By custom; no standard has this identifier.
    Odd(T),
    /// Known, and refused whatever the policy says: the name for people.
    Refused(&'static str),
    /// Nothing that is known here.
    Unknown,
}

impl<T: Clone> Named<T> {
    /// What it stands for, standard or not.
    pub(crate) fn value(&self) -> Option<T> {
        match self {
            Self::Known(value) | Self::Odd(value) => Some(value.clone()),
            Self::Refused(_) | Self::Unknown => None,
        }
    }
}

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const DSIG_11: &str = "http://www.w3.org/2009/xmldsig11#";
const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
const MORE_2007: &str = "http://www.w3.org/2007/05/xmldsig-more#";
const MORE_2021: &str = "http://www.w3.org/2021/04/xmldsig-more#";
const ENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// The digest algorithm of a DigestMethod.
pub(crate) fn digest(uri: &str) -> Named<DigestAlgorithm> {
    let Some((space, name)) = split(uri) else {
        return Named::Unknown;
    };
    let algorithm = match name {
        "md5" => DigestAlgorithm::Md5,
        "sha1" => DigestAlgorithm::Sha1,
        "sha224" => DigestAlgorithm::Sha224,
        "sha256" => DigestAlgorithm::Sha256,
        "sha384" => DigestAlgorithm::Sha384,
        "sha512" => DigestAlgorithm::Sha512,
        _ => return Named::Unknown,
    };
    match (space, algorithm) {
        _ if space == digest_space(algorithm) => Named::Known(algorithm),
        // Written by signing software of Viet Nam: xmldsig#sha256.
        (DSIG | MORE | ENC, _) => Named::Odd(algorithm),
        _ => Named::Unknown,
    }
}

fn digest_space(algorithm: DigestAlgorithm) -> &'static str {
    match algorithm {
        DigestAlgorithm::Sha1 => DSIG,
        DigestAlgorithm::Sha256 | DigestAlgorithm::Sha512 => ENC,
        DigestAlgorithm::Md5 | DigestAlgorithm::Sha224 | DigestAlgorithm::Sha384 => MORE,
    }
}

/// How RSASSA-PSS is named with parameters of its own (RFC 9231 clause 2.3.9).
pub(super) const PSS_WITH_PARAMETERS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";

/// The namespace of its parameters.
pub(super) const PSS_NAMESPACE: &str = MORE_2007;

/// The algorithm of a SignatureMethod without parameters. Values of ECDSA are `r‖s`.
pub(crate) fn signature(uri: &str) -> Named<SignatureAlgorithm> {
    let Some((space, name)) = split(uri) else {
        return Named::Unknown;
    };
    if name.starts_with("hmac") {
        return Named::Refused("HMAC");
    }
    if name.starts_with("dsa-") {
        return Named::Refused("DSA");
    }
    match (space, name) {
        (DSIG, "rsa-sha1") => Named::Known(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1)),
        (MORE, "rsa-md5") => Named::Known(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Md5)),
        (MORE_2021, "eddsa-ed25519") => Named::Known(SignatureAlgorithm::Ed25519),
        (MORE_2007, _) => pss(name).map_or(Named::Unknown, Named::Known),
        (MORE, _) => match name.split_once('-') {
            Some(("rsa", hash)) => by_hash(hash, SignatureAlgorithm::RsaPkcs1),
            Some(("ecdsa", hash)) => by_hash(hash, SignatureAlgorithm::Ecdsa),
            _ => Named::Unknown,
        },
        // As digests: names of one thing in the wrong place.
        (DSIG | ENC, _) => match name.split_once('-') {
            Some(("rsa", hash)) => odd(by_hash(hash, SignatureAlgorithm::RsaPkcs1)),
            _ => Named::Unknown,
        },
        _ => Named::Unknown,
    }
}

fn odd<T>(named: Named<T>) -> Named<T> {
    match named {
        Named::Known(value) => Named::Odd(value),
        other => other,
    }
}

fn by_hash(
    name: &str,
    make: impl Fn(DigestAlgorithm) -> SignatureAlgorithm,
) -> Named<SignatureAlgorithm> {
    hash(name).map_or(Named::Unknown, |digest| Named::Known(make(digest)))
}

fn hash(name: &str) -> Option<DigestAlgorithm> {
    Some(match name {
        "sha1" => DigestAlgorithm::Sha1,
        "sha224" => DigestAlgorithm::Sha224,
        "sha256" => DigestAlgorithm::Sha256,
        "sha384" => DigestAlgorithm::Sha384,
        "sha512" => DigestAlgorithm::Sha512,
        _ => return None,
    })
}

/// `sha256-rsa-MGF1`: one hash for everything, a salt of its length (RFC 9231 clause 2.3.10).
fn pss(name: &str) -> Option<SignatureAlgorithm> {
    let digest = hash(name.strip_suffix("-rsa-MGF1")?)?;
    Some(SignatureAlgorithm::RsaPss {
        digest,
        mgf1: digest,
        salt_len: digest.len(),
    })
}

/// A canonicalisation, with the prefixes that go into the exclusive form.
pub(crate) fn canonical(uri: &str, prefixes: Vec<String>) -> Named<Canonical> {
    let (base, comments) = match uri.strip_suffix("WithComments") {
        Some(base) => (base, true),
        None => (uri, false),
    };
    // The inclusive ones have the mark only where comments follow, the exclusive one always.
    let base = if comments && !base.ends_with("exc-c14n#") {
        match base.strip_suffix('#') {
            Some(base) => base,
            None => return Named::Unknown,
        }
    } else {
        base
    };
    let exclusive = || C14n::Exclusive { prefixes };
    let (algorithm, standard) = match base {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (C14n::Inclusive10, true),
        "http://www.w3.org/2006/12/xml-c14n11" => (C14n::Inclusive11, true),
        "http://www.w3.org/2001/10/xml-exc-c14n#" => (exclusive(), true),
        // The sample of QCVN 102:2016 has the address of the text instead of the algorithm's.
        "http://www.w3.org/TR/xml-exc-c14n#" => (exclusive(), false),
        _ => return Named::Unknown,
    };
    let canonical = Canonical {
        algorithm,
        comments,
    };
    if standard {
        Named::Known(canonical)
    } else {
        Named::Odd(canonical)
    }
}

/// A transform by its identifier; canonicalisations are told by [`canonical`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TransformName {
    Enveloped,
    Base64,
    XPath,
    Filter2,
}

pub(super) fn transform(uri: &str) -> Named<TransformName> {
    match uri {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature" => {
            Named::Known(TransformName::Enveloped)
        }
        "http://www.w3.org/2000/09/xmldsig#base64" => Named::Known(TransformName::Base64),
        "http://www.w3.org/TR/1999/REC-xpath-19991116" => Named::Known(TransformName::XPath),
        "http://www.w3.org/2002/06/xmldsig-filter2" => Named::Known(TransformName::Filter2),
        "http://www.w3.org/TR/1999/REC-xslt-19991116" => Named::Refused("XSLT"),
        _ if uri.starts_with("http://www.w3.org/2002/07/decrypt#")
            || uri.starts_with("http://www.w3.org/2001/04/decrypt#") =>
        {
            Named::Refused("XML decryption")
        }
        _ => Named::Unknown,
    }
}

/// Namespace and name of an identifier with a fragment.
fn split(uri: &str) -> Option<(&str, &str)> {
    let at = uri.find('#')?.checked_add(1)?;
    let (space, name) = uri.split_at_checked(at)?;
    let space = match space {
        DSIG | DSIG_11 | MORE | MORE_2007 | MORE_2021 | ENC => space,
        _ => return None,
    };
    Some((space, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stand_for_one_algorithm_and_odd_ones_are_told_apart() {
        use DigestAlgorithm::{Sha1, Sha256, Sha384};
        for (uri, wanted) in [
            ("http://www.w3.org/2000/09/xmldsig#sha1", Named::Known(Sha1)),
            (
                "http://www.w3.org/2001/04/xmlenc#sha256",
                Named::Known(Sha256),
            ),
            (
                "http://www.w3.org/2000/09/xmldsig#sha256",
                Named::Odd(Sha256),
            ),
            (
                "http://www.w3.org/2001/04/xmldsig-more#sha384",
                Named::Known(Sha384),
            ),
            (
                "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
                Named::Unknown,
            ),
            ("http://example.org/xmlenc#sha256", Named::Unknown),
            ("sha256", Named::Unknown),
        ] {
            assert_eq!(digest(uri), wanted, "{uri}");
        }
        for (uri, wanted) in [
            (
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "rsa-pkcs1-sha256",
            ),
            (
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
                "ecdsa-sha384",
            ),
            (
                "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
                "rsa-pss-sha512",
            ),
            (
                "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
                "ed25519",
            ),
        ] {
            assert_eq!(signature(uri).value().unwrap().to_string(), wanted);
        }
        for (uri, name) in [
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "HMAC"),
            ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "HMAC"),
            ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "DSA"),
            ("http://www.w3.org/2009/xmldsig11#dsa-sha256", "DSA"),
        ] {
            assert_eq!(signature(uri), Named::Refused(name));
        }
    }

    #[test]
    fn canonicalisations_by_their_identifiers() {
        let comments = |uri: &str| {
            canonical(uri, Vec::new())
                .value()
                .map(|method| method.comments)
        };
        let base = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
        assert_eq!(comments(base), Some(false));
        assert_eq!(comments(&format!("{base}#WithComments")), Some(true));
        assert_eq!(comments(&format!("{base}WithComments")), None);
        assert_eq!(comments(&format!("{base}#")), None);
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        assert_eq!(comments(exclusive), Some(false));
        assert_eq!(comments(&format!("{exclusive}WithComments")), Some(true));
        let alias = canonical("http://www.w3.org/TR/xml-exc-c14n#", Vec::new());
        assert!(matches!(alias, Named::Odd(_)));
        assert_eq!(comments("http://www.w3.org/2010/xml-c14n2"), None);
    }
}
