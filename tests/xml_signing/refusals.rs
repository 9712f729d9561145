//! What is not signed, by name.

use std::sync::Arc;

use kyso::{Result, Source, inspect, sign_xml};

use super::{context, keys, keys::rsa, refused, signed, try_signed};

#[test]
fn another_profile_than_the_document() {
    for (document, profile) in [
        ("<a/>", "einvoice"),
        ("<HDon><DLHDon Id='x'/></HDon>", "tax"),
        (
            "<HSoThueDTu xmlns='urn:other'><HSoKhaiThue id='x'/></HSoThueDTu>",
            "tax",
        ),
        ("<a/>", "edxml"),
        ("<a/>", "school"),
    ] {
        let settings = format!(r#"{{"profile":"{profile}"}}"#);
        assert_eq!(
            refused(document.as_bytes(), rsa(), &settings),
            "xml-profile"
        );
    }
    // An invoice may be signed as any document where somebody says so.
    let generic = r#"{"profile":"generic"}"#;
    assert!(try_signed(b"<HDon/>", rsa(), generic).is_ok());
}

#[test]
fn ids_that_are_missing_or_not_alone() {
    for (document, code) in [
        ("<HDon><DLHDon/><DSCKS><NBan/></DSCKS></HDon>", "xml-no-id"),
        (
            "<HDon><x Id='1'/><DSCKS><NBan/></DSCKS></HDon>",
            "xml-no-data",
        ),
        (
            "<HDon><DLHDon Id='1'><y Id='1'/></DLHDon></HDon>",
            "xml-id-twice",
        ),
        (
            "<HDon><DLHDon Id='1'><y ID='1'/></DLHDon></HDon>",
            "xml-id-twice",
        ),
        (
            "<HDon><DLHDon Id='1'><y xml:id='1'/></DLHDon></HDon>",
            "xml-id-twice",
        ),
    ] {
        assert_eq!(
            refused(document.as_bytes(), rsa(), "{}"),
            code,
            "{document}"
        );
    }
    let twice = b"<a><b id='1'/><b ID='1'/></a>";
    assert_eq!(
        refused(twice, rsa(), r##"{"reference":["#1"]}"##),
        "xml-id-twice"
    );
    assert_eq!(
        refused(twice, rsa(), r##"{"reference":["#2"]}"##),
        "xml-not-found"
    );
    assert_eq!(
        refused(twice, rsa(), r#"{"reference":["/a/b"]}"#),
        "xml-path-ambiguous"
    );
    assert_eq!(
        refused(twice, rsa(), r#"{"parent":"/a/c"}"#),
        "xml-not-found"
    );
    // Another attribute's name counts where the caller says so.
    let own = r##"{"reference":["#1"],"id-attr":["ma"]}"##;
    assert!(try_signed(b"<a><b ma='1'/><b id='1'/></a>", rsa(), own).is_ok());
}

#[test]
fn what_would_break_an_earlier_signature() {
    let first = signed(b"<a><b Id='x'/></a>", rsa(), "{}");
    for settings in [
        "{}",
        r#"{"parent":"/a/b"}"#,
        r#"{"coexist":true}"#,
        r#"{"form":"enveloping"}"#,
    ] {
        assert_eq!(
            refused(&first, rsa(), settings),
            "xml-would-break",
            "{settings}"
        );
    }
    let element = signed(b"<a><b Id='x'/></a>", rsa(), r##"{"reference":["#x"]}"##);
    assert_eq!(
        refused(&element, rsa(), r#"{"parent":"/a/b"}"#),
        "xml-would-break"
    );
    assert!(
        try_signed(&element, rsa(), "{}").is_ok(),
        "outside of what it covers"
    );
}

#[test]
fn countersigning_what_cannot_be() {
    let plain = signed(b"<a/>", rsa(), r#"{"level":"none"}"#);
    assert_eq!(
        refused(&plain, rsa(), r#"{"countersign":"1"}"#),
        "xml-not-countersignable"
    );
    for number in ["0", "2", "nobody"] {
        let settings = format!(r#"{{"countersign":"{number}"}}"#);
        assert_eq!(
            refused(&plain, rsa(), &settings),
            "xml-not-found",
            "{number}"
        );
    }
}

#[test]
fn settings_that_do_not_fit() {
    for (settings, code) in [
        (r#"{"level":"b-t"}"#, "xml-level"),
        (
            r#"{"level":"none","commitment":"proof-of-origin"}"#,
            "option-unfit",
        ),
        (r#"{"commitment":"approval"}"#, "option-value"),
        (r#"{"signature-policy":{"id":"1.2.3"}}"#, "option-required"),
        (
            r#"{"signature-policy":{"id":"1.2.3","digest":"00"}}"#,
            "option-value",
        ),
        (r#"{"form":"detached"}"#, "option-required"),
        (r#"{"form":"enveloping","reference":["x"]}"#, "option-unfit"),
        (r#"{"reference":["../x"]}"#, "xml-reference-outside"),
    ] {
        assert_eq!(refused(b"<a/>", rsa(), settings), code, "{settings}");
    }
    assert!(kyso::Options::from_json(r#"{"c14n":"xslt"}"#).is_err());
}

/// None of these is signed. The reader names each.
#[test]
fn documents_that_cannot_be_read_in_one_way() {
    for document in [
        &b""[..],
        b"text",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a b='1' b='2'/>",
        b"<a>&x;</a>",
        b"<a p:b='1'/>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<?xml version='1.1'?><a/>",
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        b"%PDF-1.7",
    ] {
        let error = try_signed(document, rsa(), "{}").err();
        let kind = error.map(|error| error.kind());
        assert!(
            matches!(
                kind,
                Some(kyso::ErrorKind::Unreadable | kyso::ErrorKind::Unsupported)
            ),
            "{kind:?} {}",
            String::from_utf8_lossy(document)
        );
    }
}

/// A document that is larger than the memory of most machines: `<` and then `a` without an end.
#[derive(Debug)]
struct Huge;

impl Source for Huge {
    fn len(&self) -> u64 {
        1 << 40
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        assert!(buffer.len() <= 1024, "nothing of it is held");
        buffer.fill(b'a');
        if offset == 0 {
            buffer[0] = b'<';
        }
        Ok(())
    }
}

#[test]
fn a_document_that_is_too_large_to_hold_is_refused_by_name() {
    let context = context("{}");
    let huge: Arc<dyn Source> = Arc::new(Huge);
    let told = [
        sign_xml(&context, Arc::clone(&huge), rsa()).err(),
        inspect(&context, huge, Some("huge.xml")).err(),
    ];
    let codes = told.map(|error| error.map(|error| error.code()));
    assert_eq!(codes, [Some("material-too-large"); 2]);
}

#[test]
fn keys_of_every_type_sign() {
    for held in keys::all() {
        assert!(
            try_signed(b"<a/>", &held.key, "{}").is_ok(),
            "{}",
            held.name
        );
    }
}
