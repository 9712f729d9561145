//! Characters and names (XML 1.0, fifth edition, productions 2, 4 and 5; Namespaces in XML 1.0, productions 7 to 11).

/// Whether XML 1.0 has this character at all (production 2).
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// White space (production 3).
pub(super) fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// An octet that may be part of a name; those beyond ASCII are looked at as characters later.
pub(super) fn is_name_octet(octet: u8) -> bool {
    matches!(octet, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'-' | b'.' | 0x80..)
}

/// A name with one colon at most, between two names without any.
pub(super) fn is_qualified_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_plain_name(prefix) && is_plain_name(local),
        None => is_plain_name(name),
    }
}

/// How long the qualified name is that may stand at the start, and whether it is one; `None` where that is still to be seen,
/// because it has letters beyond ASCII.
pub(super) fn qualified_name(octets: &[u8]) -> (usize, Option<bool>) {
    // A name begins here: at its start and behind its colon.
    let (mut begins, mut sound) = (true, true);
    let (mut colons, mut kinds) = (0_usize, 0_u8);
    let mut length = 0_usize;
    for octet in octets {
        let kind = KINDS.get(usize::from(*octet)).copied().unwrap_or_default();
        if kind == 0 {
            break;
        }
        sound &= !begins || kind & BEGINS != 0;
        begins = kind & COLON != 0;
        colons = colons.saturating_add(usize::from(begins));
        kinds |= kind;
        length = length.saturating_add(1);
    }
    let sound = sound && !begins && colons <= 1;
    (length, (kinds & BEYOND == 0).then_some(sound))
}

const PART: u8 = 1;
const BEGINS: u8 = 2;
const COLON: u8 = 4;
const BEYOND: u8 = 8;

/// What each octet can be in a name.
static KINDS: [u8; 256] = kinds();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "this runs in the compiler"
)]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut octet = 0_u8;
    loop {
        kinds[octet as usize] = match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => PART | BEGINS,
            b'0'..=b'9' | b'-' | b'.' => PART,
            b':' => PART | COLON,
            0x80.. => PART | BEYOND | BEGINS,
            _ => 0,
        };
        if octet == u8::MAX {
            return kinds;
        }
        octet += 1;
    }
}

/// A name without a colon.
pub(super) fn is_plain_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

fn starts_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The prefix, empty where there is none, and the local part.
pub(super) fn split(name: &str) -> (&str, &str) {
    let colon = name.bytes().position(|octet| octet == b':');
    colon
        .and_then(|at| Some((name.get(..at)?, name.get(at.checked_add(1)?..)?)))
        .unwrap_or(("", name))
}

/// Whether two texts are equal that most often are short or the same one. Prefixes are compared for every name, and a call to
/// compare memory takes longer than this.
pub(super) fn same(one: &str, other: &str) -> bool {
    if one.len() != other.len() {
        return false;
    }
    if one.len() > 8 {
        return one.as_ptr() == other.as_ptr() || one == other;
    }
    one.bytes()
        .zip(other.bytes())
        .all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_standard() {
        for name in ["a", "_1", "chữ.ký-1", "ds:Signature"] {
            assert!(is_qualified_name(name), "{name}");
            assert_ne!(qualified_name(name.as_bytes()).1, Some(false), "{name}");
        }
        for name in ["", "1a", "-a", ":a", "a:", "a:b:c", "a:1", "a b", "×"] {
            assert!(!is_qualified_name(name), "{name}");
            let (length, sound) = qualified_name(name.as_bytes());
            assert!(sound != Some(true) || length < name.len(), "{name}");
        }
    }
}
