//! A reader of BER (X.690) that copies nothing and knows where every value stands in the original bytes.

use std::{borrow::Cow, ops::Range};

use super::{
    Asn1ErrorKind as Kind, Result,
    tag::{Class, Tag},
};
use crate::limits::{MAX_BER_NESTING, MAX_BER_VALUES};

/// One value: tag, length and content, borrowed from the original bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: Tag,
    /// Header, content and, where the length is indefinite, the two end octets.
    pub(crate) full: &'a [u8],
    /// What stands between header and end.
    pub(crate) content: &'a [u8],
    /// Bytes from the start of the outermost input to the header.
    pub(crate) offset: usize,
    /// Bytes of tag and length.
    pub(crate) header_len: usize,
    /// Whether the length is indefinite.
    pub(crate) indefinite: bool,
    /// Values around this one.
    depth: usize,
}

impl std::fmt::Debug for Tlv<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} at {}, {} bytes",
            self.tag,
            self.offset,
            self.full.len()
        )
    }
}

impl<'a> Tlv<'a> {
    /// Reads one value that fills the input.
    ///
    /// # Errors
    /// When it is no BER, or bytes follow.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let tlv = reader.next()?;
        reader.finish()?;
        Ok(tlv)
    }

    /// Where header, content and end octets stand in the outermost input.
    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.full.len())
    }

    /// Where the content stands in the outermost input.
    pub(crate) fn content_range(&self) -> Range<usize> {
        let start = self.offset.saturating_add(self.header_len);
        start..start.saturating_add(self.content.len())
    }

    /// A reader over the values inside. Empty where the value is primitive.
    pub(crate) fn children(&self) -> Reader<'a> {
        let bytes = if self.tag.constructed {
            self.content
        } else {
            &[]
        };
        Reader {
            bytes,
            position: 0,
            base: self.content_range().start,
            depth: self.depth.saturating_add(1),
        }
    }

    /// The only value inside, as of an EXPLICIT tag.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub(crate) fn only_child(&self) -> Result<Tlv<'a>> {
        let mut children = self.children();
        let child = children.next()?;
        children.finish()?;
        Ok(child)
    }

    /// The octets of a string, joined where it is constructed. For BIT STRING see [`Tlv::bits`].
    ///
    /// # Errors
    /// When a segment is malformed.
    pub(crate) fn octets(&self) -> Result<Cow<'a, [u8]>> {
        if !self.tag.constructed {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::with_capacity(self.content.len());
        self.join(&mut joined)?;
        Ok(Cow::Owned(joined))
    }

    fn join(&self, joined: &mut Vec<u8>) -> Result<()> {
        let mut segments = self.children();
        while let Some(segment) = segments.try_next()? {
            if segment.tag.constructed {
                segment.join(joined)?;
            } else {
                joined.extend_from_slice(segment.content);
            }
        }
        Ok(())
    }

    /// The octets of a primitive BIT STRING with no unused bits, as signatures and keys have them.
    pub(crate) fn bits(&self) -> Option<&'a [u8]> {
        match self.content.split_first() {
            Some((0, octets)) if self.tag == Tag::BIT_STRING => Some(octets),
            _ => None,
        }
    }

    /// BOOLEAN; any content octet but 0 is true (X.690 clause 8.2.2).
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.content {
            [octet] if self.tag == Tag::BOOLEAN => Some(*octet != 0),
            _ => None,
        }
    }

    /// A small INTEGER that is not negative.
    pub(crate) fn unsigned(&self) -> Option<u64> {
        if self.tag != Tag::INTEGER || self.content.first()? & 0x80 != 0 {
            return None;
        }
        let skip = self.content.iter().take_while(|octet| **octet == 0).count();
        let octets = self.content.get(skip..)?;
        if octets.len() > 8 {
            return None;
        }
        Some(
            octets
                .iter()
                .fold(0, |value, octet| value << 8 | u64::from(*octet)),
        )
    }

    /// An object identifier of usual size.
    pub(crate) fn oid(&self) -> Option<const_oid::ObjectIdentifier> {
        if self.tag != Tag::OID {
            return None;
        }
        const_oid::ObjectIdentifier::from_bytes(self.content).ok()
    }
}

