//! Universal signature forgery: the signature itself is bent so that a verifier has nothing to check, and games with
//! /ByteRange and /Contents (Mladenov and others, "1 Trillion Dollar Refund", 2019).

use kyso::{ChangeLevel, FileVerdict, Lang, Scope, SubIndication, Verdict};

use crate::pdf::{Pdf, codes, passes};

/// With room to spare in /Contents.
fn signed() -> Pdf {
    Pdf::form().signed_with(|options| {
        options.field = Some("First".into());
        options.reserve = 200;
    })
}

/// Where the first text behind a place ends: key and array, or key and string.
fn region(pdf: &Pdf, from: &str, to: &str) -> (usize, usize) {
    let start = pdf.last(from);
    let end = memchr::memmem::find(&pdf.0[start..], to.as_bytes()).unwrap();
    (start, start + end + to.len())
}

/// /ByteRange with its key, replaced in its own place.
fn with_range(pdf: &Pdf, new: &str) -> Pdf {
    let (start, end) = region(pdf, "/ByteRange", "]");
    let room = end - start;
    assert!(new.len() <= room, "{new} does not fit into {room}");
    pdf.over(start, &format!("{new:<room$}"))
}

/// What the signature leaves out, replaced in its own place.
fn with_gap(pdf: &Pdf, new: &str) -> Pdf {
    let [_, start, end, _] = pdf.byte_range();
    let room = end - start;
    assert!(new.len() <= room);
    pdf.over(start, &format!("{new:<room$}"))
}

/// The signature fails for its form, with this code among others.
#[track_caller]
fn malformed(what: &str, pdf: &Pdf, code: &str) {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.verdict, FileVerdict::Failed, "{what}: {json}");
    let signature = report.signatures.last().unwrap();
    assert_eq!(signature.verdict, Verdict::Failed, "{what}");
    assert_eq!(
        signature.sub_indication,
        Some(SubIndication::FormatFailure),
        "{what}"
    );
    assert_eq!(signature.indication(), "TOTAL-FAILED", "{what}");
    assert!(codes(signature).contains(&code), "{what}: {json}");
}

#[test]
fn the_honest_document_passes() {
    let report = passes(&signed(), ChangeLevel::None);
    assert_eq!(report.signatures[0].coverage.scope, Scope::WholeFile);
}

/// Entries that are missing, empty, of another type, or there twice: 24 ways, of which some made other verifiers say "valid".
#[test]
fn a_signature_without_what_is_to_be_checked_fails() {
    let pdf = signed();
    for (range, code) in [
        ("", "PDF-SIG-005"),
        ("/ByteRangX[0 1]", "PDF-SIG-005"),
        ("/ByteRange null", "PDF-SIG-005"),
        ("/ByteRange 7", "PDF-SIG-005"),
        ("/ByteRange(0 1)", "PDF-SIG-005"),
        ("/ByteRange<<>>", "PDF-SIG-005"),
        ("/ByteRange[]", "PDF-SIG-005"),
        ("/ByteRange[/a]", "PDF-SIG-005"),
        ("/ByteRange[0 (1)]", "PDF-SIG-005"),
        ("/ByteRange[null]", "PDF-SIG-005"),
        ("/ByteRange[0]", "SIG-002"),
        ("/ByteRange 4 0 R", "PDF-SIG-004"),
    ] {
        malformed(range, &with_range(&pdf, range), code);
    }
    for (gap, code) in [
        ("", "PDF-SIG-005"),
        (" null", "PDF-SIG-005"),
        (" 0", "PDF-SIG-005"),
        ("/x", "PDF-SIG-005"),
        ("<<>>", "PDF-SIG-005"),
        (" 4 0 R", "PDF-SIG-004"),
        // The dictionary cannot be read any more: the field has a value all the same.
        ("4 0 R", "PDF-SIG-006"),
        (">>", "PDF-SIG-005"),
        ("[", "PDF-SIG-006"),
        ("(", "PDF-SIG-006"),
        ("<>", "SIG-004"),
        ("<00>", "SIG-004"),
        ("()", "SIG-007"),
        ("(\\000)", "SIG-007"),
    ] {
        malformed(gap, &with_gap(&pdf, gap), code);
    }
    // The whole value is zeros: no CMS.
    let [_, start, end, _] = pdf.byte_range();
    let zeros = format!("<{}>", "0".repeat(end - start - 2));
    malformed("zeros", &pdf.over(start, &zeros), "CMS-001");
}

