//! Names: text by RFC 4514, and comparison by RFC 5280 clause 7.1.

use std::{borrow::Cow, fmt::Write};

use super::{
    oid::{self, Oid},
    prepare::prepared,
};
use crate::asn1::{self, Tag, Tlv};

/// Short names as OpenSSL prints them with `-nameopt RFC2253`, which RFC 4514 clause 3 allows beyond its own table.
const SHORT_NAMES: [(Oid, &str); 28] = [
    (Oid::new_unwrap("2.5.4.3"), "CN"),
    (Oid::new_unwrap("2.5.4.4"), "SN"),
    (Oid::new_unwrap("2.5.4.5"), "serialNumber"),
    (Oid::new_unwrap("2.5.4.6"), "C"),
    (Oid::new_unwrap("2.5.4.7"), "L"),
    (Oid::new_unwrap("2.5.4.8"), "ST"),
    (Oid::new_unwrap("2.5.4.9"), "street"),
    (Oid::new_unwrap("2.5.4.10"), "O"),
    (Oid::new_unwrap("2.5.4.11"), "OU"),
    (Oid::new_unwrap("2.5.4.12"), "title"),
    (Oid::new_unwrap("2.5.4.13"), "description"),
    (Oid::new_unwrap("2.5.4.15"), "businessCategory"),
    (Oid::new_unwrap("2.5.4.16"), "postalAddress"),
    (Oid::new_unwrap("2.5.4.17"), "postalCode"),
    (Oid::new_unwrap("2.5.4.20"), "telephoneNumber"),
    (Oid::new_unwrap("2.5.4.41"), "name"),
    (Oid::new_unwrap("2.5.4.42"), "GN"),
    (Oid::new_unwrap("2.5.4.43"), "initials"),
    (Oid::new_unwrap("2.5.4.44"), "generationQualifier"),
    (Oid::new_unwrap("2.5.4.46"), "dnQualifier"),
    (Oid::new_unwrap("2.5.4.65"), "pseudonym"),
    (Oid::new_unwrap("2.5.4.97"), "organizationIdentifier"),
    (Oid::new_unwrap("1.3.6.1.4.1.311.60.2.1.1"), "jurisdictionL"),
    (
        Oid::new_unwrap("1.3.6.1.4.1.311.60.2.1.2"),
        "jurisdictionST",
    ),
    (Oid::new_unwrap("1.3.6.1.4.1.311.60.2.1.3"), "jurisdictionC"),
    (Oid::new_unwrap("0.9.2342.19200300.100.1.1"), "UID"),
    (Oid::new_unwrap("0.9.2342.19200300.100.1.25"), "DC"),
    (oid::EMAIL_ADDRESS, "emailAddress"),
];

/// The text of a Name by RFC 4514: last attribute first, as OpenSSL has it inside a set too. Empty for an empty or malformed name.
pub(crate) fn to_text(name: &[u8]) -> String {
    let mut text = String::new();
    for set in sets(name).iter().rev() {
        let mut separator = if text.is_empty() { "" } else { "," };
        for attribute in set.iter().rev() {
            text.push_str(separator);
            put_attribute(attribute, &mut text);
            separator = "+";
        }
    }
    text
}

/// The last value of an attribute type, as text.
pub(crate) fn last_value(name: &[u8], oid: Oid) -> Option<String> {
    let sets = sets(name);
    let found = sets
        .iter()
        .rev()
        .flatten()
        .find(|attribute| attribute.is(&oid))?;
    found.text().map(Cow::into_owned)
}

/// Whether two Names are the same: bytes, else attribute by attribute, strings prepared by RFC 4518 (RFC 5280 clause 7.1).
/// Names without attributes match nothing but their equal.
pub(crate) fn names_match(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    let (Some(a), Some(b)) = (try_sets(a), try_sets(b)) else {
        return false;
    };
    // Names around one authority begin alike and differ at their ends.
    let mut pairs = a.iter().zip(&b).rev();
    !a.is_empty() && a.len() == b.len() && pairs.all(|(a, b)| sets_match(a, b))
}

fn sets_match(a: &[Attribute<'_>], b: &[Attribute<'_>]) -> bool {
    match (a, b) {
        ([a], [b]) => a.matches(b),
        _ => a.len() == b.len() && normal_set(a) == normal_set(b),
    }
}

