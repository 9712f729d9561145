//! References in the bytes of one object, without parsing it: strings and comments are told apart from the rest, and
//! every `N G R` outside of them is taken down. Each byte is looked at once and nothing is copied, unless there are
//! comments, which may part a reference.

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::pdf::{
    Object,
    lex::{Lexer, is_space},
    parse::Parser,
};

/// What ends an object, and where in its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Behind `endobj`.
    Object(usize),
    /// Behind `stream`: its data follows.
    Data(usize),
}

/// The numbers that the object at the start of these bytes refers to, up to its stream data or `endobj`; `None` where it
/// does not end within them. What it referred to until then is in `found` all the same.
pub(super) fn references(bytes: &[u8], found: &mut Vec<u32>) -> Option<End> {
    let mut at = 0;
    // Behind the last string or `<<`: the end of the object is told by what stands in front of its keyword.
    let mut since = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| is_telling(*byte))?;
        let before = bytes.get(..at)?;
        let rest = bytes.get(at..)?;
        match rest.first()? {
            b'R' => found.extend(number_before(before)),
            b'(' => {
                at = behind_string(bytes, at)?;
                since = at;
                continue;
            }
            b'<' if rest.starts_with(b"<<") => {
                at += 2;
                since = at;
                continue;
            }
            b'<' => {
                at += memchr(b'>', rest)? + 1;
                since = at;
                continue;
            }
            b'%' => {
                let plain = without_comments(bytes, at);
                found.clear();
                return references(&plain, found);
            }
            // The last letter of `stream`, of `endobj`.
            b'm' => {
                let dictionary = before
                    .get(since..)
                    .and_then(|own| own.strip_suffix(b"strea"));
                if dictionary.is_some_and(|own| trim_space(own).ends_with(b">>")) {
                    return Some(End::Data(at + 1));
                }
            }
            _ => {
                let value = before
                    .get(since..)
                    .and_then(|own| own.strip_suffix(b"endob"));
                if value.is_some_and(|own| own.last().is_none_or(|last| ends_value(*last))) {
                    return Some(End::Object(at + 1));
                }
            }
        }
        at += 1;
    }
}

/// The value of an object that lacks its `endobj`, parsed; `None` where it may go on behind these bytes, as the digits of
/// a number or of a reference may.
pub(super) fn unclosed(bytes: &[u8], offset: u64) -> Option<Object> {
    let mut lexer = Lexer::new(bytes, offset, true);
    let parsed = Parser::new(&mut lexer).indirect().ok()?;
    (!matches!(parsed.object, Object::Integer(_))).then_some(parsed.object)
}

/// The /Length of a stream dictionary that says it once, plainly and as a number.
pub(super) fn stated_length(head: &[u8]) -> Option<i64> {
    const KEY: &[u8] = b"/Length";
    let mut found = memmem::find_iter(head, KEY);
    let (at, more) = (found.next()?, found.next());
    if more.is_some() || memchr3(b'#', b'%', b'(', head).is_some() {
        return None;
    }
    let value = head.get(at + KEY.len()..)?;
    let blank = value.iter().take_while(|byte| is_space(**byte)).count();
    let digits = value.get(blank..)?;
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let behind = digits.get(count..)?.trim_ascii_start();
    let is_plain = blank > 0 && matches!(behind.first()?, b'/' | b'>');
    let digits = std::str::from_utf8(digits.get(..count)?).ok()?;
    digits.parse().ok().filter(|_| is_plain)
}

/// Whether any reference in bytes that hold no comments is one of those asked for; what stands in strings counts, too.
pub(super) fn mentions(bytes: &[u8], mut is_wanted: impl FnMut(u32) -> bool) -> bool {
    memchr::memchr_iter(b'R', bytes).any(|at| {
        let number = bytes.get(..at).and_then(number_before);
        number.is_some_and(&mut is_wanted)
    })
}

/// What a reference, a string, a dictionary, a comment, or the end of an object is known by.
fn is_telling(byte: u8) -> bool {
    matches!(byte, b'R' | b'(' | b'<' | b'%' | b'm' | b'j')
}

/// Whether `endobj` may stand behind this without white space.
fn ends_value(last: u8) -> bool {
    is_space(last) || matches!(last, b'>' | b']')
}

/// A copy with white space in the place of comments, as far as strings end; `first` is where a comment begins.
fn without_comments(bytes: &[u8], first: usize) -> Vec<u8> {
    let mut plain = bytes.to_vec();
    let mut next = Some(first);
    while let Some(at) = next {
        let behind = match plain.get(at..).unwrap_or_default() {
            [b'%', rest @ ..] => {
                let length = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                plain
                    .iter_mut()
                    .skip(at)
                    .take(length + 1)
                    .for_each(|byte| *byte = b' ');
                Some(at + 1 + length)
            }
            [b'<', b'<', ..] => Some(at + 2),
            [b'<', rest @ ..] => memchr(b'>', rest).map(|length| at + length + 2),
            _ => behind_string(&plain, at),
        };
        next = behind.and_then(|behind| {
            let found = memchr3(b'(', b'<', b'%', plain.get(behind..)?)?;
            Some(behind + found)
        });
    }
    plain
}

