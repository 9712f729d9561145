//! What raw values mean: references resolved, line ends and white space normalised (XML 1.0 clauses 2.11, 3.3.3, 4.4).

use std::borrow::Cow;

use super::scan::reference_at;

/// The value of an attribute. Without a DTD every attribute is of type CDATA.
pub(super) fn of_attribute(raw: &str) -> Cow<'_, str> {
    let odd = |octet: &u8| matches!(octet, b'&' | b'\t' | b'\n' | b'\r');
    if !raw.as_bytes().iter().any(odd) {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    pieces(raw, &mut |piece| match piece {
        Piece::Literal('\t' | '\n') => value.push(' '),
        Piece::Literal(c) | Piece::Referenced(c) => value.push(c),
    });
    Cow::Owned(value)
}

/// Character data, outside of CDATA sections.
pub(super) fn of_text(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    pieces(raw, &mut |piece| match piece {
        Piece::Literal(c) | Piece::Referenced(c) => value.push(c),
    });
    Cow::Owned(value)
}

/// A character that stands there, line ends normalised, or one that a reference stands for.
#[derive(Clone, Copy)]
pub(super) enum Piece {
    Literal(char),
    Referenced(char),
}

/// The characters of a raw value that was found well-formed.
pub(super) fn pieces(raw: &str, each: &mut dyn FnMut(Piece)) {
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '&' => match reference_at(rest) {
                Some((c, taken)) => {
                    each(Piece::Referenced(c));
                    taken
                }
                None => 1,
            },
            '\r' => {
                each(Piece::Literal('\n'));
                if rest.starts_with("\r\n") { 2 } else { 1 }
            }
            c => {
                each(Piece::Literal(c));
                c.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// The content of a CDATA section: only line ends are normalised.
pub(super) fn of_cdata(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', raw.as_bytes()).is_some() {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    }
}
