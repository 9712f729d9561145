//! Public keys: the shell of the SubjectPublicKeyInfo is read at once, the key itself when it is first used.

use std::{fmt, sync::Arc, sync::OnceLock};

use aws_lc_rs::signature::{self as alg, ParsedPublicKey, RsaParameters, RsaPssSaltLength};
use const_oid::{ObjectIdentifier, db::rfc5912, db::rfc8410};
use der::{AnyRef, Decode, asn1::UintRef};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::import;
use crate::crypto::{Digest, DigestAlgorithm, KeyType, PublicKey, SignatureAlgorithm, VerifyError};

type Outcome = Result<(), VerifyError>;

/// Bits of RSA moduli that the provider can check.
const RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// aws-lc-rs offers some combinations only from this size on.
const RSA_FULL_BITS: u32 = 2048;

/// Reads a SubjectPublicKeyInfo without looking into the key. `None` for types that are not offered.
pub(super) fn parse(spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
    // Strict DER, nothing behind it: aws-lc itself would overlook trailing bytes.
    let info = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
    let key = info.subject_public_key.as_bytes()?;
    let parameters = info.algorithm.parameters;
    match info.algorithm.oid {
        rfc5912::RSA_ENCRYPTION => {
            if parameters.is_some_and(|p| !p.is_null()) {
                return None;
            }
            Some(Arc::new(Rsa::new(key, None)?))
        }
        rfc5912::ID_RSASSA_PSS => {
            let restriction = match parameters {
                Some(parameters) => Some(PssRestriction::parse(parameters)?),
                None => None,
            };
            Some(Arc::new(Rsa::new(key, Some(restriction))?))
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
            Some(Arc::new(Ec {
                key_type,
                point: key.into(),
                parsed: Default::default(),
            }))
        }
        rfc8410::ID_ED_25519 if parameters.is_none() && key.len() == 32 => {
            Some(Arc::new(Ed25519 {
                point: key.into(),
                parsed: OnceLock::new(),
            }))
        }
        _ => None,
    }
}

/// A parsed key, or the knowledge that it cannot be parsed.
type Slot = OnceLock<Option<ParsedPublicKey>>;

fn parsed<'a>(
    slot: &'a Slot,
    algorithm: &'static dyn alg::VerificationAlgorithm,
    key: &[u8],
) -> Result<&'a ParsedPublicKey, VerifyError> {
    let parsed = slot.get_or_init(|| ParsedPublicKey::new(algorithm, key).ok());
    parsed.as_ref().ok_or(VerifyError::Unsupported)
}

