//! The shell of a public key (SubjectPublicKeyInfo, RFC 5280 clause 4.1.2.7): the same rules for every provider.
//!
//! Strict DER, nothing behind it; named curves only; the numbers inside are left to the provider.

use const_oid::{ObjectIdentifier, db::rfc5912, db::rfc8410};
use der::{AnyRef, Decode, asn1::UintRef};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{DigestAlgorithm, KeyType, SignatureAlgorithm, VerifyError};

/// Bits of RSA moduli that are checked.
const RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// Some combinations are offered only from this size on: nobody has a reason for them with smaller keys.
const RSA_FULL_BITS: u32 = 2048;

/// A public key, its type told and its shell checked.
pub(super) enum KeyInfo<'a> {
    Rsa(RsaInfo<'a>),
    /// The point by SEC 1 clause 2.3.3.
    Ec {
        key_type: KeyType,
        point: &'a [u8],
    },
    Ed25519(&'a [u8]),
}

/// An RSA key.
pub(super) struct RsaInfo<'a> {
    /// RSAPublicKey (RFC 8017 appendix A.1.1).
    #[cfg_attr(
        not(feature = "aws-lc"),
        expect(dead_code, reason = "RustCrypto takes the numbers")
    )]
    pub(super) der: &'a [u8],
    /// Big-endian.
    #[cfg_attr(
        not(all(feature = "rust-crypto", any(test, not(feature = "aws-lc")))),
        expect(dead_code, reason = "aws-lc reads the DER")
    )]
    pub(super) modulus: &'a [u8],
    #[cfg_attr(
        not(all(feature = "rust-crypto", any(test, not(feature = "aws-lc")))),
        expect(dead_code, reason = "aws-lc reads the DER")
    )]
    pub(super) exponent: &'a [u8],
    pub(super) rules: RsaRules,
}

impl<'a> KeyInfo<'a> {
    /// Reads a SubjectPublicKeyInfo. `None` where it is malformed, or of a type that kyso has no name for.
    pub(super) fn parse(spki: &'a [u8]) -> Option<Self> {
        let info = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
        let key = info.subject_public_key.as_bytes()?;
        let parameters = info.algorithm.parameters;
        match info.algorithm.oid {
            rfc5912::RSA_ENCRYPTION => {
                if parameters.is_some_and(|p| !p.is_null()) {
                    return None;
                }
                RsaInfo::parse(key, None).map(Self::Rsa)
            }
            rfc5912::ID_RSASSA_PSS => {
                let restriction = match parameters {
                    Some(parameters) => Some(PssRestriction::parse(parameters)?),
                    None => None,
                };
                RsaInfo::parse(key, Some(restriction)).map(Self::Rsa)
            }
            rfc5912::ID_EC_PUBLIC_KEY => {
                // Only named curves (RFC 5480 clause 2.1.1): explicit parameters are how CVE-2020-0601 came about.
                let curve = parameters?.decode_as::<ObjectIdentifier>().ok()?;
                let key_type = match curve {
                    rfc5912::SECP_256_R_1 => KeyType::EcP256,
                    rfc5912::SECP_384_R_1 => KeyType::EcP384,
                    rfc5912::SECP_521_R_1 => KeyType::EcP521,
                    _ => return None,
                };
                Some(Self::Ec {
                    key_type,
                    point: key,
                })
            }
            rfc8410::ID_ED_25519 if parameters.is_none() && key.len() == 32 => {
                Some(Self::Ed25519(key))
            }
            _ => None,
        }
    }
}

impl<'a> RsaInfo<'a> {
    fn parse(der: &'a [u8], pss_only: Option<Option<PssRestriction>>) -> Option<Self> {
        #[derive(der::Sequence)]
        struct RsaPublicKey<'a> {
            modulus: UintRef<'a>,
            exponent: UintRef<'a>,
        }
        let key = RsaPublicKey::from_der(der).ok()?;
        let (modulus, exponent) = (key.modulus.as_bytes(), key.exponent.as_bytes());
        let bits = modulus_bits(modulus)?;
        if exponent.is_empty() {
            return None;
        }
        Some(Self {
            der,
            modulus,
            exponent,
            rules: RsaRules { bits, pss_only },
        })
    }
}

/// Bits of a big-endian modulus without leading zero octets; `None` where it is empty.
pub(super) fn modulus_bits(modulus: &[u8]) -> Option<u32> {
    let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
    bits.checked_sub(modulus.first()?.leading_zeros())
}

