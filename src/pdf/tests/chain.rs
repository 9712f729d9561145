//! Cross-reference data in all its forms, revisions, repair.

use super::{build::Pdf, codes, id, integer, is_null, open};
use crate::{
    error::ErrorKind,
    pdf::{
        Object,
        document::{Entry, XrefForm},
    },
};

#[test]
fn each_save_is_a_revision_with_its_own_view() {
    let mut pdf = Pdf::document();
    pdf.object(4, "41").table("");
    let first = pdf.bytes.len() as u64;
    pdf.object(4, "42").object(5, "50").table("");
    let document = open(pdf.take()).unwrap();
    assert_eq!(codes(&document), [""; 0]);
    assert!(!document.repaired());
    assert_eq!(document.revisions().len(), 2);
    assert_eq!(document.revisions()[0].ends, [first - 1, first]);
    assert_eq!(document.revisions()[0].form, XrefForm::Table);
    assert_eq!(
        (integer(&document, 0, 4), integer(&document, 1, 4)),
        (Some(41), Some(42))
    );
    assert_eq!(
        (integer(&document, 0, 5), integer(&document, 1, 5)),
        (None, Some(50))
    );
    let entry = document.entry_at(1, 5).unwrap();
    assert!(matches!(entry, Entry::InFile { .. }));
    assert!(is_null(&document, 99));
}

#[test]
fn many_revisions_are_told_apart() {
    let mut pdf = Pdf::document();
    pdf.object(4, "0").table("");
    for value in 1..60 {
        pdf.object(4, &value.to_string()).table("");
    }
    let document = open(pdf.take()).unwrap();
    for revision in 0..60_usize {
        assert_eq!(
            integer(&document, revision, 4),
            i64::try_from(revision).ok()
        );
        assert!(document.catalog_at(revision).is_ok());
    }
}

#[test]
fn streams_and_object_streams() {
    let mut pdf = Pdf::document();
    pdf.stream(4, "/Type/ObjStm/N 2/First 8", b"5 0 6 3 55 <</K(v)>>");
    pdf.xref_stream("", &[(5, [2, 4, 0]), (6, [2, 4, 1])]);
    let document = open(pdf.take()).unwrap();
    assert_eq!(codes(&document), [""; 0]);
    assert_eq!(document.revisions()[0].form, XrefForm::Stream);
    assert_eq!(integer(&document, 0, 5), Some(55));
    let object = document.object(id(6)).unwrap();
    let string = object
        .as_dictionary()
        .unwrap()
        .get("K")
        .unwrap()
        .as_string()
        .unwrap();
    assert_eq!((string.bytes.as_slice(), &string.span), (&b"v"[..], &None));
    assert!(!document.repaired());
}

#[test]
fn an_index_that_is_off_is_noted_and_a_number_that_is_absent_is_ambiguous() {
    let mut pdf = Pdf::document();
    pdf.stream(4, "/Type/ObjStm/N 2/First 8", b"5 0 6 3 55 66 ");
    pdf.xref_stream("", &[(5, [2, 4, 1]), (7, [2, 4, 0])]);
    let document = open(pdf.take()).unwrap();
    assert_eq!(integer(&document, 0, 5), Some(55));
    assert!(!document.repaired());
    assert!(is_null(&document, 7));
    assert!(document.repaired());
    assert_eq!(codes(&document), ["PDF-READ-020", "PDF-READ-014"]);
}

#[test]
fn hybrid_files_show_what_the_table_hides() {
    let mut pdf = Pdf::document();
    pdf.stream(4, "/Type/ObjStm/N 1/First 4", b"5 0 55");
    let hidden = pdf.bytes.len();
    pdf.raw("9 0 obj<</Type/XRef/W[1 1 1]/Index[5 1 2 1]/Size 10/Length 6>>stream\n");
    pdf.bytes.extend_from_slice(&[2, 4, 0, 1, 1, 0]);
    pdf.raw("\nendstream endobj\n")
        .table(&format!("/XRefStm {hidden}"));
    let document = open(pdf.take()).unwrap();
    assert_eq!(document.revisions()[0].form, XrefForm::Hybrid);
    assert_eq!(integer(&document, 0, 5), Some(55));
    // What the table says of object 2 goes before what the stream says.
    assert!(document.object(id(2)).unwrap().as_dictionary().is_some());
    assert!(!document.repaired());
}

