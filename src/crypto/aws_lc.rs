//! The default provider: aws-lc-rs.

use std::sync::Arc;

use super::{DigestAlgorithm, DigestState, PrivateKey, Provider, PublicKey};
use crate::error::Result;

/// aws-lc-rs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AwsLc;

impl Provider for AwsLc {
    fn digest(&self, _algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>> {
        todo!()
    }
    fn public_key(&self, _spki: &[u8]) -> Option<Arc<dyn PublicKey>> {
        todo!()
    }
    fn private_key(&self, _pkcs8: &[u8]) -> Result<Box<dyn PrivateKey>> {
        todo!()
    }
}
