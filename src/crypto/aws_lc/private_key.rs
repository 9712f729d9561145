//! Private keys in memory. aws-lc wipes their memory when it frees it.

use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa,
    signature::{
        self as alg, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
        RsaSignatureEncoding,
    },
};
use const_oid::{
    ObjectIdentifier,
    db::{rfc5912, rfc8410},
};
use der::{Decode, asn1::UintRef};
use pkcs8::PrivateKeyInfo;

use super::import;
use crate::{
    crypto::{
        DigestAlgorithm, KeyType, PrivateKey, SignatureAlgorithm, ToBeSigned,
        key_info::modulus_bits,
    },
    error::{Error, ErrorKind, Result},
    text::rules::key as rules,
};

/// Bits of RSA moduli that aws-lc-rs signs with.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

/// Takes a PKCS#8 key (RFC 5958).
pub(super) fn parse(pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>> {
    let malformed = || Error::new(ErrorKind::Key, &rules::KEY_MALFORMED);
    // Strict, nothing behind it; aws-lc checks the numbers themselves.
    let info = PrivateKeyInfo::from_der(pkcs8).map_err(|_| malformed())?;
    match info.algorithm.oid {
        rfc5912::RSA_ENCRYPTION => {
            let pair = rsa::KeyPair::from_pkcs8(pkcs8).map_err(|_| rsa_refused(&info))?;
            let der = pair.public_key().as_der().map_err(|_| malformed())?;
            Ok(Box::new(Rsa {
                spki: der.as_ref().into(),
                bits: rsa_bits(&pair)?,
                pair,
            }))
        }
        rfc5912::ID_EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters.ok_or_else(malformed)?;
            let curve = curve
                .decode_as::<ObjectIdentifier>()
                .map_err(|_| malformed())?;
            let (key_type, signing) = match curve {
                rfc5912::SECP_256_R_1 => (KeyType::EcP256, P256),
                rfc5912::SECP_384_R_1 => (KeyType::EcP384, P384),
                rfc5912::SECP_521_R_1 => (KeyType::EcP521, P521),
                other => return Err(unsupported(&other)),
            };
            let mut pairs = Vec::new();
            for (digest, algorithm) in signing {
                let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).map_err(|_| malformed())?;
                pairs.push((*digest, pair));
            }
            let first = pairs.first().ok_or_else(malformed)?;
            let spki = first
                .1
                .public_key()
                .as_der()
                .map_err(|_| malformed())?
                .as_ref()
                .into();
            Ok(Box::new(Ec {
                key_type,
                pairs,
                spki,
            }))
        }
        rfc8410::ID_ED_25519 => {
            let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| malformed())?;
            let spki = pair.public_key().as_der().map_err(|_| malformed())?;
            let spki = spki.as_ref().into();
            Ok(Box::new(Ed25519 { pair, spki }))
        }
        other => Err(unsupported(&other)),
    }
}

fn unsupported(what: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Key, &rules::KEY_TYPE).with(what)
}

/// The provider failed at something that it can do.
fn failed() -> Error {
    Error::new(ErrorKind::Key, &rules::SIGNING_FAILED)
}

fn not_offered(algorithm: &SignatureAlgorithm) -> Error {
    Error::new(ErrorKind::Unsupported, &rules::ALGORITHM_UNSUPPORTED).with(algorithm)
}

struct Rsa {
    pair: rsa::KeyPair,
    bits: u32,
    spki: Box<[u8]>,
}

/// Why an RSA key was not taken: its size, else that its numbers are none.
fn rsa_refused(info: &PrivateKeyInfo<'_>) -> Error {
    /// RSAPrivateKey (RFC 8017 appendix A.1.2).
    #[derive(der::Sequence)]
    struct RsaPrivateKey<'a> {
        version: u8,
        modulus: UintRef<'a>,
        public_exponent: UintRef<'a>,
        private_exponent: UintRef<'a>,
        prime_1: UintRef<'a>,
        prime_2: UintRef<'a>,
        exponent_1: UintRef<'a>,
        exponent_2: UintRef<'a>,
        coefficient: UintRef<'a>,
    }
    let key = RsaPrivateKey::from_der(info.private_key).ok();
    match key.and_then(|key| modulus_bits(key.modulus.as_bytes())) {
        Some(bits) if !RSA_BITS.contains(&bits) => {
            Error::new(ErrorKind::Key, &rules::KEY_SIZE).with(bits)
        }
        _ => Error::new(ErrorKind::Key, &rules::KEY_MALFORMED),
    }
}

fn rsa_bits(pair: &rsa::KeyPair) -> Result<u32> {
    alg::RsaParameters::public_modulus_len(pair.public_key().as_ref()).map_err(|_| failed())
}