/// What an RSA key may be used for.
#[derive(Clone, Copy)]
pub(super) struct RsaRules {
    /// Of the modulus.
    pub(super) bits: u32,
    /// `Some` where the key is for RSASSA-PSS only (RFC 4055 clause 1.2), with what it says about the parameters.
    pss_only: Option<Option<PssRestriction>>,
}

/// How a signature of an RSA key is to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RsaCheck {
    Pkcs1(DigestAlgorithm),
    /// The digest is that of MGF1, too. It is exactly this length of the salt that is accepted.
    Pss {
        digest: DigestAlgorithm,
        salt_len: u16,
    },
}

impl RsaRules {
    /// The check that fits a signature algorithm.
    pub(super) fn check(&self, algorithm: &SignatureAlgorithm) -> Result<RsaCheck, VerifyError> {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};

        if !RSA_BITS.contains(&self.bits) {
            return Err(VerifyError::Unsupported);
        }
        let full = self.bits >= RSA_FULL_BITS;
        match *algorithm {
            // A key for PSS must not be used otherwise.
            SignatureAlgorithm::RsaPkcs1(_) if self.pss_only.is_some() => {
                Err(VerifyError::Unsupported)
            }
            SignatureAlgorithm::RsaPkcs1(digest @ (Sha1 | Sha256 | Sha512)) => {
                Ok(RsaCheck::Pkcs1(digest))
            }
            SignatureAlgorithm::RsaPkcs1(Sha384) if full => Ok(RsaCheck::Pkcs1(Sha384)),
            SignatureAlgorithm::RsaPss {
                digest,
                mgf1,
                salt_len,
            } => {
                if let Some(Some(restriction)) = self.pss_only
                    && !restriction.allows(digest, mgf1, salt_len)
                {
                    return Err(VerifyError::Invalid);
                }
                let offered = full && digest == mgf1 && matches!(digest, Sha256 | Sha384 | Sha512);
                let salt_len = u16::try_from(salt_len).ok().filter(|_| offered);
                let salt_len = salt_len.ok_or(VerifyError::Unsupported)?;
                Ok(RsaCheck::Pss { digest, salt_len })
            }
            _ => Err(VerifyError::Unsupported),
        }
    }
}

/// Parameters inside an RSASSA-PSS key: a signature must have the same digests, and no shorter salt (RFC 4055
/// clause 3.3).
#[derive(Clone, Copy)]
struct PssRestriction {
    digest: DigestAlgorithm,
    mgf1: DigestAlgorithm,
    min_salt_len: usize,
}

impl PssRestriction {
    fn parse(parameters: AnyRef<'_>) -> Option<Self> {
        #[derive(der::Sequence)]
        struct Parameters<'a> {
            #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
            digest: Option<AlgorithmIdentifierRef<'a>>,
            #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
            mask: Option<AlgorithmIdentifierRef<'a>>,
            #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
            salt_len: Option<u32>,
            #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
            trailer: Option<u8>,
        }
        let found: Parameters<'_> = parameters.decode_as().ok()?;
        let mgf1 = match found.mask {
            Some(mask) if mask.oid == rfc5912::ID_MGF_1 => digest_of(
                &mask
                    .parameters?
                    .decode_as::<AlgorithmIdentifierRef<'_>>()
                    .ok()?,
            )?,
            Some(_) => return None,
            None => DigestAlgorithm::Sha1,
        };
        if found.trailer.is_some_and(|trailer| trailer != 1) {
            return None;
        }
        Some(Self {
            digest: found
                .digest
                .map_or(Some(DigestAlgorithm::Sha1), |d| digest_of(&d))?,
            mgf1,
            min_salt_len: usize::try_from(found.salt_len.unwrap_or(20)).ok()?,
        })
    }

    fn allows(self, digest: DigestAlgorithm, mgf1: DigestAlgorithm, salt_len: usize) -> bool {
        digest == self.digest && mgf1 == self.mgf1 && salt_len >= self.min_salt_len
    }
}

fn digest_of(identifier: &AlgorithmIdentifierRef<'_>) -> Option<DigestAlgorithm> {
    Some(match identifier.oid {
        rfc5912::ID_SHA_1 => DigestAlgorithm::Sha1,
        rfc5912::ID_SHA_224 => DigestAlgorithm::Sha224,
        rfc5912::ID_SHA_256 => DigestAlgorithm::Sha256,
        rfc5912::ID_SHA_384 => DigestAlgorithm::Sha384,
        rfc5912::ID_SHA_512 => DigestAlgorithm::Sha512,
        _ => return None,
    })
}