#[test]
fn two_sections_without_an_end_between_are_one_save() {
    let mut pdf = Pdf::document();
    pdf.object(4, "4").table("");
    let cut = pdf
        .bytes
        .windows(9)
        .rposition(|window| window == b"startxref")
        .unwrap();
    pdf.bytes.truncate(cut);
    pdf.object(5, "5").table("");
    let document = open(pdf.take()).unwrap();
    assert_eq!(document.revisions().len(), 1);
    assert_eq!(
        (integer(&document, 0, 4), integer(&document, 0, 5)),
        (Some(4), Some(5))
    );
}

#[test]
fn a_linearized_file_is_one_revision() {
    let mut pdf = Pdf::new();
    pdf.object(6, "<</Linearized 1/L 0/H[0 0]/O 3/E 0/N 1/T 0>>");
    pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(3, "<</Type/Page/Parent 2 0 R>>");
    let first = pdf.bytes.len();
    // The first-page section stands first and names the main one, which stands behind the rest.
    let filler = "/Prev 0000000000>>\nstartxref\n0\n%%EOF\n";
    pdf.raw(
        "xref\n1 1\n0000000000 00000 n \n3 1\n0000000000 00000 n \ntrailer\n<</Size 7/Root 1 0 R",
    )
    .raw(filler);
    pdf.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    let main = pdf.bytes.len();
    let mut text = String::from_utf8(pdf.take()).unwrap();
    let at = |text: &str, what: &str| format!("{:010}", text.find(what).unwrap());
    let (one, two, three) = (
        at(&text, "1 0 obj"),
        at(&text, "2 0 obj"),
        at(&text, "3 0 obj"),
    );
    text = text.replacen("1 1\n0000000000", &format!("1 1\n{one}"), 1);
    text = text.replacen("3 1\n0000000000", &format!("3 1\n{three}"), 1);
    text = text.replacen("/Prev 0000000000", &format!("/Prev {main:010}"), 1);
    text.push_str(&format!(
        "xref\n0 1\n0000000000 65535 f \n2 1\n{two} 00000 n \ntrailer\n<</Size 4>>\n"
    ));
    text.push_str(&format!("startxref\n{first}\n%%EOF\n"));
    let length = text.len() as u64;
    let document = open(text).unwrap();
    assert_eq!(codes(&document), [""; 0]);
    assert!(document.is_linearized() && !document.repaired());
    assert_eq!(document.revisions().len(), 1);
    let revision = &document.revisions()[0];
    assert_eq!((revision.end, revision.xref_offset), (length, first as u64));
    assert!(document.object(id(2)).unwrap().as_dictionary().is_some());
}

#[test]
fn junk_before_the_header_shifts_offsets_or_does_not() {
    let mut pdf = Pdf::document();
    let plain = pdf.object(4, "4").table("").take();
    let shifted = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), plain].concat();
    let document = open(shifted).unwrap();
    assert_eq!(
        (document.shift(), codes(&document)),
        (19, vec!["PDF-READ-002"])
    );
    assert_eq!(integer(&document, 0, 4), Some(4));
    assert!(!document.repaired());
    let mut pdf = Pdf::new();
    pdf.bytes = b"\xef\xbb\xbf%PDF-1.4\n".to_vec();
    pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(2, "<</Type/Pages/Kids[]/Count 0>>");
    let document = open(pdf.table("").take()).unwrap();
    assert_eq!(
        (document.shift(), document.header_version()),
        (0, Some((1, 4)))
    );
    assert!(!document.repaired());
}

#[test]
fn what_stands_behind_the_end_is_noted() {
    for (junk, severity) in [
        ("\n\n \0", Some("Info")),
        ("<html>", Some("Warning")),
        ("", None),
    ] {
        let mut pdf = Pdf::document();
        let document = open(pdf.table("").raw(junk).take()).unwrap();
        let found = document.findings();
        assert_eq!(
            found
                .first()
                .map(|finding| format!("{:?}", finding.severity()))
                .as_deref(),
            severity
        );
        assert!(!document.repaired());
    }
}

