//! certificatePolicies, policyMappings, policyConstraints and inhibitAnyPolicy (RFC 5280 clauses 4.2.1.4, .5, .11 and .14).

use std::fmt;

use super::oid;
use crate::asn1::{self, Tag, Tlv};

/// The identifier of a certificate policy: content octets, of any length.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PolicyId(Box<[u8]>);

/// anyPolicy (clause 4.2.1.4).
const ANY: &[u8] = &[0x55, 0x1D, 0x20, 0x00];

impl PolicyId {
    fn of(tlv: &Tlv<'_>) -> Option<Self> {
        // Two writings of one identifier would be two policies.
        let minimal = is_minimal(tlv.content);
        (tlv.tag == Tag::OID && minimal).then(|| Self(tlv.content.into()))
    }

    /// From dotted text.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Some(Self(asn1::undotted(text)?.into()))
    }

    /// anyPolicy.
    pub(crate) fn any() -> Self {
        Self(ANY.into())
    }

    pub(crate) fn is_any(&self) -> bool {
        *self.0 == *ANY
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&asn1::dotted(&self.0))
    }
}

impl fmt::Debug for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Arcs without leading zeros, the last of them complete (X.690 clause 8.19.2).
fn is_minimal(content: &[u8]) -> bool {
    let mut start = true;
    for octet in content {
        if start && *octet == 0x80 {
            return false;
        }
        start = octet & 0x80 == 0;
    }
    start && !content.is_empty()
}

/// What a certificate says about policies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies {
    /// certificatePolicies; `None` where absent.
    pub(crate) policies: Option<Vec<PolicyId>>,
    /// (issuerDomainPolicy, subjectDomainPolicy).
    pub(crate) mappings: Vec<(PolicyId, PolicyId)>,
    /// SkipCerts of requireExplicitPolicy.
    pub(crate) require_explicit: Option<u32>,
    /// SkipCerts of inhibitPolicyMapping.
    pub(crate) inhibit_mapping: Option<u32>,
    /// SkipCerts of inhibitAnyPolicy.
    pub(crate) inhibit_any: Option<u32>,
}

/// PolicyInformation, one or more; each policy once. Where the extension is critical, only the two known qualifiers are
/// accepted (clause 4.2.1.4).
pub(super) fn policies(value: &[u8], critical: bool) -> Option<Vec<PolicyId>> {
    let sequence = sequence(value)?;
    let mut items = sequence.children();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        if item.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = item.children();
        found.push(PolicyId::of(&fields.next().ok()?)?);
        if let Some(qualifiers) = fields.optional(Tag::SEQUENCE).ok()? {
            let mut each = qualifiers.children();
            while let Some(qualifier) = each.try_next().ok()? {
                let kind = qualifier.children().expect(Tag::OID).ok()?;
                if critical && !matches!(kind.oid(), Some(oid::CPS | oid::USER_NOTICE)) {
                    return None;
                }
            }
        }
        fields.finish().ok()?;
    }
    let mut sorted: Vec<_> = found.iter().collect();
    sorted.sort_unstable();
    let once = sorted.windows(2).all(|pair| pair.first() != pair.last());
    (once && !found.is_empty()).then_some(found)
}

/// Pairs of policies, one or more.
pub(super) fn mappings(value: &[u8]) -> Option<Vec<(PolicyId, PolicyId)>> {
    let sequence = sequence(value)?;
    let mut items = sequence.children();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        let mut fields = item.children();
        let issuer = PolicyId::of(&fields.next().ok()?)?;
        let subject = PolicyId::of(&fields.next().ok()?)?;
        fields.finish().ok()?;
        found.push((issuer, subject));
    }
    (!found.is_empty()).then_some(found)
}

/// (requireExplicitPolicy, inhibitPolicyMapping), one of which must be there.
pub(super) fn constraints(value: &[u8]) -> Option<(Option<u32>, Option<u32>)> {
    let sequence = sequence(value)?;
    let mut fields = sequence.children();
    let explicit = match fields.optional(Tag::context(0)).ok()? {
        Some(field) => Some(skip(&field)?),
        None => None,
    };
    let mapping = match fields.optional(Tag::context(1)).ok()? {
        Some(field) => Some(skip(&field)?),
        None => None,
    };
    fields.finish().ok()?;
    (explicit.is_some() || mapping.is_some()).then_some((explicit, mapping))
}

/// The value of inhibitAnyPolicy.
pub(super) fn inhibit_any(value: &[u8]) -> Option<u32> {
    let tlv = Tlv::parse(value).ok()?;
    (tlv.tag == Tag::INTEGER).then(|| skip(&tlv))?
}

/// SkipCerts: a number that is not negative; what is beyond 32 bits is beyond every path.
fn skip(tlv: &Tlv<'_>) -> Option<u32> {
    let first = tlv.content.first()?;
    if tlv.tag.constructed || first & 0x80 != 0 {
        return None;
    }
    Some(tlv.content.iter().fold(0_u32, |number, octet| {
        number
            .checked_mul(256)
            .map_or(u32::MAX, |high| high.saturating_add(u32::from(*octet)))
    }))
}

fn sequence(value: &[u8]) -> Option<Tlv<'_>> {
    Tlv::parse(value)
        .ok()
        .filter(|tlv| tlv.tag == Tag::SEQUENCE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_policy_stands_once_and_has_one_writing() {
        let one: &[u8] = b"\x30\x06\x30\x04\x06\x02\x2A\x03";
        assert_eq!(policies(one, true).unwrap()[0].to_string(), "1.2.3");
        let twice = b"\x30\x0C\x30\x04\x06\x02\x2A\x03\x30\x04\x06\x02\x2A\x03";
        assert_eq!(policies(twice, false), None);
        assert_eq!(
            policies(b"\x30\x07\x30\x05\x06\x03\x2A\x80\x03", false),
            None
        );
        assert_eq!(policies(b"\x30\0", false), None);
        // A qualifier that nobody knows: fine unless the extension is critical.
        let odd = b"\x30\x0C\x30\x0A\x06\x02\x2A\x03\x30\x04\x30\x02\x06\x00";
        assert!(policies(odd, false).is_some() && policies(odd, true).is_none());
        assert!(PolicyId::from_text("2.5.29.32.0").unwrap().is_any());
    }

    #[test]
    fn numbers_to_skip_saturate_and_are_never_negative() {
        assert_eq!(inhibit_any(b"\x02\x01\x05"), Some(5));
        assert_eq!(inhibit_any(b"\x02\x05\x01\x00\x00\x00\x00"), Some(u32::MAX));
        assert_eq!(inhibit_any(b"\x02\x01\xFF"), None);
        assert_eq!(constraints(b"\x30\x03\x80\x01\x02"), Some((Some(2), None)));
        assert_eq!(
            constraints(b"\x30\x06\x80\x01\x02\x81\x01\x00"),
            Some((Some(2), Some(0)))
        );
        assert_eq!(constraints(b"\x30\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), critical: bool) {
            let _ = (policies(&bytes, critical), mappings(&bytes), constraints(&bytes), inhibit_any(&bytes));
        }

        #[test]
        fn damaged_policies_are_read_or_refused(at in 0..14_usize, octet: u8) {
            let mut bytes = b"\x30\x0C\x30\x0A\x06\x02\x2A\x03\x30\x04\x30\x02\x06\x00".to_vec();
            bytes[at] = octet;
            let _ = (policies(&bytes, true), mappings(&bytes));
        }
    }
}
