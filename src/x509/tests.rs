#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{path::PathBuf, sync::LazyLock};

use proptest::prelude::*;

use super::*;
use crate::{
    corpora,
    crypto::{DigestAlgorithm, SignatureAlgorithm, TestProvider, VerifyError},
    demo_pki::DemoPki,
    time::Time,
};

fn files(root: PathBuf, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn vietnamese_certificates_parse_and_their_issuers_keys_fit() {
    let Some(root) = corpora::folder("vn-pki") else {
        return;
    };
    let certificates: Vec<_> = files(root, "der")
        .iter()
        .map(|path| {
            let der = std::fs::read(path).unwrap();
            Certificate::parse(&der, &TestProvider).unwrap_or_else(|| panic!("{}", path.display()))
        })
        .collect();
    assert!(certificates.len() >= 20);
    let mut linked = 0;
    for certificate in &certificates {
        println!(
            "{} {}",
            certificate.subject_text(),
            name::serial_text(certificate.serial())
        );
        for issuer in &certificates {
            if certificate.authority_key_id().is_none()
                || certificate.authority_key_id() != issuer.subject_key_id()
                || !name::names_match(certificate.issuer(), issuer.subject())
            {
                continue;
            }
            let signed = certificate.signed();
            assert_eq!(signed.verify(issuer), Ok(()));
            let mut wrong = signed.signature.to_vec();
            wrong[7] ^= 1;
            let signature = &wrong;
            let wrong = SignedObject {
                signature,
                ..signed
            };
            assert_eq!(wrong.verify(issuer), Err(VerifyError::Invalid));
            linked += 1;
        }
    }
    assert!(linked >= 15, "{linked}");
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let header = if length < 0x80 {
        vec![tag, u8::try_from(length).unwrap()]
    } else {
        [
            &[tag, 0x84],
            &u32::try_from(length).unwrap().to_be_bytes()[..],
        ]
        .concat()
    };
    [header, content].concat()
}

const SHA256_WITH_RSA: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\0";
const NAME: &[u8] = b"\x30\x0C\x31\x0A\x30\x08\x06\x03\x55\x04\x03\x0C\x01A";
const THEN: &[u8] = b"\x17\x0D260305000000Z";

/// A CRL of these entries and extensions, with a signature of one byte.
fn crl(entries: &[u8], extensions: &[u8]) -> Vec<u8> {
    let revoked = if entries.is_empty() {
        Vec::new()
    } else {
        tlv(0x30, &[entries])
    };
    let extensions = match extensions {
        [] => Vec::new(),
        some => tlv(0xA0, &[&tlv(0x30, &[some])]),
    };
    let tbs = tlv(
        0x30,
        &[
            b"\x02\x01\x01",
            SHA256_WITH_RSA,
            NAME,
            THEN,
            THEN,
            &revoked,
            &extensions,
        ],
    );
    tlv(0x30, &[&tbs, SHA256_WITH_RSA, b"\x03\x02\0\x55"])
}

fn entry(serial: &[u8], date: &[u8], extensions: &[u8]) -> Vec<u8> {
    let extensions = if extensions.is_empty() {
        Vec::new()
    } else {
        tlv(0x30, &[extensions])
    };
    tlv(0x30, &[&tlv(2, &[serial]), date, &extensions])
}

fn extension(oid: &[u8], critical: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[oid]), critical, &tlv(4, &[value])])
}

const CRITICAL: &[u8] = b"\x01\x01\xFF";

#[test]
fn crl_entries_are_found_by_their_number() {
    let reason = extension(b"\x55\x1D\x15", b"", b"\x0A\x01\x04");
    let since = extension(b"\x55\x1D\x18", b"", b"\x18\x0F20260101000000Z");
    let entries = [
        entry(b"\x05", THEN, &reason),
        entry(b"\x00\x80", THEN, &[reason.clone(), since].concat()),
        entry(b"\x80", b"\x17\x0D260101000000Z", b""),
        entry(b"\x00\x00\x07", b"\x17\x03bad", b""), // not in DER, and no date
        entry(b"\x09", THEN, b""),
        entry(b"\x09", b"\x17\x0D260101000000Z", b""),
    ];
    let crl = Crl::parse(crl(&entries.concat(), b"")).unwrap();
    let five = crl.lookup(NAME, b"\x05").unwrap();
    assert_eq!(
        (five.date.to_string().as_str(), five.reason),
        ("2026-03-05T00:00:00Z", Some(4))
    );
    assert_eq!(crl.lookup(NAME, b"\0\x05"), Some(five));
    let positive = crl.lookup(NAME, b"\x00\x80").unwrap();
    assert_eq!(
        positive.invalidity_date.unwrap().to_string(),
        "2026-01-01T00:00:00Z"
    );
    let negative = crl.lookup(NAME, b"\x80").unwrap();
    assert_eq!(negative.date.to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(crl.lookup(NAME, b"\x07").unwrap().date, Time::EARLIEST);
    assert_eq!(
        crl.lookup(NAME, b"\x09").unwrap().date,
        negative.date,
        "the earliest of two"
    );
    for other in [&b""[..], b"\0", b"\x06", b"\x05\0", b"\xFF"] {
        assert_eq!(crl.lookup(NAME, other), None, "{other:?}");
    }
    assert!(!crl.unknown_critical() && !crl.is_delta());
    assert_eq!(
        (crl.signed().signature, crl.signed().algorithm),
        (
            &b"\x55"[..],
            Some(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256))
        )
    );
    assert_eq!(crl.issuer(), NAME);
}

