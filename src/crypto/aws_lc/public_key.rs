//! Public keys: the shell of the SubjectPublicKeyInfo is read at once, the key itself when it is first used.

use std::{fmt, sync::Arc, sync::OnceLock};

use aws_lc_rs::signature::{self as alg, ParsedPublicKey, RsaParameters, RsaPssSaltLength};

use super::import;
use crate::crypto::{
    DigestAlgorithm, KeyType, PublicKey, SignatureAlgorithm, ToBeSigned, VerifyError,
    key_info::{KeyInfo, RsaCheck, RsaRules},
};

type Outcome = Result<(), VerifyError>;

/// Reads a SubjectPublicKeyInfo without looking into the key. `None` for types that are not offered.
pub(super) fn parse(spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
    Some(match KeyInfo::parse(spki)? {
        KeyInfo::Rsa(key) => Arc::new(Rsa {
            der: key.der.into(),
            rules: key.rules,
            parsed: Default::default(),
        }),
        KeyInfo::Ec { key_type, point } => Arc::new(Ec {
            key_type,
            point: point.into(),
            parsed: Default::default(),
        }),
        KeyInfo::Ed25519(point) => Arc::new(Ed25519 {
            point: point.into(),
            parsed: OnceLock::new(),
        }),
    })
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

fn check(
    slot: &Slot,
    algorithm: &'static dyn alg::VerificationAlgorithm,
    key: &[u8],
    digest: DigestAlgorithm,
    what: &ToBeSigned<'_>,
    value: &[u8],
) -> Outcome {
    let key = parsed(slot, algorithm, key)?;
    let result = match what {
        ToBeSigned::Message(message) => key.verify_sig(message, value),
        ToBeSigned::Digest(d) => {
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
    /// RSAPublicKey (RFC 8017 appendix A.1.1).
    der: Box<[u8]>,
    rules: RsaRules,
    parsed: [Slot; RSA.len()],
}

impl Rsa {
    /// PSS with a salt of another length than the digest's. It is exactly this length that is accepted.
    /// aws-lc-rs keeps parsed keys only for static parameters, so the key is parsed each time; such
    /// signatures are rare (pyHanko's default is the longest salt).
    fn verify_pss_salt(
        &self,
        index: usize,
        digest: DigestAlgorithm,
        salt_len: u16,
        what: &ToBeSigned<'_>,
        value: &[u8],
    ) -> Outcome {
        use alg::VerificationAlgorithm as _;

        let parameters = match index {
            4 => alg::RSA_PSS_2048_8192_SHA256,
            5 => alg::RSA_PSS_2048_8192_SHA384,
            _ => alg::RSA_PSS_2048_8192_SHA512,
        }
        .with_pss_salt_length(RsaPssSaltLength::Custom(salt_len));
        let result = match what {
            ToBeSigned::Message(message) => parameters.verify_sig(&self.der, message, value),
            ToBeSigned::Digest(d) => {
                let d = import(digest, d).ok_or(VerifyError::Invalid)?;
                parameters.verify_digest_sig(&self.der, &d, value)
            }
        };
        result.map_err(|_| VerifyError::Invalid)
    }
}

impl fmt::Debug for Rsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RSA-{}", self.rules.bits)
    }
}

impl PublicKey for Rsa {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    fn bits(&self) -> u32 {
        self.rules.bits
    }

    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &ToBeSigned<'_>,
        value: &[u8],
    ) -> Outcome {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};

        let index = match self.rules.check(algorithm)? {
            RsaCheck::Pkcs1(Sha1) => 0,
            RsaCheck::Pkcs1(Sha256) => 1,
            RsaCheck::Pkcs1(Sha384) => 2,
            RsaCheck::Pkcs1(Sha512) => 3,
            RsaCheck::Pss { digest, salt_len } => {
                let index = match digest {
                    Sha256 => 4,
                    Sha384 => 5,
                    Sha512 => 6,
                    _ => return Err(VerifyError::Unsupported),
                };
                if usize::from(salt_len) != digest.len() {
                    return self.verify_pss_salt(index, digest, salt_len, what, value);
                }
                index
            }
            RsaCheck::Pkcs1(_) => return Err(VerifyError::Unsupported),
        };
        let slot = self.parsed.get(index).ok_or(VerifyError::Unsupported)?;
        let parameters = RSA.get(index).ok_or(VerifyError::Unsupported)?;
        check(slot, parameters, &self.der, algorithm.digest(), what, value)
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

    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &ToBeSigned<'_>,
        value: &[u8],
    ) -> Outcome {
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

    /// Ed25519 signs messages only (RFC 8032 clause 5.1).
    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &ToBeSigned<'_>,
        value: &[u8],
    ) -> Outcome {
        let (SignatureAlgorithm::Ed25519, ToBeSigned::Message(message)) = (algorithm, what) else {
            return Err(VerifyError::Unsupported);
        };
        let key = parsed(&self.parsed, &alg::ED25519, &self.point)?;
        key.verify_sig(message, value)
            .map_err(|_| VerifyError::Invalid)
    }
}
