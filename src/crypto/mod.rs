//! Digests and public-key operations behind one trait, and the sweep that digests a file for all signatures at once.

mod algorithm;
#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(all(fuzzing, feature = "fuzzing"))]
mod believer;
#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod key_info;
// Beside aws-lc it is built for the tests alone, which hold the two against each other.
#[cfg(all(feature = "rust-crypto", any(test, not(feature = "aws-lc"))))]
mod rust;
pub(crate) mod sweep;

use std::{fmt, sync::Arc};

pub(crate) use algorithm::{DigestAlgorithm, KeyType, SignatureAlgorithm};
/// What the tests of other modules take.
#[cfg(all(test, feature = "aws-lc"))]
pub(crate) use aws_lc::AwsLc as TestProvider;
#[cfg(all(fuzzing, feature = "fuzzing"))]
pub(crate) use believer::Believer;
#[cfg(all(test, feature = "rust-crypto", not(feature = "aws-lc")))]
pub(crate) use rust::RustCrypto as TestProvider;

use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
};

/// A digest value: at most 64 bytes, on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest {
    bytes: [u8; 64],
    length: u8,
}

impl Digest {
    /// Takes at most 64 bytes; the rest is dropped.
    pub(crate) fn new(value: &[u8]) -> Self {
        let mut bytes = [0; 64];
        let mut length = 0;
        for (to, from) in bytes.iter_mut().zip(value) {
            *to = *from;
            length += 1;
        }
        Self { bytes, length }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A running digest.
pub(crate) trait DigestState: Send {
    fn update(&mut self, bytes: &[u8]);
    /// The same state once more: what makes one sweep serve all signatures.
    fn fork(&self) -> Box<dyn DigestState>;
    fn finish(self: Box<Self>) -> Digest;
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    all(fuzzing, feature = "fuzzing"),
    expect(dead_code, reason = "the provider of fuzz targets does not look")
)]
pub(crate) enum ToBeSigned<'a> {
    /// Bytes, digested by the signer.
    Message(&'a [u8]),
    /// Their digest, made with the digest algorithm of the signature algorithm.
    Digest(&'a Digest),
}

/// Why a signature value was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// It is wrong.
    Invalid,
    /// The provider does not offer the algorithm, or not with these parameters or this key.
    Unsupported,
}

/// A parsed public key. Parse once, use often: parsing costs more than checking.
pub(crate) trait PublicKey: Send + Sync + fmt::Debug {
    fn key_type(&self) -> KeyType;
    /// Bits of the modulus or of the curve's field.
    fn bits(&self) -> u32;
    /// Checks a signature. ECDSA values are DER (RFC 3279).
    fn check(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &ToBeSigned<'_>,
        signature: &[u8],
    ) -> std::result::Result<(), VerifyError>;
    /// Checks a signature over a message.
    fn verify(
        &self,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), VerifyError> {
        self.check(algorithm, &ToBeSigned::Message(message), signature)
    }
    /// Checks a signature over a digest of the message, made with the digest algorithm of `algorithm`.
    fn verify_digest(
        &self,
        algorithm: &SignatureAlgorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> std::result::Result<(), VerifyError> {
        self.check(algorithm, &ToBeSigned::Digest(digest), signature)
    }
}

/// A private key in memory. Its bytes are wiped when it is dropped.
pub(crate) trait PrivateKey: Send + Sync {
    fn key_type(&self) -> KeyType;
    fn bits(&self) -> u32;
    /// DER of the SubjectPublicKeyInfo that belongs to the key.
    fn public_key_spki(&self) -> &[u8];
    /// Most bytes that a signature can have.
    fn max_signature_len(&self) -> usize;
    /// Whether the key can sign with the algorithm.
    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool;
    /// Makes a signature.
    ///
    /// # Errors
    /// Of kind `Unsupported` where the key does not support the algorithm, `Key` where signing fails.
    fn make(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>>;
    /// Signs a message.
    #[cfg(test)]
    fn sign(&self, algorithm: &SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        self.make(algorithm, &ToBeSigned::Message(message))
    }
    /// Signs a digest.
    #[cfg(test)]
    fn sign_digest(&self, algorithm: &SignatureAlgorithm, digest: &Digest) -> Result<Vec<u8>> {
        self.make(algorithm, &ToBeSigned::Digest(digest))
    }
}

/// A cryptographic library.
pub(crate) trait Provider: Send + Sync + fmt::Debug {
    /// A new digest; `None` where the provider does not offer the algorithm.
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>>;
    /// Parses a DER SubjectPublicKeyInfo; `None` where the key is malformed or of a type that is not offered.
    fn public_key(&self, spki: &[u8]) -> Option<Arc<dyn PublicKey>>;
    /// Takes a PKCS#8 private key in DER.
    ///
    /// # Errors
    /// Of kind `Key` when it is malformed or of a type that is not offered.
    fn private_key(&self, pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>>;
    /// Fills a slice with random bytes that nobody can foretell.
    ///
    /// # Errors
    /// Of kind `Unsupported` where the system gives none.
    fn random(&self, bytes: &mut [u8]) -> Result<()>;

    /// The digest of bytes in memory.
    fn digest_of(&self, algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Digest> {
        let mut state = self.digest(algorithm)?;
        state.update(bytes);
        Some(state.finish())
    }
}

/// The provider that this build has; of two, aws-lc, which is faster and signs with RSA keys.
///
/// # Errors
/// Of kind `Unsupported` when it was built without one.
pub(crate) fn default_provider() -> Result<&'static dyn Provider> {
    #[cfg(feature = "aws-lc")]
    const PROVIDER: Option<&dyn Provider> = Some(&aws_lc::AwsLc);
    #[cfg(all(feature = "rust-crypto", not(feature = "aws-lc")))]
    const PROVIDER: Option<&dyn Provider> = Some(&rust::RustCrypto);
    #[cfg(not(any(feature = "aws-lc", feature = "rust-crypto")))]
    const PROVIDER: Option<&dyn Provider> = None;

    #[cfg(all(fuzzing, feature = "fuzzing"))]
    let provider = PROVIDER.or(Some(&Believer::Digesting));
    #[cfg(not(all(fuzzing, feature = "fuzzing")))]
    let provider = PROVIDER;
    provider.ok_or_else(|| Error::new(ErrorKind::Unsupported, &rules::key::NO_PROVIDER))
}

#[cfg(test)]
#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
pub(crate) mod tests;