#[test]
fn producer_bugs_in_tables_are_borne() {
    let plain = String::from_utf8(Pdf::document().object(4, "4").table("").take()).unwrap();
    // CR only, 19 bytes; the same with `/Prev 0`.
    for (from, to) in [
        (" \n", "\n"),
        ("\n0 1\n", " 0 1 \n"),
        (" 65535 f", "   65535   f"),
    ] {
        let at = plain.find("xref").unwrap();
        let changed = format!("{}{}", &plain[..at], plain[at..].replace(from, to));
        let document = open(changed).unwrap();
        assert!(!document.repaired(), "{from:?}: {:?}", document.findings());
        assert_eq!(integer(&document, 0, 4), Some(4));
    }
    let document = open(plain.replace("/Root", "/Prev 0/Root")).unwrap();
    assert_eq!(
        (document.repaired(), codes(&document)),
        (false, vec!["PDF-READ-006"])
    );
    let document = open(plain.replace('\n', "\r")).unwrap();
    assert_eq!(
        (document.repaired(), integer(&document, 0, 4)),
        (false, Some(4))
    );
}

#[test]
fn a_table_that_counts_from_one_is_ambiguous() {
    let mut pdf = Pdf::document();
    let offsets: Vec<usize> = ["1 0 obj", "2 0 obj", "3 0 obj"]
        .iter()
        .map(|o| find(&pdf.bytes, o))
        .collect();
    let here = pdf.bytes.len();
    let rows: String = offsets
        .iter()
        .map(|at| format!("{at:010} 00000 n \n"))
        .collect();
    pdf.raw(&format!("xref\n1 4\n0000000000 65535 f \n{rows}trailer<</Size 4/Root 1 0 R>>\nstartxref\n{here}\n%%EOF"));
    let document = open(pdf.take()).unwrap();
    assert_eq!(
        (document.repaired(), codes(&document)),
        (true, vec!["PDF-READ-008"])
    );
    assert!(document.catalog_at(0).is_ok());
}

fn find(bytes: &[u8], what: &str) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what.as_bytes())
        .unwrap()
}

#[test]
fn repair_takes_the_last_definition() {
    let mut pdf = Pdf::document();
    pdf.object(4, "1").object(4, "2");
    pdf.raw("trailer<</Root 1 0 R/Size 5>>");
    let document = open(pdf.take()).unwrap();
    assert!(document.repaired() && document.is_rebuilt());
    assert_eq!(codes(&document), ["PDF-READ-003", "PDF-READ-007"]);
    assert_eq!(
        (document.revisions().len(), integer(&document, 0, 4)),
        (1, Some(2))
    );
}

#[test]
fn repair_reads_object_streams_and_skips_streams() {
    let mut pdf = Pdf::new();
    pdf.stream(7, "", b"4 0 obj 666 endobj");
    pdf.stream(
        8,
        "/Type/ObjStm/N 2/First 9",
        b"1 0 2 29 <</Type/Catalog/Pages 2 0 R>><</Type/Pages/Kids[]/Count 0>>",
    );
    pdf.object(4, "4");
    let document = open(pdf.take()).unwrap();
    assert!(document.repaired());
    assert_eq!(integer(&document, 0, 4), Some(4));
    assert!(document.catalog_at(0).unwrap().get("Pages").is_some());
}

#[test]
fn an_entry_that_leads_astray_is_read_through_repair() {
    let mut pdf = Pdf::document();
    pdf.object(4, "4").table("");
    pdf.object(4, "5");
    let wrong = pdf.bytes.len();
    pdf.object(6, "6").table_rows(
        "",
        |offset| if offset == wrong { offset - 3 } else { offset },
    );
    let document = open(pdf.take()).unwrap();
    assert!(!document.repaired());
    assert_eq!(integer(&document, 1, 6), Some(6));
    assert!(document.repaired());
    assert_eq!(codes(&document), ["PDF-READ-014"]);
    assert_eq!(integer(&document, 0, 6), None);
}

