//! The second provider: RustCrypto, without C and assembler.
//!
//! Offers what the default one does, but P-521 and signing with RSA: `rsa` 0.9 does not compute with private keys in
//! constant time (RUSTSEC-2023-0071).

mod private_key;
mod public_key;

use std::sync::Arc;

use p256::elliptic_curve::rand_core::{OsRng, RngCore};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{Digest, DigestAlgorithm, DigestState, PrivateKey, Provider, PublicKey};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
};

/// RustCrypto.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RustCrypto;

impl Provider for RustCrypto {
    /// MD5 is not there: nothing signed with it can be believed.
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>> {
        Some(match algorithm {
            DigestAlgorithm::Md5 => return None,
            DigestAlgorithm::Sha1 => Box::<State<Sha1>>::default(),
            DigestAlgorithm::Sha224 => Box::<State<Sha224>>::default(),
            DigestAlgorithm::Sha256 => Box::<State<Sha256>>::default(),
            DigestAlgorithm::Sha384 => Box::<State<Sha384>>::default(),
            DigestAlgorithm::Sha512 => Box::<State<Sha512>>::default(),
        })
    }

    fn public_key(&self, spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
        public_key::parse(spki)
    }

    fn private_key(&self, pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>> {
        private_key::parse(pkcs8)
    }

    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        OsRng
            .try_fill_bytes(bytes)
            .map_err(|_| Error::new(ErrorKind::Unsupported, &rules::key::NO_RANDOM))
    }
}

#[derive(Clone, Default)]
struct State<D>(D);

impl<D: sha2::Digest + Clone + Send + 'static> DigestState for State<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn fork(&self) -> Box<dyn DigestState> {
        Box::new(self.clone())
    }

    fn finish(self: Box<Self>) -> Digest {
        Digest::new(&self.0.finalize())
    }
}
