//! Base64 as XML Schema's base64Binary has it (RFC 2045 alphabet; white space anywhere).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// In one line.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(length(bytes.len()));
    for group in bytes.chunks(3) {
        let octet = |index: usize| u32::from(group.get(index).copied().unwrap_or_default());
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for (place, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            let index = usize::try_from(bits >> shift & 63).unwrap_or_default();
            let letter = ALPHABET.get(index).copied().unwrap_or(b'=');
            // The last group has one letter more than octets.
            text.push(match place <= group.len() {
                true => char::from(letter),
                false => '=',
            });
        }
    }
    text
}

/// Letters of so many octets.
pub(crate) fn length(octets: usize) -> usize {
    octets.div_ceil(3).saturating_mul(4)
}

/// `None` where it is none: other letters, padding that does not fit, bits behind the end.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().div_ceil(4).saturating_mul(3));
    let (mut bits, mut count, mut padding) = (0_u32, 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'=' => {
                padding = padding.saturating_add(1);
                continue;
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => letter.wrapping_sub(b'A'),
            b'a'..=b'z' => letter.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => letter.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count = count.wrapping_add(1) % 4;
        if count == 0 {
            bytes.extend_from_slice(bits.to_be_bytes().get(1..)?);
            bits = 0;
        }
    }
    match (count, padding) {
        (0, 0) => {}
        (2, 2) if bits.trailing_zeros() >= 4 => bytes.push(u8::try_from(bits >> 4).ok()?),
        (3, 1) if bits.trailing_zeros() >= 2 => {
            bytes.extend_from_slice(&u16::try_from(bits >> 2).ok()?.to_be_bytes());
        }
        _ => return None,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_and_what_is_none() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in vectors {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(length(plain.len()), coded.len());
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
        assert_eq!(decode(" Zm9v\r\nYmFy\t").unwrap(), b"foobar");
        for bad in [
            "Z", "Zg", "Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Zm8==", "Zm-v", "====",
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)).unwrap(), all);
    }
}
