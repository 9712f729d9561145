//! Names and serial numbers as KeyInfo writes them: in words.
//!
//! XMLDSig asks for RFC 4514, but what is written differs: order, spaces, names of attribute types, quotes. What is found
//! here is only a hint which certificate is meant; the signature value decides whether it is. So names are compared by
//! their values, whatever their types and order.

use crate::{asn1::Tlv, x509::prepared};

/// Whether two names in words have the same values.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let one = values(one);
    !one.is_empty() && one == values(other)
}

/// The values, in a form in which equal ones are equal, sorted.
fn values(name: &str) -> Vec<String> {
    let mut values: Vec<String> = parts(name)
        .iter()
        .filter_map(|part| {
            let at = part.iter().position(|byte| *byte == b'=')?;
            let value = part.get(at.checked_add(1)?..)?.trim_ascii();
            let text = match value.strip_prefix(b"#").and_then(from_der) {
                Some(text) => text,
                None => String::from_utf8_lossy(value).into_owned(),
            };
            Some(prepared(&text))
        })
        .filter(|value| !value.is_empty())
        .collect();
    values.sort_unstable();
    values
}

/// Attributes, `type=value`, with escapes and quotes taken away. They are parted by `,`, `;` and `+`; by `/` where the
/// name begins with one.
fn parts(name: &str) -> Vec<Vec<u8>> {
    let name = name.trim_ascii();
    let slash = name.starts_with('/');
    let mut parts = vec![Vec::new()];
    let mut bytes = name.as_bytes().iter();
    let mut quoted = false;
    while let Some(&byte) = bytes.next() {
        let apart = match byte {
            b',' | b';' | b'+' => !slash,
            b'/' => slash,
            _ => false,
        };
        if apart && !quoted {
            parts.push(Vec::new());
            continue;
        }
        let Some(part) = parts.last_mut() else { break };
        match byte {
            b'"' => quoted = !quoted,
            b'\\' => {
                let rest = bytes.as_slice();
                match rest
                    .split_first_chunk::<2>()
                    .and_then(|(pair, _)| octet(pair))
                {
                    Some(octet) => {
                        part.push(octet);
                        bytes.nth(1);
                    }
                    None => part.extend(bytes.next().copied()),
                }
            }
            other => part.push(other),
        }
    }
    parts
}

/// A value as hexadecimal DER (RFC 4514 clause 2.4).
fn from_der(hexadecimal: &[u8]) -> Option<String> {
    let (pairs, []) = hexadecimal.as_chunks::<2>() else {
        return None;
    };
    let der: Vec<u8> = pairs.iter().map(octet).collect::<Option<_>>()?;
    let value = Tlv::parse(&der).ok()?;
    String::from_utf8(value.content.to_vec()).ok()
}

fn octet(pair: &[u8; 2]) -> Option<u8> {
    let text = std::str::from_utf8(pair).ok()?;
    let both = pair.iter().all(u8::is_ascii_hexdigit);
    both.then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

/// Whether a serial number in decimal is the content of this INTEGER. The sign does not count: some write a first octet
/// above 7F as a negative number, others as a positive one.
pub(super) fn same_serial(decimal: &str, serial: &[u8]) -> bool {
    let digits = decimal.trim_ascii();
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    // A serial number has at most 20 octets (RFC 5280 clause 4.1.2.2); 64 are 155 digits.
    if digits.is_empty() || digits.len() > 155 || !digits.bytes().all(|d| d.is_ascii_digit()) {
        return false;
    }
    let mut octets: Vec<u8> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u32::from(digit.wrapping_sub(b'0'));
        for octet in octets.iter_mut().rev() {
            let [.., high, low] = u32::from(*octet)
                .wrapping_mul(10)
                .wrapping_add(carry)
                .to_be_bytes();
            (*octet, carry) = (low, u32::from(high));
        }
        if carry > 0 {
            octets.insert(0, u8::try_from(carry).unwrap_or(0));
        }
    }
    let magnitude = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .copied()
            .skip_while(|octet| *octet == 0)
            .collect()
    };
    let wanted = magnitude(serial);
    octets == wanted || decimal.trim_ascii().starts_with('-') && octets == negated(serial)
}

/// The magnitude of a negative INTEGER.
fn negated(serial: &[u8]) -> Vec<u8> {
    let mut octets = serial.to_vec();
    let mut carry = true;
    for octet in octets.iter_mut().rev() {
        (*octet, carry) = (!*octet).overflowing_add(u8::from(carry));
    }
    octets.into_iter().skip_while(|octet| *octet == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_however_they_are_written() {
        let name = "CN=Nguyễn Văn A,O=Ủy ban\\, tỉnh,C=VN";
        for other in [
            "C=VN, O=\"Ủy ban, tỉnh\", CN=NGUYỄN VĂN A",
            "cn=nguyễn  văn a; o=Ủy ban\\2C tỉnh; c=vn",
            "2.5.4.3=#0C0F4E677579E1BB856E2056C4836E2041,O=Ủy ban\\, tỉnh,C=VN",
            "/C=VN/O=Ủy ban, tỉnh/CN=Nguyễn Văn A",
            "CN=Nguy\\E1\\BB\\85n V\\C4\\83n A,O=Ủy ban\\, tỉnh,C=VN",
        ] {
            assert!(same_name(name, other), "{other}: {:?}", values(other));
        }
        assert!(!same_name(name, "CN=Nguyễn Văn B,O=Ủy ban\\, tỉnh,C=VN"));
        assert!(!same_name("", ""));
    }

    #[test]
    fn serial_numbers_in_decimal() {
        assert!(
            same_serial(" 0 ", &[0]) && same_serial("255", &[0, 255]) && same_serial("255", &[255])
        );
        assert!(same_serial("340282366920938463463374607431768211456", &{
            let mut serial = [0; 17];
            serial[0] = 1;
            serial
        }));
        assert!(same_serial("-1", &[255]) && same_serial("-128", &[128]));
        assert!(!same_serial("256", &[255]) && !same_serial("", &[]) && !same_serial("0x1", &[1]));
    }
}
