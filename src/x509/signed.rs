//! SIGNED{…} (RFC 5280 clauses 4.1 and 5.1): what certificates and CRLs have around them.

use super::AlgorithmIdentifier;
use crate::{
    asn1::{Tag, Tlv},
    crypto::SignatureAlgorithm,
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