/// A form in which equal names are equal, set by set (RelativeDistinguishedName), so that a subtree is a prefix. `None` where the name is malformed.
pub(crate) fn normal(name: &[u8]) -> Option<Vec<Vec<u8>>> {
    let sets = try_sets(name)?;
    Some(sets.iter().map(|set| normal_set(set)).collect())
}

fn normal_set(set: &[Attribute<'_>]) -> Vec<u8> {
    let mut attributes: Vec<_> = set.iter().map(Attribute::normal).collect();
    attributes.sort_unstable();
    attributes.concat()
}

/// Whether a value is a well-formed Name.
pub(crate) fn is_name(tlv: &Tlv<'_>) -> bool {
    sets_of(tlv).is_some()
}

/// Whether a Name has no attributes. A malformed one has none that anybody could read.
pub(crate) fn is_empty(name: &[u8]) -> bool {
    Tlv::parse(name).map_or(true, |tlv| tlv.content.is_empty() || !is_name(&tlv))
}

/// The values of emailAddress, wherever they stand in a name; an address that is no text is an empty one.
pub(crate) fn email_addresses(name: &[u8]) -> Vec<String> {
    let sets = sets(name);
    let attributes = sets.iter().flatten();
    let addresses = attributes.filter(|attribute| attribute.is(&oid::EMAIL_ADDRESS));
    addresses
        .map(|address| address.text().map(Cow::into_owned).unwrap_or_default())
        .collect()
}

/// An AttributeTypeAndValue.
struct Attribute<'a> {
    kind: Tlv<'a>,
    value: Tlv<'a>,
}

impl Attribute<'_> {
    fn is(&self, oid: &Oid) -> bool {
        self.kind.content == oid.as_bytes()
    }

    /// Whether both have one [`normal`](Self::normal) form.
    fn matches(&self, other: &Self) -> bool {
        if self.kind.content != other.kind.content {
            return false;
        }
        if self.value.full == other.value.full {
            return true;
        }
        match (self.text(), other.text()) {
            (Some(a), Some(b)) => prepared(&a) == prepared(&b),
            _ => false,
        }
    }

    /// Type and value, each with its length, so that two attributes never run into each other.
    fn normal(&self) -> Vec<u8> {
        let (mark, value) = match self.text() {
            Some(text) => (b't', Cow::Owned(prepared(&text).into_bytes())),
            None => (b'x', Cow::Borrowed(self.value.full)),
        };
        let mut bytes = Vec::with_capacity(value.len().saturating_add(32));
        for (mark, part) in [(b'o', self.kind.content), (mark, &*value)] {
            bytes.push(mark);
            bytes.extend_from_slice(&part.len().to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    /// The value as text, where it is of a string type and well-formed.
    fn text(&self) -> Option<Cow<'_, str>> {
        if self.value.tag.constructed {
            return None;
        }
        let bytes = self.value.content;
        match self.value.tag.number {
            _ if !self.value.tag.is_string() => None,
            // UTF8String
            12 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            // NumericString, PrintableString, IA5String, VisibleString: some hold UTF-8 all the same.
            18 | 19 | 22 | 26 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            // TeletexString: Latin-1 in practice.
            20 => Some(Cow::Owned(bytes.iter().copied().map(char::from).collect())),
            // UniversalString
            28 => {
                let (units, []) = bytes.as_chunks::<4>() else {
                    return None;
                };
                let characters = units
                    .iter()
                    .map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
                characters.collect::<Option<String>>().map(Cow::Owned)
            }
            // BMPString
            30 => {
                let (units, []) = bytes.as_chunks::<2>() else {
                    return None;
                };
                let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
                char::decode_utf16(units)
                    .collect::<Result<String, _>>()
                    .ok()
                    .map(Cow::Owned)
            }
            _ => None,
        }
    }
}

/// The attributes, set by set (RelativeDistinguishedName); empty where the name is malformed.
fn sets(name: &[u8]) -> Vec<Vec<Attribute<'_>>> {
    try_sets(name).unwrap_or_default()
}

