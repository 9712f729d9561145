//! BER to DER, so that strict parsers can read what lenient writers made.

use std::borrow::Cow;

use super::{
    Asn1ErrorKind as Kind, Result,
    reader::Header,
    tag::{Class, Tag},
};
use crate::limits::{MAX_BER_NESTING, MAX_BER_VALUES};

/// One BER value as DER: definite and shortest lengths, strings in one piece, TRUE as FF.
///
/// Already DER is borrowed unchanged. The order in a SET OF stays as it is, and what stands inside primitive
/// values is not looked at. Zero bytes or others after the value are an error. Two walks, each over every
/// byte once, however deep the value is nested.
///
/// # Errors
/// When it is no BER, or over a limit.
pub(crate) fn ber_to_der(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    let mut plan = Plan {
        input: Input(bytes),
        lengths: Vec::new(),
        changed: false,
    };
    let (end, length) = plan.measure(Place {
        at: 0,
        limit: bytes.len(),
        depth: 0,
    })?;
    if end != bytes.len() {
        return Err(Kind::Trailing.at(end));
    }
    if !plan.changed {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::with_capacity(length);
    let mut lengths = plan.lengths.into_iter();
    emit(
        plan.input,
        Place {
            at: 0,
            limit: bytes.len(),
            depth: 0,
        },
        &mut lengths,
        &mut out,
    )?;
    Ok(Cow::Owned(out))
}

/// Where a value begins, where what holds it ends at the latest, and how many values are around it.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    limit: usize,
    depth: usize,
}

/// The header of a value, and where its content stands; the end is not known for indefinite lengths.
struct Opened {
    tag: Tag,
    header_len: usize,
    content: usize,
    end: Option<usize>,
}

#[derive(Clone, Copy)]
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn slice(self, from: usize, to: usize) -> &'a [u8] {
        self.0.get(from..to).unwrap_or_default()
    }

    fn open(self, place: Place) -> Result<Opened> {
        if place.depth >= MAX_BER_NESTING {
            return Err(Kind::Limit.at(place.at));
        }
        let header = Header::read(self.slice(place.at, place.limit), place.at)?;
        let content = place.at.saturating_add(header.len);
        let end = header.length.map(|length| content.saturating_add(length));
        if end.is_some_and(|end| end > place.limit) {
            return Err(Kind::Truncated.at(place.at));
        }
        Ok(Opened {
            tag: header.tag,
            header_len: header.len,
            content,
            end,
        })
    }

    /// Calls for every value inside; each call gives where its value ends. Gives where the outer value ends.
    fn each_child(
        self,
        place: Place,
        opened: &Opened,
        mut child: impl FnMut(Place) -> Result<usize>,
    ) -> Result<usize> {
        let limit = opened.end.unwrap_or(place.limit);
        let depth = place.depth.saturating_add(1);
        let mut at = opened.content;
        loop {
            match opened.end {
                Some(end) if at >= end => return Ok(end),
                None if self.slice(at, limit).starts_with(&[0, 0]) => {
                    return Ok(at.saturating_add(2));
                }
                _ => at = child(Place { at, limit, depth })?,
            }
        }
    }

    /// Calls for every piece of a string in segments. Gives where it ends.
    fn each_segment(self, place: Place, opened: &Opened, join: &mut Join<'_>) -> Result<usize> {
        let bits = opened.tag.is_like(Tag::BIT_STRING);
        self.each_child(place, opened, |place| {
            let segment = self.open(place)?;
            // Segments of character strings are OCTET STRINGs (X.690 clause 8.23.6); some writers repeat the type.
            let fits =
                segment.tag.is_like(opened.tag) || !bits && segment.tag.is_like(Tag::OCTET_STRING);
            // Unused bits may only stand in the last segment.
            if !fits || join.unused != 0 {
                return Err(Kind::Unexpected.at(place.at));
            }
            if segment.tag.constructed {
                let inner = Opened {
                    tag: opened.tag,
                    ..segment
                };
                return self.each_segment(place, &inner, join);
            }
            let end = segment.end.ok_or(Kind::Malformed.at(place.at))?;
            let mut octets = self.slice(segment.content, end);
            if bits {
                let malformed = Kind::Malformed.at(place.at);
                let (unused, rest) = octets.split_first().ok_or(malformed)?;
                if *unused > 7 || *unused > 0 && rest.is_empty() {
                    return Err(malformed);
                }
                (join.unused, octets) = (*unused, rest);
            }
            (join.take)(octets);
            Ok(end)
        })
    }
}