/// The object number of a reference whose `R` follows these bytes.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let (generation, rest) = digits_before(bytes)?;
    let spaced = trim_space(rest);
    if generation > u64::from(u16::MAX) || spaced.len() == rest.len() {
        return None;
    }
    let (number, _) = digits_before(spaced)?;
    u32::try_from(number).ok()
}

/// The number that ends the bytes, white space behind it skipped, and what stands before it.
fn digits_before(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let bytes = trim_space(bytes);
    let (mut value, mut unit, mut rest) = (0_u64, 1_u64, bytes);
    while let Some((digit, before)) = rest
        .split_last()
        .filter(|(digit, _)| digit.is_ascii_digit())
    {
        value = value.saturating_add(unit.saturating_mul(u64::from(digit - b'0')));
        unit = unit.saturating_mul(10);
        rest = before;
    }
    (rest.len() < bytes.len()).then_some((value, rest))
}

fn trim_space(mut bytes: &[u8]) -> &[u8] {
    while let Some((_, before)) = bytes.split_last().filter(|(last, _)| is_space(**last)) {
        bytes = before;
    }
    bytes
}

/// The index behind a literal string (ISO 32000-1 clause 7.3.4.2).
fn behind_string(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        at += memchr3(b'\\', b'(', b')', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            _ => depth -= 1,
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        references(bytes, &mut found).map(|_| found)
    }

    #[test]
    fn references_are_read_backwards_from_their_r() {
        assert_eq!(
            numbers(b"<</Root 12 0 R/P 007\n\t1\0R /R 3 0 R]endobj").unwrap(),
            [12, 7, 3]
        );
        let none = b"/R R 5R 70000 R 1 99999 R 4294967296 0 R endobj";
        assert!(numbers(none).unwrap().is_empty());
        assert_eq!(numbers(b"0 0R endobj").unwrap(), [0]);
    }

    #[test]
    fn an_object_ends_where_its_own_keyword_stands() {
        let dictionary = b"1 0 obj<</A 2 0 R>>stream\n9 0 R endobj";
        assert_eq!(numbers(dictionary).unwrap(), [2]);
        let in_strings = b"1 0 obj [(endobj stream\\) () ) 2 0 R<endobj>] endobj 3 0 R";
        assert_eq!(numbers(in_strings).unwrap(), [2]);
        let names = b"1 0 obj <</stream 2 0 R/endobj 3 0 R>> endobj 4 0 R";
        assert_eq!(numbers(names).unwrap(), [2, 3]);
        assert_eq!(
            numbers(b"1 0 obj<</A<</B 2 0 R>>>>endobj 3 0 R").unwrap(),
            [2]
        );
        assert!(numbers(b"1 0 obj [<41>]endobj 3 0 R").unwrap().is_empty());
        for open in [
            &b"1 0 obj [(endobj"[..],
            b"1 0 obj <endobj",
            b"1 0 obj % endobj",
            b"",
        ] {
            assert_eq!(numbers(open), None);
        }
    }

    #[test]
    fn an_object_without_its_end_is_parsed_as_far_as_it_is_whole() {
        let whole = unclosed(b"1 0 obj [2 0 R] endobJ\n", 0).unwrap();
        assert_eq!(whole.as_array().map(<[Object]>::len), Some(1));
        for cut in [
            &b"1 0 obj [2 0 R"[..],
            b"1 0 obj 2 0",
            b"1 0 obj 2",
            b"1 0 obj (\\)",
        ] {
            assert_eq!(unclosed(cut, 0), None);
        }
    }

    #[test]
    fn strings_hold_no_references_and_comments_part_them() {
        let strings = b"1 0 obj [(2 0 R)<3 0 R> (4) 0 R]endobj";
        assert!(numbers(strings).unwrap().is_empty());
        let parted = b"1 0 obj [<28> 2 %endobj (\n0%\rR (%) %c\n 3 0 R] endobj % 4 0 R";
        assert_eq!(numbers(parted).unwrap(), [2, 3]);
        let data = b"1 0 obj %c\n<</A 2 0 R>>stream\n(%<";
        assert_eq!(numbers(data).unwrap(), [2]);
    }

    #[test]
    fn what_mentions_a_number_may_be_a_string() {
        assert!(mentions(b"[(5 0 R)]", |number| number == 5));
        assert!(!mentions(b"[5 0 R]", |number| number == 6));
    }
}
