//! The default provider: aws-lc-rs.

mod private_key;
mod public_key;

use std::sync::Arc;

use aws_lc_rs::digest;

use super::{Digest, DigestAlgorithm, DigestState, PrivateKey, Provider, PublicKey};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
};

/// aws-lc-rs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AwsLc;

impl Provider for AwsLc {
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>> {
        Some(Box::new(State(digest::Context::new(algorithm_of(
            algorithm,
        )?))))
    }

    fn digest_of(&self, algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Digest> {
        Some(Digest::new(
            digest::digest(algorithm_of(algorithm)?, bytes).as_ref(),
        ))
    }

    fn public_key(&self, spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
        public_key::parse(spki)
    }

    fn private_key(&self, pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>> {
        private_key::parse(pkcs8)
    }

    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        aws_lc_rs::rand::fill(bytes)
            .map_err(|_| Error::new(ErrorKind::Unsupported, &rules::key::NO_RANDOM))
    }
}

/// MD5 is not there: nothing signed with it can be believed.
fn algorithm_of(algorithm: DigestAlgorithm) -> Option<&'static digest::Algorithm> {
    match algorithm {
        DigestAlgorithm::Md5 => None,
        DigestAlgorithm::Sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        DigestAlgorithm::Sha224 => Some(&digest::SHA224),
        DigestAlgorithm::Sha256 => Some(&digest::SHA256),
        DigestAlgorithm::Sha384 => Some(&digest::SHA384),
        DigestAlgorithm::Sha512 => Some(&digest::SHA512),
    }
}

/// A digest value as aws-lc-rs takes it; `None` where its length does not fit the algorithm.
fn import(algorithm: DigestAlgorithm, digest: &Digest) -> Option<digest::Digest> {
    digest::Digest::import_less_safe(digest.as_bytes(), algorithm_of(algorithm)?).ok()
}

struct State(digest::Context);

impl DigestState for State {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn fork(&self) -> Box<dyn DigestState> {
        Box::new(Self(self.0.clone()))
    }

    fn finish(self: Box<Self>) -> Digest {
        Digest::new(self.0.finish().as_ref())
    }
}