#[test]
fn crls_with_what_cannot_be_understood_say_so() {
    let parse = |entries: &[u8], extensions: &[u8]| Crl::parse(crl(entries, extensions)).unwrap();
    let number = extension(b"\x55\x1D\x14", b"", b"\x02\x01\x2A");
    let key = extension(b"\x55\x1D\x23", b"", b"\x30\x03\x80\x01\x07");
    let point = extension(b"\x55\x1D\x1C", CRITICAL, b"\x30\x03\x81\x01\xFF");
    let delta = extension(b"\x55\x1D\x1B", CRITICAL, b"\x02\x01\x01");
    let good = parse(b"", &[&number[..], &key, &point, &delta].concat());
    assert!(!good.unknown_critical() && good.is_delta());
    assert_eq!(good.crl_number(), Some(&b"\x2A"[..]));
    assert_eq!(good.authority_key_id(), Some(&b"\x07"[..]));
    assert_eq!(
        good.issuing_distribution_point(),
        Some(&b"\x30\x03\x81\x01\xFF"[..])
    );
    for bad in [
        extension(b"\x2A\x03", CRITICAL, b""),
        [number.clone(), number].concat(),
        extension(b"\x55\x1D\x14", b"", b"\x02\x01\x2A\0"),
        extension(b"\x55\x1D\x23", b"", b"\x31\0"),
        extension(
            &[0x2A, 0x83, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            CRITICAL,
            b"",
        ),
    ] {
        assert!(parse(b"", &bad).unknown_critical(), "{bad:02x?}");
    }
    // An entry of an indirect CRL belongs to another issuer.
    let foreign = extension(b"\x55\x1D\x1D", CRITICAL, b"\x30\0");
    assert!(parse(&entry(b"\x05", THEN, &foreign), b"").unknown_critical());
    // Two algorithms that differ are none.
    let mut two = crl(b"", b"");
    let at = two.len() - 7;
    two[at] = 0x0C;
    assert_eq!(Crl::parse(two).unwrap().signed().algorithm, None);
    let mut trailing = crl(b"", b"");
    trailing.push(0);
    assert!(Crl::parse(trailing).is_none());
}

#[test]
fn a_crl_of_a_million_entries_stays_small_and_quick() {
    let count = 1_000_000_u64;
    let serial = |n: u64| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 1).to_be_bytes();
    let mut entries = Vec::new();
    for n in 0..count {
        entries.extend(entry(&[&[0x11; 8], &serial(n)[..]].concat(), THEN, b""));
    }
    let bytes = crl(&entries, b"");
    drop(entries);
    let started = std::time::Instant::now();
    let crl = Crl::parse(bytes).unwrap();
    let parsed = started.elapsed();
    for n in (0..count).step_by(9_973) {
        assert!(
            crl.lookup(NAME, &[&[0x11; 8], &serial(n)[..]].concat())
                .is_some()
        );
        assert!(
            crl.lookup(NAME, &[&[0x12; 8], &serial(n)[..]].concat())
                .is_none()
        );
    }
    println!("{parsed:?} to parse, {:?} with lookups", started.elapsed());
    assert!(
        started.elapsed() < std::time::Duration::from_secs(60),
        "{parsed:?}"
    );
}

