//! Bad input: refused by name, or judged, within budget.

use std::sync::Arc;

use super::workshop::{ENVELOPED, World, codes, reference};
use crate::{
    context::Context,
    options::Options,
    report::{DigestStatus, FileVerdict, Report, Verdict},
    source::MemorySource,
    verify::verify,
};

fn check(context: &Context, bytes: impl Into<Vec<u8>>) -> Report {
    let bytes: Vec<u8> = bytes.into();
    verify(context, Arc::new(MemorySource::new(bytes)), None)
}

#[test]
fn documents_that_say_different_things_to_different_readers_are_not_read() {
    let context = World::new().context(Options::default());
    for (text, code) in [
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
            "xml-dtd",
        ),
        (
            "<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>",
            "xml-dtd",
        ),
        (
            "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/\">%x;]><a/>",
            "xml-dtd",
        ),
        ("<?xml version=\"1.1\"?><a/>", "xml-version"),
        ("<a><b></a>", "xml-not-well-formed"),
        ("<a/><b/>", "xml-not-well-formed"),
        (
            "<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><a/>",
            "xml-encoding",
        ),
    ] {
        let report = check(&context, text);
        assert_eq!(report.verdict, FileVerdict::Unreadable, "{text}");
        assert_eq!(report.error.unwrap().code(), code, "{text}");
        assert_eq!(report.format.name(), "xml");
    }
    let report = check(&context, &b"<a>\xFF</a>"[..]);
    assert_eq!(report.error.unwrap().code(), "xml-not-in-encoding");
}

/// One letter at a time: nothing panics, nothing that was changed passes.
#[test]
fn a_signed_document_with_any_byte_changed_is_answered() {
    let world = World::new();
    let context = world.context(Options::default());
    let reference = reference("", "", &[ENVELOPED]);
    let text = world.fill(&format!(
        "<d a=\"1\">x{}</d>",
        world.signature(&reference, "")
    ));
    assert_eq!(check(&context, text.as_str()).verdict, FileVerdict::Passed);
    let inside = text.find("<Signature").unwrap();
    for (at, byte) in text.bytes().enumerate() {
        // Every third of the certificate's letters is enough.
        if at > inside + 900 && at % 7 != 0 {
            continue;
        }
        for other in [b'<', b'A', byte ^ 1] {
            if other == byte {
                continue;
            }
            let mut bytes = text.clone().into_bytes();
            bytes[at] = other;
            let report = check(&context, bytes);
            // What stands outside of SignedInfo, value and certificate may be anything; data may not.
            if at < inside {
                assert_ne!(report.verdict, FileVerdict::Passed, "{at} {other}");
            }
        }
    }
    for cut in (0..text.len()).step_by(13) {
        assert_ne!(
            check(&context, &text.as_bytes()[..cut]).verdict,
            FileVerdict::Passed
        );
    }
}

#[test]
fn the_same_document_in_other_encodings_has_the_same_signature() {
    let world = World::new();
    let context = world.context(Options::default());
    let reference = reference("", "", &[ENVELOPED]);
    let text = world.fill(&format!(
        "<d>Hóa đơn{}</d>",
        world.signature(&reference, "")
    ));
    let units = |encode: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let mark = std::iter::once(0xFEFF);
        mark.chain(text.encode_utf16()).flat_map(encode).collect()
    };
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for bytes in [units(u16::to_le_bytes), units(u16::to_be_bytes), marked] {
        let report = check(&context, bytes);
        assert_eq!(report.verdict, FileVerdict::Passed, "{:?}", report.error);
    }
}