fn try_sets(name: &[u8]) -> Option<Vec<Vec<Attribute<'_>>>> {
    sets_of(&Tlv::parse(name).ok()?)
}

fn sets_of<'a>(name: &Tlv<'a>) -> Option<Vec<Vec<Attribute<'a>>>> {
    if name.tag != Tag::SEQUENCE {
        return None;
    }
    let mut names = name.children();
    let mut sets = Vec::new();
    while let Some(set) = names.try_next().ok()? {
        if set.tag != Tag::SET {
            return None;
        }
        let mut items = set.children();
        let mut attributes = Vec::new();
        while let Some(item) = items.try_next().ok()? {
            let mut fields = item.children();
            let (kind, value) = (fields.expect(Tag::OID).ok()?, fields.next().ok()?);
            fields.finish().ok()?;
            attributes.push(Attribute { kind, value });
        }
        sets.push(attributes);
    }
    Some(sets)
}

fn put_attribute(attribute: &Attribute<'_>, text: &mut String) {
    let short = SHORT_NAMES
        .iter()
        .find_map(|(oid, name)| attribute.is(oid).then_some(*name));
    match short {
        Some(short) => text.push_str(short),
        None => text.push_str(&asn1::dotted(attribute.kind.content)),
    }
    text.push('=');
    match (short, attribute.text()) {
        (Some(_), Some(value)) => put_escaped(&value, text),
        // RFC 4514 clause 2.4: `#` and the hexadecimal DER where the type has no name, or the value is no string.
        _ => {
            text.push('#');
            for octet in attribute.value.full {
                let _ = write!(text, "{octet:02X}");
            }
        }
    }
}

/// RFC 4514 clause 2.4. Vietnamese letters stay as they are.
fn put_escaped(value: &str, text: &mut String) {
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '#' if index == 0 => text.push_str("\\#"),
            ' ' if index == 0 || index == last => text.push_str("\\ "),
            // Control characters must not reach a terminal.
            c if c.is_control() => {
                let mut buffer = [0; 4];
                for octet in c.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(text, "\\{octet:02X}");
                }
            }
            c => text.push(c),
        }
    }
}

/// A serial number as the report writes it: upper-case hex, no leading zero octets, `-` before negative ones.
pub(crate) fn serial_text(serial: &[u8]) -> String {
    let negative = serial.first().is_some_and(|octet| octet & 0x80 != 0);
    let mut octets = serial.to_vec();
    if negative {
        // Two's complement.
        let mut carry = true;
        for octet in octets.iter_mut().rev() {
            let (value, over) = (!*octet).overflowing_add(u8::from(carry));
            (*octet, carry) = (value, over);
        }
    }
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let mut text = if negative {
        "-".to_owned()
    } else {
        String::new()
    };
    for octet in octets
        .iter()
        .skip(zeros.min(octets.len().saturating_sub(1)))
    {
        let _ = write!(text, "{octet:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asn1::write::tlv;

    /// Names of few attributes with few values, so that many are alike.
    fn names() -> impl Strategy<Value = Vec<u8>> {
        let values = prop::sample::select(vec![
            tlv(0x0C, &["Huế".as_bytes()]),
            tlv(0x0C, &["HUE\u{302}\u{301}".as_bytes()]),
            tlv(0x0C, &[b"an  An"]),
            tlv(0x13, &[b"AN an "]),
            tlv(0x1E, &[b"\0a\0n\0 \0a\0n"]),
            tlv(0x02, &[&[1]]),
            tlv(0x0C, &[&[0xFF]]),
        ]);
        let attribute = (3_u8..5, values)
            .prop_map(|(kind, value)| tlv(0x30, &[&[6, 3, 0x55, 4, kind], &value]));
        let set = prop::collection::vec(attribute, 0..3);
        let set = set.prop_map(|set| tlv(0x31, &[&set.concat()]));
        prop::collection::vec(set, 0..3).prop_map(|sets| tlv(0x30, &[&sets.concat()]))
    }

    proptest! {
        #[test]
        fn names_match_that_have_one_normal_form(a in names(), b in names()) {
            let (x, y) = (normal(&a).unwrap(), normal(&b).unwrap());
            prop_assert_eq!(names_match(&a, &b), a == b || !x.is_empty() && x == y);
        }
    }
}
