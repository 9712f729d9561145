//! UTCTime and GeneralizedTime, as real files have them.

use time::{Date, Month};

use super::{Tag, Tlv};
use crate::time::Time;

/// Reads a time (X.680 clauses 46 and 47; RFC 5280 clause 4.1.2.5) in UTC, leniently: seconds may be missing, an
/// offset may stand in the place of `Z`, fractions are cut off. Without `Z` or offset it is taken as UTC.
pub(crate) fn parse(tlv: &Tlv<'_>) -> Option<Time> {
    if tlv.tag == Tag::UTC_TIME {
        let (year, rest) = digits(tlv.content, 2)?;
        // RFC 5280 clause 4.1.2.5.1: below 50 means 20YY.
        let century: i32 = if year < 50 { 2000 } else { 1900 };
        parse_rest(century.checked_add(year)?, rest, true)
    } else if tlv.tag == Tag::GENERALIZED_TIME {
        let (year, rest) = digits(tlv.content, 4)?;
        parse_rest(year, rest, false)
    } else {
        None
    }
}

fn parse_rest(year: i32, text: &[u8], minutes_needed: bool) -> Option<Time> {
    let (month, text) = digits(text, 2)?;
    let (day, text) = digits(text, 2)?;
    let (hour, text) = digits(text, 2)?;
    let (minute, text) = match digits(text, 2) {
        Some(found) => found,
        None if minutes_needed => return None,
        None => (0, text),
    };
    let (second, text) = digits(text, 2).unwrap_or((0, text));
    let text = match text.split_first() {
        Some((b'.' | b',', fraction)) if !minutes_needed => {
            let count = fraction
                .iter()
                .take_while(|octet| octet.is_ascii_digit())
                .count();
            if count == 0 {
                return None;
            }
            fraction.get(count..)?
        }
        _ => text,
    };
    let offset = match text.split_first() {
        None | Some((b'Z', [])) => 0_i64,
        Some((sign @ (b'+' | b'-'), offset)) => {
            let (hours, offset) = digits(offset, 2)?;
            let (minutes, offset) = if offset.is_empty() {
                (0, offset)
            } else {
                digits(offset, 2)?
            };
            if hours > 23 || minutes > 59 || !offset.is_empty() {
                return None;
            }
            let seconds = i64::from(hours)
                .checked_mul(60)?
                .checked_add(i64::from(minutes))?
                .checked_mul(60)?;
            if *sign == b'-' {
                seconds.checked_neg()?
            } else {
                seconds
            }
        }
        Some(_) => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()?;
    // A leap second is taken as the second before: `Time` does not count them.
    let second = u8::try_from(second).ok().filter(|s| *s <= 60)?.min(59);
    let (hour, minute) = (u8::try_from(hour).ok()?, u8::try_from(minute).ok()?);
    let local = date
        .with_hms(hour, minute, second)
        .ok()?
        .assume_utc()
        .unix_timestamp();
    Time::from_unix(local.checked_sub(offset)?)
}

/// A number of exactly `count` digits, and what follows.
fn digits(text: &[u8], count: usize) -> Option<(i32, &[u8])> {
    let (number, rest) = text.split_at_checked(count)?;
    let mut value = 0_i32;
    for octet in number {
        let digit = octet.is_ascii_digit().then(|| octet.wrapping_sub(b'0'))?;
        value = value.checked_mul(10)?.checked_add(i32::from(digit))?;
    }
    Some((value, rest))
}