/// What becomes of the pieces of a string.
struct Join<'a> {
    /// Unused bits of the last segment of a BIT STRING.
    unused: u8,
    take: &'a mut dyn FnMut(&[u8]),
}

/// First walk: the content length of every value in DER, in the order of the second walk.
struct Plan<'a> {
    input: Input<'a>,
    lengths: Vec<usize>,
    changed: bool,
}

impl Plan<'_> {
    /// Where the value ends, and the length of the whole value in DER.
    fn measure(&mut self, place: Place) -> Result<(usize, usize)> {
        if self.lengths.len() >= MAX_BER_VALUES {
            return Err(Kind::Limit.at(place.at));
        }
        let opened = self.input.open(place)?;
        let slot = self.lengths.len();
        self.lengths.push(0);
        let mut length = 0_usize;
        let end = if opened.tag.constructed && opened.tag.is_string() {
            self.changed = true;
            length = usize::from(opened.tag.is_like(Tag::BIT_STRING));
            let mut take = |octets: &[u8]| length = length.saturating_add(octets.len());
            self.input.each_segment(
                place,
                &opened,
                &mut Join {
                    unused: 0,
                    take: &mut take,
                },
            )?
        } else if opened.tag.constructed {
            self.input.each_child(place, &opened, |place| {
                let (end, child) = self.measure(place)?;
                length = length.saturating_add(child);
                Ok(end)
            })?
        } else {
            let end = opened.end.ok_or(Kind::Malformed.at(place.at))?;
            let content = self.input.slice(opened.content, end);
            self.changed |= opened.tag == Tag::BOOLEAN && matches!(content, [1..=0xFE]);
            length = content.len();
            end
        };
        let header = tag_len(opened.tag).saturating_add(length_len(length));
        self.changed |= opened.end.is_none() || opened.header_len != header;
        if let Some(slot) = self.lengths.get_mut(slot) {
            *slot = length;
        }
        Ok((end, header.saturating_add(length)))
    }
}

/// Second walk: writes. Gives where the value ends in the input.
fn emit(
    input: Input<'_>,
    place: Place,
    lengths: &mut std::vec::IntoIter<usize>,
    out: &mut Vec<u8>,
) -> Result<usize> {
    let opened = input.open(place)?;
    let length = lengths.next().unwrap_or_default();
    let is_string = opened.tag.constructed && opened.tag.is_string();
    put_tag(
        Tag {
            constructed: opened.tag.constructed && !is_string,
            ..opened.tag
        },
        out,
    );
    put_length(length, out);
    if is_string {
        let bits = opened.tag.is_like(Tag::BIT_STRING);
        let start = out.len();
        if bits {
            out.push(0);
        }
        let mut take = |octets: &[u8]| out.extend_from_slice(octets);
        let mut join = Join {
            unused: 0,
            take: &mut take,
        };
        let end = input.each_segment(place, &opened, &mut join)?;
        let unused = join.unused;
        if let (true, Some(first)) = (bits, out.get_mut(start)) {
            *first = unused;
        }
        return Ok(end);
    }
    if opened.tag.constructed {
        return input.each_child(place, &opened, |place| emit(input, place, lengths, out));
    }
    let end = opened.end.ok_or(Kind::Malformed.at(place.at))?;
    match (opened.tag, input.slice(opened.content, end)) {
        (Tag::BOOLEAN, [1..=0xFE]) => out.push(0xFF),
        (_, content) => out.extend_from_slice(content),
    }
    Ok(end)
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
