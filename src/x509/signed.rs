//! SIGNED{…} (RFC 5280 clauses 4.1 and 5.1): what certificates and CRLs have around them.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use super::{AlgorithmIdentifier, Certificate};
use crate::{
    asn1::{Tag, Tlv},
    crypto::{SignatureAlgorithm, VerifyError},
};

/// The signed part, the algorithm and the signature.
pub(super) struct Signed<'a> {
    pub(super) tbs: Tlv<'a>,
    algorithm: Tlv<'a>,
    pub(super) signature: Tlv<'a>,
}

impl<'a> Signed<'a> {
    /// Splits; `None` where the bytes are something else, or more follow.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let outer = Tlv::parse(bytes).ok()?;
        if outer.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = outer.children();
        let signed = Self {
            tbs: fields.expect(Tag::SEQUENCE).ok()?,
            algorithm: fields.expect(Tag::SEQUENCE).ok()?,
            signature: fields.expect(Tag::BIT_STRING).ok()?,
        };
        fields.finish().ok()?;
        Some(signed)
    }

    /// The algorithm. The one inside the signed part must agree (clauses 4.1.1.2 and 5.1.1.2), else it is none that is known.
    pub(super) fn algorithm(&self, inside: &Tlv<'_>) -> Option<SignatureAlgorithm> {
        if self.algorithm.content != inside.content {
            return None;
        }
        AlgorithmIdentifier::parse(&self.algorithm).and_then(|algorithm| algorithm.signature(None))
    }
}

/// What tells a signed object from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// A certificate, by SHA-256 of all of its bytes, the signature included.
    Certificate([u8; 32]),
    /// A CRL or an OCSP response, by a number that no other parsed object of this process has.
    Number(u64),
}

impl Identity {
    /// That of an object which has just been parsed.
    pub(super) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self::Number(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

/// A parsed object as its issuer signed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedObject<'a> {
    pub(crate) identity: Identity,
    pub(crate) tbs: &'a [u8],
    /// `None` where it is not known.
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    pub(crate) signature: &'a [u8],
    pub(super) signer: &'a Signer,
}

impl SignedObject<'_> {
    /// Checks the signature with the key of `issuer`.
    pub(crate) fn verify(&self, issuer: &Certificate) -> Result<(), VerifyError> {
        match (issuer.public_key(), self.algorithm) {
            (Some(key), Some(algorithm)) => key.verify(&algorithm, self.tbs, self.signature),
            _ => Err(VerifyError::Unsupported),
        }
    }

    /// Whether the key of `issuer` is known to have made the signature.
    pub(crate) fn is_known_from(&self, issuer: &Certificate) -> bool {
        self.signer.0.get() == Some(issuer.sha256())
    }

    /// Keeps that it did. Of several that did, the first is kept.
    pub(crate) fn know(&self, issuer: &Certificate) {
        self.signer.0.get_or_init(|| *issuer.sha256());
    }
}

/// The certificate, by SHA-256, that a signature was found to be right with. Both are fixed bytes, so that stays true as long as the
/// object lives. It stands with the object, where any number of threads read it without holding each other up.
#[derive(Debug, Default)]
pub(super) struct Signer(OnceLock<[u8; 32]>);
