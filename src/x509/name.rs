//! Names: text by RFC 4514, and comparison by RFC 5280 clause 7.1.

use std::{borrow::Cow, fmt::Write};

use super::{
    oid::{self, Oid},
    prepare::prepared,
};
use crate::asn1::{self, Reader, Tag, Tlv};

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

/// Room for the attributes of nearly all names.
const USUAL_ATTRIBUTES: usize = 8;

/// The text of a Name by RFC 4514: last attribute first, as OpenSSL has it inside a set too. Empty for an empty or malformed name.
pub(crate) fn to_text(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    let mut set = None;
    for (place, attribute) in attributes(name).iter().rev() {
        match set.replace(*place) {
            None => {}
            Some(known) if known == *place => text.push('+'),
            Some(_) => text.push(','),
        }
        put_attribute(attribute, &mut text);
    }
    text
}

/// The last value of an attribute type, as text.
pub(crate) fn last_value(name: &[u8], oid: Oid) -> Option<String> {
    let attributes = attributes(name);
    let mut from_last = attributes.iter().rev();
    let (_, found) = from_last.find(|(_, attribute)| attribute.is(&oid))?;
    found.text().map(Cow::into_owned)
}

/// Whether two Names are the same: bytes, else attribute by attribute, strings prepared by RFC 4518 (RFC 5280 clause 7.1).
/// Names without attributes match nothing but their equal.
pub(crate) fn names_match(a: &[u8], b: &[u8]) -> bool {
    a == b || sets_match(a, b).is_some_and(|same| same && well_formed(a) && well_formed(b))
}

/// Whether two Names have sets, and each matches that of the other. Nothing is copied, and the first difference ends it. What is malformed
/// behind that, or in a set that both write alike, goes unseen.
fn sets_match(a: &[u8], b: &[u8]) -> Option<bool> {
    let (mut a, mut b) = (Sets::of(a)?, Sets::of(b)?);
    let mut some = false;
    loop {
        match (a.next()?, b.next()?) {
            (None, None) => return Some(some),
            (Some(a), Some(b)) if a.full == b.full || set_matches(&a, &b)? => some = true,
            _ => return Some(false),
        }
    }
}

fn set_matches(a: &Tlv<'_>, b: &Tlv<'_>) -> Option<bool> {
    match (Attribute::only(a), Attribute::only(b)) {
        (Some(a), Some(b)) => Some(a.matches(&b)),
        _ => Some(normal_set(a)? == normal_set(b)?),
    }
}

fn well_formed(name: &[u8]) -> bool {
    Tlv::parse(name).is_ok_and(|name| is_name(&name))
}

/// A form in which equal names are equal, and that of a subtree is a prefix of those within it. Empty for a name without sets
/// (RelativeDistinguishedName), `None` where the name is malformed.
pub(crate) fn normal(name: &[u8]) -> Option<Vec<u8>> {
    let mut sets = Sets::of(name)?;
    let mut normal = Vec::with_capacity(name.len().saturating_mul(2));
    while let Some(set) = sets.next()? {
        match Attribute::only(&set) {
            Some(attribute) => attribute.put_normal(&mut normal),
            None => normal.extend(normal_set(&set)?),
        }
        // No attribute begins with it: a set is no prefix of one that has more.
        normal.push(b'.');
    }
    Some(normal)
}

fn normal_set(set: &Tlv<'_>) -> Option<Vec<u8>> {
    let mut items = set.children();
    let mut all = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        let mut normal = Vec::new();
        Attribute::of(&item)?.put_normal(&mut normal);
        all.push(normal);
    }
    all.sort_unstable();
    Some(all.concat())
}

/// Whether a value is a well-formed Name.
pub(crate) fn is_name(tlv: &Tlv<'_>) -> bool {
    each(tlv, |_, _| ()).is_some()
}

/// Whether a Name has no attributes. A malformed one has none that anybody could read.
pub(crate) fn is_empty(name: &[u8]) -> bool {
    Tlv::parse(name).map_or(true, |tlv| tlv.content.is_empty() || !is_name(&tlv))
}

