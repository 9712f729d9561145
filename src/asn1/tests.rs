#![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::limits::MAX_BER_NESTING;

/// Walks everything that is inside.
fn walk(reader: &mut Reader<'_>) -> Result<usize> {
    let mut count = 0;
    while let Some(tlv) = reader.try_next()? {
        count += 1 + walk(&mut tlv.children())?;
    }
    Ok(count)
}

/// A value as a tree, to be written in DER or in one of many BER ways.
#[derive(Clone, Debug)]
enum Node {
    Primitive(u8, Vec<u8>),
    Octets(Vec<u8>),
    /// Unused bits, and the octets.
    Bits(u8, Vec<u8>),
    Truth(u8),
    Constructed(u8, Vec<Node>),
}

fn nodes() -> impl Strategy<Value = Node> {
    let bytes = |most| prop::collection::vec(any::<u8>(), 0..most);
    let leaf = prop_oneof![
        (
            prop::sample::select(vec![0x02_u8, 0x06, 0x0A, 0x80, 0x41]),
            bytes(9)
        )
            .prop_map(|(tag, content)| Node::Primitive(tag, content)),
        bytes(300).prop_map(Node::Octets),
        (0..8_u8, prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(n, b)| Node::Bits(n, b)),
        any::<u8>().prop_map(Node::Truth),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        (
            prop::sample::select(vec![0x30_u8, 0x31, 0xA0, 0xA3]),
            prop::collection::vec(inner, 0..5),
        )
            .prop_map(|(tag, inside)| Node::Constructed(tag, inside))
    })
}

fn length_octets(length: usize, superfluous: usize) -> Vec<u8> {
    if length < 0x80 && superfluous == 0 {
        return vec![u8::try_from(length).unwrap()];
    }
    let octets = length.to_be_bytes();
    let zeros = octets
        .iter()
        .take_while(|o| **o == 0)
        .count()
        .saturating_sub(superfluous)
        .min(7);
    let octets = &octets[zeros..];
    [&[0x80 | u8::try_from(octets.len()).unwrap()], octets].concat()
}

fn definite(tag: u8, content: &[u8], superfluous: usize) -> Vec<u8> {
    [
        &[tag],
        &length_octets(content.len(), superfluous)[..],
        content,
    ]
    .concat()
}

fn der(node: &Node) -> Vec<u8> {
    match node {
        Node::Primitive(tag, content) => definite(*tag, content, 0),
        Node::Octets(content) => definite(0x04, content, 0),
        Node::Bits(unused, octets) => definite(0x03, &[&[*unused], &octets[..]].concat(), 0),
        Node::Truth(value) => definite(0x01, &[if *value == 0 { 0 } else { 0xFF }], 0),
        Node::Constructed(tag, inside) => {
            definite(*tag, &inside.iter().flat_map(der).collect::<Vec<_>>(), 0)
        }
    }
}

/// BER as the dice want it.
fn ber(node: &Node, dice: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let around = |tag: u8, content: &[u8], dice: &mut dyn FnMut(usize) -> usize| {
        if tag & 0x20 != 0 && dice(2) == 0 {
            [&[tag, 0x80], content, &[0, 0]].concat()
        } else {
            definite(tag, content, dice(3))
        }
    };
    match node {
        Node::Primitive(tag, content) => around(*tag, content, dice),
        Node::Truth(value) => around(0x01, &[*value], dice),
        Node::Octets(content) if dice(2) == 0 => {
            let segments = content.chunks(1 + dice(40)).map(|segment| {
                let segment = definite(0x04, segment, dice(2));
                if dice(4) == 0 {
                    around(0x24, &segment, dice)
                } else {
                    segment
                }
            });
            let segments = segments.collect::<Vec<_>>().concat();
            around(0x24, &segments, dice)
        }
        Node::Octets(content) => around(0x04, content, dice),
        Node::Bits(unused, octets) if dice(2) == 0 => {
            let size = 1 + dice(4);
            let count = octets.len().div_ceil(size);
            let segments = octets.chunks(size).enumerate().map(|(index, segment)| {
                let unused = if index + 1 == count { *unused } else { 0 };
                definite(0x03, &[&[unused], segment].concat(), dice(2))
            });
            let segments = segments.collect::<Vec<_>>().concat();
            around(0x23, &segments, dice)
        }
        Node::Bits(unused, octets) => around(0x03, &[&[*unused], &octets[..]].concat(), dice),
        Node::Constructed(tag, inside) => {
            let content: Vec<u8> = inside.iter().flat_map(|node| ber(node, dice)).collect();
            around(*tag, &content, dice)
        }
    }
}

