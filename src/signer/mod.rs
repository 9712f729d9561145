//! Keys that sign: PKCS#12 and PEM files and PKCS#11 tokens behind one trait.

mod assemble;
mod decrypt;
mod local;
mod mac;
mod pem;
#[cfg(feature = "pkcs11")]
pub(crate) mod pkcs11;
mod pkcs12;
mod secret;

use std::{
    fmt::{self, Debug},
    sync::Arc,
};

#[cfg(feature = "pkcs11")]
pub(crate) use pem::certificates as read_certificates;
pub use secret::{Secret, SecretSource};

pub(crate) use crate::crypto::ToBeSigned;

use crate::{
    crypto::{KeyType, SignatureAlgorithm},
    error::Result,
    limits::{MAX_LISTED_NAMES, MAX_NAME_CHARACTERS},
    x509::Certificate,
};

/// A private key with its certificate, wherever the key lives.
pub(crate) trait Signer: Send + Sync + Debug {
    /// The certificate of the key.
    fn certificate(&self) -> &Arc<Certificate>;
    /// Its issuers as far as they came with the key, the nearest one first; without the root.
    fn chain(&self) -> &[Arc<Certificate>];
    fn key_type(&self) -> KeyType;
    /// Bits of the modulus or of the curve's field.
    fn key_bits(&self) -> u32;
    /// Whether the key can sign with the algorithm. Does not use the key.
    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool;
    /// Most bytes that a signature can have. Does not use the key.
    fn signature_len(&self, algorithm: &SignatureAlgorithm) -> usize;
    /// Signs each item, in order; one outcome for each. A wrong PIN is never tried again by itself.
    fn sign(&self, algorithm: &SignatureAlgorithm, what: &[ToBeSigned<'_>])
    -> Vec<Result<Vec<u8>>>;
}

/// A key that signs, with its certificate. Cheap to clone; may be used by several threads.
///
/// The private key is never shown, and its memory is wiped after the last use.
#[derive(Clone)]
pub struct Key(Arc<dyn Signer>);

impl Key {
    /// Takes the key, its certificate and the issuers out of a PKCS#12 file (`.p12`, `.pfx`).
    ///
    /// # Errors
    /// Of kind `Pin` when the password is wrong; of kind `Key` when the file is no PKCS#12, holds no key or more than
    /// one, or no certificate fits the key; of kind `Unsupported` when its encryption is not supported.
    pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<Self> {
        Self::from_pkcs12_alias(bytes, password, None)
    }

    /// The same for a file with several keys: takes the one with this alias (friendlyName).
    ///
    /// # Errors
    /// As [`from_pkcs12`](Self::from_pkcs12); of kind `Key`, too, when no key has the alias. The error names the
    /// aliases that there are.
    pub fn from_pkcs12_alias(bytes: &[u8], password: &str, alias: Option<&str>) -> Result<Self> {
        let signer = pkcs12::read(bytes, password, alias)?;
        Ok(Self(Arc::new(signer)))
    }

    /// Takes a private key (PKCS#8 plain or encrypted, PKCS#1, SEC 1), its certificate and the issuers from PEM or
    /// DER. `certificate` may hold issuers as well.
    ///
    /// # Errors
    /// Of kind `Pin` when a password is needed and missing, or wrong; of kind `Key` when something cannot be read, or
    /// no certificate fits the key; of kind `Unsupported` when the encryption of the key is not supported.
    pub fn from_pem(
        key: &[u8],
        certificate: &[u8],
        chain: Option<&[u8]>,
        password: Option<&str>,
    ) -> Result<Self> {
        let signer = pem::read(key, certificate, chain, password)?;
        Ok(Self(Arc::new(signer)))
    }

    /// Takes what signs as it is.
    #[cfg(any(test, feature = "pkcs11"))]
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Self {
        Self(signer)
    }

    /// What signs.
    pub(crate) fn signer(&self) -> &Arc<dyn Signer> {
        &self.0
    }
}

impl Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", self.0)
    }
}

/// Names as an error lists them. They come out of files and tokens of strangers: few, short, and nothing that a terminal obeys.
fn listed(names: impl Iterator<Item = String>) -> String {
    let mut names = names.map(|name| shown(&name));
    let mut list: Vec<String> = names.by_ref().take(MAX_LISTED_NAMES).collect();
    if names.next().is_some() {
        list.push("…".to_owned());
    }
    if list.is_empty() {
        list.push("-".to_owned());
    }
    list.join(", ")
}

/// A name with nothing in it that a terminal obeys.
fn shown(name: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    name.chars()
        .take(MAX_NAME_CHARACTERS)
        .map(visible)
        .collect()
}

#[cfg(test)]
#[cfg(feature = "demo")]
mod tests;