/// The values of emailAddress, wherever they stand in a name; an address that is no text is an empty one.
pub(crate) fn email_addresses(name: &[u8]) -> Vec<String> {
    let attributes = attributes(name);
    let addresses = attributes
        .iter()
        .filter(|(_, attribute)| attribute.is(&oid::EMAIL_ADDRESS));
    addresses
        .map(|(_, address)| address.text().map(Cow::into_owned).unwrap_or_default())
        .collect()
}

/// The sets of a Name, one after the other. `None`: malformed.
struct Sets<'a>(Reader<'a>);

impl<'a> Sets<'a> {
    fn of(name: &'a [u8]) -> Option<Self> {
        Self::inside(&Tlv::parse(name).ok()?)
    }

    fn inside(name: &Tlv<'a>) -> Option<Self> {
        (name.tag == Tag::SEQUENCE).then(|| Self(name.children()))
    }

    fn next(&mut self) -> Option<Option<Tlv<'a>>> {
        let set = self.0.try_next().ok()?;
        set.is_none_or(|set| set.tag == Tag::SET).then_some(set)
    }
}

/// Hands out the attributes in order, each with the place of its set; `None` where the name is malformed.
fn each<'a>(name: &Tlv<'a>, mut take: impl FnMut(usize, Attribute<'a>)) -> Option<()> {
    let mut sets = Sets::inside(name)?;
    let mut place = 0_usize;
    while let Some(set) = sets.next()? {
        let mut items = set.children();
        while let Some(item) = items.try_next().ok()? {
            take(place, Attribute::of(&item)?);
        }
        place = place.saturating_add(1);
    }
    Some(())
}

/// The attributes, each with the place of its set; none where the name is malformed.
fn attributes(name: &[u8]) -> Vec<(usize, Attribute<'_>)> {
    let mut found = Vec::with_capacity(USUAL_ATTRIBUTES);
    let whole = Tlv::parse(name)
        .ok()
        .and_then(|name| each(&name, |place, attribute| found.push((place, attribute))));
    if whole.is_none() {
        found.clear();
    }
    found
}

/// An AttributeTypeAndValue.
struct Attribute<'a> {
    /// Content of its object identifier.
    kind: &'a [u8],
    value: Tlv<'a>,
}

impl<'a> Attribute<'a> {
    fn of(item: &Tlv<'a>) -> Option<Self> {
        let mut fields = item.children();
        let (kind, value) = (fields.expect(Tag::OID).ok()?, fields.next().ok()?);
        fields.finish().ok()?;
        Some(Self {
            kind: kind.content,
            value,
        })
    }

    /// The one attribute of a set, as nearly all sets have it.
    fn only(set: &Tlv<'a>) -> Option<Self> {
        Self::of(&set.only_child().ok()?)
    }

    fn is(&self, oid: &Oid) -> bool {
        self.kind == oid.as_bytes()
    }