/// Reads values one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    base: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            base: 0,
            depth: 0,
        }
    }

    /// The same, for bytes that start `base` bytes into a larger input.
    pub(crate) fn at(bytes: &'a [u8], base: usize) -> Self {
        Self {
            base,
            ..Self::new(bytes)
        }
    }

    /// Bytes from the start of the outermost input to the next value.
    pub(crate) fn offset(&self) -> usize {
        self.base.saturating_add(self.position)
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// Nothing may follow.
    ///
    /// # Errors
    /// When something does.
    pub(crate) fn finish(&self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Kind::Trailing.at(self.offset()))
        }
    }

    /// The next value.
    ///
    /// # Errors
    /// When there is none, or it is malformed.
    pub(crate) fn next(&mut self) -> Result<Tlv<'a>> {
        if self.depth >= MAX_BER_NESTING {
            return Err(Kind::Limit.at(self.offset()));
        }
        let rest = self.rest();
        // Nearly all values have one octet of tag and one of length.
        if let [first, length @ 0..=0x7F, body @ ..] = rest
            && let Some(tag) = Tag::of_one_octet(*first)
            && let Some(content) = body.get(..usize::from(*length))
            && let Some(full) = rest.get(..content.len().saturating_add(2))
        {
            let tlv = Tlv {
                tag,
                full,
                content,
                offset: self.offset(),
                header_len: 2,
                indefinite: false,
                depth: self.depth,
            };
            self.position = self.position.saturating_add(full.len());
            return Ok(tlv);
        }
        let header = Header::read(rest, self.offset())?;
        let body = rest.get(header.len..).unwrap_or_default();
        let (content, end_octets) = match header.length {
            Some(length) => {
                let content = body.get(..length);
                (content.ok_or_else(|| Kind::Truncated.at(self.offset()))?, 0)
            }
            None => {
                let length = self.indefinite_length(body, header.len)?;
                (body.get(..length).unwrap_or_default(), 2)
            }
        };
        let full_len = header
            .len
            .saturating_add(content.len())
            .saturating_add(end_octets);
        let tlv = Tlv {
            tag: header.tag,
            full: rest
                .get(..full_len)
                .ok_or_else(|| Kind::Truncated.at(self.offset()))?,
            content,
            offset: self.offset(),
            header_len: header.len,
            indefinite: header.length.is_none(),
            depth: self.depth,
        };
        self.position = self.position.saturating_add(full_len);
        Ok(tlv)
    }

    /// The next value, or `None` at the end.
    ///
    /// # Errors
    /// When it is malformed.
    pub(crate) fn try_next(&mut self) -> Result<Option<Tlv<'a>>> {
        if self.is_empty() {
            Ok(None)
        } else {
            self.next().map(Some)
        }
    }

    /// The next value, which must have this tag; a string may be constructed instead.
    ///
    /// # Errors
    /// When there is none, it is malformed, or of another type.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Tlv<'a>> {
        let offset = self.offset();
        let tlv = self.next()?;
        if tlv.tag == tag || tag.is_string() && tlv.tag.is_like(tag) {
            return Ok(tlv);
        }
        Err(Kind::Unexpected.at(offset))
    }

    /// The next value if it has this class and number, primitive or constructed.
    ///
    /// # Errors
    /// When it is malformed.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Tlv<'a>>> {
        let Some(first) = self.rest().first() else {
            return Ok(None);
        };
        let next = match Tag::of_one_octet(*first) {
            Some(next) => next,
            None => Header::read(self.rest(), self.offset())?.tag,
        };
        if next.is_like(tag) {
            self.next().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Bytes up to the end octets of a value with an indefinite length: one walk over the headers inside.
    fn indefinite_length(&self, body: &[u8], header_len: usize) -> Result<usize> {
        let base = self.offset().saturating_add(header_len);
        let mut position = 0_usize;
        let mut open = 1_usize;
        for _ in 0..MAX_BER_VALUES {
            let offset = base.saturating_add(position);
            let rest = body.get(position..).unwrap_or_default();
            if rest.starts_with(&[0, 0]) {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Ok(position);
                }
                position = position.saturating_add(2);
                continue;
            }
            let header = Header::read(rest, offset)?;
            position = position.saturating_add(header.len);
            match header.length {
                Some(length) => {
                    position = position.saturating_add(length);
                    if position > body.len() {
                        return Err(Kind::Truncated.at(offset));
                    }
                }
                None => {
                    open = open.saturating_add(1);
                    if self.depth.saturating_add(open) > MAX_BER_NESTING {
                        return Err(Kind::Limit.at(offset));
                    }
                }
            }
        }
        Err(Kind::Limit.at(base))
    }
}

/// Tag and length octets.
pub(super) struct Header {
    pub(super) tag: Tag,
    /// `None`: indefinite.
    pub(super) length: Option<usize>,
    /// Bytes of tag and length together.
    pub(super) len: usize,
}

impl Header {
    /// Reads a header (X.690 clauses 8.1.2 and 8.1.3).
    pub(super) fn read(bytes: &[u8], offset: usize) -> Result<Self> {
        let mut octets = bytes.iter().copied();
        let mut next = || octets.next().ok_or(Kind::Truncated.at(offset));
        let malformed = Kind::Malformed.at(offset);

        let first = next()?;
        let mut len = 2_usize;
        let Tag {
            class,
            constructed,
            mut number,
        } = Tag::of_first_octet(first);
        if number == 0x1F {
            number = 0;
            loop {
                let octet = next()?;
                len = len.saturating_add(1);
                number = number.checked_mul(128).ok_or(malformed)? | u32::from(octet & 0x7F);
                if number == 0 {
                    return Err(malformed); // a first octet of 0x80: leading zeros (clause 8.1.2.4.2 c)
                }
                if octet & 0x80 == 0 {
                    break;
                }
            }
        }
        if class == Class::Universal && number == 0 {
            return Err(malformed); // end octets where a value must stand
        }
        let tag = Tag {
            class,
            constructed,
            number,
        };

        let length = match next()? {
            short @ 0..=0x7F => Some(usize::from(short)),
            0x80 if constructed => None,
            0x80 | 0xFF => return Err(malformed),
            long => {
                let count = usize::from(long & 0x7F);
                let mut length = 0_usize;
                for _ in 0..count {
                    length = length.checked_mul(256).ok_or(malformed)? | usize::from(next()?);
                }
                len = len.saturating_add(count);
                Some(length)
            }
        };
        Ok(Self { tag, length, len })
    }
}
