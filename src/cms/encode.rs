//! A small DER writer (X.690 clause 10). It cannot fail: what it is given is DER already, or plain bytes.

pub(super) use crate::asn1::write::tlv;
use crate::{time::Time, x509::oid::Oid};

pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xA0;
/// `[1]`, constructed.
pub(super) const CONTEXT_1: u8 = 0xA1;
/// `[2]`, constructed.
pub(super) const CONTEXT_2: u8 = 0xA2;
/// NULL.
pub(super) const NULL: &[u8] = &[0x05, 0x00];

/// SET OF with its elements in DER order (X.690 clause 11.6).
pub(super) fn set_of(tag: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let parts: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    tlv(tag, &parts)
}

/// OBJECT IDENTIFIER.
pub(super) fn oid(oid: Oid) -> Vec<u8> {
    tlv(0x06, &[oid.as_bytes()])
}

/// INTEGER of a small number.
pub(super) fn small_integer(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let mut zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(3);
    // A leading one bit would make it negative.
    if zeros > 0 && bytes.get(zeros).is_some_and(|byte| byte & 0x80 != 0) {
        zeros = zeros.saturating_sub(1);
    }
    let sign: &[u8] = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        &[0]
    } else {
        &[]
    };
    tlv(0x02, &[sign, bytes.get(zeros..).unwrap_or_default()])
}

/// Time (RFC 5652 clause 11.3): UTCTime from 1950 to 2049, GeneralizedTime otherwise.
pub(super) fn time(time: Time) -> Vec<u8> {
    let (year, month, day, hour, minute, second) = time.civil(0);
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    if (1950..2050).contains(&year) {
        tlv(0x17, &[format!("{:02}{rest}", year % 100).as_bytes()])
    } else {
        tlv(0x18, &[format!("{year:04}{rest}").as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_integers_and_times_are_der() {
        assert_eq!(tlv(4, &[&[0; 127]]).get(..2), Some(&[4, 127][..]));
        assert_eq!(tlv(4, &[&[0; 128]]).get(..3), Some(&[4, 0x81, 128][..]));
        assert_eq!(
            tlv(4, &[&[0; 100], &[0; 156]]).get(..4),
            Some(&[4, 0x82, 1, 0][..])
        );
        for (value, der) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (u32::MAX, &[2, 5, 0, 255, 255, 255, 255]),
        ] {
            assert_eq!(small_integer(value), der);
        }
        assert_eq!(
            time(Time::from_rfc3339("2026-03-05T02:30:15Z").unwrap()),
            b"\x17\x0D260305023015Z"
        );
        assert_eq!(
            time(Time::from_rfc3339("2050-01-01T00:00:00Z").unwrap()),
            b"\x18\x0F20500101000000Z"
        );
        assert_eq!(
            set_of(SET, vec![vec![4, 1, 9], vec![4, 1, 2], vec![2, 1, 3]]),
            [0x31, 9, 2, 1, 3, 4, 1, 2, 4, 1, 9]
        );
    }
}
