//! Text strings and dates (ISO 32000-1 clauses 7.9.2 and 7.9.4).

use crate::time::Time;

/// 0x18 to 0x1F of PDFDocEncoding (ISO 32000-1 annex D.3).
const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];

/// 0x80 to 0xA0 of PDFDocEncoding; 0x9F is undefined.
const HIGH: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
];

/// Encloses a language code.
const LANGUAGE: char = '\u{1b}';

/// The text of a text string: UTF-16 or UTF-8 by its byte order mark, else PDFDocEncoding.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Not in the standard, but written and read.
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => said(String::from_utf8_lossy(rest).chars()),
        _ => bytes.iter().map(|byte| doc_encoding(*byte)).collect(),
    }
}

/// A text as a text string: ASCII as it is, all else in UTF-16.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    if text.bytes().all(plain) {
        return text.as_bytes().to_vec();
    }
    // The character that begins a language code is not to be had as text.
    let text = text.chars().filter(|c| *c != LANGUAGE);
    let units = text.flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec());
    let units = units.flat_map(u16::to_be_bytes);
    [0xfe, 0xff].into_iter().chain(units).collect()
}

/// A text in PDFDocEncoding (annex D.2); `None` where it has a character that is not in it.
pub(crate) fn encode_doc(text: &str) -> Option<Vec<u8>> {
    let byte = |c: char| {
        (0..=255)
            .find(|byte| doc_encoding(*byte) == c)
            .filter(|_| c != char::REPLACEMENT_CHARACTER)
    };
    text.chars().map(byte).collect()
}

/// Reads `D:YYYYMMDDHHmmSSOHH'mm'`. All behind the year may be missing, as may `D:` and the apostrophes;
/// without a zone it is taken as UTC.
pub(crate) fn parse_date(text: &[u8]) -> Option<Time> {
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"D:").unwrap_or(text);
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    let mut part = |missing: u32| match rest.first() {
        Some(byte) if byte.is_ascii_digit() => digits(&mut rest, 2),
        _ => Some(missing),
    };
    let (month, day) = (part(1)?, part(1)?);
    let (hour, minute, second) = (part(0)?, part(0)?, part(0)?);
    let (sign, zone_hour, zone_minute) = match rest.split_first() {
        None | Some((b'Z' | b'z', _)) => ('+', 0, 0),
        Some((sign @ (b'+' | b'-'), mut zone)) => {
            let hours = digits(&mut zone, 2)?;
            let mut zone = zone
                .strip_prefix(b"'")
                .or_else(|| zone.strip_prefix(b":"))
                .unwrap_or(zone);
            let minutes = if zone.first().is_some_and(u8::is_ascii_digit) {
                digits(&mut zone, 2)?
            } else {
                0
            };
            (char::from(*sign), hours, minutes)
        }
        Some(_) => return None,
    };
    // A leap second is shown as the last whole one.
    let second = second.min(59);
    Time::from_rfc3339(&format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{zone_hour:02}:{zone_minute:02}"
    ))
}

/// `D:20260305093015+07'00'`, as a clock `offset_minutes` east of UTC shows it.
pub(crate) fn format_date(time: Time, offset_minutes: i32) -> String {
    let (year, month, day, hour, minute, second) = time.civil(offset_minutes);
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let zone = offset_minutes.unsigned_abs();
    let (zone_hour, zone_minute) = (zone / 60, zone % 60);
    format!(
        "D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{sign}{zone_hour:02}'{zone_minute:02}'"
    )
}

fn digits(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (text, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    text.iter().all(u8::is_ascii_digit).then_some(())?;
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn utf16(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(order);
    said(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
}

/// Characters without the language codes among them, each enclosed in U+001B (ISO 32000-2 clause 7.9.2.2): they are no text.
fn said(characters: impl Iterator<Item = char>) -> String {
    let mut escaped = false;
    let mut is_text = |c: &char| {
        escaped ^= *c == LANGUAGE;
        !escaped && *c != LANGUAGE
    };
    characters.filter(|c| is_text(c)).collect()
}

fn doc_encoding(byte: u8) -> char {
    let special = match byte {
        0x18..=0x1f => LOW.get(usize::from(byte.wrapping_sub(0x18))),
        0x80..=0xa0 => HIGH.get(usize::from(byte.wrapping_sub(0x80))),
        0x7f | 0xad => Some(&char::REPLACEMENT_CHARACTER),
        _ => None,
    };
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_both_ways() {
        for text in ["", "NguoiKy", "Chủ tịch Ủy ban", "𝄞 line\nfeed"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode(b"\x84\x92\xa0\xe9"), "—™€é");
        assert_eq!(decode(b"\xff\xfeA\0"), "A");
        assert_eq!(decode(b"\xfe\xff\0\x1b\0e\0n\0\x1b\0A"), "A");
        assert_eq!(
            encode_doc("—™€é A").as_deref(),
            Some(&b"\x84\x92\xa0\xe9 A"[..])
        );
        assert_eq!((encode_doc("ạ"), encode_doc("\u{fffd}")), (None, None));
        assert_eq!(decode(b"\xef\xbb\xbf\xe1\xbb\xa6"), "Ủ");
        // Found by fuzzing: a language code is no text in UTF-8 either, nor can text begin one.
        assert_eq!(decode(b"\xef\xbb\xbfA\x1bvi\x1bB"), "AB");
        assert_eq!(decode(&encode("A\u{1b}vi\u{1b}Ủ")), "AviỦ");
    }

    #[test]
    fn dates_with_all_optional_parts() {
        let at = |text: &str| parse_date(text.as_bytes()).map(|time| time.to_string());
        assert_eq!(
            at("D:20260305093015+07'00'").as_deref(),
            Some("2026-03-05T02:30:15Z")
        );
        assert_eq!(
            at("D:20260305093015+07'00").as_deref(),
            Some("2026-03-05T02:30:15Z")
        );
        assert_eq!(
            at("D:20260305093015-0730").as_deref(),
            Some("2026-03-05T17:00:15Z")
        );
        assert_eq!(
            at("20260305093015Z").as_deref(),
            Some("2026-03-05T09:30:15Z")
        );
        assert_eq!(
            at("D:20260305093015Z00'00'").as_deref(),
            Some("2026-03-05T09:30:15Z")
        );
        assert_eq!(at("D:2026").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(at("D:202603051").as_deref(), None);
        assert_eq!(at("D:20261305").as_deref(), None);
        assert_eq!(at("yesterday"), None);
        let time = Time::from_rfc3339("2026-03-05T02:30:15Z").unwrap();
        assert_eq!(format_date(time, 420), "D:20260305093015+07'00'");
        assert_eq!(parse_date(format_date(time, -90).as_bytes()), Some(time));
    }
}
