//! SigningTime as it is written: xsd:dateTime, with or without a zone.

use crate::time::Time;

/// A signing time as the signer claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) time: Time,
    /// Whether a zone stands there.
    pub(crate) zone: bool,
    /// The earliest time that may be meant: software in use writes the time of Viet Nam and `Z` behind it.
    pub(crate) earliest: Time,
}

/// Minutes that Viet Nam is ahead of UTC.
const VIET_NAM: i64 = 7 * 60;

/// Reads a time. Without a zone it is the time of Viet Nam, whose e-invoices are written so.
pub(crate) fn parse(text: &str) -> Option<Claimed> {
    let text = text.trim_ascii();
    if let Some(time) = Time::from_rfc3339(text) {
        return Some(Claimed {
            time,
            zone: true,
            earliest: match text.ends_with(['Z', 'z']) {
                true => in_viet_nam(time)?,
                false => time,
            },
        });
    }
    let time = in_viet_nam(Time::from_rfc3339(&format!("{text}Z"))?)?;
    Some(Claimed {
        time,
        zone: false,
        earliest: time,
    })
}

/// What a clock in Viet Nam shows as this time of UTC.
fn in_viet_nam(shown: Time) -> Option<Time> {
    Time::from_unix(shown.unix().checked_sub(VIET_NAM.checked_mul(60)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_a_zone() {
        let time = |text| Time::from_rfc3339(text).unwrap();
        let utc = time("2022-01-04T01:26:34Z");
        let claimed = |zone, earliest| {
            Some(Claimed {
                time: utc,
                zone,
                earliest,
            })
        };
        assert_eq!(parse("2022-01-04T08:26:34"), claimed(false, utc));
        assert_eq!(parse(" 2022-01-04T08:26:34+07:00\n"), claimed(true, utc));
        let earliest = time("2022-01-03T18:26:34Z");
        assert_eq!(parse("2022-01-04T01:26:34Z"), claimed(true, earliest));
        assert_eq!(parse("2022-01-04T08:26:34.123"), claimed(false, utc));
        assert_eq!(parse("04/01/2022"), None);
        assert_eq!(parse(""), None);
    }
}
