//! Attributes out of a name in RFC 4514 form, for showing.

/// The values of an attribute (`CN`, `O` …), in the order of the text, escapes resolved.
pub(super) fn values(name: &str, attribute: &str) -> Vec<String> {
    split(name)
        .into_iter()
        .filter_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim()
                .eq_ignore_ascii_case(attribute)
                .then(|| unescape(value))
        })
        .collect()
}

/// The first value of an attribute.
pub(super) fn value(name: &str, attribute: &str) -> Option<String> {
    values(name, attribute).into_iter().next()
}

/// Cuts at commas and pluses that are not escaped (RFC 4514 clause 3).
fn split(name: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in name.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' | '+' => {
                parts.extend(name.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(name.get(start..));
    parts
}

/// Resolves `\,` and `\C4\90` (clause 2.4).
fn unescape(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        if let Some(byte) = hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else if let Some((&literal, after)) = tail.split_first() {
            bytes.push(literal);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_whatever_is_escaped() {
        let name =
            r"CN=Nguyễn Văn A\, Giám đốc+UID=MST:01,OU=Phòng 1,OU=Phòng 2,O=\C4\90\E1\BB\99i,C=VN";
        assert_eq!(value(name, "CN").as_deref(), Some("Nguyễn Văn A, Giám đốc"));
        assert_eq!(value(name, "uid").as_deref(), Some("MST:01"));
        assert_eq!(values(name, "OU"), ["Phòng 1", "Phòng 2"]);
        assert_eq!(value(name, "O").as_deref(), Some("Đội"));
        assert_eq!(value(name, "L"), None);
        assert_eq!(value("CN=\\", "CN").as_deref(), Some(""));
    }
}
