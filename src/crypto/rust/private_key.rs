//! Private keys in memory, wiped when they are dropped. ECDSA values are made by RFC 6979 with fresh randomness mixed
//! in (its clause 3.6), so that neither a bad random source nor a fault gives the key away.

use const_oid::{ObjectIdentifier, db::rfc5912, db::rfc8410};
use der::Decode;
use ed25519_dalek::Signer as _;
use p256::{
    ecdsa::signature::hazmat::RandomizedPrehashSigner, elliptic_curve::rand_core::OsRng,
    pkcs8::EncodePublicKey,
};
use pkcs8::PrivateKeyInfo;

use super::RustCrypto;
use crate::{
    crypto::{DigestAlgorithm, KeyType, PrivateKey, Provider, SignatureAlgorithm, ToBeSigned},
    error::{Error, ErrorKind, Result},
    text::rules::key as rules,
};

/// Takes a PKCS#8 key (RFC 5958).
pub(super) fn parse(pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>> {
    // Strict, nothing behind it.
    let info = PrivateKeyInfo::from_der(pkcs8).map_err(|_| malformed())?;
    let secret = match info.algorithm.oid {
        rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                &rules::RSA_NOT_IN_THIS_BUILD,
            ));
        }
        rfc5912::ID_EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters.ok_or_else(malformed)?;
            let curve = curve.decode_as::<ObjectIdentifier>();
            match curve.map_err(|_| malformed())? {
                rfc5912::SECP_256_R_1 => {
                    let key = p256::SecretKey::try_from(info).map_err(|_| malformed())?;
                    Secret::P256(key.into())
                }
                rfc5912::SECP_384_R_1 => {
                    let key = p384::SecretKey::try_from(info).map_err(|_| malformed())?;
                    Secret::P384(key.into())
                }
                other => return Err(unsupported(&other)),
            }
        }
        rfc8410::ID_ED_25519 => Secret::Ed25519(Box::new(
            ed25519_dalek::SigningKey::try_from(info).map_err(|_| malformed())?,
        )),
        other => return Err(unsupported(&other)),
    };
    let spki = match &secret {
        Secret::P256(key) => p256::PublicKey::from(key.verifying_key()).to_public_key_der(),
        Secret::P384(key) => p384::PublicKey::from(key.verifying_key()).to_public_key_der(),
        Secret::Ed25519(key) => key.verifying_key().to_public_key_der(),
    };
    let spki = spki.map_err(|_| malformed())?.as_bytes().into();
    Ok(Box::new(Key { secret, spki }))
}

fn malformed() -> Error {
    Error::new(ErrorKind::Key, &rules::KEY_MALFORMED)
}

fn unsupported(what: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Key, &rules::KEY_TYPE).with(what)
}

/// The provider failed at something that it can do.
fn failed() -> Error {
    Error::new(ErrorKind::Key, &rules::SIGNING_FAILED)
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

struct Key {
    secret: Secret,
    spki: Box<[u8]>,
}

impl Key {
    fn check(&self, algorithm: &SignatureAlgorithm) -> Result<()> {
        if self.supports(algorithm) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Unsupported, &rules::ALGORITHM_UNSUPPORTED).with(algorithm))
    }
}

impl PrivateKey for Key {
    fn key_type(&self) -> KeyType {
        match self.secret {
            Secret::P256(_) => KeyType::EcP256,
            Secret::P384(_) => KeyType::EcP384,
            Secret::Ed25519(_) => KeyType::Ed25519,
        }
    }

    fn bits(&self) -> u32 {
        self.key_type().curve_bits().unwrap_or_default()
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    fn max_signature_len(&self) -> usize {
        // ECDSA: SEQUENCE of two INTEGERs of at most field size + a sign byte (RFC 3279 clause 2.2.3).
        match self.secret {
            Secret::P256(_) => 72,
            Secret::P384(_) => 104,
            Secret::Ed25519(_) => 64,
        }
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        matches!(
            (&self.secret, algorithm),
            (
                Secret::P256(_),
                SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)
            ) | (
                Secret::P384(_),
                SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)
            ) | (Secret::Ed25519(_), SignatureAlgorithm::Ed25519)
        )
    }

    fn make(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        self.check(algorithm)?;
        let digest = match (&self.secret, what) {
            (Secret::Ed25519(key), ToBeSigned::Message(message)) => {
                return Ok(key.sign(message).to_vec());
            }
            (_, ToBeSigned::Message(message)) => RustCrypto
                .digest_of(algorithm.digest(), message)
                .ok_or_else(failed)?,
            (_, ToBeSigned::Digest(digest)) => **digest,
        };
        let bytes = digest.as_bytes();
        if bytes.len() != algorithm.digest().len() {
            return Err(failed());
        }
        match &self.secret {
            Secret::P256(key) => {
                let value: p256::ecdsa::Signature = key
                    .sign_prehash_with_rng(&mut OsRng, bytes)
                    .map_err(|_| failed())?;
                Ok(value.to_der().as_bytes().to_vec())
            }
            Secret::P384(key) => {
                let value: p384::ecdsa::Signature = key
                    .sign_prehash_with_rng(&mut OsRng, bytes)
                    .map_err(|_| failed())?;
                Ok(value.to_der().as_bytes().to_vec())
            }
            // Ed25519 signs messages only (RFC 8032 clause 5.1).
            Secret::Ed25519(_) => Err(Error::new(
                ErrorKind::Unsupported,
                &rules::ALGORITHM_UNSUPPORTED,
            )
            .with(algorithm)),
        }
    }
}