/// What is signed: the message, or its digest.
enum What<'a> {
    Message(&'a [u8]),
    Digest(&'a Digest),
}

fn check(
    slot: &Slot,
    algorithm: &'static dyn alg::VerificationAlgorithm,
    key: &[u8],
    digest: DigestAlgorithm,
    what: &What<'_>,
    value: &[u8],
) -> Outcome {
    let key = parsed(slot, algorithm, key)?;
    let result = match what {
        What::Message(message) => key.verify_sig(message, value),
        What::Digest(d) => {
            key.verify_digest_sig(&import(digest, d).ok_or(VerifyError::Invalid)?, value)
        }
    };
    result.map_err(|_| VerifyError::Invalid)
}

/// The algorithms of aws-lc-rs for RSA; the position is that of the slot in [`Rsa::parsed`].
static RSA: [RsaParameters; 7] = [
    alg::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    alg::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    alg::RSA_PKCS1_2048_8192_SHA384,
    alg::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    alg::RSA_PSS_2048_8192_SHA256,
    alg::RSA_PSS_2048_8192_SHA384,
    alg::RSA_PSS_2048_8192_SHA512,
];

struct Rsa {
    bits: u32,
    /// RSAPublicKey (RFC 8017 appendix A.1.1).
    der: Box<[u8]>,
    /// `Some` where the key is for RSASSA-PSS only (RFC 4055 clause 1.2), with what it says about the parameters.
    pss_only: Option<Option<PssRestriction>>,
    parsed: [Slot; RSA.len()],
}

impl Rsa {
    fn new(der: &[u8], pss_only: Option<Option<PssRestriction>>) -> Option<Self> {
        #[derive(der::Sequence)]
        struct RsaPublicKey<'a> {
            modulus: UintRef<'a>,
            exponent: UintRef<'a>,
        }
        let key = RsaPublicKey::from_der(der).ok()?;
        let modulus = key.modulus.as_bytes();
        let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
        let bits = bits.checked_sub(modulus.first()?.leading_zeros())?;
        if key.exponent.as_bytes().is_empty() {
            return None;
        }
        Some(Self {
            bits,
            der: der.into(),
            pss_only,
            parsed: Default::default(),
        })
    }

    fn check(&self, algorithm: &SignatureAlgorithm, what: &What<'_>, value: &[u8]) -> Outcome {
        if !RSA_BITS.contains(&self.bits) {
            return Err(VerifyError::Unsupported);
        }
        let full = self.bits >= RSA_FULL_BITS;
        let index = match *algorithm {
            // A key for PSS must not be used otherwise.
            SignatureAlgorithm::RsaPkcs1(_) if self.pss_only.is_some() => None,
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1) => Some(0),
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256) => Some(1),
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha384) if full => Some(2),
            SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha512) => Some(3),
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
                if !full || digest != mgf1 {
                    return Err(VerifyError::Unsupported);
                }
                let index = match digest {
                    DigestAlgorithm::Sha256 => 4,
                    DigestAlgorithm::Sha384 => 5,
                    DigestAlgorithm::Sha512 => 6,
                    _ => return Err(VerifyError::Unsupported),
                };
                if salt_len != digest.len() {
                    return self.verify_pss_salt(index, digest, salt_len, what, value);
                }
                Some(index)
            }
            _ => None,
        };
        let index = index.ok_or(VerifyError::Unsupported)?;
        let slot = self.parsed.get(index).ok_or(VerifyError::Unsupported)?;
        let parameters = RSA.get(index).ok_or(VerifyError::Unsupported)?;
        check(slot, parameters, &self.der, algorithm.digest(), what, value)
    }

    /// PSS with a salt of another length than the digest's. It is exactly this length that is accepted.
    /// aws-lc-rs keeps parsed keys only for static parameters, so the key is parsed each time; such
    /// signatures are rare (pyHanko's default is the longest salt).
    fn verify_pss_salt(
        &self,
        index: usize,
        digest: DigestAlgorithm,
        salt_len: usize,
        what: &What<'_>,
        value: &[u8],
    ) -> Outcome {
        use alg::VerificationAlgorithm as _;

        let salt = u16::try_from(salt_len).map_err(|_| VerifyError::Unsupported)?;
        let parameters = match index {
            4 => alg::RSA_PSS_2048_8192_SHA256,
            5 => alg::RSA_PSS_2048_8192_SHA384,
            _ => alg::RSA_PSS_2048_8192_SHA512,
        }
        .with_pss_salt_length(RsaPssSaltLength::Custom(salt));
        let result = match what {
            What::Message(message) => parameters.verify_sig(&self.der, message, value),
            What::Digest(d) => {
                let d = import(digest, d).ok_or(VerifyError::Invalid)?;
                parameters.verify_digest_sig(&self.der, &d, value)
            }
        };
        result.map_err(|_| VerifyError::Invalid)
    }
}

impl fmt::Debug for Rsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RSA-{}", self.bits)
    }
}

impl PublicKey for Rsa {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    fn bits(&self) -> u32 {
        self.bits
    }