#[test]
fn too_much_is_said_by_name() {
    let world = World::new();
    let context = world.context(Options::default());
    let many = reference("", "", &[]).repeat(10_000);
    let report = check(&context, format!("<d>{}</d>", world.signature(&many, "")));
    assert_eq!(report.verdict, FileVerdict::Failed);
    assert!(codes(&report.signatures[0]).contains(&"XSIG-006"));
    let report = check(&context, "<a>".repeat(100_000));
    assert_eq!(report.verdict, FileVerdict::Unreadable);
    // Each reference has the whole document in another form: prefixes make them so.
    let transforms = |n: usize| {
        format!(
            "<Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><InclusiveNamespaces \
             xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"p{n}\"/></Transform>"
        )
    };
    let references: String = (0..600)
        .map(|n| reference("", "", &[&transforms(n)]))
        .collect();
    let references = references.replace("<DigestValue></", "<DigestValue>AAAA</");
    let signature = world.signature(&references, "");
    let text = format!("<d>{}{signature}</d>", "x".repeat(1 << 18));
    let report = check(&context, text);
    assert_ne!(report.verdict, FileVerdict::Passed);
    assert!(
        codes(&report.signatures[0]).contains(&"SIG-010"),
        "the budget ends it"
    );
}

/// Text is what canonicalisation takes for text, whole: a comment inside parts nothing (CVE-2025-29775).
#[test]
fn comments_inside_values_change_nothing() {
    let world = World::new();
    let text = world.fill(&format!(
        "<d>1{}</d>",
        world.signature(&reference("", "", &[ENVELOPED]), "")
    ));
    let forged = text.replace("<d>1", "<d>2").replace(
        "<DigestValue>",
        "<DigestValue><!--n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=-->",
    );
    let report = world.check(&forged);
    assert_eq!(
        report.signatures[0].cryptography.digest,
        DigestStatus::Mismatch
    );
    let report = world.check(&text.replace("<DigestValue>", "<DigestValue><!--x-->"));
    assert_eq!(report.verdict, FileVerdict::Passed);
}

/// The SAML comment attack: the signature stays sound, and readers that take the first piece of text see another name.
#[test]
fn a_comment_that_parts_signed_text_is_told() {
    let world = World::new();
    let text = world.fill(&format!(
        "<d><user>admin@x.vn.evil.vn</user>{}</d>",
        world.signature(&reference("", "", &[ENVELOPED]), "")
    ));
    assert!(!codes(&world.check(&text).signatures[0]).contains(&"XSIG-053"));
    let parted = text.replace("admin@x.vn.", "admin@x.vn<!---->.");
    let report = world.check(&parted);
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert!(codes(&report.signatures[0]).contains(&"XSIG-053"));
    // Between elements a comment parts nothing, and in CDATA it is none.
    for (from, to) in [("<user>", "<!-- x --><user>"), ("admin", "<!-- x -->admin")] {
        let report = world.check(&text.replace(from, to));
        assert_eq!(report.verdict, FileVerdict::Passed);
        assert!(!codes(&report.signatures[0]).contains(&"XSIG-053"), "{to}");
    }
}

#[test]
fn transforms_are_a_list() {
    let world = World::new();
    for (uri, code) in [
        ("http://www.w3.org/TR/1999/REC-xslt-19991116", "XSIG-014"),
        ("http://www.w3.org/2002/07/decrypt#XML", "XSIG-014"),
        ("http://example.org/mine", "XSIG-015"),
    ] {
        let references =
            reference("", "", &[ENVELOPED, uri]).replace("<DigestValue></", "<DigestValue>AAAA</");
        let (_, one) = world.signed(&format!("<d>{}</d>", world.signature(&references, "")));
        assert_eq!(
            (one.verdict, one.cryptography.digest),
            (Verdict::Undetermined, DigestStatus::NotChecked)
        );
        assert!(codes(&one).contains(&code), "{uri}");
    }
}

#[test]
fn here_is_refused_by_name() {
    let world = World::new();
    let transform = "<Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">\
                     <XPath>count(ancestor-or-self::node() | here()) > 0</XPath></Transform>";
    let references =
        reference("", "", &[transform]).replace("<DigestValue></", "<DigestValue>AAAA</");
    let (_, one) = world.signed(&format!("<d>{}</d>", world.signature(&references, "")));
    assert_ne!(one.verdict, Verdict::Passed);
    assert!(codes(&one).contains(&"XSIG-026"), "{:?}", one.findings);
}