/// The same forgery by a later save, which leaves the signed bytes as they are.
#[test]
fn a_signature_dictionary_that_is_replaced_later_fails() {
    let pdf = signed();
    let field = pdf.number_of("/T(First)");
    let value = pdf.number_of("/ByteRange");
    let [zero, start, end, length] = pdf.byte_range();
    let contents = String::from_utf8_lossy(&pdf.0[start..end]).into_owned();
    let range = format!("/ByteRange [{zero} {start} {end} {length}]");
    let head = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached";
    for (what, body) in [
        ("no /Contents", format!("<< {head} {range} >>")),
        (
            "no /ByteRange",
            format!("<< {head} /Contents {contents} >>"),
        ),
        ("neither", format!("<< {head} >>")),
        ("null", "null".into()),
        (
            "the old value and range",
            format!("<< {head} {range} /Contents {contents} >>"),
        ),
        (
            "no /SubFilter",
            format!("<< /Type /Sig {range} /Contents {contents} >>"),
        ),
        (
            "another /SubFilter",
            format!("<< /Type /Sig /SubFilter /x {range} /Contents {contents} >>"),
        ),
    ] {
        let report = pdf.save(&[(value, &body)]).report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::Failed, "{what}: {json}");
        assert_eq!(report.signatures.len(), 1, "{what}: {json}");
    }
    // Or the field gets another dictionary.
    let copy = pdf.free();
    let body = format!("<< {head} {range} /Contents {contents} >>");
    let bent = pdf.object_but(field, &format!("/V {value} 0 R"), &format!("/V {copy} 0 R"));
    malformed(
        "copy",
        &pdf.save(&[(field, &bent), (copy, &body)]),
        "SIG-004",
    );
}

#[test]
fn ranges_other_than_zero_a_b_c_fail() {
    let pdf = signed();
    let [_, a, b, c] = pdf.byte_range();
    let size = pdf.0.len();
    let range = |numbers: &[i128]| {
        let numbers: Vec<_> = numbers.iter().map(i128::to_string).collect();
        format!("/ByteRange[{}]", numbers.join(" "))
    };
    let [ia, ib, ic] = [a, b, c].map(|number| number as i128);
    for (what, numbers, code) in [
        ("not from 0", vec![1, ia - 1, ib, ic], "SIG-002"),
        ("overlap", vec![0, ib, ia, ic], "SIG-002"),
        ("no gap", vec![0, ia, ia, ib + ic - ia], "SIG-002"),
        ("negative start", vec![-1, ia, ib, ic], "SIG-002"),
        ("negative length", vec![0, ia, ib, -ic], "SIG-002"),
        ("negative gap", vec![0, ia, -ib, ic], "SIG-002"),
        ("wrong order", vec![ib, ic, 0, ia], "SIG-002"),
        ("nothing", vec![0, 0, 0, 0], "SIG-002"),
        ("three numbers", vec![0, ia, ib], "SIG-002"),
        ("six numbers", vec![0, ia, ib, 2, ib + 2, 3], "SIG-002"),
        ("past the end", vec![0, ia, ib, ic + 1], "SIG-003"),
        (
            "far past the end",
            vec![0, ia, ib, i128::from(i64::MAX)],
            "SIG-002",
        ),
        (
            "beyond 64 bits",
            vec![0, ia, ib, 99_999_999_999_999_999_999],
            "PDF-SIG-005",
        ),
        ("larger gap", vec![0, ia - 1, ib, ic], "SIG-004"),
        ("larger gap behind", vec![0, ia, ib + 1, ic - 1], "SIG-004"),
        ("smaller gap", vec![0, ia + 1, ib, ic], "SIG-004"),
        ("smaller gap behind", vec![0, ia, ib - 1, ic + 1], "SIG-004"),
        ("not to the end", vec![0, ia, ib, ic - 30], "SIG-005"),
        (
            "not to the end of its object",
            vec![0, ia, ib, 3],
            "SIG-006",
        ),
    ] {
        let text = range(&numbers);
        let (start, end) = region(&pdf, "/ByteRange", "]");
        if text.len() <= end - start {
            malformed(what, &with_range(&pdf, &text), code);
        }
    }
    assert_eq!(b + c, size);
}

