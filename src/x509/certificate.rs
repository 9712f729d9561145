use std::sync::Arc;

use crate::crypto::{Provider, PublicKey, SignatureAlgorithm};
use crate::time::Time;

/// A certificate (RFC 5280 clause 4.1): its DER, what was parsed out of it, and its parsed key.
///
/// Identity is the SHA-256 of the DER. Signed bytes are kept and never encoded again.
#[derive(Debug)]
pub(crate) struct Certificate {
    // Filled in by the owner of this module; keep the accessors.
    pub(crate) sha256: [u8; 32],
}

#[expect(unused_variables, clippy::unused_self, reason = "contract; bodies follow")]
impl Certificate {
    /// Parses DER (or BER, whose original bytes are kept). `None` where it is no certificate.
    /// The key is parsed by the provider; a key that it does not know leaves `public_key()` empty.
    pub(crate) fn parse(der: &[u8], provider: &dyn Provider) -> Option<Arc<Self>> { todo!() }
    /// The original bytes.
    pub(crate) fn der(&self) -> &[u8] { todo!() }
    /// SHA-256 of the original bytes.
    pub(crate) fn sha256(&self) -> &[u8; 32] { &self.sha256 }
    /// The signed part, TBSCertificate with its header, as it stands in the original bytes.
    pub(crate) fn tbs(&self) -> &[u8] { todo!() }
    /// The issuer's signature and its algorithm; `None` for algorithms that are not known.
    pub(crate) fn signature(&self) -> (&[u8], Option<SignatureAlgorithm>) { todo!() }
    /// Serial number: content bytes of the INTEGER.
    pub(crate) fn serial(&self) -> &[u8] { todo!() }
    /// Subject: DER of the Name.
    pub(crate) fn subject(&self) -> &[u8] { todo!() }
    /// Issuer: DER of the Name.
    pub(crate) fn issuer(&self) -> &[u8] { todo!() }
    /// The subject by RFC 4514.
    pub(crate) fn subject_text(&self) -> String { todo!() }
    /// The issuer by RFC 4514.
    pub(crate) fn issuer_text(&self) -> String { todo!() }
    /// The last commonName of the subject.
    pub(crate) fn common_name(&self) -> Option<String> { todo!() }
    /// Start of validity.
    pub(crate) fn not_before(&self) -> Time { todo!() }
    /// End of validity.
    pub(crate) fn not_after(&self) -> Time { todo!() }
    /// DER of the SubjectPublicKeyInfo.
    pub(crate) fn spki(&self) -> &[u8] { todo!() }
    /// The parsed key.
    pub(crate) fn public_key(&self) -> Option<&Arc<dyn PublicKey>> { todo!() }
    /// subjectKeyIdentifier.
    pub(crate) fn subject_key_id(&self) -> Option<&[u8]> { todo!() }
    /// keyIdentifier of authorityKeyIdentifier.
    pub(crate) fn authority_key_id(&self) -> Option<&[u8]> { todo!() }
    /// Bits of keyUsage, bit n of the standard is `1 << n`; `None` where absent.
    pub(crate) fn key_usage(&self) -> Option<u16> { todo!() }
    /// basicConstraints: (cA, pathLenConstraint); `None` where absent.
    pub(crate) fn basic_constraints(&self) -> Option<(bool, Option<u32>)> { todo!() }
    /// OIDs (dotted) of critical extensions that kyso does not process.
    pub(crate) fn unknown_critical_extensions(&self) -> Vec<String> { todo!() }
    /// Version: 1, 2 or 3.
    pub(crate) fn version(&self) -> u8 { todo!() }
}