#[test]
fn names_are_compared_by_rfc_5280() {
    let name = |attributes: &[(&[u8], u8, &[u8])]| {
        let sets = attributes.iter().map(|(oid, tag, value)| {
            tlv(
                0x31,
                &[&tlv(0x30, &[&tlv(6, &[oid]), &tlv(*tag, &[value])])],
            )
        });
        tlv(0x30, &[&sets.collect::<Vec<_>>().concat()])
    };
    const CN: &[u8] = b"\x55\x04\x03";
    const O: &[u8] = b"\x55\x04\x0A";
    let an = name(&[(CN, 0x0C, "Nguyễn  Văn An ".as_bytes())]);
    assert!(name::names_match(&an, &an));
    assert!(name::names_match(
        &an,
        &name(&[(CN, 0x0C, "nguyễn văn AN".as_bytes())])
    ));
    assert!(name::names_match(
        &name(&[(CN, 0x13, b"a B")]),
        &name(&[(CN, 0x0C, b"A  b")])
    ));
    // "ễ" as one letter, and as a letter with two marks.
    assert!(name::names_match(
        &name(&[(CN, 0x0C, "NGUYỄN".as_bytes())]),
        &name(&[(CN, 0x0C, "nguye\u{302}\u{303}n".as_bytes())])
    ));
    assert!(name::names_match(
        &name(&[(CN, 0x1E, b"\0A")]),
        &name(&[(CN, 0x0C, b"a")])
    ));
    for (a, b) in [
        (name(&[(CN, 0x0C, b"a")]), name(&[(O, 0x0C, b"a")])),
        (name(&[(CN, 0x0C, b"a")]), name(&[(CN, 0x0C, b"ab")])),
        (name(&[(CN, 0x0C, b"ab")]), name(&[(CN, 0x0C, b"a b")])),
        (
            name(&[(CN, 0x0C, b"a")]),
            name(&[(CN, 0x0C, b"a"), (O, 0x0C, b"a")]),
        ),
        (
            name(&[(CN, 0x0C, b"a"), (O, 0x0C, b"b")]),
            name(&[(O, 0x0C, b"b"), (CN, 0x0C, b"a")]),
        ),
        (name(&[(CN, 0x0C, b"\xFF")]), name(&[(CN, 0x13, b"\xFF")])),
        (name(&[]), name(&[(CN, 0x0C, b"a")])),
        (b"\x30\x01".to_vec(), b"\x30\x02".to_vec()),
    ] {
        assert!(
            !name::names_match(&a, &b),
            "{} {}",
            name::to_text(&a),
            name::to_text(&b)
        );
    }
    assert_eq!(name::to_text(&an), "CN=Nguyễn  Văn An\\ ");
    let odd = name(&[
        (O, 0x0C, b"#a, \"b\"\n;"),
        (b"\x2A\x03", 0x0C, b"x"),
        (CN, 0x04, b"\x01"),
    ]);
    assert_eq!(
        name::to_text(&odd),
        "CN=#040101,1.2.3=#0C0178,O=\\#a\\, \\\"b\\\"\\0A\\;"
    );
    // Several attributes in one set, as OpenSSL has them.
    let attribute = |oid: &[u8], value: &[u8]| tlv(0x30, &[&tlv(6, &[oid]), &tlv(0x0C, &[value])]);
    let set = tlv(0x31, &[&attribute(CN, b"a"), &attribute(O, b"b")]);
    assert_eq!(
        name::to_text(&tlv(0x30, &[&set, &set])),
        "O=b+CN=a,O=b+CN=a"
    );
    let turned = tlv(0x31, &[&attribute(O, b"B"), &attribute(CN, b"A")]);
    assert!(name::names_match(
        &tlv(0x30, &[&set]),
        &tlv(0x30, &[&turned])
    ));
    assert_eq!(name::to_text(b"\x30\0"), "");
    assert_eq!(name::to_text(b"junk"), "");
}

#[test]
fn serials_are_written_as_the_report_wants_them() {
    for (serial, text) in [
        (&b"\x00\xFF\x30"[..], "FF30"),
        (b"\x05", "05"),
        (b"\x00", "00"),
        (b"\xFF", "-01"),
        (b"\x80\x00", "-8000"),
        (b"", ""),
    ] {
        assert_eq!(name::serial_text(serial), text);
    }
}

