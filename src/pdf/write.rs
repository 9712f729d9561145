//! Objects to bytes (ISO 32000-1 clause 7.3), the same bytes for the same object every time.

use super::{
    lex::is_regular,
    object::{Dictionary, Object, ObjectId, PdfString, StreamData},
};

/// Writes a direct object, so that reading it gives the object again.
///
/// A stream cannot stand there, and a number that is not finite cannot be written: both become `null`.
pub(crate) fn object(out: &mut Vec<u8>, value: &Object) {
    match value {
        Object::Null | Object::Stream(_) => out.extend_from_slice(b"null"),
        Object::Boolean(true) => out.extend_from_slice(b"true"),
        Object::Boolean(false) => out.extend_from_slice(b"false"),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(value) => real(out, *value),
        Object::Name(name_bytes) => name(out, &name_bytes.0),
        Object::String(value) => string(out, value),
        Object::Array(items) => array(out, items),
        Object::Dictionary(value) => dictionary(out, value),
        Object::Reference(id) => {
            out.extend_from_slice(format!("{} {} R", id.number, id.generation).as_bytes());
        }
    }
}

/// Writes a dictionary in the order of its entries.
pub(crate) fn dictionary(out: &mut Vec<u8>, value: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in value.iter() {
        name(out, &key.0);
        // A name ends where a delimiter stands; all else needs a space.
        if !matches!(
            value,
            Object::Name(_) | Object::String(_) | Object::Array(_) | Object::Dictionary(_)
        ) {
            out.push(b' ');
        }
        object(out, value);
    }
    out.extend_from_slice(b">>");
}

/// Writes `n g obj … endobj`. The data of a stream must lie in memory; /Length is set here.
pub(crate) fn indirect(out: &mut Vec<u8>, id: ObjectId, value: &Object) {
    out.extend_from_slice(format!("{} {} obj\n", id.number, id.generation).as_bytes());
    match value {
        Object::Stream(stream) => {
            let data: &[u8] = match &stream.data {
                StreamData::Memory(data) => data,
                StreamData::File(_) | StreamData::Encrypted(..) => &[],
            };
            let mut with_length = stream.dictionary.clone();
            with_length.set("Length", i64::try_from(data.len()).unwrap_or(i64::MAX));
            dictionary(out, &with_length);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(data);
            out.extend_from_slice(b"\nendstream");
        }
        other => object(out, other),
    }
    out.extend_from_slice(b"\nendobj\n");
}

/// A whole file: object `n` of the list has the number `n + 1`. A table, and an /ID of these bytes twice.
#[cfg(any(test, feature = "demo", feature = "near"))]
pub(crate) fn file(objects: &[Object], mut trailer: Dictionary, id: &[u8]) -> Vec<u8> {
    // The comment of high bytes tells transfer programs that the file is binary (clause 7.5.2).
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f\r\n");
    for (number, value) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n\r\n", out.len()));
        indirect(
            &mut out,
            ObjectId {
                number,
                generation: 0,
            },
            value,
        );
    }
    let start = out.len();
    let size = objects.len().saturating_add(1);
    out.extend_from_slice(format!("xref\n0 {size}\n{table}trailer\n").as_bytes());
    trailer.set("Size", i64::try_from(size).unwrap_or(i64::MAX));
    let part = PdfString {
        bytes: id.to_vec(),
        hex: true,
        span: None,
        malformed: false,
    };
    trailer.set(
        "ID",
        vec![Object::String(part.clone()), Object::String(part)],
    );
    dictionary(&mut out, &trailer);
    out.extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

fn name(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'/');
    for &byte in bytes {
        if byte == b'#' || !is_regular(byte) || !byte.is_ascii_graphic() {
            out.push(b'#');
            hex(out, byte);
        } else {
            out.push(byte);
        }
    }
}

fn string(out: &mut Vec<u8>, value: &PdfString) {
    if value.hex {
        out.push(b'<');
        value.bytes.iter().for_each(|&byte| hex(out, byte));
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for &byte in &value.bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            // Unescaped, a reader turns both into a line feed.
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}

fn array(out: &mut Vec<u8>, items: &[Object]) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        object(out, item);
    }
    out.push(b']');
}

