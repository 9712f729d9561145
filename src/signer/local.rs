//! A key in memory.

use std::{fmt, sync::Arc};

use super::{Signer, ToBeSigned};
use crate::{
    crypto::{KeyType, PrivateKey, SignatureAlgorithm},
    error::Result,
    x509::Certificate,
};

pub(super) struct LocalSigner {
    pub(super) key: Box<dyn PrivateKey>,
    pub(super) certificate: Arc<Certificate>,
    pub(super) chain: Vec<Arc<Certificate>>,
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}-{} of {}",
            self.key.key_type(),
            self.key.bits(),
            self.certificate.subject_text()
        )
    }
}

impl Signer for LocalSigner {
    fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }

    fn chain(&self) -> &[Arc<Certificate>] {
        &self.chain
    }

    fn key_type(&self) -> KeyType {
        self.key.key_type()
    }

    fn key_bits(&self) -> u32 {
        self.key.bits()
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        self.key.supports(algorithm)
    }

    fn signature_len(&self, _: &SignatureAlgorithm) -> usize {
        self.key.max_signature_len()
    }

    fn sign(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &[ToBeSigned<'_>],
    ) -> Vec<Result<Vec<u8>>> {
        what.iter()
            .map(|one| self.key.make(algorithm, one))
            .collect()
    }
}