    /// Whether both have one normal form.
    fn matches(&self, other: &Self) -> bool {
        if self.kind != other.kind {
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
    fn put_normal(&self, normal: &mut Vec<u8>) {
        let (mark, value) = match self.text() {
            Some(text) => (b't', Cow::Owned(prepared(&text).into_bytes())),
            None => (b'x', Cow::Borrowed(self.value.full)),
        };
        for (mark, part) in [(b'o', self.kind), (mark, &*value)] {
            normal.push(mark);
            normal.extend_from_slice(&part.len().to_be_bytes());
            normal.extend_from_slice(part);
        }
    }

    /// The value as text, where it is of a string type and well-formed.
    fn text(&self) -> Option<Cow<'a, str>> {
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

fn put_attribute(attribute: &Attribute<'_>, text: &mut String) {
    let short = SHORT_NAMES
        .iter()
        .find_map(|(oid, name)| attribute.is(oid).then_some(*name));
    match short {
        Some(short) => text.push_str(short),
        None => text.push_str(&asn1::dotted(attribute.kind)),
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
    let end = value.len();
    let mut rest = 0;
    for (place, character) in value.char_indices() {
        let behind = place.saturating_add(character.len_utf8());
        let hexadecimal = match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => false,
            '#' if place == 0 => false,
            ' ' if place == 0 || behind == end => false,
            // Control characters must not reach a terminal.
            c if c.is_control() => true,
            _ => continue,
        };
        text.push_str(value.get(rest..place).unwrap_or_default());
        rest = behind;
        if hexadecimal {
            let octets = value.as_bytes().get(place..behind).unwrap_or_default();
            for octet in octets {
                let _ = write!(text, "\\{octet:02X}");
            }
        } else {
            text.push('\\');
            text.push(character);
        }
    }
    text.push_str(value.get(rest..).unwrap_or_default());
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
    let mut text = String::with_capacity(octets.len().saturating_mul(2).saturating_add(1));
    if negative {
        text.push('-');
    }
    for octet in octets
        .iter()
        .skip(zeros.min(octets.len().saturating_sub(1)))
    {
        for digit in [octet >> 4, octet & 0xF] {
            let digit = char::from_digit(u32::from(digit), 16).unwrap_or_default();
            text.push(digit.to_ascii_uppercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asn1::write::tlv;

    /// Sets of few attributes with few values, so that many are alike.
    fn sets() -> impl Strategy<Value = Vec<Vec<u8>>> {
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
        prop::collection::vec(set, 0..3)
    }

    fn name(sets: &[Vec<u8>]) -> Vec<u8> {
        tlv(0x30, &[&sets.concat()])
    }

    #[test]
    fn what_needs_no_escape_has_none_and_everything_else_has() {
        for c in (0..=0x3_0000).filter_map(char::from_u32) {
            let escaped = |text: &str| {
                let mut out = String::new();
                put_escaped(text, &mut out);
                out
            };
            let special = "\"+,;<>\\".contains(c);
            let inside = match c {
                c if special => format!("a\\{c}b"),
                c if c.is_control() => {
                    let octets = c.to_string().into_bytes();
                    let octets = octets.iter().map(|octet| format!("\\{octet:02X}"));
                    format!("a{}b", octets.collect::<String>())
                }
                c => format!("a{c}b"),
            };
            assert_eq!(escaped(&format!("a{c}b")), inside, "{c:?}");
        }
        let mut out = String::new();
        put_escaped("# a #", &mut out);
        put_escaped(" ", &mut out);
        assert_eq!(out, "\\# a #\\ ");
    }

    proptest! {
        #[test]
        fn names_match_that_have_one_normal_form(a in sets(), b in sets()) {
            let (a, b) = (name(&a), name(&b));
            let (x, y) = (normal(&a).unwrap(), normal(&b).unwrap());
            prop_assert_eq!(names_match(&a, &b), a == b || !x.is_empty() && x == y);
        }

        #[test]
        fn the_normal_form_of_a_subtree_is_a_prefix_and_no_other_is(a in sets(), b in sets()) {
            let one = |set: &Vec<u8>| normal(&name(std::slice::from_ref(set))).unwrap();
            let within = a.len() >= b.len() && a.iter().zip(&b).all(|(a, b)| one(a) == one(b));
            let (a, b) = (normal(&name(&a)).unwrap(), normal(&name(&b)).unwrap());
            prop_assert_eq!(a.starts_with(&b), within);
        }

        #[test]
        fn a_malformed_name_matches_nothing_but_itself(sets in sets(), broken in 0_usize..3) {
            let junk = [
                tlv(0x31, &[&[0x30, 0]]),
                tlv(0x31, &[&[0x30, 9]]),
                tlv(0x30, &[]),
            ];
            // As the last set of two names that differ in spelling alone.
            let spelled = |value: &[u8]| tlv(0x31, &[&tlv(0x30, &[b"\x06\x03\x55\x04\x03", &tlv(12, &[value])])]);
            let with = |value, last| name(&[&[spelled(value)], sets.as_slice(), last].concat());
            let last = &junk[broken..=broken];
            prop_assert!(names_match(&with(b"a", &[]), &with(b"A", &[])));
            prop_assert!(!names_match(&with(b"a", last), &with(b"A", last)));
            prop_assert!(names_match(&with(b"a", last), &with(b"a", last)));
            prop_assert_eq!(normal(&with(b"a", last)), None);
        }
    }
}
