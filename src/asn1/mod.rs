//! ASN.1: BER to DER within a budget, and readers that keep the original bytes.

mod ber_to_der;
pub(crate) mod pem;
mod reader;
mod tag;
pub(crate) mod time;
pub(crate) mod write;

use std::fmt;

pub(crate) use ber_to_der::ber_to_der;
pub(crate) use reader::{Reader, Tlv};
pub(crate) use tag::Tag;

/// Why bytes are no BER, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asn1Error {
    pub(crate) kind: Asn1ErrorKind,
    /// Bytes from the start of the outermost input.
    pub(crate) offset: usize,
}

/// Kinds of [`Asn1Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asn1ErrorKind {
    /// A value goes on past the end of what holds it.
    Truncated,
    /// Tag or length octets that X.690 does not allow.
    Malformed,
    /// A value of another type than the structure has there.
    Unexpected,
    /// Nesting or the number of values is over the limit.
    Limit,
    /// Bytes follow where nothing may.
    Trailing,
}

impl Asn1ErrorKind {
    pub(crate) fn at(self, offset: usize) -> Asn1Error {
        Asn1Error { kind: self, offset }
    }
}

impl fmt::Display for Asn1Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            Asn1ErrorKind::Truncated => "cut off",
            Asn1ErrorKind::Malformed => "malformed tag or length",
            Asn1ErrorKind::Unexpected => "unexpected value",
            Asn1ErrorKind::Limit => "nested too deep or too many values",
            Asn1ErrorKind::Trailing => "trailing bytes",
        };
        write!(f, "ASN.1: {what} at offset {}", self.offset)
    }
}

impl std::error::Error for Asn1Error {}

/// Outcomes of this module.
pub(crate) type Result<T> = std::result::Result<T, Asn1Error>;

/// The content octets of any object identifier in dotted form (X.690 clause 8.19); `?` where they are none, or
/// an arc is beyond 128 bits.
pub(crate) fn dotted(content: &[u8]) -> String {
    try_dotted(content).unwrap_or_else(|| "?".to_owned())
}

fn try_dotted(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc = 0_u128;
    for octet in content {
        arc = arc.checked_mul(128)? | u128::from(octet & 0x7F);
        if octet & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            // The first two arcs share a number.
            let first = (arc / 40).min(2);
            arc = arc.checked_sub(first.checked_mul(40)?)?;
            text = first.to_string();
        }
        text.push('.');
        text.push_str(&arc.to_string());
        arc = 0;
    }
    let complete = content.last().is_some_and(|octet| octet & 0x80 == 0);
    complete.then_some(text)
}

/// The content octets of an object identifier in dotted form: two arcs or more, each within 128 bits. `None` where it is none.
pub(crate) fn undotted(text: &str) -> Option<Vec<u8>> {
    let arc = |digits: &str| {
        // Neither signs nor leading zeros (X.680 clause 32.3).
        let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
        let minimal = digits == "0" || !digits.starts_with('0');
        (plain && minimal).then(|| digits.parse::<u128>().ok())?
    };
    let mut arcs = text.split('.').map(arc);
    let (first, second) = (arcs.next()??, arcs.next()??);
    if first > 2 || first < 2 && second >= 40 {
        return None;
    }
    let mut content = Vec::new();
    put_arc(first.checked_mul(40)?.checked_add(second)?, &mut content);
    for arc in arcs {
        put_arc(arc?, &mut content);
    }
    Some(content)
}

/// In base 128, all octets but the last with the high bit.
fn put_arc(mut arc: u128, content: &mut Vec<u8>) {
    let begun = content.len();
    let mut more = 0;
    loop {
        content.push(more | arc.to_le_bytes()[0] & 0x7F);
        arc >>= 7;
        if arc == 0 {
            break;
        }
        more = 0x80;
    }
    if let Some(octets) = content.get_mut(begun..) {
        octets.reverse();
    }
}

#[cfg(test)]
mod tests;