proptest! {
    #[test]
    fn any_ber_of_a_value_becomes_its_der(node in nodes(), seed in any::<u64>()) {
        let mut state = seed | 1;
        let mut dice = |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % sides
        };
        let der = der(&node);
        let same = ber_to_der(&der).unwrap();
        prop_assert!(matches!(same, Cow::Borrowed(_)), "DER must be borrowed");
        prop_assert_eq!(&same, &der);
        let ber = ber(&node, &mut dice);
        prop_assert_eq!(ber_to_der(&ber).unwrap().into_owned(), der);
        // Where things stand is told right.
        let mut stack = vec![Tlv::parse(&ber).unwrap()];
        while let Some(tlv) = stack.pop() {
            prop_assert_eq!(&ber[tlv.range()], tlv.full);
            prop_assert_eq!(&ber[tlv.content_range()], tlv.content);
            let mut children = tlv.children();
            while let Some(child) = children.try_next().unwrap() {
                stack.push(child);
            }
        }
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = ber_to_der(&bytes);
        let _ = walk(&mut Reader::new(&bytes));
        let _ = pem::blocks(&bytes);
    }

    #[test]
    fn damaged_ber_never_panics_and_what_is_accepted_is_der(
        node in nodes(), at in any::<prop::sample::Index>(), octet in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut bytes = der(&node);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = octet }
        if let Ok(der) = ber_to_der(&bytes) {
            prop_assert!(matches!(ber_to_der(&der).unwrap(), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn times_never_panic(tag in 23..=24_u8, text in "[0-9]{0,16}[Z+.-]?[0-9]{0,6}Z?") {
        let bytes = definite(tag, text.as_bytes(), 0);
        let _ = time::parse(&Tlv::parse(&bytes).unwrap());
    }
}

#[test]
fn nesting_ends_at_the_limit() {
    for (open, close) in [(&[0x30, 0x80][..], &[0, 0][..]), (&[0xA0, 0x80], &[0, 0])] {
        let build = |depth: usize| [open.repeat(depth), close.repeat(depth)].concat();
        assert!(ber_to_der(&build(MAX_BER_NESTING)).is_ok());
        let error = ber_to_der(&build(MAX_BER_NESTING + 1)).unwrap_err();
        assert_eq!(error.kind, Asn1ErrorKind::Limit);
        assert!(ber_to_der(&open.repeat(500_000)).is_err());
    }
    let definite = (0..MAX_BER_NESTING + 1).fold(Vec::new(), |inner, _| definite(0x30, &inner, 0));
    assert_eq!(
        ber_to_der(&definite).unwrap_err().kind,
        Asn1ErrorKind::Limit
    );
}

#[test]
fn a_wide_value_with_indefinite_lengths_is_quick() {
    // 2 MB of empty values, nested as deep as is allowed: the levels must not multiply.
    let inside = [5, 0].repeat(1 << 20);
    let depth = MAX_BER_NESTING - 1;
    let bytes = [[0x30, 0x80].repeat(depth), inside, [0, 0].repeat(depth)].concat();
    let started = crate::cpu::thread_time();
    assert!(ber_to_der(&bytes).is_ok());
    assert!(
        crate::cpu::thread_time().saturating_sub(started) < std::time::Duration::from_secs(1),
        "{:?}",
        crate::cpu::thread_time().saturating_sub(started)
    );
}

#[test]
fn headers_that_x690_forbids() {
    use Asn1ErrorKind::{Malformed, Trailing, Truncated, Unexpected};
    let cases: [(&[u8], Asn1ErrorKind); 14] = [
        (b"", Truncated),
        (b"\x30", Truncated),
        (b"\x04\x01", Truncated),
        (b"\x04\x82\x01", Truncated),
        (b"\x30\x80", Truncated),
        (b"\x30\x80\0", Malformed),
        (b"\x04\x80\0\0", Malformed),   // indefinite and primitive
        (b"\x04\xFF\0", Malformed),     // reserved
        (b"\0\0", Malformed),           // end octets without a beginning
        (b"\x1F\x80\x01\0", Malformed), // leading zeros in a long tag
        (b"\x1F\xFF\xFF\xFF\xFF\xFF\x7F\0", Malformed),
        (b"\x04\x89\x01\0\0\0\0\0\0\0\0", Malformed), // a length beyond all numbers
        (b"\x05\0\0", Trailing),
        (b"\x24\x02\x05\0", Unexpected), // a segment that is no OCTET STRING
    ];
    for (bytes, kind) in cases {
        assert_eq!(ber_to_der(bytes).unwrap_err().kind, kind, "{bytes:02x?}");
    }
    // Bits left over in the middle of a BIT STRING.
    assert!(ber_to_der(b"\x23\x08\x03\x02\x01\xF0\x03\x02\0\xAA").is_err());
    // A long tag stays as it is.
    assert_eq!(
        ber_to_der(b"\x1F\x81\x01\x81\x00").unwrap(),
        &b"\x1F\x81\x01\x00"[..]
    );
}

#[test]
fn times_as_real_files_have_them() {
    let read = |tag: u8, text: &str| {
        let bytes = definite(tag, text.as_bytes(), 0);
        time::parse(&Tlv::parse(&bytes).unwrap()).map(|t| t.to_string())
    };
    let is = |tag, text, expected: &str| {
        assert_eq!(read(tag, text).as_deref(), Some(expected), "{text}")
    };
    is(23, "260305093015Z", "2026-03-05T09:30:15Z");
    is(23, "2603050930Z", "2026-03-05T09:30:00Z");
    is(23, "260305093015+0700", "2026-03-05T02:30:15Z");
    is(23, "491231235959Z", "2049-12-31T23:59:59Z");
    is(23, "500101000000Z", "1950-01-01T00:00:00Z");
    is(24, "20500101000000Z", "2050-01-01T00:00:00Z");
    is(24, "20260305093015.123Z", "2026-03-05T09:30:15Z");
    is(24, "2026030509-0130", "2026-03-05T10:30:00Z");
    is(24, "99991231235959Z", "9999-12-31T23:59:59Z");
    is(24, "20161231235960Z", "2016-12-31T23:59:59Z");
    for (tag, text) in [
        (23, "260305Z"),
        (23, "2603050930"),
        (23, "261305093015Z"),
        (23, "260230093015Z"),
        (23, "260305093061Z"),
        (24, "20260305Z"),
        (24, "20260305093015.Z"),
        (24, "20260305093015ZZ"),
        (23, "26030509301\u{661}Z"),
        (24, ""),
    ] {
        let read = read(tag, text);
        assert!(read.is_none() || text == "2603050930", "{text} {read:?}");
    }
}

#[test]
fn pem_with_everything_around_it() {
    let text = "junk -----\r\n-----BEGIN CERTIFICATE-----\r\nAQID\r\n BAUG \r\n-----END CERTIFICATE-----\r\nBag Attributes\n    friendlyName: x\n\
        -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==\n-----END RSA PRIVATE KEY-----";
    let blocks = pem::blocks(text.as_bytes()).unwrap();
    assert_eq!(blocks.len(), 2);
    assert_eq!(
        (blocks[0].label.as_str(), blocks[0].bytes.as_slice()),
        ("CERTIFICATE", &[1, 2, 3, 4, 5, 6][..])
    );
    assert_eq!(
        (blocks[1].label.as_str(), blocks[1].bytes.as_slice()),
        ("RSA PRIVATE KEY", &[0][..])
    );
    assert!(!blocks[0].encrypted && blocks[1].encrypted);
    assert!(pem::blocks(b"no blocks").unwrap().is_empty() && !pem::is_pem(b"\x30\x00"));
    // Text that begins with the octet of a SEQUENCE, and a SEQUENCE that holds a block.
    assert!(pem::is_pem(format!("0 {text}").as_bytes()));
    assert!(!pem::is_pem(&super::write::tlv(0x30, &[text.as_bytes()])));
    for broken in [
        "-----BEGIN X-----\nAA==\n",
        "-----BEGIN X-----\nAA==\n-----END Y-----",
        "-----BEGIN X-----\nA*==\n-----END X-----",
        "-----BEGIN X-----\nAAA\n-----END X-----",
    ] {
        assert!(pem::blocks(broken.as_bytes()).is_none(), "{broken}");
    }
    let long = "A".repeat(4_000);
    let one_line = format!("-----BEGIN X-----\n{long}\n-----END X-----\n");
    assert_eq!(
        pem::blocks(one_line.as_bytes()).unwrap()[0].bytes.len(),
        3_000
    );
}

#[test]
fn object_identifiers_of_every_size() {
    for (content, text) in [
        (&b"\x2A\x03"[..], "1.2.3"),
        (
            b"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B",
            "1.2.840.113549.1.1.11",
        ),
        (b"\x88\x37\x03", "2.999.3"),
        (b"\x00", "0.0"),
        (b"", "?"),
        (b"\x2A\x83", "?"),
        (&[0xFF; 40], "?"),
    ] {
        assert_eq!(dotted(content), text);
        assert_eq!(undotted(text).as_deref(), (text != "?").then_some(content));
    }
}

#[test]
fn identifiers_are_read_whole_or_not_at_all() {
    // The arcs of a UUID need 128 bits (X.667); the last one just fits behind the first.
    for text in [
        "1.3",
        "2.5",
        "2.40.1",
        "2.25.329800735698586629295641978511506172918",
        "1.3.6.1.4.1.4294967297.1",
        "1.3.340282366920938463463374607431768211455",
        "2.340282366920938463463374607431768211375",
    ] {
        let content = undotted(text).unwrap();
        assert_eq!(dotted(&content), text);
    }
    for text in [
        "",
        "1",
        "1.",
        ".1",
        "1..3",
        "1.40",
        "3.1",
        "1.3.+4",
        "1.3.04",
        "1.3. 4",
        "1.3.x",
        "2.340282366920938463463374607431768211376",
        "1.3.340282366920938463463374607431768211456",
        "1.3.6.1.4.1.340282366920938463463374607431768211457.1",
    ] {
        assert_eq!(undotted(text), None, "{text}");
    }
}