/// Without an exponent, which PDF does not know, and with a point, so that it stays a real.
fn real(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let text = value.to_string();
    out.extend_from_slice(text.as_bytes());
    if !text.contains('.') {
        out.extend_from_slice(b".0");
    }
}

fn hex(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(format!("{byte:02X}").as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            lex::Lexer,
            object::{Name, Stream},
            parse::Parser,
        },
        *,
    };

    fn written(value: &Object) -> String {
        let mut out = Vec::new();
        object(&mut out, value);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn every_kind_of_object() {
        let mut dictionary = Dictionary::default();
        dictionary.set("Type", Object::name("A B#/"));
        dictionary.set("N", -3);
        dictionary.set("S", Object::string(*b"(\\)\r\n\xff"));
        dictionary.set(
            "R",
            ObjectId {
                number: 7,
                generation: 1,
            },
        );
        dictionary.set(
            "A",
            vec![
                Object::Real(1.0),
                Object::Real(1e-7),
                Object::Real(f64::NAN),
            ],
        );
        let mut out = Vec::new();
        object(&mut out, &dictionary.into());
        assert_eq!(
            out,
            b"<</Type/A#20B#23#2F/N -3/S(\\(\\\\\\)\\r\\n\xff)/R 7 1 R/A[1.0 0.0000001 null]>>"
        );
        assert_eq!(written(&Object::Name(Name(vec![0xc3]))), "/#C3");
        let hex = PdfString {
            bytes: vec![0, 0xab],
            hex: true,
            span: None,
            malformed: false,
        };
        assert_eq!(written(&Object::String(hex)), "<00AB>");
    }

    /// What the writer makes comes back from the parser; spans are where it stood.
    fn read_back(bytes: &[u8]) -> Option<Object> {
        let mut lexer = Lexer::new(bytes, 0, true);
        Parser::without_spans(&mut lexer).object().ok()
    }

    fn any_object() -> impl Strategy<Value = Object> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..12);
        let real = any::<i32>().prop_map(|value| f64::from(value) / 1024.0);
        let leaf = prop_oneof![
            Just(Object::Null),
            any::<bool>().prop_map(Object::Boolean),
            any::<i32>().prop_map(|value| Object::Integer(i64::from(value))),
            real.prop_map(Object::Real),
            // A name has no NUL (clause 7.3.5).
            bytes().prop_map(|bytes| Object::Name(Name(
                bytes.into_iter().filter(|b| *b != 0).collect()
            ))),
            (bytes(), any::<bool>()).prop_map(|(bytes, hex)| {
                Object::String(PdfString {
                    bytes,
                    hex,
                    span: None,
                    malformed: false,
                })
            }),
            (1..1_000_000_u32, 0..10_u16).prop_map(|(number, generation)| Object::Reference(
                ObjectId { number, generation }
            )),
        ];
        leaf.prop_recursive(4, 64, 8, move |inner| {
            let pairs = proptest::collection::btree_map("[a-zA-Z #/]{1,6}", inner.clone(), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..6).prop_map(Object::Array),
                pairs.prop_map(|pairs| {
                    let mut dictionary = Dictionary::default();
                    for (key, value) in pairs {
                        dictionary.set(key.as_str(), value);
                    }
                    Object::Dictionary(dictionary)
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_object()) {
            let mut out = Vec::new();
            object(&mut out, &value);
            prop_assert_eq!(read_back(&out), Some(value), "{}", String::from_utf8_lossy(&out));
        }
    }

    #[test]
    fn a_stream_gets_its_length() {
        let mut dictionary = Dictionary::default();
        dictionary.set("Length", 99);
        let stream = Stream {
            dictionary,
            data: StreamData::Memory(b"abc".to_vec()),
        };
        let mut out = Vec::new();
        indirect(
            &mut out,
            ObjectId {
                number: 5,
                generation: 0,
            },
            &stream.into(),
        );
        assert_eq!(
            out,
            b"5 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n"
        );
    }
}
