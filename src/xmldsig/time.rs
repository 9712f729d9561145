//! SigningTime as it is written: xsd:dateTime, with or without a zone.

use crate::time::Time;

/// Minutes that Viet Nam is ahead of UTC.
const VIET_NAM: i64 = 7 * 60;

/// The time, and whether a zone stands there. Without one it is the time of Viet Nam, whose e-invoices are written so.
pub(crate) fn parse(text: &str) -> Option<(Time, bool)> {
    let text = text.trim_ascii();
    if let Some(time) = Time::from_rfc3339(text) {
        return Some((time, true));
    }
    let time = Time::from_rfc3339(&format!("{text}Z"))?;
    let seconds = time.unix().checked_sub(VIET_NAM.checked_mul(60)?)?;
    Some((Time::from_unix(seconds)?, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_a_zone() {
        let time = |text| Time::from_rfc3339(text).unwrap();
        let utc = time("2022-01-04T01:26:34Z");
        assert_eq!(parse("2022-01-04T08:26:34"), Some((utc, false)));
        assert_eq!(parse(" 2022-01-04T08:26:34+07:00\n"), Some((utc, true)));
        assert_eq!(parse("2022-01-04T01:26:34Z"), Some((utc, true)));
        assert_eq!(parse("2022-01-04T08:26:34.123"), Some((utc, false)));
        assert_eq!(parse("04/01/2022"), None);
        assert_eq!(parse(""), None);
    }
}
