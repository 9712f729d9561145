//! Telling XML from everything else by its first bytes (XML 1.0 appendix F).

use crate::{
    error::{Error, ErrorKind, Result},
    source::{self, Source},
};

/// Whether a file is to be read as XML: behind a byte order mark and white space it begins with `<` and what may follow that.
///
/// A file that is XML for every XML reader is judged as XML, even where `%PDF-` stands somewhere behind.
pub(crate) fn is_xml(start: &[u8]) -> bool {
    let letters: Vec<u8> = match start {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [b'<', 0, ..] => units(start, u16::from_le_bytes),
        [0, b'<', ..] => units(start, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest.to_vec(),
        _ => start.to_vec(),
    };
    match letters.trim_ascii_start() {
        [b'<', next, ..] => {
            next.is_ascii_alphabetic() || matches!(next, b'?' | b'!' | b'_' | b':' | 0x80..)
        }
        _ => false,
    }
}

/// Bytes of a file that are looked at for what it is. Readers of PDF look for its header in the first kilobyte.
pub(crate) const SNIFFED_BYTES: u64 = 1024;

/// Does with a document what its kind asks for. `pdf` is told whether a reader of XML might have begun to take it.
///
/// # Errors
/// What the first bytes, `xml` and `pdf` end with.
pub(crate) fn by_kind<T>(
    source: &dyn Source,
    xml: impl FnOnce() -> Result<T>,
    pdf: impl FnOnce(bool) -> Result<T>,
) -> Result<T> {
    let start = source::window(source, 0, SNIFFED_BYTES)?;
    if !is_xml(&start) {
        return pdf(false);
    }
    match xml() {
        Err(refusal) if is_rather_pdf(&start, &refusal) => pdf(true),
        read => read,
    }
}

/// Whether a file that begins as XML does is to be read as PDF all the same: no reader of XML takes it, and readers of PDF
/// find their header behind whatever a web server put before it.
fn is_rather_pdf(start: &[u8], refusal: &Error) -> bool {
    refusal.kind() == ErrorKind::Unreadable && memchr::memmem::find(start, b"%PDF-").is_some()
}

/// The first UTF-16 units as bytes; letters beyond Latin-1 as some letter.
fn units(bytes: &[u8], read: impl Fn([u8; 2]) -> u16) -> Vec<u8> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let letter = |pair: &[u8; 2]| u8::try_from(read(*pair)).unwrap_or(0xFF);
    pairs.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_told_by_its_first_bytes() {
        for start in [
            &b"<?xml version='1.0'?>"[..],
            b"\xEF\xBB\xBF<HDon>",
            b" \r\n<a/>",
            b"<!-- %PDF-1.7 --><a/>",
            b"<!DOCTYPE a>",
            b"\xFF\xFE<\0a\0",
            b"\xFE\xFF\0<\0?",
            b"<\0?\0x\0",
            b"\0<\0a",
            "<hóa-đơn>".as_bytes(),
        ] {
            assert!(is_xml(start), "{start:?}");
        }
        for start in [
            &b"%PDF-1.7"[..],
            b"",
            b"<",
            b"< a",
            b"<<",
            b"<1>",
            b"PK\x03\x04",
            b"\xFF\xFE",
        ] {
            assert!(!is_xml(start), "{start:?}");
        }
    }
}
