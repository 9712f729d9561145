use std::fmt;

/// A digest algorithm that documents name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum DigestAlgorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl DigestAlgorithm {
    /// `sha256`, as in the report's `rsa-pkcs1-sha256`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Bytes of a value.
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The type of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyType {
    Rsa,
    EcP256,
    EcP384,
    EcP521,
    Ed25519,
}

impl KeyType {
    /// Bits of the curve's field; `None` for RSA.
    pub(crate) fn curve_bits(self) -> Option<u32> {
        match self {
            Self::Rsa => None,
            Self::EcP256 => Some(256),
            Self::EcP384 => Some(384),
            Self::EcP521 => Some(521),
            Self::Ed25519 => Some(255),
        }
    }
}

/// A signature algorithm with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 clause 8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017 clause 8.1), MGF1; salt in bytes.
    RsaPss {
        digest: DigestAlgorithm,
        mgf1: DigestAlgorithm,
        salt_len: usize,
    },
    /// ECDSA with a DER value (RFC 3279 clause 2.2.3).
    Ecdsa(DigestAlgorithm),
    /// Ed25519 (RFC 8032).
    Ed25519,
}

impl SignatureAlgorithm {
    /// The digest that the algorithm has inside; SHA-512 for Ed25519.
    pub(crate) fn digest(&self) -> DigestAlgorithm {
        match *self {
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) | Self::RsaPss { digest, .. } => digest,
            Self::Ed25519 => DigestAlgorithm::Sha512,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    /// The report's name: `rsa-pkcs1-sha256`, `rsa-pss-sha384`, `ecdsa-sha256`, `ed25519`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "rsa-pkcs1-{}", digest.name()),
            Self::RsaPss { digest, .. } => write!(f, "rsa-pss-{}", digest.name()),
            Self::Ecdsa(digest) => write!(f, "ecdsa-{}", digest.name()),
            Self::Ed25519 => f.write_str("ed25519"),
        }
    }
}
