//! Signing inserts; every other octet stays.

use super::{keys::rsa, signed};

/// What stands from the first character that differs to the last one, and that nothing else does. `unit` is the octets
/// of a character.
fn inserted<'a>(before: &[u8], after: &'a [u8], unit: usize) -> &'a [u8] {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count() / unit * unit;
    let room = before.len() - head;
    let tail = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take(room)
        .take_while(|(a, b)| a == b)
        .count();
    assert_eq!(head + tail, before.len(), "something was changed");
    &after[head..after.len() - tail]
}

#[test]
fn line_ends_marks_declarations_and_encodings_stay() {
    for document in [
        &b"<a/ >"[..5],
        b"<a></a>",
        b"<a>\r\n</a>\r\n",
        b"\xef\xbb\xbf<?xml version=\"1.0\" encoding='utf-8' standalone='yes' ?>\r\n<a x = '1'\r\n\ty=\"2\">\r</a >\n<!-- e --><?p q?>\r\n",
        b"<?xml version='1.0' encoding=\"UTF-8\"?><p:a xmlns:p='urn:p'>\xc4\x90\xc3\xb4 &#xD;</p:a>",
        b"<a><![CDATA[</a>]]><!-- </a> --><?pi </a>?></a>",
    ] {
        let document = match document {
            b"<a/ >" => b"<a />",
            other => other,
        };
        let made = signed(document, rsa(), "{}");
        // An empty element is opened.
        let opened = document == b"<a />";
        let before: &[u8] = if opened { b"<a ></a>" } else { document };
        let new = inserted(before, &made, 1);
        let new = String::from_utf8_lossy(new);
        assert_eq!(new.matches("ds:Signature xmlns:ds=").count(), 1, "{new}");
    }
}

#[test]
fn other_encodings_get_their_own_octets() {
    // ISO 8859-1: é is one octet, and the signature has nothing but ASCII.
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>t\xe9</a>";
    let made = signed(latin, rsa(), "{}");
    assert!(inserted(latin, &made, 1).is_ascii());
    for little in [true, false] {
        let octets = |unit: u16| match little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        };
        let text = "\u{feff}<?xml version='1.0' encoding='UTF-16'?><a>té <b/></a>";
        let document: Vec<u8> = text.encode_utf16().flat_map(octets).collect();
        let made = signed(&document, rsa(), "{}");
        let new = inserted(&document, &made, 2);
        let units: Vec<u16> = new
            .chunks_exact(2)
            .map(|pair| match little {
                true => u16::from_le_bytes([pair[0], pair[1]]),
                false => u16::from_be_bytes([pair[0], pair[1]]),
            })
            .collect();
        let new = String::from_utf16(&units).unwrap();
        assert!(
            new.contains("ds:Signature xmlns:ds=") && new.is_ascii(),
            "{new}"
        );
    }
}