/// Takes the extension out, and puts others in, to see what is refused.
#[test]
fn extensions_that_are_not_understood_are_refused() {
    let certificate = |extensions: &[Vec<u8>]| {
        let extensions = tlv(0xA3, &[&tlv(0x30, &[&extensions.concat()])]);
        let spki = b"\x30\x03\x30\x01\x05";
        let validity = tlv(0x30, &[THEN, THEN]);
        let tbs = [
            b"\xA0\x03\x02\x01\x02\x02\x01\x05",
            SHA256_WITH_RSA,
            NAME,
            &validity,
            NAME,
            spki,
            &extensions,
        ];
        let tbs = tlv(0x30, &tbs);
        let der = tlv(0x30, &[&tbs, SHA256_WITH_RSA, b"\x03\x02\0\x55"]);
        Certificate::parse(&der, &TestProvider).unwrap()
    };
    let usage = extension(b"\x55\x1D\x0F", CRITICAL, b"\x03\x02\x06\xC0");
    let constraints = extension(
        b"\x55\x1D\x13",
        CRITICAL,
        b"\x30\x06\x01\x01\xFF\x02\x01\x02",
    );
    let purposes = extension(
        b"\x55\x1D\x25",
        b"",
        b"\x30\x0A\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x08",
    );
    let good = certificate(&[usage.clone(), constraints, purposes]);
    assert_eq!(good.key_usage(), Some(0b11));
    assert_eq!(good.basic_constraints(), Some((true, Some(2))));
    assert_eq!(
        good.extended_key_usage().unwrap()[0].to_string(),
        "1.3.6.1.5.5.7.3.8"
    );
    assert_eq!(good.refusals(), []);
    assert!(good.is_self_issued() && good.public_key().is_none() && good.version() == 3);
    assert_eq!(good.serial(), b"\x05");
    let malformed = |oid: &str| Refusal::Malformed(oid.into());
    for (extensions, refused) in [
        (
            vec![extension(b"\x2A\x03", CRITICAL, b"")],
            Refusal::Unknown("1.2.3".into()),
        ),
        (
            vec![usage.clone(), usage.clone()],
            Refusal::Twice("2.5.29.15".into()),
        ),
        (
            vec![extension(b"\x55\x1D\x0E", CRITICAL, b"\x04\0")],
            Refusal::Forbidden("critical"),
        ),
        (
            vec![extension(
                b"\x55\x1D\x1E",
                CRITICAL,
                b"\x30\x08\xA0\x06\x30\x04\x82\x02vn",
            )],
            Refusal::Forbidden("nameConstraints"),
        ),
        (
            vec![extension(b"\x55\x1D\x11", b"", b"\x30\x05\x82\x03a_b")],
            malformed("2.5.29.17"),
        ),
        (
            vec![extension(b"\x55\x1D\x20", b"", b"\x30\0")],
            malformed("2.5.29.32"),
        ),
        (
            vec![extension(b"\x55\x1D\x25", b"", b"\x30\0")],
            malformed("2.5.29.37"),
        ),
        (
            vec![extension(b"\x55\x1D\x0F", b"", b"\x03\x01")],
            malformed("2.5.29.15"),
        ),
        (
            vec![extension(b"\x55\x1D\x13", b"", b"\x30\x03\x02\x01\xFF")],
            malformed("2.5.29.19"),
        ),
        (
            vec![extension(b"\x55\x1D\x1E", CRITICAL, b"\x30\0")],
            malformed("2.5.29.30"),
        ),
        (
            vec![extension(b"\x55\x1D\x0E", b"", b"\x05\0")],
            malformed("2.5.29.14"),
        ),
    ] {
        assert_eq!(certificate(&extensions).refusals(), [refused]);
    }
    let harmless = certificate(&[extension(b"\x2A\x03", b"", b"?"), usage]);
    assert_eq!(harmless.refusals(), []);
}

static PKI: LazyLock<DemoPki> =
    LazyLock::new(|| DemoPki::create(Time::from_unix(1_800_000_000).unwrap(), "x").unwrap());

static ROOT: LazyLock<Vec<u8>> = LazyLock::new(|| first_block(&PKI.root_pem));

fn first_block(pem: &str) -> Vec<u8> {
    crate::asn1::pem::blocks(pem.as_bytes()).unwrap()[0]
        .bytes
        .to_vec()
}

#[test]
fn the_lists_of_the_demo_are_signed_by_their_authorities() {
    for (pem, list) in [
        (&PKI.root_pem, &PKI.root_crl),
        (&PKI.issuing_pem, &PKI.issuing_crl),
    ] {
        let issuer = Certificate::parse(&first_block(pem), &TestProvider).unwrap();
        let list = Crl::parse(list.clone()).unwrap();
        assert_eq!(list.issuer(), issuer.subject());
        assert_eq!(list.authority_key_id(), issuer.subject_key_id());
        assert_eq!(list.signed().verify(&issuer), Ok(()));
        assert!(!list.unknown_critical() && list.next_update().unwrap() > list.this_update());
    }
}

proptest! {
    #[test]
    fn damaged_certificates_and_lists_never_panic(at in any::<prop::sample::Index>(), octet in any::<u8>(), cut in any::<bool>()) {
        let reason = extension(b"\x55\x1D\x15", b"", b"\x0A\x01\x04");
        let mut list = crl(&entry(b"\x05", THEN, &reason), &extension(b"\x55\x1D\x14", b"", b"\x02\x01\x2A"));
        let place = at.index(list.len());
        if cut { list.truncate(place) } else { list[place] = octet }
        if let Some(crl) = Crl::parse(list) {
            let _ = (crl.lookup(NAME, b"\x05"), format!("{crl:?}"), crl.signed());
        }
        let mut der = ROOT.clone();
        let place = at.index(der.len());
        if cut { der.truncate(place) } else { der[place] = octet }
        if let Some(certificate) = Certificate::parse(&der, &TestProvider) {
            let _ = (certificate.subject_text(), certificate.common_name(), name::serial_text(certificate.serial()));
        }
    }
}