/// What the signature leaves out holds the value and nothing else: no white space, no comment, no second key.
#[test]
fn only_the_value_stands_in_the_gap() {
    let pdf = signed();
    let [_, start, end, _] = pdf.byte_range();
    let hex = String::from_utf8_lossy(&pdf.0[start + 1..end - 1]).into_owned();
    let value = hex.trim_end_matches('0');
    let value = &hex[..value.len() + value.len() % 2];
    for (what, gap, code) in [
        ("a shorter value", format!("<{value}>"), "SIG-004"),
        (
            "a key behind it",
            format!("<{value}>/Reason(paid)"),
            "SIG-004",
        ),
        (
            "a second range",
            format!("<{value}>/ByteRange[0 1 2 3]"),
            "PDF-SIG-003",
        ),
        (
            "a second value",
            format!("<{value}>/Contents<00>"),
            "PDF-SIG-003",
        ),
        (
            "objects behind it",
            format!("<{value}>>>endobj 4 0 obj<</Length 0>>stream\nendstream endobj 99 0 obj<<"),
            "SIG-004",
        ),
        ("a comment before it", format!("%x\n<{value}>"), "SIG-004"),
        ("white space in it", format!("<{value} 00>"), "SIG-004"),
        ("letters in it", format!("<{value}xy>"), "SIG-007"),
        ("a comment in it", format!("<{value}%00\n>"), "SIG-007"),
        ("an odd digit", format!("<{value}0>"), "SIG-004"),
    ] {
        malformed(what, &with_gap(&pdf, &gap), code);
    }
    // Behind the CMS only zeros may pad the room.
    let padding = pdf.over(end - 3, "41");
    malformed("a letter in the padding", &padding, "CMS-002");
}

/// One byte, wherever it is: every signature over it says so.
#[test]
fn a_changed_byte_is_a_changed_digest() {
    let pdf = signed().signed_again("Third");
    passes(&pdf, ChangeLevel::Signatures);
    let report = pdf.over(pdf.first("Pay 100"), "Pay 900").report();
    for signature in &report.signatures {
        assert_eq!(signature.sub_indication, Some(SubIndication::HashFailure));
        assert_eq!(signature.indication(), "TOTAL-FAILED");
    }
    // Only the later one covers what came between.
    let report = pdf.over(pdf.last("/T(Third)"), "/T(Fourt)").report();
    let found: Vec<_> = report.signatures.iter().map(|s| s.sub_indication).collect();
    assert_eq!(
        found,
        [
            Some(SubIndication::FormatFailure),
            Some(SubIndication::HashFailure)
        ]
    );
    // A changed value inside the CMS: the digest is right, the signature is not.
    let [_, _, end, _] = pdf.byte_range();
    let hex_end = pdf.0[..end - 1]
        .iter()
        .rposition(|byte| *byte != b'0')
        .unwrap();
    let digit = if pdf.0[hex_end - 40] == b'1' {
        "2"
    } else {
        "1"
    };
    let report = pdf.over(hex_end - 40, digit).report();
    let last = report.signatures.last().unwrap();
    assert_eq!(last.sub_indication, Some(SubIndication::SigCryptoFailure));
}