fn rsa_encoding(algorithm: &SignatureAlgorithm) -> Option<&'static RsaSignatureEncoding> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    match *algorithm {
        SignatureAlgorithm::RsaPkcs1(Sha256) => Some(&alg::RSA_PKCS1_SHA256),
        SignatureAlgorithm::RsaPkcs1(Sha384) => Some(&alg::RSA_PKCS1_SHA384),
        SignatureAlgorithm::RsaPkcs1(Sha512) => Some(&alg::RSA_PKCS1_SHA512),
        SignatureAlgorithm::RsaPss {
            digest,
            mgf1,
            salt_len,
        } => {
            if digest != mgf1 || salt_len != digest.len() {
                return None;
            }
            match digest {
                Sha256 => Some(&alg::RSA_PSS_SHA256),
                Sha384 => Some(&alg::RSA_PSS_SHA384),
                Sha512 => Some(&alg::RSA_PSS_SHA512),
                _ => None,
            }
        }
        _ => None,
    }
}

impl PrivateKey for Rsa {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    fn bits(&self) -> u32 {
        self.bits
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    fn max_signature_len(&self) -> usize {
        self.pair.public_modulus_len()
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        rsa_encoding(algorithm).is_some()
    }

    fn make(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        let encoding = rsa_encoding(algorithm).ok_or_else(|| not_offered(algorithm))?;
        let mut value = vec![0; self.pair.public_modulus_len()];
        match what {
            ToBeSigned::Message(message) => {
                self.pair
                    .sign(encoding, &SystemRandom::new(), message, &mut value)
            }
            ToBeSigned::Digest(digest) => {
                let digest = import(algorithm.digest(), digest).ok_or_else(failed)?;
                self.pair.sign_digest(encoding, &digest, &mut value)
            }
        }
        .map_err(|_| failed())?;
        Ok(value)
    }
}

/// aws-lc-rs binds an ECDSA key to one digest, so the key is held once for each that is offered.
type EcSigning = &'static [(DigestAlgorithm, &'static EcdsaSigningAlgorithm)];

const P256: EcSigning = &[(
    DigestAlgorithm::Sha256,
    &alg::ECDSA_P256_SHA256_ASN1_SIGNING,
)];
const P384: EcSigning = &[(
    DigestAlgorithm::Sha384,
    &alg::ECDSA_P384_SHA384_ASN1_SIGNING,
)];
const P521: EcSigning = &[
    (
        DigestAlgorithm::Sha512,
        &alg::ECDSA_P521_SHA512_ASN1_SIGNING,
    ),
    (
        DigestAlgorithm::Sha384,
        &alg::ECDSA_P521_SHA384_ASN1_SIGNING,
    ),
    (
        DigestAlgorithm::Sha256,
        &alg::ECDSA_P521_SHA256_ASN1_SIGNING,
    ),
];

struct Ec {
    key_type: KeyType,
    pairs: Vec<(DigestAlgorithm, EcdsaKeyPair)>,
    spki: Box<[u8]>,
}

impl Ec {
    fn pair(&self, algorithm: &SignatureAlgorithm) -> Option<&EcdsaKeyPair> {
        let &SignatureAlgorithm::Ecdsa(digest) = algorithm else {
            return None;
        };
        self.pairs
            .iter()
            .find_map(|(d, pair)| (*d == digest).then_some(pair))
    }
}

impl PrivateKey for Ec {
    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn bits(&self) -> u32 {
        self.key_type.curve_bits().unwrap_or_default()
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    fn max_signature_len(&self) -> usize {
        // SEQUENCE of two INTEGERs of at most field size + a sign byte (RFC 3279 clause 2.2.3).
        match self.key_type {
            KeyType::EcP256 => 72,
            KeyType::EcP384 => 104,
            _ => 139,
        }
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        self.pair(algorithm).is_some()
    }

    fn make(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        let pair = self.pair(algorithm).ok_or_else(|| not_offered(algorithm))?;
        let value = match what {
            ToBeSigned::Message(message) => pair.sign(&SystemRandom::new(), message),
            ToBeSigned::Digest(digest) => {
                pair.sign_digest(&import(algorithm.digest(), digest).ok_or_else(failed)?)
            }
        };
        Ok(value.map_err(|_| failed())?.as_ref().to_vec())
    }
}

struct Ed25519 {
    pair: Ed25519KeyPair,
    spki: Box<[u8]>,
}

impl PrivateKey for Ed25519 {
    fn key_type(&self) -> KeyType {
        KeyType::Ed25519
    }

    fn bits(&self) -> u32 {
        self.key_type().curve_bits().unwrap_or_default()
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    fn max_signature_len(&self) -> usize {
        64
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        *algorithm == SignatureAlgorithm::Ed25519
    }

    /// Ed25519 signs messages only (RFC 8032 clause 5.1).
    fn make(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        match what {
            ToBeSigned::Message(message) if self.supports(algorithm) => {
                Ok(self.pair.sign(message).as_ref().to_vec())
            }
            _ => Err(not_offered(algorithm)),
        }
    }
}
