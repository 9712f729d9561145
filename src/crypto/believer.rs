//! A provider that believes: what stands behind a signature is reached without a key.

use std::{fmt, sync::Arc};

use const_oid::{
    ObjectIdentifier,
    db::{rfc5912, rfc8410},
};
use der::{
    Decode, Reader,
    asn1::{AnyRef, UintRef},
};
use sha2::Digest as _;
use spki::SubjectPublicKeyInfoRef;

use crate::{
    crypto::{
        Digest, DigestAlgorithm, DigestState, KeyType, PrivateKey, Provider, PublicKey,
        SignatureAlgorithm, ToBeSigned, VerifyError,
    },
    error::Result,
};

/// The public key of its private keys, as a SubjectPublicKeyInfo: the one that `fuzzing::CERTIFICATE` holds.
const SPKI: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x0F, 0x5F, 0x1B, 0x29, 0xF8,
    0xF6, 0xA8, 0x96, 0x5D, 0xB2, 0x8A, 0x65, 0xDE, 0x77, 0x00, 0xEA, 0x29, 0x0F, 0xDB, 0x5E, 0x05,
    0xCC, 0x7B, 0xD5, 0x1C, 0x46, 0x16, 0x3A, 0xAF, 0x27, 0x6C, 0xCD, 0x55, 0x97, 0x7F, 0xF3, 0x29,
    0xB5, 0x9A, 0xC8, 0x81, 0xF0, 0x2B, 0x29, 0x62, 0xC1, 0x37, 0xAA, 0x17, 0xFE, 0x2C, 0xD6, 0x2D,
    0xEA, 0xD8, 0x19, 0xEB, 0xAB, 0x0B, 0xA6, 0x3C, 0xAC, 0x7A, 0x18,
];

/// Signatures hold unless they end in `x7`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Believer {
    /// Digests are true.
    Digesting,
    /// What is digested in pieces, as documents are, has a digest of zeros, whatever it holds. Digests of bytes in
    /// memory are true, so that certificates stay apart and name each other.
    Zeros,
}

impl Provider for Believer {
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>> {
        let collected = match self {
            Self::Digesting => Some(Vec::new()),
            Self::Zeros => None,
        };
        (algorithm != DigestAlgorithm::Md5).then(|| {
            Box::new(State {
                algorithm,
                collected,
            }) as _
        })
    }

    fn digest_of(&self, algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Digest> {
        Some(match algorithm {
            DigestAlgorithm::Md5 => return None,
            DigestAlgorithm::Sha1 => Digest::new(&sha1::Sha1::digest(bytes)),
            DigestAlgorithm::Sha224 => Digest::new(&sha2::Sha224::digest(bytes)),
            DigestAlgorithm::Sha256 => Digest::new(&sha2::Sha256::digest(bytes)),
            DigestAlgorithm::Sha384 => Digest::new(&sha2::Sha384::digest(bytes)),
            DigestAlgorithm::Sha512 => Digest::new(&sha2::Sha512::digest(bytes)),
        })
    }

    fn public_key(&self, spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
        let (key_type, bits) = kind(spki)?;
        Some(Arc::new(Key {
            key_type,
            bits,
            spki: spki.into(),
        }))
    }

    /// Always the same, so that a run can be repeated.
    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        bytes.fill(0x42);
        Ok(())
    }

    /// Any key in PKCS#8 is taken, with the public key of `SPKI`.
    fn private_key(&self, _: &[u8]) -> Result<Box<dyn PrivateKey>> {
        Ok(Box::new(Key {
            key_type: KeyType::EcP256,
            bits: 256,
            spki: SPKI.into(),
        }))
    }
}

fn kind(spki: &[u8]) -> Option<(KeyType, u32)> {
    let info = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
    let key_type = match info.algorithm.oid {
        rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => {
            let key = info.subject_public_key.as_bytes()?;
            let octets = AnyRef::from_der(key).ok()?.sequence(|fields| {
                let modulus = fields.decode::<UintRef<'_>>()?;
                fields.decode::<UintRef<'_>>()?;
                Ok(modulus.as_bytes().len())
            });
            let bits = u32::try_from(octets.ok()?).ok()?.checked_mul(8)?;
            return Some((KeyType::Rsa, bits));
        }
        rfc5912::ID_EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters?;
            match curve.decode_as::<ObjectIdentifier>().ok()? {
                rfc5912::SECP_256_R_1 => KeyType::EcP256,
                rfc5912::SECP_384_R_1 => KeyType::EcP384,
                rfc5912::SECP_521_R_1 => KeyType::EcP521,
                _ => return None,
            }
        }
        rfc8410::ID_ED_25519 => KeyType::Ed25519,
        _ => return None,
    };
    Some((key_type, key_type.curve_bits()?))
}

#[derive(Clone)]
struct State {
    algorithm: DigestAlgorithm,
    /// All bytes so far; `None` where the digest is zeros.
    collected: Option<Vec<u8>>,
}

impl DigestState for State {
    fn update(&mut self, bytes: &[u8]) {
        if let Some(collected) = &mut self.collected {
            collected.extend_from_slice(bytes);
        }
    }

    fn fork(&self) -> Box<dyn DigestState> {
        Box::new(self.clone())
    }

    fn finish(self: Box<Self>) -> Digest {
        let digest = self
            .collected
            .and_then(|bytes| Believer::Digesting.digest_of(self.algorithm, &bytes));
        digest.unwrap_or_else(|| Digest::new(&[0; 64][..self.algorithm.len()]))
    }
}

struct Key {
    key_type: KeyType,
    bits: u32,
    spki: Box<[u8]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}-{}", self.key_type, self.bits)
    }
}

impl Key {
    fn believes(
        &self,
        algorithm: &SignatureAlgorithm,
        signature: &[u8],
    ) -> std::result::Result<(), VerifyError> {
        let fits = match algorithm {
            SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss { .. } => {
                self.key_type == KeyType::Rsa
            }
            SignatureAlgorithm::Ecdsa(_) => matches!(
                self.key_type,
                KeyType::EcP256 | KeyType::EcP384 | KeyType::EcP521
            ),
            SignatureAlgorithm::Ed25519 => self.key_type == KeyType::Ed25519,
        };
        if !fits || algorithm.digest() == DigestAlgorithm::Md5 {
            return Err(VerifyError::Unsupported);
        }
        match signature.last() {
            Some(last) if last & 0x0F != 7 => Ok(()),
            _ => Err(VerifyError::Invalid),
        }
    }
}

impl PublicKey for Key {
    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn bits(&self) -> u32 {
        self.bits
    }

    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        _: &ToBeSigned<'_>,
        signature: &[u8],
    ) -> std::result::Result<(), VerifyError> {
        self.believes(algorithm, signature)
    }
}

impl PrivateKey for Key {
    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn bits(&self) -> u32 {
        self.bits
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    fn max_signature_len(&self) -> usize {
        72
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        matches!(algorithm, SignatureAlgorithm::Ecdsa(_))
    }

    fn make(&self, _: &SignatureAlgorithm, _: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        Ok(vec![0x5A; 70])
    }
}