    fn verify(&self, algorithm: &SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Outcome {
        self.check(algorithm, &What::Message(message), signature)
    }

    fn verify_digest(
        &self,
        algorithm: &SignatureAlgorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> Outcome {
        self.check(algorithm, &What::Digest(digest), signature)
    }
}

/// Every digest that one of the curves is offered with: slots of [`Ec::parsed`].
const EC_DIGESTS: [DigestAlgorithm; 5] = [
    DigestAlgorithm::Sha1,
    DigestAlgorithm::Sha224,
    DigestAlgorithm::Sha256,
    DigestAlgorithm::Sha384,
    DigestAlgorithm::Sha512,
];

struct Ec {
    key_type: KeyType,
    /// The point by SEC 1 clause 2.3.3.
    point: Box<[u8]>,
    parsed: [Slot; EC_DIGESTS.len()],
}

impl Ec {
    fn check(&self, algorithm: &SignatureAlgorithm, what: &What<'_>, value: &[u8]) -> Outcome {
        use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
        use KeyType::{EcP256, EcP384, EcP521};

        let &SignatureAlgorithm::Ecdsa(digest) = algorithm else {
            return Err(VerifyError::Unsupported);
        };
        let parameters: &'static alg::EcdsaVerificationAlgorithm = match (self.key_type, digest) {
            (EcP256, Sha1) => &alg::ECDSA_P256_SHA1_ASN1,
            (EcP256, Sha256) => &alg::ECDSA_P256_SHA256_ASN1,
            (EcP256, Sha384) => &alg::ECDSA_P256_SHA384_ASN1,
            (EcP256, Sha512) => &alg::ECDSA_P256_SHA512_ASN1,
            (EcP384, Sha256) => &alg::ECDSA_P384_SHA256_ASN1,
            (EcP384, Sha384) => &alg::ECDSA_P384_SHA384_ASN1,
            (EcP384, Sha512) => &alg::ECDSA_P384_SHA512_ASN1,
            (EcP521, Sha1) => &alg::ECDSA_P521_SHA1_ASN1,
            (EcP521, Sha224) => &alg::ECDSA_P521_SHA224_ASN1,
            (EcP521, Sha256) => &alg::ECDSA_P521_SHA256_ASN1,
            (EcP521, Sha384) => &alg::ECDSA_P521_SHA384_ASN1,
            (EcP521, Sha512) => &alg::ECDSA_P521_SHA512_ASN1,
            _ => return Err(VerifyError::Unsupported),
        };
        let slots = EC_DIGESTS.iter().zip(&self.parsed);
        let slot = slots
            .into_iter()
            .find_map(|(d, slot)| (*d == digest).then_some(slot));
        let slot = slot.ok_or(VerifyError::Unsupported)?;
        check(slot, parameters, &self.point, digest, what, value)
    }
}

impl fmt::Debug for Ec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.key_type)
    }
}

impl PublicKey for Ec {
    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn bits(&self) -> u32 {
        self.key_type.curve_bits().unwrap_or_default()
    }

    fn verify(&self, algorithm: &SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Outcome {
        self.check(algorithm, &What::Message(message), signature)
    }

    fn verify_digest(
        &self,
        algorithm: &SignatureAlgorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> Outcome {
        self.check(algorithm, &What::Digest(digest), signature)
    }
}

struct Ed25519 {
    point: Box<[u8]>,
    parsed: Slot,
}

impl fmt::Debug for Ed25519 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519")
    }
}

impl PublicKey for Ed25519 {
    fn key_type(&self) -> KeyType {
        KeyType::Ed25519
    }

    fn bits(&self) -> u32 {
        self.key_type().curve_bits().unwrap_or_default()
    }

    fn verify(&self, algorithm: &SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Outcome {
        if *algorithm != SignatureAlgorithm::Ed25519 {
            return Err(VerifyError::Unsupported);
        }
        let key = parsed(&self.parsed, &alg::ED25519, &self.point)?;
        key.verify_sig(message, signature)
            .map_err(|_| VerifyError::Invalid)
    }

    /// Ed25519 signs messages only (RFC 8032 clause 5.1).
    fn verify_digest(&self, _: &SignatureAlgorithm, _: &Digest, _: &[u8]) -> Outcome {
        Err(VerifyError::Unsupported)
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
