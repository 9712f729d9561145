//! Clauses 7.2 and 7.3, window by window.

use crate::{
    limits::MAX_OBJECT_NESTING,
    pdf::{
        Object,
        lex::{Lexed, Lexer, Stop},
        parse::Parser,
    },
};

fn parse(text: &[u8]) -> Lexed<Object> {
    Parser::new(&mut Lexer::new(text, 0, true)).object()
}

fn string(text: &[u8]) -> Vec<u8> {
    parse(text).unwrap().as_string().unwrap().bytes.clone()
}

#[test]
fn numbers_as_common_readers_take_them() {
    for (text, value) in [
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("--5", -5),
        ("0007", 7),
        ("5-3", 5),
        ("99999999999999999999", i64::MAX),
        ("-99999999999999999999", -i64::MAX),
    ] {
        assert_eq!(parse(text.as_bytes()), Ok(Object::Integer(value)), "{text}");
    }
    for (text, value) in [
        ("1.5", 1.5),
        ("+.5", 0.5),
        ("-.002", -0.002),
        ("4.", 4.0),
        ("-0.0", 0.0),
    ] {
        assert_eq!(parse(text.as_bytes()), Ok(Object::Real(value)), "{text}");
    }
    for text in ["+", "-", ".", "1e5", "12x", "1.x"] {
        assert!(
            !matches!(parse(text.as_bytes()), Ok(Object::Integer(_))),
            "{text}"
        );
    }
}

#[test]
fn strings_with_every_escape() {
    assert_eq!(string(b"(a(b)c)"), b"a(b)c");
    assert_eq!(string(br"(\n\r\t\b\f\(\)\\\q)"), b"\n\r\t\x08\x0c()\\q");
    assert_eq!(string(br"(\101\1012\7\400\53)"), b"AA2\x07\x00+");
    assert_eq!(string(b"(a\\\r\nb\\\nc\\\rd)"), b"abcd");
    assert_eq!(string(b"(a\r\nb\rc\nd)"), b"a\nb\nc\nd");
    assert_eq!(
        parse(b"(never").unwrap_err(),
        Stop::Malformed {
            offset: 0,
            expected: ")"
        }
    );
}

#[test]
fn hexadecimal_strings_and_their_faults() {
    for (text, bytes, malformed) in [
        (&b"<48 65\n6C>"[..], &b"Hel"[..], false),
        (b"<4>", b"@", true),
        (b"<4G8>", b"H", true),
        (b"<>", b"", false),
    ] {
        let object = parse(text).unwrap();
        let string = object.as_string().unwrap();
        assert_eq!(
            (string.bytes.as_slice(), string.malformed),
            (bytes, malformed)
        );
        assert!(string.hex && string.span == Some(0..text.len() as u64));
    }
}

#[test]
fn names_with_escapes() {
    assert_eq!(parse(b"/C#6fntents"), Ok(Object::name("Contents")));
    assert_eq!(parse(b"/A#Z#4"), Ok(Object::name("A#Z#4")));
    assert_eq!(parse(b"/ "), Ok(Object::name("")));
}

#[test]
fn dictionaries_arrays_references_comments() {
    let text = b"<</A%comment>>\n[1 0 R 2 0 3 0 R null true]/B<</C/D>>/A 7/E>>";
    let object = parse(text).unwrap();
    let dictionary = object.as_dictionary().unwrap();
    assert_eq!(dictionary.get("A"), Some(&Object::Integer(7)));
    assert_eq!(dictionary.duplicates().len(), 1);
    assert_eq!(dictionary.get("E"), Some(&Object::Null));
    let array = parse(b"[1 0 R 2 0 3 0 R]").unwrap();
    assert_eq!(array.as_array().unwrap().len(), 4);
    assert_eq!(parse(b"65536 65536 R"), Ok(Object::Integer(65536)));
    for wrong in [&b"<</A 1"[..], b"<<1 2>>", b"[1 2", b"endobj", b">>", b""] {
        assert!(parse(wrong).is_err(), "{}", String::from_utf8_lossy(wrong));
    }
}

#[test]
fn large_dictionaries_note_what_stands_twice() {
    let mut text = String::from("<<");
    for key in 0..2_000 {
        text.push_str(&format!("/K{} {key}", key % 1_999));
    }
    text.push_str(">>");
    let object = parse(text.as_bytes()).unwrap();
    let dictionary = object.as_dictionary().unwrap();
    assert_eq!(
        (dictionary.iter().count(), dictionary.duplicates().len()),
        (1_999, 1)
    );
    assert_eq!(dictionary.get("K0"), Some(&Object::Integer(1_999)));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    assert!(parse(&nested(MAX_OBJECT_NESTING)).is_ok());
    assert!(matches!(
        parse(&nested(MAX_OBJECT_NESTING + 2)),
        Err(Stop::Limit { .. })
    ));
    assert!(matches!(
        parse(&vec![b'['; 1 << 20]),
        Err(Stop::Limit { .. })
    ));
}

#[test]
fn every_window_that_ends_too_early_is_incomplete() {
    let text = b"1 0 obj<</A(x\\051)/B<4142>/C[1 0 R -1.5]%c\n/D/E>>\nendobj ";
    for end in 0..text.len() {
        let mut lexer = Lexer::new(&text[..end], 0, false);
        let parsed = Parser::new(&mut lexer).indirect();
        assert!(matches!(parsed, Err(Stop::Incomplete)), "{end}: {parsed:?}");
    }
    let mut lexer = Lexer::new(text, 0, false);
    assert!(Parser::new(&mut lexer).indirect().unwrap().proper);
}

/// Found by fuzzing: a signature of ours wrote such a number again as its neighbour, and so changed what was signed.
#[test]
fn reals_are_read_as_near_as_doubles_can() {
    for text in [
        "595.2755905511812",
        "841.8897637795276",
        "0.1234567890123456789",
        "-.30000000000000004",
        "66666666666666666666666666666666666666666666666666666666666666682.94",
        "9007199254740993.0",
        "4.35",
        ".",
        "7.",
    ] {
        let parse = |text: &[u8]| Parser::new(&mut Lexer::new(text, 0, true)).object().ok();
        let number = match parse(text.as_bytes()) {
            Some(Object::Real(number)) => number,
            other => {
                assert_eq!((text, other), (".", None));
                continue;
            }
        };
        assert_eq!(number, text.parse::<f64>().unwrap());
        let mut written = Vec::new();
        crate::pdf::write::object(&mut written, &Object::Real(number));
        assert_eq!(parse(&written), Some(Object::Real(number)), "{text}");
    }
}