#[test]
fn a_wrong_length_is_searched_for_and_ambiguous() {
    for length in ["3", "99999", "-1", "5 0 R", "4 0 R", "(x)"] {
        let mut pdf = Pdf::document();
        pdf.start(4).raw(&format!(
            "4 0 obj<</Length {length}>>stream\r\nABCDE\r\nendstream\nendobj\n"
        ));
        let document = open(pdf.table("").take()).unwrap();
        let object = document.object(id(4)).unwrap();
        let data = document.stream_data(object.as_stream().unwrap()).unwrap();
        assert_eq!(data, b"ABCDE", "{length}");
        assert!(document.repaired(), "{length}");
    }
    let mut pdf = Pdf::document();
    pdf.start(4)
        .raw("4 0 obj<</Length 5 0 R>>stream\nABCDE\nendstream\nendobj\n")
        .object(5, "5");
    let document = open(pdf.table("").take()).unwrap();
    assert!(document.object(id(4)).unwrap().as_stream().is_some());
    assert!(!document.repaired());
}

#[test]
fn chains_that_lead_nowhere_or_in_circles() {
    let plain = String::from_utf8(Pdf::document().table("").take()).unwrap();
    let section = plain.find("xref\n").unwrap();
    let document = open(plain.replace("/Root", &format!("/Prev {section}/Root"))).unwrap();
    assert_eq!(
        (document.repaired(), codes(&document)),
        (true, vec!["PDF-READ-005"])
    );
    for wrong in ["/Prev 0009", "/Prev 99999999", "/Prev -1", "/Prev(x)"] {
        let document = open(plain.replace("/Root", &format!("{wrong}/Root"))).unwrap();
        assert_eq!(
            codes(&document),
            ["PDF-READ-004", "PDF-READ-007"],
            "{wrong}"
        );
    }
}

#[test]
fn what_one_section_says_twice_or_beyond_its_size() {
    let mut pdf = Pdf::document();
    pdf.object(4, "1").object(4, "2");
    let document = open(pdf.table("").take()).unwrap();
    assert_eq!(
        (document.repaired(), codes(&document)),
        (true, vec!["PDF-READ-010"])
    );
    assert_eq!(integer(&document, 0, 4), Some(1));
    let plain = String::from_utf8(Pdf::document().object(4, "4").table("").take()).unwrap();
    let document = open(plain.replace("/Size 5", "/Size 3")).unwrap();
    assert_eq!(
        (document.repaired(), codes(&document)),
        (false, vec!["PDF-READ-011"])
    );
}

#[test]
fn generations_and_free_entries_count() {
    let mut pdf = Pdf::document();
    pdf.start(4).raw("4 3 obj 43 endobj\n");
    let text = String::from_utf8(pdf.object(5, "5").table("").take()).unwrap();
    let text = text.replacen("4 1\n", "4 1\n#", 1);
    let at = text.find('#').unwrap();
    let text = format!(
        "{}{}",
        &text[..at],
        text[at + 1..].replacen(" 00000 n", " 00003 n", 1)
    );
    let text = text.replacen("5 1\n", "5 1\n0000000000 00001 f \n9 1\n", 1);
    let document = open(text).unwrap();
    let third = crate::pdf::ObjectId {
        number: 4,
        generation: 3,
    };
    assert_eq!(document.object(third).unwrap(), Object::Integer(43));
    assert!(is_null(&document, 4) && is_null(&document, 5));
    assert_eq!(document.entry_at(0, 5), Some(Entry::Free { generation: 1 }));
}

#[test]
fn what_is_no_pdf_is_refused() {
    for bytes in [
        &b""[..],
        b"hello",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n",
        b"1 0 obj<<>>endobj",
        b"startxref\n0\n%%EOF",
    ] {
        assert_eq!(open(bytes).unwrap_err().kind(), ErrorKind::Unreadable);
    }
}

#[test]
fn encrypted_files_open() {
    let mut pdf = Pdf::document();
    pdf.stream(4, "", b"secret")
        .object(5, "<</Filter/Standard/V 4>>");
    let document = open(pdf.table("/Encrypt 5 0 R").take()).unwrap();
    assert!(document.is_encrypted() && !document.repaired());
    let object = document.object(id(4)).unwrap();
    let error = document
        .stream_data(object.as_stream().unwrap())
        .unwrap_err();
    assert_eq!(error.code(), "pdf-encrypted");
}

#[test]
fn documents_are_shared_between_threads() {
    const fn shared<T: Send + Sync>() {}
    shared::<crate::pdf::Document>();
}
