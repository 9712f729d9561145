//! Public keys: the shell is read at once, the key itself when it is first used.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey, traits::PublicKeyParts};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::RustCrypto;
use crate::crypto::{
    Digest, DigestAlgorithm, KeyType, Provider, PublicKey, SignatureAlgorithm, ToBeSigned,
    VerifyError,
    key_info::{KeyInfo, RsaCheck, RsaInfo, RsaRules},
};

type Outcome = Result<(), VerifyError>;

/// Bits of the largest modulus; smaller ones are sorted out by `RsaRules`.
const MAX_RSA_BITS: usize = 8192;

/// Reads a SubjectPublicKeyInfo without looking into the key. `None` for types that are not offered.
pub(super) fn parse(spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
    match KeyInfo::parse(spki)? {
        KeyInfo::Rsa(key) => Some(Arc::new(Rsa::new(&key))),
        KeyInfo::Ec {
            key_type: key_type @ (KeyType::EcP256 | KeyType::EcP384),
            point,
        } => Some(Arc::new(Ec {
            key_type,
            point: point.into(),
            parsed: OnceLock::new(),
        })),
        KeyInfo::Ec { .. } => None,
        KeyInfo::Ed25519(point) => Some(Arc::new(Ed25519 {
            point: point.try_into().ok()?,
            parsed: OnceLock::new(),
        })),
    }
}

/// The digest of a message; one that was handed in must have the right length.
fn digested(digest: DigestAlgorithm, what: &ToBeSigned<'_>) -> Result<Digest, VerifyError> {
    match what {
        ToBeSigned::Message(message) => {
            let made = RustCrypto.digest_of(digest, message);
            made.ok_or(VerifyError::Unsupported)
        }
        ToBeSigned::Digest(value) if value.as_bytes().len() == digest.len() => Ok(**value),
        ToBeSigned::Digest(_) => Err(VerifyError::Invalid),
    }
}

struct Rsa {
    modulus: Box<[u8]>,
    exponent: Box<[u8]>,
    rules: RsaRules,
    parsed: OnceLock<Option<RsaPublicKey>>,
}

impl Rsa {
    fn new(key: &RsaInfo<'_>) -> Self {
        Self {
            modulus: key.modulus.into(),
            exponent: key.exponent.into(),
            rules: key.rules,
            parsed: OnceLock::new(),
        }
    }

    fn key(&self) -> Result<&RsaPublicKey, VerifyError> {
        let parse = || {
            let number = BigUint::from_bytes_be;
            let (n, e) = (number(&self.modulus), number(&self.exponent));
            RsaPublicKey::new_with_max_size(n, e, MAX_RSA_BITS).ok()
        };
        let key = self.parsed.get_or_init(parse).as_ref();
        key.ok_or(VerifyError::Unsupported)
    }

    fn check_digest(&self, check: RsaCheck, digest: &[u8], value: &[u8]) -> Outcome {
        use DigestAlgorithm::{Sha1 as D1, Sha256 as D256, Sha384 as D384, Sha512 as D512};

        let key = self.key()?;
        // `rsa` 0.9 takes a PSS value that the modulus was added to (RFC 8017 clause 5.2.2 step 1).
        if value.len() != key.size() || BigUint::from_bytes_be(value) >= *key.n() {
            return Err(VerifyError::Invalid);
        }
        let result = match check {
            RsaCheck::Pkcs1(D1) => key.verify(Pkcs1v15Sign::new::<Sha1>(), digest, value),
            RsaCheck::Pkcs1(D256) => key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, value),
            RsaCheck::Pkcs1(D384) => key.verify(Pkcs1v15Sign::new::<Sha384>(), digest, value),
            RsaCheck::Pkcs1(D512) => key.verify(Pkcs1v15Sign::new::<Sha512>(), digest, value),
            RsaCheck::Pss {
                digest: algorithm,
                salt_len,
            } => {
                let salt = usize::from(salt_len);
                let pss = match algorithm {
                    D256 => Pss::new_with_salt::<Sha256>(salt),
                    D384 => Pss::new_with_salt::<Sha384>(salt),
                    D512 => Pss::new_with_salt::<Sha512>(salt),
                    _ => return Err(VerifyError::Unsupported),
                };
                key.verify(pss, digest, value)
            }
            RsaCheck::Pkcs1(_) => return Err(VerifyError::Unsupported),
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
        let check = self.rules.check(algorithm)?;
        let digest = digested(algorithm.digest(), what)?;
        self.check_digest(check, digest.as_bytes(), value)
    }
}

enum Point {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
}

struct Ec {
    key_type: KeyType,
    /// The point by SEC 1 clause 2.3.3.
    point: Box<[u8]>,
    parsed: OnceLock<Option<Point>>,
}

impl Ec {
    /// The digest of a signature, where the curve is offered with it.
    fn digest(&self, algorithm: &SignatureAlgorithm) -> Result<DigestAlgorithm, VerifyError> {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
        use KeyType::{EcP256, EcP384};

        match (self.key_type, algorithm) {
            (EcP256, SignatureAlgorithm::Ecdsa(digest @ (Sha1 | Sha256 | Sha384 | Sha512)))
            | (EcP384, SignatureAlgorithm::Ecdsa(digest @ (Sha256 | Sha384 | Sha512))) => {
                Ok(*digest)
            }
            _ => Err(VerifyError::Unsupported),
        }
    }

    fn point(&self) -> Result<&Point, VerifyError> {
        let parse = || {
            // Uncompressed or compressed; `sec1` knows forms beside those of SEC 1.
            if !matches!(self.point.first(), Some(2..=4)) {
                return None;
            }
            match self.key_type {
                KeyType::EcP256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(&self.point)
                    .ok()
                    .map(Point::P256),
                _ => p384::ecdsa::VerifyingKey::from_sec1_bytes(&self.point)
                    .ok()
                    .map(Point::P384),
            }
        };
        let point = self.parsed.get_or_init(parse).as_ref();
        point.ok_or(VerifyError::Unsupported)
    }

    fn check_digest(&self, digest: &[u8], value: &[u8]) -> Outcome {
        let valid = match self.point()? {
            Point::P256(key) => p256::ecdsa::Signature::from_der(value)
                .and_then(|value| key.verify_prehash(digest, &value)),
            Point::P384(key) => p384::ecdsa::Signature::from_der(value)
                .and_then(|value| key.verify_prehash(digest, &value)),
        };
        valid.map_err(|_| VerifyError::Invalid)
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

    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &ToBeSigned<'_>,
        value: &[u8],
    ) -> Outcome {
        let digest = digested(self.digest(algorithm)?, what)?;
        self.check_digest(digest.as_bytes(), value)
    }
}

struct Ed25519 {
    point: [u8; 32],
    parsed: OnceLock<Option<ed25519_dalek::VerifyingKey>>,
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
        let parse = || ed25519_dalek::VerifyingKey::from_bytes(&self.point).ok();
        let key = self.parsed.get_or_init(parse).as_ref();
        // Any 32 bytes are a key by its shell; no value fits one that is no point.
        let key = key.ok_or(VerifyError::Invalid)?;
        let value = ed25519_dalek::Signature::from_slice(value);
        // Strict: no points of small order, under which one value may fit many messages.
        value
            .and_then(|value| key.verify_strict(message, &value))
            .map_err(|_| VerifyError::Invalid)
    }
}
