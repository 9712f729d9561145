//! Extensions (RFC 5280 clause 4.2) of certificates, CRLs and CRL entries.

use super::oid::Oid;
use crate::asn1::{Result, Tag, Tlv};

/// One extension, as it stands in the original bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension<'a> {
    pub(crate) oid: Oid,
    pub(crate) critical: bool,
    /// Content of the OCTET STRING.
    pub(crate) value: &'a [u8],
}

/// The extensions of a SEQUENCE OF; `None` where it is malformed.
pub(crate) fn parse<'a>(
    sequence: &Tlv<'a>,
) -> Option<Vec<(Extension<'a>, std::ops::Range<usize>)>> {
    if sequence.tag != Tag::SEQUENCE {
        return None;
    }
    let mut items = sequence.children();
    let mut extensions = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        extensions.push(one(&item).ok()??);
    }
    Some(extensions)
}

fn one<'a>(item: &Tlv<'a>) -> Result<Option<(Extension<'a>, std::ops::Range<usize>)>> {
    if item.tag != Tag::SEQUENCE {
        return Ok(None);
    }
    let mut fields = item.children();
    let Some(oid) = fields.expect(Tag::OID)?.oid() else {
        return Ok(None);
    };
    // DEFAULT FALSE should not be written, but some do.
    let critical = match fields.optional(Tag::BOOLEAN)? {
        Some(field) => field.boolean(),
        None => Some(false),
    };
    let Some(critical) = critical else {
        return Ok(None);
    };
    let value = fields.next()?;
    fields.finish()?;
    if value.tag != Tag::OCTET_STRING {
        return Ok(None);
    }
    Ok(Some((
        Extension {
            oid,
            critical,
            value: value.content,
        },
        value.content_range(),
    )))
}

/// Bits of a BIT STRING, bit n of the standard as `1 << n`; bits past the 16th are dropped.
pub(crate) fn named_bits(value: &[u8]) -> Option<u16> {
    let tlv = Tlv::parse(value).ok()?;
    let (unused, octets) = tlv.content.split_first()?;
    if tlv.tag != Tag::BIT_STRING || *unused > 7 || *unused > 0 && octets.is_empty() {
        return None;
    }
    let mut bits = 0;
    for (octet, shift) in octets.iter().zip([0_u32, 8]) {
        bits |= u16::from(octet.reverse_bits()).wrapping_shl(shift);
    }
    Some(bits)
}
