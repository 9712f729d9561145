//! Points in time, in UTC and whole seconds, and the text forms that documents write them in.
//!
//! There is no clock here: the time of judgement is an argument everywhere below the outermost call.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// 0000-01-01T00:00:00Z.
    pub(crate) const EARLIEST: Self = Self(-62_167_219_200);

    /// 9999-12-31T23:59:59Z.
    pub(crate) const LATEST: Self = Self(253_402_300_799);

    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        (0..=9999).contains(&moment.year()).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; fractions of a second are cut off.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        Self::from_unix(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp())
    }

    /// The wall clock of a zone, `offset_minutes` east of UTC.
    fn at_offset(self, offset_minutes: i32) -> OffsetDateTime {
        let utc = OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let offset = offset_minutes
            .checked_mul(60)
            .and_then(|s| UtcOffset::from_whole_seconds(s).ok());
        offset.and_then(|o| utc.checked_to_offset(o)).unwrap_or(utc)
    }

    /// Year, month, day, hour, minute, second as a clock `offset_minutes` east of UTC shows them.
    #[must_use]
    pub fn civil(self, offset_minutes: i32) -> (i32, u8, u8, u8, u8, u8) {
        let t = self.at_offset(offset_minutes);
        (
            t.year(),
            t.month().into(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
        )
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC: `2026-03-05T02:30:15Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil(0);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_rfc3339(&text)
            .ok_or_else(|| de::Error::custom(format_args!("not an RFC 3339 time: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_round_trip_and_offsets() {
        let t = Time::from_rfc3339("2026-03-05T09:30:15+07:00").unwrap();
        assert_eq!(t.to_string(), "2026-03-05T02:30:15Z");
        assert_eq!(t.civil(420), (2026, 3, 5, 9, 30, 15));
        assert_eq!(Time::from_rfc3339("2026-13-05T09:30:15Z"), None);
        assert_eq!(Time::from_unix(i64::MAX), None);
    }
}
