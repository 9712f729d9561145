//! BER to DER, so that strict parsers can read what lenient writers made.

use std::borrow::Cow;

use super::{
    Asn1ErrorKind as Kind, Result, Tlv,
    reader::{Class, Tag},
};
use crate::limits::MAX_BER_VALUES;

/// One BER value as DER: definite and shortest lengths, strings in one piece, TRUE as FF.
///
/// Already DER is borrowed unchanged. The order in a SET OF stays as it is, and what stands inside primitive
/// values is not looked at. Zero bytes or others after the value are an error.
///
/// # Errors
/// When it is no BER, or over a limit.
pub(crate) fn ber_to_der(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    let mut plan = Plan {
        lengths: Vec::new(),
        changed: false,
    };
    let value = Tlv::parse(bytes)?;
    let length = plan.measure(&value)?;
    if !plan.changed {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::with_capacity(length);
    let mut lengths = plan.lengths.into_iter();
    emit(&value, &mut lengths, &mut out)?;
    Ok(Cow::Owned(out))
}

/// First walk: the content length of every value in DER, in the order of the second walk.
struct Plan {
    lengths: Vec<usize>,
    changed: bool,
}

impl Plan {
    /// The length of the whole value in DER.
    fn measure(&mut self, value: &Tlv<'_>) -> Result<usize> {
        if self.lengths.len() >= MAX_BER_VALUES {
            return Err(Kind::Limit.at(value.offset));
        }
        let slot = self.lengths.len();
        self.lengths.push(0);
        let length = if value.tag.constructed && value.tag.is_string() {
            self.changed = true;
            string_content(value)?.len()
        } else if value.tag.constructed {
            let mut sum = 0_usize;
            let mut children = value.children();
            while let Some(child) = children.try_next()? {
                sum = sum.saturating_add(self.measure(&child)?);
            }
            sum
        } else {
            self.changed |= value.tag == Tag::BOOLEAN && !matches!(value.content, [0 | 0xFF]);
            value.content.len()
        };
        let header = tag_len(value.tag).saturating_add(length_len(length));
        self.changed |= value.indefinite || value.header_len != header;
        if let Some(slot) = self.lengths.get_mut(slot) {
            *slot = length;
        }
        Ok(header.saturating_add(length))
    }
}

/// Second walk: writes.
fn emit(
    value: &Tlv<'_>,
    lengths: &mut impl Iterator<Item = usize>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let length = lengths.next().unwrap_or_default();
    let is_string = value.tag.constructed && value.tag.is_string();
    put_tag(
        Tag {
            constructed: value.tag.constructed && !is_string,
            ..value.tag
        },
        out,
    );
    put_length(length, out);
    if is_string {
        out.extend_from_slice(&string_content(value)?);
    } else if value.tag.constructed {
        let mut children = value.children();
        while let Some(child) = children.try_next()? {
            emit(&child, lengths, out)?;
        }
    } else if let (Tag::BOOLEAN, [octet]) = (value.tag, value.content) {
        out.push(if *octet == 0 { 0 } else { 0xFF });
    } else {
        out.extend_from_slice(value.content);
    }
    Ok(())
}

/// The content of a string whose segments are joined.
fn string_content(value: &Tlv<'_>) -> Result<Vec<u8>> {
    let mut joined = Vec::with_capacity(value.content.len());
    let bits = value.tag.is_like(Tag::BIT_STRING);
    if bits {
        joined.push(0);
    }
    let mut unused = 0;
    join(value, value.tag, bits, &mut unused, &mut joined)?;
    if let (true, Some(first)) = (bits, joined.first_mut()) {
        *first = unused;
    }
    Ok(joined)
}

fn join(
    value: &Tlv<'_>,
    tag: Tag,
    bits: bool,
    unused: &mut u8,
    joined: &mut Vec<u8>,
) -> Result<()> {
    let mut segments = value.children();
    while let Some(segment) = segments.try_next()? {
        // Segments of character strings are OCTET STRINGs (X.690 clause 8.23.6); some writers repeat the type.
        let fits = segment.tag.is_like(tag) || !bits && segment.tag.is_like(Tag::OCTET_STRING);
        // Unused bits may only stand in the last segment.
        if !fits || *unused != 0 {
            return Err(Kind::Unexpected.at(segment.offset));
        }
        if segment.tag.constructed {
            join(&segment, tag, bits, unused, joined)?;
        } else if bits {
            let (first, octets) = segment
                .content
                .split_first()
                .ok_or_else(|| Kind::Malformed.at(segment.offset))?;
            if *first > 7 || *first > 0 && octets.is_empty() {
                return Err(Kind::Malformed.at(segment.offset));
            }
            *unused = *first;
            joined.extend_from_slice(octets);
        } else {
            joined.extend_from_slice(segment.content);
        }
    }
    Ok(())
}

fn tag_len(tag: Tag) -> usize {
    match tag.number {
        0..=30 => 1,
        31..=0x7F => 2,
        0x80..=0x3FFF => 3,
        0x4000..=0x1F_FFFF => 4,
        0x20_0000..=0xFFF_FFFF => 5,
        _ => 6,
    }
}

fn length_len(length: usize) -> usize {
    if length < 0x80 {
        return 1;
    }
    let zeros = length
        .to_be_bytes()
        .iter()
        .take_while(|octet| **octet == 0)
        .count();
    size_of::<usize>().saturating_sub(zeros).saturating_add(1)
}

fn put_tag(tag: Tag, out: &mut Vec<u8>) {
    let class = match tag.class {
        Class::Universal => 0,
        Class::Application => 0x40,
        Class::Context => 0x80,
        Class::Private => 0xC0,
    };
    let first = class | if tag.constructed { 0x20 } else { 0 };
    match u8::try_from(tag.number) {
        Ok(number @ 0..=30) => out.push(first | number),
        _ => {
            out.push(first | 0x1F);
            let groups = tag_len(tag).saturating_sub(1);
            for group in (0..groups).rev() {
                let bits = tag.number >> group.saturating_mul(7);
                let low = u8::try_from(bits & 0x7F).unwrap_or_default();
                out.push(if group == 0 { low } else { low | 0x80 });
            }
        }
    }
}

fn put_length(length: usize, out: &mut Vec<u8>) {
    if let Ok(short @ 0..=0x7F) = u8::try_from(length) {
        out.push(short);
        return;
    }
    let count = length_len(length).saturating_sub(1);
    out.push(0x80 | u8::try_from(count).unwrap_or_default());
    let octets = length.to_be_bytes();
    out.extend(octets.iter().skip(octets.len().saturating_sub(count)));
}

/// Walks a value: what a fuzzer or a test wants to see survive.
#[cfg(test)]
pub(super) fn walk(reader: &mut super::Reader<'_>) -> Result<usize> {
    let mut count = 0_usize;
    while let Some(tlv) = reader.try_next()? {
        count += 1 + walk(&mut tlv.children())?;
    }
    Ok(count)
}
