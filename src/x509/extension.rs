//! Extensions (RFC 5280 clause 4.2) of certificates, CRLs and CRL entries.

use std::ops::Range;

use super::oid::Oid;
use crate::asn1::{Result, Tag, Tlv};

/// One extension, as it stands in the original bytes.
#[derive(Clone, Debug)]
pub(super) struct Extension<'a> {
    /// `None` where the identifier is longer, or its numbers larger, than any that is known.
    pub(super) oid: Option<Oid>,
    /// Its content octets.
    pub(super) id: &'a [u8],
    pub(super) critical: bool,
    /// Content of the OCTET STRING.
    pub(super) value: &'a [u8],
    /// Where that stands.
    pub(super) range: Range<usize>,
}

/// Hands out the extensions of a SEQUENCE OF, one after the other; `None` where it is malformed.
pub(super) fn each<'a>(sequence: &Tlv<'a>, mut take: impl FnMut(Extension<'a>)) -> Option<()> {
    if sequence.tag != Tag::SEQUENCE {
        return None;
    }
    let mut items = sequence.children();
    while let Some(item) = items.try_next().ok()? {
        take(one(&item).ok()??);
    }
    Some(())
}

fn one<'a>(item: &Tlv<'a>) -> Result<Option<Extension<'a>>> {
    if item.tag != Tag::SEQUENCE {
        return Ok(None);
    }
    let mut fields = item.children();
    let id = fields.expect(Tag::OID)?;
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
    let range = value.content_range();
    Ok(Some(Extension {
        oid: id.oid(),
        id: id.content,
        critical,
        value: value.content,
        range,
    }))
}

/// Bits of a BIT STRING, bit n of the standard as `1 << n`; bits past the 16th are dropped.
pub(super) fn named_bits(value: &[u8]) -> Option<u16> {
    let tlv = Tlv::parse(value).ok()?;
    (tlv.tag == Tag::BIT_STRING).then(|| named_bits_of(tlv.content))?
}

/// The same, of the content of a BIT STRING.
pub(super) fn named_bits_of(content: &[u8]) -> Option<u16> {
    let (unused, octets) = content.split_first()?;
    if *unused > 7 || *unused > 0 && octets.is_empty() {
        return None;
    }
    let mut bits = 0;
    for (octet, shift) in octets.iter().zip([0_u32, 8]) {
        bits |= u16::from(octet.reverse_bits()).wrapping_shl(shift);
    }
    Some(bits)
}

/// The place of keyIdentifier inside an AuthorityKeyIdentifier; the outer `None` where that is malformed.
pub(super) fn authority_key_id(extension: &Extension<'_>) -> Option<Option<Range<usize>>> {
    let tlv = Tlv::parse(extension.value)
        .ok()
        .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
    let mut fields = tlv.children();
    let id = fields.optional(Tag::context(0)).ok()?;
    if id.is_some_and(|id| id.tag.constructed) {
        return None;
    }
    while fields.try_next().ok()?.is_some() {}
    Some(id.map(|id| extension.inner(&id)))
}

impl Extension<'_> {
    /// Where the content of a value inside the extension stands in the original bytes.
    pub(super) fn inner(&self, tlv: &Tlv<'_>) -> Range<usize> {
        let Range { start, end } = tlv.content_range();
        start.saturating_add(self.range.start)..end.saturating_add(self.range.start)
    }

    /// The place of the content of a primitive value that is all of the extension.
    pub(super) fn only(&self, tag: Tag) -> Option<Range<usize>> {
        let tlv = Tlv::parse(self.value).ok().filter(|tlv| tlv.tag == tag)?;
        Some(self.inner(&tlv))
    }
}
